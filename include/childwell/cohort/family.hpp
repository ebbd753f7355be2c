// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// How a contact was made, and who began it: in the order of the schema's words.
enum class Channel : std::uint8_t { call, video, hotline, visit, message, unknown = 255 };
enum class Initiator : std::uint8_t { child, family, school, other, unknown = 255 };

/// One contact of a child.
struct Contact {
  std::int32_t child = -1;
  std::int32_t minute = 0;      ///< since 1970-01-01 00:00, school-local
  std::int32_t seconds = -1;    ///< -1: not recorded
  Channel channel = Channel::unknown;
  Initiator initiator = Initiator::unknown;
  std::uint8_t connected = missing_word;  ///< an attempt that reached nobody is 0
  Date known_on;

  [[nodiscard]] Date day() const noexcept { return Date{(minute >= 0 ? minute : minute - 1439) / 1440}; }
  /// A visit that the school or somebody else made is care by others, and no contact with the family.
  [[nodiscard]] bool by_visitor() const noexcept {
    return channel == Channel::visit && initiator != Initiator::child && initiator != Initiator::family;
  }
};

/// Days on which somebody wrote a child's contacts down.
struct LogSpell {
  std::int32_t child = -1;
  Date from;
  Date to = open_end;  ///< last day
  Date known_on;
};

/// An absence of a parent, of which each date is known to lie between two days; each is the first day of its state.
struct ParentAbsence {
  std::int32_t child = -1;
  bool father = false;
  Date from_earliest;
  Date from_latest;
  Date to_earliest = open_end;
  Date to_latest = open_end;
  Date known_on;
};

/// Kinds of guardianship, in the order of the schema's words.
enum class GuardianshipKind : std::uint8_t { parental, entrusted, appointed, unknown = 255 };

/// Days on which somebody had a child in their care.
struct GuardianshipSpell {
  std::int32_t child = -1;
  std::int32_t guardian = -1;
  Date from;
  Date to = open_end;  ///< last day
  std::uint8_t role = missing_word;      ///< mother 0, father 1, grandparent 2, kin 3, other 4
  GuardianshipKind kind = GuardianshipKind::unknown;
  std::uint8_t document = missing_word;  ///< 1, 0, or not told
  Date known_on;
};

/// Rows of one table by child, then in the order of their dates.
template <class Row>
struct ChildRows {
  std::vector<Row> rows;
  std::vector<std::uint32_t> begin;  ///< first row of each child, and one more; empty where the study has no such table

  [[nodiscard]] bool given() const noexcept { return !begin.empty(); }
  [[nodiscard]] std::span<const Row> of(std::size_t child) const noexcept {
    if (begin.empty()) return {};
    return std::span<const Row>(rows).subspan(begin[child], begin[child + 1] - begin[child]);
  }
};

/// What is recorded of the children's families. Every row keeps the day on which it was known, and measure() looks at
/// it; no row is a reason by itself.
struct FamilyRows {
  ChildRows<Contact> contacts;
  ChildRows<LogSpell> logs;
  ChildRows<ParentAbsence> absences;
  ChildRows<GuardianshipSpell> guardianship;
  Date parents_asked_from;       ///< from then on, a parent without an absence was at home; no date: not all were asked
  std::int32_t contact_lag = 0;  ///< days until a contact without its own day of being known was known
};

}  // namespace childwell::inline v0_1
