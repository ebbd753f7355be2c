// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cell.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/runs.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// What attendance says of a child or a lane; the words stand in the catalogue.
enum class AttendanceIndicator : std::uint8_t {
  coverage,
  coverage_recorded,
  coverage_implied,
  coverage_unknown,
  absence_rate,
  absence_propensity,
  excused_rate,
  unexcused_rate,
  reason_unknown_rate,
  late_rate,
  absent_days,
  spells,
  spell_longest_days,
  spell_current_days,
  spell_single_share,
  days_since_seen,
  sessions_since_seen
};
inline constexpr std::size_t attendance_indicators = 17;

/// Attendance of one child in order of time, as state that can be cut and joined anywhere.
struct AttendanceFamily {
  struct Record {
    Date date;
    Cell cell;
    std::uint8_t units = 1;
  };

  struct Context {
    Date as_of;
    Fraction absent_day{1, 2};       ///< a day counts as absent from this share on
    double pooled_spell_days = 1.0;  ///< length-weighted mean spell of the cohort: how many days one event fills
    double level = 0.95;
    bool calendar_known = true;
  };

  /// The sessions of one day that is not closed yet.
  struct Day {
    Date date;
    std::uint16_t expected = 0;
    std::uint16_t absent = 0;
    std::uint16_t unknown = 0;
    std::uint16_t unexplained = 0;
  };

  /// Days in a row: absent for certain, absent as far as is known, and the same for absences nobody explained.
  struct Days {
    Runs certain;
    Runs possible;
    Runs unexplained;
    Runs unexplained_possible;
    std::uint16_t absent = 0;
    std::uint16_t unknown = 0;

    void add(const Day& day, Fraction absent_day) noexcept;
    void merge(const Days& later) noexcept;
  };

  struct State {
    std::int32_t expected = 0;  ///< units, as are the next seven
    std::int32_t recorded = 0;
    std::int32_t implied = 0;
    std::int32_t absent = 0;
    std::int32_t excused = 0;
    std::int32_t unexcused = 0;
    std::int32_t reason_unknown = 0;
    std::int32_t disputed = 0;
    std::int32_t sessions = 0;
    std::int32_t present_sessions = 0;
    std::int32_t late_sessions = 0;
    std::int32_t unobserved_sessions = 0;
    std::int32_t since_expected = 0;  ///< expected sessions since the child was last seen
    std::int32_t since_unrecorded = 0;
    Date last_seen;
    Day first;
    Day last;
    Days inner;  ///< the days between the first and the last
  };

  using Estimates = std::array<Estimate, attendance_indicators>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);

  /// All days of a state, the open ones closed.
  static Days days(const State& state, const Context& context) noexcept;
};

static_assert(Fold<AttendanceFamily>);

/// Chronic or severe absence under a policy: yes, no, or cannot_tell where the bounds straddle the line.
///
/// Use with a named policy; it compares whole numbers, so a child at exactly the line is on it. One policy counts days
/// that were missed by the share it names, another counts units of sessions: a child may be on one line and not on the
/// other.
/// @param state      a finished state
/// @param line       the policy's share, of expected days or of expected units
/// @param policy     says what is counted, and the expected days below which nothing is said
/// @param context    as the state was made with
/// @return value 1 or 0, n in what is counted; status cannot_tell, not_enough_data, not_recorded or not_expected
///         without a value
/// @throws never
/// @source US EDFacts FS195 (days) and DfE methodology (sessions), by policy; checked by hand at exactly 10 % and 20 %
Estimate judge_absence(const AttendanceFamily::State& state, Fraction line, const Policy& policy,
                       const AttendanceFamily::Context& context);

/// Consecutive days without explanation, now open or past, against a policy's number.
///
/// Use for local dropout-control rules; it is a reason to find out what happened.
/// @param state     a finished state
/// @param days      the policy's number of school days
/// @param context   as the state was made with
/// @return value 1 or 0 for the run open at the as-of date; cannot_tell where unrecorded days decide
/// @throws never
/// @source Guobanfa [2017] 72 and local rules, by policy; checked by hand
Estimate judge_unexplained(const AttendanceFamily::State& state, std::int64_t days,
                           const AttendanceFamily::Context& context);

/// Expected, and no evidence of presence over a policy's number of sessions.
///
/// Use first of all: it outranks every other finding. It is a matter of the as-of date, whatever the window.
/// @param state      a finished state, whose sessions since the child was seen are of all that is known
/// @param sessions   the policy's number of expected sessions
/// @return value 1 or 0; n_observed counts the sessions since that were recorded
/// @throws never
/// @source data model, rule 2
Estimate judge_not_seen(const AttendanceFamily::State& state, std::int64_t sessions);

}  // namespace childwell::inline v0_1
