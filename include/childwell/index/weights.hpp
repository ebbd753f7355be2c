// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// Weights that the data give, one a column.
struct DataWeights {
  std::vector<double> weights;  ///< at least 0, summing to 1; NaN where none are defined
  std::int64_t count = 0;       ///< rows used
  std::int64_t missing = 0;     ///< rows left out because any column was missing
  Status status = Status::not_enough_data;
};

/// Weights from the first principal component of the correlations: its squared loadings.
///
/// Use to see what a set of measures has in common. Not as weights of a policy: what varies together is not what
/// matters, and a measure of its own gets next to no weight.
/// @param scores   shape (units, columns); NaN is missing (listwise)
/// @return weights that sum to 1; statuses as stats::principal_components
/// @throws std::bad_alloc; cost: units times columns^2
/// @source OECD and JRC 2008, Handbook, step 6; Nicoletti, Scarpetta and Boylaud 2000; numpy's eigenvectors to 1e-12
DataWeights component_weights(const stats::MatrixView& scores);

/// Shannon's entropy weights: columns whose shares are spread more unevenly over the units get more.
///
/// Use to see which measures tell units apart most. Not as weights of a policy, and not on scores with an arbitrary
/// zero: a shift of the scale changes them.
/// @param scores   shape (units, columns), at least 0; NaN is missing (listwise)
/// @return weights that sum to 1; not_enough_data with fewer than two units or no column, degenerate when no column
///         varies or one sums to 0, not_finite with an infinite value
/// @throws std::invalid_argument when a score is below 0; cost: one logarithm a score
/// @source Shannon 1948; Zeleny 1982 (1 - entropy / log n, scaled to 1); a formula in numpy to 1e-13
DataWeights entropy_weights(const stats::MatrixView& scores);

/// How much each part really drives a whole, beside the weight that it was given.
struct EffectiveWeights {
  std::vector<double> nominal;       ///< as given, scaled to 1
  std::vector<double> linear;        ///< squared correlation of part and whole
  std::vector<double> main_effect;   ///< correlation ratio: share of the whole's variance that its mean curve takes
  std::vector<double> effective;     ///< main effects, scaled to 1
  std::vector<std::int64_t> counts;  ///< units with part and whole
  std::vector<Status> statuses;      ///< of each part
};

/// Main effects of parts on a whole: what would go from the whole's variance if the part were fixed.
///
/// Use beside the nominal weights of every index: parts that vary more or hang together weigh more than they were told
/// to. Within units that have the same parts; not as a cause.
/// @param parts     shape (units, parts); NaN is missing, part by part
/// @param whole     shape (units,); NaN is missing
/// @param nominal   one a part, at least 0
/// @return shares in [0, 1]. The mean curve is a restricted cubic spline with knots at the quantiles 5, 27.5, 50, 72.5
///         and 95 % (fewer where values tie), its share adjusted for its degrees of freedom. not_enough_data with fewer
///         than 10 units, degenerate (share 0 of a constant part; NaN of a constant whole), not_finite
/// @throws std::invalid_argument when shapes differ or a nominal weight is negative; cost: one sort a part
/// @source Paruolo, Saisana and Saltelli 2013, J. R. Stat. Soc. A 176 (Pearson's correlation ratio as importance);
///         Stone and Koo 1985 (spline); analytic ratios of quadratic and of sums of independent parts in the tests
EffectiveWeights effective_weights(const stats::MatrixView& parts, std::span<const double> whole,
                                   std::span<const double> nominal);

}  // namespace childwell::inline v0_1
