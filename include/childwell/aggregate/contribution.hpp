// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/places.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// What a measure of groups is.
enum class MeasureKind : std::uint8_t {
  count,  ///< of children: numerator 1 for each child counted
  ratio,  ///< units of units, such as absence: children are clusters
  share,  ///< children of children, 0 or 1 each
  mean    ///< of a real number of each child
};

inline constexpr std::array<std::string_view, 4> measure_kind_words = {"count", "ratio", "share", "mean"};

/// The word of a kind of measure, as it stands in catalogues.
///
/// Use wherever a kind leaves the library.
/// @param kind   any kind
/// @return count, ratio, share or mean
/// @throws never
/// @source house file, "One line"
constexpr std::string_view word(MeasureKind kind) noexcept {
  return measure_kind_words[static_cast<std::size_t>(kind)];
}

/// What one child adds to a measure at one place.
struct Contribution {
  std::uint32_t child = 0;         ///< position in pseudonym order
  std::uint32_t place = no_node;   ///< node of the hierarchy, as fine as is known
  double numerator = 0.0;
  double observed = 0.0;
  double expected = 0.0;           ///< at least observed
};

/// One measure over all children.
struct MeasureInput {
  std::string id;
  MeasureKind kind = MeasureKind::ratio;
  std::string policy;
  std::string exam;
  std::string subject;
  std::string population;       ///< measures of the same children share it: their hidden cells are chosen together
  std::string parts;            ///< id of measures of single papers that add up to this one, and that it may not give away
  std::uint32_t hierarchy = 0;  ///< position among the hierarchies given
  bool sensitive = true;        ///< false where the numerator says something of registers and nothing of children
  bool above_school = true;     ///< false: not comparable above the school
  std::vector<Contribution> rows;  ///< a share, count or mean takes a child once
};

}  // namespace childwell::inline v0_1
