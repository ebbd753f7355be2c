// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstdint>
#include <limits>

namespace childwell::inline v0_1 {

/// What charts watch: whether a spell of absence begins, on days on which one could, because the child was there on the
/// day seen before. How long a spell goes on is no new evidence, so that long ones do not make false alarms.
struct Onsets {
  std::int32_t expected = 0;
  std::int32_t watched = 0;  ///< days seen on which a spell could begin
  std::int32_t begun = 0;    ///< spells that did
  bool absent = false;       ///< on the last day seen

  /// 1 where a spell begins, 0 where it could and does not, -1 where the day says nothing.
  int add(DayMark mark) noexcept;
};

enum class ChartIndicator : std::uint8_t { sum, alarm };

/// A Bernoulli cumulative sum of a child's onsets of absence, as whole numbers: it resumes in time and is never merged.
///
/// The rate without change is fixed at the plan's baseline date, and the limit comes from a stated number of false alarms.
/// The sum is given as a share of its limit; the alarm stays, so that nobody has to look on the day.
struct CusumFamily {
  using Record = SchoolDay;

  struct Context {
    std::int64_t rise = 0;  ///< 0: no chart
    std::int64_t fall = 0;
    std::int64_t limit = 0;
  };

  struct State {
    Onsets onsets;
    std::int64_t sum = 0;
    Date alarm;  ///< the first one
  };

  using Estimates = std::array<Estimate, 2>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Chain<CusumFamily>);

/// An exponentially weighted average of the same onsets, in 256ths, so that its run length is exact and not that of a
/// normal chart: a tenth of the distance to 0 or 1 a day, rounded away from where it stands.
struct EwmaFamily {
  using Record = SchoolDay;

  static constexpr std::int32_t scale = 256;
  static constexpr std::int32_t steps = 10;  ///< one over the weight of the newest day

  struct Context {
    std::int32_t start = 0;
    std::int32_t limit = 0;  ///< 0: no chart
  };

  struct State {
    Onsets onsets;
    std::int32_t moved = -1;  ///< the average; -1 before the first day, where it stands at the start
    Date alarm;
  };

  using Estimates = std::array<Estimate, 2>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);

  /// Where the average goes from a value, with an onset or without.
  static constexpr std::int32_t next(std::int32_t value, bool onset) noexcept {
    return onset ? value + (scale - value + steps - 1) / steps : value - (value + steps - 1) / steps;
  }
};

static_assert(Chain<EwmaFamily>);

/// A limit of the EWMA of onsets, and the average run length it gives without change.
struct EwmaScheme {
  std::int32_t start = 0;
  std::int32_t limit = 0;
  double average_run_length = std::numeric_limits<double>::quiet_NaN();
};

/// Average run length of the EWMA of onsets, exact on its 256ths.
///
/// Use to learn how often the chart alarms without cause. A Markov chain over the values below the limit.
/// @param probability   of an onset on a day on which one could begin, in (0, 1)
/// @param start         value at the start, below the limit
/// @param limit         alarm at or above it, 1 to 256
/// @return days until the alarm, on average; infinite where it cannot be reached
/// @throws std::bad_alloc. Cost: some 700 operations for each value below the limit
/// @source Brook and Evans 1972, Biometrika 59; checked by simulation and against NumPy's linear equations to 1e-9
double ewma_onset_run_length(double probability, std::int32_t start, std::int32_t limit);

/// The limit of the EWMA of onsets for a stated average run length.
///
/// Use to turn a number of false alarms into a limit.
/// @param probability          of an onset without change, in (0, 1)
/// @param average_run_length   in days on which a spell could begin, above 1
/// @return the smallest limit whose average run length is at least the stated one; limit 0 where there is none
/// @throws std::bad_alloc. Cost: about eight run lengths
/// @source Brook and Evans 1972, Biometrika 59; false alarms checked by simulation
EwmaScheme ewma_onset_limit(double probability, double average_run_length);

}  // namespace childwell::inline v0_1
