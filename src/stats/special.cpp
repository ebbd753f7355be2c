// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/special.hpp>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include <algorithm>
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


double normal_sf(double x) noexcept { return normal_cdf(-x); }

double student_t_sf(double x, double degrees_of_freedom) noexcept { return student_t_cdf(-x, degrees_of_freedom); }

double beta_sf(double x, double a, double b) noexcept {
  if (!(x >= 0.0 && x <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return boost::math::ibetac(a, b, x, Quiet());
}

double gamma_cdf(double x, double shape, double rate) noexcept {
  if (!(x >= 0.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  if (std::isinf(x)) return 1.0;
  return boost::math::gamma_p(shape, x * rate, Quiet());
}

double gamma_sf(double x, double shape, double rate) noexcept {
  if (!(x >= 0.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  if (std::isinf(x)) return 0.0;
  return boost::math::gamma_q(shape, x * rate, Quiet());
}

double gamma_quantile(double p, double shape, double rate) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  if (p == 1.0) return infinite;
  return boost::math::gamma_p_inv(shape, p, Quiet()) / rate;
}

double chi_squared_cdf(double x, double degrees_of_freedom) noexcept {
  return gamma_cdf(x, 0.5 * degrees_of_freedom, 0.5);
}

double chi_squared_sf(double x, double degrees_of_freedom) noexcept {
  return gamma_sf(x, 0.5 * degrees_of_freedom, 0.5);
}

double chi_squared_quantile(double p, double degrees_of_freedom) noexcept {
  return gamma_quantile(p, 0.5 * degrees_of_freedom, 0.5);
}

namespace {

// F as a beta variable; the smaller of the two complementary arguments keeps the digits.
double f_tail(double x, double numerator, double denominator, bool upper) noexcept {
  if (!(x >= 0.0) || !is_shape(numerator) || !is_shape(denominator)) return undefined;
  if (std::isinf(x)) return upper ? 0.0 : 1.0;
  const double a = 0.5 * numerator;
  const double b = 0.5 * denominator;
  const double scaled = numerator * x;
  if (scaled > denominator) {
    const double rest = denominator / (denominator + scaled);
    return upper ? boost::math::ibeta(b, a, rest, Quiet()) : boost::math::ibetac(b, a, rest, Quiet());
  }
  const double part = scaled / (denominator + scaled);
  return upper ? boost::math::ibetac(a, b, part, Quiet()) : boost::math::ibeta(a, b, part, Quiet());
}

// log(x!) minus Stirling's approximation, by the asymptotic series; x at least 16.
double stirling_rest(double x) noexcept {
  const double y = 1.0 / (x * x);
  return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x;
}

// log(n!) - log(sqrt(2 pi n) (n / e)^n) for whole n at least 0, where n = 0 is not asked.
double stirling_error(double n) noexcept {
  if (n >= 16.0) return stirling_rest(n);
  return boost::math::lgamma(n + 1.0, Quiet()) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2.0 * std::numbers::pi);
}

// x log(x / m) + m - x, without cancellation near x = m.
double deviance_part(double x, double m) noexcept {
  const double difference = x - m;
  if (std::abs(difference) < 0.1 * (x + m)) {
    const double v = difference / (x + m);
    double sum = difference * v;
    double term = 2.0 * x * v;
    for (int j = 1; j < 1000; ++j) {
      term *= v * v;
      const double next = sum + term / (2.0 * j + 1.0);
      if (next == sum) return next;
      sum = next;
    }
  }
  return x * std::log(x / m) + m - x;
}

bool is_whole(double x) noexcept { return std::floor(x) == x; }

}  // namespace

double f_cdf(double x, double numerator, double denominator) noexcept { return f_tail(x, numerator, denominator, false); }

double f_sf(double x, double numerator, double denominator) noexcept { return f_tail(x, numerator, denominator, true); }

double f_quantile(double p, double numerator, double denominator) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(numerator) || !is_shape(denominator)) return undefined;
  if (p == 1.0) return infinite;
  double rest = 0.0;
  const double part = boost::math::ibeta_inv(0.5 * numerator, 0.5 * denominator, p, &rest, Quiet());
  return denominator * part / (numerator * rest);
}

double binomial_pmf(double events, double trials, double probability) noexcept {
  if (std::isnan(events) || !(trials >= 0.0) || std::isinf(trials) || !is_whole(trials)) return undefined;
  if (!(probability >= 0.0 && probability <= 1.0)) return undefined;
  if (events < 0.0 || events > trials || !is_whole(events)) return 0.0;
  if (probability == 0.0) return events == 0.0 ? 1.0 : 0.0;
  if (probability == 1.0) return events == trials ? 1.0 : 0.0;
  const double others = trials - events;
  if (events == 0.0) return std::exp(trials * std::log1p(-probability));
  if (others == 0.0) return std::exp(trials * std::log(probability));
  const double log_shape = stirling_error(trials) - stirling_error(events) - stirling_error(others) -
                           deviance_part(events, trials * probability) - deviance_part(others, trials * (1.0 - probability));
  return std::exp(log_shape) * std::sqrt(trials / (2.0 * std::numbers::pi * events * others));
}

double binomial_cdf(double events, double trials, double probability) noexcept {
  if (std::isnan(events) || !(trials >= 0.0) || std::isinf(trials) || !(probability >= 0.0 && probability <= 1.0)) {
    return undefined;
  }
  const double k = std::floor(events);
  if (k < 0.0) return 0.0;
  if (k >= trials) return 1.0;
  return beta_sf(probability, k + 1.0, trials - k);
}

double binomial_sf(double events, double trials, double probability) noexcept {
  if (std::isnan(events) || !(trials >= 0.0) || std::isinf(trials) || !(probability >= 0.0 && probability <= 1.0)) {
    return undefined;
  }
  const double k = std::floor(events);
  if (k < 0.0) return 1.0;
  if (k >= trials) return 0.0;
  return beta_cdf(probability, k + 1.0, trials - k);
}

double poisson_pmf(double events, double mean) noexcept {
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0 || !is_whole(events) || std::isinf(events)) return 0.0;
  if (mean == 0.0) return events == 0.0 ? 1.0 : 0.0;
  if (events == 0.0) return std::exp(-mean);
  return std::exp(-stirling_error(events) - deviance_part(events, mean)) / std::sqrt(2.0 * std::numbers::pi * events);
}

double poisson_cdf(double events, double mean) noexcept {
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 0.0;
  if (mean == 0.0 || std::isinf(events)) return 1.0;
  return boost::math::gamma_q(std::floor(events) + 1.0, mean, Quiet());
}

double poisson_sf(double events, double mean) noexcept {
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 1.0;
  if (mean == 0.0 || std::isinf(events)) return 0.0;
  return boost::math::gamma_p(std::floor(events) + 1.0, mean, Quiet());
}

double log_gamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return infinite;
  return boost::math::lgamma(x, Quiet());
}

double log_beta(double a, double b) noexcept {
  if (!(a > 0.0) || !(b > 0.0)) return undefined;
  if (std::isinf(a) || std::isinf(b)) return -infinite;
  const double small = std::min(a, b);
  const double large = std::max(a, b);
  if (small >= 16.0) {
    const double ratio = small / large;
    return 0.5 * std::log(2.0 * std::numbers::pi) - 0.5 * std::log(large) + stirling_rest(small) + stirling_rest(large) -
           stirling_rest(small + large) + (small - 0.5) * std::log(ratio / (1.0 + ratio)) - large * std::log1p(ratio);
  }
  if (large >= 16.0) {
    // log Gamma(large) - log Gamma(large + small), from the difference of two Stirling series.
    const double sum = large + small;
    const double difference = stirling_rest(large) - stirling_rest(sum) - (large - 0.5) * std::log1p(small / large) -
                              small * std::log(sum) + small;
    return boost::math::lgamma(small, Quiet()) + difference;
  }
  return std::log(boost::math::beta(a, b, Quiet()));
}

double digamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return infinite;
  return boost::math::digamma(x, Quiet());
}

double trigamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return 0.0;
  return boost::math::trigamma(x, Quiet());
}

double expit(double x) noexcept {
  if (x >= 0.0) return 1.0 / (1.0 + std::exp(-x));
  const double odds = std::exp(x);
  return odds / (1.0 + odds);
}

double logit(double p) noexcept {
  if (!(p >= 0.0 && p <= 1.0)) return undefined;
  if (p > 0.25 && p < 0.75) return 2.0 * std::atanh(2.0 * p - 1.0);
  return std::log(p) - std::log1p(-p);
}

double log1p_exp(double x) noexcept { return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

namespace {

// n! / (x! (n - x)!) p^x q^(n - x) for real 0 < x < n; p and q are given apart so that neither loses digits.
double binomial_kernel(double x, double n, double p, double q) noexcept {
  const double y = n - x;
  const double log_shape =
      stirling_error(n) - stirling_error(x) - stirling_error(y) - deviance_part(x, n * p) - deviance_part(y, n * q);
  return std::exp(log_shape) * std::sqrt(n / (2.0 * std::numbers::pi * x * y));
}

// Gamma(k + size) / (Gamma(size) k!) p^size q^k.
double negative_binomial_kernel(double k, double size, double p, double q) noexcept {
  if (k == 0.0) return std::exp(size * (q < 0.5 ? std::log1p(-q) : std::log(p)));
  return size / (size + k) * binomial_kernel(size, size + k, p, q);
}

bool is_count(double x) noexcept { return x >= 0.0 && x < infinite && is_whole(x); }

// Sum of a probability and all beyond it, by the ratio of neighbours: ratio(i) leads from the i-th to the next.
template <class Ratio>
double tail_sum(double first, double terms, Ratio ratio) noexcept {
  double term = first;
  double sum = first;
  for (double i = 0.0; i < terms; ++i) {
    const double step = ratio(i);
    term *= step;
    const double next = sum + term;
    if (next == sum && step < 1.0 && term * terms < sum * 0x1p-60) break;
    sum = next;
  }
  return std::min(1.0, sum);
}

bool is_beta_binomial(double events, double trials, double alpha, double beta) noexcept {
  return !std::isnan(events) && is_count(trials) && is_shape(alpha) && is_shape(beta);
}

// P(X <= k) for 0 <= k < trials.
double beta_binomial_lower(double k, double trials, double alpha, double beta) noexcept {
  return tail_sum(beta_binomial_pmf(k, trials, alpha, beta), k, [=](double i) {
    const double x = k - i;
    return x / (trials - x + 1.0) * ((trials - x + beta) / (x - 1.0 + alpha));
  });
}

bool is_hypergeometric(double events, double population, double marked, double draws) noexcept {
  return !std::isnan(events) && is_count(population) && is_count(marked) && is_count(draws) && marked <= population &&
         draws <= population;
}

// P(X <= k) for k within the support.
double hypergeometric_lower(double k, double population, double marked, double draws) noexcept {
  const double smallest = std::max(0.0, draws - (population - marked));
  return tail_sum(hypergeometric_pmf(k, population, marked, draws), k - smallest, [=](double i) {
    const double x = k - i;
    return x / (marked - x + 1.0) * ((population - marked - draws + x) / (draws - x + 1.0));
  });
}

}  // namespace

double negative_binomial_pmf(double events, double mean, double dispersion) noexcept {
  if (!(dispersion >= 0.0) || std::isinf(dispersion)) return undefined;
  if (dispersion == 0.0 || mean == 0.0) return poisson_pmf(events, mean);
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (!is_count(events)) return 0.0;
  const double excess = dispersion * mean;
  return negative_binomial_kernel(events, 1.0 / dispersion, 1.0 / (1.0 + excess), excess / (1.0 + excess));
}

double negative_binomial_cdf(double events, double mean, double dispersion) noexcept {
  if (!(dispersion >= 0.0) || std::isinf(dispersion)) return undefined;
  if (dispersion == 0.0 || mean == 0.0) return poisson_cdf(events, mean);
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 0.0;
  if (std::isinf(events)) return 1.0;
  const double excess = dispersion * mean;
  return beta_sf(excess / (1.0 + excess), std::floor(events) + 1.0, 1.0 / dispersion);
}

double negative_binomial_sf(double events, double mean, double dispersion) noexcept {
  if (!(dispersion >= 0.0) || std::isinf(dispersion)) return undefined;
  if (dispersion == 0.0 || mean == 0.0) return poisson_sf(events, mean);
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 1.0;
  if (std::isinf(events)) return 0.0;
  const double excess = dispersion * mean;
  return beta_cdf(excess / (1.0 + excess), std::floor(events) + 1.0, 1.0 / dispersion);
}

double beta_binomial_pmf(double events, double trials, double alpha, double beta) noexcept {
  if (!is_beta_binomial(events, trials, alpha, beta)) return undefined;
  if (!is_count(events) || events > trials) return 0.0;
  if (trials == 0.0) return 1.0;
  // P = nb(events; alpha) nb(trials - events; beta) / nb(trials; alpha + beta), each at the same odds.
  const double size = alpha + beta;
  const double p = size / (trials + size);
  const double q = trials / (trials + size);
  return negative_binomial_kernel(events, alpha, p, q) * negative_binomial_kernel(trials - events, beta, p, q) /
         negative_binomial_kernel(trials, size, p, q);
}

double beta_binomial_cdf(double events, double trials, double alpha, double beta) noexcept {
  if (!is_beta_binomial(events, trials, alpha, beta)) return undefined;
  const double k = std::floor(events);
  if (k < 0.0) return 0.0;
  if (k >= trials) return 1.0;
  if (k <= trials * (alpha / (alpha + beta))) return beta_binomial_lower(k, trials, alpha, beta);
  return 1.0 - beta_binomial_lower(trials - k - 1.0, trials, beta, alpha);
}

double beta_binomial_sf(double events, double trials, double alpha, double beta) noexcept {
  if (!is_beta_binomial(events, trials, alpha, beta)) return undefined;
  const double k = std::floor(events);
  if (k < 0.0) return 1.0;
  if (k >= trials) return 0.0;
  if (k > trials * (alpha / (alpha + beta))) return beta_binomial_lower(trials - k - 1.0, trials, beta, alpha);
  return 1.0 - beta_binomial_lower(k, trials, alpha, beta);
}

double beta_binomial_quantile(double p, double trials, double alpha, double beta) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_beta_binomial(0.0, trials, alpha, beta)) return undefined;
  if (p == 1.0) return trials;
  const double aim = p * (1.0 - 1e-14);
  double below = -1.0;
  double reached = trials;
  while (reached - below > 1.0) {
    const double middle = std::floor(0.5 * (below + reached));
    (beta_binomial_cdf(middle, trials, alpha, beta) >= aim ? reached : below) = middle;
  }
  return reached;
}

double hypergeometric_pmf(double events, double population, double marked, double draws) noexcept {
  if (!is_hypergeometric(events, population, marked, draws)) return undefined;
  const double others = population - marked;
  if (!is_count(events) || events > marked || events > draws || draws - events > others) return 0.0;
  if (draws == 0.0 || draws == population) return 1.0;
  const double p = draws / population;
  return binomial_pmf(events, marked, p) * binomial_pmf(draws - events, others, p) / binomial_pmf(draws, population, p);
}

double hypergeometric_cdf(double events, double population, double marked, double draws) noexcept {
  if (!is_hypergeometric(events, population, marked, draws)) return undefined;
  const double k = std::floor(events);
  if (k < std::max(0.0, draws - (population - marked))) return 0.0;
  if (k >= std::min(marked, draws)) return 1.0;
  if (k <= draws * (marked / population)) return hypergeometric_lower(k, population, marked, draws);
  return 1.0 - hypergeometric_lower(draws - k - 1.0, population, population - marked, draws);
}

double hypergeometric_sf(double events, double population, double marked, double draws) noexcept {
  if (!is_hypergeometric(events, population, marked, draws)) return undefined;
  const double k = std::floor(events);
  if (k < std::max(0.0, draws - (population - marked))) return 1.0;
  if (k >= std::min(marked, draws)) return 0.0;
  if (k > draws * (marked / population)) return hypergeometric_lower(draws - k - 1.0, population, population - marked, draws);
  return 1.0 - hypergeometric_lower(k, population, marked, draws);
}

}  // namespace childwell::inline v0_1::stats
