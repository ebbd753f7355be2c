// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "known_rows.hpp"

#include <childwell/core/executor.hpp>

#include <array>
#include <cstddef>
#include <set>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

/// What every child's expected sessions and place depend on, and the day that a row of each speaks of.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> ground = {{
    {"places", "from"}, {"lineage", "date"}, {"calendar", "date"}, {"sessions", "from"}, {"boarding", "from"},
    {"residence", "from"}, {"households", "known_on"}}};

class KnownDays {
 public:
  KnownDays(const Records& records, std::string_view name, const RecordTable& table)
      : table_(table), known_(table.column("known_on")) {
    const auto lag = records.lag_days.find(name);
    if (lag == records.lag_days.end()) return;
    lag_days_ = lag->second;
    for (const auto& [of, day] : ground) {
      if (of == name) day_ = &table.column(day);
    }
  }

  /// Unknown where a row was always known.
  [[nodiscard]] Date of(std::int64_t row) const {
    const Date told = table_.date(known_, row);
    if (told.known() || day_ == nullptr) return told;
    const Date day = table_.date(*day_, row);
    return day.known() ? Date{day.days + lag_days_} : day;
  }

 private:
  const RecordTable& table_;
  const RecordColumn& known_;
  const RecordColumn* day_ = nullptr;
  std::int32_t lag_days_ = 0;
};

}  // namespace

std::vector<std::int64_t> rows_known(const Records& records, std::string_view table, Date known_by) {
  const RecordTable* rows = records.table(table);
  if (rows == nullptr) return {};
  if (known_by == open_end) return {rows->order.begin(), rows->order.end()};
  const KnownDays known(records, table, *rows);
  std::vector<std::int64_t> seen;
  for (std::size_t i = 0; i < rows->order.size(); ++i) {
    stop_point_at(i);
    const Date day = known.of(rows->order[i]);
    if (!day.known() || day <= known_by) seen.push_back(rows->order[i]);
  }
  return seen;
}

std::vector<Date> days_of_news(const Records& records) {
  std::set<Date> days;
  for (const auto& [name, unused] : ground) {
    const RecordTable* table = records.table(name);
    if (table == nullptr) continue;
    const KnownDays known(records, name, *table);
    for (std::size_t i = 0; i < table->order.size(); ++i) {
      stop_point_at(i);
      const Date day = known.of(table->order[i]);
      if (day.known()) days.insert(day);
    }
  }
  return {days.begin(), days.end()};
}

}  // namespace childwell::inline v0_1::detail
