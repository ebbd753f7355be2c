// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/control_chart.hpp>
#include <childwell/stats/trend.hpp>

#include "convert.hpp"

namespace {

using namespace std::string_view_literals;

void define_trends(py::module_& module) {
  ResultClass<stats::RobustLine>(module, "RobustLine")
      .field("slope", &stats::RobustLine::slope)
      .field("intercept", &stats::RobustLine::intercept)
      .field("lower", &stats::RobustLine::lower)
      .field("upper", &stats::RobustLine::upper)
      .field("level", &stats::RobustLine::level)
      .field("count", &stats::RobustLine::count)
      .field("missing", &stats::RobustLine::missing)
      .field("status", &stats::RobustLine::status);
  ResultClass<stats::TrendTest>(module, "TrendTest")
      .field("statistic", &stats::TrendTest::statistic)
      .field("variance", &stats::TrendTest::variance)
      .field("z", &stats::TrendTest::z)
      .field("p_value", &stats::TrendTest::p_value)
      .field("tau", &stats::TrendTest::tau)
      .field("count", &stats::TrendTest::count)
      .field("missing", &stats::TrendTest::missing)
      .field("status", &stats::TrendTest::status);
  module.def("theil_sen",
             [](const Array& times, const Array& values, double level, const std::string& method) {
               const auto interval = enumerator<stats::SlopeInterval>(method, std::array{"sen"sv, "scipy"sv}, "method");
               const auto given_times = span_of(times);
               const auto given_values = span_of(values);
               const py::gil_scoped_release released;
               return stats::theil_sen(given_times, given_values, level, interval);
             },
             py::arg("times"), py::arg("values"), py::kw_only(), py::arg("level"), py::arg("method"));
  module.def("repeated_medians",
             [](const Array& times, const Array& values) {
               const auto given_times = span_of(times);
               const auto given_values = span_of(values);
               const py::gil_scoped_release released;
               return stats::repeated_medians(given_times, given_values);
             },
             py::arg("times"), py::arg("values"));
  module.def("mann_kendall",
             [](const Array& times, const Array& values, bool continuity) {
               const auto given_times = span_of(times);
               const auto given_values = span_of(values);
               const py::gil_scoped_release released;
               return stats::mann_kendall(given_times, given_values, continuity);
             },
             py::arg("times"), py::arg("values"), py::kw_only(), py::arg("continuity"));
  module.def("cochran_armitage",
             [](const Array& events, const Array& trials, const Array& scores) {
               return stats::cochran_armitage(span_of(events), span_of(trials), span_of(scores));
             },
             py::arg("events"), py::arg("trials"), py::arg("scores"));
}

void define_charts(py::module_& module) {
  ResultClass<stats::ChartBaseline>(module, "ChartBaseline")
      .field("centre", &stats::ChartBaseline::centre)
      .field("standard_deviation", &stats::ChartBaseline::standard_deviation)
      .field("moving_range_sigma", &stats::ChartBaseline::moving_range_sigma)
      .field("count", &stats::ChartBaseline::count)
      .field("missing", &stats::ChartBaseline::missing)
      .field("status", &stats::ChartBaseline::status);
  ResultClass<stats::ControlChart>(module, "ControlChart")
      .field("statistic", &stats::ControlChart::statistic)
      .field("lower", &stats::ControlChart::lower)
      .field("upper", &stats::ControlChart::upper)
      .field("alarms_up", &stats::ControlChart::alarms_up)
      .field("alarms_down", &stats::ControlChart::alarms_down)
      .field("status", &stats::ControlChart::status);
  module.def("chart_baseline", [](const Array& values) { return stats::chart_baseline(span_of(values)); },
             py::arg("values"));
  module.def("individuals_chart",
             [](const Array& values, double centre, double standard_deviation, double width) {
               return stats::individuals_chart(span_of(values), centre, standard_deviation, width);
             },
             py::arg("values"), py::arg("centre"), py::arg("standard_deviation"), py::kw_only(), py::arg("width"));
  module.def("ewma_chart",
             [](const Array& values, double centre, double standard_deviation, double smoothing, double width) {
               return stats::ewma_chart(span_of(values), centre, standard_deviation, smoothing, width);
             },
             py::arg("values"), py::arg("centre"), py::arg("standard_deviation"), py::kw_only(), py::arg("smoothing"),
             py::arg("width"));
  module.def("cusum_chart",
             [](const Array& values, double centre, double standard_deviation, double reference, double decision) {
               return stats::cusum_chart(span_of(values), centre, standard_deviation, reference, decision);
             },
             py::arg("values"), py::arg("centre"), py::arg("standard_deviation"), py::kw_only(), py::arg("reference"),
             py::arg("decision"));
  const auto released = py::call_guard<py::gil_scoped_release>();
  module.def("cusum_average_run_length", stats::cusum_average_run_length, py::arg("reference"), py::arg("decision"),
             py::kw_only(), py::arg("shift"), py::arg("two_sided"), released);
  module.def("ewma_average_run_length", stats::ewma_average_run_length, py::arg("smoothing"), py::arg("width"),
             py::kw_only(), py::arg("shift"), released);
  module.def("cusum_decision", stats::cusum_decision, py::arg("average_run_length"), py::arg("reference"), py::kw_only(),
             py::arg("two_sided"), released);
  module.def("ewma_width", stats::ewma_width, py::arg("average_run_length"), py::arg("smoothing"), released);
}

}  // namespace

void define_stats_trend(py::module_& module) {
  define_trends(module);
  define_charts(module);
}
