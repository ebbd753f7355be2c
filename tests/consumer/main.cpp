// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "digest.hpp"

#include <childwell/version.hpp>

#include <cstdio>

#ifdef CONSUMER_USES_LIBRARY
#include <childwell/cohort/state_counts.hpp>
#include <childwell/core/rules.hpp>
#include <childwell/data/schema.hpp>

#include <array>

// Things only the compiled library can answer: the rules inside it, and a kernel chosen at run time.
static bool library_answers() {
  std::array<std::uint8_t, 64> row{};
  std::array<std::uint16_t, 16 * 64> counts{};
  childwell::count_states(row.data(), 1, counts.data());
  return counts[0] == 1 && !childwell::kernel_in_use().empty() && !childwell::rules_text("schemas").empty() &&
         childwell::find_table_rule("attendance") != nullptr;
}
#else
static bool library_answers() { return true; }
#endif

int main() {
  const bool equal = plain_digest() == wide_digest() && plain_estimate().value == wide_estimate().value &&
                     plain_estimate().n_expected == wide_estimate().n_expected;
  const bool answers = library_answers();
  std::printf("childwell %s: %s, %s\n", std::string(childwell::version).c_str(), equal ? "equal" : "DIFFERENT",
              answers ? "library answers" : "LIBRARY FAILS");
  return equal && answers ? 0 : 1;
}
