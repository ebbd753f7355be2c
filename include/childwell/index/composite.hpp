// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/stats/matrix.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// How a node adds its parts. The lower down the list, the less a good part makes up for a bad one.
enum class MeanKind : std::uint8_t { arithmetic, geometric, harmonic };
inline constexpr std::array<std::string_view, 3> mean_kind_words = {"arithmetic", "geometric", "harmonic"};

/// How the error of the leaves is carried to the nodes.
enum class CompositeInterval : std::uint8_t { none, delta, monte_carlo };
inline constexpr std::array<std::string_view, 3> composite_interval_words = {"none", "delta", "monte_carlo"};

/// One node of the tree: a weighted mean of leaves or of nodes that stand before it.
struct CompositeNode {
  std::string name;
  std::vector<std::int64_t> parts;  ///< a leaf is its column; the node at position k is the number of leaves plus k
  std::vector<double> weights;      ///< one a part, at least 0, not all 0; only their ratios matter
  MeanKind mean = MeanKind::arithmetic;
  double minimum_share = 0.0;       ///< of the weight of the leaves that apply to a unit, below which there is no value
  std::int64_t minimum_parts = 1;   ///< parts with a value below which there is none
};

/// Scores of units, one row a unit and one column a leaf.
struct CompositeScores {
  stats::MatrixView values = {};  ///< NaN is missing
  stats::MatrixView lower = {};   ///< interval of each score; no data where there are none
  stats::MatrixView upper = {};
  stats::MatrixView least = {};   ///< what a score may be for gaps in its own records, at worst and at best; NaN: the
  stats::MatrixView most = {};    ///< score itself, or the ends of the scale where it is missing
  std::span<const std::uint8_t> not_applicable = {};  ///< row by row, 1 where a leaf does not apply; empty for none
  std::span<const std::uint64_t> streams = {};        ///< random numbers of each row; empty for its position
};

/// How nodes are made.
struct CompositeOptions {
  CompositeInterval interval = CompositeInterval::delta;
  double level = 0.95;             ///< of the leaves' intervals and of the nodes'
  stats::MatrixView correlation = {};  ///< of the leaves' errors; no data for independent ones
  double low = 1.0;                ///< ends of the scale: what a missing leaf may be at worst and at best;
  double high = 100.0;             ///< infinite where the scale has none
  std::int64_t draws = 2000;       ///< of monte_carlo, a unit
  std::uint64_t seed = 1;
};

/// Nodes of units: each table has one row a unit and one column a node, in the order given.
struct Composite {
  stats::Matrix values;          ///< NaN where too little is there
  stats::Matrix lower;           ///< interval from the leaves' errors, of the parts that are there; NaN where not known
  stats::Matrix upper;
  stats::Matrix lowest;          ///< with every leaf at its least, a missing one at the low end of the scale
  stats::Matrix highest;         ///< with every leaf at its most, a missing one at the high end
  stats::Matrix coverage;        ///< share of the weight of the leaves that apply and are there
  std::vector<Status> statuses;  ///< row by row: ok, not_enough_data, or not_expected where nothing applies
};

/// Builds a composite indicator: weighted means up a tree, with coverage, bounds and intervals.
///
/// Use on scores of one direction and scale, as normalise gives them. A leaf that does not apply leaves the tree of
/// that unit; a missing one leaves the value, with its weight going to its neighbours, and opens the bounds: whatever
/// the missing leaves are, the node over all leaves that apply lies between lowest and highest. The value is of the
/// parts that are there: where one was left out for too little coverage it may lie outside of these bounds, and units
/// that miss different parts are not to be ordered together.
/// @param scores     shape (units, leaves), NaN missing; intervals of the scores at the options' level, or none
/// @param nodes      parts before wholes; the last is the index
/// @param options    interval, level, correlation of the leaves' errors, ends of the scale
/// @param executor   where to run; results do not depend on it
/// @return a value, interval, bounds and coverage of every unit and node. delta moves each leaf in turn to the ends of
///         its interval and adds what comes of it in squares, on the scale on which the node adds (logarithms of a
///         geometric mean), each side by itself; monte_carlo draws each leaf from two half-normals cut at the ends of
///         the scale. An interval is NaN where a leaf that counts has none
/// @throws std::invalid_argument when shapes differ, a part is not there or stands twice, a weight is negative or all
///         are 0, a share is outside [0, 1], a mean other than arithmetic meets a score or an end of the scale that is
///         not above 0, a score is infinite, beyond the scale or outside of its own interval or bounds, or a
///         correlation matrix is not one; Interrupted. Cost: units times nodes times leaves, with given correlation
///         times leaves once more; times draws for monte_carlo
/// @source OECD and JRC 2008, Handbook, step 6; Zou and Donner 2008, Stat. Med. 27 (sides recovered from intervals);
///         COINr 1.1.14 a_amean, a_gmean, a_hmean to 1e-12 on ASEM; delta against monte_carlo, both against simulation
Composite composite_indicator(const CompositeScores& scores, std::span<const CompositeNode> nodes,
                              const CompositeOptions& options, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param scores, nodes, options   as above
/// @return as above
/// @throws as above
/// @source as above
Composite composite_indicator(const CompositeScores& scores, std::span<const CompositeNode> nodes,
                              const CompositeOptions& options);

}  // namespace childwell::inline v0_1
