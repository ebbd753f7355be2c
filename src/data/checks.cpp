// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "checks.hpp"

#include "help_checks.hpp"
#include "row_tests.hpp"
#include "screen_checks.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

namespace childwell::inline v0_1::detail {

namespace {

void check_spells(const RecordTable& table, Findings& findings) {
  const RecordColumn& from = table.column("from");
  const RecordColumn& to = table.column("to");
  const std::int32_t end = position(table, "to");
  const bool dates = end >= 0 && table.rule->columns[static_cast<std::size_t>(end)].type == ColumnType::date;
  if (!dates || !from.given() || !to.given()) return;  // a referral goes from one name to another
  refuse(table, findings, "to", Reason::spell_reversed, [&](std::int64_t row) {
    const Date last = table.date(to, row);
    const Date first = table.date(from, row);
    return last.known() && first.known() && last < first;
  });
}

void check_future(const RecordTable& table, Findings& findings, Date received_on) {
  const RecordColumn& date = table.column("date");
  if (!received_on.known() || !date.given() || table.rule->name == "calendar" || table.rule->name == "exams") return;
  const std::int32_t* days = date.codes.data();
  refuse_few(table, findings, "date", Reason::date_future, [days, received_on](std::int64_t row) { return days[row] > received_on.days; });
}

void check_units(const RecordTable& table, Findings& findings) {
  constexpr std::int64_t most = 15;  // four bits of a cell
  if (table.rule->name == "sessions" && table.given("units")) {
    const RecordColumn& units = table.column("units");
    refuse(table, findings, "units", Reason::weight, [&](std::int64_t row) {
      const std::int64_t value = table.integer(units, row);
      return value != missing_integer && (value < 1 || value > most);
    });
  }
  if (table.rule->name == "attendance" && table.given("units_absent")) {
    const std::int64_t* units = table.column("units_absent").integers.data();
    refuse_few(table, findings, "units_absent", Reason::weight, [units](std::int64_t row) {
      return (units[row] != missing_integer) & ((units[row] < 0) | (units[row] > most));
    });
  }
}

/// Dates of one state of a parent are known to lie between two days, and the states follow each other.
void check_absences(const RecordTable& table, Findings& findings, Date received_on) {
  const auto of = [&](std::string_view column, std::int64_t row) { return table.date(table.column(column), row); };
  const auto reversed = [](Date begin, Date end) { return begin.known() && end.known() && end < begin; };
  refuse(table, findings, "from_latest", Reason::spell_reversed,
         [&](std::int64_t row) { return reversed(of("from_earliest", row), of("from_latest", row)); });
  refuse(table, findings, "to_latest", Reason::spell_reversed, [&](std::int64_t row) {
    const Date latest = of("to_latest", row);
    return reversed(of("to_earliest", row), latest) || reversed(of("from_earliest", row), latest);
  });
  if (!received_on.known()) return;
  refuse(table, findings, "from_earliest", Reason::date_future,
         [&](std::int64_t row) { return of("from_earliest", row) > received_on; });
}

void check_contacts(const RecordTable& table, Findings& findings, Date received_on) {
  constexpr std::int64_t minutes_a_day = 1440, seconds_a_day = 86'400;
  const RecordColumn& time = table.column("time");
  const RecordColumn& seconds = table.column("seconds");
  refuse(table, findings, "time", Reason::date_future, [&](std::int64_t row) {
    return received_on.known() && table.minute(time, row) >= (received_on.days + std::int64_t{1}) * minutes_a_day;
  });
  refuse(table, findings, "seconds", Reason::weight, [&](std::int64_t row) {
    const std::int64_t length = table.integer(seconds, row);
    return length != missing_integer && (length < 0 || length > seconds_a_day);
  });
}

void check_totals(const RecordTable& table, Findings& findings) {
  const RecordColumn& possible = table.column("sessions_possible");
  const RecordColumn* counts[] = {&table.column("absent_excused"), &table.column("absent_unexcused"),
                                  &table.column("absent_unknown"), &table.column("late")};
  refuse(table, findings, "sessions_possible", Reason::weight, [&](std::int64_t row) {
    constexpr std::int64_t most_of_a_child = 65'535;  // sessions: more than a school life has
    const std::int64_t all = table.integer(possible, row);
    if (table.code(table.column("child"), row) >= 0 && all > most_of_a_child) return true;
    std::int64_t absent = 0;
    for (int i = 0; i < 4; ++i) {
      const std::int64_t count = table.integer(*counts[i], row);
      if (count == missing_integer) continue;
      if (count < 0 || count > all) return true;
      if (i < 3) absent += count;
    }
    return all < 0 || absent > all;
  });
  refuse(table, findings, "place", Reason::id_missing, [&](std::int64_t row) {
    return table.code(table.column("child"), row) < 0 && table.code(table.column("place"), row) < 0;
  });
}

void check_papers(const RecordTable& table, Findings& findings) {
  const RecordColumn& scale = table.column("scale");
  const RecordColumn& full = table.column("full");
  const std::uint8_t levels = word_of(table, "scale", "levels");
  refuse(table, findings, "full", Reason::score_range, [&](std::int64_t row) {
    if (table.word(scale, row) == levels) return false;
    return !(table.number(full, row) > 0);
  });
}

void check_results(const RecordTable& table, Findings& findings) {
  const RecordColumn& value = table.column("value");
  const RecordColumn& level = table.column("level");
  const RecordColumn& status = table.column("status");
  const std::uint8_t sat = word_of(table, "status", "sat");
  const auto has_result = [&](std::int64_t row) {
    return !std::isnan(table.number(value, row)) || table.code(level, row) >= 0;
  };
  refuse(table, findings, "value", Reason::score_range, [&](std::int64_t row) {
    const std::uint8_t word = table.word(status, row);
    if (table.number(value, row) < 0) return true;
    return (word == sat || word == missing_word) && !has_result(row);
  });
  refuse(table, findings, "status", Reason::score_token, [&](std::int64_t row) {
    const std::uint8_t word = table.word(status, row);
    const bool no_result = word != sat && word != missing_word && word != word_of(table, "status", "void");
    return no_result && has_result(row);
  });
}

void check_links(const RecordTable& table, Findings& findings) {
  const bool lineage = table.rule->name == "lineage";
  const RecordColumn& old = table.column(lineage ? "old" : "place");
  const RecordColumn& other = table.column(lineage ? "new" : "parent");
  refuse(table, findings, lineage ? "new" : "parent", Reason::cross, [&](std::int64_t row) {
    const std::int32_t code = table.code(old, row);
    return code >= 0 && code == table.code(other, row);
  });
}

void check_session_names(const Checked& checked, const Records& records) {
  const auto sessions = checked.find("sessions");
  if (sessions == checked.end()) return;
  const RecordTable& declared = *sessions->second.table;
  const RecordColumn& name = declared.column("session");
  std::vector<std::uint8_t> unknown(static_cast<std::size_t>(records.names.size()) + 1, 1);  // by name, behind "none named"
  unknown[0] = 0;
  // a row of sessions that was set aside still names its session: its marks are not at fault
  for (std::int64_t row = 0; row < declared.rows; ++row) unknown[static_cast<std::size_t>(declared.code(name, row) + 1)] = 0;
  for (const std::string_view user : {"attendance", "registers"}) {
    const auto found = checked.find(user);
    if (found == checked.end()) continue;
    const RecordTable& table = *found->second.table;
    const std::vector<std::int32_t>& session = table.column("session").codes;
    if (session.empty()) continue;
    const std::int32_t* codes = session.data();
    const std::uint8_t* refused = unknown.data() + 1;
    refuse_few(table, *found->second.findings, "session", Reason::term_unknown,
               [codes, refused](std::int64_t row) { return refused[codes[row]] != 0; });
  }
}

void check_calendar_span(const Checked& checked) {
  const auto calendar = checked.find("calendar");
  const auto attendance = checked.find("attendance");
  if (calendar == checked.end() || attendance == checked.end()) return;
  const RecordTable& days = *calendar->second.table;
  const RecordColumn& date = days.column("date");
  Date first = open_end;
  Date last;
  for (std::int64_t row = 0; row < days.rows; ++row) {
    const Date day = days.date(date, row);  // also of a row that was set aside for another reason
    if (!day.known()) continue;
    first = std::min(first, day);
    last = std::max(last, day);
  }
  if (!last.known()) return;
  const RecordTable& marks = *attendance->second.table;
  const std::int32_t* when = marks.column("date").codes.data();
  refuse_few(marks, *attendance->second.findings, "date", Reason::term_unknown,
             [when, first, last](std::int64_t row) { return (when[row] < first.days) | (when[row] > last.days); });
}

using Paper = std::tuple<std::int32_t, std::int32_t, std::int32_t>;

std::vector<std::string_view> levels_of(std::string_view text) {
  std::vector<std::string_view> levels;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    levels.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return levels;
}

/// Results are judged by the paper they were sat on: it must have been set, and the mark must lie on its scale.
void check_results_against_papers(const Checked& checked, const Records& records) {
  const auto exams = checked.find("exams");
  const auto results = checked.find("exam_results");
  if (exams == checked.end() || results == checked.end()) return;
  const RecordTable& set = *exams->second.table;
  std::map<Paper, std::int64_t> papers;
  std::set<std::pair<std::int32_t, std::int32_t>> without_full;  // papers that were set, and whose full marks nobody gave
  for (std::int64_t row = 0; row < set.rows; ++row) {
    const auto& refused = exams->second.findings->quarantined;
    const auto found = refused.find(row);
    if (found != refused.end() && found->second.reason == Reason::score_range) {
      without_full.emplace(set.code(set.column("exam"), row), set.code(set.column("subject"), row));
    }
    if (exams->second.findings->fates[static_cast<std::size_t>(row)] != 0) continue;
    papers.emplace(Paper{set.code(set.column("exam"), row), set.code(set.column("subject"), row),
                         set.code(set.column("paper"), row)}, row);
  }
  const RecordTable& table = *results->second.table;
  Findings& findings = *results->second.findings;
  const RecordColumn& exam = table.column("exam");
  const RecordColumn& subject = table.column("subject");
  const RecordColumn& paper = table.column("paper");
  const auto find = [&](std::int64_t row) -> std::int64_t {
    const Paper wanted{table.code(exam, row), table.code(subject, row), table.code(paper, row)};
    const auto exact = papers.find(wanted);
    if (exact != papers.end()) return exact->second;
    if (std::get<2>(wanted) >= 0) return -1;
    // a result that names no paper belongs to the only one that was set
    const auto first = papers.lower_bound({std::get<0>(wanted), std::get<1>(wanted), -1});
    if (first == papers.end() || std::get<0>(first->first) != std::get<0>(wanted) ||
        std::get<1>(first->first) != std::get<1>(wanted)) {
      return -1;
    }
    const auto second = std::next(first);
    const bool only = second == papers.end() || std::get<0>(second->first) != std::get<0>(wanted) ||
                      std::get<1>(second->first) != std::get<1>(wanted);
    return only ? first->second : -1;
  };
  refuse(table, findings, "value", Reason::score_range, [&](std::int64_t row) {
    return find(row) < 0 && without_full.contains({table.code(exam, row), table.code(subject, row)});
  });
  refuse(table, findings, "exam", Reason::term_unknown, [&](std::int64_t row) { return find(row) < 0; });
  refuse(table, findings, "value", Reason::score_range, [&](std::int64_t row) {
    const double full = set.number(set.column("full"), find(row));
    return table.number(table.column("value"), row) > full;
  });
  refuse(table, findings, "level", Reason::code_unknown, [&](std::int64_t row) {
    const std::int32_t level = table.code(table.column("level"), row);
    const std::int32_t declared = set.code(set.column("levels"), find(row));
    if (level < 0 || declared < 0) return false;
    const auto levels = levels_of(records.names.text(declared));
    return std::find(levels.begin(), levels.end(), records.names.text(level)) == levels.end();
  });
}

}  // namespace

void check_rows(RecordTable& table, Findings& findings, const AdmitOptions& options) {
  const std::string_view name = table.rule->name;
  check_spells(table, findings);
  check_future(table, findings, options.received_on);
  check_units(table, findings);
  if (name == "attendance_totals") check_totals(table, findings);
  if (name == "migration") check_absences(table, findings, options.received_on);
  if (name == "contacts") check_contacts(table, findings, options.received_on);
  if (name == "exams") check_papers(table, findings);
  if (name == "exam_results") check_results(table, findings);
  if (name == "lineage" || name == "places") check_links(table, findings);
  if (name == "screens") check_screens(table, findings);
  if (name == "collections") check_collections(table, findings);
  check_help(table, findings, options.received_on);
}

void check_references(const Checked& checked, const Records& records) {
  check_session_names(checked, records);
  check_calendar_span(checked);
  check_results_against_papers(checked, records);
  check_named_elsewhere(checked, "screens", "collection", "collections");
  check_named_elsewhere(checked, "services", "programme", "programmes");
  check_items(checked, records);
}

}  // namespace childwell::inline v0_1::detail
