// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "protected_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace childwell::inline v0_1::detail {
namespace {

using Amounts = std::array<double, cell_amounts>;

// What an attacker would want to know of a cell; the number of children follows from numerator and rest of a share.
Amounts amounts_of(const MeasureInput& measure, const NodeSums& sums) {
  const double rest = sums.observed - sums.numerator;
  const double children = static_cast<double>(sums.pairs);
  switch (measure.kind) {
    case MeasureKind::count: return {sums.numerator, 0.0, 0.0};
    case MeasureKind::share: return {sums.numerator, rest, 0.0};
    case MeasureKind::ratio: return {children, sums.numerator, rest};
    case MeasureKind::mean: return {children, 0.0, 0.0};
  }
  return {};
}

std::array<bool, cell_amounts> used_by(const MeasureInput& measure) {
  switch (measure.kind) {
    case MeasureKind::count:
    case MeasureKind::mean: return {true, false, false};
    case MeasureKind::share: return {true, true, false};
    case MeasureKind::ratio: return {true, measure.sensitive, measure.sensitive};
  }
  return {};
}

// Hierarchies that partition the same children share one unpublished root: what one tells of the whole, all know.
bool same_whole(const ProtectedTable& table, const std::vector<std::vector<TreeCell>>& parts) {
  for (std::size_t amount = 0; amount < cell_amounts; ++amount) {
    std::vector<double> wholes;
    for (std::size_t family = 0; family < table.size(); ++family) {
      double whole = 0.0;
      for (const TreeCell& cell : parts[family]) whole += cell.parent < 0 ? cell.amounts[amount] : 0.0;
      wholes.push_back(whole);
    }
    const auto [least, most] = std::minmax_element(wholes.begin(), wholes.end());
    if (*most - *least > 1e-9 * (1.0 + std::abs(*most))) return false;
  }
  return true;
}

// Joins one tree a hierarchy, each with cells numbered from 0, under their roots; gives back where each begins.
struct Forest {
  std::vector<TreeCell> cells;
  std::vector<std::size_t> begin;
};

Forest joined(const ProtectedTable& table, const std::vector<std::vector<TreeCell>>& parts) {
  const std::size_t roots = same_whole(table, parts) ? 1 : table.size();
  Forest forest;
  forest.cells.resize(roots);
  for (TreeCell& root : forest.cells) root.published = false;
  for (std::size_t family = 0; family < table.size(); ++family) {
    forest.begin.push_back(forest.cells.size());
    const auto first = static_cast<std::int32_t>(forest.cells.size());
    for (TreeCell cell : parts[family]) {
      cell.parent = cell.parent < 0 ? static_cast<std::int32_t>(roots == 1 ? 0 : family) : cell.parent + first;
      cell.family = static_cast<std::uint32_t>(family);
      forest.cells.push_back(cell);
    }
  }
  return forest;
}

// Protects the cells that `describe` makes of each node and writes the outcome where `outcome` points.
template <class Describe>
void protect(ProtectedTable& table, double minimum, std::vector<bool> MeasureGroups::*outcome, Describe describe) {
  std::vector<std::vector<TreeCell>> parts;
  for (const MeasureGroups& groups : table) {
    std::vector<TreeCell>& cells = parts.emplace_back();
    for (std::size_t node = 0; node < groups.sums.size(); ++node) {
      TreeCell cell = describe(groups, node);
      const std::uint32_t parent = groups.tree->nodes[node].parent;
      cell.parent = parent == no_node ? -1 : static_cast<std::int32_t>(parent);
      cells.push_back(cell);
    }
  }
  Forest forest = joined(table, parts);
  hide_small_cells(forest.cells, minimum);
  for (std::size_t family = 0; family < table.size(); ++family) {
    std::vector<bool>& hidden = table[family].*outcome;
    for (std::size_t node = 0; node < hidden.size(); ++node) {
      hidden[node] = forest.cells[forest.begin[family] + node].hidden;
    }
  }
}

void protect_children(ProtectedTable& table, double minimum) {
  protect(table, minimum, &MeasureGroups::hidden, [](const MeasureGroups& groups, std::size_t node) {
    TreeCell cell;
    cell.size = static_cast<double>(groups.sums[node].children);
    cell.amounts[0] = static_cast<double>(groups.sums[node].pairs);
    cell.used[0] = true;
    cell.hidden = groups.hidden[node];
    return cell;
  });
}

}  // namespace

void hide_small_populations(std::vector<ProtectedTable*>& tables, double minimum) {
  std::map<std::size_t, std::vector<bool>> common;  // by tree, what any table of the population hides
  for (bool changed = true; changed;) {
    changed = false;
    for (ProtectedTable* table : tables) {
      for (MeasureGroups& groups : *table) {
        std::vector<bool>& hidden = common[groups.tree_number];
        hidden.resize(groups.sums.size());
        for (std::size_t node = 0; node < hidden.size(); ++node) {
          const double children = static_cast<double>(groups.sums[node].children);
          groups.hidden[node] = children > 0.0 && (hidden[node] || children < minimum);
        }
      }
      protect_children(*table, minimum);
      for (const MeasureGroups& groups : *table) {
        std::vector<bool>& hidden = common[groups.tree_number];
        for (std::size_t node = 0; node < hidden.size(); ++node) {
          if (!groups.hidden[node] || hidden[node]) continue;
          hidden[node] = true;
          changed = true;
        }
      }
    }
  }
}

void hide_small_sums(ProtectedTable& table, double minimum) {
  protect(table, minimum, &MeasureGroups::hidden, [minimum](const MeasureGroups& groups, std::size_t node) {
    const NodeSums& sums = groups.sums[node];
    const MeasureInput& measure = *groups.measure;
    TreeCell cell;
    cell.size = static_cast<double>(measure.kind == MeasureKind::count ? 0 : sums.children);
    if (measure.kind == MeasureKind::count) cell.size = sums.numerator;
    cell.amounts = amounts_of(measure, sums);
    cell.used = used_by(measure);
    if (!groups.known.empty()) {
      cell.least = groups.known[node].least;
      cell.most = groups.known[node].most;
    }
    const CellSums judged{measure.kind, measure.sensitive, static_cast<double>(sums.children), sums.numerator,
                          sums.observed};
    cell.hidden = groups.hidden[node] || is_small_cell(judged, minimum);
    return cell;
  });
  const MeasureKind kind = table.front().measure->kind;
  if (kind != MeasureKind::share && kind != MeasureKind::mean) return;
  protect(table, minimum, &MeasureGroups::bounds_hidden, [minimum](const MeasureGroups& groups, std::size_t node) {
    const double unmeasured = groups.sums[node].expected - groups.sums[node].observed;
    TreeCell cell;
    cell.size = groups.sums[node].expected;
    cell.amounts[0] = unmeasured;
    cell.used[0] = true;
    cell.hidden = unmeasured > 0.0 && unmeasured < minimum;
    cell.published = cell.hidden || !groups.hidden[node];
    return cell;
  });
}

}  // namespace childwell::inline v0_1::detail
