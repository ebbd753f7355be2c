// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/exact_test.hpp>

#include "convert.hpp"

namespace {

using namespace std::string_view_literals;

stats::ExactTestOptions options_of(const std::string& alternative, const std::string& method, double level) {
  return {enumerator<stats::Alternative>(alternative, std::array{"two_sided"sv, "less"sv, "greater"sv}, "alternative"),
          enumerator<stats::ExactMethod>(method, std::array{"small_p"sv, "central"sv, "mid_p"sv}, "method"), level};
}

}  // namespace

void define_stats_exact_test(py::module_& module) {
  ResultClass<stats::ExactTest>(module, "ExactTest")
      .field("estimate", &stats::ExactTest::estimate)
      .field("p_value", &stats::ExactTest::p_value)
      .field("lower", &stats::ExactTest::lower)
      .field("upper", &stats::ExactTest::upper)
      .field("level", &stats::ExactTest::level)
      .field("status", &stats::ExactTest::status);
  module.def("binomial_test",
             [](double events, double trials, double probability, const std::string& alternative,
                const std::string& method, double level) {
               return stats::binomial_test(events, trials, probability, options_of(alternative, method, level));
             },
             py::arg("events"), py::arg("trials"), py::arg("probability"), py::kw_only(), py::arg("alternative"),
             py::arg("method"), py::arg("level"));
  module.def("poisson_test",
             [](double events, double exposure, double rate, const std::string& alternative, const std::string& method,
                double level) {
               return stats::poisson_test(events, exposure, rate, options_of(alternative, method, level));
             },
             py::arg("events"), py::arg("exposure"), py::arg("rate"), py::kw_only(), py::arg("alternative"),
             py::arg("method"), py::arg("level"));
  module.def("poisson_rate_interval", stats::poisson_rate_interval, py::arg("events"), py::arg("exposure"),
             py::kw_only(), py::arg("level"));
  module.def("fisher_exact_test",
             [](double a, double b, double c, double d, const std::string& alternative, const std::string& method,
                double level) {
               const auto options = options_of(alternative, method, level);
               const py::gil_scoped_release released;
               return stats::fisher_exact_test(a, b, c, d, options);
             },
             py::arg("a"), py::arg("b"), py::arg("c"), py::arg("d"), py::kw_only(), py::arg("alternative"),
             py::arg("method"), py::arg("level"));
}
