// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1 {

/// Four random words from a counter and a key: no state, so any draw can be made alone and in any order.
///
/// Use through Random; directly where a block of words is wanted. Not for secrets.
/// @param counter   128 bits that name the draw
/// @param key       64 bits that name the stream
/// @return four independent words, uniform on 0 to 2^32 - 1
/// @throws never
/// @source Salmon, Moraes, Dror, Shaw 2011, Philox4x32-10; checked against the known answers of Random123
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<std::uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(second),
               static_cast<std::uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(first)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

/// A row of random numbers that depends on (seed, stream) alone: one stream a child, a replicate or a chunk.
class Random {
 public:
  constexpr Random(std::uint64_t seed, std::uint64_t stream) noexcept
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}, stream_(stream) {}

  /// 64 bits, uniform.
  constexpr std::uint64_t bits() noexcept {
    if (used_ == 4) refill();
    const std::uint64_t low = block_[used_];
    const std::uint64_t high = block_[used_ + 1];
    used_ += 2;
    return high << 32 | low;
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  constexpr double uniform() noexcept { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

  /// Uniform on 0 to bound - 1, without bias; bound at least 1. Draws that would favour small numbers are drawn again.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    const std::uint64_t refused = (0 - bound) % bound;
    std::uint64_t draw = bits();
    while (draw < refused) draw = bits();
    return draw % bound;
  }

  /// True with this probability; 0 is never, 1 is always.
  constexpr bool bernoulli(double probability) noexcept { return uniform() < probability; }

 private:
  constexpr void refill() noexcept {
    block_ = philox4x32({static_cast<std::uint32_t>(block_number_), static_cast<std::uint32_t>(block_number_ >> 32),
                         static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
                        key_);
    ++block_number_;
    used_ = 0;
  }

  std::array<std::uint32_t, 2> key_;
  std::uint64_t stream_;
  std::uint64_t block_number_ = 0;
  std::array<std::uint32_t, 4> block_{};
  std::size_t used_ = 4;
};

}  // namespace childwell::inline v0_1
