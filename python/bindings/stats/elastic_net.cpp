// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/elastic_net.hpp>

#include "convert.hpp"

void define_stats_elastic_net(py::module_& module) {
  ResultClass<stats::ElasticNetPath>(module, "ElasticNetPath")
      .field("lambdas", &stats::ElasticNetPath::lambdas)
      .field("intercepts", &stats::ElasticNetPath::intercepts)
      .field("coefficients", &stats::ElasticNetPath::coefficients)
      .field("deviance_ratios", &stats::ElasticNetPath::deviance_ratios)
      .field("non_zero", &stats::ElasticNetPath::non_zero)
      .field("iterations", &stats::ElasticNetPath::iterations)
      .field("null_deviance", &stats::ElasticNetPath::null_deviance)
      .field("names", &stats::ElasticNetPath::names)
      .field("count", &stats::ElasticNetPath::count)
      .field("missing", &stats::ElasticNetPath::missing)
      .field("status", &stats::ElasticNetPath::status);
  module.def(
      "elastic_net_path",
      [](const py::array_t<double, py::array::forcecast>& design, const Array& outcomes, const Array& weights,
         const Array& offsets, const std::string& family, double alpha, const std::vector<double>& lambdas,
         std::int64_t path_length, double smallest, bool standardise, bool intercept,
         const std::vector<std::string>& names) {
        const auto view = view_of(design);
        const auto y = span_of(outcomes), w = span_of(weights), o = span_of(offsets);
        const stats::ElasticNetOptions options{
            enumerator<stats::RoundFamily>(family, stats::round_family_words, "family"), alpha, lambdas, path_length,
            smallest, standardise, intercept, names};
        const py::gil_scoped_release released;
        return stats::elastic_net_path(view, y, w, o, options);
      },
      py::arg("design"), py::arg("outcomes"), py::kw_only(), py::arg("weights"), py::arg("offsets"), py::arg("family"),
      py::arg("alpha"), py::arg("lambdas"), py::arg("path_length"), py::arg("smallest"), py::arg("standardise"),
      py::arg("intercept"), py::arg("names"));
}
