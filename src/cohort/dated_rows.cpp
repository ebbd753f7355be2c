// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "dated_rows.hpp"

#include <cstddef>

namespace childwell::inline v0_1::detail {

bool enrolled_on(const Cohort& cohort, std::int32_t child, Date date) {
  if (!date.known()) return true;
  for (std::uint32_t at = cohort.child_begin[static_cast<std::size_t>(child)];
       at < cohort.child_begin[static_cast<std::size_t>(child) + 1]; ++at) {
    const Lane& lane = cohort.lanes[cohort.lanes_by_child[at]];
    if (lane.from <= date && date <= lane.to) return true;
  }
  return false;
}

void count_apart(Cohort& cohort, std::string_view table, Subject subject, std::int32_t child, Date date) {
  auto& apart = cohort.ledger.tables.find(table)->second.kept_apart;
  if (!enrolled_on(cohort, child, date)) {
    const auto at = static_cast<std::size_t>(child);
    const bool ever = cohort.child_begin[at] != cohort.child_begin[at + 1];
    ++apart[ever ? Reason::outside_enrolment : Reason::no_enrolment];
  }
  if (cohort.ever_withheld(child, subject)) ++apart[Reason::consent];
}

Date known_day(const Records& records, std::string_view table, Date told, Date date) {
  if (told.known() || !date.known()) return told;
  const auto lag = records.lag_days.find(table);
  return Date{date.days + (lag == records.lag_days.end() ? 0 : lag->second)};
}

}  // namespace childwell::inline v0_1::detail
