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

/// Days of disjoint spells.
///
/// Use on what joined gives.
/// @param spells   disjoint, with ends
/// @return days in all
/// @throws never
/// @source as above
std::int64_t days_of(std::span<const Spell> spells) noexcept;

}  // namespace childwell::inline v0_1
