// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace childwell::inline v0_1::kernels {

/// The widest x86-64 level whose kernels this build holds and this processor can run: 3, 2, or 0 for the plain ones.
int processor_level() noexcept;

}  // namespace childwell::inline v0_1::kernels
