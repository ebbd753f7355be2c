// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Days with a gap tell of absences alone, and are no evidence of a rate of days.
#include <childwell/indicators/outlook_family.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace childwell;

/// Twenty whole days with two absences, then ten days half absent and ten half present whose other half nobody recorded.
OutlookFamily::State forty_days(const OutlookFamily::Context& context) {
  OutlookFamily::State state;
  for (int i = 0; i < 40; ++i) {
    SchoolDay day;
    day.date = Date{20000 + i};
    day.expected = 2;
    day.sessions = 2;
    if (i < 20) {
      day.mark = i == 3 || i == 9 ? DayMark::absent : DayMark::present;
      day.absent = day.mark == DayMark::absent ? 2 : 0;
    } else {
      day.unknown = 1;
      day.absent = i % 2 == 0 ? 1 : 0;
      day.mark = day.absent > 0 ? DayMark::absent : DayMark::unknown;
    }
    OutlookFamily::add(state, day, context);
  }
  return state;
}

OutlookFamily::Context context_of(Fraction line, bool by_days) {
  OutlookFamily::Context context;
  context.prior = {1.0, 9.0, true};
  context.line = line;
  context.by_days = by_days;
  return context;
}

double choose(int n, int k) { return std::round(std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0))); }

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

TEST(OutlookFamily, ARateOfDaysRestsOnWholeDays) {
  const auto context = context_of({1, 10}, true);
  const auto made = OutlookFamily::finish(forty_days(context), context);
  // every spell has one day: beta(1 + 2, 9 + 18), whose tail is a binomial sum
  double above = 0.0;
  for (int k = 0; k <= 2; ++k) above += choose(29, k) * std::pow(0.1, k) * std::pow(0.9, 29 - k);
  EXPECT_NEAR(made[0].value, above, 1e-12);
  EXPECT_EQ(made[0].n_observed, 20);
  EXPECT_EQ(made[0].n_expected, 40);
}

TEST(OutlookFamily, WhatIsCertainDecidesTheYearAndTheRestIsForetold) {
  const auto year = [](Fraction line) {
    const auto context = context_of(line, true);
    return OutlookFamily::finish(forty_days(context), context)[1].value;
  };
  EXPECT_EQ(year({12, 40}), 1.0);  // twelve days are absent for certain
  EXPECT_EQ(year({23, 40}), 0.0);  // and ten more at most
  double above = 0.0;  // thirteen: eleven more than the two of the whole days, of twenty
  for (int k = 11; k <= 20; ++k) above += choose(20, k) * std::exp(log_beta(3.0 + k, 47.0 - k) - log_beta(3.0, 27.0));
  EXPECT_NEAR(year({13, 40}), above, 1e-9 * above);
}

TEST(OutlookFamily, ARateOfSessionsRestsOnEverySessionRecorded) {
  const auto context = context_of({1, 10}, false);
  const auto made = OutlookFamily::finish(forty_days(context), context);
  EXPECT_EQ(made[0].n_observed, 60);
  EXPECT_EQ(made[0].n_expected, 80);
}

TEST(OutlookFamily, WithoutAWholeDayThereIsNoRateOfDays) {
  const auto context = context_of({1, 10}, true);
  OutlookFamily::State state;
  SchoolDay day;
  day.date = Date{20000};
  day.expected = 2;
  day.absent = day.unknown = 1;
  day.sessions = 2;
  day.mark = DayMark::absent;
  OutlookFamily::add(state, day, context);
  EXPECT_EQ(OutlookFamily::finish(state, context)[0].status, Status::not_recorded);
}

}  // namespace
