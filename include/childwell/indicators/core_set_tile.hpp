// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// What the core set of attendance and its kernels share: 64 lanes of finished states, and the walk over their sessions.
// No library header but these two, because the kernels' units may hold no inline code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1 {

constexpr std::size_t core_set_lanes = 64;

// One bit a state of a cell; that they say what cell.hpp says is asserted in core_set.hpp.
constexpr std::uint16_t core_expected_states = 0xEFF9;     // all but not_enrolled, no_session, suspended
constexpr std::uint16_t core_observed_states = 0xE7F8;     // of these, all but not_recorded, disputed
constexpr std::uint16_t core_unexplained_states = 0x0600;  // unexcused, unknown_reason

/// The core set of 64 lanes, field by field; a lane is one enrolment spell. Numbers are sessions unless said otherwise.
struct CoreSetTile {
  alignas(64) std::uint16_t states[16][core_set_lanes];  ///< sessions in each state
  std::uint16_t absent[core_set_lanes];
  std::uint16_t unexplained[core_set_lanes];       ///< of the absent: unexcused, or nobody gave a reason
  std::uint16_t spell_first[core_set_lanes];       ///< absent until the first time the child was seen
  std::uint16_t spell_longest[core_set_lanes];
  std::uint16_t spell_current[core_set_lanes];     ///< absent since the child was last seen
  std::uint16_t unexplained_first[core_set_lanes];
  std::uint16_t unexplained_longest[core_set_lanes];
  std::uint16_t unexplained_current[core_set_lanes];
  std::uint16_t unexplained_ended[core_set_lanes];  ///< 0 until anything else was observed
  std::uint16_t since_seen[core_set_lanes];         ///< expected since the child was last seen
  std::uint16_t last_seen[core_set_lanes];          ///< number of the session, from 1; 0: never seen
  std::uint16_t weekday[7][core_set_lanes];         ///< absent on each weekday, Monday first
  std::uint16_t first_day[core_set_lanes];          ///< absent on the first day of a week
  std::uint16_t last_day[core_set_lanes];
  std::uint16_t ewma[core_set_lanes];               ///< in 65,536ths
  std::uint16_t ewma_highest[core_set_lanes];
  std::uint16_t cusum[core_set_lanes];              ///< in 512ths of a session
  std::uint16_t cusum_highest[core_set_lanes];
  std::uint16_t quiet[core_set_lanes];              ///< steps of the chart before its first alarm
  std::uint32_t week_observed[core_set_lanes];      ///< sum over the sessions observed of their week's number
  std::uint32_t week_absent[core_set_lanes];        ///< the same over the sessions absent
  std::uint64_t week_squares[core_set_lanes];       ///< sum over the sessions observed of its square
};

/// One held session of a walk. Bytes that every lane is compared with stand four times, because four are loaded into all
/// lanes at no cost and one is not.
struct CoreSetRow {
  std::uint32_t offset = 0;     ///< of its 64 cells in the tile
  std::uint32_t threshold = 0;  ///< a cell at or above it is absent for the whole session
  std::uint32_t number = 0;     ///< from 1, within the block
  std::uint32_t place = 0;      ///< four times the weekday, one for a first day of the week, two for a last one
};

struct CoreSetWeek {
  std::uint32_t end = 0;   ///< one past its last session in the list of rows
  std::uint16_t ahead = 0;  ///< weeks since the first one of the block
};

/// Weeks whose counts fit in bytes, at most 255 sessions, and whose squares fit in 16 bits.
struct CoreSetBlock {
  std::uint32_t first_row = 0;  ///< in the list of rows
  std::uint32_t end_row = 0;
  std::uint32_t first_week = 0;  ///< in the list of weeks
  std::uint32_t end_week = 0;
  std::uint32_t before = 0;  ///< sessions of the table before the block's numbers begin
  std::uint16_t week = 0;    ///< number of its first week
};

/// Charts in fixed point: the only numbers of the core set that are rounded, and how.
struct CoreSetChart {
  std::uint16_t start = 0;   ///< of the average, in 65,536ths
  std::uint16_t weight = 0;  ///< of one session in the average, in 65,536ths
  std::uint16_t rise = 0;    ///< added by a session absent, in 512ths of a session
  std::uint16_t fall = 0;    ///< taken by a session seen
  std::uint16_t limit = 0;   ///< alarm at or above it
};

/// Everything that a kernel reads beside the cells.
struct CoreSetWalk {
  const CoreSetRow* rows = nullptr;
  const CoreSetWeek* weeks = nullptr;
  const CoreSetBlock* blocks = nullptr;
  const std::uint8_t* places = nullptr;  ///< those that occur
  std::size_t block_count = 0;
  std::size_t place_count = 0;
  std::size_t tile_bytes = 0;  ///< how far away the next tile most likely lies; it is asked for while this one is worked on
  CoreSetChart chart;
  bool by_week = false;
};

}  // namespace childwell::inline v0_1
