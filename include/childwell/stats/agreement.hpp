// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace childwell::inline v0_1::stats {

/// One form of the intraclass correlation. Undefined parts are NaN.
struct IntraclassForm {
  std::string_view form = "";  ///< Shrout and Fleiss: model, then 1 for one rating or k for the mean of all
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double f = std::numeric_limits<double>::quiet_NaN();  ///< of no difference between rows
  double numerator_df = std::numeric_limits<double>::quiet_NaN();
  double denominator_df = std::numeric_limits<double>::quiet_NaN();
  double p_value = std::numeric_limits<double>::quiet_NaN();
};

/// The six forms of the intraclass correlation and the mean squares they are made of.
struct IntraclassCorrelation {
  std::array<IntraclassForm, 6> forms;  ///< ICC(1,1), ICC(2,1), ICC(3,1), ICC(1,k), ICC(2,k), ICC(3,k)
  double between_rows = std::numeric_limits<double>::quiet_NaN();
  double within_rows = std::numeric_limits<double>::quiet_NaN();
  double between_columns = std::numeric_limits<double>::quiet_NaN();
  double residual = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;  ///< rows used
  std::int64_t raters = 0;
  std::int64_t missing = 0;  ///< rows left out because a rating was missing
  Status status = Status::not_enough_data;
};

/// Intraclass correlations: how much of the variance of ratings is of the children rated.
///
/// Use ICC(1) when each child has its own raters, ICC(2) when the same raters stand for others and must agree in level,
/// ICC(3) when only their order matters; the form with 1 speaks of one rating, with k of the mean of all. Not for
/// categories: cohen_kappa. With few raters and many children the intervals of ICC(2) cover less than they say: with
/// four raters 94 instead of 95 % for 30 children, 92 % for 100, 81 % for 1,000; those of ICC(1) and ICC(3) hold.
/// @param ratings   shape (children, raters), one unit; NaN is missing and drops the row
/// @param level     of the intervals, in (0, 1)
/// @return estimates at most 1, with F tests and intervals; not_enough_data with fewer than two rows or raters,
///         degenerate when all rows have the same mean or nothing varies within rows (estimates where defined, no
///         interval), not_finite with an infinite value
/// @throws std::invalid_argument for a level outside (0, 1); cost: two passes
/// @source Shrout and Fleiss 1979, Psychol. Bull. 86; McGraw and Wong 1996, Psychol. Methods 1 (interval of ICC(2)); R
///         psych::ICC to 1e-10; the table of Shrout and Fleiss
IntraclassCorrelation intraclass_correlation(const MatrixView& ratings, double level);

/// How far apart two categories are for kappa.
enum class KappaWeights : std::uint8_t {
  unweighted,  ///< any two unlike categories alike
  linear,      ///< by their distance in order
  quadratic    ///< by the square of it
};

/// Options of kappa.
struct KappaOptions {
  KappaWeights weights = KappaWeights::unweighted;
  std::int64_t categories = 0;  ///< number of categories, or 0 for the highest code and one
  double level = 0.95;
};

/// Cohen's kappa. Undefined parts are NaN; `status` says why.
struct CohenKappa {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  double null_standard_error = std::numeric_limits<double>::quiet_NaN();  ///< when there is no agreement beyond chance
  double statistic = std::numeric_limits<double>::quiet_NaN();            ///< z against it
  double p_value = std::numeric_limits<double>::quiet_NaN();              ///< two-sided
  double observed = std::numeric_limits<double>::quiet_NaN();             ///< agreement seen
  double expected = std::numeric_limits<double>::quiet_NaN();             ///< and by chance
  Matrix table;  ///< counts, first rater in rows
  std::int64_t count = 0;
  std::int64_t missing = 0;
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Cohen's kappa: agreement of two raters on categories, beyond chance.
///
/// Use for codes given twice, such as reasons of absence; linear or quadratic weights for ordered categories. Not to
/// compare where categories are rare in one place and common in another: chance depends on them. The interval that says
/// 95 % covers 94 % at 30 and 100 pairs (a kappa of 0.6); at 10 pairs every tenth sample has none.
/// @param first, second   shape (n,), codes from 0, in the order of the categories; below 0 is missing
/// @param options         weights, number of categories, level
/// @return at most 1, with the large-sample interval; not_enough_data without pairs, degenerate when chance agreement
///         is complete (one category), boundary when agreement is complete (no interval)
/// @throws std::invalid_argument for lengths that differ, a code beyond the categories, more than 10,000 categories or
///         a level outside (0, 1); cost: one pass and categories^2
/// @source Cohen 1960, 1968; Fleiss, Cohen and Everitt 1969, Psychol. Bull. 72 (standard errors); R psych::cohen.kappa
///         and statsmodels to 1e-10
CohenKappa cohen_kappa(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                       const KappaOptions& options);

}  // namespace childwell::inline v0_1::stats
