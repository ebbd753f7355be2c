// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/change_point.hpp>

#include "convert.hpp"

void define_stats_change_point(py::module_& module) {
  ResultClass<stats::ChangePoints>(module, "ChangePoints")
      .field("run_length", &stats::ChangePoints::run_length)
      .field("change_probability", &stats::ChangePoints::change_probability)
      .field("level", &stats::ChangePoints::level)
      .field("predictive_mean", &stats::ChangePoints::predictive_mean)
      .field("run_length_probability", &stats::ChangePoints::run_length_probability)
      .field("log_evidence", &stats::ChangePoints::log_evidence)
      .field("count", &stats::ChangePoints::count)
      .field("missing", &stats::ChangePoints::missing)
      .field("status", &stats::ChangePoints::status);
  module.def(
      "binomial_change_points",
      [](const Array& events, const Array& trials, const std::array<double, 2>& prior, double hazard,
         std::int64_t recent) {
        const auto seen = span_of(events);
        const auto out_of = span_of(trials);
        const py::gil_scoped_release released;
        return stats::binomial_change_points(seen, out_of, {prior[0], prior[1]}, {hazard, recent});
      },
      py::arg("events"), py::arg("trials"), py::kw_only(), py::arg("prior"), py::arg("hazard"), py::arg("recent"));
  module.def(
      "poisson_change_points",
      [](const Array& counts, const Array& exposures, const std::array<double, 2>& prior, double hazard,
         std::int64_t recent) {
        const auto seen = span_of(counts);
        const auto over = span_of(exposures);
        const py::gil_scoped_release released;
        return stats::poisson_change_points(seen, over, {prior[0], prior[1]}, {hazard, recent});
      },
      py::arg("counts"), py::arg("exposures"), py::kw_only(), py::arg("prior"), py::arg("hazard"), py::arg("recent"));
  module.def(
      "normal_change_points",
      [](const Array& values, const std::array<double, 4>& prior, double hazard, std::int64_t recent) {
        const auto seen = span_of(values);
        const py::gil_scoped_release released;
        return stats::normal_change_points(seen, {prior[0], prior[1], prior[2], prior[3]}, {hazard, recent});
      },
      py::arg("values"), py::kw_only(), py::arg("prior"), py::arg("hazard"), py::arg("recent"));
}
