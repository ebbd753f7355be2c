// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lanes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace childwell::inline v0_1::detail {

/// Schools with any mark, and those with a mark of presence.
class SchoolEvidence {
 public:
  explicit SchoolEvidence(std::size_t places) : any_(places + 1, 0), presence_(places + 1, 0) {}

  void add(std::int32_t school, State state) {
    any_[at(school)] = 1;
    if (is_presence(state)) presence_[at(school)] = 1;
  }
  [[nodiscard]] bool any(std::int32_t school) const { return any_[at(school)] != 0; }
  [[nodiscard]] bool presence(std::int32_t school) const { return presence_[at(school)] != 0; }

 private:
  static std::size_t at(std::int32_t school) { return static_cast<std::size_t>(school + 1); }  // -1: no school named

  std::vector<std::uint8_t> any_;
  std::vector<std::uint8_t> presence_;
};

/// Writes the marks into their cells; what fits nowhere is kept outside and counted.
SchoolEvidence place_marks(Cohort& cohort, const Boarding& boarding);

/// Lets registers say what a blank means, and finds the schools whose registers say nothing.
void read_registers(Cohort& cohort, const SchoolEvidence& evidence);

/// The state that an attendance code stands for, in the order of the schema's words.
State state_of_code(std::uint8_t code);

}  // namespace childwell::inline v0_1::detail
