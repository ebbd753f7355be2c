// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>
#include <childwell/stats/group_standing.hpp>
#include <childwell/stats/rank.hpp>
#include <childwell/stats/special.hpp>

#include <stats/repeated_sum.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace {

using childwell::Status;
namespace stats = childwell::stats;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

double uniform(std::uint64_t key) { return static_cast<double>(mixed(key) >> 11) * 0x1p-53; }

struct Standing {
  std::vector<double> z, percentile, rank_normal, rank;
  stats::GroupStandings groups;
};

/// The plain way: every group sorted, sums over the sorted rows, ranks found by search.
Standing by_sort(const std::vector<double>& values, const std::vector<std::int32_t>& groups, std::int64_t fewest) {
  Standing made;
  for (auto* column : {&made.z, &made.percentile, &made.rank_normal, &made.rank}) column->assign(values.size(), nothing);
  const auto size = static_cast<std::size_t>(groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1);
  std::vector<std::vector<double>> sorted(size);
  made.groups.missing.assign(size, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto group = static_cast<std::size_t>(groups[i]);
    if (std::isnan(values[i])) ++made.groups.missing[group];
    else sorted[group].push_back(values[i] + 0.0);
  }
  for (auto& marks : sorted) {
    std::sort(marks.begin(), marks.end());
    const auto n = static_cast<double>(marks.size());
    made.groups.counts.push_back(static_cast<std::int64_t>(marks.size()));
    if (marks.empty()) {
      made.groups.means.push_back(nothing);
      made.groups.deviations.push_back(nothing);
      made.groups.statuses.push_back(Status::not_enough_data);
      continue;
    }
    double sum = 0.0;
    for (const double mark : marks) sum += mark - marks.front();
    const double mean = marks.front() + sum / n;
    double squares = 0.0;
    for (const double mark : marks) squares += (mark - mean) * (mark - mean);
    const double deviation = marks.size() > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0;
    made.groups.means.push_back(mean);
    made.groups.deviations.push_back(deviation);
    const bool enough = made.groups.counts.back() >= fewest;
    const Status spread = deviation == 0.0 ? Status::degenerate : std::isfinite(deviation) ? Status::ok : Status::not_finite;
    made.groups.statuses.push_back(enough ? spread : Status::not_enough_data);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto group = static_cast<std::size_t>(groups[i]);
    const auto& marks = sorted[group];
    if (std::isnan(values[i]) || made.groups.counts[group] < fewest) continue;
    const auto low = std::lower_bound(marks.begin(), marks.end(), values[i]);
    const auto high = std::upper_bound(low, marks.end(), values[i]);
    const auto below = static_cast<double>(low - marks.begin());
    const auto equal = static_cast<double>(high - low);
    const auto n = static_cast<double>(marks.size());
    made.rank[i] = below + 0.5 * (equal + 1.0);
    made.percentile[i] = 100.0 * (below + 0.5 * equal) / n;
    if (marks.front() != marks.back()) made.rank_normal[i] = stats::normal_quantile((made.rank[i] - 0.375) / (n + 0.25));
    if (made.groups.statuses[group] == Status::ok) made.z[i] = (values[i] + 0.0 - made.groups.means[group]) / made.groups.deviations[group];
  }
  return made;
}

template <class Values>
Standing made_of(const Values& values, const std::vector<std::int32_t>& groups, const stats::GroupStandingOptions& options = {},
                 childwell::Executor* executor = nullptr) {
  Standing made;
  for (auto* column : {&made.z, &made.percentile, &made.rank_normal, &made.rank}) column->assign(values.size(), -7.0);
  const stats::StandingColumns columns{made.z, made.percentile, made.rank_normal, made.rank};
  made.groups = stats::standardise_by_group(std::span(values), groups, options, columns, executor);
  return made;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) return false;
    if (!std::isnan(a[i]) && std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  }
  return true;
}

/// The first rows and groups of both, to the bit.
void expect_same(const Standing& a, const Standing& b, std::size_t rows, std::size_t groups) {
  EXPECT_TRUE(same_bits(a.z, b.z, rows));
  EXPECT_TRUE(same_bits(a.percentile, b.percentile, rows));
  EXPECT_TRUE(same_bits(a.rank_normal, b.rank_normal, rows));
  EXPECT_TRUE(same_bits(a.rank, b.rank, rows));
  ASSERT_GE(a.groups.counts.size(), groups);
  ASSERT_GE(b.groups.counts.size(), groups);
  EXPECT_TRUE(same_bits(a.groups.means, b.groups.means, groups));
  EXPECT_TRUE(same_bits(a.groups.deviations, b.groups.deviations, groups));
  for (std::size_t group = 0; group < groups; ++group) {
    EXPECT_EQ(a.groups.counts[group], b.groups.counts[group]);
    EXPECT_EQ(a.groups.missing[group], b.groups.missing[group]);
    EXPECT_EQ(a.groups.statuses[group], b.groups.statuses[group]);
  }
}

// One off the grid in a group of its own, so that all are sorted.
Standing by_radix(std::vector<double> values, std::vector<std::int32_t> groups, const stats::GroupStandingOptions& options = {},
                  childwell::Executor* executor = nullptr) {
  const auto last = static_cast<std::int32_t>(groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1);
  values.push_back(1.0 / 3.0);
  groups.push_back(last);
  const Standing made = made_of(values, groups, options, executor);
  EXPECT_EQ(made.groups.method, "radix");
  return made;
}

struct Marks {
  std::vector<double> values;
  std::vector<std::int32_t> groups;
};

// Groups of very different sizes: two thirds of the rows in three of them, one of equal marks, some with a handful.
Marks marks_of(std::size_t rows, double step, std::int32_t offset, std::uint64_t seed) {
  Marks made;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint64_t key = seed << 32U | i;
    const auto group = static_cast<std::int32_t>(mixed(key) % 3 != 0 ? mixed(key + (1ULL << 60)) % 3 : 3 + mixed(key + (1ULL << 61)) % 40);
    double steps = 0.0;
    for (std::uint64_t part = 0; part < 3; ++part) steps += std::floor(50.0 * uniform(key * 4 + part));
    const bool missing = mixed(key + (1ULL << 62)) % 50 == 0;
    const double points = 1.0 / step;
    made.values.push_back(missing ? nothing : group == 7 ? 5.0 : points >= 1.0 ? (steps + offset) / points : (steps + offset) * step);
    made.groups.push_back(group);
  }
  return made;
}

TEST(RepeatedSum, IsWhatAddingOneAfterAnotherGives) {
  const auto plain = [](double sum, double one, std::int64_t times) {
    for (; times > 0; --times) sum += one;
    return sum;
  };
  const auto expect = [&](double sum, double one, std::int64_t times) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(stats::add_repeatedly(sum, one, times)), std::bit_cast<std::uint64_t>(plain(sum, one, times)))
        << sum << " + " << times << " x " << one;
  };
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const double scale = std::ldexp(1.0, static_cast<int>(mixed(i) % 70) - 50);
    expect(i % 5 == 0 ? 0.0 : 1000.0 * uniform(2 * i), scale * uniform(2 * i + 1), static_cast<std::int64_t>(mixed(i + 77) % 3000));
  }
  // half a spacing, from an even and from an odd number of spacings, and three halves
  for (const double one : {0.5, 1.5, 2.5, 3.5, 1.0, 3.0, 0.25, 0.75}) {
    for (const double from : {0x1p53, 0x1p53 + 2.0, 0x1p53 + 4.0, 0x1p54 - 40.0, 0x1p54 - 42.0, 0x1p54 - 4.0, 0x1p52, 0x1p52 + 1.0}) {
      for (const std::int64_t times : {0, 1, 2, 13, 14, 15, 16, 40, 1000}) expect(from, one, times);
    }
  }
  constexpr double least = std::numeric_limits<double>::denorm_min();
  constexpr double most = std::numeric_limits<double>::max();
  for (const double one : {0.0, least, 3.0 * least, 0x1p-1030, most / 30.0, infinite, 1e-320}) {
    for (const double from : {0.0, least, 0x1p-1022, 1.0, most / 2.0, most, infinite}) expect(from, one, 2000);
  }
  EXPECT_TRUE(std::isnan(stats::add_repeatedly(1.0, nothing, 50)));
  // a number of times that nobody waits for: 2^40 x 1/8 is exact
  EXPECT_EQ(stats::add_repeatedly(0.0, 0.125, std::int64_t{1} << 40), 0x1p37);
}

TEST(GroupStanding, TableRadixAndPlainSortAgreeToTheBit) {
  for (const auto& [step, offset] : std::vector<std::pair<double, std::int32_t>>{{0.5, 0}, {1.0, -70}, {0.1, 3}, {0.25, 1000}, {0.05, 0}, {0.01, 400}}) {
    const Marks marks = marks_of(30000, step, offset, static_cast<std::uint64_t>(offset + 71));
    const Standing plain = by_sort(marks.values, marks.groups, 10);
    const Standing table = made_of(marks.values, marks.groups);
    EXPECT_EQ(table.groups.method, "table") << step;
    expect_same(plain, table, marks.values.size(), 43);
    expect_same(plain, by_radix(marks.values, marks.groups), marks.values.size(), 43);
    EXPECT_EQ(plain.groups.statuses[7], Status::degenerate);
  }
}

TEST(GroupStanding, WholeNumbersOfStepsAreTheirDoubles) {
  for (const double step : {0.5, 1.0, 0.1}) {
    std::vector<std::int16_t> codes;
    std::vector<double> values;
    std::vector<std::int32_t> groups;
    for (std::uint64_t i = 0; i < 20000; ++i) {
      const bool missing = mixed(i) % 40 == 0;
      codes.push_back(missing ? stats::missing_steps : static_cast<std::int16_t>(static_cast<std::int64_t>(mixed(i + 5) % 300) - 20));
      values.push_back(missing ? nothing : codes.back() * step);
      groups.push_back(static_cast<std::int32_t>(mixed(i + 9) % 11));
    }
    const stats::GroupStandingOptions options{10, step};
    const Standing made = made_of(codes, groups, options);
    EXPECT_EQ(made.groups.method, "table");
    expect_same(by_sort(values, groups, 10), made, values.size(), 11);
    // a group number that leaves no room for a table: the same rows sorted
    codes.push_back(1);
    values.push_back(step);
    groups.push_back(200000);
    const Standing sorted = made_of(codes, groups, options);
    EXPECT_EQ(sorted.groups.method, "radix");
    expect_same(made, sorted, codes.size() - 1, 11);
    EXPECT_EQ(sorted.groups.statuses[500], Status::not_enough_data);
  }
}

TEST(GroupStanding, UnboundedValuesAgreeWithPlainSort) {
  for (const double scale : {1.0, 1e-300, 1e9}) {
    Marks marks = marks_of(40000, 0.5, -60, 3);
    for (std::size_t i = 0; i < marks.values.size(); ++i) marks.values[i] *= scale * (0.5 + uniform(i));
    marks.values[11] = -0.0;
    marks.values[12] = 0.0;
    const Standing plain = by_sort(marks.values, marks.groups, 10);
    const Standing made = made_of(marks.values, marks.groups);
    EXPECT_EQ(made.groups.method, "radix");
    expect_same(plain, made, marks.values.size(), 43);
  }
}

TEST(GroupStanding, RanksAreThoseOfOneGroup) {
  const Marks marks = marks_of(5000, 0.5, 0, 9);
  const std::vector<std::int32_t> one(marks.values.size(), 0);
  const Standing made = made_of(marks.values, one);
  const std::size_t n = one.size();
  EXPECT_TRUE(same_bits(made.rank, stats::mid_ranks(marks.values), n));
  EXPECT_TRUE(same_bits(made.percentile, stats::mid_rank_percentiles(marks.values), n));
  EXPECT_TRUE(same_bits(made.rank_normal, stats::rank_normal_scores(marks.values), n));
}

TEST(GroupStanding, OrderAndThreadsChangeNoBit) {
  for (const bool bounded : {true, false}) {
    Marks marks = marks_of(150000, 0.5, 0, 5);
    if (!bounded) {
      for (std::size_t i = 0; i < marks.values.size(); ++i) marks.values[i] += 1e-7 * uniform(i);
    }
    const Standing one = made_of(marks.values, marks.groups);
    EXPECT_EQ(one.groups.method, bounded ? "table" : "radix");
    for (const std::size_t threads : {1, 2, 3}) {
      childwell::Pool pool(threads);
      expect_same(one, made_of(marks.values, marks.groups, {}, &pool), marks.values.size(), 43);
    }
    std::vector<std::size_t> order(marks.values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [](std::size_t a, std::size_t b) { return mixed(a) < mixed(b); });
    Marks shuffled;
    for (const std::size_t row : order) {
      shuffled.values.push_back(marks.values[row]);
      shuffled.groups.push_back(marks.groups[row]);
    }
    const Standing moved = made_of(shuffled.values, shuffled.groups);
    Standing back = moved;
    for (std::size_t i = 0; i < order.size(); ++i) {
      back.z[order[i]] = moved.z[i];
      back.percentile[order[i]] = moved.percentile[i];
      back.rank_normal[order[i]] = moved.rank_normal[i];
      back.rank[order[i]] = moved.rank[i];
    }
    expect_same(one, back, order.size(), 43);
  }
}

TEST(GroupStanding, SmallAndEqualGroupsSayWhy) {
  // group 0: nobody; 1: one; 2: nine; 3: ten equal; 4: ten, one apart; 5: all missing
  std::vector<double> values{3.0};
  std::vector<std::int32_t> groups{1};
  const auto add = [&](std::int32_t group, std::vector<double> some) {
    values.insert(values.end(), some.begin(), some.end());
    groups.insert(groups.end(), some.size(), group);
  };
  add(2, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  add(3, std::vector<double>(10, 4.5));
  add(4, {1, 1, 1, 1, 1, 1, 1, 1, 1, 2});
  add(5, {nothing, nothing});
  for (const bool radix : {false, true}) {
    const Standing made = radix ? by_radix(values, groups) : made_of(values, groups);
    const auto& is = made.groups;
    ASSERT_GE(is.statuses.size(), 6u);
    EXPECT_EQ(std::vector<Status>(is.statuses.begin(), is.statuses.begin() + 6),
              (std::vector<Status>{Status::not_enough_data, Status::not_enough_data, Status::not_enough_data, Status::degenerate, Status::ok,
                                   Status::not_enough_data}));
    EXPECT_EQ(std::vector<std::int64_t>(is.counts.begin(), is.counts.begin() + 6), (std::vector<std::int64_t>{0, 1, 9, 10, 10, 0}));
    EXPECT_EQ(is.missing[5], 2);
    EXPECT_TRUE(std::isnan(is.means[0]) && std::isnan(is.deviations[5]));
    EXPECT_EQ(is.means[1], 3.0);
    EXPECT_EQ(is.deviations[1], 0.0);
    EXPECT_EQ(is.means[2], 5.0);
    for (const std::size_t row : {0u, 1u, 9u, 30u}) EXPECT_TRUE(std::isnan(made.z[row]) && std::isnan(made.percentile[row]));
    EXPECT_EQ(made.percentile[10], 50.0);
    EXPECT_TRUE(std::isnan(made.z[10]) && std::isnan(made.rank_normal[10]));
    // by hand: mean 1.1, squares 9 x 0.01 + 0.81 = 0.9, deviation sqrt(0.1); the nine share rank 5
    EXPECT_NEAR(made.z[29], 0.9 / std::sqrt(0.1), 1e-14);
    EXPECT_EQ(made.percentile[29], 95.0);
    EXPECT_EQ(made.percentile[20], 45.0);
    EXPECT_EQ(made.rank[20], 5.0);
    EXPECT_NEAR(made.rank_normal[29], 1.546635, 1e-6);
    EXPECT_EQ(is.count, static_cast<std::int64_t>(values.size()) - 2 + (radix ? 1 : 0));
    EXPECT_EQ(is.missing_count, 2);
  }
  const stats::GroupStandingOptions nine{9, 1.0};
  EXPECT_EQ(made_of(values, groups, nine).groups.statuses[2], Status::ok);
}

TEST(GroupStanding, AnInfiniteValueLeavesRanks) {
  std::vector<double> values(12, 1.0);
  values[3] = infinite;
  values[4] = 2.0;
  const std::vector<std::int32_t> groups(12, 0);
  const Standing made = made_of(values, groups);
  EXPECT_EQ(made.groups.statuses[0], Status::not_finite);
  EXPECT_TRUE(std::isnan(made.z[0]));
  EXPECT_EQ(made.rank[3], 12.0);
  EXPECT_EQ(made.rank[4], 11.0);
}

TEST(GroupStanding, ColumnsThatAreNotWantedAreNotWritten) {
  const Marks marks = marks_of(3000, 0.5, 0, 2);
  std::vector<double> ranks(marks.values.size());
  stats::StandingColumns columns;
  columns.rank = ranks;
  stats::standardise_by_group(std::span<const double>(marks.values), marks.groups, {}, columns);
  EXPECT_TRUE(same_bits(ranks, made_of(marks.values, marks.groups).rank, ranks.size()));
}

TEST(GroupStanding, MistakesAreRefused) {
  const std::vector<double> values(3, 1.0);
  const std::vector<std::int16_t> codes(3, 1);
  const std::vector<std::int32_t> groups(3, 0);
  EXPECT_THROW(made_of(values, {0, 0}), std::invalid_argument);
  EXPECT_THROW(made_of(values, {0, -1, 0}), std::invalid_argument);
  EXPECT_THROW(made_of(values, {0, 1 << 24, 0}), std::invalid_argument);
  EXPECT_THROW(made_of(values, groups, {0, 1.0}), std::invalid_argument);
  EXPECT_THROW(made_of(codes, groups, {10, 0.0}), std::invalid_argument);
  EXPECT_THROW(made_of(codes, groups, {10, infinite}), std::invalid_argument);
  std::vector<double> shorter(2);
  stats::StandingColumns columns;
  columns.z = shorter;
  EXPECT_THROW(stats::standardise_by_group(std::span<const double>(values), groups, {}, columns), std::invalid_argument);
  EXPECT_TRUE(made_of(std::vector<double>{}, {}).groups.counts.empty());
}

}  // namespace
