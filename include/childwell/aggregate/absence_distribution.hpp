// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Children of one place in one class of absence. A hidden one has its names and its status only.
struct AbsenceClass {
  Level level = Level::city;
  std::string place;
  std::string parent;         ///< code of the city of a county
  Fraction from;              ///< included; the first class is of children who missed nothing, from 0 to 0
  Fraction to;                ///< not included, but in the last class
  std::int64_t in_class = 0;  ///< children
  std::int64_t children = 0;  ///< of whom something is known: all classes together
  Estimate share;             ///< realised: it has no bounds, because what was not recorded moves children between classes
  double sampling_lower = std::numeric_limits<double>::quiet_NaN();  ///< propensity, children as trials
  double sampling_upper = std::numeric_limits<double>::quiet_NaN();
};

/// The boundaries between classes of absence that attendance policies draw.
///
/// Use for the classes of a distribution: the lines of chronic and of severe absence of every attendance policy, and half
/// of the lowest of them, so that those below the line are told apart too.
/// @param policies   of the study; those of other kinds are passed over
/// @return shares between 0 and 1, each once, in order; none without an attendance policy
/// @throws std::bad_alloc; cost: none
/// @source data model, rule 6
std::vector<Fraction> absence_boundaries(const std::vector<Policy>& policies);

/// How the absence of children is distributed: shares of children in classes of their own rate, by city and county.
///
/// Use beside a mean rate, which many children who miss a little and few who miss much may share. A child's rate is that of
/// the units of sessions of which something is known, whatever a policy counts; each child counts once, where the child is enrolled now. A
/// class is hidden by itself as any share is; then further ones until the children of every hidden class can be told no more
/// closely than the minimum, from all classes, counties, the city, and the shares of children chronically absent published
/// beside, whose children the classes above a line add up to where every session is known.
/// @param indicators   finished states
/// @param snapshot     position of the date and window
/// @param published    groups of the same indicators: their levels, smallest cell and interval hold here, and what they show is
///                     taken for known
/// @return every class of every place with children of whom something is known, by level, place code and class
/// @throws std::out_of_range when there is no such snapshot; std::invalid_argument when the study names no attendance
///         policy, whose lines bound the classes. Cost: one pass over the children
/// @source data model, rule 14; hide_in_two_ways; checked by hand, and attacked by scipy.optimize.linprog in the tests
std::vector<AbsenceClass> absence_distribution(const Indicators& indicators, std::size_t snapshot, const Aggregates& published);

}  // namespace childwell::inline v0_1
