// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// Absence in a child's own first days of the school year: a child that comes late has its own first days later.
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
  };

  using Estimates = std::array<Estimate, 1>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<EarlyFamily>);

}  // namespace childwell::inline v0_1
