// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How the limit comes from the expected count: Farrington's 2/3 power, or Noufaily's negative binomial quantile.
enum class OutbreakMethod : std::uint8_t { power_transform, negative_binomial };

struct OutbreakOptions {
  std::int64_t period = 52;      ///< values a year
  std::int64_t years = 5;        ///< past years that give reference values, at least 1
  std::int64_t half_window = 3;  ///< values on each side of the same week in each past year, below half a period
  double level = 0.995;          ///< probability of a count at most at the limit without outbreak, in (0.5, 1)
  OutbreakMethod method = OutbreakMethod::negative_binomial;
  bool trend = true;                  ///< kept where significant, over three years at least, and not extrapolating
  double trend_significance = 0.05;   ///< two-sided, in (0, 1]; 1 keeps every trend that does not extrapolate
  bool reweight = true;               ///< draw in past outbreaks
  double residual_threshold = 2.58;   ///< Anscombe residuals above it are past outbreaks, above 0
  std::int64_t least_reference = 10;  ///< reference values without which there is no limit, at least 3
  std::int64_t least_events = 5;      ///< events in the newest `recent` values without which there is no alarm
  std::int64_t recent = 4;            ///< the value itself included, at least 1
};

/// Expected counts and limits, one a moment; undefined parts are NaN and the moment's status says why.
struct OutbreakLimits {
  std::vector<double> expected;
  std::vector<double> limit;
  std::vector<double> exceedance;       ///< (count - expected) / (limit - expected); above 1 is above the limit
  std::vector<double> overdispersion;   ///< at least 1
  std::vector<double> trend;            ///< of the log rate, a year; 0 where none was kept
  std::vector<std::int64_t> reference;  ///< reference values used
  std::vector<std::int64_t> alarms;     ///< 0-based positions above the limit with enough recent events
  std::vector<Status> statuses;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;  ///< ok when any moment has a limit
};

/// Outbreak limits for a series of counts, by Farrington's method as Noufaily and others improved it.
///
/// Use for weekly absences for illness of a class, school or district against the same weeks of past years. Not where
/// there are no past years (cusum_chart on residuals), and not for limits within one winter. Each moment: a
/// quasi-Poisson log-linear fit to the reference values, with a trend where it holds, past outbreaks drawn in by s^-2
/// of their Anscombe residuals s, and the limit from the expected count, its overdispersion of at least 1 and, with the
/// power transform, the error of the fit.
/// @param counts      whole numbers, at least 0, shape (n,), in time order without holes; NaN is missing
/// @param exposures   children or sessions behind each count, shape (n,), or empty for none; 0 or NaN is missing
/// @param options     reference window, level, method, trend, reweighting, minimum counts
/// @return shape (n,); by moment not_enough_data (too few reference values), boundary (no event among them: expected 0,
///         no limit), not_converged; not_finite when any value is infinite. A missing count has a limit and no
///         exceedance
/// @throws std::invalid_argument when lengths differ, a count is negative or not whole, an exposure is negative, or an
///         option is outside its range; cost: a few fits of two columns a moment
/// @source Farrington, Andrews, Beale and Catchpole 1996, J. R. Stat. Soc. A 159; Noufaily and others 2013, Stat. Med.
///         32; checked against R glm to 1e-12 and R surveillance 1.20.3 algo.farrington and farringtonFlexible to 5e-5,
///         whose fits stop early
OutbreakLimits outbreak_limits(std::span<const double> counts, std::span<const double> exposures = {},
                               const OutbreakOptions& options = {});

}  // namespace childwell::inline v0_1::stats
