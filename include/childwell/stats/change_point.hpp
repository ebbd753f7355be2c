// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// When the level of a series last changed, seen from each time on. NaN where a value is missing.
struct ChangePoints {
  std::vector<double> change_probability;  ///< shape (n,): that a new level began at this value, known at this value
  std::vector<double> run_length_mean;     ///< shape (n,): expected number of values since the level began, this included
  std::vector<std::int64_t> likeliest_start;  ///< shape (n,): position from 0 where the level most probably began
  std::vector<double> start_probability;      ///< shape (n,): known at the end, that the last level began at this value
  double log_evidence = std::numeric_limits<double>::quiet_NaN();  ///< of the whole series, changes summed over
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Bayesian online change points of a series of zeros and ones whose rate has a beta prior.
///
/// Use for attendance by session, seen as it comes. Not for rates that drift: it sees many changes. Each value begins a new
/// level with the probability of the hazard, the first for certain.
/// @param values        shape (n,), 0 or 1, in order of time; NaN is missing and passes no time
/// @param hazard        probability of a change at each value, in (0, 1)
/// @param alpha, beta   prior of each level's rate, above 0
/// @return not_enough_data without values
/// @throws std::invalid_argument when a value is not 0, 1 or missing or a parameter outside its range; cost: n^2 / 2 steps
/// @source Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12
ChangePoints bernoulli_change_points(std::span<const double> values, double hazard, double alpha, double beta);

/// Bayesian online change points of a series of counts whose rate has a gamma prior.
///
/// Use for counts by week, seen as they come. Not for counts that vary more than Poisson's within a level.
/// @param values   shape (n,), whole, at least 0, in order of time; NaN is missing and passes no time
/// @param hazard   probability of a change at each value, in (0, 1)
/// @param shape    prior shape of each level's rate, above 0
/// @param rate     prior rate parameter, above 0: the prior mean is shape / rate
/// @return not_enough_data without values
/// @throws std::invalid_argument when a value is no count or missing or a parameter outside its range; cost: n^2 / 2 steps
/// @source Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12
ChangePoints poisson_change_points(std::span<const double> values, double hazard, double shape, double rate);

/// Bayesian online change points of a series of normal values whose mean and variance have a normal-inverse-gamma prior.
///
/// Use for scores or rates by week, seen as they come. Not for autocorrelated values.
/// @param values        shape (n,), any unit, in order of time; NaN is missing and passes no time
/// @param hazard        probability of a change at each value, in (0, 1)
/// @param mean          prior mean of a level
/// @param strength      values that the prior mean is worth, above 0
/// @param alpha, beta   prior of the variance: inverse gamma, above 0
/// @return not_finite when a value is infinite; not_enough_data without values
/// @throws std::invalid_argument when a parameter is outside its range; cost: n^2 / 2 steps
/// @source Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12
ChangePoints normal_change_points(std::span<const double> values, double hazard, double mean, double strength,
                                  double alpha, double beta);

}  // namespace childwell::inline v0_1::stats
