// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// Which correlation.
enum class CorrelationKind : std::uint8_t {
  pearson,   ///< of the values: how near they lie to a line
  spearman,  ///< Pearson's of the mid-ranks: how near to any rising curve
  kendall    ///< tau-b: pairs in the same order minus pairs in the other, over pairs not tied
};

/// A correlation with its interval and test. Undefined parts are NaN; `status` says why.
struct Correlation {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  double statistic = std::numeric_limits<double>::quiet_NaN();           ///< t, or z for Kendall
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();  ///< of t
  double p_value = std::numeric_limits<double>::quiet_NaN();             ///< two-sided, of no association
  std::int64_t count = 0;
  std::int64_t missing = 0;
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Pearson's correlation, with Fisher's interval and the t test.
///
/// Use for how near two measures lie to a line. Not for curved or heavy-tailed relations: spearman, kendall.
/// @param first, second   shape (n,), any unit; NaN in either is a missing row
/// @param level           of the interval, in (0, 1)
/// @return in [-1, 1]; not_enough_data with fewer than two rows, or fewer than four, where it stands without interval;
///         boundary at -1 and 1 (no interval), degenerate when a variable is constant, not_finite with an infinite
///         value
/// @throws std::invalid_argument for lengths that differ and a level outside (0, 1); cost: two passes
/// @source Fisher 1921, Metron 1 (tanh(atanh r +- z / sqrt(n - 3))); R cor.test to 1e-13; exact rationals to 15 digits
Correlation pearson(std::span<const double> first, std::span<const double> second, double level);

/// Spearman's rank correlation: Pearson's of mid-ranks, with a t test and Bonett and Wright's interval.
///
/// Use for ordered answers and skewed measures.
/// @param first, second   shape (n,), any unit; NaN in either is a missing row
/// @param level           of the interval, in (0, 1)
/// @return as pearson; the variance on Fisher's scale is (1 + rho^2 / 2) / (n - 3)
/// @throws as pearson; cost: two sorts
/// @source Spearman 1904; Bonett and Wright 2000, Psychometrika 65; scipy.stats.spearmanr to 1e-13
Correlation spearman(std::span<const double> first, std::span<const double> second, double level);

/// Kendall's tau-b, with the test by the normal distribution, corrected for ties, and Bonett and Wright's interval.
///
/// Use for ordered answers with many ties; it is the difference of two chances, which can be said in words.
/// @param first, second   shape (n,), any unit; NaN in either is a missing row
/// @param level           of the interval, in (0, 1)
/// @return as pearson, but that the interval needs five rows; its variance on Fisher's scale is 0.437 / (n - 4); the
///         p value is without continuity correction
/// @throws as pearson; cost: n log n; pairs are counted in 64 bits
/// @source Kendall 1945, Biometrika 33; Knight 1966, J. Am. Stat. Assoc. 61; scipy.stats.kendalltau(method =
///         "asymptotic") to 1e-13; the counts of pairs one by one, exactly
Correlation kendall(std::span<const double> first, std::span<const double> second, double level);

/// Correlations of all columns.
struct CorrelationMatrix {
  Matrix values;  ///< NaN where a column is constant
  std::int64_t count = 0;
  std::int64_t missing = 0;  ///< rows left out because any column was missing
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Correlation matrix over the rows where no column is missing.
///
/// Use as the ground of components and factors. Not with many scattered gaps: listwise deletion then keeps few rows.
/// @param values   shape (rows, columns), any units; NaN is missing
/// @param kind     which correlation
/// @return correlations with a diagonal of 1; not_enough_data with fewer than two rows or no column, degenerate when a
///         column is constant, not_finite with an infinite value
/// @throws std::bad_alloc; cost: rows times columns^2, for kendall times log rows
/// @source as pearson, spearman, kendall; R cor to 1e-12
CorrelationMatrix correlation_matrix(const MatrixView& values, CorrelationKind kind);

/// Correlation of each pair of columns when all other columns are held fixed.
///
/// Use to see what a pair shares that the others do not explain. Not as proof of a cause.
/// @param values   shape (rows, columns), any units; NaN is missing (listwise)
/// @return as correlation_matrix, by Pearson's; rank_deficient (NaN) when columns repeat each other or there are no
///         more rows than columns
/// @throws std::bad_alloc; cost: rows times columns^2 and columns^3
/// @source inverse of the correlation matrix; R psych to 1e-8
CorrelationMatrix partial_correlations(const MatrixView& values);

/// How much columns have in common that factors could explain.
struct SamplingAdequacy {
  double overall = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> items;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Kaiser, Meyer and Olkin's measure: squared correlations over these plus squared partial correlations.
///
/// Use before components or factors; below about 0.5 there is little in common.
/// @param values   shape (rows, columns), any units; NaN is missing (listwise)
/// @return in [0, 1], overall and by column; statuses as partial_correlations
/// @throws std::bad_alloc; cost: as partial_correlations
/// @source Kaiser 1974, Psychometrika 39; R psych::KMO to 1e-8
SamplingAdequacy sampling_adequacy(const MatrixView& values);

/// Test that columns have nothing in common.
struct SphericityTest {
  double statistic = std::numeric_limits<double>::quiet_NaN();  ///< chi-squared
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Bartlett's test of sphericity: that the correlation matrix is the identity, for normal data.
///
/// Use before components of few rows; with many it always rejects.
/// @param values   shape (rows, columns), any units; NaN is missing (listwise)
/// @return chi-squared with columns (columns - 1) / 2 degrees of freedom; statuses as partial_correlations
/// @throws std::bad_alloc; cost: as partial_correlations
/// @source Bartlett 1951, Biometrika 38; R psych::cortest.bartlett to 1e-8
SphericityTest bartlett_sphericity(const MatrixView& values);

}  // namespace childwell::inline v0_1::stats
