// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/ingest.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Rows that no cell can hold, as one writer met them. Which writer met which row changes nothing in their sum.
class MarkFaults {
 public:
  /// Notes a row that has at least one fault.
  void add(std::int64_t row, std::int32_t child, std::int32_t date, std::int8_t session, std::int8_t code,
           std::size_t children, const SessionTable& sessions, const CodeTable& codes);
  void merge(MarkFaults&& other);
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  /// Puts the rows, their counts and the unknown codes into a ledger.
  void close(TableLedger& ledger) &&;

 private:
  struct Unknown {
    std::int64_t rows = 0;
    std::vector<std::int32_t> holders;  ///< distinct children, up to as many as allow the code to be shown
  };
  void note_holder(Unknown& code, std::int32_t child);

  std::vector<QuarantinedRow> rows_;
  std::array<Unknown, 256> unknown_codes_;
};

}  // namespace childwell::inline v0_1::detail
