// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

// Positions are 0-based and count every value given, missing ones too; a missing value moves no chart and no limit.
// Target and sigma come from a baseline: NaN there is "no baseline" (not_enough_data), sigma 0 is degenerate.

/// Limits that widen with the number of observations, or their limit from the start.
enum class EwmaLimits : std::uint8_t { exact, asymptotic };

struct EwmaOptions {
  double weight = 0.2;  ///< lambda of the newest observation, in (0, 1]
  double limit = 3.0;   ///< half-width of the limits in standard errors of the average, above 0
  EwmaLimits limits = EwmaLimits::exact;
};

/// An exponentially weighted moving average with its limits: target +- half_width.
struct EwmaChart {
  std::vector<double> value;
  std::vector<double> half_width;
  std::vector<std::int64_t> alarms;  ///< where an observed value left the limits
  double target = std::numeric_limits<double>::quiet_NaN();
  double sigma = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

struct CusumOptions {
  double allowance = 0.5;  ///< k, half the shift to find, in sigma; at least 0
  double limit = 5.0;      ///< h, in sigma; at least 0
};

/// Two-sided tabular cumulative sums of standardised observations.
struct CusumChart {
  std::vector<double> up;
  std::vector<double> down;
  std::vector<std::int64_t> up_alarms;  ///< where an observed value brought the sum above the limit
  std::vector<std::int64_t> down_alarms;
  double target = std::numeric_limits<double>::quiet_NaN();
  double sigma = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

struct IndividualsOptions {
  std::int64_t baseline = 0;  ///< leading values that give centre and sigma; 0 for all of them
  double limit = 3.0;         ///< in sigma, above 0
};

/// Single observations against limits from the mean moving range.
struct IndividualsChart {
  double centre = std::numeric_limits<double>::quiet_NaN();
  double sigma = std::numeric_limits<double>::quiet_NaN();  ///< mean moving range over 2 / sqrt(pi)
  double mean_moving_range = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::int64_t> alarms;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// How long a chart runs until its alarm, in observations.
struct RunLength {
  double average = std::numeric_limits<double>::quiet_NaN();       ///< zero state: the shift is there from the start
  double steady_state = std::numeric_limits<double>::quiet_NaN();  ///< the shift comes late, no alarm before it
  Status status = Status::not_enough_data;
};

/// A limit and the average run length it gives in control.
struct ChartLimit {
  double limit = std::numeric_limits<double>::quiet_NaN();
  double average_run_length = std::numeric_limits<double>::quiet_NaN();
  Status status = Status::not_enough_data;
};

/// One cumulative sum that watches one direction, or two of them that watch both.
enum class CusumSides : std::uint8_t { one, two };

/// A cumulative sum of 0/1 marks on a lattice: an event adds `rise`, its absence takes `fall`, never below 0.
struct BernoulliCusum {
  std::int64_t rise = 0;
  std::int64_t fall = 0;
  std::int64_t limit = 0;                                                 ///< alarm at or above it
  double changed_probability = std::numeric_limits<double>::quiet_NaN();  ///< for which the scores are exact
  double average_run_length = std::numeric_limits<double>::quiet_NaN();   ///< in control
  Status status = Status::not_enough_data;
};

/// Exponentially weighted moving average chart: z = weight x + (1 - weight) z, from z = target.
///
/// Use for small lasting shifts of a child's or school's measure, such as a weekly rate. Not for single large jumps
/// (individuals_chart), and not for autocorrelated values, which give more false alarms than the limit promises.
/// @param values    shape (n,), in time order; NaN is missing: the average stays and the limits do not widen
/// @param target    in-control mean; NaN when no baseline gave one
/// @param sigma     in-control standard deviation, at least 0; NaN when no baseline gave one
/// @param options   weight in (0, 1], limit above 0 in standard errors, exact or asymptotic limits
/// @return value and half_width of shape (n,); not_enough_data when nothing was observed or the baseline is missing,
///         not_finite when a value is infinite, degenerate when sigma is 0 (the average stands, without limits)
/// @throws std::invalid_argument when target or sigma is infinite, sigma is below 0 or an option is outside its range;
///         cost: one pass
/// @source Roberts 1959, Technometrics 1; Lucas and Saccucci 1990, Technometrics 32 (exact limits); checked against the
///         recursion in NumPy on the Nile data to 1e-11
EwmaChart ewma_chart(std::span<const double> values, double target, double sigma, const EwmaOptions& options = {});

/// Two-sided tabular CUSUM of standardised observations, without reset after an alarm.
///
/// Use for lasting shifts of about twice the allowance; the last 0 before an alarm dates the change. Not for
/// autocorrelated values. Its run length until the first alarm is cusum_run_length's.
/// @param values    shape (n,), in time order; NaN is missing: both sums stay
/// @param target    in-control mean; NaN when no baseline gave one
/// @param sigma     in-control standard deviation, at least 0; NaN when no baseline gave one
/// @param options   allowance and limit in sigma, at least 0
/// @return up and down of shape (n,), at least 0, in sigma; not_enough_data when nothing was observed or the baseline
///         is missing, not_finite when a value is infinite or a sum overflows, degenerate when sigma is 0 (sums NaN)
/// @throws std::invalid_argument when target or sigma is infinite, sigma is below 0 or an option is outside its range;
///         cost: one pass
/// @source Page 1954, Biometrika 41; Montgomery 2013, Introduction to Statistical Quality Control, 9.1; checked against
///         the recursion in NumPy on the Nile data to 1e-11
CusumChart cusum_chart(std::span<const double> values, double target, double sigma, const CusumOptions& options = {});

/// Individuals chart: centre +- limit sigma, sigma from the mean moving range of neighbours.
///
/// Use for single large deviations when there is one value a period; the moving range keeps a trend or a step of the
/// baseline out of sigma. Not for counts that are small, whose limits should be those of outbreak_limits.
/// @param values    shape (n,), in time order; NaN is missing and makes no moving range with its neighbours
/// @param options   number of leading values of the baseline (0 for all), limit above 0
/// @return limits and alarms; not_enough_data when the baseline has no two neighbours, not_finite when a value is
///         infinite or a limit overflows, degenerate when the baseline does not move (centre and sigma 0 stand, without limits)
/// @throws std::invalid_argument when an option is outside its range; cost: two passes
/// @source Shewhart 1931; Montgomery 2013, Introduction to Statistical Quality Control, 6.4 (d2 = 2 / sqrt(pi));
///         checked against NumPy on the Nile data to 1e-11
IndividualsChart individuals_chart(std::span<const double> values, const IndividualsOptions& options = {});

/// Average run length of the CUSUM chart for independent normal observations.
///
/// Use to state how often a chart alarms without cause (shift 0) and how long a shift stays unseen. Not for
/// autocorrelated or strongly skewed values. Page's integral equation by Gauss and Legendre's quadrature, solved
/// without subtraction, so that run lengths of 10^12 keep their digits; the two sides' rates of alarm add up.
/// @param options   allowance at least 0, limit 0 to 200, in sigma
/// @param shift     of the mean upwards, in sigma, any real number; NaN is missing
/// @param sides     one watches upwards only
/// @return zero-state average; the steady-state average (quasi-stationary in control, then the shift) for one side, NaN
///         for two; not_enough_data for a missing shift, not_converged (NaN) when two rules differ by more than 1e-9 or
///         the average exceeds what a double holds
/// @throws std::invalid_argument when an option is outside its range or the shift is infinite; cost: (24 + 5 limit)^3
/// @source Page 1954, Biometrika 41; Kemp 1961, J. R. Stat. Soc. B 23; Grassmann, Taksar and Heyman 1985, Oper. Res.
///         33; checked against R spc 0.6.7 xcusum.arl and xcusum.ad to 1e-9 and mpmath to 1e-12, and by simulation
RunLength cusum_run_length(const CusumOptions& options = {}, double shift = 0.0, CusumSides sides = CusumSides::two);

/// Average run length of the two-sided EWMA chart for independent normal observations.
///
/// Use to state how often the chart alarms without cause (shift 0) and how long a shift stays unseen, with the same
/// options as ewma_chart. Not for autocorrelated or strongly skewed values. Exact limits are followed step by step
/// until they no longer move.
/// @param options   weight in (0, 1], limit above 0; limit / sqrt(weight (2 - weight)) at most 50
/// @param shift     of the mean, in sigma, any real number; NaN is missing
/// @return zero-state average for exact or asymptotic limits; steady-state average (quasi-stationary in control, then
///         the shift), for which both limits are the same; not_enough_data for a missing shift, not_converged (NaN)
///         when two rules differ by more than 1e-9 or the average exceeds what a double holds
/// @throws std::invalid_argument when an option is outside its range or the shift is infinite; cost: cubic in
///         24 + 10 limit / sqrt(weight (2 - weight))
/// @source Crowder 1987, Technometrics 29; checked against R spc 0.6.7 xewma.arl (fix to 1e-10, vacl to 1e-7, where spc
///         stops early) and xewma.ad (1e-8), the sum of survival in NumPy to 1e-12, and by simulation
RunLength ewma_run_length(const EwmaOptions& options = {}, double shift = 0.0);

/// The CUSUM's limit for a stated average run length in control.
///
/// Use to turn "one false alarm in so many observations" into h. Not for values that are not normal.
/// @param average_run_length   in control, in observations, above 1, at most 1e15
/// @param allowance            k, at least 0
/// @param sides                one or two cumulative sums
/// @return the limit in sigma and what it gives; boundary with limit 0 when even that runs longer, not_converged when
///         the limit would exceed 200
/// @throws std::invalid_argument when an argument is outside its range; cost: about 15 run lengths
/// @source cusum_run_length solved for its limit; checked against R spc 0.6.7 xcusum.crit to 1e-8
ChartLimit cusum_limit(double average_run_length, double allowance = 0.5, CusumSides sides = CusumSides::two);

/// The EWMA's limit for a stated average run length in control.
///
/// Use to turn "one false alarm in so many observations" into the limit of ewma_chart. Not for values that are not
/// normal.
/// @param average_run_length   in control, in observations, above 1, at most 1e15
/// @param weight               in (0, 1]
/// @param limits               exact or asymptotic, as the chart's
/// @return the limit in standard errors and what it gives; not_converged when it would be too wide for ewma_run_length
/// @throws std::invalid_argument when an argument is outside its range; cost: about 15 run lengths
/// @source ewma_run_length solved for its limit; checked against R spc 0.6.7 xewma.crit to 1e-8
ChartLimit ewma_limit(double average_run_length, double weight = 0.2, EwmaLimits limits = EwmaLimits::exact);

/// Average run length of a Bernoulli CUSUM, exact on its lattice.
///
/// Use for absence marks taken one by one, where a normal chart of rates is wrong. Not for marks that hang together:
/// spells of illness make false alarms more frequent. A Markov chain over the sums below the limit, solved without
/// subtraction.
/// @param probability   of an event, in [0, 1]; NaN is missing
/// @param rise          added by an event, at least 1
/// @param fall          taken by its absence, at least 1; the sum never falls below 0
/// @param limit         alarm at or above it, at least 1
/// @return zero-state average and, with the same probability before and after, the steady-state average;
///         not_enough_data for a missing probability, boundary (infinite) at probability 0, not_converged when the
///         average exceeds what a double holds
/// @throws std::invalid_argument when an argument is outside its range, or limit (rise + fall) exceeds 10^7; cost:
///         limit times rise times fall
/// @source Reynolds and Stoumbos 1999, J. Qual. Technol. 31; checked against exact rational elimination to 1e-13
RunLength bernoulli_cusum_run_length(double probability, std::int64_t rise, std::int64_t fall, std::int64_t limit);

/// A Bernoulli CUSUM for a change of rate, with its limit for a stated average run length in control.
///
/// Use to choose scores for absence marks: log likelihood ratios as whole numbers, within 1 % of their ratio. Not when
/// the in-control rate is itself hardly known: shrink it first.
/// @param in_control           probability of an event without change, in (0, 1)
/// @param changed              probability to find, in (in_control, 1)
/// @param average_run_length   in control, in marks, above 1, at most 1e15
/// @return scores, the smallest limit whose average run length is at least the stated one, that average, and the
///         changed probability for which the scores are exact; not_converged when the lattice would be too long
/// @throws std::invalid_argument when an argument is outside its range; cost: about 30 run lengths
/// @source Reynolds and Stoumbos 1999, J. Qual. Technol. 31; checked by exact rational elimination and by simulation
BernoulliCusum bernoulli_cusum_limit(double in_control, double changed, double average_run_length);

}  // namespace childwell::inline v0_1::stats
