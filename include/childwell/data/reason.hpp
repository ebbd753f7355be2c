// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1 {

/// Why a row was corrected, quarantined or kept apart. The number is the code: `Reason::code_unknown` is E05.
enum class Reason : std::uint8_t {
  none = 0,
  duplicate = 1,
  conflict = 2,
  outside_enrolment = 3,
  no_enrolment = 4,
  code_unknown = 5,
  date_future = 6,
  date_impossible = 7,
  non_school_day = 8,
  score_range = 9,
  score_token = 10,
  nul_byte = 12,
  full_width = 13,
  id_missing = 16,
  id_checksum = 17,
  id_zeros = 18,
  id_collision = 19,
  class_change = 20,
  spell_reversed = 21,
  spell_overlap = 22,
  two_schools = 23,
  type_mixed = 24,
  number_format = 25,
  column = 26,
  line = 27,
  time_zone = 28,
  term_unknown = 29,
  weight = 30,
  consent = 31,
  cross = 32
};

/// What became of a row.
enum class Fate : std::uint8_t { accepted, corrected, quarantined };

/// The code of a reason as it stands in ledgers and messages: E01 to E32.
///
/// Use at the edges; inside, reasons are enumerators.
/// @param reason   any reason but none
/// @return three characters
/// @throws never
/// @source reason codes of the input contract
constexpr std::array<char, 4> code_of(Reason reason) noexcept {
  const int number = static_cast<int>(reason);
  return {'E', static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10), '\0'};
}

}  // namespace childwell::inline v0_1
