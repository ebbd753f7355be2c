// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/beta_binomial.hpp>

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
  std::vector<double> trials;
  std::int64_t missing = 0;
  bool finite = true;
};

constexpr double most_trials = 1e7;  // likelihoods are sums over trials

void check_counts(std::string_view function, double events, double trials) {
  if (events < 0.0 || trials < 0.0 || events > trials || std::floor(events) != events || std::floor(trials) != trials) {
    refuse(function, "events and trials must be whole numbers with 0 <= events <= trials");
  }
  if (std::isfinite(trials) && trials > most_trials) refuse(function, "trials must be at most 10,000,000");
}

// Groups with trials and no missing count.
Counts admitted(std::string_view function, std::span<const double> events, std::span<const double> trials) {
  check_same_length(function, events.size(), trials.size(), "events and trials");
  Counts counts;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::isnan(events[i]) || std::isnan(trials[i])) {
      ++counts.missing;
      continue;
    }
    if (std::isinf(events[i]) || std::isinf(trials[i])) {
      counts.finite = false;
      continue;
    }
    check_counts(function, events[i], trials[i]);
    if (trials[i] == 0.0) continue;
    counts.events.push_back(events[i]);
    counts.trials.push_back(trials[i]);
  }
  return counts;
}

// The likelihood of mean m and spread t = rho / (1 - rho):
// sum of A_i log(m + i t) + B_i log(1 - m + i t) - C_i log(1 + i t), where A_i groups have more than i events, B_i more
// than i other trials and C_i more than i trials. It needs no gamma function and holds at t = 0.
class Likelihood {
 public:
  explicit Likelihood(const Counts& counts) {
    std::vector<double> others(counts.events.size());
    for (std::size_t i = 0; i < others.size(); ++i) others[i] = counts.trials[i] - counts.events[i];
    ways_ = chunked_sum(others.size(), [&](std::size_t i) {
      return -log_beta(counts.events[i] + 1.0, others[i] + 1.0) - std::log1p(counts.trials[i]);
    });
    events_ = reaches(counts.events);
    others_ = reaches(others);
    trials_ = reaches(counts.trials);
  }

  [[nodiscard]] double value(double m, double t) const {
    return ways_ + over(events_, [=](double i) { return std::log(m + i * t); }) +
           over(others_, [=](double i) { return m < 0.5 && i == 0.0 ? std::log1p(-m) : std::log((1.0 - m) + i * t); }) -
           over(trials_, [=](double i) { return std::log1p(i * t); });
  }

  [[nodiscard]] double spread_score(double m, double t) const {
    return over(events_, [=](double i) { return i / (m + i * t); }) +
           over(others_, [=](double i) { return i / ((1.0 - m) + i * t); }) -
           over(trials_, [=](double i) { return i / (1.0 + i * t); });
  }

  struct Information {
    double mean = 0.0;
    double cross = 0.0;
    double spread = 0.0;
  };

  [[nodiscard]] Information information(double m, double t) const {
    const auto square = [](double x) { return x * x; };
    Information made;
    made.mean = over(events_, [=](double i) { return 1.0 / square(m + i * t); }) +
                over(others_, [=](double i) { return 1.0 / square((1.0 - m) + i * t); });
    made.cross = over(events_, [=](double i) { return i / square(m + i * t); }) -
                 over(others_, [=](double i) { return i / square((1.0 - m) + i * t); });
    made.spread = over(events_, [=](double i) { return square(i / (m + i * t)); }) +
                  over(others_, [=](double i) { return square(i / ((1.0 - m) + i * t)); }) -
                  over(trials_, [=](double i) { return square(i / (1.0 + i * t)); });
    return made;
  }

  // The mean at which the likelihood of a given spread is highest: it is concave in the mean. Newton's steps, kept
  // between the ends that the signs of the score leave.
  [[nodiscard]] double best_mean(double t, double start) const {
    double low = 0.0;
    double high = 1.0;
    double m = start;
    for (int step = 0; step < 200; ++step) {
      const double score = over(events_, [=](double i) { return 1.0 / (m + i * t); }) -
                           over(others_, [=](double i) { return 1.0 / ((1.0 - m) + i * t); });
      if (score == 0.0) break;
      (score > 0.0 ? low : high) = m;
      // In the logit, where steps towards an edge stay inside.
      const double slope = information(m, t).mean;
      const double width = m * (1.0 - m);
      const double curvature = slope * width * width - score * width * (1.0 - 2.0 * m);
      double next = curvature > 0.0 ? expit(logit(m) + score * width / curvature) : 0.5 * (low + high);
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      const double move = std::abs(next - m);
      m = next;
      if (move <= 0x1p-52 * std::min(m, 1.0 - m)) break;
    }
    return m;
  }

 private:
  template <class Term>
  static double over(const std::vector<Reach>& runs, Term term) {
    double total = 0.0;
    for (const Reach& run : runs) {
      const auto terms = static_cast<std::size_t>(run.last - run.first);
      total += run.count * chunked_sum(terms, [&](std::size_t i) { return term(run.first + static_cast<double>(i)); });
    }
    return total;
  }

  std::vector<Reach> events_;
  std::vector<Reach> others_;
  std::vector<Reach> trials_;
  double ways_ = 0.0;
};

}  // namespace

std::vector<Reach> reaches(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::vector<Reach> runs;
  double reached = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == reached) continue;
    runs.push_back({reached, values[i], static_cast<double>(values.size() - i)});
    reached = values[i];
  }
  return runs;
}

BetaBinomialFit fit_beta_binomial(std::span<const double> events, std::span<const double> trials) {
  const Counts counts = admitted("fit_beta_binomial", events, trials);
  BetaBinomialFit fit;
  fit.count = static_cast<std::int64_t>(counts.events.size());
  fit.missing = counts.missing;
  if (!counts.finite) {
    fit.status = Status::not_finite;
    return fit;
  }
  if (fit.count == 0) return fit;
  const double all_events = chunked_sum(counts.events);
  const double all_trials = chunked_sum(counts.trials);
  const double pooled = all_events / all_trials;
  if (all_events == 0.0 || all_events == all_trials) {
    fit.mean = pooled;
    fit.log_likelihood = 0.0;
    fit.status = Status::boundary;
    return fit;
  }
  const Likelihood likelihood(counts);
  const double binomial_error = std::sqrt(pooled * (1.0 - pooled) / all_trials);
  if (*std::max_element(counts.trials.begin(), counts.trials.end()) == 1.0) {
    fit.mean = pooled;
    fit.mean_standard_error = binomial_error;
    fit.log_likelihood = likelihood.value(pooled, 0.0);
    fit.status = Status::degenerate;
    return fit;
  }
  std::size_t full = 0;
  std::size_t empty = 0;
  for (std::size_t i = 0; i < counts.events.size(); ++i) {
    full += counts.events[i] == counts.trials[i] ? 1 : 0;
    empty += counts.events[i] == 0.0 ? 1 : 0;
  }
  if (full + empty == counts.events.size()) {  // each group all or nothing: the likelihood rises up to rho = 1
    const double groups = static_cast<double>(fit.count);
    fit.mean = static_cast<double>(full) / groups;
    fit.rho = 1.0;
    fit.alpha = 0.0;
    fit.beta = 0.0;
    fit.mean_standard_error = std::sqrt(fit.mean * (1.0 - fit.mean) / groups);
    fit.log_likelihood =
        static_cast<double>(full) * std::log(fit.mean) + static_cast<double>(empty) * std::log1p(-fit.mean);
    fit.status = Status::boundary;
    return fit;
  }
  const double rise = likelihood.spread_score(pooled, 0.0);
  double spread = 0.0;
  double mean = pooled;
  double best = likelihood.value(pooled, 0.0);
  double start = pooled;
  const auto score = [&](double t) {
    start = likelihood.best_mean(t, start);
    return likelihood.spread_score(start, t);
  };
  for (const double t : profile_maxima(score, rise)) {
    const double m = likelihood.best_mean(t, pooled);
    const double reached = likelihood.value(m, t);
    if (reached > best) {
      spread = t;
      mean = m;
      best = reached;
    }
  }
  if (spread == 0.0 && rise > 1e-9 * all_trials) {
    fit.status = Status::not_converged;
    return fit;
  }
  fit.mean = mean;
  fit.rho = spread / (1.0 + spread);
  fit.alpha = mean / spread;
  fit.beta = (1.0 - mean) / spread;
  fit.log_likelihood = best;
  if (spread == 0.0) {
    fit.mean_standard_error = binomial_error;
    fit.status = Status::boundary;
    return fit;
  }
  const auto information = likelihood.information(mean, spread);
  const double determinant = information.mean * information.spread - information.cross * information.cross;
  if (determinant > 0.0) {
    fit.mean_standard_error = std::sqrt(information.spread / determinant);
    fit.rho_standard_error = std::sqrt(information.mean / determinant) / ((1.0 + spread) * (1.0 + spread));
  }
  fit.status = Status::ok;
  return fit;
}

GroupPosteriors beta_binomial_posterior(std::span<const double> events, std::span<const double> trials,
                                        const BetaBinomialFit& fit, double level) {
  constexpr std::string_view function = "beta_binomial_posterior";
  check_same_length(function, events.size(), trials.size(), "events and trials");
  const bool defined = !std::isnan(fit.rho) && !std::isnan(fit.mean);
  const auto fill = [&](GroupPosteriors& made, std::size_t i, double tail) {
    const double y = events[i];
    const double n = trials[i];
    if (fit.rho == 0.0 || fit.rho == 1.0) {
      const bool known = fit.rho == 1.0 && n > 0.0;
      made.shrinkage[i] = known ? 0.0 : 1.0;
      made.mean[i] = known ? y / n : fit.mean;
      if (fit.rho == 0.0 || known) made.lower[i] = made.upper[i] = made.mean[i];
      return;
    }
    const double size = fit.alpha + fit.beta;
    made.shrinkage[i] = size / (size + n);
    made.mean[i] = (y + fit.alpha) / (n + size);
    made.lower[i] = beta_quantile(tail, y + fit.alpha, n - y + fit.beta);
    made.upper[i] = beta_quantile(1.0 - tail, y + fit.alpha, n - y + fit.beta);
  };
  return group_posteriors(function, events, trials, level, fit.status, defined, check_counts, fill);
}

DispersionTest binomial_dispersion(std::span<const double> events, std::span<const double> trials) {
  const Counts counts = admitted("binomial_dispersion", events, trials);
  DispersionTest made;
  made.count = static_cast<std::int64_t>(counts.events.size());
  made.missing = counts.missing;
  if (!counts.finite) {
    made.status = Status::not_finite;
    return made;
  }
  if (made.count < 2) return made;
  const double all_trials = chunked_sum(counts.trials);
  const double pooled = chunked_sum(counts.events) / all_trials;
  made.degrees_of_freedom = static_cast<double>(made.count - 1);
  if (pooled == 0.0 || pooled == 1.0) {
    made.status = Status::degenerate;
    return made;
  }
  made.statistic = chunked_sum(counts.events.size(), [&](std::size_t i) {
    const double residual = counts.events[i] - counts.trials[i] * pooled;
    return residual * residual / (counts.trials[i] * pooled * (1.0 - pooled));
  });
  made.dispersion = made.statistic / made.degrees_of_freedom;
  made.p_value = chi_squared_sf(made.statistic, made.degrees_of_freedom);
  made.status = std::isfinite(made.statistic) ? Status::ok : Status::not_finite;
  return made;
}

}  // namespace childwell::inline v0_1::stats
