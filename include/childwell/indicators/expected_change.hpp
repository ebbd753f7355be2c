// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// What children's second values were expected to be from their first ones, and who lies beyond. Undefined parts are NaN.
struct ExpectedChange {
  std::vector<double> expected;        ///< second value, from the first one of the same child
  std::vector<double> beyond;          ///< second value less the expected one
  std::vector<std::int64_t> direction; ///< 1 above, -1 below, 0 within what single children scatter by; -2 not known
  double slope = std::numeric_limits<double>::quiet_NaN();      ///< 1: no regression to the mean; 0: nothing of a first value lasts
  double intercept = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();  ///< of the second values about their line
  std::int64_t count = 0;
  std::int64_t missing = 0;            ///< children without both values
  Status status = Status::not_enough_data;
};

/// Change beyond regression to the mean: the second value against the line of all children's second on first values.
///
/// Use for change between two stretches of time of the same children. A child with an extreme first value is expected
/// nearer the mean; only what lies beyond the interval of prediction is called a change of this child. A shift of all
/// children is in the line, and so is no child's own. Not as an effect of a programme.
/// @param before, after   shape (n,), one unit; NaN is missing
/// @param level           of prediction for one child, in (0, 1)
/// @return line, expected values, what lies beyond and directions; not_enough_data with fewer than ten pairs, degenerate
///         when the first values do not differ, not_finite with an infinite value
/// @throws std::invalid_argument for lengths that differ or a level outside (0, 1); cost: three passes
/// @source McSweeny, Naugle, Chelune and Lueders 1993, Clin. Neuropsychol. 7; Crawford and Garthwaite 2006 (error of
///         prediction); statsmodels' interval of prediction to 1e-10
ExpectedChange expected_change(std::span<const double> before, std::span<const double> after, double level);

}  // namespace childwell::inline v0_1
