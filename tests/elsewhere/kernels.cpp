// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The law of the kernels as a program without a test framework, to be compiled for another processor and run in an
// emulator: every kernel that this processor can run equals the plain definition. Its output names them.
#include "../laws/core_set_law.hpp"

#include <childwell/cohort/state_counts.hpp>

#include <kernels/state_counts.hpp>

#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

/// Counts of states by every kernel against a loop over the cells; the name of one that differs, or nothing.
const char* state_counts_fault() {
  core_set_law::Dice dice{1};
  for (const std::size_t sessions : {0U, 1U, 255U, 256U, 700U}) {
    std::vector<std::uint8_t> cells(sessions * 64);
    for (std::uint8_t& cell : cells) cell = static_cast<std::uint8_t>(dice.next() & 255U);
    std::vector<std::uint16_t> expected(16 * 64), made(16 * 64, 7);
    for (std::size_t i = 0; i < cells.size(); ++i) ++expected[(cells[i] & 15U) * 64U + i % 64U];
    const auto found = childwell::kernels::state_count_kernels();
    for (std::size_t k = 0; k < found.size; ++k) {
      found.kernels[k].run(cells.data(), sessions, made.data());
      if (made != expected) return found.kernels[k].name;
    }
  }
  return nullptr;
}

}  // namespace

int main() {
  const auto found = childwell::kernels::core_set_kernels();
  for (std::size_t k = 0; k < found.size; ++k) std::printf("%s%s", k > 0 ? " " : "", found.kernels[k].name);
  std::printf("\n");
  if (const char* name = state_counts_fault()) {
    std::printf("state counts differ: %s\n", name);
    return 1;
  }
  const std::string fault = core_set_law::law_fault(150, 362436069);
  if (!fault.empty()) {
    std::printf("core sets differ: %s\n", fault.c_str());
    return 1;
  }
  return 0;
}
