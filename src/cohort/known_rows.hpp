// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Rows of a table in key order that were known by a date; none where the study has no such table. A row that does not
/// say when it was known, in a table without a declared lag, was always known: places and calendars are laid down
/// before the days they speak of.
std::vector<std::int64_t> rows_known(const Records& records, std::string_view table, Date known_by);

/// The days on which something became known of places, calendars, sessions, boarding or residence: sorted, each once.
std::vector<Date> days_of_news(const Records& records);

}  // namespace childwell::inline v0_1::detail
