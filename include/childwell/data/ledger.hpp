// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/result.hpp>
#include <childwell/data/reason.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

/// One row that was not accepted: where it stood and why, and no value of it.
struct QuarantinedRow {
  std::int64_t row = 0;  ///< position in the table as it was read, from 0; a line number for broken lines
  Reason reason = Reason::none;
  std::uint64_t reasons = 0;  ///< bit n set: reason n was found too
  std::int32_t column = -1;   ///< position in the schema, or -1
};

/// What became of the rows of one table. A row is corrected where a cell had to be mended, such as full-width digits, a
/// doubled row or a word among scores; what the study declares as its own way of writing, such as a map of codes or a
/// form of dates, is expected, and its rows are accepted. accepted + corrected + quarantined = read, which is checked
/// before it is published.
struct TableLedger {
  std::int64_t read = 0;
  std::int64_t accepted = 0;
  std::int64_t corrected = 0;
  std::int64_t quarantined = 0;
  std::map<Reason, std::int64_t> reasons;     ///< of rows corrected or quarantined, by their first reason
  std::map<Reason, std::int64_t> kept_apart;  ///< of accepted rows that are counted apart
  std::vector<QuarantinedRow> quarantine;
  std::vector<std::string> ignored_columns;
  std::map<std::string, std::int64_t> unmapped_codes;  ///< shown only once ten children hold the code
  std::int64_t known_on_assumed = 0;                   ///< accepted rows whose known_on was not given
};

/// What became of the children of one group: whose rows were set aside, who lost all, who refused.
struct ChildrenOfGroup {
  std::int64_t read = 0;
  std::int64_t with_rows_quarantined = 0;
  std::int64_t lost_all_rows = 0;
  std::int64_t refused = 0;  ///< consent refused or withdrawn for the study's purpose, in any row
};

/// Rows and children of a whole study, accounted for.
struct Ledger {
  std::map<std::string, TableLedger, std::less<>> tables;
  std::int64_t children_read = 0;       ///< distinct children named in any row
  std::int64_t children_lost = 0;       ///< whose every row was quarantined
  /// By group and its value: boarding (day, five_day, full, not_told) and schools (one, several, none).
  std::map<std::pair<std::string, std::string>, ChildrenOfGroup> children_by_group;
  std::vector<Fault> faults;            ///< what stops a strict run
  std::vector<std::string> missing_tables;
};

/// Checks that every row read has exactly one fate.
///
/// Use before anything is published; `admit` does.
/// @param ledger   a whole ledger
/// @return nothing
/// @throws std::logic_error when accepted + corrected + quarantined differs from read in any table
/// @source house file, idea 7
void check_identity(const Ledger& ledger);

}  // namespace childwell::inline v0_1
