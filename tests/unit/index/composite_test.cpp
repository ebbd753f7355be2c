// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/composite.hpp>

#include <childwell/core/pool.hpp>
#include <childwell/core/random.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace {

using namespace childwell;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

stats::MatrixView view(const std::vector<double>& values, std::size_t columns) {
  return {values.data(), values.size() / columns, columns, static_cast<std::ptrdiff_t>(columns), 1};
}

// Two domains: school of two leaves, life of one; the index is geometric.
std::vector<CompositeNode> two_domains() {
  return {{"school", {0, 1}, {1.0, 3.0}, MeanKind::arithmetic, 0.5, 1},
          {"life", {2}, {1.0}, MeanKind::arithmetic, 0.0, 1},
          {"index", {3, 4}, {1.0, 1.0}, MeanKind::geometric, 0.5, 1}};
}

// school = (20 + 3 x 40) / 4 = 35; index = sqrt(35 x 50).
TEST(Composite, AnOrdinaryUnitByHand) {
  const std::vector<double> scores = {20.0, 40.0, 50.0};
  const Composite made = composite_indicator({view(scores, 3)}, two_domains(), {});
  EXPECT_DOUBLE_EQ(made.values(0, 0), 35.0);
  EXPECT_DOUBLE_EQ(made.values(0, 1), 50.0);
  EXPECT_DOUBLE_EQ(made.values(0, 2), std::sqrt(35.0 * 50.0));
  EXPECT_EQ(made.lowest(0, 2), made.values(0, 2));
  EXPECT_EQ(made.highest(0, 2), made.values(0, 2));
  EXPECT_EQ(made.coverage(0, 2), 1.0);
  EXPECT_TRUE(std::isnan(made.lower(0, 2)));  // nobody said how sure the scores are
  EXPECT_EQ(made.statuses[2], Status::ok);
}

// The leaf of weight 3 is missing: a quarter of the school's weight is there, less than the half that it needs.
TEST(Composite, MissingOpensBoundsAndNotApplicableDoesNot) {
  const std::vector<double> scores = {20.0, nan, 50.0, 20.0, nan, 50.0};
  const std::vector<std::uint8_t> apart = {0, 0, 0, 0, 1, 0};
  CompositeScores given{view(scores, 3)};
  given.not_applicable = apart;
  const Composite made = composite_indicator(given, two_domains(), {});
  EXPECT_TRUE(std::isnan(made.values(0, 0)));
  EXPECT_EQ(made.statuses[0], Status::not_enough_data);
  EXPECT_DOUBLE_EQ(made.coverage(0, 0), 0.25);
  EXPECT_DOUBLE_EQ(made.lowest(0, 0), (20.0 + 3.0) / 4.0);
  EXPECT_DOUBLE_EQ(made.highest(0, 0), (20.0 + 300.0) / 4.0);
  EXPECT_DOUBLE_EQ(made.values(0, 2), 50.0);  // of the one domain that is left: half of the weight is enough here
  EXPECT_DOUBLE_EQ(made.coverage(0, 2), 0.5);
  EXPECT_DOUBLE_EQ(made.lowest(0, 2), std::sqrt(5.75 * 50.0));
  EXPECT_DOUBLE_EQ(made.highest(0, 2), std::sqrt(80.0 * 50.0));
  EXPECT_DOUBLE_EQ(made.values(1, 0), 20.0);
  EXPECT_EQ(made.coverage(1, 0), 1.0);
  EXPECT_EQ(made.lowest(1, 2), made.values(1, 2));
}

TEST(Composite, NothingThereAndNothingApplies) {
  const std::vector<double> scores = {nan, nan, nan, nan, nan, nan};
  const std::vector<std::uint8_t> apart = {0, 0, 0, 1, 1, 1};
  CompositeScores given{view(scores, 3)};
  given.not_applicable = apart;
  const Composite made = composite_indicator(given, two_domains(), {});
  EXPECT_EQ(made.statuses[2], Status::not_enough_data);
  EXPECT_EQ(made.lowest(0, 2), 1.0);
  EXPECT_EQ(made.highest(0, 2), 100.0);
  EXPECT_EQ(made.coverage(0, 2), 0.0);
  EXPECT_EQ(made.statuses[5], Status::not_expected);
  EXPECT_TRUE(std::isnan(made.values(1, 2)));
  EXPECT_TRUE(std::isnan(made.lowest(1, 2)));
  EXPECT_TRUE(std::isnan(made.coverage(1, 2)));
}

// What a score may be for gaps in its own records opens the bounds, not the value.
TEST(Composite, BoundsOfALeafReachTheIndex) {
  const std::vector<double> scores = {20.0, 40.0, 50.0};
  const std::vector<double> least = {20.0, 20.0, nan};
  const std::vector<double> most = {20.0, 60.0, nan};
  CompositeScores given{view(scores, 3)};
  given.least = view(least, 3);
  given.most = view(most, 3);
  const Composite made = composite_indicator(given, two_domains(), {});
  EXPECT_DOUBLE_EQ(made.values(0, 0), 35.0);
  EXPECT_DOUBLE_EQ(made.lowest(0, 0), 20.0);
  EXPECT_DOUBLE_EQ(made.highest(0, 2), std::sqrt(50.0 * 50.0));
}

TEST(Composite, MeansAreOrderedAndEqualPartsGiveThemselves) {
  const std::vector<double> scores = {0.1 * 3.0, 80.0, 17.3, 17.3};
  std::vector<CompositeNode> nodes(1, {"index", {0, 1}, {0.3, 0.7}, MeanKind::arithmetic, 0.0, 1});
  CompositeOptions options;
  options.low = 0.1;
  double last = std::numeric_limits<double>::infinity();
  for (const auto mean : {MeanKind::arithmetic, MeanKind::geometric, MeanKind::harmonic}) {
    nodes[0].mean = mean;
    const Composite made = composite_indicator({view(scores, 2)}, nodes, options);
    EXPECT_LT(made.values(0, 0), last);
    last = made.values(0, 0);
    EXPECT_EQ(made.values(1, 0), 17.3);
  }
  EXPECT_DOUBLE_EQ(last, 1.0 / (0.3 / (0.1 * 3.0) + 0.7 / 80.0));
}

// Arithmetic: sides add in squares, each by itself. Geometric: the same in logarithms.
TEST(Composite, DeltaByHand) {
  const std::vector<double> scores = {40.0, 60.0};
  const std::vector<double> lower = {36.0, 57.0};
  const std::vector<double> upper = {48.0, 66.0};
  CompositeScores given{view(scores, 2)};
  given.lower = view(lower, 2);
  given.upper = view(upper, 2);
  std::vector<CompositeNode> nodes(1, {"index", {0, 1}, {1.0, 1.0}, MeanKind::arithmetic, 0.0, 1});
  Composite made = composite_indicator(given, nodes, {});
  EXPECT_DOUBLE_EQ(made.lower(0, 0), 50.0 - std::hypot(2.0, 1.5));
  EXPECT_DOUBLE_EQ(made.upper(0, 0), 50.0 + std::hypot(4.0, 3.0));
  nodes[0].mean = MeanKind::geometric;
  made = composite_indicator(given, nodes, {});
  const double value = std::sqrt(40.0 * 60.0);
  const auto half_log = [](double to, double from) { return 0.5 * std::log(to / from); };
  EXPECT_NEAR(made.lower(0, 0), value * std::exp(-std::hypot(half_log(40.0, 36.0), half_log(60.0, 57.0))), 1e-12);
  EXPECT_NEAR(made.upper(0, 0), value * std::exp(std::hypot(half_log(48.0, 40.0), half_log(66.0, 60.0))), 1e-12);
  const std::vector<double> together = {1.0, 1.0, 1.0, 1.0};  // one error in both: sides add up
  CompositeOptions options;
  options.correlation = view(together, 2);
  nodes[0].mean = MeanKind::arithmetic;
  made = composite_indicator(given, nodes, options);
  EXPECT_NEAR(made.lower(0, 0), 50.0 - 3.5, 1e-12);
  for (const auto mean : {MeanKind::geometric, MeanKind::harmonic}) {  // the mean of the ends, exactly
    nodes[0].mean = mean;
    made = composite_indicator(given, nodes, options);
    const bool geometric = mean == MeanKind::geometric;
    EXPECT_NEAR(made.lower(0, 0), geometric ? std::sqrt(36.0 * 57.0) : 2.0 / (1.0 / 36.0 + 1.0 / 57.0), 1e-12);
    EXPECT_NEAR(made.upper(0, 0), geometric ? std::sqrt(48.0 * 66.0) : 2.0 / (1.0 / 48.0 + 1.0 / 66.0), 1e-12);
  }
}

TEST(Composite, AnIntervalStandsOnlyWhereEveryPartHasOne) {
  const std::vector<double> scores = {40.0, 60.0, 50.0};
  const std::vector<double> lower = {36.0, nan, 45.0};
  const std::vector<double> upper = {44.0, nan, 55.0};
  CompositeScores given{view(scores, 3)};
  given.lower = view(lower, 3);
  given.upper = view(upper, 3);
  for (const auto interval : {CompositeInterval::delta, CompositeInterval::monte_carlo}) {
    CompositeOptions options;
    options.interval = interval;
    const Composite made = composite_indicator(given, two_domains(), options);
    EXPECT_TRUE(std::isnan(made.lower(0, 0)));
    EXPECT_FALSE(std::isnan(made.lower(0, 1)));
    EXPECT_TRUE(std::isnan(made.upper(0, 2)));
  }
}

struct Made {
  std::vector<double> values, lower, upper;
};

Made many(std::size_t rows) {
  Random random(7, 1);
  Made made;
  for (std::size_t i = 0; i < rows * 3; ++i) {
    const double score = random.bernoulli(0.2) ? nan : 20.0 + 60.0 * random.uniform();
    made.values.push_back(score);
    made.lower.push_back(score - 5.0 * random.uniform());
    made.upper.push_back(score + 8.0 * random.uniform());
  }
  return made;
}

// Any number of threads gives the same bits; a unit named by its stream gives the same wherever it stands.
TEST(Composite, ThreadsAndOrderChangeNoBit) {
  constexpr std::size_t rows = 1500;
  const Made given = many(rows);
  std::vector<std::uint64_t> streams(rows);
  for (std::size_t i = 0; i < rows; ++i) streams[i] = 1000 + i;
  CompositeScores scores{view(given.values, 3), view(given.lower, 3), view(given.upper, 3)};
  scores.streams = streams;
  CompositeOptions options;
  options.interval = CompositeInterval::monte_carlo;
  options.draws = 50;
  const Composite serial = composite_indicator(scores, two_domains(), options);
  Pool pool(3);
  const Composite threaded = composite_indicator(scores, two_domains(), options, pool);
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (std::size_t i = 0; i < serial.lower.values.size(); ++i) {
    ASSERT_TRUE(same(serial.lower.values[i], threaded.lower.values[i]));
    ASSERT_TRUE(same(serial.values.values[i], threaded.values.values[i]));
  }
  std::vector<double> values(given.values), lower(given.lower), upper(given.upper);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      values[(rows - 1 - i) * 3 + j] = given.values[i * 3 + j];
      lower[(rows - 1 - i) * 3 + j] = given.lower[i * 3 + j];
      upper[(rows - 1 - i) * 3 + j] = given.upper[i * 3 + j];
    }
    streams[rows - 1 - i] = 1000 + i;
  }
  CompositeScores turned{view(values, 3), view(lower, 3), view(upper, 3)};
  turned.streams = streams;
  const Composite backwards = composite_indicator(turned, two_domains(), options, pool);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t k = 0; k < 3; ++k) ASSERT_TRUE(same(serial.lower(i, k), backwards.lower(rows - 1 - i, k)));
  }
}

TEST(Composite, MistakesAreRefused) {
  const std::vector<double> scores = {20.0, 40.0, 50.0};
  const CompositeScores given{view(scores, 3)};
  const auto refused = [&](const CompositeNode& node, const CompositeOptions& options = {}) {
    EXPECT_THROW(composite_indicator(given, std::vector<CompositeNode>{node}, options), std::invalid_argument);
  };
  refused({"a", {}, {}});
  refused({"a", {0}, {1.0, 1.0}});
  refused({"a", {0, 3}, {1.0, 1.0}});
  refused({"a", {0, 0}, {1.0, 1.0}});
  refused({"a", {0, 1}, {-1.0, 1.0}});
  refused({"a", {0, 1}, {0.0, 0.0}});
  refused({"a", {0}, {1.0}, MeanKind::arithmetic, 1.5});
  CompositeOptions from_zero;
  from_zero.low = 0.0;
  refused({"a", {0, 1}, {1.0, 1.0}, MeanKind::geometric}, from_zero);
  CompositeOptions short_scale;
  short_scale.high = 45.0;
  refused({"a", {0, 1}, {1.0, 1.0}}, short_scale);
  const std::vector<double> impossible = {1.0, 0.9, -0.9, 0.9, 1.0, 0.9, -0.9, 0.9, 1.0};
  CompositeOptions correlated;
  correlated.correlation = view(impossible, 3);
  refused({"a", {0, 1}, {1.0, 1.0}}, correlated);
  const std::vector<double> above = {21.0, 40.0, 50.0};
  CompositeScores outside{view(scores, 3), view(above, 3), view(above, 3)};
  EXPECT_THROW(composite_indicator(outside, two_domains(), {}), std::invalid_argument);
}

}  // namespace
