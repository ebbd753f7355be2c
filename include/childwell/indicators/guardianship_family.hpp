// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/spells.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace childwell::inline v0_1 {

enum class GuardianshipIndicator : std::uint8_t { gap_days, undocumented_days };

/// Days of the window on which no valid guardian or entrusted-care document was known as of the date, and days on which
/// the child was in somebody's care by word of mouth only.
///
/// A document that was signed later and dated back closes the gap from the day on which it was known, not before: two
/// as-of dates tell two numbers. Care of which it is not told whether there is a document lies within the bounds.
struct GuardianshipFamily {
  enum class Document : std::uint8_t { no, unknown, yes };

  struct Record {
    Spell valid;             ///< first day, and the day after the last
    Date known_on;           ///< no date: known when it began
    bool entrusted = false;  ///< care by somebody else; false: a parent or an appointed guardian, who need none
    Document document = Document::yes;  ///< of entrusted care; of others unknown where the kind was not told
  };

  struct Context {
    Date first;  ///< first and last day of the window
    Date last;
    Date as_of;  ///< what was known later is not seen
    bool kept = true;  ///< false: no register of guardians is kept for this child, which is not a gap
  };

  using Estimates = std::array<Estimate, 2>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<GuardianshipFamily>);

}  // namespace childwell::inline v0_1
