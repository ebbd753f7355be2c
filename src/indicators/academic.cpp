// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/academic.hpp>

#include <childwell/core/executor.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace childwell::inline v0_1 {

namespace {

constexpr std::int64_t fewest_sitters = 10;

/// The marks of one paper: those who sat, in order, and how many were entered and did not sit.
struct PaperField {
  std::vector<double> marks;   ///< sorted
  double mean = 0.0;
  double deviation = 0.0;
  std::int64_t missing = 0;    ///< absent, not entered, void or deferred; exempt children are not part of the field
};

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
  const Date date = cohort.papers[result.paper].date;
  if (cohort.withheld(result.child, Subject::exam_results, as_of)) return false;
  return (!date.known() || date <= as_of) && (!result.known_on.known() || result.known_on <= as_of);
}

std::vector<PaperField> fields_of(const Cohort& cohort, Date as_of) {
  std::vector<PaperField> fields(cohort.papers.size());
  std::size_t step = 0;
  for (const PaperResult& result : cohort.results) {
    stop_point_at(++step);
    if (!visible(cohort, result, as_of)) continue;
    PaperField& field = fields[result.paper];
    const double mark = mark_of(cohort, result);
    if (sits(result) && !std::isnan(mark)) field.marks.push_back(mark);
    else if (result.status != 2) ++field.missing;
  }
  for (PaperField& field : fields) {
    stop_point();
    if (field.marks.empty()) continue;
    // sorted first: the sums then do not depend on who wrote which mark
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
  return fields;
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
  const auto fields = fields_of(cohort, as_of);
  std::vector<PaperScore> scores;
  std::size_t step = 0;
  for (const PaperResult& result : cohort.results) {
    stop_point_at(++step);
    if (!visible(cohort, result, as_of)) continue;
    const Paper& paper = cohort.papers[result.paper];
    PaperScore score;
    score.child = result.child;
    score.paper = result.paper;
    score.status = result.status;
    score.value = std::numeric_limits<double>::quiet_NaN();
    const double mark = mark_of(cohort, result);
    if (sits(result) && !std::isnan(mark)) {
      if (paper.ordered_levels) score.level = result.level;
      stand(score, fields[result.paper], mark, paper.ordered_levels);
      if (!paper.ordered_levels && paper.full > 0.0) score.value = result.value;
    } else {
      const auto n = static_cast<std::int64_t>(fields[result.paper].marks.size());
      score.z = score.percentile = score.rank_normal = without_value(Status::not_recorded, n + fields[result.paper].missing, n);
    }
    scores.push_back(score);
  }
  return scores;
}

}  // namespace childwell::inline v0_1
