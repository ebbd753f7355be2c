// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/state_counts.hpp>

#include <kernels/state_counts.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace {

using Counts = std::array<std::uint16_t, 16 * 64>;

std::vector<std::uint8_t> random_tile(std::size_t sessions, unsigned seed) {
  std::mt19937 engine(seed);
  std::vector<std::uint8_t> cells(sessions * 64);
  for (std::uint8_t& cell : cells) cell = static_cast<std::uint8_t>(engine() & 255U);
  return cells;
}

Counts counted_one_by_one(const std::vector<std::uint8_t>& cells) {
  Counts counts{};
  for (std::size_t i = 0; i < cells.size(); ++i) ++counts[(cells[i] & 15U) * 64U + i % 64U];
  return counts;
}

// Around 255 a byte counter would overflow; 0 and 1 are the ends.
constexpr std::array<std::size_t, 9> session_counts = {0, 1, 2, 63, 254, 255, 256, 511, 1000};

TEST(StateCounts, EveryKernelEqualsThePlainLoopOnRandomTiles) {
  const auto found = childwell::kernels::state_count_kernels();
  ASSERT_GE(found.size, 1U);
  for (std::size_t k = 0; k < found.size; ++k) {
    for (const std::size_t sessions : session_counts) {
      const auto cells = random_tile(sessions, static_cast<unsigned>(sessions + 1));
      Counts counts;
      counts.fill(7);
      found.kernels[k].run(cells.data(), sessions, counts.data());
      EXPECT_EQ(counts, counted_one_by_one(cells)) << found.kernels[k].name << ", " << sessions << " sessions";
    }
  }
}

TEST(StateCounts, CountsOneStateHeldForAWholeYearInEverySession) {
  const std::vector<std::uint8_t> cells(600 * 64, 0xF3);
  const auto found = childwell::kernels::state_count_kernels();
  for (std::size_t k = 0; k < found.size; ++k) {
    Counts counts;
    found.kernels[k].run(cells.data(), 600, counts.data());
    EXPECT_EQ(counts, counted_one_by_one(cells)) << found.kernels[k].name;
    EXPECT_EQ(counts[3 * 64 + 63], 600);
  }
}

TEST(StateCounts, RunsOnTheWidestKernelOfTheMachine) {
  const auto found = childwell::kernels::state_count_kernels();
  EXPECT_EQ(childwell::kernel_in_use(), std::string_view(found.kernels[found.size - 1].name));
  const auto cells = random_tile(300, 5);
  Counts counts;
  childwell::count_states(cells.data(), 300, counts.data());
  EXPECT_EQ(counts, counted_one_by_one(cells));
}

}  // namespace
