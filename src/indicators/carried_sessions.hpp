// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/indicators/measure.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace childwell::inline v0_1::detail {

/// The sessions of one window, folded as of one date after another.
///
/// Every lane keeps the fold of its sessions up to the first one whose mark was still to come (or to be corrected) on the
/// date before: what lies before it is known for good and is not read again. What lies behind it is added anew on a copy.
/// A lane begins again where its window begins elsewhere (a new school year) or its end has moved back behind what was
/// folded. Two spells of a child that claim the same days keep one fold for both, day by day, as sessions_known settles
/// them. Dates come in ascending order; a child's lanes are its own, so that children may be folded on any thread.
class CarriedSessions {
 public:
  /// Where nothing is to be kept for a later date, nothing is.
  CarriedSessions(const Cohort& cohort, const Window& window, bool keep);

  /// Turns to a date, not before the last one. The context says what counts as an absent day.
  void turn_to(Date as_of, const AttendanceFamily::Context& context);

  /// Writes the states of a child and of those of its lanes that are visible, which come in order of time.
  void fold(std::size_t child, std::span<const std::uint32_t> visible, Snapshot& snapshot);

 private:
  using Family = AttendanceFamily;

  static constexpr std::uint32_t not_begun = 0xffffffff;

  struct OneLane {
    Family::State state;
    std::uint32_t next = not_begun;  ///< the first slot that is not in the state
  };

  /// A lane with days in the window, and its last day as it stands on the date.
  struct Claim {
    std::uint32_t lane;
    Date end;
    friend bool operator==(const Claim&, const Claim&) = default;
  };

  struct SharedDays {
    std::vector<Claim> claims;
    Date until;  ///< the first day that is not in the states
    Family::State child;
    std::vector<Family::State> lanes;  ///< by claim
  };

  [[nodiscard]] Date last_day(Date end) const noexcept;
  [[nodiscard]] bool apart(std::span<const Claim> claims) const noexcept;
  void fold_lane(const Claim& claim, Family::State& state);
  void fold_shared(std::size_t child, std::span<const Claim> claims, Snapshot& snapshot);
  [[nodiscard]] Date settled_until(std::span<const Claim> claims, Date from) const;
  void fold_last(std::size_t child, std::span<const std::uint32_t> visible, Snapshot& snapshot) const;
  void fold_last_of(std::uint32_t lane, std::size_t wanted, Family::State& state) const;
  [[nodiscard]] std::pair<std::size_t, std::size_t> slots_of(const Claim& claim) const;

  const Cohort& cohort_;
  const Window& window_;
  bool keep_;
  Date as_of_;
  std::pair<Date, Date> span_;
  Family::Context context_;
  std::vector<std::size_t> first_slot_;  ///< of the window, by calendar
  std::vector<std::size_t> end_slot_;
  std::vector<OneLane> lanes_;
  std::vector<std::unique_ptr<SharedDays>> shared_;  ///< of the few children whose spells claim the same days
};

}  // namespace childwell::inline v0_1::detail
