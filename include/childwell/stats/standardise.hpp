// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// A standardised rate or ratio with its interval. Undefined parts are NaN; `status` says why.
struct StandardisedRate {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();  ///< of a direct rate
  double crude = std::numeric_limits<double>::quiet_NaN();     ///< events over population
  double observed = std::numeric_limits<double>::quiet_NaN();  ///< events
  double expected = std::numeric_limits<double>::quiet_NaN();  ///< at the rates of the standard; of an indirect ratio
  double level = 0.95;
  std::int64_t strata = 0;
  Status status = Status::not_enough_data;
};

/// How much of a difference of two crude rates is composition, and how much rates within strata.
struct RateDecomposition {
  double first = std::numeric_limits<double>::quiet_NaN();   ///< crude rate
  double second = std::numeric_limits<double>::quiet_NaN();  ///< crude rate
  double difference = std::numeric_limits<double>::quiet_NaN();   ///< second less first
  double composition = std::numeric_limits<double>::quiet_NaN();  ///< part of it
  double rates = std::numeric_limits<double>::quiet_NaN();        ///< the other part
  double ratio = std::numeric_limits<double>::quiet_NaN();        ///< first over second
  double ratio_lower = std::numeric_limits<double>::quiet_NaN();
  double ratio_upper = std::numeric_limits<double>::quiet_NaN();
  double level = 0.95;
  std::int64_t strata = 0;
  Status status = Status::not_enough_data;
};

/// Directly standardised rate: what the rates of the strata would come to in the standard's population.
///
/// Use to compare places whose children differ in grade or age. Not with strata of few events: then indirectly. It says
/// nothing of strata that a place does not have.
/// @param events       shape (strata,), at least 0; NaN is missing
/// @param population   shape (strata,), above 0 where the standard has anybody
/// @param standard     shape (strata,), at least 0
/// @param level        of the interval, in (0, 1)
/// @return the rate with the gamma interval, lower 0 without events; not_enough_data without a stratum or where the
///         standard has children and the population has none; a stratum with a missing value is left out
/// @throws std::invalid_argument when lengths differ, a value is below 0 or infinite, or level is not between 0 and 1
/// @source Fay and Feuer 1997, Stat. Med. 16; checked against R epitools ageadjust.direct to 1e-10
StandardisedRate direct_standardised_rate(std::span<const double> events, std::span<const double> population,
                                          std::span<const double> standard, double level = 0.95);

/// Indirectly standardised ratio: events over those expected at the standard's rates.
///
/// Use for small places. Two such ratios do not compare with each other, because each has its own population.
/// @param events                 shape (strata,), at least 0; NaN is missing
/// @param population             shape (strata,), at least 0
/// @param standard_events        shape (strata,), at least 0
/// @param standard_population    shape (strata,), above 0 where the population has anybody
/// @param level                  of the interval, in (0, 1)
/// @return observed over expected with the exact Poisson interval; not_enough_data without a stratum or where the standard
///         lacks one; degenerate where nothing is expected
/// @throws std::invalid_argument as direct_standardised_rate
/// @source Breslow and Day 1987, Statistical Methods in Cancer Research II, 2; Garwood 1936; checked against R to 1e-10
StandardisedRate indirect_standardised_ratio(std::span<const double> events, std::span<const double> population,
                                             std::span<const double> standard_events,
                                             std::span<const double> standard_population, double level = 0.95);

/// Difference of two crude rates in two parts: other children, and other rates of like children.
///
/// Use before two years or places are compared by a crude rate. Symmetric: means of both sides weigh each part.
/// @param first_events, first_population     shape (strata,), 0 <= events <= population; NaN is missing
/// @param second_events, second_population   the same strata
/// @param level                              of the ratio's interval, in (0, 1)
/// @return rates, difference and its parts, and the ratio of the first to the second with the log-binomial interval (NaN
///         where one has no events); not_enough_data where a side has nobody or a stratum is empty on one side only
/// @throws std::invalid_argument when lengths differ, a value is below 0 or infinite, events exceed the population, or
///         level is not between 0 and 1
/// @source Kitagawa 1955, J. Am. Stat. Assoc. 50; Katz and others 1978, Biometrics 34; checked against R to 1e-10
RateDecomposition rate_decomposition(std::span<const double> first_events, std::span<const double> first_population,
                                     std::span<const double> second_events, std::span<const double> second_population,
                                     double level = 0.95);

}  // namespace childwell::inline v0_1::stats
