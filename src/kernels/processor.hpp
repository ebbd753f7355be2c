// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/processor.hpp>

namespace childwell::inline v0_1::kernels {

/// As childwell::processor_level, where the kernels look for it.
inline int processor_level() noexcept { return v0_1::processor_level(); }

}  // namespace childwell::inline v0_1::kernels
