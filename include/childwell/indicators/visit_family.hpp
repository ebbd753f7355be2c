// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/spells.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace childwell::inline v0_1 {

enum class VisitIndicator : std::uint8_t { done, days_since_last, due, overdue_share, overdue };

/// Visits to a child by somebody whose task they are, and whether they came as often as a policy asks.
///
/// A visit that was planned and reached nobody is none. One falls due when an interval has gone by since the last one,
/// or since the child came on the roll. Days whose log was closed may have seen a visit that nobody wrote down: what
/// they would change lies within the bounds.
struct VisitFamily {
  enum class Done : std::uint8_t { no, unknown, yes };

  struct Record {
    Date date;
    Done done = Done::yes;
  };

  struct Context {
    Date first;                         ///< of the window
    Date as_of;
    std::span<const Spell> on_roll{};   ///< disjoint, in order; also before the window
    std::span<const Spell> logged{};    ///< days on which visits were written down: disjoint, in order
    std::int64_t interval_days = 0;     ///< 0: no policy says how often
  };

  using Estimates = std::array<Estimate, 5>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<VisitFamily>);

}  // namespace childwell::inline v0_1
