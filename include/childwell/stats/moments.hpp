// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// Which skewness and kurtosis. With m_k = sum (x - mean)^k / n, g1 = m3 / m2^1.5 and g2 = m4 / m2^2 - 3.
enum class ShapeKind : std::uint8_t {
  population,  ///< g1, g2: R e1071 type 1, scipy's default
  adjusted,    ///< G1 = g1 sqrt(n (n - 1)) / (n - 2), G2 likewise: e1071 type 2; SAS, SPSS, Excel
  sample       ///< b1 = m3 / s^3, b2 = m4 / s^4 - 3: e1071 type 3, Minitab
};

/// What a weight says.
enum class WeightKind : std::uint8_t {
  frequency,   ///< so many like rows: the variance is divided by sum(w) - 1
  reliability  ///< how much a row tells: the variance is divided by sum(w) - sum(w^2) / sum(w); only ratios matter
};

/// What to compute of the moments.
struct MomentsOptions {
  ShapeKind shape = ShapeKind::population;
  WeightKind weight_kind = WeightKind::frequency;
};

/// Moments of one variable. Undefined parts are NaN; `status` speaks of the variance.
struct Moments {
  std::int64_t count = 0;    ///< rows used
  std::int64_t missing = 0;  ///< rows left out, their value being NaN
  double weight = 0.0;       ///< sum of weights; the count where there are none
  double mean = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();            ///< unbiased; units squared
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();  ///< its root
  double skewness = std::numeric_limits<double>::quiet_NaN();            ///< by the options' kind
  double kurtosis = std::numeric_limits<double>::quiet_NaN();            ///< excess, by the options' kind
  double minimum = std::numeric_limits<double>::quiet_NaN();
  double maximum = std::numeric_limits<double>::quiet_NaN();
  Status status = Status::not_enough_data;
};

/// Mean, variance, skewness and kurtosis by two passes, sums in pairs of doubles (31 digits).
///
/// Use for marks and rates of any size and offset. Mean and variance are those of the given doubles to the last bit or
/// next to it, in any order of the values, skewness and kurtosis to 13 digits or more; equal values give a variance of
/// exactly 0. Not for the middle of skewed data: see median.
/// @param values    shape (n,), any unit; NaN is missing and left out
/// @param weights   shape (n,) or empty for none, finite and not below 0; 0 is a row that is not there
/// @param options   kind of skewness and kurtosis; what weights mean
/// @return mean in the unit of the values, variance in its square; not_enough_data with fewer than two values (or a sum
///         of frequency weights of at most 1), degenerate when all are equal (skewness and kurtosis NaN), not_finite
///         with an infinite value (or variance alone). The adjusted kind needs three values for skewness and four for
///         kurtosis and is not defined for reliability weights: NaN
/// @throws std::invalid_argument for weights of another length, negative or not finite; cost: two passes
/// @source Chan, Golub and LeVeque 1983, Am. Stat. 37 (two-pass); Joanes and Gill 1998, The Statistician 47 (three
///         kinds); all nine NIST univariate sets to 15 digits of the exact rational answer on the rounded data
Moments moments(std::span<const double> values, std::span<const double> weights, const MomentsOptions& options);

/// Moments without weights, as above.
inline Moments moments(std::span<const double> values) { return moments(values, {}, MomentsOptions{}); }

/// Count, sum and sum of squares of whole numbers, exact: the state behind moments of whole numbers. Merges by addition
/// in any order, so that threads, chunks and machines change no bit.
struct WholeSums {
  __extension__ using Wide = __int128;

  std::int64_t count = 0;
  Wide sum = 0;
  Wide squares = 0;  ///< holds 2^31 values below 2^47, or 2^63 below 2^31
  std::int64_t minimum = std::numeric_limits<std::int64_t>::max();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::min();

  // So many rows of one value.
  constexpr void add(std::int64_t value, std::int64_t rows = 1) noexcept {
    count += rows;
    sum += static_cast<Wide>(value) * rows;
    squares += static_cast<Wide>(value) * value * rows;
    minimum = value < minimum ? value : minimum;
    maximum = value > maximum ? value : maximum;
  }

  constexpr void merge(const WholeSums& other) noexcept {
    count += other.count;
    sum += other.sum;
    squares += other.squares;
    minimum = other.minimum < minimum ? other.minimum : minimum;
    maximum = other.maximum > maximum ? other.maximum : maximum;
  }
};

/// Moments of whole numbers: mean and variance from exact 128-bit sums, each rounded once.
///
/// Use for marks, counts and scores times 100: the answer does not depend on order, chunks or threads. The sums are
/// exact for values below 2^47 in size; larger ones go the way of doubles, in pairs of 31 digits.
/// @param values    shape (n,), whole numbers, none missing
/// @param options   kind of skewness and kurtosis
/// @return as moments of doubles; mean and variance correctly rounded
/// @throws never but std::bad_alloc; cost: two passes
/// @source definition; equal to fractions.Fraction to the last bit
Moments moments(std::span<const std::int64_t> values, const MomentsOptions& options);

/// Mean and variance from exact sums; skewness and kurtosis, which need the values again, are NaN.
///
/// Use when the values came in parts, from threads or files.
/// @param sums   of all rows
/// @return as moments of whole numbers
/// @throws never; cost: none
/// @source definition
Moments moments(const WholeSums& sums);

/// Covariance of two variables, with what it is made of.
struct Covariance {
  std::int64_t count = 0;
  std::int64_t missing = 0;
  double covariance = std::numeric_limits<double>::quiet_NaN();  ///< unbiased; product of the units
  double mean_first = std::numeric_limits<double>::quiet_NaN();
  double mean_second = std::numeric_limits<double>::quiet_NaN();
  double variance_first = std::numeric_limits<double>::quiet_NaN();
  double variance_second = std::numeric_limits<double>::quiet_NaN();
  Status status = Status::not_enough_data;
};

/// Covariance of two variables over the rows where neither is missing.
///
/// Use for how two marks vary together, in their units; pearson gives it without units.
/// @param first, second   shape (n,), any unit; NaN in either is a missing row
/// @param weights         shape (n,) or empty for none, finite and not below 0; 0 is a row that is not there
/// @param weight_kind     what weights mean
/// @return the covariance; not_enough_data with fewer than two rows, degenerate when a variable is constant (the
///         covariance is 0), not_finite with an infinite value, or where a part overflows
/// @throws std::invalid_argument for lengths that differ and weights that are negative or not finite; cost: two passes
/// @source definition; NumAcc sets against themselves, exact rationals to 15 digits, R cov and cov.wt to 1e-13
Covariance covariance(std::span<const double> first, std::span<const double> second, std::span<const double> weights,
                      WeightKind weight_kind);

/// Covariances of all columns.
struct CovarianceMatrix {
  std::int64_t count = 0;
  std::int64_t missing = 0;  ///< rows left out because any column was missing
  std::vector<double> means;
  Matrix covariance;  ///< NaN where the status is neither ok nor degenerate
  Status status = Status::not_enough_data;
};

/// Covariance matrix over the rows where no column is missing.
///
/// Use as the ground of components and factors. Not with many scattered gaps: listwise deletion then keeps few rows.
/// @param values        shape (rows, columns), any units; NaN is missing
/// @param weights       shape (rows,) or empty for none, finite and not below 0; 0 is a row that is not there
/// @param weight_kind   what weights mean
/// @return means and covariances; not_enough_data with fewer than two rows or no column, degenerate when a column is
///         constant (its covariances are 0), not_finite with an infinite value, or where a part overflows
/// @throws std::invalid_argument for weights of another length, negative or not finite; cost: rows times columns^2
/// @source two-pass in fixed chunks, Chan, Golub and LeVeque 1983; numpy.cov and R cov.wt to 1e-13
CovarianceMatrix covariance_matrix(const MatrixView& values, std::span<const double> weights, WeightKind weight_kind);

/// Autocorrelation at one lag.
struct Autocorrelation {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  std::int64_t lag = 0;
  std::int64_t count = 0;    ///< values that are not missing
  std::int64_t missing = 0;
  std::int64_t pairs = 0;    ///< pairs of values `lag` apart, both there
  Status status = Status::not_enough_data;
};

/// Correlation of a series with itself so many steps earlier: sum (x_i - m)(x_{i+k} - m) / sum (x_i - m)^2.
///
/// Use for evenly spaced series, such as a class's weekly rate. Missing values keep their place: pairs without both are
/// left out and the sum is scaled up to all pairs. Not for uneven steps.
/// @param values   shape (n,) in order of time, any unit; NaN is missing
/// @param lag      steps, at least 0
/// @return in [-1, 1] for complete series; not_enough_data without two values and a pair, degenerate when all are
///         equal, not_finite with an infinite value
/// @throws std::invalid_argument for a negative lag; cost: two passes
/// @source Box and Jenkins; NIST univariate sets to 14 digits of the exact answer; R acf(na.action = na.pass)
Autocorrelation autocorrelation(std::span<const double> values, std::int64_t lag);

}  // namespace childwell::inline v0_1::stats
