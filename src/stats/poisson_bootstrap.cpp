// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/poisson_bootstrap.hpp>

#include <childwell/stats/bootstrap_walk.hpp>

#include "arguments.hpp"
#include "exact_ratio.hpp"
#include "exact_sum.hpp"
#include "score_order.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t most_replicates = 10000000;
// Twelve times as many rows stay below 2^31, and twice 12 times as many times 12 x 2^17 below 2^52.
constexpr std::size_t most_rows = 100000000;
// Rows between two readings of the lanes' sums, and the longest stretch of a step.
constexpr std::size_t rows_a_reading = std::size_t{1} << 17;

// A bijection of 64 bits in which every bit of the input moves every bit of the output (Stafford's variant 13).
constexpr std::uint64_t mixed(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

struct Halves {
  std::uint32_t first, second;
};

constexpr Halves halves(std::uint64_t x) noexcept {
  return {static_cast<std::uint32_t>(x >> 32), static_cast<std::uint32_t>(x)};
}

// The seed enters rows and replicates by different ways, so that neither list of one seed is that of another.
constexpr Halves hashed_key(std::uint64_t key, std::uint64_t seed) noexcept {
  return halves(mixed(mixed(seed + 0x9e3779b97f4a7c15u) ^ mixed(key + 0x2545f4914f6cdd1du)));
}

constexpr Halves hashed_replicate(std::uint64_t replicate, std::uint64_t seed) noexcept {
  return halves(mixed(mixed(seed ^ 0xd1b54a32d192ed03u) + mixed(replicate + 0x8cb92ba72f3d8dd7u)));
}

std::uint8_t drawn(const Halves& row, const Halves& lane) noexcept {
  std::uint32_t x = (row.first ^ lane.first) * first_draw_factor;
  x ^= x >> 15;
  x = ((x ^ row.second) + lane.second) * second_draw_factor;
  const auto uniform = static_cast<std::int32_t>(x);
  unsigned weight = 0;
  for (const std::int32_t step : poisson_steps) weight += uniform > step ? 1u : 0u;
  return static_cast<std::uint8_t>(weight);
}

// What all replicates walk down: rows by score, highest first, others before events where scores are equal.
struct Walk {
  std::vector<std::uint32_t> first_half, second_half;
  std::vector<BootstrapStep> steps;   // of the area: runs without a tie are joined
  std::vector<BootstrapStep> groups;  // of the list: one a score
  std::vector<std::size_t> readings;  // steps at which the lanes' sums are read, the end included
};

void add_step(Walk& walk, std::uint32_t others, std::uint32_t events) {
  if (others > 0 && events > 0) {
    walk.steps.push_back({others, events, tied_step});
  } else if (others > 0 && !walk.steps.empty() && walk.steps.back().events == 0) {
    walk.steps.back().others += others;
  } else if (events > 0 && !walk.steps.empty() && walk.steps.back().kind == untied_step) {
    walk.steps.back().events += events;
  } else {
    walk.steps.push_back({others, events, untied_step});
  }
}

Walk walk_of(const UsedRows& used, std::span<const std::uint8_t> outcomes, std::span<const double> scores,
             std::span<const std::uint64_t> keys, std::uint64_t seed) {
  const std::vector<std::uint32_t> order = rows_by_score(used.rows, scores);
  Walk made;
  made.first_half.reserve(order.size());
  made.second_half.reserve(order.size());
  const auto add_rows = [&](std::size_t first, std::size_t last, std::uint8_t outcome) {
    std::uint32_t added = 0;
    for (std::size_t i = first; i < last; ++i) {
      if (outcomes[order[i]] != outcome) continue;
      const Halves key = hashed_key(keys.empty() ? order[i] : keys[order[i]], seed);
      made.first_half.push_back(key.first);
      made.second_half.push_back(key.second);
      ++added;
    }
    return added;
  };
  for (std::size_t last = order.size(); last > 0;) {
    std::size_t first = last - 1;
    while (first > 0 && scores[order[first - 1]] == scores[order[last - 1]]) --first;
    const std::uint32_t others = add_rows(first, last, 0);
    const std::uint32_t events = add_rows(first, last, 1);
    made.groups.push_back({others, events, tied_step});
    add_step(made, others, events);
    last = first;
  }
  return made;
}

// Long steps are cut, so that no sum of a lane outgrows what a double holds exactly before it is read.
void set_readings(Walk& walk, std::size_t rows_a_step) {
  std::vector<BootstrapStep> cut;
  for (BootstrapStep step : walk.steps) {
    const auto longest = static_cast<std::uint32_t>(rows_a_step);
    const std::uint32_t goes_on = step.kind == untied_step ? untied_step : tied_step_goes_on;
    while (step.others > longest) {
      cut.push_back({longest, 0, step.kind});
      step.others -= longest;
      step.kind = goes_on;
    }
    while (step.events > longest) {
      cut.push_back({step.others, longest, step.kind});
      step.events -= longest;
      step.others = 0;
      step.kind = goes_on;
    }
    cut.push_back(step);
  }
  walk.steps.swap(cut);
  std::size_t rows = 0;
  for (std::size_t s = 0; s < walk.steps.size(); ++s) {
    rows += std::size_t{walk.steps[s].others} + walk.steps[s].events;
    if (rows >= rows_a_step || s + 1 == walk.steps.size()) {
      walk.readings.push_back(s + 1);
      rows = 0;
    }
  }
}

struct Replicate {
  double auc, precision;
};

// 32 replicates from `first` on.
void run_block(const Walk& walk, std::uint64_t first, std::uint64_t seed, std::uint32_t places, Replicate* out) {
  BootstrapLanes lanes{};
  for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
    const Halves replicate = hashed_replicate(first + lane, seed);
    lanes.first_half[lane] = replicate.first;
    lanes.second_half[lane] = replicate.second;
  }
  BootstrapList list;
  BootstrapWalk::top({walk.first_half.data(), walk.second_half.data()}, walk.groups.data(), walk.groups.size(), places,
                     lanes, list);
  std::uint64_t agreeing[bootstrap_lanes] = {};
  std::size_t step = 0, row = 0;
  for (const std::size_t reading : walk.readings) {
    BootstrapWalk::area({walk.first_half.data() + row, walk.second_half.data() + row}, walk.steps.data() + step,
                        reading - step, lanes);
    for (; step < reading; ++step) row += std::size_t{walk.steps[step].others} + walk.steps[step].events;
    for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
      agreeing[lane] += static_cast<std::uint64_t>(lanes.agreeing[lane]);
      lanes.agreeing[lane] = 0.0;
    }
  }
  for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
    const Wide pairs = Wide{2} * lanes.events[lane] * lanes.others[lane];
    out[lane].auc = pairs == 0 ? undefined : exact_ratio(Wide{agreeing[lane]}, pairs);
    // Full: whole groups, and of the group at the edge the share that finds a place. Not full: all who are there.
    const double edge = list.done[lane] == 0 ? 0.0
                                             : exact_ratio(Wide{places - list.weight[lane]} * list.edge_events[lane],
                                                           Wide{list.edge_weight[lane]});
    const double filled = list.done[lane] == 0 ? static_cast<double>(list.weight[lane]) : static_cast<double>(places);
    out[lane].precision = filled == 0.0 ? undefined : (static_cast<double>(list.events[lane]) + edge) / filled;
  }
}

// The statistics on the rows themselves: every weight 1.
Replicate on_the_rows(const Walk& walk, std::int64_t events, std::int64_t others, std::int64_t places) {
  std::uint64_t agreeing = 0, so_far = 0;
  std::int64_t listed = 0;
  double hits = 0.0;
  for (const BootstrapStep& group : walk.groups) {
    agreeing += group.others * (2 * so_far + group.events);
    so_far += group.events;
    const std::int64_t size = std::int64_t{group.others} + group.events;
    const std::int64_t taken = std::min(size, places - listed);
    hits += exact_ratio(static_cast<Wide>(taken) * group.events, static_cast<Wide>(size));
    listed += taken;
  }
  return {exact_ratio(Wide{agreeing}, Wide{2} * static_cast<Wide>(events) * static_cast<Wide>(others)),
          hits / static_cast<double>(places)};
}

std::int64_t distinct(const UsedRows& used, std::span<const std::uint64_t> keys) {
  if (keys.empty()) return static_cast<std::int64_t>(used.rows.size());
  std::vector<std::uint64_t> seen;
  seen.reserve(used.rows.size());
  for (const std::uint32_t row : used.rows) seen.push_back(keys[row]);
  std::sort(seen.begin(), seen.end());
  return std::unique(seen.begin(), seen.end()) - seen.begin();
}

// The order statistic at (r + 1) p, straight between neighbours; NaN beyond the first and the last.
double order_statistic(const std::vector<double>& sorted, double p) {
  const double place = (static_cast<double>(sorted.size()) + 1.0) * p;
  const double whole = std::floor(place);
  if (whole < 1.0 || place > static_cast<double>(sorted.size())) return undefined;
  const auto at = static_cast<std::size_t>(whole);
  const double share = place - whole;
  return share == 0.0 ? sorted[at - 1] : sorted[at - 1] + share * (sorted[at] - sorted[at - 1]);
}

}  // namespace

BootstrapInterval bootstrap_interval(std::span<const double> replicates, double estimate, double level) {
  check_level("bootstrap_interval", level);
  BootstrapInterval made;
  made.estimate = estimate;
  made.level = level;
  std::vector<double> sorted = present(replicates);
  made.replicates = static_cast<std::int64_t>(sorted.size());
  made.undefined = static_cast<std::int64_t>(replicates.size() - sorted.size());
  if (std::isinf(estimate) || !all_finite(sorted)) {
    made.status = Status::not_finite;
    return made;
  }
  if (sorted.size() < 2) return made;
  std::sort(sorted.begin(), sorted.end());
  const double count = static_cast<double>(sorted.size());
  // About the first, so that equal replicates have a variance of exactly 0.
  ExactSum sum, squares;
  for (const double value : sorted) sum.add(value - sorted[0]);
  const double mean = sum.value() / count;
  for (const double value : sorted) {
    const double deviation = value - sorted[0] - mean;
    squares.add(deviation * deviation);
  }
  made.standard_error = std::sqrt(squares.value() / (count - 1.0));
  made.bias = sorted[0] - estimate + mean;
  if (sorted.front() == sorted.back()) {
    made.status = Status::degenerate;
    return made;
  }
  if (made.undefined > 0 || std::isnan(estimate)) return made;
  made.lower = order_statistic(sorted, 0.5 * (1.0 - level));
  made.upper = order_statistic(sorted, 0.5 * (1.0 + level));
  if (std::isnan(made.lower) || std::isnan(made.upper)) {
    made.lower = made.upper = undefined;
    return made;
  }
  made.status = std::isfinite(made.standard_error) && std::isfinite(made.bias) ? Status::ok : Status::not_finite;
  return made;
}

std::vector<std::uint8_t> poisson_bootstrap_weights(std::span<const std::uint64_t> keys, std::uint64_t seed,
                                                    std::uint64_t first_replicate, std::uint64_t replicates) {
  std::vector<Halves> rows;
  rows.reserve(keys.size());
  for (const std::uint64_t key : keys) rows.push_back(hashed_key(key, seed));
  std::vector<std::uint8_t> weights(keys.size() * replicates);
  for (std::uint64_t replicate = 0; replicate < replicates; ++replicate) {
    const Halves lane = hashed_replicate(first_replicate + replicate, seed);
    std::uint8_t* const out = weights.data() + replicate * keys.size();
    for (std::size_t row = 0; row < rows.size(); ++row) out[row] = drawn(rows[row], lane);
  }
  return weights;
}

DiscriminationBootstrap bootstrap_discrimination(std::span<const std::uint8_t> outcomes, std::span<const double> scores,
                                                 std::span<const std::uint64_t> keys,
                                                 const DiscriminationBootstrapOptions& options, Executor* executor) {
  constexpr std::string_view name = "bootstrap_discrimination";
  check_level(name, options.level);
  if (options.replicates < 1 || options.replicates > most_replicates)
    refuse(name, "replicates is a whole number from 1 to 10,000,000");
  if (!(options.capacity > 0.0 && options.capacity <= 1.0))
    refuse(name, "capacity is a share above 0 and at most 1, such as 0.05");
  if (!keys.empty()) check_same_length(name, outcomes.size(), keys.size(), "outcomes and clusters");
  if (outcomes.size() > most_rows) refuse(name, "more than 100,000,000 rows do not fit; split them");
  const UsedRows used = used_rows(name, outcomes, scores, {}, {});
  DiscriminationBootstrap made;
  made.auc.level = made.precision.level = options.level;
  made.seed = options.seed;
  made.missing = used.missing;
  if (used.status != Status::ok) {
    made.status = used.status;
    return made;
  }
  made.count = static_cast<std::int64_t>(used.rows.size());
  made.events = used.events;
  made.clusters = distinct(used, keys);
  if (made.count == 0) return made;
  if (made.events == 0 || made.events == made.count) {
    made.status = Status::degenerate;
    return made;
  }
  if (made.clusters < 2) return made;
  made.places = std::max<std::int64_t>(1, std::llround(options.capacity * static_cast<double>(made.count)));
  Walk walk = walk_of(used, outcomes, scores, keys, options.seed);
  set_readings(walk, rows_a_reading);
  const auto replicates = static_cast<std::size_t>(options.replicates);
  const std::size_t blocks = (replicates + bootstrap_lanes - 1) / bootstrap_lanes;
  std::vector<Replicate> drawn_replicates(blocks * bootstrap_lanes);
  SerialExecutor serial;
  Executor& where = executor != nullptr ? *executor : serial;
  where.run(blocks, [&](std::size_t block) {
    run_block(walk, block * bootstrap_lanes, options.seed, static_cast<std::uint32_t>(made.places),
              drawn_replicates.data() + block * bootstrap_lanes);
  });
  for (std::size_t replicate = 0; replicate < replicates; ++replicate) {
    made.auc_replicates.push_back(drawn_replicates[replicate].auc);
    made.precision_replicates.push_back(drawn_replicates[replicate].precision);
  }
  const Replicate whole = on_the_rows(walk, made.events, made.count - made.events, made.places);
  made.auc = bootstrap_interval(made.auc_replicates, whole.auc, options.level);
  made.precision = bootstrap_interval(made.precision_replicates, whole.precision, options.level);
  made.status = made.auc.status != Status::ok ? made.auc.status : made.precision.status;
  return made;
}

}  // namespace childwell::inline v0_1::stats
