// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/core_set_estimates.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace childwell::inline v0_1 {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument("childwell.core_set_estimates: " + what); }

void check(const CoreEstimateOptions& options) {
  if (!(options.level > 0.0 && options.level < 1.0)) refuse("level lies between 0 and 1");
  if (options.line.denominator < 1 || options.line.numerator < 0 || options.line.numerator > options.line.denominator) {
    refuse("the line is a share: two whole numbers, the first at most the second");
  }
}

void check(const CoreStratum& stratum) {
  if (!(stratum.spell_sessions >= 1.0) || !std::isfinite(stratum.spell_sessions)) refuse("spell_sessions is at least 1");
  const auto& prior = stratum.prior;
  const bool good = prior.alpha > 0.0 && prior.beta > 0.0 && std::isfinite(prior.alpha) && std::isfinite(prior.beta);
  if (prior.known && !good) refuse("a prior's alpha and beta are above 0 and finite");
}

void check(const CoreCounts& counts) {
  if (counts.absent > counts.observed) refuse("more sessions are absent than observed; an absence is an observation");
}

/// Absences and presences as pieces of evidence, with the stratum's prior.
struct Posterior {
  double alpha = 0.0;
  double beta = 0.0;
};

Posterior posterior_of(const CoreCounts& counts, const CoreStratum& stratum) {
  return {stratum.prior.alpha + counts.absent / stratum.spell_sessions,
          stratum.prior.beta + (counts.observed - counts.absent) / stratum.spell_sessions};
}

/// What needs no prior: intervals of the rate.
CoreSetEstimate intervals_of(const CoreCounts& counts, double spell_sessions, double level) {
  CoreSetEstimate made;
  if (counts.observed == 0) return made;
  made.status = Status::ok;
  made.rate = static_cast<double>(counts.absent) / static_cast<double>(counts.observed);
  const double trials = counts.observed / spell_sessions;
  const double events = std::min(trials, counts.absent / spell_sessions);
  const auto wilson = stats::wilson_interval(events, trials, level);
  made.wilson_lower = wilson.lower;
  made.wilson_upper = wilson.upper;
  const auto mid_p = stats::mid_p_interval(events, trials, level);
  made.mid_p_lower = mid_p.lower;
  made.mid_p_upper = mid_p.upper;
  return made;
}

struct Shrunk {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double lower = std::numeric_limits<double>::quiet_NaN();
  double upper = std::numeric_limits<double>::quiet_NaN();
  double above = std::numeric_limits<double>::quiet_NaN();
};

Shrunk shrunk_of(const CoreCounts& counts, const CoreStratum& stratum, const CoreEstimateOptions& options) {
  Shrunk made;
  if (counts.observed == 0 || !stratum.prior.known) return made;
  const Posterior posterior = posterior_of(counts, stratum);
  const double tail = 0.5 * (1.0 - options.level);
  made.mean = posterior.alpha / (posterior.alpha + posterior.beta);
  made.lower = stats::beta_quantile(tail, posterior.alpha, posterior.beta);
  made.upper = stats::beta_quantile(1.0 - tail, posterior.alpha, posterior.beta);
  const double line = static_cast<double>(options.line.numerator) / static_cast<double>(options.line.denominator);
  made.above = stats::beta_sf(line, posterior.alpha, posterior.beta);
  return made;
}

/// One row of the three parts.
CoreSetEstimate joined(CoreSetEstimate intervals, const Shrunk& shrunk, double year) {
  intervals.shrunk = shrunk.mean;
  intervals.shrunk_lower = shrunk.lower;
  intervals.shrunk_upper = shrunk.upper;
  intervals.p_rate_above = shrunk.above;
  intervals.p_year_above = year;
  return intervals;
}

double year_above(const CoreCounts& counts, const CoreStratum& stratum, const CoreEstimateOptions& options) {
  if (counts.observed == 0 || !stratum.prior.known) return std::numeric_limits<double>::quiet_NaN();
  const Fraction line = options.line;
  const std::int64_t year = std::int64_t{counts.observed} + counts.open;
  const std::int64_t reached = (year * line.numerator + line.denominator - 1) / line.denominator;
  const std::int64_t need = reached - counts.absent;
  const std::int64_t open = counts.open;
  if (need <= 0) return 1.0;
  if (need > open) return 0.0;
  const auto blocks = std::max<std::int64_t>(1, std::llround(static_cast<double>(open) / stratum.spell_sessions));
  const std::int64_t blocks_needed = (need * blocks + open - 1) / open;
  const Posterior posterior = posterior_of(counts, stratum);
  const double above = stats::beta_binomial_sf(static_cast<double>(blocks_needed - 1), static_cast<double>(blocks),
                                               posterior.alpha, posterior.beta);
  return std::clamp(above, 0.0, 1.0);
}

template <std::size_t size>
using Key = std::array<std::uint32_t, size>;

template <std::size_t size>
struct KeyHash {
  std::size_t operator()(const Key<size>& key) const noexcept {
    std::uint64_t mixed = 0;
    for (const std::uint32_t part : key) {
      mixed = (mixed ^ part) * 0x9E3779B97F4A7C15ULL;
      mixed ^= mixed >> 29U;
    }
    return static_cast<std::size_t>(mixed);
  }
};

/// Distinct keys by number, in the order of their first appearance.
template <std::size_t size>
struct Distinct {
  std::unordered_map<Key<size>, std::uint32_t, KeyHash<size>> numbers;
  std::vector<std::uint32_t> first;  ///< child that had the key first

  std::uint32_t number_of(const Key<size>& key, std::uint32_t child) {
    const auto [found, is_new] = numbers.try_emplace(key, static_cast<std::uint32_t>(first.size()));
    if (is_new) first.push_back(child);
    return found->second;
  }
};

}  // namespace

CoreSetEstimate core_set_estimate(const CoreCounts& counts, const CoreStratum& stratum, const CoreEstimateOptions& options) {
  check(options);
  check(stratum);
  check(counts);
  return joined(intervals_of(counts, stratum.spell_sessions, options.level), shrunk_of(counts, stratum, options),
                year_above(counts, stratum, options));
}

std::vector<CoreSetEstimate> core_set_estimates(std::span<const CoreCounts> counts, std::span<const CoreStratum> strata,
                                                const CoreEstimateOptions& options, Executor& executor) {
  check(options);
  for (const CoreStratum& stratum : strata) check(stratum);
  std::vector<std::uint32_t> spell_of(strata.size());  // strata whose spells are as long share their intervals
  for (std::size_t i = 0; i < strata.size(); ++i) {
    std::size_t first = 0;
    while (strata[first].spell_sessions != strata[i].spell_sessions) ++first;
    spell_of[i] = static_cast<std::uint32_t>(first);
  }
  Distinct<3> intervals;
  Distinct<3> rates;
  Distinct<2> years;
  std::vector<std::uint32_t> interval_of(counts.size()), rate_of(counts.size()), year_of(counts.size());
  for (std::size_t child = 0; child < counts.size(); ++child) {
    stop_point_at(child);
    const CoreCounts& one = counts[child];
    if (one.stratum >= strata.size()) refuse("a stratum's number is not one of the strata");
    check(one);
    const auto number = static_cast<std::uint32_t>(child);
    interval_of[child] = intervals.number_of({spell_of[one.stratum], one.absent, one.observed}, number);
    rate_of[child] = rates.number_of({one.stratum, one.absent, one.observed}, number);
    year_of[child] = years.number_of({rate_of[child], one.open}, number);
  }
  const auto each = [&](const std::vector<std::uint32_t>& children, auto& made, auto compute) {
    constexpr std::size_t keys_a_chunk = 256;  // some 5 ms
    made.resize(children.size());
    for_chunks(executor, children.size(), keys_a_chunk, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        const CoreCounts& one = counts[children[i]];
        made[i] = compute(one, strata[one.stratum]);
      }
    });
  };
  std::vector<CoreSetEstimate> interval;
  std::vector<Shrunk> rate;
  std::vector<double> year;
  each(intervals.first, interval, [&](const CoreCounts& one, const CoreStratum& stratum) {
    return intervals_of(one, stratum.spell_sessions, options.level);
  });
  each(rates.first, rate, [&](const CoreCounts& one, const CoreStratum& stratum) { return shrunk_of(one, stratum, options); });
  each(years.first, year, [&](const CoreCounts& one, const CoreStratum& stratum) { return year_above(one, stratum, options); });
  std::vector<CoreSetEstimate> made(counts.size());
  for (std::size_t child = 0; child < counts.size(); ++child) {
    made[child] = joined(interval[interval_of[child]], rate[rate_of[child]], year[year_of[child]]);
  }
  return made;
}

}  // namespace childwell::inline v0_1
