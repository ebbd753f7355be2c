// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/gamma_poisson.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "group_posteriors.hpp"
#include "profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

struct Counts {
  std::vector<double> events;
  std::vector<double> exposures;
  std::int64_t missing = 0;
  bool finite = true;
};

constexpr double most_events = 1e7;  // likelihoods are sums over events

void check_counts(std::string_view function, double events, double exposure) {
  if (events < 0.0 || exposure < 0.0 || std::floor(events) != events) {
    refuse(function, "events must be whole numbers and exposures numbers, both not below 0");
  }
  if (std::isfinite(events) && events > most_events) refuse(function, "events must be at most 10,000,000");
  if (exposure == 0.0 && events > 0.0) refuse(function, "a group without exposure can have no events");
}

Counts admitted(std::string_view function, std::span<const double> events, std::span<const double> exposures) {
  check_same_length(function, events.size(), exposures.size(), "events and exposures");
  Counts counts;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::isnan(events[i]) || std::isnan(exposures[i])) {
      ++counts.missing;
      continue;
    }
    if (std::isinf(events[i]) || std::isinf(exposures[i])) {
      counts.finite = false;
      continue;
    }
    check_counts(function, events[i], exposures[i]);
    if (exposures[i] == 0.0) continue;
    counts.events.push_back(events[i]);
    counts.exposures.push_back(exposures[i]);
  }
  return counts;
}

// (log(1 + t) - t / (1 + t)) / t^2, which is 1/2 at 0.
double first_rest(double t) {
  if (t > 0.05) return (std::log1p(t) - t / (1.0 + t)) / (t * t);
  double sum = 0.0;
  double power = 1.0;
  for (int k = 2; k < 20; ++k) {
    sum += power * static_cast<double>(k - 1) / static_cast<double>(k);
    power *= -t;
  }
  return sum;
}

// (-2 log(1 + t) + 2 t / (1 + t) + t^2 / (1 + t)^2) / t^3, which is -2/3 at 0.
double second_rest(double t) {
  if (t > 0.1) {
    const double share = t / (1.0 + t);
    return (-2.0 * std::log1p(t) + 2.0 * share + share * share) / (t * t * t);
  }
  double sum = 0.0;
  double power = -1.0;
  for (int k = 3; k < 26; ++k) {
    sum += power * (static_cast<double>(k - 3) + 2.0 / static_cast<double>(k));
    power *= -t;
  }
  return sum;
}

// The likelihood of rate m and dispersion d: sum over groups of
// sum of log(1 + j d) for j below y, - (y + 1 / d) log(1 + d mu) + y log mu - log y!, with mu = m exposure.
class Likelihood {
 public:
  explicit Likelihood(const Counts& counts) : counts_(counts), runs_(reaches(counts.events)) {
    ways_ = chunked_sum(counts.events.size(), [&](std::size_t i) { return -log_gamma(counts.events[i] + 1.0); });
  }

  [[nodiscard]] double value(double m, double d) const {
    return ways_ + over_counts([=](double j) { return std::log1p(j * d); }) + over_groups([=](double y, double mu) {
             const double t = d * mu;
             const double spread = d == 0.0 ? mu : std::log1p(t) / d;
             return y * (std::log(mu) - std::log1p(t)) - spread;
           }, m);
  }

  [[nodiscard]] double dispersion_score(double m, double d) const {
    return over_counts([=](double j) { return j / (1.0 + j * d); }) + over_groups([=](double y, double mu) {
             const double t = d * mu;
             return mu * mu * first_rest(t) - y * mu / (1.0 + t);
           }, m);
  }

  struct Information {
    double log_mean = 0.0;
    double cross = 0.0;
    double dispersion = 0.0;
  };

  [[nodiscard]] Information information(double m, double d) const {
    Information made;
    made.log_mean = slope(m, d);
    made.cross = over_groups([=](double y, double mu) {
      const double t = 1.0 + d * mu;
      return (y - mu) * mu / (t * t);
    }, m);
    made.dispersion = over_counts([=](double j) { return (j / (1.0 + j * d)) * (j / (1.0 + j * d)); }) -
                      over_groups([=](double y, double mu) {
                        const double t = d * mu;
                        return mu * mu * mu * second_rest(t) + y * (mu / (1.0 + t)) * (mu / (1.0 + t));
                      }, m);
    return made;
  }

  // The rate at which the likelihood of a given dispersion is highest: it is concave in the logarithm of the rate.
  [[nodiscard]] double best_mean(double d, double start) const {
    double low = 0.0;
    double high = std::numeric_limits<double>::infinity();
    double m = start;
    for (int step = 0; step < 200; ++step) {
      const double score = over_groups([=](double y, double mu) { return (y - mu) / (1.0 + d * mu); }, m);
      if (score == 0.0) break;
      (score > 0.0 ? low : high) = m;
      const double move = std::clamp(score / slope(m, d), -2.0, 2.0);
      double next = m * std::exp(move);
      if (!(next > low && next < high)) next = low == 0.0 ? 0.5 * high : (std::isinf(high) ? 2.0 * low : 0.5 * (low + high));
      const bool last = std::abs(next - m) <= 0x1p-52 * m;
      m = next;
      if (last) break;
    }
    return m;
  }

 private:
  [[nodiscard]] double slope(double m, double d) const {
    return over_groups([=](double y, double mu) {
      const double t = 1.0 + d * mu;
      return mu * (1.0 + d * y) / (t * t);
    }, m);
  }

  template <class Term>
  double over_counts(Term term) const {
    double total = 0.0;
    for (const Reach& run : runs_) {
      const auto terms = static_cast<std::size_t>(run.last - run.first);
      total += run.count * chunked_sum(terms, [&](std::size_t i) { return term(run.first + static_cast<double>(i)); });
    }
    return total;
  }

  template <class Term>
  double over_groups(Term term, double m) const {
    return chunked_sum(counts_.events.size(),
                       [&](std::size_t i) { return term(counts_.events[i], m * counts_.exposures[i]); });
  }

  const Counts& counts_;
  std::vector<Reach> runs_;
  double ways_ = 0.0;
};

}  // namespace

GammaPoissonFit fit_gamma_poisson(std::span<const double> events, std::span<const double> exposures) {
  const Counts counts = admitted("fit_gamma_poisson", events, exposures);
  GammaPoissonFit fit;
  fit.count = static_cast<std::int64_t>(counts.events.size());
  fit.missing = counts.missing;
  if (!counts.finite) {
    fit.status = Status::not_finite;
    return fit;
  }
  if (fit.count == 0) return fit;
  const double all_events = chunked_sum(counts.events);
  const double pooled = all_events / chunked_sum(counts.exposures);
  if (all_events == 0.0) {
    fit.mean = 0.0;
    fit.log_likelihood = 0.0;
    fit.status = Status::boundary;
    return fit;
  }
  const Likelihood likelihood(counts);
  const double rise = likelihood.dispersion_score(pooled, 0.0);
  double dispersion = 0.0;
  double mean = pooled;
  double best = likelihood.value(pooled, 0.0);
  double start = pooled;
  const auto score = [&](double d) {
    start = likelihood.best_mean(d, start);
    return likelihood.dispersion_score(start, d);
  };
  for (const double d : profile_maxima(score, rise)) {
    const double m = likelihood.best_mean(d, pooled);
    const double reached = likelihood.value(m, d);
    if (reached > best) {
      dispersion = d;
      mean = m;
      best = reached;
    }
  }
  if (dispersion == 0.0 && rise > 1e-9 * all_events) {
    fit.status = Status::not_converged;
    return fit;
  }
  fit.mean = mean;
  fit.dispersion = dispersion;
  fit.shape = 1.0 / dispersion;
  fit.rate = fit.shape / mean;
  fit.log_likelihood = best;
  if (dispersion == 0.0) {
    fit.mean_standard_error = pooled / std::sqrt(all_events);
    fit.status = Status::boundary;
    return fit;
  }
  const auto information = likelihood.information(mean, dispersion);
  const double determinant = information.log_mean * information.dispersion - information.cross * information.cross;
  if (determinant > 0.0) {
    fit.mean_standard_error = mean * std::sqrt(information.dispersion / determinant);
    fit.dispersion_standard_error = std::sqrt(information.log_mean / determinant);
  }
  fit.status = Status::ok;
  return fit;
}

GroupPosteriors gamma_poisson_posterior(std::span<const double> events, std::span<const double> exposures,
                                        const GammaPoissonFit& fit, double level) {
  constexpr std::string_view function = "gamma_poisson_posterior";
  check_same_length(function, events.size(), exposures.size(), "events and exposures");
  const bool defined = !std::isnan(fit.dispersion) && !std::isnan(fit.mean);
  const auto fill = [&](GroupPosteriors& made, std::size_t i, double tail) {
    if (fit.dispersion == 0.0) {
      made.shrinkage[i] = 1.0;
      made.mean[i] = made.lower[i] = made.upper[i] = fit.mean;
      return;
    }
    const double shape = events[i] + fit.shape;
    const double rate = exposures[i] + fit.rate;
    made.shrinkage[i] = fit.rate / rate;
    made.mean[i] = shape / rate;
    made.lower[i] = gamma_quantile(tail, shape, rate);
    made.upper[i] = gamma_quantile(1.0 - tail, shape, rate);
  };
  return group_posteriors(function, events, exposures, level, fit.status, defined, check_counts, fill);
}

DispersionTest poisson_dispersion(std::span<const double> events, std::span<const double> exposures) {
  const Counts counts = admitted("poisson_dispersion", events, exposures);
  DispersionTest made;
  made.count = static_cast<std::int64_t>(counts.events.size());
  made.missing = counts.missing;
  if (!counts.finite) {
    made.status = Status::not_finite;
    return made;
  }
  if (made.count < 2) return made;
  const double pooled = chunked_sum(counts.events) / chunked_sum(counts.exposures);
  made.degrees_of_freedom = static_cast<double>(made.count - 1);
  if (pooled == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  made.statistic = chunked_sum(counts.events.size(), [&](std::size_t i) {
    const double expected = counts.exposures[i] * pooled;
    return (counts.events[i] - expected) * (counts.events[i] - expected) / expected;
  });
  made.dispersion = made.statistic / made.degrees_of_freedom;
  made.p_value = chi_squared_sf(made.statistic, made.degrees_of_freedom);
  made.status = std::isfinite(made.statistic) ? Status::ok : Status::not_finite;
  return made;
}

}  // namespace childwell::inline v0_1::stats
