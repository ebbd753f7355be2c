// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/precision_recall.hpp>

#include "exact_sum.hpp"
#include "score_order.hpp"

#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

template <class Result>
void begin(Result& made, const OrderedOutcomes& ordered) {
  made.count = ordered.count();
  made.events = ordered.events;
  made.missing = ordered.missing;
  if (ordered.status != Status::ok) {
    made.status = ordered.status;
  } else if (made.count > 0) {
    made.status = made.events == 0 || made.events == made.count ? Status::degenerate : Status::ok;
  }
}

// Calls group(word, events, others) for each run of equal scores, from the highest score down.
template <class Group>
void each_tie_group_down(const OrderedOutcomes& ordered, Group group) {
  for (std::size_t last = ordered.words.size(); last > 0;) {
    const std::uint64_t place = ordered.words[last - 1] >> 1;
    std::size_t first = last;
    std::int64_t events = 0;
    while (first > 0 && ordered.words[first - 1] >> 1 == place)
      events += static_cast<std::int64_t>(ordered.words[--first] & 1);
    group(ordered.words[first], events, static_cast<std::int64_t>(last - first) - events);
    last = first;
  }
}

}  // namespace

AveragePrecision average_precision(std::span<const std::uint8_t> outcomes, std::span<const double> scores) {
  const OrderedOutcomes ordered = ordered_outcomes("average_precision", outcomes, scores);
  AveragePrecision made;
  begin(made, ordered);
  if (made.count == 0) return made;
  made.chance = static_cast<double>(made.events) / static_cast<double>(made.count);
  if (made.events == 0) return made;
  ExactSum sum;
  std::int64_t true_positives = 0, flagged = 0;
  each_tie_group_down(ordered, [&](std::uint64_t, std::int64_t events, std::int64_t others) {
    true_positives += events;
    flagged += events + others;
    if (events > 0)
      sum.add(static_cast<double>(events) * (static_cast<double>(true_positives) / static_cast<double>(flagged)));
  });
  made.average_precision = sum.value() / static_cast<double>(made.events);
  return made;
}

PrecisionRecallCurve precision_recall_curve(std::span<const std::uint8_t> outcomes, std::span<const double> scores) {
  const OrderedOutcomes ordered = ordered_outcomes("precision_recall_curve", outcomes, scores);
  PrecisionRecallCurve made;
  begin(made, ordered);
  std::int64_t true_positives = 0, flagged = 0;
  each_tie_group_down(ordered, [&](std::uint64_t word, std::int64_t events, std::int64_t others) {
    true_positives += events;
    flagged += events + others;
    made.threshold.push_back(ordered.score(word));
    made.flagged.push_back(flagged);
    made.true_positives.push_back(true_positives);
    made.precision.push_back(static_cast<double>(true_positives) / static_cast<double>(flagged));
    made.recall.push_back(static_cast<double>(true_positives) / static_cast<double>(made.events));
  });
  return made;
}

}  // namespace childwell::inline v0_1::stats
