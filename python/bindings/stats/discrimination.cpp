// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/cutoff.hpp>
#include <childwell/stats/precision_recall.hpp>
#include <childwell/stats/roc.hpp>

#include "convert.hpp"

namespace {

using Outcomes = ArrayOf<std::uint8_t>;

constexpr std::array<std::string_view, 2> scale_words = {"logit", "identity"};
constexpr std::array<std::string_view, 2> axis_words = {"specificity", "sensitivity"};

// Counts of rows stand last in every result of this family.
template <class Result>
void add_counts(ResultClass<Result>& made) {
  made.field("count", &Result::count)
      .field("events", &Result::events)
      .field("missing", &Result::missing)
      .field("status", &Result::status);
}

template <class Work>
auto released(Work work) {
  const py::gil_scoped_release without_lock;
  return work();
}

void define_roc(py::module_& module) {
  ResultClass<stats::RocAuc> area(module, "RocAuc");
  area.field("auc", &stats::RocAuc::auc)
      .field("variance", &stats::RocAuc::variance)
      .field("standard_error", &stats::RocAuc::standard_error)
      .field("lower", &stats::RocAuc::lower)
      .field("upper", &stats::RocAuc::upper)
      .field("level", &stats::RocAuc::level)
      .field("method", &stats::RocAuc::method);
  add_counts(area);
  ResultClass<stats::DelongTest> test(module, "DelongTest");
  test.field("auc_first", &stats::DelongTest::auc_first)
      .field("auc_second", &stats::DelongTest::auc_second)
      .field("variance_first", &stats::DelongTest::variance_first)
      .field("variance_second", &stats::DelongTest::variance_second)
      .field("covariance", &stats::DelongTest::covariance)
      .field("difference", &stats::DelongTest::difference)
      .field("standard_error", &stats::DelongTest::standard_error)
      .field("lower", &stats::DelongTest::lower)
      .field("upper", &stats::DelongTest::upper)
      .field("z", &stats::DelongTest::z)
      .field("p", &stats::DelongTest::p)
      .field("level", &stats::DelongTest::level);
  add_counts(test);
  ResultClass<stats::PartialAuc> part(module, "PartialAuc");
  part.field("auc", &stats::PartialAuc::auc)
      .field("corrected", &stats::PartialAuc::corrected)
      .field("least", &stats::PartialAuc::least)
      .field("most", &stats::PartialAuc::most);
  add_counts(part);
  ResultClass<stats::RocCurve> curve(module, "RocCurve");
  curve.field("threshold", &stats::RocCurve::threshold)
      .field("true_positives", &stats::RocCurve::true_positives)
      .field("false_positives", &stats::RocCurve::false_positives)
      .field("sensitivity", &stats::RocCurve::sensitivity)
      .field("specificity", &stats::RocCurve::specificity)
      .field("false_positive_rate", &stats::RocCurve::false_positive_rate);
  add_counts(curve);
  ResultClass<stats::YoudenThreshold> best(module, "YoudenThreshold");
  best.field("threshold", &stats::YoudenThreshold::threshold)
      .field("score", &stats::YoudenThreshold::score)
      .field("youden", &stats::YoudenThreshold::youden)
      .field("sensitivity", &stats::YoudenThreshold::sensitivity)
      .field("specificity", &stats::YoudenThreshold::specificity)
      .field("equally_good", &stats::YoudenThreshold::equally_good);
  add_counts(best);

  module.def(
      "roc_auc",
      [](const Outcomes& outcomes, const Array& scores, double level, const std::string& scale, const Array& weights) {
        const stats::RocOptions options{level, enumerator<stats::IntervalScale>(scale, scale_words, "scale")};
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        const auto w = span_of(weights);
        return released([&] { return stats::roc_auc(y, s, options, w); });
      },
      py::arg("outcomes"), py::arg("scores"), py::kw_only(), py::arg("level"), py::arg("scale"), py::arg("weights"));
  module.def(
      "delong_test",
      [](const Outcomes& outcomes, const Array& first, const Array& second, double level) {
        const auto y = span_of(outcomes);
        const auto a = span_of(first);
        const auto b = span_of(second);
        return released([&] { return stats::delong_test(y, a, b, level); });
      },
      py::arg("outcomes"), py::arg("first"), py::arg("second"), py::kw_only(), py::arg("level"));
  module.def(
      "partial_auc",
      [](const Outcomes& outcomes, const Array& scores, const std::string& axis, double from, double to) {
        const stats::PartialAucOptions options{enumerator<stats::RocAxis>(axis, axis_words, "axis"), from, to};
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::partial_auc(y, s, options); });
      },
      py::arg("outcomes"), py::arg("scores"), py::kw_only(), py::arg("axis"), py::arg("start"), py::arg("stop"));
  module.def(
      "roc_curve",
      [](const Outcomes& outcomes, const Array& scores) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::roc_curve(y, s); });
      },
      py::arg("outcomes"), py::arg("scores"));
  module.def(
      "youden_threshold",
      [](const Outcomes& outcomes, const Array& scores) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::youden_threshold(y, s); });
      },
      py::arg("outcomes"), py::arg("scores"));
}

void define_precision_recall(py::module_& module) {
  ResultClass<stats::AveragePrecision> average(module, "AveragePrecision");
  average.field("average_precision", &stats::AveragePrecision::average_precision)
      .field("chance", &stats::AveragePrecision::chance);
  add_counts(average);
  ResultClass<stats::PrecisionRecallCurve> curve(module, "PrecisionRecallCurve");
  curve.field("threshold", &stats::PrecisionRecallCurve::threshold)
      .field("flagged", &stats::PrecisionRecallCurve::flagged)
      .field("true_positives", &stats::PrecisionRecallCurve::true_positives)
      .field("precision", &stats::PrecisionRecallCurve::precision)
      .field("recall", &stats::PrecisionRecallCurve::recall);
  add_counts(curve);
  module.def(
      "average_precision",
      [](const Outcomes& outcomes, const Array& scores) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::average_precision(y, s); });
      },
      py::arg("outcomes"), py::arg("scores"));
  module.def(
      "precision_recall_curve",
      [](const Outcomes& outcomes, const Array& scores) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::precision_recall_curve(y, s); });
      },
      py::arg("outcomes"), py::arg("scores"));
}

void define_cutoffs(py::module_& module) {
  using Table = stats::CutoffTable;
  ResultClass<Table> table(module, "CutoffTable");
  table.field("threshold", &Table::threshold)
      .field("true_positives", &Table::true_positives)
      .field("false_positives", &Table::false_positives)
      .field("true_negatives", &Table::true_negatives)
      .field("false_negatives", &Table::false_negatives)
      .field("sensitivity", &Table::sensitivity)
      .field("sensitivity_lower", &Table::sensitivity_lower)
      .field("sensitivity_upper", &Table::sensitivity_upper)
      .field("specificity", &Table::specificity)
      .field("specificity_lower", &Table::specificity_lower)
      .field("specificity_upper", &Table::specificity_upper)
      .field("ppv", &Table::ppv)
      .field("ppv_lower", &Table::ppv_lower)
      .field("ppv_upper", &Table::ppv_upper)
      .field("npv", &Table::npv)
      .field("npv_lower", &Table::npv_lower)
      .field("npv_upper", &Table::npv_upper)
      .field("accuracy", &Table::accuracy)
      .field("balanced_accuracy", &Table::balanced_accuracy)
      .field("f1", &Table::f1)
      .field("f2", &Table::f2)
      .field("matthews_correlation", &Table::matthews_correlation)
      .field("kappa", &Table::kappa)
      .field("positive_likelihood_ratio", &Table::positive_likelihood_ratio)
      .field("negative_likelihood_ratio", &Table::negative_likelihood_ratio)
      .field("youden", &Table::youden)
      .field("level", &Table::level);
  add_counts(table);
  ResultClass<stats::TopList> list(module, "TopList");
  list.field("k", &stats::TopList::k)
      .field("threshold", &stats::TopList::threshold)
      .field("tied", &stats::TopList::tied)
      .field("places", &stats::TopList::places)
      .field("events_listed", &stats::TopList::events_listed)
      .field("events_least", &stats::TopList::events_least)
      .field("events_most", &stats::TopList::events_most)
      .field("precision", &stats::TopList::precision)
      .field("recall", &stats::TopList::recall)
      .field("lift", &stats::TopList::lift)
      .field("events_in_file_order", &stats::TopList::events_in_file_order)
      .field("precision_in_file_order", &stats::TopList::precision_in_file_order)
      .field("recall_in_file_order", &stats::TopList::recall_in_file_order)
      .field("lift_in_file_order", &stats::TopList::lift_in_file_order)
      .field("rows", &stats::TopList::rows);
  add_counts(list);
  module.def(
      "cutoff_table",
      [](const Outcomes& outcomes, const Array& scores, const Array& thresholds, double level) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        const auto t = span_of(thresholds);
        return released([&] { return stats::cutoff_table(y, s, t, level); });
      },
      py::arg("outcomes"), py::arg("scores"), py::arg("thresholds"), py::kw_only(), py::arg("level"));
  module.def(
      "top_k",
      [](const Outcomes& outcomes, const Array& scores, std::int64_t k) {
        const auto y = span_of(outcomes);
        const auto s = span_of(scores);
        return released([&] { return stats::top_k(y, s, k); });
      },
      py::arg("outcomes"), py::arg("scores"), py::arg("k"));
}

}  // namespace

void define_stats_discrimination(py::module_& module) {
  define_roc(module);
  define_precision_recall(module);
  define_cutoffs(module);
}
