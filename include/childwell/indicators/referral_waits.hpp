// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/stats/survival.hpp>

#include <array>
#include <cstdint>
#include <limits>
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
  std::int64_t children = 0;          ///< who were referred
  std::int64_t children_over = 0;     ///< with a wait that is over
  std::int64_t children_waiting = 0;  ///< with one that was open when last watched
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

/// The median wait of a whole city, as it may be published.
struct PublishedWait {
  double median = std::numeric_limits<double>::quiet_NaN();  ///< [days]; NaN where the curve does not come down to a half
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  std::int64_t children = -1;   ///< who were referred; -1: not shown
  std::int64_t referrals = -1;
  std::int64_t over = -1;       ///< referrals whose wait is over
  Status status = Status::hidden;
};

/// The median wait, where no number of children behind it is small.
///
/// Use for a report. The curve itself is not for publishing: each of its steps is a child or two.
/// @param cohort         children through time
/// @param plan           as above, all reasons taken together
/// @param minimum_cell   smallest number of children that may be shown, at least 1
/// @return the median with its interval; hidden where fewer children than that were referred, have a wait that is over, or
///         have an open one; not_expected without a referral
/// @throws std::invalid_argument as above, for waits by reason, and when the smallest cell is below 1. Cost: as above
/// @source mission B5, timeliness; data model, rule 14; Brookmeyer and Crowley 1982
PublishedWait published_wait(const Cohort& cohort, const WaitPlan& plan, std::int64_t minimum_cell);

}  // namespace childwell::inline v0_1
