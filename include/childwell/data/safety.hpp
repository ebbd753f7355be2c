// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

struct Records;

/// One form of an instrument that asks after a child's safety.
struct SafetyForm {
  std::int32_t instrument = -1;  ///< a name
  std::int32_t child = -1;       ///< -1 where the row names nobody
  Date date;
  bool concerned = false;        ///< at least one such answer
  bool answered = false;         ///< every question after safety was answered
};

/// All such forms of a study, whatever became of their rows: a row that was set aside, a contradiction, a child outside
/// the age or a form that is not valid holds nothing back.
struct SafetyForms {
  std::vector<SafetyForm> forms;

  /// Forms with such an answer.
  [[nodiscard]] std::int64_t count() const noexcept {
    std::int64_t concerned = 0;
    for (const SafetyForm& form : forms) concerned += form.concerned ? 1 : 0;
    return concerned;
  }
};

/// What a run says of safety answers: counts by instrument, and no child.
struct SafetyCount {
  std::string instrument;
  std::int64_t forms = 0;         ///< with such an answer
  std::int64_t children = 0;      ///< of those forms; a form that names nobody is a child of its own
  std::int64_t oldest_hours = 0;  ///< from the start of the form's day to the end of the as-of date
  std::int64_t newest_hours = 0;
  std::int64_t undated = 0;       ///< forms with such an answer and no date: as old as can be
  std::int64_t later = 0;         ///< dated after the as-of date, and counted all the same
  std::int64_t asked = 0;         ///< forms of the instrument with an answer
  std::int64_t unanswered = 0;    ///< forms without such an answer, where a question after safety was left out
};

/// Counts the answers that concern a child's safety, with their age.
///
/// Use in every run, for the officer whom the institute has named, before any other result is looked at; childwell is
/// not the first responder. Not for a shared file, and not as a measure of a school or a city.
/// @param records   admitted tables
/// @param as_of     the date that ages are counted to; later forms are counted too
/// @return one row for each instrument of the study that asks after safety, in alphabetical order; hours are 0 where no
///         dated form is concerned
/// @throws never
/// @source data model, rule 11; the items with their sources in src/rules/instruments.toml
std::vector<SafetyCount> safety_counts(const Records& records, Date as_of);

/// One form of the safety queue. It holds no answer.
struct SafetyEntry {
  std::int32_t child = -1;       ///< -1 where the row names nobody
  std::int32_t instrument = -1;  ///< a name
  std::int64_t hours = -1;       ///< from the start of the form's day to the end of the as-of date; 0 where dated later, -1 undated
};

/// The forms that concern a child's safety, one by one, the oldest first.
///
/// Use for the officer whom the institute has named, and for nobody else; safety_counts is what a run says aloud. Whatever
/// became of the rows, whatever consent says, and beyond every list and capacity.
/// @param records   admitted tables
/// @param as_of     the date that ages are counted to; later forms are in it too
/// @return undated forms first, as old as can be, then by date, pseudonym and instrument
/// @throws std::bad_alloc
/// @source data model, rule 11
std::vector<SafetyEntry> safety_queue(const Records& records, Date as_of);

}  // namespace childwell::inline v0_1
