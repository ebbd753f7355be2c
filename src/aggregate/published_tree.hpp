// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/places.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// A hierarchy cut down to the levels that are published, with a remainder under every node that has parts, so that
/// children always partition their parent.
struct PublishedTree {
  std::vector<PlaceNode> nodes;           ///< parents first, siblings by code, remainders last
  std::vector<bool> is_remainder;
  std::vector<std::uint32_t> leaf_of;     ///< where a child at a node of the hierarchy counts; no_node where nowhere
  std::uint32_t nowhere = no_node;        ///< where a child without any place counts
};

PublishedTree published_tree(const Hierarchy& hierarchy, const std::vector<bool>& published_levels);

}  // namespace childwell::inline v0_1::detail
