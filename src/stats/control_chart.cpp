// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/control_chart.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "root.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

bool positive(double x) { return x > 0.0 && std::isfinite(x); }

void check_process(std::string_view function, double centre, double standard_deviation) {
  if (!std::isfinite(centre)) refuse(function, "centre must be finite");
  if (!positive(standard_deviation)) refuse(function, "standard_deviation must be finite and above 0");
}

ControlChart started(std::span<const double> values) {
  ControlChart chart;
  chart.statistic.assign(values.size(), undefined);
  chart.lower = chart.upper = chart.statistic;
  const bool infinite = std::any_of(values.begin(), values.end(), [](double x) { return std::isinf(x); });
  const bool any = std::any_of(values.begin(), values.end(), [](double x) { return !std::isnan(x); });
  chart.status = infinite ? Status::not_finite : (any ? Status::ok : Status::not_enough_data);
  return chart;
}

void mark(ControlChart& chart, std::size_t i, bool up, bool down) {
  if (up) chart.alarms_up.push_back(static_cast<std::int64_t>(i));
  if (down) chart.alarms_down.push_back(static_cast<std::int64_t>(i));
}

struct Nodes {
  Eigen::VectorXd at;
  Eigen::VectorXd weight;
};

// Gauss-Legendre nodes on [low, high], by Newton's steps on the Legendre polynomial.
Nodes gauss_legendre(int count, double low, double high) {
  Nodes nodes{Eigen::VectorXd(count), Eigen::VectorXd(count)};
  const double half = 0.5 * (high - low);
  const double middle = 0.5 * (high + low);
  for (int i = 0; i < count; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (static_cast<double>(count) + 0.5));
    double slope = 1.0;
    for (int step = 0; step < 100; ++step) {
      double before = 1.0;
      double value = x;
      for (int k = 2; k <= count; ++k) {
        const double next = (static_cast<double>(2 * k - 1) * x * value - static_cast<double>(k - 1) * before) / static_cast<double>(k);
        before = value;
        value = next;
      }
      slope = static_cast<double>(count) * (x * value - before) / (x * x - 1.0);
      const double move = value / slope;
      x -= move;
      if (std::abs(move) < 1e-16) break;
    }
    nodes.at(i) = middle + half * x;
    nodes.weight(i) = 2.0 * half / ((1.0 - x * x) * slope * slope);
  }
  return nodes;
}

double density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi); }

int nodes_for(double range) { return std::clamp(static_cast<int>(std::ceil(12.0 * range)) + 30, 60, 600); }

double counted(double run_length) {
  return run_length >= 1.0 ? run_length : std::numeric_limits<double>::infinity();
}

// L(z) = 1 + L(0) P(next sum is 0) + integral over (0, h) of L(y) density(y + k - z - shift), solved at the nodes and 0.
double one_sided_cusum(double reference, double decision, double shift) {
  const int count = nodes_for(decision);
  const Nodes nodes = gauss_legendre(count, 0.0, decision);
  Eigen::MatrixXd system(count + 1, count + 1);
  for (int i = 0; i <= count; ++i) {
    const double z = i == 0 ? 0.0 : nodes.at(i - 1);
    system(i, 0) = -normal_cdf(reference - z - shift);
    for (int j = 0; j < count; ++j) {
      system(i, j + 1) = -nodes.weight(j) * density(nodes.at(j) + reference - z - shift);
    }
    system(i, i) += 1.0;
  }
  const Eigen::VectorXd length = system.partialPivLu().solve(Eigen::VectorXd::Ones(count + 1));
  return counted(length(0));
}

void check_wanted(std::string_view function, double average_run_length) {
  if (!(average_run_length > 2.0 && average_run_length <= 1e9)) {
    refuse(function, "average_run_length must be above 2 and at most 1e9");
  }
}

// The limit at which the logarithm of a run length that rises with it is what is wanted.
template <class Length>
double limit_for(double wanted, Length length) {
  const auto excess = [&](double limit) { return std::log(length(limit)) - std::log(wanted); };
  double low = 1e-3;
  double at_low = excess(low);
  if (at_low > 0.0) return undefined;
  for (double high = 1.0; high < 200.0; high += std::max(1.0, 0.25 * high)) {
    const double at_high = excess(high);
    if (at_high >= 0.0) return bracketed_root(excess, low, high, at_low, at_high);
    low = high;
    at_low = at_high;
  }
  return undefined;
}

}  // namespace

ChartBaseline chart_baseline(std::span<const double> values) {
  ChartBaseline made;
  const std::vector<double> kept = present(values);
  made.count = static_cast<std::int64_t>(kept.size());
  made.missing = static_cast<std::int64_t>(values.size() - kept.size());
  if (!all_finite(kept)) {
    made.status = Status::not_finite;
    return made;
  }
  if (kept.empty()) return made;
  const double number = static_cast<double>(kept.size());
  made.centre = kept[0] + chunked_sum(kept.size(), [&](std::size_t i) { return kept[i] - kept[0]; }) / number;
  if (kept.size() < 2) return made;
  const double squares = chunked_sum(kept.size(), [&](std::size_t i) {
    return (kept[i] - made.centre) * (kept[i] - made.centre);
  });
  made.standard_deviation = std::sqrt(squares / (number - 1.0));
  double neighbours = 0.0;
  const double ranges = chunked_sum(values.size() - 1, [&](std::size_t i) {
    if (std::isnan(values[i]) || std::isnan(values[i + 1])) return 0.0;
    neighbours += 1.0;
    return std::abs(values[i + 1] - values[i]);
  });
  if (neighbours > 0.0) made.moving_range_sigma = ranges / neighbours * (0.5 * std::sqrt(std::numbers::pi));
  const bool constant = std::all_of(kept.begin(), kept.end(), [&](double x) { return x == kept[0]; });
  made.status = constant ? Status::degenerate : Status::ok;
  if (!std::isfinite(made.centre) || !std::isfinite(made.standard_deviation)) made.status = Status::not_finite;
  return made;
}

ControlChart individuals_chart(std::span<const double> values, double centre, double standard_deviation, double width) {
  constexpr std::string_view function = "individuals_chart";
  check_process(function, centre, standard_deviation);
  if (!positive(width)) refuse(function, "width must be finite and above 0");
  ControlChart chart = started(values);
  if (chart.status != Status::ok) return chart;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    chart.statistic[i] = values[i];
    chart.lower[i] = centre - width * standard_deviation;
    chart.upper[i] = centre + width * standard_deviation;
    mark(chart, i, values[i] - centre > width * standard_deviation, centre - values[i] > width * standard_deviation);
  }
  return chart;
}

ControlChart ewma_chart(std::span<const double> values, double centre, double standard_deviation, double smoothing,
                        double width) {
  constexpr std::string_view function = "ewma_chart";
  check_process(function, centre, standard_deviation);
  if (!(smoothing > 0.0 && smoothing <= 1.0)) refuse(function, "smoothing must be above 0 and at most 1");
  if (!positive(width)) refuse(function, "width must be finite and above 0");
  ControlChart chart = started(values);
  if (chart.status != Status::ok) return chart;
  double average = centre;
  double observed = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    observed += 1.0;
    average = smoothing * values[i] + (1.0 - smoothing) * average;
    // 1 - (1 - smoothing)^(2 i), without cancellation for small weights.
    const double grown = smoothing == 1.0 ? 1.0 : -std::expm1(2.0 * observed * std::log1p(-smoothing));
    const double limit = width * standard_deviation * std::sqrt(smoothing / (2.0 - smoothing) * grown);
    chart.statistic[i] = average;
    chart.lower[i] = centre - limit;
    chart.upper[i] = centre + limit;
    mark(chart, i, average - centre > limit, centre - average > limit);
  }
  return chart;
}

ControlChart cusum_chart(std::span<const double> values, double centre, double standard_deviation, double reference,
                         double decision) {
  constexpr std::string_view function = "cusum_chart";
  check_process(function, centre, standard_deviation);
  if (!(reference >= 0.0 && std::isfinite(reference))) refuse(function, "reference must be finite and not below 0");
  if (!positive(decision)) refuse(function, "decision must be finite and above 0");
  ControlChart chart = started(values);
  if (chart.status != Status::ok) return chart;
  double up = 0.0;
  double down = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const double standardised = (values[i] - centre) / standard_deviation;
    up = std::max(0.0, up + standardised - reference);
    down = std::max(0.0, down - standardised - reference);
    chart.statistic[i] = up;
    chart.lower[i] = down;
    chart.upper[i] = decision;
    mark(chart, i, up > decision, down > decision);
  }
  return chart;
}

double cusum_average_run_length(double reference, double decision, double shift, bool two_sided) {
  constexpr std::string_view function = "cusum_average_run_length";
  if (!(reference >= 0.0 && std::isfinite(reference))) refuse(function, "reference must be finite and not below 0");
  if (!(decision > 0.0 && decision <= 200.0)) refuse(function, "decision must be above 0 and at most 200");
  if (!std::isfinite(shift)) refuse(function, "shift must be finite");
  const double up = one_sided_cusum(reference, decision, shift);
  if (!two_sided) return up;
  const double down = one_sided_cusum(reference, decision, -shift);
  return 1.0 / (1.0 / up + 1.0 / down);
}

double ewma_average_run_length(double smoothing, double width, double shift) {
  constexpr std::string_view function = "ewma_average_run_length";
  if (!(smoothing > 0.0 && smoothing <= 1.0)) refuse(function, "smoothing must be above 0 and at most 1");
  if (!(width > 0.0 && width <= 200.0)) refuse(function, "width must be above 0 and at most 200");
  if (!std::isfinite(shift)) refuse(function, "shift must be finite");
  if (smoothing == 1.0) return 1.0 / (normal_sf(width - shift) + normal_cdf(-width - shift));
  const double limit = width * std::sqrt(smoothing / (2.0 - smoothing));
  const int count = nodes_for(2.0 * limit / smoothing);
  const Nodes nodes = gauss_legendre(count, -limit, limit);
  const auto kernel = [&](double from, int to) {
    return nodes.weight(to) * density((nodes.at(to) - (1.0 - smoothing) * from) / smoothing - shift) / smoothing;
  };
  Eigen::MatrixXd system(count, count);
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j < count; ++j) system(i, j) = -kernel(nodes.at(i), j);
    system(i, i) += 1.0;
  }
  const Eigen::VectorXd length = system.partialPivLu().solve(Eigen::VectorXd::Ones(count));
  double from_centre = 1.0;
  for (int j = 0; j < count; ++j) from_centre += length(j) * kernel(0.0, j);
  return counted(from_centre);
}

double cusum_decision(double average_run_length, double reference, bool two_sided) {
  constexpr std::string_view function = "cusum_decision";
  check_wanted(function, average_run_length);
  if (!(reference >= 0.0 && std::isfinite(reference))) refuse(function, "reference must be finite and not below 0");
  return limit_for(average_run_length,
                   [&](double limit) { return cusum_average_run_length(reference, limit, 0.0, two_sided); });
}

double ewma_width(double average_run_length, double smoothing) {
  constexpr std::string_view function = "ewma_width";
  check_wanted(function, average_run_length);
  if (!(smoothing > 0.0 && smoothing <= 1.0)) refuse(function, "smoothing must be above 0 and at most 1");
  return limit_for(average_run_length, [&](double width) { return ewma_average_run_length(smoothing, width); });
}

}  // namespace childwell::inline v0_1::stats
