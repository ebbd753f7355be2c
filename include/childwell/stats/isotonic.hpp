// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// What equal x mean: one value for all of them, or values that may differ in the order of y.
enum class IsotonicTies : std::uint8_t { secondary, primary };

struct IsotonicOptions {
  bool increasing = true;
  IsotonicTies ties = IsotonicTies::secondary;
};

/// A monotone fit. Undefined parts are NaN; `status` says why.
struct IsotonicFit {
  std::vector<double> fitted;  ///< in the order of the rows; NaN where a row is missing or has no weight
  std::vector<double> x;       ///< in rising order: distinct x (secondary), or one a row (primary)
  std::vector<double> mean;    ///< weighted mean of y there
  std::vector<double> weight;
  std::vector<double> value;   ///< the fit there
  std::int64_t blocks = 0;     ///< stretches of equal value
  double residual_sum_of_squares = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Isotonic regression: the monotone function of x nearest to y by weighted least squares, pooling adjacent violators.
///
/// Use to calibrate a score without a formula, or to hold a trend to one direction. Not for fewer than some hundred
/// children: it follows the sample closely, and its ends most.
/// @param x         shape (n,), any unit; NaN is missing
/// @param y         shape (n,), any unit; NaN is missing
/// @param weights   empty, or shape (n,), finite and at least 0; a row of weight 0 is no row
/// @param options   direction; how equal x are treated: secondary (one value, the mean of y) or primary (the fit may
///                  rise within them, Kruskal's weak treatment)
/// @return fit by row and by x; not_enough_data without rows, not_finite
/// @throws std::invalid_argument when lengths differ or a weight is negative or not finite; std::bad_alloc.
///         Cost: one sort and one pass
/// @source Barlow et al. 1972, Statistical Inference under Order Restrictions; Iso::pava and scikit-learn
///         IsotonicRegression to 1e-12, optimality conditions on 10,000 random vectors
IsotonicFit isotonic_regression(std::span<const double> x, std::span<const double> y,
                                std::span<const double> weights = {}, const IsotonicOptions& options = {});

}  // namespace childwell::inline v0_1::stats
