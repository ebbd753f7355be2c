// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "state_counts.hpp"
#include "state_counts_body.hpp"

namespace childwell::inline v0_1::kernels {

void count_states_v3(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) noexcept {
  count_states_at_width<32>(cells, sessions, counts);
}

}  // namespace childwell::inline v0_1::kernels
