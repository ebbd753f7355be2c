// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// What children are grouped by. Left-behind status is none of them: it has three dated definitions and person-time.
enum class ChildGrouping : std::uint8_t { sex, grade, stage, boarding, school, class_, township, county };
inline constexpr std::array<std::string_view, 8> child_grouping_words = {"sex",    "grade",  "stage",    "boarding",
                                                                         "school", "class", "township", "county"};

/// One group a child: code -1 where it is not known.
struct ChildGroups {
  std::vector<std::int32_t> codes;
  std::vector<std::string> names;  ///< sorted: grades by number, all else by name
};

/// Puts every child into a group as of a date.
///
/// Use for tables of children side by side. A child without an enrolment has no group but its sex; one of whom no boarding
/// is told is a day pupil where the study has that table, and unknown where it has none.
/// @param cohort         children in the places and boarding groups known by the date
/// @param current_lane   of each child, -1 where there is none
/// @param grouping       by what
/// @param as_of          the date
/// @return one code a child
/// @throws std::invalid_argument when there is not one lane a child; cost: one pass over the children
/// @source data model, tables children, enrolment, boarding and places; checked by hand
ChildGroups child_groups(const Cohort& cohort, std::span<const std::int32_t> current_lane, ChildGrouping grouping, Date as_of);

}  // namespace childwell::inline v0_1
