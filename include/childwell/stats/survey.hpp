// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/ratio.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1::stats {

/// How a sample was drawn, one value a row; an empty column is not part of the design.
struct SurveyDesign {
  std::span<const double> weights;       ///< children of the population that a row stands for; 0 is no row
  std::span<const std::int64_t> strata;  ///< codes
  std::span<const std::int64_t> clusters;  ///< codes of the units drawn first, within their stratum; empty: rows
  std::span<const double> populations;   ///< such units in the stratum's population; empty: drawn with replacement
};

/// What is done with a stratum of a single unit, whose variance nobody can tell: no interval, its distance from the mean of
/// all units, or nothing, because it stands for itself.
enum class LonelyUnit : std::uint8_t { refuse, centre, certain };

struct SurveyOptions {
  double level = 0.95;
  IntervalScale scale = IntervalScale::identity;
  LonelyUnit lonely = LonelyUnit::refuse;
};

/// An estimate of a population from a sample. Undefined parts are NaN; `status` says why.
struct SurveyEstimate {
  double estimate = std::numeric_limits<double>::quiet_NaN();
  double variance = std::numeric_limits<double>::quiet_NaN();
  double standard_error = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();  ///< units less strata
  double design_effect = std::numeric_limits<double>::quiet_NaN();  ///< variance over that of as many rows drawn at random
  double population = 0.0;  ///< sum of the weights of the rows with a value
  double level = 0.95;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  std::int64_t clusters = 0;
  std::int64_t strata = 0;
  Status status = Status::not_enough_data;
};

/// Mean of a population from a sample with weights, strata and clusters.
///
/// Use for answers of a sample of children. Of a part of the population: give NaN outside of it, so that the units drawn
/// without anybody in it count all the same. Not for volunteers: no weight makes them a sample.
/// @param values    shape (n,); NaN is missing, or outside of the part
/// @param design    columns of n rows, or empty
/// @param options   level in (0, 1); logit scale for values in [0, 1]
/// @return Hajek's mean, variance by Taylor linearisation with t of units less strata; not_enough_data without two units
///         or where a stratum has one unit only and the option refuses; degenerate when the variance is 0; not_finite
/// @throws std::invalid_argument when lengths differ, a weight is below 0 or not finite, populations differ within a
///         stratum or are below the units drawn, or an option is out of range; cost: two sorts
/// @source Hajek 1971; Woodruff 1971, J. Am. Stat. Assoc. 66; Lumley 2010, Complex Surveys; checked against R survey to
///         1e-8
SurveyEstimate survey_mean(std::span<const double> values, const SurveyDesign& design, const SurveyOptions& options = {});

/// Total of a population from a sample with weights, strata and clusters.
///
/// Use for numbers of children. Weights must sum to the population; where they do not, give survey_mean instead.
/// @param values, design, options   as survey_mean; the scale must be the identity
/// @return Horvitz and Thompson's total; statuses as survey_mean
/// @throws as survey_mean
/// @source Horvitz and Thompson 1952, J. Am. Stat. Assoc. 47; checked against R survey to 1e-8
SurveyEstimate survey_total(std::span<const double> values, const SurveyDesign& design, const SurveyOptions& options = {});

/// Ratio of two totals of a population from a sample with weights, strata and clusters.
///
/// Use for rates such as sessions missed of sessions expected. No design effect, which a ratio has none of.
/// @param numerators     shape (n,); NaN is missing
/// @param denominators   shape (n,), at least 0; NaN is missing
/// @param design, options   as survey_mean
/// @return the ratio; statuses as survey_mean, and degenerate where the denominators sum to 0
/// @throws as survey_mean, and when a denominator is below 0
/// @source Woodruff 1971; checked against R survey to 1e-8
SurveyEstimate survey_ratio(std::span<const double> numerators, std::span<const double> denominators, const SurveyDesign& design,
                            const SurveyOptions& options = {});

}  // namespace childwell::inline v0_1::stats
