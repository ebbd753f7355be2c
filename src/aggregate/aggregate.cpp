// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/aggregate.hpp>

#include "indicator_measures.hpp"
#include "totals.hpp"

#include <childwell/aggregate/groups.hpp>

#include <cstddef>
#include <utility>

namespace childwell::inline v0_1 {

Aggregates aggregate(const Indicators& indicators, const AggregatePlan& plan) {
  Aggregates aggregates;
  aggregates.plan = plan;
  for (std::size_t i = 0; i < indicators.snapshots.size(); ++i) {
    const auto made = detail::indicator_measures(indicators, indicators.snapshots[i]);
    for (GroupRow& row : aggregate_measures(made.hierarchies, made.measures, plan)) {
      row.snapshot = static_cast<std::int32_t>(i);
      aggregates.rows.push_back(std::move(row));
    }
    for (GroupRow& row : detail::total_rows(*indicators.cohort, indicators.snapshots[i].as_of, plan.minimum_cell)) {
      row.snapshot = static_cast<std::int32_t>(i);
      aggregates.rows.push_back(std::move(row));
    }
  }
  return aggregates;
}

}  // namespace childwell::inline v0_1
