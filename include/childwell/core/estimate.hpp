// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace childwell::inline v0_1 {

/// Why an estimate is what it is. Only `ok` promises a value with its interval.
enum class Status : std::uint8_t {
  ok,
  not_enough_data,   ///< a list to act on, not a remainder
  not_seen,          ///< expected, and no evidence of presence by policy
  not_enrolled,      ///< no enrolment in the window
  not_expected,      ///< enrolled, but no session was expected
  register_unknown,  ///< the school's registers do not say what a blank means
  not_comparable,    ///< a paper that cannot be compared at this level
  degenerate,        ///< all equal: the statistic is not defined
  cannot_tell,       ///< the bounds straddle the line
  not_recorded,      ///< nothing was recorded
  withheld,          ///< consent withdrawn for this purpose
  hidden,            ///< small cell
  not_finite,        ///< an infinite value among the data
  not_converged,     ///< the iteration stopped before its answer; no number is given
  separated,         ///< a combination of columns tells the outcomes apart: no finite maximum of the likelihood
  quasi_separated,   ///< the same, but for ties on the line: some coefficients have no finite maximum
  rank_deficient,    ///< a column repeats others; it is named and left out
  boundary           ///< the maximum lies on the edge of what a parameter can be
};

inline constexpr std::array<std::string_view, 18> status_words = {
    "ok",             "not_enough_data", "not_seen",    "not_enrolled", "not_expected", "register_unknown",
    "not_comparable", "degenerate",      "cannot_tell", "not_recorded", "withheld",     "hidden",
    "not_finite",     "not_converged",   "separated",   "quasi_separated", "rank_deficient", "boundary"};

/// The word of a status, as it stands in columns and reports.
///
/// Use wherever a status leaves the library; the words are the enumerators.
/// @param status   any status
/// @return the enumerator's name
/// @throws never
/// @source house file, "Errors"
constexpr std::string_view word(Status status) noexcept { return status_words[static_cast<std::size_t>(status)]; }

/// What the interval is about.
enum class Estimand : std::uint8_t {
  realised,   ///< what happened in the window; bounds come from what was not recorded
  propensity  ///< the rate behind it; the interval is sampling error
};

/// How an interval was made.
enum class IntervalKind : std::uint8_t { none, bounds, confidence };

/// What a column of estimates is: one descriptor, printed with every result.
struct EstimateDescriptor {
  std::string_view unit = "share";
  double range_low = 0.0;
  double range_high = 1.0;
  Estimand estimand = Estimand::realised;
  IntervalKind kind = IntervalKind::bounds;
  double level = std::numeric_limits<double>::quiet_NaN();  ///< of a confidence interval; bounds have none
  std::string_view method = "";
  std::string_view scale = "identity";
};

/// One number with what is known about it. Undefined parts are NaN; `status` says why.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  std::int64_t n_expected = 0;
  std::int64_t n_observed = 0;
  Status status = Status::not_enough_data;
};

/// An estimate that has no value, only a reason.
///
/// Use when the data do not allow a number; never return zero instead.
/// @param status       why
/// @param n_expected, n_observed   what was expected and what was there [units of the indicator]
/// @return an estimate whose value and interval are NaN
/// @throws never
/// @source house file, "Errors"
constexpr Estimate without_value(Status status, std::int64_t n_expected = 0, std::int64_t n_observed = 0) noexcept {
  Estimate estimate;
  estimate.n_expected = n_expected;
  estimate.n_observed = n_observed;
  estimate.status = status;
  return estimate;
}

}  // namespace childwell::inline v0_1
