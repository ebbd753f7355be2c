// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/contribution.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace childwell::inline v0_1 {

/// Additive amounts of one cell: children, numerator and rest, as far as the measure has them.
inline constexpr std::size_t cell_amounts = 3;

/// One cell of a tree of sums: the children of a cell partition it, once for each family.
struct TreeCell {
  std::int32_t parent = -1;
  std::uint32_t family = 0;   ///< a parent may be partitioned several times, such as by school and by home
  double size = 0.0;          ///< children in the cell: what "smallest" compares
  std::array<double, cell_amounts> amounts{};  ///< what an attacker would want to know; 0 where not used
  std::array<bool, cell_amounts> used{};
  std::array<double, cell_amounts> least{};  ///< what other tables tell of a hidden amount: no less than this,
  std::array<double, cell_amounts> most = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
                                           std::numeric_limits<double>::infinity()};  ///< and no more than that
  bool published = true;      ///< false: no table shows it, and it needs no protection of its own
  bool hidden = false;        ///< in: small by itself; out: also those that would give it away
};

/// What can be told of a hidden amount from everything shown.
struct FeasibleRange {
  double lower = 0.0;
  double upper = 0.0;  ///< infinite where nothing shown bounds it
};

/// Sums of a cell by which it is judged small.
struct CellSums {
  MeasureKind kind = MeasureKind::ratio;
  bool sensitive = true;
  double children = 0.0;   ///< who contribute
  double numerator = 0.0;
  double observed = 0.0;
};

/// Whether a cell is too small to be shown by itself.
///
/// Use as the first step of disclosure control. Hidden are 1 to minimum - 1 children; for a share also numerators and
/// complements below the minimum, 0 % and 100 % among them; for a sensitive ratio 0 % and 100 %; for a count 1 to
/// minimum - 1. An empty cell says nothing of anybody and is not small.
/// @param sums      sums of the cell, at least 0
/// @param minimum   smallest number that may be shown [children], at least 1
/// @return true when the cell must be hidden
/// @throws never
/// @source data model, rule 14; NCES 2011-603
bool is_small_cell(const CellSums& sums, double minimum) noexcept;

/// What an attacker can tell of one amount of every cell, given the shown cells and that amounts are not negative.
///
/// Use to audit a table; hide_small_cells works with it. On a tree the ranges are exact, also for whole numbers.
/// @param cells    a tree, parents before children
/// @param amount   which of the amounts, below cell_amounts
/// @return one range a cell; a point for shown cells
/// @throws std::invalid_argument when a parent does not come before its child; cost: two passes
/// @source interval propagation on a tree; checked against scipy.optimize.linprog in the tests
std::vector<FeasibleRange> feasible_ranges(const std::vector<TreeCell>& cells, std::size_t amount);

/// Hides as many further cells as it takes that no hidden amount can be told more closely than the minimum.
///
/// Use on one measure with all its hierarchies at once. Every used amount of every hidden cell ends with a feasible
/// range at least `minimum` wide. Where it is not, the smallest shown sibling is hidden (then the first by code); where
/// none is left, the parent; and in a hidden cell whose children are all shown, the smallest child.
/// @param cells     a tree, parents before children, siblings in order of code; `hidden` set for small cells
/// @param minimum   smallest number that may be shown, at least 1
/// @return nothing; `hidden` of further cells is set
/// @throws std::invalid_argument when minimum is below 1 or a parent does not come before its child. Cost: two passes a
///         round, rounds of the order of the depth
/// @source complementary suppression; Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, 6;
///         attacked by scipy.optimize.linprog on thousands of random trees in the tests. An attacker who reasons from
///         the rule itself (that a hidden cell is small) is not modelled.
void hide_small_cells(std::vector<TreeCell>& cells, double minimum);

}  // namespace childwell::inline v0_1
