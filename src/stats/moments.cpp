// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>

#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace childwell::inline v0_1::stats {

Moments moments(std::span<const double> values) {
  std::vector<double> present;
  present.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](double x) { return !std::isnan(x); });
  Moments made;
  made.count = static_cast<std::int64_t>(present.size());
  if (present.empty()) return made;
  const double count = static_cast<double>(present.size());
  const double shift = present.front();
  made.mean = shift + chunked_sum(present.size(), [&](std::size_t i) { return present[i] - shift; }) / count;
  if (present.size() == 1) return made;
  const auto deviation = [&](std::size_t i) { return present[i] - made.mean; };
  const double squares = chunked_sum(present.size(), [&](std::size_t i) { return deviation(i) * deviation(i); });
  // What the rounded mean leaves over; without it, a large offset costs digits.
  const double residue = chunked_sum(present.size(), deviation);
  const bool all_equal = std::all_of(present.begin(), present.end(), [shift](double x) { return x == shift; });
  made.variance = all_equal ? 0.0 : std::max(0.0, (squares - residue * residue / count) / (count - 1.0));
  made.status = all_equal ? Status::degenerate : Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
