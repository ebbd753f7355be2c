// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/generalised.hpp>
#include <childwell/stats/separation.hpp>

#include "convert.hpp"

namespace {

using Table = py::array_t<double, py::array::forcecast>;
using Names = std::vector<std::string>;

stats::GeneralisedOptions options_of(bool intercept, double ridge, bool firth, double level, std::int64_t most_steps,
                                     Names names) {
  return {intercept, ridge, firth, level, most_steps, std::move(names)};
}

stats::GeneralisedFit logistic(const Table& design, const Array& outcomes, const Array& weights, const Array& offsets,
                               bool intercept, double ridge, bool firth, double level, std::int64_t most_steps,
                               Names names) {
  const auto view = view_of(design);
  const auto y = span_of(outcomes), w = span_of(weights), o = span_of(offsets);
  const auto options = options_of(intercept, ridge, firth, level, most_steps, std::move(names));
  const py::gil_scoped_release released;
  return stats::fit_logistic(view, y, w, o, options);
}

stats::GeneralisedFit hazard(const Table& design, const Array& events, const std::string& link, const Array& weights,
                             const Array& offsets, bool intercept, double ridge, bool firth, double level,
                             std::int64_t most_steps, Names names) {
  const auto view = view_of(design);
  const auto y = span_of(events), w = span_of(weights), o = span_of(offsets);
  const auto options = options_of(intercept, ridge, firth, level, most_steps, std::move(names));
  const auto chosen = enumerator<stats::Link>(link, stats::link_words, "link");
  const py::gil_scoped_release released;
  return stats::fit_discrete_hazard(view, y, chosen, w, o, options);
}

template <stats::GeneralisedFit (*fit)(const stats::MatrixView&, std::span<const double>, std::span<const double>,
                                       std::span<const double>, std::span<const double>,
                                       const stats::GeneralisedOptions&)>
stats::GeneralisedFit counted(const Table& design, const Array& counts, const Array& exposures, const Array& weights,
                              const Array& offsets, bool intercept, double ridge, double level,
                              std::int64_t most_steps, Names names) {
  const auto view = view_of(design);
  const auto y = span_of(counts), e = span_of(exposures), w = span_of(weights), o = span_of(offsets);
  const auto options = options_of(intercept, ridge, false, level, most_steps, std::move(names));
  const py::gil_scoped_release released;
  return fit(view, y, e, w, o, options);
}

template <auto function>
void define_counts(py::module_& module, const char* name) {
  module.def(name, function, py::arg("design"), py::arg("counts"), py::kw_only(), py::arg("exposures"),
             py::arg("weights"), py::arg("offsets"), py::arg("intercept"), py::arg("ridge"), py::arg("level"),
             py::arg("most_steps"), py::arg("names"));
}

}  // namespace

void define_stats_generalised(py::module_& module) {
  ResultClass<stats::GeneralisedFit>(module, "GeneralisedFit")
      .field("names", &stats::GeneralisedFit::names)
      .field("coefficients", &stats::GeneralisedFit::coefficients)
      .field("standard_errors", &stats::GeneralisedFit::standard_errors)
      .field("statistics", &stats::GeneralisedFit::statistics)
      .field("p_values", &stats::GeneralisedFit::p_values)
      .field("lower", &stats::GeneralisedFit::lower)
      .field("upper", &stats::GeneralisedFit::upper)
      .field("covariance", &stats::GeneralisedFit::covariance)
      .field("dispersion", &stats::GeneralisedFit::dispersion)
      .field("pearson_dispersion", &stats::GeneralisedFit::pearson_dispersion)
      .field("deviance", &stats::GeneralisedFit::deviance)
      .field("null_deviance", &stats::GeneralisedFit::null_deviance)
      .field("log_likelihood", &stats::GeneralisedFit::log_likelihood)
      .field("aic", &stats::GeneralisedFit::aic)
      .field("theta", &stats::GeneralisedFit::theta)
      .field("theta_standard_error", &stats::GeneralisedFit::theta_standard_error)
      .field("condition", &stats::GeneralisedFit::condition)
      .field("level", &stats::GeneralisedFit::level)
      .field("count", &stats::GeneralisedFit::count)
      .field("missing", &stats::GeneralisedFit::missing)
      .field("rank", &stats::GeneralisedFit::rank)
      .field("residual_degrees_of_freedom", &stats::GeneralisedFit::residual_degrees_of_freedom)
      .field("dispersion_is_estimated", &stats::GeneralisedFit::dispersion_is_estimated)
      .field("iterations", &stats::GeneralisedFit::iterations)
      .field("left_out", &stats::GeneralisedFit::left_out)
      .field("separating", &stats::GeneralisedFit::separating)
      .property("link",
                [](const stats::GeneralisedFit& fit) {
                  return std::string(stats::link_words[static_cast<std::size_t>(fit.link)]);
                })
      .field("status", &stats::GeneralisedFit::status);
  ResultClass<stats::GeneralisedPredictions>(module, "GeneralisedPredictions")
      .field("linear_predictors", &stats::GeneralisedPredictions::linear_predictors)
      .field("standard_errors", &stats::GeneralisedPredictions::standard_errors)
      .field("means", &stats::GeneralisedPredictions::means)
      .field("lower", &stats::GeneralisedPredictions::lower)
      .field("upper", &stats::GeneralisedPredictions::upper)
      .field("status", &stats::GeneralisedPredictions::status);
  ResultClass<stats::Separation>(module, "Separation")
      .field("direction", &stats::Separation::direction)
      .field("columns", &stats::Separation::columns)
      .field("rows", &stats::Separation::rows)
      .field("count", &stats::Separation::count)
      .field("missing", &stats::Separation::missing)
      .field("status", &stats::Separation::status);
  module.def("fit_logistic", logistic, py::arg("design"), py::arg("outcomes"), py::kw_only(), py::arg("weights"),
             py::arg("offsets"), py::arg("intercept"), py::arg("ridge"), py::arg("firth"), py::arg("level"),
             py::arg("most_steps"), py::arg("names"));
  module.def("fit_discrete_hazard", hazard, py::arg("design"), py::arg("events"), py::kw_only(), py::arg("link"),
             py::arg("weights"), py::arg("offsets"), py::arg("intercept"), py::arg("ridge"), py::arg("firth"),
             py::arg("level"), py::arg("most_steps"), py::arg("names"));
  define_counts<counted<stats::fit_poisson>>(module, "fit_poisson");
  define_counts<counted<stats::fit_quasi_poisson>>(module, "fit_quasi_poisson");
  define_counts<counted<stats::fit_negative_binomial>>(module, "fit_negative_binomial");
  module.def(
      "predict_generalised",
      [](const stats::GeneralisedFit& fit, const Table& design, const Array& offsets, double level) {
        const auto view = view_of(design);
        const auto o = span_of(offsets);
        const py::gil_scoped_release released;
        return stats::predict_generalised(fit, view, o, level);
      },
      py::arg("fit"), py::arg("design"), py::kw_only(), py::arg("offsets"), py::arg("level"));
  module.def(
      "detect_separation",
      [](const Table& design, const Array& outcomes, bool intercept, const Names& names) {
        const auto view = view_of(design);
        const auto y = span_of(outcomes);
        const py::gil_scoped_release released;
        return stats::detect_separation(view, y, intercept, names);
      },
      py::arg("design"), py::arg("outcomes"), py::kw_only(), py::arg("intercept"), py::arg("names"));
}
