// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/stats/roc.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// What replicates say of an estimate. Undefined parts are NaN; `status` says why.
struct BootstrapInterval {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< standard deviation of the replicates
  double bias = std::numeric_limits<double>::quiet_NaN();            ///< mean of the replicates less the estimate
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::int64_t replicates = 0;  ///< those that have a value
  std::int64_t undefined = 0;   ///< those that have none
  Status status = Status::not_enough_data;
};

/// Standard error and percentile interval from replicates.
///
/// Use with replicates of any statistic; a thousand for an interval, two hundred for a standard error. The percentile
/// interval is not corrected for bias; print `bias` where it is not small against the standard error.
/// @param replicates   shape (r,), any unit; NaN is a replicate without a value
/// @param estimate     the statistic on the data themselves
/// @param level        confidence level, in (0, 1)
/// @return ends at the order statistics (r + 1)(1 -+ level) / 2, straight between neighbours; not_enough_data with
///         fewer than two replicates, when the ends lie beyond them, or when a replicate has no value; degenerate when
///         all are equal; not_finite
/// @throws std::invalid_argument when level is outside (0, 1); std::bad_alloc. Cost: one sort
/// @source Davison and Hinkley 1997, Bootstrap Methods and their Application, 5.3; R quantile(type = 6) to 1e-14
BootstrapInterval bootstrap_interval(std::span<const double> replicates, double estimate, double level = 0.95);

/// Poisson(1) weights of a bootstrap, drawn from (seed, key, replicate) alone.
///
/// Use to bootstrap any statistic that takes weights, over rows or over clusters: rows with one key are drawn together,
/// and a replicate can be made anywhere, in any order, on any machine. Not for statistics that need the number of rows
/// fixed. A draw compares 32 uniform bits with the distribution function: no weight is above 12, the mean
/// is 1 exactly and the variance 1 + 1.4e-9.
/// @param keys              shape (n,), what names a row or a cluster
/// @param seed              any number
/// @param first_replicate   number of the first replicate
/// @param replicates        how many
/// @return replicates rows of n weights, 0 to 12
/// @throws std::bad_alloc. Cost: about 2 ns a weight
/// @source Chamandy et al. 2012, Estimating Uncertainty for Massive Data Streams; distribution and independence tested
std::vector<std::uint8_t> poisson_bootstrap_weights(std::span<const std::uint64_t> keys, std::uint64_t seed,
                                                    std::uint64_t first_replicate, std::uint64_t replicates);

struct DiscriminationBootstrapOptions {
  std::int64_t replicates = 1000;
  std::uint64_t seed = 1;
  double capacity = 0.05;  ///< share of the children who can be seen
  double level = 0.95;
};

/// Area and precision at capacity with bootstrap intervals. Undefined parts are NaN; `status` says why.
struct DiscriminationBootstrap {
  BootstrapInterval auc;
  BootstrapInterval precision;  ///< share of events among the places; ties at the edge by expectation
  std::vector<double> auc_replicates;
  std::vector<double> precision_replicates;
  std::int64_t places = 0;    ///< capacity x count, rounded, at least 1
  std::int64_t clusters = 0;  ///< distinct keys
  std::uint64_t seed = 0;
  std::int64_t count = 0;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Poisson bootstrap of the area under the ROC curve and of the precision of a list with fixed places.
///
/// Use for pupils who hang together (give their schools as keys), and for precision at capacity, which has no simple
/// variance; for the area of independent rows roc_auc is exact and faster. Rows are sorted once, and 32 replicates go
/// down the list together; every count is an integer, so threads, instruction sets and the order of the rows (given
/// keys) change no bit. The places stay as many when a replicate holds more or fewer children. The interval of the area
/// that says 95 % covers 93 % at 30 rows with 9 events, 95 % at 100 rows with 30; with few events many samples have
/// none, at 10 rows with 3 events nearly all.
/// @param outcomes   shape (n,), 1 event, 0 none, missing_outcome not known
/// @param scores     shape (n,), higher means more at risk; NaN is missing
/// @param keys       empty (each row by itself, named by its position), or shape (n,), the cluster of each row
/// @param options    replicates, seed, capacity, level
/// @param executor   where to run; none is the calling thread
/// @return estimates, intervals, replicates; a replicate without events or without others has no area: then
///         not_enough_data, with the standard error of the rest; degenerate when a class is empty; not_enough_data with
///         fewer than two clusters; not_finite
/// @throws std::invalid_argument when lengths differ, an outcome is something else, replicates is not 1 to 10,000,000,
///         capacity is not in (0, 1], level is outside (0, 1), or there are more than 100,000,000 rows; Interrupted;
///         std::bad_alloc. Cost: a sort, then about 0.4 ns a row a replicate
/// @source Chamandy et al. 2012; replicates equal the definition on poisson_bootstrap_weights; standard error against
///         DeLong's and the cluster-sampling variance within Monte-Carlo error
DiscriminationBootstrap bootstrap_discrimination(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                                                 std::span<const std::uint64_t> keys = {},
                                                 const DiscriminationBootstrapOptions& options = {},
                                                 Executor* executor = nullptr);

}  // namespace childwell::inline v0_1::stats
