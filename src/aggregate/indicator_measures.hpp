// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/contribution.hpp>
#include <childwell/indicators/measure.hpp>

#include <vector>

namespace childwell::inline v0_1::detail {

/// Measures of groups that the indicators of one date and window give, and the hierarchies they are laid on.
struct IndicatorMeasures {
  std::vector<Hierarchy> hierarchies;
  std::vector<MeasureInput> measures;
};

IndicatorMeasures indicator_measures(const Indicators& indicators, const Snapshot& snapshot);

}  // namespace childwell::inline v0_1::detail
