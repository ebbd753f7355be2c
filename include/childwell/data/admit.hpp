// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/result.hpp>
#include <childwell/data/raw_table.hpp>
#include <childwell/data/records.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

/// Forms of dates beside YYYY-MM-DD that a study may declare; a row in a declared form is accepted, not corrected.
enum class DateFormat : std::uint8_t { compact, separated, chinese, excel_1900, excel_1904 };

/// What kind of number children's ids are, so that damage can be seen.
struct IdFormat {
  enum class Kind : std::uint8_t { any, citizen, student_number, width };
  Kind kind = Kind::any;
  std::int32_t width = 0;  ///< characters, of the kind width
};

/// What a study declares about its tables, by the names of a study file. Nothing here is guessed.
struct AdmitOptions {
  std::string purpose;
  std::vector<std::string> recipients;  ///< who is given lists: a consent named for one is about showing, not measuring
  std::map<std::string, std::int32_t, std::less<>> lag_days;  ///< by table, where known_on is absent
  std::string registers;       ///< "", "full" or "by_exception": for studies without a registers table
  Date parents_asked_from;     ///< every child's parents were asked about from this day on; no date: not all were
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> codes;  ///< "table.column"
  Date received_on;            ///< records dated later are impossible (E06)
  std::int32_t utc_offset_minutes = 480;
  IdFormat id_format;
  std::vector<DateFormat> date_formats;
  bool strict = false;
  /// Lines that a file reader refused before the core saw them: table -> (line, reason).
  std::map<std::string, std::vector<std::pair<std::int64_t, Reason>>, std::less<>> refused_lines;
  bool made_up = false;
  std::vector<instruments::Instrument> instruments;  ///< the study's own, which forms may name as they name a shipped one
};

/// Turns an identifier into a pseudonym; the first argument is the kind of identifier.
using Pseudonymise = std::function<std::string(std::string_view kind, std::string_view id)>;

/// Checks untrusted tables and turns them into records.
///
/// Use once for all tables of a study: ids, duplicates, codes, dates and the references between tables are checked
/// together. Marks outside an enrolment or on a day without school are kept and counted apart, never dropped.
/// @param tables         untrusted tables by their names in the schema; any subset is a study; nulls are missing
/// @param pseudonymise   keyed pseudonym of an id; called once for each distinct id
/// @param key_id         names the key in results, and does not give it away
/// @param options        what the study declares
/// @return records, or faults when a table as a whole cannot be read (unknown table, missing or doubled column), and
///         in strict mode when any row was quarantined
/// @throws std::invalid_argument when an option names a table, column or word that does not exist, or an instrument has the
///         name of another or a name that is no part of an indicator's.
///         Cost: one pass and one sort by key for each table
/// @source data model, rules 1, 3 and 4; reason codes E01 to E32
Result<Records> admit(std::vector<RawTable> tables, const Pseudonymise& pseudonymise, std::string key_id,
                      const AdmitOptions& options);

}  // namespace childwell::inline v0_1
