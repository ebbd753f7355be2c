// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/cohort/cohort.hpp>

#include <vector>

namespace childwell::inline v0_1::detail {

/// Rates of places whose sums were given, by place and span.
///
/// How many children stand behind a sum nobody said, so sessions are what is judged small: fewer than the minimum, and
/// for each sort of absence that was given 0 % and 100 %. A place that is hidden hides all its measures, and so many
/// other places of its span that no sum can be told more closely than the minimum, whichever places lie in it.
std::vector<GroupRow> total_rows(const Cohort& cohort, Date as_of, std::int64_t minimum);

}  // namespace childwell::inline v0_1::detail
