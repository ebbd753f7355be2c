// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/calendar.hpp>

#include "known_rows.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <set>

namespace childwell::inline v0_1 {

namespace {
constexpr unsigned stages = 8;  // seven words at most, and "not told"
constexpr unsigned groups = 3;
}  // namespace

std::size_t SessionCalendar::first_from(Date date) const {
  const auto found = std::lower_bound(slots.begin(), slots.end(), date,
                                      [](const Slot& slot, Date wanted) { return slot.date < wanted; });
  return static_cast<std::size_t>(found - slots.begin());
}

std::int32_t SessionCalendar::find(Date date, std::int32_t session, Profile profile) const {
  for (std::size_t i = first_from(date); i < slots.size() && slots[i].date == date; ++i) {
    const bool same = slots[i].session == session || session < 0;
    if (same && slots[i].expects(profile)) return static_cast<std::int32_t>(i);
  }
  return -1;
}

Calendars::Calendars(const Records& records, const Places& places, Date known_by) : places_(&places) {
  read_days(records, known_by);
  read_sessions(records, known_by);
  read_marked_sessions(records);
}

void Calendars::read_days(const Records& records, Date known_by) {
  const RecordTable* table = records.table("calendar");
  if (table == nullptr) return;
  const auto& place = table->column("place");
  const auto& date = table->column("date");
  const auto& kind = table->column("kind");
  for (const std::int64_t row : detail::rows_known(records, "calendar", known_by)) {
    const std::uint8_t word = table->word(kind, row);
    days_[table->code(place, row)][table->date(date, row)] = word == 0 || word == 2;  // school day, make-up day
  }
}

void Calendars::read_sessions(const Records& records, Date known_by) {
  const RecordTable* table = records.table("sessions");
  if (table == nullptr) return;
  const auto& from = table->column("from");
  const auto& to = table->column("to");
  const auto& units = table->column("units");
  for (const std::int64_t row : detail::rows_known(records, "sessions", known_by)) {
    const Date end = table->date(to, row);
    const std::int64_t weight = table->integer(units, row);
    rules_.push_back({table->code(table->column("school"), row), table->word(table->column("stage"), row),
                      table->word(table->column("group"), row), table->code(table->column("session"), row),
                      table->date(from, row), end.known() ? end : open_end,
                      static_cast<std::uint8_t>(weight == missing_integer ? 1 : weight),
                      table->word(table->column("compulsory"), row) != 0});
  }
  for (std::uint32_t rule = 0; rule < rules_.size(); ++rule) own_rules_[std::max(rules_[rule].school, -1)].push_back(rule);
}

std::vector<const Calendars::SessionRule*> Calendars::rules_of(std::int32_t school) const {
  std::vector<std::uint32_t> numbers;
  for (const std::int32_t of : {-1, school}) {
    const auto found = own_rules_.find(of);
    if (found != own_rules_.end()) numbers.insert(numbers.end(), found->second.begin(), found->second.end());
    if (school < 0) break;
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<const SessionRule*> rules;
  for (const std::uint32_t number : numbers) rules.push_back(&rules_[number]);
  return rules;
}

void Calendars::read_marked_sessions(const Records& records) {
  const RecordTable* table = records.table("attendance");
  if (table == nullptr || (!days_.empty() && !rules_.empty())) return;
  std::map<std::int32_t, std::set<std::pair<Date, std::int32_t>>> marked;
  const auto& school = table->column("school");
  const auto& date = table->column("date");
  const auto& session = table->column("session");
  std::size_t step = 0;
  for (const std::int64_t row : table->order) {
    stop_point_at(++step);
    // with a calendar, the sessions' names are all that the marks are asked for
    const Date day = days_.empty() ? table->date(date, row) : Date{};
    marked[table->code(school, row)].emplace(day, table->code(session, row));
  }
  for (auto& [place, sessions] : marked) marked_[place] = {sessions.begin(), sessions.end()};
}

void Calendars::add_day(SessionCalendar& calendar, Date date, std::int32_t school,
                        const std::vector<const SessionRule*>& rules) const {
  if (rules_.empty()) {
    const auto marked = marked_.find(school);
    const std::vector<std::pair<Date, std::int32_t>> whole_day{{Date{}, -1}};
    const auto& sessions = marked == marked_.end() || marked->second.empty() ? whole_day : marked->second;
    for (const auto& [unused, session] : sessions) calendar.slots.push_back({date, session, ~0U, 1});
    return;
  }
  const auto first = static_cast<std::ptrdiff_t>(calendar.slots.size());
  for (unsigned stage = 0; stage < stages; ++stage) {
    for (unsigned group = 0; group < groups; ++group) {
      std::map<std::int32_t, const SessionRule*> best;
      const auto rank = [](const SessionRule& rule) {
        return std::tuple(rule.school >= 0, rule.stage != missing_word, rule.group != missing_word, rule.from);
      };
      for (const SessionRule* rule : rules) {
        const bool fits = (rule->stage == missing_word || rule->stage == stage) &&
                          (rule->group == missing_word || rule->group == group) && in_force(*rule, date);
        if (!fits) continue;
        const SessionRule*& chosen = best[rule->session];
        if (chosen == nullptr || rank(*chosen) < rank(*rule)) chosen = rule;
      }
      const std::uint32_t bit = 1U << (stage * 4U + group);
      for (const auto& [session, rule] : best) {
        if (!rule->compulsory) continue;
        const auto same = std::find_if(calendar.slots.begin() + first, calendar.slots.end(), [&](const Slot& slot) {
          return slot.session == session && slot.units == rule->units;
        });
        if (same != calendar.slots.end()) same->profiles |= bit;
        else calendar.slots.push_back({date, session, bit, rule->units});
      }
    }
  }
  std::sort(calendar.slots.begin() + first, calendar.slots.end(), [](const Slot& a, const Slot& b) {
    return std::tie(a.session, a.units) < std::tie(b.session, b.units);
  });
}

SessionCalendar Calendars::build(const Key& key) const {
  SessionCalendar calendar;
  if (days_.empty()) {
    calendar.known = false;
    const auto marked = marked_.find(key.school);
    if (marked == marked_.end()) return calendar;
    for (const auto& [date, session] : marked->second) calendar.slots.push_back({date, session, ~0U, 1});
    return calendar;
  }
  std::map<Date, bool> held;
  for (auto place = key.places.rbegin(); place != key.places.rend(); ++place) {
    for (const auto& [date, school_day] : days_.at(*place)) held[date] = school_day;
  }
  // the rules in force change a few times a year; in between, every day has the same sessions
  const std::vector<const SessionRule*> rules = rules_of(key.school);
  std::map<std::vector<bool>, std::vector<Slot>> seen;
  for (const auto& [date, school_day] : held) {
    if (!school_day) continue;
    std::vector<bool> which;
    for (const SessionRule* rule : rules) which.push_back(in_force(*rule, date));
    auto found = seen.find(which);
    if (found == seen.end()) {
      SessionCalendar one_day;
      add_day(one_day, date, key.school, rules);
      found = seen.emplace(which, std::move(one_day.slots)).first;
    }
    for (Slot slot : found->second) {
      slot.date = date;
      calendar.slots.push_back(slot);
    }
  }
  return calendar;
}

std::uint32_t Calendars::of_school(std::int32_t school) {
  const auto known = of_school_.find(school);
  if (known != of_school_.end()) return known->second;
  Key key{{}, -1};
  for (const std::int32_t place : places_->chain(school, open_end)) {
    if (days_.contains(place)) key.places.push_back(place);
  }
  if (key.places.empty() && days_.size() == 1) key.places.push_back(days_.begin()->first);
  const bool own_sessions = school >= 0 && own_rules_.contains(school);
  if (own_sessions || rules_.empty()) key.school = school;
  auto number = numbers_.find(key);
  if (number == numbers_.end()) {
    number = numbers_.emplace(key, static_cast<std::uint32_t>(calendars_.size())).first;
    calendars_.push_back(build(key));
  }
  return of_school_[school] = number->second;
}

}  // namespace childwell::inline v0_1
