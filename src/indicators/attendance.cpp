// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/attendance.hpp>

#include <childwell/stats/proportion.hpp>

#include <algorithm>

namespace childwell::inline v0_1 {

using State_ = AttendanceFamily::State;

void AttendanceFamily::Days::add(const Day& day, Fraction absent_day) noexcept {
  if (day.expected == 0) return;
  const bool certainly = absent_day.reached(day.absent, day.expected);
  const bool possibly = absent_day.reached(day.absent + day.unknown, day.expected);
  const bool unexplained_certainly = absent_day.reached(day.unexplained, day.expected);
  const bool unexplained_possibly = absent_day.reached(day.unexplained + day.unknown, day.expected);
  certain.add(certainly);
  possible.add(possibly);
  unexplained.add(unexplained_certainly);
  unexplained_possible.add(unexplained_possibly);
  if (certainly) ++absent;
  else if (possibly) ++unknown;
}

void AttendanceFamily::Days::merge(const Days& later) noexcept {
  certain.merge(later.certain);
  possible.merge(later.possible);
  unexplained.merge(later.unexplained);
  unexplained_possible.merge(later.unexplained_possible);
  absent = static_cast<std::uint16_t>(absent + later.absent);
  unknown = static_cast<std::uint16_t>(unknown + later.unknown);
}

namespace {

void join(AttendanceFamily::Day& day, const AttendanceFamily::Day& other) noexcept {
  day.expected = static_cast<std::uint16_t>(day.expected + other.expected);
  day.absent = static_cast<std::uint16_t>(day.absent + other.absent);
  day.unknown = static_cast<std::uint16_t>(day.unknown + other.unknown);
  day.unexplained = static_cast<std::uint16_t>(day.unexplained + other.unexplained);
}

/// Appends one day to the open end of a state, closing the day before it.
void append_day(State_& state, const AttendanceFamily::Day& day, Fraction absent_day) noexcept {
  if (!state.first.date.known()) {
    state.first = day;
  } else if (!state.last.date.known() && state.first.date == day.date) {
    join(state.first, day);
  } else if (!state.last.date.known()) {
    state.last = day;
  } else if (state.last.date == day.date) {
    join(state.last, day);
  } else {
    state.inner.add(state.last, absent_day);
    state.last = day;
  }
}

void count_units(State_& state, State kind, int absent, int units) noexcept {
  state.expected += units;
  ++state.sessions;
  if (!is_observed(kind)) {
    ++state.unobserved_sessions;
    if (kind == State::disputed) state.disputed += units;
    return;
  }
  (kind == State::implied ? state.implied : state.recorded) += units;
  state.absent += absent;
  if (kind == State::excused || kind == State::illness) state.excused += absent;
  else if (kind == State::unexcused) state.unexcused += absent;
  else state.reason_unknown += absent;
  if (is_presence(kind)) ++state.present_sessions;
  if (kind == State::late) ++state.late_sessions;
}

}  // namespace

void AttendanceFamily::add(State& state, const Record& record, const Context& context) noexcept {
  const auto kind = record.cell.state();
  if (!is_expected(kind)) return;
  if (!context.calendar_known && kind == childwell::State::not_recorded) return;
  const int units = record.units;
  const int absent = std::min(record.cell.absent_units(), units);
  count_units(state, kind, absent, units);
  Day day;
  day.date = record.date;
  day.expected = static_cast<std::uint16_t>(units);
  if (!is_observed(kind)) day.unknown = day.expected;
  else day.absent = static_cast<std::uint16_t>(absent);
  if (kind == childwell::State::unexcused || kind == childwell::State::unknown_reason) day.unexplained = day.absent;
  append_day(state, day, context.absent_day);
  if (is_observed(kind) && absent < units) {  // to attend a part of a session is to be seen
    state.last_seen = record.date;
    state.since_expected = 0;
    state.since_unrecorded = 0;
  } else {
    ++state.since_expected;
    if (!is_observed(kind)) ++state.since_unrecorded;
  }
}

void AttendanceFamily::merge(State& earlier, const State& later, const Context& context) noexcept {
  earlier.expected += later.expected;
  earlier.recorded += later.recorded;
  earlier.implied += later.implied;
  earlier.absent += later.absent;
  earlier.excused += later.excused;
  earlier.unexcused += later.unexcused;
  earlier.reason_unknown += later.reason_unknown;
  earlier.disputed += later.disputed;
  earlier.sessions += later.sessions;
  earlier.present_sessions += later.present_sessions;
  earlier.late_sessions += later.late_sessions;
  earlier.unobserved_sessions += later.unobserved_sessions;
  if (later.last_seen.known()) {
    earlier.last_seen = later.last_seen;
    earlier.since_expected = later.since_expected;
    earlier.since_unrecorded = later.since_unrecorded;
  } else {
    earlier.since_expected += later.since_expected;
    earlier.since_unrecorded += later.since_unrecorded;
  }
  if (!later.first.date.known()) return;
  if (!earlier.first.date.known()) {
    earlier.first = later.first;
    earlier.last = later.last;
    earlier.inner = later.inner;
    return;
  }
  append_day(earlier, later.first, context.absent_day);
  if (!later.last.date.known()) return;
  if (earlier.last.date.known()) {
    earlier.inner.add(earlier.last, context.absent_day);
    earlier.inner.merge(later.inner);
  } else {
    earlier.inner = later.inner;
  }
  earlier.last = later.last;
}

AttendanceFamily::Days AttendanceFamily::days(const State& state, const Context& context) noexcept {
  Days days;
  days.add(state.first, context.absent_day);
  days.merge(state.inner);
  days.add(state.last, context.absent_day);
  return days;
}

namespace {

Estimate share(std::int64_t part, std::int64_t observed, std::int64_t expected, std::int64_t hidden) {
  if (expected == 0) return without_value(Status::not_expected);
  if (observed == 0) return without_value(Status::not_recorded, expected, 0);
  Estimate estimate;
  estimate.value = static_cast<double>(part) / static_cast<double>(observed);
  estimate.lower = static_cast<double>(part) / static_cast<double>(observed + hidden);
  estimate.upper = static_cast<double>(part + hidden) / static_cast<double>(observed + hidden);
  estimate.n_expected = expected;
  estimate.n_observed = observed;
  estimate.status = Status::ok;
  return estimate;
}

Estimate exact(double value, std::int64_t expected, std::int64_t observed) {
  Estimate estimate;
  estimate.value = estimate.lower = estimate.upper = value;
  estimate.n_expected = expected;
  estimate.n_observed = observed;
  estimate.status = Status::ok;
  return estimate;
}

Estimate between(double value, double lower, double upper, std::int64_t expected, std::int64_t observed) {
  Estimate estimate = exact(value, expected, observed);
  estimate.lower = lower;
  estimate.upper = upper;
  return estimate;
}

/// The rate behind the absences. Absences come in spells, so days are worth less than their number: the days a spell
/// fills on average, the child's own drawn towards the cohort's, divide them.
Estimate propensity(const State_& state, const AttendanceFamily::Days& days, const AttendanceFamily::Context& context) {
  const std::int64_t observed_days = std::int64_t{days.certain.length} - days.unknown;
  const std::int64_t observed = state.recorded + state.implied;
  if (state.expected == 0) return without_value(Status::not_expected);
  if (observed == 0 || observed_days <= 0) return without_value(Status::not_recorded, state.expected, observed);
  constexpr double weight_of_cohort = 10.0;  // absent days: as much as two weeks of absence
  const double spell_days = (static_cast<double>(days.certain.squares()) + weight_of_cohort * context.pooled_spell_days) /
                            (static_cast<double>(days.absent) + weight_of_cohort);
  const double effective = static_cast<double>(observed_days) / std::max(1.0, spell_days);
  const double rate = static_cast<double>(state.absent) / static_cast<double>(observed);
  const auto interval = stats::wilson_interval(rate * effective, effective, context.level);
  return between(rate, interval.lower, interval.upper, state.expected, observed);
}

Estimate late_rate(const State_& state) {
  const std::int64_t unknown = state.unobserved_sessions;
  if (state.sessions == 0) return without_value(Status::not_expected);
  if (state.present_sessions == 0) return without_value(Status::not_enough_data, state.sessions, 0);
  return share(state.late_sessions, state.present_sessions, state.sessions, unknown);
}

void finish_spells(AttendanceFamily::Estimates& out, const AttendanceFamily::Days& days, Status none) {
  const auto at = [&out](AttendanceIndicator which) -> Estimate& { return out[static_cast<std::size_t>(which)]; };
  const std::int64_t all = days.certain.length;
  const std::int64_t seen = all - days.unknown;
  if (all == 0) {
    for (const auto which : {AttendanceIndicator::absent_days, AttendanceIndicator::spells, AttendanceIndicator::spell_longest_days,
                             AttendanceIndicator::spell_current_days, AttendanceIndicator::spell_single_share}) {
      at(which) = without_value(none);
    }
    return;
  }
  const double absent = days.absent;
  at(AttendanceIndicator::absent_days) = between(absent, absent, absent + days.unknown, all, seen);
  const auto count = static_cast<double>(days.certain.count());
  // unrecorded days can hide spells of their own or join two into one, so their number has only the plain bounds
  at(AttendanceIndicator::spells) =
      between(count, days.unknown == 0 ? count : std::min(count, static_cast<double>(days.possible.count() > 0 ? 1 : 0)),
              count + days.unknown, all, seen);
  at(AttendanceIndicator::spell_longest_days) = between(days.certain.longest, days.certain.longest, days.possible.longest, all, seen);
  at(AttendanceIndicator::spell_current_days) = between(days.certain.tail, days.certain.tail, days.possible.tail, all, seen);
  at(AttendanceIndicator::spell_single_share) =
      count > 0 ? exact(static_cast<double>(days.certain.singles()) / count, all, seen) : without_value(Status::not_enough_data, all, seen);
  if (count > 0 && days.unknown > 0) {  // one unrecorded day may make a spell longer, or be one of its own
    at(AttendanceIndicator::spell_single_share).lower = 0.0;
    at(AttendanceIndicator::spell_single_share).upper = 1.0;
  }
}

void finish_last_seen(AttendanceFamily::Estimates& out, const State_& state, const AttendanceFamily::Context& context) {
  const auto at = [&out](AttendanceIndicator which) -> Estimate& { return out[static_cast<std::size_t>(which)]; };
  const std::int64_t recorded = state.since_expected - state.since_unrecorded;
  if (state.sessions == 0 && state.since_expected == 0 && !state.last_seen.known()) {
    at(AttendanceIndicator::days_since_seen) = without_value(Status::not_expected);
    at(AttendanceIndicator::sessions_since_seen) = without_value(Status::not_expected);
    return;
  }
  at(AttendanceIndicator::sessions_since_seen) =
      between(state.since_expected, static_cast<double>(recorded), state.since_expected, state.since_expected, recorded);
  at(AttendanceIndicator::days_since_seen) =
      state.last_seen.known() ? exact(context.as_of.days - state.last_seen.days, state.sessions, state.sessions - state.unobserved_sessions)
                              : without_value(Status::not_seen, state.sessions, state.sessions - state.unobserved_sessions);
}

}  // namespace

AttendanceFamily::Estimates AttendanceFamily::finish(const State& state, const Context& context) {
  Estimates out;
  const auto at = [&out](AttendanceIndicator which) -> Estimate& { return out[static_cast<std::size_t>(which)]; };
  const std::int64_t observed = state.recorded + state.implied;
  const std::int64_t hidden = state.expected - observed;
  const auto of_expected = [&](std::int64_t part) {
    if (state.expected == 0) return without_value(Status::not_expected);
    if (!context.calendar_known) return without_value(Status::cannot_tell, state.expected, observed);
    return exact(static_cast<double>(part) / static_cast<double>(state.expected), state.expected, observed);
  };
  at(AttendanceIndicator::coverage) = of_expected(observed);
  at(AttendanceIndicator::coverage_recorded) = of_expected(state.recorded);
  at(AttendanceIndicator::coverage_implied) = of_expected(state.implied);
  at(AttendanceIndicator::coverage_unknown) = of_expected(hidden);
  at(AttendanceIndicator::absence_rate) = share(state.absent, observed, state.expected, hidden);
  // an absence whose reason nobody gave may yet be any of the named ones
  at(AttendanceIndicator::excused_rate) = share(state.excused, observed, state.expected, hidden);
  at(AttendanceIndicator::unexcused_rate) = share(state.unexcused, observed, state.expected, hidden);
  at(AttendanceIndicator::reason_unknown_rate) = share(state.reason_unknown, observed, state.expected, hidden);
  for (const auto which : {AttendanceIndicator::excused_rate, AttendanceIndicator::unexcused_rate}) {
    Estimate& rate = at(which);
    if (rate.status == Status::ok) rate.upper += static_cast<double>(state.reason_unknown) / static_cast<double>(state.expected);
  }
  if (at(AttendanceIndicator::reason_unknown_rate).status == Status::ok) at(AttendanceIndicator::reason_unknown_rate).lower = 0.0;
  at(AttendanceIndicator::late_rate) = late_rate(state);
  const Days all_days = days(state, context);
  at(AttendanceIndicator::absence_propensity) = propensity(state, all_days, context);
  // sums of sessions have no days, and so no spells
  finish_spells(out, all_days, state.expected == 0 ? Status::not_expected : Status::not_recorded);
  const bool sums_only = state.expected > 0 && all_days.certain.length == 0;
  if (sums_only) {
    at(AttendanceIndicator::days_since_seen) = without_value(Status::not_recorded, state.sessions, 0);
    at(AttendanceIndicator::sessions_since_seen) = without_value(Status::not_recorded, state.sessions, 0);
    return out;
  }
  finish_last_seen(out, state, context);
  return out;
}

Estimate judge_absence(const AttendanceFamily::State& state, Fraction line, const Policy& policy,
                       const AttendanceFamily::Context& context) {
  const auto days = AttendanceFamily::days(state, context);
  const bool by_days = policy.counts == "days";
  const std::int64_t expected = by_days ? std::int64_t{days.certain.length} : state.expected;
  const std::int64_t observed = by_days ? expected - days.unknown : state.recorded + state.implied;
  const std::int64_t absent = by_days ? std::int64_t{days.absent} : state.absent;
  if (state.expected == 0) return without_value(Status::not_expected);
  if (expected == 0) return without_value(Status::cannot_tell);  // sums of sessions say nothing of days
  if (state.recorded + state.implied == 0) return without_value(Status::not_recorded, expected, 0);
  if (days.certain.length < policy.minimum_days) return without_value(Status::not_enough_data, expected, observed);
  const bool certainly = line.reached(absent, expected);
  const bool possibly = line.reached(absent + expected - observed, expected);
  if (certainly != possibly) return without_value(Status::cannot_tell, expected, observed);
  return exact(certainly ? 1.0 : 0.0, expected, observed);
}

Estimate judge_unexplained(const AttendanceFamily::State& state, std::int64_t days_in_a_row,
                           const AttendanceFamily::Context& context) {
  const auto days = AttendanceFamily::days(state, context);
  const std::int64_t seen = std::int64_t{days.certain.length} - days.unknown;
  if (days.certain.length == 0) return without_value(state.expected == 0 ? Status::not_expected : Status::not_recorded);
  const bool certainly = days.unexplained.tail >= days_in_a_row;
  const bool possibly = days.unexplained_possible.tail >= days_in_a_row;
  if (certainly != possibly) return without_value(Status::cannot_tell, days.certain.length, seen);
  return exact(certainly ? 1.0 : 0.0, days.certain.length, seen);
}

Estimate judge_not_seen(const AttendanceFamily::State& state, std::int64_t sessions) {
  if (state.sessions == 0 && state.since_expected == 0 && !state.last_seen.known()) return without_value(Status::not_expected);
  const std::int64_t recorded = state.since_expected - state.since_unrecorded;
  if (!state.last_seen.known() && state.since_expected < sessions) {
    return without_value(Status::not_enough_data, state.since_expected, recorded);
  }
  return exact(state.since_expected >= sessions ? 1.0 : 0.0, state.since_expected, recorded);
}

}  // namespace childwell::inline v0_1
