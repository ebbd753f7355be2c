// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>
#include <childwell/stats/pooling.hpp>
#include <childwell/stats/proportion.hpp>
#include <childwell/stats/rank.hpp>
#include <childwell/stats/ratio.hpp>
#include <childwell/stats/special.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace py = pybind11;
namespace stats = childwell::stats;

namespace {

using Array = py::array_t<double, py::array::c_style | py::array::forcecast>;

std::span<const double> span_of(const Array& values) {
  if (values.ndim() != 1) throw std::invalid_argument("childwell: give one-dimensional arrays");
  return {values.data(), static_cast<std::size_t>(values.size())};
}

Array array_of(const std::vector<double>& values) {
  return Array(static_cast<py::ssize_t>(values.size()), values.data());
}

stats::IntervalScale scale_of(const std::string& scale) {
  if (scale == "logit") return stats::IntervalScale::logit;
  if (scale == "identity") return stats::IntervalScale::identity;
  throw std::invalid_argument("childwell: scale is 'logit' for rates or 'identity' for means");
}

template <class Owner>
std::string status_of(const Owner& owner) {
  return std::string(childwell::word(owner.status));
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

void define_values(py::module_& module) {
  py::class_<stats::ProportionInterval>(module, "ProportionInterval")
      .def_readonly("estimate", &stats::ProportionInterval::estimate)
      .def_readonly("lower", &stats::ProportionInterval::lower)
      .def_readonly("upper", &stats::ProportionInterval::upper)
      .def_readonly("level", &stats::ProportionInterval::level)
      .def_property_readonly("method", [](const stats::ProportionInterval& made) { return std::string(made.method); })
      .def_property_readonly("status", status_of<stats::ProportionInterval>);
  py::class_<stats::Moments>(module, "Moments")
      .def_readonly("count", &stats::Moments::count)
      .def_readonly("mean", &stats::Moments::mean)
      .def_readonly("variance", &stats::Moments::variance)
      .def_property_readonly("status", status_of<stats::Moments>);
  py::class_<stats::RatioEstimate>(module, "RatioEstimate")
      .def_readonly("estimate", &stats::RatioEstimate::estimate)
      .def_readonly("variance", &stats::RatioEstimate::variance)
      .def_readonly("lower", &stats::RatioEstimate::lower)
      .def_readonly("upper", &stats::RatioEstimate::upper)
      .def_readonly("degrees_of_freedom", &stats::RatioEstimate::degrees_of_freedom)
      .def_readonly("design_effect", &stats::RatioEstimate::design_effect)
      .def_readonly("level", &stats::RatioEstimate::level)
      .def_readonly("clusters", &stats::RatioEstimate::clusters)
      .def_property_readonly("status", status_of<stats::RatioEstimate>);
  py::class_<stats::BetweenGroups>(module, "BetweenGroups")
      .def_readonly("variance", &stats::BetweenGroups::variance)
      .def_readonly("centre", &stats::BetweenGroups::centre)
      .def_readonly("centre_variance", &stats::BetweenGroups::centre_variance)
      .def_readonly("heterogeneity", &stats::BetweenGroups::heterogeneity)
      .def_readonly("groups", &stats::BetweenGroups::groups)
      .def_property_readonly("status", status_of<stats::BetweenGroups>);
}

void define_special(py::module_& module) {
  module.def("normal_cdf", py::vectorize(stats::normal_cdf), py::arg("x"));
  module.def("normal_quantile", py::vectorize(stats::normal_quantile), py::arg("p"));
  module.def("beta_cdf", py::vectorize(stats::beta_cdf), py::arg("x"), py::arg("a"), py::arg("b"));
  module.def("beta_quantile", py::vectorize(stats::beta_quantile), py::arg("p"), py::arg("a"), py::arg("b"));
  module.def("student_t_cdf", py::vectorize(stats::student_t_cdf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("student_t_quantile", py::vectorize(stats::student_t_quantile), py::arg("p"),
             py::arg("degrees_of_freedom"));
}

}  // namespace

void define_stats(py::module_& module) {
  define_values(module);
  define_special(module);
  module.def("wilson_interval", stats::wilson_interval, py::arg("events"), py::arg("trials"), py::kw_only(),
             py::arg("level"));
  module.def("clopper_pearson_interval", stats::clopper_pearson_interval, py::arg("events"), py::arg("trials"),
             py::kw_only(), py::arg("level"));
  module.def("jeffreys_interval", stats::jeffreys_interval, py::arg("events"), py::arg("trials"), py::kw_only(),
             py::arg("level"));
  module.def("mid_ranks", scored<stats::mid_ranks>, py::arg("values"));
  module.def("mid_rank_percentiles", scored<stats::mid_rank_percentiles>, py::arg("values"));
  module.def("rank_normal_scores", scored<stats::rank_normal_scores>, py::arg("values"));
  module.def("moments", [](const Array& values) { return stats::moments(span_of(values)); }, py::arg("values"));
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
