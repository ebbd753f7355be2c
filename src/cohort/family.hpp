// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>

namespace childwell::inline v0_1::detail {

/// Puts the rows about families in order of child and time. Needs the consents, whose rows the ledger counts apart.
void read_family(Cohort& cohort);

}  // namespace childwell::inline v0_1::detail
