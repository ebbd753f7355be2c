// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/linear.hpp>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "arguments.hpp"

namespace childwell::inline v0_1::stats {
namespace {

using Eigen::Index;
using RowTable = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Basis = Eigen::Map<const RowTable>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
// A row the fit passes through by force has a leverage of 1 up to rounding.
constexpr double forced = 1e-10;
// clubSandwich's: an eigenvalue below it belongs to what the cluster's own coefficients explain fully.
constexpr double absorbed = 1e-12;
// Up to here all pairs of clusters are gone through; beyond, the same sum comes from traces.
constexpr std::size_t most_pairs = 1024;

Index to_index(std::size_t value) { return static_cast<Index>(value); }

Basis basis_of(const LinearFit& fit) {
  return {fit.basis.values.data(), to_index(fit.basis.rows), to_index(fit.basis.columns)};
}

RobustCovariance without_value(const LinearFit& fit, RobustKind kind, Status status) {
  const std::size_t columns = fit.names.size();
  RobustCovariance made;
  made.kind = kind;
  made.covariance = {std::vector<double>(columns * columns, undefined), columns, columns};
  made.standard_errors.assign(columns, undefined);
  made.degrees_of_freedom.assign(columns, undefined);
  made.factor = undefined;
  made.status = status;
  return made;
}

// Nothing can be said of the errors of a fit without numbers or without a degree of freedom.
bool has_errors(const LinearFit& fit) {
  return fit.rank > 0 && fit.residual_degrees_of_freedom > 0.0 && fit.basis.rows == fit.rows.size() && fit.count > 0 &&
         (fit.status == Status::ok || fit.status == Status::rank_deficient || fit.status == Status::degenerate);
}

// covariance = half * middle * half', where the middle is in the coordinates of the basis.
void fill_covariance(RobustCovariance& made, const LinearFit& fit, const Eigen::MatrixXd& middle) {
  const std::size_t columns = fit.names.size();
  const std::size_t rank = fit.half.columns;
  for (std::size_t j = 0; j < columns; ++j) {
    Eigen::VectorXd along(to_index(rank));
    for (std::size_t l = 0; l < rank; ++l) along(to_index(l)) = fit.half(j, l);
    along = middle * along;
    for (std::size_t k = 0; k < columns; ++k) {
      double sum = 0.0;
      for (std::size_t l = 0; l < rank; ++l) sum += fit.half(k, l) * along(to_index(l));
      made.covariance(j, k) = sum;
    }
  }
  for (std::size_t j = 0; j < columns; ++j) {
    for (std::size_t k = 0; k < j; ++k) made.covariance(j, k) = made.covariance(k, j);
    const double variance = made.covariance(j, j);
    made.standard_errors[j] = std::sqrt(variance);
    if (!std::isfinite(variance) && !std::isnan(fit.coefficients[j])) made.status = Status::not_finite;
  }
}

void fill_freedom(RobustCovariance& made, const LinearFit& fit, double freedom) {
  for (std::size_t j = 0; j < fit.names.size(); ++j) {
    if (!std::isnan(fit.coefficients[j])) made.degrees_of_freedom[j] = freedom;
  }
}

// Positions of the used rows by cluster, clusters in the order of their codes, rows in their own order.
struct Clusters {
  std::vector<std::size_t> rows;
  std::vector<std::size_t> starts;  // one more than clusters

  [[nodiscard]] std::size_t count() const { return starts.size() - 1; }
  [[nodiscard]] std::span<const std::size_t> of(std::size_t cluster) const {
    return std::span(rows).subspan(starts[cluster], starts[cluster + 1] - starts[cluster]);
  }
};

template <class Code>
Clusters clusters_of(std::size_t count, Code code) {
  Clusters made;
  made.rows.resize(count);
  std::iota(made.rows.begin(), made.rows.end(), std::size_t{0});
  std::stable_sort(made.rows.begin(), made.rows.end(), [&](std::size_t a, std::size_t b) { return code(a) < code(b); });
  for (std::size_t k = 0; k < count; ++k) {
    if (k == 0 || code(made.rows[k - 1]) != code(made.rows[k])) made.starts.push_back(k);
  }
  made.starts.push_back(count);
  return made;
}

Eigen::MatrixXd middle_of(const LinearFit& fit, const Clusters& clusters) {
  const Basis basis = basis_of(fit);
  Eigen::MatrixXd scores(to_index(clusters.count()), basis.cols());
  for (std::size_t g = 0; g < clusters.count(); ++g) {
    Eigen::VectorXd score = Eigen::VectorXd::Zero(basis.cols());
    for (const std::size_t i : clusters.of(g)) score += fit.weighted_residuals[i] * basis.row(to_index(i)).transpose();
    scores.row(to_index(g)) = score;
  }
  return scores.transpose() * scores;
}

double cluster_factor(const LinearFit& fit, RobustKind kind, std::size_t clusters) {
  const double groups = static_cast<double>(clusters);
  const double factor = kind == RobustKind::CR0 ? 1.0 : groups / (groups - 1.0);
  if (kind != RobustKind::CR1S) return factor;
  return factor * (static_cast<double>(fit.count) - 1.0) / fit.residual_degrees_of_freedom;
}

// One cluster under CR2, in the coordinates of the basis Y = X * half. With e = (I - Y Y'W) errors, the variance of a
// cluster's e under the working variance is the identity plus C K C', C = [Y, WY]: a small eigenproblem gives its
// inverse root A without a matrix of rows by rows.
struct Adjusted {
  Eigen::MatrixXd rows;  // A W Y
  Eigen::MatrixXd kept;  // (root of the variance) * A W Y: its squares are the variances of the parts
};

struct Working {
  bool is_weighted = false;  // the weights are not taken for variances
  Eigen::MatrixXd inner;     // Y' W W Y
};

Adjusted adjusted(const Eigen::MatrixXd& y, const Eigen::VectorXd& weights, const Working& working) {
  const Index size = y.rows();
  const Index rank = y.cols();
  Eigen::MatrixXd wide = y;
  Eigen::MatrixXd weighted = y;
  Eigen::MatrixXd kernel = -Eigen::MatrixXd::Identity(rank, rank);
  if (working.is_weighted) {
    weighted = weights.asDiagonal() * y;
    wide.resize(size, 2 * rank);
    wide << y, weighted;
    kernel = Eigen::MatrixXd::Zero(2 * rank, 2 * rank);
    kernel.topLeftCorner(rank, rank) = working.inner;
    kernel.topRightCorner(rank, rank) = -Eigen::MatrixXd::Identity(rank, rank);
    kernel.bottomLeftCorner(rank, rank) = -Eigen::MatrixXd::Identity(rank, rank);
  }
  const Index narrow = std::min(wide.rows(), wide.cols());
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(wide);
  const Eigen::MatrixXd triangle = qr.matrixQR().topRows(narrow).triangularView<Eigen::Upper>();
  const Eigen::MatrixXd small = triangle * kernel * triangle.transpose();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(0.5 * (small + small.transpose()));
  Eigen::MatrixXd directions = Eigen::MatrixXd::Zero(size, narrow);
  directions.topRows(narrow) = eigen.eigenvectors();
  directions.applyOnTheLeft(qr.householderQ());
  Eigen::ArrayXd change(narrow), kept(narrow);  // of A and of (root of the variance) * A, beside the identity
  for (Index k = 0; k < narrow; ++k) {
    const double value = 1.0 + eigen.eigenvalues()(k);
    change(k) = value > absorbed ? 1.0 / std::sqrt(value) - 1.0 : -1.0;
    kept(k) = value > absorbed ? 0.0 : -1.0;
  }
  const Eigen::MatrixXd along = directions.transpose() * weighted;
  Adjusted made;
  made.rows = weighted + directions * (change.matrix().asDiagonal() * along);
  made.kept = weighted + directions * (kept.matrix().asDiagonal() * along);
  return made;
}

// All rows of the fit in the order of their clusters: what CR2 needs of them, of each as many columns as the rank.
struct AdjustedRows {
  RowTable plain;     // Y
  RowTable weighted;  // W Y
  RowTable rows;      // A W Y
  RowTable kept;
  Eigen::VectorXd residuals;
};

AdjustedRows adjusted_rows(const LinearFit& fit, const Clusters& clusters, const Working& working) {
  const Basis basis = basis_of(fit);
  AdjustedRows made;
  made.plain.resize(basis.rows(), basis.cols());
  made.rows.resize(basis.rows(), basis.cols());
  made.kept.resize(basis.rows(), basis.cols());
  made.residuals.resize(basis.rows());
  Eigen::VectorXd weights = Eigen::VectorXd::Ones(basis.rows());
  for (std::size_t k = 0; k < clusters.rows.size(); ++k) {
    const std::size_t from = clusters.rows[k];
    const Index row = to_index(k);
    if (working.is_weighted) weights(row) = fit.weights[from];
    const double root = std::sqrt(weights(row));
    made.plain.row(row) = basis.row(to_index(from)) / root;
    made.residuals(row) = fit.weighted_residuals[from] / root;
  }
  for (std::size_t g = 0; g < clusters.count(); ++g) {
    const Index first = to_index(clusters.starts[g]);
    const Index size = to_index(clusters.of(g).size());
    const Adjusted part = adjusted(made.plain.middleRows(first, size), weights.segment(first, size), working);
    made.rows.middleRows(first, size) = part.rows;
    made.kept.middleRows(first, size) = part.kept;
  }
  made.weighted = weights.asDiagonal() * made.plain;
  return made;
}

// Satterthwaite's degrees of freedom of one coefficient: (tr P)^2 / tr P^2, where P(g, h) is the covariance of the
// parts of clusters g and h under the working variance. Beside the diagonal, P(g, h) = -b_g a_h - a_g b_h + a_g N a_h
// with a = Y'AWY c and b = Y'WAWY c, which is f_g a_h + f_h a_g.
double satterthwaite(const AdjustedRows& all, const Clusters& clusters, const Eigen::VectorXd& contrast,
                     const Eigen::MatrixXd& inner) {
  const Index count = to_index(clusters.count());
  const Eigen::VectorXd rows = all.rows * contrast;
  const Eigen::VectorXd kept = all.kept * contrast;
  RowTable plain(count, contrast.size()), weighted(count, contrast.size());
  double trace = 0.0;
  double squares = 0.0;
  for (Index g = 0; g < count; ++g) {
    const Index first = to_index(clusters.starts[static_cast<std::size_t>(g)]);
    const Index size = to_index(clusters.of(static_cast<std::size_t>(g)).size());
    const double own = kept.segment(first, size).squaredNorm();
    trace += own;
    squares += own * own;
    plain.row(g).noalias() = rows.segment(first, size).transpose() * all.plain.middleRows(first, size);
    weighted.row(g).noalias() = rows.segment(first, size).transpose() * all.weighted.middleRows(first, size);
  }
  const RowTable half = 0.5 * (plain * inner) - weighted;
  if (clusters.count() <= most_pairs) {
    const Eigen::MatrixXd product = half * plain.transpose();
    for (Index h = 0; h < count; ++h) {
      for (Index g = h + 1; g < count; ++g) {
        const double part = product(g, h) + product(h, g);
        squares += 2.0 * part * part;
      }
    }
    return trace * trace / squares;
  }
  const Eigen::MatrixXd crossed = half.transpose() * plain;
  const Eigen::MatrixXd halves = half.transpose() * half;
  const Eigen::MatrixXd plains = plain.transpose() * plain;
  squares += 2.0 * (halves.cwiseProduct(plains).sum() + crossed.cwiseProduct(crossed.transpose()).sum());
  for (Index g = 0; g < count; ++g) {
    const double part = 2.0 * half.row(g).dot(plain.row(g));
    squares -= part * part;
  }
  return trace * trace / squares;
}

void fill_bias_reduced(RobustCovariance& made, const LinearFit& fit, const Clusters& clusters) {
  const Basis basis = basis_of(fit);
  const Index rank = basis.cols();
  Working working;
  working.is_weighted = !fit.weights.empty();
  working.inner = Eigen::MatrixXd::Identity(rank, rank);
  if (working.is_weighted) {
    working.inner.setZero();
    for (std::size_t i = 0; i < fit.rows.size(); ++i) {
      const auto row = basis.row(to_index(i));
      working.inner += fit.weights[i] * row.transpose() * row;
    }
  }
  const AdjustedRows all = adjusted_rows(fit, clusters, working);
  Eigen::MatrixXd scores(to_index(clusters.count()), rank);
  for (std::size_t g = 0; g < clusters.count(); ++g) {
    const Index first = to_index(clusters.starts[g]);
    const Index size = to_index(clusters.of(g).size());
    scores.row(to_index(g)) = all.residuals.segment(first, size).transpose() * all.rows.middleRows(first, size);
  }
  fill_covariance(made, fit, scores.transpose() * scores);
  Eigen::VectorXd contrast(rank);
  for (std::size_t j = 0; j < fit.names.size(); ++j) {
    if (std::isnan(fit.coefficients[j])) continue;
    for (Index l = 0; l < rank; ++l) contrast(l) = fit.half(j, static_cast<std::size_t>(l));
    made.degrees_of_freedom[j] = satterthwaite(all, clusters, contrast, working.inner);
  }
}

void check_clusters(std::string_view function, const LinearFit& fit, std::span<const std::int64_t> clusters) {
  check_same_length(function, fit.fitted.size(), clusters.size(), "clusters and the rows of the fit");
}

}  // namespace

RobustCovariance robust_covariance(const LinearFit& fit, RobustKind kind) {
  if (kind > RobustKind::HC3) refuse("robust_covariance", "kind is HC0, HC1, HC2 or HC3");
  RobustCovariance made = without_value(fit, kind, fit.status);
  if (!has_errors(fit)) return made;
  const Basis basis = basis_of(fit);
  Eigen::VectorXd roots(basis.rows());
  for (std::size_t i = 0; i < fit.rows.size(); ++i) {
    const double rest = 1.0 - fit.leverages[fit.rows[i]];
    double root = fit.weighted_residuals[i];
    if (kind == RobustKind::HC2 || kind == RobustKind::HC3) {
      if (rest < forced) {
        made.status = Status::degenerate;
        return made;
      }
      root /= kind == RobustKind::HC2 ? std::sqrt(rest) : rest;
    }
    roots(to_index(i)) = root;
  }
  made.factor = kind == RobustKind::HC1 ? static_cast<double>(fit.count) / fit.residual_degrees_of_freedom
                                        : (kind == RobustKind::HC0 ? 1.0 : undefined);
  Eigen::MatrixXd middle = Eigen::MatrixXd::Zero(basis.cols(), basis.cols());
  constexpr Index block = 256;
  for (Index first = 0; first < basis.rows(); first += block) {
    const Index size = std::min(block, basis.rows() - first);
    const Eigen::MatrixXd scores = roots.segment(first, size).asDiagonal() * basis.middleRows(first, size);
    middle += scores.transpose() * scores;
  }
  if (kind == RobustKind::HC1) middle *= made.factor;
  fill_covariance(made, fit, middle);
  fill_freedom(made, fit, fit.residual_degrees_of_freedom);
  return made;
}

RobustCovariance cluster_covariance(const LinearFit& fit, std::span<const std::int64_t> clusters, RobustKind kind) {
  constexpr std::string_view function = "cluster_covariance";
  if (kind < RobustKind::CR0) refuse(function, "kind is CR0, CR1, CR1S or CR2");
  check_clusters(function, fit, clusters);
  RobustCovariance made = without_value(fit, kind, fit.status);
  if (!has_errors(fit)) return made;
  const Clusters groups = clusters_of(fit.rows.size(), [&](std::size_t i) { return clusters[fit.rows[i]]; });
  made.clusters = static_cast<std::int64_t>(groups.count());
  if (groups.count() < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  if (kind == RobustKind::CR2) {
    fill_bias_reduced(made, fit, groups);
    return made;
  }
  made.factor = cluster_factor(fit, kind, groups.count());
  fill_covariance(made, fit, made.factor * middle_of(fit, groups));
  fill_freedom(made, fit, static_cast<double>(groups.count()) - 1.0);
  return made;
}

RobustCovariance two_way_cluster_covariance(const LinearFit& fit, std::span<const std::int64_t> first,
                                            std::span<const std::int64_t> second, RobustKind kind,
                                            bool fix_eigenvalues) {
  constexpr std::string_view function = "two_way_cluster_covariance";
  if (kind < RobustKind::CR0 || kind == RobustKind::CR2) refuse(function, "kind is CR0, CR1 or CR1S");
  check_clusters(function, fit, first);
  check_clusters(function, fit, second);
  RobustCovariance made = without_value(fit, kind, fit.status);
  if (!has_errors(fit)) return made;
  const std::size_t count = fit.rows.size();
  const auto one = [&](std::size_t i) { return first[fit.rows[i]]; };
  const auto other = [&](std::size_t i) { return second[fit.rows[i]]; };
  const Clusters by_first = clusters_of(count, one);
  const Clusters by_second = clusters_of(count, other);
  const Clusters by_both = clusters_of(count, [&](std::size_t i) { return std::pair(one(i), other(i)); });
  made.clusters = static_cast<std::int64_t>(by_first.count());
  made.second_clusters = static_cast<std::int64_t>(by_second.count());
  if (by_first.count() < 2 || by_second.count() < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  const Eigen::MatrixXd middle =
      cluster_factor(fit, kind, by_first.count()) * middle_of(fit, by_first) +
      cluster_factor(fit, kind, by_second.count()) * middle_of(fit, by_second) -
      cluster_factor(fit, kind, by_both.count()) * middle_of(fit, by_both);
  RobustCovariance raw = made;
  fill_covariance(raw, fit, middle);
  // The eigenvalues are those of the coefficients' covariance, as sandwich takes them.
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < fit.names.size(); ++j) {
    if (!std::isnan(fit.coefficients[j])) kept.push_back(j);
  }
  Eigen::MatrixXd covariance(to_index(kept.size()), to_index(kept.size()));
  for (std::size_t j = 0; j < kept.size(); ++j) {
    for (std::size_t k = 0; k < kept.size(); ++k) {
      covariance(to_index(j), to_index(k)) = raw.covariance(kept[j], kept[k]);
    }
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
  made.smallest_eigenvalue = eigen.eigenvalues()(0);
  const double largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
  const bool is_covariance = made.smallest_eigenvalue >= -1e-14 * largest;
  if (!is_covariance && !fix_eigenvalues) {
    made.status = Status::degenerate;
    return made;
  }
  made.covariance = std::move(raw.covariance);
  made.standard_errors = std::move(raw.standard_errors);
  if (!is_covariance) {
    const Eigen::MatrixXd fixed =
        eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0.0).asDiagonal() * eigen.eigenvectors().transpose();
    for (std::size_t j = 0; j < kept.size(); ++j) {
      for (std::size_t k = 0; k < kept.size(); ++k) {
        made.covariance(kept[j], kept[k]) = fixed(to_index(std::min(j, k)), to_index(std::max(j, k)));
      }
      made.standard_errors[kept[j]] = std::sqrt(std::max(0.0, made.covariance(kept[j], kept[j])));
    }
    made.eigenvalues_fixed = true;
    made.status = Status::boundary;
  }
  fill_freedom(made, fit, static_cast<double>(std::min(by_first.count(), by_second.count())) - 1.0);
  return made;
}

}  // namespace childwell::inline v0_1::stats
