// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Absence of one place on one day or in one week. A hidden one has its names and its status only.
struct AbsencePeriod {
  Level level = Level::city;
  std::string place;
  std::string parent;           ///< code of the city of a county
  Date from;
  Date to;                      ///< last day
  std::int64_t school_days = 0;
  std::int64_t children = 0;    ///< of whom something is known
  Estimate absence_rate;        ///< realised, with bounds from what was not recorded; n in units of sessions
  double sampling_lower = std::numeric_limits<double>::quiet_NaN();  ///< of a week: propensity, children as clusters
  double sampling_upper = std::numeric_limits<double>::quiet_NaN();
};

struct AbsenceOverTime {
  std::vector<AbsencePeriod> days;   ///< by level, place code and date
  std::vector<AbsencePeriod> weeks;  ///< Monday to Sunday, cut where a window of the study begins or ends
};

/// Absence by school day and by week of the window, of cities and their counties.
///
/// Use for calendars and trends. Units count at the school where they happened, as in attendance.absence_rate, so that days add
/// up to weeks and weeks to the window. The same children stand in all of them, and each sum is shown beside its parts, so
/// they are protected together: a day or week is hidden by itself with 1 to minimum - 1 children of whom something is
/// known, children who missed some of it, or children who came to some of it, 0 % and 100 % among them; then further ones until the
/// units missed, and those attended, of every hidden one can be told no more closely than the minimum of children times the
/// units of a whole day, from all days, weeks, counties, the city and the groups published beside. How many children
/// stand behind two shown days differs with registers and enrolment; the difference says nothing of who was absent.
/// @param indicators   finished states
/// @param snapshot     position of the date and window; windows of the last sessions take the days of the school year
/// @param published    groups of the same indicators: their levels, smallest cell and interval hold here, and what they
///                     show is taken for known
/// @param executor     where to run; results do not depend on it
/// @return days and weeks in which somebody was expected: ok, hidden, or not_enough_data where nothing was recorded
/// @throws std::out_of_range when there is no such snapshot. Cost: the sessions of all children once, and some flows a hidden cell
/// @source data model, rule 14; hide_in_two_ways; checked by hand, and attacked by scipy.optimize.linprog in the tests
AbsenceOverTime absence_over_time(const Indicators& indicators, std::size_t snapshot, const Aggregates& published, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param indicators, snapshot, published   as above
/// @return as above
/// @throws as above
/// @source as above
AbsenceOverTime absence_over_time(const Indicators& indicators, std::size_t snapshot, const Aggregates& published);

}  // namespace childwell::inline v0_1
