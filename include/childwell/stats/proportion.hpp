// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <limits>
#include <string_view>

namespace childwell::inline v0_1::stats {

/// A proportion with an interval. Undefined parts are NaN; `status` says why.
struct ProportionInterval {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::string_view method;
  Status status = Status::not_enough_data;
};

/// Wilson's score interval of a binomial proportion.
///
/// Use for a share of independent units; its coverage is near the level on average also for small counts. Not for
/// units that hang together (sessions of one child): give effective counts, or use ratio_estimate.
/// @param events   number of events, 0 to trials; need not be whole (effective counts); NaN is missing
/// @param trials   number of trials, at least 0; NaN is missing
/// @param level    confidence level, in (0, 1)
/// @return estimate and interval in [0, 1]; not_enough_data when trials is 0 or a count is missing
/// @throws std::invalid_argument when a count is below 0 or infinite, events exceed trials, or level is outside (0, 1)
/// @source Wilson 1927, J. Am. Stat. Assoc. 22; its closed form in mpmath to 1e-12, coverage by exact sums
ProportionInterval wilson_interval(double events, double trials, double level = 0.95);

/// Clopper and Pearson's exact interval of a binomial proportion.
///
/// Use where coverage must never be below the level; it is wider than needed on average. Not for clustered units.
/// @param events   number of events, 0 to trials; need not be whole (effective counts); NaN is missing
/// @param trials   number of trials, at least 0; NaN is missing
/// @param level    confidence level, in (0, 1)
/// @return estimate and interval in [0, 1], closed at 0 and 1; not_enough_data when trials is 0 or a count is missing
/// @throws std::invalid_argument when a count is below 0 or infinite, events exceed trials, or level is outside (0, 1)
/// @source Clopper and Pearson 1934, Biometrika 26; roots of the exact tails in mpmath to 1e-12, coverage by exact
///         sums
ProportionInterval clopper_pearson_interval(double events, double trials, double level = 0.95);

/// Jeffreys' equal-tailed interval of a binomial proportion: quantiles of Beta(events + 1/2, trials - events + 1/2).
///
/// Use for small counts where an exact interval is too wide. The lower end is 0 when there are no events and the upper
/// end 1 when there is nothing else, so that coverage does not collapse at the edges. Not for clustered units.
/// @param events   number of events, 0 to trials; need not be whole (effective counts); NaN is missing
/// @param trials   number of trials, at least 0; NaN is missing
/// @param level    confidence level, in (0, 1)
/// @return estimate and interval in [0, 1]; not_enough_data when trials is 0 or a count is missing
/// @throws std::invalid_argument when a count is below 0 or infinite, events exceed trials, or level is outside (0, 1)
/// @source Brown, Cai and DasGupta 2001, Stat. Sci. 16; roots in mpmath to 1e-12, coverage by exact sums
ProportionInterval jeffreys_interval(double events, double trials, double level = 0.95);

/// Mid-p interval of a binomial proportion: Clopper and Pearson's, with the outcome seen counting half in each tail.
///
/// Use where an exact interval is too wide and coverage near the level on average is enough. Not for clustered units.
/// @param events   number of events, 0 to trials; need not be whole (effective counts); NaN is missing
/// @param trials   number of trials, at least 0; NaN is missing
/// @param level    confidence level, in (0, 1)
/// @return estimate and interval in [0, 1], closed at 0 and 1; not_enough_data when trials is 0 or a count is missing
/// @throws std::invalid_argument when a count is below 0 or infinite, events exceed trials, or level is outside (0, 1);
///         cost: two roots of an incomplete beta function
/// @source Lancaster 1961, J. Am. Stat. Assoc. 56; Berry and Armitage 1995, Statistician 44; checked against mpmath roots
///         to 1e-12, coverage by exact sums
ProportionInterval mid_p_interval(double events, double trials, double level = 0.95);

}  // namespace childwell::inline v0_1::stats
