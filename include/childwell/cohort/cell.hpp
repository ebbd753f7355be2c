// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1 {

/// What is known of one child in one session. Not recorded, not enrolled and no session are three different things.
enum class State : std::uint8_t {
  not_recorded,   ///< expected, and nobody wrote anything down
  not_enrolled,
  no_session,     ///< enrolled, and no session was expected
  present,
  implied,        ///< blank under a taken by-exception register
  late,
  off_site,       ///< educated elsewhere that session: counts as present
  excused,
  illness,
  unexcused,
  unknown_reason,
  disputed,       ///< two records that contradict each other
  suspended
};

inline constexpr std::array<std::string_view, 13> state_words = {
    "not_recorded", "not_enrolled", "no_session", "present",        "implied",  "late",     "off_site",
    "excused",      "illness",      "unexcused",  "unknown_reason", "disputed", "suspended"};

/// One session of one child in one byte: state in the low four bits, absent units in the high four.
struct Cell {
  std::uint8_t byte = 0;

  constexpr Cell() = default;
  constexpr explicit Cell(std::uint8_t raw) noexcept : byte(raw) {}
  constexpr Cell(State state, int absent_units) noexcept
      : byte(static_cast<std::uint8_t>(static_cast<int>(state) | (absent_units << 4))) {}

  [[nodiscard]] constexpr State state() const noexcept { return static_cast<State>(byte & 15U); }
  [[nodiscard]] constexpr int absent_units() const noexcept { return byte >> 4; }
};

/// True when the child was expected in the session.
constexpr bool is_expected(State state) noexcept {
  return state != State::not_enrolled && state != State::no_session && state != State::suspended;
}

/// True when the session is known to have been attended or missed.
constexpr bool is_observed(State state) noexcept {
  return is_expected(state) && state != State::not_recorded && state != State::disputed;
}

/// True for the states that say the child was there, wholly or in part.
constexpr bool is_presence(State state) noexcept {
  return state == State::present || state == State::implied || state == State::late || state == State::off_site;
}

}  // namespace childwell::inline v0_1
