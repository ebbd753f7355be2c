// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// One number added many times, without adding it many times.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace childwell::inline v0_1::stats {

// What `times` additions of `one`, one after another and each rounded, make of `sum`; neither is below 0.
// While a sum stays between two powers of two, its spacing is fixed, and each addition moves it by the same number of
// spacings: by how far `one` rounds, and where it lies half-way between two, by what leaves an even number, which after the
// first time is the same again. So two additions tell what all up to the next power come to.
inline double add_repeatedly(double sum, double one, std::int64_t times) noexcept {
  constexpr std::int64_t few = 12;
  while (times > few) {
    const double first = sum + one;
    const double second = first + one;
    times -= 2;
    if (second == first || !(second <= std::numeric_limits<double>::max())) {
      if (second == first) return second;
      return second + one;  // infinite or not a number, and no addition changes that any more
    }
    const auto binade = [](double x) { return std::bit_cast<std::uint64_t>(x) >> 52U; };
    const std::uint64_t exponent = binade(second);
    constexpr std::uint64_t largest = 2046;
    if (binade(sum) == exponent && exponent < largest) {
      const double stride = second - first;
      const double top = std::bit_cast<double>((exponent + 1) << 52U);
      // two strides short of the power, where the spacing doubles
      const double room = std::floor((top - second) / stride) - 2.0;
      const double jumps = std::min(room, static_cast<double>(times));
      if (jumps > 0.0) {
        sum = second + jumps * stride;
        times -= static_cast<std::int64_t>(jumps);
        continue;
      }
    }
    sum = second;
  }
  for (; times > 0; --times) sum += one;
  return sum;
}

}  // namespace childwell::inline v0_1::stats
