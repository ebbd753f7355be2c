// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// A stretch of days; the last one is not in it, and an end that was not told is the open end.
struct Spell {
  Date from;
  Date to;
};

/// The union of spells within a window, in order, without overlaps.
///
/// Use before days are counted, so that two papers or two parents over the same days count once.
/// @param spells       in any order; a spell that ends before it begins holds no day
/// @param first, end   first day of the window, and the day after the last
/// @return disjoint spells; those that touch are one
/// @throws std::bad_alloc. Cost: one sort
/// @source data model; checked by hand and against days marked one by one
std::vector<Spell> joined(std::span<const Spell> spells, Date first, Date end);

/// Days that lie in both of two sets of disjoint spells.
///
/// Use for what must hold at once, on what joined gives.
/// @param one, other   disjoint, in order
/// @return disjoint spells, in order
/// @throws std::bad_alloc. Cost: one pass over both
/// @source as above
std::vector<Spell> overlap(std::span<const Spell> one, std::span<const Spell> other);

/// Days of a window that lie in none of the disjoint spells.
///
/// Use for what does not hold, on what joined gives.
/// @param spells       disjoint, in order
/// @param first, end   first day of the window, and the day after the last
/// @return disjoint spells, in order
/// @throws std::bad_alloc. Cost: one pass
/// @source as above
std::vector<Spell> outside(std::span<const Spell> spells, Date first, Date end);

/// Whether a day lies in one of the spells.
///
/// Use for a single day.
/// @param spells   any
/// @param day      a known date
/// @return true where one holds it
/// @throws never
/// @source as above
bool covers(std::span<const Spell> spells, Date day) noexcept;

/// Days of disjoint spells.
///
/// Use on what joined gives.
/// @param spells   disjoint, with ends
/// @return days in all
/// @throws never
/// @source as above
std::int64_t days_of(std::span<const Spell> spells) noexcept;

}  // namespace childwell::inline v0_1
