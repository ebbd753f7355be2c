// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// On which scale an interval is symmetric: logit for rates in [0, 1], identity for means.
enum class IntervalScale : std::uint8_t { logit, identity };

struct RatioOptions {
  double level = 0.95;
  IntervalScale scale = IntervalScale::logit;
  double design_effect = 1.0;  ///< of clustering above the child (classes, schools), multiplies the variance
};

/// A ratio of sums with its sampling error. Undefined parts are NaN; `status` says why.
struct RatioEstimate {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double design_effect = std::numeric_limits<double>::quiet_NaN();  ///< variance over that of independent sessions
  double level = 0.95;
  std::int64_t clusters = 0;  ///< children with a denominator above 0
  Status status = Status::not_enough_data;
};

/// Ratio estimate sum(x) / sum(n) with clusters (children) as the unit of sampling.
///
/// Use for a rate over sessions of many children, whose sessions hang together; for one child's rate it says nothing.
/// Variance by linearisation, m / (m - 1) sum (x_i - r n_i)^2 / (sum n)^2, interval with t of m - 1 on the scale of the
/// options. It describes a propensity: what the same children could have shown in another like period.
/// @param numerators     x, shape (m,); on the logit scale 0 <= x_i <= n_i; NaN is missing
/// @param denominators   n, shape (m,), at least 0; NaN is missing, 0 is no cluster
/// @param options        level in (0, 1), scale, design effect above 0
/// @return the estimate; not_enough_data with fewer than two clusters (the ratio stands, without an interval);
///         degenerate when all clusters have the same ratio: at 0 or 1 on the logit scale the interval is
///         Clopper-Pearson's with a child as one trial, else it is NaN
/// @throws std::invalid_argument when lengths differ, or a value lies outside the stated range; cost: two passes
/// @source Cochran 1977, Sampling Techniques, 6.4; Korn and Graubard 1998, Surv. Methodol. 24 (logit scale);
///         recomputed in NumPy to 1e-12, coverage by simulation in the tests
RatioEstimate ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                             const RatioOptions& options = {});

}  // namespace childwell::inline v0_1::stats
