// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/cutoff.hpp>

#include <childwell/stats/proportion.hpp>

#include "arguments.hpp"
#include "exact_ratio.hpp"
#include "score_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double ratio(double numerator, double denominator) { return denominator == 0.0 ? undefined : numerator / denominator; }

void add_share(std::vector<double>& rate, std::vector<double>& lower, std::vector<double>& upper, double events,
               double trials, double level) {
  const ProportionInterval share = wilson_interval(events, trials, level);
  rate.push_back(share.estimate);
  lower.push_back(share.lower);
  upper.push_back(share.upper);
}

void add_row(CutoffTable& made, double threshold, std::int64_t true_positives, std::int64_t false_positives) {
  const std::int64_t false_negatives = made.events - true_positives;
  const std::int64_t true_negatives = made.count - made.events - false_positives;
  made.threshold.push_back(threshold);
  made.true_positives.push_back(true_positives);
  made.false_positives.push_back(false_positives);
  made.true_negatives.push_back(true_negatives);
  made.false_negatives.push_back(false_negatives);
  const auto tp = static_cast<double>(true_positives), fp = static_cast<double>(false_positives);
  const auto tn = static_cast<double>(true_negatives), fn = static_cast<double>(false_negatives);
  const double n = tp + fp + tn + fn;
  add_share(made.sensitivity, made.sensitivity_lower, made.sensitivity_upper, tp, tp + fn, made.level);
  add_share(made.specificity, made.specificity_lower, made.specificity_upper, tn, tn + fp, made.level);
  add_share(made.ppv, made.ppv_lower, made.ppv_upper, tp, tp + fp, made.level);
  add_share(made.npv, made.npv_lower, made.npv_upper, tn, tn + fn, made.level);
  const double sensitivity = made.sensitivity.back(), specificity = made.specificity.back();
  made.accuracy.push_back(ratio(tp + tn, n));
  made.balanced_accuracy.push_back(0.5 * (sensitivity + specificity));
  made.f1.push_back(ratio(2.0 * tp, 2.0 * tp + fn + fp));
  made.f2.push_back(ratio(5.0 * tp, 5.0 * tp + 4.0 * fn + fp));
  // tp tn - fp fn in integers: the products are large and near each other where a flag says little.
  const SignedWide determinant =
      SignedWide{true_positives} * true_negatives - SignedWide{false_positives} * false_negatives;
  const auto association = static_cast<double>(determinant);
  made.matthews_correlation.push_back(
      ratio(association, std::sqrt(tp + fp) * std::sqrt(tp + fn) * std::sqrt(tn + fp) * std::sqrt(tn + fn)));
  made.kappa.push_back(ratio(2.0 * association, (tp + fp) * (fp + tn) + (tp + fn) * (fn + tn)));
  made.positive_likelihood_ratio.push_back(ratio(sensitivity, ratio(fp, tn + fp)));
  made.negative_likelihood_ratio.push_back(ratio(ratio(fn, tp + fn), specificity));
  made.youden.push_back(ratio(association, (tp + fn) * (tn + fp)));
}

void add_shares(TopList& made, double events, double& precision, double& recall, double& lift) {
  precision = events / static_cast<double>(made.k);
  recall = ratio(events, static_cast<double>(made.events));
  lift =
      ratio(events * static_cast<double>(made.count), static_cast<double>(made.k) * static_cast<double>(made.events));
}

}  // namespace

CutoffTable cutoff_table(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                         std::span<const double> thresholds, double level) {
  check_level("cutoff_table", level);
  if (std::any_of(thresholds.begin(), thresholds.end(), [](double t) { return std::isnan(t); })) {
    refuse("cutoff_table", "a threshold must not be NaN");
  }
  const UsedRows used = used_rows("cutoff_table", outcomes, scores, {}, {});
  CutoffTable made;
  made.level = level;
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.status == Status::ok ? used.events : 0;
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.status = used.status;
    return made;
  }
  if (made.count > 0) made.status = made.events == 0 || made.events == made.count ? Status::degenerate : Status::ok;
  std::vector<double> sorted(thresholds.begin(), thresholds.end());
  std::sort(sorted.begin(), sorted.end());
  // reached[t]: rows of each class whose score reaches exactly t of the thresholds; summed from the top they are flags.
  std::vector<std::array<std::int64_t, 2>> reached(sorted.size() + 1, {0, 0});
  for (const std::uint32_t row : used.rows) {
    const auto place = std::upper_bound(sorted.begin(), sorted.end(), scores[row]) - sorted.begin();
    ++reached[static_cast<std::size_t>(place)][outcomes[row]];
  }
  for (std::size_t t = sorted.size(); t > 0; --t) {
    reached[t - 1][0] += reached[t][0];
    reached[t - 1][1] += reached[t][1];
  }
  for (const double threshold : thresholds) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), threshold) - sorted.begin();
    const std::array<std::int64_t, 2>& flagged = reached[static_cast<std::size_t>(place) + 1];
    add_row(made, threshold, flagged[1], flagged[0]);
  }
  return made;
}

TopList top_k(std::span<const std::uint8_t> outcomes, std::span<const double> scores, std::int64_t k) {
  if (k < 1) refuse("top_k", "k is the number of places on the list, at least 1");
  const UsedRows used = used_rows("top_k", outcomes, scores, {}, {});
  TopList made;
  made.k = k;
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.status = used.status;
    return made;
  }
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.events;
  if (made.count < k) return made;
  const std::vector<std::uint32_t> order = rows_by_score(used.rows, scores);
  made.threshold = scores[order[order.size() - static_cast<std::size_t>(k)]] + 0.0;
  std::int64_t sure = 0, sure_events = 0, tied_events = 0;
  for (std::size_t last = order.size(); last > 0;) {
    // Down by score, and within a score up by row.
    std::size_t first = last - 1;
    while (first > 0 && scores[order[first - 1]] == scores[order[last - 1]]) --first;
    const bool at_edge = scores[order[first]] == made.threshold;
    for (std::size_t i = first; i < last; ++i) {
      const std::int64_t event = outcomes[order[i]];
      if (at_edge) {
        ++made.tied;
        tied_events += event;
      } else {
        ++sure;
        sure_events += event;
      }
      if (static_cast<std::int64_t>(made.rows.size()) < k) {
        made.rows.push_back(order[i]);
        made.events_in_file_order += event;
      }
    }
    if (at_edge) break;
    last = first;
  }
  made.places = k - sure;
  made.events_least = sure_events + std::max<std::int64_t>(0, made.places - (made.tied - tied_events));
  made.events_most = sure_events + std::min(made.places, tied_events);
  const Wide share = static_cast<Wide>(made.places) * static_cast<Wide>(tied_events);
  made.events_listed =
      exact_ratio(static_cast<Wide>(sure_events) * static_cast<Wide>(made.tied) + share, static_cast<Wide>(made.tied));
  add_shares(made, made.events_listed, made.precision, made.recall, made.lift);
  add_shares(made, static_cast<double>(made.events_in_file_order), made.precision_in_file_order,
             made.recall_in_file_order, made.lift_in_file_order);
  made.status = made.events == 0 || made.events == made.count ? Status::degenerate : Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
