// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "poisson_bootstrap.hpp"
#include "processor.hpp"

namespace childwell::inline v0_1 {

namespace kernels {

BootstrapKernels bootstrap_kernels() noexcept {
  BootstrapKernels found{{{"plain", bootstrap_area_plain, bootstrap_top_plain}, {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  const int level = processor_level();
  if (level >= 2) found.kernels[found.size++] = {"x86-64-v2", bootstrap_area_v2, bootstrap_top_v2};
  if (level >= 3) found.kernels[found.size++] = {"x86-64-v3", bootstrap_area_v3, bootstrap_top_v3};
#endif
  return found;
}

namespace {
// Chosen anew for each call, because the limit of the processor's level may change.
BootstrapKernel widest() noexcept {
  const BootstrapKernels found = bootstrap_kernels();
  return found.kernels[found.size - 1];
}
}  // namespace

}  // namespace kernels

namespace stats {

void BootstrapWalk::area(const BootstrapRows& rows, const BootstrapStep* steps, std::size_t count,
                         BootstrapLanes& lanes) noexcept {
  kernels::widest().area(rows, steps, count, lanes);
}

void BootstrapWalk::top(const BootstrapRows& rows, const BootstrapStep* groups, std::size_t count, std::uint32_t places,
                        const BootstrapLanes& lanes, BootstrapList& list) noexcept {
  kernels::widest().top(rows, groups, count, places, lanes, list);
}

}  // namespace stats

}  // namespace childwell::inline v0_1
