// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/trend.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

constexpr std::size_t most_pairs = 10'000;

struct Series {
  std::vector<double> times;
  std::vector<double> values;
  std::int64_t missing = 0;
};

Series paired(std::string_view function, std::span<const double> times, std::span<const double> values) {
  check_same_length(function, times.size(), values.size(), "times and values");
  Series series;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (std::isnan(times[i]) || std::isnan(values[i])) {
      ++series.missing;
      continue;
    }
    series.times.push_back(times[i]);
    series.values.push_back(values[i]);
  }
  return series;
}

bool finite(const Series& series) { return all_finite(series.times) && all_finite(series.values); }

// Middle value; the mean of the two middle ones. Reorders.
double median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

double median_of(std::vector<double> values) { return median(values); }

double nth(std::vector<double>& values, double position) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Sums over the groups of equal values that Kendall's variance is made of.
struct Ties {
  double pairs = 0.0;    // t (t - 1) / 2
  double triples = 0.0;  // t (t - 1) (t - 2)
  double spread = 0.0;   // t (t - 1) (2 t + 5)
};

Ties ties_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  Ties ties;
  for (std::size_t first = 0; first < values.size();) {
    std::size_t last = first + 1;
    while (last < values.size() && values[last] == values[first]) ++last;
    const double t = static_cast<double>(last - first);
    ties.pairs += 0.5 * t * (t - 1.0);
    ties.triples += t * (t - 1.0) * (t - 2.0);
    ties.spread += t * (t - 1.0) * (2.0 * t + 5.0);
    first = last;
  }
  return ties;
}

double kendall_variance(double n, const Ties& times, const Ties& values) {
  double variance = (n * (n - 1.0) * (2.0 * n + 5.0) - times.spread - values.spread) / 18.0;
  if (n > 2.0) variance += times.triples * values.triples / (9.0 * n * (n - 1.0) * (n - 2.0));
  return variance + 2.0 * times.pairs * values.pairs / (n * (n - 1.0));
}

// Sorts and counts the pairs that were the wrong way round.
std::int64_t inversions(std::vector<double>& values, std::vector<double>& room, std::size_t first, std::size_t last) {
  if (last - first < 2) return 0;
  const std::size_t middle = first + (last - first) / 2;
  std::int64_t count = inversions(values, room, first, middle) + inversions(values, room, middle, last);
  std::size_t left = first;
  std::size_t right = middle;
  for (std::size_t to = first; to < last; ++to) {
    if (left < middle && (right == last || values[left] <= values[right])) {
      room[to] = values[left++];
    } else {
      count += static_cast<std::int64_t>(middle - left);
      room[to] = values[right++];
    }
  }
  std::copy(room.begin() + static_cast<std::ptrdiff_t>(first), room.begin() + static_cast<std::ptrdiff_t>(last),
            values.begin() + static_cast<std::ptrdiff_t>(first));
  return count;
}

void conclude(TrendTest& test, double drawn) {
  test.z = drawn / std::sqrt(test.variance);
  test.p_value = std::min(1.0, 2.0 * normal_sf(std::abs(test.z)));
  test.status = std::isfinite(test.statistic) && std::isfinite(test.z) ? Status::ok : Status::not_finite;
}

}  // namespace

RobustLine theil_sen(std::span<const double> times, std::span<const double> values, double level, SlopeInterval method) {
  constexpr std::string_view function = "theil_sen";
  check_level(function, level);
  const Series series = paired(function, times, values);
  RobustLine line;
  line.level = level;
  line.count = static_cast<std::int64_t>(series.times.size());
  line.missing = series.missing;
  const std::size_t n = series.times.size();
  if (n > most_pairs) refuse(function, "give at most 10,000 pairs; take medians by week or month before");
  if (!finite(series)) {
    line.status = Status::not_finite;
    return line;
  }
  if (n < 2) return line;
  std::vector<double> slopes;
  slopes.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double apart = series.times[i] - series.times[j];
      if (apart != 0.0) slopes.push_back((series.values[i] - series.values[j]) / apart);
    }
  }
  if (slopes.empty()) {
    line.status = Status::degenerate;
    return line;
  }
  line.slope = median(slopes);
  line.intercept = median_of(series.values) - line.slope * median_of(series.times);
  const Ties time_ties = ties_of(series.times);
  const Ties value_ties = ties_of(series.values);
  const double number = static_cast<double>(n);
  const double variance = method == SlopeInterval::sen
                              ? kendall_variance(number, time_ties, value_ties)
                              : (number * (number - 1.0) * (2.0 * number + 5.0) - time_ties.spread - value_ties.spread) / 18.0;
  const double pairs = static_cast<double>(slopes.size());
  const double reach = -normal_quantile(0.5 * (1.0 - level)) * std::sqrt(std::max(0.0, variance));
  line.lower = nth(slopes, std::max(0.0, std::nearbyint(0.5 * (pairs - reach)) - 1.0));
  line.upper = nth(slopes, std::min(pairs - 1.0, std::nearbyint(0.5 * (pairs + reach))));
  line.status = std::isfinite(line.slope) && std::isfinite(line.intercept) ? Status::ok : Status::not_finite;
  return line;
}

RobustLine repeated_medians(std::span<const double> times, std::span<const double> values) {
  const Series series = paired("repeated_medians", times, values);
  RobustLine line;
  line.level = std::numeric_limits<double>::quiet_NaN();
  line.count = static_cast<std::int64_t>(series.times.size());
  line.missing = series.missing;
  const std::size_t n = series.times.size();
  if (!finite(series)) {
    line.status = Status::not_finite;
    return line;
  }
  if (n < 2) return line;
  std::vector<double> medians;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < n; ++i) {
    slopes.clear();
    for (std::size_t j = 0; j < n; ++j) {
      const double apart = series.times[j] - series.times[i];
      if (apart != 0.0) slopes.push_back((series.values[j] - series.values[i]) / apart);
    }
    if (!slopes.empty()) medians.push_back(median(slopes));
  }
  if (medians.empty()) {
    line.status = Status::degenerate;
    return line;
  }
  line.slope = median(medians);
  std::vector<double> rests(n);
  for (std::size_t i = 0; i < n; ++i) rests[i] = series.values[i] - line.slope * series.times[i];
  line.intercept = median(rests);
  line.status = std::isfinite(line.slope) && std::isfinite(line.intercept) ? Status::ok : Status::not_finite;
  return line;
}

TrendTest mann_kendall(std::span<const double> times, std::span<const double> values, bool continuity) {
  const Series series = paired("mann_kendall", times, values);
  TrendTest test;
  test.count = static_cast<std::int64_t>(series.times.size());
  test.missing = series.missing;
  const std::size_t n = series.times.size();
  if (!finite(series)) {
    test.status = Status::not_finite;
    return test;
  }
  if (n < 2) return test;
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto pair_of = [&](std::size_t i) { return std::pair(series.times[i], series.values[i]); };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return pair_of(a) < pair_of(b); });
  std::vector<double> by_time(n);
  std::int64_t both = 0;  // pairs tied in time and value
  std::int64_t run = 0;
  for (std::size_t i = 0; i < n; ++i) {
    by_time[i] = series.values[order[i]];
    run = i > 0 && pair_of(order[i]) == pair_of(order[i - 1]) ? run + 1 : 0;
    both += run;
  }
  std::vector<double> room(n);
  const std::int64_t falling = inversions(by_time, room, 0, n);
  const Ties time_ties = ties_of(series.times);
  const Ties value_ties = ties_of(series.values);
  const double number = static_cast<double>(n);
  const double pairs = 0.5 * number * (number - 1.0);
  test.statistic =
      pairs - time_ties.pairs - value_ties.pairs + static_cast<double>(both) - 2.0 * static_cast<double>(falling);
  if (time_ties.pairs == pairs || value_ties.pairs == pairs) {
    test.variance = 0.0;
    test.status = Status::degenerate;
    return test;
  }
  test.variance = kendall_variance(number, time_ties, value_ties);
  test.tau = test.statistic / std::sqrt((pairs - time_ties.pairs) * (pairs - value_ties.pairs));
  const double towards = continuity && test.statistic != 0.0 ? std::copysign(1.0, test.statistic) : 0.0;
  conclude(test, test.statistic - towards);
  return test;
}

TrendTest cochran_armitage(std::span<const double> events, std::span<const double> trials,
                           std::span<const double> scores) {
  constexpr std::string_view function = "cochran_armitage";
  check_same_length(function, events.size(), trials.size(), "events and trials");
  check_same_length(function, events.size(), scores.size(), "events and scores");
  TrendTest test;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::isnan(events[i]) || std::isnan(trials[i]) || std::isnan(scores[i])) {
      ++test.missing;
      continue;
    }
    if (events[i] < 0.0 || trials[i] < 0.0 || events[i] > trials[i]) refuse(function, "counts must have 0 <= events <= trials");
    if (!std::isfinite(trials[i]) || !std::isfinite(scores[i])) {
      test.status = Status::not_finite;
      return test;
    }
    if (trials[i] > 0.0) kept.push_back(i);
  }
  test.count = static_cast<std::int64_t>(kept.size());
  if (kept.size() < 2) return test;
  const auto sum = [&](auto term) { return chunked_sum(kept.size(), [&](std::size_t i) { return term(kept[i]); }); };
  const double all = sum([&](std::size_t i) { return trials[i]; });
  const double share = sum([&](std::size_t i) { return events[i]; }) / all;
  const double centre = sum([&](std::size_t i) { return trials[i] * (scores[i] - scores[kept[0]]); }) / all;
  const auto apart = [&](std::size_t i) { return (scores[i] - scores[kept[0]]) - centre; };
  test.statistic = sum([&](std::size_t i) { return apart(i) * (events[i] - trials[i] * share); });
  test.variance = share * (1.0 - share) * sum([&](std::size_t i) { return trials[i] * apart(i) * apart(i); });
  const bool same = std::all_of(kept.begin(), kept.end(), [&](std::size_t i) { return scores[i] == scores[kept[0]]; });
  if (same || share == 0.0 || share == 1.0) {
    test.status = Status::degenerate;
    return test;
  }
  conclude(test, test.statistic);
  return test;
}

}  // namespace childwell::inline v0_1::stats
