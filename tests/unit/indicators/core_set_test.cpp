// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/core_set.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace {

using childwell::Cell;
using childwell::CoreCharts;
using childwell::CoreChartFamily;
using childwell::CoreSession;
using childwell::CoreSetFamily;
using childwell::CoreSetOptions;
using childwell::CoreSetPlan;
using childwell::CoreSetTile;
using childwell::State;

/// Two weeks of five days of one session; the second week has no Wednesday.
std::vector<CoreSession> two_weeks() {
  std::vector<CoreSession> table;
  for (std::uint16_t week = 0; week < 2; ++week) {
    for (std::uint8_t day = 0; day < 5; ++day) {
      CoreSession session;
      session.week = week;
      session.weekday = day;
      session.first_day = day == 0;
      session.last_day = day == 4;
      session.held = !(week == 1 && day == 2);
      table.push_back(session);
    }
  }
  return table;
}

const std::vector<Cell> by_hand = {
    Cell(State::present, 0),    Cell(State::unexcused, 1), Cell(State::not_recorded, 0), Cell(State::illness, 1), Cell(State::unexcused, 1),
    Cell(State::unexcused, 1),  Cell(State::late, 0),      Cell(State::unexcused, 1),    Cell(State::excused, 1), Cell(State::disputed, 0)};

CoreSetFamily::State counted() {
  CoreSetFamily::State state;
  const auto table = two_weeks();
  for (std::size_t i = 0; i < table.size(); ++i) {
    CoreSetFamily::add(state, {by_hand[i], table[i], static_cast<std::uint32_t>(i)}, {});
  }
  return CoreSetFamily::finish(state, {});
}

TEST(CoreSet, CountsTwoWeeksAsByHand) {
  const auto state = counted();
  EXPECT_EQ(state.expected(), 9U);   // the Wednesday of the second week was not held, whatever its cell says
  EXPECT_EQ(state.observed(), 7U);
  EXPECT_EQ(state.absent, 5U);
  EXPECT_EQ(state.unexplained, 3U);
  EXPECT_EQ(state.states[static_cast<std::size_t>(State::unexcused)], 3U);
  EXPECT_EQ(state.spell.longest, 4U);  // Tuesday, Thursday, Friday, Monday: the gap neither ends nor lengthens it
  EXPECT_EQ(state.spell.current, 1U);
  EXPECT_EQ(state.spell.first, 0U);
  EXPECT_EQ(state.unexplained_spell.longest, 2U);  // Friday, Monday; the illness ended the one before
  EXPECT_EQ(state.unexplained_spell.current, 0U);
  EXPECT_EQ(state.last_seen, 7U);
  EXPECT_EQ(state.since_seen, 2U);
  EXPECT_EQ(state.weekday, (std::array<std::uint32_t, 7>{1, 1, 0, 2, 1, 0, 0}));
  EXPECT_EQ(state.first_day, 1U);
  EXPECT_EQ(state.last_day, 1U);
  // Observed 4 in week 0 (3 absent) and 3 in week 1 (2 absent): 2/3 - 3/4.
  EXPECT_NEAR(childwell::core_set_slope(state), -1.0 / 12.0, 1e-15);
}

TEST(CoreSet, AnAbsenceOfAPartOfASessionIsPresence) {
  CoreSession session;
  session.units = 2;
  CoreSetFamily::State state;
  CoreSetFamily::add(state, {Cell(State::unexcused, 1), session, 0}, {});
  EXPECT_EQ(state.absent, 0U);
  EXPECT_EQ(state.last_seen, 1U);
  CoreSetFamily::add(state, {Cell(State::unexcused, 2), session, 1}, {});
  EXPECT_EQ(state.absent, 1U);
  EXPECT_EQ(state.spell.current, 1U);
}

TEST(CoreSet, ChartsMoveAsByHand) {
  CoreSetOptions options;
  options.expected_rate = 0.125;
  options.weight = 0.25;
  options.allowance = 0.125;
  options.limit = 1.5;
  const auto chart = childwell::core_set_chart(options);
  EXPECT_EQ(chart.start, 8192);
  EXPECT_EQ(chart.weight, 16384);
  EXPECT_EQ(chart.fall, 128);  // a quarter of 512
  EXPECT_EQ(chart.rise, 384);
  EXPECT_EQ(chart.limit, 768);
  CoreChartFamily::State state;
  CoreChartFamily::add(state, {1, 1}, chart);
  EXPECT_EQ(state.ewma, 22528);  // 8192 - 2048 + 16384
  EXPECT_EQ(state.cusum, 384);
  CoreChartFamily::add(state, {0, 0}, chart);  // not recorded: nothing moves
  EXPECT_EQ(state.ewma, 22528);
  EXPECT_EQ(state.quiet, 2U);
  CoreChartFamily::add(state, {1, 1}, chart);
  EXPECT_EQ(state.cusum, 768);
  EXPECT_EQ(state.quiet, 2U);  // the alarm came at the third step
  CoreChartFamily::add(state, {1, 0}, chart);
  EXPECT_EQ(state.cusum, 640);
  EXPECT_EQ(state.cusum_highest, 768);
  EXPECT_EQ(state.quiet, 2U);
  EXPECT_EQ(CoreChartFamily::finish({}, chart).ewma, chart.start);
}

TEST(CoreSet, ALineNeedsTwoWeeks) {
  CoreSetFamily::State state;
  EXPECT_TRUE(std::isnan(childwell::core_set_slope(state)));
  CoreSetFamily::add(state, {Cell(State::present, 0), two_weeks()[5], 5}, {});
  EXPECT_TRUE(std::isnan(childwell::core_set_slope(state)));
}

TEST(CoreSet, ATableIsMadeFromDates) {
  // Thursday 1 January 1970 twice, Friday, Sunday (made up), and the Monday of the week after the next.
  const std::vector<childwell::Date> dates = {{0}, {0}, {1}, {3}, {11}};
  const auto table = childwell::core_sessions(dates);
  const auto column = [&](auto field) {
    std::vector<int> made;
    for (const auto& session : table) made.push_back(static_cast<int>(session.*field));
    return made;
  };
  EXPECT_EQ(column(&CoreSession::week), (std::vector<int>{0, 0, 0, 0, 2}));
  EXPECT_EQ(column(&CoreSession::weekday), (std::vector<int>{3, 3, 4, 6, 0}));
  EXPECT_EQ(column(&CoreSession::first_day), (std::vector<int>{1, 1, 0, 0, 1}));
  EXPECT_EQ(column(&CoreSession::last_day), (std::vector<int>{0, 0, 0, 1, 1}));
  EXPECT_EQ(childwell::core_sessions(std::vector<childwell::Date>{{-1}, {0}})[0].weekday, 2);  // a Wednesday
  EXPECT_THROW((void)childwell::core_sessions(std::vector<childwell::Date>{{1}, {0}}), std::invalid_argument);
  EXPECT_TRUE(childwell::core_sessions({}).empty());
}

TEST(CoreSet, ATableThatCannotBeIsRefused) {
  const auto refused = [](auto change) {
    auto table = two_weeks();
    CoreSetOptions options;
    change(table, options);
    EXPECT_THROW(CoreSetPlan(table, options), std::invalid_argument);
  };
  using Table = std::vector<CoreSession>;
  refused([](Table& table, CoreSetOptions&) { table[3].weekday = 7; });
  refused([](Table& table, CoreSetOptions&) { table[3].units = 0; });
  refused([](Table& table, CoreSetOptions&) { table[3].units = 16; });
  refused([](Table& table, CoreSetOptions&) { table[0].week = 1; table[1].week = 0; });
  refused([](Table& table, CoreSetOptions&) { table.assign(65536, CoreSession{}); });
  refused([](Table& table, CoreSetOptions&) { table.assign(128, CoreSession{}); });
  refused([](Table&, CoreSetOptions& options) { options.first_session = 65530; });
  refused([](Table&, CoreSetOptions& options) { options.expected_rate = 1.0; });
  refused([](Table&, CoreSetOptions& options) { options.weight = 0.0; });
  refused([](Table&, CoreSetOptions& options) { options.allowance = 0.95; });
  refused([](Table&, CoreSetOptions& options) { options.allowance = std::nan(""); });
  refused([](Table&, CoreSetOptions& options) { options.limit = 64.5; });
  refused([](Table&, CoreSetOptions& options) { options.charts = CoreCharts::by_week; options.weight = 0.3; });
  EXPECT_NO_THROW(CoreSetPlan(two_weeks(), CoreSetOptions{}));
  EXPECT_NO_THROW(CoreSetPlan(Table(127, CoreSession{}), CoreSetOptions{}));
}

}  // namespace
