// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/stats/beta_binomial.hpp>

#include "arguments.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

// One posterior a group: a missing group stays NaN, an infinite one says not_finite, every other one is checked and
// filled by fill(made, group, tail), where tail is the probability below the lower end. `defined` is whether the fit
// has a distribution at all.
template <class Check, class Fill>
GroupPosteriors group_posteriors(std::string_view function, std::span<const double> events,
                                 std::span<const double> sizes, double level, Status status, bool defined, Check check,
                                 Fill fill) {
  check_level(function, level);
  GroupPosteriors made;
  made.level = level;
  made.status = status;
  const std::vector<double> none(events.size(), std::numeric_limits<double>::quiet_NaN());
  made.mean = made.lower = made.upper = made.shrinkage = none;
  if (!defined) return made;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (std::isnan(events[i]) || std::isnan(sizes[i])) continue;
    if (std::isinf(events[i]) || std::isinf(sizes[i])) {
      made.status = Status::not_finite;
      continue;
    }
    check(function, events[i], sizes[i]);
    fill(made, i, 0.5 * (1.0 - level));
  }
  return made;
}

}  // namespace childwell::inline v0_1::stats
