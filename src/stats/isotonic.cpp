// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/isotonic.hpp>

#include "arguments.hpp"
#include "exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

// Points that share a value; sums in two doubles, so that the order of pooling leaves no trace.
struct Block {
  ExactSum weight;
  ExactSum weighted;
  std::size_t first;
  double value;
};

void absorb(Block& into, const Block& other) {
  into.weight.add(other.weight);
  into.weighted.add(other.weighted);
  into.value = into.weighted.value() / into.weight.value();
}

}  // namespace

IsotonicFit isotonic_regression(std::span<const double> x, std::span<const double> y, std::span<const double> weights,
                                const IsotonicOptions& options) {
  check_same_length("isotonic_regression", x.size(), y.size(), "x and y");
  check_weights("isotonic_regression", weights, x.size());
  IsotonicFit made;
  const auto weight_of = [&](std::size_t row) { return weights.empty() ? 1.0 : weights[row]; };
  std::vector<std::size_t> order;
  order.reserve(x.size());
  bool infinite = false;
  for (std::size_t row = 0; row < x.size(); ++row) {
    if (weight_of(row) == 0.0) continue;
    if (std::isnan(x[row]) || std::isnan(y[row])) {
      ++made.missing;
      continue;
    }
    infinite = infinite || std::isinf(x[row]) || std::isinf(y[row]);
    order.push_back(row);
  }
  if (infinite) {
    made.status = Status::not_finite;
    return made;
  }
  made.count = static_cast<std::int64_t>(order.size());
  if (order.empty()) return made;
  const double sign = options.increasing ? 1.0 : -1.0;
  const bool primary = options.ties == IsotonicTies::primary;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (x[a] != x[b]) return x[a] < x[b];
    if (primary && y[a] != y[b]) return sign * y[a] < sign * y[b];
    return a < b;
  });
  // One point for each x, or for each row.
  std::vector<std::size_t> point_of(order.size());
  std::vector<Block> blocks;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (!primary && last < order.size() && x[order[last]] == x[order[first]]) ++last;
    Block point{{}, {}, made.x.size(), 0.0};
    for (std::size_t i = first; i < last; ++i) {
      point.weight.add(weight_of(order[i]));
      point.weighted.add_product(weight_of(order[i]), y[order[i]]);
      point_of[i] = made.x.size();
    }
    point.value = point.weighted.value() / point.weight.value();
    made.x.push_back(x[order[first]] + 0.0);
    made.weight.push_back(point.weight.value());
    made.mean.push_back(point.value);
    while (!blocks.empty() && sign * blocks.back().value >= sign * point.value) {
      absorb(blocks.back(), point);
      point = blocks.back();
      blocks.pop_back();
    }
    blocks.push_back(point);
    first = last;
  }
  made.value.resize(made.x.size());
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t end = b + 1 < blocks.size() ? blocks[b + 1].first : made.x.size();
    for (std::size_t i = blocks[b].first; i < end; ++i) made.value[i] = blocks[b].value;
  }
  made.blocks = static_cast<std::int64_t>(blocks.size());
  made.fitted.assign(x.size(), std::numeric_limits<double>::quiet_NaN());
  ExactSum squares;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double fit = made.value[point_of[i]];
    made.fitted[order[i]] = fit;
    squares.add(weight_of(order[i]) * (y[order[i]] - fit) * (y[order[i]] - fit));
  }
  made.residual_sum_of_squares = squares.value();
  made.status = std::isfinite(made.residual_sum_of_squares) ? Status::ok : Status::not_finite;
  return made;
}

}  // namespace childwell::inline v0_1::stats
