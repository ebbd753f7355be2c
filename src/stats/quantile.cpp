// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/quantile.hpp>

#include <childwell/stats/special.hpp>

#include "double_pair.hpp"
#include "sorted.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check_probabilities(std::string_view function, std::span<const double> probabilities) {
  if (!std::all_of(probabilities.begin(), probabilities.end(), [](double p) { return p >= 0.0 && p <= 1.0; })) {
    refuse(function, "probabilities must lie between 0 and 1");
  }
}

void check_type(std::string_view function, int type) {
  if (type < 1 || type > 9) refuse(function, "type must be 1 to 9 (Hyndman and Fan); 7 is that of R and NumPy");
}

// Where a quantile lies: between order statistics `position` and the next, counted from 1, at this share of the way.
struct Place {
  double position = 0.0;
  double share = 0.0;
};

// The steps and roundings are R's, so that answers on the edge of two order statistics are R's as well.
Place place_of(double p, double count, int type) {
  if (type == 7) {
    const double index = 1.0 + (count - 1.0) * p;
    const double low = std::floor(index);
    return {low, index - low};
  }
  if (type <= 3) {
    const double n = type == 3 ? count * p - 0.5 : count * p;
    const double low = std::floor(n);
    if (type == 1) return {low, n > low ? 1.0 : 0.0};
    if (type == 2) return {low, n > low ? 1.0 : 0.5};
    return {low, n != low || std::fmod(low, 2.0) != 0.0 ? 1.0 : 0.0};
  }
  constexpr std::array<std::pair<double, double>, 9> constants = {
      {{}, {}, {}, {0.0, 1.0}, {0.5, 0.5}, {0.0, 0.0}, {}, {1.0 / 3.0, 1.0 / 3.0}, {3.0 / 8.0, 3.0 / 8.0}}};
  constexpr double fuzz = 4.0 * std::numeric_limits<double>::epsilon();
  const auto [a, b] = constants[static_cast<std::size_t>(type) - 1];
  const double n = a + p * (count + 1.0 - a - b);
  const double low = std::floor(n + fuzz);
  const double share = n - low;
  return {low, std::abs(share) < fuzz ? 0.0 : share};
}

// Value at a place; `order_statistic` takes a position from 1 to count.
template <class OrderStatistic>
double value_at(Place place, double count, OrderStatistic order_statistic) {
  const double low = order_statistic(std::clamp(place.position, 1.0, count));
  if (place.share <= 0.0) return low;  // below 0 by one rounding
  const double high = order_statistic(std::clamp(place.position + 1.0, 1.0, count));
  if (place.share == 1.0 || low == high) return high;
  return (1.0 - place.share) * low + place.share * high;
}

Quantiles made_for(std::span<const double> probabilities, int type) {
  Quantiles made;
  made.probabilities.assign(probabilities.begin(), probabilities.end());
  made.values.assign(probabilities.size(), undefined);
  made.type = type;
  return made;
}

}  // namespace

Quantiles quantiles(std::span<const double> values, std::span<const double> probabilities, int type) {
  check_type("quantiles", type);
  check_probabilities("quantiles", probabilities);
  Quantiles made = made_for(probabilities, type);
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const double count = static_cast<double>(sorted.size());
  const auto order_statistic = [&](double position) { return sorted[static_cast<std::size_t>(position) - 1]; };
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    made.values[i] = value_at(place_of(probabilities[i], count, type), count, order_statistic);
  }
  return made;
}

Quantiles weighted_quantiles(std::span<const double> values, std::span<const double> weights,
                             std::span<const double> probabilities, int type) {
  check_type("weighted_quantiles", type);
  check_probabilities("weighted_quantiles", probabilities);
  check_same_length("weighted_quantiles", weights.size(), values.size(), "weights and values");
  check_weights("weighted_quantiles", weights, values.size());
  const bool whole =
      std::all_of(weights.begin(), weights.end(), [](double w) { return std::floor(w) == w && w < 0x1p53; });
  if (!whole && type > 2) {
    refuse("weighted_quantiles", "types 3 to 9 need whole weights; take type 1 or 2, or give counts");
  }
  Quantiles made = made_for(probabilities, type);
  std::vector<std::pair<double, double>> rows;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (weights[i] == 0.0) continue;
    if (std::isnan(values[i])) {
      ++made.missing;
    } else {
      rows.emplace_back(values[i], weights[i]);
    }
  }
  made.count = static_cast<std::int64_t>(rows.size());
  if (rows.empty()) return made;
  std::sort(rows.begin(), rows.end());
  if (!std::isfinite(rows.front().first) || !std::isfinite(rows.back().first)) {
    made.status = Status::not_finite;
    return made;
  }
  made.status = Status::ok;
  std::vector<double> reached(rows.size());  // weight up to and with each row
  DoublePair total;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    total += rows[i].second;
    reached[i] = total.value();
  }
  const auto first_reaching = [&](double weight) {
    const auto found = std::lower_bound(reached.begin(), reached.end(), weight);
    return found == reached.end() ? rows.size() - 1 : static_cast<std::size_t>(found - reached.begin());
  };
  const double count = reached.back();
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double p = probabilities[i];
    if (whole) {
      made.values[i] = value_at(place_of(p, count, type), count,
                                [&](double position) { return rows[first_reaching(position)].first; });
      continue;
    }
    const std::size_t row = first_reaching(p * count);
    const bool on_edge = type == 2 && reached[row] == p * count && row + 1 < rows.size();
    made.values[i] = on_edge ? std::midpoint(rows[row].first, rows[row + 1].first) : rows[row].first;
  }
  return made;
}

Quantiles harrell_davis_quantiles(std::span<const double> values, std::span<const double> probabilities) {
  check_probabilities("harrell_davis_quantiles", probabilities);
  Quantiles made = made_for(probabilities, 0);
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const double count = static_cast<double>(sorted.size());
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double p = probabilities[k];
    if (p == 0.0 || p == 1.0 || sorted.front() == sorted.back()) {
      made.values[k] = p == 0.0 ? sorted.front() : sorted.back();
      continue;
    }
    const double a = p * (count + 1.0);
    const double b = (1.0 - p) * (count + 1.0);
    DoublePair total;
    double before = 0.0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      const double until = i + 1 == sorted.size() ? 1.0 : beta_cdf(static_cast<double>(i + 1) / count, a, b);
      total += DoublePair::product(until - before, sorted[i]);
      before = until;
    }
    made.values[k] = total.value();
  }
  return made;
}

SampleStatistic median(std::span<const double> values) {
  SampleStatistic made;
  const std::vector<double> sorted = sorted_present(values);
  if (counted(made, values, sorted)) made.estimate = sorted_median(sorted);
  return made;
}

SampleStatistic interquartile_range(std::span<const double> values, int type) {
  check_type("interquartile_range", type);
  constexpr std::array<double, 2> quartiles = {0.25, 0.75};
  const Quantiles found = quantiles(values, quartiles, type);
  return {found.values[1] - found.values[0], found.count, found.missing, found.status};
}

Quantiles five_numbers(std::span<const double> values) {
  constexpr std::array<double, 5> probabilities = {0.0, 0.25, 0.5, 0.75, 1.0};
  Quantiles made = made_for(probabilities, 0);
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const double count = static_cast<double>(sorted.size());
  const double hinge = std::floor((count + 3.0) / 2.0) / 2.0;
  const std::array<double, 5> depths = {1.0, hinge, (count + 1.0) / 2.0, count + 1.0 - hinge, count};
  for (std::size_t i = 0; i < depths.size(); ++i) {
    made.values[i] = std::midpoint(sorted[static_cast<std::size_t>(std::floor(depths[i])) - 1],
                                   sorted[static_cast<std::size_t>(std::ceil(depths[i])) - 1]);
  }
  return made;
}

SampleStatistic gini_mean_difference(std::span<const double> values) {
  SampleStatistic made;
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  if (sorted.size() < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  const double n = static_cast<double>(sorted.size());
  const double largest = std::max(std::abs(sorted.front()), std::abs(sorted.back()));
  const int exponent = largest > 0x1p900 ? std::ilogb(largest) : 0;
  DoublePair total;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    total += DoublePair::product(2.0 * static_cast<double>(i) + 1.0 - n, std::ldexp(sorted[i], -exponent));
  }
  const DoublePair pairs = DoublePair::product(n, n - 1.0);
  made.estimate = std::ldexp((DoublePair(2.0) * total / pairs).value(), exponent);
  if (sorted.front() == sorted.back()) {
    made.estimate = 0.0;
    made.status = Status::degenerate;
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
