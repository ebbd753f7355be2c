// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>
#include <childwell/stats/rank.hpp>

#include "convert.hpp"

namespace {

template <std::vector<double> (*score)(std::span<const double>)>
Array scored(const Array& values) {
  const auto given = span_of(values);
  std::vector<double> scores;
  {
    const py::gil_scoped_release released;
    scores = score(given);
  }
  return array_of(scores);
}

}  // namespace

void define_stats_moments(py::module_& module) {
  ResultClass<stats::Moments>(module, "Moments")
      .field("count", &stats::Moments::count)
      .field("mean", &stats::Moments::mean)
      .field("variance", &stats::Moments::variance)
      .field("status", &stats::Moments::status);
  module.def("moments", [](const Array& values) { return stats::moments(span_of(values)); }, py::arg("values"));
  module.def("mid_ranks", scored<stats::mid_ranks>, py::arg("values"));
  module.def("mid_rank_percentiles", scored<stats::mid_rank_percentiles>, py::arg("values"));
  module.def("rank_normal_scores", scored<stats::rank_normal_scores>, py::arg("values"));
}
