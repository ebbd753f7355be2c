// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_rows.hpp"
#include "mark_rows_body.hpp"

namespace childwell::inline v0_1::kernels {

MarkRowKernel mark_rows_v3() noexcept {
  return {"x86-64-v3", write_runs<32>, stage_run<32>, turn_tile<32>, fence, sum_columns,
          read_columns<32>};
}

}  // namespace childwell::inline v0_1::kernels
