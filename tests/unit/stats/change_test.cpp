// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/change_point.hpp>
#include <childwell/stats/control_chart.hpp>
#include <childwell/stats/outbreak.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using namespace childwell;

// What a C++ caller gets without options is what Python's keywords say: R spc's value for k = 0.5, h = 5 on two sides.
TEST(ControlChart, DefaultsAreThoseOfPython) {
  EXPECT_NEAR(stats::cusum_run_length().average, 465.443506032038, 1e-8);
  EXPECT_NEAR(stats::cusum_limit(465.443506032038).limit, 5.0, 1e-10);
  EXPECT_EQ(stats::ewma_run_length().status, Status::ok);
  EXPECT_DOUBLE_EQ(stats::ewma_run_length().average,
                   stats::ewma_run_length({0.2, 3.0, stats::EwmaLimits::exact}).average);
}

TEST(ControlChart, SpansOfAnyOwnerAreRead) {
  const std::array<double, 3> values = {0.0, std::nan(""), 9.0};
  const stats::EwmaChart chart = stats::ewma_chart(values, 0.0, 1.0);
  EXPECT_EQ(chart.alarms, std::vector<std::int64_t>{2});
  EXPECT_EQ(chart.missing, 1);
}

TEST(ChangePoint, TwoMarksHaveTwoHistories) {
  const std::array<double, 2> marks = {1.0, 0.0};
  const stats::ChangePoints made = stats::binomial_change_points(marks);
  // With a uniform prior: changed 0.01 x 1/2, unchanged 0.99 x 1/3.
  EXPECT_NEAR(made.change_probability[1], 0.005 / (0.005 + 0.33), 1e-15);
  EXPECT_NEAR(made.log_evidence, std::log(0.5 * (0.005 + 0.33)), 1e-15);
}

TEST(Outbreak, AConstantPastHasAPoissonLimit) {
  const std::vector<double> weeks(52 * 6, 4.0);
  const stats::OutbreakLimits made = stats::outbreak_limits(weeks);
  EXPECT_EQ(made.statuses.back(), Status::ok);
  EXPECT_NEAR(made.expected.back(), 4.0, 1e-13);
  EXPECT_EQ(made.limit.back(), 10.0);  // qpois(0.995, 4)
}

}  // namespace
