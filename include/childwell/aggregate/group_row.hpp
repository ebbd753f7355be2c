// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/aggregate/contribution.hpp>
#include <childwell/core/estimate.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// A whole number that is not shown.
inline constexpr std::int64_t not_shown = -1;

inline constexpr std::array<std::string_view, 2> estimand_words = {"realised", "propensity"};
inline constexpr std::array<std::string_view, 3> interval_words = {"none", "bounds", "confidence"};

/// One measure of one place. A hidden row has its names and its status, and nothing else.
struct GroupRow {
  std::int32_t snapshot = 0;
  std::string hierarchy;  ///< school or home
  Level level = Level::city;
  std::string place;      ///< code, "(none)" for children who have no place at this level
  std::string parent;     ///< code of the nearest published level, empty at the top
  std::string measure;
  std::string policy;
  std::string exam;
  std::string subject;
  std::string span;       ///< first..last day of published sums; empty for what was measured over the window
  MeasureKind kind = MeasureKind::ratio;
  Estimand estimand = Estimand::realised;          ///< of value, lower and upper
  IntervalKind interval = IntervalKind::bounds;
  /// Value, with bounds from what was not observed (rates) or a confidence interval (means). n_expected and n_observed
  /// in units of the measure; n_expected is not_shown, and the bounds NaN, where they would tell a small number of
  /// children who were expected and not measured.
  Estimate realised;
  double sampling_lower = std::numeric_limits<double>::quiet_NaN();  ///< propensity, children as clusters
  double sampling_upper = std::numeric_limits<double>::quiet_NaN();
  double pooled = std::numeric_limits<double>::quiet_NaN();  ///< drawn to the shown groups of its level
  double pooled_lower = std::numeric_limits<double>::quiet_NaN();
  double pooled_upper = std::numeric_limits<double>::quiet_NaN();
  std::int64_t children = 0;  ///< who contribute; 0 in hidden rows
};

struct AggregatePlan {
  std::vector<Level> levels{Level::city, Level::county, Level::township, Level::school};
  std::int64_t minimum_cell = 10;
  double level = 0.95;          ///< of sampling and pooled intervals
  double design_effect = 1.0;   ///< of clustering above the child, on sampling variances
};

/// Published groups.
struct Aggregates {
  std::vector<GroupRow> rows;  ///< by snapshot, measure, hierarchy, level and place code; never by value
  AggregatePlan plan;
};

}  // namespace childwell::inline v0_1
