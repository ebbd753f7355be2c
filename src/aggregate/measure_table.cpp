// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "measure_table.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

bool zero_or_one(double amount) { return amount == 0.0 || amount == 1.0; }

[[noreturn]] void refuse(const MeasureInput& measure, const char* why) {
  throw std::invalid_argument("childwell: measure '" + measure.id + "': " + why);
}

void check_row(const MeasureInput& measure, const Contribution& row) {
  const bool finite = std::isfinite(row.numerator) && std::isfinite(row.observed) && std::isfinite(row.expected);
  if (!finite || row.observed < 0.0 || row.expected < row.observed) {
    refuse(measure, "contributions need finite numbers with 0 <= observed <= expected");
  }
  if (measure.kind == MeasureKind::mean) {
    if (!zero_or_one(row.observed) || !zero_or_one(row.expected)) refuse(measure, "a mean observes a child or does not");
    if (row.observed == 0.0 && row.numerator != 0.0) refuse(measure, "a child who is not observed adds nothing");
    return;
  }
  if (row.numerator < 0.0 || row.numerator > row.observed) {
    refuse(measure, "a rate needs 0 <= numerator <= observed for every child");
  }
  if (measure.kind == MeasureKind::ratio) return;
  if (!zero_or_one(row.numerator) || !zero_or_one(row.observed) || !zero_or_one(row.expected)) {
    refuse(measure, "a share or count takes 0 or 1 for every child");
  }
}

// Rows of each node in pseudonym order, one node after the other.
struct RowsByNode {
  std::vector<std::size_t> begin;
  std::vector<std::uint32_t> rows;
};

RowsByNode rows_by_node(const std::vector<Contribution>& rows, const PublishedTree& tree) {
  RowsByNode found{std::vector<std::size_t>(tree.nodes.size() + 1, 0), {}};
  const auto each_node = [&](const Contribution& row, auto&& visit) {
    for (std::uint32_t node = row.place; node != no_node; node = tree.nodes[node].parent) visit(node);
  };
  for (const Contribution& row : rows) each_node(row, [&](std::uint32_t node) { ++found.begin[node + 1]; });
  for (std::size_t i = 1; i < found.begin.size(); ++i) found.begin[i] += found.begin[i - 1];
  std::vector<std::size_t> next(found.begin.begin(), found.begin.end() - 1);
  found.rows.resize(found.begin.back());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    each_node(rows[i], [&](std::uint32_t node) { found.rows[next[node]++] = static_cast<std::uint32_t>(i); });
  }
  return found;
}

NodeSums sums_of(const MeasureInput& measure, const std::vector<Contribution>& rows,
                 std::span<const std::uint32_t> chosen, const AggregatePlan& plan) {
  NodeSums sums;
  std::vector<double> numerators;
  std::vector<double> observed;
  std::vector<double> expected;
  for (auto* column : {&numerators, &observed, &expected}) column->reserve(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    stop_point_at(i);
    const Contribution& row = rows[chosen[i]];
    if (row.observed > 0.0) ++sums.pairs;
    const bool same_child = i > 0 && rows[chosen[i - 1]].child == row.child;
    if (!same_child) {
      numerators.push_back(0.0);
      observed.push_back(0.0);
      expected.push_back(0.0);
    }
    numerators.back() += row.numerator;
    observed.back() += row.observed;
    expected.back() += row.expected;
  }
  sums.contributions = static_cast<std::int64_t>(chosen.size());
  sums.children = std::count_if(observed.begin(), observed.end(), [](double amount) { return amount > 0.0; });
  sums.numerator = stats::chunked_sum(numerators);
  sums.observed = stats::chunked_sum(observed);
  sums.expected = stats::chunked_sum(expected);
  if (measure.kind == MeasureKind::count) return sums;
  if (measure.kind == MeasureKind::share) {
    // Events first: otherwise the last digit of a shown interval would depend on which hidden part has the events.
    numerators.assign(static_cast<std::size_t>(sums.children), 0.0);
    std::fill_n(numerators.begin(), static_cast<std::ptrdiff_t>(sums.numerator), 1.0);
    observed.assign(numerators.size(), 1.0);
  }
  const auto scale = measure.kind == MeasureKind::mean ? stats::IntervalScale::identity : stats::IntervalScale::logit;
  sums.sampling = stats::ratio_estimate(numerators, observed, {plan.level, scale, plan.design_effect});
  return sums;
}

}  // namespace

std::vector<Contribution> ordered_rows(const MeasureInput& measure, const PublishedTree& tree) {
  std::vector<Contribution> rows;
  rows.reserve(measure.rows.size());
  std::size_t step = 0;
  for (Contribution row : measure.rows) {
    stop_point_at(++step);
    check_row(measure, row);
    const bool placed = row.place != no_node;
    if (placed && row.place >= tree.leaf_of.size()) refuse(measure, "a contribution names a place that is not there");
    row.place = placed ? tree.leaf_of[row.place] : tree.nowhere;
    if (row.place != no_node) rows.push_back(row);
  }
  const auto earlier = [](const Contribution& a, const Contribution& b) {
    return std::pair(a.child, a.place) < std::pair(b.child, b.place);
  };
  // measures are gathered child by child, so that most come in order
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) std::stable_sort(rows.begin(), rows.end(), earlier);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Contribution row = rows[i];
    const bool again = kept > 0 && rows[kept - 1].child == row.child;
    if (again && measure.kind != MeasureKind::ratio) refuse(measure, "a child may be counted once only");
    if (again && rows[kept - 1].place == row.place) {
      rows[kept - 1].numerator += row.numerator;
      rows[kept - 1].observed += row.observed;
      rows[kept - 1].expected += row.expected;
    } else {
      rows[kept++] = row;
    }
  }
  rows.resize(kept);
  return rows;
}

std::vector<NodeSums> sums_by_node(const MeasureInput& measure, const PublishedTree& tree, const AggregatePlan& plan) {
  const std::vector<Contribution> rows = ordered_rows(measure, tree);
  const RowsByNode by_node = rows_by_node(rows, tree);
  std::vector<NodeSums> sums;
  sums.reserve(tree.nodes.size());
  for (std::size_t node = 0; node < tree.nodes.size(); ++node) {
    if (node % 64 == 0) stop_point();
    const std::span<const std::uint32_t> chosen(by_node.rows.data() + by_node.begin[node],
                                                by_node.begin[node + 1] - by_node.begin[node]);
    sums.push_back(sums_of(measure, rows, chosen, plan));
  }
  return sums;
}

}  // namespace childwell::inline v0_1::detail
