// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "marks.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/core/prefetch.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

namespace childwell::inline v0_1::detail {

State state_of_code(std::uint8_t code) {
  constexpr std::array<State, 7> states = {State::present,   State::late,           State::excused, State::illness,
                                           State::unexcused, State::unknown_reason, State::off_site};
  return states[code];
}

namespace {

struct Mark {
  std::int32_t child;
  std::int32_t school;
  std::int32_t session;
  Date date;
  Date known_on;
  State state;
  std::int32_t units;  ///< absent units, or -1 for "as the code says"
};

class MarkReader {
 public:
  explicit MarkReader(const Cohort& cohort)
      : table_(*cohort.records->table("attendance")), child_(table_.column("child")), school_(table_.column("school")),
        session_(table_.column("session")), date_(table_.column("date")), known_(table_.column("known_on")),
        code_(table_.column("code")), units_(table_.column("units_absent")) {
    const auto lag = cohort.records->lag_days.find("attendance");
    lag_days_ = lag == cohort.records->lag_days.end() ? 0 : lag->second;
  }

  [[nodiscard]] Mark read(std::int64_t row) const {
    const Date date = table_.date(date_, row);
    const Date known = table_.date(known_, row);
    const std::int64_t units = table_.integer(units_, row);
    return {table_.code(child_, row), table_.code(school_, row), table_.code(session_, row), date,
            known.known() ? known : Date{date.days + lag_days_}, state_of_code(table_.word(code_, row)),
            units == missing_integer ? -1 : static_cast<std::int32_t>(units)};
  }

  /// Marks come by date and are read by child: without asking ahead, each row would be waited for.
  [[gnu::always_inline]] void prefetch(std::int64_t row) const {
    for (const RecordColumn* column : {&child_, &school_, &session_, &date_, &known_}) {
      childwell::prefetch(column->codes, row);
    }
    childwell::prefetch(code_.words, row);
    childwell::prefetch(units_.integers, row);
  }

 private:
  const RecordTable& table_;
  const RecordColumn& child_;
  const RecordColumn& school_;
  const RecordColumn& session_;
  const RecordColumn& date_;
  const RecordColumn& known_;
  const RecordColumn& code_;
  const RecordColumn& units_;
  std::int32_t lag_days_ = 0;
};

/// The lanes that a mark belongs to: those of its school, or of the school that it became. A mark that names no school
/// belongs to the spell that began last; a suspended spell holds no marks. A spell may be unknown while the mark is
/// known already, so every spell that covers the day has it, and sessions_known sees to it that it counts once.
void find_lanes(const Cohort& cohort, const Mark& mark, std::vector<std::uint32_t>& held) {
  held.clear();
  for (std::uint32_t at = cohort.child_begin[static_cast<std::size_t>(mark.child)];
       at < cohort.child_begin[static_cast<std::size_t>(mark.child) + 1]; ++at) {
    const Lane& lane = cohort.lanes[cohort.lanes_by_child[at]];
    if (lane.from <= mark.date && mark.date <= lane.to && lane.kind != SpellKind::suspend) {
      held.push_back(cohort.lanes_by_child[at]);
    }
  }
  if (held.empty()) return;
  const std::int32_t school = mark.school < 0 ? cohort.lanes[held.back()].school : mark.school;
  std::erase_if(held, [&](std::uint32_t lane) {
    return !cohort.places.same_line(cohort.lanes[lane].school, school, mark.date);
  });
}

void write_cell(Cohort& cohort, std::size_t at, Cell cell, Date date, Date known_on) {
  constexpr std::int32_t longest = std::numeric_limits<std::uint16_t>::max();  // 179 years
  const std::int32_t lag = std::clamp(known_on.days - date.days, 0, longest);
  if (lag > 0 && cohort.lags.empty()) {
    cohort.lags.assign(cohort.cells.size(), 0);
    cohort.before.assign(cohort.cells.size(), 0);
  }
  if (!cohort.lags.empty()) {
    cohort.lags[at] = static_cast<std::uint16_t>(lag);
    cohort.before[at] = cohort.cells[at];
  }
  cohort.cells[at] = cell.byte;
}

/// The cell of one session; `left` are the absent units that a mark of several sessions has not used up yet.
Cell cell_of(const Mark& mark, int slot_units, std::int32_t& left) {
  if (mark.units < 0) return {mark.state, is_presence(mark.state) ? 0 : slot_units};
  const std::int32_t units = std::min<std::int32_t>(left, slot_units);
  left -= units;
  return {mark.state, units};
}

bool write_mark(Cohort& cohort, std::uint32_t index, const Mark& mark, const Boarding& boarding) {
  const Lane& lane = cohort.lanes[index];
  const SessionCalendar& calendar = cohort.calendars[lane.calendar];
  const Profile profile{lane.stage, boarding.group(lane.child, mark.date)};
  bool written = false;
  std::int32_t left = mark.units;
  for (std::size_t slot = calendar.first_from(mark.date); slot < calendar.slots.size(); ++slot) {
    const Slot& session = calendar.slots[slot];
    if (session.date != mark.date) break;
    const bool meant = mark.session < 0 || session.session < 0 || session.session == mark.session;
    if (!meant || !session.expects(profile)) continue;
    write_cell(cohort, cohort.cell_at(index, slot), cell_of(mark, session.units, left), mark.date, mark.known_on);
    written = true;
  }
  return written;
}

bool school_day(const Cohort& cohort, std::uint32_t index, Date date) {
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[index].calendar];
  const std::size_t slot = calendar.first_from(date);
  return slot < calendar.slots.size() && calendar.slots[slot].date == date;
}

bool on_school_day(const Cohort& cohort, const std::vector<std::uint32_t>& lanes, Date date) {
  return std::any_of(lanes.begin(), lanes.end(), [&](std::uint32_t lane) { return school_day(cohort, lane, date); });
}

}  // namespace

SchoolEvidence place_marks(Cohort& cohort, const Boarding& boarding) {
  SchoolEvidence evidence(static_cast<std::size_t>(cohort.records->places.size()));
  const RecordTable* table = cohort.records->table("attendance");
  if (table == nullptr) return evidence;
  const MarkReader reader(cohort);
  std::vector<std::uint32_t> lanes;
  auto& apart = cohort.ledger.tables.at("attendance").kept_apart;
  constexpr std::size_t ahead = 32;
  for (std::size_t step = 0; step < table->order.size(); ++step) {
    stop_point_at(step + 1);
    if (step + ahead < table->order.size()) reader.prefetch(table->order[step + ahead]);
    const Mark mark = reader.read(table->order[step]);
    const auto child = static_cast<std::size_t>(mark.child);
    find_lanes(cohort, mark, lanes);
    bool written = false;
    for (const std::uint32_t lane : lanes) {
      written = write_mark(cohort, lane, mark, boarding) || written;
      evidence.add(cohort.lanes[lane].school, mark.state);
    }
    if (mark.school >= 0) evidence.add(mark.school, mark.state);
    if (cohort.ever_withheld(mark.child, Subject::attendance)) ++apart[Reason::consent];
    if (written) continue;
    // a voluntary session, such as evening study, shows that the child was there and is nobody's duty: it has no reason
    Reason reason = Reason::none;
    if (lanes.empty()) {
      const bool enrolled = cohort.child_begin[child] != cohort.child_begin[child + 1];
      reason = enrolled ? Reason::outside_enrolment : Reason::no_enrolment;
    } else if (!on_school_day(cohort, lanes, mark.date)) {
      reason = Reason::non_school_day;
    }
    if (reason != Reason::none) ++apart[reason];
    cohort.outside.push_back({mark.child, mark.school, mark.date, mark.known_on, mark.state, reason});
  }
  for (const std::int64_t row : table->disputed) {
    Mark mark = reader.read(row);
    mark.state = State::disputed;
    mark.units = 0;
    find_lanes(cohort, mark, lanes);
    for (const std::uint32_t lane : lanes) write_mark(cohort, lane, mark, boarding);
  }
  return evidence;
}

namespace {

struct RegisterEntry {
  Date date;
  std::int32_t session;
  std::uint8_t mode;  ///< full, by_exception, not_taken
  Date known_on;
};

constexpr std::uint8_t by_exception = 1;

std::map<std::int32_t, std::vector<RegisterEntry>> registers_by_class(const Records& records) {
  std::map<std::int32_t, std::vector<RegisterEntry>> entries;
  const RecordTable* table = records.table("registers");
  if (table == nullptr) return entries;
  const auto lag = records.lag_days.find("registers");
  const std::int32_t lag_days = lag == records.lag_days.end() ? 0 : lag->second;
  const auto& class_place = table->column("class");
  const auto& date = table->column("date");
  const auto& session = table->column("session");
  const auto& mode = table->column("mode");
  const auto& known = table->column("known_on");
  std::int32_t last = -1;
  std::vector<RegisterEntry>* list = nullptr;
  std::size_t step = 0;
  for (const std::int64_t row : table->order) {  // in order of class, date and session
    stop_point_at(++step);
    const std::int32_t place = table->code(class_place, row);
    if (list == nullptr || place != last) list = &entries[place];
    last = place;
    const Date day = table->date(date, row);
    const Date told = table->date(known, row);
    list->push_back({day, table->code(session, row), table->word(mode, row), told.known() ? told : Date{day.days + lag_days}});
  }
  return entries;
}

void fill_implied(Cohort& cohort, std::uint32_t index, const std::vector<RegisterEntry>* entries, bool declared) {
  const Lane& lane = cohort.lanes[index];
  const SessionCalendar& calendar = cohort.calendars[lane.calendar];
  std::size_t next = 0;
  for (std::size_t slot = calendar.first_from(lane.from); slot < calendar.slots.size(); ++slot) {
    const Slot& session = calendar.slots[slot];
    if (session.date > lane.to) break;
    Date known_on = session.date;
    bool implied = declared;
    if (entries != nullptr) {
      while (next < entries->size() && (*entries)[next].date < session.date) ++next;
      for (std::size_t e = next; e < entries->size() && (*entries)[e].date == session.date; ++e) {
        const RegisterEntry& entry = (*entries)[e];
        if (entry.session >= 0 && session.session >= 0 && entry.session != session.session) continue;
        implied = entry.mode == by_exception;
        known_on = entry.known_on;
      }
    }
    if (!implied) continue;
    const std::size_t at = cohort.cell_at(index, slot);
    if (Cell{cohort.cells[at]}.state() == State::not_recorded) {
      write_cell(cohort, at, Cell(State::implied, 0), session.date, known_on);
    } else if (!cohort.lags.empty() && cohort.lags[at] > 0 && known_on <= session.date) {
      // before the mark was known, the blank already meant that the child was there
      if (Cell{cohort.before[at]}.state() == State::not_recorded) cohort.before[at] = Cell(State::implied, 0).byte;
    }
  }
}

void find_silent_schools(Cohort& cohort, const SchoolEvidence& evidence,
                         const std::unordered_set<std::int32_t>& registers) {
  if (cohort.records->table("attendance") == nullptr) return;
  std::set<std::int32_t> schools;
  for (const Lane& lane : cohort.lanes) schools.insert(lane.school);
  for (const std::int32_t school : schools) {
    if (registers.contains(school) || cohort.records->registers != missing_word) continue;
    if (!evidence.any(school)) cohort.schools_without_rows.push_back(school);
    else if (!evidence.presence(school)) cohort.schools_register_unknown.push_back(school);
  }
  for (const std::int32_t school : cohort.schools_register_unknown) {
    cohort.ledger.faults.push_back({"register_mode_undeclared", "attendance", cohort.records->place_name(school), 0});
  }
}

}  // namespace

void read_registers(Cohort& cohort, const SchoolEvidence& evidence) {
  const auto entries = registers_by_class(*cohort.records);
  const bool declared = cohort.records->registers == by_exception;
  if (cohort.records->registers != missing_word) cohort.assumptions["declared_register_mode"] = 1;
  for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
    if (lane % 256 == 0) stop_point();  // a lane has a few hundred sessions
    if (cohort.lanes[lane].kind == SpellKind::suspend) continue;
    const auto found = entries.find(cohort.lanes[lane].class_place);
    const std::vector<RegisterEntry>* list = found == entries.end() ? nullptr : &found->second;
    if (list != nullptr || declared) fill_implied(cohort, lane, list, declared);
  }
  std::unordered_set<std::int32_t> registers;
  for (const Lane& lane : cohort.lanes) {
    if (entries.contains(lane.class_place)) registers.insert(lane.school);
  }
  find_silent_schools(cohort, evidence, registers);
}

}  // namespace childwell::inline v0_1::detail
