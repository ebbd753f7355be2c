// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/stats/outbreak.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// Whose weeks are looked at.
enum class OutbreakPlaces : std::uint8_t { school, class_ };

struct OutbreakPlan {
  Date as_of;
  OutbreakPlaces places = OutbreakPlaces::school;
  std::int64_t weeks = 8;      ///< the last ones, at least 1
  Fraction absent_day{1, 2};   ///< a day counts as missed from this share on
  stats::OutbreakOptions options;
};

/// One row for each place and week, by code of place and then by week.
struct OutbreakColumns {
  TextColumn place, status;
  std::vector<std::int32_t> week;        ///< its Monday, in days
  std::vector<std::int64_t> ill;         ///< spells of illness that began
  std::vector<std::int64_t> child_days;  ///< recorded
  std::vector<double> expected, limit, exceedance;
  std::vector<std::uint8_t> alarm;
};

/// Spells of illness that begin in a week at a school or in a class, against the same weeks of past years.
///
/// Use for the school's own nurse or the county's office of health: where illness is more than the season explains, look.
/// Not for publishing, because the counts are small, and not where there are no past years: it says so and gives no
/// limit. A child ill for days is one spell, counted where it began; children whose consent is withheld, and schools
/// whose registers say nothing, are left out.
/// @param cohort     several years of attendance with reasons
/// @param plan       date, places, weeks, and the options of stats::outbreak_limits
/// @param executor   where to run; results do not depend on it
/// @return rows of equal length; not_enough_data where past years are too few, boundary where they had no illness,
///         not_recorded in weeks without a mark
/// @throws std::invalid_argument when the date is not known, weeks is below 1 or an option is outside its range. Cost:
///         one pass over the sessions of all years, and the limits of each place's weeks
/// @source mission B1; Noufaily and others 2013, Stat. Med. 32; counts checked by hand, limits against stats::outbreak_limits
OutbreakColumns illness_outbreaks(const Cohort& cohort, const OutbreakPlan& plan, Executor& executor);

}  // namespace childwell::inline v0_1
