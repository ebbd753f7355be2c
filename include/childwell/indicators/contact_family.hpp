// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/spells.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// How contact rates vary between the children of a stratum: a gamma distribution, where one could be fitted.
struct ContactPrior {
  double shape = 0.0;
  double rate = 0.0;  ///< in weeks
  bool known = false;
};

enum class ContactIndicator : std::uint8_t {
  days_since_last, rate_per_week, longest_gap, burstiness, video_share, child_initiated_share, median_minutes
};

/// A child's connected contacts with the family, over the time in which somebody was writing them down.
///
/// A log that was closed is not a child without contact: exposure is the time that the log was open, gaps do not reach
/// across a closed log, and the days since the last contact have a lower bound where the log was closed in between.
struct ContactFamily {
  static constexpr std::size_t minute_bins = 64;  ///< the last one holds all that is longer

  enum class Kind : std::uint8_t { log, contact };

  /// In order of time; the stretch of an open log comes before the contacts within it. Stretches are disjoint, within
  /// the window, and end on the day after the as-of date at the latest.
  struct Record {
    Kind kind = Kind::contact;
    Spell log;                ///< of a contact: the stretch it fell into; no dates where the log was closed, and
                              ///< beyond the window
    std::int64_t minute = 0;  ///< since 1970-01-01 00:00, school-local
    std::int32_t seconds = -1;  ///< -1: not recorded
    std::int8_t video = -1;           ///< 1, 0, or -1 where the channel is not recorded
    std::int8_t child_initiated = -1; ///< likewise
    bool connected = true;    ///< attempts that reached nobody are left out
  };

  struct Context {
    Date as_of;
    Date open_since;  ///< first day of the stretch in which the log is open at the as-of date, also before the window
    ContactPrior prior;
    double level = 0.95;
  };

  struct State {
    std::int64_t open_days = 0;
    std::int64_t logged = 0;
    std::int64_t outside = 0;      ///< contacts that fell into no stretch given: evidence, but not of a rate
    std::int64_t last_minute = -1; ///< of any contact; -1 where there is none
    bool any = false;
    Record first;                  ///< first contact within an open log
    Record last;
    Spell log;                     ///< latest stretch of the log
    bool silent = false;           ///< no contact yet in the latest stretch
    bool opened = false;
    std::int64_t gaps = 0;
    std::int64_t gap_minutes = 0;
    double gap_squares = 0.0;      ///< whole numbers, exact to 2^53
    std::int64_t longest = 0;      ///< minutes without contact, but for those before the first and after the last
    std::int32_t video = 0, video_known = 0;
    std::int32_t by_child = 0, by_child_known = 0;
    std::array<std::int32_t, minute_bins> lengths{};
  };

  using Estimates = std::array<Estimate, 7>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<ContactFamily>);

}  // namespace childwell::inline v0_1
