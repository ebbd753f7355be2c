// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/survival.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Wait {
  double duration;
  bool over;
};

std::vector<Wait> waits_of(std::span<const double> durations, std::span<const double> happened, KaplanMeier& made) {
  std::vector<Wait> waits;
  waits.reserve(durations.size());
  for (std::size_t row = 0; row < durations.size(); ++row) {
    if (std::isnan(durations[row]) || std::isnan(happened[row])) {
      ++made.missing;
      continue;
    }
    if (durations[row] < 0.0) refuse("kaplan_meier", "durations must not be below 0; give the time since the start");
    if (happened[row] != 0.0 && happened[row] != 1.0) refuse("kaplan_meier", "happened must be 1 for an event and 0 for an open wait");
    waits.push_back({durations[row] + 0.0, happened[row] == 1.0});
  }
  std::sort(waits.begin(), waits.end(), [](const Wait& a, const Wait& b) { return a.duration < b.duration; });
  return waits;
}

/// The limits of one point of the curve; none where it has come down to 0.
std::pair<double, double> limits(double survival, double log_error, double line, SurvivalScale scale) {
  if (!(survival > 0.0)) return {nan, nan};
  switch (scale) {
    case SurvivalScale::plain:
      return {std::max(0.0, survival - line * survival * log_error), std::min(1.0, survival + line * survival * log_error)};
    case SurvivalScale::log:
      return {survival * std::exp(-line * log_error), std::min(1.0, survival * std::exp(line * log_error))};
    case SurvivalScale::log_log: {
      const double log_survival = std::log(survival);
      const double half = line * log_error / log_survival;  // below 0, as the logarithm is
      return {std::pow(survival, std::exp(-half)), std::pow(survival, std::exp(half))};
    }
  }
  return {nan, nan};
}

/// Where a falling curve comes down to a half: the middle of the stretch where it lies on a half but for rounding.
double halved(const std::vector<double>& time, const std::vector<double>& curve) {
  constexpr double rounding = 1e-9;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (!(curve[i] <= 0.5 + rounding)) continue;
    const bool on_a_half = curve[i] >= 0.5 - rounding;
    const bool comes_down = i + 1 < curve.size() && curve[i + 1] < curve[i];
    return on_a_half && comes_down ? 0.5 * (time[i] + time[i + 1]) : time[i];
  }
  return nan;
}

}  // namespace

KaplanMeier kaplan_meier(std::span<const double> durations, std::span<const double> happened, const SurvivalOptions& options) {
  check_same_length("kaplan_meier", durations.size(), happened.size(), "durations and happened");
  check_level("kaplan_meier", options.level);
  KaplanMeier made;
  made.level = options.level;
  const std::vector<Wait> waits = waits_of(durations, happened, made);
  made.count = static_cast<std::int64_t>(waits.size());
  if (waits.empty()) return made;
  if (std::isinf(waits.back().duration)) {
    made.status = Status::not_finite;
    return made;
  }
  made.longest = waits.back().duration;
  const double line = normal_quantile(0.5 + 0.5 * options.level);
  double survival = 1.0;
  double variance = 0.0;  // of the curve's logarithm
  std::int64_t at_risk = made.count;
  for (std::size_t first = 0; first < waits.size();) {
    std::size_t last = first;
    std::int64_t events = 0;
    for (; last < waits.size() && waits[last].duration == waits[first].duration; ++last) events += waits[last].over ? 1 : 0;
    if (events > 0) {
      const auto n = static_cast<double>(at_risk);
      const auto d = static_cast<double>(events);
      survival *= (n - d) / n;
      variance += d / (n * (n - d));  // infinite once nobody is left
      const auto [lower, upper] = limits(survival, std::sqrt(variance), line, options.scale);
      made.time.push_back(waits[first].duration);
      made.at_risk.push_back(at_risk);
      made.events.push_back(events);
      made.survival.push_back(survival);
      made.standard_error.push_back(survival > 0.0 ? survival * std::sqrt(variance) : nan);
      made.lower.push_back(lower);
      made.upper.push_back(upper);
    }
    made.events_total += events;
    at_risk -= static_cast<std::int64_t>(last - first);
    first = last;
  }
  made.censored = made.count - made.events_total;
  made.median = halved(made.time, made.survival);
  made.median_lower = halved(made.time, made.lower);
  made.median_upper = halved(made.time, made.upper);
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
