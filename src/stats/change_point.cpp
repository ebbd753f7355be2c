// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/change_point.hpp>

#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "arguments.hpp"

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double impossible = -std::numeric_limits<double>::infinity();

// Up to here a ratio of gamma functions is a product, exact to a few roundings; beyond, a difference of logarithms.
constexpr double most_factors = 64.0;

bool is_count(double x) { return std::isnan(x) || (x >= 0.0 && x == std::floor(x)); }

bool is_parameter(double x) { return x > 0.0 && std::isfinite(x); }

void check_options(std::string_view function, const ChangePointOptions& options) {
  if (!(options.hazard > 0.0 && options.hazard < 1.0))
    refuse(function, "hazard must lie between 0 and 1, such as 0.01");
  if (options.recent < 1) refuse(function, "recent is a number of observations, at least 1");
}

void check_counts(std::string_view function, std::span<const double> counts, std::string_view name) {
  if (!std::all_of(counts.begin(), counts.end(), is_count)) {
    refuse(function, std::string(name) + " must be whole numbers and not below 0; a missing one is NaN");
  }
}

// log of (a)_x / x!: choose with repetition, for a whole x.
double log_rising_over_factorial(double a, double x) {
  if (x == 0.0) return 0.0;
  if (x > most_factors || a > 1e4) return -log_beta(a, x) - std::log(x);
  double product = 1.0;
  for (double i = 0.0; i < x; i += 1.0) product *= (a + i) / (i + 1.0);
  return std::log(product);
}

// Each model: what a segment has seen, the log predictive of one more observation, the update, and the level.
struct BinomialModel {
  struct Observation {
    double events, trials;
  };
  double events, non_events;

  [[nodiscard]] double log_predictive(const Observation& seen) const {
    const double others = seen.trials - seen.events;
    if (seen.trials > most_factors) {
      // n! / (x! (n - x)!) = 1 / ((n + 1) B(x + 1, n - x + 1)).
      return log_beta(events + seen.events, non_events + others) - log_beta(events, non_events) -
             log_beta(seen.events + 1.0, others + 1.0) - std::log(seen.trials + 1.0);
    }
    double product = 1.0;
    for (double i = 0.0; i < seen.events; i += 1.0)
      product *= (events + i) / (events + non_events + i) * ((others + i + 1.0) / (i + 1.0));
    for (double i = 0.0; i < others; i += 1.0) product *= (non_events + i) / (events + non_events + seen.events + i);
    return std::log(product);
  }
  void add(const Observation& seen) {
    events += seen.events;
    non_events += seen.trials - seen.events;
  }
  [[nodiscard]] double level() const { return events / (events + non_events); }
};

struct PoissonModel {
  struct Observation {
    double count, exposure;
  };
  double shape, rate;

  [[nodiscard]] double log_predictive(const Observation& seen) const {
    const double share = seen.exposure / (rate + seen.exposure);
    const double events = seen.count == 0.0 ? 0.0 : seen.count * std::log(share);
    return log_rising_over_factorial(shape, seen.count) - shape * std::log1p(seen.exposure / rate) + events;
  }
  void add(const Observation& seen) {
    shape += seen.count;
    rate += seen.exposure;
  }
  [[nodiscard]] double level() const { return shape / rate; }
};

struct NormalModel {
  using Observation = double;
  double mean, strength, shape, scale;

  [[nodiscard]] double log_predictive(double seen) const {
    // Student's t of 2 shape degrees of freedom; its gamma functions as one beta function, which does not cancel.
    const double spread = 2.0 * scale * (strength + 1.0) / strength;
    const double apart = seen - mean;
    return -log_beta(shape, 0.5) - 0.5 * std::log(spread) - (shape + 0.5) * std::log1p(apart * apart / spread);
  }
  void add(double seen) {
    const double apart = seen - mean;
    scale += 0.5 * strength / (strength + 1.0) * apart * apart;
    mean += apart / (strength + 1.0);
    strength += 1.0;
    shape += 0.5;
  }
  [[nodiscard]] double level() const { return mean; }
};

double log_of_sum(const std::vector<double>& terms) {
  const double largest = *std::max_element(terms.begin(), terms.end());
  if (largest == impossible || std::isnan(largest)) return largest;
  double sum = 0.0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum);
}

// Position r - 1 of `log_share` is the log probability of run length r, of `runs` what that run has seen.
template <class Model>
ChangePoints change_points(const std::vector<typename Model::Observation>& observed, const std::vector<bool>& seen,
                           const Model& prior, const ChangePointOptions& options) {
  ChangePoints made;
  const std::size_t moments = seen.size();
  made.run_length.reserve(moments);
  made.change_probability.reserve(moments);
  made.level.reserve(moments);
  made.predictive_mean.reserve(moments);
  const double log_change = std::log(options.hazard);
  const double log_stay = std::log1p(-options.hazard);
  std::vector<Model> runs;
  std::vector<double> log_share;
  std::int64_t longest = 0;
  double recent = 0.0;
  double level = prior.level();
  double predictive = level;
  made.log_evidence = 0.0;
  for (std::size_t t = 0; t < moments; ++t) {
    if (seen[t]) {
      std::vector<double> grown;
      std::vector<Model> longer;
      grown.reserve(runs.size() + 1);
      longer.reserve(runs.size() + 1);
      // The shares sum to 1, so a change before this observation has the hazard's probability whatever came before.
      grown.push_back((runs.empty() ? 0.0 : log_change) + prior.log_predictive(observed[t]));
      longer.push_back(prior);
      for (std::size_t r = 0; r < runs.size(); ++r) {
        grown.push_back(log_stay + log_share[r] + runs[r].log_predictive(observed[t]));
        longer.push_back(runs[r]);
      }
      for (Model& run : longer) run.add(observed[t]);
      const double total = log_of_sum(grown);
      made.log_evidence += total;
      for (double& share : grown) share -= total;
      log_share = std::move(grown);
      runs = std::move(longer);
      ++made.count;
      longest = 0;
      recent = level = 0.0;
      double most = impossible;
      for (std::size_t r = 0; r < runs.size(); ++r) {
        const double share = std::exp(log_share[r]);
        level += share * runs[r].level();
        if (static_cast<std::int64_t>(r) < options.recent && r + 1 < runs.size()) recent += share;
        if (log_share[r] >= most) {
          most = log_share[r];
          longest = static_cast<std::int64_t>(r) + 1;
        }
      }
      recent = std::min(recent, 1.0);
      predictive = options.hazard * prior.level() + (1.0 - options.hazard) * level;
    } else {
      ++made.missing;
    }
    made.run_length.push_back(longest);
    made.change_probability.push_back(recent);
    made.level.push_back(level);
    made.predictive_mean.push_back(predictive);
  }
  for (const double share : log_share) made.run_length_probability.push_back(std::exp(share));
  made.status = made.count > 0 ? Status::ok : Status::not_enough_data;
  return made;
}

ChangePoints not_finite(std::size_t moments, std::int64_t missing) {
  ChangePoints made;
  made.run_length.assign(moments, 0);
  made.change_probability.assign(moments, undefined);
  made.level.assign(moments, undefined);
  made.predictive_mean.assign(moments, undefined);
  made.missing = missing;
  made.count = static_cast<std::int64_t>(moments) - missing;
  made.status = Status::not_finite;
  return made;
}

bool any_infinite(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double x) { return std::isinf(x); });
}

// Which moments have an observation: a value, and something that it is out of.
std::vector<bool> observed_moments(std::span<const double> values, std::span<const double> sizes) {
  std::vector<bool> seen(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) seen[i] = !std::isnan(values[i]) && (sizes.empty() || sizes[i] > 0.0);
  return seen;
}

}  // namespace

ChangePoints binomial_change_points(std::span<const double> events, std::span<const double> trials,
                                    const BetaPrior& prior, const ChangePointOptions& options) {
  constexpr std::string_view self = "binomial_change_points";
  check_options(self, options);
  if (!is_parameter(prior.events) || !is_parameter(prior.non_events))
    refuse(self, "the prior's counts must be above 0 and finite");
  if (!trials.empty()) check_same_length(self, events.size(), trials.size(), "events and trials");
  check_counts(self, events, "events");
  check_counts(self, trials, "trials");
  const std::vector<bool> seen = observed_moments(events, trials);
  const bool infinite = any_infinite(events) || any_infinite(trials);
  std::vector<BinomialModel::Observation> observed(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    observed[i] = {events[i], trials.empty() ? 1.0 : trials[i]};
    if (!infinite && observed[i].events > observed[i].trials)
      refuse(self, "events must not exceed trials, which are 1 when not given");
  }
  if (infinite) return not_finite(events.size(), std::count(seen.begin(), seen.end(), false));
  return change_points<BinomialModel>(observed, seen, {prior.events, prior.non_events}, options);
}

ChangePoints poisson_change_points(std::span<const double> counts, std::span<const double> exposures,
                                   const GammaPrior& prior, const ChangePointOptions& options) {
  constexpr std::string_view self = "poisson_change_points";
  check_options(self, options);
  if (!is_parameter(prior.shape) || !is_parameter(prior.rate))
    refuse(self, "the prior's shape and rate must be above 0 and finite");
  if (!exposures.empty()) check_same_length(self, counts.size(), exposures.size(), "counts and exposures");
  check_counts(self, counts, "counts");
  if (std::any_of(exposures.begin(), exposures.end(), [](double x) { return x < 0.0; }))
    refuse(self, "exposures must not be below 0");
  const std::vector<bool> seen = observed_moments(counts, exposures);
  if (any_infinite(counts) || any_infinite(exposures))
    return not_finite(counts.size(), std::count(seen.begin(), seen.end(), false));
  std::vector<PoissonModel::Observation> observed(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    observed[i] = {counts[i], exposures.empty() ? 1.0 : exposures[i]};
    if (!exposures.empty() && exposures[i] == 0.0 && counts[i] > 0.0)
      refuse(self, "a count above 0 needs an exposure above 0");
  }
  return change_points<PoissonModel>(observed, seen, {prior.shape, prior.rate}, options);
}

ChangePoints normal_change_points(std::span<const double> values, const NormalPrior& prior,
                                  const ChangePointOptions& options) {
  constexpr std::string_view self = "normal_change_points";
  check_options(self, options);
  if (!std::isfinite(prior.mean) || !is_parameter(prior.strength) || !is_parameter(prior.shape) ||
      !is_parameter(prior.scale)) {
    refuse(self, "the prior's mean must be finite, its strength, shape and scale above 0 and finite");
  }
  const std::vector<bool> seen = observed_moments(values, {});
  constexpr double too_large = 1e150;  // whose square, summed, leaves the range of a double
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::abs(x) > too_large; })) {
    return not_finite(values.size(), std::count(seen.begin(), seen.end(), false));
  }
  const std::vector<double> observed(values.begin(), values.end());
  return change_points<NormalModel>(observed, seen, {prior.mean, prior.strength, prior.shape, prior.scale}, options);
}

}  // namespace childwell::inline v0_1::stats
