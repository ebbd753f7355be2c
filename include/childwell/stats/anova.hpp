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

/// One-way analysis of variance: how much of the spread lies between groups. Undefined parts are NaN.
struct Anova {
  double f = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  double between_degrees_of_freedom = 0.0;
  double within_degrees_of_freedom = 0.0;
  double between_sum_of_squares = std::numeric_limits<double>::quiet_NaN();
  double within_sum_of_squares = std::numeric_limits<double>::quiet_NaN();
  double between_mean_square = std::numeric_limits<double>::quiet_NaN();
  double within_mean_square = std::numeric_limits<double>::quiet_NaN();
  double sigma = std::numeric_limits<double>::quiet_NaN();          ///< residual standard deviation
  double eta_squared = std::numeric_limits<double>::quiet_NaN();    ///< share of the sum of squares, R squared
  double omega_squared = std::numeric_limits<double>::quiet_NaN();  ///< the same with less bias; may be below 0
  std::vector<std::int64_t> groups;   ///< codes, ascending; groups without values are left out
  std::vector<std::int64_t> counts;   ///< values a group
  std::vector<double> means;          ///< of the groups
  std::vector<double> variances;      ///< of the groups, NaN with one value
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// An F test of group means that does not lean on equal variances, or of the variances themselves.
struct GroupTest {
  double f = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  double numerator_degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double denominator_degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  std::int64_t groups = 0;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  std::string_view method;
  Status status = Status::not_enough_data;
};

/// What the spread of a group is measured around.
enum class SpreadCentre : std::uint8_t {
  median,  ///< Brown and Forsythe: robust against skewness
  mean     ///< Levene's own
};

/// One-way analysis of variance, correct to the last digits that doubles hold.
///
/// Use to compare means of groups of like spread; else welch_anova. Deviations are taken from each group's first value
/// and from its mean in 31 digits, so that offsets of any size cost nothing. Not for repeated measures of one child.
/// @param values   shape (n,), any unit; NaN is missing
/// @param groups   shape (n,): code of the group of each value
/// @return the table with effect sizes; not_enough_data with fewer than two groups or no value beyond one a group;
///         degenerate when no group varies (F is infinite, or NaN when the means are equal too); not_finite with an
///         infinite value, or where a sum of squares overflows
/// @throws std::invalid_argument when lengths differ; cost: two passes and n log n
/// @source Fisher 1925; Hays 1963 (omega squared); all 11 NIST ANOVA sets to 14 digits of the exact answer on the
///         rounded data
Anova one_way_anova(std::span<const double> values, std::span<const std::int64_t> groups);

/// Welch's test of equal means when the spread may differ between groups.
///
/// Use by default for groups of different size or spread. Not with groups of fewer than about five.
/// @param values   shape (n,), any unit; NaN is missing
/// @param groups   shape (n,): code of the group of each value
/// @return F with its degrees of freedom (the second not whole); not_enough_data with fewer than two groups, or a group
///         of one value; degenerate when a group does not vary; not_finite with an infinite value
/// @throws std::invalid_argument when lengths differ; cost: two passes and n log n
/// @source Welch 1951, Biometrika 38; R oneway.test and statsmodels anova_oneway to 1e-12
GroupTest welch_anova(std::span<const double> values, std::span<const std::int64_t> groups);

/// Levene's test of equal spread: an analysis of variance of the distances from each group's centre.
///
/// Use to see whether groups differ in spread; not as a gate before choosing between two other tests.
/// @param values   shape (n,), any unit; NaN is missing
/// @param groups   shape (n,): code of the group of each value
/// @param centre   median (Brown and Forsythe) or mean
/// @return F with its degrees of freedom; statuses of one_way_anova
/// @throws std::invalid_argument when lengths differ; cost: n log n
/// @source Levene 1960; Brown and Forsythe 1974, J. Am. Stat. Assoc. 69; scipy.stats.levene to 1e-12
GroupTest levene_test(std::span<const double> values, std::span<const std::int64_t> groups,
                      SpreadCentre centre = SpreadCentre::median);

}  // namespace childwell::inline v0_1::stats
