// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// The scale on which the interval of a survival curve is symmetric.
enum class SurvivalScale : std::uint8_t { log_log, log, plain };

inline constexpr std::array<std::string_view, 3> survival_scale_words = {"log_log", "log", "plain"};

struct SurvivalOptions {
  double level = 0.95;
  SurvivalScale scale = SurvivalScale::log_log;
};

/// The share still waiting after each time at which something happened. Undefined parts are NaN; `status` says why.
struct KaplanMeier {
  std::vector<double> time;             ///< distinct times with an event, in rising order
  std::vector<std::int64_t> at_risk;    ///< not over just before the time
  std::vector<std::int64_t> events;     ///< at the time
  std::vector<double> survival;         ///< from the time on, until the next
  std::vector<double> standard_error;   ///< Greenwood's; NaN once nobody is left
  std::vector<double> lower;
  std::vector<double> upper;
  double median = std::numeric_limits<double>::quiet_NaN();  ///< NaN where the curve does not come down to a half
  double median_lower = std::numeric_limits<double>::quiet_NaN();
  double median_upper = std::numeric_limits<double>::quiet_NaN();
  double longest = std::numeric_limits<double>::quiet_NaN();  ///< the last time that anybody was watched
  double level = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t events_total = 0;
  std::int64_t censored = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Kaplan and Meier's curve of waits of which some are not over, with Greenwood's standard error.
///
/// Use for the time from a referral to its answer, or from a start to an end, when open ones are to count for as long
/// as they have lasted: dropping them makes every wait look short. Not where something else can end a wait for good,
/// such as a move: taking it for open then says too much.
/// @param durations   shape (n,), from the start to the event or to the last day watched, at least 0; NaN is missing
/// @param happened    shape (n,), 1 for the event, 0 for a wait that was open at the end; NaN is missing
/// @param options     level and scale of the pointwise intervals
/// @return the curve at the times with an event, and the median with the interval of Brookmeyer and Crowley: where the
///         curve, or a limit, comes down to a half, the middle of the stretch where it lies flat on a half;
///         not_enough_data without a row, not_finite with an infinite duration
/// @throws std::invalid_argument for lengths that differ, a duration below 0, happened other than 0 and 1 or a level
///         outside (0, 1); cost: one sort
/// @source Kaplan and Meier 1958, J. Am. Stat. Assoc. 53; Greenwood 1926; Brookmeyer and Crowley 1982, Biometrics 38;
///         R survival::survfit and statsmodels SurvfuncRight to 1e-12
KaplanMeier kaplan_meier(std::span<const double> durations, std::span<const double> happened,
                         const SurvivalOptions& options = {});

}  // namespace childwell::inline v0_1::stats
