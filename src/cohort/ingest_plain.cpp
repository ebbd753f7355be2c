// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/ingest.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

struct Row {
  std::int64_t number;
  Cell cell;
};

/// The reasons against a row, in order of the columns, with the column of each.
std::vector<std::pair<Reason, std::int32_t>> reasons_against(const MarkColumns& marks, std::size_t row,
                                                             std::size_t children, const SessionTable& sessions,
                                                             const CodeTable& codes) {
  std::vector<std::pair<Reason, std::int32_t>> reasons;
  const std::int64_t child = marks.child[row];
  if (child < 0 || child >= static_cast<std::int64_t>(children)) reasons.emplace_back(Reason::id_missing, 0);
  bool date_held = false;
  bool found = false;
  for (std::size_t slot = 0; slot < sessions.size(); ++slot) {
    const bool same_date = sessions.dates()[slot] == marks.date[row];
    date_held = date_held || same_date;
    found = found || (same_date && sessions.sessions()[slot] == marks.session[row]);
  }
  if (!found) reasons.emplace_back(Reason::term_unknown, date_held ? 2 : 1);
  const int code = marks.code[row];
  if (code < 0 || code > 15 || codes.bytes()[static_cast<std::size_t>(code)] == 0) {
    reasons.emplace_back(Reason::code_unknown, 3);
  }
  return reasons;
}

}  // namespace

Ingested ingest_plain(const MarkColumns& marks, std::size_t children, const SessionTable& sessions,
                      const CodeTable& codes) {
  if (marks.date.size() != marks.rows() || marks.session.size() != marks.rows() || marks.code.size() != marks.rows()) {
    throw std::invalid_argument("childwell: ingest_plain: the columns differ in length; give one value a row");
  }
  std::map<std::pair<std::int32_t, std::size_t>, std::vector<Row>> by_cell;
  std::map<int, std::pair<std::int64_t, std::set<std::int32_t>>> unknown_codes;
  TableLedger ledger;
  ledger.read = static_cast<std::int64_t>(marks.rows());
  for (std::size_t i = 0; i < marks.rows(); ++i) {
    const auto number = static_cast<std::int64_t>(i);
    const auto reasons = reasons_against(marks, i, children, sessions, codes);
    if (reasons.empty()) {
      const auto slot = static_cast<std::size_t>(sessions.slot(marks.date[i], marks.session[i]));
      by_cell[{marks.child[i], slot}].push_back({number, codes.cell(marks.code[i])});
      continue;
    }
    QuarantinedRow entry{number, reasons.front().first, 0, reasons.front().second};
    for (const auto& [reason, column] : reasons) {
      entry.reasons |= std::uint64_t{1} << static_cast<unsigned>(reason);
      if (reason != Reason::code_unknown) continue;
      auto& [rows, holders] = unknown_codes[marks.code[i]];
      ++rows;
      if (reasons.front().first != Reason::id_missing) holders.insert(marks.child[i]);
    }
    ledger.quarantine.push_back(entry);
  }
  Ingested made{Panel(children, sessions), {}};
  for (const auto& [key, rows] : by_cell) {
    const bool agree = std::all_of(rows.begin(), rows.end(),
                                   [&](const Row& row) { return row.cell.byte == rows.front().cell.byte; });
    const Cell cell = agree ? rows.front().cell : Cell(State::disputed, 0);
    made.panel.set(static_cast<std::size_t>(key.first), key.second, cell);
    if (agree) {
      ++ledger.accepted;
      ledger.corrected += static_cast<std::int64_t>(rows.size()) - 1;
      continue;
    }
    for (const Row& row : rows) {
      constexpr auto conflict = static_cast<unsigned>(Reason::conflict);
      ledger.quarantine.push_back({row.number, Reason::conflict, std::uint64_t{1} << conflict, -1});
    }
  }
  std::sort(ledger.quarantine.begin(), ledger.quarantine.end(),
            [](const QuarantinedRow& a, const QuarantinedRow& b) { return a.row < b.row; });
  ledger.quarantined = static_cast<std::int64_t>(ledger.quarantine.size());
  for (const QuarantinedRow& row : ledger.quarantine) ++ledger.reasons[row.reason];
  if (ledger.corrected > 0) ledger.reasons[Reason::duplicate] = ledger.corrected;
  for (const auto& [code, held] : unknown_codes) {
    ledger.unmapped_codes[held.second.size() >= 10 ? std::to_string(code) : ""] += held.first;
  }
  made.ledger = std::move(ledger);
  return made;
}

}  // namespace childwell::inline v0_1
