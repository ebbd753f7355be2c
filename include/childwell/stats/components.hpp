// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::stats {

/// What components are taken of.
enum class ComponentScale : std::uint8_t {
  correlation,  ///< every column counts alike
  covariance    ///< columns count by their spread, in one unit
};

/// Principal components, largest first.
struct PrincipalComponents {
  std::vector<double> eigenvalues;
  std::vector<double> proportions;  ///< of the whole variance
  Matrix vectors;                   ///< one column a component, length 1, summing to a positive value
  Matrix loadings;                  ///< vectors times the root of the eigenvalue
  std::vector<double> weights;      ///< squared vector of the first component; they sum to 1
  std::vector<double> means;
  std::vector<double> scales;       ///< standard deviations, or 1 of covariances
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Principal components of the correlation or covariance matrix.
///
/// Use to see how many dimensions a set of indicators has, and for weights that the data give. Not as weights of a
/// policy: what varies most is not what matters most.
/// @param values   shape (rows, columns), any units (one unit for covariances); NaN is missing (listwise)
/// @param scale    of correlations or of covariances
/// @return eigenvalues, vectors whose columns sum to a positive value (or begin with one where the sum is 0), loadings
///         and weights; not_enough_data with fewer than two rows or no column, degenerate (NaN) with a constant column
///         of correlations, rank_deficient when an eigenvalue is 0 to rounding, not_finite with an infinite value or
///         variance
/// @throws std::bad_alloc; cost: rows times columns^2 and columns^3
/// @source Hotelling 1933, J. Educ. Psychol. 24; R prcomp to 1e-9
PrincipalComponents principal_components(const MatrixView& values, ComponentScale scale);

}  // namespace childwell::inline v0_1::stats
