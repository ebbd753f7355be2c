// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// One number of a sample, with what it stands on.
struct SampleStatistic {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;    ///< values that are not missing
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Quantiles of a sample; the type is part of the answer.
struct Quantiles {
  std::vector<double> values;  ///< in the order of the probabilities; unit of the data
  std::vector<double> probabilities;
  int type = 0;  ///< 1 to 9, Hyndman and Fan
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Quantiles by any of the nine definitions of Hyndman and Fan.
///
/// Use type 1 or 3 for values that must occur, 7 to agree with R and NumPy, 8 for an estimate free of bias whatever the
/// distribution. Not across types: the same data give different numbers.
/// @param values          shape (n,), any unit; NaN is missing and left out
/// @param probabilities   in [0, 1]
/// @param type            1 to 9
/// @return one value a probability; not_enough_data without values, not_finite with an infinite value
/// @throws std::invalid_argument for another type or a probability outside [0, 1]; cost: one sort
/// @source Hyndman and Fan 1996, Am. Stat. 50; R 4.2 quantile on 500 samples: equal for types 1 to 3, 2 eps for others
Quantiles quantiles(std::span<const double> values, std::span<const double> probabilities, int type);

/// Quantiles of weighted values, a weight standing for so many like rows.
///
/// Use for counts of children by mark. Whole weights allow all nine types and equal the quantiles of the repeated rows;
/// other weights allow types 1 and 2, which need no positions between rows.
/// @param values          shape (n,), any unit; NaN is missing and left out
/// @param weights         shape (n,), finite and not below 0; 0 is a row that is not there
/// @param probabilities   in [0, 1]
/// @param type            1 to 9, or 1 and 2 where weights are not whole
/// @return as quantiles; `count` counts rows, not weights
/// @throws std::invalid_argument for a type that the weights do not allow, weights that are negative or not finite, and
///         as quantiles; cost: one sort
/// @source repetition of rows; quantiles of the repeated rows, exactly
Quantiles weighted_quantiles(std::span<const double> values, std::span<const double> weights,
                             std::span<const double> probabilities, int type);

/// Harrell and Davis's quantiles: means of all order statistics, weighted by the beta density of their rank.
///
/// Use for smooth quantiles of small samples. Not where single wild values are feared: all values count a little.
/// @param values          shape (n,), any unit; NaN is missing and left out
/// @param probabilities   in [0, 1]; at 0 and 1 the smallest and largest value
/// @return as quantiles, with type 0
/// @throws std::invalid_argument for a probability outside [0, 1]; cost: one sort and n incomplete betas a probability
/// @source Harrell and Davis 1982, Biometrika 69; R Hmisc::hdquantile to 1e-10
Quantiles harrell_davis_quantiles(std::span<const double> values, std::span<const double> probabilities);

/// Median: the middle value, or the mean of the two in the middle.
///
/// Use as the centre of skewed values and of values with errors in them.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @return in the unit of the values; not_enough_data without values, not_finite with an infinite value
/// @throws std::bad_alloc; cost: one sort
/// @source definition; R median, exactly
SampleStatistic median(std::span<const double> values);

/// Interquartile range: the quantile at 3/4 minus the one at 1/4.
///
/// Use as a spread that a quarter of wild values at either end does not move.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param type     1 to 9, of the quantiles
/// @return at least 0, unit of the values; not_enough_data without values, not_finite with an infinite value
/// @throws std::invalid_argument for another type; cost: one sort
/// @source definition; R IQR, exactly
SampleStatistic interquartile_range(std::span<const double> values, int type);

/// Tukey's five numbers: smallest, lower hinge, median, upper hinge, largest.
///
/// Use for box plots; hinges are medians of the halves and differ a little from quartiles.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @return as quantiles, five values, with probabilities 0, 1/4, 1/2, 3/4, 1 and type 0
/// @throws std::bad_alloc; cost: one sort
/// @source Tukey 1977, Exploratory Data Analysis; R fivenum, exactly
Quantiles five_numbers(std::span<const double> values);

/// Gini's mean difference: the mean distance of two values drawn without putting back.
///
/// Use as a spread in the unit of the data that squares nothing; over twice the mean it is the Gini coefficient.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @return at least 0, unit of the values; not_enough_data with fewer than two values, degenerate (0) when all are
///         equal, not_finite with an infinite value
/// @throws std::bad_alloc; cost: one sort
/// @source David 1968, Biometrika 55; R Hmisc::GiniMd to 1e-10, exact rationals to 15 digits
SampleStatistic gini_mean_difference(std::span<const double> values);

}  // namespace childwell::inline v0_1::stats
