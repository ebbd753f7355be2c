// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/person_time.hpp>

#include "grouped_rows.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/indicators/family_status.hpp>
#include <childwell/indicators/school_day.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::string_view unknown_status = "unknown";

class PersonTime {
 public:
  PersonTime(const Snapshot& snapshot, std::span<const StatusSpell> spells, const std::vector<std::string>& statuses,
             const AggregatePlan& plan)
      : snapshot_(snapshot), cohort_(*snapshot.cohort), statuses_(statuses), plan_(plan), spells_(spells.begin(), spells.end()) {
    check();
    std::erase_if(spells_, [&](const StatusSpell& spell) { return spell.known_on.known() && spell.known_on > snapshot.as_of; });
    std::stable_sort(spells_.begin(), spells_.end(), [](const StatusSpell& a, const StatusSpell& b) { return a.child < b.child; });
    days_.assign(statuses.size() + 1, 0);
  }

  std::vector<PersonTimeRow> run() {
    lay_statuses();
    measure_.id = "attendance.absence_rate";
    measure_.kind = MeasureKind::ratio;
    std::size_t spell = 0;
    for (std::size_t child = 0; child < cohort_.children.size(); ++child) {
      if (child % 256 == 0) stop_point();
      const std::size_t first = spell;
      while (spell < spells_.size() && spells_[spell].child == static_cast<std::int32_t>(child)) ++spell;
      if (counts(child)) add_child(child, std::span<const StatusSpell>(spells_).subspan(first, spell - first));
    }
    return rows();
  }

 private:
  void check() const {
    const auto refuse = [](const char* what) { throw std::invalid_argument(std::string("childwell.absence_by_person_time: ") + what); };
    if (std::find(statuses_.begin(), statuses_.end(), unknown_status) != statuses_.end()) {
      refuse("days of which nothing is known are called unknown; give such spells the status -1, or leave them out");
    }
    for (const StatusSpell& spell : spells_) {
      if (spell.child < 0 || static_cast<std::size_t>(spell.child) >= cohort_.children.size()) refuse("a spell names a child who is not in the cohort");
      if (spell.status < -1 || spell.status >= static_cast<std::int32_t>(statuses_.size())) refuse("a spell names a status that is not there");
      if (!spell.from.known() || spell.to < spell.from) refuse("a spell needs a first day, and a last one that is not before it");
    }
  }

  /// The statuses as places of one whole, which everybody knows from other tables.
  void lay_statuses() {
    hierarchy_.name = "status";
    hierarchy_.nodes.push_back({"all", no_node, Level::city});
    for (std::size_t i = 0; i <= statuses_.size(); ++i) {
      std::string code = std::to_string(i);
      hierarchy_.nodes.push_back({std::move(code), 0, Level::county});
    }
  }

  [[nodiscard]] bool counts(std::size_t child) const {
    const std::int32_t lane = snapshot_.current_lane[child];
    if (lane < 0 || snapshot_.register_unknown[child] != 0) return false;
    if (cohort_.register_unknown(cohort_.lanes[static_cast<std::size_t>(lane)].school)) return false;
    return !cohort_.withheld(static_cast<std::int32_t>(child), Subject::attendance, snapshot_.as_of);
  }

  [[nodiscard]] std::size_t status_on(Date date, std::span<const StatusSpell> spells) const {
    const std::size_t unknown = statuses_.size();
    std::size_t found = unknown;
    bool told = false;
    for (const StatusSpell& spell : spells) {
      if (date < spell.from || date > spell.to) continue;
      const std::size_t said = spell.status < 0 ? unknown : static_cast<std::size_t>(spell.status);
      if (told && said != found) return unknown;  // two spells disagree
      found = said;
      told = true;
    }
    return found;
  }

  void add_child(std::size_t child, std::span<const StatusSpell> spells) {
    std::vector<std::uint32_t> lanes;
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      const Lane& lane = cohort_.lanes[cohort_.lanes_by_child[at]];
      if (lane.known_on <= snapshot_.as_of && lane.from <= snapshot_.as_of) lanes.push_back(cohort_.lanes_by_child[at]);
    }
    if (lanes.empty()) return;
    auto [first, end] = window_span(snapshot_.window, snapshot_.as_of);
    if (snapshot_.window.kind == Window::Kind::last_sessions) {
      first = window_span(Window{}, snapshot_.as_of).first;
    }
    const auto current = static_cast<std::uint32_t>(snapshot_.current_lane[child]);
    const SchoolDays all = school_days(cohort_, lanes, current, first, end, snapshot_.as_of, snapshot_.context.absent_day);
    std::map<std::size_t, Contribution> sums;
    for (std::size_t i = 0; i < all.seen; ++i) {
      const SchoolDay& day = all.days[i];
      const std::size_t status = status_on(day.date, spells);
      ++days_[status];
      Contribution& sum = sums[status];
      sum.numerator += day.absent;
      sum.observed += day.expected - day.unknown;
      sum.expected += day.expected;
    }
    for (auto& [status, sum] : sums) {
      sum.child = static_cast<std::uint32_t>(child);
      sum.place = static_cast<std::uint32_t>(status + 1);
      measure_.rows.push_back(sum);
    }
  }

  [[nodiscard]] std::vector<PersonTimeRow> rows() const {
    AggregatePlan plan = plan_;
    plan.levels = {Level::city, Level::county};
    SerialExecutor executor;
    const auto groups = detail::grouped_rows({hierarchy_}, {measure_}, plan, {}, executor);
    std::vector<PersonTimeRow> made(statuses_.size() + 1);
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i].status = i < statuses_.size() ? statuses_[i] : std::string(unknown_status);
      made[i].absence_rate = without_value(Status::not_enough_data);
    }
    for (const GroupRow& group : groups) {
      if (group.level != Level::county) continue;
      const auto at = static_cast<std::size_t>(std::stoul(group.place));
      PersonTimeRow& row = made[at];
      row.absence_rate = group.realised;
      row.sampling_lower = group.sampling_lower;
      row.sampling_upper = group.sampling_upper;
      row.children = group.children;
      if (group.realised.status != Status::hidden) row.days = days_[at];
    }
    return made;
  }

  const Snapshot& snapshot_;
  const Cohort& cohort_;
  const std::vector<std::string>& statuses_;
  const AggregatePlan& plan_;
  std::vector<StatusSpell> spells_;
  std::vector<std::int64_t> days_;
  Hierarchy hierarchy_;
  MeasureInput measure_;
};

}  // namespace

std::vector<PersonTimeRow> absence_by_person_time(const Indicators& indicators, std::size_t snapshot, std::span<const StatusSpell> spells,
                                                  const std::vector<std::string>& statuses, const AggregatePlan& plan) {
  return PersonTime(indicators.snapshots.at(snapshot), spells, statuses, plan).run();
}

std::vector<PersonTimeRow> absence_by_left_behind(const Indicators& indicators, std::size_t snapshot, LeftBehindDefinition definition,
                                                  const AggregatePlan& plan) {
  const Snapshot& seen = indicators.snapshots.at(snapshot);
  std::vector<StatusSpell> spells;
  for (std::size_t child = 0; child < seen.cohort->children.size(); ++child) {
    if (child % 256 == 0) stop_point();
    for (const LeftBehindDays& days : left_behind_days(indicators, seen, child, definition)) {
      spells.push_back({static_cast<std::int32_t>(child), days.from, days.to, days.status == LeftBehind::yes ? 0 : 1, Date{}});
    }
  }
  return absence_by_person_time(indicators, snapshot, spells, {"yes", "no"}, plan);
}

}  // namespace childwell::inline v0_1
