// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/generalised.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "separating.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr Eigen::Index block_rows = 512;
constexpr double still = 1e-11;          // of a standard error: how far a step may yet go when the fit is done
constexpr double near_the_edge = 14.0;   // linear predictors beyond which a fit is put to the separation test

enum class Kind : std::uint8_t { logit, complementary_log_log, poisson, negative_binomial };

// One row at a linear predictor: mean, and score, expected information, log-likelihood and the curvature of that (the
// observed information) with respect to it. None of the curvatures is negative.
struct AtRow {
  double mean = 0.0;
  double score = 0.0;
  double information = 0.0;
  double log_likelihood = 0.0;  // but for parts that hang on the data alone
  double curvature = 0.0;
};

AtRow logit_row(double eta, double y) {
  const double mean = expit(eta);
  const double other = expit(-eta);
  return {mean, y * other - (1.0 - y) * mean, mean * other, -y * log1p_exp(-eta) - (1.0 - y) * log1p_exp(eta), mean * other};
}

AtRow complementary_log_log_row(double eta, double y) {
  const double hazard = std::exp(std::min(eta, 700.0));
  const double other = std::exp(-hazard);
  const double mean = -std::expm1(-hazard);
  const double ratio = mean > 0.0 ? hazard * other / mean : other;  // score where the event happened
  const double log_mean = hazard < 1e-300 ? eta : std::log(mean);
  // Of log(1 - exp(-hazard)); by its series where hazard + ratio - 1 cancels.
  const double bend = hazard < 1e-4 ? hazard * (0.5 - hazard / 6.0) : ratio * (hazard + ratio - 1.0);
  return {mean, (y > 0.0 ? y * ratio : 0.0) - (y < 1.0 ? (1.0 - y) * hazard : 0.0), other > 0.0 ? hazard * ratio : 0.0,
          (y > 0.0 ? y * log_mean : 0.0) - (y < 1.0 ? (1.0 - y) * hazard : 0.0),
          (y > 0.0 ? y * bend : 0.0) + (y < 1.0 ? (1.0 - y) * hazard : 0.0)};
}

// inverse is 1 / theta; 0 is Poisson.
AtRow count_row(double eta, double y, double inverse) {
  const double mean = std::exp(std::min(eta, 700.0));
  if (inverse == 0.0) return {mean, y - mean, mean, (y > 0.0 ? y * eta : 0.0) - mean, mean};
  const double spread = 1.0 + inverse * mean;
  return {mean, (y - mean) / spread, mean / spread,
          (y > 0.0 ? y * eta : 0.0) - (y + 1.0 / inverse) * std::log1p(inverse * mean),
          mean / spread * ((1.0 + inverse * y) / spread)};
}

AtRow row_of(Kind kind, double eta, double y, double inverse) {
  switch (kind) {
    case Kind::logit: return logit_row(eta, y);
    case Kind::complementary_log_log: return complementary_log_log_row(eta, y);
    default: return count_row(eta, y, inverse);
  }
}

bool is_count(Kind kind) { return kind == Kind::poisson || kind == Kind::negative_binomial; }

// Rows that are used, columns scaled by powers of two so that none outweighs another by its unit.
struct Problem {
  Rows design;
  std::vector<double> outcomes, weights, offsets;
  Eigen::VectorXd scales;   // column = given column / scale
  Eigen::VectorXd penalty;  // of the scaled coefficients
  Kind kind = Kind::logit;
  bool intercept = true;  // the first column
  bool firth = false;
  std::int64_t most_steps = 100;

  [[nodiscard]] Eigen::Index rows() const { return design.rows(); }
};

double objective_part(const Problem& problem, const Eigen::VectorXd& b) {
  return 0.5 * (problem.penalty.array() * b.array().square()).sum();
}

Eigen::VectorXd linear_predictors(const Problem& problem, const Eigen::VectorXd& b) {
  Eigen::VectorXd eta = problem.design * b;
  for (Eigen::Index i = 0; i < eta.size(); ++i) eta(i) += problem.offsets[static_cast<std::size_t>(i)];
  return eta;
}

double log_likelihood_part(const Problem& problem, const Eigen::VectorXd& eta, double inverse) {
  return chunked_sum(problem.outcomes.size(), [&](std::size_t i) {
    return problem.weights[i] * row_of(problem.kind, eta(static_cast<Eigen::Index>(i)), problem.outcomes[i], inverse).log_likelihood;
  });
}

struct Evaluation {
  Eigen::VectorXd score;
  Eigen::MatrixXd triangle;  // R with R'R = information (observed or expected) + penalty
  double objective = infinite;
  bool usable = false;
};

enum class Information : std::uint8_t { observed, expected };  // the same for logit and Poisson

// Information by the QR decomposition of the weighted design, block by block: its condition is not squared.
Evaluation evaluate(const Problem& problem, const Eigen::VectorXd& b, double inverse, Information which = Information::observed) {
  const Eigen::Index p = problem.design.cols();
  const Eigen::VectorXd eta = linear_predictors(problem, b);
  Evaluation made;
  made.score = Eigen::VectorXd::Zero(p);
  made.triangle = Eigen::MatrixXd(problem.penalty.cwiseSqrt().asDiagonal());
  Eigen::VectorXd information(problem.rows()), score(problem.rows()), mean(problem.rows());
  for (Eigen::Index i = 0; i < problem.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const AtRow row = row_of(problem.kind, eta(i), problem.outcomes[at], inverse);
    information(i) = problem.weights[at] * (which == Information::observed ? row.curvature : row.information);
    score(i) = problem.weights[at] * row.score;
    mean(i) = row.mean;
  }
  for (Eigen::Index begin = 0; begin < problem.rows(); begin += block_rows) {
    const Eigen::Index rows = std::min(block_rows, problem.rows() - begin);
    Eigen::MatrixXd stacked(p + rows, p);
    stacked.topRows(p) = made.triangle;
    stacked.bottomRows(rows) =
        information.segment(begin, rows).cwiseSqrt().asDiagonal() * problem.design.middleRows(begin, rows);
    const Eigen::HouseholderQR<Eigen::MatrixXd> factored(stacked);
    made.triangle = factored.matrixQR().topRows(p).triangularView<Eigen::Upper>();
  }
  const Eigen::VectorXd diagonal = made.triangle.diagonal().cwiseAbs();
  made.usable = diagonal.allFinite() && (p == 0 || diagonal.minCoeff() > 1e-150);
  made.objective = objective_part(problem, b) - log_likelihood_part(problem, eta, inverse);
  if (problem.firth && made.usable) {
    made.objective -= diagonal.array().log().sum();
    const auto transposed = made.triangle.triangularView<Eigen::Upper>().transpose();
    for (Eigen::Index i = 0; i < problem.rows(); ++i) {
      const Eigen::VectorXd across = transposed.solve(problem.design.row(i).transpose());
      score(i) += information(i) * across.squaredNorm() * (0.5 - mean(i));
    }
  }
  // By blocks, so that the error of the sum does not grow with the number of children.
  for (Eigen::Index begin = 0; begin < problem.rows(); begin += block_rows) {
    const Eigen::Index rows = std::min(block_rows, problem.rows() - begin);
    made.score.noalias() += problem.design.middleRows(begin, rows).transpose() * score.segment(begin, rows);
  }
  made.score -= problem.penalty.cwiseProduct(b);
  return made;
}

struct Maximum {
  Eigen::VectorXd coefficients;
  Eigen::MatrixXd triangle;
  std::int64_t steps = 0;
  bool reached = false;
};

// Minus the second derivative of Firth's penalised likelihood, in coordinates where the information is the identity.
// The half log-determinant bends it: for design rows z of these coordinates and weights w with derivatives w' and w'',
// by (sum w'' |z|^2 z_r z_s - tr(T_r T_s)) / 2 with T_r = sum w' z_r z z'.
Eigen::MatrixXd firth_curvature(const Problem& problem, const Eigen::VectorXd& b, const Eigen::MatrixXd& triangle) {
  const Eigen::Index p = problem.design.cols();
  const Eigen::VectorXd eta = linear_predictors(problem, b);
  Eigen::MatrixXd bent = Eigen::MatrixXd::Zero(p, p);
  std::vector<Eigen::MatrixXd> turned(static_cast<std::size_t>(p), Eigen::MatrixXd::Zero(p, p));
  for (Eigen::Index begin = 0; begin < problem.rows(); begin += block_rows) {
    const Eigen::Index rows = std::min(block_rows, problem.rows() - begin);
    const Eigen::MatrixXd z = triangle.triangularView<Eigen::Upper>().transpose().solve(
        Eigen::MatrixXd(problem.design.middleRows(begin, rows).transpose()));  // p x rows
    Eigen::VectorXd first(rows), second(rows);
    for (Eigen::Index i = 0; i < rows; ++i) {
      const double mean = expit(eta(begin + i));
      const double w = mean * expit(-eta(begin + i));
      const double weight = problem.weights[static_cast<std::size_t>(begin + i)];
      first(i) = weight * w * (1.0 - 2.0 * mean);
      second(i) = weight * w * (1.0 - 6.0 * w) * z.col(i).squaredNorm();
    }
    bent.noalias() += z * second.asDiagonal() * z.transpose();
    for (Eigen::Index r = 0; r < p; ++r) {
      const Eigen::VectorXd by = first.cwiseProduct(z.row(r).transpose());
      turned[static_cast<std::size_t>(r)].noalias() += z * by.asDiagonal() * z.transpose();
    }
  }
  Eigen::MatrixXd curvature = Eigen::MatrixXd::Identity(p, p) - 0.5 * bent;
  for (Eigen::Index r = 0; r < p; ++r) {
    for (Eigen::Index s = 0; s < p; ++s) {
      curvature(r, s) += 0.5 * turned[static_cast<std::size_t>(r)].cwiseProduct(turned[static_cast<std::size_t>(s)]).sum();
    }
  }
  return curvature;
}

// Newton's method from a start; a step is halved until the penalised likelihood does not fall. The likelihoods are
// concave in the linear predictor. Firth's is not everywhere: Fisher scoring leads up to the maximum, but only creeps
// near it where rows are few, and then the step of the bent likelihood is taken where that is concave.
Maximum maximise(const Problem& problem, Eigen::VectorXd b, double inverse) {
  Maximum made;
  double last = infinite;
  bool creeps = false;
  Evaluation here = evaluate(problem, b, inverse);
  for (; made.steps < problem.most_steps && here.usable && std::isfinite(here.objective); ++made.steps) {
    Eigen::VectorXd half = here.triangle.triangularView<Eigen::Upper>().transpose().solve(here.score);
    bool is_newton = !problem.firth;
    creeps = creeps || (problem.firth && half.norm() > 0.1 * last);
    if (creeps) {
      const Eigen::LLT<Eigen::MatrixXd> factored(firth_curvature(problem, b, here.triangle));
      is_newton = factored.info() == Eigen::Success;
      if (is_newton) half = factored.solve(half);
    }
    const Eigen::VectorXd step = here.triangle.triangularView<Eigen::Upper>().solve(half);
    const double distance = half.norm();  // in standard errors
    if (!step.allFinite()) break;
    // Rounding keeps the last distance from falling to zero; then it no longer halves.
    if (distance <= still || (is_newton && distance < 1e-8 && distance > 0.5 * last)) {
      b += step;
      made.reached = true;
      const bool same = problem.kind == Kind::logit || problem.kind == Kind::poisson;
      made.triangle = same ? here.triangle : evaluate(problem, b, inverse, Information::expected).triangle;
      break;
    }
    last = distance;
    double share = 1.0;
    Evaluation next;
    const double slack = 1e-12 * (std::abs(here.objective) + 1.0);
    for (int halving = 0;; ++halving) {
      const Eigen::VectorXd there = b + share * step;
      bool falls = false;
      if (problem.firth) {
        next = evaluate(problem, there, inverse);
        falls = next.usable && next.objective <= here.objective + slack;
      } else {
        const double objective =
            objective_part(problem, there) - log_likelihood_part(problem, linear_predictors(problem, there), inverse);
        falls = objective <= here.objective + slack;
      }
      if (falls || halving == 40) break;
      share *= 0.5;
    }
    b += share * step;
    here = problem.firth ? std::move(next) : evaluate(problem, b, inverse);
  }
  made.coefficients = std::move(b);
  return made;
}

// Deviance row by row: the saturated part cancels there, not in the sum.
double deviance_of(const Problem& problem, const Eigen::VectorXd& eta, double inverse) {
  return chunked_sum(problem.outcomes.size(), [&](std::size_t i) {
    const double y = problem.outcomes[i];
    const double at = eta(static_cast<Eigen::Index>(i));
    const AtRow row = row_of(problem.kind, at, y, inverse);
    double part = 0.0;
    if (!is_count(problem.kind)) {
      const double full = (y > 0.0 ? y * std::log(y) : 0.0) + (y < 1.0 ? (1.0 - y) * std::log1p(-y) : 0.0);
      part = full - row.log_likelihood;
    } else if (inverse == 0.0) {
      part = (y > 0.0 ? y * (std::log(y) - at) : 0.0) - (y - row.mean);
    } else {
      part = (y > 0.0 ? y * (std::log(y) - at) : 0.0) -
             (y + 1.0 / inverse) * std::log1p(inverse * (y - row.mean) / (1.0 + inverse * row.mean));
    }
    return 2.0 * problem.weights[i] * part;
  });
}

double pearson_of(const Problem& problem, const Eigen::VectorXd& eta, double inverse) {
  return chunked_sum(problem.outcomes.size(), [&](std::size_t i) {
    const double y = problem.outcomes[i];
    const double at = eta(static_cast<Eigen::Index>(i));
    const AtRow row = row_of(problem.kind, at, y, inverse);
    const double w = problem.weights[i];
    if (problem.kind == Kind::logit) {
      if (y == 0.0 || y == 1.0) return w * std::exp(y == 1.0 ? -at : at);
      return w * row.score * row.score / row.information;
    }
    const double away = y - row.mean;
    if (problem.kind == Kind::complementary_log_log) {
      const double other = std::exp(-std::exp(std::min(at, 700.0)));
      return w * away * away / (row.mean * other);
    }
    if (y == 0.0) return w * row.mean / (1.0 + inverse * row.mean);  // also where the mean underflows
    return w * away * away / (row.mean * (1.0 + inverse * row.mean));
  });
}

// Parts of the log-likelihood that hang on the data alone.
double constant_part(const Problem& problem) {
  return chunked_sum(problem.outcomes.size(), [&](std::size_t i) {
    const double y = problem.outcomes[i];
    const double w = problem.weights[i];
    if (is_count(problem.kind)) return -w * log_gamma(y + 1.0);
    if (y == 0.0 || y == 1.0) return 0.0;
    return log_gamma(w + 1.0) - log_gamma(w * y + 1.0) - log_gamma(w * (1.0 - y) + 1.0);
  });
}

Eigen::VectorXd starting_point(const Problem& problem) {
  Eigen::VectorXd b = Eigen::VectorXd::Zero(problem.design.cols());
  if (!problem.intercept) return b;
  const std::size_t n = problem.outcomes.size();
  const double weight = chunked_sum(n, [&](std::size_t i) { return problem.weights[i]; });
  const double events = chunked_sum(n, [&](std::size_t i) { return problem.weights[i] * problem.outcomes[i]; });
  if (is_count(problem.kind)) {
    const double most = *std::max_element(problem.offsets.begin(), problem.offsets.end());
    const double exposed = chunked_sum(n, [&](std::size_t i) { return problem.weights[i] * std::exp(problem.offsets[i] - most); });
    b(0) = std::log(std::max(events, 0.1) / exposed) - most;
  } else {
    const double share = std::clamp(events / weight, 1e-6, 1.0 - 1e-6);
    b(0) = problem.kind == Kind::logit ? std::log(share / (1.0 - share)) : std::log(-std::log1p(-share));
    b(0) -= chunked_sum(n, [&](std::size_t i) { return problem.weights[i] * problem.offsets[i]; }) / weight;
  }
  b(0) *= problem.scales(0);
  return b;
}

double null_deviance_of(const Problem& problem, double inverse) {
  Problem alone = problem;
  alone.design = problem.intercept ? Rows(problem.design.leftCols(1)) : Rows(problem.design.rows(), 0);
  alone.scales = problem.intercept ? Eigen::VectorXd(problem.scales.head(1)) : Eigen::VectorXd();
  alone.penalty = Eigen::VectorXd::Zero(alone.design.cols());
  alone.firth = false;
  Eigen::VectorXd b = starting_point(alone);
  if (problem.intercept) {
    const Maximum found = maximise(alone, b, inverse);
    if (!found.reached) return undefined;
    b = found.coefficients;
  }
  return deviance_of(alone, linear_predictors(alone, b), inverse);
}

// Outcomes that a mean can only reach at the end of the line.
std::vector<Side> sides_of(const Problem& problem) {
  std::vector<Side> sides;
  for (const double y : problem.outcomes) {
    if (y == 0.0) {
      sides.push_back(Side::below);
    } else {
      sides.push_back(!is_count(problem.kind) && y == 1.0 ? Side::above : Side::on_the_line);
    }
  }
  return sides;
}

bool is_near_the_edge(const Problem& problem, const Eigen::VectorXd& eta) {
  for (std::size_t i = 0; i < problem.outcomes.size(); ++i) {
    const double at = eta(static_cast<Eigen::Index>(i));
    // Counts of rows that hardly count (a small exposure) have small means without an edge; those of separated rows go on
    // falling, and are below exp(-30) before a step is still.
    const double below = is_count(problem.kind) ? std::min(at + 2.0 * near_the_edge, at - problem.offsets[i] + near_the_edge)
                                                : at + near_the_edge;
    if (problem.outcomes[i] == 0.0 && below < 0.0) return true;
    if (!is_count(problem.kind) && problem.outcomes[i] == 1.0 && at > (problem.kind == Kind::logit ? near_the_edge : 2.5)) {
      return true;
    }
  }
  return false;
}

// ---- negative binomial: the likelihood of 1 / theta, given the means ----

struct Dispersing {
  std::vector<double> counts, means, weights;
  std::vector<double> above;  // weight of the rows whose count is above j

  // First and second derivative of the log-likelihood with respect to inverse = 1 / theta.
  [[nodiscard]] std::pair<double, double> slopes(double inverse) const {
    double first = chunked_sum(above.size(), [&](std::size_t j) {
      const double step = static_cast<double>(j);
      return above[j] * step / (1.0 + inverse * step);
    });
    double second = -chunked_sum(above.size(), [&](std::size_t j) {
      const double step = static_cast<double>(j) / (1.0 + inverse * static_cast<double>(j));
      return above[j] * step * step;
    });
    first += chunked_sum(counts.size(), [&](std::size_t i) { return weights[i] * row_slope(inverse, counts[i], means[i]); });
    second += chunked_sum(counts.size(), [&](std::size_t i) { return weights[i] * row_curvature(inverse, counts[i], means[i]); });
    return {first, second};
  }

  // d/da of -(y + 1/a) log(1 + a m); by its series where the two parts cancel.
  static double row_slope(double a, double y, double m) {
    const double x = a * m;
    if (x < 1e-2) {
      double series = 0.0;  // (log1p(x) - x / (1 + x)) / x^2 = 1/2 - 2x/3 + 3x^2/4 - ...
      for (int k = 11; k >= 0; --k) series = (k + 1.0) / (k + 2.0) - x * series;
      return m * m * series - y * m / (1.0 + x);
    }
    return std::log1p(x) / (a * a) - m / (a * (1.0 + x)) - y * m / (1.0 + x);
  }
  static double row_curvature(double a, double y, double m) {
    const double x = a * m;
    const double rest = y * m * m / ((1.0 + x) * (1.0 + x));
    if (x < 1e-2) {
      double series = 0.0;  // derivative of the series above
      for (int k = 11; k >= 1; --k) series = k * (k + 1.0) / (k + 2.0) - x * series;
      return -m * m * m * series + rest;
    }
    return -2.0 * std::log1p(x) / (a * a * a) + 2.0 * m / (a * a * (1.0 + x)) + m * m / (a * (1.0 + x) * (1.0 + x)) + rest;
  }

  // The maximum over inverse >= 0: Newton in its logarithm, kept between ends where the slope changes its sign.
  [[nodiscard]] double maximum(double start) const {
    if (!(slopes(0.0).first > 0.0)) return 0.0;
    double low = 0.0;
    double high = std::max(start, 1e-8);
    while (slopes(high).first > 0.0 && high < 1e12) {
      low = high;
      high *= 4.0;
    }
    double a = start > low && start < high ? start : 0.5 * (low + high);
    for (int step = 0; step < 200; ++step) {
      const auto [first, second] = slopes(a);
      (first > 0.0 ? low : high) = a;
      // Newton for the slope as a function of log a.
      const double bend = first + a * second;
      double next = bend < 0.0 ? a * std::exp(-first / bend) : 0.5 * (low + high);
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      if (std::abs(next - a) <= 1e-15 * a) return next;
      a = next;
    }
    return a;
  }
};

Dispersing dispersing_of(const Problem& problem) {
  Dispersing made{problem.outcomes, std::vector<double>(problem.outcomes.size()), problem.weights, {}};
  const double most = *std::max_element(problem.outcomes.begin(), problem.outcomes.end());
  made.above.assign(static_cast<std::size_t>(most), 0.0);
  for (std::size_t i = 0; i < problem.outcomes.size(); ++i) {
    if (problem.outcomes[i] > 0.0) made.above[static_cast<std::size_t>(problem.outcomes[i]) - 1] += problem.weights[i];
  }
  for (std::size_t j = made.above.size(); j-- > 1;) made.above[j - 1] += made.above[j];
  return made;
}

// ---- from what the caller gives to a problem, and from a maximum to what he gets ----

struct Given {
  std::string_view function;
  const MatrixView& design;
  std::span<const double> outcomes, exposures, weights, offsets;
  const GeneralisedOptions& options;
};

void check(const Given& given, Kind kind) {
  const std::size_t n = given.design.rows;
  check_same_length(given.function, n, given.outcomes.size(), "design and outcomes");
  if (!given.exposures.empty()) check_same_length(given.function, n, given.exposures.size(), "design and exposures");
  if (!given.offsets.empty()) check_same_length(given.function, n, given.offsets.size(), "design and offsets");
  check_weights(given.function, given.weights, n);
  check_level(given.function, given.options.level);
  if (!(given.options.ridge >= 0.0 && std::isfinite(given.options.ridge))) {
    refuse(given.function, "ridge must be finite and not below 0");
  }
  if (given.options.firth && (kind != Kind::logit || given.options.ridge > 0.0)) {
    refuse(given.function, "firth is for the logit link and without a ridge");
  }
  if (given.options.most_steps < 1) refuse(given.function, "most_steps must be at least 1");
  if (!given.options.names.empty() && given.options.names.size() != given.design.columns) {
    refuse(given.function, "names must have one entry a column");
  }
  for (const double y : given.outcomes) {
    if (std::isnan(y)) continue;
    if (!is_count(kind) && !(y >= 0.0 && y <= 1.0)) refuse(given.function, "outcomes must lie between 0 and 1");
    if (is_count(kind) && y < 0.0) refuse(given.function, "counts must not be below 0");
    if (kind == Kind::negative_binomial && std::isfinite(y) && (y != std::floor(y) || y > 1e7)) {
      refuse(given.function, "counts must be whole numbers of at most 10,000,000");
    }
  }
  for (const double exposure : given.exposures) {
    if (exposure <= 0.0) refuse(given.function, "exposures must be above 0; leave out rows without exposure");
  }
}

struct Prepared {
  Problem problem;
  std::vector<Eigen::Index> columns;  // of intercept and given columns, those that are kept
};

// Rows and columns that are used; nothing when there is no fit to try, and then the status says why.
std::optional<Prepared> prepared(const Given& given, Kind kind, GeneralisedFit& fit) {
  const MatrixView& design = given.design;
  const std::size_t first = given.options.intercept ? 1 : 0;
  const std::size_t width = design.columns + first;
  if (given.options.intercept) fit.names.emplace_back("(intercept)");
  for (std::size_t j = 0; j < design.columns; ++j) {
    fit.names.push_back(column_name(given.options.names, j));
  }
  fit.intercept = given.options.intercept;
  fit.level = given.options.level;
  fit.link = is_count(kind) ? Link::log : kind == Kind::logit ? Link::logit : Link::complementary_log_log;
  for (std::vector<double>* values : {&fit.coefficients, &fit.standard_errors, &fit.statistics, &fit.p_values, &fit.lower, &fit.upper}) {
    values->assign(width, undefined);
  }
  fit.covariance = {std::vector<double>(width * width, undefined), width, width};

  std::vector<std::size_t> used;
  bool all_finite = true;
  for (std::size_t i = 0; i < design.rows; ++i) {
    if (!given.weights.empty() && given.weights[i] == 0.0) continue;
    double all = given.outcomes[i];
    bool missing = std::isnan(all);
    bool finite = std::isfinite(all);
    const auto look = [&](double x) {
      missing = missing || std::isnan(x);
      finite = finite && !std::isinf(x);
    };
    if (!given.offsets.empty()) look(given.offsets[i]);
    if (!given.exposures.empty()) look(given.exposures[i]);
    for (std::size_t j = 0; j < design.columns; ++j) look(design(i, j));
    if (missing) {
      ++fit.missing;
      continue;
    }
    all_finite = all_finite && finite;
    used.push_back(i);
  }
  fit.count = static_cast<std::int64_t>(used.size());
  if (!all_finite) {
    fit.status = Status::not_finite;
    return std::nullopt;
  }
  if (used.empty() || width == 0) return std::nullopt;

  Prepared made;
  Problem& problem = made.problem;
  problem.kind = kind;
  problem.intercept = given.options.intercept;
  problem.firth = given.options.firth;
  problem.most_steps = given.options.most_steps;
  problem.design.resize(fit.count, static_cast<Eigen::Index>(width));
  for (std::size_t k = 0; k < used.size(); ++k) {
    const std::size_t i = used[k];
    const auto row = static_cast<Eigen::Index>(k);
    if (first == 1) problem.design(row, 0) = 1.0;
    for (std::size_t j = 0; j < design.columns; ++j) problem.design(row, static_cast<Eigen::Index>(j + first)) = design(i, j);
    problem.outcomes.push_back(given.outcomes[i]);
    problem.weights.push_back(given.weights.empty() ? 1.0 : given.weights[i]);
    problem.offsets.push_back((given.offsets.empty() ? 0.0 : given.offsets[i]) +
                              (given.exposures.empty() ? 0.0 : std::log(given.exposures[i])));
  }
  const auto [least, most] = std::minmax_element(problem.outcomes.begin(), problem.outcomes.end());
  if ((*least == *most && (*least == 0.0 || (!is_count(kind) && *least == 1.0))) && !problem.firth) {
    fit.status = Status::degenerate;
    return std::nullopt;
  }
  problem.scales.resize(static_cast<Eigen::Index>(width));
  for (Eigen::Index j = 0; j < problem.scales.size(); ++j) {
    const double largest = problem.design.col(j).cwiseAbs().maxCoeff();
    problem.scales(j) = largest > 0.0 ? std::exp2(std::ilogb(largest)) : 1.0;
    problem.design.col(j) /= problem.scales(j);
  }
  if (given.options.ridge > 0.0) {
    for (std::size_t j = 0; j < width; ++j) made.columns.push_back(static_cast<Eigen::Index>(j));
  } else {
    made.columns = independent_columns(triangle_of(problem.design));
  }
  const auto rank = static_cast<Eigen::Index>(made.columns.size());
  if (rank < static_cast<Eigen::Index>(width)) {
    Rows kept(problem.rows(), rank);
    Eigen::VectorXd scales(rank);
    std::vector<std::uint8_t> stays(width, 0);
    for (Eigen::Index j = 0; j < rank; ++j) {
      kept.col(j) = problem.design.col(made.columns[static_cast<std::size_t>(j)]);
      scales(j) = problem.scales(made.columns[static_cast<std::size_t>(j)]);
      stays[static_cast<std::size_t>(made.columns[static_cast<std::size_t>(j)])] = 1;
    }
    problem.design = std::move(kept);
    problem.scales = std::move(scales);
    for (std::size_t j = 0; j < width; ++j) {
      if (stays[j] == 0) fit.left_out.push_back(fit.names[j]);
    }
  }
  fit.rank = rank;
  fit.residual_degrees_of_freedom = fit.count - rank;
  if (given.options.ridge == 0.0 && fit.count < static_cast<std::int64_t>(width)) return std::nullopt;
  problem.penalty = Eigen::VectorXd::Zero(rank);
  for (Eigen::Index j = given.options.intercept ? 1 : 0; j < rank; ++j) {
    problem.penalty(j) = given.options.ridge / (problem.scales(j) * problem.scales(j));
  }
  return made;
}

void fill(const Prepared& made, const Maximum& found, double dispersion, bool uses_t, GeneralisedFit& fit) {
  const Problem& problem = made.problem;
  const Eigen::Index p = problem.design.cols();
  const Eigen::MatrixXd inverse = found.triangle.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(p, p));
  const Eigen::MatrixXd covariance =
      problem.scales.cwiseInverse().asDiagonal() * (inverse * inverse.transpose()) * problem.scales.cwiseInverse().asDiagonal();
  // 1-norm condition of the triangle after its columns are brought to one length.
  const Eigen::VectorXd lengths = found.triangle.colwise().norm().transpose();
  fit.condition = (found.triangle * lengths.cwiseInverse().asDiagonal()).cwiseAbs().colwise().sum().maxCoeff() *
                  (lengths.asDiagonal() * inverse).cwiseAbs().colwise().sum().maxCoeff();
  fit.dispersion = dispersion;
  const double freedom = static_cast<double>(fit.residual_degrees_of_freedom);
  const double reach = uses_t ? (freedom > 0.0 ? student_t_quantile(0.5 + 0.5 * fit.level, freedom) : undefined)
                              : normal_quantile(0.5 + 0.5 * fit.level);
  for (Eigen::Index j = 0; j < p; ++j) {
    const auto at = static_cast<std::size_t>(made.columns[static_cast<std::size_t>(j)]);
    fit.coefficients[at] = found.coefficients(j) / problem.scales(j);
    fit.standard_errors[at] = std::sqrt(dispersion) * inverse.row(j).norm() / problem.scales(j);
    fit.statistics[at] = fit.coefficients[at] / fit.standard_errors[at];
    fit.p_values[at] = 2.0 * (uses_t ? student_t_sf(std::abs(fit.statistics[at]), freedom) : normal_sf(std::abs(fit.statistics[at])));
    fit.lower[at] = fit.coefficients[at] - reach * fit.standard_errors[at];
    fit.upper[at] = fit.coefficients[at] + reach * fit.standard_errors[at];
    for (Eigen::Index k = 0; k < p; ++k) {
      fit.covariance(at, static_cast<std::size_t>(made.columns[static_cast<std::size_t>(k)])) = dispersion * covariance(j, k);
    }
  }
  fit.status = fit.left_out.empty() ? Status::ok : Status::rank_deficient;
  if (std::isnan(dispersion) && fit.status == Status::ok) fit.status = Status::not_enough_data;
}

// True when the maximum is one; else the status says what there is instead.
bool is_answered(const Prepared& made, const Maximum& found, GeneralisedFit& fit) {
  const Problem& problem = made.problem;
  fit.iterations = found.steps;
  const bool can_separate = !problem.firth && !(problem.penalty.size() > (problem.intercept ? 1 : 0) && problem.penalty.tail(1)(0) > 0.0);
  if (found.reached && (!can_separate || !is_near_the_edge(problem, linear_predictors(problem, found.coefficients)))) return true;
  if (can_separate) {
    const SeparatingDirection apart = separating_direction(problem.design, sides_of(problem));
    if (apart.any) {
      fit.status = apart.all ? Status::separated : Status::quasi_separated;
      for (std::size_t j = 0; j < apart.columns.size(); ++j) {
        if (apart.columns[j] != 0) fit.separating.push_back(fit.names[static_cast<std::size_t>(made.columns[j])]);
      }
      return false;
    }
  }
  if (!found.reached) fit.status = Status::not_converged;
  return found.reached;
}

void describe(const Problem& problem, const Maximum& found, double inverse, double parameters, GeneralisedFit& fit) {
  const Eigen::VectorXd eta = linear_predictors(problem, found.coefficients);
  fit.deviance = deviance_of(problem, eta, inverse);
  fit.null_deviance = null_deviance_of(problem, inverse);
  fit.log_likelihood = log_likelihood_part(problem, eta, inverse) + constant_part(problem);
  fit.aic = 2.0 * parameters - 2.0 * fit.log_likelihood;
  if (fit.residual_degrees_of_freedom > 0) {
    fit.pearson_dispersion = pearson_of(problem, eta, inverse) / static_cast<double>(fit.residual_degrees_of_freedom);
  }
}

GeneralisedFit fit_with_known_dispersion(const Given& given, Kind kind, bool quasi) {
  check(given, kind);
  GeneralisedFit fit;
  const std::optional<Prepared> made = prepared(given, kind, fit);
  if (!made) return fit;
  const Maximum found = maximise(made->problem, starting_point(made->problem), 0.0);
  if (!is_answered(*made, found, fit)) return fit;
  describe(made->problem, found, 0.0, static_cast<double>(fit.rank), fit);
  fill(*made, found, quasi ? fit.pearson_dispersion : 1.0, quasi, fit);
  fit.dispersion_is_estimated = quasi;
  if (quasi) fit.log_likelihood = fit.aic = undefined;
  return fit;
}

}  // namespace

GeneralisedFit fit_logistic(const MatrixView& design, std::span<const double> outcomes, std::span<const double> weights,
                            std::span<const double> offsets, const GeneralisedOptions& options) {
  return fit_with_known_dispersion({"fit_logistic", design, outcomes, {}, weights, offsets, options}, Kind::logit, false);
}

GeneralisedFit fit_poisson(const MatrixView& design, std::span<const double> counts, std::span<const double> exposures,
                           std::span<const double> weights, std::span<const double> offsets,
                           const GeneralisedOptions& options) {
  return fit_with_known_dispersion({"fit_poisson", design, counts, exposures, weights, offsets, options}, Kind::poisson, false);
}

GeneralisedFit fit_quasi_poisson(const MatrixView& design, std::span<const double> counts,
                                 std::span<const double> exposures, std::span<const double> weights,
                                 std::span<const double> offsets, const GeneralisedOptions& options) {
  return fit_with_known_dispersion({"fit_quasi_poisson", design, counts, exposures, weights, offsets, options}, Kind::poisson, true);
}

GeneralisedFit fit_discrete_hazard(const MatrixView& design, std::span<const double> events, Link link,
                                   std::span<const double> weights, std::span<const double> offsets,
                                   const GeneralisedOptions& options) {
  if (link == Link::log) refuse("fit_discrete_hazard", "link is logit or complementary_log_log");
  return fit_with_known_dispersion({"fit_discrete_hazard", design, events, {}, weights, offsets, options},
                                   link == Link::logit ? Kind::logit : Kind::complementary_log_log, false);
}

GeneralisedFit fit_negative_binomial(const MatrixView& design, std::span<const double> counts,
                                     std::span<const double> exposures, std::span<const double> weights,
                                     std::span<const double> offsets, const GeneralisedOptions& options) {
  const Given given{"fit_negative_binomial", design, counts, exposures, weights, offsets, options};
  check(given, Kind::negative_binomial);
  if (options.ridge > 0.0) refuse(given.function, "a ridge is not offered here; use fit_poisson");
  GeneralisedFit fit;
  const std::optional<Prepared> made = prepared(given, Kind::negative_binomial, fit);
  if (!made) return fit;
  const Problem& problem = made->problem;
  Maximum found = maximise(problem, starting_point(problem), 0.0);
  if (!is_answered(*made, found, fit)) return fit;
  Dispersing dispersing = dispersing_of(problem);
  double inverse = 0.0;
  std::int64_t turns = 0;
  bool settled = false;
  for (; turns < 500 && !settled; ++turns) {
    const Eigen::VectorXd eta = linear_predictors(problem, found.coefficients);
    for (std::size_t i = 0; i < dispersing.means.size(); ++i) {
      dispersing.means[i] = std::exp(eta(static_cast<Eigen::Index>(i)));
    }
    const double next = dispersing.maximum(inverse > 0.0 ? inverse : 1.0);
    settled = std::abs(next - inverse) <= 1e-13 * next || (next == 0.0 && inverse == 0.0);
    inverse = next;
    if (settled) break;
    const Maximum better = maximise(problem, found.coefficients, inverse);
    if (!better.reached) break;
    found = better;
  }
  fit.iterations = turns;
  if (!settled || !found.reached) {
    fit.status = Status::not_converged;
    return fit;
  }
  const double parameters = static_cast<double>(fit.rank) + 1.0;
  describe(problem, found, inverse, parameters, fit);
  if (inverse > 0.0) {
    fit.theta = 1.0 / inverse;
    const double curvature = -dispersing.slopes(inverse).second;
    fit.theta_standard_error = curvature > 0.0 ? 1.0 / (inverse * inverse * std::sqrt(curvature)) : undefined;
    const double rising = chunked_sum(dispersing.above.size(), [&](std::size_t j) {
      return dispersing.above[j] * std::log1p(inverse * static_cast<double>(j));
    });
    fit.log_likelihood += rising;
    fit.aic = 2.0 * parameters - 2.0 * fit.log_likelihood;
  } else {
    fit.theta = infinite;
  }
  fill(*made, found, 1.0, false, fit);
  if (inverse == 0.0) fit.status = Status::boundary;
  return fit;
}

GeneralisedPredictions predict_generalised(const GeneralisedFit& fit, const MatrixView& design,
                                           std::span<const double> offsets, double level) {
  constexpr std::string_view function = "predict_generalised";
  check_level(function, level);
  const std::size_t first = fit.intercept ? 1 : 0;
  const std::size_t width = fit.coefficients.size();
  if (design.columns + first != width) refuse(function, "design must have the fit's columns, in their order");
  if (!offsets.empty()) check_same_length(function, design.rows, offsets.size(), "design and offsets");
  GeneralisedPredictions made;
  for (std::vector<double>* values : {&made.linear_predictors, &made.standard_errors, &made.means, &made.lower, &made.upper}) {
    values->assign(design.rows, undefined);
  }
  made.status = fit.status;
  if (std::all_of(fit.coefficients.begin(), fit.coefficients.end(), [](double b) { return std::isnan(b); })) return made;
  const double freedom = static_cast<double>(fit.residual_degrees_of_freedom);
  const double reach = !fit.dispersion_is_estimated ? normal_quantile(0.5 + 0.5 * level)
                       : freedom > 0.0              ? student_t_quantile(0.5 + 0.5 * level, freedom)
                                                    : undefined;
  const auto mean_at = [&fit](double eta) {
    if (fit.link == Link::logit) return expit(eta);
    return fit.link == Link::log ? std::exp(eta) : -std::expm1(-std::exp(eta));
  };
  std::vector<double> row(width);
  for (std::size_t i = 0; i < design.rows; ++i) {
    for (std::size_t j = 0; j < width; ++j) row[j] = j < first ? 1.0 : design(i, j - first);
    double eta = offsets.empty() ? 0.0 : offsets[i];
    double variance = 0.0;
    for (std::size_t j = 0; j < width; ++j) {
      if (std::isnan(fit.coefficients[j])) continue;
      eta += row[j] * fit.coefficients[j];
      for (std::size_t k = 0; k < width; ++k) {
        if (!std::isnan(fit.coefficients[k])) variance += row[j] * fit.covariance(j, k) * row[k];
      }
    }
    if (std::isnan(eta)) continue;
    made.linear_predictors[i] = eta;
    made.standard_errors[i] = std::sqrt(std::max(variance, 0.0));
    made.means[i] = mean_at(eta);
    made.lower[i] = mean_at(eta - reach * made.standard_errors[i]);
    made.upper[i] = mean_at(eta + reach * made.standard_errors[i]);
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
