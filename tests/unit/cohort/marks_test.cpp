// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Marks are ordered and placed by shortcuts; here plain maps and loops do the same, on studies with everything wrong.
#include <childwell/cohort/assemble.hpp>
#include <childwell/data/admit.hpp>
#include <childwell/data/arrow_export.hpp>

#include <data/keys.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace childwell;

// ---- made-up studies ----

constexpr std::int32_t first_monday = 20332;  // 2025-09-01
constexpr std::int32_t no_day = Date{}.days;

/// A table by columns of texts and of days; an empty text and no_day are missing.
class Draft {
 public:
  void text(const std::string& name, const std::vector<std::string>& values) {
    ExportColumn column{name, "i", nullptr, nullptr, true, {}, nullptr};
    auto codes = std::make_shared<std::vector<std::int32_t>>();
    auto valid = std::make_shared<std::vector<std::uint8_t>>(values.size() / 8 + 1, std::uint8_t{0});
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto found = std::find(column.texts.begin(), column.texts.end(), values[i]);
      codes->push_back(static_cast<std::int32_t>(found - column.texts.begin()));
      if (found == column.texts.end()) column.texts.push_back(values[i]);
      if (!values[i].empty()) (*valid)[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
    }
    finish(std::move(column), codes, valid, values.size());
  }

  void days(const std::string& name, const std::vector<std::int32_t>& values, const char* format = "tdD") {
    auto numbers = std::make_shared<std::vector<std::int32_t>>(values);
    auto valid = std::make_shared<std::vector<std::uint8_t>>(values.size() / 8 + 1, std::uint8_t{0});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != no_day) (*valid)[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
    }
    finish({name, format, nullptr, nullptr, false, {}, nullptr}, numbers, valid, values.size());
  }

  void numbers(const std::string& name, const std::vector<std::int32_t>& values) { days(name, values, "i"); }

  void add(ExportColumn column) { columns_.push_back(std::move(column)); }

  [[nodiscard]] RawTable table(const std::string& name) const { return RawTable::read(name, export_stream(columns_, rows_, {})); }

 private:
  void finish(ExportColumn column, const std::shared_ptr<std::vector<std::int32_t>>& values,
              const std::shared_ptr<std::vector<std::uint8_t>>& valid, std::size_t rows) {
    column.values = values->data();
    column.validity = valid->data();
    column.keep = std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(values, valid);
    columns_.push_back(std::move(column));
    rows_ = static_cast<std::int64_t>(rows);
  }

  std::vector<ExportColumn> columns_;
  std::int64_t rows_ = 0;
};

class Study {
 public:
  explicit Study(unsigned seed) : engine_(seed) {}

  /// The fewer the days and children, the more marks meet. `by_date` puts them in the order of a real export.
  std::vector<RawTable> tables(int children, int marks, int days, bool by_date) {
    std::vector<RawTable> all;
    all.push_back(places());
    all.push_back(lineage());
    all.push_back(calendar(days));
    if (chance(0.8)) all.push_back(sessions());
    if (chance(0.9)) all.push_back(enrolment(children, days));
    if (chance(0.7)) all.push_back(boarding(children, days));
    all.push_back(attendance(children, marks, days, by_date));
    return all;
  }

 private:
  int below(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  bool chance(double p) { return static_cast<double>(engine_() >> 8U) < p * 16777216.0; }
  std::string one_of(const std::vector<std::string>& words) { return words[static_cast<std::size_t>(below(static_cast<int>(words.size())))]; }
  std::string school() { return one_of({"north", "south", "east", "west"}); }
  static std::string child(int number) { return "made-up-" + std::to_string(number); }

  RawTable places() {
    Draft draft;
    draft.text("place", {"city", "north", "south", "east", "west"});
    draft.text("kind", {"city", "school", "school", "school", "school"});
    draft.text("parent", {"", "city", "city", "city", "city"});
    return draft.table("places");
  }

  RawTable lineage() {
    Draft draft;
    draft.text("old", {"east"});
    draft.text("new", {"west"});
    draft.text("kind", {"merged"});
    draft.days("date", {first_monday + 5});
    return draft.table("lineage");
  }

  RawTable calendar(int days) {
    std::vector<std::string> place, kind;
    std::vector<std::int32_t> date;
    for (int day = 0; day < days; ++day) {
      if (day % 7 > 4) continue;
      place.push_back("city");
      date.push_back(first_monday + day);
      kind.push_back(chance(0.1) ? "holiday" : "school_day");
      if (!chance(0.1)) continue;
      place.push_back("south");
      date.push_back(first_monday + day);
      kind.push_back("closure");
    }
    Draft draft;
    draft.text("place", place);
    draft.days("date", date);
    draft.text("kind", kind);
    return draft.table("calendar");
  }

  RawTable sessions() {
    Draft draft;
    draft.text("school", {"", "", "", "north", "", ""});
    draft.text("session", {"am", "pm", "evening", "am", "evening", "club"});
    draft.text("group", {"", "", "full", "", "five_day", ""});
    draft.numbers("units", {2, 2, 1, 3, 1, 1});
    draft.text("compulsory", {"1", "1", "1", "1", "0", "0"});
    draft.days("from", {no_day, no_day, no_day, first_monday + 3, no_day, no_day});
    return draft.table("sessions");
  }

  RawTable enrolment(int children, int days) {
    std::vector<std::string> who, where, kind, stage;
    std::vector<std::int32_t> from, to, known;
    for (int number = 0; number < children; ++number) {
      const int spells = chance(0.1) ? 0 : chance(0.6) ? 1 : 1 + below(3);
      for (int spell = 0; spell < spells; ++spell) {
        who.push_back(child(number));
        where.push_back(school());
        kind.push_back(one_of({"first", "first", "resume", "suspend", ""}));
        stage.push_back(one_of({"primary", "junior", ""}));
        from.push_back(first_monday + (spell == 0 ? -30 : below(days)));
        to.push_back(chance(0.6) ? no_day : from.back() + below(days));
        known.push_back(chance(0.5) ? no_day : from.back() + below(9));
      }
    }
    Draft draft;
    draft.text("child", who);
    draft.text("school", where);
    draft.text("kind", kind);
    draft.text("stage", stage);
    draft.days("from", from);
    draft.days("to", to);
    draft.days("known_on", known);
    return draft.table("enrolment");
  }

  RawTable boarding(int children, int days) {
    std::vector<std::string> who, group;
    std::vector<std::int32_t> from, to;
    for (int number = 0; number < children; ++number) {
      for (int spell = below(3); spell > 0; --spell) {
        who.push_back(child(number));
        group.push_back(one_of({"day", "five_day", "full"}));
        from.push_back(first_monday - 3 + below(days));
        to.push_back(chance(0.5) ? no_day : from.back() + below(days));
      }
    }
    Draft draft;
    draft.text("child", who);
    draft.text("group", group);
    draft.days("from", from);
    draft.days("to", to);
    return draft.table("boarding");
  }

  RawTable attendance(int children, int marks, int days, bool by_date) {
    const bool whole_days = chance(0.2);
    const bool schools = chance(0.8);
    std::vector<std::tuple<std::int32_t, std::string, std::string, std::string, std::string, std::int32_t, std::int32_t>> rows;
    for (int mark = 0; mark < marks; ++mark) {
      const std::int32_t date = chance(0.01) ? no_day : chance(0.01) ? 60'000 : first_monday + below(days);
      const std::int32_t known = chance(0.6) ? no_day : date == no_day ? first_monday : date + below(4) - 1;
      const std::string code = chance(0.7) ? "present" : one_of({"late", "absent_excused", "absent_unknown", "off_site", "?", "", "ｌate"});
      rows.emplace_back(date, chance(0.01) ? "" : child(below(children)), chance(0.2) ? "" : school(),
                        chance(0.2) ? "" : one_of({"am", "pm", "evening", "am", "pm", "club"}), code,
                        chance(0.7) ? no_day : below(18) - 1, known);
      if (chance(0.05)) rows.push_back(rows[static_cast<std::size_t>(below(static_cast<int>(rows.size())))]);
    }
    if (by_date) std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
    std::vector<std::string> who, where, session, code;
    std::vector<std::int32_t> date, units, known;
    for (const auto& row : rows) {
      date.push_back(std::get<0>(row));
      who.push_back(std::get<1>(row));
      where.push_back(std::get<2>(row));
      session.push_back(std::get<3>(row));
      code.push_back(std::get<4>(row));
      units.push_back(std::get<5>(row));
      known.push_back(std::get<6>(row));
    }
    Draft draft;
    draft.text("child", who);
    if (schools) draft.text("school", where);
    draft.days("date", date);
    if (!whole_days) draft.text("session", session);
    draft.text("code", code);
    draft.numbers("units_absent", units);
    draft.days("known_on", known);
    return draft.table("attendance");
  }

  std::mt19937 engine_;
};

std::shared_ptr<const Records> admitted(std::vector<RawTable> tables) {
  AdmitOptions options;
  options.lag_days["attendance"] = 2;
  auto result = admit(std::move(tables), [](std::string_view, std::string_view id) { return "p" + std::string(id); }, "key", options);
  EXPECT_TRUE(static_cast<bool>(result));
  return std::make_shared<const Records>(std::move(result).value());
}

struct Case {
  int children, marks, days;
  bool by_date;
};
constexpr Case cases[] = {{1, 40, 8, false}, {6, 400, 12, true}, {40, 900, 30, false}, {300, 9000, 40, true}, {60, 3000, 300, false}};

template <class Check>
void each_study(Check check) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    for (const Case& one : cases) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", marks " + std::to_string(one.marks));
      check(admitted(Study(seed).tables(one.children, one.marks, one.days, one.by_date)));
    }
  }
}

// ---- the plain order ----

using Key = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>;

struct Marks {
  explicit Marks(const Records& records) : table(*records.table("attendance")) {}
  [[nodiscard]] std::int32_t child(std::int64_t row) const { return table.code(table.column("child"), row); }
  [[nodiscard]] std::int32_t school(std::int64_t row) const { return table.code(table.column("school"), row); }
  [[nodiscard]] std::int32_t session(std::int64_t row) const { return table.code(table.column("session"), row); }
  [[nodiscard]] Date date(std::int64_t row) const { return table.date(table.column("date"), row); }
  [[nodiscard]] Date known(std::int64_t row) const { return table.date(table.column("known_on"), row); }
  [[nodiscard]] std::uint8_t code(std::int64_t row) const { return table.word(table.column("code"), row); }
  [[nodiscard]] std::int64_t units(std::int64_t row) const { return table.integer(table.column("units_absent"), row); }
  [[nodiscard]] Key key(std::int64_t row) const { return {child(row), school(row), date(row).days, session(row)}; }
  const RecordTable& table;
};

TEST(Marks, AreOrderedAndSettledAsPlainMapsDoIt) {
  std::size_t repeats = 0;
  std::size_t conflicts = 0;
  each_study([&](const std::shared_ptr<const Records>& records) {
    const Marks marks(*records);
    std::vector<bool> aside(static_cast<std::size_t>(marks.table.rows));
    for (const QuarantinedRow& row : records->ledger.tables.at("attendance").quarantine) {
      if (row.reason != Reason::conflict) aside[static_cast<std::size_t>(row.row)] = true;
    }
    std::map<Key, std::vector<std::int64_t>> groups;
    for (std::int64_t row = 0; row < marks.table.rows; ++row) {
      if (!aside[static_cast<std::size_t>(row)]) groups[marks.key(row)].push_back(row);
    }
    std::vector<std::uint32_t> order;
    std::vector<std::int64_t> disputed;
    for (const auto& [key, rows] : groups) {
      const auto same = [&](std::int64_t row) { return marks.code(row) == marks.code(rows[0]) && marks.units(row) == marks.units(rows[0]); };
      if (!std::all_of(rows.begin(), rows.end(), same)) {
        disputed.insert(disputed.end(), rows.begin(), rows.end());
        continue;
      }
      order.push_back(static_cast<std::uint32_t>(*std::min_element(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
        return std::tuple(marks.known(a), a) < std::tuple(marks.known(b), b);
      })));
      repeats += rows.size() - 1;
    }
    conflicts += disputed.size();
    std::sort(disputed.begin(), disputed.end());
    EXPECT_EQ(marks.table.order, order);
    EXPECT_EQ(marks.table.disputed, disputed);
    std::vector<bool> used(aside.size());
    std::int64_t assumed = 0;
    for (const std::uint32_t row : order) {
      used[row] = true;
      assumed += marks.known(row).known() ? 0 : 1;
    }
    for (std::int64_t row = 0; row < marks.table.rows; ++row) EXPECT_EQ(marks.table.usable(row), used[static_cast<std::size_t>(row)]);
    EXPECT_EQ(records->ledger.tables.at("attendance").known_on_assumed, assumed);
  });
  EXPECT_GT(repeats, 1000U);
  EXPECT_GT(conflicts, 1000U);
}

TEST(Marks, KeysTooWideForOneNumberAreOrderedAlike) {
  each_study([](const std::shared_ptr<const Records>& records) {
    const RecordTable& packed = *records->table("attendance");
    RecordTable compared = packed;
    compared.order.clear();
    compared.disputed.clear();
    detail::Findings findings(packed.rows);
    for (const QuarantinedRow& row : records->ledger.tables.at("attendance").quarantine) {
      if (row.reason != Reason::conflict) findings.quarantine(row.row, row.reason, row.column);
    }
    detail::order_by_key(compared, findings, 0);
    EXPECT_EQ(compared.order, packed.order);
    EXPECT_EQ(compared.disputed, packed.disputed);
    EXPECT_EQ(findings.fates, packed.fates);
  });
}

// ---- the plain cells ----

struct Written {
  std::uint8_t byte = 0;
  std::int32_t lag = 0;
  std::uint8_t before = 0;
};

class PlainCohort {
 public:
  explicit PlainCohort(const Cohort& cohort) : cohort_(cohort), marks_(*cohort.records) {
    if (const RecordTable* table = cohort.records->table("boarding")) {
      for (const std::int64_t row : table->order) boarding_[table->code(table->column("child"), row)].push_back(row);
    }
    for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) lay(lane);
    for (const std::int64_t row : marks_.table.order) write(row, false);
    for (const std::int64_t row : marks_.table.disputed) write(row, true);
  }

  std::map<std::pair<std::uint32_t, std::size_t>, Written> cells;
  std::vector<std::int64_t> outside;

 private:
  [[nodiscard]] const SessionCalendar& calendar(std::uint32_t lane) const { return cohort_.calendars[cohort_.lanes[lane].calendar]; }

  [[nodiscard]] std::uint8_t group(std::int32_t child, Date date) const {
    std::uint8_t group = 0;
    const RecordTable* table = cohort_.records->table("boarding");
    const auto rows = boarding_.find(child);
    if (rows == boarding_.end()) return group;
    for (const std::int64_t row : rows->second) {  // by date: of several the last one holds
      const Date to = table->date(table->column("to"), row);
      if (table->date(table->column("from"), row) <= date && (!to.known() || date <= to)) group = table->word(table->column("group"), row);
    }
    return group;
  }

  void lay(std::uint32_t lane) {
    const Lane& spell = cohort_.lanes[lane];
    const auto& slots = calendar(lane).slots;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      if (slots[slot].date < spell.from || slots[slot].date > spell.to) continue;
      const bool expected = slots[slot].expects({spell.stage, group(spell.child, slots[slot].date)});
      const State state = spell.kind == SpellKind::suspend ? State::suspended : expected ? State::not_recorded : State::no_session;
      cells[{lane, slot}] = {Cell(state, 0).byte, 0, 0};
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> lanes_of(std::int64_t row) const {
    std::vector<std::uint32_t> lanes;
    const Date date = marks_.date(row);
    for (const std::uint32_t lane : cohort_.lanes_by_child) {
      const Lane& spell = cohort_.lanes[lane];
      const bool covers = spell.child == marks_.child(row) && spell.from <= date && date <= spell.to;
      if (covers && spell.kind != SpellKind::suspend) lanes.push_back(lane);
    }
    if (lanes.empty()) return lanes;
    const std::int32_t school = marks_.school(row) < 0 ? cohort_.lanes[lanes.back()].school : marks_.school(row);
    std::erase_if(lanes, [&](std::uint32_t lane) { return !cohort_.places.same_line(cohort_.lanes[lane].school, school, date); });
    return lanes;
  }

  void write(std::int64_t row, bool disputed) {
    constexpr State states[] = {State::present,   State::late,           State::excused, State::illness,
                                State::unexcused, State::unknown_reason, State::off_site};
    const State state = disputed ? State::disputed : states[marks_.code(row)];
    const Date date = marks_.date(row);
    const Date known = marks_.known(row);
    bool written = false;
    for (const std::uint32_t lane : lanes_of(row)) {
      const auto& slots = calendar(lane).slots;
      const std::int64_t told = disputed ? 0 : marks_.units(row);
      std::int64_t left = told;
      for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const bool meant = marks_.session(row) < 0 || slots[slot].session < 0 || slots[slot].session == marks_.session(row);
        const bool expected = slots[slot].expects({cohort_.lanes[lane].stage, group(marks_.child(row), date)});
        if (slots[slot].date != date || !meant || !expected) continue;
        std::int64_t units = is_presence(state) ? 0 : slots[slot].units;
        if (told != missing_integer) left -= units = std::min<std::int64_t>(left, slots[slot].units);
        Written& cell = cells.at({lane, slot});
        const std::int32_t lag = std::max(0, (known.known() ? known.days : date.days + 2) - date.days);
        cell = {Cell(state, static_cast<int>(units)).byte, lag, cell.byte};
        written = true;
      }
    }
    if (!written && !disputed) outside.push_back(row);
  }

  const Cohort& cohort_;
  Marks marks_;
  std::map<std::int32_t, std::vector<std::int64_t>> boarding_;
};

TEST(Marks, ArePlacedAsPlainLoopsDoIt) {
  std::size_t late = 0;
  each_study([&](const std::shared_ptr<const Records>& records) {
    const Cohort cohort = assemble(records);
    const PlainCohort plain(cohort);
    for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
      for (std::size_t slot = 0; slot < cohort.calendars[cohort.lanes[lane].calendar].slots.size(); ++slot) {
        const std::size_t at = cohort.cell_at(lane, slot);
        const auto found = plain.cells.find({lane, slot});
        const Written expected = found == plain.cells.end() ? Written{Cell(State::not_enrolled, 0).byte, 0, 0} : found->second;
        ASSERT_EQ(cohort.cells[at], expected.byte);
        ASSERT_EQ(cohort.lags.empty() ? 0 : cohort.lags[at], expected.lag);
        ASSERT_EQ(expected.lag > 0 ? cohort.before[at] : expected.before, expected.before);
        late += expected.lag > 0 && expected.before != 0 ? 1 : 0;
      }
    }
    const Marks marks(*records);
    ASSERT_EQ(cohort.outside.size(), plain.outside.size());
    for (std::size_t i = 0; i < plain.outside.size(); ++i) {
      EXPECT_EQ(cohort.outside[i].child, marks.child(plain.outside[i]));
      EXPECT_EQ(cohort.outside[i].school, marks.school(plain.outside[i]));
      EXPECT_EQ(cohort.outside[i].date, marks.date(plain.outside[i]));
    }
  });
  EXPECT_GT(late, 100U);  // cells in which a late mark met an earlier one
}

}  // namespace
