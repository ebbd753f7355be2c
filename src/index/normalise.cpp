// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/normalise.hpp>

#include <childwell/stats/moments.hpp>
#include <childwell/stats/rank.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>

namespace childwell::inline v0_1 {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check(const NormalisationRule& rule) {
  const bool has_ends = rule.method == Normalisation::goalposts || rule.method == Normalisation::min_max;
  if (has_ends && !(rule.low < rule.high && std::isfinite(rule.low) && std::isfinite(rule.high))) {
    detail::refuse_index("normalise", "low must be below high, such as 1 and 100");
  }
  const bool is_stretch = rule.from < rule.to && std::isfinite(rule.from) && std::isfinite(rule.to);
  if (rule.method == Normalisation::goalposts && !is_stretch) {
    detail::refuse_index("normalise", "goalposts are two raw values, the first below the second, such as [0, 0.2]");
  }
  const bool has_spread = rule.method == Normalisation::z_score || rule.method == Normalisation::rank_normal;
  const bool is_spread = rule.standard_deviation > 0.0 && std::isfinite(rule.standard_deviation);
  if (has_spread && !(is_spread && std::isfinite(rule.mean))) {
    detail::refuse_index("normalise", "mean must be finite and standard_deviation above 0");
  }
}

// By the nearer end, so that both goalposts give the ends of the scale exactly.
double between(double value, double worst, double best, double low, double high) {
  const double share = (value - worst) / (best - worst);
  return share <= 0.5 ? low + (high - low) * share : high - (high - low) * ((best - value) / (best - worst));
}

void place_between(NormalisedColumn& made, std::span<const double> values, const NormalisationRule& rule, double from,
                   double to) {
  const double worst = rule.high_is_good ? from : to;
  const double best = rule.high_is_good ? to : from;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const bool below = rule.high_is_good ? values[i] < worst : values[i] > worst;
    const bool above = rule.high_is_good ? values[i] > best : values[i] < best;
    made.clipped_low += below ? 1 : 0;
    made.clipped_high += above ? 1 : 0;
    made.clipped[i] = below || above ? 1 : 0;
    made.scores[i] = below ? rule.low : above ? rule.high : between(values[i], worst, best, rule.low, rule.high);
  }
}

void place_by_rank(NormalisedColumn& made, std::span<const double> values, const NormalisationRule& rule) {
  std::vector<double> turned(values.begin(), values.end());
  if (!rule.high_is_good) std::transform(turned.begin(), turned.end(), turned.begin(), [](double x) { return -x; });
  if (rule.method == Normalisation::rank_normal) {
    made.scores = stats::rank_normal_scores(turned);
    for (double& score : made.scores) score = rule.mean + rule.standard_deviation * score;
    return;
  }
  made.scores = stats::mid_ranks(turned);
  if (rule.method == Normalisation::borda) {
    for (double& score : made.scores) score -= 1.0;
  }
  if (rule.method != Normalisation::percentile_rank) return;
  std::vector<double> sorted;
  std::copy_if(turned.begin(), turned.end(), std::back_inserter(sorted), [](double x) { return !std::isnan(x); });
  std::sort(sorted.begin(), sorted.end());
  const double others = static_cast<double>(made.count - 1);
  for (std::size_t i = 0; i < turned.size(); ++i) {
    if (std::isnan(turned[i])) continue;
    const auto below = std::lower_bound(sorted.begin(), sorted.end(), turned[i]) - sorted.begin();
    made.scores[i] = made.count > 1 ? static_cast<double>(below) / others : undefined;
  }
}

}  // namespace

NormalisedColumn normalise(std::span<const double> values, const NormalisationRule& rule) {
  check(rule);
  NormalisedColumn made;
  made.scores.assign(values.size(), undefined);
  made.clipped.assign(values.size(), 0);
  const stats::Moments moments = stats::moments(values);
  made.count = moments.count;
  made.missing = moments.missing;
  if (made.count == 0) return made;
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::isinf(x); })) {
    made.status = Status::not_finite;
    return made;
  }
  made.status = Status::ok;
  switch (rule.method) {
    case Normalisation::goalposts:
      place_between(made, values, rule, rule.from, rule.to);
      break;
    case Normalisation::min_max:
      if (moments.minimum < moments.maximum) place_between(made, values, rule, moments.minimum, moments.maximum);
      else made.status = Status::degenerate;
      break;
    case Normalisation::z_score:
      if (moments.status != Status::ok) {
        made.status = moments.status;
        break;
      }
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double z = (values[i] - moments.mean) / moments.standard_deviation;
        made.scores[i] = rule.mean + rule.standard_deviation * (rule.high_is_good ? z : -z);
      }
      break;
    case Normalisation::percentile_rank:
      if (made.count < 2) {
        made.status = Status::not_enough_data;
        break;
      }
      [[fallthrough]];
    case Normalisation::rank_normal:
    case Normalisation::rank:
    case Normalisation::borda:
      place_by_rank(made, values, rule);
      break;
  }
  return made;
}

TreatedColumn treat_outliers(std::span<const double> values, const OutlierRule& rule) {
  if (!(std::isfinite(rule.skewness) && std::isfinite(rule.kurtosis)) || rule.most_points < 0) {
    detail::refuse_index("treat_outliers", "skewness and kurtosis must be finite and most_points at least 0");
  }
  TreatedColumn made;
  made.values.assign(values.begin(), values.end());
  const auto look = [&] {
    const stats::Moments moments = stats::moments(made.values, {}, {stats::ShapeKind::adjusted, {}});
    made.skewness = moments.skewness;
    made.kurtosis = moments.kurtosis;
    return moments;
  };
  const auto passes = [&] { return std::abs(made.skewness) < rule.skewness || made.kurtosis < rule.kurtosis; };
  const stats::Moments raw = look();
  made.status = raw.count < 4 && raw.status == Status::ok ? Status::not_enough_data : raw.status;
  if (made.status != Status::ok) return made;
  double minimum = raw.minimum;
  double maximum = raw.maximum;
  std::int64_t at_top = 0;
  std::int64_t at_bottom = 0;
  while (!passes() && made.drawn_in < rule.most_points && minimum < maximum) {
    const bool top = made.skewness >= 0.0;
    const double far = top ? maximum : minimum;
    double next = top ? minimum : maximum;
    for (const double value : made.values) {
      if (!std::isnan(value) && value != far) next = top ? std::max(next, value) : std::min(next, value);
    }
    std::int64_t drawn = 0;
    for (double& value : made.values) {
      if (value != far) continue;
      value = next;
      ++drawn;
    }
    (top ? at_top : at_bottom) = drawn;  // earlier ones lie among them, since they were set to the same value
    made.drawn_in = at_top + at_bottom;
    (top ? maximum : minimum) = next;
    look();
  }
  if (passes()) return made;
  made.values.assign(values.begin(), values.end());
  made.drawn_in = 0;
  made.logarithm = true;
  const double shift = 0.01 * (raw.maximum - raw.minimum);
  for (double& value : made.values) value = std::log(value - raw.minimum + shift);
  look();
  return made;
}

}  // namespace childwell::inline v0_1
