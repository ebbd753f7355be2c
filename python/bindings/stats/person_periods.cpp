// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/person_periods.hpp>

#include "convert.hpp"

void define_stats_person_periods(py::module_& module) {
  ResultClass<stats::PersonPeriods>(module, "PersonPeriods")
      .field("design", &stats::PersonPeriods::design)
      .field("events", &stats::PersonPeriods::events)
      .field("person", &stats::PersonPeriods::person)
      .field("period", &stats::PersonPeriods::period)
      .field("names", &stats::PersonPeriods::names)
      .field("count", &stats::PersonPeriods::count)
      .field("missing", &stats::PersonPeriods::missing)
      .field("status", &stats::PersonPeriods::status);
  module.def(
      "person_periods",
      [](const Array& times, const Array& events, const py::array_t<double, py::array::forcecast>& covariates,
         double width, std::int64_t horizon, const std::vector<std::string>& names) {
        const auto t = span_of(times), e = span_of(events);
        const auto view = view_of(covariates);
        const py::gil_scoped_release released;
        return stats::person_periods(t, e, view, {width, horizon, names});
      },
      py::arg("times"), py::arg("events"), py::arg("covariates"), py::kw_only(), py::arg("width"), py::arg("horizon"),
      py::arg("names"));
}
