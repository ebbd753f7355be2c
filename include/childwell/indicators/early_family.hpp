// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// Absence in a child's own first days of the school year: a child that comes late has its own first days later. The rate
/// rests on days of which every session is known, its bounds on all of them; it stays between them.
struct EarlyFamily {
  using Record = SchoolDay;

  static constexpr int most_days = 64;

  struct Context {
    int days = 20;  ///< at most most_days
    bool calendar_known = true;
  };

  /// One bit a day, the first day lowest; days after the 64th are only counted.
  struct State {
    std::int32_t count = 0;
    std::uint64_t absent = 0;
    std::uint64_t unknown = 0;
    std::uint64_t gaps = 0;  ///< days of which some session is not known, marked or not
  };

  using Estimates = std::array<Estimate, 1>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);

  /// Of the first days those of which every session is known: absent ones, and all. What sums over children are made of.
  static std::array<std::int64_t, 2> whole_days(const State& state, const Context& context) noexcept;
};

static_assert(Fold<EarlyFamily>);

}  // namespace childwell::inline v0_1
