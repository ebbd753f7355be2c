// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/reliability.hpp>

#include <childwell/stats/moments.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::instruments {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double alpha_of(double items, double variances, double total) {
  return items / (items - 1.0) * (1.0 - variances / total);
}

Eigen::MatrixXd correlations_of(const stats::Matrix& covariance) {
  const auto size = static_cast<Eigen::Index>(covariance.rows);
  Eigen::MatrixXd made = Eigen::MatrixXd::Identity(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const auto a = static_cast<std::size_t>(i);
      const auto b = static_cast<std::size_t>(j);
      made(i, j) = made(j, i) = covariance(a, b) / (std::sqrt(covariance(a, a)) * std::sqrt(covariance(b, b)));
    }
  }
  return made;
}

// Guttman's lambda 6; NaN where an item is a combination of the others, so that nothing is left of it.
double lambda6_of(const Eigen::MatrixXd& correlations) {
  const Eigen::LLT<Eigen::MatrixXd> factor(correlations);
  if (factor.info() != Eigen::Success || !(factor.rcond() > 1e-14)) return nan;
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(correlations.rows(), correlations.cols()));
  return 1.0 - inverse.diagonal().cwiseInverse().sum() / correlations.sum();
}

// Each item against the sum of the others, from the covariances alone.
void item_parts(const stats::Matrix& covariance, double variances, double total, CronbachAlpha& made) {
  const std::size_t size = covariance.rows;
  for (std::size_t i = 0; i < size; ++i) {
    double with_rest = 0.0;
    for (std::size_t j = 0; j < size; ++j) {
      if (j != i) with_rest += covariance(i, j);
    }
    const double own = covariance(i, i);
    const double rest = total - own - 2.0 * with_rest;
    const double correlation = own > 0.0 && rest > 0.0 ? with_rest / (std::sqrt(own) * std::sqrt(rest)) : nan;
    made.item_standard_deviations.push_back(std::sqrt(own));
    made.item_rest_correlations.push_back(std::clamp(correlation, -1.0, 1.0));
    made.alpha_if_dropped.push_back(
        size > 2 && rest > 0.0 ? alpha_of(static_cast<double>(size - 1), variances - own, rest) : nan);
    if (correlation < 0.0) ++made.negative;
  }
}

}  // namespace

CronbachAlpha cronbach_alpha(const stats::MatrixView& items, double level) {
  if (!(level > 0.0 && level < 1.0)) refuse("cronbach_alpha", "level must lie between 0 and 1, such as 0.95");
  if (items.columns < 2) refuse("cronbach_alpha", "items must have at least two columns, one an item");
  const stats::CovarianceMatrix moments = stats::covariance_matrix(items, {}, stats::WeightKind::frequency);
  CronbachAlpha made;
  made.level = level;
  made.items = static_cast<std::int64_t>(items.columns);
  made.count = moments.count;
  made.missing = moments.missing;
  made.status = moments.status;
  if (made.status != Status::ok && made.status != Status::degenerate) return made;
  const stats::Matrix& covariance = moments.covariance;
  const std::size_t size = covariance.rows;
  double variances = 0.0;
  double total = 0.0;
  bool is_constant = false;
  for (std::size_t i = 0; i < size; ++i) {
    variances += covariance(i, i);
    is_constant = is_constant || !(covariance(i, i) > 0.0);
    for (std::size_t j = 0; j < size; ++j) total += covariance(i, j);
  }
  if (!std::isfinite(total) || !std::isfinite(variances)) {
    made.status = Status::not_finite;
    return made;
  }
  made.item_means = moments.means;
  made.total_mean = 0.0;
  for (const double mean : moments.means) made.total_mean += mean;
  item_parts(covariance, variances, total, made);
  made.total_standard_deviation = std::sqrt(std::max(total, 0.0));
  // Items that cancel leave a total of nothing but rounding.
  if (!(total > 1e-13 * variances)) {
    made.status = Status::degenerate;
    return made;
  }
  const auto k = static_cast<double>(size);
  const auto n = static_cast<double>(moments.count);
  made.alpha = std::min(alpha_of(k, variances, total), 1.0);
  made.standard_error_of_measurement = made.total_standard_deviation * std::sqrt(1.0 - made.alpha);
  if (is_constant) {
    made.status = Status::degenerate;
  } else {
    const Eigen::MatrixXd correlations = correlations_of(covariance);
    made.mean_correlation = (correlations.sum() - k) / (k * (k - 1.0));
    made.standardised = k * made.mean_correlation / (1.0 + (k - 1.0) * made.mean_correlation);
    made.lambda6 = lambda6_of(correlations);
    made.status = Status::ok;
  }
  if (!(made.alpha < 1.0)) {
    made.status = Status::boundary;
    return made;
  }
  const double between = n - 1.0;
  const double within = between * (k - 1.0);
  made.lower = 1.0 - (1.0 - made.alpha) * stats::f_quantile(0.5 + 0.5 * level, between, within);
  made.upper = 1.0 - (1.0 - made.alpha) * stats::f_quantile(0.5 - 0.5 * level, between, within);
  return made;
}

}  // namespace childwell::inline v0_1::instruments
