// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/ratio.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How far groups differ beyond their sampling error, and around what. Undefined parts are NaN.
struct BetweenGroups {
  double variance = std::numeric_limits<double>::quiet_NaN();  ///< tau squared, in the square of the estimates' unit
  double centre = std::numeric_limits<double>::quiet_NaN();
  double centre_variance = std::numeric_limits<double>::quiet_NaN();
  double heterogeneity = std::numeric_limits<double>::quiet_NaN();  ///< Cochran's Q; groups - 1 expected when none
  std::int64_t groups = 0;
  Status status = Status::not_enough_data;
};

/// A group's estimate drawn towards the centre by what its size cannot support.
struct PooledEstimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double shrinkage = std::numeric_limits<double>::quiet_NaN();  ///< weight of the centre, 0 to 1
};

/// Paule and Mandel's between-group variance: the tau squared at which Q(tau squared) equals groups - 1.
///
/// Use to learn whether groups differ at all before they are compared. When Q(0) is at most groups - 1 the root is the
/// boundary and tau squared is exactly 0, without iteration. Not with variances estimated from two or three children:
/// smooth them first.
/// @param estimates   shape (k,), any unit; NaN is missing
/// @param variances   sampling variances, shape (k,), above 0; NaN is missing
/// @return not_enough_data with fewer than two groups; not_finite with an infinite value, or numbers too large to square;
///         degenerate when no convergence within 200 Newton steps
/// @throws std::invalid_argument when lengths differ or a variance is not above 0; cost: a few passes
/// @source Paule and Mandel 1982, J. Res. NBS 87; DerSimonian and Kacker 2007, Contemp. Clin. Trials 28; checked against
///         statsmodels combine_effects(method_re="iterated") to 1e-8
BetweenGroups paule_mandel(std::span<const double> estimates, std::span<const double> variances);

/// Sampling variances that share one within-group variability: v_i = (sum n_j^2 v_j / sum n_j) / n_i.
///
/// Use before pooling rates or means: a group at 0 % or 100 % has an estimated variance of 0, which would pin it, and
/// small groups have variances too noisy to be weights. For rates this is the common rate's binomial variance times a
/// common design effect. Not where groups are known to differ in variability.
/// @param variances   estimated sampling variances, shape (k,), at least 0; NaN is missing and borrows
/// @param sizes       sums of denominators, shape (k,), above 0
/// @return shape (k,), above 0; all NaN when every variance is 0 or missing
/// @throws std::invalid_argument when lengths differ or a value lies outside the stated range; cost: one pass
/// @source pooled within-group variance; Efron and Morris 1975, J. Am. Stat. Assoc. 70; recomputed in NumPy to 1e-12
std::vector<double> smoothed_variances(std::span<const double> variances, std::span<const double> sizes);

/// Empirical-Bayes estimates of groups, with intervals that carry the uncertainty of centre and shrinkage.
///
/// Use beside the observed values of small groups, never instead of them. With fewer than four groups nothing is
/// shrunk. Shrinkage is (k - 3) / (k - 1) times v / (v + tau squared), so that it never becomes complete, and the
/// interval adds the terms for the estimated centre and weight. Not for ranking groups.
/// @param estimates   shape (k,), any unit; NaN is missing
/// @param variances   sampling variances, shape (k,), above 0; NaN is missing
/// @param between     from paule_mandel over the same groups
/// @param scale       logit keeps the interval of a rate within (0, 1)
/// @param level       level of the interval, in (0, 1)
/// @return shape (k,); NaN where an estimate or variance is missing, and everywhere with an infinite value
/// @throws std::invalid_argument when lengths differ or level is outside (0, 1); cost: two passes
/// @source Morris 1983, J. Am. Stat. Assoc. 78, section 1 and its general-variance form; coverage by simulation in the tests
std::vector<PooledEstimate> shrunken_estimates(std::span<const double> estimates, std::span<const double> variances,
                                               const BetweenGroups& between,
                                               IntervalScale scale = IntervalScale::logit, double level = 0.95);

}  // namespace childwell::inline v0_1::stats
