// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/paper_change.hpp>

#include <childwell/core/executor.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::size_t fewest_of_both = 30;

/// Rank-normal scores of one paper among those who have one.
using Field = std::map<std::int32_t, double>;

/// Two papers and how they hang together.
struct Pair {
  double correlation = 0.0;
  std::int64_t shared = 0;
  Status status = Status::not_enough_data;
};

Pair pair_of(const Field& before, const Field& after) {
  std::vector<std::pair<double, double>> both;
  for (const auto& [child, score] : before) {
    const auto found = after.find(child);
    if (found != after.end()) both.emplace_back(score, found->second);
  }
  Pair pair;
  pair.shared = static_cast<std::int64_t>(both.size());
  if (both.size() < fewest_of_both) return pair;
  std::sort(both.begin(), both.end());  // so that the sums do not depend on who comes first
  double mean_x = 0.0, mean_y = 0.0;
  for (const auto& [x, y] : both) {
    mean_x += x / static_cast<double>(both.size());
    mean_y += y / static_cast<double>(both.size());
  }
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (const auto& [x, y] : both) {
    xx += (x - mean_x) * (x - mean_x);
    yy += (y - mean_y) * (y - mean_y);
    xy += (x - mean_x) * (y - mean_y);
  }
  pair.correlation = xy / std::sqrt(xx * yy);
  const bool usable = pair.correlation > 0.0 && pair.correlation < 1.0 - 1e-12;
  pair.status = usable ? Status::ok : Status::degenerate;
  return pair;
}

struct Sat {
  Date date;
  std::uint32_t paper = 0;
};

/// Subject, scope and setter: papers that differ in one of them do not compare.
using Series = std::tuple<std::int32_t, std::uint8_t, std::int32_t>;

/// The last two of a child's papers, none where two of a day leave open which comes first.
std::pair<const Sat*, const Sat*> last_two(std::vector<Sat>& papers) {
  std::sort(papers.begin(), papers.end(), [](const Sat& a, const Sat& b) { return a.date < b.date; });
  const std::size_t n = papers.size();
  if (n < 2 || papers[n - 1].date == papers[n - 2].date) return {nullptr, nullptr};
  if (n > 2 && papers[n - 2].date == papers[n - 3].date) return {nullptr, nullptr};
  return {&papers[n - 2], &papers[n - 1]};
}

}  // namespace

std::vector<PaperChange> paper_changes(const Cohort& cohort, std::span<const PaperScore> scores, double level) {
  std::vector<Field> fields(cohort.papers.size());
  std::size_t step = 0;
  for (const PaperScore& score : scores) {
    stop_point_at(++step);
    if (score.rank_normal.status == Status::ok) fields[score.paper].emplace(score.child, score.rank_normal.value);
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pair> pairs;
  std::vector<PaperChange> changes;
  const double z = stats::normal_quantile(0.5 + level / 2.0);
  for (std::size_t first = 0; first < scores.size();) {
    std::size_t last = first;
    std::map<Series, std::vector<Sat>> series;
    for (; last < scores.size() && scores[last].child == scores[first].child; ++last) {
      stop_point_at(++step);
      const Paper& paper = cohort.papers[scores[last].paper];
      if (scores[last].rank_normal.status != Status::ok || !paper.date.known()) continue;
      series[{paper.subject, paper.scope, paper.setter}].push_back({paper.date, scores[last].paper});
    }
    const std::int32_t child = scores[first].child;
    first = last;
    for (auto& [key, papers] : series) {
      const auto [before, after] = last_two(papers);
      if (before == nullptr) continue;
      auto [found, fresh] = pairs.try_emplace({before->paper, after->paper});
      if (fresh) found->second = pair_of(fields[before->paper], fields[after->paper]);
      const Pair& pair = found->second;
      PaperChange change{child, before->paper, after->paper, without_value(pair.status, pair.shared, pair.shared),
                         without_value(pair.status, pair.shared, pair.shared)};
      if (pair.status == Status::ok) {
        const double earlier = fields[before->paper].at(child);
        const double later = fields[after->paper].at(child);
        const double half = z * std::sqrt(1.0 - pair.correlation * pair.correlation);
        change.beyond_regression.value = later - pair.correlation * earlier;
        change.beyond_regression.lower = change.beyond_regression.value - half;
        change.beyond_regression.upper = change.beyond_regression.value + half;
        change.reliable.value = (later - earlier) / std::sqrt(2.0 * (1.0 - pair.correlation));
      }
      changes.push_back(change);
    }
  }
  std::sort(changes.begin(), changes.end(), [](const PaperChange& a, const PaperChange& b) {
    return std::pair(a.child, a.after) < std::pair(b.child, b.after);
  });
  return changes;
}

Estimate repeats_grade(const Cohort& cohort, std::uint32_t current, Date as_of) {
  const Lane& lane = cohort.lanes[current];
  const CivilDate civil = to_civil(as_of);
  const Date year = *to_date({civil.month >= 9 ? civil.year : civil.year - 1, 9, 1});
  const Date year_before = *to_date({civil.month >= 9 ? civil.year - 1 : civil.year - 2, 9, 1});
  Estimate estimate = without_value(Status::ok, 1, 1);
  estimate.value = lane.kind == SpellKind::repeat ? 1.0 : 0.0;
  bool told = lane.kind == SpellKind::repeat || lane.kind == SpellKind::first;
  const auto child = static_cast<std::size_t>(lane.child);
  for (std::uint32_t at = cohort.child_begin[child]; at < cohort.child_begin[child + 1]; ++at) {
    const Lane& other = cohort.lanes[cohort.lanes_by_child[at]];
    if (other.known_on > as_of || other.from >= year || other.from < year_before || lane.from < year) continue;
    if (other.grade == missing_integer || lane.grade == missing_integer) continue;
    told = true;
    if (other.grade == lane.grade) estimate.value = 1.0;
  }
  return told ? estimate : without_value(Status::cannot_tell, 1, 0);
}

}  // namespace childwell::inline v0_1
