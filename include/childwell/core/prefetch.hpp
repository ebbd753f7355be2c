// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// Asks for the cache line of a row that will be read soon.
///
/// Use in a loop over rows in another order than that of memory, where each row would be waited for. Not for rows that
/// are read as they lie: the processor asks for those by itself.
/// @param column   values by row; may be empty, then nothing happens
/// @param row      0-based, inside the column
/// @return nothing; no result depends on it
/// @throws nothing; cost: one instruction
/// @source measured on marks that come by date and are read by child: benchmarks/README.md
template <class T>
[[gnu::always_inline]] inline void prefetch(const std::vector<T>& column, std::int64_t row) noexcept {
  // Always inlined: g++ takes a function that only prefetches for one without effect and drops its calls.
  if (!column.empty()) __builtin_prefetch(column.data() + static_cast<std::size_t>(row));
}

}  // namespace childwell::inline v0_1
