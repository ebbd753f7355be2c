// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/data/admit.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::detail {

/// What was found in the rows of one table while it was read. Most rows have nothing to find.
class Findings {
 public:
  explicit Findings(std::int64_t rows) : fates(static_cast<std::size_t>(rows), 0) {}

  void quarantine(std::int64_t row, Reason reason, std::int32_t column) {
    auto& entry = quarantined[row];
    if (entry.reason == Reason::none) entry = {row, reason, 0, column};
    entry.reasons |= std::uint64_t{1} << static_cast<unsigned>(reason);
    fates[static_cast<std::size_t>(row)] = static_cast<std::uint8_t>(Fate::quarantined);
  }

  /// A row that was mended and is used.
  void mend(std::int64_t row, Reason reason) { mended.emplace(row, reason); }

  /// A row that repeats another one and is not used.
  void repeat(std::int64_t row) {
    repeated.push_back(row);
    fates[static_cast<std::size_t>(row)] = static_cast<std::uint8_t>(Fate::corrected);
  }

  std::vector<std::uint8_t> fates;
  std::unordered_map<std::int64_t, QuarantinedRow> quarantined;
  std::unordered_map<std::int64_t, Reason> mended;
  std::vector<std::int64_t> repeated;
  std::vector<std::pair<std::int64_t, std::int32_t>> unmapped;  ///< row, code in unmapped_texts
  Dictionary unmapped_texts;
  std::vector<std::pair<std::int64_t, std::uint8_t>> status_overrides;  ///< score tokens that mean a status
};

/// Identifiers as they were read. They live as long as one call of admit.
struct RawIds {
  std::array<Dictionary, 4> by_kind;  ///< child, person, household, guardian
  Dictionary& of(IdKind kind) { return by_kind[static_cast<std::size_t>(kind) - 1]; }
};

struct Decoding {
  const AdmitOptions& options;
  RawIds& ids;
  Dictionary& places;
  Dictionary& names;
};

RecordColumn decode_column(const RawColumn& raw, const TableRule& table, std::int32_t position, std::int64_t rows,
                           Decoding& decoding, Findings& findings);

/// The reason why an identifier cannot be what the study says it is, or none.
Reason check_id(std::string_view id, const AdmitOptions& options);

/// True when missing means that the row cannot be used.
Reason missing_reason(ColumnType type);

}  // namespace childwell::inline v0_1::detail
