// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "linked_measures.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

/// The two sides of a share, as positions among its amounts.
enum Side : std::size_t { yes = 0, no = 1 };
constexpr std::array sides = {yes, no};

using Children = std::vector<std::uint32_t>;  // in order

/// The children of one side of a share are among those of one side of another.
struct Link {
  std::size_t narrow;
  Side narrow_side;
  std::size_t wide;
  Side wide_side;
  bool same;   ///< they are all of those
  bool whole;  ///< both sides of the narrow share are all of those: what lies between is its own other side
};

std::array<Children, 2> children_of(const MeasureInput& measure) {
  std::array<Children, 2> children;
  stop_point();
  for (const Contribution& row : measure.rows) {
    if (row.observed > 0.0) children[row.numerator > 0.0 ? yes : no].push_back(row.child);
  }
  for (Children& side : children) std::sort(side.begin(), side.end());
  return children;
}

// Shares of one tree; the papers of one school are on its own tree, and meet no others.
std::map<std::size_t, std::vector<std::size_t>> shares_by_tree(const std::vector<ProtectedTable>& tables) {
  std::map<std::size_t, std::vector<std::size_t>> shares;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const MeasureGroups& first = tables[i].front();
    if (first.measure->kind == MeasureKind::share) shares[first.tree_number].push_back(i);
  }
  return shares;
}

std::string family_of(const MeasureInput& measure) { return measure.id.substr(0, measure.id.find('.')); }

// Judgements of one family or population may follow from each other, and flags from any; among few children, others happen
// to lie within each other, and nobody knows it.
bool may_follow(const MeasureInput& one, const MeasureInput& other) {
  const std::string first = family_of(one);
  const std::string second = family_of(other);
  const bool population = !one.population.empty() && one.population == other.population;
  return first == second || population || first == "flags" || second == "flags";
}

bool lies_within(const Children& inner, const Children& outer) { return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end()); }

// How the sides of one share lie within those of another.
std::vector<Link> links_of(std::size_t narrow, const std::array<Children, 2>& inner, std::size_t wide, const std::array<Children, 2>& outer) {
  std::vector<Link> links;
  for (const Side x : sides) {
    for (const Side y : sides) {
      if (inner[x].empty() || inner[x].size() > outer[y].size()) continue;
      if (!lies_within(inner[x], outer[y])) continue;
      const Children& rest = inner[x == yes ? no : yes];
      const bool whole = inner[x].size() + rest.size() == outer[y].size() && lies_within(rest, outer[y]);
      links.push_back({narrow, x, wide, y, inner[x].size() == outer[y].size(), whole});
    }
  }
  return links;
}

// Two shares that agree on who is on one side say the same there, whatever they can tell of others.
void add_pair(std::vector<Link> pair, std::vector<Link>& links) {
  const auto same = std::find_if(pair.begin(), pair.end(), [](const Link& link) { return link.same; });
  if (same != pair.end()) links.push_back(*same);
  else links.insert(links.end(), pair.begin(), pair.end());
}

std::vector<Link> links_between(const std::vector<ProtectedTable>& tables) {
  std::vector<Link> links;
  for (const auto& [tree, shares] : shares_by_tree(tables)) {
    if (shares.size() < 2) continue;
    std::vector<std::array<Children, 2>> children;
    for (const std::size_t share : shares) children.push_back(children_of(*tables[share].front().measure));
    for (std::size_t a = 0; a < shares.size(); ++a) {
      for (std::size_t b = a + 1; b < shares.size(); ++b) {
        stop_point();
        if (!may_follow(*tables[shares[a]].front().measure, *tables[shares[b]].front().measure)) continue;
        std::vector<Link> pair = links_of(shares[a], children[a], shares[b], children[b]);
        for (const Link& link : links_of(shares[b], children[b], shares[a], children[a])) pair.push_back(link);
        add_pair(std::move(pair), links);
      }
    }
  }
  return links;
}

double amount(const MeasureGroups& groups, std::size_t node, Side side) {
  const NodeSums& sums = groups.sums[node];
  return side == yes ? sums.numerator : sums.observed - sums.numerator;
}

void tell(MeasureGroups& groups, std::size_t node, Side side, double least, double most) {
  groups.known.resize(groups.sums.size());
  KnownRange& known = groups.known[node];
  known.least[side] = std::max(known.least[side], least);
  known.most[side] = std::min(known.most[side], most);
}

void forget(ProtectedTable& table) {
  for (MeasureGroups& groups : table) groups.known.clear();
}

// What the measure that a study names first hides, the other would give away. It may hide more, for the sake of its other
// side: of the side they share, the first one is protected by itself and says all that is said.
void hide_alike(const MeasureGroups& first, MeasureGroups& second) {
  for (std::size_t node = 0; node < first.sums.size(); ++node) {
    if (first.hidden[node]) second.hidden[node] = true;
  }
}

// Children of the wide side and not of the narrow one: a table that nobody publishes and that everybody can make.
MeasureGroups difference(const Link& link, const MeasureGroups& narrow, const MeasureGroups& wide, const MeasureInput& count) {
  MeasureGroups made;
  made.measure = &count;
  made.tree = narrow.tree;
  made.tree_number = narrow.tree_number;
  made.sums.resize(narrow.sums.size());
  made.hidden.resize(narrow.sums.size());
  for (std::size_t node = 0; node < made.sums.size(); ++node) {
    const double between = amount(wide, node, link.wide_side) - amount(narrow, node, link.narrow_side);
    made.sums[node].numerator = between;
    const bool nobody = between <= 0.0 && narrow.sums[node].children > 0;  // all of them: that says so of every one
    made.hidden[node] = nobody || narrow.hidden[node] || wide.hidden[node];
  }
  return made;
}

void tell_each_other(const Link& link, MeasureGroups& narrow, MeasureGroups& wide) {
  for (std::size_t node = 0; node < narrow.sums.size(); ++node) {
    if (narrow.hidden[node] == wide.hidden[node]) continue;
    if (narrow.hidden[node]) tell(narrow, node, link.narrow_side, 0.0, amount(wide, node, link.wide_side));
    else tell(wide, node, link.wide_side, amount(narrow, node, link.narrow_side), std::numeric_limits<double>::infinity());
  }
}

template <class Act>
void on_common_trees(std::vector<ProtectedTable>& tables, const Link& link, Act act) {
  for (MeasureGroups& narrow : tables[link.narrow]) {
    for (MeasureGroups& wide : tables[link.wide]) {
      if (narrow.tree_number == wide.tree_number) act(narrow, wide);
    }
  }
}

void hide_differences(std::vector<ProtectedTable>& tables, const Link& link, double minimum) {
  MeasureInput count;
  count.kind = MeasureKind::count;
  ProtectedTable differences;
  on_common_trees(tables, link, [&](const MeasureGroups& narrow, const MeasureGroups& wide) {
    differences.push_back(difference(link, narrow, wide, count));
  });
  hide_small_sums(differences, minimum);
  std::size_t next = 0;
  on_common_trees(tables, link, [&](MeasureGroups& narrow, MeasureGroups& wide) {
    const MeasureGroups& between = differences[next++];
    const MeasureGroups& kept = link.narrow < link.wide ? narrow : wide;  // the measure that a study names first
    MeasureGroups& other = link.narrow < link.wide ? wide : narrow;
    for (std::size_t node = 0; node < between.sums.size(); ++node) {
      if (between.hidden[node] && !kept.hidden[node]) other.hidden[node] = true;
    }
  });
}

// Whether another table tells anything of a hidden cell.
bool is_told_of(const ProtectedTable& table) {
  return std::any_of(table.begin(), table.end(), [](const MeasureGroups& groups) { return !groups.known.empty(); });
}

std::size_t hidden_in(const ProtectedTable& table) {
  std::size_t hidden = 0;
  for (const MeasureGroups& groups : table) hidden += static_cast<std::size_t>(std::count(groups.hidden.begin(), groups.hidden.end(), true));
  return hidden;
}

}  // namespace

void hide_linked_sums(std::vector<ProtectedTable>& tables, double minimum) {
  if (minimum <= 1.0) return;  // nothing is small
  const std::vector<Link> links = links_between(tables);
  std::set<std::size_t> linked;
  for (const Link& link : links) linked.insert({link.narrow, link.wide});
  std::map<std::size_t, std::size_t> seen;  // cells hidden in each table when it was last looked at
  while (true) {
    std::set<std::size_t> changed;  // hidden cells only become more, so this ends
    for (const std::size_t table : linked) {
      const std::size_t hidden = hidden_in(tables[table]);
      const auto found = seen.find(table);
      if (found == seen.end() || found->second != hidden) changed.insert(table);
      seen[table] = hidden;
    }
    if (changed.empty()) return;
    for (const std::size_t table : linked) forget(tables[table]);
    std::set<std::size_t> concerned;
    for (const Link& link : links) {
      if (!changed.contains(link.narrow) && !changed.contains(link.wide)) continue;
      concerned.insert({link.narrow, link.wide});
      if (link.same) on_common_trees(tables, link, hide_alike);  // the narrow one comes first
      else if (!link.whole) hide_differences(tables, link, minimum);
    }
    for (const Link& link : links) {
      if (!link.same) on_common_trees(tables, link, [&](MeasureGroups& narrow, MeasureGroups& wide) { tell_each_other(link, narrow, wide); });
    }
    for (const std::size_t table : concerned) {
      if (hidden_in(tables[table]) != seen[table] || is_told_of(tables[table])) hide_small_sums(tables[table], minimum);
    }
  }
}

}  // namespace childwell::inline v0_1::detail
