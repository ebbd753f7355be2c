// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cell.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/core_set_tile.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

static_assert([] {
  for (unsigned state = 0; state < 16; ++state) {
    const auto one = static_cast<State>(state);
    if (is_expected(one) != ((core_expected_states >> state & 1U) != 0)) return false;
    if (is_observed(one) != ((core_observed_states >> state & 1U) != 0)) return false;
    if ((one == State::unexcused || one == State::unknown_reason) != ((core_unexplained_states >> state & 1U) != 0)) return false;
  }
  return true;
}());

/// One session of a calendar: what an arithmetic of seven days would get wrong. Weeks are numbered by the caller, and
/// their first and last days are those of the week that was held.
struct CoreSession {
  std::uint16_t week = 0;
  std::uint8_t weekday = 0;  ///< 0 Monday to 6 Sunday
  std::uint8_t units = 1;    ///< 1 to 15
  bool first_day = false;
  bool last_day = false;
  bool held = true;  ///< false: nothing is counted, whatever the cell says
};

/// Absent sessions in a row among the sessions observed; what nobody recorded neither ends nor lengthens a spell.
struct CoreSpell {
  std::uint32_t first = 0;    ///< until it was ended for the first time
  std::uint32_t longest = 0;
  std::uint32_t current = 0;
  bool ended = false;

  constexpr void add(bool absent) noexcept {
    current = absent ? current + 1 : 0;
    longest = std::max(longest, current);
    ended = ended || !absent;
    if (!ended) first = current;
  }

  /// Joins the sessions that come after these.
  constexpr void merge(const CoreSpell& later) noexcept {
    longest = std::max({longest, later.longest, current + later.first});
    if (!ended) first = current + later.first;
    current = later.ended ? later.current : current + later.current;
    ended = ended || later.ended;
  }
};

/// The counts of the core set of attendance, session by session: exact whole numbers that can be cut and joined anywhere.
///
/// A session is absent where it was observed and missed whole; who came to a part of it was seen. Spells and the sessions
/// since the child was last seen are counted over sessions and not over days; AttendanceFamily counts days.
struct CoreSetFamily {
  struct Record {
    Cell cell;
    CoreSession session;
    std::uint32_t number = 0;  ///< of the session, from 0
  };

  struct Context {};

  struct State {
    std::array<std::uint32_t, 16> states{};
    std::uint32_t absent = 0;
    std::uint32_t unexplained = 0;
    CoreSpell spell;
    CoreSpell unexplained_spell;  ///< ended by whatever else was observed, an excused absence too
    std::uint32_t since_seen = 0;
    std::uint32_t last_seen = 0;  ///< number of the session, from 1; 0: never
    std::array<std::uint32_t, 7> weekday{};
    std::uint32_t first_day = 0;
    std::uint32_t last_day = 0;
    std::uint64_t week_observed = 0;
    std::uint64_t week_absent = 0;
    std::uint64_t week_squares = 0;

    [[nodiscard]] std::uint32_t expected() const noexcept { return among(core_expected_states); }
    [[nodiscard]] std::uint32_t observed() const noexcept { return among(core_observed_states); }
    [[nodiscard]] std::uint32_t among(std::uint16_t chosen) const noexcept {
      std::uint32_t sum = 0;
      for (std::size_t state = 0; state < states.size(); ++state) sum += (chosen >> state & 1U) != 0 ? states[state] : 0;
      return sum;
    }
  };

  using Estimates = State;  // exact numbers: they are their own result

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context&) { return state; }
};

static_assert(Fold<CoreSetFamily>);

/// The charts of the core set in fixed point, one step a session or a school week: they resume in time, and are never merged.
///
/// Where nothing was observed nothing moves and nothing is reset. The average is in 65,536ths, and a week of n sessions
/// weighs n times a session: z += weight (absent - n z). Each step rounds the part that is taken down to a whole number, so
/// that it stands above the same recursion in real numbers by less than 1 / (65,536 weight) + 2^-17 and below it by at
/// most 2^-16: an error e becomes (1 - n weight) e + r with 0 <= r < 1, a geometric series. The cumulative sum is in 512ths
/// of a session and exact for its rounded rise and fall; since max(0, x) moves no two values apart, it differs from that of
/// the unrounded reference by at most 1 / 1,024 for each session observed. It stays at 65,535 once it is there.
struct CoreChartFamily {
  struct Record {
    std::uint16_t observed = 0;
    std::uint16_t absent = 0;
  };

  using Context = CoreSetChart;

  struct State {
    std::uint16_t ewma = 0;
    std::uint16_t ewma_highest = 0;
    std::uint16_t cusum = 0;
    std::uint16_t cusum_highest = 0;
    std::uint32_t quiet = 0;  ///< steps before the first alarm
    bool begun = false;
  };

  using Estimates = State;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context) noexcept;
};

static_assert(Chain<CoreChartFamily>);

enum class CoreCharts : std::uint8_t { by_session, by_week };

/// What the charts of the core set watch for. Nothing of it says when an absence matters: that is a policy's.
struct CoreSetOptions {
  CoreCharts charts = CoreCharts::by_session;
  double expected_rate = 0.05;  ///< share of sessions absent without change, where the average begins, in [0, 1)
  double weight = 0.05;         ///< of one session in the average, in (0, 1)
  double allowance = 0.05;      ///< above 0, and below one less the expected rate
  double limit = 4.0;           ///< of the cumulative sum, in sessions above 0, at most 64
  std::uint32_t first_session = 0;  ///< number of the table's first session, where a walk goes on
};

/// A table of sessions and options, checked and made ready for the kernels; immutable, and shared by threads.
class CoreSetPlan {
 public:
  CoreSetPlan(std::span<const CoreSession> table, const CoreSetOptions& options);

  [[nodiscard]] const CoreSetWalk& walk() const noexcept { return walk_; }
  [[nodiscard]] const CoreSetChart& chart() const noexcept { return walk_.chart; }
  [[nodiscard]] CoreCharts charts() const noexcept { return walk_.by_week ? CoreCharts::by_week : CoreCharts::by_session; }
  [[nodiscard]] std::size_t sessions() const noexcept { return sessions_; }
  [[nodiscard]] std::size_t held() const noexcept { return rows_.size(); }

  CoreSetPlan(const CoreSetPlan&) = delete;
  CoreSetPlan& operator=(const CoreSetPlan&) = delete;

 private:
  std::vector<CoreSetRow> rows_;
  std::vector<CoreSetWeek> weeks_;
  std::vector<CoreSetBlock> blocks_;
  std::vector<std::uint8_t> places_;
  std::size_t sessions_ = 0;
  CoreSetWalk walk_;
};

/// The table of a calendar's sessions, from their dates.
///
/// Use where a calendar is a list of the sessions held: weeks run from Monday to Sunday and are numbered from the first
/// one; a first day is the first date held in its week. Not for boarders whose week ends when the bus leaves: write the
/// table for them.
/// @param dates   of each session, in order of time; two sessions of one day have the same date
/// @return one entry a session, of one unit each
/// @throws std::invalid_argument when dates are not in order or lie more than 65,535 weeks apart
/// @source the calendar; checked by hand on a make-up Sunday
std::vector<CoreSession> core_sessions(std::span<const Date> dates);

/// The charts' options in fixed point.
///
/// Use to learn what the charts run on: the rounded rise and fall are the reference that the cumulative sum is exact for.
/// @param options   rates and limits in sessions
/// @return start and weight in 65,536ths, rise, fall and limit in 512ths
/// @throws std::invalid_argument when an option is outside its range
/// @source rounding to the nearest; bounds of the error at CoreChartFamily, held in tests/laws/core_set_test.cpp
CoreSetChart core_set_chart(const CoreSetOptions& options);

/// Sets 64 lanes to where they stand before their first session.
///
/// Use before the first walk over a tile.
/// @param chart   where the average begins
/// @param tile    out
/// @return nothing
/// @throws never
/// @source definition
void begin_core_set(const CoreSetChart& chart, CoreSetTile& tile) noexcept;

/// Feeds a plan's sessions of 64 lanes to their core sets, on the widest kernel of the machine.
///
/// Use for the core set of whole tiles; folds and chains are the definition, this is their fast form. A walk goes on where
/// the last one ended, as long as weeks are not cut in two and a lane has at most 65,535 sessions in all.
/// @param cells   the plan's sessions in order of time, rows of 64 bytes: state in the low four bits, absent units above
/// @param plan    sessions and charts
/// @param tile    in and out, begun by begin_core_set
/// @return nothing
/// @throws never. Cost: two passes over the tile, about as long as reading it from memory two to six times
/// @source CoreSetFamily and CoreChartFamily, equal in every bit (tests/laws/core_set_test.cpp, all instruction sets)
void core_set_of_tile(const std::uint8_t* cells, const CoreSetPlan& plan, CoreSetTile& tile) noexcept;

/// The core sets of many tiles that share a calendar.
///
/// Use for a whole school, county or city in memory. Tiles are independent, so threads change no bit.
/// @param cells      tile after tile, each plan.sessions() rows of 64 bytes
/// @param plan       sessions and charts
/// @param executor   where to run
/// @param tiles      out, one for each tile
/// @return nothing
/// @throws std::invalid_argument when the cells are not as many as the tiles need; Interrupted
/// @source core_set_of_tile
void core_set_of_tiles(std::span<const std::uint8_t> cells, const CoreSetPlan& plan, Executor& executor,
                       std::span<CoreSetTile> tiles);

/// Cells that lie child by child, put into tiles.
///
/// Use where a panel comes as a table of children by sessions; a cohort has tiles already.
/// @param cells      children times sessions, one child's sessions side by side
/// @param children   rows
/// @param sessions   columns
/// @return tiles of 64 lanes, session by session; lanes beyond the last child are not enrolled
/// @throws std::invalid_argument when there are not children times sessions cells. Cost: one pass, in blocks that fit the cache
/// @source the layout of Tile
std::vector<std::uint8_t> core_set_tiles(std::span<const std::uint8_t> cells, std::size_t children, std::size_t sessions);

/// A column of results: whole numbers, or shares and sessions in real ones.
struct CoreSetColumn {
  std::string name;
  std::vector<std::int32_t> whole;
  std::vector<double> real;
};

/// Finished core sets as columns, one row a lane.
///
/// Use to hand results on; tiles are what is kept.
/// @param tiles      finished
/// @param plan       as they were made with
/// @param children   rows wanted, at most 64 for each tile
/// @return counts in sessions, averages as shares, cumulative sums in sessions, first_alarm as the number of the chart's
///         step from 0 or -1, last_seen as the number of the session from 0 or -1, slope in share a week
/// @throws std::invalid_argument when there are more children than lanes. Cost: one pass over the tiles for each column
/// @source CoreSetFamily and CoreChartFamily
std::vector<CoreSetColumn> core_set_columns(std::span<const CoreSetTile> tiles, const CoreSetPlan& plan, std::size_t children);

/// The counts of one lane of a tile, as the fold has them.
///
/// Use to join the lanes of one child in order of time with CoreSetFamily::merge.
/// @param tile   finished, or to be gone on with
/// @param lane   0 to 63
/// @return the fold's state
/// @throws never
/// @source CoreSetFamily
CoreSetFamily::State core_set_of_lane(const CoreSetTile& tile, std::size_t lane) noexcept;

/// The charts of one lane of a tile, as the chain has them.
///
/// Use to go on with a lane's charts where the child's next lane begins.
/// @param tile   finished, or to be gone on with
/// @param lane   0 to 63
/// @return the chain's state
/// @throws never
/// @source CoreChartFamily
CoreChartFamily::State core_chart_of_lane(const CoreSetTile& tile, std::size_t lane) noexcept;

/// Change of the share of sessions absent from one week to the next: the straight line through the sessions observed.
///
/// Use as a quick look across many children. Not for testing whether a child is absent more: absences come in spells, and
/// TrendFamily widens its interval for them.
/// @param counts   of a child or a lane
/// @return share a week, rounded once from whole numbers; NaN where fewer than two weeks were observed
/// @throws never
/// @source least squares from exact sums; against NumPy's polyfit to 1e-12
double core_set_slope(const CoreSetFamily::State& counts) noexcept;

/// Sum of the 64-bit words of a buffer.
///
/// Use as the limit that a pass over a panel is timed against: it does nothing but read. Not for checksums.
/// @param bytes   any; the last ones that make no word are left out
/// @return the sum, so that the compiler cannot leave the reading out
/// @throws never. Cost: one pass, as fast as memory is read by one thread
/// @source a loop, in the widest vectors that the kernels of this machine have
std::uint64_t read_probe(std::span<const std::uint8_t> bytes) noexcept;

/// The kernel that core sets are made with here.
///
/// Use in provenance and benchmarks; results do not depend on it.
/// @return "plain", "neon", "x86-64-v2", "x86-64-v3" or "x86-64-v4"
/// @throws never
/// @source chosen from what the processor says it can do, as the limit of its level allows
std::string_view core_set_kernel() noexcept;

}  // namespace childwell::inline v0_1
