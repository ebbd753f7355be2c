// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1 {

enum class WeekIndicator : std::uint8_t { week_edge_share, week_edge_p, bridge_share, bridge_p, spell_excess };

/// Whether short absences lie at the ends of the child's own week or beside holidays, and whether there are more spells
/// than the number of absent days explains. Never a reason by itself.
///
/// Evidence is a spell and not a day: only spells of one or two days between two days of presence count, and one lies at
/// an edge when all of its days do. Given how many there are, the number at an edge is hypergeometric for spells of one
/// day and, among pairs of days in a row, for spells of two; mid-p of the upper tail of their sum. An illness that begins
/// on a day of rest shows on the first day of the week, so a small p says what to look at and not why.
/// Spell excess is Wald and Wolfowitz's z of the number of runs of absent days among the days seen.
struct WeekFamily {
  using Record = SchoolDay;

  struct Context {
    double level = 0.95;
    bool calendar_known = true;
  };

  static constexpr std::int64_t fewest_spells = 3;

  /// Days of one kind (at an edge of the week, beside a holiday), and the short spells that hold no other.
  struct Kind {
    std::uint16_t days = 0;
    std::uint16_t pairs = 0;    ///< two days seen in a row, both of the kind
    std::uint16_t singles = 0;  ///< spells of one day
    std::uint16_t doubles = 0;  ///< spells of two days
  };

  struct State {
    std::int32_t expected = 0;  ///< days, as are the next three
    std::int32_t observed = 0;
    std::int32_t absent = 0;
    std::int32_t runs = 0;      ///< runs of absent days among the days seen
    std::uint16_t pairs = 0;    ///< two days seen in a row
    std::uint16_t singles = 0;  ///< spells of one day between days of presence
    std::uint16_t doubles = 0;  ///< the same of two days
    Kind edge;
    Kind bridge;
    std::uint8_t ends = 0;      ///< days in head and in tail, at most three
    bool first_absent = false;  ///< of the first day seen
    bool last_absent = false;   ///< of the last day seen
    std::array<std::uint8_t, 3> head{};  ///< the first days: mark and place
    std::array<std::uint8_t, 3> tail{};  ///< the last days, the newest last
  };

  using Estimates = std::array<Estimate, 5>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<WeekFamily>);

}  // namespace childwell::inline v0_1
