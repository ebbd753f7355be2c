// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/change_family.hpp>

#include <childwell/stats/change_point.hpp>

#include <cstddef>
#include <vector>

namespace childwell::inline v0_1 {

ChangeFamily::Estimates ChangeFamily::scan(std::span<const Record> slice, const Context& context) {
  std::vector<double> begun;
  std::vector<double> watched;
  Onsets onsets;
  std::int32_t last = 0;
  for (const SchoolDay& day : slice) {
    const std::int32_t week = (day.date.days + 3) / 7;
    const int onset = onsets.add(day.whole_mark());
    if (onset < 0) continue;
    if (begun.empty() || week != last) {
      begun.push_back(0.0);
      watched.push_back(0.0);
      last = week;
    }
    begun.back() += onset;
    watched.back() += 1.0;
  }
  Status none = Status::ok;
  if (onsets.expected == 0) none = Status::not_expected;
  else if (onsets.watched == 0) none = Status::not_recorded;
  else if (!context.prior.known || static_cast<std::int64_t>(begun.size()) < fewest_weeks) none = Status::not_enough_data;
  Estimate estimate = without_value(none, onsets.expected, onsets.watched);
  if (none != Status::ok) return {estimate};
  const auto points = stats::binomial_change_points(begun, watched, {context.prior.alpha, context.prior.beta},
                                                    {context.hazard, context.recent});
  estimate.status = points.status;
  if (points.status == Status::ok) estimate.value = points.change_probability.back();
  return {estimate};
}

}  // namespace childwell::inline v0_1
