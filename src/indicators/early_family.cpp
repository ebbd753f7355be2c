// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/early_family.hpp>

#include <algorithm>
#include <bit>

namespace childwell::inline v0_1 {

namespace {

std::uint64_t window_of(const EarlyFamily::Context& context) noexcept {
  const int days = std::clamp(context.days, 1, EarlyFamily::most_days);
  return days == EarlyFamily::most_days ? ~std::uint64_t{0} : (std::uint64_t{1} << static_cast<unsigned>(days)) - 1;
}

}  // namespace

void EarlyFamily::add(State& state, const Record& record, const Context&) noexcept {
  if (state.count < most_days) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(state.count);
    if (record.mark == DayMark::absent) state.absent |= bit;
    if (record.mark == DayMark::unknown) state.unknown |= bit;
    if (record.unknown > 0) state.gaps |= bit;
  }
  ++state.count;
}

void EarlyFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  if (earlier.count < most_days) {
    earlier.absent |= later.absent << static_cast<unsigned>(earlier.count);
    earlier.unknown |= later.unknown << static_cast<unsigned>(earlier.count);
    earlier.gaps |= later.gaps << static_cast<unsigned>(earlier.count);
  }
  earlier.count += later.count;
}

std::array<std::int64_t, 2> EarlyFamily::whole_days(const State& state, const Context& context) noexcept {
  const std::uint64_t whole = window_of(context) & ~(state.gaps | state.unknown);
  const std::int64_t expected = std::min<std::int64_t>(state.count, std::popcount(window_of(context)));
  const int gaps = std::popcount((state.gaps | state.unknown) & window_of(context));
  return {std::popcount(state.absent & whole), expected - gaps};
}

EarlyFamily::Estimates EarlyFamily::finish(const State& state, const Context& context) {
  if (state.count == 0) return {without_value(Status::not_expected)};
  const std::uint64_t window = window_of(context);
  const int wanted = std::popcount(window);
  const int absent = std::popcount(state.absent & window);
  const int unknown = std::popcount(state.unknown & window);
  const std::int64_t expected = std::min<std::int64_t>(state.count, wanted);
  const auto [whole, observed] = whole_days(state, context);
  if (!context.calendar_known) return {without_value(Status::cannot_tell, expected, observed)};
  if (state.count < wanted) return {without_value(Status::not_enough_data, expected, observed)};
  if (observed == 0) return {without_value(Status::not_recorded, expected, 0)};
  Estimate estimate;
  estimate.lower = static_cast<double>(absent) / static_cast<double>(expected);
  estimate.upper = static_cast<double>(absent + unknown) / static_cast<double>(expected);
  estimate.value = std::clamp(static_cast<double>(whole) / static_cast<double>(observed), estimate.lower, estimate.upper);
  estimate.n_expected = expected;
  estimate.n_observed = observed;
  estimate.status = Status::ok;
  return {estimate};
}

}  // namespace childwell::inline v0_1
