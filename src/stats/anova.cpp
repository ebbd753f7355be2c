// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/anova.hpp>

#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "arguments.hpp"
#include "double_pair.hpp"

namespace childwell::inline v0_1::stats {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Values that are not missing, by group in the order of the codes; within a group in their own order.
struct Groups {
  std::vector<std::int64_t> codes;
  std::vector<std::vector<double>> values;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  bool is_finite = true;
};

Groups grouped(std::string_view function, std::span<const double> values, std::span<const std::int64_t> groups) {
  check_same_length(function, values.size(), groups.size(), "values and groups");
  Groups made;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      ++made.missing;
      continue;
    }
    made.is_finite = made.is_finite && std::isfinite(values[i]);
    order.push_back(i);
  }
  made.count = static_cast<std::int64_t>(order.size());
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return groups[a] < groups[b]; });
  for (const std::size_t i : order) {
    if (made.codes.empty() || made.codes.back() != groups[i]) {
      made.codes.push_back(groups[i]);
      made.values.emplace_back();
    }
    made.values.back().push_back(values[i]);
  }
  return made;
}

// A power of two that brings the values near 1, so that no square overflows.
int scale_of(const Groups& groups) {
  double largest = 0.0;
  for (const auto& values : groups.values) {
    for (const double x : values) largest = std::max(largest, std::abs(x));
  }
  int exponent = 0;
  if (largest > 0.0) std::frexp(largest, &exponent);
  return exponent;
}

// A group's values about its mean, in pairs of doubles.
struct Spread {
  double size = 0.0;
  DoublePair mean;
  DoublePair squares;
};

// Taken from the first value, so that equal values have a sum of squares of exactly 0.
Spread spread_of(std::span<const double> values, int exponent) {
  Spread made;
  made.size = static_cast<double>(values.size());
  const double first = std::ldexp(values.front(), -exponent);
  DoublePair sum;
  for (const double x : values) sum += DoublePair::sum(std::ldexp(x, -exponent), -first);
  const DoublePair shift = sum / DoublePair(made.size);
  DoublePair residue;
  for (const double x : values) {
    const DoublePair deviation = DoublePair::sum(std::ldexp(x, -exponent), -first) - shift;
    made.squares += deviation * deviation;
    residue += deviation;
  }
  made.squares += -(residue * residue / DoublePair(made.size));
  if (made.squares.high < 0.0) made.squares = DoublePair();
  made.mean = DoublePair(first) + shift;
  return made;
}

std::vector<Spread> spreads_of(const Groups& groups, int exponent) {
  std::vector<Spread> made;
  for (const auto& values : groups.values) made.push_back(spread_of(values, exponent));
  return made;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : values[half - 1] + 0.5 * (values[half] - values[half - 1]);
}

Anova anova_of(const Groups& groups) {
  Anova made;
  made.count = groups.count;
  made.missing = groups.missing;
  made.groups = groups.codes;
  for (const auto& values : groups.values) made.counts.push_back(static_cast<std::int64_t>(values.size()));
  if (!groups.is_finite) {
    made.status = Status::not_finite;
    return made;
  }
  if (groups.count == 0) return made;
  const int exponent = scale_of(groups);
  const std::vector<Spread> spreads = spreads_of(groups, exponent);
  const double number = static_cast<double>(spreads.size());
  const double count = static_cast<double>(groups.count);
  // The grand mean from the first group's, so that equal means leave exactly nothing between groups.
  const DoublePair origin = spreads.front().mean;
  DoublePair within, sum, between;
  for (const Spread& group : spreads) {
    made.means.push_back(std::ldexp(group.mean.value(), exponent));
    made.variances.push_back(group.size > 1.0
                                 ? std::ldexp((group.squares / DoublePair(group.size - 1.0)).value(), 2 * exponent)
                                 : std::numeric_limits<double>::quiet_NaN());
    within += group.squares;
    sum += DoublePair(group.size) * (group.mean - origin);
  }
  const DoublePair grand = sum / DoublePair(count);
  for (const Spread& group : spreads) {
    const DoublePair deviation = group.mean - origin - grand;
    between += DoublePair(group.size) * (deviation * deviation);
  }
  made.between_degrees_of_freedom = number - 1.0;
  made.within_degrees_of_freedom = count - number;
  if (number < 2.0 || made.within_degrees_of_freedom < 1.0) return made;
  const DoublePair between_mean = between / DoublePair(number - 1.0);
  const DoublePair within_mean = within / DoublePair(count - number);
  made.between_sum_of_squares = std::ldexp(between.value(), 2 * exponent);
  made.within_sum_of_squares = std::ldexp(within.value(), 2 * exponent);
  made.between_mean_square = std::ldexp(between_mean.value(), 2 * exponent);
  made.within_mean_square = std::ldexp(within_mean.value(), 2 * exponent);
  made.sigma = std::ldexp(square_root(within_mean).value(), exponent);
  const DoublePair total = between + within;
  if (!(total.high > 0.0)) {
    made.status = Status::degenerate;
    return made;
  }
  made.eta_squared = (between / total).value();
  made.omega_squared = ((between - DoublePair(number - 1.0) * within_mean) / (total + within_mean)).value();
  made.status = within.high > 0.0 ? Status::ok : Status::degenerate;
  made.f = within.high > 0.0 ? (between_mean / within_mean).value() : infinite;
  made.p = f_sf(made.f, number - 1.0, count - number);
  if (std::isinf(made.between_sum_of_squares) || std::isinf(made.within_sum_of_squares)) made.status = Status::not_finite;
  return made;
}

GroupTest empty_test(const Groups& groups, std::string_view method) {
  GroupTest made;
  made.groups = static_cast<std::int64_t>(groups.codes.size());
  made.count = groups.count;
  made.missing = groups.missing;
  made.method = method;
  if (!groups.is_finite) made.status = Status::not_finite;
  return made;
}

}  // namespace

Anova one_way_anova(std::span<const double> values, std::span<const std::int64_t> groups) {
  return anova_of(grouped("one_way_anova", values, groups));
}

GroupTest welch_anova(std::span<const double> values, std::span<const std::int64_t> groups) {
  const Groups given = grouped("welch_anova", values, groups);
  GroupTest made = empty_test(given, "Welch");
  const bool has_singles =
      std::any_of(given.values.begin(), given.values.end(), [](const auto& group) { return group.size() < 2; });
  if (!given.is_finite || given.codes.size() < 2 || has_singles) return made;
  const std::vector<Spread> spreads = spreads_of(given, scale_of(given));
  if (std::any_of(spreads.begin(), spreads.end(), [](const Spread& group) { return !(group.squares.high > 0.0); })) {
    made.status = Status::degenerate;
    return made;
  }
  const double number = static_cast<double>(spreads.size());
  const DoublePair origin = spreads.front().mean;
  const auto weight = [](const Spread& group) { return group.size * (group.size - 1.0) / group.squares.value(); };
  double weights = 0.0;
  DoublePair sum;
  for (const Spread& group : spreads) {
    weights += weight(group);
    sum += DoublePair(weight(group)) * (group.mean - origin);
  }
  const DoublePair centre = sum / DoublePair(weights);
  double between = 0.0;
  double correction = 0.0;
  for (const Spread& group : spreads) {
    const double deviation = (group.mean - origin - centre).value();
    const double rest = 1.0 - weight(group) / weights;
    between += weight(group) * deviation * deviation;
    correction += rest * rest / (group.size - 1.0);
  }
  correction *= 2.0 / (number * number - 1.0);
  made.f = between / (number - 1.0) / (1.0 + (number - 2.0) * correction);
  made.numerator_degrees_of_freedom = number - 1.0;
  made.denominator_degrees_of_freedom = 2.0 / (3.0 * correction);
  made.p = f_sf(made.f, made.numerator_degrees_of_freedom, made.denominator_degrees_of_freedom);
  made.status = Status::ok;
  return made;
}

GroupTest levene_test(std::span<const double> values, std::span<const std::int64_t> groups, SpreadCentre centre) {
  Groups given = grouped("levene_test", values, groups);
  GroupTest made = empty_test(given, centre == SpreadCentre::median ? "Brown-Forsythe" : "Levene");
  if (!given.is_finite) return made;
  for (auto& group : given.values) {
    const double middle = centre == SpreadCentre::median ? median_of(group) : spread_of(group, 0).mean.value();
    for (double& x : group) x = std::abs(x - middle);
  }
  const Anova anova = anova_of(given);
  made.f = anova.f;
  made.p = anova.p;
  made.numerator_degrees_of_freedom = anova.between_degrees_of_freedom;
  made.denominator_degrees_of_freedom = anova.within_degrees_of_freedom;
  made.status = anova.status;
  if (made.status == Status::not_finite && std::isfinite(made.f)) made.status = Status::ok;  // it states no sums
  return made;
}

}  // namespace childwell::inline v0_1::stats
