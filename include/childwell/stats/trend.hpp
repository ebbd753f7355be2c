// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// Whose definition of the interval of Theil and Sen's slope.
enum class SlopeInterval : std::uint8_t {
  sen,   ///< Kendall's variance with ties of times and values
  scipy  ///< as scipy.stats.theilslopes: ties of times and of values subtracted without their joint terms
};

/// A straight line through the medians. Undefined parts are NaN; `status` says why.
struct RobustLine {
  double slope = std::numeric_limits<double>::quiet_NaN();      ///< unit of the values per unit of time
  double intercept = std::numeric_limits<double>::quiet_NaN();  ///< value at time 0
  double lower = std::numeric_limits<double>::quiet_NaN();      ///< of the slope; NaN where the method has none
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::int64_t count = 0;    ///< pairs of time and value used
  std::int64_t missing = 0;  ///< pairs left out
  Status status = Status::not_enough_data;
};

/// Theil and Sen's slope: the median of the slopes of all pairs, with an interval from Kendall's statistic.
///
/// Use for a trend of a short series with outliers. Not where values hang together in time: the interval takes them as
/// independent.
/// @param times    shape (n,), any unit; NaN is missing; pairs at one time have no slope
/// @param values   shape (n,), any unit; NaN is missing
/// @param level    level of the interval, in (0, 1)
/// @param method   whose interval
/// @return slope, intercept (median value - slope median time) and interval; degenerate when all times are equal;
///         not_finite; not_enough_data with fewer than two pairs
/// @throws std::invalid_argument when lengths differ, level is outside (0, 1) or more than 10,000 pairs are given; cost:
///         n^2 / 2 slopes in memory
/// @source Theil 1950; Sen 1968, J. Am. Stat. Assoc. 63; slopes and intercept: exact fractions to 1e-15; all with scipy
///         theilslopes and R to 1e-12
RobustLine theil_sen(std::span<const double> times, std::span<const double> values, double level = 0.95,
                     SlopeInterval method = SlopeInterval::sen);

/// Siegel's repeated medians: the median over points of the median slope to the other points.
///
/// Use where up to half of the values may be wrong; theil_sen withstands 29 %. It has no interval.
/// @param times    shape (n,), any unit; NaN is missing
/// @param values   shape (n,), any unit; NaN is missing
/// @return slope and intercept (median of value - slope time); degenerate when all times are equal; not_finite;
///         not_enough_data with fewer than two pairs
/// @throws std::invalid_argument when lengths differ; cost: n^2 slopes, n at a time in memory
/// @source Siegel 1982, Biometrika 69; exact fractions to 1e-15, scipy siegelslopes (hierarchical) to 1e-12
RobustLine repeated_medians(std::span<const double> times, std::span<const double> values);

/// Kendall's statistic of a trend. Undefined parts are NaN; `status` says why.
struct TrendTest {
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< S: pairs that rise less pairs that fall
  double variance = std::numeric_limits<double>::quiet_NaN();   ///< of the statistic under no trend
  double z = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();  ///< two-sided
  double tau = std::numeric_limits<double>::quiet_NaN();      ///< tau-b, in [-1, 1]; NaN for counts
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Mann and Kendall's test of a monotone trend, corrected for ties.
///
/// Use for a monotone trend of any shape in independent values. Not for values that hang together in time, where it finds
/// trends too often.
/// @param times        shape (n,), any unit; NaN is missing
/// @param values       shape (n,), any unit; NaN is missing
/// @param continuity   whether S is drawn one step towards 0 before z is taken
/// @return S, its variance under no trend, z, two-sided normal p and tau-b; degenerate when all times or values are
///         equal; not_finite; not_enough_data with fewer than two pairs
/// @throws std::invalid_argument when lengths differ; cost: two sorts
/// @source Mann 1945, Econometrica 13; Kendall 1975; Knight 1966 (counting by merging); scipy kendalltau and R to
///         1e-12, S exactly; size by exact sums over permutations
TrendTest mann_kendall(std::span<const double> times, std::span<const double> values, bool continuity = true);

/// Cochran and Armitage's test of a trend of proportions over scores.
///
/// Use for shares over ordered groups (bands of age, terms). Not for clustered units.
/// @param events   shape (k,), at least 0, at most trials; NaN is missing
/// @param trials   shape (k,), at least 0; NaN is missing, 0 is no group
/// @param scores   shape (k,), any unit; NaN is missing
/// @return statistic (sum of score times events less expected), variance under no trend, z and two-sided normal p;
///         degenerate when all scores of groups with trials are equal or there are no events or nothing else;
///         not_finite; not_enough_data with fewer than two groups
/// @throws std::invalid_argument when lengths differ or counts are outside their range; cost: two passes
/// @source Cochran 1954, Biometrics 10; Armitage 1955, Biometrics 11; z squared: exact fractions to 1e-13; R
///         prop.trend.test to 1e-12; size by exact sums
TrendTest cochran_armitage(std::span<const double> events, std::span<const double> trials,
                           std::span<const double> scores);

}  // namespace childwell::inline v0_1::stats
