// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/control_chart.hpp>

#include "convert.hpp"

namespace {

using Released = py::call_guard<py::gil_scoped_release>;

constexpr std::array<std::string_view, 2> limit_words = {"exact", "asymptotic"};
constexpr std::array<std::string_view, 2> side_words = {"one", "two"};

stats::EwmaLimits limits_of(const std::string& text) {
  return enumerator<stats::EwmaLimits>(text, limit_words, "limits");
}
stats::CusumSides sides_of(const std::string& text) { return enumerator<stats::CusumSides>(text, side_words, "sides"); }

void define_results(py::module_& module) {
  ResultClass<stats::EwmaChart>(module, "EwmaChart")
      .field("value", &stats::EwmaChart::value)
      .field("half_width", &stats::EwmaChart::half_width)
      .field("alarms", &stats::EwmaChart::alarms)
      .field("target", &stats::EwmaChart::target)
      .field("sigma", &stats::EwmaChart::sigma)
      .field("count", &stats::EwmaChart::count)
      .field("missing", &stats::EwmaChart::missing)
      .field("status", &stats::EwmaChart::status);
  ResultClass<stats::CusumChart>(module, "CusumChart")
      .field("up", &stats::CusumChart::up)
      .field("down", &stats::CusumChart::down)
      .field("up_alarms", &stats::CusumChart::up_alarms)
      .field("down_alarms", &stats::CusumChart::down_alarms)
      .field("target", &stats::CusumChart::target)
      .field("sigma", &stats::CusumChart::sigma)
      .field("count", &stats::CusumChart::count)
      .field("missing", &stats::CusumChart::missing)
      .field("status", &stats::CusumChart::status);
  ResultClass<stats::IndividualsChart>(module, "IndividualsChart")
      .field("centre", &stats::IndividualsChart::centre)
      .field("sigma", &stats::IndividualsChart::sigma)
      .field("mean_moving_range", &stats::IndividualsChart::mean_moving_range)
      .field("lower", &stats::IndividualsChart::lower)
      .field("upper", &stats::IndividualsChart::upper)
      .field("alarms", &stats::IndividualsChart::alarms)
      .field("count", &stats::IndividualsChart::count)
      .field("missing", &stats::IndividualsChart::missing)
      .field("status", &stats::IndividualsChart::status);
  ResultClass<stats::RunLength>(module, "RunLength")
      .field("average", &stats::RunLength::average)
      .field("steady_state", &stats::RunLength::steady_state)
      .field("status", &stats::RunLength::status);
  ResultClass<stats::ChartLimit>(module, "ChartLimit")
      .field("limit", &stats::ChartLimit::limit)
      .field("average_run_length", &stats::ChartLimit::average_run_length)
      .field("status", &stats::ChartLimit::status);
  ResultClass<stats::BernoulliCusum>(module, "BernoulliCusum")
      .field("rise", &stats::BernoulliCusum::rise)
      .field("fall", &stats::BernoulliCusum::fall)
      .field("limit", &stats::BernoulliCusum::limit)
      .field("changed_probability", &stats::BernoulliCusum::changed_probability)
      .field("average_run_length", &stats::BernoulliCusum::average_run_length)
      .field("status", &stats::BernoulliCusum::status);
}

}  // namespace

void define_stats_control_chart(py::module_& module) {
  define_results(module);
  module.def(
      "ewma_chart",
      [](const Array& values, double target, double sigma, double weight, double limit, const std::string& limits) {
        const stats::EwmaOptions options{weight, limit, limits_of(limits)};
        return stats::ewma_chart(span_of(values), target, sigma, options);
      },
      py::arg("values"), py::arg("target"), py::arg("sigma"), py::kw_only(), py::arg("weight"), py::arg("limit"),
      py::arg("limits"));
  module.def(
      "cusum_chart",
      [](const Array& values, double target, double sigma, double allowance, double limit) {
        return stats::cusum_chart(span_of(values), target, sigma, {allowance, limit});
      },
      py::arg("values"), py::arg("target"), py::arg("sigma"), py::kw_only(), py::arg("allowance"), py::arg("limit"));
  module.def(
      "individuals_chart",
      [](const Array& values, std::int64_t baseline, double limit) {
        return stats::individuals_chart(span_of(values), {baseline, limit});
      },
      py::arg("values"), py::kw_only(), py::arg("baseline"), py::arg("limit"));
  module.def(
      "cusum_run_length",
      [](double allowance, double limit, double shift, const std::string& sides) {
        return stats::cusum_run_length({allowance, limit}, shift, sides_of(sides));
      },
      py::kw_only(), py::arg("allowance"), py::arg("limit"), py::arg("shift"), py::arg("sides"), Released());
  module.def(
      "ewma_run_length",
      [](double weight, double limit, double shift, const std::string& limits) {
        return stats::ewma_run_length({weight, limit, limits_of(limits)}, shift);
      },
      py::kw_only(), py::arg("weight"), py::arg("limit"), py::arg("shift"), py::arg("limits"), Released());
  module.def(
      "cusum_limit",
      [](double average_run_length, double allowance, const std::string& sides) {
        return stats::cusum_limit(average_run_length, allowance, sides_of(sides));
      },
      py::arg("average_run_length"), py::kw_only(), py::arg("allowance"), py::arg("sides"), Released());
  module.def(
      "ewma_limit",
      [](double average_run_length, double weight, const std::string& limits) {
        return stats::ewma_limit(average_run_length, weight, limits_of(limits));
      },
      py::arg("average_run_length"), py::kw_only(), py::arg("weight"), py::arg("limits"), Released());
  module.def("bernoulli_cusum_run_length", stats::bernoulli_cusum_run_length, py::arg("probability"), py::kw_only(),
             py::arg("rise"), py::arg("fall"), py::arg("limit"), Released());
  module.def("bernoulli_cusum_limit", stats::bernoulli_cusum_limit, py::arg("in_control"), py::arg("changed"),
             py::arg("average_run_length"), Released());
}
