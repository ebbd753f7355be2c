// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "indicator_measures.hpp"

#include <childwell/aggregate/group_row.hpp>
#include <childwell/aggregate/two_way.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::detail {

/// A city or one of its counties, as a row of a table of two ways.
struct CountyRow {
  Level level = Level::city;
  std::string place;
  std::string parent;
  std::size_t city = 0;      ///< which of the cities
  bool published = false;    ///< by the levels of the plan; a lone "(none)" repeats its city and is not
};

/// The cities of the school hierarchy, each followed by its counties in order of code.
struct CountyRows {
  SchoolPlaces schools;
  std::vector<CountyRow> rows;
  std::vector<std::size_t> begin;                              ///< first row of each city; one more at the end
  std::vector<std::pair<std::uint32_t, std::uint32_t>> of_node;  ///< rows of the city and of the county of each node
};

CountyRows county_rows(const Snapshot& snapshot, const AggregatePlan& plan);

/// What the groups that were published say of one measure at one place.
enum class Elsewhere : std::uint8_t { nothing, hidden, shown };

/// Shown where any snapshot shows it: what is known of one window is taken for known of all.
Elsewhere published_elsewhere(const Aggregates& published, std::size_t snapshot, const std::string& measure, const std::string& policy,
                              const CountyRow& row);

/// The cells of one city for one column of everything, as other tables have it.
TwoWayCell cell_of_whole(Elsewhere elsewhere);

}  // namespace childwell::inline v0_1::detail
