// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "marks.hpp"

#include <algorithm>
#include <array>
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

/// The lane that a mark belongs to: the school's own, the last to begin; a suspended spell holds no marks.
std::int64_t lane_of(const Cohort& cohort, const Mark& mark) {
  std::int64_t found = -1;
  for (std::uint32_t at = cohort.child_begin[static_cast<std::size_t>(mark.child)];
       at < cohort.child_begin[static_cast<std::size_t>(mark.child) + 1]; ++at) {
    const std::uint32_t index = cohort.lanes_by_child[at];
    const Lane& lane = cohort.lanes[index];
    const bool holds = lane.from <= mark.date && mark.date <= lane.to && lane.kind != SpellKind::suspend;
    if (holds && (mark.school < 0 || lane.school == mark.school)) found = index;
  }
  return found;
}

void write_cell(Cohort& cohort, std::size_t at, Cell cell, Date date, Date known_on) {
  const std::int32_t lag = std::max(0, known_on.days - date.days);
  if (lag > 0) {
    if (cohort.lags.empty()) {
      cohort.lags.assign(cohort.cells.size(), 0);
      cohort.before.assign(cohort.cells.size(), 0);
    }
    // a lag too long for a byte is never taken for a shorter one: 255 means that no earlier date sees the mark
    cohort.lags[at] = static_cast<std::uint8_t>(std::min(lag, 255));
    cohort.before[at] = cohort.cells[at];
  }
  cohort.cells[at] = cell.byte;
}

Cell cell_of(const Mark& mark, int slot_units) {
  const bool absent = !is_presence(mark.state);
  const int units = mark.units < 0 ? (absent ? slot_units : 0) : std::min(mark.units, slot_units);
  return {mark.state, units};
}

bool write_mark(Cohort& cohort, std::uint32_t index, const Mark& mark, const Boarding& boarding) {
  const Lane& lane = cohort.lanes[index];
  const SessionCalendar& calendar = cohort.calendars[lane.calendar];
  const Profile profile{lane.stage, boarding.group(lane.child, mark.date)};
  bool written = false;
  for (std::size_t slot = calendar.first_from(mark.date); slot < calendar.slots.size(); ++slot) {
    const Slot& session = calendar.slots[slot];
    if (session.date != mark.date) break;
    const bool meant = mark.session < 0 || session.session < 0 || session.session == mark.session;
    if (!meant || !session.expects(profile)) continue;
    write_cell(cohort, cohort.cell_at(index, slot), cell_of(mark, session.units), mark.date, mark.known_on);
    written = true;
  }
  return written;
}

bool school_day(const Cohort& cohort, std::uint32_t index, Date date) {
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[index].calendar];
  const std::size_t slot = calendar.first_from(date);
  return slot < calendar.slots.size() && calendar.slots[slot].date == date;
}

}  // namespace

void place_marks(Cohort& cohort, const Boarding& boarding) {
  const RecordTable* table = cohort.records->table("attendance");
  if (table == nullptr) return;
  const MarkReader reader(cohort);
  auto& apart = cohort.ledger.tables.at("attendance").kept_apart;
  for (const std::int64_t row : table->order) {
    const Mark mark = reader.read(row);
    const auto child = static_cast<std::size_t>(mark.child);
    const std::int64_t lane = lane_of(cohort, mark);
    Reason reason = Reason::none;
    if (lane < 0) {
      const bool enrolled = cohort.child_begin[child] != cohort.child_begin[child + 1];
      reason = enrolled ? Reason::outside_enrolment : Reason::no_enrolment;
    } else if (write_mark(cohort, static_cast<std::uint32_t>(lane), mark, boarding)) {
      reason = Reason::none;
    } else if (!school_day(cohort, static_cast<std::uint32_t>(lane), mark.date)) {
      reason = Reason::non_school_day;
    } else {
      // a voluntary session, such as evening study: it shows that the child was there, and is nobody's duty
      cohort.outside.push_back({mark.child, mark.school, mark.date, mark.known_on, mark.state, Reason::none});
    }
    if (reason != Reason::none) {
      ++apart[reason];
      cohort.outside.push_back({mark.child, mark.school, mark.date, mark.known_on, mark.state, reason});
    }
    if (cohort.children[child].withheld_from != open_end) ++apart[Reason::consent];
  }
  for (const std::int64_t row : table->disputed) {
    Mark mark = reader.read(row);
    mark.state = State::disputed;
    mark.units = 0;
    const std::int64_t lane = lane_of(cohort, mark);
    if (lane >= 0) write_mark(cohort, static_cast<std::uint32_t>(lane), mark, boarding);
  }
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
  for (const std::int64_t row : table->order) {  // in order of class, date and session
    const std::int32_t place = table->code(class_place, row);
    if (list == nullptr || place != last) list = &entries[place];
    last = place;
    const Date day = table->date(date, row);
    const Date told = table->date(known, row);
    list->push_back({day, table->code(session, row), table->word(mode, row), told.known() ? told : Date{day.days + lag_days}});
  }
  return entries;
}

/// Schools with marks of presence, schools with any mark, and schools with a register.
struct SchoolEvidence {
  std::unordered_set<std::int32_t> any;
  std::unordered_set<std::int32_t> presence;
  std::unordered_set<std::int32_t> registers;
};

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

SchoolEvidence look_at_schools(const Cohort& cohort, const std::map<std::int32_t, std::vector<RegisterEntry>>& entries) {
  SchoolEvidence evidence;
  for (const Lane& lane : cohort.lanes) {
    if (entries.contains(lane.class_place)) evidence.registers.insert(lane.school);
  }
  const RecordTable* table = cohort.records->table("attendance");
  if (table == nullptr) return evidence;
  const auto& school = table->column("school");
  const auto& code = table->column("code");
  for (const std::int64_t row : table->order) {
    const std::int32_t place = table->code(school, row);
    evidence.any.insert(place);
    if (is_presence(state_of_code(table->word(code, row)))) evidence.presence.insert(place);
  }
  return evidence;
}

void find_silent_schools(Cohort& cohort, const SchoolEvidence& evidence) {
  if (cohort.records->table("attendance") == nullptr) return;
  std::set<std::int32_t> schools;
  for (const Lane& lane : cohort.lanes) schools.insert(lane.school);
  for (const std::int32_t school : schools) {
    if (evidence.registers.contains(school) || cohort.records->register_mode != missing_word) continue;
    if (!evidence.any.contains(school)) cohort.schools_without_rows.push_back(school);
    else if (!evidence.presence.contains(school)) cohort.schools_register_unknown.push_back(school);
  }
  for (const std::int32_t school : cohort.schools_register_unknown) {
    cohort.ledger.faults.push_back({"register_mode_undeclared", "attendance", cohort.records->place_name(school), 0});
  }
}

}  // namespace

void read_registers(Cohort& cohort) {
  const auto entries = registers_by_class(*cohort.records);
  const bool declared = cohort.records->register_mode == by_exception;
  if (cohort.records->register_mode != missing_word) cohort.assumptions["declared_register_mode"] = 1;
  for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
    if (cohort.lanes[lane].kind == SpellKind::suspend) continue;
    const auto found = entries.find(cohort.lanes[lane].class_place);
    const std::vector<RegisterEntry>* list = found == entries.end() ? nullptr : &found->second;
    if (list != nullptr || declared) fill_implied(cohort, lane, list, declared);
  }
  find_silent_schools(cohort, look_at_schools(cohort, entries));
}

namespace {

/// How strongly a cell says where the child was: a mark, a register by exception, or nothing.
int evidence_rank(State state) {
  if (state == State::implied) return 1;
  return is_observed(state) || state == State::disputed ? 2 : 0;
}

struct Claim {
  std::size_t cell;
  std::int32_t session;
  State state;
};

int day_rank(const std::vector<Claim>& claims) {
  int rank = 0;
  for (const Claim& claim : claims) rank = std::max(rank, evidence_rank(claim.state));
  return rank;
}

std::vector<Claim> claims_of(const Cohort& cohort, std::uint32_t index, Date date) {
  std::vector<Claim> claims;
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[index].calendar];
  for (std::size_t slot = calendar.first_from(date); slot < calendar.slots.size(); ++slot) {
    if (calendar.slots[slot].date != date) break;
    const std::size_t at = cohort.cell_at(index, slot);
    const State state = Cell{cohort.cells[at]}.state();
    if (is_expected(state)) claims.push_back({at, calendar.slots[slot].session, state});
  }
  return claims;
}

void withdraw(Cohort& cohort, const Claim& claim) {
  cohort.cells[claim.cell] = Cell(State::not_enrolled, 0).byte;
  if (!cohort.lags.empty()) cohort.lags[claim.cell] = 0;
}

/// One day in two books: the school with the stronger evidence has the day; where both hold a mark of one session,
/// the later spell keeps it as disputed.
void settle_day(Cohort& cohort, const std::vector<Claim>& earlier, const std::vector<Claim>& later) {
  const int rank_earlier = day_rank(earlier);
  const int rank_later = day_rank(later);
  if (rank_earlier != rank_later || rank_earlier < 2) {
    for (const Claim& claim : rank_earlier > rank_later ? later : earlier) withdraw(cohort, claim);
    return;
  }
  for (const Claim& claim : later) {
    const auto rival = std::find_if(earlier.begin(), earlier.end(),
                                    [&](const Claim& other) { return other.session == claim.session; });
    if (rival == earlier.end()) continue;
    const int rank_claim = evidence_rank(claim.state);
    const int rank_rival = evidence_rank(rival->state);
    if (rank_claim == 2 && rank_rival == 2) {
      cohort.cells[claim.cell] = Cell(State::disputed, 0).byte;
      withdraw(cohort, *rival);
    } else {
      withdraw(cohort, rank_rival > rank_claim ? claim : *rival);
    }
  }
}

}  // namespace

void settle_overlaps(Cohort& cohort) {
  for (std::size_t child = 0; child + 1 < cohort.child_begin.size(); ++child) {
    for (std::uint32_t a = cohort.child_begin[child]; a < cohort.child_begin[child + 1]; ++a) {
      for (std::uint32_t b = a + 1; b < cohort.child_begin[child + 1]; ++b) {
        const std::uint32_t earlier = cohort.lanes_by_child[a];
        const std::uint32_t later = cohort.lanes_by_child[b];
        const Date from = std::max(cohort.lanes[earlier].from, cohort.lanes[later].from);
        const Date to = std::min(cohort.lanes[earlier].to, cohort.lanes[later].to);
        if (to < from) continue;
        const SessionCalendar& calendar = cohort.calendars[cohort.lanes[later].calendar];
        for (std::size_t slot = calendar.first_from(from); slot < calendar.slots.size(); ++slot) {
          const Date date = calendar.slots[slot].date;
          if (date > to) break;
          if (slot > 0 && calendar.slots[slot - 1].date == date) continue;
          const auto first = claims_of(cohort, earlier, date);
          const auto second = claims_of(cohort, later, date);
          if (!first.empty() && !second.empty()) settle_day(cohort, first, second);
        }
      }
    }
  }
}

}  // namespace childwell::inline v0_1::detail
