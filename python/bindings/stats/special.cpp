// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/special.hpp>

#include "convert.hpp"

namespace {

// pybind11 refuses shapes that do not fit one another with a RuntimeError; here that is the caller's mistake.
template <class... Given>
auto elementwise(double (*function)(Given...) noexcept) {
  return [made = py::vectorize(function)](const py::array_t<Given, py::array::forcecast>&... given) mutable -> py::object {
    try {
      return made(py::array_t<Given, py::array::forcecast>(given)...);
    } catch (const py::error_already_set&) {
      throw;
    } catch (const std::runtime_error&) {
      throw std::invalid_argument("childwell: arguments must be of one length, or single numbers");
    }
  };
}

}  // namespace

void define_stats_special(py::module_& module) {
  module.def("normal_cdf", elementwise(stats::normal_cdf), py::arg("x"));
  module.def("normal_quantile", elementwise(stats::normal_quantile), py::arg("p"));
  module.def("beta_cdf", elementwise(stats::beta_cdf), py::arg("x"), py::arg("a"), py::arg("b"));
  module.def("beta_quantile", elementwise(stats::beta_quantile), py::arg("p"), py::arg("a"), py::arg("b"));
  module.def("student_t_cdf", elementwise(stats::student_t_cdf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("student_t_quantile", elementwise(stats::student_t_quantile),
             py::arg("p"), py::arg("degrees_of_freedom"));
  module.def("normal_sf", elementwise(stats::normal_sf), py::arg("x"));
  module.def("student_t_sf", elementwise(stats::student_t_sf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("beta_sf", elementwise(stats::beta_sf), py::arg("x"), py::arg("a"), py::arg("b"));
  module.def("chi_squared_cdf", elementwise(stats::chi_squared_cdf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("chi_squared_sf", elementwise(stats::chi_squared_sf), py::arg("x"), py::arg("degrees_of_freedom"));
  module.def("chi_squared_quantile", elementwise(stats::chi_squared_quantile),
             py::arg("p"), py::arg("degrees_of_freedom"));
  module.def("f_cdf", elementwise(stats::f_cdf), py::arg("x"), py::arg("numerator"), py::arg("denominator"));
  module.def("f_sf", elementwise(stats::f_sf), py::arg("x"), py::arg("numerator"), py::arg("denominator"));
  module.def("f_quantile", elementwise(stats::f_quantile),
             py::arg("p"), py::arg("numerator"), py::arg("denominator"));
  module.def("gamma_cdf", elementwise(stats::gamma_cdf), py::arg("x"), py::arg("shape"), py::arg("rate"));
  module.def("gamma_sf", elementwise(stats::gamma_sf), py::arg("x"), py::arg("shape"), py::arg("rate"));
  module.def("gamma_quantile", elementwise(stats::gamma_quantile), py::arg("p"), py::arg("shape"), py::arg("rate"));
  module.def("binomial_pmf", elementwise(stats::binomial_pmf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("binomial_cdf", elementwise(stats::binomial_cdf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("binomial_sf", elementwise(stats::binomial_sf),
             py::arg("events"), py::arg("trials"), py::arg("probability"));
  module.def("poisson_pmf", elementwise(stats::poisson_pmf), py::arg("events"), py::arg("mean"));
  module.def("poisson_cdf", elementwise(stats::poisson_cdf), py::arg("events"), py::arg("mean"));
  module.def("poisson_sf", elementwise(stats::poisson_sf), py::arg("events"), py::arg("mean"));
  module.def("log_gamma", elementwise(stats::log_gamma), py::arg("x"));
  module.def("log_beta", elementwise(stats::log_beta), py::arg("a"), py::arg("b"));
  module.def("digamma", elementwise(stats::digamma), py::arg("x"));
  module.def("trigamma", elementwise(stats::trigamma), py::arg("x"));
  module.def("expit", elementwise(stats::expit), py::arg("x"));
  module.def("logit", elementwise(stats::logit), py::arg("p"));
  module.def("log1p_exp", elementwise(stats::log1p_exp), py::arg("x"));
  module.def("noncentral_t_cdf", elementwise(stats::noncentral_t_cdf),
             py::arg("x"), py::arg("degrees_of_freedom"), py::arg("noncentrality"));
  module.def("negative_binomial_pmf", elementwise(stats::negative_binomial_pmf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("negative_binomial_cdf", elementwise(stats::negative_binomial_cdf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("negative_binomial_sf", elementwise(stats::negative_binomial_sf),
             py::arg("events"), py::arg("mean"), py::arg("dispersion"));
  module.def("beta_binomial_pmf", elementwise(stats::beta_binomial_pmf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_pmf", elementwise(stats::hypergeometric_pmf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_cdf", elementwise(stats::beta_binomial_cdf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_cdf", elementwise(stats::hypergeometric_cdf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_sf", elementwise(stats::beta_binomial_sf),
             py::arg("events"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
  module.def("hypergeometric_sf", elementwise(stats::hypergeometric_sf),
             py::arg("events"), py::arg("population"), py::arg("marked"), py::arg("draws"));
  module.def("beta_binomial_quantile", elementwise(stats::beta_binomial_quantile),
             py::arg("p"), py::arg("trials"), py::arg("alpha"), py::arg("beta"));
}
