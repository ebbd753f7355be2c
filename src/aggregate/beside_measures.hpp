// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "indicator_measures.hpp"

#include <childwell/aggregate/aggregate.hpp>

#include <cstddef>

namespace childwell::inline v0_1::detail {

/// Refuses an index or flags that are not of these indicators, and two that would stand in one row.
void check_beside(const Indicators& indicators, const GroupedBeside& beside);

/// Adds what the indexes and flags of one snapshot say of groups.
void add_beside(std::size_t snapshot, const GroupedBeside& beside, IndicatorMeasures& made);

}  // namespace childwell::inline v0_1::detail
