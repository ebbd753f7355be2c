// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>

#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1::detail {

/// Whether a child has an enrolment on a date; any will do where the date is unknown.
bool enrolled_on(const Cohort& cohort, std::int32_t child, Date date);

/// Counts a row apart that lies outside of any enrolment or whose consent did not always stand. The row is kept.
void count_apart(Cohort& cohort, std::string_view table, Subject subject, std::int32_t child, Date date);

/// When a row was known: as told, or the declared lag after its date.
Date known_day(const Records& records, std::string_view table, Date told, Date date);

}  // namespace childwell::inline v0_1::detail
