// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "processor.hpp"
#include "state_counts.hpp"

#include <childwell/cohort/state_counts.hpp>

namespace childwell::inline v0_1 {

namespace kernels {

StateCountKernels state_count_kernels() noexcept {
#if defined(__aarch64__)
  constexpr const char* plain = "neon";  // part of every such processor, so that the plain unit is compiled to it
#else
  constexpr const char* plain = "plain";
#endif
  StateCountKernels found{{{plain, count_states_plain}, {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  const int level = processor_level();
  if (level >= 2) found.kernels[found.size++] = {"x86-64-v2", count_states_v2};
  if (level >= 3) found.kernels[found.size++] = {"x86-64-v3", count_states_v3};
#endif
  return found;
}

namespace {
// Chosen anew for each tile, because the limit may change; a tile takes a thousand times longer.
StateCountKernel widest() noexcept {
  const StateCountKernels found = state_count_kernels();
  return found.kernels[found.size - 1];
}
}  // namespace

}  // namespace kernels

void count_states(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) noexcept {
  kernels::widest().run(cells, sessions, counts);
}

std::string_view kernel_in_use() noexcept { return kernels::widest().name; }

}  // namespace childwell::inline v0_1
