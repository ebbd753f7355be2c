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
  std::string kind;  ///< attendance, consecutive, not_seen, pass_mark or disclosure
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
};

/// Every policy that ships with the library.
///
/// Use to choose one by name; none is a default.
/// @return all policies, in the order of the file
/// @throws std::bad_alloc on first use
/// @source src/rules/policies.toml
const std::vector<Policy>& policy_rules();

}  // namespace childwell::inline v0_1
