// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// How often a child changed its school in the window. A school that merged or was renamed is no move, and neither is a
/// break in the enrolment at one school. A spell at another school that begins while the last one goes on is a move or
/// paperwork that overlaps: it only widens the bounds.
struct MovesFamily {
  struct Record {
    std::int32_t school = -1;  ///< what the school has become
    Date from;
    Date to;  ///< last day
  };

  struct Context {
    Date first;  ///< moves before it are not counted
  };

  struct State {
    std::int32_t spells = 0;
    std::int32_t moves = 0;
    std::int32_t overlaps = 0;
    Record earliest;
    Record latest;
  };

  using Estimates = std::array<Estimate, 1>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<MovesFamily>);

}  // namespace childwell::inline v0_1
