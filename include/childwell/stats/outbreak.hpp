// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

struct OutbreakOptions {
  std::int64_t period = 52;      ///< positions in a year (weeks, school weeks), above 0
  std::int64_t years = 5;        ///< years looked back on, above 0
  std::int64_t half_window = 3;  ///< positions either side of the same position in each year, at least 0
  double level = 0.95;           ///< of the two-sided interval whose upper end is the limit, in (0, 1)
  bool trend = true;             ///< a log-linear trend, kept where it is significant and does not run away
  bool reweight = true;          ///< past outbreaks count less
};

/// The most that a count should be. Undefined parts are NaN; `status` says why.
struct OutbreakLimit {
  double expected = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double observed = std::numeric_limits<double>::quiet_NaN();
  double score = std::numeric_limits<double>::quiet_NaN();       ///< (observed - expected) / (upper - expected)
  double dispersion = std::numeric_limits<double>::quiet_NaN();  ///< at least 1
  double trend = std::numeric_limits<double>::quiet_NaN();       ///< log change per position; NaN where none is kept
  std::int64_t count = 0;                                        ///< baseline values used
  Status status = Status::not_enough_data;
};

/// Farrington's upper limit of a count, from the same weeks of past years.
///
/// Use to see a week with more cases than its season explains, counts from 1 or so upward. Not for rare events: with
/// expected counts well below 1 a single case alarms. Quasi-Poisson regression on the past weeks near this one, with past
/// outbreaks down-weighted by their Anscombe residuals and the limit symmetric on the scale of the 2/3 power.
/// @param counts     shape (n,), whole, at least 0, in order of time; NaN is missing
/// @param position   the value to judge, from 0; only earlier values are looked at
/// @param options    period, years, half-window, level, trend, reweighting
/// @return expected count and limit; not_enough_data with fewer than three baseline values; degenerate when all of them
///         are 0 (expected and limit are 0); not_converged when the fit does not settle
/// @throws std::invalid_argument when a count or option is outside its range; cost: a few two-column fits
/// @source Farrington, Andrews, Beale and Catchpole 1996, J. R. Stat. Soc. A 159; checked against R surveillance 1.20.3
///         algo.farrington to 1e-4 (its fits stop early) and R glm run on to 1e-7
OutbreakLimit outbreak_limit(std::span<const double> counts, std::int64_t position, const OutbreakOptions& options = {});

}  // namespace childwell::inline v0_1::stats
