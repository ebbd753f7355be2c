// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lanes.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Where the marks of a child go on the days on which it has one spell and boards in one way. Marks come by date and so
/// ask for another child each time: what they need of it stands side by side. On other days the lanes are asked.
struct Seat {
  Date from{1};
  Date to{0};                   ///< before from: no such day
  std::int32_t school = -1;
  std::uint32_t calendar = 0;
  std::size_t first_cell = 0;   ///< of the lane, in the first session of its calendar
  std::uint32_t profile = 0;    ///< a bit, as in Slot::profiles
  bool withheld = false;        ///< consent for attendance did not always stand
};

/// The seat of every child.
std::vector<Seat> seats_of(const Cohort& cohort, const Boarding& boarding);

/// The sessions of each date of a calendar, by the date instead of by search.
class SlotsByDate {
 public:
  explicit SlotsByDate(const SessionCalendar& calendar);

  /// The sessions of a date, half-open; an empty stretch where none is held.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> of(Date date) const {
    const auto day = static_cast<std::uint32_t>(date.days) - static_cast<std::uint32_t>(first_);
    if (day >= days_) return search(date);
    return {begin_[day], begin_[day + 1]};
  }

 private:
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> search(Date date) const;

  const SessionCalendar* calendar_;
  std::int32_t first_ = 0;
  std::uint32_t days_ = 0;              ///< 0 where the calendar spans too many days to hold them all
  std::vector<std::uint32_t> begin_;
};

}  // namespace childwell::inline v0_1::detail
