// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/calendar.hpp>
#include <childwell/cohort/cell.hpp>
#include <childwell/cohort/family.hpp>
#include <childwell/cohort/help.hpp>
#include <childwell/cohort/places.hpp>
#include <childwell/cohort/screens.hpp>
#include <childwell/core/date.hpp>
#include <childwell/data/ledger.hpp>
#include <childwell/data/records.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// Kinds of enrolment, in the order of the schema's words.
enum class SpellKind : std::uint8_t { first, repeat, suspend, resume, borrowed, unknown = 255 };

/// One enrolment spell: a child in a class of a school.
struct Lane {
  std::int32_t child = -1;
  std::int32_t school = -1;
  std::int32_t class_place = -1;
  std::int64_t grade = missing_integer;
  Date from;
  Date to = open_end;  ///< last day, as it was told; see lane_end
  Date known_on;
  std::uint32_t calendar = 0;
  std::uint8_t stage = missing_word;
  SpellKind kind = SpellKind::unknown;
  std::uint8_t left_to = missing_word;  ///< known 0, unknown 1
};

inline constexpr std::size_t tile_lanes = 64;

/// 64 lanes side by side, one row of 64 bytes a session: one cache line.
struct Tile {
  std::uint32_t calendar = 0;
  std::uint32_t first_lane = 0;
  std::uint32_t lanes = 0;
  std::size_t offset = 0;  ///< of its first byte in the cells
};

/// A mark that no expected session can hold: kept, and counted apart.
struct OutsideMark {
  std::int32_t child;
  std::int32_t school;
  Date date;
  Date known_on;
  State state;
  Reason reason;  ///< no_enrolment, outside_enrolment or non_school_day; none for a voluntary session
};

/// A paper that was set: results compare only among those who sat it.
struct Paper {
  std::int32_t exam = -1;
  std::int32_t subject = -1;
  std::int32_t paper = -1;
  std::int32_t setter = -1;
  Date date;
  Date known_on;
  double full = 0.0;
  std::uint8_t scope = missing_word;  ///< class, school, county, city
  bool ordered_levels = false;
  std::vector<std::int32_t> levels;   ///< best first; names, -1 for a level that nobody has
  std::vector<std::string> level_names;  ///< the same in words
};

struct PaperResult {
  std::int32_t child = -1;
  std::uint32_t paper = 0;
  double value = 0.0;        ///< NaN where there is none
  std::int32_t level = -1;
  std::uint8_t status = missing_word;
  Date known_on;
};

/// Sums of one child over a stretch of days, where nobody sent the days themselves.
struct ChildTotals {
  std::int32_t child = -1;
  Date from;
  Date to;      ///< last day
  Date known_on;
  std::int64_t possible = 0;  ///< sessions, as are the next four
  std::int64_t excused = 0;
  std::int64_t unexcused = 0;
  std::int64_t unknown = 0;
  std::int64_t late = 0;
};

struct ChildFacts {
  std::uint8_t sex = missing_word;
  Date birth_month;
  std::int32_t household = -1;
  std::int32_t home = -1;      ///< place of residence
  bool used = false;           ///< at least one row of the child was accepted
};

/// What consent may be withdrawn from.
enum class Subject : std::uint8_t {
  attendance, exam_results, contacts, migration, guardianship, screens, counselling, services, referrals
};
inline constexpr std::array<std::string_view, 9> subject_tables = {
    "attendance", "exam_results", "contacts", "migration", "guardianship", "screens", "counselling", "services", "referrals"};

/// Days on which consent for the study's purpose was withdrawn, refused or run out.
struct WithheldSpell {
  Subject subject = Subject::attendance;
  Date from;
  Date to = open_end;            ///< last day
  std::int32_t recipient = -1;   ///< from whom alone, among those who are given lists; -1: from everybody
};

/// Children through time: lanes in tiles, results by paper, and what lies outside.
struct Cohort {
  std::shared_ptr<const Records> records;
  Places places;
  std::vector<SessionCalendar> calendars;
  std::vector<ChildFacts> children;
  std::vector<Lane> lanes;                 ///< in tile order
  std::vector<std::uint32_t> lanes_by_child;  ///< lanes ordered by child, then by time
  std::vector<std::uint32_t> child_begin;     ///< first position of each child in lanes_by_child; one more at the end
  std::vector<Tile> tiles;
  std::vector<std::uint32_t> tile_of_lane;
  std::vector<std::uint8_t> cells;
  std::vector<std::uint16_t> lags;   ///< days until the cell was known; empty where every mark was known at once
  std::vector<std::uint8_t> before;  ///< the cell as it stood until then
  std::vector<OutsideMark> outside;  ///< by child, then by date
  std::map<std::int32_t, std::vector<WithheldSpell>> withheld_spells;  ///< of the few children who have any
  std::vector<ChildTotals> totals;   ///< by child, then by date
  std::vector<Paper> papers;
  std::vector<PaperResult> results;  ///< by child, then by paper
  FamilyRows family;                 ///< parents, guardians and contact with them
  Screens screens;
  Help help;
  std::vector<std::int32_t> schools_register_unknown;  ///< sorted
  std::vector<std::int32_t> schools_without_rows;
  std::vector<Date> news;  ///< days on which places, calendars, sessions, boarding or homes became known; sorted
  std::map<std::string, std::int64_t> assumptions;  ///< message code -> how many
  Ledger ledger;

  [[nodiscard]] std::size_t cell_at(std::uint32_t lane, std::size_t slot) const noexcept {
    const Tile& tile = tiles[tile_of_lane[lane]];
    return tile.offset + slot * tile_lanes + (lane - tile.first_lane);
  }
  /// The cell of a lane in a session as it was known on a date.
  [[nodiscard]] Cell cell_known(std::uint32_t lane, std::size_t slot, Date date, Date as_of) const noexcept {
    const std::size_t at = cell_at(lane, slot);
    if (!lags.empty() && as_of.days - date.days < lags[at]) return Cell{before[at]};
    return Cell{cells[at]};
  }
  /// True when a school has no register and no mark but absences, so that its blanks say nothing.
  [[nodiscard]] bool register_unknown(std::int32_t school) const {
    return std::binary_search(schools_register_unknown.begin(), schools_register_unknown.end(), school);
  }
  /// True when consent for the study's purpose does not stand on a date.
  [[nodiscard]] bool withheld(std::int32_t child, Subject subject, Date date) const {
    const auto found = withheld_spells.find(child);
    if (found == withheld_spells.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const WithheldSpell& spell) {
      return spell.recipient < 0 && spell.subject == subject && spell.from <= date && date <= spell.to;
    });
  }
  /// The same for one of those who are given lists: nothing of that table is shown to it, and the child stays listed.
  [[nodiscard]] bool withheld_from(std::int32_t child, Subject subject, Date date, std::int32_t recipient) const {
    const auto found = withheld_spells.find(child);
    if (found == withheld_spells.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const WithheldSpell& spell) {
      const bool concerned = spell.recipient < 0 || spell.recipient == recipient;
      return concerned && spell.subject == subject && spell.from <= date && date <= spell.to;
    });
  }
  /// True when consent did not stand on some day.
  [[nodiscard]] bool ever_withheld(std::int32_t child, Subject subject) const {
    const auto found = withheld_spells.find(child);
    if (found == withheld_spells.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(),
                       [&](const WithheldSpell& spell) { return spell.recipient < 0 && spell.subject == subject; });
  }
};

}  // namespace childwell::inline v0_1
