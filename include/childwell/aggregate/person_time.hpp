// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/date.hpp>
#include <childwell/indicators/measure.hpp>
#include <childwell/indicators/separation_family.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Days on which a child had a status, such as being left behind; what no spell covers is not known.
struct StatusSpell {
  std::int32_t child = -1;   ///< position in the cohort
  Date from;
  Date to = open_end;        ///< last day
  std::int32_t status = -1;  ///< position among the statuses; -1 is told to be not known
  Date known_on;             ///< no date: known at once
};

/// One status: the days that children spent in it, and what was missed of them.
struct PersonTimeRow {
  std::string status;           ///< "unknown" for days of which the status is not known
  std::int64_t children = 0;    ///< with such days; a child whose status changed is in several rows
  std::int64_t days = 0;        ///< expected school days
  Estimate absence_rate;        ///< bounds from unrecorded sessions; n in units of sessions
  double sampling_lower = std::numeric_limits<double>::quiet_NaN();  ///< propensity, children as clusters
  double sampling_upper = std::numeric_limits<double>::quiet_NaN();
};

/// Absence by a status that changes: days count in the status that the child had on them.
///
/// Use for left-behind, boarding or mobility beside absence: a grouping for description and fairness, never a cause. Each
/// day goes to the status of that day, so that a child who changed counts in both; days of which the status is not known,
/// or on which spells disagree, are a row of their own and are never taken for a no.
/// @param indicators   finished states
/// @param snapshot     position of the date and window; windows of the last sessions take the days of the school year
/// @param spells       of children of the cohort, in any order; spells known later are not seen
/// @param statuses     their names
/// @param plan         smallest cell, level and design effect; the levels are not used
/// @return one row a status in the order of the names, then unknown; hidden rows have their name and status only. A whole
///         that is known hides a further row where one alone is hidden
/// @throws std::out_of_range when there is no such snapshot; std::invalid_argument when a spell names a child or status that
///         is not there, or a status is named unknown. Cost: reads the days of all children once
/// @source data model, rule 9; disclosure by aggregate_measures; checked against a sum by hand, day by day
std::vector<PersonTimeRow> absence_by_person_time(const Indicators& indicators, std::size_t snapshot, std::span<const StatusSpell> spells,
                                                  const std::vector<std::string>& statuses, const AggregatePlan& plan);

/// Absence by left-behind status under one of the three dated definitions: yes, no and unknown.
///
/// Use to describe; never as a cause, and never without the unknown. The status is that of each day.
/// @param indicators, snapshot, plan   as above
/// @param definition                   of being left behind
/// @return rows yes, no and unknown
/// @throws as above
/// @source data model, rule 9
std::vector<PersonTimeRow> absence_by_left_behind(const Indicators& indicators, std::size_t snapshot, LeftBehindDefinition definition,
                                                  const AggregatePlan& plan);

}  // namespace childwell::inline v0_1
