// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/disclosure.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// Additive amounts of one cell of a table of two ways.
inline constexpr std::size_t two_way_amounts = 2;

/// One cell: a place, or the whole that the places partition, in one column.
struct TwoWayCell {
  double children = 0.0;
  std::array<double, two_way_amounts> amounts{};  ///< at least 0
  bool exists = false;    ///< false: everybody knows that there is nothing, such as a day without school
  bool published = true;  ///< false: no table shows it, and it needs no protection of its own
  bool elsewhere = false; ///< shown by another table: it is known, whatever is hidden here
  bool hidden = false;    ///< in: small by itself; out: also those that would give it away
};

/// Places by columns, where columns contain each other: days in weeks in a term, classes in halves of a distribution.
struct TwoWayTable {
  std::vector<std::int32_t> parents;  ///< of columns, before their parts; the first is the top and has -1
  std::size_t places = 1;             ///< that partition the whole
  std::vector<TwoWayCell> cells;      ///< the whole first, then each place; one a column
  std::array<bool, two_way_amounts> used{};

  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const noexcept { return row * parents.size() + column; }
};

/// What can be told of one amount of one cell from all that is shown, given that amounts are not negative.
///
/// Use to audit a table; hide_in_two_ways works with it. The range is exact, also for whole numbers: sums over places and
/// sums over columns make a network, and the range is what can flow around it.
/// @param table    places by columns
/// @param row      0 is the whole, then the places
/// @param column   position among the columns
/// @param amount   which of the amounts, below two_way_amounts
/// @return the range; a point where the cell is known; upper is infinite where nothing bounds it
/// @throws std::invalid_argument when the table has no top, a column comes before what contains it, or its cells are not one
///         for each row and column. Cost: two flows through the hidden cells
/// @source Ford and Fulkerson 1956; Cox 1995, Network models for complementary cell suppression; checked against
///         scipy.optimize.linprog in the tests
FeasibleRange feasible_range(const TwoWayTable& table, std::size_t row, std::size_t column, std::size_t amount);

/// Hides as many further cells as it takes that no hidden amount can be told more closely than a width.
///
/// Use where the same children stand in many columns whose sums are shown, such as days and their weeks by county. Of each
/// hidden cell every used amount ends with a feasible range at least `width` wide, and the children of a column's hidden
/// places add up to the minimum at least, two places at least. Where it is not so, the shown cells of the way on which more
/// would flow are hidden, the way of the fewest units. What other tables show stays known: where they alone give a cell away, nothing further is hidden.
/// @param table     cells set to hidden where they are small by themselves
/// @param minimum   smallest number of children that may be told, at least 1
/// @param width     of ranges, in units of the amounts, at least 0
/// @return nothing; `hidden` of further cells is set
/// @throws std::invalid_argument as feasible_range, and when minimum is below 1. Cost: some flows a hidden cell
/// @source Kelly, Golden and Assad 1992, Cell suppression: disclosure protection for sensitive tabular data; an attacker who reasons from the rule itself is not modelled
void hide_in_two_ways(TwoWayTable& table, double minimum, double width);

}  // namespace childwell::inline v0_1
