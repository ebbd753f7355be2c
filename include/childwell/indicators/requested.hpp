// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/indicators/chart_family.hpp>
#include <childwell/indicators/contact_family.hpp>
#include <childwell/indicators/early_family.hpp>
#include <childwell/indicators/help_family.hpp>
#include <childwell/indicators/moves_family.hpp>
#include <childwell/indicators/outlook_family.hpp>
#include <childwell/indicators/paper_change.hpp>
#include <childwell/indicators/screening_family.hpp>
#include <childwell/indicators/trend_family.hpp>
#include <childwell/indicators/week_family.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// Families that are measured where a study asks for them, because each reads a child's rows again.
enum class Request : std::uint8_t {
  trend, week_pattern, outlook, early, mobility, charts, change, progress,
  contact, separation, left_behind, guardianship, visits, screening, help
};
inline constexpr std::array<std::string_view, 15> request_words = {
    "trend", "week_pattern", "outlook", "early", "mobility", "charts", "change", "progress",
    "contact", "separation", "left_behind", "guardianship", "visits", "screening", "help"};

/// What is asked for beyond the families that are always there.
struct Requests {
  std::array<bool, request_words.size()> wanted{};
  Date baseline;              ///< charts: the rate without change is that of the school year up to this day
  double false_alarms = 0.0;  ///< charts: in 1,000 child-years without any change, for each of the two

  [[nodiscard]] constexpr bool wants(Request request) const noexcept { return wanted[static_cast<std::size_t>(request)]; }
  [[nodiscard]] constexpr bool any() const noexcept {
    for (const bool one : wanted) {
      if (one) return true;
    }
    return false;
  }
};

/// Charts made for one rate of onsets without change.
struct ChartScheme {
  CusumFamily::Context cusum;
  EwmaFamily::Context ewma;
};

/// Contacts with the family: of the few children of whom any are recorded, or for whom a log was kept.
struct ContactStates {
  std::vector<std::int32_t> place;   ///< of each child in what follows; -1 where nothing is recorded
  std::vector<ContactFamily::State> states;
  std::vector<Date> open_since;      ///< the log, on the last day of the window
  std::vector<ContactPrior> priors;
};

/// Finished states of the families that were asked for, by child; empty where a family was not.
struct RequestedStates {
  std::vector<TrendFamily::State> trend;
  std::vector<WeekFamily::State> week;
  std::vector<OutlookFamily::State> outlook;
  std::vector<EarlyFamily::State> early;
  std::vector<MovesFamily::State> moves;
  std::vector<std::int32_t> left_days;   ///< expected after the as-of date, to the end of the school year
  std::vector<std::int32_t> left_units;
  std::vector<std::int32_t> year_days;   ///< expected in the school year
  std::vector<RatePrior> day_priors;     ///< of absent days
  std::vector<RatePrior> unit_priors;    ///< of absent units
  double pooled_spell_days = 1.0;
  std::vector<Onsets> baseline;          ///< up to the baseline date
  std::vector<RatePrior> onset_priors;   ///< as of the baseline date
  std::vector<ChartScheme> schemes;      ///< by step of the rate
  std::vector<std::int32_t> cusum_scheme;  ///< of each child, -1 where there is none
  std::vector<std::int32_t> ewma_scheme;
  std::vector<CusumFamily::State> cusum;
  std::vector<EwmaFamily::State> ewma;
  std::vector<Estimate> change;          ///< a scan has no state
  std::vector<PaperChange> papers;       ///< by child, then by later paper
  ContactStates contact;
  ScreeningStates screening;
  HelpStates help;
};

}  // namespace childwell::inline v0_1
