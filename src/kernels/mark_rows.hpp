// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/mark_rows.hpp>

#include <cstddef>

namespace childwell::inline v0_1::kernels {

MarkRowKernel mark_rows_plain() noexcept;  ///< on 64-bit Arm the NEON that every such processor has
MarkRowKernel mark_rows_v2() noexcept;
MarkRowKernel mark_rows_v3() noexcept;

/// Every kernel that this build holds and this processor can run; the last is the widest.
struct MarkRowKernels {
  MarkRowKernel kernels[3];
  std::size_t size;
};
MarkRowKernels mark_row_kernels() noexcept;

}  // namespace childwell::inline v0_1::kernels
