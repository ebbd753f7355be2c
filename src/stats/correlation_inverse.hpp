// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/stats/correlation.hpp>
#include <childwell/stats/matrix.hpp>

#include <limits>
#include <vector>

namespace childwell::inline v0_1::stats {

// Rows without a missing value, column by column; the status is ok with two such rows and finite values.
struct CompleteColumns {
  std::vector<std::vector<double>> columns;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

CompleteColumns complete_columns(const MatrixView& values);

// Eigenvalues (largest first) and vectors (one column each) of a symmetric matrix.
struct SymmetricEigen {
  std::vector<double> values;
  Matrix vectors;
  bool converged = false;
};

SymmetricEigen symmetric_eigen(const Matrix& matrix);

// Inverse and log determinant of a correlation matrix; rank_deficient where an eigenvalue is 0 to rounding.
struct CorrelationInverse {
  Matrix values;
  double log_determinant = std::numeric_limits<double>::quiet_NaN();
  Status status = Status::not_enough_data;
};

CorrelationInverse correlation_inverse(const CorrelationMatrix& correlations);

}  // namespace childwell::inline v0_1::stats
