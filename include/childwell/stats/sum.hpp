// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace childwell::inline v0_1::stats {

/// Values a chunk holds. Part of the result's bits: changing it changes last digits.
inline constexpr std::size_t sum_chunk = 256;

/// Sum of term(0) to term(count - 1) by fixed chunks, then over the chunks in order.
///
/// Use for every sum of real numbers over children: the chunks do not depend on threads, so neither do the bits.
/// The error grows with the chunk and the number of chunks, not with the number of terms.
/// @param count   number of terms
/// @param term    callable, std::size_t to double; called once for each position
/// @return the sum; 0 for no terms
/// @throws what term throws; cost: one pass
/// @source blocked summation, Higham 2002, Accuracy and Stability of Numerical Algorithms, 4.2
template <class Term>
double chunked_sum(std::size_t count, Term term) {
  double total = 0.0;
  for (std::size_t first = 0; first < count; first += sum_chunk) {
    const std::size_t last = count - first < sum_chunk ? count : first + sum_chunk;
    double part = 0.0;
    for (std::size_t i = first; i < last; ++i) part += term(i);
    total += part;
  }
  return total;
}

/// Sum of values by fixed chunks.
///
/// Use for every sum of real numbers over children; the order of the values is part of the result.
/// @param values   shape (n,); a NaN makes the sum NaN
/// @return the sum; 0 for no values
/// @throws never; cost: one pass
/// @source blocked summation, Higham 2002, Accuracy and Stability of Numerical Algorithms, 4.2
inline double chunked_sum(std::span<const double> values) {
  return chunked_sum(values.size(), [values](std::size_t i) { return values[i]; });
}

}  // namespace childwell::inline v0_1::stats
