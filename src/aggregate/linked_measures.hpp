// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protected_table.hpp"

#include <vector>

namespace childwell::inline v0_1::detail {

/// Hides what two shares of the same children tell of each other.
///
/// Every child above one line is above a lower one, every child with a reason by a rule has a reason, and one paper may be
/// all that a course consists of. Where the children of one share are among those of another, all over the city, their
/// difference is a number of children that both tables tell together: it is held to the rule of any cell, and of the two
/// the measure that comes later is hidden where it is too small. A hidden cell of either is bounded by the shown one of the
/// other. Where the children of a side are the same, what the first hides the other hides too; how many more children one
/// of them can tell about is not held. Among judgements of one family or population, and of flags, what holds of every child
/// of a city is taken for known.
/// @param tables    in the order of the measures, each protected by itself
/// @param minimum   smallest number that may be shown
/// @return nothing; further cells of shares are hidden
/// @throws std::bad_alloc. Cost: children of a share once for each share that it lies within, and a few protections of those
/// @source data model, rule 14; attacked by scipy.optimize.linprog in tests/python/test_disclosure.py
void hide_linked_sums(std::vector<ProtectedTable>& tables, double minimum);

}  // namespace childwell::inline v0_1::detail
