// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/linear.hpp>

#include <childwell/stats/special.hpp>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>

#include "arguments.hpp"

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
// A new row keeps to the dependencies of the fit if it misses them by no more than this share of its terms.
constexpr double same_dependency = 1e-9;

CoefficientTests tests_of(const LinearFit& fit, std::span<const double> errors, std::span<const double> freedom,
                          double level, Status status) {
  check_level("coefficient_tests", level);
  CoefficientTests made;
  made.names = fit.names;
  made.estimates = fit.coefficients;
  made.standard_errors.assign(errors.begin(), errors.end());
  made.degrees_of_freedom.assign(freedom.begin(), freedom.end());
  made.level = level;
  made.status = status;
  for (auto* values : {&made.t, &made.p, &made.lower, &made.upper}) values->assign(errors.size(), undefined);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    const double estimate = fit.coefficients[j];
    if (std::isnan(estimate) || std::isnan(errors[j]) || !(freedom[j] > 0.0)) continue;
    made.t[j] = estimate / errors[j];
    made.p[j] = std::isnan(made.t[j]) ? undefined : 2.0 * student_t_sf(std::abs(made.t[j]), freedom[j]);
    const double half = -student_t_quantile(0.5 * (1.0 - level), freedom[j]) * errors[j];
    made.lower[j] = estimate - half;
    made.upper[j] = estimate + half;
  }
  return made;
}

// The value of a column of the model in a new row.
double value_of(const LinearFit& fit, MatrixView design, std::size_t row, std::size_t column) {
  if (fit.intercept) return column == 0 ? 1.0 : design(row, column - 1);
  return design(row, column);
}

bool keeps_dependencies(const LinearFit& fit, MatrixView design, std::size_t row) {
  for (std::size_t d = 0; d < fit.dependent.size(); ++d) {
    const double own = value_of(fit, design, row, static_cast<std::size_t>(fit.dependent[d]));
    double rest = own;
    double size = std::abs(own);
    for (std::size_t j = 0; j < fit.names.size(); ++j) {
      const double term = fit.relations(d, j) == 0.0 ? 0.0 : fit.relations(d, j) * value_of(fit, design, row, j);
      rest -= term;
      size += std::abs(term);
    }
    if (!(std::abs(rest) <= same_dependency * size)) return false;
  }
  return true;
}

WaldTest wald_test_of(const LinearFit& fit, std::span<const std::int64_t> positions, const Matrix& covariance,
                      double degrees_of_freedom, Status status) {
  constexpr std::string_view function = "wald_test";
  const std::size_t columns = fit.names.size();
  if (covariance.rows != columns || covariance.columns != columns) refuse(function, "give a covariance of this fit");
  if (positions.empty()) refuse(function, "name at least one coefficient");
  for (std::size_t a = 0; a < positions.size(); ++a) {
    if (positions[a] < 0 || static_cast<std::size_t>(positions[a]) >= columns) {
      refuse(function, "there is no such coefficient");
    }
    const auto before = positions.first(a);
    if (std::find(before.begin(), before.end(), positions[a]) != before.end()) {
      refuse(function, "name each coefficient once");
    }
  }
  WaldTest made;
  made.numerator_degrees_of_freedom = static_cast<double>(positions.size());
  made.denominator_degrees_of_freedom = degrees_of_freedom;
  made.status = status;
  const auto size = static_cast<Eigen::Index>(positions.size());
  Eigen::MatrixXd part(size, size);
  Eigen::VectorXd estimates(size), scales(size);
  for (Eigen::Index a = 0; a < size; ++a) {
    const auto row = static_cast<std::size_t>(positions[static_cast<std::size_t>(a)]);
    estimates(a) = fit.coefficients[row];
    scales(a) = std::sqrt(covariance(row, row));
    if (std::isnan(estimates(a))) {
      made.status = status == Status::ok ? Status::degenerate : status;
      return made;
    }
  }
  if (!(degrees_of_freedom > 0.0)) {
    made.status = Status::not_enough_data;
    return made;
  }
  // As correlations, so that the units of the columns do not matter.
  for (Eigen::Index a = 0; a < size; ++a) {
    for (Eigen::Index b = 0; b < size; ++b) {
      part(a, b) = covariance(static_cast<std::size_t>(positions[static_cast<std::size_t>(a)]),
                              static_cast<std::size_t>(positions[static_cast<std::size_t>(b)])) /
                   (scales(a) * scales(b));
    }
  }
  const Eigen::VectorXd scaled = estimates.cwiseQuotient(scales);
  const Eigen::LDLT<Eigen::MatrixXd> root(part);
  if (!part.allFinite() || !scaled.allFinite() || root.info() != Eigen::Success ||
      !(root.vectorD().minCoeff() > 1e-13)) {
    made.status = Status::degenerate;
    return made;
  }
  made.f = scaled.dot(root.solve(scaled)) / static_cast<double>(size);
  made.p = f_sf(made.f, made.numerator_degrees_of_freedom, degrees_of_freedom);
  return made;
}

}  // namespace

CoefficientTests coefficient_tests(const LinearFit& fit, double level) {
  const std::vector<double> freedom(fit.names.size(), fit.residual_degrees_of_freedom);
  return tests_of(fit, fit.standard_errors, freedom, level, fit.status);
}

CoefficientTests coefficient_tests(const LinearFit& fit, const RobustCovariance& covariance, double level) {
  check_same_length("coefficient_tests", fit.names.size(), covariance.standard_errors.size(),
                    "coefficients and covariance");
  return tests_of(fit, covariance.standard_errors, covariance.degrees_of_freedom, level, covariance.status);
}

WaldTest wald_test(const LinearFit& fit, std::span<const std::int64_t> positions) {
  return wald_test_of(fit, positions, fit.covariance, fit.residual_degrees_of_freedom, fit.status);
}

WaldTest wald_test(const LinearFit& fit, std::span<const std::int64_t> positions, const RobustCovariance& covariance) {
  double freedom = std::numeric_limits<double>::infinity();
  for (const std::int64_t position : positions) {
    if (position < 0 || static_cast<std::size_t>(position) >= covariance.degrees_of_freedom.size()) continue;
    freedom = std::min(freedom, covariance.degrees_of_freedom[static_cast<std::size_t>(position)]);
  }
  return wald_test_of(fit, positions, covariance.covariance, freedom, covariance.status);
}

LinearPrediction predict_linear(const LinearFit& fit, MatrixView design, double level) {
  constexpr std::string_view function = "predict_linear";
  check_level(function, level);
  const std::size_t first = fit.intercept ? 1 : 0;
  check_same_length(function, design.columns + first, fit.names.size(), "columns and those of the fit");
  LinearPrediction made;
  made.level = level;
  made.status = fit.status;
  for (auto* values : {&made.value, &made.standard_error, &made.mean_lower, &made.mean_upper, &made.new_lower,
                       &made.new_upper}) {
    values->assign(design.rows, undefined);
  }
  if (fit.half.rows != fit.names.size()) return made;
  const double freedom = fit.residual_degrees_of_freedom;
  const double quantile = freedom > 0.0 ? -student_t_quantile(0.5 * (1.0 - level), freedom) : undefined;
  for (std::size_t i = 0; i < design.rows; ++i) {
    bool is_finite = true;
    for (std::size_t j = 0; j < design.columns; ++j) is_finite = is_finite && std::isfinite(design(i, j));
    if (!is_finite || !keeps_dependencies(fit, design, i)) continue;
    double value = 0.0;
    for (std::size_t j = 0; j < fit.names.size(); ++j) {
      if (!std::isnan(fit.coefficients[j])) value += fit.coefficients[j] * value_of(fit, design, i, j);
    }
    double squares = 0.0;
    for (std::size_t l = 0; l < fit.half.columns; ++l) {
      double part = 0.0;
      for (std::size_t j = 0; j < fit.names.size(); ++j) {
        if (!std::isnan(fit.coefficients[j])) part += fit.half(j, l) * value_of(fit, design, i, j);
      }
      squares += part * part;
    }
    const double error = fit.sigma * std::sqrt(squares);
    const double spread = fit.sigma * std::sqrt(1.0 + squares);
    made.value[i] = value;
    made.standard_error[i] = error;
    made.mean_lower[i] = value - quantile * error;
    made.mean_upper[i] = value + quantile * error;
    made.new_lower[i] = value - quantile * spread;
    made.new_upper[i] = value + quantile * spread;
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
