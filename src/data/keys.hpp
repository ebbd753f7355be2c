// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode.hpp"

namespace childwell::inline v0_1::detail {

/// Orders the usable rows by key, takes repetitions out as corrected and conflicts out as quarantined.
void order_by_key(RecordTable& table, Findings& findings);

}  // namespace childwell::inline v0_1::detail
