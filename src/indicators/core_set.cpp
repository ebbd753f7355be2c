// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/core_set.hpp>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr double average_scale = 65536.0;
constexpr double sum_scale = 512.0;
constexpr std::uint32_t most = 65535;
constexpr std::size_t most_sessions_a_week = 127;  // so that a week's sum fits: 127 times 512 is below 65,536
constexpr std::size_t most_sessions_a_block = 255;
constexpr std::uint32_t most_weeks_a_block = 256;
constexpr std::size_t sessions_of_first_block = 20;  // after it nearly every child was seen, which saves work; see the kernel

constexpr std::uint32_t four_times(std::size_t byte) { return static_cast<std::uint32_t>(byte) * 0x01010101U; }

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("childwell.core_set: " + what); }

bool member(std::uint16_t states, State state) noexcept { return (states >> static_cast<unsigned>(state) & 1U) != 0; }

void check(std::span<const CoreSession> table, const CoreSetOptions& options) {
  if (table.size() > most || options.first_session > most - table.size()) {
    refuse("a lane has at most 65,535 sessions; give the years one by one");
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    const CoreSession& session = table[i];
    const std::string where = "session " + std::to_string(i) + " of the table: ";
    if (session.weekday > 6) refuse(where + "weekday is 0 (Monday) to 6 (Sunday)");
    if (session.units < 1 || session.units > 15) refuse(where + "units are 1 to 15");
    if (i > 0 && session.week < table[i - 1].week) {
      refuse(where + "its week comes before that of the session before it; sort the sessions by time and let weeks count up");
    }
  }
}

}  // namespace

void CoreSetFamily::add(State& state, const Record& record, const Context&) noexcept {
  const CoreSession& session = record.session;
  if (!session.held) return;
  const auto kind = record.cell.state();
  ++state.states[static_cast<std::size_t>(kind)];
  const bool observed = member(core_observed_states, kind);
  const bool absent = observed && record.cell.absent_units() >= session.units;
  const bool seen = observed && !absent;
  const bool unexplained = absent && member(core_unexplained_states, kind);
  if (member(core_expected_states, kind)) ++state.since_seen;
  if (seen) {
    state.since_seen = 0;
    state.last_seen = record.number + 1;
  }
  if (!observed) return;
  state.spell.add(absent);
  state.unexplained_spell.add(unexplained);
  const std::uint64_t week = session.week;
  state.week_observed += week;
  state.week_squares += week * week;
  if (!absent) return;
  ++state.absent;
  state.unexplained += unexplained ? 1 : 0;
  ++state.weekday[session.weekday];
  state.first_day += session.first_day ? 1 : 0;
  state.last_day += session.last_day ? 1 : 0;
  state.week_absent += week;
}

void CoreSetFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  for (std::size_t state = 0; state < earlier.states.size(); ++state) earlier.states[state] += later.states[state];
  earlier.absent += later.absent;
  earlier.unexplained += later.unexplained;
  earlier.spell.merge(later.spell);
  earlier.unexplained_spell.merge(later.unexplained_spell);
  if (later.last_seen > 0) {
    earlier.last_seen = later.last_seen;
    earlier.since_seen = later.since_seen;
  } else {
    earlier.since_seen += later.since_seen;
  }
  for (std::size_t day = 0; day < earlier.weekday.size(); ++day) earlier.weekday[day] += later.weekday[day];
  earlier.first_day += later.first_day;
  earlier.last_day += later.last_day;
  earlier.week_observed += later.week_observed;
  earlier.week_absent += later.week_absent;
  earlier.week_squares += later.week_squares;
}

void CoreChartFamily::add(State& state, const Record& record, const Context& chart) noexcept {
  if (!state.begun) {
    state.begun = true;
    state.ewma = state.ewma_highest = chart.start;
  }
  const std::uint32_t observed = record.observed;
  const std::uint32_t absent = record.absent;
  const std::uint32_t taken = state.ewma * (observed * chart.weight) / 65536U;
  state.ewma = static_cast<std::uint16_t>(std::min(most, state.ewma - taken + absent * chart.weight));
  state.ewma_highest = std::max(state.ewma_highest, state.ewma);
  const std::uint32_t up = std::min(most, state.cusum + absent * chart.rise);
  const std::uint32_t down = (observed - absent) * chart.fall;
  state.cusum = static_cast<std::uint16_t>(up > down ? up - down : 0);
  state.cusum_highest = std::max(state.cusum_highest, state.cusum);
  state.quiet += state.cusum_highest < chart.limit ? 1 : 0;
}

CoreChartFamily::Estimates CoreChartFamily::finish(const State& state, const Context& chart) noexcept {
  State made = state;
  if (!made.begun) made.ewma = made.ewma_highest = chart.start;
  made.begun = true;
  return made;
}

std::vector<CoreSession> core_sessions(std::span<const Date> dates) {
  const auto days_since_monday = [](Date date) { return (date.days % 7 + 10) % 7; };  // day 0 was a Thursday
  const auto monday = [&](Date date) { return std::int64_t{date.days} - days_since_monday(date); };
  std::vector<CoreSession> table(dates.size());
  for (std::size_t i = 0; i < dates.size(); ++i) {
    if (i > 0 && dates[i] < dates[i - 1]) refuse("session " + std::to_string(i) + " lies before the one before it; sort the dates");
    const std::int64_t week = (monday(dates[i]) - monday(dates[0])) / 7;
    if (week > most) refuse("the dates lie more than 65,535 weeks apart");
    table[i].week = static_cast<std::uint16_t>(week);
    table[i].weekday = static_cast<std::uint8_t>(days_since_monday(dates[i]));
  }
  for (std::size_t begin = 0; begin < dates.size();) {
    std::size_t end = begin;
    while (end < dates.size() && table[end].week == table[begin].week) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      table[i].first_day = dates[i] == dates[begin];
      table[i].last_day = dates[i] == dates[end - 1];
    }
    begin = end;
  }
  return table;
}

CoreSetChart core_set_chart(const CoreSetOptions& options) {
  if (!(options.expected_rate >= 0.0 && options.expected_rate < 1.0)) refuse("expected_rate is a share in [0, 1)");
  if (!(options.weight > 0.0 && options.weight < 1.0)) refuse("weight lies between 0 and 1");
  if (!(options.allowance > 0.0 && options.expected_rate + options.allowance < 1.0)) {
    refuse("allowance lies between 0 and one less the expected rate");
  }
  if (!(options.limit > 0.0 && options.limit <= 64.0)) refuse("limit is in sessions, above 0 and at most 64");
  const auto rounded = [](double value, double scale, std::uint32_t greatest) {
    const auto whole = static_cast<std::uint32_t>(std::lround(value * scale));
    return static_cast<std::uint16_t>(std::clamp<std::uint32_t>(whole, 1, greatest));
  };
  CoreSetChart chart;
  chart.start = static_cast<std::uint16_t>(std::min<long>(std::lround(options.expected_rate * average_scale), most));
  chart.weight = rounded(options.weight, average_scale, most);
  chart.fall = rounded(options.expected_rate + options.allowance, sum_scale, 511);
  chart.rise = static_cast<std::uint16_t>(512 - chart.fall);
  chart.limit = rounded(options.limit, sum_scale, most);
  return chart;
}

CoreSetPlan::CoreSetPlan(std::span<const CoreSession> table, const CoreSetOptions& options) : sessions_(table.size()) {
  check(table, options);
  walk_.chart = core_set_chart(options);
  walk_.by_week = options.charts == CoreCharts::by_week;
  std::array<bool, 28> used{};
  std::uint64_t squares = 0;  // of the block: sessions times the square of the weeks ahead
  for (std::size_t i = 0; i < table.size();) {
    CoreSetWeek week;
    const std::size_t first_row = rows_.size();
    std::size_t end = i;
    for (; end < table.size() && table[end].week == table[i].week; ++end) {
      const CoreSession& session = table[end];
      if (!session.held) continue;
      CoreSetRow row;
      row.offset = static_cast<std::uint32_t>(end * core_set_lanes);
      row.threshold = four_times(session.units * std::size_t{16});
      row.place = 4U * session.weekday + (session.first_day ? 1U : 0U) + (session.last_day ? 2U : 0U);
      used[row.place] = true;
      rows_.push_back(row);
    }
    const std::uint32_t number = table[i].week;
    i = end;
    const std::size_t count = rows_.size() - first_row;
    if (count == 0) continue;
    const auto number_of = [&](const CoreSetRow& row) { return row.offset / core_set_lanes + options.first_session; };
    if (number_of(rows_.back()) - number_of(rows_[first_row]) >= most_sessions_a_week) {
      refuse("a week has at most 127 sessions; number the weeks of the table");
    }
    if (walk_.by_week && count * walk_.chart.weight > most) {
      refuse("a week's sessions together weigh more than all of the average; give a smaller weight");
    }
    week.end = static_cast<std::uint32_t>(rows_.size());
    bool fits = !blocks_.empty() && number - blocks_.back().week < most_weeks_a_block &&
                number_of(rows_.back()) - blocks_.back().before < most_sessions_a_block &&
                (blocks_.size() > 1 || blocks_.back().end_row < sessions_of_first_block);
    if (fits) {
      const std::uint64_t ahead = number - blocks_.back().week;
      squares += count * ahead * ahead;
      fits = squares <= most;
    }
    if (!fits) {
      CoreSetBlock block;
      block.first_row = static_cast<std::uint32_t>(first_row);
      block.first_week = static_cast<std::uint32_t>(weeks_.size());
      block.before = static_cast<std::uint32_t>(number_of(rows_[first_row]));
      block.week = static_cast<std::uint16_t>(number);
      blocks_.push_back(block);
      squares = 0;
    }
    CoreSetBlock& block = blocks_.back();
    for (std::size_t at = first_row; at < rows_.size(); ++at) {
      rows_[at].number = four_times(number_of(rows_[at]) - block.before + 1);
    }
    week.ahead = static_cast<std::uint16_t>(number - block.week);
    weeks_.push_back(week);
    block.end_row = week.end;
    block.end_week = static_cast<std::uint32_t>(weeks_.size());
  }
  for (std::size_t place = 0; place < used.size(); ++place) {
    if (used[place]) places_.push_back(static_cast<std::uint8_t>(place));
  }
  walk_.rows = rows_.data();
  walk_.weeks = weeks_.data();
  walk_.blocks = blocks_.data();
  walk_.places = places_.data();
  walk_.block_count = blocks_.size();
  walk_.place_count = places_.size();
  walk_.tile_bytes = sessions_ * core_set_lanes;
}

void begin_core_set(const CoreSetChart& chart, CoreSetTile& tile) noexcept {
  tile = CoreSetTile{};
  for (std::size_t lane = 0; lane < core_set_lanes; ++lane) tile.ewma[lane] = tile.ewma_highest[lane] = chart.start;
}

void core_set_of_tiles(std::span<const std::uint8_t> cells, const CoreSetPlan& plan, Executor& executor,
                       std::span<CoreSetTile> tiles) {
  const std::size_t bytes = plan.sessions() * core_set_lanes;
  if (cells.size() != bytes * tiles.size()) {
    refuse("there are cells for another number of tiles; give tiles x sessions x 64 bytes");
  }
  constexpr std::size_t tiles_a_chunk = 64;  // some 0.2 ms
  for_chunks(executor, tiles.size(), tiles_a_chunk, [&](std::size_t begin, std::size_t end) {
    for (std::size_t tile = begin; tile < end; ++tile) {
      begin_core_set(plan.chart(), tiles[tile]);
      core_set_of_tile(cells.data() + tile * bytes, plan, tiles[tile]);
    }
  });
}

std::vector<std::uint8_t> core_set_tiles(std::span<const std::uint8_t> cells, std::size_t children, std::size_t sessions) {
  if (cells.size() != children * sessions) refuse("there are not as many cells as children times sessions");
  const std::size_t tiles = (children + core_set_lanes - 1) / core_set_lanes;
  std::vector<std::uint8_t> made(tiles * sessions * core_set_lanes, Cell(State::not_enrolled, 0).byte);
  constexpr std::size_t sessions_a_block = 64;  // 64 lines of one child each, and 64 of one session
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    stop_point_at(tile);
    std::uint8_t* to = made.data() + tile * sessions * core_set_lanes;
    const std::size_t first = tile * core_set_lanes;
    const std::size_t lanes = std::min(core_set_lanes, children - first);
    for (std::size_t begin = 0; begin < sessions; begin += sessions_a_block) {
      const std::size_t end = std::min(sessions, begin + sessions_a_block);
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const std::uint8_t* from = cells.data() + (first + lane) * sessions;
        for (std::size_t session = begin; session < end; ++session) to[session * core_set_lanes + lane] = from[session];
      }
    }
  }
  return made;
}

std::vector<CoreSetColumn> core_set_columns(std::span<const CoreSetTile> tiles, const CoreSetPlan& plan, std::size_t children) {
  if (children > tiles.size() * core_set_lanes) refuse("there are more children than lanes");
  std::vector<CoreSetColumn> made;
  const auto whole = [&](const std::string& name, auto value) {
    CoreSetColumn column{name, std::vector<std::int32_t>(children), {}};
    for (std::size_t child = 0; child < children; ++child) {
      column.whole[child] = static_cast<std::int32_t>(value(tiles[child / core_set_lanes], child % core_set_lanes));
    }
    made.push_back(std::move(column));
  };
  const auto field = [&](const std::string& name, std::uint16_t (CoreSetTile::*of)[core_set_lanes]) {
    whole(name, [of](const CoreSetTile& tile, std::size_t lane) { return (tile.*of)[lane]; });
  };
  const auto real = [&](const std::string& name, auto value) {
    CoreSetColumn column{name, {}, std::vector<double>(children)};
    for (std::size_t child = 0; child < children; ++child) {
      column.real[child] = value(tiles[child / core_set_lanes], child % core_set_lanes);
    }
    made.push_back(std::move(column));
  };
  const auto scaled = [&](const std::string& name, std::uint16_t (CoreSetTile::*of)[core_set_lanes], double scale) {
    real(name, [of, scale](const CoreSetTile& tile, std::size_t lane) { return (tile.*of)[lane] / scale; });
  };
  for (std::size_t state = 0; state < state_words.size(); ++state) {
    whole("sessions_" + std::string(state_words[state]),
          [state](const CoreSetTile& tile, std::size_t lane) { return tile.states[state][lane]; });
  }
  whole("expected", [](const CoreSetTile& tile, std::size_t lane) { return core_set_of_lane(tile, lane).expected(); });
  whole("observed", [](const CoreSetTile& tile, std::size_t lane) { return core_set_of_lane(tile, lane).observed(); });
  field("absent", &CoreSetTile::absent);
  field("unexplained", &CoreSetTile::unexplained);
  field("spell_longest", &CoreSetTile::spell_longest);
  field("spell_current", &CoreSetTile::spell_current);
  field("unexplained_longest", &CoreSetTile::unexplained_longest);
  field("unexplained_current", &CoreSetTile::unexplained_current);
  field("since_seen", &CoreSetTile::since_seen);
  whole("last_seen", [](const CoreSetTile& tile, std::size_t lane) { return tile.last_seen[lane] - 1; });
  constexpr std::array<std::string_view, 7> days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  for (std::size_t day = 0; day < days.size(); ++day) {
    whole("absent_" + std::string(days[day]), [day](const CoreSetTile& tile, std::size_t lane) { return tile.weekday[day][lane]; });
  }
  field("absent_first_day", &CoreSetTile::first_day);
  field("absent_last_day", &CoreSetTile::last_day);
  scaled("ewma", &CoreSetTile::ewma, average_scale);
  scaled("ewma_highest", &CoreSetTile::ewma_highest, average_scale);
  scaled("cusum", &CoreSetTile::cusum, sum_scale);
  scaled("cusum_highest", &CoreSetTile::cusum_highest, sum_scale);
  const std::uint16_t limit = plan.chart().limit;
  whole("first_alarm", [limit](const CoreSetTile& tile, std::size_t lane) {
    return tile.cusum_highest[lane] < limit ? -1 : int{tile.quiet[lane]};
  });
  real("slope", [](const CoreSetTile& tile, std::size_t lane) { return core_set_slope(core_set_of_lane(tile, lane)); });
  return made;
}

CoreSetFamily::State core_set_of_lane(const CoreSetTile& tile, std::size_t lane) noexcept {
  CoreSetFamily::State made;
  for (std::size_t state = 0; state < made.states.size(); ++state) made.states[state] = tile.states[state][lane];
  made.absent = tile.absent[lane];
  made.unexplained = tile.unexplained[lane];
  made.spell = {tile.spell_first[lane], tile.spell_longest[lane], tile.spell_current[lane], tile.last_seen[lane] > 0};
  made.unexplained_spell = {tile.unexplained_first[lane], tile.unexplained_longest[lane], tile.unexplained_current[lane],
                            tile.unexplained_ended[lane] > 0};
  made.since_seen = tile.since_seen[lane];
  made.last_seen = tile.last_seen[lane];
  for (std::size_t day = 0; day < made.weekday.size(); ++day) made.weekday[day] = tile.weekday[day][lane];
  made.first_day = tile.first_day[lane];
  made.last_day = tile.last_day[lane];
  made.week_observed = tile.week_observed[lane];
  made.week_absent = tile.week_absent[lane];
  made.week_squares = tile.week_squares[lane];
  return made;
}

CoreChartFamily::State core_chart_of_lane(const CoreSetTile& tile, std::size_t lane) noexcept {
  return {tile.ewma[lane], tile.ewma_highest[lane], tile.cusum[lane], tile.cusum_highest[lane], tile.quiet[lane], true};
}

double core_set_slope(const CoreSetFamily::State& counts) noexcept {
  // Whole numbers to the end: up to 65,535 sessions and weeks, the products stay below 2^64.
  const std::uint64_t sessions = counts.observed();
  const std::uint64_t below = sessions * counts.week_squares - counts.week_observed * counts.week_observed;
  if (below == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto above = static_cast<std::int64_t>(sessions * counts.week_absent) -
                     static_cast<std::int64_t>(counts.week_observed * counts.absent);
  return static_cast<double>(above) / static_cast<double>(below);
}

}  // namespace childwell::inline v0_1
