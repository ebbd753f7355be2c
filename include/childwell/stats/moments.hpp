// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// Mean and sample variance. The variance needs two values and is NaN with one.
struct Moments {
  std::int64_t count = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();  ///< divided by count - 1; units squared
  Status status = Status::not_enough_data;                     ///< degenerate when all values are equal
};

/// Mean and variance by two passes over values shifted by the first one, in fixed chunks.
///
/// Use for marks and rates of any size and offset; equal values give a variance of exactly 0. The order of the values
/// is part of the last digits: give them in pseudonym order.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @return mean in the unit of the values, variance in its square; not_enough_data with fewer than two values
/// @throws std::bad_alloc; cost: two passes
/// @source Chan, Golub and LeVeque 1983, Am. Stat. 37 (corrected two-pass); NIST NumAcc1 to NumAcc4 to 14 digits of
///         the mean and 8 of the variance of NumAcc4, whose data are rounded
Moments moments(std::span<const double> values);

}  // namespace childwell::inline v0_1::stats
