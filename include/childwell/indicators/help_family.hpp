// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

enum class HelpIndicator : std::uint8_t { sessions, minutes, minutes_per_month, days_since };

/// How often, how long and how lately a child was counselled or served. What was done for a child says nothing of how it
/// is: asking for help is not risk.
struct HelpFamily {
  struct Record {
    Date date;
    std::int32_t minutes = -1;  ///< -1 where nobody wrote it down
  };

  struct Context {
    Date first;                      ///< of the window
    Date as_of;
    std::int32_t enrolled_days = 0;  ///< of the window
  };

  struct State {
    Date last;                       ///< of all that is known, whatever the window
    std::int32_t sessions = 0;
    std::int32_t without_minutes = 0;
    std::int64_t minutes = 0;
  };

  using Estimates = std::array<Estimate, 4>;  ///< in the order of HelpIndicator

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<HelpFamily>);

/// Whether a child was counselled or served within the policy's days up to the as-of date. It sets a list apart, and
/// raises no tier and enters no index.
///
/// Use to tell who is looked after already.
/// @param counselling, services   states of the two
/// @param as_of                   the date
/// @param days                    the policy's
/// @return 1 or 0
/// @throws never
/// @source data model, rule 10
Estimate judge_in_care(const HelpFamily::State& counselling, const HelpFamily::State& services, Date as_of, std::int64_t days) noexcept;

enum class ReferralIndicator : std::uint8_t { open, days_open, unmet };

/// Referrals that wait, how long the longest has waited, and whether one got neither an answer nor help in time.
///
/// A scan: the policy's days decide at the end. A referral whose time is not over yet cannot be told, unless it was
/// answered.
struct ReferralFamily {
  struct Record {
    Date date;
    Date answered;  ///< unknown while nobody answered
    Date helped;    ///< first counselling or service from that day on; unknown where there was none
  };

  struct Context {
    Date first;             ///< of the window
    Date as_of;
    std::int64_t days = 0;  ///< the policy's
  };

  using Estimates = std::array<Estimate, 3>;  ///< in the order of ReferralIndicator

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<ReferralFamily>);

/// What was done for every child; empty where the study has no such table.
struct HelpStates {
  std::vector<HelpFamily::State> counselling;
  std::vector<HelpFamily::State> services;
  std::vector<std::int32_t> enrolled_days;          ///< of the window
  std::vector<ReferralFamily::Record> referrals;    ///< by child
  std::vector<std::size_t> begin;                   ///< of each child's referrals; one more at the end
};

}  // namespace childwell::inline v0_1
