// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/quantile.hpp>
#include <childwell/stats/robust.hpp>

#include "convert.hpp"

void define_stats_quantile(py::module_& module) {
  ResultClass<stats::SampleStatistic>(module, "SampleStatistic")
      .field("estimate", &stats::SampleStatistic::estimate)
      .field("count", &stats::SampleStatistic::count)
      .field("missing", &stats::SampleStatistic::missing)
      .field("status", &stats::SampleStatistic::status);
  ResultClass<stats::Quantiles>(module, "Quantiles")
      .field("values", &stats::Quantiles::values)
      .field("probabilities", &stats::Quantiles::probabilities)
      .field("type", &stats::Quantiles::type)
      .field("count", &stats::Quantiles::count)
      .field("missing", &stats::Quantiles::missing)
      .field("status", &stats::Quantiles::status);
  ResultClass<stats::HuberLocation>(module, "HuberLocation")
      .field("estimate", &stats::HuberLocation::estimate)
      .field("scale", &stats::HuberLocation::scale)
      .field("lower_count", &stats::HuberLocation::lower_count)
      .field("upper_count", &stats::HuberLocation::upper_count)
      .field("iterations", &stats::HuberLocation::iterations)
      .field("count", &stats::HuberLocation::count)
      .field("missing", &stats::HuberLocation::missing)
      .field("status", &stats::HuberLocation::status);
  ResultClass<stats::Fences>(module, "Fences")
      .field("lower", &stats::Fences::lower)
      .field("upper", &stats::Fences::upper)
      .field("below", &stats::Fences::below)
      .field("above", &stats::Fences::above)
      .field("count", &stats::Fences::count)
      .field("missing", &stats::Fences::missing)
      .field("status", &stats::Fences::status);
  module.def(
      "quantiles",
      [](const Array& values, const Array& probabilities, int type) {
        return stats::quantiles(span_of(values), span_of(probabilities), type);
      },
      py::arg("values"), py::arg("probabilities"), py::kw_only(), py::arg("type"));
  module.def(
      "weighted_quantiles",
      [](const Array& values, const Array& weights, const Array& probabilities, int type) {
        return stats::weighted_quantiles(span_of(values), span_of(weights), span_of(probabilities), type);
      },
      py::arg("values"), py::arg("weights"), py::arg("probabilities"), py::kw_only(), py::arg("type"));
  module.def(
      "harrell_davis_quantiles",
      [](const Array& values, const Array& probabilities) {
        const auto given = span_of(values);
        const auto wanted = span_of(probabilities);
        const py::gil_scoped_release released;
        return stats::harrell_davis_quantiles(given, wanted);
      },
      py::arg("values"), py::arg("probabilities"));
  module.def("median", [](const Array& values) { return stats::median(span_of(values)); }, py::arg("values"));
  module.def(
      "interquartile_range",
      [](const Array& values, int type) { return stats::interquartile_range(span_of(values), type); },
      py::arg("values"), py::kw_only(), py::arg("type"));
  module.def(
      "five_numbers", [](const Array& values) { return stats::five_numbers(span_of(values)); }, py::arg("values"));
  module.def(
      "gini_mean_difference", [](const Array& values) { return stats::gini_mean_difference(span_of(values)); },
      py::arg("values"));
  module.def(
      "median_absolute_deviation",
      [](const Array& values, double factor) { return stats::median_absolute_deviation(span_of(values), factor); },
      py::arg("values"), py::kw_only(), py::arg("factor"));
  module.def(
      "trimmed_mean", [](const Array& values, double share) { return stats::trimmed_mean(span_of(values), share); },
      py::arg("values"), py::kw_only(), py::arg("share"));
  module.def(
      "winsorised_mean",
      [](const Array& values, double share) { return stats::winsorised_mean(span_of(values), share); },
      py::arg("values"), py::kw_only(), py::arg("share"));
  module.def(
      "huber_location", [](const Array& values, double bound) { return stats::huber_location(span_of(values), bound); },
      py::arg("values"), py::kw_only(), py::arg("bound"));
  module.def(
      "modified_z_scores",
      [](const Array& values) { return array_of(stats::modified_z_scores(span_of(values))); }, py::arg("values"));
  module.def(
      "tukey_fences", [](const Array& values, double spreads) { return stats::tukey_fences(span_of(values), spreads); },
      py::arg("values"), py::kw_only(), py::arg("spreads"));
}
