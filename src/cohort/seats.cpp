// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "seats.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>

namespace childwell::inline v0_1::detail {

std::vector<Seat> seats_of(const Cohort& cohort, const Boarding& boarding) {
  std::vector<Seat> seats(cohort.records->children.size());
  for (std::size_t child = 0; child < seats.size(); ++child) {
    stop_point_at(child);
    Seat& seat = seats[child];
    const Lane* only = nullptr;
    std::uint32_t number = 0;
    std::size_t spells = 0;
    for (std::uint32_t at = cohort.child_begin[child]; at < cohort.child_begin[child + 1]; ++at) {
      const std::uint32_t lane = cohort.lanes_by_child[at];
      if (cohort.lanes[lane].kind == SpellKind::suspend) continue;  // holds no marks
      only = &cohort.lanes[lane];
      number = lane;
      ++spells;
    }
    if (spells != 1) continue;
    seat.from = only->from;
    seat.to = only->to;
    seat.school = only->school;
    seat.calendar = only->calendar;
    seat.first_cell = cohort.cell_at(number, 0);
    std::uint8_t group = 0;
    const auto [first, end] = boarding.spells(static_cast<std::int32_t>(child));
    if (first != end) {  // of several the last one decides, so its days are sure
      const BoardingSpell& last = *(end - 1);
      seat.from = std::max(seat.from, last.from);
      seat.to = std::min(seat.to, last.to);
      group = last.group;
    }
    seat.profile = 1U << Profile{only->stage, group}.bit();
  }
  for (const auto& [child, unused] : cohort.withheld_spells) {
    seats[static_cast<std::size_t>(child)].withheld = cohort.ever_withheld(child, Subject::attendance);
  }
  return seats;
}

SlotsByDate::SlotsByDate(const SessionCalendar& calendar) : calendar_(&calendar) {
  constexpr std::int64_t most_days = 8192;  // 22 years: 32 KiB
  if (calendar.slots.empty()) return;
  const Date first = calendar.slots.front().date;
  const Date last = calendar.slots.back().date;
  if (!first.known() || std::int64_t{last.days} - first.days >= most_days) return;
  first_ = first.days;
  days_ = static_cast<std::uint32_t>(last.days - first.days) + 1;
  begin_.resize(days_ + std::size_t{1});
  std::uint32_t slot = 0;
  for (std::uint32_t day = 0; day <= days_; ++day) {
    const Date date{first_ + static_cast<std::int32_t>(day)};
    while (slot < calendar.slots.size() && calendar.slots[slot].date < date) ++slot;
    begin_[day] = slot;
  }
}

std::pair<std::uint32_t, std::uint32_t> SlotsByDate::search(Date date) const {
  const std::size_t begin = calendar_->first_from(date);
  std::size_t end = begin;
  while (end < calendar_->slots.size() && calendar_->slots[end].date == date) ++end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

}  // namespace childwell::inline v0_1::detail
