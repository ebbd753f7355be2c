// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace childwell::inline v0_1::stats {

/// A mean with its t interval.
struct MeanInterval {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Mean with Student's interval.
///
/// Use for a mean of independent rows; for pairs give the differences. Not for children of few classes: see
/// ratio_estimate and the cluster-robust models. With skewed values and few rows the interval covers less than it says:
/// 90 instead of 95 % of exponential values at 10 rows, 93 % at 30, 94 % at 100.
/// @param values   shape (n,), any unit; NaN is missing and left out
/// @param level    of the interval, in (0, 1)
/// @return in the unit of the values; not_enough_data with fewer than two values (one value stands as the mean),
///         degenerate when all are equal (no interval), not_finite with an infinite value or an interval beyond doubles
/// @throws std::invalid_argument for a level outside (0, 1); cost: two passes
/// @source Student 1908, Biometrika 6; R t.test to 1e-13; coverage by simulation
MeanInterval mean_interval(std::span<const double> values, double level);

/// Difference of two means with its test. Undefined parts are NaN; `status` says why.
struct TTest {
  double difference = std::numeric_limits<double>::quiet_NaN();  ///< first minus second
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();  ///< two-sided
  double mean_first = std::numeric_limits<double>::quiet_NaN();
  double mean_second = std::numeric_limits<double>::quiet_NaN();
  double variance_first = std::numeric_limits<double>::quiet_NaN();
  double variance_second = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count_first = 0;
  std::int64_t count_second = 0;
  std::int64_t missing = 0;  ///< in both
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Student's t test of two means, with one variance for both groups.
///
/// Use only where the groups vary alike by design; otherwise welch_t_test, which costs next to nothing.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return the difference first - second; not_enough_data when a group is empty or both hold one value, degenerate when
///         neither group varies (no test), not_finite with an infinite value or an interval beyond doubles
/// @throws std::invalid_argument for a level outside (0, 1); cost: two passes
/// @source Student 1908, Biometrika 6; R t.test(var.equal = TRUE) to 1e-13; size by simulation
TTest student_t_test(std::span<const double> first, std::span<const double> second, double level);

/// Welch's t test of two means, each group with its own variance.
///
/// Use to compare two groups' means, however unlike their sizes and spreads. Not for children of few classes.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return the difference first - second; not_enough_data when a group has fewer than two values, degenerate when
///         neither group varies (no test), not_finite with an infinite value or an interval beyond doubles
/// @throws std::invalid_argument for a level outside (0, 1); cost: two passes
/// @source Welch 1947, Biometrika 34; R t.test to 1e-13; size by simulation
TTest welch_t_test(std::span<const double> first, std::span<const double> second, double level);

/// How the p value of a test on ranks is found.
enum class TestMethod : std::uint8_t {
  automatic,  ///< exact for small groups without ties, else by the limit
  exact,      ///< from all ways to part the pooled values into the two groups, ties as they are
  asymptotic  ///< by the limiting distribution
};

/// Options of the rank-sum test.
struct RankSumOptions {
  TestMethod method = TestMethod::automatic;
  bool continuity = true;  ///< correct the normal distribution by half a step
};

/// Rank-sum test. Undefined parts are NaN; `status` says why.
struct RankSumTest {
  double u = std::numeric_limits<double>::quiet_NaN();  ///< pairs in which the first group's value is larger, ties half
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< z; NaN when exact
  double p_value = std::numeric_limits<double>::quiet_NaN();    ///< two-sided
  std::int64_t count_first = 0;
  std::int64_t count_second = 0;
  std::int64_t missing = 0;
  bool ties = false;
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Wilcoxon's rank-sum test, which is Mann and Whitney's.
///
/// Use to ask whether one group tends to have larger values; cliff_delta says by how much. Not as a test of medians.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param options         automatic is exact with fewer than 50 values in each group and no ties, as in R; exact is
///                        allowed up to 200 values in all
/// @return U of the first group and p; not_enough_data when a group is empty, degenerate when all values are equal,
///         not_finite with an infinite value
/// @throws std::invalid_argument for the exact test of more than 200 values; cost: one sort; exact: up to 1 s
/// @source Wilcoxon 1945; Mann and Whitney 1947, Ann. Math. Stat. 18; R wilcox.test to 1e-12 (exact and not); exact
///         with ties against all permutations
RankSumTest rank_sum_test(std::span<const double> first, std::span<const double> second, const RankSumOptions& options);

/// Kolmogorov and Smirnov's test of two samples. Undefined parts are NaN; `status` says why.
struct KolmogorovSmirnovTest {
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< largest distance of the two shares at most x
  double location = std::numeric_limits<double>::quiet_NaN();   ///< the first x where it is reached
  double p_value = std::numeric_limits<double>::quiet_NaN();    ///< two-sided
  std::int64_t count_first = 0;
  std::int64_t count_second = 0;
  std::int64_t missing = 0;
  bool ties = false;
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Kolmogorov and Smirnov's two-sample test: whether two groups have the same distribution.
///
/// Use when shape matters as well as place. Weak in the tails, and the limit is cautious with ties; exact is not.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param method          automatic is exact while m n is at most 10,000; exact is allowed up to m n of 100 million
/// @return distance and p; not_enough_data when a group is empty, degenerate when all values are equal (distance 0),
///         not_finite with an infinite value
/// @throws std::invalid_argument for the exact test beyond m n of 100 million; cost: one sort; exact: m n steps
/// @source Smirnov 1948, Ann. Math. Stat. 19; Schroeer and Trenkler 1995, Comput. Stat. Data Anal. 20 (ties); R ks.test
///         to 1e-12; exact with ties against all permutations
KolmogorovSmirnovTest kolmogorov_smirnov_test(std::span<const double> first, std::span<const double> second,
                                              TestMethod method);

}  // namespace childwell::inline v0_1::stats
