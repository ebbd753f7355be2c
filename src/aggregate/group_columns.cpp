// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/group_columns.hpp>

#include <cstddef>

namespace childwell::inline v0_1 {
namespace {

void add_names(GroupColumns& columns, const GroupRow& row) {
  columns.snapshot.push_back(row.snapshot);
  columns.hierarchy.push_back(row.hierarchy);
  columns.level.emplace_back(word(row.level));
  columns.place.push_back(row.place);
  columns.parent.push_back(row.parent);
  columns.measure.push_back(row.measure);
  columns.policy.push_back(row.policy);
  columns.exam.push_back(row.exam);
  columns.subject.push_back(row.subject);
  columns.span.push_back(row.span);
  columns.kind.emplace_back(word(row.kind));
  columns.estimand.emplace_back(estimand_words[static_cast<std::size_t>(row.estimand)]);
  columns.interval.emplace_back(interval_words[static_cast<std::size_t>(row.interval)]);
  columns.status.emplace_back(word(row.realised.status));
}

void add_numbers(GroupColumns& columns, const GroupRow& row) {
  const bool nothing_said =
      row.realised.status == Status::hidden || row.realised.status == Status::not_comparable;
  columns.value.push_back(row.realised.value);
  columns.lower.push_back(row.realised.lower);
  columns.upper.push_back(row.realised.upper);
  columns.sampling_lower.push_back(row.sampling_lower);
  columns.sampling_upper.push_back(row.sampling_upper);
  columns.pooled.push_back(row.pooled);
  columns.pooled_lower.push_back(row.pooled_lower);
  columns.pooled_upper.push_back(row.pooled_upper);
  columns.n.push_back(nothing_said ? not_shown : row.children);
  columns.n_expected.push_back(nothing_said ? not_shown : row.realised.n_expected);
  columns.n_observed.push_back(nothing_said ? not_shown : row.realised.n_observed);
}

}  // namespace

GroupColumns group_columns(const std::vector<GroupRow>& rows) {
  GroupColumns columns;
  for (const GroupRow& row : rows) {
    add_names(columns, row);
    add_numbers(columns, row);
  }
  return columns;
}

}  // namespace childwell::inline v0_1
