// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/proportion.hpp>

#include "convert.hpp"

void define_stats_proportion(py::module_& module) {
  ResultClass<stats::ProportionInterval>(module, "ProportionInterval")
      .field("estimate", &stats::ProportionInterval::estimate)
      .field("lower", &stats::ProportionInterval::lower)
      .field("upper", &stats::ProportionInterval::upper)
      .field("level", &stats::ProportionInterval::level)
      .field("method", &stats::ProportionInterval::method)
      .field("status", &stats::ProportionInterval::status);
  module.def("wilson_interval", stats::wilson_interval, py::arg("events"), py::arg("trials"), py::kw_only(),
             py::arg("level"));
  module.def("clopper_pearson_interval", stats::clopper_pearson_interval, py::arg("events"), py::arg("trials"),
             py::kw_only(), py::arg("level"));
  module.def("jeffreys_interval", stats::jeffreys_interval, py::arg("events"), py::arg("trials"), py::kw_only(),
             py::arg("level"));
  module.def("mid_p_interval", stats::mid_p_interval, py::arg("events"), py::arg("trials"), py::kw_only(),
             py::arg("level"));
}
