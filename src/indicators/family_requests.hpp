// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "requested.hpp"

namespace childwell::inline v0_1::detail {

/// Adds up contacts with the family, where the plan asks for them, and fits how rates vary between children.
void measure_contacts(const Cohort& cohort, const MeasurePlan& plan, Executor& executor, Snapshot& snapshot);

/// Estimates of one child's contacts, parents, guardians and visits, of the families that were asked for.
void put_families(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put);

/// What these families are, for the catalogue.
std::vector<CatalogueEntry> family_catalogue();

}  // namespace childwell::inline v0_1::detail
