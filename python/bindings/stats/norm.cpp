// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/norm.hpp>

#include "convert.hpp"

namespace {

py::array_t<std::int64_t> column(const stats::NormSummary& made, std::int64_t (*get)(const stats::NormCell&)) {
  std::vector<std::int64_t> values;
  for (const stats::NormCell& cell : made.cells) values.push_back(get(cell));
  return array_of(values);
}

}  // namespace

void define_stats_norm(py::module_& module) {
  ResultClass<stats::NormSummary>(module, "NormSummary")
      .field("step", &stats::NormSummary::step)
      .field("groups", &stats::NormSummary::groups)
      .property("group", [](const stats::NormSummary& made) {
        return column(made, [](const stats::NormCell& cell) { return static_cast<std::int64_t>(cell.group); });
      })
      .property("steps", [](const stats::NormSummary& made) { return column(made, [](const stats::NormCell& cell) { return cell.steps; }); })
      .property("counts", [](const stats::NormSummary& made) { return column(made, [](const stats::NormCell& cell) { return cell.count; }); })
      .field("count", &stats::NormSummary::count)
      .field("missing", &stats::NormSummary::missing);
  ResultClass<stats::Norm>(module, "Norm")
      .property("name", [](const stats::Norm& norm) { return norm.options.name; })
      .property("made_on", [](const stats::Norm& norm) { return norm.options.made_on; })
      .property("source", [](const stats::Norm& norm) { return norm.options.source; })
      .property("fewest", [](const stats::Norm& norm) { return norm.options.fewest; })
      .property("step", [](const stats::Norm& norm) { return norm.summary.step; })
      .property("groups", [](const stats::Norm& norm) { return norm.summary.groups; })
      .field("means", &stats::Norm::means)
      .field("deviations", &stats::Norm::deviations)
      .field("counts", &stats::Norm::counts);
  ResultClass<stats::NormScores>(module, "NormScores")
      .field("z", &stats::NormScores::z)
      .field("percentile", &stats::NormScores::percentile)
      .field("rank_normal", &stats::NormScores::rank_normal)
      .property("statuses", [](const stats::NormScores& made) {
        py::list words;
        for (const childwell::Status status : made.statuses) words.append(std::string(childwell::word(status)));
        return words;
      })
      .field("count", &stats::NormScores::count)
      .field("missing", &stats::NormScores::missing)
      .field("status", &stats::NormScores::status);
  module.def(
      "summarise_norm",
      [](const Array& values, const std::vector<std::string>& groups, double step) {
        const auto seen = span_of(values);
        const py::gil_scoped_release released;
        return stats::summarise_norm(seen, groups, step);
      },
      py::arg("values"), py::arg("groups"), py::kw_only(), py::arg("step"));
  module.def("merge_norms", &stats::merge_norms, py::arg("first"), py::arg("second"));
  module.def(
      "fit_norm",
      [](const stats::NormSummary& summary, const std::string& name, const std::string& made_on, const std::string& source,
         std::int64_t fewest) { return stats::fit_norm(summary, {name, made_on, source, fewest}); },
      py::arg("summary"), py::kw_only(), py::arg("name"), py::arg("made_on"), py::arg("source"), py::arg("fewest"));
  module.def(
      "score_by_norm",
      [](const stats::Norm& norm, const Array& values, const std::vector<std::string>& groups) {
        const auto seen = span_of(values);
        const py::gil_scoped_release released;
        return stats::score_by_norm(norm, seen, groups);
      },
      py::arg("norm"), py::arg("values"), py::arg("groups"));
  module.def("save_norm", &stats::save_norm, py::arg("norm"));
  module.def("load_norm", [](const std::string& text) { return stats::load_norm(text); }, py::arg("text"));
}
