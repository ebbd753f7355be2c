// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/special.hpp>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>

#include <cmath>
#include <limits>
#include <numbers>

namespace childwell::inline v0_1::stats {
namespace {

namespace policies = boost::math::policies;

// ignore_error makes every failure a NaN or an infinity instead of an exception, so that noexcept holds.
using Quiet = policies::policy<policies::promote_double<false>, policies::domain_error<policies::ignore_error>,
                               policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::underflow_error<policies::ignore_error>,
                               policies::rounding_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>>;
using StudentT = boost::math::students_t_distribution<double, Quiet>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

bool is_shape(double a) noexcept { return a > 0.0 && a < infinite; }

}  // namespace

double normal_cdf(double x) noexcept {
  if (std::isnan(x)) return undefined;
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  return 0.5 * boost::math::erfc(-x / std::numbers::sqrt2, Quiet());
}

double normal_quantile(double p) noexcept {
  if (!(p >= 0.0 && p <= 1.0)) return undefined;
  if (p == 0.0) return -infinite;
  if (p == 1.0) return infinite;
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * p, Quiet());
}

double beta_cdf(double x, double a, double b) noexcept {
  if (!(x >= 0.0 && x <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return boost::math::ibeta(a, b, x, Quiet());
}

double beta_quantile(double p, double a, double b) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return boost::math::ibeta_inv(a, b, p, Quiet());
}

double student_t_cdf(double x, double degrees_of_freedom) noexcept {
  if (std::isnan(x) || !is_shape(degrees_of_freedom)) return undefined;
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  return boost::math::cdf(StudentT(degrees_of_freedom), x);
}

double student_t_quantile(double p, double degrees_of_freedom) noexcept {
  if (!(p > 0.0 && p < 1.0) || !is_shape(degrees_of_freedom)) return undefined;
  return boost::math::quantile(StudentT(degrees_of_freedom), p);
}

}  // namespace childwell::inline v0_1::stats
