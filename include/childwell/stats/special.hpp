// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace childwell::inline v0_1::stats {

// Promotion policy. Boost.Math computes in long double by default. We switch that off (promote_double<false>): long
// double differs between platforms, so results would too, and the incomplete beta costs about eight times as much.
// The price is a relative error of up to about 1e-13 for the arguments met here (shape parameters up to 1e4).
// Arguments outside the domain, and NaN, give NaN: what that means is for the caller to say.

/// Cumulative distribution function of the standard normal.
///
/// Use for tail areas of statistics on the normal scale; not for small samples, which need student_t_cdf.
/// @param x   any real number; NaN is missing
/// @return probability of a value at most x, in [0, 1]; NaN for NaN
/// @throws never
/// @source Boost.Math erfc; checked against scipy.stats.norm.cdf to 1e-14
double normal_cdf(double x) noexcept;

/// Quantile of the standard normal.
///
/// Use for normal scores and intervals of large samples.
/// @param p   probability in [0, 1]; NaN is missing
/// @return the value below which the share p lies; minus and plus infinity at 0 and 1; NaN outside
/// @throws never
/// @source Boost.Math erfc_inv; checked against scipy.stats.norm.ppf to 1e-13
double normal_quantile(double p) noexcept;

/// Cumulative distribution function of the beta distribution: the regularised incomplete beta function.
///
/// Use for posterior probabilities of a proportion and exact binomial tails.
/// @param x      in [0, 1]; NaN is missing
/// @param a, b   shape parameters, above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math ibeta; checked against scipy.stats.beta.cdf to 1e-12
double beta_cdf(double x, double a, double b) noexcept;

/// Quantile of the beta distribution.
///
/// Use for exact and Bayesian intervals of a proportion.
/// @param p      probability in [0, 1]; NaN is missing
/// @param a, b   shape parameters, above 0, whole or not
/// @return a value in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math ibeta_inv; checked against scipy.stats.beta.ppf to 1e-10
double beta_quantile(double p, double a, double b) noexcept;

/// Cumulative distribution function of Student's t.
///
/// Use for tail areas when the variance was estimated from few clusters.
/// @param x                    any real number; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math students_t; checked against scipy.stats.t.cdf to 1e-12
double student_t_cdf(double x, double degrees_of_freedom) noexcept;

/// Quantile of Student's t.
///
/// Use for intervals when the variance was estimated from few clusters.
/// @param p                    probability in (0, 1); NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return a real number; NaN outside the domain
/// @throws never
/// @source Boost.Math students_t; checked against scipy.stats.t.ppf to 1e-10
double student_t_quantile(double p, double degrees_of_freedom) noexcept;

}  // namespace childwell::inline v0_1::stats
