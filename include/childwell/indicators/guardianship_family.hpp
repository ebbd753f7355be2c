// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/spells.hpp>

#include <array>
#include <span>

namespace childwell::inline v0_1 {

/// Days of the window on which no valid guardian or entrusted-care document was known as of the date.
///
/// A document that was signed later and dated back closes the gap from the day on which it was known, not before: two
/// as-of dates tell two numbers.
struct GuardianshipFamily {
  struct Record {
    Spell valid;    ///< first day, and the day after the last
    Date known_on;  ///< no date: known when it began
  };

  struct Context {
    Date first;
    Date as_of;
    bool kept = true;  ///< false: no register of guardians is kept for this child, which is not a gap
  };

  using Estimates = std::array<Estimate, 1>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<GuardianshipFamily>);

}  // namespace childwell::inline v0_1
