// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "round_block.hpp"
#include "round_block_body.hpp"

namespace childwell::inline v0_1::kernels {

void round_block_plain(stats::RoundBlock& block) noexcept { run_at_width<16>(block); }

double peak_probe_plain(std::size_t rounds) noexcept { return peak_at_width<16>(rounds); }

}  // namespace childwell::inline v0_1::kernels
