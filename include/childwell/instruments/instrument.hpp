// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::instruments {

/// How a scale is made of what it counts.
enum class ScaleKind : std::uint8_t {
  sum,  ///< of items, scaled up for those not answered where the rule allows it, or of other scales
  mean  ///< of the items answered
};

inline constexpr std::array<std::string_view, 2> scale_kind_words = {"sum", "mean"};

/// What becomes of a score between whole numbers.
enum class Rounding : std::uint8_t {
  none,
  half_up  ///< to the nearest whole number, a half upwards, decided on whole numbers and never on a double
};

inline constexpr std::array<std::string_view, 2> rounding_words = {"none", "half_up"};

/// One scale of an instrument: which items or scales it counts, and by which rule for those not answered.
struct Scale {
  std::string name;
  ScaleKind kind = ScaleKind::sum;
  std::vector<std::int64_t> items;  ///< positions from 1; empty for a scale made of scales
  std::vector<std::string> scales;  ///< earlier scales; missing when one of them is
  double factor = 1.0;              ///< what the sum or mean is multiplied by
  std::int64_t answered = 0;        ///< least number of items answered; more may be missing than none only by a source
  Rounding rounding = Rounding::none;
  double step = 1.0;        ///< between neighbouring scores of a complete form; 0 when scores are not on a grid
  bool high_is_good = false;
  bool unverified = false;  ///< a constant that it needs was found in no public source: no score, and a status
  std::string source;
  double minimum = std::numeric_limits<double>::quiet_NaN();  ///< set by define_instrument
  double maximum = std::numeric_limits<double>::quiet_NaN();
};

/// One band of a score: from the first score of it to the last.
struct Band {
  double from = 0.0;
  double to = 0.0;
  std::string word;
};

/// The bands of one scale; together they cover its range once.
struct BandTable {
  std::string scale;
  std::vector<Band> bands;
};

/// A named set of bands: whose norms, for whom.
struct Norm {
  std::string name;
  std::string country;
  std::vector<std::string> informants;  ///< empty: any
  double age_from = std::numeric_limits<double>::quiet_NaN();  ///< completed years, both ends inside; NaN: any
  double age_to = std::numeric_limits<double>::quiet_NaN();
  bool limit_in_upper = true;  ///< of scales without a grid: a score on the limit belongs to the band above it
  std::vector<BandTable> tables;
  std::string source;
};

/// Who may fill in a form, and for which ages in completed years, both ends inside; NaN where none is stated.
struct Informant {
  std::string name;
  double age_from = std::numeric_limits<double>::quiet_NaN();
  double age_to = std::numeric_limits<double>::quiet_NaN();
};

/// An answer that bypasses scores: this item, answered with at least this.
struct SafetyItem {
  std::int64_t item = 0;
  double from = 1.0;
};

/// What a constant rests on.
struct Source {
  std::string part;
  std::string text;
};

/// A questionnaire as data: positions, directions, ranges and rules, each with its source; never the text of an item.
struct Instrument {
  std::string name;
  std::string name_en;
  std::string name_zh;
  std::string licence;  ///< A unrestricted, B free with conditions, C permission or fee, D unclear
  std::int64_t items = 0;
  double minimum = 0.0;  ///< of an answer as given
  double maximum = 0.0;
  bool whole = true;                      ///< whether answers are whole numbers
  std::vector<std::int64_t> reversed;     ///< positions scored minimum + maximum - answer
  std::vector<double> recode;             ///< score of each answer from the minimum on; empty: the answer itself
  std::vector<Informant> informants;
  std::int64_t grade_from = 0;            ///< school year from 1, both ends inside; 0: any
  std::int64_t grade_to = 0;
  std::vector<std::string> translations;  ///< keys that depend on the wording name it; empty: any
  std::vector<std::int64_t> recall_days;  ///< windows that the form asks about; empty: none stated
  std::vector<SafetyItem> safety;
  std::string validity;                   ///< the scale that voids a form; empty: none
  double void_from = std::numeric_limits<double>::infinity();
  std::vector<Scale> scales;
  std::vector<std::string> partition;     ///< scales that together hold every item once, but for the unused
  std::vector<std::int64_t> unused;
  std::vector<Norm> norms;
  std::vector<Source> sources;
  std::vector<std::string> unverified;    ///< constants that are told of but were found in no public source
  std::vector<std::string> conflicts;     ///< where sources differ, and what became of it
};

/// Every instrument that ships with the library, checked.
///
/// Use to list what can be scored; find_instrument gives one by name.
/// @return all instruments, in the order of the file
/// @throws std::bad_alloc on first use
/// @source src/rules/instruments.toml, where each constant names its own source
const std::vector<Instrument>& instrument_rules();

/// Names of the instruments that ship with the library.
///
/// Use to see what can be scored, such as in a menu.
/// @return names, in the order of the file
/// @throws std::bad_alloc
/// @source src/rules/instruments.toml
std::vector<std::string> instrument_names();

/// An instrument that ships with the library, by its name.
///
/// Use before score_forms. Not for a questionnaire of your own: define_instrument.
/// @param name   such as "sdq"
/// @return the instrument; it lives as long as the program
/// @throws std::invalid_argument for a name that is not known, listing those that are; cost: a search
/// @source src/rules/instruments.toml
const Instrument& find_instrument(std::string_view name);

/// Checks an instrument and fills in what follows from it: the range of each scale.
///
/// Use for a questionnaire of your own; those that ship pass through it too. Not needed for find_instrument.
/// @param instrument   items are positions from 1; every scale and band table in the units of its scores
/// @return the same with the ranges of its scales
/// @throws std::invalid_argument when an item is not on the form or counted twice, a scale or band table names what is
///         not there, a partition misses or repeats an item, bands leave a gap, overlap or miss an end of the range, a
///         rule for missing answers asks for more items than the scale has, or a part has no source; cost: one pass
/// @source the checks are the promise of data-model rule 12: an instrument is scored only as it was published
Instrument define_instrument(Instrument instrument);

}  // namespace childwell::inline v0_1::instruments
