// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/aggregate/absence_distribution.hpp>
#include <childwell/aggregate/absence_over_time.hpp>
#include <childwell/aggregate/aggregate.hpp>
#include <childwell/aggregate/collection.hpp>
#include <childwell/aggregate/group_columns.hpp>
#include <childwell/aggregate/groups.hpp>
#include <childwell/aggregate/like_for_like.hpp>
#include <childwell/aggregate/person_time.hpp>
#include <childwell/aggregate/two_way.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
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

Aggregates aggregate_indicators(const childwell::Indicators& indicators, const std::vector<std::shared_ptr<childwell::WellbeingIndex>>& indexes,
                                const std::vector<std::shared_ptr<childwell::Flags>>& flags, const std::vector<std::string>& levels,
                                std::int64_t minimum_cell, double level, double design_effect) {
  const AggregatePlan plan = plan_of(levels, minimum_cell, level, design_effect);
  childwell::GroupedBeside beside;
  for (const auto& index : indexes) beside.indexes.push_back(index.get());
  for (const auto& one : flags) beside.flags.push_back(one.get());
  return interruptibly_with_pool([&](childwell::Pool& pool) { return childwell::aggregate(indicators, beside, plan, pool); });
}

std::span<const double> numbers_of(const Array<double>& values) { return {values.data(), static_cast<std::size_t>(values.size())}; }

std::span<const std::int64_t> codes_of(const Array<std::int64_t>& values) { return {values.data(), static_cast<std::size_t>(values.size())}; }

py::dict collection_figure(const Array<double>& values, const std::string& design, const Array<double>& weights,
                           const Array<std::int64_t>& strata, const Array<std::int64_t>& clusters, const Array<double>& populations,
                           double level, double low, double high, std::int64_t target, std::int64_t minimum_cell, const std::string& lonely) {
  static constexpr std::array<std::string_view, 3> designs = {"census", "sample", "volunteer"};
  static constexpr std::array<std::string_view, 3> lonely_words = {"refuse", "centre", "certain"};
  childwell::CollectionOptions options{level, low, high, target, minimum_cell, {}};
  options.lonely = static_cast<childwell::stats::LonelyUnit>(position_of(lonely, lonely_words, "rule for lonely units"));
  const auto how = static_cast<childwell::Design>(position_of(design, designs, "design"));
  const auto figure = childwell::collection_figure(
      numbers_of(values), how, {numbers_of(weights), codes_of(strata), codes_of(clusters), numbers_of(populations)}, options);
  py::dict made;
  made["value"] = figure.mean.value;
  made["lower"] = figure.mean.lower;
  made["upper"] = figure.mean.upper;
  made["n_expected"] = figure.mean.n_expected;
  made["n_observed"] = figure.mean.n_observed;
  made["interval"] = std::string(childwell::interval_words[static_cast<std::size_t>(figure.interval)]);
  made["standard_error"] = figure.standard_error;
  made["degrees_of_freedom"] = figure.degrees_of_freedom;
  made["design_effect"] = figure.design_effect;
  made["status"] = std::string(childwell::word(figure.mean.status));
  return made;
}

py::dict rows_of(const std::vector<childwell::PersonTimeRow>& rows) {
  std::vector<std::string> words, states;
  std::vector<std::int64_t> children, days, expected, observed;
  std::vector<double> value, lower, upper, sampling_lower, sampling_upper;
  for (const childwell::PersonTimeRow& row : rows) {
    words.push_back(row.status);
    children.push_back(row.children);
    days.push_back(row.days);
    value.push_back(row.absence_rate.value);
    lower.push_back(row.absence_rate.lower);
    upper.push_back(row.absence_rate.upper);
    expected.push_back(row.absence_rate.n_expected);
    observed.push_back(row.absence_rate.n_observed);
    sampling_lower.push_back(row.sampling_lower);
    sampling_upper.push_back(row.sampling_upper);
    states.emplace_back(childwell::word(row.absence_rate.status));
  }
  py::dict made;
  made["group"] = words;
  made["children"] = array_of(children);
  made["days"] = array_of(days);
  made["value"] = array_of(value);
  made["lower"] = array_of(lower);
  made["upper"] = array_of(upper);
  made["sampling_lower"] = array_of(sampling_lower);
  made["sampling_upper"] = array_of(sampling_upper);
  made["n_expected"] = array_of(expected);
  made["n_observed"] = array_of(observed);
  made["status"] = states;
  return made;
}

py::dict absence_by_person_time(const childwell::Indicators& indicators, std::size_t snapshot, const std::vector<std::string>& child,
                                const Array<std::int64_t>& from, const Array<std::int64_t>& to, const Array<std::int64_t>& status,
                                const Array<std::int64_t>& known_on, const std::vector<std::string>& statuses,
                                std::int64_t minimum_cell, double level, double design_effect) {
  const auto& names = indicators.cohort->records->children;  // sorted
  std::vector<childwell::StatusSpell> spells;
  constexpr auto none = std::numeric_limits<std::int64_t>::min();
  const auto date_of = [none](std::int64_t days) { return days == none ? childwell::Date{} : childwell::Date{static_cast<std::int32_t>(days)}; };
  for (std::size_t i = 0; i < child.size(); ++i) {
    const auto at = static_cast<py::ssize_t>(i);
    const auto found = std::lower_bound(names.begin(), names.end(), child[i]);
    if (found == names.end() || *found != child[i]) continue;  // a child of another study is no child of this one
    spells.push_back({static_cast<std::int32_t>(found - names.begin()), date_of(from.at(at)), to.at(at) == none ? childwell::open_end : date_of(to.at(at)),
                      static_cast<std::int32_t>(status.at(at)), date_of(known_on.at(at))});
  }
  AggregatePlan plan;
  plan.minimum_cell = minimum_cell;
  plan.level = level;
  plan.design_effect = design_effect;
  const auto rows = interruptibly([&] { return childwell::absence_by_person_time(indicators, snapshot, spells, statuses, plan); });
  return rows_of(rows);
}

py::dict absence_by_left_behind(const childwell::Indicators& indicators, std::size_t snapshot, std::size_t definition,
                                std::int64_t minimum_cell, double level, double design_effect) {
  AggregatePlan plan;
  plan.minimum_cell = minimum_cell;
  plan.level = level;
  plan.design_effect = design_effect;
  return rows_of(interruptibly([&] {
    return childwell::absence_by_left_behind(indicators, snapshot, static_cast<childwell::LeftBehindDefinition>(definition), plan);
  }));
}

py::dict columns_of_periods(const std::vector<std::pair<const char*, const std::vector<childwell::AbsencePeriod>*>>& kinds) {
  std::vector<std::string> period, level, place, parent, states;
  std::vector<std::int64_t> from, to, school_days, children, expected, observed;
  std::vector<double> value, lower, upper, sampling_lower, sampling_upper;
  for (const auto& [kind, rows] : kinds) {
    for (const childwell::AbsencePeriod& row : *rows) {
      const bool hidden = row.absence_rate.status == childwell::Status::hidden;
      period.emplace_back(kind);
      level.emplace_back(childwell::word(row.level));
      place.push_back(row.place);
      parent.push_back(row.parent);
      from.push_back(row.from.days);
      to.push_back(row.to.days);
      school_days.push_back(row.school_days);
      children.push_back(hidden ? childwell::not_shown : row.children);
      expected.push_back(hidden ? childwell::not_shown : row.absence_rate.n_expected);
      observed.push_back(hidden ? childwell::not_shown : row.absence_rate.n_observed);
      value.push_back(row.absence_rate.value);
      lower.push_back(row.absence_rate.lower);
      upper.push_back(row.absence_rate.upper);
      sampling_lower.push_back(row.sampling_lower);
      sampling_upper.push_back(row.sampling_upper);
      states.emplace_back(childwell::word(row.absence_rate.status));
    }
  }
  py::dict made;
  made["period"] = period;
  made["level"] = level;
  made["place"] = place;
  made["parent"] = parent;
  made["from"] = array_of(from);
  made["to"] = array_of(to);
  made["school_days"] = array_of(school_days);
  made["value"] = array_of(value);
  made["lower"] = array_of(lower);
  made["upper"] = array_of(upper);
  made["sampling_lower"] = array_of(sampling_lower);
  made["sampling_upper"] = array_of(sampling_upper);
  made["n"] = array_of(children);
  made["n_expected"] = array_of(expected);
  made["n_observed"] = array_of(observed);
  made["status"] = states;
  return made;
}

py::dict absence_over_time(const childwell::Indicators& indicators, const Aggregates& published, std::size_t snapshot) {
  const auto made = interruptibly_with_pool([&](childwell::Pool& pool) { return childwell::absence_over_time(indicators, snapshot, published, pool); });
  return columns_of_periods({{"day", &made.days}, {"week", &made.weeks}});
}

py::dict absence_distribution(const childwell::Indicators& indicators, const Aggregates& published, std::size_t snapshot) {
  const auto rows = interruptibly([&] { return childwell::absence_distribution(indicators, snapshot, published); });
  std::vector<std::string> level, place, parent, states;
  std::vector<std::int64_t> in_class, children;
  std::vector<double> from, to, value, sampling_lower, sampling_upper;
  const auto share = [](childwell::Fraction part) { return static_cast<double>(part.numerator) / static_cast<double>(part.denominator); };
  for (const childwell::AbsenceClass& row : rows) {
    const bool hidden = row.share.status == childwell::Status::hidden;
    level.emplace_back(childwell::word(row.level));
    place.push_back(row.place);
    parent.push_back(row.parent);
    from.push_back(share(row.from));
    to.push_back(share(row.to));
    in_class.push_back(hidden ? childwell::not_shown : row.in_class);
    children.push_back(hidden ? childwell::not_shown : row.children);
    value.push_back(row.share.value);
    sampling_lower.push_back(row.sampling_lower);
    sampling_upper.push_back(row.sampling_upper);
    states.emplace_back(childwell::word(row.share.status));
  }
  py::dict made;
  made["level"] = level;
  made["place"] = place;
  made["parent"] = parent;
  made["from"] = array_of(from);
  made["to"] = array_of(to);
  made["value"] = array_of(value);
  made["sampling_lower"] = array_of(sampling_lower);
  made["sampling_upper"] = array_of(sampling_upper);
  made["in_class"] = array_of(in_class);
  made["n"] = array_of(children);
  made["status"] = states;
  return made;
}

py::dict like_for_like(const childwell::Indicators& indicators, std::size_t before, std::size_t after, const std::vector<std::string>& levels,
                       std::int64_t minimum_cell, double confidence, double design_effect) {
  const AggregatePlan plan = plan_of(levels, minimum_cell, confidence, design_effect);
  const auto made = interruptibly_with_pool([&](childwell::Pool& pool) { return childwell::like_for_like(indicators, before, after, plan, pool); });
  std::vector<std::string> level, place, parent, states;
  std::vector<std::int64_t> children, direction;
  std::vector<double> first, second, difference, lower, upper, expected;
  for (const childwell::LikeForLikeRow& row : made.rows) {
    const bool hidden = row.before.status == childwell::Status::hidden;
    level.emplace_back(childwell::word(row.level));
    place.push_back(row.place);
    parent.push_back(row.parent);
    first.push_back(row.before.value);
    second.push_back(row.after.value);
    difference.push_back(row.difference);
    lower.push_back(row.lower);
    upper.push_back(row.upper);
    expected.push_back(row.expected);
    direction.push_back(row.direction);
    children.push_back(hidden ? childwell::not_shown : row.children);
    states.emplace_back(childwell::word(row.before.status));
  }
  py::dict columns;
  columns["level"] = level;
  columns["place"] = place;
  columns["parent"] = parent;
  columns["before"] = array_of(first);
  columns["after"] = array_of(second);
  columns["difference"] = array_of(difference);
  columns["lower"] = array_of(lower);
  columns["upper"] = array_of(upper);
  columns["expected"] = array_of(expected);
  columns["direction"] = array_of(direction);
  columns["n"] = array_of(children);
  columns["status"] = states;
  py::dict counts;
  counts["both"] = made.both;
  counts["moved"] = made.moved;
  counts["only_before"] = made.only_before;
  counts["only_after"] = made.only_after;
  py::dict all;
  all["columns"] = columns;
  all["counts"] = counts;
  return all;
}

childwell::TwoWayTable two_way_of(const py::dict& given) {
  childwell::TwoWayTable table;
  table.parents = given["parents"].cast<std::vector<std::int32_t>>();
  table.places = given["places"].cast<std::size_t>();
  table.used = {true, true};
  const auto children = given["children"].cast<Array<double>>();
  const auto first = given["first"].cast<Array<double>>();
  const auto second = given["second"].cast<Array<double>>();
  const auto exists = given["exists"].cast<Array<bool>>();
  const auto published = given["published"].cast<Array<bool>>();
  const auto elsewhere = given["elsewhere"].cast<Array<bool>>();
  const auto hidden = given["hidden"].cast<Array<bool>>();
  for (const py::ssize_t size : {first.size(), second.size(), exists.size(), published.size(), elsewhere.size(), hidden.size()}) {
    if (size != children.size()) throw std::invalid_argument("childwell: the columns of a table of two ways must have one length");
  }
  for (py::ssize_t i = 0; i < children.size(); ++i) {
    table.cells.push_back({children.at(i), {first.at(i), second.at(i)}, exists.at(i), published.at(i), elsewhere.at(i), hidden.at(i)});
  }
  return table;
}

std::vector<bool> hide_in_two_ways(const py::dict& given, double minimum, double width) {
  childwell::TwoWayTable table = two_way_of(given);
  interruptibly([&] { childwell::hide_in_two_ways(table, minimum, width); return 0; });
  std::vector<bool> hidden;
  for (const childwell::TwoWayCell& cell : table.cells) hidden.push_back(cell.hidden);
  return hidden;
}

std::pair<double, double> feasible_range(const py::dict& given, std::size_t row, std::size_t column, std::size_t amount) {
  const auto range = childwell::feasible_range(two_way_of(given), row, column, amount);
  return {range.lower, range.upper};
}

}  // namespace

void define_aggregate(py::module_& module) {
  py::class_<Aggregates>(module, "Aggregates", "Published groups of children.")
      .def("__len__", [](const Aggregates& groups) { return groups.rows.size(); })
      .def("columns", [](const Aggregates& groups) { return columns_of(groups.rows); },
           "Columns by name; NaN and -1 are missing.");
  module.def("aggregate", aggregate_indicators, py::arg("indicators"), py::kw_only(), py::arg("indexes"), py::arg("flags"),
             py::arg("levels"), py::arg("minimum_cell"), py::arg("level") = AggregatePlan{}.level,
             py::arg("design_effect") = AggregatePlan{}.design_effect, "Groups of children from finished states.");
  module.def("aggregate_measures", aggregate_given, py::arg("hierarchies"), py::arg("measures"), py::kw_only(),
             py::arg("levels"), py::arg("minimum_cell"), py::arg("level") = AggregatePlan{}.level,
             py::arg("design_effect") = AggregatePlan{}.design_effect, "Groups of children from contributions.");
  module.def("collection_figure", collection_figure, py::arg("values"), py::kw_only(), py::arg("design"), py::arg("weights"),
             py::arg("strata"), py::arg("clusters"), py::arg("populations"), py::arg("level"), py::arg("low"), py::arg("high"),
             py::arg("target"), py::arg("minimum_cell"), py::arg("lonely"), "What a collection of answers says of its frame.");
  module.def("absence_over_time", absence_over_time, py::arg("indicators"), py::arg("published"), py::kw_only(), py::arg("snapshot"),
             "Absence by day and by week of cities and counties, dates as days since 1970.");
  module.def("absence_distribution", absence_distribution, py::arg("indicators"), py::arg("published"), py::kw_only(), py::arg("snapshot"),
             "Children by class of absence, of cities and counties.");
  module.def("like_for_like", like_for_like, py::arg("indicators"), py::kw_only(), py::arg("before"), py::arg("after"), py::arg("levels"),
             py::arg("minimum_cell"), py::arg("level") = AggregatePlan{}.level, py::arg("design_effect") = AggregatePlan{}.design_effect,
             "Absence of the same children at the same schools in two windows.");
  module.def("hide_in_two_ways", hide_in_two_ways, py::arg("table"), py::kw_only(), py::arg("minimum"), py::arg("width"),
             "Which cells of a table of two ways are hidden in the end.");
  module.def("feasible_range", feasible_range, py::arg("table"), py::arg("row"), py::arg("column"), py::arg("amount"),
             "What can be told of one amount of one cell of a table of two ways.");
  module.def("absence_by_person_time", absence_by_person_time, py::arg("indicators"), py::kw_only(), py::arg("snapshot"),
             py::arg("child"), py::arg("from_"), py::arg("to"), py::arg("status"), py::arg("known_on"), py::arg("statuses"),
             py::arg("minimum_cell"), py::arg("level"), py::arg("design_effect"), "Absence by a status that changes.");
  module.def("absence_by_left_behind", absence_by_left_behind, py::arg("indicators"), py::kw_only(), py::arg("snapshot"),
             py::arg("definition"), py::arg("minimum_cell"), py::arg("level"), py::arg("design_effect"),
             "Absence by left-behind status.");
}
