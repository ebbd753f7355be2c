// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/roc.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "delong.hpp"
#include "exact_sum.hpp"
#include "score_order.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

// What every result says of the rows, and why there may be no more to say: no rows, one class, an infinite score.
template <class Result>
bool both_classes(Result& made, const OrderedOutcomes& ordered) {
  made.count = ordered.count();
  made.events = ordered.events;
  made.missing = ordered.missing;
  if (ordered.status != Status::ok) {
    made.status = ordered.status;
  } else if (made.count > 0) {
    made.status = made.events == 0 || made.events == made.count ? Status::degenerate : Status::ok;
  }
  return made.status == Status::ok;
}

// All disjoint pairs agreed: the chance of that is at most area^pairs, whatever the distributions are.
void one_sided(RocAuc& made, std::int64_t pairs) {
  const double least = std::exp(std::log1p(-made.level) / static_cast<double>(pairs));
  made.lower = made.auc == 1.0 ? least : 0.0;
  made.upper = made.auc == 1.0 ? 1.0 : 1.0 - least;
  made.method = "disjoint pairs";
  made.status = Status::boundary;
}

void add_interval(RocAuc& made, const RocOptions& options) {
  const double z = -normal_quantile(0.5 * (1.0 - options.level));
  made.standard_error = std::sqrt(made.variance);
  if (options.scale == IntervalScale::logit) {
    const double centre = logit(made.auc);
    const double half = z * made.standard_error / (made.auc * (1.0 - made.auc));
    made.lower = expit(centre - half);
    made.upper = expit(centre + half);
    made.method = "delong, logit scale";
  } else {
    made.lower = std::max(0.0, made.auc - z * made.standard_error);
    made.upper = std::min(1.0, made.auc + z * made.standard_error);
    made.method = "delong";
  }
}

// The area is known; what the edges leave of its interval.
void finish(RocAuc& made, const RocOptions& options, bool at_edge, bool no_spread) {
  const std::int64_t others = made.count - made.events;
  if (at_edge) {
    one_sided(made, std::min(made.events, others));
    if (made.events < 2 || others < 2) made.variance = undefined;
    made.standard_error = std::sqrt(made.variance);
  } else if (made.events < 2 || others < 2) {
    made.variance = undefined;
    made.status = Status::not_enough_data;
  } else if (no_spread) {
    made.standard_error = 0.0;
    made.status = Status::degenerate;
  } else {
    add_interval(made, options);
  }
}

// Where events are rare, the others between two of them share a place: they are counted in one, and only the groups
// that hold an event are looked at. Equal scores may come in any order of their outcomes.
DelongSums delong_sums(const OrderedOutcomes& ordered) {
  DelongSums sums(ordered.events, ordered.others());
  if (ordered.events > ordered.count() / 8) {
    each_tie_group(ordered, [&](std::uint64_t, std::int64_t events, std::int64_t others) {
      sums.add(static_cast<std::uint64_t>(events), static_cast<std::uint64_t>(others));
    });
    return sums;
  }
  const std::uint64_t* const words = ordered.words.begin();
  const std::size_t n = ordered.words.size();
  std::size_t begin = 0;  // of the rows that are not in the sums yet
  for (std::size_t i = 0; i < n;) {
    if ((words[i] & 1) == 0) {
      ++i;
      continue;
    }
    const std::uint64_t place = words[i] >> 1;
    std::size_t first = i, last = i;
    std::uint64_t events = 0;
    while (first > begin && words[first - 1] >> 1 == place) --first;
    while (last < n && words[last] >> 1 == place) events += words[last++] & 1;
    sums.add(0, first - begin);
    sums.add(events, last - first - events);
    begin = i = last;
  }
  sums.add(0, n - begin);
  return sums;
}

// One sum of each class's weights in a group of equal scores.
struct WeightGroup {
  ExactSum events, others;
};

RocAuc weighted_auc(std::span<const std::uint8_t> outcomes, std::span<const double> scores, const RocOptions& options,
                    std::span<const double> weights) {
  const UsedRows used = used_rows("roc_auc", outcomes, scores, {}, weights);
  RocAuc made;
  made.level = options.level;
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.events;
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.count = made.events = 0;
    made.status = used.status;
    return made;
  }
  const std::vector<std::uint32_t> order = rows_by_score(used.rows, scores);
  const std::size_t n = order.size();
  ExactSum all_events, all_others;
  for (const std::uint32_t row : order) (outcomes[row] == 1 ? all_events : all_others).add(weights[row]);
  const double event_weight = all_events.value();
  const double other_weight = all_others.value();
  if (n == 0) return made;
  if (made.events == 0 || made.events == made.count) {
    made.status = Status::degenerate;
    return made;
  }
  made.status = Status::ok;
  // Each row's place among the other class, as a share of that class's weight.
  std::vector<double> places(n);
  ExactSum below, events_so_far, area;
  for (std::size_t first = 0; first < n;) {
    std::size_t last = first;
    WeightGroup group;
    while (last < n && scores[order[last]] == scores[order[first]]) {
      (outcomes[order[last]] == 1 ? group.events : group.others).add(weights[order[last]]);
      ++last;
    }
    const double event_place = (below.value() + 0.5 * group.others.value()) / other_weight;
    const double other_place = 1.0 - (events_so_far.value() + 0.5 * group.events.value()) / event_weight;
    for (std::size_t i = first; i < last; ++i) places[i] = outcomes[order[i]] == 1 ? event_place : other_place;
    area.add(group.events.value() * event_place);
    below.add(group.others.value());
    events_so_far.add(group.events.value());
    first = last;
  }
  bool all_agree = true, all_disagree = true, all_tied = true;
  for (const double place : places) {
    all_agree = all_agree && place == 1.0;
    all_disagree = all_disagree && place == 0.0;
    all_tied = all_tied && place == 0.5;
  }
  made.auc = all_agree ? 1.0 : all_disagree ? 0.0 : all_tied ? 0.5 : area.value() / event_weight;
  ExactSum event_squares, other_squares;
  for (std::size_t i = 0; i < n; ++i) {
    const bool is_event = outcomes[order[i]] == 1;
    const double share = weights[order[i]] * (places[i] - made.auc) / (is_event ? event_weight : other_weight);
    (is_event ? event_squares : other_squares).add(share * share);
  }
  const double m = static_cast<double>(made.events);
  const double k = static_cast<double>(made.count - made.events);
  made.variance = m / (m - 1.0) * event_squares.value() + k / (k - 1.0) * other_squares.value();
  finish(made, options, all_agree || all_disagree, all_tied);
  return made;
}

// Twice each row's place among the other class, in the order of `rows`.
std::vector<std::uint64_t> doubled_places(const UsedRows& used, std::span<const std::uint8_t> outcomes,
                                          std::span<const double> scores) {
  const std::vector<std::uint32_t> order = rows_by_score(used.rows, scores);
  std::vector<std::uint64_t> places(outcomes.size(), 0);
  std::uint64_t below = 0;
  std::uint64_t above = 2 * static_cast<std::uint64_t>(used.events);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    std::uint64_t events = 0;
    while (last < order.size() && scores[order[last]] == scores[order[first]]) events += outcomes[order[last++]];
    const std::uint64_t others = last - first - events;
    for (std::size_t i = first; i < last; ++i) {
      places[order[i]] = outcomes[order[i]] == 1 ? below + others : above - events;
    }
    below += 2 * others;
    above -= 2 * events;
    first = last;
  }
  return places;
}

// Sums over one class of two scores' places; size rows, facing in the other class.
struct PlaceSums {
  Wide first = 0, second = 0, first_squares = 0, second_squares = 0, products = 0;

  void add(std::uint64_t a, std::uint64_t b) noexcept {
    first += a;
    second += b;
    first_squares += Wide{a} * a;
    second_squares += Wide{b} * b;
    products += Wide{a} * b;
  }
  static double part(SignedWide deviation, double size, double facing) {
    const double scale = 2.0 * size * facing;
    return exact_ratio(deviation, static_cast<Wide>(size - 1.0)) / scale / scale;
  }
  [[nodiscard]] SignedWide deviation_first(Wide size) const {
    return static_cast<SignedWide>(size * first_squares - first * first);
  }
  [[nodiscard]] SignedWide deviation_second(Wide size) const {
    return static_cast<SignedWide>(size * second_squares - second * second);
  }
  [[nodiscard]] SignedWide codeviation(Wide size) const {
    return static_cast<SignedWide>(size * products - first * second);
  }
};

}  // namespace

RocAuc roc_auc(std::span<const std::uint8_t> outcomes, std::span<const double> scores, const RocOptions& options,
               std::span<const double> weights) {
  check_level("roc_auc", options.level);
  if (!weights.empty()) return weighted_auc(outcomes, scores, options, weights);
  const OrderedOutcomes ordered = ordered_outcomes("roc_auc", outcomes, scores);
  RocAuc made;
  made.level = options.level;
  if (!both_classes(made, ordered)) return made;
  const DelongSums sums = delong_sums(ordered);
  const bool one_score = *ordered.words.begin() >> 1 == *(ordered.words.end() - 1) >> 1;
  made.auc = sums.auc();
  if (made.events > 1 && made.count - made.events > 1) made.variance = sums.variance();
  finish(made, options, sums.is_lowest() || sums.is_highest(), one_score);
  return made;
}

DelongTest delong_test(std::span<const std::uint8_t> outcomes, std::span<const double> first,
                       std::span<const double> second, double level) {
  check_level("delong_test", level);
  check_same_length("delong_test", first.size(), second.size(), "the two scores");
  const UsedRows used = used_rows("delong_test", outcomes, first, second, {});
  DelongTest made;
  made.level = level;
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.status = used.status;
    return made;
  }
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.events;
  if (made.count == 0) return made;
  const std::int64_t others = made.count - made.events;
  if (made.events == 0 || others == 0) {
    made.status = Status::degenerate;
    return made;
  }
  const std::vector<std::uint64_t> a = doubled_places(used, outcomes, first);
  const std::vector<std::uint64_t> b = doubled_places(used, outcomes, second);
  PlaceSums event_sums, other_sums;
  for (const std::uint32_t row : used.rows) (outcomes[row] == 1 ? event_sums : other_sums).add(a[row], b[row]);
  const Wide m = static_cast<std::uint64_t>(made.events);
  const Wide k = static_cast<std::uint64_t>(others);
  made.auc_first = exact_ratio(event_sums.first, 2 * m * k);
  made.auc_second = exact_ratio(event_sums.second, 2 * m * k);
  made.difference =
      exact_ratio(static_cast<SignedWide>(event_sums.first) - static_cast<SignedWide>(event_sums.second), 2 * m * k);
  if (made.events < 2 || others < 2) return made;
  const double size_m = static_cast<double>(made.events);
  const double size_k = static_cast<double>(others);
  const auto both = [&](SignedWide of_events, SignedWide of_others) {
    return PlaceSums::part(of_events, size_m, size_k) + PlaceSums::part(of_others, size_k, size_m);
  };
  made.variance_first = both(event_sums.deviation_first(m), other_sums.deviation_first(k));
  made.variance_second = both(event_sums.deviation_second(m), other_sums.deviation_second(k));
  made.covariance = both(event_sums.codeviation(m), other_sums.codeviation(k));
  // The variance of the difference from the differences of places: no cancellation, and exactly 0 where they agree.
  const auto of_difference = [](const PlaceSums& sums, Wide size) {
    const SignedWide squares =
        static_cast<SignedWide>(sums.first_squares + sums.second_squares) - 2 * static_cast<SignedWide>(sums.products);
    const SignedWide sum = static_cast<SignedWide>(sums.first) - static_cast<SignedWide>(sums.second);
    return static_cast<SignedWide>(size) * squares - sum * sum;
  };
  const double variance = both(of_difference(event_sums, m), of_difference(other_sums, k));
  made.standard_error = std::sqrt(variance);
  if (variance == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  const double half = -normal_quantile(0.5 * (1.0 - level)) * made.standard_error;
  made.lower = std::max(-1.0, made.difference - half);
  made.upper = std::min(1.0, made.difference + half);
  made.z = made.difference / made.standard_error;
  made.p = 2.0 * normal_sf(std::abs(made.z));
  made.status = Status::ok;
  return made;
}

PartialAuc partial_auc(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                       const PartialAucOptions& options) {
  if (!(options.start >= 0.0 && options.start < options.stop && options.stop <= 1.0)) {
    refuse("partial_auc", "the range needs 0 <= start < stop <= 1");
  }
  const OrderedOutcomes ordered = ordered_outcomes("partial_auc", outcomes, scores);
  PartialAuc made;
  if (!both_classes(made, ordered)) return made;
  // Along the axis (false positive rate, or sensitivity) runs x from 0 to 1; the height is what is counted up over it.
  const bool by_specificity = options.axis == RocAxis::specificity;
  const double begin = by_specificity ? 1.0 - options.stop : options.start;
  const double end = by_specificity ? 1.0 - options.start : options.stop;
  const auto m = static_cast<double>(made.events);
  const auto k = static_cast<double>(made.count - made.events);
  ExactSum area;
  std::int64_t true_positives = made.events;
  std::int64_t false_positives = made.count - made.events;
  // From the lowest score up, both counts fall; a segment of the curve lies between two thresholds.
  each_tie_group(ordered, [&](std::uint64_t, std::int64_t events, std::int64_t others) {
    const double tpr_high = static_cast<double>(true_positives) / m;
    const double fpr_high = static_cast<double>(false_positives) / k;
    true_positives -= events;
    false_positives -= others;
    const double tpr_low = static_cast<double>(true_positives) / m;
    const double fpr_low = static_cast<double>(false_positives) / k;
    const double x_low = by_specificity ? fpr_low : tpr_low;
    const double x_high = by_specificity ? fpr_high : tpr_high;
    const double y_low = by_specificity ? tpr_low : 1.0 - fpr_low;
    const double y_high = by_specificity ? tpr_high : 1.0 - fpr_high;
    const double left = std::max(x_low, begin);
    const double right = std::min(x_high, end);
    if (left >= right) return;
    const double slope = (y_high - y_low) / (x_high - x_low);
    const double at_left = y_low + slope * (left - x_low);
    const double at_right = right == x_high ? y_high : y_low + slope * (right - x_low);
    area.add(0.5 * (at_left + at_right) * (right - left));
  });
  made.auc = area.value();
  made.most = options.stop - options.start;
  // Below the diagonal: height x by specificity, 1 - x by sensitivity.
  made.least = by_specificity ? 0.5 * (end - begin) * (end + begin) : 0.5 * (end - begin) * (2.0 - end - begin);
  const double corrected = 0.5 * (1.0 + (made.auc - made.least) / (made.most - made.least));
  made.corrected = corrected >= 0.5 ? corrected : undefined;
  return made;
}

RocCurve roc_curve(std::span<const std::uint8_t> outcomes, std::span<const double> scores) {
  const OrderedOutcomes ordered = ordered_outcomes("roc_curve", outcomes, scores);
  RocCurve made;
  both_classes(made, ordered);
  if (made.count == 0) return made;
  std::int64_t true_positives = made.events;
  std::int64_t false_positives = made.count - made.events;
  const auto point = [&](double threshold) {
    made.threshold.push_back(threshold);
    made.true_positives.push_back(true_positives);
    made.false_positives.push_back(false_positives);
  };
  each_tie_group(ordered, [&](std::uint64_t word, std::int64_t events, std::int64_t others) {
    point(ordered.score(word));
    true_positives -= events;
    false_positives -= others;
  });
  point(infinite);
  std::reverse(made.threshold.begin(), made.threshold.end());
  std::reverse(made.true_positives.begin(), made.true_positives.end());
  std::reverse(made.false_positives.begin(), made.false_positives.end());
  const auto m = static_cast<double>(made.events);
  const auto k = static_cast<double>(made.count - made.events);
  for (std::size_t i = 0; i < made.threshold.size(); ++i) {
    const auto flagged = static_cast<double>(made.false_positives[i]);
    made.sensitivity.push_back(static_cast<double>(made.true_positives[i]) / m);
    made.specificity.push_back((k - flagged) / k);
    made.false_positive_rate.push_back(flagged / k);
  }
  return made;
}

YoudenThreshold youden_threshold(std::span<const std::uint8_t> outcomes, std::span<const double> scores) {
  const OrderedOutcomes ordered = ordered_outcomes("youden_threshold", outcomes, scores);
  YoudenThreshold made;
  if (!both_classes(made, ordered)) return made;
  const std::int64_t others = made.count - made.events;
  std::int64_t true_positives = made.events;
  std::int64_t false_positives = others;
  std::int64_t best_true = 0, best_false = 0;
  SignedWide best = 0;  // events x others x (sensitivity + specificity - 1); nobody flagged has 0
  double below = -infinite;  // the score under the one at hand
  std::size_t groups = 0;
  const auto consider = [&](double score, double threshold) {
    const SignedWide sum = SignedWide{true_positives} * others - SignedWide{false_positives} * made.events;
    if (groups > 1 && sum < best) return;
    made.equally_good = groups > 1 && sum == best ? made.equally_good + 1 : 1;
    best = sum;
    best_true = true_positives;
    best_false = false_positives;
    made.score = score;
    made.threshold = threshold;
  };
  each_tie_group(ordered, [&](std::uint64_t word, std::int64_t events, std::int64_t rest) {
    ++groups;
    const double score = ordered.score(word);
    consider(score, groups == 1 ? -infinite : 0.5 * below + 0.5 * score);
    below = score;
    true_positives -= events;
    false_positives -= rest;
  });
  const std::size_t distinct = groups++;
  consider(infinite, infinite);
  if (distinct == 1) made.status = Status::degenerate;
  const auto m = static_cast<double>(made.events);
  const auto k = static_cast<double>(others);
  made.sensitivity = static_cast<double>(best_true) / m;
  made.specificity = (k - static_cast<double>(best_false)) / k;
  made.youden = exact_ratio(best, static_cast<Wide>(made.events) * static_cast<Wide>(others));
  return made;
}

}  // namespace childwell::inline v0_1::stats
