// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace childwell::inline v0_1 {

/// Kinds of places, in the order of the schema's words.
enum class PlaceKind : std::uint8_t { site, village, township, county, city, province, school, teaching_point, class_, unknown = 255 };

/// Where places lie in each other, and what became of schools: dated, as the tables say it.
class Places {
 public:
  Places() = default;
  /// Versions and moves that were known by a date.
  explicit Places(const Records& records, Date known_by = open_end);

  struct Version {
    Date from;
    Date to = open_end;
    PlaceKind kind = PlaceKind::unknown;
    std::int32_t parent = -1;
    std::uint8_t urban_rural = missing_word;  ///< urban 0, town 1, rural 2
  };

  /// What was known of a place on a date: the version in force, else the last one before, else the first.
  [[nodiscard]] Version at(std::int32_t place, Date date) const;
  /// The place itself, then what contains it, then what contains that; loops in the data end the chain.
  [[nodiscard]] std::vector<std::int32_t> chain(std::int32_t place, Date date) const;
  /// The school that carries on for this one on a date: follows mergers and renamings, not splits.
  [[nodiscard]] std::int32_t successor(std::int32_t place, Date date) const;
  /// True when a move between the two is a change of structure and not of the child: a merger from its date on, and a
  /// new name at any time, because records are often kept under one name throughout.
  [[nodiscard]] bool same_line(std::int32_t old_place, std::int32_t new_place, Date date) const;
  [[nodiscard]] bool given() const noexcept { return !versions_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return versions_.size(); }

 private:
  struct Move {
    std::int32_t old_place;
    std::int32_t new_place;
    Date date;
    bool renamed;
  };
  [[nodiscard]] std::int32_t follow(std::int32_t place, Date date, bool names_always) const;

  std::vector<std::vector<Version>> versions_;
  std::vector<Move> moves_;
};

}  // namespace childwell::inline v0_1
