// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace childwell::inline v0_1 {

/// A school-local calendar date, counted in days since 1970-01-01. The default is "no date".
struct Date {
  std::int32_t days = std::numeric_limits<std::int32_t>::min();

  [[nodiscard]] constexpr bool known() const noexcept { return days != std::numeric_limits<std::int32_t>::min(); }
  friend constexpr auto operator<=>(Date, Date) noexcept = default;
};

/// An end that has not been told: after every date.
inline constexpr Date open_end{std::numeric_limits<std::int32_t>::max()};

struct CivilDate {
  int year = 0;
  int month = 0;
  int day = 0;
};

/// Days of a month in the proleptic Gregorian calendar.
///
/// Use to tell an impossible date from a possible one; not for school calendars.
/// @param year, month   year; month 1 to 12; no missing values
/// @return 28 to 31 [days]
/// @throws never
/// @source ISO 8601:2004, 3.2.1
constexpr int days_in_month(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

/// The date of a civil year, month and day, or nothing when there is no such day.
///
/// Use wherever three numbers become a date; it never rolls 30 February over into March.
/// @param civil   year -9999 to 9999, month, day
/// @return the date, or nothing when the calendar has no such day
/// @throws never
/// @source Gregorian calendar in 400-year eras of 146,097 days; checked against Python datetime for 1600 to 2400
constexpr std::optional<Date> to_date(CivilDate civil) noexcept {
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.year < -9999 || civil.year > 9999) return {};
  if (civil.day > days_in_month(civil.year, civil.month)) return {};
  const int year = civil.year - (civil.month <= 2 ? 1 : 0);
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return Date{era * 146097 + day_of_era - 719468};
}

/// The civil year, month and day of a date.
///
/// Use at the edges, where people read dates; inside, dates are day counts.
/// @param date   a known date
/// @return year, month, day
/// @throws never
/// @source inverse of to_date; checked against it for every day of 1600 to 2400
constexpr CivilDate to_civil(Date date) noexcept {
  const int shifted = date.days + 719468;
  const int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const int day_of_era = shifted - era * 146097;
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = (5 * day_of_year + 2) / 153;
  const int day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int month = month_from_march + (month_from_march < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

/// Reads YYYY-MM-DD, and nothing else.
///
/// Use for dates in files and arguments; other forms must be declared by the study and are read by data.
/// @param text   ten characters
/// @return the date, or nothing when the text is of another form or names no day
/// @throws never
/// @source ISO 8601:2004, 4.1.2.2, extended format
constexpr std::optional<Date> parse_iso_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  int parts[3] = {0, 0, 0};
  constexpr int first[] = {0, 5, 8};
  constexpr int count[] = {4, 2, 2};
  for (int part = 0; part < 3; ++part) {
    for (int i = 0; i < count[part]; ++i) {
      const char digit = text[static_cast<std::size_t>(first[part] + i)];
      if (digit < '0' || digit > '9') return {};
      parts[part] = parts[part] * 10 + (digit - '0');
    }
  }
  return to_date({parts[0], parts[1], parts[2]});
}

/// Writes YYYY-MM-DD.
///
/// Use for results and provenance; a date that is not known becomes an empty text.
/// @param date   any date
/// @return ten characters, or none when the date is not known or is the open end
/// @throws std::bad_alloc
/// @source ISO 8601:2004, 4.1.2.2, extended format
inline std::string to_iso(Date date) {
  if (!date.known() || date == open_end) return {};
  const CivilDate civil = to_civil(date);
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, int value) {
    for (; value > 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, civil.year);
  put(6, civil.month);
  put(9, civil.day);
  return text;
}

/// Day of the week, Monday 0 to Sunday 6.
///
/// Use for weeks in which no calendar is given; school weeks come from the calendar.
/// @param date   a known date
/// @return 0 to 6
/// @throws never
/// @source 1970-01-01 was a Thursday
constexpr int weekday(Date date) noexcept { return ((date.days % 7) + 10) % 7; }

}  // namespace childwell::inline v0_1
