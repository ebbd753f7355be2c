// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/funnel.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double most_trials = 1e9;

bool whole(double value) { return value >= 0.0 && value <= most_trials && value == std::floor(value); }

void check(std::span<const double> events, std::span<const double> trials, const FunnelOptions& options) {
  const char* function = "funnel_limits";
  check_same_length(function, events.size(), trials.size(), "events and trials");
  check_level(function, options.inner);
  check_level(function, options.outer);
  if (!(options.inner < options.outer)) refuse(function, "inner must be below outer, such as 0.95 and 0.998");
  if (!std::isnan(options.target) && !(options.target > 0.0 && options.target < 1.0)) {
    refuse(function, "target must lie between 0 and 1, or be left out for the pooled share");
  }
  if (!(options.winsorise >= 0.0 && options.winsorise < 0.5)) refuse(function, "winsorise must be at least 0 and below 0.5");
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!std::isfinite(events[i]) || !std::isfinite(trials[i])) continue;
    if (!whole(events[i]) || !whole(trials[i]) || events[i] > trials[i]) {
      refuse(function, "events and trials must be whole numbers, 0 <= events <= trials <= 1e9");
    }
  }
}

/// Quantile of sorted values, linear between them (type 7 of Hyndman and Fan).
double quantile_of(const std::vector<double>& sorted, double p) {
  const double at = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - std::floor(at)) * (sorted[high] - sorted[low]);
}

/// Smallest number of events whose cumulative probability reaches p, moved down by the share of it that is too much.
double binomial_limit(double trials, double target, double p) {
  const double centre = trials * target + normal_quantile(p) * std::sqrt(trials * target * (1.0 - target));
  double r = std::clamp(std::floor(centre), 0.0, trials);
  while (r > 0.0 && binomial_cdf(r - 1.0, trials, target) >= p) r -= 1.0;
  while (r < trials && binomial_cdf(r, trials, target) < p) r += 1.0;
  const double here = binomial_cdf(r, trials, target);
  const double before = r > 0.0 ? binomial_cdf(r - 1.0, trials, target) : 0.0;
  return (r - (here - p) / (here - before)) / trials;
}

/// One pair of limits, normal, exact, and the ones to be used.
struct Band {
  std::vector<double>& normal_lower;
  std::vector<double>& normal_upper;
  std::vector<double>& exact_lower;
  std::vector<double>& exact_upper;
  std::vector<double>& lower;
  std::vector<double>& upper;

  void add(double level, double trials, double target, double error, double widened, bool wide) {
    const double z = normal_quantile(0.5 + 0.5 * level);
    normal_lower.push_back(target - z * error);
    normal_upper.push_back(target + z * error);
    exact_lower.push_back(binomial_limit(trials, target, 0.5 - 0.5 * level));
    exact_upper.push_back(binomial_limit(trials, target, 0.5 + 0.5 * level));
    lower.push_back(std::clamp(wide ? target - z * widened : exact_lower.back(), 0.0, 1.0));
    upper.push_back(std::clamp(wide ? target + z * widened : exact_upper.back(), 0.0, 1.0));
  }

  void add_nothing() {
    for (auto* column : {&normal_lower, &normal_upper, &exact_lower, &exact_upper, &lower, &upper}) column->push_back(nothing);
  }
};

class Funnel {
 public:
  Funnel(std::span<const double> events, std::span<const double> trials, const FunnelOptions& options)
      : events_(events), trials_(trials), options_(options) {}

  FunnelLimits run() {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (std::isinf(events_[i]) || std::isinf(trials_[i])) {
        made_.status = Status::not_finite;
        return empty();
      }
      if (there(i)) ++made_.groups;
      else ++made_.missing;
    }
    if (made_.groups < 2) return empty();
    set_target();
    if (!(made_.target > 0.0 && made_.target < 1.0)) {
      made_.status = Status::degenerate;
      return empty();
    }
    set_spread();
    set_limits();
    made_.status = Status::ok;
    return std::move(made_);
  }

 private:
  [[nodiscard]] bool there(std::size_t i) const { return !std::isnan(events_[i]) && trials_[i] > 0.0; }
  [[nodiscard]] double error(std::size_t i) const { return std::sqrt(made_.target * (1.0 - made_.target) / trials_[i]); }

  FunnelLimits empty() {
    const std::size_t n = events_.size();
    for (auto* column : columns()) column->assign(n, nothing);
    made_.position.assign(n, 0);
    return std::move(made_);
  }

  std::vector<std::vector<double>*> columns() {
    return {&made_.share, &made_.z, &made_.adjusted_z, &made_.normal_inner_lower, &made_.normal_inner_upper, &made_.normal_outer_lower,
            &made_.normal_outer_upper, &made_.exact_inner_lower, &made_.exact_inner_upper, &made_.exact_outer_lower,
            &made_.exact_outer_upper, &made_.inner_lower, &made_.inner_upper, &made_.outer_lower, &made_.outer_upper};
  }

  void set_target() {
    made_.target = options_.target;
    if (!std::isnan(made_.target)) return;
    double found = 0.0, of = 0.0;  // whole numbers: exact below 2^53
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (!there(i)) continue;
      found += events_[i];
      of += trials_[i];
    }
    made_.target = found / of;
  }

  void set_spread() {
    std::vector<double> sorted;
    std::vector<double> weights;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      made_.share.push_back(there(i) ? events_[i] / trials_[i] : nothing);
      made_.z.push_back(there(i) ? (made_.share.back() - made_.target) / error(i) : nothing);
      if (!there(i)) continue;
      sorted.push_back(made_.z.back());
      weights.push_back(1.0 / (error(i) * error(i)));
    }
    std::sort(sorted.begin(), sorted.end());  // sums that do not depend on the order of the groups
    std::sort(weights.begin(), weights.end());
    const double low = quantile_of(sorted, options_.winsorise);
    const double high = quantile_of(sorted, 1.0 - options_.winsorise);
    const auto n = static_cast<double>(sorted.size());
    double squares = 0.0;
    for (const double z : sorted) squares += std::clamp(z, low, high) * std::clamp(z, low, high);
    made_.dispersion = squares / n;
    double sum = 0.0, sum_squares = 0.0;
    for (const double weight : weights) sum += weight, sum_squares += weight * weight;
    made_.between_variance = std::max(0.0, (squares - (n - 1.0)) / (sum - sum_squares / sum));
    if (options_.spread == FunnelSpread::multiplicative) made_.overdispersed = made_.dispersion > 1.0 + 2.0 * std::sqrt(2.0 / n);
    if (options_.spread == FunnelSpread::additive) made_.overdispersed = made_.between_variance > 0.0;
  }

  [[nodiscard]] double widened(std::size_t i) const {
    if (!made_.overdispersed) return error(i);
    if (options_.spread == FunnelSpread::multiplicative) return std::sqrt(made_.dispersion) * error(i);
    return std::sqrt(error(i) * error(i) + made_.between_variance);
  }

  void set_limits() {
    Band inner{made_.normal_inner_lower, made_.normal_inner_upper, made_.exact_inner_lower,
               made_.exact_inner_upper,  made_.inner_lower,        made_.inner_upper};
    Band outer{made_.normal_outer_lower, made_.normal_outer_upper, made_.exact_outer_lower,
               made_.exact_outer_upper,  made_.outer_lower,        made_.outer_upper};
    for (std::size_t i = 0; i < events_.size(); ++i) {
      made_.position.push_back(0);
      if (!there(i)) {
        inner.add_nothing();
        outer.add_nothing();
        made_.adjusted_z.push_back(nothing);
        continue;
      }
      inner.add(options_.inner, trials_[i], made_.target, error(i), widened(i), made_.overdispersed);
      outer.add(options_.outer, trials_[i], made_.target, error(i), widened(i), made_.overdispersed);
      const double share = made_.share[i];
      made_.adjusted_z.push_back((share - made_.target) / widened(i));
      if (share < inner.lower.back()) made_.position.back() = share < outer.lower.back() ? -2 : -1;
      if (share > inner.upper.back()) made_.position.back() = share > outer.upper.back() ? 2 : 1;
    }
  }

  std::span<const double> events_;
  std::span<const double> trials_;
  const FunnelOptions& options_;
  FunnelLimits made_;
};

}  // namespace

FunnelLimits funnel_limits(std::span<const double> events, std::span<const double> trials, const FunnelOptions& options) {
  check(events, trials, options);
  return Funnel(events, trials, options).run();
}

}  // namespace childwell::inline v0_1::stats
