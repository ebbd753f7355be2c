// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// A share as whole numbers, so that a threshold is compared without rounding.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;

  /// True when part of whole reaches the fraction.
  [[nodiscard]] constexpr bool reached(std::int64_t part, std::int64_t whole) const noexcept {
    return part * denominator >= whole * numerator;
  }
};

/// A judgement rule: named, dated, sourced. Which members count depends on its kind.
struct Policy {
  std::string id;
  /// attendance, consecutive, not_seen, pass_mark, course, on_track, over_age, visits, help or disclosure
  std::string kind;
  std::string country;
  std::string from;
  std::string source;
  std::string name_en;
  std::string name_zh;
  Fraction chronic;
  Fraction severe;
  Fraction absent_day{1, 2};
  std::string counts;  ///< what an attendance policy counts: days or sessions
  Fraction pass;
  std::int64_t minimum_days = 0;
  std::int64_t unexplained_days = 0;
  std::int64_t sessions = 0;
  std::int64_t minimum_cell = 0;
  std::int64_t interval_days = 0;  ///< visits: one is due when so many days have gone by
  std::int64_t days = 0;           ///< help: how soon it is due, and how long it counts
  std::vector<std::string> failing_levels{};  ///< names of ordered levels that do not pass
  std::vector<std::string> core{};            ///< names of core subjects
  Fraction core_pass{};                       ///< pass mark of core subjects where it is another one; else 0
  std::string stands{};                       ///< which paper of a course counts: last, best or worst
  std::vector<std::int64_t> term_months{};    ///< months in which terms begin
  std::int64_t make_up_days = 0;              ///< papers of so many first days of a term belong to the term before
  std::vector<std::int64_t> grades{};         ///< on_track: of whom it is asked; of all where empty
  std::int64_t courses_failed = 0;            ///< course: so many failed courses are a failure; 0 asks nothing
  std::int64_t core_failed = 0;               ///< course: so many core courses are; on_track: so many are still on track
  std::int64_t courses_passed = 0;            ///< on_track: semester courses passed in the school year
  std::string reference{};                    ///< over_age: intended or modal age of the grade
  std::int64_t entry_age = 0;                 ///< over_age: years completed on 31 August before grade 1
  std::int64_t years_over = 0;                ///< over_age: so many years above the reference are over-age
};

/// Every policy that ships with the library.
///
/// Use to choose one by name; none is a default.
/// @return all policies, in the order of the file
/// @throws std::bad_alloc on first use
/// @source src/rules/policies.toml
const std::vector<Policy>& policy_rules();

}  // namespace childwell::inline v0_1
