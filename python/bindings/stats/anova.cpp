// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/anova.hpp>

#include "convert.hpp"

namespace {

using Codes = ArrayOf<std::int64_t>;

constexpr std::array<std::string_view, 2> centre_words = {"median", "mean"};

template <class Call>
auto unlocked(Call call) {
  const py::gil_scoped_release released;
  return call();
}

}  // namespace

void define_stats_anova(py::module_& module) {
  ResultClass<stats::Anova>(module, "Anova")
      .field("f", &stats::Anova::f)
      .field("p", &stats::Anova::p)
      .field("between_degrees_of_freedom", &stats::Anova::between_degrees_of_freedom)
      .field("within_degrees_of_freedom", &stats::Anova::within_degrees_of_freedom)
      .field("between_sum_of_squares", &stats::Anova::between_sum_of_squares)
      .field("within_sum_of_squares", &stats::Anova::within_sum_of_squares)
      .field("between_mean_square", &stats::Anova::between_mean_square)
      .field("within_mean_square", &stats::Anova::within_mean_square)
      .field("sigma", &stats::Anova::sigma)
      .field("eta_squared", &stats::Anova::eta_squared)
      .field("omega_squared", &stats::Anova::omega_squared)
      .field("groups", &stats::Anova::groups)
      .field("counts", &stats::Anova::counts)
      .field("means", &stats::Anova::means)
      .field("variances", &stats::Anova::variances)
      .field("count", &stats::Anova::count)
      .field("missing", &stats::Anova::missing)
      .field("status", &stats::Anova::status);
  ResultClass<stats::GroupTest>(module, "GroupTest")
      .field("f", &stats::GroupTest::f)
      .field("p", &stats::GroupTest::p)
      .field("numerator_degrees_of_freedom", &stats::GroupTest::numerator_degrees_of_freedom)
      .field("denominator_degrees_of_freedom", &stats::GroupTest::denominator_degrees_of_freedom)
      .field("groups", &stats::GroupTest::groups)
      .field("count", &stats::GroupTest::count)
      .field("missing", &stats::GroupTest::missing)
      .field("method", &stats::GroupTest::method)
      .field("status", &stats::GroupTest::status);
  module.def(
      "one_way_anova",
      [](const Array& values, const Codes& groups) {
        return unlocked([&] { return stats::one_way_anova(span_of(values), span_of(groups)); });
      },
      py::arg("values"), py::arg("groups"));
  module.def(
      "welch_anova",
      [](const Array& values, const Codes& groups) {
        return unlocked([&] { return stats::welch_anova(span_of(values), span_of(groups)); });
      },
      py::arg("values"), py::arg("groups"));
  module.def(
      "levene_test",
      [](const Array& values, const Codes& groups, const std::string& centre) {
        const auto wanted = enumerator<stats::SpreadCentre>(centre, centre_words, "centre");
        return unlocked([&] { return stats::levene_test(span_of(values), span_of(groups), wanted); });
      },
      py::arg("values"), py::arg("groups"), py::kw_only(), py::arg("centre"));
}
