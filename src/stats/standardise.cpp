// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/standardise.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

/// The strata in which nothing is missing, in a fixed order of their numbers: sums then do not depend on whose came first.
template <std::size_t columns>
std::vector<std::array<double, columns>> strata_of(const char* function, const std::array<std::span<const double>, columns>& given) {
  for (const auto& column : given) {
    check_same_length(function, column.size(), given[0].size(), "all columns");
    for (const double value : column) {
      if (value < 0.0 || std::isinf(value)) refuse(function, "counts must be finite and not below 0; NaN is missing");
    }
  }
  std::vector<std::array<double, columns>> strata;
  for (std::size_t i = 0; i < given[0].size(); ++i) {
    std::array<double, columns> row{};
    bool complete = true;
    for (std::size_t k = 0; k < columns; ++k) {
      row[k] = given[k][i];
      complete &= !std::isnan(row[k]);
    }
    if (complete) strata.push_back(row);
  }
  std::sort(strata.begin(), strata.end());
  return strata;
}

template <std::size_t columns, class Term>
double sum(const std::vector<std::array<double, columns>>& strata, Term term) {
  double total = 0.0;
  for (const auto& row : strata) total += term(row);
  return total;
}

}  // namespace

StandardisedRate direct_standardised_rate(std::span<const double> events, std::span<const double> population,
                                          std::span<const double> standard, double level) {
  const char* function = "direct_standardised_rate";
  check_level(function, level);
  const auto strata = strata_of<3>(function, {events, population, standard});
  StandardisedRate made;
  made.level = level;
  made.strata = static_cast<std::int64_t>(strata.size());
  const double all = sum(strata, [](const auto& row) { return row[2]; });
  const double people = sum(strata, [](const auto& row) { return row[1]; });
  const bool lacking = std::any_of(strata.begin(), strata.end(), [](const auto& row) { return row[1] == 0.0 && (row[2] > 0.0 || row[0] > 0.0); });
  if (!(all > 0.0) || !(people > 0.0) || lacking) return made;
  made.observed = sum(strata, [](const auto& row) { return row[0]; });
  made.crude = made.observed / people;
  double largest = 0.0, rate = 0.0, variance = 0.0;
  for (const auto& [found, of, weight] : strata) {
    if (of == 0.0) continue;
    const double share = weight / all / of;
    largest = std::max(largest, share);
    rate += share * found;
    variance += share * share * found;
  }
  made.estimate = rate;
  made.variance = variance;
  const double tail = 0.5 - 0.5 * level;
  made.lower = variance > 0.0 ? gamma_quantile(tail, rate * rate / variance, rate / variance) : 0.0;
  const double wide = variance + largest * largest;
  made.upper = gamma_quantile(1.0 - tail, (rate + largest) * (rate + largest) / wide, (rate + largest) / wide);
  made.status = Status::ok;
  return made;
}

StandardisedRate indirect_standardised_ratio(std::span<const double> events, std::span<const double> population,
                                             std::span<const double> standard_events,
                                             std::span<const double> standard_population, double level) {
  const char* function = "indirect_standardised_ratio";
  check_level(function, level);
  const auto strata = strata_of<4>(function, {events, population, standard_events, standard_population});
  StandardisedRate made;
  made.level = level;
  made.strata = static_cast<std::int64_t>(strata.size());
  const double people = sum(strata, [](const auto& row) { return row[1]; });
  const bool lacking = std::any_of(strata.begin(), strata.end(), [](const auto& row) { return row[3] == 0.0 && (row[1] > 0.0 || row[0] > 0.0); });
  if (!(people > 0.0) || lacking) return made;
  made.observed = sum(strata, [](const auto& row) { return row[0]; });
  made.expected = sum(strata, [](const auto& row) { return row[3] > 0.0 ? row[1] * (row[2] / row[3]) : 0.0; });
  made.crude = made.observed / people;
  if (!(made.expected > 0.0)) {
    made.status = Status::degenerate;
    return made;
  }
  const double tail = 0.5 - 0.5 * level;
  made.estimate = made.observed / made.expected;
  made.lower = made.observed > 0.0 ? 0.5 * chi_squared_quantile(tail, 2.0 * made.observed) / made.expected : 0.0;
  made.upper = 0.5 * chi_squared_quantile(1.0 - tail, 2.0 * (made.observed + 1.0)) / made.expected;
  made.status = Status::ok;
  return made;
}

RateDecomposition rate_decomposition(std::span<const double> first_events, std::span<const double> first_population,
                                     std::span<const double> second_events, std::span<const double> second_population,
                                     double level) {
  const char* function = "rate_decomposition";
  check_level(function, level);
  const auto strata = strata_of<4>(function, {first_events, first_population, second_events, second_population});
  RateDecomposition made;
  made.level = level;
  made.strata = static_cast<std::int64_t>(strata.size());
  for (const auto& row : strata) {
    if (row[0] > row[1] || row[2] > row[3]) refuse(function, "events must not exceed the population");
  }
  const double a = sum(strata, [](const auto& row) { return row[0]; });
  const double n = sum(strata, [](const auto& row) { return row[1]; });
  const double b = sum(strata, [](const auto& row) { return row[2]; });
  const double m = sum(strata, [](const auto& row) { return row[3]; });
  const bool lacking = std::any_of(strata.begin(), strata.end(), [](const auto& row) { return (row[1] > 0.0) != (row[3] > 0.0); });
  if (!(n > 0.0) || !(m > 0.0) || lacking) return made;
  made.first = a / n;
  made.second = b / m;
  made.difference = made.second - made.first;
  made.composition = made.rates = 0.0;
  for (const auto& [found, of, standard_found, standard_of] : strata) {
    if (of == 0.0) continue;
    const double before = found / of;
    const double after = standard_found / standard_of;
    made.composition += (standard_of / m - of / n) * 0.5 * (before + after);
    made.rates += (after - before) * 0.5 * (of / n + standard_of / m);
  }
  if (a > 0.0 && b > 0.0) {
    made.ratio = made.first / made.second;
    const double half = normal_quantile(0.5 + 0.5 * level) * std::sqrt(1.0 / a - 1.0 / n + 1.0 / b - 1.0 / m);
    made.ratio_lower = made.ratio * std::exp(-half);
    made.ratio_upper = made.ratio * std::exp(half);
  }
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
