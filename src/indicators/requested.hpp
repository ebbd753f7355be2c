// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/executor.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Takes one estimate: indicator, number, policy or nothing.
using PutEstimate = std::function<void(std::string_view, const Estimate&, std::string_view)>;

/// Refuses requests that lack what they need.
void check_requests(const Requests& requests);

/// Measures the families that the plan asks for, after all others of the snapshot.
void measure_requested(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot);

/// Estimates of one child from the states of the families that were asked for; mobility and grades apart, which read no
/// register.
void put_requested(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put);
void put_mobility(const Snapshot& snapshot, std::size_t child, const PutEstimate& put);
void put_repeating(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put);

/// What the families on request are, for the catalogue.
std::vector<CatalogueEntry> requested_catalogue();

/// What policies of courses and ages for a grade make, for the catalogue.
std::vector<CatalogueEntry> schooling_catalogue();

}  // namespace childwell::inline v0_1::detail
