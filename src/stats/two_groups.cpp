// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/two_groups.hpp>

#include <childwell/stats/moments.hpp>
#include <childwell/stats/special.hpp>

#include "two_samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace childwell::inline v0_1::stats {
namespace {

// Test and interval of a difference whose standard error and degrees of freedom are known.
void set_test(TTest& made, double standard_error, double degrees_of_freedom) {
  made.standard_error = standard_error;
  made.degrees_of_freedom = degrees_of_freedom;
  made.statistic = made.difference / standard_error;
  made.p_value = 2.0 * student_t_sf(std::abs(made.statistic), degrees_of_freedom);
  const double half = student_t_quantile(0.5 + 0.5 * made.level, degrees_of_freedom) * standard_error;
  made.lower = made.difference - half;
  made.upper = made.difference + half;
  if (!std::isfinite(half) || !std::isfinite(made.difference)) made.status = Status::not_finite;
}

// Variances in units of 4^exponent; exponent is 0 unless a square leaves the range of doubles.
struct Spreads {
  double first = 0.0;
  double second = 0.0;
  int exponent = 0;
};

Spreads spreads_of(const Moments& a, const Moments& b) {
  const double first = a.count > 1 ? a.standard_deviation : 0.0;
  const double second = b.count > 1 ? b.standard_deviation : 0.0;
  const double larger = std::max(first, second);
  if (larger == 0.0 || (larger > 1e-140 && larger < 1e150)) {
    return {a.count > 1 ? a.variance : 0.0, b.count > 1 ? b.variance : 0.0, 0};
  }
  const int exponent = std::ilogb(larger);
  const double x = std::scalbn(first, -exponent);
  const double y = std::scalbn(second, -exponent);
  return {x * x, y * y, exponent};
}

// Moments of both groups; the status is ok when both hold a value and all are finite.
std::pair<Moments, Moments> both_moments(TTest& made, std::string_view function, std::span<const double> first,
                                         std::span<const double> second, double level) {
  check_level(function, level);
  made.level = level;
  const Moments a = moments(first);
  const Moments b = moments(second);
  made.count_first = a.count;
  made.count_second = b.count;
  made.missing = a.missing + b.missing;
  // An infinite value leaves no mean; where only the variance overflows, the deviation still makes the test.
  const auto infinite = [](const Moments& m) { return m.status == Status::not_finite && std::isnan(m.mean); };
  if (infinite(a) || infinite(b)) {
    made.status = Status::not_finite;
    return {a, b};
  }
  made.mean_first = a.mean;
  made.mean_second = b.mean;
  made.variance_first = a.variance;
  made.variance_second = b.variance;
  if (a.count == 0 || b.count == 0) return {a, b};
  made.difference = a.mean - b.mean;
  made.status = Status::ok;
  return {a, b};
}

// Pooled values in order, by group: how many of the first and of the second at each distinct value.
struct Level {
  double value = 0.0;
  std::int64_t first = 0;
  std::int64_t second = 0;
};

std::vector<Level> levels_of(const TwoSamples& samples) {
  std::vector<Level> made;
  auto a = samples.first.begin();
  auto b = samples.second.begin();
  while (a != samples.first.end() || b != samples.second.end()) {
    const bool from_first = b == samples.second.end() || (a != samples.first.end() && *a <= *b);
    Level level;
    level.value = from_first ? *a : *b;
    for (; a != samples.first.end() && *a == level.value; ++a) ++level.first;
    for (; b != samples.second.end() && *b == level.value; ++b) ++level.second;
    made.push_back(level);
  }
  return made;
}

bool has_ties(std::span<const Level> levels) {
  return std::any_of(levels.begin(), levels.end(), [](const Level& level) { return level.first + level.second > 1; });
}

// P(|U - m n / 2| at least the observed distance) over all ways to choose the first group from the pooled values.
// ways[k][s] counts choices of k values with doubled mid-ranks summing to s.
double exact_rank_sum_p(std::span<const Level> levels, std::int64_t first, std::int64_t second, double u) {
  const std::int64_t all = first + second;
  // Of the smaller group, which has fewer choices to carry; U of the other mirrors it about the same centre.
  const std::int64_t chosen = std::min(first, second);
  const std::int64_t most = chosen * (2 * all + 1 - chosen);  // doubled sum of the highest ranks
  const auto width = static_cast<std::size_t>(most) + 1;
  std::vector<double> ways((static_cast<std::size_t>(chosen) + 1) * width, 0.0);
  ways[0] = 1.0;
  std::int64_t before = 0;
  for (const Level& level : levels) {
    const std::int64_t tied = level.first + level.second;
    const std::int64_t rank = 2 * before + tied + 1;
    for (std::int64_t copy = 0; copy < tied; ++copy) {
      for (std::int64_t k = std::min(chosen, before + copy + 1); k >= 1; --k) {
        double* const to = &ways[static_cast<std::size_t>(k) * width];
        const double* const from = &ways[static_cast<std::size_t>(k - 1) * width];
        for (std::int64_t s = most; s >= rank; --s) to[s] += from[s - rank];
      }
    }
    before += tied;
  }
  // Doubled U of the chosen group is its doubled rank sum less chosen (chosen + 1).
  const std::int64_t product = first * second;
  const auto distance = static_cast<std::int64_t>(std::llround(std::abs(2.0 * u - static_cast<double>(product))));
  const double* const last = &ways[static_cast<std::size_t>(chosen) * width];
  double beyond = 0.0;
  double total = 0.0;
  for (std::int64_t s = 0; s <= most; ++s) {
    total += last[s];
    const std::int64_t doubled_u = s - chosen * (chosen + 1);
    if (std::abs(doubled_u - product) >= distance) beyond += last[s];
  }
  return std::min(1.0, beyond / total);
}

// P(D at least the observed) over all orders of the pooled values; `touched` of a point of the lattice is the chance
// that a path to it has met the boundary at the end of a tie.
double exact_smirnov_p(std::span<const Level> levels, std::int64_t first, std::int64_t second, std::int64_t distance) {
  const auto m = static_cast<std::size_t>(first);
  const auto n = static_cast<std::size_t>(second);
  std::vector<char> ends(m + n + 1, 0);
  std::size_t reached = 0;
  for (const Level& level : levels) {
    reached += static_cast<std::size_t>(level.first + level.second);
    ends[reached] = 1;
  }
  std::vector<double> touched(n + 1, 0.0);
  for (std::size_t i = 0; i <= m; ++i) {
    for (std::size_t j = 0; j <= n; ++j) {
      const auto gap = static_cast<std::int64_t>(i) * second - static_cast<std::int64_t>(j) * first;
      if (ends[i + j] != 0 && std::abs(gap) >= distance) {
        touched[j] = 1.0;
        continue;
      }
      if (i + j == 0) continue;
      const double from_first = i > 0 ? touched[j] * static_cast<double>(i) : 0.0;
      const double from_second = j > 0 ? touched[j - 1] * static_cast<double>(j) : 0.0;
      touched[j] = (from_first + from_second) / static_cast<double>(i + j);
    }
  }
  return std::min(1.0, touched[n]);
}

// Upper tail of Kolmogorov's distribution; the two series meet where both are short.
double kolmogorov_sf(double x) {
  if (x <= 0.0) return 1.0;
  if (x < 1.0) {
    double sum = 0.0;
    for (int k = 1; k < 20; k += 2) {
      sum += std::exp(-static_cast<double>(k * k) * std::numbers::pi * std::numbers::pi / (8.0 * x * x));
    }
    return 1.0 - std::sqrt(2.0 * std::numbers::pi) / x * sum;
  }
  double sum = 0.0;
  for (int k = 20; k >= 1; --k) {
    const double term = std::exp(-2.0 * static_cast<double>(k * k) * x * x);
    sum += k % 2 == 1 ? term : -term;
  }
  return std::min(1.0, 2.0 * sum);
}

constexpr std::int64_t most_exact_rank_sum = 200;
constexpr double most_exact_smirnov = 1e8;

}  // namespace

MeanInterval mean_interval(std::span<const double> values, double level) {
  check_level("mean_interval", level);
  MeanInterval made;
  made.level = level;
  const Moments m = moments(values);
  made.count = m.count;
  made.missing = m.missing;
  made.status = m.status;
  made.estimate = m.mean;
  if (m.count < 2 || std::isnan(m.mean)) return made;
  if (m.status == Status::not_finite) made.status = Status::ok;  // the variance overflows, the deviation does not
  const double count = static_cast<double>(m.count);
  made.degrees_of_freedom = count - 1.0;
  made.standard_error = m.standard_deviation / std::sqrt(count);
  if (made.status != Status::ok) return made;
  const double half = student_t_quantile(0.5 + 0.5 * level, count - 1.0) * made.standard_error;
  made.lower = made.estimate - half;
  made.upper = made.estimate + half;
  if (!std::isfinite(half)) made.status = Status::not_finite;
  return made;
}

TTest student_t_test(std::span<const double> first, std::span<const double> second, double level) {
  TTest made;
  made.method = "student";
  const auto [a, b] = both_moments(made, "student_t_test", first, second, level);
  if (made.status != Status::ok) return made;
  const double m = static_cast<double>(a.count);
  const double n = static_cast<double>(b.count);
  const double df = m + n - 2.0;
  if (df < 1.0) {
    made.status = Status::not_enough_data;
    return made;
  }
  const Spreads spreads = spreads_of(a, b);
  const double squares = (m - 1.0) * spreads.first + (n - 1.0) * spreads.second;
  if (squares == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  set_test(made, std::scalbn(std::sqrt(squares / df * (1.0 / m + 1.0 / n)), spreads.exponent), df);
  return made;
}

TTest welch_t_test(std::span<const double> first, std::span<const double> second, double level) {
  TTest made;
  made.method = "welch";
  const auto [a, b] = both_moments(made, "welch_t_test", first, second, level);
  if (made.status != Status::ok) return made;
  if (a.count < 2 || b.count < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  const double m = static_cast<double>(a.count);
  const double n = static_cast<double>(b.count);
  const Spreads spreads = spreads_of(a, b);
  const double squared = spreads.first / m + spreads.second / n;
  if (squared == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  const double share = spreads.first / m / squared;
  const double rest = spreads.second / n / squared;
  set_test(made, std::scalbn(std::sqrt(squared), spreads.exponent), 1.0 / (share * share / (m - 1.0) + rest * rest / (n - 1.0)));
  return made;
}

RankSumTest rank_sum_test(std::span<const double> first, std::span<const double> second,
                          const RankSumOptions& options) {
  RankSumTest made;
  const TwoSamples samples = two_samples(made, first, second);
  const std::int64_t all = made.count_first + made.count_second;
  if (options.method == TestMethod::exact && all > most_exact_rank_sum) {
    refuse("rank_sum_test", "the exact test is for at most 200 values in all; take method 'asymptotic'");
  }
  if (made.status != Status::ok) return made;
  const std::vector<Level> levels = levels_of(samples);
  made.ties = has_ties(levels);
  std::int64_t doubled_u = 0;
  std::int64_t below = 0;  // of the second group
  double tie_sum = 0.0;
  for (const Level& level : levels) {
    doubled_u += level.first * (2 * below + level.second);
    below += level.second;
    const double tied = static_cast<double>(level.first + level.second);
    tie_sum += tied * (tied * tied - 1.0);
  }
  made.u = 0.5 * static_cast<double>(doubled_u);
  if (levels.size() == 1) {
    made.status = Status::degenerate;
    return made;
  }
  const bool small = made.count_first < 50 && made.count_second < 50;
  if (options.method == TestMethod::exact || (options.method == TestMethod::automatic && small && !made.ties)) {
    made.method = "exact";
    made.p_value = exact_rank_sum_p(levels, made.count_first, made.count_second, made.u);
    return made;
  }
  const double m = static_cast<double>(made.count_first);
  const double n = static_cast<double>(made.count_second);
  const double total = m + n;
  const double variance = m * n / 12.0 * (total + 1.0 - tie_sum / (total * (total - 1.0)));
  const double centred = made.u - 0.5 * m * n;
  const double step = options.continuity ? std::copysign(std::min(0.5, std::abs(centred)), centred) : 0.0;
  made.statistic = (centred - step) / std::sqrt(variance);
  made.p_value = std::min(1.0, 2.0 * normal_sf(std::abs(made.statistic)));
  made.method = options.continuity ? "asymptotic, continuity corrected" : "asymptotic";
  return made;
}

KolmogorovSmirnovTest kolmogorov_smirnov_test(std::span<const double> first, std::span<const double> second,
                                              TestMethod method) {
  KolmogorovSmirnovTest made;
  const TwoSamples samples = two_samples(made, first, second);
  const double m = static_cast<double>(made.count_first);
  const double n = static_cast<double>(made.count_second);
  if (method == TestMethod::exact && m * n > most_exact_smirnov) {
    refuse("kolmogorov_smirnov_test", "the exact test is for at most 1e8 pairs of values; take method 'asymptotic'");
  }
  if (made.status != Status::ok) return made;
  const std::vector<Level> levels = levels_of(samples);
  made.ties = has_ties(levels);
  // The distance as a whole number: shares with the common denominator m n.
  std::int64_t distance = 0;
  std::int64_t i = 0;
  std::int64_t j = 0;
  made.location = levels.front().value;
  for (const Level& level : levels) {
    i += level.first;
    j += level.second;
    const std::int64_t gap = std::abs(i * made.count_second - j * made.count_first);
    if (gap > distance) {
      distance = gap;
      made.location = level.value;
    }
  }
  made.statistic = static_cast<double>(distance) / (m * n);
  if (levels.size() == 1) {
    made.status = Status::degenerate;
    return made;
  }
  if (method == TestMethod::exact || (method == TestMethod::automatic && m * n <= 10000.0)) {
    made.method = "exact";
    made.p_value = exact_smirnov_p(levels, made.count_first, made.count_second, distance);
  } else {
    made.method = "asymptotic";
    made.p_value = kolmogorov_sf(std::sqrt(m * n / (m + n)) * made.statistic);
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
