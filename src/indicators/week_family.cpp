// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/week_family.hpp>

#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace childwell::inline v0_1 {
namespace {

using Days = std::span<const std::uint8_t>;

std::uint8_t code_of(const SchoolDay& day) noexcept {
  return static_cast<std::uint8_t>(static_cast<unsigned>(day.mark) | (static_cast<unsigned>(day.place) << 2U));
}
DayMark mark_of(std::uint8_t code) noexcept { return static_cast<DayMark>(code & 3U); }
bool has_place(std::uint8_t code, WeekPlace place) noexcept { return static_cast<WeekPlace>(code >> 2U) == place; }

void count_kind(WeekFamily::Kind& kind, Days spell, bool pair_of_days, WeekPlace place) noexcept {
  const bool all = std::all_of(spell.begin(), spell.end(), [place](std::uint8_t code) { return has_place(code, place); });
  if (!all) return;
  auto& count = pair_of_days ? kind.pairs : spell.size() == 1 ? kind.singles : kind.doubles;
  ++count;
}

/// What ends with the last of these days and takes so many of them at least: a pair of days seen, a spell of one day or
/// of two with the days of presence around it.
void count_ending(WeekFamily::State& state, Days days, std::size_t shortest) noexcept {
  const std::size_t n = days.size();
  if (n >= 2 && shortest <= 2 && mark_of(days[n - 1]) != DayMark::unknown && mark_of(days[n - 2]) != DayMark::unknown) {
    ++state.pairs;
    count_kind(state.edge, days.last(2), true, WeekPlace::week_edge);
    count_kind(state.bridge, days.last(2), true, WeekPlace::bridge);
  }
  if (mark_of(days[n - 1]) != DayMark::present) return;
  for (const std::size_t length : {std::size_t{1}, std::size_t{2}}) {
    const std::size_t window = length + 2;
    if (n < window || window < shortest || mark_of(days[n - window]) != DayMark::present) continue;
    const Days spell = days.subspan(n - 1 - length, length);
    if (!std::all_of(spell.begin(), spell.end(), [](std::uint8_t code) { return mark_of(code) == DayMark::absent; })) continue;
    ++(length == 1 ? state.singles : state.doubles);
    count_kind(state.edge, spell, false, WeekPlace::week_edge);
    count_kind(state.bridge, spell, false, WeekPlace::bridge);
  }
}

void push_tail(WeekFamily::State& state, std::uint8_t code) noexcept {
  if (state.ends < 3) {
    state.head[state.ends] = state.tail[state.ends] = code;
    ++state.ends;
    return;
  }
  state.tail = {state.tail[1], state.tail[2], code};
}

void count_day(WeekFamily::State& state, std::uint8_t code) noexcept {
  ++state.expected;
  if (mark_of(code) == DayMark::unknown) return;
  const bool absent = mark_of(code) == DayMark::absent;
  if (state.observed == 0) state.first_absent = absent;
  state.runs += absent && (state.observed == 0 || !state.last_absent) ? 1 : 0;
  state.last_absent = absent;
  ++state.observed;
  state.absent += absent ? 1 : 0;
  if (has_place(code, WeekPlace::week_edge)) ++state.edge.days;
  if (has_place(code, WeekPlace::bridge)) ++state.bridge.days;
}

void sum(std::uint16_t& to, std::uint16_t amount) noexcept { to = static_cast<std::uint16_t>(to + amount); }

void sum(WeekFamily::Kind& to, const WeekFamily::Kind& amount) noexcept {
  sum(to.days, amount.days);
  sum(to.pairs, amount.pairs);
  sum(to.singles, amount.singles);
  sum(to.doubles, amount.doubles);
}

/// Mid-p of as many short spells of a kind or more, given how many short spells there are.
Estimate tail_of(const WeekFamily::State& state, const WeekFamily::Kind& kind) {
  const double found = kind.singles + kind.doubles;
  double above = 0.0;
  double same = 0.0;
  for (int doubles = 0; doubles <= state.doubles; ++doubles) {
    const double weight = stats::hypergeometric_pmf(doubles, state.pairs, kind.pairs, state.doubles);
    if (!(weight > 0.0)) continue;
    const double singles = found - doubles;
    if (singles < 0.0) {
      above += weight;
      continue;
    }
    above += weight * stats::hypergeometric_sf(singles, state.observed, kind.days, state.singles);
    same += weight * stats::hypergeometric_pmf(singles, state.observed, kind.days, state.singles);
  }
  Estimate estimate;
  estimate.value = std::clamp(above + 0.5 * same, 0.0, 1.0);
  estimate.status = Status::ok;
  return estimate;
}

Estimate share_of(const WeekFamily::State& state, const WeekFamily::Kind& kind, double level) {
  const auto interval = stats::wilson_interval(kind.singles + kind.doubles, state.singles + state.doubles, level);
  Estimate estimate;
  estimate.value = interval.estimate;
  estimate.lower = interval.lower;
  estimate.upper = interval.upper;
  estimate.status = interval.status;
  return estimate;
}

Estimate excess_of(const WeekFamily::State& state) {
  constexpr std::int32_t fewest = 3;
  const double absent = state.absent;
  const double present = state.observed - state.absent;
  if (state.absent < fewest || present < fewest) return without_value(Status::not_enough_data);
  const double all = absent + present;
  const double mean = absent * (present + 1.0) / all;
  const double variance = absent * (absent - 1.0) * (present + 1.0) * present / (all * all * (all - 1.0));
  Estimate estimate;
  estimate.value = (state.runs - mean) / std::sqrt(variance);
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

void WeekFamily::add(State& state, const Record& record, const Context&) noexcept {
  const std::uint8_t code = code_of(record);
  std::array<std::uint8_t, 4> window{};
  std::copy_n(state.tail.begin(), state.ends, window.begin());
  window[state.ends] = code;
  count_ending(state, Days(window).first(state.ends + std::size_t{1}), 0);
  count_day(state, code);
  push_tail(state, code);
}

void WeekFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  if (later.ends == 0) return;
  std::array<std::uint8_t, 6> seam{};
  std::copy_n(earlier.tail.begin(), earlier.ends, seam.begin());
  std::copy_n(later.head.begin(), later.ends, seam.begin() + earlier.ends);
  for (std::size_t day = 0; day < later.ends && earlier.ends > 0; ++day) {  // only what reaches back over the seam
    const std::size_t behind = std::min<std::size_t>(earlier.ends + day, 3);
    count_ending(earlier, Days(seam).subspan(earlier.ends + day - behind, behind + 1), day + 2);
  }
  earlier.runs += later.runs - (earlier.observed > 0 && later.observed > 0 && earlier.last_absent && later.first_absent ? 1 : 0);
  if (earlier.observed == 0) earlier.first_absent = later.first_absent;
  if (later.observed > 0) earlier.last_absent = later.last_absent;
  earlier.expected += later.expected;
  earlier.observed += later.observed;
  earlier.absent += later.absent;
  sum(earlier.pairs, later.pairs);
  sum(earlier.singles, later.singles);
  sum(earlier.doubles, later.doubles);
  sum(earlier.edge, later.edge);
  sum(earlier.bridge, later.bridge);
  if (later.ends < 3) {
    for (std::size_t day = 0; day < later.ends; ++day) push_tail(earlier, later.tail[day]);
    return;
  }
  for (std::size_t day = 0; earlier.ends < 3; ++day) earlier.head[earlier.ends++] = later.head[day];
  earlier.tail = later.tail;
}

WeekFamily::Estimates WeekFamily::finish(const State& state, const Context& context) {
  Estimates out;
  Status none = Status::ok;
  if (state.expected == 0) none = Status::not_expected;
  else if (state.observed == 0) none = Status::not_recorded;
  if (none != Status::ok) {
    out.fill(without_value(none, state.expected, state.observed));
    return out;
  }
  const auto at = [&out](WeekIndicator which) -> Estimate& { return out[static_cast<std::size_t>(which)]; };
  const std::int64_t spells = state.singles + state.doubles;
  const auto write = [&](WeekIndicator share, WeekIndicator p, const Kind& kind) {
    Status why = Status::ok;
    if (!context.calendar_known) why = Status::cannot_tell;  // without a calendar nobody knows where a week ends
    else if (spells < fewest_spells) why = Status::not_enough_data;
    else if (kind.days == 0 || kind.days == state.observed) why = Status::degenerate;
    at(share) = why == Status::ok ? share_of(state, kind, context.level) : without_value(why);
    at(p) = why == Status::ok ? tail_of(state, kind) : without_value(why);
  };
  write(WeekIndicator::week_edge_share, WeekIndicator::week_edge_p, state.edge);
  write(WeekIndicator::bridge_share, WeekIndicator::bridge_p, state.bridge);
  at(WeekIndicator::spell_excess) = excess_of(state);
  for (Estimate& estimate : out) {
    estimate.n_expected = state.expected;
    estimate.n_observed = state.observed;
  }
  return out;
}

}  // namespace childwell::inline v0_1
