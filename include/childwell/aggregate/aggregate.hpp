// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/index/compose.hpp>
#include <childwell/indicators/measure.hpp>
#include <childwell/risk/flag.hpp>

#include <vector>

namespace childwell::inline v0_1 {

/// What is made of indicators and grouped with them. They must outlive the call.
struct GroupedBeside {
  std::vector<const WellbeingIndex*> indexes;  ///< one of each definition and snapshot
  std::vector<const Flags*> flags;             ///< one of each snapshot
};

/// Groups of children by the declared hierarchies, observed beside pooled, small cells hidden.
///
/// Use for everything that leaves the institute. Days count at the school where they happened, so a transfer counts at
/// both schools; shares of children count each child once, where the child is enrolled now. Children whose consent is
/// withheld are in no group. An index is a mean among the children of one set of domains, which its row names; flags are the
/// share of children with a reason to look, by rule and by any, of those of whom it can be told. What is published together
/// is given together: shares of the same children are protected from each other.
/// @param indicators   finished states
/// @param beside       indexes and flags made of these indicators
/// @param plan         levels, smallest cell [children], level of intervals
/// @param executor     where to run; results do not depend on it
/// @return rows by place code; status hidden, not_enough_data, not_comparable or ok
/// @throws std::invalid_argument when the smallest cell is below 1, no level is named, or an index or flags are of other
///         indicators or given twice. Cost: a few passes over the children for each measure and level
/// @source data model, rules 12 and 14; aggregate_measures, whose statistics it uses
Aggregates aggregate(const Indicators& indicators, const GroupedBeside& beside, const AggregatePlan& plan, Executor& executor);

/// The same of indicators alone.
///
/// Use where nothing was composed or flagged.
/// @param indicators, plan, executor   as above
/// @return as above
/// @throws as above
/// @source as above
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
