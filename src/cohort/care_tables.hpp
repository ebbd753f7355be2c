// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>

namespace childwell::inline v0_1::detail {

/// Forms of every child, put together from rows of items or of whole forms.
void read_screens(Cohort& cohort);

/// Counselling, services and referrals of every child.
void read_help(Cohort& cohort);

}  // namespace childwell::inline v0_1::detail
