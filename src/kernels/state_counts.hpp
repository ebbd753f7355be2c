// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1::kernels {

using CountStates = void(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) noexcept;

CountStates count_states_plain;
CountStates count_states_v2;
CountStates count_states_v3;

struct StateCountKernel {
  const char* name;
  CountStates* run;
};

/// Every kernel that this build holds and this processor can run; the last is the widest.
struct StateCountKernels {
  StateCountKernel kernels[3];
  std::size_t size;
};
StateCountKernels state_count_kernels() noexcept;

}  // namespace childwell::inline v0_1::kernels
