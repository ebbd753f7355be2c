// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/agreement.hpp>
#include <childwell/stats/effect_size.hpp>
#include <childwell/stats/two_groups.hpp>

#include "convert.hpp"

namespace {

constexpr std::array<std::string_view, 3> method_words = {"automatic", "exact", "asymptotic"};
constexpr std::array<std::string_view, 3> weights_words = {"unweighted", "linear", "quadratic"};

stats::TestMethod method_of(const std::string& text) {
  return enumerator<stats::TestMethod>(text, method_words, "method");
}

// One column a part of the six forms.
template <class Member>
std::vector<double> column_of(const stats::IntraclassCorrelation& made, Member member) {
  std::vector<double> column;
  for (const stats::IntraclassForm& form : made.forms) column.push_back(form.*member);
  return column;
}

template <auto member>
py::object form_column(const stats::IntraclassCorrelation& made) {
  return array_of(column_of(made, member));
}

template <auto compare>
auto compared(const Array& first, const Array& second, double level) {
  const auto a = span_of(first);
  const auto b = span_of(second);
  const py::gil_scoped_release released;
  return compare(a, b, level);
}

}  // namespace

void define_stats_two_groups(py::module_& module) {
  ResultClass<stats::MeanInterval>(module, "MeanInterval")
      .field("estimate", &stats::MeanInterval::estimate)
      .field("standard_error", &stats::MeanInterval::standard_error)
      .field("lower", &stats::MeanInterval::lower)
      .field("upper", &stats::MeanInterval::upper)
      .field("level", &stats::MeanInterval::level)
      .field("degrees_of_freedom", &stats::MeanInterval::degrees_of_freedom)
      .field("count", &stats::MeanInterval::count)
      .field("missing", &stats::MeanInterval::missing)
      .field("status", &stats::MeanInterval::status);
  ResultClass<stats::TTest>(module, "TTest")
      .field("difference", &stats::TTest::difference)
      .field("standard_error", &stats::TTest::standard_error)
      .field("lower", &stats::TTest::lower)
      .field("upper", &stats::TTest::upper)
      .field("level", &stats::TTest::level)
      .field("statistic", &stats::TTest::statistic)
      .field("degrees_of_freedom", &stats::TTest::degrees_of_freedom)
      .field("p_value", &stats::TTest::p_value)
      .field("mean_first", &stats::TTest::mean_first)
      .field("mean_second", &stats::TTest::mean_second)
      .field("variance_first", &stats::TTest::variance_first)
      .field("variance_second", &stats::TTest::variance_second)
      .field("count_first", &stats::TTest::count_first)
      .field("count_second", &stats::TTest::count_second)
      .field("missing", &stats::TTest::missing)
      .field("method", &stats::TTest::method)
      .field("status", &stats::TTest::status);
  ResultClass<stats::RankSumTest>(module, "RankSumTest")
      .field("u", &stats::RankSumTest::u)
      .field("statistic", &stats::RankSumTest::statistic)
      .field("p_value", &stats::RankSumTest::p_value)
      .field("count_first", &stats::RankSumTest::count_first)
      .field("count_second", &stats::RankSumTest::count_second)
      .field("missing", &stats::RankSumTest::missing)
      .field("ties", &stats::RankSumTest::ties)
      .field("method", &stats::RankSumTest::method)
      .field("status", &stats::RankSumTest::status);
  ResultClass<stats::KolmogorovSmirnovTest>(module, "KolmogorovSmirnovTest")
      .field("statistic", &stats::KolmogorovSmirnovTest::statistic)
      .field("location", &stats::KolmogorovSmirnovTest::location)
      .field("p_value", &stats::KolmogorovSmirnovTest::p_value)
      .field("count_first", &stats::KolmogorovSmirnovTest::count_first)
      .field("count_second", &stats::KolmogorovSmirnovTest::count_second)
      .field("missing", &stats::KolmogorovSmirnovTest::missing)
      .field("ties", &stats::KolmogorovSmirnovTest::ties)
      .field("method", &stats::KolmogorovSmirnovTest::method)
      .field("status", &stats::KolmogorovSmirnovTest::status);
  ResultClass<stats::EffectSize>(module, "EffectSize")
      .field("estimate", &stats::EffectSize::estimate)
      .field("lower", &stats::EffectSize::lower)
      .field("upper", &stats::EffectSize::upper)
      .field("level", &stats::EffectSize::level)
      .field("count_first", &stats::EffectSize::count_first)
      .field("count_second", &stats::EffectSize::count_second)
      .field("missing", &stats::EffectSize::missing)
      .field("method", &stats::EffectSize::method)
      .field("status", &stats::EffectSize::status);
  ResultClass<stats::IntraclassCorrelation>(module, "IntraclassCorrelation")
      .property("forms",
                [](const stats::IntraclassCorrelation& made) {
                  py::list names;
                  for (const stats::IntraclassForm& form : made.forms) names.append(std::string(form.form));
                  return names;
                })
      .property("estimates", form_column<&stats::IntraclassForm::estimate>)
      .property("lower", form_column<&stats::IntraclassForm::lower>)
      .property("upper", form_column<&stats::IntraclassForm::upper>)
      .property("f", form_column<&stats::IntraclassForm::f>)
      .property("numerator_df", form_column<&stats::IntraclassForm::numerator_df>)
      .property("denominator_df", form_column<&stats::IntraclassForm::denominator_df>)
      .property("p_values", form_column<&stats::IntraclassForm::p_value>)
      .field("between_rows", &stats::IntraclassCorrelation::between_rows)
      .field("within_rows", &stats::IntraclassCorrelation::within_rows)
      .field("between_columns", &stats::IntraclassCorrelation::between_columns)
      .field("residual", &stats::IntraclassCorrelation::residual)
      .field("level", &stats::IntraclassCorrelation::level)
      .field("count", &stats::IntraclassCorrelation::count)
      .field("raters", &stats::IntraclassCorrelation::raters)
      .field("missing", &stats::IntraclassCorrelation::missing)
      .field("status", &stats::IntraclassCorrelation::status);
  ResultClass<stats::CohenKappa>(module, "CohenKappa")
      .field("estimate", &stats::CohenKappa::estimate)
      .field("standard_error", &stats::CohenKappa::standard_error)
      .field("lower", &stats::CohenKappa::lower)
      .field("upper", &stats::CohenKappa::upper)
      .field("level", &stats::CohenKappa::level)
      .field("null_standard_error", &stats::CohenKappa::null_standard_error)
      .field("statistic", &stats::CohenKappa::statistic)
      .field("p_value", &stats::CohenKappa::p_value)
      .field("observed", &stats::CohenKappa::observed)
      .field("expected", &stats::CohenKappa::expected)
      .field("table", &stats::CohenKappa::table)
      .field("count", &stats::CohenKappa::count)
      .field("missing", &stats::CohenKappa::missing)
      .field("method", &stats::CohenKappa::method)
      .field("status", &stats::CohenKappa::status);
  module.def(
      "mean_interval",
      [](const Array& values, double level) { return stats::mean_interval(span_of(values), level); }, py::arg("values"),
      py::kw_only(), py::arg("level"));
  module.def("student_t_test", compared<&stats::student_t_test>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("welch_t_test", compared<&stats::welch_t_test>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("cohen_d", compared<&stats::cohen_d>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("hedges_g", compared<&stats::hedges_g>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("cliff_delta", compared<&stats::cliff_delta>, py::arg("first"), py::arg("second"), py::kw_only(),
             py::arg("level"));
  module.def("common_language_effect", compared<&stats::common_language_effect>, py::arg("first"), py::arg("second"),
             py::kw_only(), py::arg("level"));
  module.def(
      "rank_sum_test",
      [](const Array& first, const Array& second, const std::string& method, bool continuity) {
        const auto a = span_of(first);
        const auto b = span_of(second);
        const stats::RankSumOptions options{method_of(method), continuity};
        const py::gil_scoped_release released;
        return stats::rank_sum_test(a, b, options);
      },
      py::arg("first"), py::arg("second"), py::kw_only(), py::arg("method"), py::arg("continuity"));
  module.def(
      "kolmogorov_smirnov_test",
      [](const Array& first, const Array& second, const std::string& method) {
        const auto a = span_of(first);
        const auto b = span_of(second);
        const auto how = method_of(method);
        const py::gil_scoped_release released;
        return stats::kolmogorov_smirnov_test(a, b, how);
      },
      py::arg("first"), py::arg("second"), py::kw_only(), py::arg("method"));
  module.def(
      "intraclass_correlation",
      [](const py::array_t<double, py::array::forcecast>& ratings, double level) {
        return stats::intraclass_correlation(view_of(ratings), level);
      },
      py::arg("ratings"), py::kw_only(), py::arg("level"));
  module.def(
      "cohen_kappa",
      [](const ArrayOf<std::int64_t>& first, const ArrayOf<std::int64_t>& second, const std::string& weights,
         std::int64_t categories, double level) {
        const stats::KappaOptions options{enumerator<stats::KappaWeights>(weights, weights_words, "weights"),
                                          categories, level};
        return stats::cohen_kappa(span_of(first), span_of(second), options);
      },
      py::arg("first"), py::arg("second"), py::kw_only(), py::arg("weights"), py::arg("categories"), py::arg("level"));
}
