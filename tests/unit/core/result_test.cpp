// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/estimate.hpp>
#include <childwell/core/ids.hpp>
#include <childwell/core/result.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace {

using childwell::DataError;
using childwell::Fault;
using childwell::Result;

TEST(Result, HoldsAValueOrFaults) {
  Result<std::unique_ptr<int>> good(std::make_unique<int>(4));
  ASSERT_TRUE(good);
  const auto moved = std::move(good).value();
  EXPECT_EQ(*moved, 4);

  const Result<int> bad(std::vector<Fault>{{"missing_column", "exams", "subject", 0}});
  EXPECT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().front().column, "subject");
}

TEST(Result, AskingForAMissingValueThrowsItsFaults) {
  const Result<int> bad(std::vector<Fault>{{"missing_column", "exams", "subject", 3}});
  try {
    static_cast<void>(bad.value());
    FAIL() << "no exception";
  } catch (const DataError& error) {
    ASSERT_EQ(error.faults().size(), 1u);
    EXPECT_EQ(error.faults().front().rows, 3);
  }
}

TEST(Estimate, WithoutAValueThereIsNoNumber) {
  const auto estimate = childwell::without_value(childwell::Status::not_seen, 10, 0);
  EXPECT_TRUE(std::isnan(estimate.value) && std::isnan(estimate.lower) && std::isnan(estimate.upper));
  EXPECT_EQ(estimate.n_expected, 10);
  EXPECT_EQ(childwell::word(estimate.status), "not_seen");
}

TEST(Index, ADefaultPositionIsUnknown) {
  EXPECT_FALSE(childwell::ChildIndex{}.known());
  EXPECT_TRUE(childwell::ChildIndex{0}.known());
}

}  // namespace
