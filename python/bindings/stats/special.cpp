// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/special.hpp>

#include "convert.hpp"

void define_stats_special(py::module_& module) {
  module.def("normal_cdf", py::vectorize(stats::normal_cdf), py::arg("x"));
  module.def("normal_quantile", py::vectorize(stats::normal_quantile), py::arg("p"));
  module.def("beta_cdf", py::vectorize(stats::beta_cdf), py::arg("x"), py::arg("a"), py::arg("b"));
  module.def("beta_quantile", py::vectorize(stats::beta_quantile), py::arg("p"), py::arg("a"), py::arg("b"));
  module.def("student_t_cdf", py::vectorize(stats::student_t_cdf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("student_t_quantile", py::vectorize(stats::student_t_quantile),
             py::arg("p"), py::arg("degrees_of_freedom"));
  module.def("normal_sf", py::vectorize(stats::normal_sf), py::arg("x"));
  module.def("student_t_sf", py::vectorize(stats::student_t_sf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("beta_sf", py::vectorize(stats::beta_sf), py::arg("x"), py::arg("a"), py::arg("b"));
  module.def("chi_squared_cdf", py::vectorize(stats::chi_squared_cdf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("chi_squared_sf", py::vectorize(stats::chi_squared_sf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("chi_squared_quantile", py::vectorize(stats::chi_squared_quantile),
             py::arg("p"), py::arg("degrees_of_freedom"));
  module.def("f_cdf", py::vectorize(stats::f_cdf), py::arg("x"), py::arg("numerator"), py::arg("denominator"));
  module.def("f_sf", py::vectorize(stats::f_sf), py::arg("x"), py::arg("numerator"), py::arg("denominator"));
  module.def("f_quantile", py::vectorize(stats::f_quantile),
             py::arg("p"), py::arg("numerator"), py::arg("denominator"));
  module.def("gamma_cdf", py::vectorize(stats::gamma_cdf), py::arg("x"), py::arg("shape"), py::arg("rate"));
  module.def("gamma_sf", py::vectorize(stats::gamma_sf), py::arg("x"), py::arg("shape"), py::arg("rate"));
  module.def("gamma_quantile", py::vectorize(stats::gamma_quantile), py::arg("p"), py::arg("shape"), py::arg("rate"));
  module.def("binomial_pmf", py::vectorize(stats::binomial_pmf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("binomial_cdf", py::vectorize(stats::binomial_cdf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("binomial_sf", py::vectorize(stats::binomial_sf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("poisson_pmf", py::vectorize(stats::poisson_pmf), py::arg("events"), py::arg("mean"));
  module.def("poisson_cdf", py::vectorize(stats::poisson_cdf), py::arg("events"), py::arg("mean"));
  module.def("poisson_sf", py::vectorize(stats::poisson_sf), py::arg("events"), py::arg("mean"));
  module.def("log_gamma", py::vectorize(stats::log_gamma), py::arg("x"));
  module.def("log_beta", py::vectorize(stats::log_beta), py::arg("a"), py::arg("b"));
  module.def("digamma", py::vectorize(stats::digamma), py::arg("x"));
  module.def("trigamma", py::vectorize(stats::trigamma), py::arg("x"));
  module.def("expit", py::vectorize(stats::expit), py::arg("x"));
  module.def("logit", py::vectorize(stats::logit), py::arg("p"));
  module.def("log1p_exp", py::vectorize(stats::log1p_exp), py::arg("x"));
  module.def("noncentral_t_cdf", py::vectorize(stats::noncentral_t_cdf),
             py::arg("x"), py::arg("degrees_of_freedom"), py::arg("noncentrality"));
  module.def("negative_binomial_pmf", py::vectorize(stats::negative_binomial_pmf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("negative_binomial_cdf", py::vectorize(stats::negative_binomial_cdf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("negative_binomial_sf", py::vectorize(stats::negative_binomial_sf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("beta_binomial_pmf", py::vectorize(stats::beta_binomial_pmf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_pmf", py::vectorize(stats::hypergeometric_pmf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_cdf", py::vectorize(stats::beta_binomial_cdf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_cdf", py::vectorize(stats::hypergeometric_cdf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_sf", py::vectorize(stats::beta_binomial_sf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_sf", py::vectorize(stats::hypergeometric_sf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_quantile", py::vectorize(stats::beta_binomial_quantile),
             py::arg("p"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
}
