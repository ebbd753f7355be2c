// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/contact_family.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace childwell::inline v0_1 {
namespace {

using Family = ContactFamily;
using State = Family::State;

constexpr std::int64_t day = 1440;  // minutes
constexpr std::int64_t fewest_contacts = 5;

std::int64_t midnight(Date date) noexcept { return day * date.days; }

void lengthen(State& state, std::int64_t minutes) noexcept { state.longest = std::max(state.longest, minutes); }

/// A stretch that ended without any contact was one long gap.
void leave_log(State& state) noexcept {
  if (state.opened && state.silent) lengthen(state, midnight(state.log.to) - midnight(state.log.from));
}

/// What lies between the last contact of one stretch of time and the first of the next.
void bridge(State& earlier, const Family::Record& next) noexcept {
  if (earlier.logged > 0 && earlier.last.log.from == next.log.from) {
    const std::int64_t gap = next.minute - earlier.last.minute;
    ++earlier.gaps;
    earlier.gap_minutes += gap;
    earlier.gap_squares += static_cast<double>(gap) * static_cast<double>(gap);
    lengthen(earlier, gap);
    return;
  }
  if (earlier.logged > 0) {
    lengthen(earlier, midnight(earlier.last.log.to) - earlier.last.minute);
    lengthen(earlier, next.minute - midnight(next.log.from));
  }
}

Estimate share(std::int64_t part, std::int64_t known, std::int64_t all) {
  if (all == 0) return without_value(Status::not_recorded);
  if (known == 0) return without_value(Status::not_recorded, all, 0);
  const auto of = static_cast<double>(all);
  Estimate estimate;
  estimate.value = static_cast<double>(part) / static_cast<double>(known);
  estimate.lower = static_cast<double>(part) / of;
  estimate.upper = static_cast<double>(part + all - known) / of;
  estimate.n_expected = all;
  estimate.n_observed = known;
  estimate.status = Status::ok;
  return estimate;
}

/// Days from the last contact to the as-of date. In a time when the log was closed there may have been a later one.
Estimate days_since(const State& state, const Family::Context& context) {
  const Date as_of = context.as_of;
  const bool open = context.open_since.known();
  const std::int64_t surely = open ? static_cast<std::int64_t>(as_of.days) - context.open_since.days + 1 : 0;
  Estimate estimate = without_value(Status::not_recorded, state.open_days, state.open_days);
  if (!state.any) {
    if (!state.opened && !open) return estimate;
    estimate.lower = static_cast<double>(surely);
    estimate.upper = std::numeric_limits<double>::infinity();
    estimate.status = Status::cannot_tell;
    return estimate;
  }
  const std::int64_t last = state.last_minute >= 0 ? state.last_minute / day : -((day - 1 - state.last_minute) / day);
  const std::int64_t days = as_of.days - last;
  estimate.value = estimate.upper = static_cast<double>(days);
  estimate.lower = static_cast<double>(std::min(days, surely));
  estimate.status = Status::ok;
  return estimate;
}

Estimate rate(const State& state, const Family::Context& context) {
  if (state.open_days == 0) return without_value(Status::not_recorded);
  if (!context.prior.known) return without_value(Status::not_enough_data, state.open_days, state.open_days);
  const double shape = context.prior.shape + static_cast<double>(state.logged);
  const double weeks = context.prior.rate + static_cast<double>(state.open_days) / 7.0;
  Estimate estimate;
  estimate.value = shape / weeks;
  // a skewed distribution may have its mean outside of a narrow central interval
  estimate.lower = std::min(estimate.value, stats::gamma_quantile(0.5 - context.level / 2.0, shape, weeks));
  estimate.upper = std::max(estimate.value, stats::gamma_quantile(0.5 + context.level / 2.0, shape, weeks));
  estimate.n_expected = estimate.n_observed = state.open_days;
  estimate.status = Status::ok;
  return estimate;
}

Estimate longest_gap(const State& state) {
  if (state.open_days == 0) return without_value(Status::not_recorded);
  State whole = state;
  leave_log(whole);
  if (state.logged > 0) {
    lengthen(whole, state.first.minute - midnight(state.first.log.from));
    lengthen(whole, midnight(state.last.log.to) - state.last.minute);
  }
  Estimate estimate;
  estimate.value = estimate.lower = estimate.upper = static_cast<double>(whole.longest) / static_cast<double>(day);
  estimate.n_expected = estimate.n_observed = state.open_days;
  estimate.status = Status::ok;
  return estimate;
}

Estimate burstiness(const State& state) {
  if (state.open_days == 0) return without_value(Status::not_recorded);
  if (state.logged < fewest_contacts || state.gaps + 1 < fewest_contacts) {
    return without_value(Status::not_enough_data, state.logged, state.gaps);
  }
  const auto gaps = static_cast<double>(state.gaps);
  const double mean = static_cast<double>(state.gap_minutes) / gaps;
  if (!(mean > 0.0)) return without_value(Status::degenerate, state.logged, state.gaps);
  const double deviation = std::sqrt(std::max(0.0, state.gap_squares / gaps - mean * mean));
  Estimate estimate;
  estimate.value = estimate.lower = estimate.upper = (deviation - mean) / (deviation + mean);
  estimate.n_expected = state.logged;
  estimate.n_observed = state.gaps;
  estimate.status = Status::ok;
  return estimate;
}

/// Lengths are kept by whole minutes, so the median is known to within one.
Estimate median_length(const State& state) {
  std::int64_t known = 0;
  for (const std::int32_t count : state.lengths) known += count;
  if (known == 0) return without_value(Status::not_recorded, state.logged, 0);
  const auto at = [&state](std::int64_t rank) {
    std::size_t bin = 0;
    for (std::int64_t seen = state.lengths[0]; seen <= rank; seen += state.lengths[bin]) ++bin;
    return bin;
  };
  const std::size_t low = at((known - 1) / 2);
  const std::size_t high = at(known / 2);
  Estimate estimate = without_value(Status::cannot_tell, state.logged, known);
  estimate.lower = 0.5 * static_cast<double>(low + high);
  estimate.upper = std::numeric_limits<double>::infinity();
  if (high + 1 == Family::minute_bins) return estimate;
  estimate.upper = estimate.lower + 1.0;
  estimate.value = estimate.lower + 0.5;
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

void ContactFamily::add(State& state, const Record& record, const Context&) noexcept {
  if (record.kind == Kind::log) {
    leave_log(state);
    state.log = record.log;
    state.silent = state.opened = true;
    state.open_days += static_cast<std::int64_t>(record.log.to.days) - record.log.from.days;
    return;
  }
  if (!record.connected) return;
  state.last_minute = state.any ? std::max(state.last_minute, record.minute) : record.minute;
  state.any = true;
  if (!record.log.from.known()) {
    ++state.outside;
    return;
  }
  bridge(state, record);
  if (state.logged == 0) state.first = record;
  state.last = record;
  state.silent = false;
  ++state.logged;
  state.video += record.video == 1;
  state.video_known += record.video >= 0;
  state.by_child += record.child_initiated == 1;
  state.by_child_known += record.child_initiated >= 0;
  if (record.seconds >= 0) {
    ++state.lengths[std::min<std::size_t>(static_cast<std::size_t>(record.seconds) / 60, minute_bins - 1)];
  }
}

void ContactFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  const bool goes_on = later.logged > 0 && earlier.opened && later.first.log.from == earlier.log.from;
  if (goes_on) earlier.silent = false;
  if (later.opened) leave_log(earlier);
  if (later.logged > 0) bridge(earlier, later.first);
  lengthen(earlier, later.longest);
  if (earlier.logged == 0) earlier.first = later.first;
  if (later.logged > 0) earlier.last = later.last;
  if (later.opened) {
    earlier.log = later.log;
    earlier.silent = later.silent;
    earlier.opened = true;
  }
  if (later.any) {
    earlier.last_minute = earlier.any ? std::max(earlier.last_minute, later.last_minute) : later.last_minute;
    earlier.any = true;
  }
  earlier.open_days += later.open_days;
  earlier.logged += later.logged;
  earlier.outside += later.outside;
  earlier.gaps += later.gaps;
  earlier.gap_minutes += later.gap_minutes;
  earlier.gap_squares += later.gap_squares;
  earlier.video += later.video;
  earlier.video_known += later.video_known;
  earlier.by_child += later.by_child;
  earlier.by_child_known += later.by_child_known;
  for (std::size_t bin = 0; bin < minute_bins; ++bin) earlier.lengths[bin] += later.lengths[bin];
}

ContactFamily::Estimates ContactFamily::finish(const State& state, const Context& context) {
  return {days_since(state, context),
          rate(state, context),
          longest_gap(state),
          burstiness(state),
          share(state.video, state.video_known, state.logged),
          share(state.by_child, state.by_child_known, state.logged),
          median_length(state)};
}

}  // namespace childwell::inline v0_1
