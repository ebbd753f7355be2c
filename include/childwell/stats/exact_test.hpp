// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>

namespace childwell::inline v0_1::stats {

/// Which departures count as evidence.
enum class Alternative : std::uint8_t { two_sided, less, greater };

/// How an exact two-sided p value adds up the outcomes.
enum class ExactMethod : std::uint8_t {
  small_p,  ///< every outcome no more likely than the one seen, as R's binom.test and fisher.test
  central,  ///< twice the smaller tail, which agrees with the central interval
  mid_p     ///< as central, the outcome seen counting half: near its size, not guaranteed
};

/// An exact test of a proportion, a rate or an odds ratio, with an interval. Undefined parts are NaN.
struct ExactTest {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  Status status = Status::not_enough_data;
};

struct ExactTestOptions {
  Alternative alternative = Alternative::two_sided;
  ExactMethod method = ExactMethod::small_p;
  double level = 0.95;
};

/// Exact test of a binomial proportion.
///
/// Use for a share of few independent units against a known one. Not for units that hang together. The interval is
/// Clopper-Pearson's (mid-p with that method), with one end where the alternative has one side.
/// @param events        whole, 0 to trials; NaN is missing
/// @param trials        whole, 0 to 10,000,000; NaN is missing
/// @param probability   under the hypothesis, in [0, 1]
/// @param options       alternative, method, level in (0, 1)
/// @return the share, p value and interval; not_enough_data when trials is 0 or a count is missing
/// @throws std::invalid_argument when a number is outside its range, as more than 10,000,000 trials (wilson_interval
///         has no such end); cost: a few incomplete beta functions, a bisection
/// @source Clopper and Pearson 1934, Biometrika 26; Lancaster 1961, J. Am. Stat. Assoc. 56 (mid-p); p values: exact
///         fractions, R binom.test and, at 10,000,000 trials, a sum in mpmath to 1e-12; limits: those of proportion.hpp
ExactTest binomial_test(double events, double trials, double probability, const ExactTestOptions& options = {});

/// Exact interval and test of a Poisson rate.
///
/// Use for events over time or persons, and for observed over expected (a standardised ratio, with the expected count as
/// exposure). Not for events that come in clusters.
/// @param events     whole, 0 to 10,000,000; NaN is missing
/// @param exposure   at least 0, any unit; NaN is missing
/// @param rate       under the hypothesis, at least 0, per unit of exposure; rate times exposure at most 10,000,000
/// @param options    alternative, method, level in (0, 1)
/// @return the rate, p value and interval, per unit of exposure; not_enough_data when exposure is 0 or a number missing
/// @throws std::invalid_argument when a number is outside its range, as more than 10,000,000 events seen or expected
///         (poisson_rate_interval has no such end); cost: a few incomplete gamma functions, a bisection
/// @source Garwood 1936, Biometrika 28; Lancaster 1961, J. Am. Stat. Assoc. 56 (mid-p); p values: sums in mpmath, at
///         10,000,000 too, and R poisson.test to 1e-12; limits: roots in mpmath to 1e-12
ExactTest poisson_test(double events, double exposure, double rate = 1.0, const ExactTestOptions& options = {});

/// Exact (Garwood's) interval of a Poisson rate.
///
/// Use for a rate of rare events; its coverage is never below the level. Not for events that come in clusters.
/// @param events     at least 0; need not be whole; NaN is missing
/// @param exposure   at least 0, any unit; NaN is missing
/// @param level      confidence level, in (0, 1)
/// @return the rate and its interval, p value NaN; not_enough_data when exposure is 0 or a number missing
/// @throws std::invalid_argument when a number is outside its range; cost: two gamma quantiles
/// @source Garwood 1936, Biometrika 28; roots in mpmath and scipy.stats.chi2 to 1e-12, coverage by exact sums
ExactTest poisson_rate_interval(double events, double exposure, double level = 0.95);

/// Fisher's exact test of a 2 x 2 table, with the conditional maximum likelihood odds ratio and its exact interval.
///
/// Use for small tables. Not for paired or clustered units; with large tables the odds ratio of a logistic regression
/// says the same and adjusts. Limits go with the method: those of twice the smaller tail, mid-p with that method, one
/// end where the alternative has one side.
/// @param a, b, c, d   counts, by rows: whole, at least 0; NaN is missing; at most 10,000,000 tables have their margins
/// @param options      alternative (of the odds ratio a d / (b c) against 1), method, level in (0, 1)
/// @return odds ratio (conditional, not a d / (b c)), p value and interval; boundary when the odds ratio is 0 or
///         infinite; degenerate when a margin is 0: p is 1 and the interval 0 to infinity; not_enough_data when missing
/// @throws std::invalid_argument when a count is below 0, not whole or infinite, or more than 10,000,000 tables have
///         its margins; cost: a few dozen sums over those tables
/// @source Fisher 1935; Cornfield 1956; p values: exact fractions and R fisher.test to 1e-12; odds ratio and limits of
///         each method and alternative: roots in mpmath to 1e-12 (R's odds ratio, which stops sooner, to 1e-4)
ExactTest fisher_exact_test(double a, double b, double c, double d, const ExactTestOptions& options = {});

}  // namespace childwell::inline v0_1::stats
