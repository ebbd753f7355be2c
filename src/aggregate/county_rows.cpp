// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "county_rows.hpp"

#include <childwell/aggregate/groups.hpp>

#include <algorithm>

namespace childwell::inline v0_1::detail {

CountyRows county_rows(const Snapshot& snapshot, const AggregatePlan& plan) {
  CountyRows made;
  made.schools = school_places(snapshot);
  const std::vector<PlaceNode>& nodes = made.schools.hierarchy.nodes;
  const auto asked = [&](Level level) { return std::find(plan.levels.begin(), plan.levels.end(), level) != plan.levels.end(); };
  const auto of_level = [&](Level level, std::uint32_t parent) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t node = 0; node < nodes.size(); ++node) {
      if (nodes[node].level == level && nodes[node].parent == parent) found.push_back(node);
    }
    std::sort(found.begin(), found.end(), [&](std::uint32_t a, std::uint32_t b) { return code_before(nodes[a].code, nodes[b].code); });
    return found;
  };
  made.of_node.assign(nodes.size(), {0, 0});
  std::size_t number = 0;
  for (const std::uint32_t city : of_level(Level::city, no_node)) {
    made.begin.push_back(made.rows.size());
    const auto city_row = static_cast<std::uint32_t>(made.rows.size());
    made.rows.push_back({Level::city, nodes[city].code, "", number, asked(Level::city)});
    made.of_node[city] = {city_row, city_row};
    const std::vector<std::uint32_t> counties = of_level(Level::county, city);
    const bool repeats = counties.size() == 1 && nodes[counties.front()].code == remainder_code;
    for (const std::uint32_t county : counties) {
      made.of_node[county] = {city_row, static_cast<std::uint32_t>(made.rows.size())};
      made.rows.push_back({Level::county, nodes[county].code, nodes[city].code, number, asked(Level::county) && !repeats});
    }
    ++number;
  }
  made.begin.push_back(made.rows.size());
  for (std::size_t node = 0; node < nodes.size(); ++node) {  // parents come first
    if (nodes[node].level > Level::county) made.of_node[node] = made.of_node[nodes[node].parent];
  }
  return made;
}

Elsewhere published_elsewhere(const Aggregates& published, std::size_t snapshot, const std::string& measure, const std::string& policy,
                              const CountyRow& row) {
  Elsewhere found = Elsewhere::nothing;
  for (const GroupRow& group : published.rows) {
    const bool same = group.hierarchy == "school" && group.level == row.level && group.place == row.place && group.parent == row.parent &&
                      group.measure == measure && group.policy == policy;
    if (!same) continue;
    if (group.realised.status == Status::ok) return Elsewhere::shown;
    if (group.realised.status == Status::hidden && group.snapshot == static_cast<std::int32_t>(snapshot)) found = Elsewhere::hidden;
  }
  return found;
}

TwoWayCell cell_of_whole(Elsewhere elsewhere) {
  TwoWayCell cell;
  cell.exists = true;
  cell.elsewhere = elsewhere == Elsewhere::shown;
  cell.hidden = elsewhere == Elsewhere::hidden;
  cell.published = elsewhere != Elsewhere::nothing;
  return cell;
}

}  // namespace childwell::inline v0_1::detail
