// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How the mean hangs on the linear predictor.
enum class Link : std::uint8_t {
  logit,                  ///< mean = 1 / (1 + exp(-eta))
  complementary_log_log,  ///< mean = 1 - exp(-exp(eta)); coefficients are log hazard ratios
  log                     ///< mean = exp(eta)
};
inline constexpr std::array<std::string_view, 3> link_words = {"logit", "complementary_log_log", "log"};

/// What all generalised linear models share. Weights count rows: 2 is a row given twice, 0 a row that is not there; but
/// Pearson's dispersion and the degrees of freedom count rows as they are given, as R's glm does.
struct GeneralisedOptions {
  bool intercept = true;      ///< a first column of ones, never penalised
  double ridge = 0.0;         ///< maximises log-likelihood - ridge / 2 * sum of squared coefficients; at least 0
  bool firth = false;         ///< logistic only: Jeffreys prior, finite also under separation
  double level = 0.95;        ///< of the Wald intervals, in (0, 1)
  std::int64_t most_steps = 100;
  std::vector<std::string> names;  ///< of the columns; empty gives x0, x1, ...
};

/// A generalised linear model and what is known about it. One entry a coefficient, the intercept first; a column that
/// was left out has NaN. Without a maximum (separated, not_converged ...) all numbers are NaN: no half-converged fit.
struct GeneralisedFit {
  std::vector<std::string> names;
  std::vector<double> coefficients;
  std::vector<double> standard_errors;  ///< from the expected information at the estimate, plus the ridge
  std::vector<double> statistics;       ///< coefficient / standard error
  std::vector<double> p_values;         ///< two-sided; normal, or t where the dispersion is estimated
  std::vector<double> lower;
  std::vector<double> upper;
  Matrix covariance;
  double dispersion = std::numeric_limits<double>::quiet_NaN();  ///< 1, or estimated when the model says so
  double pearson_dispersion = std::numeric_limits<double>::quiet_NaN();  ///< Pearson's X2 / residual degrees of freedom
  double deviance = std::numeric_limits<double>::quiet_NaN();
  double null_deviance = std::numeric_limits<double>::quiet_NaN();
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();  ///< NaN where there is none (quasi-Poisson)
  double aic = std::numeric_limits<double>::quiet_NaN();
  double theta = std::numeric_limits<double>::quiet_NaN();  ///< negative binomial: variance = mean + mean^2 / theta
  double theta_standard_error = std::numeric_limits<double>::quiet_NaN();
  double condition = std::numeric_limits<double>::quiet_NaN();  ///< of the weighted design, columns of equal length
  double level = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;    ///< rows used
  std::int64_t missing = 0;  ///< rows left out because a value was NaN
  std::int64_t rank = 0;
  std::int64_t residual_degrees_of_freedom = 0;
  std::int64_t iterations = 0;
  std::vector<std::string> left_out;    ///< columns that repeat earlier ones
  std::vector<std::string> separating;  ///< columns whose coefficients have no finite maximum
  bool intercept = true;
  bool dispersion_is_estimated = false;  ///< quasi-Poisson: tests and intervals use t
  Link link = Link::logit;
  Status status = Status::not_enough_data;
};

/// Predictions of a generalised linear model. One entry a row; NaN where a value of the row is missing.
struct GeneralisedPredictions {
  std::vector<double> linear_predictors;
  std::vector<double> standard_errors;  ///< of the linear predictors
  std::vector<double> means;
  std::vector<double> lower;  ///< of the mean, made on the scale of the linear predictor
  std::vector<double> upper;
  Status status = Status::not_enough_data;
};

/// Logistic regression by maximum likelihood, ridge-penalised or Firth's on request.
///
/// Use for yes-or-no outcomes of independent children. Newton steps through a QR decomposition of the weighted design,
/// halved when the likelihood would fall; a fit near the edge is put to detect_separation, so that no infinite estimate
/// is returned as a number. Wald intervals that say 95 % cover 99 % at 10 rows, 96 % at 30 and 95 % from 100 on (one
/// normal column, events even; Firth's the same). Not for prediction from many columns without a penalty.
/// @param design     shape (n, p), without a column of ones; NaN is missing, its row is left out
/// @param outcomes   shape (n,), 0 or 1, or a share in [0, 1] with the number of trials as weight; NaN is missing
/// @param weights    shape (n,) or empty, at least 0
/// @param offsets    shape (n,) or empty, known parts of the linear predictor; NaN is missing
/// @param options    intercept, ridge, firth, level, names
/// @return coefficients with Wald intervals; separated or quasi_separated with the columns named and no numbers;
///         rank_deficient with the repeating columns NaN and named; degenerate when all outcomes are equal;
///         not_enough_data with fewer rows than coefficients; not_finite; not_converged
/// @throws std::invalid_argument when lengths differ, an outcome lies outside [0, 1] or an option outside its range;
///         cost: about 2 n p^2 operations a step
/// @source McCullagh and Nelder 1989; Firth 1993, Biometrika 80; R glm (coefficients 1e-8, standard errors 1e-7),
///         R brglm2 AS_mean to 1e-7
GeneralisedFit fit_logistic(const MatrixView& design, std::span<const double> outcomes,
                            std::span<const double> weights = {}, std::span<const double> offsets = {},
                            const GeneralisedOptions& options = {});

/// Poisson regression with log link.
///
/// Use for counts whose variance is near their mean; look at pearson_dispersion, and where it is well above 1 use
/// fit_quasi_poisson or fit_negative_binomial. A column that is not zero only where all counts are 0 separates.
/// @param design      shape (n, p), without a column of ones; NaN is missing, its row is left out
/// @param counts      shape (n,), at least 0; NaN is missing
/// @param exposures   shape (n,) or empty, above 0 (child-days, sessions); their logarithm is an offset; NaN is missing
/// @param weights     shape (n,) or empty, at least 0
/// @param offsets     shape (n,) or empty; added to the linear predictor; NaN is missing
/// @param options     intercept, ridge, level, names
/// @return as fit_logistic; degenerate when all counts are 0
/// @throws std::invalid_argument when lengths differ, a count is below 0, an exposure not above 0, firth is asked for,
///         or an option lies outside its range; cost: about 2 n p^2 operations a step
/// @source McCullagh and Nelder 1989; Correia, Guimaraes and Zylkin 2021 (existence); R glm (coefficients 1e-8,
///         standard errors 1e-7)
GeneralisedFit fit_poisson(const MatrixView& design, std::span<const double> counts,
                           std::span<const double> exposures = {}, std::span<const double> weights = {},
                           std::span<const double> offsets = {}, const GeneralisedOptions& options = {});

/// Poisson regression whose variance is a multiple of the mean: quasi-Poisson.
///
/// Use for overdispersed counts when only the means are modelled; there is no likelihood and no AIC. Dispersion is
/// Pearson's X2 over the residual degrees of freedom, tests and intervals use t. Weights are precisions, as in R: the
/// variance of a count is dispersion * mean / weight, and multiplying all weights changes no error; repeat rows that
/// stand for several children.
/// @param design, counts, exposures, weights, offsets, options   as fit_poisson
/// @return as fit_poisson, standard errors times sqrt(dispersion); not_enough_data, with coefficients but without
///         errors, when no degree of freedom is left
/// @throws as fit_poisson
/// @source McCullagh and Nelder 1989, 6.2; R glm(quasipoisson) to 1e-7
GeneralisedFit fit_quasi_poisson(const MatrixView& design, std::span<const double> counts,
                                 std::span<const double> exposures = {}, std::span<const double> weights = {},
                                 std::span<const double> offsets = {}, const GeneralisedOptions& options = {});

/// Negative binomial regression, variance = mean + mean^2 / theta, theta by maximum likelihood.
///
/// Use for overdispersed counts with a likelihood. Coefficients and theta take turns until both stand still; when the
/// likelihood still rises as theta grows, theta is infinite, the fit is the Poisson fit and the status says boundary.
/// Intervals take theta as known: those that say 95 % cover 89 % at 10 rows, 92 % at 30, 95 % from 100 on (theta 2).
/// @param design, exposures, weights, offsets, options   as fit_poisson; no ridge
/// @param counts   shape (n,), whole numbers from 0 to 10,000,000; NaN is missing
/// @return as fit_poisson, with theta and its standard error from the observed information; boundary with theta = Inf
/// @throws std::invalid_argument as fit_poisson, and when a count is not whole or too large
/// @source Lawless 1987, Can. J. Stat. 15; Venables and Ripley 2002, 7.4; R MASS glm.nb to 1e-6
GeneralisedFit fit_negative_binomial(const MatrixView& design, std::span<const double> counts,
                                     std::span<const double> exposures = {}, std::span<const double> weights = {},
                                     std::span<const double> offsets = {}, const GeneralisedOptions& options = {});

/// Discrete-time hazard model on person-period rows, with logit or complementary log-log link.
///
/// Use for "in which term did it happen": expand with person_periods, then fit. The complementary log-log link gives
/// log hazard ratios of the grouped proportional-hazards model. Rows of one child need no clustering: their likelihood
/// factors.
/// @param design    shape (n, p), rows of person_periods or the like; NaN is missing
/// @param events    shape (n,), 1 in the period of the event, else 0; NaN is missing
/// @param link      logit or complementary_log_log
/// @param weights, offsets, options   as fit_logistic
/// @return as fit_logistic
/// @throws std::invalid_argument as fit_logistic, and when the link is log
/// @source Prentice and Gloeckler 1978, Biometrics 34; Allison 1982, Sociol. Methodol. 13; R glm(binomial(cloglog))
///         (coefficients 1e-8, standard errors 1e-7)
GeneralisedFit fit_discrete_hazard(const MatrixView& design, std::span<const double> events, Link link = Link::logit,
                                   std::span<const double> weights = {}, std::span<const double> offsets = {},
                                   const GeneralisedOptions& options = {});

/// Means and intervals of new rows under a fitted model.
///
/// Use for scores and for expected counts. A column that was left out of the fit is left out here. Intervals are by the
/// normal distribution, or by t where the dispersion is estimated.
/// @param fit       a fit that has coefficients
/// @param design    shape (n, p), the fit's columns in the fit's order; NaN is missing
/// @param offsets   shape (n,) or empty
/// @param level     of the intervals, in (0, 1)
/// @return one entry a row; the fit's own status when it has no coefficients, and then all NaN
/// @throws std::invalid_argument when the number of columns or lengths differ, or level is outside (0, 1)
/// @source McCullagh and Nelder 1989; R predict.glm to 1e-9
GeneralisedPredictions predict_generalised(const GeneralisedFit& fit, const MatrixView& design,
                                           std::span<const double> offsets = {}, double level = 0.95);

}  // namespace childwell::inline v0_1::stats
