// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/stats/survival.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// What ends the wait of a referral.
enum class WaitEnd : std::uint8_t {
  outcome,  ///< any outcome with a date
  help      ///< the first counselling or service from the day of the referral on
};

inline constexpr std::array<std::string_view, 2> wait_end_words = {"outcome", "help"};

struct WaitPlan {
  Date as_of;
  Date first;               ///< earlier referrals are left out; unknown: none are
  WaitEnd end = WaitEnd::outcome;
  bool by_reason = false;
  stats::SurvivalOptions options;
};

/// Waits of one group of referrals, in days.
struct ReferralWaits {
  std::string reason;       ///< empty where all are taken together
  stats::KaplanMeier curve;
};

/// How long referrals wait, open ones counted for as long as they have waited.
///
/// Use for the timeliness of help: the median wait and its interval. An open referral is watched to the as-of date, or
/// to the last day that its child was enrolled. Not for publishing: the counts are small, and nothing is hidden.
/// @param cohort   children through time
/// @param plan     date, first day, what ends a wait, whether by reason, level and scale of the intervals
/// @return one curve, or one for each reason in alphabetical order; nothing of what was known later is seen, and children
///         whose consent is withheld are left out
/// @throws std::invalid_argument when the as-of date is unknown or the level lies outside (0, 1). Cost: one pass and a sort
/// @source mission B5, timeliness; Kaplan and Meier 1958
std::vector<ReferralWaits> referral_waits(const Cohort& cohort, const WaitPlan& plan);

}  // namespace childwell::inline v0_1
