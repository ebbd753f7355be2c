// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/guardianship_family.hpp>

#include <vector>

namespace childwell::inline v0_1 {

GuardianshipFamily::Estimates GuardianshipFamily::scan(std::span<const Record> slice, const Context& context) {
  if (!context.kept) return {without_value(Status::not_recorded)};
  if (context.as_of < context.first) return {without_value(Status::not_expected)};
  const Date end{context.as_of.days + 1};
  std::vector<Spell> known;
  for (const Record& record : slice) {
    const Date since = record.known_on.known() ? record.known_on : record.valid.from;
    if (since <= context.as_of) known.push_back(record.valid);
  }
  const std::int64_t window = static_cast<std::int64_t>(end.days) - context.first.days;
  Estimate estimate;
  estimate.value = static_cast<double>(window - days_of(joined(known, context.first, end)));
  estimate.lower = estimate.upper = estimate.value;
  estimate.n_expected = estimate.n_observed = window;
  estimate.status = Status::ok;
  return {estimate};
}

}  // namespace childwell::inline v0_1
