// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/separation.hpp>

#include "arguments.hpp"
#include "separating.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>

namespace childwell::inline v0_1::stats {
namespace {

constexpr Eigen::Index block_rows = 512;
constexpr double dependent = 1e-11;  // of a column's length, as R's glm
constexpr double nothing = 1e-9;     // of a row's length: what counts as lying on the line

// min |Z'm + sum of rows| over m >= 0 by Lawson and Hanson's active sets; gives the residual, which is a direction d
// with Zd >= 0 and sum(Zd) = |d|^2. Zero means that none exists.
bool least_residual(const Rows& rows, Eigen::VectorXd& residual) {
  const Eigen::Index n = rows.rows();
  const Eigen::VectorXd target = -rows.colwise().sum().transpose();
  const double scale = std::max(1.0, target.norm());
  std::vector<Eigen::Index> active;
  std::vector<double> amounts;
  std::vector<std::uint8_t> barred(static_cast<std::size_t>(n), 0), inside(static_cast<std::size_t>(n), 0);
  residual = -target;
  const Eigen::Index most = 50 * (rows.cols() + 10) + 3 * n;
  for (Eigen::Index step = 0; step < most; ++step) {
    const double length = residual.norm();
    if (length <= nothing * scale * 0.1) return true;
    const Eigen::VectorXd slope = rows * residual;  // of half the squared length, by amount
    Eigen::Index entering = -1;
    double steepest = -1e-11 * length;
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (inside[at] == 0 && barred[at] == 0 && slope(i) < steepest) {
        steepest = slope(i);
        entering = i;
      }
    }
    if (entering < 0) return true;
    active.push_back(entering);
    amounts.push_back(0.0);
    inside[static_cast<std::size_t>(entering)] = 1;
    bool first = true;
    while (!active.empty()) {
      Eigen::MatrixXd chosen(rows.cols(), static_cast<Eigen::Index>(active.size()));
      for (std::size_t k = 0; k < active.size(); ++k) chosen.col(static_cast<Eigen::Index>(k)) = rows.row(active[k]).transpose();
      const Eigen::VectorXd solved = chosen.colPivHouseholderQr().solve(target);
      if (first && !(solved(solved.size() - 1) > 0.0)) {  // rounding let in what cannot help
        inside[static_cast<std::size_t>(active.back())] = 0;
        barred[static_cast<std::size_t>(active.back())] = 1;
        active.pop_back();
        amounts.pop_back();
        break;
      }
      first = false;
      double share = 1.0;
      std::size_t blocking = active.size();
      for (std::size_t k = 0; k < active.size(); ++k) {
        const double to = solved(static_cast<Eigen::Index>(k));
        if (to > 0.0 || amounts[k] / (amounts[k] - to) >= share) continue;
        share = amounts[k] / (amounts[k] - to);
        blocking = k;
      }
      for (std::size_t k = 0; k < active.size(); ++k) amounts[k] += share * (solved(static_cast<Eigen::Index>(k)) - amounts[k]);
      if (blocking == active.size()) {
        const double before = residual.norm();
        Eigen::VectorXd next = -target;
        for (std::size_t k = 0; k < active.size(); ++k) next += amounts[k] * rows.row(active[k]).transpose();
        residual = next;
        if (residual.norm() < before) std::fill(barred.begin(), barred.end(), std::uint8_t{0});
        break;
      }
      for (std::size_t k = active.size(); k-- > 0;) {
        if (k != blocking && (amounts[k] > 0.0 || solved(static_cast<Eigen::Index>(k)) > 0.0)) continue;
        inside[static_cast<std::size_t>(active[k])] = 0;
        active.erase(active.begin() + static_cast<std::ptrdiff_t>(k));
        amounts.erase(amounts.begin() + static_cast<std::ptrdiff_t>(k));
      }
    }
    if (active.empty()) residual = -target;
  }
  return false;
}

// An orthonormal basis of what the rows do not see.
Eigen::MatrixXd null_space(const Rows& rows, double tolerance) {
  const Eigen::Index p = rows.cols();
  if (rows.rows() == 0) return Eigen::MatrixXd::Identity(p, p);
  const Eigen::MatrixXd triangle = triangle_of(rows);
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factored(triangle.transpose());
  factored.setThreshold(tolerance);
  const Eigen::MatrixXd all = factored.householderQ() * Eigen::MatrixXd::Identity(p, p);
  return all.rightCols(p - factored.rank());
}

}  // namespace

std::string column_name(const std::vector<std::string>& names, std::size_t column) {
  return names.empty() ? std::string("x").append(std::to_string(column)) : names[column];
}

Eigen::MatrixXd triangle_of(const Rows& design) {
  const Eigen::Index p = design.cols();
  Eigen::MatrixXd triangle = Eigen::MatrixXd::Zero(p, p);
  for (Eigen::Index begin = 0; begin < design.rows(); begin += block_rows) {
    const Eigen::Index rows = std::min(block_rows, design.rows() - begin);
    Eigen::MatrixXd stacked(p + rows, p);
    stacked.topRows(p) = triangle;
    stacked.bottomRows(rows) = design.middleRows(begin, rows);
    const Eigen::HouseholderQR<Eigen::MatrixXd> factored(stacked);
    triangle = factored.matrixQR().topRows(p).triangularView<Eigen::Upper>();
  }
  return triangle;
}

std::vector<Eigen::Index> independent_columns(const Eigen::MatrixXd& triangle) {
  std::vector<Eigen::Index> kept;
  Eigen::MatrixXd basis(triangle.rows(), triangle.cols());
  for (Eigen::Index j = 0; j < triangle.cols(); ++j) {
    Eigen::VectorXd column = triangle.col(j);
    const double length = column.norm();
    const auto found = static_cast<Eigen::Index>(kept.size());
    for (int twice = 0; twice < 2; ++twice) column -= basis.leftCols(found) * (basis.leftCols(found).transpose() * column);
    if (!(column.norm() > dependent * length)) continue;
    basis.col(found) = column.normalized();
    kept.push_back(j);
  }
  return kept;
}

SeparatingDirection separating_direction(const Rows& design, const std::vector<Side>& sides) {
  const Eigen::Index n = design.rows();
  const Eigen::Index p = design.cols();
  SeparatingDirection made;
  made.direction = Eigen::VectorXd::Zero(p);
  made.strictly.assign(static_cast<std::size_t>(n), 0);
  made.columns.assign(static_cast<std::size_t>(p), 0);
  // Columns of equal length, then an orthogonal basis of them: how the design is written decides nothing.
  Eigen::VectorXd lengths = design.colwise().norm().transpose();
  for (Eigen::Index j = 0; j < p; ++j) lengths(j) = lengths(j) > 0.0 ? lengths(j) : 1.0;
  const Rows scaled = design * lengths.cwiseInverse().asDiagonal();
  const Eigen::MatrixXd triangle = triangle_of(scaled);
  Rows basis = triangle.transpose().triangularView<Eigen::Lower>().solve(scaled.transpose()).transpose();
  Eigen::MatrixXd allowed = Eigen::MatrixXd::Identity(p, p);
  std::vector<Eigen::Index> line, open;
  for (Eigen::Index i = 0; i < n; ++i) (sides[static_cast<std::size_t>(i)] == Side::on_the_line ? line : open).push_back(i);
  const auto picked = [&basis](const std::vector<Eigen::Index>& which) {
    Rows some(static_cast<Eigen::Index>(which.size()), basis.cols());
    for (std::size_t k = 0; k < which.size(); ++k) some.row(static_cast<Eigen::Index>(k)) = basis.row(which[k]);
    return some;
  };
  if (!line.empty()) allowed = null_space(picked(line), 1e-10);
  std::vector<Eigen::Index> left = open;
  double size = 1.0;
  while (allowed.cols() > 0 && !left.empty()) {
    std::vector<Eigen::Index> asked;
    Rows rows(static_cast<Eigen::Index>(left.size()), allowed.cols());
    for (const Eigen::Index i : left) {
      const Eigen::RowVectorXd row = basis.row(i) * allowed;
      const double length = row.norm();
      if (!(length > nothing * basis.row(i).norm())) continue;  // always on the line
      const double sign = sides[static_cast<std::size_t>(i)] == Side::above ? 1.0 : -1.0;
      rows.row(static_cast<Eigen::Index>(asked.size())) = row * (sign / length);
      asked.push_back(i);
    }
    if (asked.empty()) break;
    rows.conservativeResize(static_cast<Eigen::Index>(asked.size()), Eigen::NoChange);
    Eigen::VectorXd residual;
    if (!least_residual(rows, residual)) {
      made.decided = false;
      return made;
    }
    const double length = residual.norm();
    if (!(length > nothing * std::max(1.0, rows.colwise().sum().norm()))) break;
    const Eigen::VectorXd sides_of = rows * (residual / length);
    bool found = false;
    std::vector<std::uint8_t> gone(static_cast<std::size_t>(n), 0);
    double least = 1.0;
    for (std::size_t k = 0; k < asked.size(); ++k) {
      if (!(sides_of(static_cast<Eigen::Index>(k)) > nothing)) continue;
      found = true;
      gone[static_cast<std::size_t>(asked[k])] = 1;
      made.strictly[static_cast<std::size_t>(asked[k])] = 1;
      least = std::min(least, sides_of(static_cast<Eigen::Index>(k)));
    }
    if (!found) break;
    // A later direction may cross rows that an earlier one tells apart, so it enters small enough not to.
    made.direction += size * (allowed * (residual / length));
    size *= 0.5 * least;
    made.any = true;
    std::erase_if(left, [&gone](Eigen::Index i) { return gone[static_cast<std::size_t>(i)] != 0; });
  }
  made.all = made.any && left.empty() && line.empty();
  if (!made.any) return made;
  std::vector<Eigen::Index> rest = line;
  rest.insert(rest.end(), left.begin(), left.end());
  const Eigen::MatrixXd free = triangle.triangularView<Eigen::Upper>().solve(null_space(picked(rest), 1e-9));
  for (Eigen::Index j = 0; j < p; ++j) {
    made.columns[static_cast<std::size_t>(j)] = free.row(j).norm() > 1e-8 * std::max(1e-300, free.norm()) ? 1 : 0;
  }
  made.direction = triangle.triangularView<Eigen::Upper>().solve(made.direction).cwiseQuotient(lengths);
  const double largest = made.direction.cwiseAbs().maxCoeff();
  if (largest > 0.0) made.direction /= largest;
  return made;
}

Separation detect_separation(const MatrixView& design, std::span<const double> outcomes, bool intercept,
                             const std::vector<std::string>& names) {
  constexpr std::string_view function = "detect_separation";
  check_same_length(function, design.rows, outcomes.size(), "design and outcomes");
  if (!names.empty() && names.size() != design.columns) refuse(function, "names must have one entry a column");
  Separation made;
  std::vector<std::int64_t> kept;
  bool infinite = false;
  for (std::size_t i = 0; i < design.rows; ++i) {
    bool missing = std::isnan(outcomes[i]);
    if (!missing && !(outcomes[i] >= 0.0 && outcomes[i] <= 1.0)) refuse(function, "outcomes must lie between 0 and 1");
    for (std::size_t j = 0; j < design.columns; ++j) {
      missing = missing || std::isnan(design(i, j));
      infinite = infinite || std::isinf(design(i, j));
    }
    if (missing) {
      ++made.missing;
    } else {
      kept.push_back(static_cast<std::int64_t>(i));
    }
  }
  made.count = static_cast<std::int64_t>(kept.size());
  const auto first = static_cast<Eigen::Index>(intercept ? 1 : 0);
  const Eigen::Index p = static_cast<Eigen::Index>(design.columns) + first;
  if (infinite) {
    made.status = Status::not_finite;
    return made;
  }
  if (kept.empty() || p == 0) return made;
  Rows rows(made.count, p);
  std::vector<Side> sides;
  bool all_equal = true;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const auto i = static_cast<std::size_t>(kept[k]);
    if (intercept) rows(static_cast<Eigen::Index>(k), 0) = 1.0;
    for (std::size_t j = 0; j < design.columns; ++j) rows(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j) + first) = design(i, j);
    sides.push_back(outcomes[i] == 1.0 ? Side::above : outcomes[i] == 0.0 ? Side::below : Side::on_the_line);
    all_equal = all_equal && outcomes[i] == outcomes[static_cast<std::size_t>(kept.front())];
  }
  if (all_equal && sides.front() != Side::on_the_line) {
    made.status = Status::degenerate;
    return made;
  }
  const std::vector<Eigen::Index> columns = independent_columns(triangle_of(rows));
  Rows narrowed(made.count, static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) narrowed.col(static_cast<Eigen::Index>(j)) = rows.col(columns[j]);
  const SeparatingDirection found = separating_direction(narrowed, sides);
  if (!found.decided) {
    made.status = Status::not_converged;
    return made;
  }
  made.status = !found.any ? Status::ok : found.all ? Status::separated : Status::quasi_separated;
  if (!found.any) return made;
  made.direction.assign(static_cast<std::size_t>(p), 0.0);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto column = static_cast<std::size_t>(columns[j]);
    made.direction[column] = found.direction(static_cast<Eigen::Index>(j));
    if (found.columns[j] == 0) continue;
    if (intercept && column == 0) {
      made.columns.emplace_back("(intercept)");
    } else {
      const std::size_t given = column - static_cast<std::size_t>(first);
      made.columns.push_back(column_name(names, given));
    }
  }
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (found.strictly[k] != 0) made.rows.push_back(kept[k]);
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
