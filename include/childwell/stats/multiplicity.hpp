// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How p values of several tests are adjusted.
enum class Adjustment : std::uint8_t {
  bonferroni,          ///< chance of any false finding, whatever the dependence
  holm,                ///< the same, never less powerful
  hochberg,            ///< the same for independent or positively dependent tests
  hommel,              ///< the same, never less powerful than hochberg
  benjamini_hochberg,  ///< share of false findings, independent or positively dependent tests
  benjamini_yekutieli  ///< share of false findings, whatever the dependence
};

/// p values adjusted for having looked at all of them.
///
/// Use whenever more than one group or indicator is tested for the same question: compare the adjusted value with the
/// level. Holm holds the chance of any false finding without a condition; Benjamini-Hochberg holds the share of false
/// ones among findings, and finds more.
/// @param p_values   shape (m,), in [0, 1]; NaN is missing, stays NaN and is no test
/// @param method     which adjustment
/// @return shape (m,), in [0, 1], in the order given
/// @throws std::invalid_argument for a p value outside [0, 1]; cost: one sort, for hommel m^2
/// @source Holm 1979; Hochberg 1988; Hommel 1988; Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001; R p.adjust
///         to 1e-14; hommel also by its definition through all subsets
std::vector<double> adjust_p_values(std::span<const double> p_values, Adjustment method);

}  // namespace childwell::inline v0_1::stats
