// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>
#include <childwell/stats/rank.hpp>

#include "convert.hpp"

namespace {

constexpr std::array<std::string_view, 3> shape_words = {"population", "adjusted", "sample"};
constexpr std::array<std::string_view, 2> weight_words = {"frequency", "reliability"};

stats::WeightKind weight_kind_of(const std::string& text) {
  return enumerator<stats::WeightKind>(text, weight_words, "weight_kind");
}

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
      .field("missing", &stats::Moments::missing)
      .field("weight", &stats::Moments::weight)
      .field("mean", &stats::Moments::mean)
      .field("variance", &stats::Moments::variance)
      .field("standard_deviation", &stats::Moments::standard_deviation)
      .field("skewness", &stats::Moments::skewness)
      .field("kurtosis", &stats::Moments::kurtosis)
      .field("minimum", &stats::Moments::minimum)
      .field("maximum", &stats::Moments::maximum)
      .field("status", &stats::Moments::status);
  ResultClass<stats::Covariance>(module, "Covariance")
      .field("count", &stats::Covariance::count)
      .field("missing", &stats::Covariance::missing)
      .field("covariance", &stats::Covariance::covariance)
      .field("mean_first", &stats::Covariance::mean_first)
      .field("mean_second", &stats::Covariance::mean_second)
      .field("variance_first", &stats::Covariance::variance_first)
      .field("variance_second", &stats::Covariance::variance_second)
      .field("status", &stats::Covariance::status);
  ResultClass<stats::CovarianceMatrix>(module, "CovarianceMatrix")
      .field("count", &stats::CovarianceMatrix::count)
      .field("missing", &stats::CovarianceMatrix::missing)
      .field("means", &stats::CovarianceMatrix::means)
      .field("covariance", &stats::CovarianceMatrix::covariance)
      .field("status", &stats::CovarianceMatrix::status);
  ResultClass<stats::Autocorrelation>(module, "Autocorrelation")
      .field("estimate", &stats::Autocorrelation::estimate)
      .field("lag", &stats::Autocorrelation::lag)
      .field("count", &stats::Autocorrelation::count)
      .field("missing", &stats::Autocorrelation::missing)
      .field("pairs", &stats::Autocorrelation::pairs)
      .field("status", &stats::Autocorrelation::status);
  // Two names, so that whole numbers are never taken for doubles on the way.
  module.def(
      "moments_of_whole_numbers",
      [](const ArrayOf<std::int64_t>& values, const std::string& shape) {
        const auto given = span_of(values);
        const stats::MomentsOptions options{enumerator<stats::ShapeKind>(shape, shape_words, "shape"), {}};
        const py::gil_scoped_release released;
        return stats::moments(given, options);
      },
      py::arg("values"), py::kw_only(), py::arg("shape"));
  module.def(
      "moments",
      [](const Array& values, const Array& weights, const std::string& shape, const std::string& weight_kind) {
        const auto given = span_of(values);
        const auto given_weights = span_of(weights);
        const stats::MomentsOptions options{enumerator<stats::ShapeKind>(shape, shape_words, "shape"),
                                            weight_kind_of(weight_kind)};
        const py::gil_scoped_release released;
        return stats::moments(given, given_weights, options);
      },
      py::arg("values"), py::arg("weights"), py::kw_only(), py::arg("shape"), py::arg("weight_kind"));
  module.def(
      "covariance",
      [](const Array& first, const Array& second, const Array& weights, const std::string& weight_kind) {
        return stats::covariance(span_of(first), span_of(second), span_of(weights), weight_kind_of(weight_kind));
      },
      py::arg("first"), py::arg("second"), py::arg("weights"), py::kw_only(), py::arg("weight_kind"));
  module.def(
      "covariance_matrix",
      [](const py::array_t<double, py::array::forcecast>& values, const Array& weights,
         const std::string& weight_kind) {
        const auto view = view_of(values);
        const auto given_weights = span_of(weights);
        const auto kind = weight_kind_of(weight_kind);
        const py::gil_scoped_release released;
        return stats::covariance_matrix(view, given_weights, kind);
      },
      py::arg("values"), py::arg("weights"), py::kw_only(), py::arg("weight_kind"));
  module.def(
      "autocorrelation",
      [](const Array& values, std::int64_t lag) { return stats::autocorrelation(span_of(values), lag); },
      py::arg("values"), py::kw_only(), py::arg("lag"));
  module.def("mid_ranks", scored<stats::mid_ranks>, py::arg("values"));
  module.def("mid_rank_percentiles", scored<stats::mid_rank_percentiles>, py::arg("values"));
  module.def("rank_normal_scores", scored<stats::rank_normal_scores>, py::arg("values"));
}
