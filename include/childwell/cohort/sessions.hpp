// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// One session of a lane as it was known on a date.
struct KnownSession {
  Date date;
  std::int32_t session = -1;
  std::uint32_t lane = 0;
  Cell cell;
  std::uint8_t units = 1;
};

/// The last day of an enrolment spell as it was known on a date.
///
/// Use wherever a spell's end matters. An end that was not told is the day before the child's next spell at the same
/// school, or at the one that it became, as far as that spell was known by then.
/// @param cohort   lanes of all children
/// @param lane     position of the lane
/// @param as_of    spells known later are not seen
/// @return the last day, or open_end
/// @throws never
/// @source data model, rule 3
Date lane_end(const Cohort& cohort, std::uint32_t lane, Date as_of) noexcept;

/// The expected sessions of one child's lanes in order of time, each in one book only.
///
/// Use for a child with several lanes. Where paperwork overlaps, the register decides the day: the school with the
/// stronger evidence has it, a tie of two schools stays disputed, and a suspension gives way to a mark and to nothing
/// else. Evidence known later decides nothing.
/// @param cohort        cells of all lanes
/// @param lanes         lanes of one child, in order of time; those known later left out
/// @param first, end    dates, half-open
/// @param as_of         what was known later is not seen
/// @return expected sessions by date, then by lane
/// @throws std::bad_alloc. Cost: the sessions of the lanes, and the days that overlap
/// @source data model, rule 3
std::vector<KnownSession> sessions_known(const Cohort& cohort, std::span<const std::uint32_t> lanes, Date first,
                                         Date end, Date as_of);

}  // namespace childwell::inline v0_1
