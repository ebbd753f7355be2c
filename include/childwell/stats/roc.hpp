// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/ratio.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// An outcome is 1 (the event happened), 0 (it did not) or this: not known.
inline constexpr std::uint8_t missing_outcome = 255;

struct RocOptions {
  double level = 0.95;
  IntervalScale scale = IntervalScale::logit;  ///< where the interval is symmetric: logit keeps it inside (0, 1)
};

/// Area under the ROC curve with its sampling error. Undefined parts are NaN; `status` says why.
struct RocAuc {
  double auc = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::string_view method;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Area under the ROC curve with DeLong's variance: the chance that a child with the event scores above one without.
///
/// Use to say how well a score ranks. Not for what a list of k children would hold (top_k), nor for whether
/// probabilities are right (calibration_curve). Equal scores count half. Rows are independent of each other; for pupils
/// of few schools use bootstrap_discrimination with clusters. Without weights the area is the exact ratio of two counts
/// of pairs, rounded once, and the variance comes from exact integers, so the order of the rows and the number of
/// threads change no bit. With weights (sampling or importance weights; a weight of 2 gives the area of two rows but
/// not the variance of two children) the variance is linearised within the two classes. Scores are ordered as real
/// numbers: -0.0 equals 0.0. The interval that says 95 % holds from about 30 events and 30 others on; with 10 events of
/// 100 it covers 94, 93 and 91 % at areas of 0.6, 0.75 and 0.9, with 3 of 30 rows 89 to 97 %, and more than it says
/// with 3 of 10; that on the plain scale covers up to 14 points less.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), any unit, higher means more at risk; NaN is missing
/// @param options    level and scale of the interval
/// @param weights    empty, or shape (n,), finite and at least 0; a row of weight 0 is no row
/// @return area in [0, 1], variance, interval; not_enough_data without rows or with fewer than two of a class (the area
///         stands when both classes are there); degenerate when one class is empty, or when all scores are equal (area
///         1/2); boundary at an area of 0 or 1, where DeLong's variance is 0: the interval is then one-sided, of the
///         stated level and free of assumptions, from min(events, others) disjoint pairs that all agree; not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, a weight is negative or not finite,
///         or level is outside (0, 1); std::bad_alloc. Cost: a radix sort, about 9 ns a row at 300,000 rows
/// @source DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44; Sun and Xu 2014, IEEE Signal Process. Lett. 21;
///         pROC 1.18.0 to 1e-12; exact fractions of every pattern of up to 7 rows: area equal, variance to 4 eps
RocAuc roc_auc(std::span<const std::uint8_t> outcomes, std::span<const double> scores, const RocOptions& options = {},
               std::span<const double> weights = {});

/// Two areas on the same children and their difference. Undefined parts are NaN; `status` says why.
struct DelongTest {
  double auc_first = std::numeric_limits<double>::quiet_NaN();
  double auc_second = std::numeric_limits<double>::quiet_NaN();
  double variance_first = std::numeric_limits<double>::quiet_NaN();
  double variance_second = std::numeric_limits<double>::quiet_NaN();
  double covariance = std::numeric_limits<double>::quiet_NaN();
  double difference = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< of the difference
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double z = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// DeLong's test of two scores on the same children: difference of the areas, its interval, two-sided z and p.
///
/// Use to ask whether one score ranks the same children better than another. Not for scores fitted on these very
/// children, nor for nested models (test the added term), nor for two different groups of children.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param first      shape (n,), the first score; NaN is missing
/// @param second     shape (n,), the second score; NaN is missing; a row must have both
/// @param level      confidence level of the difference, in (0, 1)
/// @return areas, variances, covariance, difference first - second; not_enough_data with fewer than two of a class;
///         degenerate when a class is empty or when the difference has no variance (both scores order the pairs alike);
///         not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, or level is outside (0, 1);
///         std::bad_alloc. Cost: two radix sorts
/// @source DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44; pROC 1.18.0 roc.test to 1e-9
DelongTest delong_test(std::span<const std::uint8_t> outcomes, std::span<const double> first,
                       std::span<const double> second, double level = 0.95);

/// Which axis a partial area is cut on.
enum class RocAxis : std::uint8_t { specificity, sensitivity };

struct PartialAucOptions {
  RocAxis axis = RocAxis::specificity;
  double start = 0.9;  ///< the smaller end of the range of that axis
  double stop = 1.0;   ///< the larger end
};

/// Part of the area under the ROC curve. Undefined parts are NaN; `status` says why.
struct PartialAuc {
  double auc = std::numeric_limits<double>::quiet_NaN();        ///< area inside the range, at most stop - start
  double corrected = std::numeric_limits<double>::quiet_NaN();  ///< McClish: 1/2 for chance, 1 for the best possible
  double least = std::numeric_limits<double>::quiet_NaN();      ///< area of the diagonal in the range
  double most = std::numeric_limits<double>::quiet_NaN();       ///< stop - start
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Area under the ROC curve between two specificities, or between two sensitivities.
///
/// Use where only few false alarms can be afforded. Not to compare ranges of different width unless `corrected`. The
/// curve is drawn straight between its points.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @param options    axis and range
/// @return area in [0, stop - start]; corrected is NaN below the diagonal, where McClish's correction means nothing;
///         not_enough_data without rows, degenerate when a class is empty, not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, or not 0 <= start < stop <= 1;
///         std::bad_alloc. Cost: a radix sort
/// @source McClish 1989, Med. Decis. Making 9; pROC 1.18.0 auc(partial.auc) to 1e-12, exact fractions to 1e-14
PartialAuc partial_auc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       const PartialAucOptions& options = {});

/// The ROC curve, one point a distinct score, from the highest down; the first point flags nobody.
struct RocCurve {
  std::vector<double> threshold;  ///< flagged when score >= threshold; infinity flags nobody
  std::vector<std::int64_t> true_positives;
  std::vector<std::int64_t> false_positives;
  std::vector<double> sensitivity;
  std::vector<double> specificity;
  std::vector<double> false_positive_rate;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// All points of the ROC curve.
///
/// Use to draw it, or to look a cut-off up. Not for the area, which roc_auc has without rounding.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @return one point more than there are distinct scores; rates are exact ratios of counts; rates NaN where a class is
///         empty (degenerate); not_enough_data without rows, not_finite
/// @throws std::invalid_argument when lengths differ or an outcome is something else; std::bad_alloc.
///         Cost: a radix sort and 48 bytes a distinct score
/// @source Fawcett 2006, Pattern Recognit. Lett. 27; scikit-learn roc_curve(drop_intermediate=False), equal
RocCurve roc_curve(std::span<const std::uint8_t> outcomes, std::span<const double> scores);

/// The cut-off with the greatest sensitivity + specificity. Undefined parts are NaN; `status` says why.
struct YoudenThreshold {
  double threshold = std::numeric_limits<double>::quiet_NaN();  ///< midway between two scores, infinite at the ends
  double score = std::numeric_limits<double>::quiet_NaN();      ///< lowest score flagged; infinity flags nobody
  double youden = std::numeric_limits<double>::quiet_NaN();     ///< sensitivity + specificity - 1
  double sensitivity = std::numeric_limits<double>::quiet_NaN();
  double specificity = std::numeric_limits<double>::quiet_NaN();
  std::int64_t equally_good = 0;  ///< cut-offs that reach the same sum; the highest of them is given
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Youden's best cut-off.
///
/// Use for a first look, where a miss and a false alarm cost the same. Not to choose a cut-off for children: costs
/// differ (decision_curve) and places are few (top_k). The maximum is optimistic on the data that chose it.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @return cut-off and its rates; sums are compared as integers; not_enough_data without rows, degenerate when a class
///         is empty or all scores are equal, not_finite
/// @throws std::invalid_argument when lengths differ or an outcome is something else; std::bad_alloc.
///         Cost: a radix sort
/// @source Youden 1950, Cancer 3; pROC 1.18.0 coords(best.method = "youden") to 1e-12
YoudenThreshold youden_threshold(std::span<const std::uint8_t> outcomes, std::span<const double> scores);

}  // namespace childwell::inline v0_1::stats
