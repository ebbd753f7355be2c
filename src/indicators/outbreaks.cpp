// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/outbreaks.hpp>

#include <childwell/cohort/sessions.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

struct Week {
  std::int64_t ill = 0;
  std::int64_t child_days = 0;
};

using PlaceWeek = std::pair<std::int32_t, std::int32_t>;  // place, number of the week
using Weeks = std::map<PlaceWeek, Week>;

std::int32_t week_of(Date date) noexcept {
  const std::int32_t monday_based = date.days + 3;  // 1970-01-01 was a Thursday
  return monday_based >= 0 ? monday_based / 7 : -((6 - monday_based) / 7);
}

Date monday_of(std::int32_t week) noexcept { return Date{week * 7 - 3}; }

/// The sessions of one day, put together.
struct Day {
  Date date;
  std::uint32_t lane = 0;
  int expected = 0;
  int observed = 0;
  int ill = 0;
};

class Counter {
 public:
  Counter(const Cohort& cohort, const OutbreakPlan& plan) : cohort_(cohort), plan_(plan) {}

  Weeks count(std::size_t begin, std::size_t end) const {
    Weeks weeks;
    for (std::size_t child = begin; child < end; ++child) {
      const auto number = static_cast<std::int32_t>(child);
      if (!cohort_.withheld(number, Subject::attendance, plan_.as_of)) count_child(child, weeks);
    }
    return weeks;
  }

 private:
  void count_child(std::size_t child, Weeks& weeks) const {
    std::vector<std::uint32_t> lanes;
    for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
      const std::uint32_t lane = cohort_.lanes_by_child[at];
      if (cohort_.lanes[lane].known_on <= plan_.as_of && cohort_.lanes[lane].from <= plan_.as_of) lanes.push_back(lane);
    }
    if (lanes.empty()) return;
    Day day;
    bool was_ill = false;
    const Date next{plan_.as_of.days + 1};
    for (const KnownSession& session : sessions_known(cohort_, lanes, Date{-1'000'000}, next, plan_.as_of)) {
      if (session.date != day.date) {
        close(day, was_ill, weeks);
        day = Day{session.date, session.lane, 0, 0, 0};
      }
      const State state = session.cell.state();
      if (!is_expected(state)) continue;
      if (day.expected == 0) day.lane = session.lane;  // the book that has the day, and not one it was taken from
      day.expected += session.units;
      if (is_observed(state)) day.observed += session.units;
      if (state == State::illness) day.ill += std::min<int>(session.cell.absent_units(), session.units);
    }
    close(day, was_ill, weeks);
  }

  /// A day that nobody recorded neither ends a spell nor begins one.
  void close(const Day& day, bool& was_ill, Weeks& weeks) const {
    if (day.observed == 0) return;
    const bool ill = plan_.absent_day.reached(day.ill, day.expected);
    const Lane& lane = cohort_.lanes[day.lane];
    const std::int32_t place = plan_.places == OutbreakPlaces::school ? cohort_.places.successor(lane.school, plan_.as_of) : lane.class_place;
    if (place >= 0 && !cohort_.register_unknown(lane.school)) {
      Week& week = weeks[{place, week_of(day.date)}];
      ++week.child_days;
      if (ill && !was_ill) ++week.ill;
    }
    was_ill = ill;
  }

  const Cohort& cohort_;
  const OutbreakPlan& plan_;
};

void write_place(OutbreakColumns& columns, const std::string& name, const std::map<std::int32_t, Week>& seen,
                 const stats::OutbreakLimits& limits, std::int32_t first, std::int32_t last, const OutbreakPlan& plan) {
  const std::int32_t from = std::max(first, static_cast<std::int32_t>(last - plan.weeks + 1));
  for (std::int32_t week = from; week <= last; ++week) {
    const auto at = static_cast<std::size_t>(week - first);
    const auto found = seen.find(week);
    const Week counted = found == seen.end() ? Week{} : found->second;
    const Status status = counted.child_days == 0 ? Status::not_recorded : limits.statuses[at];
    const bool shown = status == Status::ok;
    const auto number = [shown](double value) { return shown ? value : std::numeric_limits<double>::quiet_NaN(); };
    columns.place.codes.push_back(columns.place.code(name));
    columns.status.codes.push_back(static_cast<std::int32_t>(status));
    columns.week.push_back(monday_of(week).days);
    columns.ill.push_back(counted.ill);
    columns.child_days.push_back(counted.child_days);
    columns.expected.push_back(number(limits.expected[at]));
    columns.limit.push_back(number(limits.limit[at]));
    columns.exceedance.push_back(number(limits.exceedance[at]));
    const bool alarm = shown && std::binary_search(limits.alarms.begin(), limits.alarms.end(), static_cast<std::int64_t>(at));
    columns.alarm.push_back(alarm ? 1 : 0);
  }
}

}  // namespace

OutbreakColumns illness_outbreaks(const Cohort& cohort, const OutbreakPlan& plan, Executor& executor) {
  if (!plan.as_of.known()) throw std::invalid_argument("childwell: as_of is missing; give a date");
  if (plan.weeks < 1) throw std::invalid_argument("childwell: weeks is at least 1");
  constexpr std::size_t together = 256;
  const Counter counter(cohort, plan);
  const Weeks counted = reduce_chunks(
      executor, cohort.children.size(), together, Weeks{},
      [&](std::size_t begin, std::size_t end) {
        stop_point();
        return counter.count(begin, end);
      },
      [](Weeks all, const Weeks& part) {
        for (const auto& [key, week] : part) {
          all[key].ill += week.ill;
          all[key].child_days += week.child_days;
        }
        return all;
      });
  std::map<std::string, std::map<std::int32_t, Week>> places;  // by code of place
  const std::int32_t last = week_of(plan.as_of);
  std::int32_t first = last;
  for (const auto& [key, week] : counted) {
    places[cohort.records->place_name(key.first)][key.second] = week;
    first = std::min(first, key.second);
  }
  OutbreakColumns columns;
  for (const auto& word_of_status : status_words) columns.status.texts.emplace_back(word_of_status);
  std::vector<stats::OutbreakLimits> limits(places.size());
  std::vector<const std::map<std::int32_t, Week>*> series;
  for (const auto& [name, seen] : places) series.push_back(&seen);
  const auto length = static_cast<std::size_t>(last - first + 1);
  for_chunks(executor, series.size(), 1, [&](std::size_t begin, std::size_t) {
    stop_point();
    std::vector<double> ill(length, std::numeric_limits<double>::quiet_NaN());
    std::vector<double> child_days(length, 0.0);
    for (const auto& [week, seen] : *series[begin]) {
      ill[static_cast<std::size_t>(week - first)] = static_cast<double>(seen.ill);
      child_days[static_cast<std::size_t>(week - first)] = static_cast<double>(seen.child_days);
    }
    limits[begin] = stats::outbreak_limits(ill, child_days, plan.options);
  });
  std::size_t place = 0;
  for (const auto& [name, seen] : places) write_place(columns, name, seen, limits[place++], first, last, plan);
  return columns;
}

}  // namespace childwell::inline v0_1
