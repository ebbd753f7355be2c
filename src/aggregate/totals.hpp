// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/cohort/cohort.hpp>

#include <vector>

namespace childwell::inline v0_1::detail {

/// Rates of places of which only sums are held, as of a date. Who stands behind them is not known, so there is neither
/// sampling error nor a count of children, and what the publisher hid stays hidden.
std::vector<GroupRow> total_rows(const Cohort& cohort, Date as_of);

}  // namespace childwell::inline v0_1::detail
