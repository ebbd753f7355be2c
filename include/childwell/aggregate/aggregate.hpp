// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/indicators/measure.hpp>

namespace childwell::inline v0_1 {

/// Groups of children by the declared hierarchies, observed beside pooled, small cells hidden.
///
/// Use for everything that leaves the institute. Days count at the school where they happened, so a transfer counts at
/// both schools; shares of children count each child once, where the child is enrolled now. Children whose consent is
/// withheld are in no group.
/// @param indicators   finished states
/// @param plan         levels, smallest cell [children], level of intervals
/// @param executor     where to run; results do not depend on it
/// @return rows by place code; status hidden, not_enough_data, not_comparable or ok
/// @throws std::invalid_argument when the smallest cell is below 1 or no level is named. Cost: a few passes over the
///         children for each measure and level
/// @source data model, rule 14; aggregate_measures, whose statistics it uses
Aggregates aggregate(const Indicators& indicators, const AggregatePlan& plan, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param indicators, plan   as above
/// @return as above
/// @throws as above
/// @source as above
Aggregates aggregate(const Indicators& indicators, const AggregatePlan& plan);

}  // namespace childwell::inline v0_1
