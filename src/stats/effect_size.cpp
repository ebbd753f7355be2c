// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/effect_size.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/two_groups.hpp>

#include "double_pair.hpp"
#include "two_samples.hpp"

#include <cmath>
#include <numbers>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// The noncentrality at which P(T at most t) is p: falling in it. Bisection and secant steps inside a bracket.
double noncentrality(double t, double df, double p) {
  double width = 1.0 + std::abs(t) / std::sqrt(df);
  double low = t - 2.0 * width;
  double high = t + 2.0 * width;
  for (int i = 0; i < 60 && !(noncentral_t_cdf(t, df, low) >= p); ++i) low -= (width *= 2.0);
  width = 1.0 + std::abs(t) / std::sqrt(df);
  for (int i = 0; i < 60 && !(noncentral_t_cdf(t, df, high) <= p); ++i) high += (width *= 2.0);
  double at_low = noncentral_t_cdf(t, df, low) - p;
  double at_high = noncentral_t_cdf(t, df, high) - p;
  if (!(at_low >= 0.0 && at_high <= 0.0)) return undefined;
  for (int i = 0; i < 200; ++i) {
    double next = i % 3 == 2 ? 0.5 * (low + high) : low + (high - low) * (at_low / (at_low - at_high));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (!(next > low && next < high) || high - low <= 1e-13 * std::max(1.0, std::abs(next))) return next;
    const double value = noncentral_t_cdf(t, df, next) - p;
    if (std::isnan(value)) return undefined;
    if (value == 0.0) return next;
    (value > 0.0 ? low : high) = next;
    (value > 0.0 ? at_low : at_high) = value;
  }
  return undefined;
}

// Gamma(df / 2) / (sqrt(df / 2) Gamma((df - 1) / 2)), through a beta function that does not cancel.
double hedges_factor(double df) {
  const double half = 0.5 * df;
  return std::exp(0.5 * std::log(std::numbers::pi) - log_beta(half - 0.5, 0.5)) / std::sqrt(half);
}

// Numbers of smaller minus larger values of the other group, for each value of a group.
std::vector<double> dominances(std::span<const double> own, std::span<const double> other) {
  std::vector<double> made(own.size());
  std::size_t below = 0;
  std::size_t up_to = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    while (below < other.size() && other[below] < own[i]) ++below;
    while (up_to < other.size() && other[up_to] <= own[i]) ++up_to;
    made[i] = static_cast<double>(below) - static_cast<double>(other.size() - up_to);
  }
  return made;
}

EffectSize cliff(std::string_view function, std::span<const double> first, std::span<const double> second,
                 double level) {
  check_level(function, level);
  EffectSize made;
  made.level = level;
  made.method = "cliff";
  const TwoSamples samples = two_samples(made, first, second);
  if (made.status != Status::ok) return made;
  const double m = static_cast<double>(made.count_first);
  const double n = static_cast<double>(made.count_second);
  const std::vector<double> rows = dominances(samples.first, samples.second);
  const std::vector<double> columns = dominances(samples.second, samples.first);
  DoublePair total;
  for (const double d : rows) total += d;
  const double delta = (total / DoublePair::product(m, n)).value();
  made.estimate = delta;
  if (made.count_first < 2 || made.count_second < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  const double z = normal_quantile(0.5 + 0.5 * level);
  if (std::abs(delta) == 1.0) {
    const double size = std::min(m, n);
    const double end = (size - z * z) / (size + z * z);
    made.lower = delta > 0.0 ? end : -1.0;
    made.upper = delta > 0.0 ? 1.0 : -end;
    made.status = Status::boundary;
    return made;
  }
  // Tied pairs have a dominance of 0, all others a square of 1.
  double tied = 0.0;
  for (const double x : samples.first) {
    const auto range = std::equal_range(samples.second.begin(), samples.second.end(), x);
    tied += static_cast<double>(range.second - range.first);
  }
  const auto squares = [](std::span<const double> counts, double mean) {
    DoublePair sum;
    for (const double d : counts) {
      const double distance = d - mean;
      sum += DoublePair::product(distance, distance);
    }
    return sum.value();
  };
  const double all = m * n - tied - m * n * delta * delta;
  const double unbiased = (squares(rows, delta * n) + squares(columns, -delta * m) - all) /
                          (m * n * (m - 1.0) * (n - 1.0));
  const double variance = std::max(unbiased, (1.0 - delta * delta) / (m * n - 1.0));
  const double spread = z * z * variance;
  const double rest = 1.0 - delta * delta;
  const double half = z * std::sqrt(variance) * std::sqrt(rest * rest + spread);
  made.lower = (delta * rest - half) / (rest + spread);
  made.upper = (delta * rest + half) / (rest + spread);
  made.lower = std::max(-1.0, made.lower);
  made.upper = std::min(1.0, made.upper);
  return made;
}

EffectSize standardised(std::string_view function, std::span<const double> first, std::span<const double> second,
                        double level, bool corrected) {
  check_level(function, level);
  const TTest test = student_t_test(first, second, level);
  EffectSize made;
  made.level = level;
  made.method = corrected ? "hedges" : "cohen";
  made.count_first = test.count_first;
  made.count_second = test.count_second;
  made.missing = test.missing;
  made.status = test.status;
  if (test.status != Status::ok) return made;
  const double m = static_cast<double>(test.count_first);
  const double n = static_cast<double>(test.count_second);
  const double df = test.degrees_of_freedom;
  if (corrected && df < 2.0) {
    made.status = Status::not_enough_data;
    return made;
  }
  const double factor = corrected ? hedges_factor(df) : 1.0;
  const double per_t = std::sqrt(1.0 / m + 1.0 / n);
  made.estimate = factor * test.statistic * per_t;
  const double tail = 0.5 * (1.0 - level);
  made.lower = factor * per_t * noncentrality(test.statistic, df, 1.0 - tail);
  made.upper = factor * per_t * noncentrality(test.statistic, df, tail);
  if (std::isnan(made.lower) || std::isnan(made.upper)) {
    made.lower = made.upper = undefined;
    made.status = Status::not_converged;
  }
  return made;
}

}  // namespace

EffectSize cohen_d(std::span<const double> first, std::span<const double> second, double level) {
  return standardised("cohen_d", first, second, level, false);
}

EffectSize hedges_g(std::span<const double> first, std::span<const double> second, double level) {
  return standardised("hedges_g", first, second, level, true);
}

EffectSize cliff_delta(std::span<const double> first, std::span<const double> second, double level) {
  return cliff("cliff_delta", first, second, level);
}

EffectSize common_language_effect(std::span<const double> first, std::span<const double> second, double level) {
  EffectSize made = cliff("common_language_effect", first, second, level);
  made.method = "common_language";
  made.estimate = 0.5 * (made.estimate + 1.0);
  made.lower = 0.5 * (made.lower + 1.0);
  made.upper = 0.5 * (made.upper + 1.0);
  return made;
}

}  // namespace childwell::inline v0_1::stats
