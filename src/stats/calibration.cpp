// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/calibration.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "exact_sum.hpp"
#include "score_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::int64_t most_bins = 1000000;

// The rows that count, or the reason why none does; the shares every result of this family states.
template <class Result>
UsedRows begin(Result& made, std::string_view function, std::span<const std::uint8_t> outcomes,
               std::span<const double> probabilities) {
  UsedRows used = used_rows(function, outcomes, probabilities, {}, {});
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.status = used.status;
    return used;
  }
  for (const std::uint32_t row : used.rows) {
    if (!(probabilities[row] >= 0.0 && probabilities[row] <= 1.0))
      refuse(function, "probabilities must lie between 0 and 1");
  }
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.events;
  if (made.count > 0) made.status = Status::ok;
  return used;
}

template <class Result>
bool lacks_a_class(const Result& made) {
  return made.events == 0 || made.events == made.count;
}

struct Bin {
  std::int64_t children = 0;
  std::int64_t events = 0;
  ExactSum probability;
  double from = infinite;
  double to = -infinite;
};

std::vector<Bin> binned(std::string_view function, std::span<const std::uint8_t> outcomes,
                        std::span<const double> probabilities, const UsedRows& used, const BinOptions& options) {
  if (options.bins < 1 || options.bins > most_bins) refuse(function, "bins is a whole number from 1 to 1,000,000");
  const auto bins = static_cast<std::size_t>(options.bins);
  std::vector<Bin> made(bins);
  const auto put = [&](std::size_t bin, std::uint32_t row) {
    Bin& into = made[bin];
    ++into.children;
    into.events += outcomes[row];
    into.probability.add(probabilities[row]);
    into.from = std::min(into.from, probabilities[row] + 0.0);
    into.to = std::max(into.to, probabilities[row] + 0.0);
  };
  if (options.binning == Binning::equal_mass) {
    const std::vector<std::uint32_t> order = rows_by_score(used.rows, probabilities);
    const std::size_t n = order.size();
    for (std::size_t first = 0; first < n;) {
      std::size_t last = first + 1;
      while (last < n && probabilities[order[last]] == probabilities[order[first]]) ++last;
      // Middle of the run's ranks, as a share of all: (first + last) / 2 of n.
      const std::size_t bin = bins * (first + last) / (2 * n);
      for (std::size_t i = first; i < last; ++i) put(std::min(bin, bins - 1), order[i]);
      first = last;
    }
    return made;
  }
  const double width = static_cast<double>(options.bins);
  for (const std::uint32_t row : used.rows) {
    const double place = options.closed == BinEnd::left ? std::floor(probabilities[row] * width)
                                                        : std::ceil(probabilities[row] * width) - 1.0;
    put(static_cast<std::size_t>(std::clamp(place, 0.0, width - 1.0)), row);
  }
  for (std::size_t bin = 0; bin < bins; ++bin) {
    made[bin].from = static_cast<double>(bin) / width;
    made[bin].to = static_cast<double>(bin + 1) / width;
  }
  return made;
}

// -x log(x), and 0 at 0.
double entropy_part(double x, double at) { return x == 0.0 ? 0.0 : -x * std::log(at); }

double cross_entropy(double rate, double probability) {
  return entropy_part(rate, probability) + (rate == 1.0 ? 0.0 : -(1.0 - rate) * std::log1p(-probability));
}

double divergence(double rate, double probability) {
  return cross_entropy(rate, probability) - cross_entropy(rate, rate);
}

template <class RowScore, class Distance>
ForecastScore scored(std::string_view function, std::span<const std::uint8_t> outcomes,
                     std::span<const double> probabilities, const BinOptions& options, RowScore row_score,
                     Distance distance, double (*uncertainty)(double)) {
  ForecastScore made;
  const UsedRows used = begin(made, function, outcomes, probabilities);
  const std::vector<Bin> bins = binned(function, outcomes, probabilities, used, options);
  if (made.status != Status::ok) return made;
  const double n = static_cast<double>(made.count);
  ExactSum sum, reliability, resolution;
  for (const std::uint32_t row : used.rows) sum.add(row_score(outcomes[row] == 1, probabilities[row]));
  made.score = sum.value() / n;
  const double base = static_cast<double>(made.events) / n;
  for (const Bin& bin : bins) {
    if (bin.children == 0) continue;
    const double children = static_cast<double>(bin.children);
    const double rate = static_cast<double>(bin.events) / children;
    reliability.add(children * distance(rate, bin.probability.value() / children));
    resolution.add(children * distance(rate, base));
  }
  made.reliability = reliability.value() / n;
  made.resolution = resolution.value() / n;
  made.uncertainty = uncertainty(base);
  made.within_bins = made.score - (made.reliability - made.resolution + made.uncertainty);
  if (lacks_a_class(made)) {
    made.status = Status::degenerate;
  } else {
    made.skill = 1.0 - made.score / made.uncertainty;
  }
  return made;
}

}  // namespace

CalibrationCurve calibration_curve(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                                   const BinOptions& options, double level) {
  check_level("calibration_curve", level);
  CalibrationCurve made;
  made.level = level;
  const UsedRows used = begin(made, "calibration_curve", outcomes, probabilities);
  const std::vector<Bin> bins = binned("calibration_curve", outcomes, probabilities, used, options);
  if (made.status != Status::ok) return made;
  ExactSum errors;
  made.maximum_calibration_error = 0.0;
  for (std::size_t number = 0; number < bins.size(); ++number) {
    const Bin& bin = bins[number];
    if (bin.children == 0) continue;
    const double children = static_cast<double>(bin.children);
    const ProportionInterval rate = wilson_interval(static_cast<double>(bin.events), children, level);
    made.bin.push_back(static_cast<std::int64_t>(number));
    made.from.push_back(bin.from);
    made.to.push_back(bin.to);
    made.children.push_back(bin.children);
    made.children_with_event.push_back(bin.events);
    made.mean_probability.push_back(bin.probability.value() / children);
    made.event_rate.push_back(rate.estimate);
    made.lower.push_back(rate.lower);
    made.upper.push_back(rate.upper);
    const double error = std::abs(rate.estimate - made.mean_probability.back());
    errors.add(children * error);
    made.maximum_calibration_error = std::max(made.maximum_calibration_error, error);
  }
  made.expected_calibration_error = errors.value() / static_cast<double>(made.count);
  return made;
}

ForecastScore brier_score(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                          const BinOptions& options) {
  return scored(
      "brier_score", outcomes, probabilities, options,
      [](bool event, double p) { return event ? (1.0 - p) * (1.0 - p) : p * p; },
      [](double rate, double p) { return (rate - p) * (rate - p); }, [](double base) { return base * (1.0 - base); });
}

ForecastScore log_loss(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                       const BinOptions& options) {
  std::size_t certain_mistakes = 0;
  ForecastScore made = scored(
      "log_loss", outcomes, probabilities, options,
      [&](bool event, double p) {
        if (event ? p == 0.0 : p == 1.0) {
          ++certain_mistakes;
          return 0.0;
        }
        return event ? -std::log(p) : -std::log1p(-p);
      },
      divergence, [](double base) { return cross_entropy(base, base); });
  if (certain_mistakes > 0) {
    made.score = infinite;
    made.within_bins = undefined;
    made.skill = -infinite;
    made.status = Status::boundary;
  }
  return made;
}

namespace {

struct Line {
  double intercept = 0.0;
  double slope = 0.0;
};

// Log-likelihood of a line, with its gradient and information where asked.
struct Likelihood {
  double value = 0.0;
  double gradient_0 = 0.0, gradient_1 = 0.0;
  double information_00 = 0.0, information_01 = 0.0, information_11 = 0.0;
};

Likelihood likelihood(std::span<const std::uint8_t> outcomes, std::span<const std::uint32_t> rows,
                      std::span<const double> x, std::span<const double> offset, const Line& line) {
  ExactSum value, g0, g1, h00, h01, h11;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double eta = line.intercept + line.slope * x[i] + offset[i];
    const bool event = outcomes[rows[i]] == 1;
    const double p = expit(eta);
    const double residual = event ? expit(-eta) : -p;
    const double information = p * expit(-eta);
    value.add(-log1p_exp(event ? -eta : eta));
    g0.add(residual);
    g1.add(residual * x[i]);
    h00.add(information);
    h01.add(information * x[i]);
    h11.add(information * x[i] * x[i]);
  }
  return {value.value(), g0.value(), g1.value(), h00.value(), h01.value(), h11.value()};
}

struct LineFit {
  Line line;
  Likelihood at;
  std::int64_t iterations = 0;
  bool converged = false;
};

// Newton's steps, halved until the likelihood does not fall. The maximum is known to exist.
LineFit fit(std::span<const std::uint8_t> outcomes, std::span<const std::uint32_t> rows, std::span<const double> x,
            std::span<const double> offset, bool with_slope) {
  LineFit made;
  made.at = likelihood(outcomes, rows, x, offset, made.line);
  for (made.iterations = 1; made.iterations <= 100; ++made.iterations) {
    const Likelihood& at = made.at;
    Line step;
    if (with_slope) {
      const double determinant = at.information_00 * at.information_11 - at.information_01 * at.information_01;
      if (!(determinant > 0.0)) return made;
      step.intercept = (at.information_11 * at.gradient_0 - at.information_01 * at.gradient_1) / determinant;
      step.slope = (at.information_00 * at.gradient_1 - at.information_01 * at.gradient_0) / determinant;
    } else {
      if (!(at.information_00 > 0.0)) return made;
      step.intercept = at.gradient_0 / at.information_00;
    }
    // Twice the likelihood still to be won, to second order. Below the tolerance the step is so good that one more
    // ends.
    const double decrement = step.intercept * at.gradient_0 + step.slope * at.gradient_1;
    const bool last = decrement <= 1e-12;
    double length = 1.0;
    for (int halvings = 0;; ++halvings) {
      const Line next{made.line.intercept + length * step.intercept, made.line.slope + length * step.slope};
      const Likelihood there = likelihood(outcomes, rows, x, offset, next);
      if (last || there.value >= at.value) {
        made.line = next;
        made.at = there;
        break;
      }
      if (halvings == 60) return made;
      length *= 0.5;
    }
    if (last) {
      made.converged = true;
      return made;
    }
  }
  return made;
}

void add_ends(double estimate, double standard_error, double z, double& lower, double& upper) {
  lower = estimate - z * standard_error;
  upper = estimate + z * standard_error;
}

// With one column and a constant the outcomes can be told apart exactly when their ranges of x do not overlap.
Status separation(std::span<const std::uint8_t> outcomes, std::span<const std::uint32_t> rows,
                  std::span<const double> x) {
  std::array<double, 2> least = {infinite, infinite}, most = {-infinite, -infinite};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t outcome = outcomes[rows[i]];
    least[outcome] = std::min(least[outcome], x[i]);
    most[outcome] = std::max(most[outcome], x[i]);
  }
  if (std::min(least[0], least[1]) == std::max(most[0], most[1])) return Status::degenerate;
  if (most[0] < least[1] || most[1] < least[0]) return Status::separated;
  if (most[0] == least[1] || most[1] == least[0]) return Status::quasi_separated;
  return Status::ok;
}

}  // namespace

LogisticCalibration logistic_calibration(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                                         double level) {
  check_level("logistic_calibration", level);
  LogisticCalibration made;
  made.level = level;
  const UsedRows used = begin(made, "logistic_calibration", outcomes, probabilities);
  if (made.status != Status::ok) return made;
  if (lacks_a_class(made)) {
    made.status = Status::degenerate;
    return made;
  }
  std::vector<double> logits(used.rows.size());
  ExactSum sum;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double p = probabilities[used.rows[i]];
    if (p == 0.0 || p == 1.0) {
      made.status = Status::boundary;
      return made;
    }
    logits[i] = logit(p);
    sum.add(logits[i]);
  }
  const double z = -normal_quantile(0.5 * (1.0 - level));
  const std::vector<double> none(logits.size(), 0.0);
  const LineFit large = fit(outcomes, used.rows, none, logits, false);
  if (!large.converged) {
    made.status = Status::not_converged;
    return made;
  }
  made.in_the_large = large.line.intercept;
  made.in_the_large_standard_error = 1.0 / std::sqrt(large.at.information_00);
  add_ends(made.in_the_large, made.in_the_large_standard_error, z, made.in_the_large_lower, made.in_the_large_upper);
  made.status = separation(outcomes, used.rows, logits);
  if (made.status != Status::ok) return made;
  // About the mean of the logits intercept and slope are nearly free of each other.
  const double centre = sum.value() / static_cast<double>(logits.size());
  std::vector<double> x(logits.size());
  std::transform(logits.begin(), logits.end(), x.begin(), [centre](double value) { return value - centre; });
  const LineFit line = fit(outcomes, used.rows, x, none, true);
  made.iterations = line.iterations;
  if (!line.converged) {
    made.status = Status::not_converged;
    return made;
  }
  const Likelihood& at = line.at;
  const double determinant = at.information_00 * at.information_11 - at.information_01 * at.information_01;
  const double variance_00 = at.information_11 / determinant;
  const double variance_01 = -at.information_01 / determinant;
  const double variance_11 = at.information_00 / determinant;
  made.slope = line.line.slope;
  made.intercept = line.line.intercept - centre * line.line.slope;
  made.slope_standard_error = std::sqrt(variance_11);
  made.intercept_standard_error = std::sqrt(variance_00 - 2.0 * centre * variance_01 + centre * centre * variance_11);
  add_ends(made.slope, made.slope_standard_error, z, made.slope_lower, made.slope_upper);
  add_ends(made.intercept, made.intercept_standard_error, z, made.intercept_lower, made.intercept_upper);
  made.log_likelihood = at.value;
  return made;
}

DecisionCurve decision_curve(std::span<const std::uint8_t> outcomes, std::span<const double> probabilities,
                             std::span<const double> thresholds) {
  if (!std::all_of(thresholds.begin(), thresholds.end(), [](double t) { return t >= 0.0 && t < 1.0; })) {
    refuse("decision_curve", "thresholds must lie between 0 and 1, below 1");
  }
  DecisionCurve made;
  const UsedRows used = begin(made, "decision_curve", outcomes, probabilities);
  if (made.status != Status::ok) return made;
  if (lacks_a_class(made)) made.status = Status::degenerate;
  std::vector<double> sorted(thresholds.begin(), thresholds.end());
  std::sort(sorted.begin(), sorted.end());
  // Rows of each class by how many thresholds they reach; summed from the top they are flags.
  std::vector<std::array<std::int64_t, 2>> reached(sorted.size() + 1, {0, 0});
  for (const std::uint32_t row : used.rows) {
    const auto place = std::upper_bound(sorted.begin(), sorted.end(), probabilities[row]) - sorted.begin();
    ++reached[static_cast<std::size_t>(place)][outcomes[row]];
  }
  for (std::size_t t = sorted.size(); t > 0; --t) {
    reached[t - 1][0] += reached[t][0];
    reached[t - 1][1] += reached[t][1];
  }
  const double n = static_cast<double>(made.count);
  const auto benefit = [n](std::int64_t hits, std::int64_t alarms, double threshold) {
    return static_cast<double>(hits) / n - static_cast<double>(alarms) / n * (threshold / (1.0 - threshold));
  };
  for (const double threshold : thresholds) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), threshold) - sorted.begin();
    const std::array<std::int64_t, 2>& flagged = reached[static_cast<std::size_t>(place) + 1];
    made.threshold.push_back(threshold);
    made.true_positives.push_back(flagged[1]);
    made.false_positives.push_back(flagged[0]);
    made.net_benefit.push_back(benefit(flagged[1], flagged[0], threshold));
    made.treat_all.push_back(benefit(made.events, made.count - made.events, threshold));
    made.treat_none.push_back(0.0);
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
