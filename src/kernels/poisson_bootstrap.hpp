// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/stats/bootstrap_walk.hpp>

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1::kernels {

using BootstrapArea = void(const stats::BootstrapRows& rows, const stats::BootstrapStep* steps, std::size_t count,
                           stats::BootstrapLanes& lanes) noexcept;
using BootstrapTop = void(const stats::BootstrapRows& rows, const stats::BootstrapStep* groups, std::size_t count,
                          std::uint32_t places, const stats::BootstrapLanes& lanes,
                          stats::BootstrapList& list) noexcept;

BootstrapArea bootstrap_area_plain, bootstrap_area_v2, bootstrap_area_v3;
BootstrapTop bootstrap_top_plain, bootstrap_top_v2, bootstrap_top_v3;

struct BootstrapKernel {
  const char* name;
  BootstrapArea* area;
  BootstrapTop* top;
};

/// Every kernel that this build holds and this processor can run; the last is the widest.
struct BootstrapKernels {
  BootstrapKernel kernels[3];
  std::size_t size;
};
BootstrapKernels bootstrap_kernels() noexcept;

}  // namespace childwell::inline v0_1::kernels
