// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/group_row.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Absence of the same children of one place in two windows. A hidden row has its names and its status only.
struct LikeForLikeRow {
  Level level = Level::city;
  std::string place;            ///< as it is called at the later date
  std::string parent;
  std::int64_t children = 0;    ///< who were at the line of one school on both sides
  Estimate before;              ///< absence rate of these children, with bounds from what was not recorded
  Estimate after;
  double difference = std::numeric_limits<double>::quiet_NaN();  ///< after less before
  double lower = std::numeric_limits<double>::quiet_NaN();       ///< propensity: each child is its own comparison
  double upper = std::numeric_limits<double>::quiet_NaN();
  double expected = std::numeric_limits<double>::quiet_NaN();    ///< after, from before, by the places of the level
  std::int64_t direction = -2;  ///< 1 above what was expected, -1 below, 0 within what places scatter by, -2 not known
};

/// The rows, and the children of whom they say nothing: not_shown where one of these counts is small.
struct LikeForLike {
  std::vector<LikeForLikeRow> rows;  ///< by level and place code
  std::int64_t both = 0;             ///< in the rows
  std::int64_t moved = 0;            ///< on both sides, at schools that are not of one line
  std::int64_t only_before = 0;
  std::int64_t only_after = 0;
};

/// Absence of two windows over the same children at the same schools, whatever the schools have become.
///
/// Use for a comparison of two dates where schools have merged or children have come and gone: a difference of two groups is
/// otherwise one of who is in them. A child counts where something is known of it in both windows and the school of its
/// last sessions in the first carries on as that of the second, by lineage; a place is named as it is at the later date. A split is a
/// move: nobody says which part goes on. Of a place with an extreme first rate, something nearer the mean is expected: the
/// direction says whether its second one lies beyond what the places of its level scatter by, where ten or more are shown. A place is
/// hidden where its rates are small cells, where the children who are not in them are, on either side, or where it
/// would give away another that is hidden for that.
/// @param indicators      finished states
/// @param before, after   positions of two snapshots whose windows share no day, the earlier first
/// @param plan            levels, smallest cell [children], level of intervals
/// @param executor        where to run; results do not depend on it
/// @return rows ok, hidden or not_enough_data, and counts of children who are on one side only
/// @throws std::out_of_range when there is no such snapshot; std::invalid_argument when the windows overlap, are not in
///         order, or are of each child's last sessions. Cost: two passes over the children, and those of a table of groups
/// @source linearised difference of two ratios of the same units, Cochran 1977, 6.4; expected_change; checked by hand
LikeForLike like_for_like(const Indicators& indicators, std::size_t before, std::size_t after, const AggregatePlan& plan, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param indicators, before, after, plan   as above
/// @return as above
/// @throws as above
/// @source as above
LikeForLike like_for_like(const Indicators& indicators, std::size_t before, std::size_t after, const AggregatePlan& plan);

}  // namespace childwell::inline v0_1
