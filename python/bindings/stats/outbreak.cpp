// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/outbreak.hpp>

#include "convert.hpp"

void define_stats_outbreak(py::module_& module) {
  static constexpr std::array<std::string_view, 2> methods = {"power_transform", "negative_binomial"};
  ResultClass<stats::OutbreakLimits>(module, "OutbreakLimits")
      .field("expected", &stats::OutbreakLimits::expected)
      .field("limit", &stats::OutbreakLimits::limit)
      .field("exceedance", &stats::OutbreakLimits::exceedance)
      .field("overdispersion", &stats::OutbreakLimits::overdispersion)
      .field("trend", &stats::OutbreakLimits::trend)
      .field("reference", &stats::OutbreakLimits::reference)
      .field("alarms", &stats::OutbreakLimits::alarms)
      .property("statuses",
                [](const stats::OutbreakLimits& made) {
                  py::list words;
                  for (const childwell::Status status : made.statuses)
                    words.append(std::string(childwell::word(status)));
                  return words;
                })
      .field("count", &stats::OutbreakLimits::count)
      .field("missing", &stats::OutbreakLimits::missing)
      .field("status", &stats::OutbreakLimits::status);
  module.def(
      "outbreak_limits",
      [](const Array& counts, const Array& exposures, std::int64_t period, std::int64_t years, std::int64_t half_window,
         double level, const std::string& method, bool trend, double trend_significance, bool reweight,
         double residual_threshold, std::int64_t least_reference, std::int64_t least_events, std::int64_t recent) {
        stats::OutbreakOptions options;
        options.period = period;
        options.years = years;
        options.half_window = half_window;
        options.level = level;
        options.method = enumerator<stats::OutbreakMethod>(method, methods, "method");
        options.trend = trend;
        options.trend_significance = trend_significance;
        options.reweight = reweight;
        options.residual_threshold = residual_threshold;
        options.least_reference = least_reference;
        options.least_events = least_events;
        options.recent = recent;
        const auto seen = span_of(counts);
        const auto over = span_of(exposures);
        const py::gil_scoped_release released;
        return stats::outbreak_limits(seen, over, options);
      },
      py::arg("counts"), py::arg("exposures"), py::kw_only(), py::arg("period"), py::arg("years"),
      py::arg("half_window"), py::arg("level"), py::arg("method"), py::arg("trend"), py::arg("trend_significance"),
      py::arg("reweight"), py::arg("residual_threshold"), py::arg("least_reference"), py::arg("least_events"),
      py::arg("recent"));
}
