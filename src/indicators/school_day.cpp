// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/school_day.hpp>

#include <childwell/cohort/sessions.hpp>

#include <algorithm>
#include <array>

namespace childwell::inline v0_1 {
namespace {

SchoolDay& day_at(std::vector<SchoolDay>& days, Date date) {
  if (days.empty() || days.back().date != date) {
    SchoolDay day;
    day.date = date;
    days.push_back(day);
  }
  return days.back();
}

void add_session(std::vector<SchoolDay>& days, Date date, Cell cell, int units, bool calendar_known) {
  const State state = cell.state();
  if (!is_expected(state)) return;
  if (!calendar_known && state == State::not_recorded) return;
  SchoolDay& day = day_at(days, date);
  day.expected = static_cast<std::uint16_t>(day.expected + units);
  ++day.sessions;
  if (!is_observed(state)) day.unknown = static_cast<std::uint16_t>(day.unknown + units);
  else day.absent = static_cast<std::uint16_t>(day.absent + std::min(cell.absent_units(), units));
}

void add_lane(std::vector<SchoolDay>& days, const Cohort& cohort, std::uint32_t lane, Date first, Date end, Date as_of,
              bool calendar_known) {
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[lane].calendar];
  const Date last = lane_end(cohort, lane, as_of);
  for (std::size_t slot = calendar.first_from(std::max(first, cohort.lanes[lane].from)); slot < calendar.slots.size(); ++slot) {
    const Slot& session = calendar.slots[slot];
    if (session.date >= end || session.date > last) break;
    const bool to_come = session.date > as_of;  // whether it is expected is known, and nothing else
    Cell cell = to_come ? Cell{cohort.cells[cohort.cell_at(lane, slot)]} : cohort.cell_known(lane, slot, session.date, as_of);
    if (to_come && is_expected(cell.state())) cell = Cell(State::not_recorded, 0);
    add_session(days, session.date, cell, session.units, calendar_known);
  }
}

bool on_weekend(std::int32_t day) noexcept { return (((day + 3) % 7) + 7) % 7 >= 5; }  // 1970-01-01 was a Thursday

/// A break of calendar days after `from` and before `to` is a holiday: longer than usual, or shorter and on weekdays alone.
bool is_holiday(Date from, Date to, std::int32_t usual) noexcept {
  const std::int32_t length = to.days - from.days - 1;
  if (length > usual) return true;
  if (length == usual) return false;
  for (std::int32_t day = from.days + 1; day < to.days; ++day) {
    if (on_weekend(day)) return false;
  }
  return true;
}

}  // namespace

void place_in_week(std::span<SchoolDay> days) noexcept {
  constexpr std::size_t longest = 32;
  std::array<std::int32_t, longest> lengths{};
  for (std::size_t i = 1; i < days.size(); ++i) {
    const std::int32_t length = days[i].date.days - days[i - 1].date.days - 1;
    if (length > 0) ++lengths[std::min<std::size_t>(static_cast<std::size_t>(length), longest - 1)];
  }
  const auto usual = static_cast<std::int32_t>(std::max_element(lengths.begin(), lengths.end()) - lengths.begin());
  for (SchoolDay& day : days) day.place = WeekPlace::middle;
  for (std::size_t i = 1; i < days.size(); ++i) {
    if (days[i].date.days - days[i - 1].date.days <= 1) continue;
    const auto place = is_holiday(days[i - 1].date, days[i].date, usual) ? WeekPlace::bridge : WeekPlace::week_edge;
    days[i - 1].place = std::max(days[i - 1].place, place);  // one day between a weekend and a holiday is a bridge
    days[i].place = place;
  }
}

SchoolDays school_days(const Cohort& cohort, std::span<const std::uint32_t> lanes, std::uint32_t current, Date first,
                       Date end, Date as_of, Fraction absent_day) {
  SchoolDays made;
  bool calendar_known = true;
  for (const SessionCalendar& calendar : cohort.calendars) calendar_known &= calendar.known;
  const Date next{as_of.days + 1};
  if (lanes.size() == 1) {
    add_lane(made.days, cohort, lanes.front(), first, std::min(end, next), as_of, calendar_known);
  } else {
    for (const KnownSession& session : sessions_known(cohort, lanes, first, std::min(end, next), as_of)) {
      add_session(made.days, session.date, session.cell, session.units, calendar_known);
    }
  }
  made.seen = made.days.size();
  if (end > next && calendar_known) add_lane(made.days, cohort, current, std::max(first, next), end, as_of, calendar_known);
  for (SchoolDay& day : made.days) {
    if (absent_day.reached(day.absent, day.expected)) day.mark = DayMark::absent;
    else if (absent_day.reached(day.absent + day.unknown, day.expected)) day.mark = DayMark::unknown;
    else day.mark = DayMark::present;
  }
  place_in_week(made.days);
  return made;
}

}  // namespace childwell::inline v0_1
