// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/exact_test.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "root.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
// Probabilities this near count as equal, as in R: they differ by rounding only.
constexpr double tie = 1.0 + 1e-7;

bool is_count(double x) { return x >= 0.0 && std::isfinite(x) && std::floor(x) == x; }

// P values from the tails: at or below, at or above, and at the outcome.
double tail_p(double below, double above, double at, const ExactTestOptions& options) {
  const double half = options.method == ExactMethod::mid_p ? 0.5 * at : 0.0;
  if (options.alternative == Alternative::less) return below - half;
  if (options.alternative == Alternative::greater) return above - half;
  return std::min(1.0, 2.0 * std::min(below - half, above - half));
}

// The first position in [low, high] where a monotone condition holds; high when nowhere before.
template <class Condition>
double first_where(double low, double high, Condition holds) {
  while (low < high) {
    const double middle = std::floor(0.5 * (low + high));
    if (holds(middle)) {
      high = middle;
    } else {
      low = middle + 1.0;
    }
  }
  return high;
}

// One tail of the level where the alternative has one side, else half of the rest for each.
double tail_of(const ExactTestOptions& options) {
  return options.alternative == Alternative::two_sided ? 0.5 * (1.0 - options.level) : 1.0 - options.level;
}

// Weights of the noncentral hypergeometric distribution: log of the probability at odds ratio 1, up to a constant, by
// position in the support; sums at other odds ratios are taken relative to their largest term.
class Table {
 public:
  Table(double marked, double others, double draws)
      : smallest_(std::max(0.0, draws - others)), largest_(std::min(marked, draws)) {
    const auto size = static_cast<std::size_t>(largest_ - smallest_) + 1;
    step_.resize(size);
    for (std::size_t i = 0; i + 1 < size; ++i) {
      const double x = smallest_ + static_cast<double>(i);
      step_[i] = (marked - x) / (x + 1.0) * ((draws - x) / (others - draws + x + 1.0));
    }
  }

  struct Sums {
    double below = 0.0;  // P(X < x)
    double at = 0.0;
    double above = 0.0;  // P(X > x)
    double mean = 0.0;   // E(X) - x
  };

  [[nodiscard]] Sums sums(double x, double odds) const {
    const std::vector<double> weight = weights(odds);
    Sums made;
    double total = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      const double position = smallest_ + static_cast<double>(i);
      (position < x ? made.below : (position > x ? made.above : made.at)) += weight[i];
      made.mean += weight[i] * (position - x);
      total += weight[i];
    }
    made.below /= total;
    made.at /= total;
    made.above /= total;
    made.mean /= total;
    return made;
  }

  // Sum of all outcomes no more likely than x, at odds ratio 1.
  [[nodiscard]] double unlikely(double x) const {
    const std::vector<double> weight = weights(1.0);
    const double bar = weight[static_cast<std::size_t>(x - smallest_)] * tie;
    double rare = 0.0;
    double total = 0.0;
    for (const double w : weight) {
      total += w;
      if (w <= bar) rare += w;
    }
    return rare / total;
  }

  [[nodiscard]] double smallest() const { return smallest_; }
  [[nodiscard]] double largest() const { return largest_; }

 private:
  // Outward from the mode, so that every weight keeps its digits.
  [[nodiscard]] std::vector<double> weights(double odds) const {
    std::vector<double> weight(step_.size(), 0.0);
    std::size_t mode = 0;
    while (mode + 1 < step_.size() && step_[mode] * odds >= 1.0) ++mode;
    weight[mode] = 1.0;
    for (std::size_t i = mode; i + 1 < step_.size(); ++i) weight[i + 1] = weight[i] * (step_[i] * odds);
    for (std::size_t i = mode; i > 0; --i) weight[i - 1] = weight[i] / (step_[i - 1] * odds);
    return weight;
  }

  double smallest_;
  double largest_;
  std::vector<double> step_;
};

// Root of a function of the logarithm of the odds that rises (or falls) through 0, searched outward from 0.
template <class Function>
double odds_where_zero(bool rising, Function f) {
  const double at_zero = f(0.0);
  const double way = (at_zero < 0.0) == rising ? 1.0 : -1.0;
  double near = 0.0;
  double f_near = at_zero;
  for (double far = way; std::abs(far) < 700.0; far *= 2.0) {
    const double f_far = f(far);
    if ((f_far > 0.0) != (f_near > 0.0)) return std::exp(bracketed_root(f, near, far, f_near, f_far));
    near = far;
    f_near = f_far;
  }
  return way > 0.0 ? infinite : 0.0;
}

// Up to here tails keep the digits that are promised; far beyond, a bisection over whole numbers would not end, and a
// table's support would not fit in memory.
constexpr double most_counted = 1e7;

}  // namespace

ExactTest binomial_test(double events, double trials, double probability, const ExactTestOptions& options) {
  constexpr std::string_view function = "binomial_test";
  check_level(function, options.level);
  if (probability < 0.0 || probability > 1.0) refuse(function, "probability must lie between 0 and 1");
  ExactTest made;
  made.level = options.level;
  if (std::isnan(events) || std::isnan(trials) || std::isnan(probability)) return made;
  if (!is_count(events) || !is_count(trials) || events > trials) {
    refuse(function, "events and trials must be whole numbers with 0 <= events <= trials");
  }
  if (trials > most_counted) refuse(function, "trials must be at most 10,000,000; use a Wilson interval beyond");
  if (trials == 0.0) return made;
  const bool mid = options.method == ExactMethod::mid_p;
  const double within = 1.0 - 2.0 * tail_of(options);
  const ProportionInterval interval = within > 0.0
                                          ? (mid ? mid_p_interval(events, trials, within)
                                                 : clopper_pearson_interval(events, trials, within))
                                          : ProportionInterval{};
  made.estimate = events / trials;
  made.lower = options.alternative == Alternative::less ? 0.0 : interval.lower;
  made.upper = options.alternative == Alternative::greater ? 1.0 : interval.upper;
  made.status = Status::ok;
  const auto pmf = [&](double k) { return binomial_pmf(k, trials, probability); };
  const double at = pmf(events);
  if (options.alternative != Alternative::two_sided || options.method != ExactMethod::small_p) {
    made.p_value = tail_p(binomial_cdf(events, trials, probability), binomial_sf(events - 1.0, trials, probability), at,
                          options);
    return made;
  }
  const double mean = trials * probability;
  if (events == mean || probability == 0.0 || probability == 1.0) {
    made.p_value = events == mean ? 1.0 : 0.0;
  } else if (events < mean) {
    const double far = first_where(std::ceil(mean), trials + 1.0, [&](double k) { return k > trials || pmf(k) <= at * tie; });
    made.p_value = std::min(1.0, binomial_cdf(events, trials, probability) + binomial_sf(far - 1.0, trials, probability));
  } else {
    // The last position from below that is no more likely: one before the first that is more likely.
    const double near = first_where(0.0, std::floor(mean) + 1.0, [&](double k) { return k > mean || pmf(k) > at * tie; });
    made.p_value =
        std::min(1.0, binomial_cdf(near - 1.0, trials, probability) + binomial_sf(events - 1.0, trials, probability));
  }
  return made;
}

ExactTest poisson_rate_interval(double events, double exposure, double level) {
  constexpr std::string_view function = "poisson_rate_interval";
  check_level(function, level);
  ExactTest made;
  made.level = level;
  if (std::isnan(events) || std::isnan(exposure)) return made;
  if (!(events >= 0.0 && std::isfinite(events) && exposure >= 0.0 && std::isfinite(exposure))) {
    refuse(function, "events and exposure must be finite and not below 0");
  }
  if (exposure == 0.0) return made;
  const double tail = 0.5 * (1.0 - level);
  made.estimate = events / exposure;
  made.lower = events == 0.0 ? 0.0 : gamma_quantile(tail, events, 1.0) / exposure;
  made.upper = gamma_quantile(1.0 - tail, events + 1.0, 1.0) / exposure;
  made.status = Status::ok;
  return made;
}

ExactTest poisson_test(double events, double exposure, double rate, const ExactTestOptions& options) {
  constexpr std::string_view function = "poisson_test";
  check_level(function, options.level);
  if (rate < 0.0 || std::isinf(rate)) refuse(function, "rate must be finite and not below 0");
  ExactTest made;
  made.level = options.level;
  if (std::isnan(events) || std::isnan(exposure) || std::isnan(rate)) return made;
  if (!is_count(events) || !(exposure >= 0.0) || std::isinf(exposure)) {
    refuse(function, "events must be a whole number and exposure finite, both not below 0");
  }
  if (events > most_counted || !(rate * exposure <= most_counted)) refuse(function, "events, and those expected, must be at most 10,000,000");
  if (exposure == 0.0) return made;
  const double tail = tail_of(options);
  made.estimate = events / exposure;
  double lower = events == 0.0 ? 0.0 : gamma_quantile(tail, events, 1.0);
  double upper = gamma_quantile(1.0 - tail, events + 1.0, 1.0);
  if (options.method == ExactMethod::mid_p) {
    // Tails with the outcome counting half lie between those with all and none of it.
    const auto mid_above = [&](double m) { return poisson_sf(events, m) + 0.5 * poisson_pmf(events, m) - tail; };
    const auto mid_below = [&](double m) { return poisson_cdf(events - 1.0, m) + 0.5 * poisson_pmf(events, m) - tail; };
    if (events > 0.0) {
      const double high = gamma_quantile(tail, events + 1.0, 1.0);
      lower = bracketed_root(mid_above, lower, high, mid_above(lower), mid_above(high));
    }
    const double low = events == 0.0 ? 0.0 : gamma_quantile(1.0 - tail, events, 1.0);
    const double at_low = mid_below(low);
    upper = at_low <= 0.0 ? low : bracketed_root(mid_below, low, upper, at_low, mid_below(upper));
  }
  made.lower = options.alternative == Alternative::less ? 0.0 : lower / exposure;
  made.upper = options.alternative == Alternative::greater ? infinite : upper / exposure;
  made.status = Status::ok;
  const double mean = rate * exposure;
  const auto pmf = [&](double k) { return poisson_pmf(k, mean); };
  const double at = pmf(events);
  if (options.alternative != Alternative::two_sided || options.method != ExactMethod::small_p) {
    made.p_value = tail_p(poisson_cdf(events, mean), poisson_sf(events - 1.0, mean), at, options);
    return made;
  }
  if (events == mean || mean == 0.0) {
    made.p_value = events == mean ? 1.0 : 0.0;
  } else if (events < mean) {
    double end = std::max(1.0, std::ceil(2.0 * mean - events));
    while (pmf(end) > at * tie) end *= 2.0;
    const double far = first_where(std::ceil(mean), end, [&](double k) { return pmf(k) <= at * tie; });
    made.p_value = std::min(1.0, poisson_cdf(events, mean) + poisson_sf(far - 1.0, mean));
  } else {
    const double near = first_where(0.0, std::floor(mean) + 1.0, [&](double k) { return k > mean || pmf(k) > at * tie; });
    made.p_value = std::min(1.0, poisson_cdf(near - 1.0, mean) + poisson_sf(events - 1.0, mean));
  }
  return made;
}

ExactTest fisher_exact_test(double a, double b, double c, double d, const ExactTestOptions& options) {
  constexpr std::string_view function = "fisher_exact_test";
  check_level(function, options.level);
  ExactTest made;
  made.level = options.level;
  if (std::isnan(a) || std::isnan(b) || std::isnan(c) || std::isnan(d)) return made;
  if (!is_count(a) || !is_count(b) || !is_count(c) || !is_count(d)) refuse(function, "counts must be whole, finite and not below 0");
  if (a + b + c + d == 0.0) return made;
  const double margin = std::min({a + b, a + c, b + d, c + d});  // one less than the tables that have these margins
  if (margin >= most_counted) {
    refuse(function, "the smallest margin must be below 10,000,000; a logistic regression says the same beyond");
  }
  const Table table(a + c, b + d, a + b);
  if (table.smallest() == table.largest()) {  // a margin is 0: the table could not have been another
    made.p_value = 1.0;
    made.lower = 0.0;
    made.upper = infinite;
    made.status = Status::degenerate;
    return made;
  }
  const Table::Sums null = table.sums(a, 1.0);
  made.p_value = options.alternative == Alternative::two_sided && options.method == ExactMethod::small_p
                     ? std::min(1.0, table.unlikely(a))
                     : tail_p(null.below + null.at, null.above + null.at, null.at, options);
  const bool lowest = a == table.smallest();
  const bool highest = a == table.largest();
  made.status = lowest || highest ? Status::boundary : Status::ok;
  made.estimate = lowest ? 0.0 : highest ? infinite : odds_where_zero(true, [&](double u) { return table.sums(a, std::exp(u)).mean; });
  const double tail = tail_of(options);
  const double seen = options.method == ExactMethod::mid_p ? 0.5 : 1.0;
  made.lower = lowest || options.alternative == Alternative::less ? 0.0 : odds_where_zero(true, [&](double u) {
    const Table::Sums sums = table.sums(a, std::exp(u));
    return sums.above + seen * sums.at - tail;
  });
  made.upper = highest || options.alternative == Alternative::greater ? infinite : odds_where_zero(false, [&](double u) {
    const Table::Sums sums = table.sums(a, std::exp(u));
    return sums.below + seen * sums.at - tail;
  });
  return made;
}

}  // namespace childwell::inline v0_1::stats
