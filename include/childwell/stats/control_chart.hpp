// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace childwell::inline v0_1::stats {

/// Centre and spread of a series in control. Undefined parts are NaN; `status` says why.
struct ChartBaseline {
  double centre = std::numeric_limits<double>::quiet_NaN();
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();   ///< divisor n - 1
  double moving_range_sigma = std::numeric_limits<double>::quiet_NaN();  ///< mean moving range sqrt(pi) / 2
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// A control chart: shape (n,) each, NaN where the value is missing. Alarms are positions from 0.
struct ControlChart {
  std::vector<double> statistic;  ///< EWMA, upper CUSUM or the value itself
  std::vector<double> lower;      ///< lower CUSUM for a CUSUM (counted upward), else lower limit
  std::vector<double> upper;      ///< upper limit
  std::vector<std::int64_t> alarms_up;
  std::vector<std::int64_t> alarms_down;
  Status status = Status::not_enough_data;
};

/// Centre, standard deviation and moving-range sigma of a baseline.
///
/// Use to set up a chart from a stretch that was in control; moving ranges are not widened by a slow drift. Not from the
/// values to be watched.
/// @param values   shape (n,), in order of time; NaN is missing and no neighbour
/// @return degenerate when all are equal; not_finite; not_enough_data with fewer than two values
/// @throws std::bad_alloc; cost: two passes
/// @source Montgomery 2012, Introduction to Statistical Quality Control, 6.4; checked against NumPy to 1e-12
ChartBaseline chart_baseline(std::span<const double> values);

/// Individuals chart: each value against centre +- width standard deviations.
///
/// Use for single large departures; ewma_chart and cusum_chart see small lasting ones sooner.
/// @param values               shape (n,), in order of time; NaN is missing
/// @param centre               in control
/// @param standard_deviation   in control, above 0
/// @param width                of the limits, in standard deviations, above 0
/// @return values, limits and alarms; not_finite when a value is infinite; not_enough_data without values
/// @throws std::invalid_argument when a parameter is outside its range; cost: one pass
/// @source Shewhart 1931; spc_nile recomputed in NumPy to 1e-11
ControlChart individuals_chart(std::span<const double> values, double centre, double standard_deviation,
                               double width = 3.0);

/// Exponentially weighted moving average with exact, widening limits.
///
/// Use to see small lasting shifts. Not for autocorrelated values. A missing value leaves the average as it was.
/// @param values               shape (n,), in order of time; NaN is missing
/// @param centre               in control; the average starts there
/// @param standard_deviation   in control, above 0
/// @param smoothing            weight of the newest value, in (0, 1]
/// @param width                of the limits, in standard deviations of the average, above 0
/// @return averages, limits and alarms; not_finite when a value is infinite; not_enough_data without values
/// @throws std::invalid_argument when a parameter is outside its range; cost: one pass
/// @source Roberts 1959, Technometrics 1; Lucas and Saccucci 1990, Technometrics 32; spc_nile to 1e-11
ControlChart ewma_chart(std::span<const double> values, double centre, double standard_deviation, double smoothing,
                        double width);

/// Two-sided tabular CUSUM of standardised values, without reset.
///
/// Use to see lasting shifts of about twice the reference. Not for autocorrelated values. A missing value leaves the sums
/// as they were.
/// @param values               shape (n,), in order of time; NaN is missing
/// @param centre               in control
/// @param standard_deviation   in control, above 0
/// @param reference            allowance k, in standard deviations, at least 0
/// @param decision             limit h, in standard deviations, above 0
/// @return upper sums, lower sums, limit and alarms; not_finite when a value is infinite; not_enough_data without values
/// @throws std::invalid_argument when a parameter is outside its range; cost: one pass
/// @source Page 1954, Biometrika 41; spc_nile to 1e-11
ControlChart cusum_chart(std::span<const double> values, double centre, double standard_deviation, double reference,
                         double decision);

/// Average run length of a CUSUM of independent normal values: how many until it alarms.
///
/// Use to learn how often a chart cries wolf (shift 0) and how soon it sees a shift. Not for autocorrelated values.
/// @param reference    allowance k, in standard deviations, at least 0
/// @param decision     limit h, in standard deviations, above 0
/// @param shift        of the mean, in standard deviations
/// @param two_sided    whether both sums are watched
/// @return average number of values, at least 1; infinite when beyond a double
/// @throws std::invalid_argument when a parameter is outside its range; cost: a dense system of some 100 equations
/// @source integral equation by Gauss-Legendre nodes, Vance 1986, J. Qual. Technol. 18; Lucas and Crosier 1982 (two sides);
///         checked against published values and simulation, and twice the nodes to 1e-9
double cusum_average_run_length(double reference, double decision, double shift = 0.0, bool two_sided = true);

/// Average run length of a two-sided EWMA of independent normal values with its limits at their final width.
///
/// Use to learn how often a chart cries wolf (shift 0) and how soon it sees a shift. Not for autocorrelated values.
/// @param smoothing   weight of the newest value, in (0, 1]
/// @param width       of the limits, in standard deviations of the average, above 0
/// @param shift       of the mean, in standard deviations of a value
/// @return average number of values, at least 1; infinite when beyond a double
/// @throws std::invalid_argument when a parameter is outside its range; cost: a dense system of 100 to 600 equations
/// @source integral equation by Gauss-Legendre nodes, Crowder 1987, Technometrics 29; checked against Lucas and Saccucci
///         1990 and simulation, and twice the nodes to 1e-9
double ewma_average_run_length(double smoothing, double width, double shift = 0.0);

/// Decision limit of a CUSUM for a given average run length in control.
///
/// Use to set false alarms by what can be followed up: so many values between two of them.
/// @param average_run_length   wanted in control, above 2, at most 1e9
/// @param reference            allowance k, in standard deviations, at least 0
/// @param two_sided            whether both sums are watched
/// @return limit h, in standard deviations; NaN when the allowance alone alarms less often
/// @throws std::invalid_argument when a parameter is outside its range; cost: some 30 average run lengths
/// @source root of cusum_average_run_length, to 1e-10 of the run length
double cusum_decision(double average_run_length, double reference, bool two_sided = true);

/// Width of the limits of an EWMA for a given average run length in control.
///
/// Use to set false alarms by what can be followed up: so many values between two of them.
/// @param average_run_length   wanted in control, above 2, at most 1e9
/// @param smoothing            weight of the newest value, in (0, 1]
/// @return width, in standard deviations of the average
/// @throws std::invalid_argument when a parameter is outside its range; cost: some 30 average run lengths
/// @source root of ewma_average_run_length, to 1e-10 of the run length
double ewma_width(double average_run_length, double smoothing);

}  // namespace childwell::inline v0_1::stats
