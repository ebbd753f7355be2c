// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace childwell::inline v0_1::stats {

/// How far two groups lie apart, with an interval. Undefined parts are NaN; `status` says why.
struct EffectSize {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double level = std::numeric_limits<double>::quiet_NaN();
  std::int64_t count_first = 0;
  std::int64_t count_second = 0;
  std::int64_t missing = 0;
  std::string_view method = "";
  Status status = Status::not_enough_data;
};

/// Cohen's d: difference of two means in pooled standard deviations, with the exact interval by noncentral t.
///
/// Use to say how large a difference is where the unit means little. Not across groups of unlike spread.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return first minus second; not_enough_data when a group is empty or both hold one value, degenerate when neither
///         varies, not_finite with an infinite value, not_converged when an end of the interval is not found
/// @throws std::invalid_argument for a level outside (0, 1); cost: two passes and two searches
/// @source Cohen 1988; Steiger and Fouladi 1997 (interval); R to 1e-12; interval: noncentral t integrated by mpmath
EffectSize cohen_d(std::span<const double> first, std::span<const double> second, double level);

/// Hedges's g: Cohen's d times the exact factor that takes its bias away.
///
/// Use instead of d for small groups and before averaging over groups.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return as cohen_d, with its interval times the same factor; not_enough_data with fewer than four values in all
/// @throws std::invalid_argument for a level outside (0, 1); cost: as cohen_d
/// @source Hedges 1981, J. Educ. Stat. 6 (gamma function, not its approximation); R to 1e-12
EffectSize hedges_g(std::span<const double> first, std::span<const double> second, double level);

/// Cliff's delta: chance that a first value is larger minus chance that it is smaller.
///
/// Use for ordered answers and skewed measures, beside rank_sum_test.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return in [-1, 1], with Cliff's interval from the unbiased variance, which is not symmetric; boundary at -1 and 1,
///         where the interval is that of the smaller group's size; not_enough_data when a group has fewer than two
///         values (the estimate stands without interval), not_finite with an infinite value
/// @throws std::invalid_argument for a level outside (0, 1); cost: two sorts
/// @source Cliff 1993, Psychol. Bull. 114; Feng and Cliff 2004, J. Mod. Appl. Stat. Methods 3; the definition over all
///         pairs to 1e-13; coverage by simulation
EffectSize cliff_delta(std::span<const double> first, std::span<const double> second, double level);

/// Chance that a first value is larger than a second one, ties counting half: (1 + Cliff's delta) / 2.
///
/// Use to say a difference in words: "in 44 of 100 pairs". It is the area under the curve of telling the groups apart.
/// @param first, second   shapes (m,) and (n,), one unit; NaN is missing and left out
/// @param level           of the interval, in (0, 1)
/// @return in [0, 1]; statuses as cliff_delta
/// @throws std::invalid_argument for a level outside (0, 1); cost: two sorts
/// @source McGraw and Wong 1992, Psychol. Bull. 111; Vargha and Delaney 2000; as cliff_delta
EffectSize common_language_effect(std::span<const double> first, std::span<const double> second, double level);

}  // namespace childwell::inline v0_1::stats
