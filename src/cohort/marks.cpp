// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "marks.hpp"

#include "seats.hpp"

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

/// Reads marks by row. Columns that were not given are null.
class MarkReader {
 public:
  explicit MarkReader(const Cohort& cohort) {
    const RecordTable& table = *cohort.records->table("attendance");
    const auto codes = [&](std::string_view name) {
      const RecordColumn& column = table.column(name);
      return column.codes.empty() ? nullptr : column.codes.data();
    };
    child_ = codes("child");
    school_ = codes("school");
    session_ = codes("session");
    date_ = codes("date");
    known_ = codes("known_on");
    code_ = table.column("code").words.data();
    if (table.given("units_absent")) units_ = table.column("units_absent").integers.data();
    const auto lag = cohort.records->lag_days.find("attendance");
    lag_days_ = lag == cohort.records->lag_days.end() ? 0 : lag->second;
  }

  [[nodiscard]] Mark read(std::int64_t row) const {
    const Date date{date_[row]};
    const Date known = known_ == nullptr ? Date{} : Date{known_[row]};
    const std::int64_t units = units_ == nullptr ? missing_integer : units_[row];
    return {child_[row], school_ == nullptr ? -1 : school_[row], session_ == nullptr ? -1 : session_[row], date,
            known.known() ? known : Date{date.days + lag_days_}, state_of_code(code_[row]),
            units == missing_integer ? -1 : static_cast<std::int32_t>(units)};
  }

  [[nodiscard]] std::int32_t child(std::int64_t row) const { return child_[row]; }

 private:
  const std::int32_t* child_ = nullptr;
  const std::int32_t* school_ = nullptr;
  const std::int32_t* session_ = nullptr;
  const std::int32_t* date_ = nullptr;
  const std::int32_t* known_ = nullptr;
  const std::uint8_t* code_ = nullptr;
  const std::int64_t* units_ = nullptr;
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

std::int32_t lag_days(Date date, Date known_on) {
  constexpr std::int32_t longest = std::numeric_limits<std::uint16_t>::max();  // 179 years
  return std::clamp(known_on.days - date.days, 0, longest);
}

/// What a cell held before a mark came late is kept beside it; a mark that was known at once leaves nothing to keep.
void write_cell(Cohort& cohort, std::size_t at, Cell cell, std::int32_t lag) {
  if (lag > 0 && cohort.lags.empty()) {
    cohort.lags.assign(cohort.cells.size(), 0);
    cohort.before.assign(cohort.cells.size(), 0);
  }
  if (!cohort.lags.empty()) {
    cohort.lags[at] = static_cast<std::uint16_t>(lag);
    cohort.before[at] = lag > 0 ? cohort.cells[at] : std::uint8_t{0};
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

/// Calls write(cell, its new content) for each session of a lane that the mark is about.
template <class Write>
bool each_cell(const Cohort& cohort, std::uint32_t index, const Mark& mark, const Boarding& boarding, Write write) {
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
    write(cohort.cell_at(index, slot), cell_of(mark, session.units, left));
    written = true;
  }
  return written;
}

void write_mark(Cohort& cohort, std::uint32_t index, const Mark& mark, const Boarding& boarding) {
  const std::int32_t lag = lag_days(mark.date, mark.known_on);
  each_cell(cohort, index, mark, boarding, [&](std::size_t at, Cell cell) { write_cell(cohort, at, cell, lag); });
}

bool school_day(const Cohort& cohort, std::uint32_t index, Date date) {
  const SessionCalendar& calendar = cohort.calendars[cohort.lanes[index].calendar];
  const std::size_t slot = calendar.first_from(date);
  return slot < calendar.slots.size() && calendar.slots[slot].date == date;
}

bool on_school_day(const Cohort& cohort, const std::vector<std::uint32_t>& lanes, Date date) {
  return std::any_of(lanes.begin(), lanes.end(), [&](std::uint32_t lane) { return school_day(cohort, lane, date); });
}

/// Puts the marks of one table where they belong, in the order in which they came: a cell that one mark writes is the
/// same in any order. Where two meet in one cell the later in key order has it, so their child is written again so.
class MarkPlacer {
 public:
  MarkPlacer(Cohort& cohort, const Boarding& boarding, SchoolEvidence& evidence)
      : cohort_(cohort), boarding_(boarding), evidence_(evidence), table_(*cohort.records->table("attendance")),
        reader_(cohort), seats_(seats_of(cohort, boarding)), met_(cohort.records->children.size(), 0) {
    for (const SessionCalendar& calendar : cohort.calendars) slots_.emplace_back(calendar);
  }

  void place() {
    constexpr std::int64_t at_once = 64;
    constexpr std::int64_t ahead = 24;
    for (std::int64_t first = 0; first < table_.rows; first += at_once) {
      stop_point();
      const std::int64_t end = std::min(table_.rows, first + at_once);
      for (std::int64_t row = first; row < end; ++row) {
        if (row + ahead < table_.rows) prefetch(seats_, std::max(0, reader_.child(row + ahead)));
        if (table_.usable(row)) read(row);
      }
      for (const Writing& one : writings_) put(one);  // the cells were asked for while others were read
      writings_.clear();
    }
    write_again();
    write_disputed();
    keep_apart();
  }

 private:
  struct Writing {
    std::size_t at;
    std::int32_t child;
    std::int32_t lag;
    Cell cell;
  };

  /// A mark that was left over, with the part of its key that it does not keep.
  struct Left {
    OutsideMark mark;
    std::int32_t session;
    [[nodiscard]] auto key() const { return std::tuple(mark.school, mark.date, session); }
  };

  void read(std::int64_t row) {
    const Mark mark = reader_.read(row);
    const Seat& seat = seats_[static_cast<std::size_t>(mark.child)];
    withheld_ += seat.withheld ? 1 : 0;
    const bool seated = seat.from <= mark.date && mark.date <= seat.to && (mark.school < 0 || mark.school == seat.school);
    if (seated) place_seated(mark, seat);
    else place_elsewhere(mark);
  }

  void put(const Writing& one) {
    if (cohort_.cells[one.at] != Cell(State::not_recorded, 0).byte) met_[static_cast<std::size_t>(one.child)] = 1;
    else write_cell(cohort_, one.at, one.cell, one.lag);
  }

  void place_seated(const Mark& mark, const Seat& seat) {
    evidence_.add(seat.school, mark.state);
    const auto [begin, end] = slots_[seat.calendar].of(mark.date);
    const Slot* slots = cohort_.calendars[seat.calendar].slots.data();
    const std::int32_t lag = lag_days(mark.date, mark.known_on);
    bool written = false;
    std::int32_t left = mark.units;
    for (std::uint32_t slot = begin; slot < end; ++slot) {
      const Slot& session = slots[slot];
      const bool meant = mark.session < 0 || session.session < 0 || session.session == mark.session;
      if (!meant || (session.profiles & seat.profile) == 0) continue;
      const std::size_t at = seat.first_cell + std::size_t{slot} * tile_lanes;
      prefetch(cohort_.cells, static_cast<std::int64_t>(at));
      writings_.push_back({at, mark.child, lag, cell_of(mark, session.units, left)});
      written = true;
    }
    if (!written) leave(mark, begin == end ? Reason::non_school_day : Reason::none);
  }

  void place_elsewhere(const Mark& mark) {
    find_lanes(cohort_, mark, lanes_);
    const std::int32_t lag = lag_days(mark.date, mark.known_on);
    const auto write = [&](std::size_t at, Cell cell) { writings_.push_back({at, mark.child, lag, cell}); };
    bool written = false;
    for (const std::uint32_t lane : lanes_) {
      written = each_cell(cohort_, lane, mark, boarding_, write) || written;
      evidence_.add(cohort_.lanes[lane].school, mark.state);
    }
    if (mark.school >= 0) evidence_.add(mark.school, mark.state);
    if (written) return;
    // a voluntary session, such as evening study, shows that the child was there and is nobody's duty: it has no reason
    Reason reason = Reason::none;
    if (lanes_.empty()) {
      const auto child = static_cast<std::size_t>(mark.child);
      const bool enrolled = cohort_.child_begin[child] != cohort_.child_begin[child + 1];
      reason = enrolled ? Reason::outside_enrolment : Reason::no_enrolment;
    } else if (!on_school_day(cohort_, lanes_, mark.date)) {
      reason = Reason::non_school_day;
    }
    leave(mark, reason);
  }

  void leave(const Mark& mark, Reason reason) {
    left_.push_back({{mark.child, mark.school, mark.date, mark.known_on, mark.state, reason}, mark.session});
  }

  /// The children of whom two marks met, from the paperwork on and in the order of the key.
  void write_again() {
    const auto before = [&](std::int64_t row, std::int32_t child) { return reader_.child(row) < child; };
    std::size_t step = 0;
    for (std::size_t child = 0; child < met_.size(); ++child) {
      if (met_[child] == 0) continue;
      for (std::uint32_t at = cohort_.child_begin[child]; at < cohort_.child_begin[child + 1]; ++at) {
        clear_lane(cohort_, cohort_.lanes_by_child[at], boarding_);
      }
      const auto code = static_cast<std::int32_t>(child);
      for (auto row = std::lower_bound(table_.order.begin(), table_.order.end(), code, before);
           row != table_.order.end() && reader_.child(*row) == code; ++row) {
        stop_point_at(++step);
        const Mark mark = reader_.read(*row);
        find_lanes(cohort_, mark, lanes_);
        for (const std::uint32_t lane : lanes_) write_mark(cohort_, lane, mark, boarding_);
      }
    }
  }

  void write_disputed() {
    std::size_t step = 0;
    for (const std::int64_t row : table_.disputed) {
      stop_point_at(++step);
      Mark mark = reader_.read(row);
      mark.state = State::disputed;
      mark.units = 0;
      find_lanes(cohort_, mark, lanes_);
      for (const std::uint32_t lane : lanes_) write_mark(cohort_, lane, mark, boarding_);
    }
  }

  /// What fits nowhere, in the order of the key: first by child, because it may be every mark.
  void keep_apart() {
    auto& apart = cohort_.ledger.tables.at("attendance").kept_apart;
    if (withheld_ > 0) apart[Reason::consent] += withheld_;
    std::vector<std::size_t> next(met_.size() + 1, 0);
    for (const Left& one : left_) {
      if (one.mark.reason != Reason::none) ++apart[one.mark.reason];
      ++next[static_cast<std::size_t>(one.mark.child) + 1];
    }
    for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
    std::vector<Left> dealt(left_.size());
    for (std::size_t i = 0; i < left_.size(); ++i) {
      stop_point_at(i);
      dealt[next[static_cast<std::size_t>(left_[i].mark.child)]++] = left_[i];
    }
    left_ = {};
    const auto before = [](const Left& a, const Left& b) { return a.key() < b.key(); };
    cohort_.outside.reserve(dealt.size());
    std::size_t begin = 0;
    for (std::size_t child = 0; child < met_.size(); begin = next[child++]) {
      stop_point_at(child);
      const auto first = dealt.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = dealt.begin() + static_cast<std::ptrdiff_t>(next[child]);
      if (!std::is_sorted(first, last, before)) std::sort(first, last, before);
      for (auto it = first; it != last; ++it) cohort_.outside.push_back(it->mark);
    }
  }

  Cohort& cohort_;
  const Boarding& boarding_;
  SchoolEvidence& evidence_;
  const RecordTable& table_;
  MarkReader reader_;
  std::vector<Seat> seats_;
  std::vector<SlotsByDate> slots_;
  std::vector<std::uint8_t> met_;  ///< children of whom two marks met in one cell
  std::vector<std::uint32_t> lanes_;
  std::vector<Writing> writings_;
  std::vector<Left> left_;
  std::int64_t withheld_ = 0;
};

}  // namespace

SchoolEvidence place_marks(Cohort& cohort, const Boarding& boarding) {
  SchoolEvidence evidence(static_cast<std::size_t>(cohort.records->places.size()));
  if (cohort.records->table("attendance") != nullptr) MarkPlacer(cohort, boarding, evidence).place();
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
  const Slot* slots = calendar.slots.data();
  const std::size_t held = calendar.slots.size();
  const std::size_t first_cell = held == 0 ? 0 : cohort.cell_at(index, 0);
  const Date last = lane.to;
  std::size_t next = 0;
  for (std::size_t slot = calendar.first_from(lane.from); slot < held; ++slot) {
    const Slot& session = slots[slot];
    if (session.date > last) break;
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
    const std::size_t at = first_cell + slot * tile_lanes;
    if (Cell{cohort.cells[at]}.state() == State::not_recorded) {
      write_cell(cohort, at, Cell(State::implied, 0), lag_days(session.date, known_on));
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
