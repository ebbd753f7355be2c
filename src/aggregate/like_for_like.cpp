// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/like_for_like.hpp>

#include "grouped_rows.hpp"
#include "indicator_measures.hpp"

#include <childwell/indicators/expected_change.hpp>
#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>

namespace childwell::inline v0_1 {
namespace {

/// The four tables of a comparison, two of them of the children who are on one side only, which nobody sees.
enum Side : std::size_t { both_before, both_after, rest_before, rest_after };
constexpr std::array side_words = {"both_before", "both_after", "rest_before", "rest_after"};

using PlaceKey = std::tuple<Level, std::string, std::string>;

/// Units of one child of both sides.
struct Pair {
  double absent_before, observed_before, absent_after, observed_after;
};

class Comparison {
 public:
  Comparison(const Indicators& indicators, std::size_t before, std::size_t after, const AggregatePlan& plan, Executor& executor)
      : before_(indicators.snapshots.at(before)), after_(indicators.snapshots.at(after)), plan_(plan), executor_(executor) {
    check();
    places_ = detail::school_places(after_);
    lay_schools();
    for (std::size_t side = 0; side < measures_.size(); ++side) {
      measures_[side].id = side_words[side];
      measures_[side].kind = MeasureKind::ratio;
    }
  }

  LikeForLike run() {
    for (std::size_t child = 0; child < after_.current_lane.size(); ++child) {
      stop_point_at(child);
      add_child(child);
    }
    judge_rows();
    hide_counts();
    return std::move(made_);
  }

 private:
  void check() const {
    const auto refuse = [](const char* what) { throw std::invalid_argument(std::string("childwell.like_for_like: ") + what); };
    for (const Snapshot* one : {&before_, &after_}) {
      if (one->window.kind == Window::Kind::last_sessions) refuse("the last sessions of each child are no two windows; measure between dates");
    }
    if (window_span(before_.window, before_.as_of).second > window_span(after_.window, after_.as_of).first) {
      refuse("the first window ends after the second begins, so that they share days; measure between dates that follow each other");
    }
  }

  /// The school where the child's last sessions of the window were: a window may end long before the as-of date.
  [[nodiscard]] static std::int32_t school_of(const Snapshot& snapshot, std::size_t child) {
    const Cohort& cohort = *snapshot.cohort;
    for (std::uint32_t at = cohort.child_begin[child + 1]; at-- > cohort.child_begin[child];) {
      const std::uint32_t lane = cohort.lanes_by_child[at];
      if (snapshot.lanes[lane].sessions > 0) return cohort.lanes[lane].school;
    }
    return -1;
  }

  [[nodiscard]] bool counts(const Snapshot& snapshot, std::size_t child) const {
    const auto number = static_cast<std::int32_t>(child);
    const bool open = snapshot.current_lane[child] >= 0 && snapshot.register_unknown[child] == 0;
    return open && !snapshot.cohort->withheld(number, Subject::attendance, snapshot.as_of) && observed(snapshot, child) > 0;
  }

  [[nodiscard]] static std::int64_t observed(const Snapshot& snapshot, std::size_t child) {
    return std::int64_t{snapshot.children[child].recorded} + snapshot.children[child].implied;
  }

  /// The node of every school that any enrolment leads to, as it is called at the later date.
  void lay_schools() {
    const Cohort& cohort = *after_.cohort;
    for (std::size_t lane = 0; lane < cohort.lanes.size(); ++lane) {
      const std::uint32_t school = places_.hierarchy.nodes[places_.lane_nodes[lane]].parent;
      school_nodes_.try_emplace(cohort.places.successor(cohort.lanes[lane].school, after_.as_of), school);
    }
  }

  [[nodiscard]] std::uint32_t node_of(std::int32_t school) const {
    const auto found = school_nodes_.find(after_.cohort->places.successor(school, after_.as_of));
    return found == school_nodes_.end() ? no_node : found->second;
  }

  void add_row(Side side, const Snapshot& snapshot, std::size_t child, std::uint32_t node) {
    const AttendanceFamily::State& state = snapshot.children[child];
    measures_[side].rows.push_back({static_cast<std::uint32_t>(child), node, static_cast<double>(state.absent),
                                    static_cast<double>(observed(snapshot, child)), static_cast<double>(state.expected)});
  }

  void add_child(std::size_t child) {
    const bool there_before = counts(before_, child);
    const bool there_after = counts(after_, child);
    const std::int32_t first = school_of(before_, child);
    const std::int32_t second = school_of(after_, child);
    if (there_before && there_after && after_.cohort->places.same_line(first, second, after_.as_of)) {
      ++made_.both;
      const std::uint32_t node = node_of(second);
      add_row(both_before, before_, child, node);
      add_row(both_after, after_, child, node);
      const Pair pair{static_cast<double>(before_.children[child].absent), static_cast<double>(observed(before_, child)),
                      static_cast<double>(after_.children[child].absent), static_cast<double>(observed(after_, child))};
      for (std::uint32_t at = node; at != no_node; at = places_.hierarchy.nodes[at].parent) pairs_[key_of(at)].push_back(pair);
      return;
    }
    if (there_before && there_after) ++made_.moved;
    else if (there_before) ++made_.only_before;
    else if (there_after) ++made_.only_after;
    if (there_before) add_row(rest_before, before_, child, node_of(first));
    if (there_after) add_row(rest_after, after_, child, node_of(second));
  }

  /// The names of a place, with those of the nearest place above it that is shown.
  [[nodiscard]] PlaceKey key_of(std::uint32_t node) const {
    const std::vector<PlaceNode>& nodes = places_.hierarchy.nodes;
    std::uint32_t above = nodes[node].parent;
    while (above != no_node && std::find(plan_.levels.begin(), plan_.levels.end(), nodes[above].level) == plan_.levels.end()) above = nodes[above].parent;
    return {nodes[node].level, nodes[node].code, above == no_node ? std::string() : nodes[above].code};
  }

  void judge_rows() {
    std::vector<MeasureInput> given(measures_.begin(), measures_.end());
    const auto groups = detail::grouped_rows({places_.hierarchy}, given, plan_, {}, executor_);
    std::map<PlaceKey, std::array<const GroupRow*, side_words.size()>> places;
    for (const GroupRow& group : groups) {
      const auto side = static_cast<std::size_t>(std::find(side_words.begin(), side_words.end(), group.measure) - side_words.begin());
      auto [found, fresh] = places.try_emplace({group.level, group.place, group.parent});
      if (fresh) found->second.fill(nullptr);
      found->second[side] = &group;
    }
    for (const GroupRow& group : groups) {  // in the order of the table of those on both sides
      if (group.measure == side_words[both_before]) add_place({group.level, group.place, group.parent}, places.at({group.level, group.place, group.parent}));
    }
    for (const Level level : plan_.levels) expect(level);
  }

  void add_place(const PlaceKey& key, const std::array<const GroupRow*, side_words.size()>& sides) {
    LikeForLikeRow row;
    std::tie(row.level, row.place, row.parent) = key;
    const bool hidden = std::any_of(sides.begin(), sides.end(), [](const GroupRow* one) { return one != nullptr && one->realised.status == Status::hidden; });
    row.before = row.after = without_value(Status::hidden);
    if (!hidden) {
      row.children = sides[both_before]->children;
      row.before = sides[both_before]->realised;
      row.after = sides[both_after]->realised;
      set_difference(pairs_[key], row);
    }
    made_.rows.push_back(std::move(row));
  }

  // Each child is on both sides, so what it adds to both rates is taken together.
  void set_difference(const std::vector<Pair>& pairs, LikeForLikeRow& row) const {
    row.difference = row.after.value - row.before.value;
    const auto children = static_cast<double>(pairs.size());
    if (children < 2.0) return;
    std::vector<double> before, after, squares;
    for (const Pair& pair : pairs) {
      before.push_back(pair.observed_before);
      after.push_back(pair.observed_after);
    }
    const double all_before = stats::chunked_sum(before);
    const double all_after = stats::chunked_sum(after);
    for (const Pair& pair : pairs) {
      const double part = (pair.absent_after - row.after.value * pair.observed_after) / all_after -
                          (pair.absent_before - row.before.value * pair.observed_before) / all_before;
      squares.push_back(part * part);
    }
    const double variance = plan_.design_effect * children / (children - 1.0) * stats::chunked_sum(squares);
    const double t = stats::student_t_quantile(0.5 + plan_.level / 2.0, children - 1.0);
    row.lower = row.difference - t * std::sqrt(variance);
    row.upper = row.difference + t * std::sqrt(variance);
  }

  /// Hidden places have no part in the line, so that it tells nothing of them.
  void expect(Level level) {
    std::vector<LikeForLikeRow*> shown;
    std::vector<double> before, after;
    for (LikeForLikeRow& row : made_.rows) {
      if (row.level != level || row.before.status != Status::ok || row.place == remainder_code) continue;
      shown.push_back(&row);
      before.push_back(row.before.value);
      after.push_back(row.after.value);
    }
    const ExpectedChange change = expected_change(before, after, plan_.level);
    if (change.status != Status::ok) return;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      shown[i]->expected = change.expected[i];
      shown[i]->direction = change.direction[i];
    }
  }

  // Counts of few children, and with them those that a known sum would tell them from.
  void hide_counts() {
    const auto small = [&](std::int64_t count) { return count > 0 && count < plan_.minimum_cell; };
    if (!small(made_.both) && !small(made_.moved) && !small(made_.only_before) && !small(made_.only_after)) return;
    made_.both = made_.moved = made_.only_before = made_.only_after = not_shown;
  }

  const Snapshot& before_;
  const Snapshot& after_;
  const AggregatePlan& plan_;
  Executor& executor_;
  detail::SchoolPlaces places_;
  std::map<std::int32_t, std::uint32_t> school_nodes_;
  std::array<MeasureInput, side_words.size()> measures_;
  std::map<PlaceKey, std::vector<Pair>> pairs_;
  LikeForLike made_;
};

}  // namespace

LikeForLike like_for_like(const Indicators& indicators, std::size_t before, std::size_t after, const AggregatePlan& plan, Executor& executor) {
  return Comparison(indicators, before, after, plan, executor).run();
}

LikeForLike like_for_like(const Indicators& indicators, std::size_t before, std::size_t after, const AggregatePlan& plan) {
  SerialExecutor executor;
  return like_for_like(indicators, before, after, plan, executor);
}

}  // namespace childwell::inline v0_1
