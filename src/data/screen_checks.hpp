// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checks.hpp"

#include <string_view>

namespace childwell::inline v0_1::detail {

/// A row that says refused carries no answer, an answer says of which item, and a recall window has days.
void check_screens(const RecordTable& table, Findings& findings);

/// Targets and weights that can be.
void check_collections(const RecordTable& table, Findings& findings);

/// Items that the form of a known instrument does not have.
void check_items(const Checked& checked, const Records& records);

/// A name that another table of the study is to have, where the study has that table.
void check_named_elsewhere(const Checked& checked, std::string_view user, std::string_view column, std::string_view owner);

}  // namespace childwell::inline v0_1::detail
