// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/stats/round_block.hpp>

#include <cstddef>

namespace childwell::inline v0_1::kernels {

using RunRoundBlock = void(stats::RoundBlock& block) noexcept;
using RunPeakProbe = double(std::size_t rounds) noexcept;

RunRoundBlock round_block_plain;
RunRoundBlock round_block_v2;
RunRoundBlock round_block_v3;
RunPeakProbe peak_probe_plain;
RunPeakProbe peak_probe_v2;
RunPeakProbe peak_probe_v3;

struct RoundKernel {
  const char* name;
  RunRoundBlock* run;
  RunPeakProbe* probe;
};

/// Every kernel that this build holds and this processor can run; the last is the widest.
struct RoundKernels {
  RoundKernel kernels[3];
  std::size_t size;
};
RoundKernels round_kernels() noexcept;

}  // namespace childwell::inline v0_1::kernels
