// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/measure.hpp>

#include "carried_sessions.hpp"
#include "requested.hpp"
#include "scored_papers.hpp"

#include <childwell/cohort/assemble.hpp>
#include <childwell/cohort/sessions.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/grade_age.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

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

Date start_of_school_year(Date as_of) noexcept {
  const CivilDate civil = to_civil(as_of);
  return *to_date({civil.month >= 9 ? civil.year : civil.year - 1, 9, 1});
}

}  // namespace

std::pair<Date, Date> window_span(const Window& window, Date as_of) noexcept {
  const Date next{as_of.days + 1};
  switch (window.kind) {
    case Window::Kind::between: return {window.from, std::min(window.to, next)};
    case Window::Kind::year_to_date: return {start_of_school_year(as_of), next};
    case Window::Kind::last_sessions: return {Date{-1'000'000}, next};
  }
  return {next, next};
}

std::pair<Date, Date> dated_span(const Window& window, Date as_of) noexcept {
  if (window.kind != Window::Kind::last_sessions) return window_span(window, as_of);
  return {start_of_school_year(as_of), Date{as_of.days + 1}};
}

namespace {

/// Takes the snapshots of one window; sessions and papers are carried from date to date by whoever calls.
class Snapshooter {
 public:
  Snapshooter(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot)
      : cohort_(cohort), plan_(plan), executor_(executor), snapshot_(snapshot), span_(window_span(snapshot.window, snapshot.as_of)) {}

  void run(detail::CarriedSessions& sessions, detail::ScoredPapers& papers) {
    snapshot_.context.as_of = snapshot_.as_of;
    snapshot_.context.level = plan_.level;
    for (const SessionCalendar& calendar : cohort_.calendars) snapshot_.context.calendar_known &= calendar.known;
    for (const Policy& policy : plan_.policies) {
      if (policy.kind == "attendance") snapshot_.context.absent_day = policy.absent_day;
    }
    measure_children(sessions);
    executor_.run(1, [&](std::size_t) {
      add_totals();
      find_evidence();
      see_totals();
      measure_papers(papers.by(snapshot_.as_of));
    });
    each_child([this](std::size_t child, std::vector<std::uint32_t>&) { find_last_seen(child); });
    executor_.run(1, [this](std::size_t) { reconcile_roll(); });
  }

 private:
  [[nodiscard]] bool lane_visible(std::uint32_t lane) const {
    return cohort_.lanes[lane].known_on <= snapshot_.as_of && cohort_.lanes[lane].from <= snapshot_.as_of;
  }

  void find_visible_lanes(std::size_t child, std::vector<std::uint32_t>& lanes) const {
    lanes.clear();
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      if (lane_visible(cohort_.lanes_by_child[at])) lanes.push_back(cohort_.lanes_by_child[at]);
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> visible_lanes(std::size_t child) const {
    std::vector<std::uint32_t> lanes;
    find_visible_lanes(child, lanes);
    return lanes;
  }

  void measure_children(detail::CarriedSessions& sessions) {
    const std::size_t children = cohort_.children.size();
    snapshot_.lanes.resize(cohort_.lanes.size());
    snapshot_.children.resize(children);
    snapshot_.current_lane.assign(children, -1);
    snapshot_.register_unknown.assign(children, 0);
    sessions.turn_to(snapshot_.as_of, snapshot_.context);
    std::atomic<std::int64_t> squares{0};  // whole numbers, so that the order of their sum is nothing
    std::atomic<std::int64_t> days{0};
    constexpr std::size_t together = 256;
    for_chunks(executor_, cohort_.lanes.size(), together, [&](std::size_t begin, std::size_t end) {
      stop_point();
      std::vector<std::uint32_t> lanes;
      std::int64_t squares_here = 0;
      std::int64_t days_here = 0;
      for (std::size_t lane = begin; lane < end; ++lane) {  // classmates lie side by side in the same lines of memory
        const auto child = static_cast<std::size_t>(cohort_.lanes[lane].child);
        if (cohort_.lanes_by_child[cohort_.child_begin[child + 1] - 1] != lane) continue;  // a child comes with its last lane
        find_visible_lanes(child, lanes);
        if (lanes.empty()) continue;
        measure_child(sessions, child, lanes);
        const auto finished = Family::days(snapshot_.children[child], snapshot_.context);
        squares_here += finished.certain.squares();
        days_here += finished.absent;
      }
      squares += squares_here;
      days += days_here;
    });
    // how many days one spell fills across the cohort, weighted by length: the price of calling days independent
    snapshot_.context.pooled_spell_days = days > 0 ? static_cast<double>(squares) / static_cast<double>(days) : 1.0;
  }

  /// Calls work for every child, some hundred at a time; a child's lanes are its own, so nobody writes where another does.
  template <class Work>
  void each_child(Work work) {
    constexpr std::size_t together = 256;
    for_chunks(executor_, cohort_.children.size(), together, [&work](std::size_t begin, std::size_t end) {
      std::vector<std::uint32_t> lanes;
      for (std::size_t child = begin; child < end; ++child) work(child, lanes);
    });
  }

  void measure_child(detail::CarriedSessions& sessions, std::size_t child, const std::vector<std::uint32_t>& lanes) {
    snapshot_.current_lane[child] = static_cast<std::int32_t>(current_of(lanes));
    sessions.fold(child, lanes, snapshot_);
    if (cohort_.schools_register_unknown.empty()) return;
    for (const std::uint32_t lane : lanes) {
      const bool counted = snapshot_.lanes[lane].sessions > 0 && cohort_.register_unknown(cohort_.lanes[lane].school);
      if (counted) snapshot_.register_unknown[child] = 1;
    }
  }

  /// Where the child is enrolled now: of the spells that go on, the last to begin; else the last to end.
  [[nodiscard]] std::uint32_t current_of(const std::vector<std::uint32_t>& lanes) const {
    std::uint32_t current = lanes.front();
    if (lanes.size() == 1) return current;
    Date latest = std::min(lane_end(cohort_, current, snapshot_.as_of), snapshot_.as_of);
    for (const std::uint32_t lane : lanes) {
      const Date end = std::min(lane_end(cohort_, lane, snapshot_.as_of), snapshot_.as_of);
      if (end < latest) continue;
      current = lane;
      latest = end;
    }
    return current;
  }

  [[nodiscard]] bool visible(const ChildTotals& totals) const {
    const bool dated = totals.from.known() && totals.to.known();
    return dated && totals.to <= snapshot_.as_of && totals.known_on <= snapshot_.as_of;
  }

  /// Sums stand in for the days of a child of whom nobody sent any, where they lie within the window.
  void add_totals() {
    if (cohort_.totals.empty()) return;
    const bool no_days = snapshot_.window.kind == Window::Kind::last_sessions;  // a sum has no last sessions
    std::vector<bool> has_days(snapshot_.children.size());
    for (std::size_t child = 0; child < has_days.size(); ++child) has_days[child] = no_days || snapshot_.children[child].sessions > 0;
    for (const ChildTotals& totals : cohort_.totals) {
      const auto child = static_cast<std::size_t>(totals.child);
      const std::int32_t lane = snapshot_.current_lane[child];
      const bool within = totals.from >= span_.first && totals.to < span_.second;
      if (has_days[child] || lane < 0 || !within || !visible(totals)) continue;
      add_sums(snapshot_.children[child], totals);
      add_sums(snapshot_.lanes[static_cast<std::size_t>(lane)], totals);
    }
  }

  static void add_sums(Family::State& state, const ChildTotals& totals) {
    const auto add = [](std::int32_t& to, std::int64_t amount) { to += static_cast<std::int32_t>(amount); };
    const std::int64_t absent = totals.excused + totals.unexcused + totals.unknown;
    add(state.expected, totals.possible);
    add(state.recorded, totals.possible);
    add(state.sessions, totals.possible);
    add(state.absent, absent);
    add(state.excused, totals.excused);
    add(state.unexcused, totals.unexcused);
    add(state.reason_unknown, totals.unknown);
    add(state.present_sessions, totals.possible - absent);
    add(state.late_sessions, totals.late);
  }

  /// A child that missed less than all was there some time, at the latest at the end and at the earliest at the start.
  void see_totals() {
    for (const ChildTotals& totals : cohort_.totals) {
      const bool there = totals.excused + totals.unexcused + totals.unknown < totals.possible;
      if (there && visible(totals)) see(static_cast<std::size_t>(totals.child), totals.from);
    }
  }

  void measure_papers(const PaperScores& all) {
    snapshot_.papers.resize(cohort_.children.size());
    const Date first = dated_span(snapshot_.window, snapshot_.as_of).first;
    const auto outside = [&](const PaperScore& score) {
      const Date date = cohort_.papers[score.paper].date;
      return date.known() && (date < first || date >= span_.second);
    };
    std::size_t step = 0;
    std::size_t within = 0;
    for (const PaperScore& score : all) {  // to sit a paper is to be seen, in whatever window
      stop_point_at(++step);
      if (score.status == 0) see(static_cast<std::size_t>(score.child), cohort_.papers[score.paper].date);
      if (!outside(score)) ++within;
    }
    if (within == all.size()) {
      snapshot_.scores = all;
    } else {
      std::vector<PaperScore> scores;
      scores.reserve(within);
      std::remove_copy_if(all.begin(), all.end(), std::back_inserter(scores), outside);
      snapshot_.scores = PaperScores(std::move(scores));
    }
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

  void see(std::size_t child, Date date) {
    if (date.known() && date <= snapshot_.as_of) snapshot_.last_evidence[child] = std::max(snapshot_.last_evidence[child], date);
  }

  /// Marks that no expected session holds, and marks of children whose enrolment was not known yet.
  void find_evidence() {
    snapshot_.outside.assign(cohort_.children.size(), 0);
    snapshot_.last_evidence.assign(cohort_.children.size(), Date{});
    for (const OutsideMark& mark : cohort_.outside) {
      if (mark.date > snapshot_.as_of || mark.known_on > snapshot_.as_of) continue;
      const auto child = static_cast<std::size_t>(mark.child);
      const bool in_window = mark.date >= span_.first && mark.date < span_.second;
      if (in_window && (mark.reason != Reason::none || outside_known_roll(child, mark.date))) ++snapshot_.outside[child];
      if (is_presence(mark.state)) see(child, mark.date);
    }
    for (std::uint32_t lane = 0; lane < cohort_.lanes.size(); ++lane) {
      const bool later = cohort_.lanes[lane].known_on > snapshot_.as_of && cohort_.lanes[lane].from <= snapshot_.as_of;
      if (later) read_unknown_lane(lane);
    }
  }

  void read_unknown_lane(std::uint32_t lane) {
    if (lane % 256 == 0) stop_point();
    const auto child = static_cast<std::size_t>(cohort_.lanes[lane].child);
    const SessionCalendar& calendar = cohort_.calendars[cohort_.lanes[lane].calendar];
    for (std::size_t slot = calendar.first_from(cohort_.lanes[lane].from); slot < calendar.slots.size(); ++slot) {
      const Date date = calendar.slots[slot].date;
      if (date > snapshot_.as_of || date > cohort_.lanes[lane].to) break;
      const State state = cohort_.cell_known(lane, slot, date, snapshot_.as_of).state();
      if (!is_observed(state) || state == State::implied || on_known_roll(child, date)) continue;
      if (date >= span_.first && date < span_.second) ++snapshot_.outside[child];
      if (is_presence(state)) see(child, date);
    }
  }

  /// Whether a mark has no place because the spell that would hold it was not known yet, whatever that says of the mark.
  [[nodiscard]] bool outside_known_roll(std::size_t child, Date date) const {
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      if (cohort_.lanes[cohort_.lanes_by_child[at]].known_on > snapshot_.as_of) return !on_known_roll(child, date);
    }
    return false;
  }

  [[nodiscard]] bool on_known_roll(std::size_t child, Date date) const {
    const std::vector<std::uint32_t> lanes = visible_lanes(child);
    return std::any_of(lanes.begin(), lanes.end(), [&](std::uint32_t lane) {
      return cohort_.lanes[lane].from <= date && date <= lane_end(cohort_, lane, snapshot_.as_of);
    });
  }

  /// When a child was last seen is a matter of the date and not of the window: whoever was not seen since before the
  /// window, or before the school year, is not forgotten.
  void find_last_seen(std::size_t child) {
    Family::State& state = snapshot_.children[child];
    Date& evidence = snapshot_.last_evidence[child];
    const bool up_to_date = span_.second.days == snapshot_.as_of.days + 1;
    if (snapshot_.current_lane[child] >= 0 && (!up_to_date || !state.last_seen.known() || evidence > state.last_seen)) {
      look_back(child, state);
    }
    evidence = std::max(evidence, state.last_seen);
  }

  /// From the date backwards until the child was there, in stretches: most were there last week.
  void look_back(std::size_t child, Family::State& state) {
    const std::vector<std::uint32_t> lanes = visible_lanes(child);
    Date earliest{snapshot_.as_of.days + 1};
    for (const std::uint32_t lane : lanes) earliest = std::min(earliest, cohort_.lanes[lane].from);
    state.last_seen = snapshot_.last_evidence[child];
    state.since_expected = state.since_unrecorded = 0;
    bool found = false;
    std::int64_t end = std::int64_t{snapshot_.as_of.days} + 1;
    for (std::int64_t stretch = 32; !found && end > earliest.days; stretch *= 2) {
      const std::int64_t first = std::max<std::int64_t>(earliest.days, end - stretch);
      found = look_back_over(child, lanes, Date{static_cast<std::int32_t>(first)}, Date{static_cast<std::int32_t>(end)}, state);
      end = first;
    }
  }

  bool look_back_over(std::size_t child, const std::vector<std::uint32_t>& lanes, Date first, Date end, Family::State& state) {
    const auto sessions = sessions_known(cohort_, lanes, first, end, snapshot_.as_of);
    for (auto session = sessions.rbegin(); session != sessions.rend(); ++session) {
      const State kind = session->cell.state();
      if (!snapshot_.context.calendar_known && kind == childwell::State::not_recorded) continue;
      const bool there = is_observed(kind) && session->cell.absent_units() < session->units;
      if (there) state.last_seen = std::max(state.last_seen, session->date);
      if (there || session->date <= snapshot_.last_evidence[child]) return true;
      ++state.since_expected;
      if (!is_observed(kind)) ++state.since_unrecorded;
    }
    return false;
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
    if (lane_end(cohort_, static_cast<std::uint32_t>(current), snapshot_.as_of) < snapshot_.as_of) {
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
      stop_point_at(child);
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
      roll.attending_without_enrolment += state == RollState::not_on_roll && snapshot_.outside[child] > 0;
    }
    for (const auto& [child, spells] : cohort_.withheld_spells) {  // few children have any
      const bool withheld = cohort_.withheld(child, Subject::attendance, snapshot_.as_of) ||
                            cohort_.withheld(child, Subject::exam_results, snapshot_.as_of);
      roll.withheld += withheld && snapshot_.roll_states[static_cast<std::size_t>(child)] != RollState::not_on_roll;
    }
  }

  const Cohort& cohort_;
  const MeasurePlan& plan_;
  Executor& executor_;
  Snapshot& snapshot_;
  std::pair<Date, Date> span_;
};

/// Partial days act when days are counted, so one run knows one rule for them.
void check_policies(const std::vector<Policy>& policies) {
  const Policy* first = nullptr;
  for (const Policy& policy : policies) {
    if (policy.kind != "attendance") continue;
    if (policy.counts != "days" && policy.counts != "sessions") {
      throw std::invalid_argument("childwell: policy '" + policy.id + "': counts is missing; write days or sessions");
    }
    if (first == nullptr) first = &policy;
    const auto& [part, whole] = policy.absent_day;
    if (part * first->absent_day.denominator != first->absent_day.numerator * whole) {
      throw std::invalid_argument("childwell: policies '" + first->id + "' and '" + policy.id +
                                  "' differ in absent_day_fraction; measure them in two runs");
    }
  }
}

}  // namespace

Indicators measure(std::shared_ptr<const Cohort> cohort, MeasurePlan plan) {
  SerialExecutor executor;
  return measure(std::move(cohort), std::move(plan), executor);
}

namespace {

void check_plan(const MeasurePlan& plan) {
  check_policies(plan.policies);
  for (const Policy& policy : plan.policies) {
    check_course_policy(policy);
    check_over_age(policy);
  }
  if (plan.as_of.empty()) throw std::invalid_argument("childwell: as_of is missing; give one date or several");
  if (plan.windows.empty()) throw std::invalid_argument("childwell: windows is empty; give year_to_date or another window");
  detail::check_requests(plan.requests);
}

}  // namespace

/// One pass over the dates. Whatever a run that was stopped or that failed has begun is let go, so that the next call
/// takes the same date from its sessions anew.
struct MeasuredDates::Pass {
  Pass(std::shared_ptr<const Cohort> of, MeasurePlan measured) : whole(std::move(of)), plan(std::move(measured)) {
    check_plan(plan);
    dates = plan.as_of;
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  }

  Indicators take(Executor& executor) {
    try {
      Indicators made = measure_date(executor);
      ++next;
      return made;
    } catch (...) {
      forget();
      throw;
    }
  }

 private:
  Indicators measure_date(Executor& executor) {
    const Date as_of = dates[next];
    know_cohort(as_of, executor);
    Indicators made;
    made.cohort = whole;
    made.plan = plan;
    made.plan.as_of = {as_of};
    for (std::size_t window = 0; window < plan.windows.size(); ++window) {
      Snapshot& snapshot = made.snapshots.emplace_back();
      snapshot.cohort = known;
      snapshot.as_of = as_of;
      snapshot.window = plan.windows[window];
      Snapshooter(*known, plan, executor, snapshot).run(sessions[window], *papers);
      if (plan.requests.any()) detail::measure_requested(*known, plan, executor, snapshot);
    }
    return made;
  }

  /// The cohort as the date knew it: most studies have no news of places and calendars, and one cohort serves all dates.
  /// Where it is another one than that of the date before, everything is read anew.
  void know_cohort(Date as_of, Executor& executor) {
    const auto later = std::upper_bound(whole->news.begin(), whole->news.end(), as_of);
    if (known == nullptr || news_to_come != whole->news.end() - later) {
      forget();
      if (later == whole->news.end()) known = whole;
      else executor.run(1, [&](std::size_t) { known = std::make_shared<const Cohort>(assemble(whole->records, as_of)); });
      news_to_come = whole->news.end() - later;
    }
    if (papers.has_value()) return;
    papers.emplace(*known);
    const bool more = next + 1 < dates.size();
    for (const Window& window : plan.windows) sessions.emplace_back(*known, window, more);
  }

  void forget() {
    sessions.clear();
    papers.reset();
    known.reset();
  }

 public:
  const std::shared_ptr<const Cohort> whole;
  const MeasurePlan plan;
  std::vector<Date> dates;  ///< in order of time, each once
  std::size_t next = 0;

 private:
  std::shared_ptr<const Cohort> known;
  std::ptrdiff_t news_to_come = 0;
  std::optional<detail::ScoredPapers> papers;
  std::vector<detail::CarriedSessions> sessions;  ///< by window
};

MeasuredDates::MeasuredDates(std::shared_ptr<const Cohort> cohort, MeasurePlan plan)
    : pass_(std::make_unique<Pass>(std::move(cohort), std::move(plan))) {}

MeasuredDates::MeasuredDates(MeasuredDates&&) noexcept = default;
MeasuredDates& MeasuredDates::operator=(MeasuredDates&&) noexcept = default;
MeasuredDates::~MeasuredDates() = default;

std::span<const Date> MeasuredDates::left() const noexcept { return std::span<const Date>(pass_->dates).subspan(pass_->next); }

std::optional<Indicators> MeasuredDates::next(Executor& executor) {
  if (left().empty()) return std::nullopt;
  return pass_->take(executor);
}

void measure_dates(std::shared_ptr<const Cohort> cohort, MeasurePlan plan, Executor& executor,
                   const std::function<void(Indicators)>& take) {
  MeasuredDates dates(std::move(cohort), std::move(plan));
  while (auto made = dates.next(executor)) take(*std::move(made));
}

Indicators measure(std::shared_ptr<const Cohort> cohort, MeasurePlan plan, Executor& executor) {
  Indicators all;
  all.cohort = cohort;
  all.plan = plan;
  all.snapshots.resize(plan.as_of.size() * plan.windows.size());
  const std::size_t windows = plan.windows.size();
  measure_dates(std::move(cohort), std::move(plan), executor, [&](Indicators made) {
    const Date as_of = made.plan.as_of.front();
    const auto& asked = all.plan.as_of;
    const auto first = std::find(asked.begin(), asked.end(), as_of) - asked.begin();
    for (std::size_t window = 0; window < windows; ++window) {
      const auto place = [&](std::size_t date) -> Snapshot& { return all.snapshots[date * windows + window]; };
      const auto at = static_cast<std::size_t>(first);
      place(at) = std::move(made.snapshots[window]);
      for (std::size_t again = at + 1; again < asked.size(); ++again) {
        if (asked[again] == as_of) place(again) = place(at);
      }
    }
  });
  return all;
}

}  // namespace childwell::inline v0_1
