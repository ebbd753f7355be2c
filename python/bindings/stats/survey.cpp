// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/survey.hpp>

#include "convert.hpp"

namespace {

using Codes = ArrayOf<std::int64_t>;

constexpr std::array<std::string_view, 2> scales = {"logit", "identity"};
constexpr std::array<std::string_view, 3> lonely_words = {"refuse", "centre", "certain"};

stats::SurveyOptions options_of(double level, const std::string& scale, const std::string& lonely) {
  return {level, enumerator<stats::IntervalScale>(scale, scales, "scale"), enumerator<stats::LonelyUnit>(lonely, lonely_words, "lonely")};
}

stats::SurveyDesign design_of(const Array& weights, const Codes& strata, const Codes& clusters, const Array& populations) {
  return {span_of(weights), span_of(strata), span_of(clusters), span_of(populations)};
}

}  // namespace

void define_stats_survey(py::module_& module) {
  ResultClass<stats::SurveyEstimate>(module, "SurveyEstimate")
      .field("estimate", &stats::SurveyEstimate::estimate)
      .field("variance", &stats::SurveyEstimate::variance)
      .field("standard_error", &stats::SurveyEstimate::standard_error)
      .field("lower", &stats::SurveyEstimate::lower)
      .field("upper", &stats::SurveyEstimate::upper)
      .field("degrees_of_freedom", &stats::SurveyEstimate::degrees_of_freedom)
      .field("design_effect", &stats::SurveyEstimate::design_effect)
      .field("population", &stats::SurveyEstimate::population)
      .field("level", &stats::SurveyEstimate::level)
      .field("count", &stats::SurveyEstimate::count)
      .field("missing", &stats::SurveyEstimate::missing)
      .field("clusters", &stats::SurveyEstimate::clusters)
      .field("strata", &stats::SurveyEstimate::strata)
      .field("status", &stats::SurveyEstimate::status);
  module.def(
      "survey_mean",
      [](const Array& values, const Array& weights, const Codes& strata, const Codes& clusters, const Array& populations, double level,
         const std::string& scale, const std::string& lonely) {
        return stats::survey_mean(span_of(values), design_of(weights, strata, clusters, populations), options_of(level, scale, lonely));
      },
      py::arg("values"), py::kw_only(), py::arg("weights"), py::arg("strata"), py::arg("clusters"), py::arg("populations"),
      py::arg("level"), py::arg("scale"), py::arg("lonely"));
  module.def(
      "survey_total",
      [](const Array& values, const Array& weights, const Codes& strata, const Codes& clusters, const Array& populations, double level,
         const std::string& lonely) {
        return stats::survey_total(span_of(values), design_of(weights, strata, clusters, populations), options_of(level, "identity", lonely));
      },
      py::arg("values"), py::kw_only(), py::arg("weights"), py::arg("strata"), py::arg("clusters"), py::arg("populations"),
      py::arg("level"), py::arg("lonely"));
  module.def(
      "survey_ratio",
      [](const Array& numerators, const Array& denominators, const Array& weights, const Codes& strata, const Codes& clusters,
         const Array& populations, double level, const std::string& scale, const std::string& lonely) {
        return stats::survey_ratio(span_of(numerators), span_of(denominators), design_of(weights, strata, clusters, populations),
                                   options_of(level, scale, lonely));
      },
      py::arg("numerators"), py::arg("denominators"), py::kw_only(), py::arg("weights"), py::arg("strata"), py::arg("clusters"),
      py::arg("populations"), py::arg("level"), py::arg("scale"), py::arg("lonely"));
}
