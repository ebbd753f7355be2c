// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace childwell::inline v0_1 {

/// The widest level of kernels that runs: what the build holds, the processor can, and the limit allows.
///
/// Use to say on what a result was made. Not to choose a kernel by hand; dispatch asks for itself.
/// @return 4, 3 or 2 for x86-64-v4, v3 and v2, 0 for plain code
/// @throws never. Cost: two loads
/// @source the x86-64 psABI's levels; tests/unit/core/processor_test.cpp
int processor_level() noexcept;

/// Lets no kernel above a level run, in the whole process, until the next call.
///
/// Use to compare kernels with plain code on one machine. Not to make results equal between machines: they are.
/// @param level   0 for plain code only, 2, 3 or 4; below 0 takes the limit away
/// @return nothing
/// @throws never
/// @source house file, "Bits"; tests/unit/core/processor_test.cpp
void limit_processor_level(int level) noexcept;

}  // namespace childwell::inline v0_1
