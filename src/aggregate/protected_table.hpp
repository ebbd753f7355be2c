// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure_table.hpp"

#include <childwell/aggregate/disclosure.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace childwell::inline v0_1::detail {

/// What other tables tell of the amounts of a cell.
struct KnownRange {
  std::array<double, cell_amounts> least{};
  std::array<double, cell_amounts> most = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
                                           std::numeric_limits<double>::infinity()};
};

/// One measure by one hierarchy: its tree, its sums, and what may be shown of them.
struct MeasureGroups {
  const MeasureInput* measure = nullptr;
  const PublishedTree* tree = nullptr;
  std::size_t tree_number = 0;
  std::vector<NodeSums> sums;
  std::vector<bool> hidden;         ///< the cell
  std::vector<bool> bounds_hidden;  ///< the number expected, and what would tell it
  std::vector<KnownRange> known;    ///< by node, from tables linked to this one; empty where there are none
};

/// One measure by all its hierarchies: published together, so protected together.
using ProtectedTable = std::vector<MeasureGroups>;

/// Hides cells that are small by the number of children, and what would give them away, alike in all tables.
void hide_small_populations(std::vector<ProtectedTable*>& tables, double minimum);

/// Hides what is small in one table, then the numbers of children expected and not measured.
void hide_small_sums(ProtectedTable& table, double minimum);

}  // namespace childwell::inline v0_1::detail
