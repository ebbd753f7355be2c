// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "totals.hpp"

#include <childwell/aggregate/disclosure.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>
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

/// Sums of one place over one stretch of days.
struct PlaceTotals {
  std::int32_t place = -1;
  Date from;
  Date to;
  std::int64_t possible = 0;
  std::array<std::int64_t, 3> absent{};  ///< excused, unexcused, reason unknown
  std::array<bool, 3> given{};
  bool hidden = false;

  [[nodiscard]] std::int64_t all_absent() const { return absent[0] + absent[1] + absent[2]; }
};

constexpr std::array<std::string_view, 3> columns = {"absent_excused", "absent_unexcused", "absent_unknown"};

std::vector<PlaceTotals> read_totals(const Cohort& cohort, const RecordTable& table, Date as_of) {
  std::vector<PlaceTotals> read;
  for (const std::int64_t row : table.order) {
    PlaceTotals totals;
    totals.place = table.code(table.column("place"), row);
    totals.from = table.date(table.column("from"), row);
    totals.to = table.date(table.column("to"), row);
    const auto lag = cohort.records->lag_days.find("attendance_totals");
    const std::int32_t lag_days = lag == cohort.records->lag_days.end() ? 0 : lag->second;
    Date known = table.date(table.column("known_on"), row);
    if (!known.known() && totals.to.known()) known = Date{totals.to.days + lag_days};
    const bool of_child = table.code(table.column("child"), row) >= 0;
    if (of_child || totals.place < 0 || (totals.to.known() && totals.to > as_of) || known > as_of) continue;
    totals.possible = table.integer(table.column("sessions_possible"), row);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::int64_t value = table.integer(table.column(columns[i]), row);
      totals.given[i] = value != missing_integer;
      if (totals.given[i]) totals.absent[i] = value;
    }
    read.push_back(totals);
  }
  return read;
}

bool is_small(const PlaceTotals& totals, std::int64_t minimum) {
  if (totals.possible == 0) return false;
  if (totals.possible < minimum) return true;
  const auto told = [&](std::int64_t part) { return part <= 0 || part >= totals.possible; };
  if (told(totals.all_absent())) return true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (totals.given[i] && told(totals.absent[i])) return true;
  }
  return false;
}

/// The places of one span as trees; an unpublished root over all of them stands for what nobody has given.
std::vector<TreeCell> cells_of(const Cohort& cohort, const std::vector<PlaceTotals>& all, const std::vector<std::size_t>& here,
                               std::vector<std::size_t>& totals_of, Date as_of) {
  std::map<std::int32_t, std::size_t> given;
  for (const std::size_t i : here) given.emplace(all[i].place, i);
  std::vector<std::pair<std::size_t, std::size_t>> by_depth;  // places above come first
  for (const std::size_t i : here) by_depth.emplace_back(cohort.places.chain(all[i].place, as_of).size(), i);
  std::stable_sort(by_depth.begin(), by_depth.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TreeCell> cells(1);
  cells.front().published = false;
  totals_of.assign(1, 0);
  std::map<std::size_t, std::int32_t> cell_of;
  for (const auto& [depth, i] : by_depth) {
    TreeCell cell;
    cell.parent = 0;
    const auto chain = cohort.places.chain(all[i].place, as_of);
    for (std::size_t up = 1; up < chain.size(); ++up) {
      const auto above = given.find(chain[up]);
      if (above == given.end()) continue;
      const auto placed = cell_of.find(above->second);  // a loop in the data has no place above
      if (placed != cell_of.end()) cell.parent = placed->second;
      break;
    }
    cell.size = static_cast<double>(all[i].possible);
    cell.hidden = all[i].hidden;
    cell_of[i] = static_cast<std::int32_t>(cells.size());
    cells.push_back(cell);
    totals_of.push_back(i);
  }
  return cells;
}

/// Hides what gives a hidden place away, first by sessions and absences, then by the sorts of absence, until both agree.
void protect_span(const Cohort& cohort, std::vector<PlaceTotals>& all, const std::vector<std::size_t>& here, Date as_of,
                  double minimum) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const bool sorts : {false, true}) {
      std::vector<std::size_t> totals_of;
      std::vector<TreeCell> cells = cells_of(cohort, all, here, totals_of, as_of);
      for (std::size_t c = 1; c < cells.size(); ++c) {
        const PlaceTotals& totals = all[totals_of[c]];
        const std::int64_t absent = totals.all_absent();
        const std::array<std::int64_t, 3> amounts =
            sorts ? totals.absent : std::array<std::int64_t, 3>{totals.possible, absent, totals.possible - absent};
        for (std::size_t a = 0; a < amounts.size(); ++a) cells[c].amounts[a] = static_cast<double>(amounts[a]);
        cells[c].used = sorts ? totals.given : std::array<bool, 3>{true, true, true};
      }
      hide_small_cells(cells, minimum);
      for (std::size_t c = 1; c < cells.size(); ++c) {
        PlaceTotals& totals = all[totals_of[c]];
        changed = changed || (cells[c].hidden && !totals.hidden);
        totals.hidden = cells[c].hidden;
      }
    }
  }
}

bool lies_in(const PlaceTotals& part, const PlaceTotals& whole) {
  return whole.from <= part.from && part.to <= whole.to && (part.from != whole.from || part.to != whole.to);
}

/// A week is its month less the other weeks: what is hidden in one stretch of a place is hidden in the longer ones that
/// overlap it, and a hidden stretch keeps one of its parts hidden.
bool hide_in_time(std::vector<PlaceTotals>& all) {
  std::map<std::int32_t, std::vector<PlaceTotals*>> by_place;
  for (PlaceTotals& totals : all) by_place[totals.place].push_back(&totals);
  bool changed = false;
  for (auto& [place, spans] : by_place) {
    for (const PlaceTotals* hidden : spans) {
      if (!hidden->hidden) continue;
      PlaceTotals* smallest = nullptr;
      bool has_hidden_part = false;
      for (PlaceTotals* other : spans) {
        if (hidden->from > other->to || other->from > hidden->to || other == hidden) continue;
        if (!lies_in(*other, *hidden)) {
          changed = changed || !other->hidden;
          other->hidden = true;
        } else if (other->hidden) {
          has_hidden_part = true;
        } else if (smallest == nullptr || other->possible < smallest->possible) {
          smallest = other;
        }
      }
      if (smallest != nullptr && !has_hidden_part) smallest->hidden = changed = true;
    }
  }
  return changed;
}

GroupRow row_of(const Cohort& cohort, const PlaceTotals& totals, Date as_of, const char* measure, std::int64_t part) {
  GroupRow row;
  row.hierarchy = "totals";
  row.level = level_of(cohort.places.at(totals.place, as_of).kind);
  row.place = cohort.records->places.text(totals.place);
  row.measure = measure;
  row.span = to_iso(totals.from) + ".." + to_iso(totals.to);
  row.kind = MeasureKind::ratio;
  row.children = not_shown;
  if (totals.hidden) {
    row.realised = without_value(Status::hidden);
  } else if (totals.possible == 0) {
    row.realised = without_value(Status::not_expected);
  } else {
    Estimate& estimate = row.realised;
    estimate.value = estimate.lower = estimate.upper = static_cast<double>(part) / static_cast<double>(totals.possible);
    estimate.n_expected = estimate.n_observed = totals.possible;
    estimate.status = Status::ok;
  }
  return row;
}

}  // namespace

std::vector<GroupRow> total_rows(const Cohort& cohort, Date as_of, std::int64_t minimum) {
  std::vector<GroupRow> rows;
  const RecordTable* table = cohort.records->table("attendance_totals");
  if (table == nullptr) return rows;
  std::vector<PlaceTotals> all = read_totals(cohort, *table, as_of);
  std::map<std::pair<Date, Date>, std::vector<std::size_t>> spans;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].hidden = minimum > 1 && is_small(all[i], minimum);
    spans[{all[i].from, all[i].to}].push_back(i);
  }
  for (bool changed = minimum > 1; changed;) {
    for (const auto& [span, here] : spans) protect_span(cohort, all, here, as_of, static_cast<double>(minimum));
    changed = hide_in_time(all);
  }
  for (const PlaceTotals& totals : all) {
    rows.push_back(row_of(cohort, totals, as_of, "attendance.absence_rate", totals.all_absent()));
    rows.push_back(row_of(cohort, totals, as_of, "attendance.excused_rate", totals.absent[0]));
    rows.push_back(row_of(cohort, totals, as_of, "attendance.unexcused_rate", totals.absent[1]));
  }
  return rows;
}

}  // namespace childwell::inline v0_1::detail
