// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/contribution.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Measures of groups that the indicators of one date and window give, and the hierarchies they are laid on.
struct IndicatorMeasures {
  std::vector<Hierarchy> hierarchies;
  std::vector<MeasureInput> measures;
  std::vector<std::uint32_t> child_nodes;  ///< by child, of the first hierarchy: where the child is enrolled now
};

/// The places of schools, from the city down to the class, and where every enrolment spell and every child lies in them.
struct SchoolPlaces {
  Hierarchy hierarchy;
  std::vector<std::uint32_t> lane_nodes;   ///< by lane
  std::vector<std::uint32_t> child_nodes;  ///< by child: where the child is enrolled now
};

SchoolPlaces school_places(const Snapshot& snapshot);

IndicatorMeasures indicator_measures(const Indicators& indicators, const Snapshot& snapshot);

}  // namespace childwell::inline v0_1::detail
