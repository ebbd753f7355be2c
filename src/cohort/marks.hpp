// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lanes.hpp"

namespace childwell::inline v0_1::detail {

/// Writes the marks into their cells; what fits nowhere is kept outside and counted.
void place_marks(Cohort& cohort, const Boarding& boarding);

/// Lets registers say what a blank means, and finds the schools whose registers say nothing.
void read_registers(Cohort& cohort);

/// Decides days on which a child stands in the books of two schools.
void settle_overlaps(Cohort& cohort);

/// The state that an attendance code stands for, in the order of the schema's words.
State state_of_code(std::uint8_t code);

}  // namespace childwell::inline v0_1::detail
