// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "processor.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

namespace childwell::inline v0_1 {
namespace {

std::atomic<int> limit{std::numeric_limits<int>::max()};

int level_of_processor() noexcept {
#ifdef CHILDWELL_WIDE_KERNELS
  // Features by name, not by level: clang 16 does not know the levels here. These are all that the units' code may use.
  __builtin_cpu_init();
  const bool level_2 = __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3") &&
                       __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
                       __builtin_cpu_supports("popcnt");
  const bool level_3 = level_2 && __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
                       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                       __builtin_cpu_supports("fma");
  const bool level_4 = level_3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512vl");
  if (level_4) return 4;
  if (level_3) return 3;
  if (level_2) return 2;
#endif
  return 0;
}

}  // namespace

int processor_level() noexcept {
  static const int level = level_of_processor();
  return std::min(level, limit.load(std::memory_order_relaxed));
}

void limit_processor_level(int level) noexcept {
  limit.store(level < 0 ? std::numeric_limits<int>::max() : level, std::memory_order_relaxed);
}

}  // namespace childwell::inline v0_1
