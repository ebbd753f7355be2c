// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/ratio.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace childwell::inline v0_1::stats {
namespace {

struct Clusters {
  std::vector<double> numerators;
  std::vector<double> denominators;
};

void check_options(const RatioOptions& options) {
  if (!(options.level > 0.0 && options.level < 1.0)) {
    throw std::invalid_argument("childwell: the confidence level must lie between 0 and 1, such as 0.95");
  }
  if (!(options.design_effect > 0.0) || std::isinf(options.design_effect)) {
    throw std::invalid_argument("childwell: a design effect is a number above 0; 1 means none");
  }
}

Clusters present_clusters(std::span<const double> numerators, std::span<const double> denominators,
                          IntervalScale scale) {
  if (numerators.size() != denominators.size()) {
    throw std::invalid_argument("childwell: numerators and denominators must have one value a child");
  }
  Clusters present;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double x = numerators[i];
    const double n = denominators[i];
    if (std::isnan(x) || std::isnan(n) || n == 0.0) continue;
    if (n < 0.0 || std::isinf(n) || std::isinf(x)) {
      throw std::invalid_argument("childwell: numerators must be finite, and denominators finite and not below 0");
    }
    // A hair above the denominator is rounding in sums of part sessions, not an error.
    if (scale == IntervalScale::logit && (x < 0.0 || x > n * (1.0 + 1e-12))) {
      throw std::invalid_argument("childwell: a rate needs 0 <= numerator <= denominator for every child");
    }
    present.numerators.push_back(x);
    present.denominators.push_back(n);
  }
  return present;
}

void set_edge_interval(RatioEstimate& made, bool all) {
  const double children = static_cast<double>(made.clusters);
  const ProportionInterval exact = clopper_pearson_interval(all ? children : 0.0, children, made.level);
  made.lower = exact.lower;
  made.upper = exact.upper;
}

void set_interval(RatioEstimate& made, IntervalScale scale) {
  const double t = -student_t_quantile(0.5 * (1.0 - made.level), made.degrees_of_freedom);
  const double error = std::sqrt(made.variance);
  const double r = made.estimate;
  if (scale == IntervalScale::identity) {
    made.lower = r - t * error;
    made.upper = r + t * error;
    return;
  }
  const double centre = std::log(r / (1.0 - r));
  const double half = t * error / (r * (1.0 - r));
  made.lower = 1.0 / (1.0 + std::exp(half - centre));
  made.upper = 1.0 / (1.0 + std::exp(-half - centre));
}

}  // namespace

RatioEstimate ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                             const RatioOptions& options) {
  check_options(options);
  const auto [x, n] = present_clusters(numerators, denominators, options.scale);
  RatioEstimate made;
  made.level = options.level;
  made.clusters = static_cast<std::int64_t>(x.size());
  if (x.empty()) return made;
  const double total = chunked_sum(n);
  const double r = chunked_sum(x) / total;
  made.estimate = r;
  if (x.size() == 1) return made;
  const double m = static_cast<double>(x.size());
  made.degrees_of_freedom = m - 1.0;
  const double squares = chunked_sum(x.size(), [&x = x, &n = n, r](std::size_t i) {
    const double residual = x[i] - r * n[i];
    return residual * residual;
  });
  made.variance = options.design_effect * m / (m - 1.0) * squares / (total * total);
  const bool rate = options.scale == IntervalScale::logit;
  const bool at_edge = rate && (r <= 0.0 || r >= 1.0);
  if (rate && !at_edge) made.design_effect = made.variance / (r * (1.0 - r) / total);
  if (at_edge) set_edge_interval(made, r >= 1.0);
  if (at_edge || made.variance == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  set_interval(made, options.scale);
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
