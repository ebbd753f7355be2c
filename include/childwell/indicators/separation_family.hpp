// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/spells.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace childwell::inline v0_1 {

enum class SeparationIndicator : std::uint8_t { months_any, months_both, current_days, share_of_life };

/// Time that a child lived apart from its parents, from absences whose dates are known to within an interval.
///
/// A day is away for certain from the latest start to the earliest end, and possibly from the earliest start to the
/// latest end; both are unions, so that overlapping spells and two parents count once. Days on which nobody had asked
/// about a parent are possible too. The bounds hold the truth wherever the intervals do; the value is half-way between
/// them, and there is none where days that nobody asked about would decide it.
struct SeparationFamily {
  enum class Parent : std::uint8_t { mother, father };

  /// An absence; an end that was not told is the open end, and each date is the first day of its state.
  struct Record {
    Parent parent = Parent::mother;
    Date from_earliest;
    Date from_latest;
    Date to_earliest = open_end;
    Date to_latest = open_end;
  };

  struct Context {
    Date first;            ///< of the window
    Date as_of;
    Date birth_earliest;   ///< first and last day of the month of birth; no dates where it is not known
    Date birth_latest;
    std::array<Date, 2> asked_from{open_end, open_end};  ///< mother, father; the open end where nobody asked
  };

  using Estimates = std::array<Estimate, 4>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<SeparationFamily>);

/// What a dated definition says of a child.
enum class LeftBehind : std::uint8_t { no, yes, unknown, changed };
inline constexpr std::array<std::string_view, 4> left_behind_words = {"no", "yes", "unknown", "changed"};

/// The three definitions, each with its date and place.
enum class LeftBehindDefinition : std::uint8_t { roll_three_months, state_council_2016, research_six_months };

/// The share of a window's days on which a child counts as left behind, by each definition: a grouping for fairness and
/// description by person-time, never an input of an index, a tier or a reason.
///
/// A child stays on the roll of three or six months from the day that the absence is so long. Days that cannot be told
/// widen the bounds; there is a value where every day is told, and where some day is yes and some no for certain.
struct LeftBehindFamily {
  using Record = SeparationFamily::Record;

  /// Yes, no or not known, of what a definition asks beside the absences.
  enum class Known : std::uint8_t { no, unknown, yes };

  struct Context {
    Date first;
    Date as_of;
    Date birth_earliest;
    Date birth_latest;
    Known rural = Known::unknown;  ///< registration
    std::array<Known, 2> guards{Known::unknown, Known::unknown};  ///< whether mother, father is able to guard
    std::array<Date, 2> asked_from{open_end, open_end};           ///< as above
  };

  using Estimates = std::array<Estimate, 3>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<LeftBehindFamily>);

/// The word for a child over a whole window.
///
/// Use for group tables: yes and no where that holds on every day, changed where both held for certain.
/// @param status   an estimate of LeftBehindFamily
/// @return no, yes, changed, else unknown
/// @throws never
/// @source data model, rule 9
LeftBehind left_behind_of(const Estimate& status) noexcept;

}  // namespace childwell::inline v0_1
