// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/multiplicity.hpp>

#include "arguments.hpp"

#include <limits>

namespace childwell::inline v0_1::stats {
namespace {

// From the smallest p on: p_(i) times factor(i), never below an earlier one.
template <class Factor>
void step_down(std::vector<double>& p, Factor factor) {
  double largest = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    largest = std::max(largest, p[i] * factor(i));
    p[i] = std::min(1.0, largest);
  }
}

// From the largest p on: p_(i) times factor(i), never above a later one.
template <class Factor>
void step_up(std::vector<double>& p, Factor factor) {
  double smallest = 1.0;
  for (std::size_t i = p.size(); i-- > 0;) {
    smallest = std::min(smallest, p[i] * factor(i));
    p[i] = smallest;
  }
}

// Wright 1992, Biometrics 48: over all numbers m of true hypotheses, the Simes value of the m largest.
void hommel(std::vector<double>& p) {
  const std::size_t n = p.size();
  const double count = static_cast<double>(n);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) least = std::min(least, count * p[i] / static_cast<double>(i + 1));
  std::vector<double> adjusted(n, least);
  std::vector<double> now(n);
  for (std::size_t m = n - 1; m >= 2; --m) {
    const double size = static_cast<double>(m);
    const std::size_t lower = n - m + 1;  // ranks 1 to lower stay below the m - 1 largest
    double simes = std::numeric_limits<double>::infinity();
    for (std::size_t i = lower; i < n; ++i) {
      simes = std::min(simes, size * p[i] / static_cast<double>(i - lower + 2));
    }
    for (std::size_t i = 0; i < lower; ++i) now[i] = std::min(size * p[i], simes);
    for (std::size_t i = lower; i < n; ++i) now[i] = now[lower - 1];
    for (std::size_t i = 0; i < n; ++i) adjusted[i] = std::max(adjusted[i], now[i]);
  }
  for (std::size_t i = 0; i < n; ++i) p[i] = std::min(1.0, std::max(adjusted[i], p[i]));
}

}  // namespace

std::vector<double> adjust_p_values(std::span<const double> p_values, Adjustment method) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (std::isnan(p_values[i])) continue;
    if (!(p_values[i] >= 0.0 && p_values[i] <= 1.0)) refuse("adjust_p_values", "p values must lie between 0 and 1");
    order.push_back(i);
  }
  std::vector<double> result(p_values.begin(), p_values.end());
  if (order.empty()) return result;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> p(order.size());
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = p_values[order[i]];
  const double count = static_cast<double>(p.size());
  const auto rank = [](std::size_t i) { return static_cast<double>(i + 1); };
  switch (method) {
    case Adjustment::bonferroni:
      for (double& x : p) x = std::min(1.0, count * x);
      break;
    case Adjustment::holm:
      step_down(p, [&](std::size_t i) { return count + 1.0 - rank(i); });
      break;
    case Adjustment::hochberg:
      step_up(p, [&](std::size_t i) { return count + 1.0 - rank(i); });
      break;
    case Adjustment::hommel:
      if (p.size() > 1) hommel(p);
      break;
    case Adjustment::benjamini_hochberg:
      step_up(p, [&](std::size_t i) { return count / rank(i); });
      break;
    case Adjustment::benjamini_yekutieli: {
      double harmonic = 0.0;
      for (std::size_t i = p.size(); i-- > 0;) harmonic += 1.0 / rank(i);
      step_up(p, [&](std::size_t i) { return harmonic * count / rank(i); });
      break;
    }
  }
  for (std::size_t i = 0; i < p.size(); ++i) result[order[i]] = p[i];
  return result;
}

}  // namespace childwell::inline v0_1::stats
