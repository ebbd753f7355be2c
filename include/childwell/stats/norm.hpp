// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How many of a group have one value, which is a whole number of steps.
struct NormCell {
  std::uint32_t group = 0;  ///< position among the groups
  std::int64_t steps = 0;
  std::int64_t count = 0;

  friend bool operator==(const NormCell&, const NormCell&) = default;
};

/// Counts of values by group: all that a norm is made from, and all that machines have to send each other.
struct NormSummary {
  double step = 1.0;
  std::vector<std::string> groups;  ///< sorted
  std::vector<NormCell> cells;      ///< by group, then by value
  std::int64_t count = 0;
  std::int64_t missing = 0;
};

struct NormOptions {
  std::string name;          ///< what it is a norm of
  std::string made_on;       ///< date
  std::string source;        ///< of whom
  std::int64_t fewest = 30;  ///< values without which a group has no norm
};

/// What values of a group are held against. It holds counts of values, single ones among them: it may lie where the
/// children's rows may lie, and is not for publishing.
struct Norm {
  NormOptions options;
  NormSummary summary;
  std::vector<double> means;       ///< by group
  std::vector<double> deviations;  ///< by group, divisor n - 1
  std::vector<std::int64_t> counts;  ///< by group
};

/// Values as they stand among a norm's, shape (n,) each. Undefined parts are NaN; statuses say why.
struct NormScores {
  std::vector<double> z;
  std::vector<double> percentile;   ///< in (0, 100)
  std::vector<double> rank_normal;
  std::vector<Status> statuses;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Counts of values by group.
///
/// Use on each machine, year or county, then merge. Values must lie on a grid, such as marks in half points, scores of a
/// questionnaire, or positions of ordered levels; the counts are then exact, and nothing is lost by merging.
/// @param values   shape (n,), whole multiples of step; NaN is missing
/// @param groups   shape (n,), names, such as a paper, or a grade and sex
/// @param step     of the grid, above 0
/// @return counts; the same for any order of the rows
/// @throws std::invalid_argument when lengths differ, a value is infinite or off the grid, or step is not above 0; cost: a sort
/// @source house file, idea 8
NormSummary summarise_norm(std::span<const double> values, std::span<const std::string> groups, double step = 1.0);

/// Counts of two summaries together.
///
/// Use to join machines, counties or years. In any order and any brackets the result is the same to the bit.
/// @param first, second   summaries with the same step
/// @return counts of both
/// @throws std::invalid_argument when the steps differ or counts are negative; cost: one pass
/// @source house file, idea 8
NormSummary merge_norms(const NormSummary& first, const NormSummary& second);

/// The norm of a summary.
///
/// Use once for a year and population; then save it. Its name, date and source go with it wherever it goes.
/// @param summary   merged counts
/// @param options   what it is a norm of, when and of whom it was made, and how many values a group needs
/// @return mean and standard deviation by group; groups with fewer values stay, and score nobody
/// @throws std::invalid_argument when a text holds a line break, fewest is below 2, or the summary is out of order; cost: one
///         pass
/// @source definition; checked against numpy to 1e-12
Norm fit_norm(const NormSummary& summary, const NormOptions& options);

/// Values held against a norm: z, mid-rank percentile and rank-normal score.
///
/// Use for values on the same scale: the same paper, questionnaire and translation. A percentile is that of one who joins
/// the norm's children, so that it is never 0 or 100, and a value beyond all of them has one.
/// @param norm     fitted or loaded
/// @param values   shape (n,); NaN is missing
/// @param groups   shape (n,), names
/// @return scores; by row not_recorded (missing), not_comparable (no such group in the norm, or an infinite value),
///         not_enough_data (too few in it), degenerate (no spread: z is NaN and the others stand)
/// @throws std::invalid_argument when lengths differ; cost: a search for each row
/// @source mid-ranks and Blom's scores as mid_rank_percentiles and rank_normal_scores; checked against them to 1e-12
NormScores score_by_norm(const Norm& norm, std::span<const double> values, std::span<const std::string> groups);

/// A norm as text, with its version and a checksum.
///
/// Use to keep a norm for the next year; load_norm reads it. Lines of numbers, so that two norms can be compared by eye.
/// @param norm   fitted
/// @return text in UTF-8
/// @throws std::bad_alloc
/// @source checksum: FNV-1a, 64 bits (Fowler, Noll, Vo), which no change of a single byte leaves as it is
std::string save_norm(const Norm& norm);

/// The norm that a text holds.
///
/// Use on what save_norm wrote. Nothing is taken from a text whose checksum does not agree.
/// @param text   as save_norm made it
/// @return the norm, equal to the bit
/// @throws std::invalid_argument when the text is no norm, of a newer version, damaged or cut off
/// @source house file, "Where a cohort is saved"
Norm load_norm(std::string_view text);

}  // namespace childwell::inline v0_1::stats
