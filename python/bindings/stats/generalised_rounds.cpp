// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>
#include <childwell/stats/generalised_rounds.hpp>
#include <childwell/stats/round_block.hpp>

#include "convert.hpp"

namespace {

using Table = py::array_t<double, py::array::forcecast>;
using Codes = ArrayOf<std::int32_t>;

stats::MixedDesign design_of(const Table& dense, const std::vector<Codes>& codes, const std::vector<std::int32_t>& levels,
                             bool intercept) {
  stats::MixedDesign made{view_of(dense), {}, intercept};
  if (codes.size() != levels.size()) throw std::invalid_argument("childwell: give a number of levels for each categorical column");
  for (std::size_t c = 0; c < codes.size(); ++c) made.categorical.push_back({span_of(codes[c]), levels[c]});
  return made;
}

stats::RoundFamily family_of(const std::string& family) {
  return enumerator<stats::RoundFamily>(family, stats::round_family_words, "family");
}

}  // namespace

void define_stats_generalised_rounds(py::module_& module) {
  ResultClass<stats::GeneralisedSummary>(module, "GeneralisedSummary")
      .field("gradient", &stats::GeneralisedSummary::gradient)
      .field("information", &stats::GeneralisedSummary::information)
      .field("objective", &stats::GeneralisedSummary::objective)
      .field("weight", &stats::GeneralisedSummary::weight)
      .field("count", &stats::GeneralisedSummary::count)
      .field("missing", &stats::GeneralisedSummary::missing)
      .field("infinite", &stats::GeneralisedSummary::infinite);
  ResultClass<stats::NewtonStep>(module, "NewtonStep")
      .field("coefficients", &stats::NewtonStep::coefficients)
      .field("distance", &stats::NewtonStep::distance)
      .field("objective", &stats::NewtonStep::objective)
      .field("condition", &stats::NewtonStep::condition)
      .field("status", &stats::NewtonStep::status);
  module.def(
      "generalised_summary",
      [](const Table& dense, const std::vector<Codes>& codes, const std::vector<std::int32_t>& levels, const Array& outcomes,
         const Array& coefficients, const Array& weights, const Array& offsets, const std::string& family, bool intercept,
         std::size_t threads) {
        const auto design = design_of(dense, codes, levels, intercept);
        const auto y = span_of(outcomes), b = span_of(coefficients), w = span_of(weights), o = span_of(offsets);
        const auto chosen = family_of(family);
        const py::gil_scoped_release released;
        childwell::Pool pool(threads);
        return stats::generalised_summary(design, y, b, w, o, chosen, pool);
      },
      py::arg("dense"), py::arg("codes"), py::arg("levels"), py::arg("outcomes"), py::arg("coefficients"), py::kw_only(),
      py::arg("weights"), py::arg("offsets"), py::arg("family"), py::arg("intercept"), py::arg("threads"));
  module.def("merge_summaries", &stats::merge_summaries, py::arg("earlier"), py::arg("later"));
  module.def(
      "newton_step",
      [](const stats::GeneralisedSummary& summary, const Array& coefficients, double ridge, bool intercept) {
        return stats::newton_step(summary, span_of(coefficients), ridge, intercept);
      },
      py::arg("summary"), py::arg("coefficients"), py::kw_only(), py::arg("ridge"), py::arg("intercept"));
  module.def(
      "fit_ridge",
      [](const Table& dense, const std::vector<Codes>& codes, const std::vector<std::int32_t>& levels, const Array& outcomes,
         const Array& weights, const Array& offsets, const std::string& family, double ridge, bool intercept,
         bool standard_errors, double level, std::int64_t most_rounds, const std::vector<std::string>& names,
         std::size_t threads) {
        const auto design = design_of(dense, codes, levels, intercept);
        const auto y = span_of(outcomes), w = span_of(weights), o = span_of(offsets);
        const stats::RidgeOptions options{family_of(family), ridge, standard_errors, most_rounds, level, names};
        const py::gil_scoped_release released;
        childwell::Pool pool(threads);
        return stats::fit_ridge(design, y, w, o, options, pool);
      },
      py::arg("dense"), py::arg("codes"), py::arg("levels"), py::arg("outcomes"), py::kw_only(), py::arg("weights"),
      py::arg("offsets"), py::arg("family"), py::arg("ridge"), py::arg("intercept"), py::arg("standard_errors"),
      py::arg("level"), py::arg("most_rounds"), py::arg("names"), py::arg("threads"));
  // For benchmarks: multiply-adds in single precision without memory; gives the operations done, the caller keeps time.
  module.def("_peak_flops_probe", &stats::RoundKernelInUse::peak_probe, py::arg("rounds"));
  module.def("_round_kernel", [] { return std::string(stats::RoundKernelInUse::name()); });
}
