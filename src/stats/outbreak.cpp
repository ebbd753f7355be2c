// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/outbreak.hpp>

#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "arguments.hpp"

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view self = "outbreak_limits";

// Reference values of one moment. Time is in years before that moment, so that the intercept is the forecast.
struct Reference {
  std::vector<double> counts, years, offsets;
};

// Log-linear fit of a constant, or of a constant and a slope, with what inference needs.
struct Fit {
  double constant = 0.0;
  double slope = 0.0;
  double dispersion = undefined;   // as estimated, also below 1
  double constant_variance = 0.0;  // before the dispersion
  double slope_variance = 0.0;
  std::vector<double> means;
  std::vector<double> leverages;
  bool converged = false;

  [[nodiscard]] double overdispersion() const { return std::max(1.0, dispersion); }
};

double deviance(const Reference& data, const std::vector<double>& weights, const std::vector<double>& means) {
  double sum = 0.0;
  for (std::size_t i = 0; i < means.size(); ++i) {
    const double y = data.counts[i];
    sum += 2.0 * weights[i] * ((y > 0.0 ? y * std::log(y / means[i]) : 0.0) - (y - means[i]));
  }
  return sum;
}

void set_means(const Reference& data, Fit& fit) {
  for (std::size_t i = 0; i < fit.means.size(); ++i) {
    fit.means[i] = std::exp(fit.constant + fit.slope * data.years[i] + data.offsets[i]);
  }
}

// Sums of the two-column normal equations about the weighted mean time: nothing cancels.
struct Information {
  double weight = 0.0;
  double centre = 0.0;
  double spread = 0.0;
};

Information information(const Reference& data, const std::vector<double>& weights, const std::vector<double>& means,
                        bool trend) {
  Information made;
  for (std::size_t i = 0; i < means.size(); ++i) made.weight += weights[i] * means[i];
  if (!trend) return made;
  for (std::size_t i = 0; i < means.size(); ++i) made.centre += weights[i] * means[i] * data.years[i];
  made.centre /= made.weight;
  for (std::size_t i = 0; i < means.size(); ++i) {
    made.spread += weights[i] * means[i] * (data.years[i] - made.centre) * (data.years[i] - made.centre);
  }
  return made;
}

// Newton's method (the canonical link makes it scoring), halving steps that do not lower the deviance. At least one
// event.
Fit fitted(const Reference& data, const std::vector<double>& weights, bool trend) {
  constexpr int most_steps = 60;
  const std::size_t count = data.counts.size();
  Fit fit;
  fit.means.resize(count);
  double events = 0.0;
  double exposure = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    events += weights[i] * data.counts[i];
    exposure += weights[i] * std::exp(data.offsets[i]);
  }
  fit.constant = std::log(events / exposure);  // the answer already, when there is no trend
  set_means(data, fit);
  double now = deviance(data, weights, fit.means);
  for (int step = 0; step < most_steps && trend && !fit.converged; ++step) {
    const Information made = information(data, weights, fit.means, true);
    if (!(made.spread > 0.0)) return fit;
    double score = 0.0;
    double score_of_slope = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double residual = weights[i] * (data.counts[i] - fit.means[i]);
      score += residual;
      score_of_slope += residual * (data.years[i] - made.centre);
    }
    const double slope_step = score_of_slope / made.spread;
    const double constant_step = score / made.weight - slope_step * made.centre;
    if (!std::isfinite(slope_step) || !std::isfinite(constant_step)) return fit;
    const Fit before = fit;
    double size = 1.0;
    for (int halving = 0; halving < 30; ++halving, size *= 0.5) {
      fit.constant = before.constant + size * constant_step;
      fit.slope = before.slope + size * slope_step;
      set_means(data, fit);
      if (deviance(data, weights, fit.means) <= now + 1e-12 * (now + 1.0)) break;
    }
    now = deviance(data, weights, fit.means);
    // The Newton decrement: what the deviance can still fall by, in units of one standard error squared.
    fit.converged = score_of_slope * slope_step + score * score / made.weight < 1e-22 * std::max(1.0, made.weight);
    // A slope that runs away has no finite maximum.
    if (std::abs(fit.slope) > 500.0) return fit;
  }
  if (!trend) fit.converged = true;
  if (!fit.converged) return fit;
  const Information made = information(data, weights, fit.means, trend);
  fit.slope_variance = trend ? 1.0 / made.spread : 0.0;
  fit.constant_variance = 1.0 / made.weight + fit.slope_variance * made.centre * made.centre;
  fit.leverages.resize(count);
  double squares = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const double apart = data.years[i] - made.centre;
    fit.leverages[i] = weights[i] * fit.means[i] * (1.0 / made.weight + fit.slope_variance * apart * apart);
    squares += weights[i] * (data.counts[i] - fit.means[i]) * (data.counts[i] - fit.means[i]) / fit.means[i];
  }
  fit.dispersion = squares / (static_cast<double>(count) - (trend ? 2.0 : 1.0));
  return fit;
}

// Weights that draw in past outbreaks and sum to the number of values.
std::vector<double> outbreak_weights(const Reference& data, const Fit& fit, double threshold) {
  std::vector<double> weights(data.counts.size(), 1.0);
  double total = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double mean = fit.means[i];
    const double free = fit.overdispersion() * (1.0 - fit.leverages[i]);
    const double residual =
        1.5 * (std::cbrt(data.counts[i] * data.counts[i]) / std::pow(mean, 1.0 / 6.0) - std::sqrt(mean));
    // A value that fixes its own fit has no residual.
    const double standardised = free > 1e-10 ? residual / std::sqrt(free) : 0.0;
    if (standardised > threshold) weights[i] = 1.0 / (standardised * standardised);
    total += weights[i];
  }
  const double scale = static_cast<double>(weights.size()) / total;
  for (double& weight : weights) weight *= scale;
  return weights;
}

Fit reweighted(const Reference& data, bool trend, const OutbreakOptions& options) {
  const Fit first = fitted(data, std::vector<double>(data.counts.size(), 1.0), trend);
  if (!options.reweight || !first.converged) return first;
  return fitted(data, outbreak_weights(data, first, options.residual_threshold), trend);
}

// Whether a trend is to be kept: three years, significant, and its forecast within what was seen.
bool keeps_trend(const Reference& data, const Fit& fit, double offset, const OutbreakOptions& options) {
  if (!fit.converged || options.years < 3) return false;
  const double freedom = static_cast<double>(data.counts.size()) - 2.0;
  const double t = std::abs(fit.slope) / std::sqrt(fit.dispersion * fit.slope_variance);
  const double largest = *std::max_element(data.counts.begin(), data.counts.end());
  return 2.0 * student_t_sf(t, freedom) < options.trend_significance && std::exp(fit.constant + offset) <= largest;
}

// Probability of at most this count, with variance overdispersion * mean.
double count_cdf(double count, double mean, double overdispersion) {
  if (overdispersion <= 1.0) return poisson_cdf(count, mean);
  return beta_cdf(1.0 / overdispersion, mean / (overdispersion - 1.0), count + 1.0);
}

// Smallest count with at least this probability of no more.
double count_quantile(double level, double mean, double overdispersion) {
  double low = -1.0;  // below the level
  double high = std::ceil(mean + 4.0 * std::sqrt(overdispersion * mean)) + 1.0;
  while (count_cdf(high, mean, overdispersion) < level) {
    low = high;
    high *= 2.0;
    if (high > 1e18) return undefined;
  }
  while (high - low > 1.0) {
    const double middle = std::floor(0.5 * (low + high));
    if (middle <= low || middle >= high) break;  // counts beyond 2^53 are no longer told apart
    (count_cdf(middle, mean, overdispersion) < level ? low : high) = middle;
  }
  return high;
}

double limit_of(double mean, double overdispersion, double log_mean_variance, const OutbreakOptions& options) {
  if (options.method == OutbreakMethod::negative_binomial) return count_quantile(options.level, mean, overdispersion);
  const double spread = overdispersion + mean * log_mean_variance;
  const double error = std::sqrt(4.0 / 9.0 * std::cbrt(mean) * spread);
  return std::pow(std::cbrt(mean * mean) + normal_quantile(options.level) * error, 1.5);
}

void check_outbreak(std::span<const double> counts, std::span<const double> exposures, const OutbreakOptions& options) {
  if (!exposures.empty()) check_same_length(self, counts.size(), exposures.size(), "counts and exposures");
  if (std::any_of(counts.begin(), counts.end(),
                  [](double y) { return y < 0.0 || y != std::floor(y) ? !std::isnan(y) : false; })) {
    refuse(self, "counts must be whole numbers and not below 0; a missing one is NaN");
  }
  if (std::any_of(exposures.begin(), exposures.end(), [](double e) { return e < 0.0; }))
    refuse(self, "exposures must not be below 0");
  constexpr std::int64_t most = 1'000'000;
  if (options.period < 1 || options.period > most) refuse(self, "period is a number of values a year, such as 52");
  if (options.years < 1 || options.years > most) refuse(self, "years must be at least 1");
  if (options.half_window < 0 || 2 * std::min(options.half_window, most) >= options.period) {
    refuse(self, "half_window must not be below 0 and its two sides must be shorter than a period");
  }
  if (!(options.level > 0.5 && options.level < 1.0)) refuse(self, "level must lie between 0.5 and 1, such as 0.995");
  if (!(options.trend_significance > 0.0 && options.trend_significance <= 1.0))
    refuse(self, "trend_significance must lie above 0 and be at most 1");
  if (!(options.residual_threshold > 0.0)) refuse(self, "residual_threshold must be above 0, such as 2.58");
  if (options.least_reference < 3) refuse(self, "least_reference must be at least 3: two parameters and a spread");
  if (options.least_events < 0 || options.recent < 1)
    refuse(self, "least_events must not be below 0 and recent be at least 1");
}

bool is_seen(double count, double exposure) { return !std::isnan(count) && exposure > 0.0; }

}  // namespace

OutbreakLimits outbreak_limits(std::span<const double> counts, std::span<const double> exposures,
                               const OutbreakOptions& options) {
  check_outbreak(counts, exposures, options);
  const std::size_t moments = counts.size();
  const auto exposure_at = [&](std::size_t i) { return exposures.empty() ? 1.0 : exposures[i]; };
  OutbreakLimits made;
  for (auto* part : {&made.expected, &made.limit, &made.exceedance, &made.overdispersion, &made.trend})
    part->assign(moments, undefined);
  made.reference.assign(moments, 0);
  made.statuses.assign(moments, Status::not_enough_data);
  bool infinite = false;
  for (std::size_t i = 0; i < moments; ++i) {
    infinite = infinite || std::isinf(counts[i]) || std::isinf(exposure_at(i));
    made.count += is_seen(counts[i], exposure_at(i)) ? 1 : 0;
  }
  made.missing = static_cast<std::int64_t>(moments) - made.count;
  if (infinite) {
    made.statuses.assign(moments, Status::not_finite);
    made.status = Status::not_finite;
    return made;
  }
  for (std::size_t now = 0; now < moments; ++now) {
    Reference data;
    double events = 0.0;
    for (std::int64_t year = std::min(options.years, static_cast<std::int64_t>(now) / options.period + 1); year > 0;
         --year) {
      for (std::int64_t side = -options.half_window; side <= options.half_window; ++side) {
        const std::int64_t back = options.period * year - side;
        if (back > static_cast<std::int64_t>(now)) continue;
        const std::size_t at = now - static_cast<std::size_t>(back);
        if (!is_seen(counts[at], exposure_at(at))) continue;
        data.counts.push_back(counts[at]);
        data.years.push_back(-static_cast<double>(back) / static_cast<double>(options.period));
        data.offsets.push_back(std::log(exposure_at(at)));
        events += counts[at];
      }
    }
    made.reference[now] = static_cast<std::int64_t>(data.counts.size());
    if (made.reference[now] < options.least_reference || !(exposure_at(now) > 0.0)) continue;
    if (events == 0.0) {
      made.expected[now] = 0.0;
      made.statuses[now] = Status::boundary;
      continue;
    }
    const double offset = std::log(exposure_at(now));
    Fit fit;
    bool with_trend = options.trend;
    if (with_trend) {
      fit = reweighted(data, true, options);
      with_trend = keeps_trend(data, fit, offset, options);
    }
    if (!with_trend) fit = reweighted(data, false, options);
    const double expected = std::exp(fit.constant + offset);
    const double overdispersion = fit.overdispersion();
    const double limit = limit_of(expected, overdispersion, overdispersion * fit.constant_variance, options);
    if (!fit.converged || !std::isfinite(expected) || !std::isfinite(limit)) {
      made.statuses[now] = Status::not_converged;
      continue;
    }
    made.expected[now] = expected;
    made.overdispersion[now] = overdispersion;
    made.trend[now] = fit.slope;
    made.limit[now] = limit;
    made.statuses[now] = made.status = Status::ok;
    if (std::isnan(counts[now])) continue;
    if (limit != expected) made.exceedance[now] = (counts[now] - expected) / (limit - expected);
    double recent = 0.0;
    for (std::size_t i = now + 1; i-- > 0 && static_cast<std::int64_t>(now - i) < options.recent;) {
      if (is_seen(counts[i], exposure_at(i))) recent += counts[i];
    }
    if (counts[now] > limit && recent >= static_cast<double>(options.least_events))
      made.alarms.push_back(static_cast<std::int64_t>(now));
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
