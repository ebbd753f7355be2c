// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A sum in two doubles (about 106 bits), for real weights in the order of scores: rows of equal score may come in any
// order and leave the same double behind, but for cases nearer to a half unit in the last place than 2^-100.
#pragma once

namespace childwell::inline v0_1::stats {

class ExactSum {
 public:
  void add(double value) noexcept {
    const double sum = high_ + value;
    const double part = sum - high_;
    low_ += (high_ - (sum - part)) + (value - part);
    high_ = sum;
  }
  [[nodiscard]] double value() const noexcept { return high_ + low_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace childwell::inline v0_1::stats
