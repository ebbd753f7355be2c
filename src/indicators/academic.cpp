// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/academic.hpp>

#include "scored_papers.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace childwell::inline v0_1 {

namespace {

constexpr std::int64_t fewest_sitters = 10;

using detail::PaperField;

bool sits(const PaperResult& result) { return result.status == 0; }

/// The mark that orders results: points, or the position of the level counted from the lowest.
double mark_of(const Cohort& cohort, const PaperResult& result) {
  const Paper& paper = cohort.papers[result.paper];
  if (!paper.ordered_levels) return result.value;
  const auto found = std::find(paper.levels.begin(), paper.levels.end(), result.level);
  if (result.level < 0 || found == paper.levels.end()) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(paper.levels.end() - found);
}

bool visible(const Cohort& cohort, const PaperResult& result, Date as_of) {
  const Paper& paper = cohort.papers[result.paper];
  // a date that is not known is before every date
  if (paper.date > as_of || paper.known_on > as_of || result.known_on > as_of) return false;
  return !cohort.withheld(result.child, Subject::exam_results, as_of);
}

/// Sorted first: the sums then do not depend on who wrote which mark.
void describe(PaperField& field) {
  if (field.marks.empty()) return;
  std::sort(field.marks.begin(), field.marks.end());
  const double centre = field.marks.front();
  double sum = 0.0;
  for (const double mark : field.marks) sum += mark - centre;
  const double n = static_cast<double>(field.marks.size());
  field.mean = centre + sum / n;
  double squares = 0.0;
  for (const double mark : field.marks) squares += (mark - field.mean) * (mark - field.mean);
  field.deviation = field.marks.size() > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0;
}

void stand(PaperScore& score, const PaperField& field, double mark, bool ordered_levels) {
  const auto n = static_cast<std::int64_t>(field.marks.size());
  const std::int64_t entered = n + field.missing;
  const auto low = std::lower_bound(field.marks.begin(), field.marks.end(), mark);
  const auto high = std::upper_bound(low, field.marks.end(), mark);
  const auto below = static_cast<double>(low - field.marks.begin());
  const auto equal = static_cast<double>(high - low);
  const bool enough = n >= fewest_sitters;
  Estimate standing = without_value(enough ? Status::ok : Status::not_enough_data, entered, n);
  score.z = score.percentile = score.rank_normal = standing;
  if (!enough) return;
  const auto all = static_cast<double>(n);
  const auto absent = static_cast<double>(field.missing);
  score.percentile.value = 100.0 * (below + 0.5 * equal) / all;
  score.percentile.lower = 100.0 * (below + 0.5 * equal) / (all + absent);
  score.percentile.upper = 100.0 * (below + 0.5 * equal + absent) / (all + absent);
  const double rank = below + 0.5 * (equal + 1.0);
  score.rank_normal.value = stats::normal_quantile((rank - 0.375) / (all + 0.25));
  if (ordered_levels) score.z = without_value(Status::not_comparable, entered, n);
  else if (field.deviation == 0.0) score.z = without_value(Status::degenerate, entered, n);
  else score.z.value = (mark - field.mean) / field.deviation;
  if (field.marks.front() == field.marks.back()) score.rank_normal = without_value(Status::degenerate, entered, n);
}

}  // namespace

Estimate judge_mark(const PaperScore& score, double full, Fraction pass) noexcept {
  if (score.status != 0) return without_value(Status::not_recorded, 1, 0);
  constexpr double millionths = 1e6;
  constexpr double most = 1e9;  // marks above are no marks of a school, and would not fit
  if (!(full > 0.0) || std::isnan(score.value) || full > most || score.value > most) {
    return without_value(Status::not_comparable, 1, 0);
  }
  const bool passes = pass.reached(std::llround(score.value * millionths), std::llround(full * millionths));
  Estimate failed = without_value(Status::ok, 1, 1);
  failed.value = failed.lower = failed.upper = passes ? 0.0 : 1.0;
  return failed;
}

bool policy_judges(const Policy& policy, const Paper& paper) noexcept {
  if (!paper.ordered_levels) return paper.full > 0.0 && policy.pass.numerator > 0;
  return std::any_of(paper.level_names.begin(), paper.level_names.end(), [&](const std::string& name) {
    return std::find(policy.failing_levels.begin(), policy.failing_levels.end(), name) != policy.failing_levels.end();
  });
}

Estimate judge_paper(const Cohort& cohort, const PaperScore& score, const Policy& policy, Fraction pass) noexcept {
  const Paper& paper = cohort.papers[score.paper];
  if (!paper.ordered_levels) {
    if (pass.numerator <= 0) return without_value(score.status == 0 ? Status::not_comparable : Status::not_recorded, 1, 0);
    return judge_mark(score, paper.full, pass);
  }
  if (score.status != 0 || score.level < 0) return without_value(Status::not_recorded, 1, 0);
  if (!policy_judges(policy, paper)) return without_value(Status::not_comparable, 1, 0);
  const auto level = std::find(paper.levels.begin(), paper.levels.end(), score.level) - paper.levels.begin();
  const std::string& name = paper.level_names[static_cast<std::size_t>(level)];
  const bool fails = std::find(policy.failing_levels.begin(), policy.failing_levels.end(), name) != policy.failing_levels.end();
  Estimate failed = without_value(Status::ok, 1, 1);
  failed.value = failed.lower = failed.upper = fails ? 1.0 : 0.0;
  return failed;
}

std::vector<PaperScore> score_papers(const Cohort& cohort, Date as_of) {
  const PaperScores scores = detail::ScoredPapers(cohort).by(as_of);
  return {scores.begin(), scores.end()};
}

namespace detail {

const PaperScores& ScoredPapers::by(Date as_of) {
  if (!begun_) {
    fields_.resize(cohort_.papers.size());
    find_days_of_change();
    rank(std::vector<std::uint8_t>(cohort_.papers.size(), 1), as_of);
  } else {
    const auto next = std::upper_bound(days_of_change_.begin(), days_of_change_.end(), as_of_);
    if (next != days_of_change_.end() && *next <= as_of) rank(changed_papers(as_of), as_of);
  }
  begun_ = true;
  as_of_ = as_of;
  return scores_;
}

void ScoredPapers::find_days_of_change() {
  constexpr Date always{std::numeric_limits<std::int32_t>::min()};
  std::size_t step = 0;
  for (const PaperResult& result : cohort_.results) {
    stop_point_at(++step);
    const Paper& paper = cohort_.papers[result.paper];
    const Date day = std::max({paper.date, paper.known_on, result.known_on});
    if (day != always && (days_of_change_.empty() || days_of_change_.back() != day)) days_of_change_.push_back(day);
  }
  for (const auto& [child, spells] : cohort_.withheld_spells) {
    for (const WithheldSpell& spell : spells) {
      if (spell.subject != Subject::exam_results) continue;
      days_of_change_.push_back(spell.from);
      if (spell.to != open_end) days_of_change_.push_back(Date{spell.to.days + 1});
    }
  }
  std::sort(days_of_change_.begin(), days_of_change_.end());
  days_of_change_.erase(std::unique(days_of_change_.begin(), days_of_change_.end()), days_of_change_.end());
}

std::vector<std::uint8_t> ScoredPapers::changed_papers(Date as_of) const {
  std::vector<std::uint8_t> changed(cohort_.papers.size(), 0);
  std::size_t step = 0;
  for (const PaperResult& result : cohort_.results) {
    stop_point_at(++step);
    if (visible(cohort_, result, as_of_) != visible(cohort_, result, as_of)) changed[result.paper] = 1;
  }
  return changed;
}

void ScoredPapers::rank(const std::vector<std::uint8_t>& changed, Date as_of) {
  for (std::size_t paper = 0; paper < fields_.size(); ++paper) {
    if (changed[paper] != 0) fields_[paper] = {};
  }
  std::size_t step = 0;
  std::size_t count = 0;
  for (const PaperResult& result : cohort_.results) {
    stop_point_at(++step);
    if (!visible(cohort_, result, as_of)) continue;
    ++count;
    if (changed[result.paper] == 0) continue;
    PaperField& field = fields_[result.paper];
    const double mark = mark_of(cohort_, result);
    if (sits(result) && !std::isnan(mark)) field.marks.push_back(mark);
    else if (result.status != 2) ++field.missing;
  }
  for (std::size_t paper = 0; paper < fields_.size(); ++paper) {
    stop_point();
    if (changed[paper] != 0) describe(fields_[paper]);
  }
  std::vector<PaperScore> scores;
  scores.reserve(count);
  const PaperScore* before = scores_.begin();  // in the same order; those of unchanged papers stand in it, one for one
  for (const PaperResult& result : cohort_.results) {
    stop_point_at(++step);
    if (!visible(cohort_, result, as_of)) continue;
    if (changed[result.paper] != 0) {
      scores.push_back(scored(result));
      continue;
    }
    while (changed[before->paper] != 0) ++before;
    scores.push_back(*before++);
  }
  scores_ = PaperScores(std::move(scores));
}

PaperScore ScoredPapers::scored(const PaperResult& result) const {
  const Paper& paper = cohort_.papers[result.paper];
  const PaperField& field = fields_[result.paper];
  PaperScore score;
  score.child = result.child;
  score.paper = result.paper;
  score.status = result.status;
  score.value = std::numeric_limits<double>::quiet_NaN();
  const double mark = mark_of(cohort_, result);
  if (sits(result) && !std::isnan(mark)) {
    if (paper.ordered_levels) score.level = result.level;
    stand(score, field, mark, paper.ordered_levels);
    if (!paper.ordered_levels && paper.full > 0.0) score.value = result.value;
  } else {
    const auto n = static_cast<std::int64_t>(field.marks.size());
    score.z = score.percentile = score.rank_normal = without_value(Status::not_recorded, n + field.missing, n);
  }
  return score;
}

}  // namespace detail

}  // namespace childwell::inline v0_1
