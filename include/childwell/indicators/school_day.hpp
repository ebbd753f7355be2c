// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/policy.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// What a whole day says, by the share of it that makes an absent day.
enum class DayMark : std::uint8_t { present, absent, unknown };

/// Where a day lies in the child's own week: a boarder's week ends when the bus leaves, and not on a Friday.
enum class WeekPlace : std::uint8_t {
  middle,
  week_edge,  ///< before or after a break of the child's usual length
  bridge      ///< before or after a holiday: a longer break, or a shorter one on weekdays alone
};

/// One expected day of one child, its sessions put together.
struct SchoolDay {
  Date date;
  std::uint16_t expected = 0;  ///< units, as are the next two
  std::uint16_t absent = 0;
  std::uint16_t unknown = 0;
  std::uint8_t sessions = 0;
  DayMark mark = DayMark::unknown;
  WeekPlace place = WeekPlace::middle;

  /// The mark where every session is known. Half a day missed may make an absent day for certain and half a day seen makes
  /// none present, so that a rate which counts days with a gap counts their absences alone.
  [[nodiscard]] constexpr DayMark whole_mark() const noexcept { return unknown == 0 ? mark : DayMark::unknown; }
};

/// A child's expected days, those to come included.
struct SchoolDays {
  std::vector<SchoolDay> days;  ///< by date
  std::size_t seen = 0;         ///< days up to the as-of date; those after it have no mark
};

/// A child's expected days in order of time, as far as they were known on a date.
///
/// Use for families that count in days. Sessions of one day stand together whatever school they were at; days after
/// the as-of date are those of the spell that goes on then, and are only expected.
/// @param cohort        cells of all lanes
/// @param lanes         visible lanes of one child, in order of time
/// @param current       the lane the child is in now
/// @param first, end    dates, half-open; end may lie after the as-of date
/// @param as_of         what was known later is not seen
/// @param absent_day    share of a day from which on it counts as absent
/// @return expected days with their marks and their places in the child's own weeks
/// @throws std::bad_alloc. Cost: the sessions of the lanes
/// @source data model, rules 4 and 8; checked by hand on weeks of day pupils and of boarders
SchoolDays school_days(const Cohort& cohort, std::span<const std::uint32_t> lanes, std::uint32_t current, Date first,
                       Date end, Date as_of, Fraction absent_day);

/// Marks where each day lies in the week that its neighbours make.
///
/// Use on one child's expected days. A break is a stretch of days without school; the child's usual break is the most
/// frequent one, the shorter of equals. What lies beyond the first and the last day is not told, and makes no break.
/// @param days   by date; their places are written
/// @return nothing
/// @throws never
/// @source data model, rule 8; checked by hand
void place_in_week(std::span<SchoolDay> days) noexcept;

}  // namespace childwell::inline v0_1
