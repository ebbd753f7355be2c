// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/pooling.hpp>
#include <childwell/stats/ratio.hpp>

#include "convert.hpp"

namespace {

stats::IntervalScale scale_of(const std::string& scale) {
  if (scale == "logit") return stats::IntervalScale::logit;
  if (scale == "identity") return stats::IntervalScale::identity;
  throw std::invalid_argument("childwell: scale is 'logit' for rates or 'identity' for means");
}

py::dict shrunken(const Array& estimates, const Array& variances, const stats::BetweenGroups& between,
                  const std::string& scale, double level) {
  const auto pooled =
      stats::shrunken_estimates(span_of(estimates), span_of(variances), between, scale_of(scale), level);
  std::vector<double> value, lower, upper, shrinkage;
  for (const stats::PooledEstimate& one : pooled) {
    value.push_back(one.value);
    lower.push_back(one.lower);
    upper.push_back(one.upper);
    shrinkage.push_back(one.shrinkage);
  }
  py::dict made;
  made["value"] = array_of(value);
  made["lower"] = array_of(lower);
  made["upper"] = array_of(upper);
  made["shrinkage"] = array_of(shrinkage);
  return made;
}

}  // namespace

void define_stats_pooling(py::module_& module) {
  ResultClass<stats::RatioEstimate>(module, "RatioEstimate")
      .field("estimate", &stats::RatioEstimate::estimate)
      .field("variance", &stats::RatioEstimate::variance)
      .field("lower", &stats::RatioEstimate::lower)
      .field("upper", &stats::RatioEstimate::upper)
      .field("degrees_of_freedom", &stats::RatioEstimate::degrees_of_freedom)
      .field("design_effect", &stats::RatioEstimate::design_effect)
      .field("level", &stats::RatioEstimate::level)
      .field("clusters", &stats::RatioEstimate::clusters)
      .field("status", &stats::RatioEstimate::status);
  ResultClass<stats::BetweenGroups>(module, "BetweenGroups")
      .field("variance", &stats::BetweenGroups::variance)
      .field("centre", &stats::BetweenGroups::centre)
      .field("centre_variance", &stats::BetweenGroups::centre_variance)
      .field("heterogeneity", &stats::BetweenGroups::heterogeneity)
      .field("groups", &stats::BetweenGroups::groups)
      .field("status", &stats::BetweenGroups::status);
  module.def(
      "ratio_estimate",
      [](const Array& numerators, const Array& denominators, double level, const std::string& scale,
         double design_effect) {
        return stats::ratio_estimate(span_of(numerators), span_of(denominators),
                                     {level, scale_of(scale), design_effect});
      },
      py::arg("numerators"), py::arg("denominators"), py::kw_only(), py::arg("level"), py::arg("scale"),
      py::arg("design_effect"));
  module.def(
      "paule_mandel",
      [](const Array& estimates, const Array& variances) {
        return stats::paule_mandel(span_of(estimates), span_of(variances));
      },
      py::arg("estimates"), py::arg("variances"));
  module.def(
      "smoothed_variances",
      [](const Array& variances, const Array& sizes) {
        return array_of(stats::smoothed_variances(span_of(variances), span_of(sizes)));
      },
      py::arg("variances"), py::arg("sizes"));
  module.def("shrunken_estimates", shrunken, py::arg("estimates"), py::arg("variances"), py::arg("between"),
             py::kw_only(), py::arg("scale"), py::arg("level"));
}
