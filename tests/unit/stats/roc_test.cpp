// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/roc.hpp>

#include <stats/delong.hpp>
#include <stats/exact_ratio.hpp>
#include <stats/score_order.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <utility>
#include <vector>

namespace {

namespace stats = childwell::stats;

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double zero = 0.0;

// The definition, pair by pair, in integers: twice the area in pairs, and the variance over a known denominator.
struct BruteForce {
  std::int64_t agreeing = 0, events = 0, others = 0;
  double variance = std::numeric_limits<double>::quiet_NaN();

  BruteForce(const std::vector<std::uint8_t>& outcomes, const std::vector<double>& scores) {
    const std::size_t n = outcomes.size();
    std::vector<std::int64_t> of_events, of_others;
    for (std::size_t i = 0; i < n; ++i) {
      std::int64_t place = 0;
      for (std::size_t j = 0; j < n; ++j) {
        if (outcomes[j] == outcomes[i]) continue;
        const double event = outcomes[i] == 1 ? scores[i] : scores[j];
        const double other = outcomes[i] == 1 ? scores[j] : scores[i];
        place += event > other ? 2 : event == other ? 1 : 0;
      }
      (outcomes[i] == 1 ? of_events : of_others).push_back(place);
      if (outcomes[i] == 1) agreeing += place;
    }
    events = static_cast<std::int64_t>(of_events.size());
    others = static_cast<std::int64_t>(of_others.size());
    if (events < 2 || others < 2) return;
    // For n <= 7 every product below is a small integer, so the quotient is off by two roundings at most.
    const auto spread = [&](const std::vector<std::int64_t>& places, std::int64_t size) {
      std::int64_t squares = 0;
      for (const std::int64_t place : places) squares += place * place;
      return size * squares - agreeing * agreeing;
    };
    const std::int64_t m = events, k = others;
    const std::int64_t common = 4 * m * m * k * k * (m - 1) * (k - 1);
    variance = static_cast<double>(spread(of_events, m) * (k - 1) + spread(of_others, k) * (m - 1)) /
               static_cast<double>(common);
  }
};

// Every weak order of n rows (ranks that use 0..max without holes) with every set of outcomes.
TEST(RocAuc, EqualsTheDefinitionOnEveryPatternOfUpToSevenRows) {
  std::size_t patterns = 0;
  for (std::size_t n = 1; n <= 7; ++n) {
    std::vector<int> ranks(n, 0);
    std::size_t order_number = 0;
    for (;;) {
      const int highest = *std::max_element(ranks.begin(), ranks.end());
      const std::set<int> used(ranks.begin(), ranks.end());
      // Seven rows have 47,293 weak orders: all are tried with rows in order, and every seventh with rows in disorder.
      if (static_cast<int>(used.size()) == highest + 1 &&
          (n < 7 || std::is_sorted(ranks.begin(), ranks.end()) || order_number++ % 7 == 0)) {
        const std::vector<double> scores(ranks.begin(), ranks.end());
        for (unsigned bits = 0; bits < 1u << n; ++bits) {
          std::vector<std::uint8_t> outcomes;
          for (std::size_t i = 0; i < n; ++i) outcomes.push_back(static_cast<std::uint8_t>(bits >> i & 1));
          const BruteForce truth(outcomes, scores);
          const stats::RocAuc made = stats::roc_auc(outcomes, scores);
          ++patterns;
          if (truth.events == 0 || truth.others == 0) {
            ASSERT_EQ(made.status, childwell::Status::degenerate);
            ASSERT_TRUE(std::isnan(made.auc));
            continue;
          }
          ASSERT_EQ(made.auc,
                    static_cast<double>(truth.agreeing) / static_cast<double>(2 * truth.events * truth.others));
          if (std::isnan(truth.variance)) {
            ASSERT_TRUE(std::isnan(made.variance));
          } else {
            ASSERT_LE(std::abs(made.variance - truth.variance), 4 * eps * truth.variance);
          }
        }
      }
      std::size_t digit = 0;
      while (digit < n && ranks[digit] == static_cast<int>(n) - 1) ranks[digit++] = 0;
      if (digit == n) break;
      ++ranks[digit];
    }
  }
  EXPECT_GT(patterns, 100000U);
}

TEST(RocAuc, EqualsTheDefinitionWhereEventsAreRare) {
  std::mt19937 engine(11);
  for (int repeat = 0; repeat < 300; ++repeat) {
    const std::size_t n = 100 + engine() % 900;  // both sides of the size from which digits are counted
    const unsigned distinct = 1 + static_cast<unsigned>(engine() % (repeat % 3 == 0 ? 5 : 2000));
    std::vector<std::uint8_t> outcomes(n, 0);
    std::vector<double> scores(n);
    for (double& score : scores) score = static_cast<double>(engine() % distinct) / 7.0 - 1.0;
    for (std::size_t event = 0; event < 2 + engine() % 9; ++event) outcomes[engine() % n] = 1;
    const BruteForce truth(outcomes, scores);
    const stats::RocAuc made = stats::roc_auc(outcomes, scores);
    ASSERT_EQ(made.auc, static_cast<double>(truth.agreeing) / static_cast<double>(2 * truth.events * truth.others));
    if (!std::isnan(truth.variance)) {
      ASSERT_LE(std::abs(made.variance - truth.variance), 4 * eps * truth.variance);
    }
  }
}

TEST(DelongSums, CountPairsOfMoreRowsThanMemoryHolds) {
  // 2^31 events and 2^31 others in three groups: (2^30, 2^29), (0, 2^30), (2^30, 2^29).
  const std::uint64_t half = std::uint64_t{1} << 30, quarter = std::uint64_t{1} << 29;
  stats::DelongSums sums(std::int64_t{1} << 31, std::int64_t{1} << 31);
  sums.add(half, quarter);
  sums.add(0, half);
  sums.add(half, quarter);
  // Places of events: 1/8 and 7/8; of others: 3/4, 1/2, 1/4. Area 1/2, variances 9/64 and 1/32 over 2^31 - 1.
  EXPECT_EQ(sums.auc(), 0.5);
  const double expected = (9.0 / 64.0 + 1.0 / 32.0) / (2147483647.0);
  EXPECT_NEAR(sums.variance(), expected, 4 * eps * expected);
}

TEST(DelongSums, CountPairsBeyond32Bits) {
  stats::DelongSums sums(150000, 150000);
  for (int i = 0; i < 150000; ++i) {
    sums.add(0, 1);
    sums.add(1, 0);
  }
  // Event i stands above i + 1 others: the sum over 1..150000 of pairs, over 2.25e10.
  EXPECT_EQ(sums.auc(), 150001.0 / 300000.0);
  EXPECT_GT(sums.variance(), 0.0);
}

TEST(ExactRatio, RoundsOnceToNearestEven) {
  using stats::Wide;
  EXPECT_EQ(stats::exact_ratio(Wide{1}, Wide{3}), 1.0 / 3.0);
  const Wide big = Wide{1} << 53;
  EXPECT_EQ(stats::exact_ratio(big + 1, Wide{1}), 0x1p53);                    // tie goes to even
  EXPECT_EQ(stats::exact_ratio(2 * (big + 1) + 1, Wide{2}), 0x1p53 + 2.0);    // just above the tie
  EXPECT_EQ(stats::exact_ratio(big + 3, Wide{1}), 0x1p53 + 4.0);
  EXPECT_EQ(stats::exact_ratio((Wide{1} << 120) + 1, Wide{1} << 120), 1.0);
  EXPECT_EQ(stats::exact_ratio(Wide{1} << 60, (Wide{1} << 62) + (Wide{1} << 9)), 0.25 - 0x1p-55);
  // Against long double where 64 bits of it decide.
  std::mt19937_64 engine(3);
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t a = engine() >> 10, b = (engine() >> 10) + 1;
    const double made = stats::exact_ratio(Wide{a} << 40, Wide{b} << 40);
    EXPECT_NEAR(made, static_cast<double>(static_cast<long double>(a) / static_cast<long double>(b)), made * eps);
  }
}

// Scores that a shift cannot place: both signs down to the smallest double, so that ranks are looked up.
std::vector<double> widest_scores(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::vector<double> scores(n);
  for (double& score : scores) {
    do {
      score = std::bit_cast<double>(engine());
    } while (!std::isfinite(score));
  }
  scores[0] = std::numeric_limits<double>::denorm_min();
  scores[1] = -scores[0];
  scores[2] = std::numeric_limits<double>::max();
  scores[3] = -scores[2];
  return scores;
}

void expect_sorted(const std::vector<std::uint8_t>& outcomes, const std::vector<double>& scores) {
  const stats::OrderedOutcomes ordered = stats::ordered_outcomes("test", outcomes, scores);
  ASSERT_EQ(ordered.words.size(), scores.size());
  std::vector<std::pair<double, int>> expected, made;
  for (std::size_t i = 0; i < scores.size(); ++i) expected.emplace_back(scores[i] + zero, outcomes[i]);
  for (const std::uint64_t word : ordered.words) made.emplace_back(ordered.score(word), static_cast<int>(word & 1));
  EXPECT_TRUE(std::is_sorted(made.begin(), made.end(), [](const auto& a, const auto& b) { return a.first < b.first; }));
  std::sort(expected.begin(), expected.end());
  std::sort(made.begin(), made.end());
  EXPECT_EQ(made, expected);
}

TEST(ScoreOrder, SortsEveryRangeOfDoubles) {
  for (const std::size_t n : {std::size_t{5}, std::size_t{700}, std::size_t{5000}}) {
    std::mt19937_64 engine(n);
    std::vector<std::uint8_t> outcomes(n);
    for (std::uint8_t& outcome : outcomes) outcome = static_cast<std::uint8_t>(engine() & 1);
    const auto scores_of = [&](auto draw) {
      std::vector<double> scores(n);
      for (double& score : scores) score = draw();
      return scores;
    };
    std::normal_distribution<double> normal;
    expect_sorted(outcomes, scores_of([&] { return normal(engine); }));
    expect_sorted(outcomes, scores_of([&] { return std::round(3 * normal(engine)); }));
    expect_sorted(outcomes, scores_of([&] { return 1e9 + 1e-6 * normal(engine); }));
    expect_sorted(outcomes, scores_of([&] { return (engine() & 1) != 0 ? 0.0 : -0.0; }));
    expect_sorted(outcomes, scores_of([&] {
                    return static_cast<double>(engine() & 7) * std::numeric_limits<double>::denorm_min();
                  }));
    expect_sorted(outcomes, scores_of([&] { return std::exp(100 * normal(engine)) * ((engine() & 1) != 0 ? 1 : -1); }));
    expect_sorted(outcomes, widest_scores(n, static_cast<unsigned>(n)));
  }
}

TEST(ScoreOrder, KeepsTheOrderOfRowsAmongEqualScores) {
  std::mt19937_64 engine(2);
  std::vector<double> scores(20000);
  for (double& score : scores) score = static_cast<double>(engine() % 50) / 7.0;
  std::vector<std::uint32_t> rows(scores.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint32_t>(i);
  std::vector<std::uint32_t> expected = rows;
  std::stable_sort(expected.begin(), expected.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return scores[a] < scores[b]; });
  EXPECT_EQ(stats::rows_by_score(rows, scores), expected);
}

}  // namespace
