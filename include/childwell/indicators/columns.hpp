// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/indicators/measure.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// What an indicator is: its column name and all that is needed to read it.
struct CatalogueEntry {
  std::string id;
  std::string family;
  std::string unit;
  double range_low = 0.0;
  double range_high = 1.0;
  std::string estimand;  ///< realised or propensity
  std::string interval;  ///< none, bounds or confidence
  std::string method;
  std::string source;
  std::string direction;  ///< high_is_good, high_is_concern, neither; what is never a reason by itself is a question
  std::string request;    ///< the family that a study asks for; empty where it is always measured
};

/// A text column as codes into a list of distinct texts; -1 is missing.
struct TextColumn {
  std::vector<std::int32_t> codes;
  std::vector<std::string> texts;

  /// Position of a text, new where it was not there.
  std::int32_t code(std::string_view text);
};

/// Estimates in long form: one row for each child, date, window, scope and indicator.
struct IndicatorColumns {
  TextColumn child, indicator, window, scope, school, exam, subject, informant, policy, status;
  std::vector<std::int32_t> as_of;  ///< days
  std::vector<double> value, lower, upper;
  std::vector<std::int64_t> n_expected, n_observed;
};

/// Every indicator of this version.
///
/// Use to read a column: unit, range, estimand, interval and source stand here once.
/// @return entries in the order in which they come in columns
/// @throws std::bad_alloc
/// @source mission B1 and B2
std::vector<CatalogueEntry> catalogue();

/// Makes estimates from finished states.
///
/// Use at the edge, one snapshot at a time for a large city. Children with one school have one scope, because both
/// numbers are the same; those with several have a row for each school beside.
/// @param indicators   finished states
/// @param snapshot     position of the date and window
/// @return columns of equal length; children whose consent is withheld have the status withheld and no value
/// @throws std::out_of_range when there is no such snapshot
/// @source house file, idea 5
IndicatorColumns indicator_columns(const Indicators& indicators, std::size_t snapshot);

/// The same for some of the children, by position and without the texts of their pseudonyms.
///
/// Use to read estimates in batches where nobody needs all of them at once.
/// @param indicators, snapshot      as above
/// @param first_child, last_child   positions in the cohort; the last one is not included
/// @return as above; codes of children are positions in the cohort
/// @throws std::out_of_range when there is no such snapshot or child
/// @source as above
IndicatorColumns indicator_columns(const Indicators& indicators, std::size_t snapshot, std::size_t first_child,
                                   std::size_t last_child);

}  // namespace childwell::inline v0_1
