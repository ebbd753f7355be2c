// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1 {

/// Counts, for each of a tile's 64 lanes, how many sessions are in each of the 16 states.
///
/// Use for totals over a whole window of a tile; a fold over the cells is the definition, this is its fast form.
/// @param cells      the tile from the window's first session on: `sessions` rows of 64 bytes, state in the low 4 bits
/// @param sessions   rows, at most 65,535
/// @param counts     out, 16 rows (states) of 64 counts (lanes) [sessions]; overwritten
/// @return nothing; the counts of a lane add up to `sessions`
/// @throws never. Cost: one pass over the tile for each half of the states
/// @source plain loop over the cells, equal in every bit (unit test, all instruction sets of the machine)
void count_states(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) noexcept;

/// The instruction set that count_states runs on here.
///
/// Use in provenance and benchmarks; results do not depend on it.
/// @return "plain", "neon", "x86-64-v2" or "x86-64-v3"
/// @throws never
/// @source chosen once, from what the processor says it can do
std::string_view kernel_in_use() noexcept;

}  // namespace childwell::inline v0_1
