// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/indicators/academic.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace childwell::inline v0_1::detail {

/// The marks of one paper: those who sat, in order, and how many were entered and did not sit.
struct PaperField {
  std::vector<double> marks;   ///< sorted
  double mean = 0.0;
  double deviation = 0.0;
  std::int64_t missing = 0;    ///< absent, not entered, void or deferred; exempt children are not part of the field
};

/// Scores as of one date after another, in ascending order. A paper is ranked again only where one of its results became
/// visible (or its consent ended) since the date before; where none did, the scores of that date are given once more.
class ScoredPapers {
 public:
  explicit ScoredPapers(const Cohort& cohort) : cohort_(cohort) {}

  /// Of all results visible on the date, by child then paper.
  const PaperScores& by(Date as_of);

 private:
  void find_days_of_change();
  [[nodiscard]] std::vector<std::uint8_t> changed_papers(Date as_of) const;
  void rank(const std::vector<std::uint8_t>& changed, Date as_of);
  [[nodiscard]] PaperScore scored(const PaperResult& result) const;

  const Cohort& cohort_;
  Date as_of_;
  bool begun_ = false;
  std::vector<Date> days_of_change_;  ///< on which a result becomes visible or ceases to be; sorted
  std::vector<PaperField> fields_;    ///< by paper
  PaperScores scores_;
};

}  // namespace childwell::inline v0_1::detail
