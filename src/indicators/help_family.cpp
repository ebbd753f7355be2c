// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/help_family.hpp>

#include <algorithm>
#include <cstddef>

namespace childwell::inline v0_1 {
namespace {

constexpr double most_minutes = 24.0 * 60.0;
constexpr double days_a_month = 365.25 / 12.0;

Estimate exactly(double value, std::int64_t expected, std::int64_t observed) noexcept {
  Estimate estimate = without_value(Status::ok, expected, observed);
  estimate.value = estimate.lower = estimate.upper = value;
  return estimate;
}

}  // namespace

void HelpFamily::add(State& state, const Record& record, const Context& context) noexcept {
  state.last = std::max(state.last, record.date);
  if (record.date < context.first) return;
  ++state.sessions;
  if (record.minutes < 0) ++state.without_minutes;
  else state.minutes += record.minutes;
}

void HelpFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  earlier.last = std::max(earlier.last, later.last);
  earlier.sessions += later.sessions;
  earlier.without_minutes += later.without_minutes;
  earlier.minutes += later.minutes;
}

HelpFamily::Estimates HelpFamily::finish(const State& state, const Context& context) {
  Estimates made;
  const std::int64_t sessions = state.sessions;
  const std::int64_t written = sessions - state.without_minutes;
  made[static_cast<std::size_t>(HelpIndicator::sessions)] = exactly(static_cast<double>(sessions), sessions, sessions);
  Estimate minutes = exactly(static_cast<double>(state.minutes), sessions, written);
  minutes.upper += most_minutes * static_cast<double>(state.without_minutes);  // no session is longer than its day
  made[static_cast<std::size_t>(HelpIndicator::minutes)] = minutes;
  Estimate& rate = made[static_cast<std::size_t>(HelpIndicator::minutes_per_month)];
  rate = without_value(Status::not_enrolled, sessions, written);
  if (context.enrolled_days > 0) {
    const double months = context.enrolled_days / days_a_month;
    rate = minutes;
    rate.value /= months;
    rate.lower /= months;
    rate.upper /= months;
  }
  Estimate& since = made[static_cast<std::size_t>(HelpIndicator::days_since)];
  since = without_value(Status::not_recorded);
  if (state.last.known()) since = exactly(context.as_of.days - state.last.days, 1, 1);
  return made;
}

Estimate judge_in_care(const HelpFamily::State& counselling, const HelpFamily::State& services, Date as_of, std::int64_t days) noexcept {
  const Date last = std::max(counselling.last, services.last);
  const bool lately = last.known() && as_of.days - last.days <= days;
  return exactly(lately ? 1.0 : 0.0, 1, 1);
}

ReferralFamily::Estimates ReferralFamily::scan(std::span<const Record> slice, const Context& context) {
  std::int64_t open = 0;
  std::int64_t longest = 0;
  std::int64_t asked = 0;
  std::int64_t late = 0;
  std::int64_t waiting = 0;
  for (const Record& referral : slice) {
    const std::int64_t waited = context.as_of.days - referral.date.days;
    if (!referral.answered.known()) {
      ++open;
      longest = std::max(longest, waited);
    }
    if (referral.date < context.first) continue;
    ++asked;
    const auto in_time = [&](Date day) { return day.known() && day.days - referral.date.days <= context.days; };
    if (in_time(referral.answered) || in_time(referral.helped)) continue;
    ++(waited > context.days ? late : waiting);
  }
  Estimates made;
  made[static_cast<std::size_t>(ReferralIndicator::open)] =
      exactly(static_cast<double>(open), static_cast<std::int64_t>(slice.size()), static_cast<std::int64_t>(slice.size()));
  Estimate& days = made[static_cast<std::size_t>(ReferralIndicator::days_open)];
  days = open > 0 ? exactly(static_cast<double>(longest), open, open) : without_value(Status::not_expected);
  Estimate& unmet = made[static_cast<std::size_t>(ReferralIndicator::unmet)];
  unmet = without_value(Status::not_expected);
  if (asked == 0) return made;
  if (late > 0 || waiting == 0) {
    unmet = exactly(late > 0 ? 1.0 : 0.0, asked, asked - waiting);
  } else {
    unmet = without_value(Status::cannot_tell, asked, asked - waiting);
    unmet.lower = 0.0;
    unmet.upper = 1.0;
  }
  return made;
}

}  // namespace childwell::inline v0_1
