// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/data/records.hpp>

namespace childwell::inline v0_1::detail {

/// Every form of a screens table whose instrument asks after a child's safety and that holds an answer; of all rows.
SafetyForms find_safety_forms(const RecordTable& table, const Records& records);

}  // namespace childwell::inline v0_1::detail
