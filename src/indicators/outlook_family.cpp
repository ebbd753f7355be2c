// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/outlook_family.hpp>

#include <childwell/stats/special.hpp>

#include <algorithm>
#include <cmath>

namespace childwell::inline v0_1 {
namespace {

/// Whole numbers in what the policy counts: days, or units of sessions.
struct Counted {
  std::int64_t expected = 0;
  std::int64_t observed = 0;
  std::int64_t absent = 0;
  std::int64_t left = 0;
  std::int64_t certainly_absent = 0;
  std::int64_t possibly_absent = 0;  ///< up to the as-of date, those that are certain among them
  std::int64_t evidence_days = 0;    ///< days that the rate rests on
};

Counted count(const OutlookFamily::State& state, const OutlookFamily::Context& context) noexcept {
  if (context.by_days) {
    return {state.expected_days, state.whole_days, state.absent_whole_days, context.left_days, state.absent_days,
            state.expected_days - state.observed_days + state.absent_days, state.whole_days};
  }
  return {state.expected_units, state.observed_units, state.absent_units, context.left_units, state.absent_units,
          state.expected_units - state.observed_units + state.absent_units, state.observed_days};
}

double year_above(const Counted& counted, std::int64_t open_days, double spell_days, Fraction line, double alpha, double beta) {
  const std::int64_t year = counted.expected + counted.left;
  const std::int64_t reached = (year * line.numerator + line.denominator - 1) / line.denominator;
  if (counted.certainly_absent >= reached) return 1.0;
  if (counted.possibly_absent + counted.left < reached) return 0.0;
  const std::int64_t open = counted.expected - counted.observed + counted.left;
  const std::int64_t need = reached - counted.absent;
  const auto blocks = std::max<std::int64_t>(1, std::llround(static_cast<double>(open_days) / spell_days));
  const std::int64_t blocks_needed = (need * blocks + open - 1) / open;
  return stats::beta_binomial_sf(static_cast<double>(blocks_needed - 1), static_cast<double>(blocks), alpha, beta);
}

}  // namespace

void OutlookFamily::add(State& state, const Record& record, const Context&) noexcept {
  ++state.expected_days;
  const bool absent = record.mark == DayMark::absent;
  state.observed_days += record.mark == DayMark::unknown ? 0 : 1;
  state.absent_days += absent ? 1 : 0;
  state.whole_days += record.unknown == 0 ? 1 : 0;
  state.absent_whole_days += absent && record.unknown == 0 ? 1 : 0;
  state.expected_units += record.expected;
  state.observed_units += record.expected - record.unknown;
  state.absent_units += record.absent;
  state.absences.add(absent);
}

void OutlookFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  earlier.expected_days += later.expected_days;
  earlier.observed_days += later.observed_days;
  earlier.absent_days += later.absent_days;
  earlier.whole_days += later.whole_days;
  earlier.absent_whole_days += later.absent_whole_days;
  earlier.expected_units += later.expected_units;
  earlier.observed_units += later.observed_units;
  earlier.absent_units += later.absent_units;
  earlier.absences.merge(later.absences);
}

double OutlookFamily::spell_days(const State& state, double pooled_spell_days) noexcept {
  constexpr double weight_of_cohort = 10.0;  // absent days, as in the interval of the propensity
  return std::max(1.0, (static_cast<double>(state.absences.squares()) + weight_of_cohort * pooled_spell_days) /
                           (static_cast<double>(state.absent_days) + weight_of_cohort));
}

OutlookFamily::Estimates OutlookFamily::finish(const State& state, const Context& context) {
  Estimates out;
  const Counted counted = count(state, context);
  const std::int64_t year = counted.expected + counted.left;
  Status none = Status::ok;
  if (counted.expected == 0) none = Status::not_expected;
  else if (counted.observed == 0 || counted.evidence_days == 0) none = Status::not_recorded;
  else if (!context.prior.known) none = Status::not_enough_data;
  if (none != Status::ok) {
    out.fill(without_value(none, year, counted.observed));
    return out;
  }
  const double spell = spell_days(state, context.pooled_spell_days);
  const double effective = static_cast<double>(counted.evidence_days) / spell;
  const double rate = static_cast<double>(counted.absent) / static_cast<double>(counted.observed);
  const double alpha = context.prior.alpha + rate * effective;
  const double beta = context.prior.beta + (1.0 - rate) * effective;
  const double line = static_cast<double>(context.line.numerator) / static_cast<double>(context.line.denominator);
  const auto probability = [&](double value) {
    if (!std::isfinite(value)) return without_value(Status::not_finite, year, counted.observed);
    Estimate estimate;
    estimate.value = std::clamp(value, 0.0, 1.0);
    estimate.n_expected = year;
    estimate.n_observed = counted.observed;
    estimate.status = Status::ok;
    return estimate;
  };
  out[static_cast<std::size_t>(OutlookIndicator::p_rate_above)] = probability(stats::beta_sf(line, alpha, beta));
  Estimate& ends = out[static_cast<std::size_t>(OutlookIndicator::p_year_above)];
  const std::int64_t days = state.expected_days + context.left_days;
  const std::int64_t open_days = days - counted.evidence_days;
  if (!context.calendar_known) ends = without_value(Status::cannot_tell, year, counted.observed);
  else if (days < context.minimum_days) ends = without_value(Status::not_enough_data, year, counted.observed);
  else ends = probability(year_above(counted, open_days, spell, context.line, alpha, beta));
  return out;
}

}  // namespace childwell::inline v0_1
