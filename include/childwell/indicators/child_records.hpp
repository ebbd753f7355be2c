// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// The dated records of one child in columns. No mark of an exam, score, answer or minute is among them.
struct ChildRecords {
  TextColumn table;                   ///< of the data model
  TextColumn state;                   ///< what the record says: the state of a session, the status of a result, ...
  TextColumn place;                   ///< school
  TextColumn name;                    ///< session, exam, instrument, programme, kind of contact
  TextColumn detail;                  ///< subject of an exam, informant of a form, parent
  std::vector<std::int32_t> date;     ///< days
  std::vector<std::int32_t> to;       ///< last day of what lasts; open_end while it goes on, else the date
  std::vector<std::uint8_t> in_window;
  std::vector<std::int64_t> units;    ///< of sessions: what they weigh; of sums: sessions; else 1
  std::vector<std::int64_t> absent_units;
};

/// What the indicators of one child rest on: every dated record that was known by the date of the snapshot.
///
/// Use to explain a child's numbers to whoever may see them. Sessions are those that the snapshot counted; other records
/// stand here whenever they happened, because some indicators look back beyond the window. A table for which consent
/// does not stand is left out altogether, its dates too.
/// @param indicators   finished states
/// @param snapshot     position of the date and window
/// @param child        position of the child in the cohort
/// @return records by table, then in order of time
/// @throws std::out_of_range when there is no such snapshot or child; cost: the child's sessions and rows, and one
///         search in each table
/// @source data model, rules 1, 3 and 13; sums of sessions are held equal to the indicators' own counts in the tests
ChildRecords child_records(const Indicators& indicators, std::size_t snapshot, std::size_t child);

/// Tables that were not looked at for one child, because consent for the study's purpose does not stand.
///
/// Use beside child_records, so that an empty table is not taken for a child without records.
/// @param indicators   finished states
/// @param snapshot     position of the date and window
/// @param child        position of the child in the cohort
/// @return positions in subject_tables
/// @throws std::out_of_range when there is no such snapshot or child
/// @source data model, rule 3
std::vector<std::size_t> tables_withheld(const Indicators& indicators, std::size_t snapshot, std::size_t child);

}  // namespace childwell::inline v0_1
