// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/weights.hpp>

#include <childwell/stats/components.hpp>
#include <childwell/stats/moments.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace childwell::inline v0_1 {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t least_units = 10;

// Columns of a restricted cubic spline in x, each centred: x itself and one cubic a knot beyond the first two.
Eigen::MatrixXd spline(const std::vector<double>& x) {
  std::vector<double> sorted = x;
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> knots;
  for (const double share : {0.05, 0.275, 0.5, 0.725, 0.95}) {
    const double knot = sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    if (knots.empty() || knot > knots.back()) knots.push_back(knot);
  }
  const std::size_t bends = knots.size() > 2 ? knots.size() - 2 : 0;
  const auto rows = static_cast<Eigen::Index>(x.size());
  Eigen::MatrixXd made(rows, static_cast<Eigen::Index>(1 + bends));
  const double width = bends > 0 ? knots.back() - knots.front() : 1.0;
  const auto cubed = [width](double u) { return u > 0.0 ? u / width * (u / width) * (u / width) : 0.0; };
  for (Eigen::Index row = 0; row < rows; ++row) {
    const double value = x[static_cast<std::size_t>(row)];
    made(row, 0) = value;
    for (std::size_t j = 0; j < bends; ++j) {
      const double last = knots.back();
      const double before = knots[knots.size() - 2];
      const double whole = cubed(value - knots[j]) - cubed(value - before) * ((last - knots[j]) / (last - before)) +
                           cubed(value - last) * ((before - knots[j]) / (last - before));
      made(row, static_cast<Eigen::Index>(1 + j)) = whole;
    }
  }
  for (Eigen::Index column = 0; column < made.cols(); ++column) {
    const std::span<const double> whole(made.col(column).data(), static_cast<std::size_t>(rows));
    const double mean = stats::chunked_sum(whole) / static_cast<double>(rows);
    made.col(column).array() -= mean;
    const double length = made.col(column).norm();
    if (length > 0.0) made.col(column) /= length;
  }
  return made;
}

struct MainEffect {
  double linear = undefined;
  double ratio = undefined;
  Status status = Status::not_enough_data;
};

MainEffect main_effect(const std::vector<double>& part, const std::vector<double>& whole) {
  MainEffect made;
  const auto count = static_cast<std::int64_t>(part.size());
  if (count < least_units) return made;
  const stats::Moments of_whole = stats::moments(whole);
  const stats::Moments of_part = stats::moments(part);
  made.status = of_whole.status != Status::ok ? of_whole.status : of_part.status;
  if (of_whole.status != Status::ok || made.status == Status::not_finite) return made;
  if (of_part.status == Status::degenerate) {
    made.linear = made.ratio = 0.0;
    return made;
  }
  Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(whole.data(), static_cast<Eigen::Index>(count));
  y.array() -= of_whole.mean;
  const double all = y.squaredNorm();
  const Eigen::MatrixXd columns = spline(part);
  const double along = columns.col(0).dot(y);
  made.linear = std::min(1.0, along * along / all);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factored(columns);
  const Eigen::VectorXd turned = factored.householderQ().adjoint() * y;
  const auto rank = factored.rank();
  const double left = turned.tail(static_cast<Eigen::Index>(count) - rank).squaredNorm();
  const double freedom = static_cast<double>(count - 1 - static_cast<std::int64_t>(rank));
  made.ratio = std::clamp(1.0 - left / freedom * static_cast<double>(count - 1) / all, 0.0, 1.0);
  return made;
}

// Rows without a gap, row by row.
std::vector<double> complete_rows(const stats::MatrixView& scores, DataWeights& made) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < scores.rows; ++i) {
    bool complete = true;
    for (std::size_t j = 0; j < scores.columns; ++j) complete = complete && !std::isnan(scores(i, j));
    (complete ? made.count : made.missing) += 1;
    for (std::size_t j = 0; complete && j < scores.columns; ++j) kept.push_back(scores(i, j));
  }
  return kept;
}

}  // namespace

DataWeights component_weights(const stats::MatrixView& scores) {
  const stats::PrincipalComponents found = stats::principal_components(scores, stats::ComponentScale::correlation);
  DataWeights made{found.weights, found.count, found.missing, found.status};
  made.weights.resize(scores.columns, undefined);
  return made;
}

DataWeights entropy_weights(const stats::MatrixView& scores) {
  DataWeights made;
  made.weights.assign(scores.columns, undefined);
  const std::vector<double> rows = complete_rows(scores, made);
  if (made.count < 2 || scores.columns == 0) return made;
  if (std::any_of(rows.begin(), rows.end(), [](double x) { return x < 0.0; })) {
    detail::refuse_index("entropy_weights", "scores must be at least 0; normalise them by goalposts or min_max first");
  }
  if (std::any_of(rows.begin(), rows.end(), [](double x) { return std::isinf(x); })) {
    made.status = Status::not_finite;
    return made;
  }
  made.status = Status::degenerate;
  const auto count = static_cast<std::size_t>(made.count);
  std::vector<double> diversity(scores.columns, 0.0);
  double total = 0.0;
  for (std::size_t j = 0; j < scores.columns; ++j) {
    const auto at = [&](std::size_t i) { return rows[i * scores.columns + j]; };
    const double sum = stats::chunked_sum(count, at);
    if (!(sum > 0.0)) return made;
    const double entropy = -stats::chunked_sum(count, [&](std::size_t i) {
      const double share = at(i) / sum;
      return share > 0.0 ? share * std::log(share) : 0.0;
    });
    const bool varies = [&] {
      for (std::size_t i = 1; i < count; ++i) {
        if (at(i) != at(0)) return true;
      }
      return false;
    }();
    diversity[j] = varies ? std::max(0.0, 1.0 - entropy / std::log(static_cast<double>(count))) : 0.0;
    total += diversity[j];
  }
  if (!(total > 0.0)) return made;
  for (std::size_t j = 0; j < scores.columns; ++j) made.weights[j] = diversity[j] / total;
  made.status = Status::ok;
  return made;
}

EffectiveWeights effective_weights(const stats::MatrixView& parts, std::span<const double> whole,
                                   std::span<const double> nominal) {
  constexpr std::string_view function = "effective_weights";
  if (parts.rows != whole.size()) detail::refuse_index(function, "parts and whole must have one row a unit");
  if (nominal.size() != parts.columns) detail::refuse_index(function, "give one nominal weight a part");
  double given = 0.0;
  for (const double weight : nominal) {
    if (!(weight >= 0.0) || !std::isfinite(weight)) {
      detail::refuse_index(function, "nominal weights must be finite and at least 0");
    }
    given += weight;
  }
  EffectiveWeights made;
  double total = 0.0;
  for (std::size_t j = 0; j < parts.columns; ++j) {
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t i = 0; i < parts.rows; ++i) {
      if (std::isnan(parts(i, j)) || std::isnan(whole[i])) continue;
      x.push_back(parts(i, j));
      y.push_back(whole[i]);
    }
    const MainEffect found = main_effect(x, y);
    made.nominal.push_back(given > 0.0 ? nominal[j] / given : undefined);
    made.linear.push_back(found.linear);
    made.main_effect.push_back(found.ratio);
    made.counts.push_back(static_cast<std::int64_t>(x.size()));
    made.statuses.push_back(found.status);
    if (!std::isnan(found.ratio)) total += found.ratio;
  }
  for (const double effect : made.main_effect) made.effective.push_back(total > 0.0 ? effect / total : undefined);
  return made;
}

}  // namespace childwell::inline v0_1
