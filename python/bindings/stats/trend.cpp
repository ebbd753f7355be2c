// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/trend.hpp>

#include "convert.hpp"

using namespace std::string_view_literals;

void define_stats_trend(py::module_& module) {
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
