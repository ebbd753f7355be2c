// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "processor.hpp"
#include "round_block.hpp"

namespace childwell::inline v0_1 {

namespace kernels {

RoundKernels round_kernels() noexcept {
  RoundKernels found{{{"plain", round_block_plain, peak_probe_plain}, {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  const int level = processor_level();
  if (level >= 2) found.kernels[found.size++] = {"x86-64-v2", round_block_v2, peak_probe_v2};
  if (level >= 3) found.kernels[found.size++] = {"x86-64-v3", round_block_v3, peak_probe_v3};
#endif
  return found;
}

namespace {
// Chosen anew for each call, because the limit of the processor's level may change.
RoundKernel widest() noexcept {
  const RoundKernels found = round_kernels();
  return found.kernels[found.size - 1];
}
}  // namespace

}  // namespace kernels

namespace stats {

void RoundKernelInUse::run(RoundBlock& block) noexcept { kernels::widest().run(block); }

double RoundKernelInUse::peak_probe(std::size_t rounds) noexcept { return kernels::widest().probe(rounds); }

const char* RoundKernelInUse::name() noexcept { return kernels::widest().name; }

}  // namespace stats

}  // namespace childwell::inline v0_1
