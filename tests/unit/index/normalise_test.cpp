// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/normalise.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace {

using namespace childwell;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

NormalisationRule goalposts(double from, double to, bool high_is_good) {
  NormalisationRule rule;
  rule.from = from;
  rule.to = to;
  rule.high_is_good = high_is_good;
  return rule;
}

// A twentieth absent of goalposts from none to a fifth: a quarter of the way down, 100 - 99 / 4.
TEST(Normalise, GoalpostsByHand) {
  const std::vector<double> absent = {0.0, 0.05, 0.2, nan};
  const NormalisedColumn made = normalise(absent, goalposts(0.0, 0.2, false));
  EXPECT_EQ(made.scores[0], 100.0);
  EXPECT_DOUBLE_EQ(made.scores[1], 75.25);
  EXPECT_EQ(made.scores[2], 1.0);
  EXPECT_TRUE(std::isnan(made.scores[3]));
  EXPECT_EQ(made.count, 3);
  EXPECT_EQ(made.missing, 1);
  EXPECT_EQ(made.clipped_low + made.clipped_high, 0);
  EXPECT_EQ(made.status, Status::ok);
}

TEST(Normalise, BeyondTheGoalpostsIsClippedAndCounted) {
  const std::vector<double> raw = {-1.0, 0.0, 5.0, 10.0, 11.0, 12.0};
  const NormalisedColumn up = normalise(raw, goalposts(0.0, 10.0, true));
  EXPECT_EQ(up.scores, (std::vector<double>{1.0, 1.0, 50.5, 100.0, 100.0, 100.0}));
  EXPECT_EQ(up.clipped, (std::vector<std::uint8_t>{1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(up.clipped_low, 1);
  EXPECT_EQ(up.clipped_high, 2);
  const NormalisedColumn down = normalise(raw, goalposts(0.0, 10.0, false));
  EXPECT_EQ(down.clipped_low, 2);
  EXPECT_EQ(down.clipped_high, 1);
}

// Goalposts are frozen: what other units do moves no score. Relative methods move.
TEST(Normalise, OnlyGoalpostsDoNotMoveWithTheOthers) {
  const std::vector<double> now = {3.0, 5.0, 8.0};
  const std::vector<double> later = {3.0, 5.0, 100.0};
  const NormalisationRule frozen = goalposts(0.0, 10.0, true);
  EXPECT_EQ(normalise(now, frozen).scores[0], normalise(later, frozen).scores[0]);
  for (const auto method : {Normalisation::min_max, Normalisation::z_score}) {
    NormalisationRule rule;
    rule.method = method;
    EXPECT_NE(normalise(now, rule).scores[1], normalise(later, rule).scores[1]);
  }
}

TEST(Normalise, RelativeMethodsByHand) {
  const std::vector<double> raw = {2.0, 4.0, 4.0, 6.0, nan};
  NormalisationRule rule;
  rule.method = Normalisation::min_max;
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[1], 50.5);
  rule.high_is_good = false;
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[0], 100.0);
  rule.high_is_good = true;
  rule.method = Normalisation::z_score;  // mean 4, variance 8 / 3
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[3], 50.0 + 10.0 * 2.0 / std::sqrt(8.0 / 3.0));
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[1], 50.0);
  rule.method = Normalisation::rank_normal;  // Blom of the middle rank is 0
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[1], 50.0);
  rule.method = Normalisation::rank;
  EXPECT_EQ(normalise(raw, rule).scores[1], 2.5);
  rule.method = Normalisation::borda;
  EXPECT_EQ(normalise(raw, rule).scores[1], 1.5);
  rule.method = Normalisation::percentile_rank;
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[3], 1.0);
  EXPECT_DOUBLE_EQ(normalise(raw, rule).scores[1], 1.0 / 3.0);
}

TEST(Normalise, Edges) {
  const std::vector<double> none = {nan, nan};
  const std::vector<double> equal = {5.0, 5.0, 5.0};
  const std::vector<double> infinite = {1.0, std::numeric_limits<double>::infinity()};
  for (const auto method : {Normalisation::goalposts, Normalisation::min_max, Normalisation::z_score,
                            Normalisation::rank_normal, Normalisation::rank, Normalisation::percentile_rank}) {
    NormalisationRule rule = goalposts(0.0, 10.0, true);
    rule.method = method;
    EXPECT_EQ(normalise(none, rule).status, Status::not_enough_data);
    EXPECT_EQ(normalise(infinite, rule).status, Status::not_finite);
    const bool divides = method == Normalisation::min_max || method == Normalisation::z_score;
    EXPECT_EQ(normalise(equal, rule).status, divides ? Status::degenerate : Status::ok);
    EXPECT_EQ(std::isnan(normalise(equal, rule).scores[0]), divides);
  }
}

TEST(Normalise, AStretchWithoutWidthIsRefused) {
  const std::vector<double> raw = {1.0, 2.0};
  for (const auto& [from, to] : {std::pair{3.0, 3.0}, std::pair{4.0, 3.0}, std::pair{nan, 3.0}}) {
    EXPECT_THROW(normalise(raw, goalposts(from, to, true)), std::invalid_argument);
  }
  NormalisationRule flat = goalposts(0.0, 1.0, true);
  flat.low = flat.high;
  EXPECT_THROW(normalise(raw, flat), std::invalid_argument);
  NormalisationRule spread;
  spread.method = Normalisation::z_score;
  spread.standard_deviation = 0.0;
  EXPECT_THROW(normalise(raw, spread), std::invalid_argument);
}

TEST(TreatOutliers, OneFarValueIsDrawnInAndAFairColumnIsLeft) {
  std::vector<double> fair;
  for (int i = 0; i < 30; ++i) fair.push_back(i);
  EXPECT_EQ(treat_outliers(fair, {}).values, fair);
  std::vector<double> far = fair;
  far.push_back(1000.0);
  const TreatedColumn made = treat_outliers(far, {});
  EXPECT_EQ(made.drawn_in, 1);
  EXPECT_FALSE(made.logarithm);
  EXPECT_EQ(made.values.back(), 29.0);
}

TEST(TreatOutliers, WhatNeverPassesIsPutInLogarithms) {
  std::vector<double> growing;
  for (int i = 0; i < 40; ++i) growing.push_back(std::pow(2.0, i));
  OutlierRule rule;
  rule.most_points = 2;
  const TreatedColumn made = treat_outliers(growing, rule);
  EXPECT_TRUE(made.logarithm);
  EXPECT_EQ(made.drawn_in, 0);
  EXPECT_DOUBLE_EQ(made.values.front(), std::log(0.01 * (growing.back() - growing.front())));
  EXPECT_THROW(treat_outliers(growing, {nan, 3.5, 5}), std::invalid_argument);
  EXPECT_THROW(treat_outliers(growing, {2.0, 3.5, -1}), std::invalid_argument);
}

}  // namespace
