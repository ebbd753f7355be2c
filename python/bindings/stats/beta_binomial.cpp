// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/beta_binomial.hpp>
#include <childwell/stats/gamma_poisson.hpp>

#include "convert.hpp"

namespace {

template <auto fit>
auto fitted(const Array& events, const Array& sizes) {
  const auto given_events = span_of(events);
  const auto given_sizes = span_of(sizes);
  const py::gil_scoped_release released;
  return fit(given_events, given_sizes);
}

template <auto posterior, class Fit>
stats::GroupPosteriors posteriors(const Array& events, const Array& sizes, const Fit& fit, double level) {
  const auto given_events = span_of(events);
  const auto given_sizes = span_of(sizes);
  const py::gil_scoped_release released;
  return posterior(given_events, given_sizes, fit, level);
}

}  // namespace

void define_stats_beta_binomial(py::module_& module) {
  ResultClass<stats::BetaBinomialFit>(module, "BetaBinomialFit")
      .field("mean", &stats::BetaBinomialFit::mean)
      .field("rho", &stats::BetaBinomialFit::rho)
      .field("alpha", &stats::BetaBinomialFit::alpha)
      .field("beta", &stats::BetaBinomialFit::beta)
      .field("mean_standard_error", &stats::BetaBinomialFit::mean_standard_error)
      .field("rho_standard_error", &stats::BetaBinomialFit::rho_standard_error)
      .field("log_likelihood", &stats::BetaBinomialFit::log_likelihood)
      .field("count", &stats::BetaBinomialFit::count)
      .field("missing", &stats::BetaBinomialFit::missing)
      .field("status", &stats::BetaBinomialFit::status);
  ResultClass<stats::GammaPoissonFit>(module, "GammaPoissonFit")
      .field("mean", &stats::GammaPoissonFit::mean)
      .field("dispersion", &stats::GammaPoissonFit::dispersion)
      .field("shape", &stats::GammaPoissonFit::shape)
      .field("rate", &stats::GammaPoissonFit::rate)
      .field("mean_standard_error", &stats::GammaPoissonFit::mean_standard_error)
      .field("dispersion_standard_error", &stats::GammaPoissonFit::dispersion_standard_error)
      .field("log_likelihood", &stats::GammaPoissonFit::log_likelihood)
      .field("count", &stats::GammaPoissonFit::count)
      .field("missing", &stats::GammaPoissonFit::missing)
      .field("status", &stats::GammaPoissonFit::status);
  ResultClass<stats::GroupPosteriors>(module, "GroupPosteriors")
      .field("mean", &stats::GroupPosteriors::mean)
      .field("lower", &stats::GroupPosteriors::lower)
      .field("upper", &stats::GroupPosteriors::upper)
      .field("shrinkage", &stats::GroupPosteriors::shrinkage)
      .field("level", &stats::GroupPosteriors::level)
      .field("status", &stats::GroupPosteriors::status);
  ResultClass<stats::DispersionTest>(module, "DispersionTest")
      .field("dispersion", &stats::DispersionTest::dispersion)
      .field("statistic", &stats::DispersionTest::statistic)
      .field("degrees_of_freedom", &stats::DispersionTest::degrees_of_freedom)
      .field("p_value", &stats::DispersionTest::p_value)
      .field("count", &stats::DispersionTest::count)
      .field("missing", &stats::DispersionTest::missing)
      .field("status", &stats::DispersionTest::status);
  module.def("fit_beta_binomial", fitted<stats::fit_beta_binomial>, py::arg("events"), py::arg("trials"));
  module.def("fit_gamma_poisson", fitted<stats::fit_gamma_poisson>, py::arg("events"), py::arg("exposures"));
  module.def("binomial_dispersion", fitted<stats::binomial_dispersion>, py::arg("events"), py::arg("trials"));
  module.def("poisson_dispersion", fitted<stats::poisson_dispersion>, py::arg("events"), py::arg("exposures"));
  module.def("beta_binomial_posterior", posteriors<stats::beta_binomial_posterior, stats::BetaBinomialFit>,
             py::arg("events"), py::arg("trials"), py::arg("fit"), py::kw_only(), py::arg("level"));
  module.def("gamma_poisson_posterior", posteriors<stats::gamma_poisson_posterior, stats::GammaPoissonFit>,
             py::arg("events"), py::arg("exposures"), py::arg("fit"), py::kw_only(), py::arg("level"));
}
