// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "totals.hpp"

#include <array>
#include <utility>

namespace childwell::inline v0_1::detail {

namespace {

Level level_of(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::county: return Level::county;
    case PlaceKind::township: return Level::township;
    case PlaceKind::school:
    case PlaceKind::teaching_point: return Level::school;
    case PlaceKind::class_: return Level::class_;
    default: return Level::city;
  }
}

Estimate share_of(std::int64_t part, std::int64_t possible) {
  if (possible == 0) return without_value(Status::not_expected);
  Estimate estimate;
  estimate.value = estimate.lower = estimate.upper = static_cast<double>(part) / static_cast<double>(possible);
  estimate.n_expected = estimate.n_observed = possible;
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

std::vector<GroupRow> total_rows(const Cohort& cohort, Date as_of) {
  std::vector<GroupRow> rows;
  const RecordTable* table = cohort.records->table("attendance_totals");
  if (table == nullptr) return rows;
  const auto count = [&](std::string_view column, std::int64_t row) {
    const std::int64_t value = table->integer(table->column(column), row);
    return value == missing_integer ? 0 : value;
  };
  for (const std::int64_t row : table->order) {
    const std::int32_t place = table->code(table->column("place"), row);
    const Date to = table->date(table->column("to"), row);
    const Date known = table->date(table->column("known_on"), row);
    const bool of_child = table->code(table->column("child"), row) >= 0;
    if (of_child || place < 0 || (to.known() && to > as_of) || (known.known() && known > as_of)) continue;
    const std::int64_t possible = count("sessions_possible", row);
    const std::int64_t excused = count("absent_excused", row);
    const std::int64_t unexcused = count("absent_unexcused", row);
    const std::int64_t all = excused + unexcused + count("absent_unknown", row);
    const std::array<std::pair<const char*, std::int64_t>, 3> measures{{{"attendance.absence_rate", all},
                                                                        {"attendance.excused_rate", excused},
                                                                        {"attendance.unexcused_rate", unexcused}}};
    for (const auto& [measure, part] : measures) {
      GroupRow made;
      made.hierarchy = "totals";
      made.level = level_of(cohort.places.at(place, as_of).kind);
      made.place = cohort.records->places.text(place);
      made.measure = measure;
      made.span = to_iso(table->date(table->column("from"), row)) + ".." + to_iso(to);
      made.kind = MeasureKind::ratio;
      made.realised = share_of(part, possible);
      made.children = not_shown;
      rows.push_back(std::move(made));
    }
  }
  return rows;
}

}  // namespace childwell::inline v0_1::detail
