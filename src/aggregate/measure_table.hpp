// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "published_tree.hpp"

#include <childwell/aggregate/group_row.hpp>
#include <childwell/stats/ratio.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Sums of one measure at one node.
struct NodeSums {
  std::int64_t contributions = 0;  ///< children and places where they count: 0 means that nothing is said
  std::int64_t children = 0;       ///< with something observed, each once
  std::int64_t pairs = 0;          ///< the same, once for each place: adds up over places where children do not
  double numerator = 0.0;
  double observed = 0.0;
  double expected = 0.0;
  stats::RatioEstimate sampling;
};

/// Checks a measure, puts its rows in pseudonym order and joins those of one child at one place.
std::vector<Contribution> ordered_rows(const MeasureInput& measure, const PublishedTree& tree);

/// Sums at every node of the tree, its own rows and those of its parts.
std::vector<NodeSums> sums_by_node(const MeasureInput& measure, const PublishedTree& tree, const AggregatePlan& plan);

}  // namespace childwell::inline v0_1::detail
