// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core_set.hpp"
#include "core_set_body.hpp"

namespace childwell::inline v0_1::kernels {

void core_set_v4(const std::uint8_t* cells, const CoreSetWalk& walk, CoreSetTile& tile) noexcept {
  core_set_at_width<64>(cells, walk, tile);
}

std::uint64_t core_set_probe_v4(const std::uint8_t* bytes, std::size_t count) noexcept {
  return sum_of_words<64>(bytes, count);
}

}  // namespace childwell::inline v0_1::kernels
