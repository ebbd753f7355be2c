// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/rank.hpp>

#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace childwell::inline v0_1::stats {
namespace {

std::vector<std::size_t> sorted_positions(std::span<const double> values) {
  std::vector<std::size_t> order;
  order.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

// Hands each value's mid-rank and the number of ranked values to `score`.
template <class Score>
std::vector<double> scored(std::span<const double> values, Score score) {
  std::vector<double> result(values.size(), std::numeric_limits<double>::quiet_NaN());
  const std::vector<std::size_t> order = sorted_positions(values);
  const double count = static_cast<double>(order.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    const double rank = 0.5 * static_cast<double>(first + 1 + last);
    for (std::size_t i = first; i < last; ++i) result[order[i]] = score(rank, count);
    first = last;
  }
  return result;
}

}  // namespace

std::vector<double> mid_ranks(std::span<const double> values) {
  return scored(values, [](double rank, double) { return rank; });
}

std::vector<double> mid_rank_percentiles(std::span<const double> values) {
  return scored(values, [](double rank, double count) { return 100.0 * (rank - 0.5) / count; });
}

std::vector<double> rank_normal_scores(std::span<const double> values) {
  return scored(values, [](double rank, double count) { return normal_quantile((rank - 0.375) / (count + 0.25)); });
}

}  // namespace childwell::inline v0_1::stats
