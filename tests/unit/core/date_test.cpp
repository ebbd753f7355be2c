// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/date.hpp>

#include <gtest/gtest.h>

namespace {

using childwell::CivilDate;
using childwell::Date;
using childwell::parse_iso_date;
using childwell::to_civil;
using childwell::to_date;
using childwell::to_iso;

static_assert(to_date({1970, 1, 1})->days == 0);
static_assert(to_date({2000, 3, 1})->days == 11017);
static_assert(to_date({2026, 1, 16})->days == 20469);
static_assert(to_date({1, 1, 1})->days == -719162);

TEST(Date, EveryDayOfEightCenturiesGoesThereAndBack) {
  int expected = to_date({1600, 1, 1})->days;
  for (int year = 1600; year <= 2400; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= childwell::days_in_month(year, month); ++day, ++expected) {
        const auto date = to_date({year, month, day});
        ASSERT_TRUE(date);
        ASSERT_EQ(date->days, expected);
        const CivilDate civil = to_civil(*date);
        ASSERT_TRUE(civil.year == year && civil.month == month && civil.day == day) << to_iso(*date);
        ASSERT_EQ(parse_iso_date(to_iso(*date)), date);
      }
    }
  }
}

TEST(Date, ImpossibleDaysAreRefused) {
  for (const CivilDate civil : {CivilDate{2025, 2, 29}, {1900, 2, 29}, {2025, 4, 31}, {2025, 13, 1}, {2025, 0, 1}, {2025, 1, 0}}) {
    EXPECT_FALSE(to_date(civil)) << civil.year << ' ' << civil.month << ' ' << civil.day;
  }
  EXPECT_TRUE(to_date({2000, 2, 29}));
}

TEST(Date, OnlyTheExtendedFormIsRead) {
  for (const char* text : {"", "2025-9-1", "20250901", "2025/09/01", "2025-09-01 ", "2025-09-0a", "+025-09-01", "2025-02-30"}) {
    EXPECT_FALSE(parse_iso_date(text)) << text;
  }
}

TEST(Date, WeekdaysRunFromMonday) {
  EXPECT_EQ(childwell::weekday(*to_date({1970, 1, 1})), 3);
  EXPECT_EQ(childwell::weekday(*to_date({2025, 9, 1})), 0);
  EXPECT_EQ(childwell::weekday(*to_date({1969, 12, 29})), 0);
  EXPECT_EQ(childwell::weekday(*to_date({1900, 1, 7})), 6);
}

TEST(Date, NoDateComesFirstAndTheOpenEndLast) {
  EXPECT_FALSE(Date{}.known());
  EXPECT_EQ(to_iso(Date{}), "");
  EXPECT_EQ(to_iso(childwell::open_end), "");
  EXPECT_LT(Date{}, *to_date({1, 1, 1}));
  EXPECT_LT(*to_date({9999, 12, 31}), childwell::open_end);
}

}  // namespace
