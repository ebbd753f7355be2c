// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>

#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// Groups of children by declared hierarchies: observed beside pooled, small cells and their complements hidden.
///
/// Use for any measure of children that leaves the institute; aggregate() feeds it from indicators. Sums run over
/// children in pseudonym order by fixed chunks. Measures that differ in hierarchy alone are protected together, and
/// measures of one population hide what is small by number of children together. Pooling sees shown cells only, so
/// that its mean tells nothing of hidden ones.
/// @param hierarchies   places, parents before children
/// @param measures      contributions of children [units of the measure]; 0 <= numerator <= observed <= expected for
///                      ratios and shares, 0 or 1 for shares and counts; no missing values
/// @param plan          levels shown, smallest cell [children], level of intervals
/// @return rows of groups with at least one contribution: ok, hidden, not_enough_data (nothing observed) or
///         not_comparable (above the school, for a school's own paper)
/// @throws std::invalid_argument when a contribution is out of range, a child appears twice in a share, count or mean,
///         a hierarchy is out of order, or the plan is. Cost: a few passes a level and measure
/// @source data model, rule 14; see disclosure.hpp, ratio.hpp and pooling.hpp
std::vector<GroupRow> aggregate_measures(const std::vector<Hierarchy>& hierarchies,
                                         const std::vector<MeasureInput>& measures, const AggregatePlan& plan);

/// Whether one code of a place comes before another: whole numbers by value, then texts by bytes, "(none)" last.
///
/// Use for the order of rows; groups are never ordered by value.
/// @param first, second   codes
/// @return true when first comes before second
/// @throws never
/// @source canonical order of dictionaries in records
bool code_before(std::string_view first, std::string_view second) noexcept;

}  // namespace childwell::inline v0_1
