// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/funnel.hpp>
#include <childwell/stats/standardise.hpp>

#include "convert.hpp"

namespace {

void define_standardise(py::module_& module) {
  ResultClass<stats::StandardisedRate>(module, "StandardisedRate")
      .field("estimate", &stats::StandardisedRate::estimate)
      .field("lower", &stats::StandardisedRate::lower)
      .field("upper", &stats::StandardisedRate::upper)
      .field("variance", &stats::StandardisedRate::variance)
      .field("crude", &stats::StandardisedRate::crude)
      .field("observed", &stats::StandardisedRate::observed)
      .field("expected", &stats::StandardisedRate::expected)
      .field("level", &stats::StandardisedRate::level)
      .field("strata", &stats::StandardisedRate::strata)
      .field("status", &stats::StandardisedRate::status);
  ResultClass<stats::RateDecomposition>(module, "RateDecomposition")
      .field("first", &stats::RateDecomposition::first)
      .field("second", &stats::RateDecomposition::second)
      .field("difference", &stats::RateDecomposition::difference)
      .field("composition", &stats::RateDecomposition::composition)
      .field("rates", &stats::RateDecomposition::rates)
      .field("ratio", &stats::RateDecomposition::ratio)
      .field("ratio_lower", &stats::RateDecomposition::ratio_lower)
      .field("ratio_upper", &stats::RateDecomposition::ratio_upper)
      .field("level", &stats::RateDecomposition::level)
      .field("strata", &stats::RateDecomposition::strata)
      .field("status", &stats::RateDecomposition::status);
  module.def(
      "direct_standardised_rate",
      [](const Array& events, const Array& population, const Array& standard, double level) {
        return stats::direct_standardised_rate(span_of(events), span_of(population), span_of(standard), level);
      },
      py::arg("events"), py::arg("population"), py::arg("standard"), py::kw_only(), py::arg("level"));
  module.def(
      "indirect_standardised_ratio",
      [](const Array& events, const Array& population, const Array& standard_events, const Array& standard_population, double level) {
        return stats::indirect_standardised_ratio(span_of(events), span_of(population), span_of(standard_events),
                                                  span_of(standard_population), level);
      },
      py::arg("events"), py::arg("population"), py::arg("standard_events"), py::arg("standard_population"), py::kw_only(),
      py::arg("level"));
  module.def(
      "rate_decomposition",
      [](const Array& first_events, const Array& first_population, const Array& second_events, const Array& second_population,
         double level) {
        return stats::rate_decomposition(span_of(first_events), span_of(first_population), span_of(second_events),
                                         span_of(second_population), level);
      },
      py::arg("first_events"), py::arg("first_population"), py::arg("second_events"), py::arg("second_population"), py::kw_only(),
      py::arg("level"));
}

}  // namespace

void define_stats_funnel(py::module_& module) {
  static constexpr std::array<std::string_view, 3> spreads = {"none", "multiplicative", "additive"};
  ResultClass<stats::FunnelLimits>(module, "FunnelLimits")
      .field("target", &stats::FunnelLimits::target)
      .field("dispersion", &stats::FunnelLimits::dispersion)
      .field("between_variance", &stats::FunnelLimits::between_variance)
      .field("overdispersed", &stats::FunnelLimits::overdispersed)
      .field("share", &stats::FunnelLimits::share)
      .field("z", &stats::FunnelLimits::z)
      .field("adjusted_z", &stats::FunnelLimits::adjusted_z)
      .field("normal_inner_lower", &stats::FunnelLimits::normal_inner_lower)
      .field("normal_inner_upper", &stats::FunnelLimits::normal_inner_upper)
      .field("normal_outer_lower", &stats::FunnelLimits::normal_outer_lower)
      .field("normal_outer_upper", &stats::FunnelLimits::normal_outer_upper)
      .field("exact_inner_lower", &stats::FunnelLimits::exact_inner_lower)
      .field("exact_inner_upper", &stats::FunnelLimits::exact_inner_upper)
      .field("exact_outer_lower", &stats::FunnelLimits::exact_outer_lower)
      .field("exact_outer_upper", &stats::FunnelLimits::exact_outer_upper)
      .field("inner_lower", &stats::FunnelLimits::inner_lower)
      .field("inner_upper", &stats::FunnelLimits::inner_upper)
      .field("outer_lower", &stats::FunnelLimits::outer_lower)
      .field("outer_upper", &stats::FunnelLimits::outer_upper)
      .field("position", &stats::FunnelLimits::position)
      .field("groups", &stats::FunnelLimits::groups)
      .field("missing", &stats::FunnelLimits::missing)
      .field("status", &stats::FunnelLimits::status);
  module.def(
      "funnel_limits",
      [](const Array& events, const Array& trials, double inner, double outer, double target, const std::string& spread,
         double winsorise) {
        const stats::FunnelOptions options{inner, outer, target, enumerator<stats::FunnelSpread>(spread, spreads, "spread"), winsorise};
        const auto found = span_of(events);
        const auto of = span_of(trials);
        const py::gil_scoped_release released;
        return stats::funnel_limits(found, of, options);
      },
      py::arg("events"), py::arg("trials"), py::kw_only(), py::arg("inner"), py::arg("outer"), py::arg("target"), py::arg("spread"),
      py::arg("winsorise"));
  define_standardise(module);
}
