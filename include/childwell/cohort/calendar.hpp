// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/places.hpp>
#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>

#include <cstdint>
#include <map>
#include <vector>

namespace childwell::inline v0_1 {

/// A child's stage of schooling and boarding group: together they decide which sessions are expected.
struct Profile {
  std::uint8_t stage = missing_word;
  std::uint8_t group = 0;  ///< day, five_day or full

  [[nodiscard]] constexpr unsigned bit() const noexcept { return (stage > 6 ? 7U : stage) * 4U + group; }
};

/// One session that some children of a school are expected in.
struct Slot {
  Date date;
  std::int32_t session = -1;   ///< name, or -1 where the study has none
  std::uint32_t profiles = 0;  ///< bit p set: children of profile p are expected
  std::uint8_t units = 1;      ///< what the session weighs; a day is the sum of its sessions

  [[nodiscard]] bool expects(Profile profile) const noexcept { return (profiles >> profile.bit() & 1U) != 0; }
};

/// The sessions of a school year in order of time. Schools with the same sessions share one.
struct SessionCalendar {
  std::vector<Slot> slots;
  bool known = true;  ///< false: the study has no calendar, and only sessions with a mark are here

  /// The slot of a session on a date that a profile is expected in, or -1.
  [[nodiscard]] std::int32_t find(Date date, std::int32_t session, Profile profile) const;
  /// The first slot that is not before a date.
  [[nodiscard]] std::size_t first_from(Date date) const;
};

/// Every school's calendar: a school's own days override its county's, and those its city's.
class Calendars {
 public:
  Calendars() = default;
  /// Days and sessions that were known by a date.
  Calendars(const Records& records, const Places& places, Date known_by = open_end);

  /// The number of the calendar that a school follows.
  std::uint32_t of_school(std::int32_t school);
  [[nodiscard]] const std::vector<SessionCalendar>& all() const noexcept { return calendars_; }
  [[nodiscard]] bool known() const noexcept { return !days_.empty(); }

 private:
  struct SessionRule {
    std::int32_t school;
    std::uint8_t stage;
    std::uint8_t group;
    std::int32_t session;
    Date from;
    Date to;
    std::uint8_t units;
    bool compulsory;
  };
  struct Key {
    std::vector<std::int32_t> places;
    std::int32_t school;
    auto operator<=>(const Key&) const = default;
  };

  void read_days(const Records& records, Date known_by);
  void read_sessions(const Records& records, Date known_by);
  void read_marked_sessions(const Records& records);
  SessionCalendar build(const Key& key) const;
  void add_day(SessionCalendar& calendar, Date date, std::int32_t school, const std::vector<const SessionRule*>& rules) const;
  [[nodiscard]] std::vector<const SessionRule*> rules_of(std::int32_t school) const;
  static bool in_force(const SessionRule& rule, Date date) noexcept {
    return (!rule.from.known() || rule.from <= date) && date <= rule.to;
  }

  const Places* places_ = nullptr;
  std::map<std::int32_t, std::map<Date, bool>> days_;  ///< place -> date -> school is held
  std::vector<SessionRule> rules_;
  std::map<std::int32_t, std::vector<std::uint32_t>> own_rules_;  ///< school, or -1 for every school -> places in rules_
  std::map<std::int32_t, std::vector<std::pair<Date, std::int32_t>>> marked_;  ///< school -> sessions with a mark
  std::map<std::int32_t, std::uint32_t> of_school_;
  std::map<Key, std::uint32_t> numbers_;
  std::vector<SessionCalendar> calendars_;
};

}  // namespace childwell::inline v0_1
