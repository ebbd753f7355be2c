// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/policy.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

inline constexpr std::int64_t no_age = std::numeric_limits<std::int64_t>::min();

/// Years that a child had completed on the last day of August before a school year.
///
/// Use for ages at the start of a school year: the month of birth decides, and no day is needed.
/// @param birth_month   any day of it
/// @param year          calendar year in which the school year begins
/// @return completed years; no_age where the month is not known or lies after that August
/// @throws never
/// @source Compulsory Education Law of China, article 11 (six years on 31 August); checked by hand for August and September
std::int64_t age_at_entry(Date birth_month, int year) noexcept;

/// Ages that the grades of a cohort are compared with, as of a date.
struct GradeAges {
  int year = 0;                           ///< in which the school year begins
  std::vector<std::int64_t> age;          ///< by child; no_age where it is not known
  std::vector<std::int64_t> grade;        ///< by child; missing_integer where it is not known
  std::vector<std::int64_t> modal;        ///< by child: commonest age of its grade, of the county where that is enough
  std::vector<std::int64_t> compared;     ///< by child: children behind it
};

/// The commonest age of every child's grade, in its county where twenty ages are known there, else in the cohort.
///
/// Use once for a date, before over_age. Of two ages as common the younger one stands.
/// @param cohort    children
/// @param current   each child's lane as of the date, -1 where there is none
/// @param as_of     the date
/// @return ages; modal is no_age where fewer than twenty ages of the grade are known
/// @throws std::bad_alloc. Cost: one pass
/// @source mission B2; checked by hand
GradeAges grade_ages(const Cohort& cohort, std::span<const std::int32_t> current, Date as_of);

/// Years above the age that a policy compares with, and whether they are over-age under it.
///
/// Use beside marks and repeated grades: late entry and repeating are both in it. Not a cause of anything.
/// @param ages     as grade_ages gives them
/// @param child    position
/// @param policy   of kind over_age: intended age by entry_age, or modal age
/// @return years (below 0 for younger children), and 1 or 0; statuses not_recorded (no month of birth or no grade),
///         not_enough_data (no modal age)
/// @throws never
/// @source UNESCO Institute for Statistics, SDG 4.1.5; mission B2; checked by hand
std::array<Estimate, 2> over_age(const GradeAges& ages, std::size_t child, const Policy& policy) noexcept;

/// Refuses a policy of kind over_age that does not say what it compares with.
///
/// Use where policies enter.
/// @param policy   any policy; others pass
/// @return nothing
/// @throws std::invalid_argument with the policy's name, when reference or years_over is missing
/// @source house file, idea 6
void check_over_age(const Policy& policy);

}  // namespace childwell::inline v0_1
