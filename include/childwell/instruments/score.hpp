// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/instruments/instrument.hpp>
#include <childwell/stats/matrix.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::instruments {

/// Why a score is what it is. Only `ok` has a value; the earlier word wins where several hold.
enum class FormStatus : std::uint8_t {
  ok,
  wrong_informant,     ///< filled in by somebody whom the form is not for
  wrong_translation,   ///< in a wording that the key is not for
  wrong_recall,        ///< asked about another window of time
  outside_age,         ///< a child too young or too old for the form and informant
  age_unknown,         ///< ages were given, but not this one
  outside_grade,       ///< a school year that the form is not for
  grade_unknown,       ///< grades were given, but not this one
  unverified,          ///< a constant of the scale was found in no public source
  out_of_range,        ///< an answer that the form does not have
  void_form,           ///< the validity scale says that the answers are not to be believed
  validity_unknown,    ///< too few answers of the validity scale to say so or not
  not_enough_answers   ///< fewer answers than the rule for missing ones allows
};

inline constexpr std::array<std::string_view, 13> form_status_words = {
    "ok",            "wrong_informant", "wrong_translation", "wrong_recall",     "outside_age",
    "age_unknown",   "outside_grade",   "grade_unknown",     "unverified",       "out_of_range",
    "void_form",     "validity_unknown", "not_enough_answers"};

/// The word of a form's status, as it stands in columns.
///
/// Use wherever it leaves the library; the words are the enumerators.
/// @param status   any status
/// @return the enumerator's name
/// @throws never
/// @source house file, "Errors"
constexpr std::string_view word(FormStatus status) noexcept {
  return form_status_words[static_cast<std::size_t>(status)];
}

/// Where forms come from. A rule of the form about what is left out here is not checked, and the result says so.
struct FormContext {
  std::string informant;           ///< one for all forms; empty: not said
  std::string translation;         ///< one for all forms; empty: not said
  std::int64_t recall_days = 0;    ///< that was asked about; 0: not said
  std::span<const double> ages;    ///< years, one a form; empty: not said; NaN: not known
  std::span<const double> grades;  ///< school years, one a form; empty: not said; NaN: not known
  std::string norms;               ///< name of a set of bands; empty: none
};

/// Scores of many forms. It holds no answer, and no safety answer stands apart in it.
struct Scores {
  std::string instrument;
  std::string norms;
  std::vector<std::string> scales;
  stats::Matrix values;                         ///< shape (forms, scales); NaN where the status is not ok
  std::vector<FormStatus> statuses;             ///< row by row
  std::vector<std::int64_t> answered;           ///< items of the scale that were answered, row by row
  std::vector<std::int64_t> bands;              ///< band of each score by its number from 0, or -1; row by row
  std::vector<std::vector<std::string>> words;  ///< of the bands, for each scale
  std::vector<std::string> unchecked;           ///< rules left unchecked: informant, age, grade, recall
  std::int64_t count = 0;                       ///< forms
  std::int64_t complete = 0;                    ///< forms of which every scale is ok
  std::int64_t outside_norms = 0;               ///< forms with a score whose age the norms are not for, or is not known
};

/// Scores questionnaires by their published key: directions, scales, missing answers, rounding, validity, bands.
///
/// Use for raw answers, one row a form. Not for answers already reversed or recoded, and never as a diagnosis: a band
/// is a reason to ask. Answers that concern a child's safety are not here: see safety_answers.
/// @param instrument   from find_instrument or define_instrument
/// @param items        shape (forms, items), answers as they stand on the form; NaN is not answered
/// @param context      informant, translation, recall window, ages, grades, norms
/// @return scores, statuses, counts of answers and bands, one row a form and one column a scale; see FormStatus
/// @throws std::invalid_argument for another number of items, ages or grades of another length, norms that the
///         instrument does not have or that are for another informant, and a translation left out where the key depends
///         on it; cost: one pass
/// @source each instrument's own, in src/rules/instruments.toml; checked against forms worked by hand and against exact
///         fractions
Scores score_forms(const Instrument& instrument, const stats::MatrixView& items, const FormContext& context);

/// Answers that concern a child's safety, apart from every score.
struct SafetyAnswers {
  std::string instrument;
  std::vector<std::int64_t> items;      ///< positions of the safety items
  std::vector<std::int64_t> forms;      ///< rows with at least one such answer, from 0, in their order
  std::int64_t count = 0;               ///< of those rows
  std::int64_t asked = 0;               ///< forms
  std::int64_t unanswered = 0;          ///< forms with no such answer and a safety item left out
};

/// Finds the forms with an answer that concerns a child's safety, such as item 9 of the PHQ.
///
/// Use in every run, before anything else, and give the result to the named officer only: neither age, informant,
/// validity nor missing answers hold it back, and an answer beyond the range counts. Not an emergency service, and no
/// score: nothing of it belongs into a shared file.
/// @param instrument   from find_instrument or define_instrument
/// @param items        shape (forms, items), answers as they stand on the form; NaN is not answered
/// @return the rows concerned and counts; no row when the instrument has no safety item
/// @throws std::invalid_argument for another number of items; cost: one pass over the safety items
/// @source data-model rule 11; the items with their sources in src/rules/instruments.toml
SafetyAnswers safety_answers(const Instrument& instrument, const stats::MatrixView& items);

}  // namespace childwell::inline v0_1::instruments
