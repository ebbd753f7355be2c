// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Every kernel of the machine equals the fold and the chain in every bit, and these keep the laws of their kind.
#include "core_set_law.hpp"

#include <childwell/core/pool.hpp>
#include <childwell/core/processor.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <span>

namespace {

using namespace core_set_law;

TEST(CoreSetLaw, EveryKernelEqualsTheFoldAndTheChainOnRandomPanels) {
  ASSERT_GE(childwell::kernels::core_set_kernels().size, 1U);
  EXPECT_EQ(law_fault(600, 88172645463325252ULL), "");
}

TEST(CoreSetLaw, ADifferenceOfOneBitIsFound) {
  Dice dice{5};
  const auto table = random_table(dice, 40, 10);
  const auto cells = random_cells(dice, 40, Panel::habits);
  auto fold = folded(table, cells, 7, 0, 40);
  const auto other = fold;
  fold.week_squares ^= 1;
  EXPECT_EQ(difference(fold, other), "week_squares");
  CoreChartFamily::State chart;
  auto moved = chart;
  moved.quiet = 1;
  EXPECT_EQ(difference(chart, moved), "quiet");
}

TEST(CoreSetLaw, CountsAsManySessionsAsALaneCanHave) {
  Dice dice{11};
  const auto table = [&] {
    auto made = random_table(dice, 65535, 120);
    for (auto& session : made) session.held = true;
    return made;
  }();
  CoreSetOptions options;
  options.weight = 0.004;
  for (const auto charts : {CoreCharts::by_session, CoreCharts::by_week}) {
    options.charts = charts;
    EXPECT_EQ(panel_fault(table, random_cells(dice, 65535, Panel::absent_for_ever), options), "");
  }
  EXPECT_EQ(panel_fault(table, random_cells(dice, 65535, Panel::all_codes), options), "");
  const std::vector<std::uint8_t> always(65535 * lanes, Cell(State::unexcused, 15).byte);
  const auto whole = folded(table, always, 0, 0, 65535);
  EXPECT_EQ(whole.spell.longest, 65535U);
  EXPECT_EQ(panel_fault(table, always, options), "");
}

TEST(CoreSetLaw, WeeksMayBeNumberedToTheEndOfTheirRange) {
  Dice dice{12};
  auto table = random_table(dice, 300, 10);
  for (std::size_t i = 0; i < table.size(); ++i) table[i].week = static_cast<std::uint16_t>(65535 - (299 - i) / 7 * 3);
  CoreSetOptions options;
  options.charts = CoreCharts::by_week;
  EXPECT_EQ(panel_fault(table, random_cells(dice, 300, Panel::all_codes), options), "");
}

TEST(CoreSetLaw, CutAnywhereAndJoinedEqualsTheWhole) {
  Dice dice{2463534242ULL};
  for (int round = 0; round < 300; ++round) {
    const auto n = static_cast<std::size_t>(dice.below(120));
    const auto table = random_table(dice, n, 14);
    const auto cells = random_cells(dice, n, static_cast<Panel>(dice.below(3)));
    std::size_t first = static_cast<std::size_t>(dice.below(static_cast<int>(n) + 1));
    std::size_t second = static_cast<std::size_t>(dice.below(static_cast<int>(n) + 1));
    if (second < first) std::swap(first, second);
    for (std::size_t lane = 0; lane < lanes; lane += 9) {
      const auto whole = folded(table, cells, lane, 0, n);
      auto left = folded(table, cells, lane, 0, first);
      auto middle = folded(table, cells, lane, first, second);
      const auto right = folded(table, cells, lane, second, n);
      auto joined = left;
      CoreSetFamily::merge(joined, middle, {});
      CoreSetFamily::merge(joined, right, {});
      CoreSetFamily::merge(middle, right, {});  // associative: the right pair first
      CoreSetFamily::merge(left, middle, {});
      ASSERT_EQ(difference(joined, whole), "") << round;
      ASSERT_EQ(difference(left, whole), "") << round;
    }
  }
}

/// A child who changes school in mid-year: two lanes, each enrolled where the other is not.
TEST(CoreSetLaw, LanesOfOneChildJoinInOrderOfTime) {
  Dice dice{99};
  for (int round = 0; round < 60; ++round) {
    const std::size_t n = 200;
    const auto table = random_table(dice, n, 10);
    const auto whole = random_cells(dice, n, Panel::habits);
    std::size_t cut = static_cast<std::size_t>(dice.below(static_cast<int>(n)));
    while (cut > 0 && table[cut].week == table[cut - 1].week) --cut;  // charts of weeks change school between two weeks
    std::vector<std::uint8_t> earlier = whole, later = whole;
    const std::uint8_t gone = Cell(State::not_enrolled, 0).byte;
    for (std::size_t i = 0; i < n; ++i) std::fill_n((i < cut ? later : earlier).begin() + static_cast<std::ptrdiff_t>(i * lanes), lanes, gone);
    CoreSetOptions options;
    options.weight = 0.03;
    options.charts = round % 2 == 0 ? CoreCharts::by_session : CoreCharts::by_week;
    const CoreSetPlan plan(table, options);
    CoreSetTile first, second, all;
    for (CoreSetTile* tile : {&first, &second, &all}) childwell::begin_core_set(plan.chart(), *tile);
    childwell::core_set_of_tile(earlier.data(), plan, first);
    childwell::core_set_of_tile(later.data(), plan, second);
    childwell::core_set_of_tile(whole.data(), plan, all);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      auto joined = childwell::core_set_of_lane(first, lane);
      CoreSetFamily::merge(joined, childwell::core_set_of_lane(second, lane), {});
      auto expected = childwell::core_set_of_lane(all, lane);
      // A day on which one school has the child is a day on which the other does not enrol it.
      const auto not_enrolled = static_cast<std::size_t>(State::not_enrolled);
      EXPECT_GE(joined.states[not_enrolled], expected.states[not_enrolled]);
      joined.states[not_enrolled] = expected.states[not_enrolled];
      ASSERT_EQ(difference(joined, expected), "") << round << ", lane " << lane;
    }
  }
}

TEST(CoreSetLaw, AWalkGoesOnWhereTheLastOneEnded) {
  Dice dice{7};
  for (int round = 0; round < 60; ++round) {
    const std::size_t n = 1 + static_cast<std::size_t>(dice.below(400));
    const auto table = random_table(dice, n, 12);
    const auto cells = random_cells(dice, n, static_cast<Panel>(dice.below(3)));
    std::size_t cut = static_cast<std::size_t>(dice.below(static_cast<int>(n)));
    while (cut > 0 && table[cut].week == table[cut - 1].week) --cut;
    auto options = random_options(dice, round % 2 == 0 ? CoreCharts::by_session : CoreCharts::by_week);
    const CoreSetPlan whole(table, options);
    const CoreSetPlan before(std::span<const CoreSession>(table).first(cut), options);
    options.first_session = static_cast<std::uint32_t>(cut);
    const CoreSetPlan after(std::span<const CoreSession>(table).subspan(cut), options);
    const auto found = childwell::kernels::core_set_kernels();
    for (std::size_t k = 0; k < found.size; ++k) {
      CoreSetTile once, twice;
      childwell::begin_core_set(whole.chart(), once);
      childwell::begin_core_set(whole.chart(), twice);
      found.kernels[k].run(cells.data(), whole.walk(), once);
      found.kernels[k].run(cells.data(), before.walk(), twice);
      found.kernels[k].run(cells.data() + cut * lanes, after.walk(), twice);
      ASSERT_EQ(std::memcmp(&once, &twice, sizeof once), 0) << found.kernels[k].name << ", " << round;
    }
  }
}

TEST(CoreSetLaw, ThreadsAndTheLimitOfTheProcessorChangeNoBit) {
  Dice dice{13};
  const std::size_t n = 90;
  const std::size_t count = 150;
  const auto table = random_table(dice, n, 10);
  std::vector<std::uint8_t> cells;
  for (std::size_t tile = 0; tile < count; ++tile) {
    const auto more = random_cells(dice, n, Panel::habits);
    cells.insert(cells.end(), more.begin(), more.end());
  }
  const CoreSetPlan plan(table, {});
  childwell::SerialExecutor serial;
  std::vector<CoreSetTile> expected(count), made(count);
  childwell::core_set_of_tiles(cells, plan, serial, expected);
  for (const std::size_t threads : {1U, 2U, 3U}) {
    childwell::Pool pool(threads);
    childwell::core_set_of_tiles(cells, plan, pool, made);
    EXPECT_EQ(std::memcmp(made.data(), expected.data(), count * sizeof(CoreSetTile)), 0) << threads;
  }
  for (const int level : {0, 2, 3, 4}) {
    childwell::limit_processor_level(level);
    childwell::core_set_of_tiles(cells, plan, serial, made);
    EXPECT_EQ(std::memcmp(made.data(), expected.data(), count * sizeof(CoreSetTile)), 0) << childwell::core_set_kernel();
  }
  childwell::limit_processor_level(-1);
  EXPECT_THROW(childwell::core_set_of_tiles(std::span<const std::uint8_t>(cells).first(cells.size() - 1), plan, serial, made), std::invalid_argument);
}

/// The written bounds, against the same recursions in double arithmetic.
TEST(CoreSetLaw, FixedPointStaysWithinItsWrittenBounds) {
  Dice dice{31};
  double highest = 0.0, lowest = 0.0, farthest = 0.0;
  for (int round = 0; round < 200; ++round) {
    const auto charts = round % 2 == 0 ? CoreCharts::by_session : CoreCharts::by_week;
    const auto options = random_options(dice, charts);
    const auto chart = childwell::core_set_chart(options);
    const double weight = chart.weight / 65536.0;
    const double reference = options.expected_rate + options.allowance;
    CoreChartFamily::State state;
    double ewma = options.expected_rate, cusum = 0.0, exact = 0.0, observed = 0.0;
    bool saturated = false;
    const int rate = 1 + dice.below(100);
    for (int step = 0; step < 600; ++step) {
      const int size = charts == CoreCharts::by_session ? 1 : 1 + dice.below(10);
      CoreChartFamily::Record record;
      for (int i = 0; i < size; ++i) {
        if (dice.below(10) == 0) continue;
        record.observed = static_cast<std::uint16_t>(record.observed + 1);
        record.absent = static_cast<std::uint16_t>(record.absent + (dice.below(100) < rate ? 1 : 0));
      }
      CoreChartFamily::add(state, record, chart);
      const double n = record.observed, x = record.absent;
      observed += n;
      ewma += weight * (x - n * ewma);
      cusum = std::max(0.0, cusum + x - n * reference);
      const double risen = exact + x * chart.rise / 512.0;
      saturated = saturated || risen * 512.0 > 65535.0;
      exact = std::max(0.0, risen - (n - x) * chart.fall / 512.0);
      const double above = state.ewma / 65536.0 - ewma;
      ASSERT_LE(above, 1.0 / chart.weight + 1.0 / 131072.0 + 1e-12);
      ASSERT_GE(above, -1.0 / 65536.0 - 1e-12);
      highest = std::max(highest, above * chart.weight);
      lowest = std::min(lowest, above);
      if (saturated) continue;
      ASSERT_EQ(state.cusum / 512.0, exact);
      ASSERT_LE(std::abs(state.cusum / 512.0 - cusum), observed / 1024.0 + 1e-9);
      farthest = std::max(farthest, std::abs(state.cusum / 512.0 - cusum) / (observed / 1024.0));
    }
  }
  EXPECT_GT(highest, 0.5);  // the bounds are of the right size
  EXPECT_LT(lowest, 0.0);
  EXPECT_GT(farthest, 0.5);
}

}  // namespace
