// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// How a measure becomes a score of which high is good.
enum class Normalisation : std::uint8_t {
  goalposts,        ///< two fixed raw values become the ends of the scale, beyond them it is clipped: years compare
  min_max,          ///< the lowest and highest of these units become the ends: moves with the worst unit
  z_score,          ///< standard scores with a stated mean and standard deviation
  rank_normal,      ///< normal scores of mid-ranks (Blom), likewise
  rank,             ///< mid-ranks, 1 to n
  borda,            ///< mid-ranks less 1
  percentile_rank   ///< share of the others that lie strictly below, 0 to 1
};
inline constexpr std::array<std::string_view, 7> normalisation_words = {
    "goalposts", "min_max", "z_score", "rank_normal", "rank", "borda", "percentile_rank"};

/// How one column is normalised.
struct NormalisationRule {
  Normalisation method = Normalisation::goalposts;
  bool high_is_good = true;                                ///< of the raw value; false turns the column round
  double from = std::numeric_limits<double>::quiet_NaN();  ///< goalposts in the raw unit, from below to
  double to = std::numeric_limits<double>::quiet_NaN();
  double low = 1.0;                 ///< ends of the scale of goalposts and min_max
  double high = 100.0;
  double mean = 50.0;               ///< of z_score and rank_normal
  double standard_deviation = 10.0;
};

/// Scores of one column, one a row.
struct NormalisedColumn {
  std::vector<double> scores;                    ///< NaN where the value is missing or no score is defined
  std::vector<std::uint8_t> clipped;             ///< 1 where a value lay beyond a goalpost
  std::int64_t clipped_low = 0;                  ///< values worse than the worst goalpost, that score the low end
  std::int64_t clipped_high = 0;                 ///< values better than the best goalpost
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Puts a measure on a common scale of which high is good.
///
/// Use goalposts that are dated and frozen wherever years or places are to compare; the other methods are relative to
/// the units at hand, and a unit's score then changes when others do. A geometric mean needs scores above 0.
/// @param values   shape (n,), any unit; NaN is missing
/// @param rule     method, direction, goalposts and the scale
/// @return scores in the order of the values; not_enough_data without values (z_score: with fewer than two), degenerate
///         (NaN) where all are equal and the method divides by their spread, not_finite with an infinite value
/// @throws std::invalid_argument when goalposts are not two finite values with from below to, low is not below high, or
///         a standard deviation is not above 0; cost: one pass, or one sort of ranks
/// @source OECD and JRC 2008, Handbook on Constructing Composite Indicators, step 5; UNDP 2010 (goalposts); COINr
///         1.1.14 n_minmax, n_zscore, n_rank, n_borda and n_prank to 1e-12 on the ASEM indicators
NormalisedColumn normalise(std::span<const double> values, const NormalisationRule& rule);

/// When a column counts as free of outliers, and how far it may be changed.
struct OutlierRule {
  double skewness = 2.0;         ///< a column passes below this absolute skewness
  double kurtosis = 3.5;         ///< or below this excess kurtosis
  std::int64_t most_points = 5;  ///< values that may be drawn in; after that the logarithm is taken
};

/// A column after the treatment of outliers.
struct TreatedColumn {
  std::vector<double> values;
  std::int64_t drawn_in = 0;   ///< values set to that of their neighbour
  bool logarithm = false;      ///< log(x - min + (max - min) / 100) of the raw values
  double skewness = std::numeric_limits<double>::quiet_NaN();  ///< adjusted (G1), of the result
  double kurtosis = std::numeric_limits<double>::quiet_NaN();  ///< adjusted excess (G2), of the result
  Status status = Status::not_enough_data;
};

/// Draws the farthest values in until skewness or kurtosis passes; a column that never passes is put in logarithms.
///
/// Use before min_max or z_score of countries, schools or other places, of which one far value would squeeze the rest.
/// Not for goalposts, which clip by themselves, nor for children: a child far from the others is not an error.
/// @param values   shape (n,), any unit; NaN is missing and stays so
/// @param rule     limits of skewness and kurtosis, and how many values may be drawn in
/// @return values of the same length; a column that passes is unchanged; not_enough_data with fewer than four values,
///         degenerate when all are equal, not_finite with an infinite value: then unchanged too
/// @throws std::invalid_argument for limits that are not finite or a negative number of points; cost: one pass a point
/// @source OECD and JRC 2008, step 3; the rule of the JRC: absolute skewness below 2 or kurtosis below 3.5; COINr
///         1.1.14 Treat, through the published index of ASEM
TreatedColumn treat_outliers(std::span<const double> values, const OutlierRule& rule);

}  // namespace childwell::inline v0_1
