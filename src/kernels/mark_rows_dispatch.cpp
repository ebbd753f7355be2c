// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_rows.hpp"
#include "processor.hpp"

namespace childwell::inline v0_1 {

namespace kernels {

MarkRowKernels mark_row_kernels() noexcept {
  MarkRowKernels found{{mark_rows_plain(), {}, {}}, 1};
#ifdef CHILDWELL_WIDE_KERNELS
  const int level = processor_level();
  if (level >= 2) found.kernels[found.size++] = mark_rows_v2();
  if (level >= 3) found.kernels[found.size++] = mark_rows_v3();
#endif
  return found;
}

}  // namespace kernels

MarkRowKernel mark_row_kernel() noexcept {
  const kernels::MarkRowKernels found = kernels::mark_row_kernels();
  return found.kernels[found.size - 1];
}

}  // namespace childwell::inline v0_1
