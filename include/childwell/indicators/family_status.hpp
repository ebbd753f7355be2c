// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/measure.hpp>
#include <childwell/indicators/separation_family.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// An estimate with the indicator that it is of.
struct NamedEstimate {
  std::string id;
  std::string policy;
  Estimate estimate;
};

/// What the families of contact, parents, guardians and visits say of one child.
///
/// Use where groups are made of them; for tables indicator_columns has them. Only families that were asked for are there.
/// @param indicators   finished states
/// @param snapshot     of them
/// @param child        position
/// @return estimates in the order of the catalogue; withheld where consent does not stand
/// @throws std::bad_alloc. Cost: the child's rows
/// @source mission B4
std::vector<NamedEstimate> family_estimates(const Indicators& indicators, const Snapshot& snapshot, std::size_t child);

/// Days on which a child was left behind for certain, or was not.
struct LeftBehindDays {
  Date from;
  Date to;  ///< last day
  LeftBehind status = LeftBehind::no;  ///< yes or no; what lies between is not known
};

/// The days of a window by left-behind status, as they were known on the date.
///
/// Use for person-time: a status that changes counts on the days on which it stood. A grouping, never a reason.
/// @param indicators   finished states
/// @param snapshot     of them; of the last sessions the days of the school year are taken
/// @param child        position
/// @param definition   one of the three dated ones
/// @return stretches in order of time; none where consent does not stand or nobody asked
/// @throws std::bad_alloc. Cost: the child's absences for each change of status, times the logarithm of the window
/// @source data model, rule 9; the status of each single day by LeftBehindFamily
std::vector<LeftBehindDays> left_behind_days(const Indicators& indicators, const Snapshot& snapshot, std::size_t child,
                                             LeftBehindDefinition definition);

/// What the policies of courses say of one child: failed and passed courses, course failure, being on track.
///
/// Use where groups are made of them; for tables indicator_columns has them.
/// @param snapshot   one date and window
/// @param rules      of the snapshot's cohort, from course_rule
/// @param child      position in the cohort
/// @param scores     the child's papers in the snapshot
/// @return the estimates of every rule, by their order
/// @throws std::bad_alloc. Cost: one sort of the papers for each rule
/// @source mission B2; CourseFamily and OnTrackFamily, worked by hand in the tests
std::vector<NamedEstimate> course_estimates(const Snapshot& snapshot, std::span<const CourseRule> rules, std::size_t child,
                                            std::span<const PaperScore> scores);

}  // namespace childwell::inline v0_1
