// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/calibration.hpp>
#include <childwell/stats/isotonic.hpp>

#include "convert.hpp"

namespace {

using Outcomes = ArrayOf<std::uint8_t>;

constexpr std::array<std::string_view, 2> binning_words = {"equal_width", "equal_mass"};
constexpr std::array<std::string_view, 2> end_words = {"left", "right"};
constexpr std::array<std::string_view, 2> tie_words = {"secondary", "primary"};

stats::BinOptions bin_options(std::int64_t bins, const std::string& binning, const std::string& closed) {
  return {bins, enumerator<stats::Binning>(binning, binning_words, "binning"),
          enumerator<stats::BinEnd>(closed, end_words, "closed")};
}

template <stats::ForecastScore (*score)(std::span<const std::uint8_t>, std::span<const double>,
                                        const stats::BinOptions&)>
stats::ForecastScore scored(const Outcomes& outcomes, const Array& probabilities, std::int64_t bins,
                            const std::string& binning, const std::string& closed) {
  const stats::BinOptions options = bin_options(bins, binning, closed);
  const auto y = span_of(outcomes);
  const auto p = span_of(probabilities);
  const py::gil_scoped_release released;
  return score(y, p, options);
}

void define_results(py::module_& module) {
  ResultClass<stats::CalibrationCurve>(module, "CalibrationCurve")
      .field("bin", &stats::CalibrationCurve::bin)
      .field("bin_from", &stats::CalibrationCurve::from)
      .field("bin_to", &stats::CalibrationCurve::to)
      .field("children", &stats::CalibrationCurve::children)
      .field("children_with_event", &stats::CalibrationCurve::children_with_event)
      .field("mean_probability", &stats::CalibrationCurve::mean_probability)
      .field("event_rate", &stats::CalibrationCurve::event_rate)
      .field("lower", &stats::CalibrationCurve::lower)
      .field("upper", &stats::CalibrationCurve::upper)
      .field("expected_calibration_error", &stats::CalibrationCurve::expected_calibration_error)
      .field("maximum_calibration_error", &stats::CalibrationCurve::maximum_calibration_error)
      .field("level", &stats::CalibrationCurve::level)
      .field("count", &stats::CalibrationCurve::count)
      .field("events", &stats::CalibrationCurve::events)
      .field("missing", &stats::CalibrationCurve::missing)
      .field("status", &stats::CalibrationCurve::status);
  ResultClass<stats::ForecastScore>(module, "ForecastScore")
      .field("score", &stats::ForecastScore::score)
      .field("reliability", &stats::ForecastScore::reliability)
      .field("resolution", &stats::ForecastScore::resolution)
      .field("uncertainty", &stats::ForecastScore::uncertainty)
      .field("within_bins", &stats::ForecastScore::within_bins)
      .field("skill", &stats::ForecastScore::skill)
      .field("count", &stats::ForecastScore::count)
      .field("events", &stats::ForecastScore::events)
      .field("missing", &stats::ForecastScore::missing)
      .field("status", &stats::ForecastScore::status);
  using Line = stats::LogisticCalibration;
  ResultClass<Line>(module, "LogisticCalibration")
      .field("slope", &Line::slope)
      .field("slope_standard_error", &Line::slope_standard_error)
      .field("slope_lower", &Line::slope_lower)
      .field("slope_upper", &Line::slope_upper)
      .field("intercept", &Line::intercept)
      .field("intercept_standard_error", &Line::intercept_standard_error)
      .field("intercept_lower", &Line::intercept_lower)
      .field("intercept_upper", &Line::intercept_upper)
      .field("in_the_large", &Line::in_the_large)
      .field("in_the_large_standard_error", &Line::in_the_large_standard_error)
      .field("in_the_large_lower", &Line::in_the_large_lower)
      .field("in_the_large_upper", &Line::in_the_large_upper)
      .field("log_likelihood", &Line::log_likelihood)
      .field("iterations", &Line::iterations)
      .field("level", &Line::level)
      .field("count", &Line::count)
      .field("events", &Line::events)
      .field("missing", &Line::missing)
      .field("status", &Line::status);
  ResultClass<stats::DecisionCurve>(module, "DecisionCurve")
      .field("threshold", &stats::DecisionCurve::threshold)
      .field("true_positives", &stats::DecisionCurve::true_positives)
      .field("false_positives", &stats::DecisionCurve::false_positives)
      .field("net_benefit", &stats::DecisionCurve::net_benefit)
      .field("treat_all", &stats::DecisionCurve::treat_all)
      .field("treat_none", &stats::DecisionCurve::treat_none)
      .field("count", &stats::DecisionCurve::count)
      .field("events", &stats::DecisionCurve::events)
      .field("missing", &stats::DecisionCurve::missing)
      .field("status", &stats::DecisionCurve::status);
  ResultClass<stats::IsotonicFit>(module, "IsotonicFit")
      .field("fitted", &stats::IsotonicFit::fitted)
      .field("x", &stats::IsotonicFit::x)
      .field("mean", &stats::IsotonicFit::mean)
      .field("weight", &stats::IsotonicFit::weight)
      .field("value", &stats::IsotonicFit::value)
      .field("blocks", &stats::IsotonicFit::blocks)
      .field("residual_sum_of_squares", &stats::IsotonicFit::residual_sum_of_squares)
      .field("count", &stats::IsotonicFit::count)
      .field("missing", &stats::IsotonicFit::missing)
      .field("status", &stats::IsotonicFit::status);
}

}  // namespace

void define_stats_calibration(py::module_& module) {
  define_results(module);
  module.def(
      "calibration_curve",
      [](const Outcomes& outcomes, const Array& probabilities, std::int64_t bins, const std::string& binning,
         const std::string& closed, double level) {
        const stats::BinOptions options = bin_options(bins, binning, closed);
        const auto y = span_of(outcomes);
        const auto p = span_of(probabilities);
        const py::gil_scoped_release released;
        return stats::calibration_curve(y, p, options, level);
      },
      py::arg("outcomes"), py::arg("probabilities"), py::kw_only(), py::arg("bins"), py::arg("binning"),
      py::arg("closed"), py::arg("level"));
  module.def("brier_score", scored<stats::brier_score>, py::arg("outcomes"), py::arg("probabilities"), py::kw_only(),
             py::arg("bins"), py::arg("binning"), py::arg("closed"));
  module.def("log_loss", scored<stats::log_loss>, py::arg("outcomes"), py::arg("probabilities"), py::kw_only(),
             py::arg("bins"), py::arg("binning"), py::arg("closed"));
  module.def(
      "logistic_calibration",
      [](const Outcomes& outcomes, const Array& probabilities, double level) {
        const auto y = span_of(outcomes);
        const auto p = span_of(probabilities);
        const py::gil_scoped_release released;
        return stats::logistic_calibration(y, p, level);
      },
      py::arg("outcomes"), py::arg("probabilities"), py::kw_only(), py::arg("level"));
  module.def(
      "decision_curve",
      [](const Outcomes& outcomes, const Array& probabilities, const Array& thresholds) {
        const auto y = span_of(outcomes);
        const auto p = span_of(probabilities);
        const auto t = span_of(thresholds);
        const py::gil_scoped_release released;
        return stats::decision_curve(y, p, t);
      },
      py::arg("outcomes"), py::arg("probabilities"), py::arg("thresholds"));
  module.def(
      "isotonic_regression",
      [](const Array& x, const Array& y, const Array& weights, bool increasing, const std::string& ties) {
        const stats::IsotonicOptions options{increasing, enumerator<stats::IsotonicTies>(ties, tie_words, "ties")};
        const auto a = span_of(x);
        const auto b = span_of(y);
        const auto w = span_of(weights);
        const py::gil_scoped_release released;
        return stats::isotonic_regression(a, b, w, options);
      },
      py::arg("x"), py::arg("y"), py::kw_only(), py::arg("weights"), py::arg("increasing"), py::arg("ties"));
}
