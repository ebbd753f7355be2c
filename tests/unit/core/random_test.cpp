// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/random.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace {

using Counter = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;
using childwell::philox4x32;
using childwell::Random;

constexpr std::uint32_t ones = 0xffffffffu;

// Known answers of Random123, file kat_vectors, philox4x32 10 rounds.
static_assert(philox4x32(Counter{0, 0, 0, 0}, Key{0, 0}) ==
              Counter{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u});
static_assert(philox4x32(Counter{ones, ones, ones, ones}, Key{ones, ones}) ==
              Counter{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu});
static_assert(philox4x32(Counter{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, Key{0xa4093822u, 0x299f31d0u}) ==
              Counter{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u});

TEST(Random, DependsOnSeedAndStreamAlone) {
  Random one(1, 7);
  Random again(1, 7);
  Random other_stream(1, 8);
  Random other_seed(2, 7);
  for (int i = 0; i < 100; ++i) {
    const auto bits = one.bits();
    EXPECT_EQ(bits, again.bits());
    EXPECT_NE(bits, other_stream.bits());
    EXPECT_NE(bits, other_seed.bits());
  }
}

TEST(Random, UniformStaysInItsRangeAndHasItsMean) {
  Random random(3, 0);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double draw = random.uniform();
    ASSERT_GE(draw, 0.0);
    ASSERT_LT(draw, 1.0);
    sum += draw;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 5 * 0.2887 / 316.2);  // five standard errors
}

TEST(Random, BelowIsEven) {
  Random random(4, 0);
  std::array<int, 6> seen{};
  for (int i = 0; i < 60000; ++i) ++seen.at(random.below(6));
  double chi_square = 0;
  for (const int count : seen) chi_square += (count - 10000.0) * (count - 10000.0) / 10000.0;
  EXPECT_LT(chi_square, 20.5);  // the 99.9 % point with 5 degrees of freedom
  EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, BelowIsEvenWhereAPlainRemainderIsNot) {
  // With bound 3 * 2^62 the plain remainder gives the lowest third half of all draws.
  constexpr std::uint64_t bound = std::uint64_t{3} << 62;
  Random random(5, 0);
  int low = 0;
  for (int i = 0; i < 30000; ++i) low += random.below(bound) < bound / 3 ? 1 : 0;
  EXPECT_NEAR(low, 10000, 5 * 81.7);
}

TEST(Random, BernoulliKeepsItsEnds) {
  Random random(6, 0);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.bernoulli(0.0));
    EXPECT_TRUE(random.bernoulli(1.0));
  }
}

}  // namespace
