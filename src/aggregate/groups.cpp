// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/groups.hpp>

#include "grouped_rows.hpp"
#include "linked_measures.hpp"
#include "protected_table.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/stats/pooling.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

using detail::MeasureGroups;
using detail::NodeSums;
using detail::ProtectedTable;
using detail::PublishedTree;

void check_plan(const AggregatePlan& plan) {
  if (plan.minimum_cell < 1) throw std::invalid_argument("childwell: the smallest cell must be at least 1");
  if (plan.levels.empty()) throw std::invalid_argument("childwell: name at least one level, such as school");
}

// Trees are made once for each hierarchy, with and without what lies above the school.
class Trees {
 public:
  Trees(const std::vector<Hierarchy>& hierarchies, const AggregatePlan& plan) : hierarchies_(hierarchies), plan_(plan) {}

  static std::size_t number(const MeasureInput& measure) { return 2 * measure.hierarchy + (measure.above_school ? 1 : 0); }

  const PublishedTree& of(const MeasureInput& measure) {
    if (measure.hierarchy >= hierarchies_.size()) {
      throw std::invalid_argument("childwell: measure '" + measure.id + "' names a hierarchy that is not there");
    }
    const auto [found, missing] = trees_.try_emplace(number(measure));
    if (missing) {
      std::vector<bool> published(level_words.size(), false);
      for (const Level level : plan_.levels) {
        published[static_cast<std::size_t>(level)] = measure.above_school || level >= Level::school;
      }
      found->second = detail::published_tree(hierarchies_[measure.hierarchy], published);
    }
    return found->second;
  }

 private:
  const std::vector<Hierarchy>& hierarchies_;
  const AggregatePlan& plan_;
  std::map<std::size_t, PublishedTree> trees_;
};

// A paper that a school sets itself has children of that school alone, and there are as many such papers as schools: on
// the tree of the whole city each child would cost more the larger the city is. So each has a tree of the schools that it
// touches and all that lies below them. Nothing is published above such a school, so the others tell nothing of it.
class OwnTrees {
 public:
  OwnTrees(const std::vector<MeasureInput>& measures, const std::vector<const PublishedTree*>& whole, std::size_t first_number)
      : first_number_(first_number), of_measure_(measures.size(), none) {
    std::map<std::pair<std::string, std::uint32_t>, std::size_t> numbers;
    for (std::size_t i = 0; i < measures.size(); ++i) {
      if (measures[i].above_school) continue;
      const std::string key = measures[i].population.empty() ? std::to_string(i).append("\n") : measures[i].population;
      const auto [found, fresh] = numbers.try_emplace({key, measures[i].hierarchy}, from_.size());
      if (fresh) {
        from_.push_back(whole[i]);
        touched_.emplace_back();
      }
      of_measure_[i] = found->second;
      touch(measures[i], *whole[i], touched_[found->second]);
    }
    trees_.resize(from_.size());
  }

  [[nodiscard]] std::size_t size() const noexcept { return trees_.size(); }
  [[nodiscard]] bool has(std::size_t measure) const noexcept { return of_measure_[measure] != none; }
  [[nodiscard]] const PublishedTree& of(std::size_t measure) const noexcept { return trees_[of_measure_[measure]]; }
  [[nodiscard]] std::size_t number(std::size_t measure) const noexcept { return first_number_ + of_measure_[measure]; }

  void make(std::size_t at) {
    const PublishedTree& whole = *from_[at];
    PublishedTree& tree = trees_[at];
    std::vector<std::uint32_t> place(whole.nodes.size(), no_node);
    for (std::size_t node = 0; node < whole.nodes.size(); ++node) {  // parents come first
      const std::uint32_t parent = whole.nodes[node].parent;
      const bool kept = parent == no_node ? touched_[at].contains(static_cast<std::uint32_t>(node)) : place[parent] != no_node;
      if (!kept) continue;
      place[node] = static_cast<std::uint32_t>(tree.nodes.size());
      tree.nodes.push_back(whole.nodes[node]);
      if (parent != no_node) tree.nodes.back().parent = place[parent];
      tree.is_remainder.push_back(whole.is_remainder[node]);
    }
    const auto placed = [&](std::uint32_t leaf) { return leaf == no_node ? no_node : place[leaf]; };
    tree.leaf_of.reserve(whole.leaf_of.size());
    for (const std::uint32_t leaf : whole.leaf_of) tree.leaf_of.push_back(placed(leaf));
    tree.nowhere = placed(whole.nowhere);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  static void touch(const MeasureInput& measure, const PublishedTree& whole, std::set<std::uint32_t>& roots) {
    for (const Contribution& row : measure.rows) {
      if (row.place != no_node && row.place >= whole.leaf_of.size()) continue;  // refused where rows are put in order
      std::uint32_t node = row.place == no_node ? whole.nowhere : whole.leaf_of[row.place];
      while (node != no_node && whole.nodes[node].parent != no_node) node = whole.nodes[node].parent;
      if (node != no_node) roots.insert(node);
    }
  }

  std::size_t first_number_;
  std::vector<std::size_t> of_measure_;
  std::vector<const PublishedTree*> from_;
  std::vector<std::set<std::uint32_t>> touched_;
  std::vector<PublishedTree> trees_;
};

// One table a measure, with all its hierarchies, in the order in which the measures came.
std::vector<ProtectedTable> tables_of(const std::vector<MeasureInput>& measures, const std::vector<const PublishedTree*>& shared,
                                      const OwnTrees& own, const AggregatePlan& plan, Executor& executor) {
  std::vector<std::vector<NodeSums>> sums(measures.size());
  for_chunks(executor, measures.size(), 1, [&](std::size_t i, std::size_t) {
    stop_point();
    sums[i] = detail::sums_by_node(measures[i], own.has(i) ? own.of(i) : *shared[i], plan);
  });
  std::vector<ProtectedTable> tables;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> numbers;
  for (std::size_t i = 0; i < measures.size(); ++i) {
    const MeasureInput& measure = measures[i];
    const auto [found, missing] =
        numbers.try_emplace({measure.id, measure.policy, measure.exam, measure.subject}, tables.size());
    if (missing) tables.emplace_back();
    ProtectedTable& table = tables[found->second];
    MeasureGroups groups;
    groups.measure = &measure;
    groups.tree = own.has(i) ? &own.of(i) : shared[i];
    groups.tree_number = own.has(i) ? own.number(i) : Trees::number(measure);
    groups.sums = std::move(sums[i]);
    groups.hidden.resize(groups.sums.size());
    groups.bounds_hidden.resize(groups.sums.size());
    const bool alike = table.empty() || table.front().measure->kind == measure.kind;
    const bool once = std::none_of(table.begin(), table.end(), [&](const MeasureGroups& other) {
      return other.measure->hierarchy == measure.hierarchy;
    });
    if (!alike || !once) throw std::invalid_argument("childwell: measure '" + measure.id + "' was given twice");
    table.push_back(std::move(groups));
  }
  return tables;
}

using NumeratorAndRest = std::array<double, 2>;

NumeratorAndRest amounts_of(const NodeSums& sums) { return {sums.numerator, sums.observed - sums.numerator}; }

// What can be told at least of each cell: its own amounts where it is shown, else what the cells below it add up to.
std::vector<NumeratorAndRest> least_amounts(const MeasureGroups& groups) {
  std::vector<NumeratorAndRest> least(groups.sums.size());
  for (std::size_t node = groups.sums.size(); node-- > 0;) {  // parents come first, so backwards is upwards
    if (!groups.hidden[node]) least[node] = amounts_of(groups.sums[node]);
    const std::uint32_t parent = groups.tree->nodes[node].parent;
    if (parent == no_node) continue;
    least[parent][0] += least[node][0];
    least[parent][1] += least[node][1];
  }
  return least;
}

// All papers less those shown one by one are those that are hidden. At the top that is safe where several papers share
// enough that no shown place below accounts for; further down the places tie papers together, and the whole is hidden.
bool gives_parts_away(const std::vector<const MeasureGroups*>& parts, std::size_t node, bool at_top, double minimum) {
  std::size_t hidden = 0;
  NumeratorAndRest open{};
  for (const MeasureGroups* part : parts) {
    if (!part->hidden[node]) continue;
    if (!at_top) return true;
    ++hidden;
    const NumeratorAndRest least = least_amounts(*part)[node];
    const NumeratorAndRest all = amounts_of(part->sums[node]);
    open[0] += all[0] - least[0];
    open[1] += all[1] - least[1];
  }
  return hidden == 1 || (hidden > 1 && (open[0] < minimum || open[1] < minimum));
}

void hide_with_parts(ProtectedTable& whole, const std::vector<ProtectedTable>& tables, double minimum) {
  for (MeasureGroups& groups : whole) {
    std::vector<const MeasureGroups*> parts;
    for (const ProtectedTable& table : tables) {
      for (const MeasureGroups& part : table) {
        const bool belongs = part.measure->id == groups.measure->parts && part.measure->policy == groups.measure->policy;
        if (belongs && part.tree_number == groups.tree_number) parts.push_back(&part);
      }
    }
    for (std::size_t node = 0; node < groups.hidden.size(); ++node) {
      stop_point_at(node);
      const bool at_top = groups.tree->nodes[node].parent == no_node;
      if (groups.sums[node].children > 0 && gives_parts_away(parts, node, at_top, minimum)) groups.hidden[node] = true;
    }
  }
}

void hide_also(ProtectedTable& table, const std::vector<Hierarchy>& hierarchies, const std::set<detail::CellName>& names) {
  if (names.empty()) return;
  for (MeasureGroups& groups : table) {
    const MeasureInput& measure = *groups.measure;
    for (std::size_t node = 0; node < groups.hidden.size(); ++node) {
      const PlaceNode& place = groups.tree->nodes[node];
      const std::string parent = place.parent == no_node ? "" : groups.tree->nodes[place.parent].code;
      if (names.contains({measure.id, measure.policy, measure.exam, measure.subject, hierarchies[measure.hierarchy].name,
                          place.level, place.code, parent})) {
        groups.hidden[node] = true;
      }
    }
  }
}

// Work that is one piece, on a thread of the executor: the calling thread is free to hear that it is to stop.
template <class Work>
void in_one_piece(Executor& executor, Work work) {
  for_chunks(executor, 1, 1, [&](std::size_t, std::size_t) { work(); });
}

void protect(std::vector<ProtectedTable>& tables, const std::vector<Hierarchy>& hierarchies, double minimum,
             const std::set<detail::CellName>& also_hidden, Executor& executor) {
  std::map<std::string, std::vector<ProtectedTable*>> populations;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const MeasureInput& measure = *tables[i].front().measure;
    if (measure.kind == MeasureKind::count) continue;
    const std::string own = std::to_string(i).append("\n");  // no name of a population holds a line break
    populations[measure.population.empty() ? own : measure.population].push_back(&tables[i]);
  }
  in_one_piece(executor, [&] {
    for (auto& [name, members] : populations) detail::hide_small_populations(members, minimum);
  });
  for_chunks(executor, tables.size(), 1, [&](std::size_t i, std::size_t) {
    hide_also(tables[i], hierarchies, also_hidden);
    if (tables[i].front().measure->parts.empty()) detail::hide_small_sums(tables[i], minimum);
  });
  in_one_piece(executor, [&] {
    detail::hide_linked_sums(tables, minimum);
    for (ProtectedTable& table : tables) {
      if (table.front().measure->parts.empty()) continue;
      hide_with_parts(table, tables, minimum);
      detail::hide_small_sums(table, minimum);
    }
  });
}

void set_interval(GroupRow& row, const NodeSums& sums, bool bounds_hidden) {
  Estimate& estimate = row.realised;
  row.sampling_lower = sums.sampling.lower;
  row.sampling_upper = sums.sampling.upper;
  if (row.kind == MeasureKind::mean) {
    estimate.lower = row.sampling_lower;
    estimate.upper = row.sampling_upper;
  } else if (!bounds_hidden) {
    estimate.lower = sums.numerator / sums.expected;
    estimate.upper = (sums.numerator + sums.expected - sums.observed) / sums.expected;
  }
}

void fill(GroupRow& row, const NodeSums& sums, bool bounds_hidden) {
  row.children = sums.children;
  row.realised.n_expected = bounds_hidden ? not_shown : std::llround(sums.expected);
  row.realised.n_observed = std::llround(sums.observed);
  if (row.kind == MeasureKind::count) {
    row.children = row.realised.n_expected = row.realised.n_observed = std::llround(sums.numerator);
    row.realised.value = sums.numerator;
    row.realised.status = Status::ok;
    return;
  }
  if (sums.children == 0) return;
  row.realised.value = sums.numerator / sums.observed;
  row.realised.status = Status::ok;
  set_interval(row, sums, bounds_hidden);
}

GroupRow row_of(const MeasureGroups& groups, std::size_t node, const Hierarchy& hierarchy) {
  const MeasureInput& measure = *groups.measure;
  const PlaceNode& place = groups.tree->nodes[node];
  GroupRow row;
  row.hierarchy = hierarchy.name;
  row.level = place.level;
  row.place = place.code;
  if (place.parent != no_node) row.parent = groups.tree->nodes[place.parent].code;
  row.measure = measure.id;
  row.policy = measure.policy;
  row.exam = measure.exam;
  row.subject = measure.subject;
  row.kind = measure.kind;
  if (row.kind == MeasureKind::mean) {
    row.estimand = Estimand::propensity;
    row.interval = IntervalKind::confidence;
  } else if (row.kind == MeasureKind::count) {
    row.interval = IntervalKind::none;
  }
  if (groups.hidden[node]) {
    row.realised = without_value(Status::hidden);
  } else {
    fill(row, groups.sums[node], groups.bounds_hidden[node]);
  }
  return row;
}

// Draws the shown places of one level together. Hidden cells and children without a place take no part.
void pool(std::vector<GroupRow>& rows, const std::vector<const NodeSums*>& sums, const std::vector<std::size_t>& chosen,
          const AggregatePlan& plan) {
  std::vector<double> values;
  std::vector<double> variances;
  std::vector<double> sizes;
  for (const std::size_t i : chosen) {
    values.push_back(rows[i].realised.value);
    variances.push_back(sums[i]->sampling.variance);
    sizes.push_back(sums[i]->observed);
  }
  const bool mean = !chosen.empty() && rows[chosen.front()].kind == MeasureKind::mean;
  // A rate at 0 % or 100 % has no variance of its own, and the estimator leaves it at 0: it borrows like the others.
  const std::vector<double> smoothed = stats::smoothed_variances(variances, sizes);
  const stats::BetweenGroups between = stats::paule_mandel(values, smoothed);
  const auto scale = mean ? stats::IntervalScale::identity : stats::IntervalScale::logit;
  const auto pooled = stats::shrunken_estimates(values, smoothed, between, scale, plan.level);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    GroupRow& row = rows[chosen[i]];
    row.pooled = pooled[i].value;
    row.pooled_lower = pooled[i].lower;
    row.pooled_upper = pooled[i].upper;
    // Where every place is at 0 % or 100 %, nothing says how far places differ: none borrows, and each keeps its own
    // exact interval.
    const bool at_edge = row.realised.value == 0.0 || row.realised.value == 1.0;
    if (!mean && at_edge && std::isnan(row.pooled)) {
      row.pooled = row.realised.value;
      row.pooled_lower = row.sampling_lower;
      row.pooled_upper = row.sampling_upper;
    }
  }
}

std::vector<GroupRow> published_rows(const MeasureGroups& groups, const Hierarchy& hierarchy,
                                     const AggregatePlan& plan) {
  std::vector<GroupRow> rows;
  std::vector<const NodeSums*> sums;
  std::map<Level, std::vector<std::size_t>> shown_places;
  for (std::size_t node = 0; node < groups.sums.size(); ++node) {
    if (node % 1024 == 0) stop_point();
    if (groups.sums[node].contributions == 0) continue;
    rows.push_back(row_of(groups, node, hierarchy));
    sums.push_back(&groups.sums[node]);
    const GroupRow& row = rows.back();
    const bool pools = row.realised.status == Status::ok && row.kind != MeasureKind::count;
    if (pools && !groups.tree->is_remainder[node]) shown_places[row.level].push_back(rows.size() - 1);
  }
  for (const auto& [level, chosen] : shown_places) pool(rows, sums, chosen, plan);
  std::stable_sort(rows.begin(), rows.end(), [](const GroupRow& a, const GroupRow& b) {
    if (a.level != b.level) return a.level < b.level;
    if (a.place != b.place) return code_before(a.place, b.place);
    return code_before(a.parent, b.parent);
  });
  return rows;
}

// A school's own paper says nothing above the school, and the table says so instead of leaving a gap.
std::vector<GroupRow> not_comparable_rows(const MeasureInput& measure, const Hierarchy& hierarchy,
                                          const AggregatePlan& plan) {
  std::vector<GroupRow> rows;
  for (const PlaceNode& place : hierarchy.nodes) {
    const bool asked = std::find(plan.levels.begin(), plan.levels.end(), place.level) != plan.levels.end();
    if (measure.above_school || place.level != Level::city || !asked) continue;
    GroupRow row;
    row.hierarchy = hierarchy.name;
    row.level = place.level;
    row.place = place.code;
    row.measure = measure.id;
    row.policy = measure.policy;
    row.exam = measure.exam;
    row.subject = measure.subject;
    row.kind = measure.kind;
    row.realised = without_value(Status::not_comparable);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<GroupRow> detail::grouped_rows(const std::vector<Hierarchy>& hierarchies,
                                           const std::vector<MeasureInput>& measures, const AggregatePlan& plan,
                                           const std::set<CellName>& also_hidden, Executor& executor) {
  check_plan(plan);
  Trees trees(hierarchies, plan);
  std::vector<const PublishedTree*> shared;  // made before the measures are summed side by side
  for (const MeasureInput& measure : measures) shared.push_back(&trees.of(measure));
  OwnTrees own(measures, shared, 2 * hierarchies.size());
  for_chunks(executor, own.size(), 1, [&](std::size_t at, std::size_t) { own.make(at); });
  std::vector<ProtectedTable> tables = tables_of(measures, shared, own, plan, executor);
  protect(tables, hierarchies, static_cast<double>(plan.minimum_cell), also_hidden, executor);
  std::vector<std::vector<GroupRow>> parts(tables.size());
  for_chunks(executor, tables.size(), 1, [&](std::size_t i, std::size_t) {
    for (const MeasureGroups& groups : tables[i]) {
      const Hierarchy& hierarchy = hierarchies[groups.measure->hierarchy];
      for (GroupRow& row : not_comparable_rows(*groups.measure, hierarchy, plan)) parts[i].push_back(std::move(row));
      for (GroupRow& row : published_rows(groups, hierarchy, plan)) parts[i].push_back(std::move(row));
    }
  });
  std::vector<GroupRow> rows;
  for (std::vector<GroupRow>& part : parts) {
    rows.insert(rows.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  }
  return rows;
}

std::vector<GroupRow> aggregate_measures(const std::vector<Hierarchy>& hierarchies,
                                         const std::vector<MeasureInput>& measures, const AggregatePlan& plan) {
  SerialExecutor executor;
  return detail::grouped_rows(hierarchies, measures, plan, {}, executor);
}

}  // namespace childwell::inline v0_1
