// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// Levels of groups, from the widest to the narrowest.
enum class Level : std::uint8_t { city, county, township, school, class_ };

inline constexpr std::array<std::string_view, 5> level_words = {"city", "county", "township", "school", "class"};

/// The word of a level, as it stands in columns and reports.
///
/// Use wherever a level leaves the library.
/// @param level   any level
/// @return city, county, township, school or class
/// @throws never
/// @source data model, table places
constexpr std::string_view word(Level level) noexcept { return level_words[static_cast<std::size_t>(level)]; }

/// No parent, or no place at all.
inline constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

/// The code of the group of children who have no place at a level.
inline constexpr std::string_view remainder_code = "(none)";

/// One place and what contains it.
struct PlaceNode {
  std::string code;
  std::uint32_t parent = no_node;
  Level level = Level::city;
};

/// Places in each other: parents before children, siblings in order of code.
struct Hierarchy {
  std::string name;  ///< school or home
  std::vector<PlaceNode> nodes;
};

}  // namespace childwell::inline v0_1
