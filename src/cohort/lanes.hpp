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
  [[nodiscard]] std::uint8_t group(std::int32_t child, Date date) const;
  /// Spells of one child, in order of time.
  [[nodiscard]] std::pair<const BoardingSpell*, const BoardingSpell*> spells(std::int32_t child) const;
  [[nodiscard]] bool given() const noexcept { return given_; }

 private:
  std::vector<BoardingSpell> spells_;
  std::vector<std::size_t> begin_;
  bool given_ = false;
};

/// Enrolment spells as lanes, in order of child and time; what the paperwork says twice is counted.
std::vector<Lane> read_lanes(const Records& records, Cohort& cohort);

/// Gives every lane its calendar, sorts lanes into tiles and fills in what paperwork alone can say.
void lay_tiles(Cohort& cohort, Calendars& calendars, const Boarding& boarding);

}  // namespace childwell::inline v0_1::detail
