// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// The caller's mistake, worded: which function, what is wrong and how to put it right. Never a value of the data.
[[noreturn]] inline void refuse(std::string_view function, std::string_view what) {
  throw std::invalid_argument("childwell." + std::string(function) + ": " + std::string(what));
}

inline void check_level(std::string_view function, double level) {
  if (!(level > 0.0 && level < 1.0)) refuse(function, "level must lie between 0 and 1, such as 0.95");
}

inline void check_same_length(std::string_view function, std::size_t first, std::size_t second, std::string_view names) {
  if (first != second) refuse(function, std::string(names) + " must have the same length");
}

/// Weights are none (empty) or one a row, finite and not below 0; a weight of 0 is a row that is not there.
inline void check_weights(std::string_view function, std::span<const double> weights, std::size_t rows) {
  if (weights.empty()) return;
  check_same_length(function, weights.size(), rows, "weights and values");
  if (!std::all_of(weights.begin(), weights.end(), [](double w) { return w >= 0.0 && std::isfinite(w); })) {
    refuse(function, "weights must be finite and not below 0");
  }
}

/// The values that are not missing, in their order.
inline std::vector<double> present(std::span<const double> values) {
  std::vector<double> kept;
  kept.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept), [](double x) { return !std::isnan(x); });
  return kept;
}

inline bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace childwell::inline v0_1::stats
