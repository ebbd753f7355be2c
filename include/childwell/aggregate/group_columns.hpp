// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Groups in columns of equal length. NaN and not_shown (-1) are missing.
struct GroupColumns {
  std::vector<std::int32_t> snapshot;
  std::vector<std::string> hierarchy, level, place, parent, measure, policy, exam, subject, span, kind, estimand, interval,
      status;
  std::vector<double> value, lower, upper, sampling_lower, sampling_upper, pooled, pooled_lower, pooled_upper;
  std::vector<std::int64_t> n, n_expected, n_observed;
};

/// Rows of groups as columns.
///
/// Use at the edge, where tables leave the library.
/// @param rows   published groups
/// @return columns in the order of the rows; numbers of hidden rows are missing
/// @throws std::bad_alloc; cost: one pass
/// @source house file, idea 5
GroupColumns group_columns(const std::vector<GroupRow>& rows);

}  // namespace childwell::inline v0_1
