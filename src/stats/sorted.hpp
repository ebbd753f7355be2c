// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "arguments.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

inline std::vector<double> sorted_present(std::span<const double> values) {
  std::vector<double> kept = present(values);
  std::sort(kept.begin(), kept.end());
  return kept;
}

// Infinite values stand at the ends of sorted ones.
inline bool sorted_finite(std::span<const double> sorted) {
  return sorted.empty() || (std::isfinite(sorted.front()) && std::isfinite(sorted.back()));
}

// Fills count, missing and the status that speaks against a number; true when there is nothing against it.
template <class Made>
bool counted(Made& made, std::span<const double> values, std::span<const double> sorted) {
  made.count = static_cast<std::int64_t>(sorted.size());
  made.missing = static_cast<std::int64_t>(values.size() - sorted.size());
  if (sorted.empty()) return false;
  if (!sorted_finite(sorted)) {
    made.status = Status::not_finite;
    return false;
  }
  made.status = Status::ok;
  return true;
}

inline double sorted_median(std::span<const double> sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : std::midpoint(sorted[half - 1], sorted[half]);
}

}  // namespace childwell::inline v0_1::stats
