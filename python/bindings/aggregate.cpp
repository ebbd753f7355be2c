// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/aggregate/aggregate.hpp>
#include <childwell/aggregate/group_columns.hpp>
#include <childwell/aggregate/groups.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace {

using childwell::AggregatePlan;
using childwell::Aggregates;
using childwell::GroupColumns;
using childwell::Hierarchy;
using childwell::Level;
using childwell::MeasureInput;

template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

template <std::size_t count>
std::size_t position_of(const std::string& text, const std::array<std::string_view, count>& words, const char* what) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) throw std::invalid_argument("childwell: there is no " + std::string(what) + " '" + text + "'");
  return static_cast<std::size_t>(found - words.begin());
}

AggregatePlan plan_of(const std::vector<std::string>& levels, std::int64_t minimum_cell, double level,
                      double design_effect) {
  AggregatePlan plan;
  plan.levels.clear();
  for (const std::string& name : levels) {
    plan.levels.push_back(static_cast<Level>(position_of(name, childwell::level_words, "level")));
  }
  plan.minimum_cell = minimum_cell;
  plan.level = level;
  plan.design_effect = design_effect;
  return plan;
}

Hierarchy hierarchy_of(const py::dict& given) {
  Hierarchy hierarchy;
  hierarchy.name = given["name"].cast<std::string>();
  const auto codes = given["codes"].cast<std::vector<std::string>>();
  const auto parents = given["parents"].cast<std::vector<std::int64_t>>();
  const auto levels = given["levels"].cast<std::vector<std::string>>();
  if (parents.size() != codes.size() || levels.size() != codes.size()) {
    throw std::invalid_argument("childwell: codes, parents and levels of a hierarchy must have one value a place");
  }
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const std::uint32_t parent = parents[i] < 0 ? childwell::no_node : static_cast<std::uint32_t>(parents[i]);
    hierarchy.nodes.push_back(
        {codes[i], parent, static_cast<Level>(position_of(levels[i], childwell::level_words, "level"))});
  }
  return hierarchy;
}

template <class T>
T given_or(const py::dict& given, const char* name, T otherwise) {
  return given.contains(name) ? given[name].cast<T>() : otherwise;
}

MeasureInput measure_of(const py::dict& given) {
  MeasureInput measure;
  measure.id = given["id"].cast<std::string>();
  measure.kind = static_cast<childwell::MeasureKind>(
      position_of(given["kind"].cast<std::string>(), childwell::measure_kind_words, "kind of measure"));
  measure.policy = given_or<std::string>(given, "policy", "");
  measure.exam = given_or<std::string>(given, "exam", "");
  measure.subject = given_or<std::string>(given, "subject", "");
  measure.population = given_or<std::string>(given, "population", "");
  measure.hierarchy = given_or<std::uint32_t>(given, "hierarchy", measure.hierarchy);
  measure.sensitive = given_or<bool>(given, "sensitive", measure.sensitive);
  measure.above_school = given_or<bool>(given, "above_school", measure.above_school);
  const auto child = given["child"].cast<Array<std::int64_t>>();
  const auto place = given["place"].cast<Array<std::int64_t>>();
  const auto numerator = given["numerator"].cast<Array<double>>();
  const auto observed = given["observed"].cast<Array<double>>();
  const auto expected = given["expected"].cast<Array<double>>();
  const py::ssize_t rows = child.size();
  for (const py::ssize_t size : {place.size(), numerator.size(), observed.size(), expected.size()}) {
    if (size != rows) throw std::invalid_argument("childwell: the columns of a measure must have one length");
  }
  for (py::ssize_t i = 0; i < rows; ++i) {
    const std::int64_t node = place.at(i);
    measure.rows.push_back({static_cast<std::uint32_t>(child.at(i)),
                            node < 0 ? childwell::no_node : static_cast<std::uint32_t>(node), numerator.at(i),
                            observed.at(i), expected.at(i)});
  }
  return measure;
}

template <class T>
py::array_t<T> array_of(const std::vector<T>& values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::dict columns_of(const std::vector<childwell::GroupRow>& rows) {
  const GroupColumns columns = childwell::group_columns(rows);
  py::dict made;
  made["snapshot"] = array_of(columns.snapshot);
  made["hierarchy"] = columns.hierarchy;
  made["level"] = columns.level;
  made["place"] = columns.place;
  made["parent"] = columns.parent;
  made["measure"] = columns.measure;
  made["policy"] = columns.policy;
  made["exam"] = columns.exam;
  made["subject"] = columns.subject;
  made["span"] = columns.span;
  made["kind"] = columns.kind;
  made["value"] = array_of(columns.value);
  made["lower"] = array_of(columns.lower);
  made["upper"] = array_of(columns.upper);
  made["sampling_lower"] = array_of(columns.sampling_lower);
  made["sampling_upper"] = array_of(columns.sampling_upper);
  made["pooled"] = array_of(columns.pooled);
  made["pooled_lower"] = array_of(columns.pooled_lower);
  made["pooled_upper"] = array_of(columns.pooled_upper);
  made["n"] = array_of(columns.n);
  made["n_expected"] = array_of(columns.n_expected);
  made["n_observed"] = array_of(columns.n_observed);
  made["estimand"] = columns.estimand;
  made["interval"] = columns.interval;
  made["status"] = columns.status;
  return made;
}

Aggregates aggregate_given(const std::vector<py::dict>& hierarchies, const std::vector<py::dict>& measures,
                           const std::vector<std::string>& levels, std::int64_t minimum_cell, double level,
                           double design_effect) {
  Aggregates made;
  made.plan = plan_of(levels, minimum_cell, level, design_effect);
  std::vector<Hierarchy> places;
  std::vector<MeasureInput> inputs;
  for (const py::dict& hierarchy : hierarchies) places.push_back(hierarchy_of(hierarchy));
  for (const py::dict& measure : measures) inputs.push_back(measure_of(measure));
  made.rows = interruptibly([&] { return childwell::aggregate_measures(places, inputs, made.plan); });
  return made;
}

Aggregates aggregate_indicators(const childwell::Indicators& indicators, const std::vector<std::string>& levels,
                                std::int64_t minimum_cell, double level, double design_effect) {
  const AggregatePlan plan = plan_of(levels, minimum_cell, level, design_effect);
  return interruptibly([&] { return childwell::aggregate(indicators, plan); });
}

}  // namespace

void define_aggregate(py::module_& module) {
  py::class_<Aggregates>(module, "Aggregates", "Published groups of children.")
      .def("__len__", [](const Aggregates& groups) { return groups.rows.size(); })
      .def("columns", [](const Aggregates& groups) { return columns_of(groups.rows); },
           "Columns by name; NaN and -1 are missing.");
  module.def("aggregate", aggregate_indicators, py::arg("indicators"), py::kw_only(), py::arg("levels"),
             py::arg("minimum_cell"), py::arg("level") = AggregatePlan{}.level,
             py::arg("design_effect") = AggregatePlan{}.design_effect, "Groups of children from finished states.");
  module.def("aggregate_measures", aggregate_given, py::arg("hierarchies"), py::arg("measures"), py::kw_only(),
             py::arg("levels"), py::arg("minimum_cell"), py::arg("level") = AggregatePlan{}.level,
             py::arg("design_effect") = AggregatePlan{}.design_effect, "Groups of children from contributions.");
}
