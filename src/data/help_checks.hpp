// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "decode.hpp"

namespace childwell::inline v0_1::detail {

/// Minutes of counselling and services that a day can hold, and outcomes of referrals that come after them.
void check_help(const RecordTable& table, Findings& findings, Date received_on);

}  // namespace childwell::inline v0_1::detail
