// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/guardianship_family.hpp>

#include <vector>

namespace childwell::inline v0_1 {
namespace {

Estimate days_between(std::int64_t lower, std::int64_t upper, std::int64_t window) {
  Estimate estimate = without_value(Status::cannot_tell, window, window - (upper - lower));
  estimate.lower = static_cast<double>(lower);
  estimate.upper = static_cast<double>(upper);
  if (lower != upper) return estimate;
  estimate.value = estimate.lower;
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

GuardianshipFamily::Estimates GuardianshipFamily::scan(std::span<const Record> slice, const Context& context) {
  Estimates found;
  found.fill(without_value(Status::not_recorded));
  if (!context.kept) return found;
  found.fill(without_value(Status::not_expected));
  if (context.last < context.first) return found;
  const Date end{context.last.days + 1};
  std::vector<Spell> valid, perhaps_valid, entrusted, documented, perhaps_documented;
  for (const Record& record : slice) {
    const Date since = record.known_on.known() ? record.known_on : record.valid.from;
    if (since > context.as_of) continue;
    if (record.document == Document::yes) valid.push_back(record.valid);
    if (record.document != Document::no) perhaps_valid.push_back(record.valid);
    if (!record.entrusted) continue;
    entrusted.push_back(record.valid);
    if (record.document == Document::yes) documented.push_back(record.valid);
    if (record.document != Document::no) perhaps_documented.push_back(record.valid);
  }
  const auto within = [&](const std::vector<Spell>& spells) { return joined(spells, context.first, end); };
  const std::int64_t window = static_cast<std::int64_t>(end.days) - context.first.days;
  found[0] = days_between(window - days_of(within(perhaps_valid)), window - days_of(within(valid)), window);
  const auto without = [&](const std::vector<Spell>& papers) {
    return days_of(overlap(within(entrusted), outside(within(papers), context.first, end)));
  };
  found[1] = days_between(without(perhaps_documented), without(documented), window);
  return found;
}

}  // namespace childwell::inline v0_1
