// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode.hpp"

#include <map>

namespace childwell::inline v0_1::detail {

struct CheckedTable {
  RecordTable* table = nullptr;
  Findings* findings = nullptr;
};

using Checked = std::map<std::string, CheckedTable, std::less<>>;

/// Checks that one row can answer for by itself: ranges, reversed spells, dates to come.
void check_rows(RecordTable& table, Findings& findings, const AdmitOptions& options);

/// Checks that need another table: papers that were set, sessions and dates that the calendar has.
void check_references(const Checked& checked, const Records& records);

}  // namespace childwell::inline v0_1::detail
