// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/index/compose.hpp>

#include <span>

namespace childwell::inline v0_1::detail {

/// Sees that a definition keeps the rules of the domain; beside holds the tables that are no indicators.
void check_definition(const IndexDefinition& definition, std::span<const MeasureBeside> beside);

}  // namespace childwell::inline v0_1::detail
