// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "linked_windows.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

/// One cell in one window; ends are numbers of sessions' days, so that a weekend between two windows is no gap.
struct CellInWindow {
  std::size_t snapshot;
  std::size_t from;
  std::size_t to;
  bool hidden;
  std::int64_t size;
};

std::vector<Date> session_days(const Indicators& indicators) {
  std::set<Date> days;
  const Cohort* last = nullptr;
  for (const Snapshot& snapshot : indicators.snapshots) {
    if (snapshot.cohort.get() == last) continue;  // dates with one calendar
    last = snapshot.cohort.get();
    for (const SessionCalendar& calendar : last->calendars) {
      for (const Slot& slot : calendar.slots) days.insert(slot.date);
    }
    for (const Paper& paper : last->papers) days.insert(paper.date);
  }
  return {days.begin(), days.end()};
}

std::map<CellName, std::vector<CellInWindow>> cells_by_name(const Indicators& indicators,
                                                            const std::vector<std::vector<GroupRow>>& rows) {
  const std::vector<Date> days = session_days(indicators);
  const auto number = [&days](Date date) {
    return static_cast<std::size_t>(std::lower_bound(days.begin(), days.end(), date) - days.begin());
  };
  std::map<CellName, std::vector<CellInWindow>> cells;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Snapshot& snapshot = indicators.snapshots[i];
    if (snapshot.window.kind == Window::Kind::last_sessions) continue;  // every child has its own
    const auto [from, to] = window_span(snapshot.window, snapshot.as_of);
    for (const GroupRow& row : rows[i]) {
      const bool hidden = row.realised.status == Status::hidden;
      if (row.kind != MeasureKind::ratio || !row.span.empty() || (!hidden && row.realised.status != Status::ok)) continue;
      cells[{row.measure, row.policy, row.exam, row.subject, row.hierarchy, row.level, row.place, row.parent}].push_back(
          {i, number(from), number(to), hidden, row.realised.n_observed});
    }
  }
  return cells;
}

/// The shown windows that lead from one end of the hidden one to its other end; none where they do not meet.
std::vector<const CellInWindow*> path_of(const std::vector<CellInWindow>& windows, const CellInWindow& hidden) {
  std::map<std::size_t, std::pair<std::size_t, const CellInWindow*>> came_from{{hidden.from, {hidden.from, nullptr}}};
  std::vector<std::size_t> reached{hidden.from};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const CellInWindow& window : windows) {
      const bool same = window.from == hidden.from && window.to == hidden.to;  // known at another date, and so another sum
      if (window.hidden || same) continue;
      for (const auto& [here, there] : {std::pair(window.from, window.to), std::pair(window.to, window.from)}) {
        if (here != reached[next] || came_from.contains(there)) continue;
        came_from[there] = {here, &window};
        reached.push_back(there);
      }
    }
  }
  std::vector<const CellInWindow*> path;
  if (!came_from.contains(hidden.to)) return path;
  for (std::size_t end = hidden.to; end != hidden.from; end = came_from[end].first) path.push_back(came_from[end].second);
  return path;
}

}  // namespace

bool hide_in_windows(const Indicators& indicators, const std::vector<std::vector<GroupRow>>& rows,
                     std::vector<std::set<CellName>>& also_hidden) {
  bool changed = false;
  if (rows.size() < 3) return changed;  // a window and the two that give it away
  for (auto& [name, windows] : cells_by_name(indicators, rows)) {
    stop_point();
    for (const CellInWindow& hidden : windows) {
      if (!hidden.hidden || hidden.from == hidden.to) continue;
      const auto path = path_of(windows, hidden);
      if (path.empty()) continue;
      const auto smallest = std::min_element(path.begin(), path.end(),
                                             [](const auto* a, const auto* b) { return a->size < b->size; });
      changed = also_hidden[(*smallest)->snapshot].insert(name).second || changed;
    }
  }
  return changed;
}

}  // namespace childwell::inline v0_1::detail
