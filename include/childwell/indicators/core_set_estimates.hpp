// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/outlook_family.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// Children of one grade and school: how their rates vary, and how many sessions one spell of absence fills on average.
struct CoreStratum {
  RatePrior prior;
  double spell_sessions = 1.0;  ///< at least 1: so many sessions are one piece of evidence
};

/// What one child's counts say at the edge.
struct CoreCounts {
  std::uint32_t stratum = 0;
  std::uint32_t absent = 0;    ///< sessions, as are the next two
  std::uint32_t observed = 0;
  std::uint32_t open = 0;      ///< expected and not recorded, or still to come in the school year
};

struct CoreEstimateOptions {
  double level = 0.95;
  Fraction line{1, 10};  ///< share of sessions that the crossing probabilities are about: a policy's
};

/// Estimates of a rate of absence, all of the same counts. NaN where `status` is not ok; those of the prior are NaN where
/// none is known.
struct CoreSetEstimate {
  double rate = std::numeric_limits<double>::quiet_NaN();
  double wilson_lower = std::numeric_limits<double>::quiet_NaN();
  double wilson_upper = std::numeric_limits<double>::quiet_NaN();
  double mid_p_lower = std::numeric_limits<double>::quiet_NaN();
  double mid_p_upper = std::numeric_limits<double>::quiet_NaN();
  double shrunk = std::numeric_limits<double>::quiet_NaN();        ///< posterior mean under the stratum's beta
  double shrunk_lower = std::numeric_limits<double>::quiet_NaN();  ///< its central interval
  double shrunk_upper = std::numeric_limits<double>::quiet_NaN();
  double p_rate_above = std::numeric_limits<double>::quiet_NaN();  ///< that the rate behind the absences is above the line
  double p_year_above = std::numeric_limits<double>::quiet_NaN();  ///< that the year ends at the line or above it
  Status status = Status::not_recorded;
};

/// Intervals, shrinkage and crossing probabilities of one child's counts.
///
/// Use for a single child. Sessions of one spell are no independent draws: counts are divided by the sessions that a spell
/// of the stratum fills on average, and sessions to come fall in blocks of that length.
/// @param counts    absent at most observed; the stratum's number is not read
/// @param stratum   prior and length of spells
/// @param options   level in (0, 1), line as a share of whole numbers
/// @return not_recorded where nothing was observed
/// @throws std::invalid_argument when more are absent than observed, or an option is outside its range; cost: some 50
///         incomplete beta functions
/// @source wilson_interval, mid_p_interval, beta_sf, beta_binomial_sf of floor stats; OutlookFamily for days
CoreSetEstimate core_set_estimate(const CoreCounts& counts, const CoreStratum& stratum, const CoreEstimateOptions& options);

/// The same for many children, each distinct set of counts once.
///
/// Use for a city: children of a stratum share a few hundred pairs of counts. What is looked up has the bits of what is
/// computed.
/// @param counts     one for each child
/// @param strata     by number
/// @param options    as for one child
/// @param executor   where to run
/// @return one for each child, in the same order
/// @throws std::invalid_argument when a stratum's number is not one of the strata; what one child throws; Interrupted
/// @source core_set_estimate, equal in every bit (tests/unit/indicators/core_set_estimates_test.cpp)
std::vector<CoreSetEstimate> core_set_estimates(std::span<const CoreCounts> counts, std::span<const CoreStratum> strata,
                                                const CoreEstimateOptions& options, Executor& executor);

}  // namespace childwell::inline v0_1
