// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1::detail {

/// Where a column stands in a table's schema; -1 where there is none of that name.
inline std::int32_t position(const RecordTable& table, std::string_view name) {
  const auto& columns = table.rule->columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].name == name) return static_cast<std::int32_t>(c);
  }
  return -1;
}

/// The number of a word of a column.
inline std::uint8_t word_of(const RecordTable& table, std::string_view column, std::string_view word) {
  const auto& words = table.rule->columns[static_cast<std::size_t>(position(table, column))].words;
  return static_cast<std::uint8_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

/// Quarantines the rows that a test holds of; rows that were set aside before keep their reason.
template <class Test>
void refuse(const RecordTable& table, Findings& findings, std::string_view column, Reason reason, Test test) {
  const std::int32_t at = position(table, column);
  for (std::int64_t row = 0; row < table.rows; ++row) {
    stop_point_at(static_cast<std::size_t>(row));
    if (findings.fates[static_cast<std::size_t>(row)] == 0 && test(row)) findings.quarantine(row, reason, at);
  }
}

/// The same with a test that may be asked of every row, whatever became of it: rows are asked many at a time.
template <class Test>
void refuse_few(const RecordTable& table, Findings& findings, std::string_view column, Reason reason, Test test) {
  constexpr std::int64_t block = 4096;
  const std::int32_t at = position(table, column);
  for (std::int64_t first = 0; first < table.rows; first += block) {
    stop_point();
    const std::int64_t end = std::min(table.rows, first + block);
    bool any = false;
    for (std::int64_t row = first; row < end; ++row) any |= test(row);
    for (std::int64_t row = first; any && row < end; ++row) {
      if (findings.fates[static_cast<std::size_t>(row)] == 0 && test(row)) findings.quarantine(row, reason, at);
    }
  }
}

}  // namespace childwell::inline v0_1::detail
