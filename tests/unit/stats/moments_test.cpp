// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>
#include <childwell/stats/rank.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace stats = childwell::stats;

// Rows counted beyond 32 bits, without holding them: a table of so many rows of few values.
TEST(WholeSums, CountsBeyondThirtyTwoBitsAreExact) {
  const std::int64_t half = std::int64_t{1} << 31;
  for (const std::int64_t rows : {half - 10, half + 10, 2 * half + 10}) {
    stats::WholeSums sums;
    sums.add(100, rows);
    sums.add(102, rows);
    const stats::Moments made = stats::moments(sums);
    EXPECT_EQ(made.count, 2 * rows);
    EXPECT_EQ(made.mean, 101.0);
    // The variance is 2 n / (2 n - 1) with n rows of each, which rounds to this.
    const double count = static_cast<double>(2 * rows);
    EXPECT_EQ(made.variance, count / (count - 1.0));
  }
}

TEST(WholeSums, TheLargestPromisedSumsDoNotOverflow) {
  stats::WholeSums sums;
  const std::int64_t large = (std::int64_t{1} << 47) - 1;
  sums.add(large, std::int64_t{1} << 30);
  sums.add(-large, std::int64_t{1} << 30);
  const stats::Moments made = stats::moments(sums);
  EXPECT_EQ(made.mean, 0.0);
  const double size = static_cast<double>(large);
  EXPECT_NEAR(made.variance / (size * size), 1.0, 1e-9);
}

TEST(WholeSums, PartsMergeToTheWholeInAnyOrder) {
  const std::vector<std::int64_t> values = {5, -3, 1000000, 7, 7, 0, -999999, 12};
  const stats::Moments whole = stats::moments(values, stats::MomentsOptions{});
  for (std::size_t cut = 0; cut <= values.size(); ++cut) {
    stats::WholeSums left;
    stats::WholeSums right;
    for (std::size_t i = 0; i < values.size(); ++i) (i < cut ? left : right).add(values[i]);
    right.merge(left);
    const stats::Moments merged = stats::moments(right);
    EXPECT_EQ(merged.mean, whole.mean);
    EXPECT_EQ(merged.variance, whole.variance);
    EXPECT_EQ(merged.minimum, whole.minimum);
    EXPECT_EQ(merged.maximum, whole.maximum);
  }
}

TEST(WholeSums, NothingAndOneRowAreNotEnough) {
  stats::WholeSums sums;
  EXPECT_EQ(stats::moments(sums).status, childwell::Status::not_enough_data);
  sums.add(4);
  EXPECT_EQ(stats::moments(sums).status, childwell::Status::not_enough_data);
  EXPECT_EQ(stats::moments(sums).mean, 4.0);
  sums.add(4);
  EXPECT_EQ(stats::moments(sums).status, childwell::Status::degenerate);
}
