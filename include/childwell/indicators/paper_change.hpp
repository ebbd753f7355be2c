// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/indicators/academic.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// One child's last two papers of a subject, set by the same office for the same circle of sitters.
struct PaperChange {
  std::int32_t child = -1;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
  Estimate beyond_regression;  ///< the later rank-normal score less what the earlier one leads one to expect
  Estimate reliable;           ///< the difference over its standard error, both papers taken as equally reliable
};

/// Change from paper to paper, among those who sat both.
///
/// Use to see whether a child moved more than retests of equally able children do. A child far from the middle in one
/// paper is nearer to it in the next one without any change, so what the earlier score leads one to expect is taken away:
/// the correlation r of the two papers times that score. Its interval is that of a new child with the same earlier score.
/// Not for papers of different setters or subjects, and no cause of any change.
/// @param cohort   papers
/// @param scores   by child then paper, as score_papers gives them
/// @param level    of the interval, in (0, 1)
/// @return by child then later paper: z2 - r z1 and (z2 - z1) / sqrt(2 (1 - r)); not_enough_data with fewer than 30 who
///         sat both, degenerate where r is not between 0 and 1
/// @throws std::bad_alloc. Cost: one sort of each pair of papers
/// @source Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59 (with r of parallel papers); Galton 1886; checked by hand
std::vector<PaperChange> paper_changes(const Cohort& cohort, std::span<const PaperScore> scores, double level);

/// Whether a child is in its grade for a second time, as far as the enrolment tells.
///
/// Use beside marks, because a repeater's classmates are younger. A spell that says it is a repeat is one; so is a spell
/// of this school year in the grade of the school year before.
/// @param cohort    enrolment
/// @param current   the lane a child is in now
/// @param as_of     spells known later are not seen
/// @return value 1 or 0; cannot_tell where neither kind nor an earlier grade was told
/// @throws never
/// @source mission B2; checked by hand
Estimate repeats_grade(const Cohort& cohort, std::uint32_t current, Date as_of);

}  // namespace childwell::inline v0_1
