// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode.hpp"

namespace childwell::inline v0_1::detail {

/// Orders the usable rows by key, takes repetitions out as corrected and conflicts out as quarantined. A key that needs
/// more bits than most_key_bits (63 at most) is not put into one number, and its rows are compared column by column.
void order_by_key(RecordTable& table, Findings& findings, unsigned most_key_bits = 63);

}  // namespace childwell::inline v0_1::detail
