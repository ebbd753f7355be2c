// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/chart_family.hpp>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

std::array<Estimate, 2> finish_chart(const Onsets& onsets, double share_of_limit, bool alarm, bool chart) {
  std::array<Estimate, 2> out;
  Status none = Status::ok;
  if (onsets.expected == 0) none = Status::not_expected;
  else if (!chart) none = Status::not_enough_data;
  else if (onsets.watched == 0) none = Status::not_recorded;
  const auto number = [&](double value) {
    Estimate estimate = without_value(none, onsets.expected, onsets.watched);
    if (none == Status::ok) estimate.value = value;
    return estimate;
  };
  out[static_cast<std::size_t>(ChartIndicator::sum)] = number(share_of_limit);
  out[static_cast<std::size_t>(ChartIndicator::alarm)] = number(alarm ? 1.0 : 0.0);
  return out;
}

/// Solves L(z) = 1 + (1 - p) L(without onset) + p L(with onset) over the values below the limit, by elimination from the
/// highest value down. Only sums of what is positive occur, so that long run lengths keep their digits. No step leads
/// further than a tenth of the scale, and elimination keeps it so: the matrix is a band.
std::vector<double> run_lengths(double probability, std::int32_t limit) {
  constexpr std::size_t band = (EwmaFamily::scale + EwmaFamily::steps - 1) / EwmaFamily::steps;
  const auto n = static_cast<std::size_t>(limit);
  std::vector<double> step(n * n, 0.0);
  std::vector<double> leaves(n, 0.0);  // chance of the alarm
  std::vector<double> days(n, 1.0);
  for (std::int32_t value = 0; value < limit; ++value) {
    const auto row = static_cast<std::size_t>(value);
    step[row * n + static_cast<std::size_t>(EwmaFamily::next(value, false))] += 1.0 - probability;
    const std::int32_t up = EwmaFamily::next(value, true);
    if (up < limit) step[row * n + static_cast<std::size_t>(up)] += probability;
    else leaves[row] += probability;
  }
  for (std::size_t gone = n; gone-- > 0;) {
    const std::size_t first = gone > band ? gone - band : 0;
    double out = leaves[gone];
    for (std::size_t to = first; to < gone; ++to) out += step[gone * n + to];
    for (std::size_t from = first; from < gone; ++from) {
      const double share = step[from * n + gone] / out;
      if (!(share > 0.0)) continue;
      for (std::size_t to = first; to < gone; ++to) step[from * n + to] += share * step[gone * n + to];
      leaves[from] += share * leaves[gone];
      days[from] += share * days[gone];
    }
    days[gone] /= out;
    for (std::size_t to = first; to < gone; ++to) step[gone * n + to] /= out;
  }
  for (std::size_t value = 1; value < n; ++value) {
    for (std::size_t to = value > band ? value - band : 0; to < value; ++to) days[value] += step[value * n + to] * days[to];
  }
  return days;
}

}  // namespace

int Onsets::add(DayMark mark) noexcept {
  ++expected;
  if (mark == DayMark::unknown) return -1;
  const bool after_absence = absent;
  absent = mark == DayMark::absent;
  if (after_absence) return -1;  // such a day ends a spell or goes on with it, and cannot begin one
  ++watched;
  begun += absent ? 1 : 0;
  return absent ? 1 : 0;
}

void CusumFamily::add(State& state, const Record& record, const Context& context) noexcept {
  const int onset = state.onsets.add(record.whole_mark());
  if (onset < 0 || context.rise == 0) return;
  state.sum = onset > 0 ? state.sum + context.rise : std::max<std::int64_t>(0, state.sum - context.fall);
  if (state.sum >= context.limit && !state.alarm.known()) state.alarm = record.date;
}

CusumFamily::Estimates CusumFamily::finish(const State& state, const Context& context) {
  const double share = context.limit > 0 ? static_cast<double>(state.sum) / static_cast<double>(context.limit) : 0.0;
  return finish_chart(state.onsets, share, state.alarm.known(), context.rise > 0);
}

void EwmaFamily::add(State& state, const Record& record, const Context& context) noexcept {
  const int onset = state.onsets.add(record.whole_mark());
  if (onset < 0 || context.limit == 0) return;
  state.moved = next(state.moved < 0 ? context.start : state.moved, onset > 0);
  if (state.moved >= context.limit && !state.alarm.known()) state.alarm = record.date;
}

EwmaFamily::Estimates EwmaFamily::finish(const State& state, const Context& context) {
  const double share = context.limit > 0 ? static_cast<double>(state.moved) / static_cast<double>(context.limit) : 0.0;
  return finish_chart(state.onsets, share, state.alarm.known(), context.limit > 0);
}

double ewma_onset_run_length(double probability, std::int32_t start, std::int32_t limit) {
  return run_lengths(probability, limit)[static_cast<std::size_t>(start)];
}

EwmaScheme ewma_onset_limit(double probability, double average_run_length) {
  EwmaScheme scheme;
  scheme.start = static_cast<std::int32_t>(std::lround(probability * EwmaFamily::scale));
  std::int32_t low = scheme.start + 1;
  std::int32_t high = EwmaFamily::scale - 1;
  if (!(ewma_onset_run_length(probability, scheme.start, high) >= average_run_length)) return scheme;
  while (low < high) {
    const std::int32_t middle = (low + high) / 2;
    if (ewma_onset_run_length(probability, scheme.start, middle) >= average_run_length) high = middle;
    else low = middle + 1;
  }
  scheme.limit = low;
  scheme.average_run_length = ewma_onset_run_length(probability, scheme.start, low);
  return scheme;
}

}  // namespace childwell::inline v0_1
