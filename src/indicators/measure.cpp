// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/measure.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace childwell::inline v0_1 {

Window parse_window(const std::string& name) {
  Window window;
  window.name = name;
  if (name == "year_to_date") return window;
  constexpr std::string_view last = "last_";
  constexpr std::string_view unit = "_sessions";
  if (name.starts_with(last) && name.ends_with(unit) && name.size() > last.size() + unit.size()) {
    const char* begin = name.data() + last.size();
    const char* end = name.data() + name.size() - unit.size();
    const auto read = std::from_chars(begin, end, window.sessions);
    if (read.ec == std::errc{} && read.ptr == end && window.sessions > 0) {
      window.kind = Window::Kind::last_sessions;
      return window;
    }
  }
  const auto dots = name.find("..");
  if (dots != std::string::npos) {
    const auto from = parse_iso_date(std::string_view(name).substr(0, dots));
    const auto to = parse_iso_date(std::string_view(name).substr(dots + 2));
    if (from && to && *from < *to) {
      window.kind = Window::Kind::between;
      window.from = *from;
      window.to = *to;
      return window;
    }
  }
  throw std::invalid_argument("childwell: window '" + name +
                              "' is not known; write year_to_date, last_20_sessions or 2025-09-01..2026-01-31");
}

namespace {

using Family = AttendanceFamily;

Date start_of_school_year(Date as_of) {
  const CivilDate civil = to_civil(as_of);
  return *to_date({civil.month >= 9 ? civil.year : civil.year - 1, 9, 1});
}

/// First date and the date after the last one that a snapshot sees.
std::pair<Date, Date> span_of(const Window& window, Date as_of) {
  const Date next{as_of.days + 1};
  switch (window.kind) {
    case Window::Kind::between: return {window.from, std::min(window.to, next)};
    case Window::Kind::year_to_date: return {start_of_school_year(as_of), next};
    case Window::Kind::last_sessions: return {Date{-1'000'000}, next};
  }
  return {next, next};
}

class Snapshooter {
 public:
  Snapshooter(const Cohort& cohort, const MeasurePlan& plan, Snapshot& snapshot)
      : cohort_(cohort), plan_(plan), snapshot_(snapshot), span_(span_of(snapshot.window, snapshot.as_of)) {}

  void run() {
    snapshot_.context.as_of = snapshot_.as_of;
    snapshot_.context.level = plan_.level;
    for (const SessionCalendar& calendar : cohort_.calendars) snapshot_.context.calendar_known &= calendar.known;
    for (const Policy& policy : plan_.policies) {
      if (policy.kind == "attendance") {
        snapshot_.context.absent_day = policy.absent_day;
        break;
      }
    }
    measure_lanes();
    measure_children();
    pool_spells();
    measure_papers();
    count_outside();
    find_last_evidence();
    reconcile_roll();
  }

 private:
  [[nodiscard]] bool lane_visible(std::uint32_t lane) const {
    return cohort_.lanes[lane].known_on <= snapshot_.as_of && cohort_.lanes[lane].from <= snapshot_.as_of;
  }

  [[nodiscard]] bool withheld(std::int32_t child) const {
    return cohort_.children[static_cast<std::size_t>(child)].withheld_from <= snapshot_.as_of;
  }

  template <class Use>
  void each_record(std::uint32_t lane, Use use) const {
    const SessionCalendar& calendar = cohort_.calendars[cohort_.lanes[lane].calendar];
    const Date first = std::max(span_.first, cohort_.lanes[lane].from);
    for (std::size_t slot = calendar.first_from(first); slot < calendar.slots.size(); ++slot) {
      const Slot& session = calendar.slots[slot];
      if (session.date >= span_.second || session.date > cohort_.lanes[lane].to) break;
      use(Family::Record{session.date, cohort_.cell_known(lane, slot, session.date, snapshot_.as_of), session.units});
    }
  }

  void measure_lanes() {
    snapshot_.lanes.resize(cohort_.lanes.size());
    if (snapshot_.window.kind == Window::Kind::last_sessions) return;  // those are the child's, whatever the lane
    for (std::uint32_t lane = 0; lane < cohort_.lanes.size(); ++lane) {
      if (!lane_visible(lane)) continue;
      each_record(lane, [&](const Family::Record& record) { Family::add(snapshot_.lanes[lane], record, snapshot_.context); });
    }
  }

  void measure_children() {
    const std::size_t children = cohort_.children.size();
    snapshot_.children.resize(children);
    snapshot_.current_lane.assign(children, -1);
    for (std::size_t child = 0; child < children; ++child) {
      std::vector<std::uint32_t> lanes;
      for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
        if (lane_visible(cohort_.lanes_by_child[at])) lanes.push_back(cohort_.lanes_by_child[at]);
      }
      if (lanes.empty()) continue;
      snapshot_.current_lane[child] = static_cast<std::int32_t>(lanes.back());
      if (lanes.size() == 1 && snapshot_.window.kind != Window::Kind::last_sessions) {
        snapshot_.children[child] = snapshot_.lanes[lanes.front()];
      } else {
        snapshot_.children[child] = fold_in_time(lanes);
      }
    }
  }

  /// Lanes of one child may lie side by side, so their sessions are put in order of time before they are counted.
  [[nodiscard]] Family::State fold_in_time(const std::vector<std::uint32_t>& lanes) const {
    std::vector<Family::Record> records;
    for (const std::uint32_t lane : lanes) {
      each_record(lane, [&](const Family::Record& record) {
        if (is_expected(record.cell.state())) records.push_back(record);
      });
    }
    std::stable_sort(records.begin(), records.end(),
                     [](const Family::Record& a, const Family::Record& b) { return a.date < b.date; });
    std::size_t begin = 0;
    if (snapshot_.window.kind == Window::Kind::last_sessions) {
      const auto wanted = static_cast<std::size_t>(snapshot_.window.sessions);
      begin = records.size() > wanted ? records.size() - wanted : 0;
    }
    Family::State state;
    for (std::size_t i = begin; i < records.size(); ++i) Family::add(state, records[i], snapshot_.context);
    return state;
  }

  /// How many days one spell fills across the cohort, weighted by length: the price of calling days independent.
  void pool_spells() {
    std::int64_t squares = 0;
    std::int64_t days = 0;
    for (const Family::State& state : snapshot_.children) {
      const auto finished = Family::days(state, snapshot_.context);
      squares += finished.certain.squares();
      days += finished.absent;
    }
    snapshot_.context.pooled_spell_days = days > 0 ? static_cast<double>(squares) / static_cast<double>(days) : 1.0;
  }

  void measure_papers() {
    snapshot_.papers.resize(cohort_.children.size());
    snapshot_.scores = score_papers(cohort_, snapshot_.as_of);
    const auto in_span = [&](const PaperScore& score) {
      const Date date = cohort_.papers[score.paper].date;
      return snapshot_.window.kind != Window::Kind::between || !date.known() || (date >= span_.first && date < span_.second);
    };
    std::erase_if(snapshot_.scores, [&](const PaperScore& score) { return !in_span(score); });
    for (const PaperScore& score : snapshot_.scores) {
      PaperCounts& counts = snapshot_.papers[static_cast<std::size_t>(score.child)];
      ++counts.expected;
      switch (score.status) {
        case 0: ++counts.sat; break;
        case 1: ++counts.absent; break;
        case 2: ++counts.exempt; break;
        case 5: ++counts.not_entered; break;
        default: ++counts.other;
      }
    }
  }

  void count_outside() {
    snapshot_.outside.assign(cohort_.children.size(), 0);
    for (const OutsideMark& mark : cohort_.outside) {
      const bool visible = mark.reason != Reason::none && mark.date >= span_.first && mark.date < span_.second &&
                           mark.known_on <= snapshot_.as_of;
      if (visible) ++snapshot_.outside[static_cast<std::size_t>(mark.child)];
    }
  }

  void find_last_evidence() {
    auto& last = snapshot_.last_evidence;
    last.assign(cohort_.children.size(), Date{});
    for (std::size_t child = 0; child < last.size(); ++child) last[child] = snapshot_.children[child].last_seen;
    for (const OutsideMark& mark : cohort_.outside) {
      if (is_presence(mark.state) && mark.date <= snapshot_.as_of && mark.known_on <= snapshot_.as_of) {
        Date& seen = last[static_cast<std::size_t>(mark.child)];
        seen = std::max(seen, mark.date);
      }
    }
    for (const PaperScore& score : snapshot_.scores) {
      const Date date = cohort_.papers[score.paper].date;
      if (score.status == 0 && date.known()) {
        Date& seen = last[static_cast<std::size_t>(score.child)];
        seen = std::max(seen, date);
      }
    }
  }

  [[nodiscard]] std::int64_t not_seen_sessions() const {
    for (const Policy& policy : plan_.policies) {
      if (policy.kind == "not_seen") return policy.sessions;
    }
    return 0;  // without a policy, a child is not seen only where there is no evidence at all
  }

  [[nodiscard]] RollState roll_state(std::size_t child, std::int64_t sessions) const {
    const std::int32_t current = snapshot_.current_lane[child];
    if (current < 0) return RollState::not_on_roll;
    const Lane& lane = cohort_.lanes[static_cast<std::size_t>(current)];
    if (lane.to < snapshot_.as_of) {
      return lane.left_to == 0 ? RollState::left_known : RollState::left_unknown;
    }
    if (lane.kind == SpellKind::suspend) return RollState::suspended;
    const bool evidence = snapshot_.last_evidence[child].known();
    const bool lost = sessions > 0 && snapshot_.children[child].since_expected >= sessions;
    return evidence && !lost ? RollState::seen : RollState::not_seen;
  }

  void reconcile_roll() {
    const std::int64_t sessions = not_seen_sessions();
    snapshot_.roll_states.resize(cohort_.children.size());
    RollCounts& roll = snapshot_.roll;
    for (std::size_t child = 0; child < cohort_.children.size(); ++child) {
      const RollState state = roll_state(child, sessions);
      snapshot_.roll_states[child] = state;
      roll.on_roll += state != RollState::not_on_roll;
      roll.seen += state == RollState::seen;
      roll.not_seen += state == RollState::not_seen;
      roll.suspended += state == RollState::suspended;
      roll.left_known += state == RollState::left_known;
      roll.left_unknown += state == RollState::left_unknown;
      const Family::State& attendance = snapshot_.children[child];
      const bool measurable = attendance.recorded + attendance.implied > 0 || snapshot_.papers[child].sat > 0;
      roll.measurable += measurable && state != RollState::not_on_roll;
      roll.withheld += withheld(static_cast<std::int32_t>(child)) && state != RollState::not_on_roll;
      roll.attending_without_enrolment += state == RollState::not_on_roll && snapshot_.outside[child] > 0;
    }
  }

  const Cohort& cohort_;
  const MeasurePlan& plan_;
  Snapshot& snapshot_;
  std::pair<Date, Date> span_;
};

}  // namespace

Indicators measure(std::shared_ptr<const Cohort> cohort, MeasurePlan plan) {
  if (plan.as_of.empty()) throw std::invalid_argument("childwell: as_of is missing; give one date or several");
  if (plan.windows.empty()) throw std::invalid_argument("childwell: windows is empty; give year_to_date or another window");
  Indicators indicators;
  indicators.cohort = std::move(cohort);
  indicators.plan = std::move(plan);
  for (const Date as_of : indicators.plan.as_of) {
    for (const Window& window : indicators.plan.windows) {
      Snapshot& snapshot = indicators.snapshots.emplace_back();
      snapshot.as_of = as_of;
      snapshot.window = window;
      Snapshooter(*indicators.cohort, indicators.plan, snapshot).run();
    }
  }
  return indicators;
}

}  // namespace childwell::inline v0_1
