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

/// Average precision. Undefined parts are NaN; `status` says why.
struct AveragePrecision {
  double average_precision = std::numeric_limits<double>::quiet_NaN();
  double chance = std::numeric_limits<double>::quiet_NaN();  ///< share of events: about what an idle score reaches
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Average precision by the step rule: the sum over distinct scores, from the highest, of (gain in recall) x precision.
///
/// Use for rare events, beside `chance`. Not across groups with different shares of events, and not by trapezoids,
/// which promise points between two scores that no cut-off reaches.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @return in (0, 1]; degenerate without events, and when all have the event (1); not_enough_data without rows,
///         not_finite
/// @throws std::invalid_argument when lengths differ or an outcome is something else; std::bad_alloc.
///         Cost: a radix sort
/// @source Davis and Goadrich 2006, ICML; scikit-learn average_precision_score to 1e-12, exact fractions to 1e-14
AveragePrecision average_precision(std::span<const std::uint8_t> outcomes, std::span<const double> scores);

/// The precision-recall curve, one point a distinct score, from the highest down.
struct PrecisionRecallCurve {
  std::vector<double> threshold;  ///< flagged when score >= threshold
  std::vector<std::int64_t> flagged;
  std::vector<std::int64_t> true_positives;
  std::vector<double> precision;
  std::vector<double> recall;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// All points of the precision-recall curve.
///
/// Use to draw it as steps. There is no point at recall 0: nobody flagged has no precision.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @return as many points as there are distinct scores; recall NaN without events (degenerate); not_enough_data without
///         rows, not_finite
/// @throws std::invalid_argument when lengths differ or an outcome is something else; std::bad_alloc.
///         Cost: a radix sort and 40 bytes a distinct score
/// @source scikit-learn precision_recall_curve, equal but for its added end point
PrecisionRecallCurve precision_recall_curve(std::span<const std::uint8_t> outcomes, std::span<const double> scores);

}  // namespace childwell::inline v0_1::stats
