// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/policy.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

/// How many papers a child could have sat, and what became of them.
struct PaperCounts {
  std::int32_t expected = 0;
  std::int32_t sat = 0;
  std::int32_t absent = 0;
  std::int32_t exempt = 0;
  std::int32_t not_entered = 0;
  std::int32_t other = 0;  ///< void or deferred
};

/// One result beside those who sat the same paper.
struct PaperScore {
  std::int32_t child = -1;
  std::uint32_t paper = 0;
  Estimate z;
  Estimate percentile;
  Estimate rank_normal;
  double value = 0.0;          ///< NaN where the paper has ordered levels or no full mark
  std::uint8_t status = 0;     ///< sat, absent, exempt, void, deferred, not_entered
  std::int32_t level = -1;     ///< name of the ordered level
};

/// Scores of one date, shared with the later dates on which no result was new: a city has millions, and they are not
/// written twice.
class PaperScores {
 public:
  PaperScores() = default;
  explicit PaperScores(std::vector<PaperScore> scores)
      : scores_(std::make_shared<const std::vector<PaperScore>>(std::move(scores))) {}

  [[nodiscard]] const PaperScore* data() const noexcept { return scores_ == nullptr ? nullptr : scores_->data(); }
  [[nodiscard]] std::size_t size() const noexcept { return scores_ == nullptr ? 0 : scores_->size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] const PaperScore* begin() const noexcept { return data(); }
  [[nodiscard]] const PaperScore* end() const noexcept { return data() + size(); }
  [[nodiscard]] const PaperScore& operator[](std::size_t at) const noexcept { return data()[at]; }

 private:
  std::shared_ptr<const std::vector<PaperScore>> scores_;
};

/// Whether a mark lies below a pass mark: yes, no, or not to be told.
///
/// Use for failures under a named policy. Marks are compared as whole millionths, so that 40.8 of 68 is at 60 % and
/// passes, which it would not be in binary fractions.
/// @param score   a score of the paper
/// @param full    full marks of the paper; 0 or NaN where it has none
/// @param pass    the policy's share of full marks
/// @return value 1 or 0; status not_comparable (ordered levels, no full marks) or not_recorded (not sat)
/// @throws never
/// @source data model, rule 7; checked by hand at exactly 60 %
Estimate judge_mark(const PaperScore& score, double full, Fraction pass) noexcept;

/// Whether a policy says anything of a paper: points need full marks and a pass mark, ordered levels one that fails.
///
/// Use before papers are counted under a policy.
/// @param policy   pass mark and names of failing levels
/// @param paper    its scale
/// @return true where marks of the paper can be judged
/// @throws never
/// @source data model, rule 7
bool policy_judges(const Policy& policy, const Paper& paper) noexcept;

/// Whether a paper's mark or ordered level fails under a policy: yes, no, or not to be told.
///
/// Use for papers of either scale. Points are judged by the policy's share of full marks; levels by the names of the
/// levels that do not pass, where the paper has one of them, and are never turned into points.
/// @param cohort   papers and names
/// @param score    a score of one of its papers
/// @param policy   pass mark and names of failing levels
/// @param pass     the share of full marks; a policy without one judges levels alone
/// @return value 1 or 0; status not_comparable (the policy says nothing of the paper's scale) or not_recorded (not sat)
/// @throws never
/// @source data model, rule 7; checked by hand
Estimate judge_paper(const Cohort& cohort, const PaperScore& score, const Policy& policy, Fraction pass) noexcept;

/// Standing of every result among the sitters of one paper, as of a date.
///
/// Use within a paper only; results of different papers do not compare. Ordered levels are ranked and get no z.
/// @param cohort   papers and results
/// @param as_of    results known later, and papers dated later, are not seen
/// @return one score for each visible result, by child then paper; statuses not_enough_data (fewer than 10 sitters),
///         degenerate (all equal), not_recorded (not sat)
/// @throws std::bad_alloc. Cost: one sort of each paper's marks
/// @source Blom 1958 for rank-normal scores; checked against scipy.stats (zscore, rankdata, norm.ppf) to 1e-12
std::vector<PaperScore> score_papers(const Cohort& cohort, Date as_of);

}  // namespace childwell::inline v0_1
