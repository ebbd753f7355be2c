// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/indicators/chart_family.hpp>
#include <childwell/indicators/outlook_family.hpp>
#include <childwell/indicators/school_day.hpp>

#include <array>
#include <cstdint>
#include <span>

namespace childwell::inline v0_1 {

/// How probable it is that the rate at which a child's absences begin has changed within the last weeks.
///
/// Exact over all ways to cut the school year's weeks into stretches of one rate each; the rates come from the
/// distribution of the children of the same grade and school. A scan: it reads the weeks again.
struct ChangeFamily {
  using Record = SchoolDay;

  static constexpr std::int64_t fewest_weeks = 6;

  struct Context {
    RatePrior prior;              ///< of onsets on days on which one could begin
    double hazard = 1.0 / 20.0;   ///< chance of a change before a week: one in a term
    std::int64_t recent = 4;      ///< weeks
  };

  using Estimates = std::array<Estimate, 1>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<ChangeFamily>);

}  // namespace childwell::inline v0_1
