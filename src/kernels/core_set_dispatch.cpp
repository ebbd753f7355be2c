// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core_set.hpp"
#include "processor.hpp"

#include <childwell/indicators/core_set.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace childwell::inline v0_1 {

namespace kernels {

CoreSetKernels core_set_kernels() noexcept {
#if defined(__aarch64__)
  constexpr const char* plain = "neon";  // part of every such processor, so that the plain unit is compiled to it
#else
  constexpr const char* plain = "plain";
#endif
  CoreSetKernels found{{{plain, core_set_plain, core_set_probe_plain}, {}, {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  const int level = processor_level();
  if (level >= 2) found.kernels[found.size++] = {"x86-64-v2", core_set_v2, core_set_probe_v2};
  if (level >= 3) found.kernels[found.size++] = {"x86-64-v3", core_set_v3, core_set_probe_v3};
  if (level >= 4) found.kernels[found.size++] = {"x86-64-v4", core_set_v4, core_set_probe_v4};
#endif
  return found;
}

namespace {
// Chosen anew for each tile, because the limit of the processor's level may change; a tile takes a thousand times longer.
CoreSetKernel widest() noexcept {
  const CoreSetKernels found = core_set_kernels();
  return found.kernels[found.size - 1];
}
}  // namespace

}  // namespace kernels

void core_set_of_tile(const std::uint8_t* cells, const CoreSetPlan& plan, CoreSetTile& tile) noexcept {
  kernels::widest().run(cells, plan.walk(), tile);
}

std::uint64_t read_probe(std::span<const std::uint8_t> bytes) noexcept {
  return kernels::widest().probe(bytes.data(), bytes.size());
}

std::string_view core_set_kernel() noexcept { return kernels::widest().name; }

}  // namespace childwell::inline v0_1
