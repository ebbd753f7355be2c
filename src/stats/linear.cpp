// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/linear.hpp>

#include <childwell/stats/special.hpp>

#include <Eigen/Cholesky>
#include <Eigen/QR>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "arguments.hpp"
#include "double_pair.hpp"
#include "thin_qr.hpp"

namespace childwell::inline v0_1::stats {
namespace {

using Eigen::Index;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
// Mostly one refinement is made; eight settle what the tolerance lets through.
constexpr int most_refinements = 8;
constexpr double settled = 0x1p-55;
// Parts below these shares of the largest are known to the same absolute precision as it, so that a coefficient or a
// residual which is 0 in truth does not keep the rounds going.
constexpr double smallest_coefficient = 0x1p-40;
constexpr double smallest_residual = 0x1p-46;
constexpr double converged = 1e-8;
// Residuals below this share of what they are the difference of are those of an exact fit.
constexpr double nothing = 0x1p-80;
// Above this condition the standard errors, too, are refined: below, QR alone gives them to 13 digits.
constexpr double benign_condition = 64.0;

Index to_index(std::size_t value) { return static_cast<Index>(value); }
std::size_t to_size(Index value) { return static_cast<std::size_t>(value); }

// The rows used, with every column, the outcome and the weights scaled by powers of two (weights by powers of four):
// no rounding, and nothing overflows on the way.
struct Problem {
  RowMajor design;
  std::vector<double> outcome;
  std::vector<double> weights;  // empty when all are 1
  std::vector<double> roots;    // of the weights
  std::vector<int> column_exponents;
  int outcome_exponent = 0;
  int root_exponent = 0;

  [[nodiscard]] double root(std::size_t row) const { return roots.empty() ? 1.0 : roots[row]; }
};

int exponent_of(double value) {
  int exponent = 0;
  if (value > 0.0) std::frexp(value, &exponent);
  return exponent;
}

void scale(std::span<double> values, int exponent) {
  for (double& value : values) value = std::ldexp(value, exponent);
}

// Columns times 2^-exponent.
void scale_columns(RowMajor& design, const std::vector<int>& exponents) {
  const std::size_t columns = exponents.size();
  std::vector<double> factors(columns);
  bool are_factors = true;
  for (std::size_t j = 0; j < columns; ++j) {
    factors[j] = std::ldexp(1.0, -exponents[j]);
    are_factors = are_factors && std::isnormal(factors[j]);
  }
  for (std::size_t i = 0; i < to_size(design.rows()); ++i) {
    double* row = design.data() + i * columns;
    for (std::size_t j = 0; j < columns; ++j) {
      row[j] = are_factors ? row[j] * factors[j] : std::ldexp(row[j], -exponents[j]);
    }
  }
}

Problem scaled_problem(const LinearFit& fit, MatrixView design, std::span<const double> outcome) {
  Problem problem;
  const std::size_t count = fit.rows.size();
  const std::size_t first = fit.intercept ? 1 : 0;
  const std::size_t columns = fit.names.size();
  if (!fit.weights.empty()) {
    problem.weights = fit.weights;
    const double largest = *std::max_element(fit.weights.begin(), fit.weights.end());
    const int exponent = exponent_of(largest);
    problem.root_exponent = (exponent + (exponent & 1)) / 2;
    scale(problem.weights, -2 * problem.root_exponent);
    problem.roots.resize(count);
    std::transform(problem.weights.begin(), problem.weights.end(), problem.roots.begin(),
                   [](double w) { return std::sqrt(w); });
  }
  problem.design.resize(to_index(count), to_index(columns));
  std::vector<double> sizes(columns, 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    double* row = problem.design.data() + i * columns;
    if (fit.intercept) row[0] = 1.0;
    for (std::size_t j = first; j < columns; ++j) row[j] = design(fit.rows[i], j - first);
    for (std::size_t j = 0; j < columns; ++j) sizes[j] = std::max(sizes[j], std::abs(row[j]));
  }
  for (const std::size_t row : fit.rows) problem.outcome.push_back(outcome[row]);
  // By the largest value first, so that no square overflows; then lengths are between 1/2 and 1.
  for (std::size_t j = 0; j < columns; ++j) problem.column_exponents.push_back(exponent_of(sizes[j]));
  scale_columns(problem.design, problem.column_exponents);
  std::vector<double> squares(columns, 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    const double* row = problem.design.data() + i * columns;
    for (std::size_t j = 0; j < columns; ++j) squares[j] += problem.root(i) * row[j] * (problem.root(i) * row[j]);
  }
  std::vector<int> lengths(columns);
  for (std::size_t j = 0; j < columns; ++j) {
    lengths[j] = exponent_of(std::sqrt(squares[j]));
    problem.column_exponents[j] += lengths[j];
  }
  scale_columns(problem.design, lengths);
  double largest = 0.0;
  for (const double y : problem.outcome) largest = std::max(largest, std::abs(y));
  problem.outcome_exponent = exponent_of(largest);
  scale(problem.outcome, -problem.outcome_exponent);
  return problem;
}

// Which columns stay: pivoting tells the rank; where it is too small, the later column of a dependency goes.
struct Choice {
  std::vector<Index> kept;  // in the order of the pivots
  std::vector<Index> dependent;
  Eigen::MatrixXd q;  // the triangle's columns `kept` are q * r
  Eigen::MatrixXd r;
};

Eigen::MatrixXd columns_of(const Eigen::MatrixXd& a, const std::vector<Index>& columns) {
  Eigen::MatrixXd chosen(a.rows(), to_index(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) chosen.col(to_index(k)) = a.col(columns[k]);
  return chosen;
}

// Columns in the order given, each kept if the kept ones before it leave enough of it.
std::vector<Index> first_independent(const Eigen::MatrixXd& triangle, double tolerance) {
  std::vector<Index> kept;
  Eigen::MatrixXd directions(triangle.rows(), std::min(triangle.rows(), triangle.cols()));
  for (Index j = 0; j < triangle.cols(); ++j) {
    const Index found = to_index(kept.size());
    if (found == triangle.rows()) break;
    Eigen::VectorXd rest = triangle.col(j);
    const double length = rest.norm();
    for (int pass = 0; pass < 2; ++pass) {
      rest -= directions.leftCols(found) * (directions.leftCols(found).transpose() * rest).eval();
    }
    if (!(rest.norm() > tolerance * length)) continue;
    directions.col(found) = rest / rest.norm();
    kept.push_back(j);
  }
  return kept;
}

Choice chosen_columns(const Eigen::MatrixXd& triangle, double tolerance) {
  std::vector<Index> candidates(to_size(triangle.cols()));
  for (std::size_t j = 0; j < candidates.size(); ++j) candidates[j] = to_index(j);
  Choice choice;
  for (bool is_first = true;; is_first = false) {
    if (candidates.empty() || triangle.rows() == 0) {
      choice.q.resize(triangle.rows(), 0);
      choice.r.resize(0, 0);
      candidates.clear();
      break;
    }
    const Eigen::MatrixXd part = columns_of(triangle, candidates);
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(part);
    const auto& order = qr.colsPermutation().indices();
    const Index most = std::min(part.rows(), part.cols());
    Index rank = 0;
    while (rank < most) {
      const double length = part.col(order(rank)).norm();
      if (!(std::abs(qr.matrixQR()(rank, rank)) > tolerance * length)) break;
      ++rank;
    }
    if (rank == part.cols()) {
      for (Index k = 0; k < rank; ++k) choice.kept.push_back(candidates[to_size(order(k))]);
      choice.q = qr.householderQ() * Eigen::MatrixXd::Identity(part.rows(), rank);
      choice.r = qr.matrixQR().topLeftCorner(rank, rank).triangularView<Eigen::Upper>();
      break;
    }
    if (is_first) {
      candidates = first_independent(triangle, tolerance);
      if (to_index(candidates.size()) < part.cols()) continue;
    }
    // The two ways to judge differ by a hair: what pivoting put last goes.
    std::vector<Index> fewer;
    for (Index k = 0; k < rank; ++k) fewer.push_back(candidates[to_size(order(k))]);
    std::sort(fewer.begin(), fewer.end());
    candidates = std::move(fewer);
  }
  for (Index j = 0; j < triangle.cols(); ++j) {
    if (std::find(choice.kept.begin(), choice.kept.end(), j) == choice.kept.end()) choice.dependent.push_back(j);
  }
  return choice;
}

// Solution and residuals, both as pairs of doubles.
struct Solution {
  std::vector<DoublePair> coefficients;  // in the order of the pivots
  std::vector<DoublePair> residuals;
  int refinements = 0;
  double last_correction = undefined;
  bool is_settled = false;
};

double largest_of(const std::vector<DoublePair>& values) {
  double largest = 0.0;
  for (const DoublePair& value : values) largest = std::max(largest, std::abs(value.high));
  return largest;
}

// Bjorck's augmented system [W^-1 X; X' 0] for residuals and coefficients together. Each round computes what the two
// equations still miss in 31 digits and corrects both with the same QR; the first round, from nothing, is the solution.
Solution solved(const Problem& problem, const Choice& choice, const Rows& basis) {
  const std::size_t rank = choice.kept.size();
  const std::size_t count = problem.outcome.size();
  const auto upper = choice.r.triangularView<Eigen::Upper>();
  Solution solution;
  solution.coefficients.resize(rank);
  solution.residuals.resize(count);
  Eigen::VectorXd missed(to_index(count));
  Eigen::VectorXd normal(to_index(rank));
  std::vector<double> sums(rank), lows(rank), high(rank), low(rank);
  double before = 1.0;
  for (int round = 0; round <= most_refinements; ++round) {
    std::fill(sums.begin(), sums.end(), 0.0);
    std::fill(lows.begin(), lows.end(), 0.0);
    for (std::size_t j = 0; j < rank; ++j) {
      high[j] = solution.coefficients[j].high;
      low[j] = solution.coefficients[j].low;
    }
    double magnitude = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double* x = problem.design.data() + i * to_size(problem.design.cols());
      if (round == 0) {
        missed(to_index(i)) = problem.root(i) * problem.outcome[i];
        continue;
      }
      const DoublePair residual = solution.residuals[i];
      DoublePair weighted = residual;
      if (!problem.weights.empty()) weighted = residual * DoublePair(problem.weights[i]);
      DoublePair rest = DoublePair::sum(problem.outcome[i], -residual.high);
      rest.low -= residual.low;
      double size = std::abs(problem.outcome[i]);
      for (std::size_t j = 0; j < rank; ++j) {
        const double value = x[choice.kept[j]];
        const DoublePair part = DoublePair::product(value, high[j]);
        const DoublePair next = DoublePair::sum(rest.high, -part.high);
        rest = {next.high, rest.low + (next.low - (part.low + value * low[j]))};
        size += std::abs(part.high);
        const DoublePair score = DoublePair::product(value, weighted.high);
        const DoublePair sum = DoublePair::sum(sums[j], score.high);
        sums[j] = sum.high;
        lows[j] += sum.low + (score.low + value * weighted.low);
      }
      missed(to_index(i)) = problem.root(i) * rest.value();
      magnitude = std::max(magnitude, size);
    }
    for (std::size_t j = 0; j < rank; ++j) normal(to_index(j)) = -(sums[j] + lows[j]);
    const Eigen::VectorXd inner = upper.transpose().solve(normal);
    const Eigen::VectorXd along = basis.transpose() * missed - inner;
    const Eigen::VectorXd change = upper.solve(along);
    missed.noalias() -= basis * along;
    for (std::size_t j = 0; j < rank; ++j) solution.coefficients[j] += DoublePair(change(to_index(j)));
    double largest_step = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double step = missed(to_index(i)) / problem.root(i);
      solution.residuals[i] += DoublePair(step);
      largest_step = std::max(largest_step, std::abs(step));
    }
    if (round == 0) continue;
    solution.refinements = round;
    const double largest = largest_of(solution.coefficients);
    double correction = 0.0;
    double overall = 0.0;
    for (std::size_t j = 0; j < rank; ++j) {
      const double step = std::abs(change(to_index(j)));
      if (step == 0.0) continue;
      const double size = std::abs(solution.coefficients[j].high);
      correction = std::max(correction, step / std::max(size, smallest_coefficient * largest));
      overall = std::max(overall, step / largest);
    }
    const double largest_residual = largest_of(solution.residuals);
    const bool is_exact = largest_residual <= nothing * magnitude;
    if (!is_exact) {
      correction = std::max(correction, largest_step / std::max(largest_residual, smallest_residual * magnitude));
    }
    solution.last_correction = correction;
    solution.is_settled = overall < converged;
    // What is left after this round shrinks as this round did.
    if (correction * std::min(1.0, correction / before) <= settled) {
      if (is_exact) std::fill(solution.residuals.begin(), solution.residuals.end(), DoublePair());
      break;
    }
    before = correction;
  }
  return solution;
}

// (X'WX)^-1 = half * half', half in the order of the pivots, and basis = square root of W * X * half. Half as R^-1 and
// basis as Q carry an error of condition * 1e-16. The product of the design and R^-1 in 31 digits does not: it is
// nearly orthonormal, and a small Cholesky factor does the rest.
bool refine(Eigen::MatrixXd& half, Rows basis, const Problem& problem, const Choice& choice) {
  const std::size_t rank = choice.kept.size();
  const RowMajor inverse = half;
  std::vector<double> high(rank), low(rank);
  for (std::size_t i = 0; i < problem.outcome.size(); ++i) {
    const double* x = problem.design.data() + i * to_size(problem.design.cols());
    std::fill(high.begin(), high.end(), 0.0);
    std::fill(low.begin(), low.end(), 0.0);
    for (std::size_t j = 0; j < rank; ++j) {
      const double value = x[choice.kept[j]];
      const double* row = inverse.data() + j * rank;
      for (std::size_t k = j; k < rank; ++k) {  // the inverse is upper triangular
        const DoublePair part = DoublePair::product(value, row[k]);
        const DoublePair sum = DoublePair::sum(high[k], part.high);
        high[k] = sum.high;
        low[k] += sum.low + part.low;
      }
    }
    for (std::size_t k = 0; k < rank; ++k) {
      basis(to_index(i), to_index(k)) = problem.root(i) * (high[k] + low[k]);
    }
  }
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(to_index(rank), to_index(rank));
  constexpr Index block = 256;  // partial sums keep the digits
  for (Index first = 0; first < basis.rows(); first += block) {
    const auto part = basis.middleRows(first, std::min(block, basis.rows() - first));
    gram.noalias() += part.transpose() * part;
  }
  const Eigen::LLT<Eigen::MatrixXd> root(gram);
  if (root.info() != Eigen::Success) return false;
  const Eigen::MatrixXd correction =
      root.matrixU().solve(Eigen::MatrixXd::Identity(to_index(rank), to_index(rank)));
  half = half * correction;
  multiply(basis, correction);
  return true;
}

double condition_of(const Eigen::MatrixXd& r, const Eigen::MatrixXd& inverse) {
  if (r.cols() == 0) return undefined;
  const Eigen::VectorXd lengths = r.colwise().norm();
  return std::sqrt(static_cast<double>(r.cols())) * (lengths.asDiagonal() * inverse).norm();
}

void check_fit(MatrixView design, std::span<const double> outcome, std::span<const double> weights,
               const LinearOptions& options) {
  constexpr std::string_view function = "fit_linear";
  check_same_length(function, design.rows, outcome.size(), "design and outcome");
  check_weights(function, weights, outcome.size());
  if (!options.names.empty() && options.names.size() != design.columns) {
    refuse(function, "give one name a column, without the intercept");
  }
  if (!(options.tolerance >= 0.0 && options.tolerance < 1.0)) {
    refuse(function, "tolerance must lie between 0 and 1, such as 1e-13");
  }
}

// Rows used; false when one of them holds an infinite value.
bool choose_rows(LinearFit& fit, MatrixView design, std::span<const double> outcome, std::span<const double> weights) {
  bool is_finite = true;
  bool has_weights = false;
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    if (!weights.empty() && weights[i] == 0.0) continue;
    bool is_missing = std::isnan(outcome[i]);
    bool row_is_finite = !std::isinf(outcome[i]);
    for (std::size_t j = 0; j < design.columns; ++j) {
      is_missing = is_missing || std::isnan(design(i, j));
      row_is_finite = row_is_finite && !std::isinf(design(i, j));
    }
    if (is_missing) {
      ++fit.missing;
      continue;
    }
    is_finite = is_finite && row_is_finite;
    fit.rows.push_back(i);
    if (weights.empty()) continue;
    fit.weights.push_back(weights[i]);
    has_weights = has_weights || weights[i] != 1.0;
  }
  if (!has_weights) fit.weights.clear();
  fit.count = static_cast<std::int64_t>(fit.rows.size());
  return is_finite;
}

struct SumsOfSquares {
  DoublePair residual;
  DoublePair total;
};

SumsOfSquares sums_of_squares(const Problem& problem, const Solution& solution, bool intercept) {
  const std::size_t count = problem.outcome.size();
  const auto weight = [&](std::size_t i) { return DoublePair(problem.weights.empty() ? 1.0 : problem.weights[i]); };
  // Shifted by the first outcome, so that equal outcomes have a sum of squares of exactly 0.
  const double shift = intercept ? problem.outcome.front() : 0.0;
  DoublePair weights, sum;
  SumsOfSquares sums;
  for (std::size_t i = 0; i < count; ++i) {
    weights += weight(i);
    sum += weight(i) * DoublePair::sum(problem.outcome[i], -shift);
    sums.residual += weight(i) * (solution.residuals[i] * solution.residuals[i]);
  }
  const DoublePair mean = intercept ? sum / weights : DoublePair();
  for (std::size_t i = 0; i < count; ++i) {
    const DoublePair deviation = DoublePair::sum(problem.outcome[i], -shift) - mean;
    sums.total += weight(i) * (deviation * deviation);
  }
  return sums;
}

void fill_sums(LinearFit& fit, const Problem& problem, const Solution& solution) {
  const SumsOfSquares sums = sums_of_squares(problem, solution, fit.intercept);
  const int exponent = problem.outcome_exponent + problem.root_exponent;
  const double count = static_cast<double>(fit.count);
  const double freedom = fit.residual_degrees_of_freedom;
  const double model_freedom = fit.model_degrees_of_freedom;
  const double residual = sums.residual.value();
  const double total = sums.total.value();
  fit.residual_sum_of_squares = std::ldexp(residual, 2 * exponent);
  fit.total_sum_of_squares = std::ldexp(total, 2 * exponent);
  if (freedom > 0.0) fit.sigma = std::ldexp(square_root(sums.residual / DoublePair(freedom)).value(), exponent);
  if (total > 0.0) {
    // The difference first: R squared keeps its digits near 0, too.
    fit.r_squared = (sums.total - sums.residual).value() / total;
    const double others = count - (fit.intercept ? 1.0 : 0.0);
    if (freedom > 0.0) fit.adjusted_r_squared = 1.0 - residual / total * (others / freedom);
    if (freedom > 0.0 && model_freedom > 0.0) {
      const double explained = std::max(0.0, (sums.total - sums.residual).value());
      fit.f_statistic = residual > 0.0 ? explained / model_freedom / (residual / freedom) : infinite;
      fit.f_p = f_sf(fit.f_statistic, model_freedom, freedom);
    }
  }
  double log_weights = 0.0;
  for (const double w : fit.weights) log_weights += std::log(w);
  const double log_residual = std::log(residual) + 2.0 * exponent * std::numbers::ln2;
  fit.log_likelihood =
      0.5 * (log_weights - count * (std::log(2.0 * std::numbers::pi) + 1.0 - std::log(count) + log_residual));
}

void fill_rows(LinearFit& fit, const Problem& problem, const Solution& solution, std::span<const double> outcome) {
  fit.weighted_residuals.resize(fit.rows.size());
  for (std::size_t i = 0; i < fit.rows.size(); ++i) {
    const std::size_t row = fit.rows[i];
    const DoublePair fitted = DoublePair(problem.outcome[i]) - solution.residuals[i];
    const double residual = solution.residuals[i].value();
    fit.fitted[row] = residual == 0.0 ? outcome[row] : std::ldexp(fitted.value(), problem.outcome_exponent);
    fit.residuals[row] = std::ldexp(residual, problem.outcome_exponent);
    fit.weighted_residuals[i] =
        std::ldexp(problem.root(i) * residual, problem.outcome_exponent + problem.root_exponent);
    double leverage = 0.0;
    for (std::size_t j = 0; j < fit.basis.columns; ++j) leverage += fit.basis(i, j) * fit.basis(i, j);
    fit.leverages[row] = std::min(1.0, leverage);
  }
}

void fill_coefficients(LinearFit& fit, const Problem& problem, const Choice& choice, const Solution& solution,
                       const Eigen::MatrixXd& half) {
  const std::size_t columns = fit.names.size();
  const std::size_t rank = choice.kept.size();
  fit.half = {std::vector<double>(columns * rank, undefined), columns, rank};
  for (std::size_t k = 0; k < rank; ++k) {
    const std::size_t column = to_size(choice.kept[k]);
    const int exponent = problem.column_exponents[column];
    fit.coefficients[column] = std::ldexp(solution.coefficients[k].value(), problem.outcome_exponent - exponent);
    double squares = 0.0;
    for (std::size_t j = 0; j < rank; ++j) {
      const double value = half(to_index(k), to_index(j));
      squares += value * value;
      fit.half(column, j) = std::ldexp(value, -exponent - problem.root_exponent);
    }
    // Through exponents, so that no intermediate overflows.
    const double sigma = std::ldexp(fit.sigma, -problem.root_exponent);
    fit.standard_errors[column] = std::ldexp(sigma * std::sqrt(squares), -exponent);
  }
  for (std::size_t j = 0; j < columns; ++j) {
    for (std::size_t k = 0; k < columns; ++k) {
      double sum = 0.0;
      for (std::size_t l = 0; l < rank; ++l) sum += (fit.sigma * fit.half(j, l)) * (fit.sigma * fit.half(k, l));
      fit.covariance(j, k) = rank > 0 ? sum : undefined;
    }
  }
}

void fill_relations(LinearFit& fit, const Problem& problem, const Choice& choice, const Eigen::MatrixXd& triangle) {
  const std::size_t columns = fit.names.size();
  fit.relations = {std::vector<double>(choice.dependent.size() * columns, 0.0), choice.dependent.size(), columns};
  for (std::size_t d = 0; d < choice.dependent.size(); ++d) {
    const Index column = choice.dependent[d];
    fit.dependent.push_back(column);
    const Eigen::VectorXd parts =
        choice.r.triangularView<Eigen::Upper>().solve((choice.q.transpose() * triangle.col(column)).eval());
    for (std::size_t k = 0; k < choice.kept.size(); ++k) {
      const std::size_t kept = to_size(choice.kept[k]);
      const int exponent = problem.column_exponents[to_size(column)] - problem.column_exponents[kept];
      fit.relations(d, kept) = std::ldexp(parts(to_index(k)), exponent);
    }
  }
}

// Equal outcomes with an intercept need no arithmetic: the slopes are 0.
bool is_constant(const LinearFit& fit, const Problem& problem) {
  return fit.intercept && std::all_of(problem.outcome.begin(), problem.outcome.end(),
                                      [&](double y) { return y == problem.outcome.front(); });
}

Solution constant_solution(const Problem& problem, const Choice& choice) {
  Solution solution;
  solution.coefficients.resize(choice.kept.size());
  solution.residuals.resize(problem.outcome.size());
  solution.is_settled = true;
  solution.last_correction = 0.0;
  for (std::size_t k = 0; k < choice.kept.size(); ++k) {
    if (choice.kept[k] != 0) continue;
    solution.coefficients[k] = DoublePair(std::ldexp(problem.outcome.front(), problem.column_exponents.front()));
  }
  return solution;
}

}  // namespace

LinearFit fit_linear(MatrixView design, std::span<const double> outcome, std::span<const double> weights,
                     const LinearOptions& options) {
  check_fit(design, outcome, weights, options);
  LinearFit fit;
  fit.intercept = options.intercept;
  fit.tolerance = options.tolerance;
  if (options.intercept) fit.names.emplace_back("intercept");
  for (std::size_t j = 0; j < design.columns; ++j) {
    fit.names.push_back(options.names.empty() ? std::string("x").append(std::to_string(j)) : options.names[j]);
  }
  const std::size_t columns = fit.names.size();
  fit.coefficients.assign(columns, undefined);
  fit.standard_errors.assign(columns, undefined);
  fit.covariance = {std::vector<double>(columns * columns, undefined), columns, columns};
  for (auto* values : {&fit.fitted, &fit.residuals, &fit.leverages}) values->assign(outcome.size(), undefined);
  if (!choose_rows(fit, design, outcome, weights)) {
    fit.status = Status::not_finite;
    return fit;
  }
  if (fit.count == 0) return fit;

  const Problem problem = scaled_problem(fit, design, outcome);
  std::vector<double> weighted(fit.rows.size() * columns);
  for (std::size_t i = 0; i < fit.rows.size(); ++i) {
    const double* row = problem.design.data() + i * columns;
    for (std::size_t j = 0; j < columns; ++j) weighted[i * columns + j] = problem.root(i) * row[j];
  }
  Eigen::Map<RowMajor> q(weighted.data(), to_index(fit.rows.size()), to_index(columns));
  const Eigen::MatrixXd triangle = thin_qr(q);
  const Choice choice = chosen_columns(triangle, options.tolerance);
  multiply(q, choice.q);
  const std::size_t found = choice.kept.size();
  if (found < columns) {
    for (std::size_t i = 0; i < fit.rows.size(); ++i) {
      std::copy_n(weighted.begin() + static_cast<std::ptrdiff_t>(i * columns), found,
                  weighted.begin() + static_cast<std::ptrdiff_t>(i * found));
    }
    weighted.resize(fit.rows.size() * found);
  }
  Eigen::Map<RowMajor> basis(weighted.data(), to_index(fit.rows.size()), to_index(found));
  fit.rank = static_cast<std::int64_t>(choice.kept.size());
  fit.model_degrees_of_freedom = static_cast<double>(fit.rank) - (options.intercept ? 1.0 : 0.0);
  fit.residual_degrees_of_freedom = static_cast<double>(fit.count - fit.rank);
  fill_relations(fit, problem, choice, triangle);

  const Index rank = to_index(choice.kept.size());
  Eigen::MatrixXd half = choice.r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(rank, rank));
  fit.condition = condition_of(choice.r, half);
  const Solution solution =
      is_constant(fit, problem) ? constant_solution(problem, choice) : solved(problem, choice, basis);
  const bool is_benign = rank == 0 || fit.condition <= benign_condition;
  const bool is_refined = is_benign || refine(half, basis, problem, choice);
  fit.refinements = solution.refinements;
  fit.last_correction = solution.last_correction;
  if (!solution.is_settled || !is_refined) {
    fit.status = Status::not_converged;
    return fit;
  }
  fit.basis = {std::move(weighted), fit.rows.size(), found};
  fill_sums(fit, problem, solution);
  fill_rows(fit, problem, solution, outcome);
  fill_coefficients(fit, problem, choice, solution, half);
  fit.status = Status::ok;
  if (fit.total_sum_of_squares == 0.0) fit.status = Status::degenerate;
  if (fit.rank < static_cast<std::int64_t>(columns)) fit.status = Status::rank_deficient;
  if (fit.residual_degrees_of_freedom == 0.0) fit.status = Status::not_enough_data;
  // What leaves the range of doubles, as of a column of denormals or of values near 1e155.
  const auto is_infinite = [](double x) { return std::isinf(x); };
  if (std::any_of(fit.coefficients.begin(), fit.coefficients.end(), is_infinite) ||
      std::any_of(fit.standard_errors.begin(), fit.standard_errors.end(), is_infinite) ||
      std::any_of(fit.covariance.values.begin(), fit.covariance.values.end(), is_infinite) ||
      std::isinf(fit.residual_sum_of_squares) || std::isinf(fit.total_sum_of_squares)) {
    fit.status = Status::not_finite;
  }
  return fit;
}

}  // namespace childwell::inline v0_1::stats
