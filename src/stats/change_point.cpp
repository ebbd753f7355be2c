// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/change_point.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace childwell::inline v0_1::stats {
namespace {

bool positive(double x) { return x > 0.0 && std::isfinite(x); }

void check_hazard(std::string_view function, double hazard) {
  if (!(hazard > 0.0 && hazard < 1.0)) refuse(function, "hazard must lie between 0 and 1");
}

// Each model keeps what a level has shown so far, foretells the next value and takes it in.
struct Bernoulli {
  double ones;
  double zeros;
  [[nodiscard]] double log_predictive(double x) const {
    return x == 1.0 ? -std::log1p(zeros / ones) : -std::log1p(ones / zeros);
  }
  void take(double x) { (x == 1.0 ? ones : zeros) += 1.0; }
};

struct Poisson {
  double shape;
  double rate;
  [[nodiscard]] double log_predictive(double x) const {
    const double ways = x == 0.0 ? 0.0 : -log_beta(shape, x) - std::log(x);
    return ways - shape * std::log1p(1.0 / rate) - x * std::log1p(rate);
  }
  void take(double x) {
    shape += x;
    rate += 1.0;
  }
};

struct Normal {
  double mean;
  double strength;
  double alpha;
  double beta;
  [[nodiscard]] double log_predictive(double x) const {
    // Student's t with 2 alpha degrees of freedom about the mean.
    const double square = beta * (strength + 1.0) / strength;  // half of degrees of freedom times squared scale
    const double apart = x - mean;
    return -0.5 * std::log(2.0 * square) - log_beta(alpha, 0.5) - (alpha + 0.5) * std::log1p(apart * apart / (2.0 * square));
  }
  void take(double x) {
    const double apart = x - mean;
    beta += 0.5 * strength / (strength + 1.0) * apart * apart;
    mean += apart / (strength + 1.0);
    strength += 1.0;
    alpha += 0.5;
  }
};

// Filters over the start of the current level. Weights are kept normalised in logarithms, so long series neither
// underflow nor lose the tails.
template <class Model>
ChangePoints filtered(std::span<const double> values, double hazard, const Model& prior) {
  ChangePoints made;
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  made.change_probability.assign(values.size(), undefined);
  made.run_length_mean = made.start_probability = made.change_probability;
  made.likeliest_start.assign(values.size(), -1);
  std::vector<Model> levels;
  std::vector<double> log_weight;
  std::vector<std::int64_t> start;
  const double log_stay = std::log1p(-hazard);
  double evidence = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = values[i];
    if (std::isnan(x)) {
      ++made.missing;
      continue;
    }
    ++made.count;
    for (std::size_t s = 0; s < levels.size(); ++s) {
      log_weight[s] += log_stay + levels[s].log_predictive(x);
      levels[s].take(x);
    }
    levels.push_back(prior);
    log_weight.push_back((levels.size() == 1 ? 0.0 : std::log(hazard)) + levels.back().log_predictive(x));
    levels.back().take(x);
    start.push_back(static_cast<std::int64_t>(i));
    const double largest = *std::max_element(log_weight.begin(), log_weight.end());
    double total = 0.0;
    for (const double w : log_weight) total += std::exp(w - largest);
    const double log_total = largest + std::log(total);
    evidence += log_total;
    double length = 0.0;
    std::size_t likeliest = 0;
    for (std::size_t s = 0; s < levels.size(); ++s) {
      log_weight[s] -= log_total;
      length += std::exp(log_weight[s]) * static_cast<double>(levels.size() - s);
      if (log_weight[s] > log_weight[likeliest]) likeliest = s;
    }
    made.change_probability[i] = std::exp(log_weight.back());
    made.run_length_mean[i] = length;
    made.likeliest_start[i] = start[likeliest];
  }
  if (made.count == 0) return made;
  for (std::size_t s = 0; s < levels.size(); ++s) {
    made.start_probability[static_cast<std::size_t>(start[s])] = std::exp(log_weight[s]);
  }
  made.log_evidence = evidence;
  made.status = std::isfinite(evidence) ? Status::ok : Status::not_finite;
  return made;
}

}  // namespace

ChangePoints bernoulli_change_points(std::span<const double> values, double hazard, double alpha, double beta) {
  constexpr std::string_view function = "bernoulli_change_points";
  check_hazard(function, hazard);
  if (!positive(alpha) || !positive(beta)) refuse(function, "alpha and beta must be finite and above 0");
  if (std::any_of(values.begin(), values.end(), [](double x) { return !std::isnan(x) && x != 0.0 && x != 1.0; })) {
    refuse(function, "values must be 0, 1 or missing");
  }
  return filtered(values, hazard, Bernoulli{alpha, beta});
}

ChangePoints poisson_change_points(std::span<const double> values, double hazard, double shape, double rate) {
  constexpr std::string_view function = "poisson_change_points";
  check_hazard(function, hazard);
  if (!positive(shape) || !positive(rate)) refuse(function, "shape and rate must be finite and above 0");
  const auto no_count = [](double x) { return !std::isnan(x) && !(x >= 0.0 && std::isfinite(x) && std::floor(x) == x); };
  if (std::any_of(values.begin(), values.end(), no_count)) refuse(function, "values must be counts or missing");
  return filtered(values, hazard, Poisson{shape, rate});
}

ChangePoints normal_change_points(std::span<const double> values, double hazard, double mean, double strength,
                                  double alpha, double beta) {
  constexpr std::string_view function = "normal_change_points";
  check_hazard(function, hazard);
  if (!std::isfinite(mean)) refuse(function, "mean must be finite");
  if (!positive(strength) || !positive(alpha) || !positive(beta)) {
    refuse(function, "strength, alpha and beta must be finite and above 0");
  }
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::isinf(x); })) {
    ChangePoints none = filtered(std::vector<double>(values.size(), std::numeric_limits<double>::quiet_NaN()), hazard,
                                 Normal{mean, strength, alpha, beta});
    none.missing = 0;
    none.status = Status::not_finite;
    return none;
  }
  return filtered(values, hazard, Normal{mean, strength, alpha, beta});
}

}  // namespace childwell::inline v0_1::stats
