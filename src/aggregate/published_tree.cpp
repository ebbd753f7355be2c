// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "published_tree.hpp"

#include <childwell/aggregate/groups.hpp>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace childwell::inline v0_1 {
namespace {

bool is_number(std::string_view code) noexcept {
  return !code.empty() && std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_zeros(std::string_view code) noexcept {
  const std::size_t first = code.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : code.substr(first);
}

}  // namespace

bool code_before(std::string_view first, std::string_view second) noexcept {
  const bool first_last = first == remainder_code;
  const bool second_last = second == remainder_code;
  if (first_last || second_last) return !first_last && second_last;
  const bool first_number = is_number(first);
  if (first_number != is_number(second)) return first_number;
  if (!first_number) return first < second;
  const std::string_view a = without_zeros(first);
  const std::string_view b = without_zeros(second);
  if (a.size() != b.size()) return a.size() < b.size();
  return a == b ? first < second : a < b;
}

namespace detail {
namespace {

// Grows the tree depth first, so that parents come before children and a family stays together.
class Grower {
 public:
  Grower(const Hierarchy& hierarchy, const std::vector<bool>& published_levels)
      : from_(hierarchy.nodes), anchors_(from_.size(), no_node), parts_(from_.size() + 1), placed_(from_.size() + 1) {
    for (std::size_t i = 0; i < from_.size(); ++i) {
      const std::uint32_t parent = from_[i].parent;
      if (parent != no_node && parent >= i) {
        throw std::invalid_argument("childwell: a hierarchy must name a place after the place that contains it");
      }
      const std::uint32_t above = parent == no_node ? no_node : anchors_[parent];
      const bool published = published_levels[static_cast<std::size_t>(from_[i].level)];
      anchors_[i] = published ? static_cast<std::uint32_t>(i) : above;
      if (published) parts_[slot(above)].push_back(i);
    }
  }

  PublishedTree grow() {
    place_parts(no_node, no_node);
    for (const std::uint32_t anchor : anchors_) tree_.leaf_of.push_back(leaf_under(anchor));
    tree_.nowhere = leaf_under(no_node);
    return std::move(tree_);
  }

 private:
  struct Placed {
    std::uint32_t node = no_node;
    std::uint32_t remainder = no_node;
  };

  [[nodiscard]] std::size_t slot(std::uint32_t node) const { return node == no_node ? from_.size() : node; }

  std::uint32_t put(std::string code, std::uint32_t parent, Level level, bool remainder) {
    tree_.nodes.push_back({std::move(code), parent, level});
    tree_.is_remainder.push_back(remainder);
    return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
  }

  void place_parts(std::uint32_t whole, std::uint32_t placed_whole) {
    std::vector<std::size_t>& parts = parts_[slot(whole)];
    if (parts.empty()) return;
    std::stable_sort(parts.begin(), parts.end(),
                     [this](std::size_t a, std::size_t b) { return code_before(from_[a].code, from_[b].code); });
    Level widest = Level::class_;
    for (const std::size_t part : parts) {
      widest = std::min(widest, from_[part].level);
      const std::uint32_t placed = put(from_[part].code, placed_whole, from_[part].level, false);
      placed_[part].node = placed;
      place_parts(static_cast<std::uint32_t>(part), placed);
    }
    placed_[slot(whole)].remainder = put(std::string(remainder_code), placed_whole, widest, true);
  }

  [[nodiscard]] std::uint32_t leaf_under(std::uint32_t anchor) const {
    const Placed& placed = placed_[slot(anchor)];
    return placed.remainder != no_node ? placed.remainder : placed.node;
  }

  const std::vector<PlaceNode>& from_;
  std::vector<std::uint32_t> anchors_;            // the nearest published place, itself included
  std::vector<std::vector<std::size_t>> parts_;   // published places by the published place above; last slot: the top
  std::vector<Placed> placed_;
  PublishedTree tree_;
};

}  // namespace

PublishedTree published_tree(const Hierarchy& hierarchy, const std::vector<bool>& published_levels) {
  return Grower(hierarchy, published_levels).grow();
}

}  // namespace detail
}  // namespace childwell::inline v0_1
