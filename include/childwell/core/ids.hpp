// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace childwell::inline v0_1 {

/// A position in one table of the cohort. The tag keeps a child's position from being used as a lane's.
template <class Tag>
struct Index {
  std::uint32_t value = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] constexpr bool known() const noexcept { return value != std::numeric_limits<std::uint32_t>::max(); }
  friend constexpr auto operator<=>(Index, Index) noexcept = default;
};

using ChildIndex = Index<struct ChildTag>;
using LaneIndex = Index<struct LaneTag>;
using PlaceIndex = Index<struct PlaceTag>;
using NameIndex = Index<struct NameTag>;

}  // namespace childwell::inline v0_1
