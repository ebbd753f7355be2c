// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "round_block.hpp"
#include "round_block_body.hpp"

namespace childwell::inline v0_1::kernels {

void round_block_v3(stats::RoundBlock& block) noexcept { run_at_width<32>(block); }

double peak_probe_v3(std::size_t rounds) noexcept { return peak_at_width<32>(rounds); }

}  // namespace childwell::inline v0_1::kernels
