// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/quantile.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// Median absolute deviation from the median, times a factor.
///
/// Use as a spread that stays where it is though half the values be wild. Not with more than half of them equal: it is
/// 0 then.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param factor   above 0; 1.4826 makes it the standard deviation of normal values, 1 leaves it as it is
/// @return at least 0, unit of the values; not_enough_data without values, degenerate when it is 0, not_finite with an
///         infinite value
/// @throws std::invalid_argument for a factor that is not above 0 and finite; cost: two sorts
/// @source Hampel 1974, J. Am. Stat. Assoc. 69; R mad and scipy to 1e-15
SampleStatistic median_absolute_deviation(std::span<const double> values, double factor);

/// Mean of what is left when a share of the values is cut off at each end.
///
/// Use as a centre between mean and median. Not for shares of a total.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param share    cut at each end, in [0, 0.5); floor(n share) values are cut
/// @return in the unit of the values; not_enough_data without values, not_finite with an infinite value
/// @throws std::invalid_argument for a share outside [0, 0.5); cost: one sort
/// @source Tukey 1962, Ann. Math. Stat. 33; R mean(trim =) to 1e-13
SampleStatistic trimmed_mean(std::span<const double> values, double share);

/// Mean after a share of the values at each end is moved to the nearest value that stays.
///
/// Use as trimmed_mean, where the number of rows must stay.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param share    moved at each end, in [0, 0.5); floor(n share) values are moved
/// @return in the unit of the values; not_enough_data without values, not_finite with an infinite value
/// @throws std::invalid_argument for a share outside [0, 0.5); cost: one sort
/// @source Dixon 1960, Ann. Math. Stat. 31; scipy.stats.mstats.winsorize to 1e-14
SampleStatistic winsorised_mean(std::span<const double> values, double share);

/// Huber's M-estimate of location, with the scale held at the median absolute deviation.
struct HuberLocation {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double scale = std::numeric_limits<double>::quiet_NaN();  ///< 1.4826 times the median absolute deviation
  std::int64_t lower_count = 0;                             ///< values drawn in from below
  std::int64_t upper_count = 0;                             ///< and from above
  std::int64_t iterations = 0;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// The centre at which values further than `bound` scales away count as if they lay there.
///
/// Use as a mean that wild values move only so far. Not where more than half the values are equal: the scale is 0.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param bound    in scales, above 0, such as 1.5
/// @return in the unit of the values, the fixed point itself; degenerate when the scale is 0 (the median is given),
///         not_enough_data without values, not_finite with an infinite value, not_converged after 1,000 steps
/// @throws std::invalid_argument for a bound that is not above 0; cost: a few passes
/// @source Huber 1964, Ann. Math. Stat. 35; R MASS::huber (which stops at 1e-6) to 1e-6, its equation to 1e-14
HuberLocation huber_location(std::span<const double> values, double bound);

/// Distances from the median in scaled median absolute deviations.
///
/// Use to look at wild values one by one; beyond 3.5 is a usual line. Not as a reason to drop a child.
/// @param values   shape (n,), any unit; NaN is missing
/// @return shape (n,); NaN where missing, and everywhere when the median absolute deviation is 0 or a value infinite
/// @throws std::bad_alloc; cost: two sorts
/// @source Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, with 1.4826; definition
std::vector<double> modified_z_scores(std::span<const double> values);

/// Tukey's fences and how many values lie beyond.
struct Fences {
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  std::int64_t below = 0;
  std::int64_t above = 0;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Fences at so many hinge spreads beyond the hinges.
///
/// Use for box plots and for a first look at wild values; skewed data have many beyond by nature.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param spreads  above 0, such as 1.5
/// @return unit of the values; not_enough_data without values, not_finite with an infinite value
/// @throws std::invalid_argument for spreads that are not above 0; cost: one sort
/// @source Tukey 1977, Exploratory Data Analysis; definition, exactly; counts beyond: R boxplot.stats
Fences tukey_fences(std::span<const double> values, double spreads);

}  // namespace childwell::inline v0_1::stats
