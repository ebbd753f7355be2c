// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace childwell::inline v0_1 {

/// Runs of marked days in a sequence of days; the runs at both ends stay open, so that two halves can be joined.
struct Runs {
  std::uint16_t length = 0;   ///< days in all
  std::uint16_t head = 0;     ///< marked days at the beginning
  std::uint16_t tail = 0;     ///< marked days at the end
  std::uint16_t longest = 0;
  std::uint16_t inner = 0;    ///< runs that touch neither end
  std::uint16_t inner_singles = 0;
  std::uint32_t inner_squares = 0;  ///< sum of their squared lengths

  /// Joins one day: what merge does with a single one, in a few steps.
  constexpr void add(bool marked) noexcept {
    const bool all = head == length;
    ++length;
    if (marked) {
      ++tail;
      if (all) head = tail;
      longest = std::max(longest, tail);
      return;
    }
    if (!all && tail > 0) {
      ++inner;
      if (tail == 1) ++inner_singles;
      inner_squares += std::uint32_t{tail} * tail;
    }
    tail = 0;
  }

  /// Joins the days that come after these.
  constexpr void merge(const Runs& later) noexcept {
    if (later.length == 0) return;
    if (length == 0) {
      *this = later;
      return;
    }
    const bool all = head == length;
    const bool later_all = later.head == later.length;
    const auto joined = static_cast<std::uint16_t>(tail + later.head);
    longest = std::max({longest, later.longest, joined});
    inner = static_cast<std::uint16_t>(inner + later.inner);
    inner_singles = static_cast<std::uint16_t>(inner_singles + later.inner_singles);
    inner_squares += later.inner_squares;
    if (!all && !later_all && joined > 0) {
      ++inner;
      if (joined == 1) ++inner_singles;
      inner_squares += std::uint32_t{joined} * joined;
    }
    if (all) head = joined;
    tail = later_all ? joined : later.tail;
    length = static_cast<std::uint16_t>(length + later.length);
  }

  [[nodiscard]] constexpr bool one_run() const noexcept { return length > 0 && head == length; }
  /// Number of runs, the open ones at the ends included.
  [[nodiscard]] constexpr std::int64_t count() const noexcept {
    if (one_run()) return 1;
    return inner + (head > 0 ? 1 : 0) + (tail > 0 ? 1 : 0);
  }
  [[nodiscard]] constexpr std::int64_t singles() const noexcept {
    if (one_run()) return length == 1 ? 1 : 0;
    return inner_singles + (head == 1 ? 1 : 0) + (tail == 1 ? 1 : 0);
  }
  [[nodiscard]] constexpr std::int64_t squares() const noexcept {
    if (one_run()) return std::int64_t{length} * length;
    return std::int64_t{inner_squares} + std::int64_t{head} * head + std::int64_t{tail} * tail;
  }
};

}  // namespace childwell::inline v0_1
