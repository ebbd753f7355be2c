// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/data/schema.hpp>

#include <cstddef>
#include <string_view>

namespace childwell::inline v0_1 {

/// A word of a closed vocabulary of the data model, by its position.
///
/// Use to give back in words what records hold as positions.
/// @param table, column   names in the data model
/// @param position        of the word, from 0; 255 and all beyond the last are missing
/// @return the word; empty where it is missing, or there is no such column of words
/// @throws never
/// @source data model, "Tables"
inline std::string_view schema_word(std::string_view table, std::string_view column, std::size_t position) {
  const TableRule* rule = find_table_rule(table);
  if (rule == nullptr) return {};
  for (const ColumnRule& one : rule->columns) {
    if (one.name == column) return position < one.words.size() ? one.words[position] : std::string_view{};
  }
  return {};
}

}  // namespace childwell::inline v0_1
