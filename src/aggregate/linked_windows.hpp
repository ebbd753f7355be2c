// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "grouped_rows.hpp"

#include <childwell/indicators/measure.hpp>

#include <set>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Finds cells of one window that the windows shown beside it add up to, and a further cell to hide for each.
///
/// September is autumn less October and November: sums of units of time that lie end to end can be taken from each
/// other. Each shown window joins its two ends; a hidden one is given away when its ends are joined.
/// @param indicators    dates and windows of the snapshots
/// @param rows          rows of each snapshot
/// @param also_hidden   in and out: what to hide beside, by snapshot
/// @return true when something was added, and the snapshots are to be grouped again
/// @throws std::bad_alloc. Cost: a search for each hidden cell of a sum
/// @source data model, rule 14; attacked in tests/python/test_published.py
bool hide_in_windows(const Indicators& indicators, const std::vector<std::vector<GroupRow>>& rows,
                     std::vector<std::set<CellName>>& also_hidden);

}  // namespace childwell::inline v0_1::detail
