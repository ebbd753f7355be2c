// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "mark_faults.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

constexpr std::size_t enough = 10;  // a code that fewer children hold could point at one of them

}  // namespace

void MarkFaults::add(std::int64_t row, std::int32_t child, std::int32_t date, std::int8_t session, std::int8_t code,
                     std::size_t children, const SessionTable& sessions, const CodeTable& codes) {
  QuarantinedRow entry;
  entry.row = row;
  const auto refuse = [&entry](Reason reason, std::int32_t column) {
    if (entry.reason == Reason::none) {
      entry.reason = reason;
      entry.column = column;
    }
    entry.reasons |= std::uint64_t{1} << static_cast<unsigned>(reason);
  };
  const bool known_child = static_cast<std::uint32_t>(child) < children;
  if (!known_child) refuse(Reason::id_missing, 0);
  if (sessions.slot(date, session) < 0) refuse(Reason::term_unknown, sessions.held(date) ? 2 : 1);
  if (codes.cell(code).byte == 0) {
    refuse(Reason::code_unknown, 3);
    Unknown& unknown = unknown_codes_[static_cast<std::uint8_t>(code)];
    ++unknown.rows;
    if (known_child) note_holder(unknown, child);
  }
  rows_.push_back(entry);
}

void MarkFaults::note_holder(Unknown& code, std::int32_t child) {
  if (code.holders.size() >= enough) return;
  if (std::find(code.holders.begin(), code.holders.end(), child) == code.holders.end()) code.holders.push_back(child);
}

void MarkFaults::merge(MarkFaults&& other) {
  rows_.insert(rows_.end(), other.rows_.begin(), other.rows_.end());
  for (std::size_t code = 0; code < unknown_codes_.size(); ++code) {
    unknown_codes_[code].rows += other.unknown_codes_[code].rows;
    for (const std::int32_t child : other.unknown_codes_[code].holders) note_holder(unknown_codes_[code], child);
  }
  other = {};
}

void MarkFaults::close(TableLedger& ledger) && {
  for (const QuarantinedRow& row : rows_) ++ledger.reasons[row.reason];
  if (ledger.quarantine.empty()) ledger.quarantine = std::move(rows_);
  else ledger.quarantine.insert(ledger.quarantine.end(), rows_.begin(), rows_.end());
  for (std::size_t code = 0; code < unknown_codes_.size(); ++code) {
    const Unknown& unknown = unknown_codes_[code];
    if (unknown.rows == 0) continue;
    const bool shown = unknown.holders.size() >= enough;
    ledger.unmapped_codes[shown ? std::to_string(static_cast<std::int8_t>(code)) : ""] += unknown.rows;
  }
}

}  // namespace childwell::inline v0_1::detail
