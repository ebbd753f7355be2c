// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/survival.hpp>

#include "convert.hpp"

void define_stats_survival(py::module_& module) {
  ResultClass<stats::KaplanMeier>(module, "KaplanMeier")
      .field("time", &stats::KaplanMeier::time)
      .field("at_risk", &stats::KaplanMeier::at_risk)
      .field("events", &stats::KaplanMeier::events)
      .field("survival", &stats::KaplanMeier::survival)
      .field("standard_error", &stats::KaplanMeier::standard_error)
      .field("lower", &stats::KaplanMeier::lower)
      .field("upper", &stats::KaplanMeier::upper)
      .field("median", &stats::KaplanMeier::median)
      .field("median_lower", &stats::KaplanMeier::median_lower)
      .field("median_upper", &stats::KaplanMeier::median_upper)
      .field("longest", &stats::KaplanMeier::longest)
      .field("level", &stats::KaplanMeier::level)
      .field("count", &stats::KaplanMeier::count)
      .field("events_total", &stats::KaplanMeier::events_total)
      .field("censored", &stats::KaplanMeier::censored)
      .field("missing", &stats::KaplanMeier::missing)
      .field("status", &stats::KaplanMeier::status);
  module.def(
      "kaplan_meier",
      [](const Array& durations, const Array& happened, double level, const std::string& scale) {
        const stats::SurvivalOptions options{level, enumerator<stats::SurvivalScale>(scale, stats::survival_scale_words, "scale")};
        const auto t = span_of(durations);
        const auto d = span_of(happened);
        const py::gil_scoped_release released;
        return stats::kaplan_meier(t, d, options);
      },
      py::arg("durations"), py::arg("happened"), py::kw_only(), py::arg("level"), py::arg("scale"));
}
