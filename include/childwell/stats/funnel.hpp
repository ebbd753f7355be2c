// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How groups may vary beyond chance around one target: not at all; every limit wider by one factor; or a variance of
/// their own, which widens the limits of large groups most.
enum class FunnelSpread : std::uint8_t { none, multiplicative, additive };

struct FunnelOptions {
  double inner = 0.95;    ///< level of the inner limits
  double outer = 0.998;   ///< level of the outer limits
  double target = std::numeric_limits<double>::quiet_NaN();  ///< NaN: all events over all trials
  FunnelSpread spread = FunnelSpread::multiplicative;
  double winsorise = 0.1;  ///< share of z scores drawn in at each end before the spread is told
};

/// Limits of a funnel plot, shape (groups,) each. Undefined parts are NaN.
struct FunnelLimits {
  double target = std::numeric_limits<double>::quiet_NaN();
  double dispersion = std::numeric_limits<double>::quiet_NaN();        ///< mean square of the winsorised z scores
  double between_variance = std::numeric_limits<double>::quiet_NaN();  ///< of groups' own rates, 0 where chance is enough
  bool overdispersed = false;                                          ///< the limits are widened
  std::vector<double> share, z, adjusted_z;
  std::vector<double> normal_inner_lower, normal_inner_upper, normal_outer_lower, normal_outer_upper;
  std::vector<double> exact_inner_lower, exact_inner_upper, exact_outer_lower, exact_outer_upper;
  std::vector<double> inner_lower, inner_upper, outer_lower, outer_upper;  ///< to be used, within [0, 1]
  std::vector<std::int64_t> position;  ///< -2 below the outer limits, -1 below the inner ones, 0 within, 1 and 2 above
  std::int64_t groups = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Funnel limits for shares of groups of different size around one target, with overdispersion.
///
/// Use to look at schools or townships without ranking them: most of what differs between small groups is chance. Groups
/// of different children differ for reasons that no limit knows, so the spread is told from the groups themselves, from
/// z scores whose extremes are drawn in, and the limits are widened where it is beyond chance. Not for few groups: with
/// fewer than ten the spread is hardly told. A group outside is a question, not an answer.
/// @param events    shape (groups,), whole numbers, 0 to trials; NaN is missing
/// @param trials    shape (groups,), whole numbers, 0 to 1e9; NaN or 0 is missing
/// @param options   levels in (0, 1), inner below outer; target in (0, 1) or NaN; winsorise in [0, 0.5)
/// @return limits; the exact ones interpolate the binomial distribution, and are those to be used without overdispersion,
///         else normal ones, by the root of the dispersion or with the variance between groups. not_enough_data without
///         two groups, degenerate where the pooled share is 0 or 1, not_finite when a value is infinite
/// @throws std::invalid_argument when lengths differ, a count is not whole or out of range, or an option is; cost: a sort
/// @source Spiegelhalter 2005, Stat. Med. 24, 1185-1202 (limits, A.1; overdispersion, 3.2 and A.3); DerSimonian and Laird
///         1986 for the variance between groups; checked against R qbinom, pbinom and quantile to 1e-10
FunnelLimits funnel_limits(std::span<const double> events, std::span<const double> trials, const FunnelOptions& options = {});

}  // namespace childwell::inline v0_1::stats
