// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/assemble.hpp>

#include "care_tables.hpp"
#include "dated_rows.hpp"
#include "family.hpp"
#include "known_rows.hpp"
#include "lanes.hpp"
#include "marks.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace childwell::inline v0_1 {

namespace detail {
namespace {

/// Where the home of a child is not told, that of its household stands for it.
void read_households(Cohort& cohort, Date known_by) {
  const Records& records = *cohort.records;
  const RecordTable* table = records.table("households");
  if (table == nullptr) return;
  std::map<std::int32_t, std::int32_t> homes;
  for (const std::int64_t row : rows_known(records, "households", known_by)) {
    homes[table->code(table->column("household"), row)] = table->code(table->column("place"), row);
  }
  for (ChildFacts& facts : cohort.children) {
    const auto home = facts.home < 0 ? homes.find(facts.household) : homes.end();
    if (home != homes.end()) facts.home = home->second;
  }
}

void read_children(Cohort& cohort, Date known_by) {
  const Records& records = *cohort.records;
  cohort.children.resize(records.children.size());
  for (const auto& [name, table] : records.tables) {
    const RecordColumn& child = table.column("child");
    if (!child.given()) continue;
    for (std::int64_t row = 0; row < table.rows; ++row) {  // in the order of memory: the flags are the same in any
      stop_point_at(static_cast<std::size_t>(row) + 1);
      const std::int32_t code = table.usable(row) ? table.code(child, row) : -1;
      if (code >= 0) cohort.children[static_cast<std::size_t>(code)].used = true;
    }
    for (const std::int64_t row : table.disputed) {
      // a child whose papers contradict each other is still a child that somebody wrote down
      const std::int32_t code = table.code(child, row);
      if (code >= 0) cohort.children[static_cast<std::size_t>(code)].used = true;
    }
  }
  if (const RecordTable* table = records.table("children")) {
    for (const std::int64_t row : table->order) {
      ChildFacts& facts = cohort.children[static_cast<std::size_t>(table->code(table->column("child"), row))];
      facts.sex = table->word(table->column("sex"), row);
      facts.birth_month = table->date(table->column("birth_month"), row);
      facts.household = table->code(table->column("household"), row);
    }
  }
  if (const RecordTable* table = records.table("residence")) {
    for (const std::int64_t row : rows_known(records, "residence", known_by)) {  // by child and date: the last one stands
      cohort.children[static_cast<std::size_t>(table->code(table->column("child"), row))].home =
          table->code(table->column("place"), row);
    }
  }
  read_households(cohort, known_by);
}

struct ConsentStatement {
  Date from;
  Date to;
  bool stands;  ///< given, or not needed; not refused and not withdrawn
};

/// From each statement to the next: withheld where it was refused or withdrawn, or given for a time that is over.
void add_withheld(std::vector<ConsentStatement>& statements, Subject subject, std::int32_t recipient, std::vector<WithheldSpell>& spells) {
  // of one day the refusal stands last and decides, whatever else was given to another recipient
  std::stable_sort(statements.begin(), statements.end(), [](const ConsentStatement& a, const ConsentStatement& b) {
    return std::tie(a.from, b.stands) < std::tie(b.from, a.stands);
  });
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const ConsentStatement& said = statements[i];
    const Date next = i + 1 < statements.size() ? Date{statements[i + 1].from.days - 1} : open_end;
    if (said.stands && said.to == open_end) continue;
    const Date from = said.stands ? Date{said.to.days + 1} : said.from;
    if (from <= next) spells.push_back({subject, from, next, recipient});
  }
}

/// The position among those who are given lists; -1 for nobody, and for whoever else was named: then it is about all.
std::int32_t listed_recipient(const Records& records, std::int32_t name) {
  if (name < 0) return -1;
  const auto found = std::find(records.recipients.begin(), records.recipients.end(), records.names.text(name));
  return found == records.recipients.end() ? -1 : static_cast<std::int32_t>(found - records.recipients.begin());
}

/// Consent is a matter of one purpose, and may be of one table: what is withdrawn for another does not count here. One
/// that is named for somebody who is given lists is about what is shown there, and keeps nothing from being measured.
void read_consents(Cohort& cohort) {
  const Records& records = *cohort.records;
  const RecordTable* table = records.table("consents");
  if (table == nullptr) return;
  std::map<std::tuple<std::int32_t, Subject, std::int32_t>, std::vector<ConsentStatement>> statements;
  for (const std::int64_t row : table->order) {
    const std::int32_t purpose = table->code(table->column("purpose"), row);
    if (purpose < 0 || records.names.text(purpose) != records.purpose) continue;
    const std::uint8_t basis = table->word(table->column("basis"), row);
    const Date told = table->date(table->column("from"), row);
    const Date from = told.known() ? told : Date{-1'000'000};  // before every school
    const Date to = table->date(table->column("to"), row);
    const std::int32_t named = table->code(table->column("table"), row);
    const std::string_view of = named < 0 ? std::string_view() : std::string_view(records.names.text(named));
    const std::int32_t child = table->code(table->column("child"), row);
    const std::int32_t recipient = listed_recipient(records, table->code(table->column("recipient"), row));
    for (std::size_t subject = 0; subject < subject_tables.size(); ++subject) {
      if (!of.empty() && of != subject_tables[subject]) continue;
      statements[{child, static_cast<Subject>(subject), recipient}].push_back({from, to.known() ? to : open_end, basis != 2 && basis != 3});
    }
  }
  for (auto& [key, said] : statements) {
    std::vector<WithheldSpell> spells;
    const auto& [child, subject, recipient] = key;
    add_withheld(said, subject, recipient, spells);
    auto& all = cohort.withheld_spells[child];
    all.insert(all.end(), spells.begin(), spells.end());
    if (all.empty()) cohort.withheld_spells.erase(child);
  }
}

void split_levels(const Records& records, std::int32_t levels, Paper& paper) {
  if (levels < 0) return;
  const std::string_view text = records.names.text(levels);
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    paper.levels.push_back(records.names.find(text.substr(begin, end - begin)));
    paper.level_names.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

using PaperKey = std::tuple<std::int32_t, std::int32_t, std::int32_t>;

std::map<PaperKey, std::uint32_t> read_papers(Cohort& cohort) {
  std::map<PaperKey, std::uint32_t> numbers;
  const RecordTable* table = cohort.records->table("exams");
  if (table == nullptr) return numbers;
  for (const std::int64_t row : table->order) {
    Paper paper;
    paper.exam = table->code(table->column("exam"), row);
    paper.subject = table->code(table->column("subject"), row);
    paper.paper = table->code(table->column("paper"), row);
    paper.setter = table->code(table->column("setter"), row);
    paper.date = table->date(table->column("date"), row);
    paper.known_on = table->date(table->column("known_on"), row);
    paper.full = table->number(table->column("full"), row);
    paper.scope = table->word(table->column("scope"), row);
    paper.ordered_levels = table->word(table->column("scale"), row) == 1;
    split_levels(*cohort.records, table->code(table->column("levels"), row), paper);
    numbers.emplace(PaperKey{paper.exam, paper.subject, paper.paper}, static_cast<std::uint32_t>(cohort.papers.size()));
    cohort.papers.push_back(std::move(paper));
  }
  return numbers;
}

std::uint32_t paper_of(Cohort& cohort, std::map<PaperKey, std::uint32_t>& numbers, const PaperKey& key) {
  const auto exact = numbers.find(key);
  if (exact != numbers.end()) return exact->second;
  const auto first = numbers.lower_bound({std::get<0>(key), std::get<1>(key), -1});
  const bool same = first != numbers.end() && std::get<0>(first->first) == std::get<0>(key) &&
                    std::get<1>(first->first) == std::get<1>(key);
  if (same && std::get<2>(key) < 0) return first->second;
  // without a table of exams, every exam and subject is one paper of unknown scope
  Paper paper;
  paper.exam = std::get<0>(key);
  paper.subject = std::get<1>(key);
  paper.paper = std::get<2>(key);
  const auto number = static_cast<std::uint32_t>(cohort.papers.size());
  cohort.papers.push_back(paper);
  numbers.emplace(key, number);
  return number;
}

/// Sums that name a child; those of places are published as they are.
void read_totals(Cohort& cohort) {
  const RecordTable* table = cohort.records->table("attendance_totals");
  if (table == nullptr) return;
  auto& apart = cohort.ledger.tables.at("attendance_totals").kept_apart;
  const auto lag = cohort.records->lag_days.find("attendance_totals");
  const std::int32_t lag_days = lag == cohort.records->lag_days.end() ? 0 : lag->second;
  const auto count = [&](std::string_view column, std::int64_t row) {
    const std::int64_t value = table->integer(table->column(column), row);
    return value == missing_integer ? 0 : value;
  };
  for (const std::int64_t row : table->order) {
    const std::int32_t child = table->code(table->column("child"), row);
    if (child < 0) continue;
    const Date from = table->date(table->column("from"), row);
    const Date to = table->date(table->column("to"), row);
    const Date known = table->date(table->column("known_on"), row);
    cohort.totals.push_back({child, from, to, known.known() || !to.known() ? known : Date{to.days + lag_days},
                             count("sessions_possible", row), count("absent_excused", row),
                             count("absent_unexcused", row), count("absent_unknown", row), count("late", row)});
    if (cohort.ever_withheld(child, Subject::attendance)) ++apart[Reason::consent];
  }
  std::stable_sort(cohort.totals.begin(), cohort.totals.end(), [](const ChildTotals& a, const ChildTotals& b) {
    return std::tie(a.child, a.from, a.to) < std::tie(b.child, b.from, b.to);
  });
  // of sums that overlap, such as a week and its month, the first to begin counts, and the others stand apart
  std::size_t kept = 0;
  for (const ChildTotals& totals : cohort.totals) {
    const bool again = kept > 0 && cohort.totals[kept - 1].child == totals.child;
    if (again && totals.from <= cohort.totals[kept - 1].to) ++apart[Reason::spell_overlap];
    else cohort.totals[kept++] = totals;
  }
  cohort.totals.resize(kept);
}

void read_results(Cohort& cohort) {
  auto numbers = read_papers(cohort);
  const RecordTable* table = cohort.records->table("exam_results");
  if (table == nullptr) return;
  const auto lag = cohort.records->lag_days.find("exam_results");
  const std::int32_t lag_days = lag == cohort.records->lag_days.end() ? 0 : lag->second;
  auto& apart = cohort.ledger.tables.at("exam_results").kept_apart;
  std::size_t step = 0;
  const RecordColumn& child = table->column("child");
  const RecordColumn& exam = table->column("exam");
  const RecordColumn& subject = table->column("subject");
  const RecordColumn& paper = table->column("paper");
  const RecordColumn& value = table->column("value");
  const RecordColumn& level = table->column("level");
  const RecordColumn& word = table->column("status");
  const RecordColumn& told = table->column("known_on");
  cohort.results.reserve(table->order.size());
  for (const std::int64_t row : table->order) {
    stop_point_at(++step);
    PaperResult result;
    result.child = table->code(child, row);
    result.paper = paper_of(cohort, numbers, {table->code(exam, row), table->code(subject, row), table->code(paper, row)});
    result.value = table->number(value, row);
    result.level = table->code(level, row);
    const std::uint8_t status = table->word(word, row);
    result.status = status == missing_word ? std::uint8_t{0} : status;  // a result without a status was sat
    const Date known = table->date(told, row);
    const Date date = cohort.papers[result.paper].date;
    result.known_on = known.known() ? known : (date.known() ? Date{date.days + lag_days} : Date{});
    // when the work was handed in says better than the paper's date whether the child was enrolled then
    const Date when = known.known() ? known : date;
    if (!enrolled_on(cohort, result.child, when)) {
      const auto at = static_cast<std::size_t>(result.child);
      const bool ever = cohort.child_begin[at] != cohort.child_begin[at + 1];
      ++apart[ever ? Reason::outside_enrolment : Reason::no_enrolment];
    }
    if (cohort.ever_withheld(result.child, Subject::exam_results)) ++apart[Reason::consent];
    cohort.results.push_back(result);
  }
  std::stable_sort(cohort.results.begin(), cohort.results.end(), [](const PaperResult& a, const PaperResult& b) {
    return std::tie(a.child, a.paper) < std::tie(b.child, b.paper);
  });
}

}  // namespace
}  // namespace detail

Cohort assemble(std::shared_ptr<const Records> records, Date known_by) {
  using namespace detail;
  Cohort cohort;
  cohort.records = std::move(records);
  cohort.ledger = cohort.records->ledger;
  cohort.news = days_of_news(*cohort.records);
  cohort.places = Places(*cohort.records, known_by);
  read_children(cohort, known_by);
  read_consents(cohort);
  cohort.lanes = read_lanes(*cohort.records, cohort);
  Calendars calendars(*cohort.records, cohort.places, known_by);
  const Boarding boarding(*cohort.records, known_by);
  lay_tiles(cohort, calendars, boarding);
  if (!calendars.known() && cohort.records->table("attendance") != nullptr) cohort.assumptions["calendar_absent"] = 1;
  read_registers(cohort, place_marks(cohort, boarding));
  read_totals(cohort);
  read_results(cohort);
  read_family(cohort);
  read_screens(cohort);
  read_help(cohort);
  for (const auto& [name, table] : cohort.ledger.tables) {
    const bool timed = name == "registers" || name == "enrolment" || name == "attendance_totals" || name == "contact_log" ||
                       std::find(subject_tables.begin(), subject_tables.end(), name) != subject_tables.end();
    if (timed && table.known_on_assumed > 0) cohort.assumptions["assumed_known_on:" + name] = table.known_on_assumed;
  }
  return cohort;
}

}  // namespace childwell::inline v0_1
