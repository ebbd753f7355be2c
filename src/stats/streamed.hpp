// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Writing past the caches: a column of millions of results is not read again soon, and fetching its lines in order to
// overwrite them would take as long again as writing them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1::stats {

// Two doubles to a place whose address is a whole multiple of 16.
inline void stream_pair(double* to, double first, double second) noexcept {
#if defined(__GNUC__) || defined(__clang__)
  typedef double Pair __attribute__((vector_size(16)));
  const Pair both = {first, second};
#if defined(__clang__)
  __builtin_nontemporal_store(both, reinterpret_cast<Pair*>(to));
#elif defined(__SSE2__)
  __builtin_ia32_movntpd(to, both);
#else
  *reinterpret_cast<Pair*>(to) = both;
#endif
#else
  to[0] = first;
  to[1] = second;
#endif
}

// What was streamed is seen by other threads after this.
inline void end_stream() noexcept {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__SSE2__)
  __builtin_ia32_sfence();
#endif
}

// out[i] = table[places[i]], past the caches.
inline void stream_places(const double* table, const std::uint32_t* places, std::size_t rows, double* out) noexcept {
  constexpr std::uintptr_t pair_bytes = 16;
  std::size_t i = 0;
  for (; i < rows && reinterpret_cast<std::uintptr_t>(out + i) % pair_bytes != 0 && i < 2; ++i) out[i] = table[places[i]];
  if (reinterpret_cast<std::uintptr_t>(out + i) % pair_bytes == 0) {
    for (; i + 1 < rows; i += 2) stream_pair(out + i, table[places[i]], table[places[i + 1]]);
  }
  for (; i < rows; ++i) out[i] = table[places[i]];
}

}  // namespace childwell::inline v0_1::stats
