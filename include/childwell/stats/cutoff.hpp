// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/roc.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// What each cut-off would flag, one entry a threshold, in the order given. Rates without a denominator are NaN.
struct CutoffTable {
  std::vector<double> threshold;
  std::vector<std::int64_t> true_positives;
  std::vector<std::int64_t> false_positives;
  std::vector<std::int64_t> true_negatives;
  std::vector<std::int64_t> false_negatives;
  std::vector<double> sensitivity, sensitivity_lower, sensitivity_upper;  ///< with Wilson's intervals
  std::vector<double> specificity, specificity_lower, specificity_upper;
  std::vector<double> ppv, ppv_lower, ppv_upper;  ///< positive predictive value: events among the flagged
  std::vector<double> npv, npv_lower, npv_upper;  ///< negative predictive value: none among the unflagged
  std::vector<double> accuracy;
  std::vector<double> balanced_accuracy;
  std::vector<double> f1;
  std::vector<double> f2;  ///< counts sensitivity twice as much as ppv
  std::vector<double> matthews_correlation;
  std::vector<double> kappa;
  std::vector<double> positive_likelihood_ratio;
  std::vector<double> negative_likelihood_ratio;
  std::vector<double> youden;
  double level = 0.95;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Hits, misses and false alarms of cut-offs: a child is flagged when score >= threshold.
///
/// Use to show what a cut-off costs before it is chosen; print it with its intervals. Not to choose the best one on the
/// same data: what is chosen looks better than it is. Predictive values hold for the share of events in these data.
/// @param outcomes     shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores       shape (n,), higher means more at risk; NaN is missing
/// @param thresholds   shape (t,), in the unit of the scores, in any order, not NaN; infinite ones are allowed
/// @param level        confidence level of Wilson's intervals, in (0, 1)
/// @return counts and rates; degenerate when a class is empty (rates of the other stand); not_enough_data, not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, a threshold is NaN, or level is
///         outside (0, 1); std::bad_alloc. Cost: one pass with a search among the thresholds
/// @source definitions; scikit-learn confusion_matrix, f1_score, fbeta_score, matthews_corrcoef and cohen_kappa_score
///         to 1e-12, intervals as wilson_interval
CutoffTable cutoff_table(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                         std::span<const double> thresholds, double level = 0.95);

/// A list of the k highest scores. Undefined parts are NaN; `status` says why.
struct TopList {
  std::int64_t k = 0;
  double threshold = std::numeric_limits<double>::quiet_NaN();  ///< lowest score on the list
  std::int64_t tied = 0;    ///< children who have exactly that score
  std::int64_t places = 0;  ///< places left for them
  double events_listed = std::numeric_limits<double>::quiet_NaN();  ///< expected when the tied are drawn by lot
  std::int64_t events_least = 0;  ///< the fewest and the most that any order of the tied can give
  std::int64_t events_most = 0;
  double precision = std::numeric_limits<double>::quiet_NaN();
  double recall = std::numeric_limits<double>::quiet_NaN();
  double lift = std::numeric_limits<double>::quiet_NaN();  ///< precision over the share of events
  std::int64_t events_in_file_order = 0;  ///< when the tied are taken in the order of the rows
  double precision_in_file_order = std::numeric_limits<double>::quiet_NaN();
  double recall_in_file_order = std::numeric_limits<double>::quiet_NaN();
  double lift_in_file_order = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::int64_t> rows;  ///< who is listed in file order: positions, highest score first
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// The k highest scores as a list, and how many events it holds; ties at its edge are split by expectation.
///
/// Use when k children can be seen: precision at capacity. Where many share the score at the edge, file order decides
/// who is seen: print the expectation, `tied` and `places`, and draw lots. Not for cut-offs without a capacity.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @param k          places, at least 1
/// @return list and shares; recall and lift are NaN without events (degenerate); not_enough_data when fewer than k rows
///         have both; not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, or k is below 1; std::bad_alloc.
///         Cost: a radix sort
/// @source definition; scikit-learn and a stable sort to 1e-12, expectation over all orders of the tied by enumeration
TopList top_k(std::span<const std::uint8_t> outcomes, std::span<const double> scores, std::int64_t k);

}  // namespace childwell::inline v0_1::stats
