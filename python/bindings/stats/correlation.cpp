// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/components.hpp>
#include <childwell/stats/correlation.hpp>

#include "convert.hpp"

namespace {

using Table = py::array_t<double, py::array::forcecast>;

constexpr std::array<std::string_view, 3> kind_words = {"pearson", "spearman", "kendall"};
constexpr std::array<std::string_view, 2> scale_words = {"correlation", "covariance"};

template <stats::Correlation (*correlate)(std::span<const double>, std::span<const double>, double)>
stats::Correlation correlated(const Array& first, const Array& second, double level) {
  const auto x = span_of(first);
  const auto y = span_of(second);
  const py::gil_scoped_release released;
  return correlate(x, y, level);
}

}  // namespace

void define_stats_correlation(py::module_& module) {
  ResultClass<stats::Correlation>(module, "Correlation")
      .field("estimate", &stats::Correlation::estimate)
      .field("lower", &stats::Correlation::lower)
      .field("upper", &stats::Correlation::upper)
      .field("level", &stats::Correlation::level)
      .field("statistic", &stats::Correlation::statistic)
      .field("degrees_of_freedom", &stats::Correlation::degrees_of_freedom)
      .field("p_value", &stats::Correlation::p_value)
      .field("count", &stats::Correlation::count)
      .field("missing", &stats::Correlation::missing)
      .field("method", &stats::Correlation::method)
      .field("status", &stats::Correlation::status);
  ResultClass<stats::CorrelationMatrix>(module, "CorrelationMatrix")
      .field("values", &stats::CorrelationMatrix::values)
      .field("count", &stats::CorrelationMatrix::count)
      .field("missing", &stats::CorrelationMatrix::missing)
      .field("method", &stats::CorrelationMatrix::method)
      .field("status", &stats::CorrelationMatrix::status);
  ResultClass<stats::SamplingAdequacy>(module, "SamplingAdequacy")
      .field("overall", &stats::SamplingAdequacy::overall)
      .field("items", &stats::SamplingAdequacy::items)
      .field("count", &stats::SamplingAdequacy::count)
      .field("missing", &stats::SamplingAdequacy::missing)
      .field("status", &stats::SamplingAdequacy::status);
  ResultClass<stats::SphericityTest>(module, "SphericityTest")
      .field("statistic", &stats::SphericityTest::statistic)
      .field("degrees_of_freedom", &stats::SphericityTest::degrees_of_freedom)
      .field("p_value", &stats::SphericityTest::p_value)
      .field("count", &stats::SphericityTest::count)
      .field("missing", &stats::SphericityTest::missing)
      .field("status", &stats::SphericityTest::status);
  ResultClass<stats::PrincipalComponents>(module, "PrincipalComponents")
      .field("eigenvalues", &stats::PrincipalComponents::eigenvalues)
      .field("proportions", &stats::PrincipalComponents::proportions)
      .field("vectors", &stats::PrincipalComponents::vectors)
      .field("loadings", &stats::PrincipalComponents::loadings)
      .field("weights", &stats::PrincipalComponents::weights)
      .field("means", &stats::PrincipalComponents::means)
      .field("scales", &stats::PrincipalComponents::scales)
      .field("count", &stats::PrincipalComponents::count)
      .field("missing", &stats::PrincipalComponents::missing)
      .field("status", &stats::PrincipalComponents::status);
  module.def("pearson", correlated<stats::pearson>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("spearman", correlated<stats::spearman>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("kendall", correlated<stats::kendall>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def(
      "correlation_matrix",
      [](const Table& values, const std::string& kind) {
        const auto view = view_of(values);
        const auto which = enumerator<stats::CorrelationKind>(kind, kind_words, "kind");
        const py::gil_scoped_release released;
        return stats::correlation_matrix(view, which);
      },
      py::arg("values"), py::kw_only(), py::arg("kind"));
  module.def(
      "partial_correlations", [](const Table& values) { return stats::partial_correlations(view_of(values)); },
      py::arg("values"));
  module.def(
      "sampling_adequacy", [](const Table& values) { return stats::sampling_adequacy(view_of(values)); },
      py::arg("values"));
  module.def(
      "bartlett_sphericity", [](const Table& values) { return stats::bartlett_sphericity(view_of(values)); },
      py::arg("values"));
  module.def(
      "principal_components",
      [](const Table& values, const std::string& scale) {
        return stats::principal_components(view_of(values),
                                           enumerator<stats::ComponentScale>(scale, scale_words, "scale"));
      },
      py::arg("values"), py::kw_only(), py::arg("scale"));
}
