// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace childwell::inline v0_1 {

/// What a column holds; the words of src/rules/schemas.toml.
enum class ColumnType : std::uint8_t { person_id, place, name, date, integer, number, flag, words, time };

/// Whose identifier a person_id column holds.
enum class IdKind : std::uint8_t { none, child, person, household, guardian };

struct ColumnRule {
  std::string_view name;
  ColumnType type = ColumnType::name;
  IdKind id_kind = IdKind::none;
  bool required = false;
  bool key = false;
  std::span<const std::string_view> words = {};  ///< the closed vocabulary of a words column
};

struct TableRule {
  std::string_view name;
  bool admitted = false;  ///< false: names are pinned, and this version does not read the table
  std::span<const ColumnRule> columns = {};
  std::span<const std::string_view> key = {};
};

/// Every table of the data model, generated from src/rules/schemas.toml at build time.
///
/// Use to learn names, types and keys; tables that are not admitted are pinned for later versions.
/// @return all tables, in the order of the file
/// @throws never
/// @source data model, "Tables"
std::span<const TableRule> table_rules();

/// The rule of one table.
///
/// Use wherever a table comes by name.
/// @param name   a table's name
/// @return the rule, or null when the data model has no such table
/// @throws never
/// @source data model, "Tables"
const TableRule* find_table_rule(std::string_view name);

/// The version of the schemas, echoed in every file.
///
/// Use in provenance.
/// @return a whole number, raised whenever a table changes
/// @throws never
/// @source src/rules/schemas.toml
int schema_version();

}  // namespace childwell::inline v0_1
