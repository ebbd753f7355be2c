// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/collection.hpp>

#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("childwell.collection_figure: " + what); }

void check(std::span<const double> values, Design design, const stats::SurveyDesign& drawn, const CollectionOptions& options) {
  if (!(options.level > 0.0 && options.level < 1.0)) refuse("level must lie between 0 and 1, such as 0.95");
  if (!(options.low < options.high)) refuse("low must be below high: the ends of the scale of an answer");
  if (options.minimum_cell < 1) refuse("the smallest cell must be at least 1");
  const auto outside = [&](double value) { return std::isinf(value) || value < options.low || value > options.high; };
  if (std::any_of(values.begin(), values.end(), outside)) refuse("a value lies outside the scale from low to high");
  if (options.target != 0 && options.target < static_cast<std::int64_t>(values.size())) {
    refuse("target is below the number of children listed; it is the number of children in the frame");
  }
  const bool has_design = !drawn.weights.empty() || !drawn.strata.empty() || !drawn.clusters.empty() || !drawn.populations.empty();
  if (design == Design::census && has_design) refuse("a census has no weights, strata or clusters; where children were drawn, the design is sample");
}

CollectionFigure census(std::span<const double> values, const CollectionOptions& options, Estimate mean) {
  std::vector<double> answers;
  std::copy_if(values.begin(), values.end(), std::back_inserter(answers), [](double value) { return !std::isnan(value); });
  std::sort(answers.begin(), answers.end());  // a sum that does not depend on who comes first
  const double sum = stats::chunked_sum(answers);
  const auto all = static_cast<double>(mean.n_expected);
  const auto answered = static_cast<double>(answers.size());
  CollectionFigure made;
  made.interval = IntervalKind::bounds;
  mean.value = sum / answered;
  const double gaps = all - answered;
  const auto bound = [&](double end) {
    if (gaps == 0.0) return mean.value;
    return std::isinf(end) ? std::numeric_limits<double>::quiet_NaN() : (sum + gaps * end) / all;
  };
  mean.lower = bound(options.low);
  mean.upper = bound(options.high);
  mean.status = Status::ok;
  made.mean = mean;
  return made;
}

CollectionFigure sample(std::span<const double> values, const stats::SurveyDesign& drawn, const CollectionOptions& options, Estimate mean) {
  const bool share = options.low == 0.0 && options.high == 1.0;
  const auto scale = share ? stats::IntervalScale::logit : stats::IntervalScale::identity;
  const auto found = stats::survey_mean(values, drawn, {options.level, scale, options.lonely});
  CollectionFigure made;
  made.interval = IntervalKind::confidence;
  made.standard_error = found.standard_error;
  made.degrees_of_freedom = found.degrees_of_freedom;
  made.design_effect = found.design_effect;
  mean.value = found.estimate;
  mean.lower = found.lower;
  mean.upper = found.upper;
  mean.status = found.status;
  made.mean = mean;
  return made;
}

}  // namespace

CollectionFigure collection_figure(std::span<const double> values, Design design, const stats::SurveyDesign& drawn,
                                   const CollectionOptions& options) {
  check(values, design, drawn, options);
  const auto listed = static_cast<std::int64_t>(values.size());
  const auto missing = std::count_if(values.begin(), values.end(), [](double value) { return std::isnan(value); });
  const std::int64_t expected = design == Design::census ? std::max(options.target, listed) : listed;
  Estimate mean = without_value(Status::not_comparable, expected, listed - missing);
  CollectionFigure made;
  if (design != Design::census && design != Design::sample) {
    made.mean = mean;
    return made;
  }
  if (mean.n_observed == 0) mean.status = Status::not_recorded;
  else if (mean.n_observed < options.minimum_cell) mean = without_value(Status::hidden);
  else return design == Design::census ? census(values, options, mean) : sample(values, drawn, options, mean);
  made.mean = mean;
  return made;
}

}  // namespace childwell::inline v0_1
