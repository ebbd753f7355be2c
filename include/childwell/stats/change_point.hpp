// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

// A run is what was observed since the last change, the newest observation included, so its length is at least 1.
// Before each observation but the first a change has the probability `hazard`; a segment's parameter is drawn anew from
// the prior. Missing values are skipped: they neither lengthen the run nor end it, and give no chance of a change.

struct ChangePointOptions {
  double hazard = 0.01;     ///< probability of a change before an observation, in (0, 1)
  std::int64_t recent = 5;  ///< observations within which a change counts as recent, at least 1
};

/// Beta prior of a segment's probability.
struct BetaPrior {
  double events = 1.0;      ///< above 0
  double non_events = 1.0;  ///< above 0
};

/// Gamma prior of a segment's rate.
struct GammaPrior {
  double shape = 1.0;  ///< above 0
  double rate = 1.0;   ///< above 0; the mean is shape / rate
};

/// Normal-inverse-gamma prior of a segment's mean and variance.
struct NormalPrior {
  double mean = 0.0;
  double strength = 1.0;  ///< observations that the mean is worth, above 0
  double shape = 1.0;     ///< of the variance's inverse gamma, above 0
  double scale = 1.0;     ///< above 0, in squared units
};

/// What each moment says of changes so far: online, nothing later is used.
struct ChangePoints {
  std::vector<std::int64_t> run_length;    ///< most probable one, the longer of equals; 0 before the first observation
  std::vector<double> change_probability;  ///< that a change came before one of the last `recent` observations
  std::vector<double> level;               ///< posterior mean of the present segment's mean
  std::vector<double> predictive_mean;     ///< of the next observation's mean, a change before it allowed for
  std::vector<double> run_length_probability;  ///< at the end, of run lengths 1 to count
  double log_evidence = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Bayesian online change points of a probability: Beta prior, binomial observations.
///
/// Use for a child's absence marks (no trials) or weekly absences out of sessions. Not for marks that hang together
/// beyond their probability: spells of illness look like changes. Exact over all segmentations, in logarithms.
/// @param events    whole numbers, shape (n,), in time order; NaN is missing
/// @param trials    whole numbers, at least events, shape (n,), or empty for 1 each; 0 or NaN is missing
/// @param prior     pseudo-counts of a segment
/// @param options   hazard in (0, 1), recent at least 1
/// @return one value a moment (a missing one repeats the last), probability and level in [0, 1]; not_enough_data
///         (values of the prior) when nothing was observed, not_finite (NaN) when a value is infinite
/// @throws std::invalid_argument when lengths differ, a count is negative, not whole or above trials, or an option is
///         outside its range; cost: n^2 / 2 predictive probabilities
/// @source Adams and MacKay 2007, arXiv:0710.3742; Fearnhead 2006, Stat. Comput. 16; checked against all 2^(n - 1)
///         segmentations in mpmath, n <= 10, to 1e-12
ChangePoints binomial_change_points(std::span<const double> events, std::span<const double> trials = {},
                                    const BetaPrior& prior = {}, const ChangePointOptions& options = {});

/// Bayesian online change points of a rate: gamma prior, Poisson observations.
///
/// Use for counts of rare events a period, such as contacts or incidents. Not for counts more spread than Poisson
/// within a segment: their outliers look like changes. Exact over all segmentations, in logarithms.
/// @param counts      whole numbers, at least 0, shape (n,), in time order; NaN is missing
/// @param exposures   at least 0, shape (n,), or empty for 1 each; 0 or NaN is missing
/// @param prior       shape and rate of a segment's rate
/// @param options     hazard in (0, 1), recent at least 1
/// @return one value a moment (a missing one repeats the last), levels a unit of exposure; not_enough_data (values of
///         the prior) when nothing was observed, not_finite (NaN) when a value is infinite
/// @throws std::invalid_argument when lengths differ, a count is negative or not whole, an exposure is negative, or an
///         option is outside its range; cost: n^2 / 2 predictive probabilities
/// @source Adams and MacKay 2007, arXiv:0710.3742; Fearnhead 2006, Stat. Comput. 16; checked against all 2^(n - 1)
///         segmentations in mpmath, n <= 10, to 1e-12
ChangePoints poisson_change_points(std::span<const double> counts, std::span<const double> exposures = {},
                                   const GammaPrior& prior = {}, const ChangePointOptions& options = {});

/// Bayesian online change points of mean and variance: normal-inverse-gamma prior, normal observations.
///
/// Use for scores and weekly rates of many sessions. Not with the default prior on another scale: standardise, or state
/// mean and scale of the measure. Exact over all segmentations, in logarithms.
/// @param values    shape (n,), in time order; NaN is missing
/// @param prior     of a segment's mean and variance
/// @param options   hazard in (0, 1), recent at least 1
/// @return one value a moment (a missing one repeats the last); not_enough_data (values of the prior) when nothing was
///         observed, not_finite (NaN) when a value is infinite or too large to square
/// @throws std::invalid_argument when a prior's parameter or an option is outside its range; cost: n^2 / 2 predictive
///         densities
/// @source Adams and MacKay 2007, arXiv:0710.3742; Murphy 2007 (conjugate updates); checked against all 2^(n - 1)
///         segmentations in mpmath, n <= 10, to 1e-12
ChangePoints normal_change_points(std::span<const double> values, const NormalPrior& prior = {},
                                  const ChangePointOptions& options = {});

}  // namespace childwell::inline v0_1::stats
