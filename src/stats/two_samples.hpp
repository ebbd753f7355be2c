// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sorted.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

// Two groups without their missing values, each sorted.
struct TwoSamples {
  std::vector<double> first;
  std::vector<double> second;
};

// Fills counts; the status is ok when both groups hold a value and all values are finite.
template <class Made>
TwoSamples two_samples(Made& made, std::span<const double> first, std::span<const double> second) {
  TwoSamples kept{sorted_present(first), sorted_present(second)};
  made.count_first = static_cast<std::int64_t>(kept.first.size());
  made.count_second = static_cast<std::int64_t>(kept.second.size());
  made.missing = static_cast<std::int64_t>(first.size() + second.size() - kept.first.size() - kept.second.size());
  if (!sorted_finite(kept.first) || !sorted_finite(kept.second)) {
    made.status = Status::not_finite;
  } else if (!kept.first.empty() && !kept.second.empty()) {
    made.status = Status::ok;
  }
  return kept;
}

}  // namespace childwell::inline v0_1::stats
