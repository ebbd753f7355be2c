// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// Rates of groups that vary by a beta distribution. Undefined parts are NaN; `status` says why.
struct BetaBinomialFit {
  double mean = std::numeric_limits<double>::quiet_NaN();   ///< alpha / (alpha + beta)
  double rho = std::numeric_limits<double>::quiet_NaN();    ///< 1 / (1 + alpha + beta): correlation within a group
  double alpha = std::numeric_limits<double>::quiet_NaN();  ///< infinite where rho is 0
  double beta = std::numeric_limits<double>::quiet_NaN();
  double mean_standard_error = std::numeric_limits<double>::quiet_NaN();
  double rho_standard_error = std::numeric_limits<double>::quiet_NaN();  ///< NaN at a boundary
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;    ///< groups with trials
  std::int64_t missing = 0;  ///< groups left out: a count is missing
  Status status = Status::not_enough_data;
};

/// Posterior of each group's rate: shape (m,) each, NaN where a count is missing.
struct GroupPosteriors {
  std::vector<double> mean;
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> shrinkage;  ///< weight of the common mean, 0 to 1
  double level = 0.95;
  Status status = Status::not_enough_data;
};

/// How much counts vary beyond their distribution. Undefined parts are NaN; `status` says why.
struct DispersionTest {
  double dispersion = std::numeric_limits<double>::quiet_NaN();  ///< Pearson's chi-squared over degrees of freedom
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Beta-binomial distribution of groups' event counts, by maximum likelihood.
///
/// Use for rates of children or classes whose underlying rates differ. Not with a handful of groups, where the spread
/// rests on nothing. Boundaries are closed forms: spread no larger than binomial gives rho 0 and the pooled rate; no
/// events, or nothing else, gives the mean 0 or 1 and no rho; groups that are all empty or full give rho 1.
/// @param events   shape (m,), whole, 0 to trials; NaN is missing
/// @param trials   shape (m,), whole, 0 to 10,000,000; NaN is missing, 0 is no group
/// @return ok; boundary (rho 0 or 1; one group has rho 0; mean 0 or 1 has no rho); degenerate when every group has one
///         trial, which tells the mean only; not_converged without numbers; not_finite; not_enough_data without groups
/// @throws std::invalid_argument when lengths differ or a count is outside its range; cost: some 100 passes over the
///         numbers from 0 to the largest trials, and one over the groups
/// @source Griffiths 1973, Biometrics 29; profile likelihood searched over 15 powers of ten of rho / (1 - rho); root of
///         the score in mpmath to 1e-11, log-likelihood there to 1e-12, standard errors from its Hessian to 1e-10; R
///         nlm, VGAM and glmmTMB to 1e-6
BetaBinomialFit fit_beta_binomial(std::span<const double> events, std::span<const double> trials);

/// Posterior means and central intervals of groups' rates under a fitted beta-binomial.
///
/// Use to draw rates of few trials towards the mean, beside the raw rates. The interval takes the fit as known, so it is
/// too narrow with few groups. Not for ranking groups.
/// @param events   shape (m,), whole, 0 to trials; NaN is missing
/// @param trials   shape (m,), whole, 0 to 10,000,000; with 0 the posterior is the fitted distribution
/// @param fit      from fit_beta_binomial
/// @param level    level of the interval, in (0, 1)
/// @return means and intervals in [0, 1]; a single point where rho is 0 or 1; the fit's status where it has no rho
/// @throws std::invalid_argument when lengths differ, a count is outside its range or level is outside (0, 1); cost: two
///         beta quantiles a group
/// @source Robbins 1956; Casella 1985, Am. Stat. 39; means: exact fractions to 1e-14; ends: scipy and roots in mpmath
///         to 1e-12; R qbeta, whose fit stops sooner, to 1e-8
GroupPosteriors beta_binomial_posterior(std::span<const double> events, std::span<const double> trials,
                                        const BetaBinomialFit& fit, double level = 0.95);

/// Pearson's dispersion of binomial counts about their pooled rate.
///
/// Use to learn whether groups' rates differ more than chance, and to widen intervals (quasi-binomial). Not with expected
/// counts below about one a group, where the p value is rough.
/// @param events   shape (m,), whole, 0 to trials; NaN is missing
/// @param trials   shape (m,), whole, 0 to 10,000,000; NaN is missing, 0 is no group
/// @return chi-squared over m - 1, 1 expected; degenerate when no event or nothing else was seen; not_finite;
///         not_enough_data with fewer than two groups
/// @throws std::invalid_argument when lengths differ or a count is outside its range; cost: two passes
/// @source McCullagh and Nelder 1989, 4.5; exact fractions to 1e-13, p value in mpmath to 1e-12; R to 1e-8
DispersionTest binomial_dispersion(std::span<const double> events, std::span<const double> trials);

}  // namespace childwell::inline v0_1::stats
