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

enum class SeparationIndicator : std::uint8_t { months_any, months_both, current_any, share_of_life };

/// Time that a child lived apart from its parents, from absences whose dates are known to within an interval.
///
/// A day is away for certain from the latest start to the earliest end, and possibly from the earliest start to the
/// latest end; both are unions, so that overlapping spells and two parents count once. The bounds hold the truth
/// wherever the intervals do; the value is half-way between them.
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
    Date record_start;     ///< nobody asked before it: the share of life has no upper bound below that time
    bool asked = true;     ///< false: nothing is known of this child's parents, which is not "at home"
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

/// Whether a child counts as left behind over a window: a grouping for fairness and description, never an input of an
/// index, a tier or a reason.
struct LeftBehindFamily {
  using Record = SeparationFamily::Record;

  /// Yes, no or not known, of what the definition asks beside the absences.
  enum class Known : std::uint8_t { no, unknown, yes };

  struct Context {
    LeftBehindDefinition definition = LeftBehindDefinition::roll_three_months;
    Date first;
    Date as_of;
    Date birth_earliest;
    Date birth_latest;
    Known rural = Known::unknown;       ///< registration
    Known other_guards = Known::unknown;  ///< whether the parent at home is able to guard
    bool asked_mother = true;           ///< false: nothing is known of this parent
    bool asked_father = true;
  };

  /// The status over the days of the window: changed where some are yes and some are no for certain, else unknown
  /// where some day is.
  static LeftBehind over(std::span<const Record> slice, const Context& context);
};

}  // namespace childwell::inline v0_1
