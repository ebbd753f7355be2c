// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/components.hpp>

#include <childwell/stats/correlation.hpp>
#include <childwell/stats/moments.hpp>

#include "arguments.hpp"
#include "correlation_inverse.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include <cmath>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMajor> eigen_of(const Matrix& matrix) {
  return {matrix.values.data(), static_cast<Eigen::Index>(matrix.rows), static_cast<Eigen::Index>(matrix.columns)};
}

// An eigenvalue that rounding alone may have made.
bool is_rounding(double eigenvalue, double largest, std::size_t columns) {
  return eigenvalue <= 8.0 * static_cast<double>(columns) * std::numeric_limits<double>::epsilon() * largest;
}

// +1 where the entries sum to a positive value; a sum that is 0 to rounding leaves it to the first entry.
double sign_of(const Matrix& vectors, std::size_t column) {
  double sum = 0.0;
  double first = 0.0;
  for (std::size_t j = 0; j < vectors.rows; ++j) {
    sum += vectors(j, column);
    if (first == 0.0 && std::abs(vectors(j, column)) > 1e-12) first = vectors(j, column);
  }
  return (std::abs(sum) > 1e-12 ? sum : first) < 0.0 ? -1.0 : 1.0;
}

}  // namespace

CompleteColumns complete_columns(const MatrixView& values) {
  CompleteColumns made;
  made.columns.resize(values.columns);
  bool finite = true;
  for (std::size_t i = 0; i < values.rows; ++i) {
    bool complete = true;
    bool row_finite = true;
    for (std::size_t j = 0; j < values.columns; ++j) {
      complete = complete && !std::isnan(values(i, j));
      row_finite = row_finite && !std::isinf(values(i, j));
    }
    if (!complete) {
      ++made.missing;
      continue;
    }
    finite = finite && row_finite;
    ++made.count;
    for (std::size_t j = 0; j < values.columns; ++j) made.columns[j].push_back(values(i, j));
  }
  if (made.count >= 2 && values.columns > 0) made.status = finite ? Status::ok : Status::not_finite;
  return made;
}

SymmetricEigen symmetric_eigen(const Matrix& matrix) {
  SymmetricEigen made;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{Eigen::MatrixXd(eigen_of(matrix))};
  made.converged = solver.info() == Eigen::Success;
  const std::size_t p = matrix.rows;
  made.values.resize(p);
  made.vectors = {std::vector<double>(p * p), p, p};
  for (std::size_t c = 0; c < p; ++c) {
    const auto from = static_cast<Eigen::Index>(p - 1 - c);  // the solver's order is rising
    made.values[c] = solver.eigenvalues()(from);
    for (std::size_t j = 0; j < p; ++j) made.vectors(j, c) = solver.eigenvectors()(static_cast<Eigen::Index>(j), from);
  }
  return made;
}

CorrelationInverse correlation_inverse(const CorrelationMatrix& correlations) {
  CorrelationInverse made;
  made.status = correlations.status;
  if (correlations.status != Status::ok) return made;
  const std::size_t p = correlations.values.rows;
  const SymmetricEigen eigen = symmetric_eigen(correlations.values);
  if (!eigen.converged) {
    made.status = Status::not_converged;
    return made;
  }
  const bool few_rows = correlations.count <= static_cast<std::int64_t>(p);
  if (few_rows || is_rounding(eigen.values.back(), eigen.values.front(), p)) {
    made.status = Status::rank_deficient;
    return made;
  }
  const Eigen::LLT<Eigen::MatrixXd> factor{Eigen::MatrixXd(eigen_of(correlations.values))};
  if (factor.info() != Eigen::Success) {
    made.status = Status::rank_deficient;
    return made;
  }
  const auto size = static_cast<Eigen::Index>(p);
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(size, size));
  made.values = {std::vector<double>(p * p), p, p};
  made.log_determinant = 0.0;
  for (std::size_t j = 0; j < p; ++j) {
    const auto row = static_cast<Eigen::Index>(j);
    made.log_determinant += 2.0 * std::log(factor.matrixLLT()(row, row));
    for (std::size_t k = 0; k < p; ++k) {
      const auto column = static_cast<Eigen::Index>(k);
      made.values(j, k) = 0.5 * (inverse(row, column) + inverse(column, row));
    }
  }
  return made;
}

PrincipalComponents principal_components(const MatrixView& values, ComponentScale scale) {
  PrincipalComponents made;
  const std::size_t p = values.columns;
  made.eigenvalues = made.proportions = made.weights = std::vector<double>(p, undefined);
  made.vectors = made.loadings = {std::vector<double>(p * p, undefined), p, p};
  CovarianceMatrix spread = covariance_matrix(values, {}, WeightKind::frequency);
  made.count = spread.count;
  made.missing = spread.missing;
  made.means = spread.means;
  made.scales.assign(p, undefined);
  made.status = spread.status;
  if (spread.status != Status::ok && spread.status != Status::degenerate) return made;
  if (scale == ComponentScale::correlation) {
    for (std::size_t j = 0; j < p; ++j) made.scales[j] = std::sqrt(spread.covariance(j, j));
    if (spread.status == Status::degenerate) return made;
    spread.covariance = correlation_matrix(values, CorrelationKind::pearson).values;
  } else {
    made.scales.assign(p, 1.0);
  }
  const SymmetricEigen eigen = symmetric_eigen(spread.covariance);
  if (!eigen.converged) {
    made.status = Status::not_converged;
    return made;
  }
  made.status = is_rounding(eigen.values.back(), eigen.values.front(), p) ? Status::rank_deficient : Status::ok;
  double total = 0.0;
  for (std::size_t j = 0; j < p; ++j) total += spread.covariance(j, j);
  for (std::size_t c = 0; c < p; ++c) {
    // Eigenvalues of a covariance are not negative; what rounding leaves below 0 is 0.
    made.eigenvalues[c] = std::max(0.0, eigen.values[c]);
    made.proportions[c] = made.eigenvalues[c] / total;
    const double sign = sign_of(eigen.vectors, c);
    for (std::size_t j = 0; j < p; ++j) {
      made.vectors(j, c) = sign * eigen.vectors(j, c);
      made.loadings(j, c) = made.vectors(j, c) * std::sqrt(made.eigenvalues[c]);
    }
  }
  for (std::size_t j = 0; j < p; ++j) made.weights[j] = made.vectors(j, 0) * made.vectors(j, 0);
  return made;
}

}  // namespace childwell::inline v0_1::stats
