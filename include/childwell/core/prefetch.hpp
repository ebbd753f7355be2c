// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// Asks for the cache line of a row that will be read soon; nothing when the column is empty. For columns that lie in
/// one order and are read in another, where each row would be waited for.
// Always inlined: g++ takes a function that only prefetches for one without effect and drops its calls.
template <class T>
[[gnu::always_inline]] inline void prefetch(const std::vector<T>& column, std::int64_t row) noexcept {
  if (!column.empty()) __builtin_prefetch(column.data() + static_cast<std::size_t>(row));
}

}  // namespace childwell::inline v0_1
