// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The law of the core set: every kernel equals the fold and the chain in every bit. Without a test framework, so that a
// program of another processor, run in an emulator, holds the same law (tests/laws/core_set_elsewhere.cpp).
#pragma once

#include <childwell/indicators/core_set.hpp>

#include <kernels/core_set.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace core_set_law {

using childwell::Cell;
using childwell::CoreCharts;
using childwell::CoreChartFamily;
using childwell::CoreSession;
using childwell::CoreSetFamily;
using childwell::CoreSetOptions;
using childwell::CoreSetPlan;
using childwell::CoreSetTile;
using childwell::State;

constexpr std::size_t lanes = childwell::core_set_lanes;

/// A small generator of its own, so that the law does not stand on the code it judges.
struct Dice {
  std::uint64_t state;
  std::uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
};

/// A calendar of odd weeks: of one session to many, with gaps between their numbers, make-up days at weekends, sessions
/// that were not held and sessions of several units.
inline std::vector<CoreSession> random_table(Dice& dice, std::size_t sessions, int longest_week) {
  std::vector<CoreSession> table;
  int week = dice.below(3);
  const int far = dice.below(4) == 0 ? 40 : 2;
  while (table.size() < sessions) {
    const int size = std::min<int>(1 + dice.below(longest_week), static_cast<int>(sessions - table.size()));
    for (int i = 0; i < size; ++i) {
      CoreSession session;
      session.week = static_cast<std::uint16_t>(std::min(week, 65535));
      session.weekday = static_cast<std::uint8_t>(dice.below(7));
      session.units = static_cast<std::uint8_t>(dice.below(3) == 0 ? 1 + dice.below(15) : 1);
      session.first_day = i < 2;
      session.last_day = i + 2 >= size;
      session.held = dice.below(12) != 0;
      table.push_back(session);
    }
    week += 1 + (dice.below(9) == 0 ? dice.below(far) : 0);
  }
  return table;
}

enum class Panel { all_codes, habits, absent_for_ever, nothing };

/// Cells of 64 lanes: whatever a byte can hold; habits with late entry, gaps and leaving; the same absence throughout.
inline std::vector<std::uint8_t> random_cells(Dice& dice, std::size_t sessions, Panel panel) {
  std::vector<std::uint8_t> cells(sessions * lanes);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const std::size_t enters = dice.below(3) == 0 ? static_cast<std::size_t>(dice.below(static_cast<int>(sessions) + 1)) : 0;
    Cell habit(State::present, 0);
    for (std::size_t session = 0; session < sessions; ++session) {
      std::uint8_t& cell = cells[session * lanes + lane];
      if (panel == Panel::all_codes) cell = static_cast<std::uint8_t>(dice.next() & 255U);
      if (panel == Panel::nothing) cell = 0;
      if (panel == Panel::absent_for_ever) {
        cell = session < enters ? Cell(State::not_enrolled, 0).byte : Cell(lane % 2 == 0 ? State::unexcused : State::illness, 15).byte;
      }
      if (panel != Panel::habits) continue;
      if (dice.below(12) == 0) habit = Cell(static_cast<State>(dice.below(13)), dice.below(16));
      if (dice.below(4) == 0) habit = Cell(State::present, 0);
      cell = session < enters ? Cell(State::not_enrolled, 0).byte : habit.byte;
    }
  }
  return cells;
}

/// The definition: session by session.
inline CoreSetFamily::State folded(const std::vector<CoreSession>& table, const std::vector<std::uint8_t>& cells, std::size_t lane,
                                   std::size_t begin, std::size_t end) {
  CoreSetFamily::State state;
  for (std::size_t i = begin; i < end; ++i) {
    CoreSetFamily::add(state, {Cell(cells[i * lanes + lane]), table[i], static_cast<std::uint32_t>(i)}, {});
  }
  return CoreSetFamily::finish(state, {});
}

/// What a chart is given: sessions held one by one, or put together by their week.
inline std::vector<CoreChartFamily::Record> steps_of(const std::vector<CoreSession>& table, const std::vector<std::uint8_t>& cells,
                                                     std::size_t lane, CoreCharts charts) {
  std::vector<CoreChartFamily::Record> steps;
  int open_week = -1;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!table[i].held) continue;
    const Cell cell(cells[i * lanes + lane]);
    const bool observed = childwell::is_observed(cell.state());
    const bool absent = observed && cell.absent_units() >= table[i].units;
    if (charts == CoreCharts::by_session || open_week != table[i].week) steps.emplace_back();
    open_week = table[i].week;
    steps.back().observed = static_cast<std::uint16_t>(steps.back().observed + (observed ? 1 : 0));
    steps.back().absent = static_cast<std::uint16_t>(steps.back().absent + (absent ? 1 : 0));
  }
  return steps;
}

inline bool same(const childwell::CoreSpell& a, const childwell::CoreSpell& b) {
  return a.first == b.first && a.longest == b.longest && a.current == b.current && a.ended == b.ended;
}

/// The name of the first field that differs, or nothing.
inline std::string difference(const CoreSetFamily::State& a, const CoreSetFamily::State& b) {
  if (a.states != b.states) return "states";
  if (a.absent != b.absent) return "absent";
  if (a.unexplained != b.unexplained) return "unexplained";
  if (!same(a.spell, b.spell)) return "spell";
  if (!same(a.unexplained_spell, b.unexplained_spell)) return "unexplained_spell";
  if (a.since_seen != b.since_seen) return "since_seen";
  if (a.last_seen != b.last_seen) return "last_seen";
  if (a.weekday != b.weekday) return "weekday";
  if (a.first_day != b.first_day) return "first_day";
  if (a.last_day != b.last_day) return "last_day";
  if (a.week_observed != b.week_observed) return "week_observed";
  if (a.week_absent != b.week_absent) return "week_absent";
  if (a.week_squares != b.week_squares) return "week_squares";
  return {};
}

inline std::string difference(const CoreChartFamily::State& a, const CoreChartFamily::State& b) {
  if (a.ewma != b.ewma) return "ewma";
  if (a.ewma_highest != b.ewma_highest) return "ewma_highest";
  if (a.cusum != b.cusum) return "cusum";
  if (a.cusum_highest != b.cusum_highest) return "cusum_highest";
  if (a.quiet != b.quiet) return "quiet";
  return {};
}

/// One panel on every kernel of the machine; says where the first difference lies.
inline std::string panel_fault(const std::vector<CoreSession>& table, const std::vector<std::uint8_t>& cells, const CoreSetOptions& options) {
  const CoreSetPlan plan(table, options);
  const auto found = childwell::kernels::core_set_kernels();
  const auto tile = std::make_unique<CoreSetTile>();
  for (std::size_t k = 0; k < found.size; ++k) {
    childwell::begin_core_set(plan.chart(), *tile);
    found.kernels[k].run(cells.data(), plan.walk(), *tile);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      std::string fault = difference(childwell::core_set_of_lane(*tile, lane), folded(table, cells, lane, 0, table.size()));
      CoreChartFamily::State chart;
      for (const auto& step : steps_of(table, cells, lane, options.charts)) CoreChartFamily::add(chart, step, plan.chart());
      if (fault.empty()) fault = difference(childwell::core_chart_of_lane(*tile, lane), CoreChartFamily::finish(chart, plan.chart()));
      if (!fault.empty()) {
        return std::string(found.kernels[k].name) + ", " + std::to_string(table.size()) + " sessions, lane " + std::to_string(lane) + ": " + fault;
      }
    }
  }
  return {};
}

inline CoreSetOptions random_options(Dice& dice, CoreCharts charts) {
  CoreSetOptions options;
  options.charts = charts;
  options.expected_rate = dice.below(4) == 0 ? 0.0 : 0.01 * dice.below(60);
  options.weight = charts == CoreCharts::by_week ? 0.0005 + 0.0003 * dice.below(20) : 0.001 + 0.998 * dice.below(1000) / 1000.0;
  options.allowance = 0.002 + 0.01 * dice.below(30);
  options.limit = 0.01 + 0.1 * dice.below(600);
  return options;
}

/// Random panels of every kind; `rounds` of them.
inline std::string law_fault(int rounds, std::uint64_t seed) {
  Dice dice{seed};
  for (int round = 0; round < rounds; ++round) {
    // Around 255 a byte would overflow, around 127 a week; 0 and 1 are the ends.
    constexpr int edges[] = {0, 1, 2, 15, 16, 127, 128, 254, 255, 256, 257, 510, 511, 400};
    const auto sessions = static_cast<std::size_t>(dice.below(2) == 0 ? edges[dice.below(14)] : dice.below(700));
    constexpr int longest[] = {1, 10, 14, 60, 126};
    const auto table = random_table(dice, sessions, longest[dice.below(5)]);
    const auto cells = random_cells(dice, sessions, static_cast<Panel>(dice.below(4)));
    const auto charts = dice.below(2) == 0 ? CoreCharts::by_session : CoreCharts::by_week;
    const std::string fault = panel_fault(table, cells, random_options(dice, charts));
    if (!fault.empty()) return "round " + std::to_string(round) + ", " + fault;
  }
  return {};
}

}  // namespace core_set_law
