// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/trend_family.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/trend.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace childwell::inline v0_1 {
namespace {

constexpr std::int32_t most_weeks = TrendFamily::most_weeks;
using Values = std::array<double, static_cast<std::size_t>(most_weeks)>;

TrendFamily::Week& week_at(TrendFamily::State& state, std::int32_t week) noexcept {
  return state.weeks[static_cast<std::size_t>(week % most_weeks)];
}

/// Makes room up to a week; what lies further back than the array reaches is given up.
void advance(TrendFamily::State& state, std::int32_t week) noexcept {
  if (week <= state.last) return;
  const std::int32_t first = state.last < 0 ? week - most_weeks + 1 : std::max(state.last + 1, week - most_weeks + 1);
  for (std::int32_t fresh = std::max(first, 0); fresh <= week; ++fresh) week_at(state, fresh) = {};
  state.last = week;
}

/// The weeks that were seen, from the first to the last.
struct Series {
  Values time{};  ///< weeks from the middle of all days seen
  Values absent{};
  Values observed{};
  std::size_t count = 0;
  std::int64_t expected_days = 0;
  std::int64_t observed_days = 0;
  std::int64_t absent_days = 0;
};

Series series_of(const TrendFamily::State& state) {
  Series series;
  double moment = 0.0;
  for (std::int32_t back = most_weeks - 1; back >= 0 && state.last >= 0; --back) {
    const std::int32_t number = state.last - back;
    if (number < 0) continue;
    const auto& week = state.weeks[static_cast<std::size_t>(number % most_weeks)];
    series.expected_days += week.expected;
    if (week.observed == 0) continue;
    const double time = most_weeks - back;
    series.time[series.count] = time;
    series.absent[series.count] = week.absent;
    series.observed[series.count] = week.observed;
    ++series.count;
    series.observed_days += week.observed;
    series.absent_days += week.absent;
    moment += time * week.observed;
  }
  for (std::size_t i = 0; i < series.count; ++i) series.time[i] -= moment / static_cast<double>(series.observed_days);
  return series;
}

/// Absences all in the last weeks seen, or all in the first: the likelihood rises without end.
bool separated(const Series& series) {
  std::size_t first_absence = series.count, last_absence = 0, first_presence = series.count, last_presence = 0;
  for (std::size_t i = 0; i < series.count; ++i) {
    if (series.absent[i] > 0) {
      first_absence = std::min(first_absence, i);
      last_absence = i;
    }
    if (series.absent[i] < series.observed[i]) {
      first_presence = std::min(first_presence, i);
      last_presence = i;
    }
  }
  return last_presence <= first_absence || last_absence <= first_presence;
}

/// A straight line of log odds: its score, its information and how the weeks lie about it.
struct Line {
  double intercept = 0.0;
  double slope = 0.0;
  double score_0 = 0.0, score_1 = 0.0;
  double information_00 = 0.0, information_01 = 0.0, information_11 = 0.0;
  double pearson = 0.0;

  [[nodiscard]] double determinant() const noexcept { return information_00 * information_11 - information_01 * information_01; }
};

void look(Line& line, const Series& series, bool firth) {
  line.score_0 = line.score_1 = line.pearson = 0.0;
  line.information_00 = line.information_01 = line.information_11 = 0.0;
  Values rates{};
  for (std::size_t i = 0; i < series.count; ++i) {
    const double rate = stats::expit(line.intercept + line.slope * series.time[i]);
    const double weight = series.observed[i] * rate * (1.0 - rate);
    const double residual = series.absent[i] - series.observed[i] * rate;
    rates[i] = rate;
    line.score_0 += residual;
    line.score_1 += residual * series.time[i];
    line.information_00 += weight;
    line.information_01 += weight * series.time[i];
    line.information_11 += weight * series.time[i] * series.time[i];
    line.pearson += weight > 0.0 ? residual * residual / weight : 0.0;
  }
  if (!firth) return;
  const double determinant = line.determinant();
  for (std::size_t i = 0; i < series.count; ++i) {  // half of each week's leverage is drawn towards even odds
    const double weight = series.observed[i] * rates[i] * (1.0 - rates[i]);
    const double time = series.time[i];
    const double leverage =
        weight * (line.information_11 - 2.0 * time * line.information_01 + time * time * line.information_00) / determinant;
    line.score_0 += leverage * (0.5 - rates[i]);
    line.score_1 += leverage * (0.5 - rates[i]) * time;
  }
}

/// Newton's steps, none longer than five in the log odds; false where they do not come to rest.
bool fit(Line& line, const Series& series, bool firth) {
  const double share = static_cast<double>(series.absent_days) / static_cast<double>(series.observed_days);
  line.intercept = stats::logit(share);
  constexpr int most_steps = 200;
  constexpr double longest_step = 5.0;
  const double reach = std::max(std::abs(series.time[0]), std::abs(series.time[series.count - 1]));
  for (int step = 0; step < most_steps; ++step) {
    look(line, series, firth);
    const double determinant = line.determinant();
    if (!(determinant > 0.0) || !std::isfinite(determinant)) return false;
    double up = (line.information_11 * line.score_0 - line.information_01 * line.score_1) / determinant;
    double along = (line.information_00 * line.score_1 - line.information_01 * line.score_0) / determinant;
    const double size = std::abs(up) + reach * std::abs(along);
    if (!std::isfinite(size)) return false;
    const double shrink = std::min(1.0, longest_step / std::max(size, 1e-300));
    line.intercept += up * shrink;
    line.slope += along * shrink;
    if (size < 1e-10) {
      look(line, series, firth);
      return true;
    }
  }
  return false;
}

Estimate slope_of(const Series& series, double level) {
  Line line;
  if (!fit(line, series, separated(series))) {
    return without_value(Status::not_converged, series.expected_days, series.observed_days);
  }
  const double freedom = static_cast<double>(series.count) - 2.0;
  const double dispersion = std::max(1.0, line.pearson / freedom);
  const double error = std::sqrt(dispersion * line.information_00 / line.determinant());
  const double half = stats::student_t_quantile(0.5 + level / 2.0, freedom) * error;
  Estimate estimate;
  estimate.value = line.slope;
  estimate.lower = line.slope - half;
  estimate.upper = line.slope + half;
  estimate.status = std::isfinite(line.slope) && std::isfinite(half) ? Status::ok : Status::not_converged;
  return estimate.status == Status::ok ? estimate : without_value(Status::not_converged);
}

/// Cochran and Armitage's z, smaller where weeks vary more than days drawn one by one would.
Estimate fast_z(const Series& series) {
  const auto part = [&](const Values& values) {
    return std::span<const double>(values).first(series.count);
  };
  const auto test = stats::cochran_armitage(part(series.absent), part(series.observed), part(series.time));
  if (test.status != Status::ok) return without_value(test.status);
  const double share = static_cast<double>(series.absent_days) / static_cast<double>(series.observed_days);
  double pearson = 0.0;
  for (std::size_t i = 0; i < series.count; ++i) {
    const double residual = series.absent[i] - series.observed[i] * share;
    pearson += residual * residual / (series.observed[i] * share * (1.0 - share));
  }
  Estimate estimate;
  estimate.value = test.z / std::sqrt(std::max(1.0, pearson / (static_cast<double>(series.count) - 1.0)));
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

void TrendFamily::add(State& state, const Record& record, const Context&) noexcept {
  const std::int32_t week = (record.date.days + 3) / 7;
  if (week < 0) return;
  advance(state, week);
  if (week <= state.last - most_weeks) return;
  Week& at = week_at(state, week);
  ++at.expected;
  if (record.mark == DayMark::unknown) return;
  ++at.observed;
  at.absent = static_cast<std::uint8_t>(at.absent + (record.mark == DayMark::absent ? 1 : 0));
}

void TrendFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  if (later.last < 0) return;
  advance(earlier, later.last);
  for (std::int32_t week = std::max(0, later.last - most_weeks + 1); week <= later.last; ++week) {
    if (week <= earlier.last - most_weeks) continue;
    const Week& from = later.weeks[static_cast<std::size_t>(week % most_weeks)];
    Week& to = week_at(earlier, week);
    to.absent = static_cast<std::uint8_t>(to.absent + from.absent);
    to.observed = static_cast<std::uint8_t>(to.observed + from.observed);
    to.expected = static_cast<std::uint8_t>(to.expected + from.expected);
  }
}

TrendFamily::Estimates TrendFamily::finish(const State& state, const Context& context) {
  const Series series = series_of(state);
  Estimates out;
  Status none = Status::ok;
  if (series.expected_days == 0) none = Status::not_expected;
  else if (series.observed_days == 0) none = Status::not_recorded;
  else if (series.count < static_cast<std::size_t>(fewest_weeks)) none = Status::not_enough_data;
  else if (series.absent_days == 0 || series.absent_days == series.observed_days) none = Status::degenerate;
  if (none != Status::ok) {
    out.fill(without_value(none, series.expected_days, series.observed_days));
    return out;
  }
  out[static_cast<std::size_t>(TrendIndicator::trend)] = slope_of(series, context.level);
  out[static_cast<std::size_t>(TrendIndicator::trend_z)] = fast_z(series);
  for (Estimate& estimate : out) {
    estimate.n_expected = series.expected_days;
    estimate.n_observed = series.observed_days;
  }
  return out;
}

}  // namespace childwell::inline v0_1
