// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/data/arrow_c.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// A column on its way out. The values stay where they are; `keep` holds them while a consumer reads.
struct ExportColumn {
  std::string name;
  std::string format;                       ///< of the Arrow interface; of the indices where texts are given
  const void* values = nullptr;
  const std::uint8_t* validity = nullptr;   ///< one bit a row, or null when nothing is missing
  bool text = false;
  std::vector<std::string> texts;           ///< dictionary of a text column
  std::shared_ptr<void> keep;
};

/// A table as one Arrow stream of one batch.
///
/// Use to hand results to pyarrow, polars, DuckDB or another Arrow reader; nothing but dictionaries is copied.
/// @param columns    columns of equal length
/// @param rows       their length
/// @param metadata   of the table, such as childwell.made_up
/// @return a stream that owns what it needs
/// @throws std::bad_alloc
/// @source Arrow C stream interface
ArrowOwner<ArrowArrayStream> export_stream(std::vector<ExportColumn> columns, std::int64_t rows,
                                           const std::map<std::string, std::string>& metadata);

}  // namespace childwell::inline v0_1
