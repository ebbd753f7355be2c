// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/index/composite.hpp>
#include <childwell/index/normalise.hpp>
#include <childwell/index/weights.hpp>

#include <stats/convert.hpp>

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
      .property("statuses", [](const cw::Composite& made) {
        std::vector<std::uint8_t> codes;
        for (const cw::Status status : made.statuses) codes.push_back(static_cast<std::uint8_t>(status));
        return flags_of(codes);
      });
  module.def("normalise", [](const Array& values, const std::string& method, bool high_is_good, double from, double to,
                             double low, double high, double mean, double standard_deviation) {
    const auto kind = enumerator<cw::Normalisation>(method, cw::normalisation_words, "method");
    return cw::normalise(span_of(values), {kind, high_is_good, from, to, low, high, mean, standard_deviation});
  }, py::arg("values"), py::kw_only(), py::arg("method"), py::arg("high_is_good"), py::arg("lowest"), py::arg("highest"),
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
