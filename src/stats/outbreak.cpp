// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/outbreak.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

struct Baseline {
  std::vector<double> times;  // years from the position judged: negative
  std::vector<double> counts;
};

// A quasi-Poisson regression of the baseline on time, seen from the position judged.
struct Fit {
  double log_expected = 0.0;
  double variance = 0.0;  // of log_expected, per unit of dispersion
  double slope = 0.0;     // per year
  double slope_variance = 0.0;
  double raw_dispersion = 0.0;
  std::vector<double> means;
  std::vector<double> leverages;
  bool converged = false;

  [[nodiscard]] double dispersion() const { return std::max(1.0, raw_dispersion); }
};

Fit fitted(const Baseline& baseline, const std::vector<double>& weights, bool with_trend) {
  const std::size_t n = baseline.counts.size();
  Fit fit;
  fit.means.resize(n);
  fit.leverages.resize(n);
  for (std::size_t i = 0; i < n; ++i) fit.means[i] = baseline.counts[i] + 0.1;
  for (int step = 0; step < 100 && !fit.converged; ++step) {
    double all = 0.0;
    double times = 0.0;
    double responses = 0.0;
    std::vector<double> working(n);
    std::vector<double> response(n);
    for (std::size_t i = 0; i < n; ++i) {
      working[i] = weights[i] * fit.means[i];
      response[i] = std::log(fit.means[i]) + (baseline.counts[i] - fit.means[i]) / fit.means[i];
      all += working[i];
      times += working[i] * baseline.times[i];
      responses += working[i] * response[i];
    }
    const double centre = times / all;
    double squares = 0.0;
    double products = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      squares += working[i] * (baseline.times[i] - centre) * (baseline.times[i] - centre);
      products += working[i] * (baseline.times[i] - centre) * (response[i] - responses / all);
    }
    const double slope = with_trend ? products / squares : 0.0;
    const double log_expected = responses / all - slope * centre;
    if (!std::isfinite(slope) || !std::isfinite(log_expected) || std::abs(log_expected) > 300.0) return fit;
    fit.converged = step > 0 && std::abs(slope - fit.slope) <= 1e-13 * (1.0 + std::abs(slope)) &&
                    std::abs(log_expected - fit.log_expected) <= 1e-13 * (1.0 + std::abs(log_expected));
    fit.slope = slope;
    fit.log_expected = log_expected;
    fit.slope_variance = with_trend ? 1.0 / squares : 0.0;
    fit.variance = 1.0 / all + (with_trend ? centre * centre / squares : 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double apart = baseline.times[i] - centre;
      fit.leverages[i] = working[i] * (1.0 / all + (with_trend ? apart * apart / squares : 0.0));
      fit.means[i] = std::exp(log_expected + slope * baseline.times[i]);
    }
  }
  double chi_squared = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double residual = baseline.counts[i] - fit.means[i];
    chi_squared += weights[i] * residual * residual / fit.means[i];
  }
  fit.raw_dispersion = chi_squared / (static_cast<double>(n) - (with_trend ? 2.0 : 1.0));
  return fit;
}

// Weights that fall with the square of the Anscombe residual above 1, and add up to their number.
std::vector<double> outbreak_weights(const Baseline& baseline, const Fit& fit) {
  const std::size_t n = baseline.counts.size();
  std::vector<double> weights(n, 1.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double y = baseline.counts[i];
    const double m = fit.means[i];
    const double spread = std::sqrt(fit.dispersion() * std::max(1e-12, 1.0 - fit.leverages[i]));
    const double residual = 1.5 * (std::cbrt(y * y) / std::pow(m, 1.0 / 6.0) - std::sqrt(m)) / spread;
    if (residual > 1.0) weights[i] = 1.0 / (residual * residual);
    sum += weights[i];
  }
  for (double& w : weights) w *= static_cast<double>(n) / sum;
  return weights;
}

Fit reweighted(const Baseline& baseline, bool with_trend, bool reweight) {
  const std::vector<double> equal(baseline.counts.size(), 1.0);
  Fit fit = fitted(baseline, equal, with_trend);
  if (!fit.converged || !reweight) return fit;
  return fitted(baseline, outbreak_weights(baseline, fit), with_trend);
}

}  // namespace

OutbreakLimit outbreak_limit(std::span<const double> counts, std::int64_t position, const OutbreakOptions& options) {
  constexpr std::string_view function = "outbreak_limit";
  check_level(function, options.level);
  if (options.period < 1 || options.years < 1) refuse(function, "period and years must be above 0");
  if (options.half_window < 0 || 2 * options.half_window + 1 > options.period) {
    refuse(function, "half_window must not be below 0, and the window must fit into a period");
  }
  if (position < 0 || position >= static_cast<std::int64_t>(counts.size())) {
    refuse(function, "position must lie within the counts");
  }
  const auto no_count = [](double x) { return !std::isnan(x) && !(x >= 0.0 && std::isfinite(x) && std::floor(x) == x); };
  if (std::any_of(counts.begin(), counts.end(), no_count)) refuse(function, "counts must be whole, finite and not below 0");
  Baseline baseline;
  for (std::int64_t year = options.years; year >= 1; --year) {
    for (std::int64_t away = -options.half_window; away <= options.half_window; ++away) {
      const std::int64_t back = options.period * year - away;
      if (back > position || std::isnan(counts[static_cast<std::size_t>(position - back)])) continue;
      baseline.times.push_back(-static_cast<double>(back) / static_cast<double>(options.period));
      baseline.counts.push_back(counts[static_cast<std::size_t>(position - back)]);
    }
  }
  OutbreakLimit made;
  made.observed = counts[static_cast<std::size_t>(position)];
  made.count = static_cast<std::int64_t>(baseline.counts.size());
  if (made.count < 3) return made;
  const double highest = *std::max_element(baseline.counts.begin(), baseline.counts.end());
  if (highest == 0.0) {
    made.expected = 0.0;
    made.upper = 0.0;
    made.status = Status::degenerate;
    return made;
  }
  Fit fit;
  bool kept = false;
  if (options.trend && options.years >= 3) {
    fit = reweighted(baseline, true, options.reweight);
    const double t = fit.slope / std::sqrt(fit.raw_dispersion * fit.slope_variance);
    kept = fit.converged && std::exp(fit.log_expected) <= highest &&
           2.0 * student_t_sf(std::abs(t), static_cast<double>(made.count) - 2.0) < 0.05;
  }
  if (!kept) fit = reweighted(baseline, false, options.reweight);
  if (!fit.converged) {
    made.status = Status::not_converged;
    return made;
  }
  made.expected = std::exp(fit.log_expected);
  made.dispersion = fit.dispersion();
  if (kept) made.trend = fit.slope / static_cast<double>(options.period);
  // Variance of the count foretold on the scale of its 2/3 power, where it is nearly symmetric.
  const double spread = made.dispersion * (1.0 + fit.variance * made.expected);
  const double error = std::sqrt(4.0 / 9.0 * std::cbrt(made.expected) * spread);
  const double reach = -normal_quantile(0.5 * (1.0 - options.level));
  const double end = std::cbrt(made.expected * made.expected) + reach * error;
  made.upper = end * std::sqrt(end);
  made.score = (made.observed - made.expected) / (made.upper - made.expected);
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
