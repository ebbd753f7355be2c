// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/pooling.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace childwell::inline v0_1::stats {
namespace {

constexpr int most_steps = 200;

struct Groups {
  std::vector<double> estimates;
  std::vector<double> variances;
};

// Weighted centre and Q at one tau squared.
struct Spread {
  double weight = 0.0;
  double centre = 0.0;
  double heterogeneity = 0.0;
  double slope = 0.0;  // of Q in tau squared, with the sign turned
};

bool missing(double estimate, double variance) { return std::isnan(estimate) || std::isnan(variance); }

void check_groups(std::span<const double> estimates, std::span<const double> variances) {
  if (estimates.size() != variances.size()) {
    throw std::invalid_argument("childwell: estimates and variances must have one value a group");
  }
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    if (missing(estimates[i], variances[i])) continue;
    if (!(variances[i] > 0.0)) {
      throw std::invalid_argument("childwell: pooling needs variances above 0; smooth them first");
    }
  }
}

bool all_finite(const Groups& groups) {
  const auto finite = [](double x) { return std::isfinite(x); };
  return std::all_of(groups.estimates.begin(), groups.estimates.end(), finite) &&
         std::all_of(groups.variances.begin(), groups.variances.end(), finite);
}

Groups present_groups(std::span<const double> estimates, std::span<const double> variances) {
  Groups groups;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    if (missing(estimates[i], variances[i])) continue;
    groups.estimates.push_back(estimates[i]);
    groups.variances.push_back(variances[i]);
  }
  return groups;
}

Spread spread_at(double between, const Groups& groups) {
  const auto& [y, v] = groups;
  Spread spread;
  const auto weight = [&v = v, between](std::size_t i) { return 1.0 / (v[i] + between); };
  spread.weight = chunked_sum(y.size(), weight);
  // Centred on the first group, so that a large common offset costs no digits.
  spread.centre =
      y.front() +
      chunked_sum(y.size(), [&, &y = y](std::size_t i) { return weight(i) * (y[i] - y.front()); }) / spread.weight;
  const auto term = [&, &y = y](std::size_t i) { return weight(i) * (y[i] - spread.centre) * (y[i] - spread.centre); };
  spread.heterogeneity = chunked_sum(y.size(), term);
  spread.slope = chunked_sum(y.size(), [&](std::size_t i) { return weight(i) * term(i); });
  return spread;
}

// Numbers whose squares leave the range of doubles say nothing.
BetweenGroups without_numbers(std::int64_t groups) {
  BetweenGroups made;
  made.groups = groups;
  made.status = Status::not_finite;
  return made;
}

struct Ends {
  double lower;
  double upper;
};

double moved_on_logit(double value, double distance) {
  const double logit = std::log(value / (1.0 - value)) + distance / (value * (1.0 - value));
  return 1.0 / (1.0 + std::exp(-logit));
}

/// The interval of a rate. A step on the logit scale is divided by value (1 - value), so that near 0 and 1, where the
/// variance is borrowed from groups that do have events, it would run from 0 to 1. Below ten effective events, or
/// their opposites, the ends are Clopper and Pearson's instead, of as many trials as give the variance at the groups'
/// centre; Jeffreys' lower end lies too high for a rate that was drawn up from 0.
Ends rate_ends(double value, double variance, double centre, double z, double level) {
  constexpr double enough_events = 10.0;
  const double at = centre > 0.0 && centre < 1.0 ? centre : value;
  const double trials = at * (1.0 - at) / variance;
  if (!(value >= 0.0 && value <= 1.0) || !(trials > 0.0) || std::isinf(trials)) return {value, value};
  if (std::min(value, 1.0 - value) * trials < enough_events) {
    const ProportionInterval ends = clopper_pearson_interval(value * trials, trials, level);
    return {ends.lower, ends.upper};
  }
  const double half_width = z * std::sqrt(variance);
  return {moved_on_logit(value, -half_width), moved_on_logit(value, half_width)};
}

}  // namespace

BetweenGroups paule_mandel(std::span<const double> estimates, std::span<const double> variances) {
  check_groups(estimates, variances);
  const Groups groups = present_groups(estimates, variances);
  BetweenGroups made;
  made.groups = static_cast<std::int64_t>(groups.estimates.size());
  if (made.groups < 2) return made;
  if (!all_finite(groups)) return without_numbers(made.groups);
  const double expected = static_cast<double>(made.groups) - 1.0;
  double between = 0.0;
  Spread spread = spread_at(between, groups);
  made.heterogeneity = spread.heterogeneity;
  // Q falls and is convex in tau squared: Newton from 0 climbs to the root and never passes it.
  int step = 0;
  while (spread.heterogeneity > expected && step < most_steps) {
    const double rise = (spread.heterogeneity - expected) / spread.slope;
    if (!(between + rise > between)) break;
    between += rise;
    spread = spread_at(between, groups);
    ++step;
  }
  made.variance = between;
  made.centre = spread.centre;
  made.centre_variance = 1.0 / spread.weight;
  if (!std::isfinite(made.centre) || !std::isfinite(made.heterogeneity)) return without_numbers(made.groups);
  made.status = step < most_steps ? Status::ok : Status::degenerate;
  return made;
}

std::vector<double> smoothed_variances(std::span<const double> variances, std::span<const double> sizes) {
  if (variances.size() != sizes.size()) {
    throw std::invalid_argument("childwell: variances and sizes must have one value a group");
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (!(sizes[i] > 0.0) || std::isinf(sizes[i]) || variances[i] < 0.0 || std::isinf(variances[i])) {
      throw std::invalid_argument("childwell: smoothing needs sizes above 0 and variances not below 0");
    }
  }
  const auto known = [&](std::size_t i) { return !std::isnan(variances[i]); };
  const double within =
      chunked_sum(sizes.size(), [&](std::size_t i) { return known(i) ? sizes[i] * sizes[i] * variances[i] : 0.0; });
  const double size = chunked_sum(sizes.size(), [&](std::size_t i) { return known(i) ? sizes[i] : 0.0; });
  std::vector<double> smoothed(sizes.size(), std::numeric_limits<double>::quiet_NaN());
  if (!(within > 0.0)) return smoothed;
  for (std::size_t i = 0; i < sizes.size(); ++i) smoothed[i] = within / size / sizes[i];
  return smoothed;
}

std::vector<PooledEstimate> shrunken_estimates(std::span<const double> estimates, std::span<const double> variances,
                                               const BetweenGroups& between, IntervalScale scale, double level) {
  check_groups(estimates, variances);
  if (!(level > 0.0 && level < 1.0)) {
    throw std::invalid_argument("childwell: the confidence level must lie between 0 and 1, such as 0.95");
  }
  const Groups groups = present_groups(estimates, variances);
  const double k = static_cast<double>(groups.estimates.size());
  const bool shrinks = k >= 4.0 && between.status == Status::ok;
  const double tau_squared = shrinks ? between.variance : 0.0;
  const Spread spread = groups.estimates.empty() ? Spread{} : spread_at(tau_squared, groups);
  const double weights = spread.weight;
  // The mean sampling variance under the weights: sum w v / sum w = k / sum w - tau squared.
  const double typical = k / weights - tau_squared;
  const double z = -normal_quantile(0.5 * (1.0 - level));
  std::vector<PooledEstimate> pooled(estimates.size());
  if (!all_finite(groups)) return pooled;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const double y = estimates[i];
    const double v = variances[i];
    if (missing(y, v)) continue;
    PooledEstimate& made = pooled[i];
    double variance = v;
    made.value = y;
    made.shrinkage = 0.0;
    if (shrinks) {
      const double weight = 1.0 / (v + tau_squared);
      const double share = (k - 3.0) / (k - 1.0) * v * weight;
      const double distance = y - between.centre;
      made.shrinkage = share;
      made.value = y - share * distance;
      variance = v * (1.0 - share * (1.0 - weight / weights)) +
                 2.0 / (k - 3.0) * share * share * (typical + tau_squared) * weight * distance * distance;
    }
    const double half_width = z * std::sqrt(variance);
    const Ends ends = scale == IntervalScale::identity ? Ends{made.value - half_width, made.value + half_width}
                                                       : rate_ends(made.value, variance, spread.centre, z, level);
    made.lower = ends.lower;
    made.upper = ends.upper;
  }
  return pooled;
}

}  // namespace childwell::inline v0_1::stats
