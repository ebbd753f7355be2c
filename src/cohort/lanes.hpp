// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>

#include <vector>

namespace childwell::inline v0_1::detail {

struct BoardingSpell {
  std::int32_t child;
  Date from;
  Date to;
  std::uint8_t group;
};

/// Boarding groups of every child over time.
class Boarding {
 public:
  /// Spells that were known by a date.
  Boarding(const Records& records, Date known_by);
  /// The group on a date, or day where nothing was said.
  [[nodiscard]] std::uint8_t group(std::int32_t child, Date date) const {
    const auto [begin, end] = spells(child);
    return group(begin, end, date);
  }
  /// The same of the spells of one child: of several that hold the date, the last.
  [[nodiscard]] static std::uint8_t group(const BoardingSpell* begin, const BoardingSpell* end, Date date) {
    std::uint8_t group = 0;
    for (const BoardingSpell* spell = begin; spell != end; ++spell) {
      if (spell->from <= date && date <= spell->to) group = spell->group;
    }
    return group;
  }
  /// Spells of one child, in order of time.
  [[nodiscard]] std::pair<const BoardingSpell*, const BoardingSpell*> spells(std::int32_t child) const {
    const auto at = static_cast<std::size_t>(child);
    return {spells_.data() + begin_[at], spells_.data() + begin_[at + 1]};
  }
  [[nodiscard]] bool given() const noexcept { return given_; }

 private:
  std::vector<BoardingSpell> spells_;
  std::vector<std::size_t> begin_;
  bool given_ = false;
};

/// Enrolment spells as lanes, in order of child and time; what the paperwork says twice is counted.
std::vector<Lane> read_lanes(const Records& records, Cohort& cohort);

/// What paperwork alone says of every session of a lane, whatever marks had been written there.
void clear_lane(Cohort& cohort, std::uint32_t lane, const Boarding& boarding);

/// Gives every lane its calendar, sorts lanes into tiles and fills in what paperwork alone can say.
void lay_tiles(Cohort& cohort, Calendars& calendars, const Boarding& boarding);

}  // namespace childwell::inline v0_1::detail
