// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/runs.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstdint>

namespace childwell::inline v0_1 {

/// How rates of children vary within a stratum: a beta distribution, where one could be fitted.
struct RatePrior {
  double alpha = 0.0;
  double beta = 0.0;
  bool known = false;
};

enum class OutlookIndicator : std::uint8_t { p_rate_above, p_year_above };

/// Two questions under an attendance policy, two numbers: is the rate behind the absences above the policy's line, and
/// will the school year end above it, given the days seen and the days left.
///
/// Evidence is counted in spells: days are divided by the days that one spell fills on average, the child's own mean
/// drawn towards the cohort's, and the days to come fall in blocks of that length. The prior is the beta distribution of
/// the children of the same grade and school; days that nobody recorded are predicted as those to come.
///
/// Where a policy counts days, the rate is that of days recorded as a whole: half a day missed makes a day absent for
/// certain and half a day seen makes none present, so that days with a gap would count the absences alone. They are
/// predicted as well, unless what is certain decides the year.
struct OutlookFamily {
  using Record = SchoolDay;

  struct Context {
    RatePrior prior;
    double pooled_spell_days = 1.0;
    Fraction line;
    bool by_days = true;            ///< else by units of sessions
    std::int64_t minimum_days = 0;  ///< of the year, below which the policy says nothing
    std::int64_t left_days = 0;     ///< expected after the as-of date, to the end of the school year
    std::int64_t left_units = 0;
    bool calendar_known = true;
  };

  struct State {
    std::int32_t expected_days = 0;
    std::int32_t observed_days = 0;  ///< whose mark is certain, whether or not a session is missing
    std::int32_t absent_days = 0;
    std::int32_t whole_days = 0;  ///< without a session that nobody recorded
    std::int32_t absent_whole_days = 0;
    std::int32_t expected_units = 0;
    std::int32_t observed_units = 0;
    std::int32_t absent_units = 0;
    Runs absences;  ///< days that are absent for certain
  };

  using Estimates = std::array<Estimate, 2>;

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);

  /// Days that one spell of the child fills on average, at least 1.
  static double spell_days(const State& state, double pooled_spell_days) noexcept;
};

static_assert(Fold<OutlookFamily>);

}  // namespace childwell::inline v0_1
