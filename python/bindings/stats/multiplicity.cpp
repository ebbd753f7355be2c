// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/multiplicity.hpp>

#include "convert.hpp"

namespace {

constexpr std::array<std::string_view, 6> adjustment_words = {
    "bonferroni", "holm", "hochberg", "hommel", "benjamini_hochberg", "benjamini_yekutieli"};

}  // namespace

void define_stats_multiplicity(py::module_& module) {
  module.def(
      "adjust_p_values",
      [](const Array& p_values, const std::string& method) {
        const auto given = span_of(p_values);
        const auto adjustment = enumerator<stats::Adjustment>(method, adjustment_words, "method");
        std::vector<double> adjusted;
        {
          const py::gil_scoped_release released;
          adjusted = stats::adjust_p_values(given, adjustment);
        }
        return array_of(adjusted);
      },
      py::arg("p_values"), py::kw_only(), py::arg("method"));
}
