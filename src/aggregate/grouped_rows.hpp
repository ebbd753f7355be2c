// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/groups.hpp>
#include <childwell/core/executor.hpp>

#include <compare>
#include <set>
#include <string>
#include <vector>

namespace childwell::inline v0_1::detail {

/// One cell of one measure, whatever the date and window.
struct CellName {
  std::string measure;
  std::string policy;
  std::string exam;
  std::string subject;
  std::string hierarchy;
  Level level = Level::city;
  std::string place;
  std::string parent;

  friend auto operator<=>(const CellName&, const CellName&) = default;
};

/// aggregate_measures, with further cells that another date or window would give away.
std::vector<GroupRow> grouped_rows(const std::vector<Hierarchy>& hierarchies, const std::vector<MeasureInput>& measures,
                                   const AggregatePlan& plan, const std::set<CellName>& also_hidden, Executor& executor);

}  // namespace childwell::inline v0_1::detail
