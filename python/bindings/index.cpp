// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/index/compose.hpp>
#include <childwell/index/composite.hpp>
#include <childwell/index/normalise.hpp>
#include <childwell/index/weights.hpp>

#include <stats/convert.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <utility>

namespace cw = childwell;

namespace {

using Table = py::array_t<double, py::array::forcecast>;
using Flags = ArrayOf<std::uint8_t>;
using Weights = std::vector<double>;
using Node = std::tuple<std::string, std::vector<std::int64_t>, Weights, std::string, double, std::int64_t>;

Flags flags_of(const std::vector<std::uint8_t>& values) {
  return Flags(static_cast<py::ssize_t>(values.size()), values.data());
}

std::vector<std::string> words_of(const std::vector<cw::Status>& statuses) {
  std::vector<std::string> words;
  for (const cw::Status status : statuses) words.emplace_back(cw::word(status));
  return words;
}

// No table at all where nothing was given.
cw::stats::MatrixView optional_view(const std::optional<Table>& given) {
  return given ? view_of(*given) : cw::stats::MatrixView{};
}

cw::Composite composite_of(const Table& values, const std::vector<Node>& nodes, const std::optional<Table>& lower,
                           const std::optional<Table>& upper, const std::optional<Table>& least,
                           const std::optional<Table>& most, const Flags& not_applicable,
                           const ArrayOf<std::uint64_t>& streams, const std::string& interval, double level,
                           const std::optional<Table>& correlation, double low, double high, std::int64_t draws,
                           std::uint64_t seed) {
  cw::CompositeScores scores;
  scores.values = view_of(values);
  scores.lower = optional_view(lower);
  scores.upper = optional_view(upper);
  scores.least = optional_view(least);
  scores.most = optional_view(most);
  scores.not_applicable = {not_applicable.data(), static_cast<std::size_t>(not_applicable.size())};
  scores.streams = {streams.data(), static_cast<std::size_t>(streams.size())};
  std::vector<cw::CompositeNode> tree;
  for (const auto& [name, parts, weights, mean, minimum_share, minimum_parts] : nodes) {
    const auto kind = enumerator<cw::MeanKind>(mean, cw::mean_kind_words, "mean");
    tree.push_back({name, parts, weights, kind, minimum_share, minimum_parts});
  }
  cw::CompositeOptions options;
  options.interval = enumerator<cw::CompositeInterval>(interval, cw::composite_interval_words, "interval");
  options.level = level;
  options.correlation = optional_view(correlation);
  options.low = low;
  options.high = high;
  options.draws = draws;
  options.seed = seed;
  return interruptibly_with_pool([&](cw::Pool& pool) { return cw::composite_indicator(scores, tree, options, pool); });
}

template <class T>
T get(const py::dict& given, const char* key) {
  return given[key].cast<T>();
}

// A word of a definition; the message says of which part it is.
template <class Enum, std::size_t count>
Enum chosen(const py::dict& given, const char* key, const std::array<std::string_view, count>& words,
            const std::string& where) {
  return enumerator<Enum>(get<std::string>(given, key), words, where + key);
}

cw::IndexMeasure measure_from(const py::dict& given, const std::string& whole) {
  cw::IndexMeasure made;
  made.name = get<std::string>(given, "name");
  made.indicator = get<std::string>(given, "indicator");
  made.policy = get<std::string>(given, "policy");
  made.exam = get<std::string>(given, "exam");
  made.subject = get<std::string>(given, "subject");
  made.informant = get<std::string>(given, "informant");
  const std::string where = whole + "'" + made.name + "': ";
  made.rows = chosen<cw::MeasureRows>(given, "rows", cw::measure_rows_words, where);
  made.rule.method = chosen<cw::Normalisation>(given, "method", cw::normalisation_words, where);
  made.rule.high_is_good = get<bool>(given, "high_is_good");
  std::tie(made.rule.from, made.rule.to) = get<std::pair<double, double>>(given, "goalposts");
  made.rule.mean = get<double>(given, "mean");
  made.rule.standard_deviation = get<double>(given, "standard_deviation");
  made.frozen_on = get<std::string>(given, "frozen_on");
  made.source = get<std::string>(given, "source");
  made.weight = get<double>(given, "weight");
  made.standard_error = get<double>(given, "standard_error");
  return made;
}

cw::IndexDefinition definition_from(const py::dict& given) {
  cw::IndexDefinition made;
  made.id = get<std::string>(given, "id");
  const std::string where = "index '" + made.id + "': ";
  made.mean = chosen<cw::MeanKind>(given, "mean", cw::mean_kind_words, where);
  made.weighting = chosen<cw::Weighting>(given, "weights", cw::weighting_words, where);
  made.minimum_share = get<double>(given, "minimum_share");
  made.minimum_parts = get<std::int64_t>(given, "minimum_domains");
  made.low = get<double>(given, "low");
  made.high = get<double>(given, "high");
  for (const auto& one : given["domains"].cast<py::list>()) {
    const auto part = one.cast<py::dict>();
    cw::IndexDomain domain;
    domain.name = get<std::string>(part, "name");
    const std::string here = where + "domain '" + domain.name + "': ";
    domain.mean = chosen<cw::MeanKind>(part, "mean", cw::mean_kind_words, here);
    domain.weighting = chosen<cw::Weighting>(part, "weights", cw::weighting_words, here);
    domain.weight = get<double>(part, "weight");
    domain.minimum_share = get<double>(part, "minimum_share");
    domain.minimum_parts = get<std::int64_t>(part, "minimum_measures");
    for (const auto& each : part["measures"].cast<py::list>()) {
      domain.measures.push_back(measure_from(each.cast<py::dict>(), where));
    }
    made.domains.push_back(std::move(domain));
  }
  return made;
}

cw::MeasureBeside beside_from(const py::dict& given) {
  const auto column = [&given](const char* name) { return get<std::vector<double>>(given, name); };
  return {get<std::string>(given, "name"), get<std::vector<std::string>>(given, "child"), column("value"),
          column("lower"), column("upper"), get<std::vector<std::uint8_t>>(given, "not_applicable")};
}

py::dict dict_of(const cw::IndexPart& part) {
  using py::literals::operator""_a;
  return py::dict("name"_a = part.name, "domain"_a = part.domain, "weight"_a = part.weight, "nominal"_a = part.nominal,
                  "effective"_a = part.effective, "main_effect"_a = part.main_effect, "linear"_a = part.linear,
                  "effective_count"_a = part.effective_count,
                  "effective_status"_a = std::string(cw::word(part.effective_status)), "count"_a = part.count,
                  "missing"_a = part.missing, "not_applicable"_a = part.not_applicable,
                  "clipped_low"_a = part.clipped_low, "clipped_high"_a = part.clipped_high);
}

Flags codes_of(const std::vector<cw::Status>& statuses) {
  std::vector<std::uint8_t> codes;
  for (const cw::Status status : statuses) codes.push_back(static_cast<std::uint8_t>(status));
  return flags_of(codes);
}

std::shared_ptr<cw::WellbeingIndex> compose(const std::shared_ptr<cw::Indicators>& indicators, std::size_t snapshot,
                                            const py::dict& definition, const std::vector<py::dict>& beside,
                                            const std::string& interval, std::int64_t draws, std::uint64_t seed) {
  const cw::IndexDefinition defined = definition_from(definition);
  std::vector<cw::MeasureBeside> tables;
  for (const py::dict& one : beside) tables.push_back(beside_from(one));
  const auto kind = enumerator<cw::CompositeInterval>(interval, cw::composite_interval_words, "interval");
  return interruptibly_with_pool([&](cw::Pool& pool) {
    const cw::ComposeOptions options{kind, draws, seed};
    return std::make_shared<cw::WellbeingIndex>(cw::compose(*indicators, snapshot, defined, tables, options, pool));
  });
}

}  // namespace

void define_index(py::module_& parent) {
  py::module_ module = parent.def_submodule("index", "The composite index.");
  ResultClass<cw::NormalisedColumn>(module, "NormalisedColumn")
      .field("scores", &cw::NormalisedColumn::scores)
      .property("clipped", [](const cw::NormalisedColumn& made) { return flags_of(made.clipped).attr("view")("bool"); })
      .field("clipped_low", &cw::NormalisedColumn::clipped_low)
      .field("clipped_high", &cw::NormalisedColumn::clipped_high)
      .field("count", &cw::NormalisedColumn::count)
      .field("missing", &cw::NormalisedColumn::missing)
      .field("status", &cw::NormalisedColumn::status);
  ResultClass<cw::TreatedColumn>(module, "TreatedColumn")
      .field("values", &cw::TreatedColumn::values)
      .field("drawn_in", &cw::TreatedColumn::drawn_in)
      .field("logarithm", &cw::TreatedColumn::logarithm)
      .field("skewness", &cw::TreatedColumn::skewness)
      .field("kurtosis", &cw::TreatedColumn::kurtosis)
      .field("status", &cw::TreatedColumn::status);
  ResultClass<cw::DataWeights>(module, "DataWeights")
      .field("weights", &cw::DataWeights::weights)
      .field("count", &cw::DataWeights::count)
      .field("missing", &cw::DataWeights::missing)
      .field("status", &cw::DataWeights::status);
  ResultClass<cw::EffectiveWeights>(module, "EffectiveWeights")
      .field("nominal", &cw::EffectiveWeights::nominal)
      .field("linear", &cw::EffectiveWeights::linear)
      .field("main_effect", &cw::EffectiveWeights::main_effect)
      .field("effective", &cw::EffectiveWeights::effective)
      .field("counts", &cw::EffectiveWeights::counts)
      .property("statuses", [](const cw::EffectiveWeights& made) { return words_of(made.statuses); });
  ResultClass<cw::Composite>(module, "Composite")
      .field("values", &cw::Composite::values)
      .field("lower", &cw::Composite::lower)
      .field("upper", &cw::Composite::upper)
      .field("lowest", &cw::Composite::lowest)
      .field("highest", &cw::Composite::highest)
      .field("coverage", &cw::Composite::coverage)
      .property("statuses", [](const cw::Composite& made) { return codes_of(made.statuses); });
  py::class_<cw::WellbeingIndex, std::shared_ptr<cw::WellbeingIndex>>(module, "WellbeingIndex", "An index of children.")
      .def_readonly("children", &cw::WellbeingIndex::children)
      .def_readonly("nodes", &cw::WellbeingIndex::nodes)
      .def_readonly("measures", &cw::WellbeingIndex::measures)
      .def_readonly("composite", &cw::WellbeingIndex::composite)
      .def_property_readonly("scores", [](const cw::WellbeingIndex& made) { return array_of(made.scores); })
      .def_property_readonly("statuses", [](const cw::WellbeingIndex& made) { return codes_of(made.statuses); })
      .def_property_readonly("sets", [](const cw::WellbeingIndex& made) { return array_of(made.sets); })
      .def_readonly("set_names", &cw::WellbeingIndex::set_names)
      .def_property_readonly("parts", [](const cw::WellbeingIndex& made) {
        py::list parts;
        for (const cw::IndexPart& part : made.parts) parts.append(dict_of(part));
        return parts;
      })
      .def_readonly("not_on_roll", &cw::WellbeingIndex::not_on_roll)
      .def_readonly("level", &cw::WellbeingIndex::level)
      .def_property_readonly("status", [](const cw::WellbeingIndex& made) { return cw::word(made.status); });
  parent.def("compose", compose, py::arg("indicators"), py::arg("snapshot"), py::arg("definition"), py::arg("beside"),
             py::arg("interval"), py::arg("draws"), py::arg("seed"), "Composes an index of children from indicators.");
  module.def("normalise", [](const Array& values, const std::string& method, bool high_is_good, double from, double to,
                             double low, double high, double mean, double standard_deviation) {
    const auto kind = enumerator<cw::Normalisation>(method, cw::normalisation_words, "method");
    return cw::normalise(span_of(values), {kind, high_is_good, from, to, low, high, mean, standard_deviation});
  }, py::arg("values"), py::kw_only(), py::arg("method"), py::arg("high_is_good"), py::arg("lowest"),
     py::arg("highest"),
     py::arg("low"), py::arg("high"), py::arg("mean"), py::arg("standard_deviation"));
  module.def("treat_outliers", [](const Array& values, double skewness, double kurtosis, std::int64_t most_points) {
    return cw::treat_outliers(span_of(values), {skewness, kurtosis, most_points});
  }, py::arg("values"), py::kw_only(), py::arg("skewness"), py::arg("kurtosis"), py::arg("most_points"));
  module.def("component_weights", [](const Table& scores) { return cw::component_weights(view_of(scores)); },
             py::arg("scores"));
  module.def("entropy_weights", [](const Table& scores) { return cw::entropy_weights(view_of(scores)); },
             py::arg("scores"));
  module.def("effective_weights", [](const Table& parts, const Array& whole, const Array& nominal) {
    return cw::effective_weights(view_of(parts), span_of(whole), span_of(nominal));
  }, py::arg("parts"), py::arg("whole"), py::kw_only(), py::arg("nominal"));
  module.def("composite_indicator", composite_of, py::arg("values"), py::kw_only(), py::arg("nodes"), py::arg("lower"),
             py::arg("upper"), py::arg("least"), py::arg("most"), py::arg("not_applicable"), py::arg("streams"),
             py::arg("interval"), py::arg("level"), py::arg("correlation"), py::arg("low"), py::arg("high"),
             py::arg("draws"), py::arg("seed"));
}
