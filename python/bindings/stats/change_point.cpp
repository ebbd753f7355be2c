// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/change_point.hpp>
#include <childwell/stats/outbreak.hpp>

#include "convert.hpp"

void define_stats_change_point(py::module_& module) {
  ResultClass<stats::ChangePoints>(module, "ChangePoints")
      .field("change_probability", &stats::ChangePoints::change_probability)
      .field("run_length_mean", &stats::ChangePoints::run_length_mean)
      .field("likeliest_start", &stats::ChangePoints::likeliest_start)
      .field("start_probability", &stats::ChangePoints::start_probability)
      .field("log_evidence", &stats::ChangePoints::log_evidence)
      .field("count", &stats::ChangePoints::count)
      .field("missing", &stats::ChangePoints::missing)
      .field("status", &stats::ChangePoints::status);
  module.def("bernoulli_change_points",
             [](const Array& values, double hazard, double alpha, double beta) {
               const auto given = span_of(values);
               const py::gil_scoped_release released;
               return stats::bernoulli_change_points(given, hazard, alpha, beta);
             },
             py::arg("values"), py::kw_only(), py::arg("hazard"), py::arg("alpha"), py::arg("beta"));
  module.def("poisson_change_points",
             [](const Array& values, double hazard, double shape, double rate) {
               const auto given = span_of(values);
               const py::gil_scoped_release released;
               return stats::poisson_change_points(given, hazard, shape, rate);
             },
             py::arg("values"), py::kw_only(), py::arg("hazard"), py::arg("shape"), py::arg("rate"));
  module.def("normal_change_points",
             [](const Array& values, double hazard, double mean, double strength, double alpha, double beta) {
               const auto given = span_of(values);
               const py::gil_scoped_release released;
               return stats::normal_change_points(given, hazard, mean, strength, alpha, beta);
             },
             py::arg("values"), py::kw_only(), py::arg("hazard"), py::arg("mean"), py::arg("strength"),
             py::arg("alpha"), py::arg("beta"));
  ResultClass<stats::OutbreakLimit>(module, "OutbreakLimit")
      .field("expected", &stats::OutbreakLimit::expected)
      .field("upper", &stats::OutbreakLimit::upper)
      .field("observed", &stats::OutbreakLimit::observed)
      .field("score", &stats::OutbreakLimit::score)
      .field("dispersion", &stats::OutbreakLimit::dispersion)
      .field("trend", &stats::OutbreakLimit::trend)
      .field("count", &stats::OutbreakLimit::count)
      .field("status", &stats::OutbreakLimit::status);
  module.def("outbreak_limit",
             [](const Array& counts, std::int64_t position, std::int64_t period, std::int64_t years,
                std::int64_t half_window, double level, bool trend, bool reweight) {
               return stats::outbreak_limit(span_of(counts), position,
                                            {period, years, half_window, level, trend, reweight});
             },
             py::arg("counts"), py::arg("position"), py::kw_only(), py::arg("period"), py::arg("years"),
             py::arg("half_window"), py::arg("level"), py::arg("trend"), py::arg("reweight"));
}
