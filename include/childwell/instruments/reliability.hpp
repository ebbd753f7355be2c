// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <limits>
#include <vector>

namespace childwell::inline v0_1::instruments {

/// Internal consistency of a scale. Undefined parts are NaN; `status` says why.
struct CronbachAlpha {
  double alpha = std::numeric_limits<double>::quiet_NaN();  ///< raw: of the items as they are
  double lower = std::numeric_limits<double>::quiet_NaN();  ///< Feldt's interval
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  double standardised = std::numeric_limits<double>::quiet_NaN();  ///< of the items as standard scores
  double lambda6 = std::numeric_limits<double>::quiet_NaN();       ///< Guttman's, from what others tell of each item
  double mean_correlation = std::numeric_limits<double>::quiet_NaN();
  double standard_error_of_measurement = std::numeric_limits<double>::quiet_NaN();  ///< points of the total
  double total_mean = std::numeric_limits<double>::quiet_NaN();
  double total_standard_deviation = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> item_means;
  std::vector<double> item_standard_deviations;
  std::vector<double> item_rest_correlations;  ///< each item with the sum of the others
  std::vector<double> alpha_if_dropped;
  std::int64_t negative = 0;  ///< items that run against the others: a key that was not reversed, most often
  std::int64_t items = 0;
  std::int64_t count = 0;    ///< forms used
  std::int64_t missing = 0;  ///< forms left out because an answer was missing
  Status status = Status::not_enough_data;
};

/// Cronbach's alpha with Feldt's interval, and what each item does to it.
///
/// Use on answers already scored in one direction, to see whether items hang together and how far a total is from its
/// true score. Not as proof that they measure one thing, nor for speeded tests; a high alpha may be repetition.
/// @param items   shape (forms, items), at least two items, scored in one direction; NaN is missing and drops the form
/// @param level   of the interval, in (0, 1)
/// @return alpha of at most 1, its interval, and each item's part; not_enough_data with fewer than two forms,
///         degenerate when the total does not vary (no alpha) or an item does not (no correlations of it, no
///         standardised alpha), boundary when alpha is 1 (no interval), not_finite with an infinite value
/// @throws std::invalid_argument for fewer than two items or a level outside (0, 1); cost: forms times items^2
/// @source Cronbach 1951, Psychometrika 16; Guttman 1945 (lambda 6); Feldt, Woodruff and Salih 1987, Appl. Psychol.
///         Meas. 11 (interval); R psych::alpha to 1e-10 on four scales of two public data sets
CronbachAlpha cronbach_alpha(const stats::MatrixView& items, double level);

}  // namespace childwell::inline v0_1::instruments
