// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/robust.hpp>

#include "double_pair.hpp"
#include "sorted.hpp"

#include <cmath>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double normal_factor = 1.4826;  // R's; 1 / normal_quantile(3/4) is 1.48260221850560

double deviation_median(std::span<const double> sorted, double centre) {
  std::vector<double> distances(sorted.size());
  std::transform(sorted.begin(), sorted.end(), distances.begin(), [centre](double x) { return std::abs(x - centre); });
  std::sort(distances.begin(), distances.end());
  return sorted_median(distances);
}

void check_share(std::string_view function, double share) {
  if (!(share >= 0.0 && share < 0.5)) refuse(function, "share must be at least 0 and below 0.5");
}

// Mean with the values before `first` and from `last` on left out or drawn in; never overflows where the mean does not.
SampleStatistic mean_of_middle(std::span<const double> values, double share, bool drawn_in) {
  SampleStatistic made;
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const auto cut = static_cast<std::size_t>(std::floor(static_cast<double>(sorted.size()) * share));
  const std::size_t first = cut;
  const std::size_t last = sorted.size() - cut;
  const double low = sorted[first];
  const double high = sorted[last - 1];
  if (low == high) {
    made.estimate = low;
    return made;
  }
  const double largest = std::max(std::abs(low), std::abs(high));
  const int exponent = largest > 0x1p900 ? std::ilogb(largest) : 0;
  DoublePair total;
  for (std::size_t i = first; i < last; ++i) total += std::ldexp(sorted[i], -exponent);
  double rows = static_cast<double>(last - first);
  if (drawn_in) {
    const double moved = static_cast<double>(cut);
    total += DoublePair::product(moved, std::ldexp(low, -exponent));
    total += DoublePair::product(moved, std::ldexp(high, -exponent));
    rows += 2.0 * moved;
  }
  made.estimate = std::ldexp((total / DoublePair(rows)).value(), exponent);
  return made;
}

}  // namespace

SampleStatistic median_absolute_deviation(std::span<const double> values, double factor) {
  if (!(factor > 0.0) || std::isinf(factor)) {
    refuse("median_absolute_deviation", "factor must be above 0 and finite, such as 1.4826 or 1");
  }
  SampleStatistic made;
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  made.estimate = factor * deviation_median(sorted, sorted_median(sorted));
  if (made.estimate == 0.0) made.status = Status::degenerate;
  return made;
}

SampleStatistic trimmed_mean(std::span<const double> values, double share) {
  check_share("trimmed_mean", share);
  return mean_of_middle(values, share, false);
}

SampleStatistic winsorised_mean(std::span<const double> values, double share) {
  check_share("winsorised_mean", share);
  return mean_of_middle(values, share, true);
}

HuberLocation huber_location(std::span<const double> values, double bound) {
  if (!(bound > 0.0)) refuse("huber_location", "bound must be above 0, such as 1.5");
  HuberLocation made;
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const double centre = sorted_median(sorted);
  made.scale = normal_factor * deviation_median(sorted, centre);
  made.estimate = centre;
  if (made.scale == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  // Between two changes of who is drawn in, the equation is linear: each step solves it there, and the last is exact.
  const double reach = bound * made.scale;
  double now = centre;
  for (made.iterations = 1; made.iterations <= 1000; ++made.iterations) {
    const auto first = std::lower_bound(sorted.begin(), sorted.end(), now - reach);
    const auto last = std::upper_bound(first, sorted.end(), now + reach);
    made.lower_count = first - sorted.begin();
    made.upper_count = sorted.end() - last;
    const auto inside = static_cast<double>(last - first);
    DoublePair total;
    for (auto x = first; x != last; ++x) total += DoublePair(*x) - DoublePair(centre);
    total += DoublePair::product(static_cast<double>(made.upper_count - made.lower_count), reach);
    // With nobody inside, the step of R's: the mean of all as drawn in.
    const double next = inside > 0.0 ? centre + (total / DoublePair(inside)).value()
                                     : now + total.value() / static_cast<double>(sorted.size());
    if (next == now) {
      made.estimate = now;
      return made;
    }
    now = next;
  }
  made.estimate = std::numeric_limits<double>::quiet_NaN();
  made.status = Status::not_converged;
  return made;
}

std::vector<double> modified_z_scores(std::span<const double> values) {
  std::vector<double> scores(values.size(), std::numeric_limits<double>::quiet_NaN());
  const std::vector<double> sorted = sorted_present(values);
  if (sorted.empty() || !sorted_finite(sorted)) return scores;
  const double centre = sorted_median(sorted);
  const double scale = normal_factor * deviation_median(sorted, centre);
  if (scale == 0.0) return scores;
  std::transform(values.begin(), values.end(), scores.begin(), [=](double x) { return (x - centre) / scale; });
  return scores;
}

Fences tukey_fences(std::span<const double> values, double spreads) {
  if (!(spreads > 0.0)) refuse("tukey_fences", "spreads must be above 0, such as 1.5");
  Fences made;
  const std::vector<double> sorted = sorted_present(values);
  if (!counted(made, values, sorted)) return made;
  const Quantiles five = five_numbers(sorted);
  const double spread = five.values[3] - five.values[1];
  made.lower = five.values[1] - spreads * spread;
  made.upper = five.values[3] + spreads * spread;
  made.below = std::lower_bound(sorted.begin(), sorted.end(), made.lower) - sorted.begin();
  made.above = sorted.end() - std::upper_bound(sorted.begin(), sorted.end(), made.upper);
  return made;
}

}  // namespace childwell::inline v0_1::stats
