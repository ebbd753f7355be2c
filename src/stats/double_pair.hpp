// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace childwell::inline v0_1::stats {

// A number as the unevaluated sum of two doubles, about 31 digits: sums of a city's values lose none of the 15 that are
// given back. Dekker 1971, Numer. Math. 18; Hida, Li and Bailey 2001. std::fma is exact by definition on every machine.
struct DoublePair {
  double high = 0.0;
  double low = 0.0;

  constexpr DoublePair() = default;
  constexpr DoublePair(double value) : high(value) {}  // NOLINT: a double is a pair
  constexpr DoublePair(double high_part, double low_part) : high(high_part), low(low_part) {}

  [[nodiscard]] static DoublePair sum(double a, double b) noexcept {
    const double s = a + b;
    const double part = s - a;
    return {s, (a - (s - part)) + (b - part)};
  }

  // Where |a| is at least |b|, or a is 0.
  [[nodiscard]] static DoublePair ordered_sum(double a, double b) noexcept {
    const double s = a + b;
    return {s, b - (s - a)};
  }

  [[nodiscard]] static DoublePair product(double a, double b) noexcept {
    const double p = a * b;
    return {p, std::fma(a, b, -p)};
  }

  // A whole number below 2^106; larger ones are rounded to about that.
  template <class Whole>
  [[nodiscard]] static DoublePair whole(Whole value) noexcept {
    // Rounded towards 0, so that the rest never leaves the range of the type.
    const double first = static_cast<double>(static_cast<Whole>(std::nextafter(static_cast<double>(value), 0.0)));
    const Whole rest = static_cast<Whole>(value - static_cast<Whole>(first));
    return sum(first, static_cast<double>(rest));
  }

  [[nodiscard]] double value() const noexcept { return high + low; }
  [[nodiscard]] bool is_zero() const noexcept { return high == 0.0 && low == 0.0; }
};

inline DoublePair operator-(DoublePair a) noexcept { return {-a.high, -a.low}; }

inline DoublePair operator+(DoublePair a, DoublePair b) noexcept {
  DoublePair s = DoublePair::sum(a.high, b.high);
  const DoublePair t = DoublePair::sum(a.low, b.low);
  s = DoublePair::ordered_sum(s.high, s.low + t.high);
  return DoublePair::ordered_sum(s.high, s.low + t.low);
}

inline DoublePair operator-(DoublePair a, DoublePair b) noexcept { return a + (-b); }

inline DoublePair operator*(DoublePair a, DoublePair b) noexcept {
  const DoublePair p = DoublePair::product(a.high, b.high);
  return DoublePair::ordered_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

inline DoublePair operator/(DoublePair a, DoublePair b) noexcept {
  const double first = a.high / b.high;
  const DoublePair rest = a - b * DoublePair(first);
  const double second = rest.high / b.high;
  const DoublePair left = rest - b * DoublePair(second);
  const DoublePair quotient = DoublePair::ordered_sum(first, second);
  return quotient + DoublePair(left.high / b.high);
}

inline DoublePair& operator+=(DoublePair& a, DoublePair b) noexcept { return a = a + b; }

inline DoublePair square_root(DoublePair a) noexcept {
  if (!(a.high > 0.0)) return {std::sqrt(a.high), 0.0};
  const double root = std::sqrt(a.high);
  const DoublePair rest = a - DoublePair::product(root, root);
  return DoublePair::ordered_sum(root, rest.high / (2.0 * root));
}

}  // namespace childwell::inline v0_1::stats
