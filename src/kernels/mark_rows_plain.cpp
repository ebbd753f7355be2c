// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_rows.hpp"
#include "mark_rows_body.hpp"

namespace childwell::inline v0_1::kernels {

MarkRowKernel mark_rows_plain() noexcept {
  return {plain_name, write_runs<16>, stage_run<16>, turn_tile<16>, fence, sum_columns,
          read_columns<16>};
}

}  // namespace childwell::inline v0_1::kernels
