// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/aggregate.hpp>

#include "beside_measures.hpp"
#include "grouped_rows.hpp"
#include "indicator_measures.hpp"
#include "linked_windows.hpp"
#include "totals.hpp"

#include <cstddef>
#include <set>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

Aggregates aggregate(const Indicators& indicators, const AggregatePlan& plan) {
  SerialExecutor executor;
  return aggregate(indicators, plan, executor);
}

Aggregates aggregate(const Indicators& indicators, const AggregatePlan& plan, Executor& executor) {
  return aggregate(indicators, {}, plan, executor);
}

Aggregates aggregate(const Indicators& indicators, const GroupedBeside& beside, const AggregatePlan& plan, Executor& executor) {
  detail::check_beside(indicators, beside);
  const std::size_t snapshots = indicators.snapshots.size();
  std::vector<std::set<detail::CellName>> also_hidden(snapshots);
  std::vector<std::vector<GroupRow>> rows(snapshots);
  std::vector<std::size_t> grouped(snapshots, static_cast<std::size_t>(-1));  // with how many further cells
  do {
    for (std::size_t i = 0; i < snapshots; ++i) {
      if (grouped[i] == also_hidden[i].size()) continue;
      detail::IndicatorMeasures made;
      for_chunks(executor, 1, 1, [&](std::size_t, std::size_t) {  // one piece: the calling thread hears that it is to stop
        made = detail::indicator_measures(indicators, indicators.snapshots[i]);
        detail::add_beside(i, beside, made);
      });
      rows[i] = detail::grouped_rows(made.hierarchies, made.measures, plan, also_hidden[i], executor);
      grouped[i] = also_hidden[i].size();
    }
  } while (plan.minimum_cell > 1 && detail::hide_in_windows(indicators, rows, also_hidden));
  Aggregates aggregates;
  aggregates.plan = plan;
  for (std::size_t i = 0; i < snapshots; ++i) {
    for (GroupRow& row : detail::total_rows(*indicators.snapshots[i].cohort, indicators.snapshots[i].as_of, plan.minimum_cell)) {
      rows[i].push_back(std::move(row));
    }
    for (GroupRow& row : rows[i]) {
      row.snapshot = static_cast<std::int32_t>(i);
      aggregates.rows.push_back(std::move(row));
    }
  }
  return aggregates;
}

}  // namespace childwell::inline v0_1
