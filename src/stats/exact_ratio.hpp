// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Counts of pairs outgrow 64 bits when they are squared, so they are held in 128, and divided without a second
// rounding.
#pragma once

#include <cmath>
#include <cstdint>

namespace childwell::inline v0_1::stats {

__extension__ typedef unsigned __int128 Wide;
__extension__ typedef __int128 SignedWide;

/// numerator / denominator, rounded once; both below 2^127, denominator at least 1.
inline double exact_ratio(Wide numerator, Wide denominator) {
  constexpr Wide exact = Wide{1} << 53;
  if (numerator < exact && denominator < exact)
    return static_cast<double>(numerator) / static_cast<double>(denominator);
  if (numerator == 0) return 0.0;
  // Bits of the quotient one by one: 55 from the first one on, and a last one that says whether anything is left.
  Wide quotient = numerator / denominator;
  Wide rest = numerator % denominator;
  int exponent = 0;
  while (quotient < (Wide{1} << 55)) {
    rest <<= 1;
    const bool one = rest >= denominator;
    if (one) rest -= denominator;
    quotient = quotient << 1 | (one ? 1u : 0u);
    --exponent;
  }
  bool sticky = rest != 0;
  while (quotient >= (Wide{1} << 56)) {
    sticky = sticky || (quotient & 1) != 0;
    quotient >>= 1;
    ++exponent;
  }
  const auto bits = static_cast<std::uint64_t>(quotient) << 1 | (sticky ? 1u : 0u);
  // 57 bits do not fit a double: the conversion rounds to nearest even, once, and the scaling is exact.
  return std::ldexp(static_cast<double>(bits), exponent - 1);
}

inline double exact_ratio(SignedWide numerator, Wide denominator) {
  return numerator < 0 ? -exact_ratio(static_cast<Wide>(-numerator), denominator)
                       : exact_ratio(static_cast<Wide>(numerator), denominator);
}

}  // namespace childwell::inline v0_1::stats
