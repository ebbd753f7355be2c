// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/special.hpp>

#include "double_pair.hpp"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
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

// Boost's root finders throw in spite of the policy where no root is left in the range of doubles.
template <class Call>
double or_undefined(Call call) noexcept {
  try {
    return call();
  } catch (const std::exception&) {
    return undefined;
  }
}

// log(1 + j / 16); the last is log 2. Values: mpmath, rounded to pairs.
constexpr std::array<DoublePair, 17> log_steps = {{
    {0x0.0p+0, 0x0.0p+0}, {0x1.f0a30c01162a6p-5, 0x1.85f325c5bbacdp-59},
    {0x1.e27076e2af2e6p-4, -0x1.61578001e0162p-60}, {0x1.5ff3070a793d4p-3, -0x1.bc60efafc6f6ep-58},
    {0x1.c8ff7c79a9a22p-3, -0x1.4f689f8434012p-57}, {0x1.1675cababa60ep-2, 0x1.ce63eab883717p-61},
    {0x1.4618bc21c5ec2p-2, 0x1.f42decdeccf1dp-56}, {0x1.739d7f6bbd007p-2, -0x1.8c76ceb014b04p-56},
    {0x1.9f323ecbf984cp-2, -0x1.a92e513217f5cp-59}, {0x1.c8ff7c79a9a22p-2, -0x1.4f689f8434012p-56},
    {0x1.f128f5faf06edp-2, -0x1.328df13bb38c3p-56}, {0x1.0be72e4252a83p-1, -0x1.259da11330801p-55},
    {0x1.1e85f5e7040d0p-1, 0x1.ef62cd2f9f1e3p-56}, {0x1.307d7334f10bep-1, 0x1.fb590a1f566dap-57},
    {0x1.41d8fe84672aep-1, 0x1.9192f30bd1806p-55}, {0x1.52a2d265bc5abp-1, -0x1.1883750ea4d0ap-57},
    {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}}};

// Logarithm to about 20 digits: exponents of tails as deep as 1e-300 need three more than doubles have.
DoublePair log_pair(DoublePair r) noexcept {
  const int exponent = std::ilogb(r.high);
  const DoublePair m(std::ldexp(r.high, -exponent), std::ldexp(r.low, -exponent));
  const auto step = static_cast<std::size_t>(std::clamp(std::round((m.high - 1.0) * 16.0), 0.0, 16.0));
  const DoublePair near(1.0 + static_cast<double>(step) / 16.0);
  const DoublePair u = (m - near) / (m + near);
  const double square = u.high * u.high;
  double series = 0.0;
  for (int j = 11; j >= 3; j -= 2) series = series * square + 1.0 / j;
  const double rest = u.high * square * series;
  return DoublePair(static_cast<double>(exponent)) * log_steps[16] + log_steps[step] +
         DoublePair(2.0) * (u + DoublePair(rest));
}

// x log(x / m) + m - x, which is 0 at x = m and never below: the exponent of a saddle point (Loader 2000).
DoublePair deviance_pair(DoublePair x, DoublePair m) noexcept {
  if (!(x.high > 0.0)) return m;
  const DoublePair difference = x - m;
  const DoublePair sum = x + m;
  // Where the quotient or its parts would leave the range of doubles, the rest is far smaller than the logarithms.
  if (std::min(x.high, m.high) < 1e-280 || std::max(x.high, m.high) > 1e280) {
    return DoublePair(x.high * (std::log(x.high) - std::log(m.high))) - difference;
  }
  if (std::abs(difference.high) >= 0.1 * sum.high) return x * log_pair(x / m) - difference;
  const DoublePair v = difference / sum;
  const double square = v.high * v.high;
  double series = 0.0;
  for (int j = 19; j >= 3; j -= 2) series = series * square + 1.0 / j;
  return difference * v + DoublePair(2.0 * x.high * v.high * square * series);
}

// log(x!) minus Stirling's approximation, by the asymptotic series; x at least 16.
double stirling_rest(double x) noexcept {
  const double y = 1.0 / (x * x);
  return (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / x;
}

// log Gamma(x + 1) - log(sqrt(2 pi x) (x / e)^x), x above 0.
double stirling_error(double x) noexcept {
  if (x >= 16.0) return stirling_rest(x);
  return std::log(boost::math::tgamma(x + 1.0, Quiet()) / std::sqrt(2.0 * std::numbers::pi * x) *
                  std::exp(x - x * std::log(x)));
}

double exp_of(DoublePair x) noexcept { return std::exp(x.high) * (1.0 + x.low); }

// x^a y^b / B(a, b), where x + y = 1.
double beta_front(DoublePair x, DoublePair y, double a, double b) noexcept {
  const DoublePair n = DoublePair::sum(a, b);
  const DoublePair exponent = DoublePair(stirling_error(n.high) - stirling_error(a) - stirling_error(b)) -
                              deviance_pair(a, n * x) - deviance_pair(b, n * y);
  return std::sqrt(a / n.high * b / (2.0 * std::numbers::pi)) * exp_of(exponent);
}

// Continued fraction of DiDonato and Morris 1992 (their 9), for `above` = a - (a + b) x at least 0.
double beta_fraction(double a, double b, double x, double y, double above) noexcept {
  const double c = 1.0 + above;
  const double c0 = b / a;
  const double c1 = 1.0 + 1.0 / a;
  double before = 0.0;
  double before_scale = 1.0;
  double scale = c / c1;
  double now = 1.0;
  double ratio = c1 / c;
  double p = 1.0;
  double s = a + 1.0;
  for (int i = 1; i < 20000; ++i) {
    const double k = i;
    const double t = k / a;
    const double w = k * (b - k) * x;
    const double e = a / s;
    const double alpha = p * (p + c0) * e * e * (w * x);
    const double beta = k + w / s + (1.0 + t) / (c1 + t + t) * (c + k * (1.0 + y));
    p = 1.0 + t;
    s += 2.0;
    const double next = alpha * before + beta * now;
    const double next_scale = alpha * before_scale + beta * scale;
    const double last = ratio;
    ratio = next / next_scale;
    if (std::abs(ratio - last) <= 1e-16 * ratio) return ratio;
    before = now / next_scale;
    before_scale = scale / next_scale;
    now = ratio;
    scale = 1.0;
  }
  return undefined;
}

// Either tail of the beta distribution at x, with y = 1 - x to more digits than doubles have.
double beta_tail(DoublePair x, DoublePair y, double a, double b, bool upper) noexcept {
  if (!(x.high > 0.0)) return upper ? 1.0 : 0.0;
  if (!(y.high > 0.0)) return upper ? 0.0 : 1.0;
  // With few trials the rounding of x costs little, and Boost's series are at their best; beyond a million million, or
  // next to 0, no digits are promised and Boost knows limits.
  if (a + b <= 40.0 || std::min(a, b) < 1e-3 || std::max(a, b) > 1e12) {
    const bool left = x.high <= 0.5;
    const double first = left ? a : b;
    const double second = left ? b : a;
    const double part = left ? x.high : y.high;
    return or_undefined([&] {
      return upper == left ? boost::math::ibetac(first, second, part, Quiet())
                           : boost::math::ibeta(first, second, part, Quiet());
    });
  }
  const DoublePair above = DoublePair(a) - DoublePair::sum(a, b) * x;
  if (above.high < 0.0) return beta_tail(y, x, b, a, !upper);
  const double lower = beta_front(x, y, a, b) * beta_fraction(a, b, x.high, y.high, above.high);
  return upper ? 1.0 - lower : lower;
}

// Beyond, a quantile would take too long.
constexpr double most_quantile_shape = 1e9;

// A point of the beta distribution by both of its parts, the smaller one to all digits.
struct BetaPoint {
  double x;
  double y;
};

// Newton's steps for the logarithm of the smaller tail in the logarithm of the smaller part, inside a bracket: both are
// nearly straight there, down to the smallest doubles. Boost's answer is the start.
BetaPoint beta_point(double p, double a, double b) noexcept {
  if (p == 0.0) return {0.0, 1.0};
  if (p == 1.0) return {1.0, 0.0};
  if (std::max(a, b) > most_quantile_shape) return {undefined, undefined};
  const bool below_half = p <= beta_tail(0.5, 0.5, a, b, false);
  const bool upper = p > 0.5;
  const double target = upper ? 1.0 - p : p;
  double start_y = undefined;
  const double start_x = or_undefined([&] { return boost::math::ibeta_inv(a, b, p, &start_y, Quiet()); });
  const double start = below_half ? start_x : start_y;
  // Where the small part grows, the lower tail grows if it is x, and shrinks if it is y.
  const double direction = below_half == upper ? -1.0 : 1.0;
  double low = std::log(std::numeric_limits<double>::denorm_min());
  double high = std::log(0.5);
  const double mean = std::min(0.5, (below_half ? a : b) / (a + b));
  double small = start > 0.0 && start <= 0.5 ? start : mean;
  double z = std::clamp(std::log(small), low, high);
  for (int i = 0; i < 120; ++i) {
    const DoublePair rest = DoublePair::sum(1.0, -small);
    const DoublePair x = below_half ? DoublePair(small) : rest;
    const DoublePair y = below_half ? rest : DoublePair(small);
    const double tail = beta_tail(x, y, a, b, upper);
    const double off = direction * std::log(tail / target);  // infinite where the tail is 0: then the bracket decides
    if (off == 0.0) break;
    if (std::isnan(off)) return {undefined, undefined};
    (off > 0.0 ? high : low) = z;
    const double slope = beta_front(x, y, a, b) / ((below_half ? y.high : x.high) * tail);
    const double step = -off / slope;
    const bool inside = std::isfinite(step) && z + step > low && z + step < high;
    const double next = inside ? z + step : 0.5 * (low + high);
    if (std::isfinite(step) && std::abs(off) < 1e-7 && std::abs(step) < 1e-3) {
      small *= 1.0 + std::expm1(step);  // the error left is about off^2 / 2; the logarithm would lose digits here
      break;
    }
    if (next == z || !(high - low > 0.0)) break;
    z = next;
    small = std::exp(z);
  }
  if (!(small > 1e-322)) small = 0.0;
  return below_half ? BetaPoint{small, 1.0 - small} : BetaPoint{1.0 - small, small};
}

// Either tail of the gamma distribution with rate 1 at x.
double gamma_tail(DoublePair x, double shape, bool upper) noexcept {
  if (!(x.high > 0.0)) return upper ? 1.0 : 0.0;
  if (std::isinf(x.high)) return upper ? 0.0 : 1.0;
  const double difference = x.high - shape;
  const auto density = [&]() {  // x^a e^-x / Gamma(a)
    const DoublePair exponent = DoublePair(-stirling_error(shape)) - deviance_pair(shape, x);
    return std::sqrt(shape / (2.0 * std::numbers::pi)) * exp_of(exponent);
  };
  if (shape <= 20.0 || shape > 1e12 || std::abs(difference) <= 8.0 * std::sqrt(shape)) {
    const double made = or_undefined([&] {
      return upper ? boost::math::gamma_q(shape, x.high, Quiet()) : boost::math::gamma_p(shape, x.high, Quiet());
    });
    if (x.low == 0.0 || shape <= 20.0 || shape > 1e12) return made;
    const double moved = x.low / x.high * density();
    return std::clamp(upper ? made - moved : made + moved, 0.0, 1.0);
  }
  if (difference < 0.0) {
    double term = 1.0;
    double sum = 1.0;
    for (double i = 1.0; term > 1e-17 * sum && i < 1e7; i += 1.0) sum += term *= x.high / (shape + i);
    const double lower = density() / shape * sum;
    return upper ? 1.0 - lower : lower;
  }
  // Legendre's fraction by Lentz's steps; x is above the shape, so that all parts are positive.
  double part = x.high + 1.0 - shape;
  double c = 1e300;
  double d = 1.0 / part;
  double fraction = d;
  for (int i = 1; i < 20000; ++i) {
    const double k = i;
    const double top = -k * (k - shape);
    part += 2.0;
    d = 1.0 / (top * d + part);
    c = part + top / c;
    const double step = c * d;
    fraction *= step;
    if (std::abs(step - 1.0) <= 1e-16) break;
  }
  const double above = density() * fraction;
  return upper ? above : 1.0 - above;
}

// Upper tail of the normal distribution beyond 5: the density, whose exponent is squared exactly, times Mills's ratio.
double normal_far_tail(double x) noexcept {
  if (x > 40.0) return 0.0;
  const DoublePair square = DoublePair::product(x, x);
  double fraction = x;
  for (int i = 60; i >= 1; --i) fraction = x + i / fraction;
  return exp_of({-0.5 * square.high, -0.5 * square.low}) / (fraction * std::sqrt(2.0 * std::numbers::pi));
}

}  // namespace

double normal_cdf(double x) noexcept {
  if (std::isnan(x)) return undefined;
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  if (std::abs(x) > 5.0) return x > 0.0 ? 1.0 - normal_far_tail(x) : normal_far_tail(-x);
  return 0.5 * boost::math::erfc(-x / std::numbers::sqrt2, Quiet());
}

double normal_quantile(double p) noexcept {
  if (!(p >= 0.0 && p <= 1.0)) return undefined;
  if (p == 0.0) return -infinite;
  if (p == 1.0) return infinite;
  return -std::numbers::sqrt2 * or_undefined([&] { return boost::math::erfc_inv(2.0 * p, Quiet()); });
}

double beta_cdf(double x, double a, double b) noexcept {
  if (!(x >= 0.0 && x <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return beta_tail(x, DoublePair::sum(1.0, -x), a, b, false);
}

double beta_quantile(double p, double a, double b) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return beta_point(p, a, b).x;
}

double student_t_cdf(double x, double degrees_of_freedom) noexcept {
  if (std::isnan(x) || !is_shape(degrees_of_freedom)) return undefined;
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  if (degrees_of_freedom > 40.0 && degrees_of_freedom < 1e15 && std::abs(x) < 1e100) {
    const DoublePair square = DoublePair::product(x, x);
    const DoublePair whole = square + DoublePair(degrees_of_freedom);
    const double two_sided =
        beta_tail(DoublePair(degrees_of_freedom) / whole, square / whole, 0.5 * degrees_of_freedom, 0.5, false);
    return x > 0.0 ? 1.0 - 0.5 * two_sided : 0.5 * two_sided;
  }
  return or_undefined([&] { return boost::math::cdf(StudentT(degrees_of_freedom), x); });
}

double student_t_quantile(double p, double degrees_of_freedom) noexcept {
  if (!(p > 0.0 && p < 1.0) || !is_shape(degrees_of_freedom)) return undefined;
  return or_undefined([&] { return boost::math::quantile(StudentT(degrees_of_freedom), p); });
}


double normal_sf(double x) noexcept { return normal_cdf(-x); }

double student_t_sf(double x, double degrees_of_freedom) noexcept { return student_t_cdf(-x, degrees_of_freedom); }

double beta_sf(double x, double a, double b) noexcept {
  if (!(x >= 0.0 && x <= 1.0) || !is_shape(a) || !is_shape(b)) return undefined;
  return beta_tail(x, DoublePair::sum(1.0, -x), a, b, true);
}

double gamma_cdf(double x, double shape, double rate) noexcept {
  if (!(x >= 0.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  return gamma_tail(DoublePair::product(x, rate), shape, false);
}

double gamma_sf(double x, double shape, double rate) noexcept {
  if (!(x >= 0.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  return gamma_tail(DoublePair::product(x, rate), shape, true);
}

double gamma_quantile(double p, double shape, double rate) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(shape) || !is_shape(rate)) return undefined;
  if (p == 1.0) return infinite;
  return or_undefined([&] { return boost::math::gamma_p_inv(shape, p, Quiet()); }) / rate;
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

// F as a beta variable, whose two parts are rounded only after the division.
double f_tail(double x, double numerator, double denominator, bool upper) noexcept {
  if (!(x >= 0.0) || !is_shape(numerator) || !is_shape(denominator)) return undefined;
  if (std::isinf(x)) return upper ? 0.0 : 1.0;
  const double a = 0.5 * numerator;
  const double b = 0.5 * denominator;
  const DoublePair scaled = DoublePair::product(numerator, x);
  if (!(scaled.high < 1e300)) {
    const double rest = denominator / x / numerator;
    return beta_tail(1.0, rest, a, b, upper);
  }
  const DoublePair whole = scaled + DoublePair(denominator);
  return beta_tail(scaled / whole, DoublePair(denominator) / whole, a, b, upper);
}

bool is_whole(double x) noexcept { return std::floor(x) == x; }

}  // namespace

double f_cdf(double x, double numerator, double denominator) noexcept {
  return f_tail(x, numerator, denominator, false);
}

double f_sf(double x, double numerator, double denominator) noexcept {
  return f_tail(x, numerator, denominator, true);
}

double f_quantile(double p, double numerator, double denominator) noexcept {
  if (!(p >= 0.0 && p <= 1.0) || !is_shape(numerator) || !is_shape(denominator)) return undefined;
  if (p == 1.0) return infinite;
  const BetaPoint point = beta_point(p, 0.5 * numerator, 0.5 * denominator);
  return denominator * (point.x / (numerator * point.y));
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
  const DoublePair rest = DoublePair::sum(1.0, -probability);
  const DoublePair exponent = DoublePair(stirling_error(trials) - stirling_error(events) - stirling_error(others)) -
                              deviance_pair(events, DoublePair::product(trials, probability)) -
                              deviance_pair(others, DoublePair(trials) * rest);
  return exp_of(exponent) * std::sqrt(trials / (2.0 * std::numbers::pi * events * others));
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
  const DoublePair exponent = DoublePair(-stirling_error(events)) - deviance_pair(events, mean);
  return exp_of(exponent) / std::sqrt(2.0 * std::numbers::pi * events);
}

double poisson_cdf(double events, double mean) noexcept {
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 0.0;
  if (mean == 0.0 || std::isinf(events)) return 1.0;
  return gamma_tail(mean, std::floor(events) + 1.0, true);
}

double poisson_sf(double events, double mean) noexcept {
  if (std::isnan(events) || !(mean >= 0.0) || std::isinf(mean)) return undefined;
  if (events < 0.0) return 1.0;
  if (mean == 0.0 || std::isinf(events)) return 0.0;
  return gamma_tail(mean, std::floor(events) + 1.0, false);
}

double log_gamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return infinite;
  return or_undefined([&] { return boost::math::lgamma(x, Quiet()); });
}

double log_beta(double a, double b) noexcept {
  if (!(a > 0.0) || !(b > 0.0)) return undefined;
  if (std::isinf(a) || std::isinf(b)) return -infinite;
  const double small = std::min(a, b);
  const double large = std::max(a, b);
  if (small >= 16.0) {
    const double ratio = small / large;
    const double rests = stirling_rest(small) + stirling_rest(large) - stirling_rest(small + large);
    return 0.5 * std::log(2.0 * std::numbers::pi) - 0.5 * std::log(large) + rests +
           (small - 0.5) * std::log(ratio / (1.0 + ratio)) - large * std::log1p(ratio);
  }
  if (large >= 16.0) {
    // log Gamma(large) - log Gamma(large + small), from the difference of two Stirling series.
    const double sum = large + small;
    const double difference = stirling_rest(large) - stirling_rest(sum) - (large - 0.5) * std::log1p(small / large) -
                              small * std::log(sum) + small;
    return boost::math::lgamma(small, Quiet()) + difference;
  }
  return or_undefined([&] { return std::log(boost::math::beta(a, b, Quiet())); });
}

double digamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return infinite;
  return or_undefined([&] { return boost::math::digamma(x, Quiet()); });
}

double trigamma(double x) noexcept {
  if (!(x > 0.0)) return undefined;
  if (std::isinf(x)) return 0.0;
  return or_undefined([&] { return boost::math::trigamma(x, Quiet()); });
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

double noncentral_t_cdf(double x, double degrees_of_freedom, double noncentrality) noexcept {
  if (std::isnan(x) || !is_shape(degrees_of_freedom) || !std::isfinite(noncentrality)) return undefined;
  if (std::isinf(x)) return x > 0.0 ? 1.0 : 0.0;
  if (noncentrality == 0.0) return student_t_cdf(x, degrees_of_freedom);
  const boost::math::non_central_t_distribution<double, Quiet> distribution(degrees_of_freedom, noncentrality);
  return std::clamp(or_undefined([&] { return boost::math::cdf(distribution, x); }), 0.0, 1.0);
}

namespace {

double deviance_part(double x, double m) noexcept { return deviance_pair(DoublePair(x), DoublePair(m)).high; }

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
  return !std::isnan(events) && is_count(trials) && trials <= 1e7 && is_shape(alpha) && is_shape(beta);  // sums over trials
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
