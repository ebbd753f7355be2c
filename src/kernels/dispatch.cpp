// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "state_counts.hpp"

#include <childwell/cohort/state_counts.hpp>

namespace childwell::inline v0_1 {

namespace kernels {

StateCountKernels state_count_kernels() noexcept {
  StateCountKernels found{{{"plain", count_states_plain}, {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  // Features by name, not by level: clang 16 does not know the levels here. These are all that the units' code may use.
  __builtin_cpu_init();
  const bool level_2 = __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3") &&
                       __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
                       __builtin_cpu_supports("popcnt");
  const bool level_3 = level_2 && __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
                       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                       __builtin_cpu_supports("fma");
  if (level_2) found.kernels[found.size++] = {"x86-64-v2", count_states_v2};
  if (level_3) found.kernels[found.size++] = {"x86-64-v3", count_states_v3};
#endif
  return found;
}

namespace {
StateCountKernel widest() noexcept {
  const StateCountKernels found = state_count_kernels();
  return found.kernels[found.size - 1];
}

const StateCountKernel& chosen() noexcept {
  static const StateCountKernel kernel = widest();
  return kernel;
}
}  // namespace

}  // namespace kernels

void count_states(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) noexcept {
  kernels::chosen().run(cells, sessions, counts);
}

std::string_view kernel_in_use() noexcept { return kernels::chosen().name; }

}  // namespace childwell::inline v0_1
