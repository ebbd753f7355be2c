// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/elastic_net.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "separating.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <functional>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double still = 1e-12;  // standard deviations of the linear predictor
constexpr int most_approximations = 200;
constexpr int most_sweeps = 100000;

// Rows that are used; weights add up to 1, columns are centred and scaled.
struct Problem {
  Rows design;
  Eigen::VectorXd outcomes, weights, offsets, centres, scales;
  bool counts = false;
  bool intercept = true;
};

struct AtPoint {
  Eigen::VectorXd score, information;  // weighted
  double loss = 0.0;                   // minus log-likelihood but for parts of the data alone
};

AtPoint at_point(const Problem& problem, const Eigen::VectorXd& b, double intercept) {
  const Eigen::Index n = problem.design.rows();
  const Eigen::VectorXd eta = problem.design * b;
  AtPoint made{Eigen::VectorXd(n), Eigen::VectorXd(n), 0.0};
  made.loss = chunked_sum(static_cast<std::size_t>(n), [&](std::size_t row) {
    const auto i = static_cast<Eigen::Index>(row);
    const double at = eta(i) + problem.offsets(i) + intercept;
    const double y = problem.outcomes(i);
    const double w = problem.weights(i);
    if (problem.counts) {
      const double mean = std::exp(std::min(at, 700.0));
      made.score(i) = w * (y - mean);
      made.information(i) = w * mean;
      return w * (mean - (y > 0.0 ? y * at : 0.0));
    }
    const double mean = expit(at);
    const double other = expit(-at);
    made.score(i) = w * (y * other - (1.0 - y) * mean);
    made.information(i) = w * mean * other;
    return w * (y * log1p_exp(-at) + (1.0 - y) * log1p_exp(at));
  });
  return made;
}

struct Penalty {
  double ridge = 0.0;
  double lasso = 0.0;

  [[nodiscard]] double of(const Eigen::VectorXd& b) const { return 0.5 * ridge * b.squaredNorm() + lasso * b.cwiseAbs().sum(); }
};

double softened(double x, double by) { return x > by ? x - by : x < -by ? x + by : 0.0; }

// min 1/2 d'Gd - g'd + penalty(b + d) over b + d, the intercept last and free. False when it does not come to rest.
bool descend(const Eigen::MatrixXd& gram, const Eigen::VectorXd& gradient, const Penalty& penalty, bool intercept,
             const Eigen::VectorXd& from, Eigen::VectorXd& to) {
  const Eigen::Index p = from.size() - 1;
  Eigen::VectorXd slope = gradient;  // of the quadratic part, falling
  to = from;
  bool all = true;  // sweeps over all columns and over those that are not 0 take turns
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double largest = 0.0;
    for (Eigen::Index j = 0; j <= p; ++j) {
      const bool free = j == p;
      if (free ? !intercept : (!all && to(j) == 0.0)) continue;
      const double weight = gram(j, j);
      if (!(weight > 0.0)) continue;
      const double pull = slope(j) + weight * to(j);
      const double next = free ? pull / weight : softened(pull, penalty.lasso) / (weight + penalty.ridge);
      const double change = next - to(j);
      if (change == 0.0) continue;
      to(j) = next;
      slope -= change * gram.col(j);
      largest = std::max(largest, std::abs(change) * std::sqrt(weight));
    }
    if (!std::isfinite(largest)) return false;
    if (largest <= 0.01 * still) {
      if (all) return true;
      all = true;
    } else {
      all = false;
    }
  }
  return false;
}

// From and to the answer at one lambda: coefficients, the intercept behind them. Number of approximations, or 0.
int solve(const Problem& problem, const Penalty& penalty, Eigen::VectorXd& b) {
  const Eigen::Index p = problem.design.cols();
  AtPoint here = at_point(problem, b.head(p), b(p));
  double objective = here.loss + penalty.of(b.head(p));
  for (int step = 1; step <= most_approximations; ++step) {
    Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(p + 1, p + 1);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p + 1);
    constexpr Eigen::Index block = 512;
    for (Eigen::Index begin = 0; begin < problem.design.rows(); begin += block) {
      const Eigen::Index rows = std::min(block, problem.design.rows() - begin);
      const auto x = problem.design.middleRows(begin, rows);
      const Eigen::MatrixXd weighted = here.information.segment(begin, rows).asDiagonal() * x;
      gram.topLeftCorner(p, p).noalias() += x.transpose() * weighted;
      gram.col(p).head(p).noalias() += weighted.colwise().sum().transpose();
      gradient.head(p).noalias() += x.transpose() * here.score.segment(begin, rows);
      gradient(p) += here.score.segment(begin, rows).sum();
    }
    gram.row(p).head(p) = gram.col(p).head(p).transpose();
    gram(p, p) = here.information.sum();
    Eigen::VectorXd next;
    if (!descend(gram, gradient, penalty, problem.intercept, b, next)) return 0;
    const Eigen::VectorXd change = next - b;
    const double distance = std::sqrt(std::max(0.0, change.dot(gram * change)));
    if (distance <= still) {
      b = next;
      return step;
    }
    for (int halving = 0;; ++halving) {
      here = at_point(problem, next.head(p), next(p));
      const double there = here.loss + penalty.of(next.head(p));
      if (there <= objective + 1e-13 * (std::abs(objective) + 1.0) || halving == 50) {
        objective = there;
        break;
      }
      next = 0.5 * (next + b);
    }
    b = next;
    if (!b.allFinite()) return 0;
  }
  return 0;
}

// Without a penalty there may be no answer: asked where the linear predictors have run far out.
Status existence(const Problem& problem, const Eigen::VectorXd& b) {
  const Eigen::Index p = problem.design.cols();
  const Eigen::VectorXd eta = problem.design * b.head(p) + problem.offsets + Eigen::VectorXd::Constant(problem.design.rows(), b(p));
  std::vector<Side> sides;
  bool far_out = false;
  for (Eigen::Index i = 0; i < eta.size(); ++i) {
    const double y = problem.outcomes(i);
    sides.push_back(y == 0.0 ? Side::below : !problem.counts && y == 1.0 ? Side::above : Side::on_the_line);
    far_out = far_out || (sides.back() == Side::below && eta(i) < -14.0) || (sides.back() == Side::above && eta(i) > 14.0);
  }
  if (!far_out) return Status::ok;
  Rows whole(problem.design.rows(), p + 1);
  whole.col(0).setConstant(problem.intercept ? 1.0 : 0.0);
  whole.rightCols(p) = problem.design;
  const std::vector<Eigen::Index> columns = independent_columns(triangle_of(whole));
  Rows kept(whole.rows(), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) kept.col(static_cast<Eigen::Index>(j)) = whole.col(columns[j]);
  const SeparatingDirection apart = separating_direction(kept, sides);
  if (!apart.decided) return Status::not_converged;
  return !apart.any ? Status::ok : apart.all ? Status::separated : Status::quasi_separated;
}

double deviance_from(const Problem& problem, double loss) {
  const double saturated = chunked_sum(static_cast<std::size_t>(problem.outcomes.size()), [&](std::size_t row) {
    const auto i = static_cast<Eigen::Index>(row);
    const double y = problem.outcomes(i);
    if (problem.counts) return y > 0.0 ? problem.weights(i) * (y * std::log(y) - y) : 0.0;
    return problem.weights(i) * ((y > 0.0 ? y * std::log(y) : 0.0) + (y < 1.0 ? (1.0 - y) * std::log1p(-y) : 0.0));
  });
  return 2.0 * (loss + saturated);
}

}  // namespace

ElasticNetPath elastic_net_path(const MatrixView& design, std::span<const double> outcomes, std::span<const double> weights,
                                std::span<const double> offsets, const ElasticNetOptions& options) {
  constexpr std::string_view function = "elastic_net_path";
  const std::size_t p = design.columns;
  check_same_length(function, design.rows, outcomes.size(), "design and outcomes");
  check_weights(function, weights, design.rows);
  if (!offsets.empty()) check_same_length(function, design.rows, offsets.size(), "design and offsets");
  if (!(options.alpha >= 0.0 && options.alpha <= 1.0)) refuse(function, "alpha must lie between 0 and 1");
  if (!(options.smallest >= 0.0 && options.smallest < 1.0)) refuse(function, "smallest must lie between 0 and 1");
  if (options.path_length < 2) refuse(function, "path_length must be at least 2");
  if (!options.names.empty() && options.names.size() != p) refuse(function, "names must have one entry a column");
  if (!std::all_of(options.lambdas.begin(), options.lambdas.end(), [](double l) { return l >= 0.0 && std::isfinite(l); })) {
    refuse(function, "lambdas must be finite and not below 0");
  }
  const bool counts = options.family == RoundFamily::poisson;
  ElasticNetPath made;
  for (std::size_t j = 0; j < p; ++j) made.names.push_back(column_name(options.names, j));
  std::vector<std::size_t> used;
  bool infinite = false;
  for (std::size_t i = 0; i < design.rows; ++i) {
    if (outcomes[i] < 0.0 || (!counts && outcomes[i] > 1.0)) {
      refuse(function, counts ? "counts must not be below 0" : "outcomes must lie between 0 and 1");
    }
    if (!weights.empty() && weights[i] == 0.0) continue;
    bool missing = std::isnan(outcomes[i]) || (!offsets.empty() && std::isnan(offsets[i]));
    bool beyond = std::isinf(outcomes[i]) || (!offsets.empty() && std::isinf(offsets[i]));
    for (std::size_t j = 0; j < p; ++j) {
      missing = missing || std::isnan(design(i, j));
      beyond = beyond || std::isinf(design(i, j));
    }
    made.missing += missing ? 1 : 0;
    infinite = infinite || (beyond && !missing);
    if (!missing) used.push_back(i);
  }
  made.count = static_cast<std::int64_t>(used.size());
  if (infinite) {
    made.status = Status::not_finite;
    return made;
  }
  if (used.empty() || p == 0) return made;

  Problem problem;
  problem.counts = counts;
  problem.intercept = options.intercept;
  const Eigen::Index n = made.count;
  const auto width = static_cast<Eigen::Index>(p);
  problem.design.resize(n, width);
  problem.outcomes.resize(n);
  problem.weights.resize(n);
  problem.offsets.resize(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    const std::size_t i = used[static_cast<std::size_t>(k)];
    for (Eigen::Index j = 0; j < width; ++j) problem.design(k, j) = design(i, static_cast<std::size_t>(j));
    problem.outcomes(k) = outcomes[i];
    problem.weights(k) = weights.empty() ? 1.0 : weights[i];
    problem.offsets(k) = offsets.empty() ? 0.0 : offsets[i];
  }
  problem.weights /= chunked_sum(used.size(), [&](std::size_t k) { return problem.weights(static_cast<Eigen::Index>(k)); });
  const double highest = problem.outcomes.maxCoeff();
  if (highest == 0.0 || (!counts && problem.outcomes.minCoeff() == 1.0)) {
    made.status = Status::degenerate;
    return made;
  }
  problem.centres = Eigen::VectorXd::Zero(width);
  problem.scales = Eigen::VectorXd::Ones(width);
  for (Eigen::Index j = 0; j < width; ++j) {
    // Centred in any case when there is an intercept: it takes up the centre, and the descent does not crawl.
    const double centre = problem.design.col(j).dot(problem.weights);
    const double spread = std::sqrt(((problem.design.col(j).array() - centre).square() * problem.weights.array()).sum());
    const bool constant = !(spread > 1e-14 * problem.design.col(j).cwiseAbs().maxCoeff());
    if (options.intercept) {
      problem.centres(j) = centre;
      problem.design.col(j).array() -= centre;
      if (constant) problem.design.col(j).setZero();
    }
    if (options.standardise && !constant) {
      problem.scales(j) = spread;
      problem.design.col(j) /= spread;
    }
  }

  // Null model: the intercept alone.
  Eigen::VectorXd b = Eigen::VectorXd::Zero(width + 1);
  const Problem alone{Rows(n, 0), problem.outcomes, problem.weights, problem.offsets, {}, {}, counts, options.intercept};
  Eigen::VectorXd null_point = Eigen::VectorXd::Zero(1);
  if (options.intercept) {
    const double share = problem.outcomes.dot(problem.weights);
    null_point(0) = (counts ? std::log(share) : logit(share)) - problem.offsets.dot(problem.weights);
    if (solve(alone, {}, null_point) == 0) {
      made.status = Status::not_converged;
      return made;
    }
  }
  b(width) = null_point(0);
  const AtPoint null_model = at_point(alone, Eigen::VectorXd(0), null_point(0));
  made.null_deviance = deviance_from(alone, null_model.loss);
  made.lambdas = options.lambdas;
  if (made.lambdas.empty()) {
    const double largest = (problem.design.transpose() * null_model.score).cwiseAbs().maxCoeff() / std::max(options.alpha, 1e-3);
    const double smallest = options.smallest > 0.0 ? options.smallest : (made.count < static_cast<std::int64_t>(p) ? 1e-2 : 1e-4);
    for (std::int64_t k = 0; k < options.path_length; ++k) {
      made.lambdas.push_back(largest * std::pow(smallest, static_cast<double>(k) / static_cast<double>(options.path_length - 1)));
    }
  }
  std::sort(made.lambdas.begin(), made.lambdas.end(), std::greater<>());
  const std::size_t steps = made.lambdas.size();
  made.intercepts.assign(steps, undefined);
  made.deviance_ratios.assign(steps, undefined);
  made.coefficients = {std::vector<double>(steps * p, undefined), steps, p};
  made.non_zero.assign(steps, 0);
  made.iterations.assign(steps, 0);
  made.status = Status::ok;
  for (std::size_t k = 0; k < steps; ++k) {
    const Penalty penalty{made.lambdas[k] * (1.0 - options.alpha), made.lambdas[k] * options.alpha};
    const int approximations = solve(problem, penalty, b);
    if (made.lambdas[k] == 0.0) made.status = existence(problem, b);
    if (approximations == 0 && made.status == Status::ok) made.status = Status::not_converged;
    if (made.status != Status::ok) break;
    made.iterations[k] = approximations;
    double intercept = b(width);
    for (std::size_t j = 0; j < p; ++j) {
      const auto at = static_cast<Eigen::Index>(j);
      made.coefficients(k, j) = b(at) / problem.scales(at);
      made.non_zero[k] += b(at) != 0.0 ? 1 : 0;
      intercept -= made.coefficients(k, j) * problem.centres(at);
    }
    made.intercepts[k] = options.intercept ? intercept : 0.0;
    const double deviance = deviance_from(problem, at_point(problem, b.head(width), b(width)).loss);
    made.deviance_ratios[k] = 1.0 - deviance / made.null_deviance;
  }
  // In the units of the outcomes' likelihood, as the fits give it.
  const double total = weights.empty() ? static_cast<double>(made.count)
                                       : chunked_sum(used.size(), [&](std::size_t k) { return weights[used[k]]; });
  made.null_deviance *= total;
  return made;
}

}  // namespace childwell::inline v0_1::stats
