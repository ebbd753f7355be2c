// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/beta_binomial.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// Rates of groups that vary by a gamma distribution. Undefined parts are NaN; `status` says why.
struct GammaPoissonFit {
  double mean = std::numeric_limits<double>::quiet_NaN();        ///< events per unit of exposure
  double dispersion = std::numeric_limits<double>::quiet_NaN();  ///< squared coefficient of variation of the rates
  double shape = std::numeric_limits<double>::quiet_NaN();       ///< 1 / dispersion; infinite where it is 0
  double rate = std::numeric_limits<double>::quiet_NaN();        ///< shape / mean
  double mean_standard_error = std::numeric_limits<double>::quiet_NaN();
  double dispersion_standard_error = std::numeric_limits<double>::quiet_NaN();  ///< NaN at a boundary
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;    ///< groups with exposure
  std::int64_t missing = 0;  ///< groups left out: a number is missing
  Status status = Status::not_enough_data;
};

/// Gamma-Poisson (negative binomial) distribution of groups' event counts, by maximum likelihood.
///
/// Use for counts over time or persons whose underlying rates differ. Not with a handful of groups. Boundaries are closed
/// forms: spread no larger than Poisson's gives dispersion 0 and the pooled rate; no events give the mean 0 and no
/// dispersion.
/// @param events      shape (m,), whole, 0 to 10,000,000; NaN is missing
/// @param exposures   shape (m,), at least 0, any unit; NaN is missing, 0 is no group
/// @return ok; boundary (dispersion 0, always so with one group; mean 0); not_converged without numbers; not_finite;
///         not_enough_data without groups
/// @throws std::invalid_argument when lengths differ, a number is outside its range, or events stand without exposure;
///         cost: some 100 passes over the groups and the numbers from 0 to the largest count
/// @source Lawless 1987, Can. J. Stat. 15; profile likelihood searched over 15 powers of ten of the dispersion; root of
///         the score in mpmath to 1e-11, log-likelihood there to 1e-12, standard errors from its Hessian to 1e-10; R
///         MASS::glm.nb to 1e-10
GammaPoissonFit fit_gamma_poisson(std::span<const double> events, std::span<const double> exposures);

/// Posterior means and central intervals of groups' rates under a fitted gamma-Poisson.
///
/// Use to draw rates of little exposure towards the mean, beside the raw rates. The interval takes the fit as known, so it
/// is too narrow with few groups. Not for ranking groups.
/// @param events      shape (m,), whole, 0 to 10,000,000; NaN is missing
/// @param exposures   shape (m,), at least 0; with 0 the posterior is the fitted distribution
/// @param fit         from fit_gamma_poisson
/// @param level       level of the interval, in (0, 1)
/// @return means and intervals per unit of exposure; a single point where the dispersion is 0; the fit's status where it
///         has no dispersion
/// @throws std::invalid_argument when lengths differ, a number is outside its range or level is outside (0, 1); cost: two
///         gamma quantiles a group
/// @source Clayton and Kaldor 1987, Biometrics 43; means: exact fractions to 1e-14; ends: scipy and roots in mpmath
///         to 1e-12
GroupPosteriors gamma_poisson_posterior(std::span<const double> events, std::span<const double> exposures,
                                        const GammaPoissonFit& fit, double level = 0.95);

/// Pearson's dispersion of Poisson counts about their pooled rate.
///
/// Use to learn whether rates differ more than chance, and to widen intervals (quasi-Poisson). Not with expected counts
/// below about one a group, where the p value is rough.
/// @param events      shape (m,), whole, 0 to 10,000,000; NaN is missing
/// @param exposures   shape (m,), at least 0; NaN is missing, 0 is no group
/// @return chi-squared over m - 1, 1 expected; degenerate when no event was seen; not_finite; not_enough_data with fewer
///         than two groups
/// @throws std::invalid_argument when lengths differ or a number is outside its range; cost: two passes
/// @source McCullagh and Nelder 1989, 6.2; exact fractions to 1e-13, p value in mpmath to 1e-12; R to 1e-10
DispersionTest poisson_dispersion(std::span<const double> events, std::span<const double> exposures);

}  // namespace childwell::inline v0_1::stats
