// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/executor.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/measure.hpp>

#include <array>
#include <string>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Scores the forms that the as-of date knows and folds them by child and scale.
void measure_screening(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot);

/// What the family says of a scale: the scale itself, its change, and the days since the form, which all scales share.
std::string screening_id(const instruments::Instrument& rule, const instruments::Scale& scale, ScreeningIndicator which);

/// The context in which the states of one scale of a group are finished.
ScreeningFamily::Context screening_context(const Snapshot& snapshot, const ScreeningGroup& group, std::size_t scale);

/// Every scale of every instrument that has a verified key.
std::vector<CatalogueEntry> screening_catalogue();

}  // namespace childwell::inline v0_1::detail
