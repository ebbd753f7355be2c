// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/linear.hpp>

#include "convert.hpp"

namespace {

using Design = py::array_t<double, py::array::forcecast>;

constexpr std::array<std::string_view, 8> kind_words = {"HC0", "HC1", "HC2", "HC3", "CR0", "CR1", "CR1S", "CR2"};

stats::RobustKind kind_of(const std::string& kind) { return enumerator<stats::RobustKind>(kind, kind_words, "kind"); }

template <class Call>
auto unlocked(Call call) {
  const py::gil_scoped_release released;
  return call();
}

void define_results(py::module_& module) {
  ResultClass<stats::LinearFit>(module, "LinearFit")
      .field("names", &stats::LinearFit::names)
      .field("coefficients", &stats::LinearFit::coefficients)
      .field("standard_errors", &stats::LinearFit::standard_errors)
      .field("covariance", &stats::LinearFit::covariance)
      .property("dependent",
                [](const stats::LinearFit& fit) {
                  std::vector<std::string> names;
                  for (const std::int64_t position : fit.dependent) {
                    names.push_back(fit.names[static_cast<std::size_t>(position)]);
                  }
                  return names;
                })
      .field("fitted", &stats::LinearFit::fitted)
      .field("residuals", &stats::LinearFit::residuals)
      .field("leverages", &stats::LinearFit::leverages)
      .field("sigma", &stats::LinearFit::sigma)
      .field("residual_sum_of_squares", &stats::LinearFit::residual_sum_of_squares)
      .field("total_sum_of_squares", &stats::LinearFit::total_sum_of_squares)
      .field("r_squared", &stats::LinearFit::r_squared)
      .field("adjusted_r_squared", &stats::LinearFit::adjusted_r_squared)
      .field("log_likelihood", &stats::LinearFit::log_likelihood)
      .field("f_statistic", &stats::LinearFit::f_statistic)
      .field("f_p", &stats::LinearFit::f_p)
      .field("model_degrees_of_freedom", &stats::LinearFit::model_degrees_of_freedom)
      .field("residual_degrees_of_freedom", &stats::LinearFit::residual_degrees_of_freedom)
      .field("condition", &stats::LinearFit::condition)
      .field("tolerance", &stats::LinearFit::tolerance)
      .field("last_correction", &stats::LinearFit::last_correction)
      .field("refinements", &stats::LinearFit::refinements)
      .field("count", &stats::LinearFit::count)
      .field("missing", &stats::LinearFit::missing)
      .field("rank", &stats::LinearFit::rank)
      .field("intercept", &stats::LinearFit::intercept)
      .field("status", &stats::LinearFit::status);
  ResultClass<stats::RobustCovariance>(module, "RobustCovariance")
      .field("covariance", &stats::RobustCovariance::covariance)
      .field("standard_errors", &stats::RobustCovariance::standard_errors)
      .field("degrees_of_freedom", &stats::RobustCovariance::degrees_of_freedom)
      .property("kind",
                [](const stats::RobustCovariance& made) {
                  return std::string(kind_words[static_cast<std::size_t>(made.kind)]);
                })
      .field("factor", &stats::RobustCovariance::factor)
      .field("clusters", &stats::RobustCovariance::clusters)
      .field("second_clusters", &stats::RobustCovariance::second_clusters)
      .field("smallest_eigenvalue", &stats::RobustCovariance::smallest_eigenvalue)
      .field("eigenvalues_fixed", &stats::RobustCovariance::eigenvalues_fixed)
      .field("status", &stats::RobustCovariance::status);
  ResultClass<stats::CoefficientTests>(module, "CoefficientTests")
      .field("names", &stats::CoefficientTests::names)
      .field("estimates", &stats::CoefficientTests::estimates)
      .field("standard_errors", &stats::CoefficientTests::standard_errors)
      .field("degrees_of_freedom", &stats::CoefficientTests::degrees_of_freedom)
      .field("t", &stats::CoefficientTests::t)
      .field("p", &stats::CoefficientTests::p)
      .field("lower", &stats::CoefficientTests::lower)
      .field("upper", &stats::CoefficientTests::upper)
      .field("level", &stats::CoefficientTests::level)
      .field("status", &stats::CoefficientTests::status);
  ResultClass<stats::WaldTest>(module, "WaldTest")
      .field("f", &stats::WaldTest::f)
      .field("p", &stats::WaldTest::p)
      .field("numerator_degrees_of_freedom", &stats::WaldTest::numerator_degrees_of_freedom)
      .field("denominator_degrees_of_freedom", &stats::WaldTest::denominator_degrees_of_freedom)
      .field("status", &stats::WaldTest::status);
  ResultClass<stats::LinearPrediction>(module, "LinearPrediction")
      .field("value", &stats::LinearPrediction::value)
      .field("standard_error", &stats::LinearPrediction::standard_error)
      .field("mean_lower", &stats::LinearPrediction::mean_lower)
      .field("mean_upper", &stats::LinearPrediction::mean_upper)
      .field("new_lower", &stats::LinearPrediction::new_lower)
      .field("new_upper", &stats::LinearPrediction::new_upper)
      .field("level", &stats::LinearPrediction::level)
      .field("status", &stats::LinearPrediction::status);
}

}  // namespace

void define_stats_linear(py::module_& module) {
  define_results(module);
  module.def(
      "fit_linear",
      [](const Design& design, const Array& outcome, const Array& weights, bool intercept,
         const std::vector<std::string>& names, double tolerance) {
        const auto view = view_of(design);
        return unlocked([&] {
          return stats::fit_linear(view, span_of(outcome), span_of(weights), {intercept, names, tolerance});
        });
      },
      py::arg("design"), py::arg("outcome"), py::arg("weights"), py::kw_only(), py::arg("intercept"), py::arg("names"),
      py::arg("tolerance"));
  module.def(
      "robust_covariance",
      [](const stats::LinearFit& fit, const std::string& kind) {
        const auto wanted = kind_of(kind);
        return unlocked([&] { return stats::robust_covariance(fit, wanted); });
      },
      py::arg("fit"), py::kw_only(), py::arg("kind"));
  module.def(
      "cluster_covariance",
      [](const stats::LinearFit& fit, const ArrayOf<std::int64_t>& clusters, const std::string& kind) {
        const auto wanted = kind_of(kind);
        return unlocked([&] { return stats::cluster_covariance(fit, span_of(clusters), wanted); });
      },
      py::arg("fit"), py::arg("clusters"), py::kw_only(), py::arg("kind"));
  module.def(
      "two_way_cluster_covariance",
      [](const stats::LinearFit& fit, const ArrayOf<std::int64_t>& first, const ArrayOf<std::int64_t>& second,
         const std::string& kind, bool fix_eigenvalues) {
        const auto wanted = kind_of(kind);
        return unlocked([&] {
          return stats::two_way_cluster_covariance(fit, span_of(first), span_of(second), wanted, fix_eigenvalues);
        });
      },
      py::arg("fit"), py::arg("first"), py::arg("second"), py::kw_only(), py::arg("kind"), py::arg("fix_eigenvalues"));
  module.def(
      "coefficient_tests",
      [](const stats::LinearFit& fit, double level) { return stats::coefficient_tests(fit, level); }, py::arg("fit"),
      py::kw_only(), py::arg("level"));
  module.def(
      "coefficient_tests",
      [](const stats::LinearFit& fit, const stats::RobustCovariance& covariance, double level) {
        return stats::coefficient_tests(fit, covariance, level);
      },
      py::arg("fit"), py::arg("covariance"), py::kw_only(), py::arg("level"));
  module.def(
      "wald_test",
      [](const stats::LinearFit& fit, const ArrayOf<std::int64_t>& positions) {
        return stats::wald_test(fit, span_of(positions));
      },
      py::arg("fit"), py::arg("positions"));
  module.def(
      "wald_test",
      [](const stats::LinearFit& fit, const ArrayOf<std::int64_t>& positions,
         const stats::RobustCovariance& covariance) {
        return stats::wald_test(fit, span_of(positions), covariance);
      },
      py::arg("fit"), py::arg("positions"), py::arg("covariance"));
  module.def(
      "predict_linear",
      [](const stats::LinearFit& fit, const Design& design, double level) {
        const auto view = view_of(design);
        return unlocked([&] { return stats::predict_linear(fit, view, level); });
      },
      py::arg("fit"), py::arg("design"), py::kw_only(), py::arg("level"));
}
