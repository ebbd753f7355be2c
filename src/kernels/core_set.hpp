// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/indicators/core_set_tile.hpp>

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1::kernels {

using CoreSetRun = void(const std::uint8_t* cells, const CoreSetWalk& walk, CoreSetTile& tile) noexcept;

using CoreSetProbe = std::uint64_t(const std::uint8_t* bytes, std::size_t count) noexcept;

CoreSetRun core_set_plain, core_set_v2, core_set_v3, core_set_v4;
CoreSetProbe core_set_probe_plain, core_set_probe_v2, core_set_probe_v3, core_set_probe_v4;

struct CoreSetKernel {
  const char* name;
  CoreSetRun* run;
  CoreSetProbe* probe;
};

/// Every kernel that this build holds and this processor can run; the last is the widest.
struct CoreSetKernels {
  CoreSetKernel kernels[4];
  std::size_t size;
};
CoreSetKernels core_set_kernels() noexcept;

}  // namespace childwell::inline v0_1::kernels
