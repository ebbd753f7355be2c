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

/// How probabilities are put into bins: by stretches of equal width, or by as many children a bin as ties allow.
enum class Binning : std::uint8_t { equal_width, equal_mass };

/// Which end belongs to a bin of equal width.
enum class BinEnd : std::uint8_t { left, right };

struct BinOptions {
  std::int64_t bins = 10;
  Binning binning = Binning::equal_width;
  BinEnd closed = BinEnd::left;  ///< left: floor(p x bins), 1 in the last; right: ceil(p x bins) - 1, 0 in the first
};

/// Predicted against observed, one entry a bin that holds a child. Undefined parts are NaN; `status` says why.
struct CalibrationCurve {
  std::vector<std::int64_t> bin;  ///< number of the bin, from 0
  std::vector<double> from;       ///< ends of the bin; of equal mass: its least and greatest probability
  std::vector<double> to;
  std::vector<std::int64_t> children;
  std::vector<std::int64_t> children_with_event;
  std::vector<double> mean_probability;
  std::vector<double> event_rate;
  std::vector<double> lower;  ///< Wilson's interval of the event rate
  std::vector<double> upper;
  double expected_calibration_error = std::numeric_limits<double>::quiet_NaN();  ///< mean |observed - predicted|
  double maximum_calibration_error = std::numeric_limits<double>::quiet_NaN();   ///< the greatest of a bin
  double level = 0.95;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Calibration curve by bins, with the expected and the maximum calibration error: the data of a reliability diagram.
///
/// Use to show whether of the children given 20 % about 20 % have the event. Print the bins with it: the errors depend
/// on them, and perfectly calibrated forecasts have errors above 0 by chance, the more bins the more. Not to compare
/// forecasts on different numbers of children.
/// @param outcomes        shape (n,), 1 event, 0 none, missing_outcome not known
/// @param probabilities   shape (n,), in [0, 1]; NaN is missing
/// @param options         number and kind of bins; in bins of equal mass equal probabilities stay together: a run of
///                        them goes where the middle of its ranks goes
/// @param level           confidence level of Wilson's intervals, in (0, 1)
/// @return bins that hold a child, in order; not_enough_data without rows, not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, a probability lies outside [0, 1],
///         bins is below 1 or above 1,000,000, or level is outside (0, 1). Cost: one pass; a radix sort for equal mass
/// @source Murphy and Winkler 1977, Appl. Stat. 26; Guo et al. 2017, ICML (ECE);
///         scikit-learn calibration_curve to 1e-12
CalibrationCurve calibration_curve(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                                   const BinOptions& options = {}, double level = 0.95);

/// A mean score of probability forecasts and its parts. Undefined parts are NaN; `status` says why.
struct ForecastScore {
  double score = std::numeric_limits<double>::quiet_NaN();
  double reliability = std::numeric_limits<double>::quiet_NaN();  ///< lower is better: from the diagonal to the bins
  double resolution = std::numeric_limits<double>::quiet_NaN();   ///< higher is better: from the base rate to the bins
  double uncertainty = std::numeric_limits<double>::quiet_NaN();  ///< score of always saying the base rate
  double within_bins = std::numeric_limits<double>::quiet_NaN();  ///< what bins do not see: score - (rel - res + unc)
  double skill = std::numeric_limits<double>::quiet_NaN();        ///< 1 - score / uncertainty
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Brier score, the mean squared error of probabilities, with Murphy's parts over bins.
///
/// Use as one number for calibration and discrimination together; compare it with `uncertainty`. Not across groups with
/// different base rates: use `skill` there.
/// @param outcomes        shape (n,), 1 event, 0 none, missing_outcome not known
/// @param probabilities   shape (n,), in [0, 1]; NaN is missing
/// @param options         bins of the parts; the score does not depend on them
/// @return in [0, 1]; degenerate when a class is empty (the score stands, skill is NaN); not_enough_data, not_finite
/// @throws std::invalid_argument as calibration_curve. Cost: one pass
/// @source Brier 1950, Mon. Weather Rev. 78; Murphy 1973, J. Appl. Meteorol. 12; Stephenson et al. 2008, Weather
///         Forecast. 23 (within bins); scikit-learn brier_score_loss to 1e-14, exact fractions to 1e-14
ForecastScore brier_score(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                          const BinOptions& options = {});

/// Log loss, the mean of -log of the probability given to what happened, with its parts over bins.
///
/// Use where near-certain mistakes must count heavily. A single certain mistake makes it infinite, and nothing is
/// clipped here: clip on purpose, before, if that is wanted.
/// @param outcomes        shape (n,), 1 event, 0 none, missing_outcome not known
/// @param probabilities   shape (n,), in [0, 1]; NaN is missing
/// @param options         bins of the parts; the score does not depend on them
/// @return at least 0 [nats]; boundary when a certain forecast was wrong (infinite); degenerate when a class is empty
///         (the score stands); not_enough_data, not_finite
/// @throws std::invalid_argument as calibration_curve. Cost: one pass
/// @source Weijs, van Nooijen and van de Giesen 2010, Mon. Weather Rev. 138 (parts); scikit-learn log_loss to 1e-14
ForecastScore log_loss(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                       const BinOptions& options = {});

/// A logistic fit of outcomes on the logit of their probabilities. Undefined parts are NaN; `status` says why.
struct LogisticCalibration {
  double slope = std::numeric_limits<double>::quiet_NaN();  ///< 1 is right; below 1 the probabilities are too extreme
  double slope_standard_error = std::numeric_limits<double>::quiet_NaN();
  double slope_lower = std::numeric_limits<double>::quiet_NaN();
  double slope_upper = std::numeric_limits<double>::quiet_NaN();
  double intercept = std::numeric_limits<double>::quiet_NaN();  ///< of the line with that slope
  double intercept_standard_error = std::numeric_limits<double>::quiet_NaN();
  double intercept_lower = std::numeric_limits<double>::quiet_NaN();
  double intercept_upper = std::numeric_limits<double>::quiet_NaN();
  double in_the_large = std::numeric_limits<double>::quiet_NaN();  ///< intercept with slope 1: 0 is right on average
  double in_the_large_standard_error = std::numeric_limits<double>::quiet_NaN();
  double in_the_large_lower = std::numeric_limits<double>::quiet_NaN();
  double in_the_large_upper = std::numeric_limits<double>::quiet_NaN();
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();  ///< of slope and intercept
  std::int64_t iterations = 0;
  double level = 0.95;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Calibration slope, intercept and calibration-in-the-large.
///
/// Use on children the model has not seen. On its own training data a model fitted by maximum likelihood has slope 1
/// and in-the-large 0 whatever it is worth. Intervals are Wald's on the logit scale. Those that say 95 % cover 95 %
/// from 100 children on, 96 to 97 % at 30 and 97 to 99.9 % at 10.
/// @param outcomes        shape (n,), 1 event, 0 none, missing_outcome not known
/// @param probabilities   shape (n,), in (0, 1); NaN is missing
/// @param level           confidence level, in (0, 1)
/// @return slope, intercepts, standard errors; boundary when a probability is 0 or 1, whose logit is infinite (nothing
///         is given); separated or quasi_separated when the probabilities tell the outcomes apart, and degenerate when
///         they are all equal (in_the_large stands in these three); degenerate when a class is empty; not_converged;
///         not_enough_data, not_finite
/// @throws std::invalid_argument as calibration_curve. Cost: Newton steps, about ten passes
/// @source Cox 1958, Biometrika 45; Steyerberg 2019, Clinical Prediction Models, 15; R 4.2.2 glm to 1e-10
LogisticCalibration logistic_calibration(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                                         double level = 0.95);

/// Net benefit by threshold. Undefined parts are NaN; `status` says why.
struct DecisionCurve {
  std::vector<double> threshold;
  std::vector<std::int64_t> true_positives;
  std::vector<std::int64_t> false_positives;
  std::vector<double> net_benefit;  ///< true positives a child, less false ones at the threshold's exchange rate
  std::vector<double> treat_all;    ///< net benefit of flagging everybody
  std::vector<double> treat_none;   ///< 0
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Decision curve: net benefit of flagging at probability >= threshold, beside flagging all and none.
///
/// Use to ask whether a model does better than two simple policies, at the threshold whose odds are the harm of a false
/// alarm against a miss. Not with probabilities that are not calibrated, and not at thresholds nobody would choose.
/// @param outcomes        shape (n,), 1 event, 0 none, missing_outcome not known
/// @param probabilities   shape (n,), in [0, 1]; NaN is missing
/// @param thresholds      shape (t,), in [0, 1), in any order
/// @return one entry a threshold; degenerate when a class is empty (values stand); not_enough_data, not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, a probability lies outside [0, 1]
///         or a threshold outside [0, 1). Cost: one pass with a search among the thresholds
/// @source Vickers and Elkin 2006, Med. Decis. Making 26; exact fractions to 1e-14
DecisionCurve decision_curve(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                             std::span<const double> thresholds);

}  // namespace childwell::inline v0_1::stats
