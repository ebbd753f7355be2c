// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>
#include <childwell/stats/group_standing.hpp>

#include "convert.hpp"

namespace {

/// Columns of rows beside what each group is.
struct BoundStandings {
  Array z;
  Array percentile;
  Array rank_normal;
  stats::GroupStandings groups;
};

std::span<double> filled(Array& column, std::size_t size) { return {column.mutable_data(), size}; }

template <class Value>
BoundStandings standings(const ArrayOf<Value>& values, const ArrayOf<std::int32_t>& groups, const stats::GroupStandingOptions& options,
                         const std::vector<Array>& out, std::size_t threads) {
  const auto given = span_of(values);
  const auto of_rows = span_of(groups);
  const auto size = static_cast<py::ssize_t>(given.size());
  const bool own = out.size() != 3;
  BoundStandings made{own ? Array(size) : out[0], own ? Array(size) : out[1], own ? Array(size) : out[2], {}};
  const stats::StandingColumns columns{filled(made.z, given.size()), filled(made.percentile, given.size()),
                                       filled(made.rank_normal, given.size()), {}};
  try {
    const py::gil_scoped_release released;
    childwell::Pool pool(threads == 0 ? childwell::default_threads() : threads, [] {
      const py::gil_scoped_acquire acquired;
      return PyErr_CheckSignals() != 0;
    });
    made.groups = stats::standardise_by_group(given, of_rows, options, columns, &pool);
  } catch (const childwell::Interrupted&) {
    throw py::error_already_set();
  }
  return made;
}

}  // namespace

void define_stats_group_standing(py::module_& module) {
  ResultClass<BoundStandings>(module, "GroupStandings")
      .field("z", &BoundStandings::z)
      .field("percentile", &BoundStandings::percentile)
      .field("rank_normal", &BoundStandings::rank_normal)
      .property("counts", [](const BoundStandings& made) { return array_of(made.groups.counts); })
      .property("missing", [](const BoundStandings& made) { return array_of(made.groups.missing); })
      .property("means", [](const BoundStandings& made) { return array_of(made.groups.means); })
      .property("deviations", [](const BoundStandings& made) { return array_of(made.groups.deviations); })
      .property("lowest", [](const BoundStandings& made) { return array_of(made.groups.lowest); })
      .property("highest", [](const BoundStandings& made) { return array_of(made.groups.highest); })
      .property("statuses", [](const BoundStandings& made) {
        py::list words;
        for (const childwell::Status status : made.groups.statuses) words.append(std::string(childwell::word(status)));
        return words;
      })
      .property("count", [](const BoundStandings& made) { return made.groups.count; })
      .property("missing_count", [](const BoundStandings& made) { return made.groups.missing_count; })
      .property("method", [](const BoundStandings& made) { return std::string(made.groups.method); });
  module.def(
      "standardise_by_group",
      [](const Array& values, const ArrayOf<std::int32_t>& groups, std::int64_t fewest, const std::vector<Array>& out,
         std::size_t threads) { return standings(values, groups, {fewest, 1.0}, out, threads); },
      py::arg("values"), py::arg("groups"), py::kw_only(), py::arg("fewest"), py::arg("out"), py::arg("threads"));
  // Two names, so that whole numbers are never taken for doubles on the way.
  module.def(
      "standardise_steps_by_group",
      [](const ArrayOf<std::int16_t>& values, const ArrayOf<std::int32_t>& groups, double step, std::int64_t fewest,
         const std::vector<Array>& out, std::size_t threads) { return standings(values, groups, {fewest, step}, out, threads); },
      py::arg("values"), py::arg("groups"), py::kw_only(), py::arg("step"), py::arg("fewest"), py::arg("out"), py::arg("threads"));
}
