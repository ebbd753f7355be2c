// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace childwell::inline v0_1::stats {

// Promotion policy. Boost.Math computes in long double by default. We switch that off (promote_double<false>): long
// double differs between platforms, so results would too. Measured on one core of a cloud machine, Boost 1.74, g++ 12,
// 4,000 posteriors of up to 1e4 events, in ns a call with promotion, without, and here:
//     incomplete beta 5,100 / 390 / 570, its inverse 13,200 / 820 / 2,400, incomplete gamma 680 / 180 / 200.
// Without promotion Boost's tails of the beta distribution are off by up to 2,100 eps there (eps = 2^-52), by 88,000 at
// 1e6 events and F's by 134,000, because powers of rounded numbers are taken; deep tails of the normal by 780. Those
// tails are computed here instead: the front factor from exponents in pairs of doubles (31 digits), then DiDonato and
// Morris's continued fraction. Over the 11,148 points of tests/reference/made the worst errors are 86 eps for the beta,
// F, t and binomial tails up to 1e4 events, 62 up to 1e6; 292 eps for the gamma, chi-squared and Poisson tails up to
// 1e4, 156 up to 1e6; 12 for the normal; 45 for log_beta and 1 for the other functions of likelihoods. Quantiles give
// back their probability to 1e-12 (or to the spacing of doubles, near 1). Nothing depends on long double.
// Arguments outside the domain, and NaN, give NaN: what that means is for the caller to say.

/// Cumulative distribution function of the standard normal.
///
/// Use for tail areas of statistics on the normal scale; not for small samples, which need student_t_cdf.
/// @param x   any real number; NaN is missing
/// @return probability of a value at most x, in [0, 1]; NaN for NaN
/// @throws never
/// @source Boost.Math erfc, beyond 5 Mills's ratio; mpmath to 500 eps
double normal_cdf(double x) noexcept;

/// Quantile of the standard normal.
///
/// Use for normal scores and intervals of large samples.
/// @param p   probability in [0, 1]; NaN is missing
/// @return the value below which the share p lies; minus and plus infinity at 0 and 1; NaN outside
/// @throws never
/// @source Boost.Math erfc_inv; gives back its probability to 1e-12, or to the spacing of doubles
double normal_quantile(double p) noexcept;

/// Cumulative distribution function of the beta distribution: the regularised incomplete beta function.
///
/// Use for posterior probabilities of a proportion and exact binomial tails.
/// @param x      in [0, 1]; NaN is missing
/// @param a, b   shape parameters, above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double beta_cdf(double x, double a, double b) noexcept;

/// Quantile of the beta distribution.
///
/// Use for exact and Bayesian intervals of a proportion.
/// @param p      probability in [0, 1]; NaN is missing
/// @param a, b   shape parameters, above 0 and up to 1e9, whole or not
/// @return a value in [0, 1]; NaN outside the domain
/// @throws never
/// @source Newton's steps from Boost.Math ibeta_inv; gives back its probability to 1e-12, or to the spacing of doubles
double beta_quantile(double p, double a, double b) noexcept;

/// Cumulative distribution function of Student's t.
///
/// Use for tail areas when the variance was estimated from few clusters.
/// @param x                    any real number; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source beta tail (few degrees of freedom: Boost.Math students_t); mpmath to 500 eps
double student_t_cdf(double x, double degrees_of_freedom) noexcept;

/// Quantile of Student's t.
///
/// Use for intervals when the variance was estimated from few clusters.
/// @param p                    probability in (0, 1); NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return a real number; NaN outside the domain
/// @throws never
/// @source Boost.Math students_t; gives back its probability to 1e-12, or to the spacing of doubles
double student_t_quantile(double p, double degrees_of_freedom) noexcept;

/// Upper tail of the standard normal: 1 - normal_cdf, without the loss of digits.
///
/// Use for small p values.
/// @param x   any real number; NaN is missing
/// @return probability of a value above x, in [0, 1]; NaN for NaN
/// @throws never
/// @source Boost.Math erfc, beyond 5 Mills's ratio; mpmath to 500 eps
double normal_sf(double x) noexcept;

/// Upper tail of Student's t.
///
/// Use for small p values when the variance was estimated.
/// @param x   any real number; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source beta tail (few degrees of freedom: Boost.Math students_t); mpmath to 500 eps
double student_t_sf(double x, double degrees_of_freedom) noexcept;

/// Upper tail of the beta distribution.
///
/// Use for P(rate > x) of a posterior, where 1 - beta_cdf would lose digits.
/// @param x   in [0, 1]; NaN is missing
/// @param a, b   shape parameters, above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double beta_sf(double x, double a, double b) noexcept;

/// Cumulative distribution function of the chi-squared distribution.
///
/// Use for sums of squares and likelihood-ratio tests.
/// @param x   at least 0; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps
double chi_squared_cdf(double x, double degrees_of_freedom) noexcept;

/// Upper tail of the chi-squared distribution.
///
/// Use for p values.
/// @param x   at least 0; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps
double chi_squared_sf(double x, double degrees_of_freedom) noexcept;

/// Quantile of the chi-squared distribution.
///
/// Use for intervals of a variance and for limits.
/// @param p   probability in [0, 1]; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @return at least 0, infinity at 1; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_p_inv; gives back its probability to 1e-12, or to the spacing of doubles
double chi_squared_quantile(double p, double degrees_of_freedom) noexcept;

/// Cumulative distribution function of Fisher's F.
///
/// Use for ratios of mean squares.
/// @param x   at least 0; NaN is missing
/// @param numerator, denominator   degrees of freedom, above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double f_cdf(double x, double numerator, double denominator) noexcept;

/// Upper tail of Fisher's F.
///
/// Use for p values of analyses of variance.
/// @param x   at least 0; NaN is missing
/// @param numerator, denominator   degrees of freedom, above 0, whole or not
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double f_sf(double x, double numerator, double denominator) noexcept;

/// Quantile of Fisher's F.
///
/// Use for intervals of ratios of variances, such as of an intraclass correlation.
/// @param p   probability in [0, 1]; NaN is missing
/// @param numerator, denominator   degrees of freedom, above 0 and up to 2e9, whole or not
/// @return at least 0, infinity at 1; NaN outside the domain
/// @throws never
/// @source Newton's steps from Boost.Math ibeta_inv; gives back its probability to 1e-12, or to the spacing of doubles
double f_quantile(double p, double numerator, double denominator) noexcept;

/// Cumulative distribution function of the gamma distribution.
///
/// Use for the rate behind a count and waiting times.
/// @param x   at least 0; NaN is missing
/// @param shape, rate   above 0; the mean is shape / rate
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps
double gamma_cdf(double x, double shape, double rate) noexcept;

/// Upper tail of the gamma distribution.
///
/// Use for P(rate > x) of a count's posterior.
/// @param x   at least 0; NaN is missing
/// @param shape, rate   above 0; the mean is shape / rate
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps
double gamma_sf(double x, double shape, double rate) noexcept;

/// Quantile of the gamma distribution.
///
/// Use for intervals of a rate behind a count.
/// @param p   probability in [0, 1]; NaN is missing
/// @param shape, rate   above 0; the mean is shape / rate
/// @return at least 0, infinity at 1; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_p_inv; gives back its probability to 1e-12, or to the spacing of doubles
double gamma_quantile(double p, double shape, double rate) noexcept;

/// Probability of exactly so many events in independent trials.
///
/// Use for exact binomial tests.
/// @param events   whole; NaN is missing
/// @param trials   whole, at least 0
/// @param probability   in [0, 1]
/// @return in [0, 1], 0 for events that cannot be; NaN outside the domain
/// @throws never
/// @source saddle-point form, Loader 2000; mpmath to 500 eps
double binomial_pmf(double events, double trials, double probability) noexcept;

/// Probability of at most so many events in independent trials.
///
/// Use for exact tests and limits of a proportion.
/// @param events   any number, rounded down; NaN is missing
/// @param trials   whole, at least 0
/// @param probability   in [0, 1]
/// @return in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double binomial_cdf(double events, double trials, double probability) noexcept;

/// Probability of more than so many events in independent trials.
///
/// Use for the upper tail, where 1 - binomial_cdf would lose digits.
/// @param events   any number, rounded down; NaN is missing
/// @param trials   whole, at least 0
/// @param probability   in [0, 1]
/// @return in [0, 1]; NaN outside the domain
/// @throws never
/// @source DiDonato and Morris 1992, ACM Trans. Math. Softw. 18 (few trials: Boost.Math); mpmath to 500 eps
double binomial_sf(double events, double trials, double probability) noexcept;

/// Probability of exactly so many events where `mean` are expected.
///
/// Use for rare events counted over time.
/// @param events   whole; NaN is missing
/// @param mean   at least 0
/// @return in [0, 1], 0 for events that cannot be; NaN outside the domain
/// @throws never
/// @source saddle-point form, Loader 2000; mpmath to 500 eps
double poisson_pmf(double events, double mean) noexcept;

/// Probability of at most so many events where `mean` are expected.
///
/// Use for exact tests and limits of a rate.
/// @param events   any number, rounded down; NaN is missing
/// @param mean   at least 0
/// @return in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_q, far tails by series and fraction; mpmath to 500 eps
double poisson_cdf(double events, double mean) noexcept;

/// Probability of more than so many events where `mean` are expected.
///
/// Use for the upper tail, where 1 - poisson_cdf would lose digits.
/// @param events   any number, rounded down; NaN is missing
/// @param mean   at least 0
/// @return in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math gamma_p, far tails by series and fraction; mpmath to 500 eps
double poisson_sf(double events, double mean) noexcept;

/// Logarithm of the gamma function.
///
/// Use in likelihoods of counts.
/// @param x   above 0; NaN is missing
/// @return a real number; NaN outside the domain
/// @throws never
/// @source Boost.Math lgamma; mpmath to 2 eps
double log_gamma(double x) noexcept;

/// Logarithm of the beta function, without the cancellation of three log-gammas.
///
/// Use in likelihoods of rates with a beta prior.
/// @param a, b   above 0; NaN is missing
/// @return a real number; NaN outside the domain
/// @throws never
/// @source Stirling corrections for large arguments, DiDonato and Morris 1992; mpmath to 100 eps
double log_beta(double a, double b) noexcept;

/// First derivative of log_gamma.
///
/// Use in the scores of likelihoods of counts.
/// @param x   above 0; NaN is missing
/// @return a real number; NaN outside the domain
/// @throws never
/// @source Boost.Math digamma; mpmath to 2 eps
double digamma(double x) noexcept;

/// Second derivative of log_gamma.
///
/// Use in the information of likelihoods of counts.
/// @param x   above 0; NaN is missing
/// @return above 0; NaN outside the domain
/// @throws never
/// @source Boost.Math trigamma; mpmath to 2 eps
double trigamma(double x) noexcept;

/// Logistic function 1 / (1 + exp(-x)).
///
/// Use to turn log-odds into a probability.
/// @param x   log-odds, any real number; NaN is missing
/// @return in [0, 1]; NaN for NaN
/// @throws never
/// @source definition; mpmath to 2 eps
double expit(double x) noexcept;

/// Log-odds log(p / (1 - p)).
///
/// Use to put a probability on a scale without edges.
/// @param p   in [0, 1]; NaN is missing
/// @return a real number, infinite at 0 and 1; NaN outside
/// @throws never
/// @source definition; mpmath to 2 eps
double logit(double p) noexcept;

/// log(1 + exp(x)), without overflow.
///
/// Use in binomial likelihoods.
/// @param x   any real number; NaN is missing
/// @return at least 0; NaN for NaN
/// @throws never
/// @source definition; mpmath to 2 eps
double log1p_exp(double x) noexcept;

/// Cumulative distribution function of the noncentral t distribution.
///
/// Use for the power of t tests and for intervals of standardised differences.
/// @param x                    any real number; NaN is missing
/// @param degrees_of_freedom   above 0, whole or not
/// @param noncentrality        any real number: the mean of the normal variable above
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source Boost.Math non_central_t; checked against mpmath quadrature to 1e-10
double noncentral_t_cdf(double x, double degrees_of_freedom, double noncentrality) noexcept;

/// Probability of exactly so many events when the mean varies between units by a gamma distribution.
///
/// Use for counts that vary more than Poisson's; dispersion 0 is the Poisson distribution.
/// @param events       whole, at least 0; NaN is missing
/// @param mean         at least 0
/// @param dispersion   at least 0: the variance is mean + dispersion mean^2
/// @return probability in [0, 1]; 0 for events that cannot be; NaN outside the domain
/// @throws never
/// @source saddle-point expansion, Loader 2000; mpmath to 1e-12
double negative_binomial_pmf(double events, double mean, double dispersion) noexcept;

/// Probability of at most so many events when the mean varies between units by a gamma distribution.
///
/// Use for lower tails of overdispersed counts.
/// @param events       any number, rounded down; NaN is missing
/// @param mean         at least 0
/// @param dispersion   at least 0: the variance is mean + dispersion mean^2
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source as beta_cdf; mpmath to 1e-12
double negative_binomial_cdf(double events, double mean, double dispersion) noexcept;

/// Probability of more than so many events when the mean varies between units by a gamma distribution.
///
/// Use for upper tails, where 1 - negative_binomial_cdf would lose digits.
/// @param events       any number, rounded down; NaN is missing
/// @param mean         at least 0
/// @param dispersion   at least 0: the variance is mean + dispersion mean^2
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never
/// @source as beta_cdf; mpmath to 1e-12
double negative_binomial_sf(double events, double mean, double dispersion) noexcept;

/// Probability of exactly so many events when the rate varies between units by a beta distribution.
///
/// Use to predict a unit's next count from a posterior beta; it is wider than the binomial at the posterior mean.
/// @param events        whole, 0 to trials; NaN is missing
/// @param trials        whole, 0 to 10,000,000; beyond, the answer is NaN
/// @param alpha, beta   shape parameters of the rate, above 0
/// @return probability in [0, 1]; 0 for events that cannot be; NaN outside the domain
/// @throws never; cost: independent of trials
/// @source quotient of negative binomial probabilities by saddle-point expansion, Loader 2000; mpmath to 1e-12
double beta_binomial_pmf(double events, double trials, double alpha, double beta) noexcept;

/// Probability of at most so many events when the rate varies between units by a beta distribution.
///
/// Use for predictive lower tails.
/// @param events        any number, rounded down; NaN is missing
/// @param trials        whole, 0 to 10,000,000; beyond, the answer is NaN
/// @param alpha, beta   shape parameters of the rate, above 0
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never; cost: up to trials terms
/// @source sum over the tail; mpmath to 1e-12 up to 300 trials, exact fractions to 1e-10 at 10,000,000
double beta_binomial_cdf(double events, double trials, double alpha, double beta) noexcept;

/// Probability of more than so many events when the rate varies between units by a beta distribution.
///
/// Use for predictive upper tails, where 1 - beta_binomial_cdf would lose digits.
/// @param events        any number, rounded down; NaN is missing
/// @param trials        whole, 0 to 10,000,000; beyond, the answer is NaN
/// @param alpha, beta   shape parameters of the rate, above 0
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never; cost: up to trials terms
/// @source sum over the tail; mpmath to 1e-12 up to 300 trials, exact fractions to 1e-10 at 10,000,000
double beta_binomial_sf(double events, double trials, double alpha, double beta) noexcept;

/// Smallest number of events whose beta_binomial_cdf reaches p.
///
/// Use for the ends of a predictive interval. A probability within 1e-14 of p counts as reaching it.
/// @param p             probability in [0, 1]; NaN is missing
/// @param trials        whole, 0 to 10,000,000; beyond, the answer is NaN
/// @param alpha, beta   shape parameters of the rate, above 0
/// @return whole, 0 to trials; NaN outside the domain
/// @throws never; cost: log2(trials) calls of beta_binomial_cdf
/// @source bisection; sums in mpmath, exactly
double beta_binomial_quantile(double p, double trials, double alpha, double beta) noexcept;

/// Probability of exactly so many marked units in draws without replacement.
///
/// Use for how many of a child's absences fall on given days, or for a 2 x 2 table with fixed margins.
/// @param events       whole; NaN is missing
/// @param population   whole, at least 0
/// @param marked       marked units of the population, whole, 0 to population
/// @param draws        whole, 0 to population
/// @return probability in [0, 1]; 0 for events that cannot be; NaN outside the domain
/// @throws never
/// @source quotient of binomial probabilities, Loader 2000; exact fractions to 1e-12
double hypergeometric_pmf(double events, double population, double marked, double draws) noexcept;

/// Probability of at most so many marked units in draws without replacement.
///
/// Use for lower tails of a 2 x 2 table with fixed margins.
/// @param events       any number, rounded down; NaN is missing
/// @param population   whole, at least 0
/// @param marked       marked units of the population, whole, 0 to population
/// @param draws        whole, 0 to population
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never; cost: terms of the shorter tail
/// @source sum over the tail; exact fractions to 1e-12
double hypergeometric_cdf(double events, double population, double marked, double draws) noexcept;

/// Probability of more than so many marked units in draws without replacement.
///
/// Use for upper tails of a 2 x 2 table with fixed margins, where 1 - hypergeometric_cdf would lose digits.
/// @param events       any number, rounded down; NaN is missing
/// @param population   whole, at least 0
/// @param marked       marked units of the population, whole, 0 to population
/// @param draws        whole, 0 to population
/// @return probability in [0, 1]; NaN outside the domain
/// @throws never; cost: terms of the shorter tail
/// @source sum over the tail; exact fractions to 1e-12
double hypergeometric_sf(double events, double population, double marked, double draws) noexcept;

}  // namespace childwell::inline v0_1::stats
