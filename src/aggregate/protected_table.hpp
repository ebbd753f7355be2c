// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "measure_table.hpp"

#include <childwell/aggregate/disclosure.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// One measure by one hierarchy: its tree, its sums, and what may be shown of them.
struct MeasureGroups {
  const MeasureInput* measure = nullptr;
  const PublishedTree* tree = nullptr;
  std::size_t tree_number = 0;
  std::vector<NodeSums> sums;
  std::vector<bool> hidden;         ///< the cell
  std::vector<bool> bounds_hidden;  ///< the number expected, and what would tell it
};

/// One measure by all its hierarchies: published together, so protected together.
using ProtectedTable = std::vector<MeasureGroups>;

/// Hides cells that are small by the number of children, and what would give them away, alike in all tables.
void hide_small_populations(std::vector<ProtectedTable*>& tables, double minimum);

/// Hides what is small in one table, then the numbers of children expected and not measured.
void hide_small_sums(ProtectedTable& table, double minimum);

}  // namespace childwell::inline v0_1::detail
