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

enum class TrendIndicator : std::uint8_t { trend, trend_z };

/// Whether a child is absent more from week to week: a binomial slope, and Cochran and Armitage's z as its fast form.
///
/// Absent days of the days seen, by calendar week. Absences come in spells, so weeks vary more than days drawn one by
/// one would: the interval is widened by Pearson's dispersion, never narrowed, and uses t. Where the weeks with absences
/// lie beyond all others, no finite slope is likeliest, and Firth's is given. A window longer than 64 weeks is its last 64.
struct TrendFamily {
  using Record = SchoolDay;

  struct Context {
    double level = 0.95;
    bool calendar_known = true;
  };

  static constexpr std::int32_t most_weeks = 64;
  static constexpr std::int64_t fewest_weeks = 6;

  struct Week {
    std::uint8_t absent = 0;  ///< days, as are the next two
    std::uint8_t observed = 0;
    std::uint8_t expected = 0;
  };

  /// Weeks by number; the last one stands at `last % most_weeks`.
  struct State {
    std::int32_t last = -1;  ///< number of the last week, from the one of 1969-12-29; -1 before the first day
    std::array<Week, static_cast<std::size_t>(most_weeks)> weeks{};
  };

  using Estimates = std::array<Estimate, 2>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<TrendFamily>);

}  // namespace childwell::inline v0_1
