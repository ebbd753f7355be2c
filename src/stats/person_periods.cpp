// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/person_periods.hpp>

#include "arguments.hpp"
#include "separating.hpp"

#include <algorithm>
#include <cmath>

namespace childwell::inline v0_1::stats {

PersonPeriods person_periods(std::span<const double> times, std::span<const double> events, const MatrixView& covariates,
                             const PersonPeriodOptions& options) {
  constexpr std::string_view function = "person_periods";
  check_same_length(function, times.size(), events.size(), "times and events");
  const std::size_t p = covariates.columns;
  if (p > 0) check_same_length(function, times.size(), covariates.rows, "times and covariates");
  if (!(options.width > 0.0 && std::isfinite(options.width))) refuse(function, "width must be above 0");
  if (options.horizon < 0) refuse(function, "horizon must not be below 0");
  if (!options.names.empty() && options.names.size() != p) refuse(function, "names must have one entry a column");
  PersonPeriods made;
  std::vector<std::int64_t> last(times.size(), 0);  // 0 is a child that is left out
  std::int64_t most = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    bool missing = std::isnan(times[i]) || std::isnan(events[i]);
    bool infinite = std::isinf(times[i]);
    if (times[i] < 0.0) refuse(function, "times must not be below 0");
    if (!std::isnan(events[i]) && events[i] != 0.0 && events[i] != 1.0) refuse(function, "events must be 0 or 1");
    for (std::size_t j = 0; j < p; ++j) {
      missing = missing || std::isnan(covariates(i, j));
      infinite = infinite || std::isinf(covariates(i, j));
    }
    if (missing) {
      ++made.missing;
      continue;
    }
    const double period = std::max(1.0, std::ceil(times[i] / options.width));
    if (infinite || period > 1e15) {
      PersonPeriods refused;
      refused.status = Status::not_finite;
      return refused;
    }
    last[i] = static_cast<std::int64_t>(period);
    most = std::max(most, last[i]);
    ++made.count;
  }
  if (made.count == 0) return made;
  const std::int64_t horizon = options.horizon == 0 ? most : std::min(most, options.horizon);
  std::size_t rows = 0;
  for (const std::int64_t period : last) rows += static_cast<std::size_t>(std::min(period, horizon));
  const auto dummies = static_cast<std::size_t>(horizon - 1);
  made.design = {std::vector<double>(rows * (dummies + p), 0.0), rows, dummies + p};
  made.events.reserve(rows);
  made.person.reserve(rows);
  made.period.reserve(rows);
  for (std::size_t i = 0; i < times.size(); ++i) {
    for (std::int64_t period = 1; period <= std::min(last[i], horizon); ++period) {
      const std::size_t row = made.events.size();
      if (period > 1) made.design(row, static_cast<std::size_t>(period - 2)) = 1.0;
      for (std::size_t j = 0; j < p; ++j) made.design(row, dummies + j) = covariates(i, j);
      made.events.push_back(period == last[i] ? events[i] : 0.0);
      made.person.push_back(static_cast<std::int64_t>(i));
      made.period.push_back(period);
    }
  }
  for (std::size_t k = 0; k < dummies; ++k) made.names.push_back(std::string("period").append(std::to_string(k + 2)));
  for (std::size_t j = 0; j < p; ++j) made.names.push_back(column_name(options.names, j));
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
