// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// A value that is not there, among whole numbers.
inline constexpr std::int16_t missing_steps = std::numeric_limits<std::int16_t>::min();

struct GroupStandingOptions {
  std::int64_t fewest = 10;  ///< values without which nobody of a group is placed
  double step = 1.0;         ///< what one step of whole numbers is worth, such as 0.5 for marks in half points
};

/// Where standings are written: columns of the caller's, one place a row; an empty one is not wanted.
struct StandingColumns {
  std::span<double> z;
  std::span<double> percentile;
  std::span<double> rank_normal;
  std::span<double> rank;  ///< mid-rank, from 1
};

/// What the values of each group are, by position of the group. Undefined parts are NaN; statuses say why.
struct GroupStandings {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> missing;
  std::vector<double> means;
  std::vector<double> deviations;  ///< divisor n - 1; 0 with a single value
  std::vector<double> lowest;
  std::vector<double> highest;
  std::vector<Status> statuses;    ///< not_enough_data, degenerate (no spread), not_finite (an infinite deviation) or ok
  std::string_view method;       ///< table or radix: how it was done; the results do not depend on it
  std::int64_t count = 0;
  std::int64_t missing_count = 0;
};

/// Standing of every value within its group: z, mid-rank percentile and rank-normal score.
///
/// Use for marks of a paper by its sitters, or any score by grade and sex. Values of different groups do not compare. Where
/// values are few and lie on a grid of 1, 1/2, 1/4, 1/10, 1/20 or 1/100 they are counted and looked up, else sorted by
/// radix; no bit depends on which, on the order of the rows or on threads.
/// @param values     shape (n,), any unit; NaN is missing
/// @param groups     shape (n,), position of each row's group, from 0
/// @param options    fewest values of a group that is placed; step is not read
/// @param columns    shape (n,) or empty; NaN where a row is missing or its group's status allows no number: with degenerate
///                   (all equal) the percentile is 50, and z and rank_normal are NaN; with not_finite z alone is NaN
/// @param executor   where to run; the caller's own thread when null
/// @return what each group is
/// @throws std::invalid_argument when lengths differ, a group is below 0 or beyond 2^24, fewest is below 1, or there are more
///         than 4,294,967,295 rows; std::bad_alloc; Interrupted. Cost: a count and a look-up a row, or a radix sort
/// @source Kendall 1945 for mid-ranks, Blom 1958 for rank-normal scores; mid_rank_percentiles and rank_normal_scores to the
///         bit; scipy.stats zscore (ddof = 1) to 1e-12
GroupStandings standardise_by_group(std::span<const double> values, std::span<const std::int32_t> groups,
                                    const GroupStandingOptions& options, const StandingColumns& columns,
                                    Executor* executor = nullptr);

/// The same of whole numbers of steps, such as marks in half points.
///
/// Use where values are stored so: a row takes two bytes. Results are those of the doubles code x step, to the bit.
/// @param values     shape (n,), in steps; missing_steps is missing
/// @param groups     shape (n,), position of each row's group, from 0
/// @param options    fewest values of a group that is placed, and what a step is worth
/// @param columns    as above
/// @param executor   as above
/// @return what each group is
/// @throws std::invalid_argument as above, and when step is not above 0; std::bad_alloc; Interrupted
/// @source as above
GroupStandings standardise_by_group(std::span<const std::int16_t> values, std::span<const std::int32_t> groups,
                                    const GroupStandingOptions& options, const StandingColumns& columns,
                                    Executor* executor = nullptr);

}  // namespace childwell::inline v0_1::stats
