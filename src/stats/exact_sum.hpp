// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A sum in two doubles (about 106 bits), for real numbers of many rows: the rows may come in any order and leave the
// same double behind, but for sums nearer to a half unit in the last place than 2^-100 of their terms.
#pragma once

#include <cmath>

namespace childwell::inline v0_1::stats {

class ExactSum {
 public:
  void add(double value) noexcept {
    const double sum = high_ + value;
    const double part = sum - high_;
    low_ += (high_ - (sum - part)) + (value - part);
    high_ = sum;
  }
  void add(const ExactSum& other) noexcept {
    add(other.high_);
    low_ += other.low_;
  }
  void add_product(double a, double b) noexcept {
    const double product = a * b;
    add(product);
    low_ += std::fma(a, b, -product);
  }
  [[nodiscard]] double value() const noexcept { return high_ + low_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace childwell::inline v0_1::stats
