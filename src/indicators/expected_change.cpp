// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/expected_change.hpp>

#include <childwell/stats/special.hpp>

#include <cmath>
#include <stdexcept>

namespace childwell::inline v0_1 {
namespace {

constexpr std::int64_t least_pairs = 10;

bool is_pair(double before, double after) { return !std::isnan(before) && !std::isnan(after); }

struct Sums {
  double mean_before = 0.0;
  double mean_after = 0.0;
  double squares = 0.0;   ///< of the first values about their mean
  double products = 0.0;
};

Sums sums_of(std::span<const double> before, std::span<const double> after, std::int64_t count) {
  Sums sums;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_pair(before[i], after[i])) continue;
    sums.mean_before += before[i];
    sums.mean_after += after[i];
  }
  sums.mean_before /= static_cast<double>(count);
  sums.mean_after /= static_cast<double>(count);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_pair(before[i], after[i])) continue;
    sums.squares += (before[i] - sums.mean_before) * (before[i] - sums.mean_before);
    sums.products += (before[i] - sums.mean_before) * (after[i] - sums.mean_after);
  }
  return sums;
}

}  // namespace

ExpectedChange expected_change(std::span<const double> before, std::span<const double> after, double level) {
  if (before.size() != after.size()) throw std::invalid_argument("childwell: expected_change needs two values a child");
  if (!(level > 0.0 && level < 1.0)) throw std::invalid_argument("childwell: expected_change: level must lie between 0 and 1");
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  ExpectedChange made;
  made.expected.assign(before.size(), none);
  made.beyond.assign(before.size(), none);
  made.direction.assign(before.size(), -2);
  bool finite = true;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_pair(before[i], after[i])) ++made.missing;
    else finite = finite && std::isfinite(before[i]) && std::isfinite(after[i]);
  }
  made.count = static_cast<std::int64_t>(before.size()) - made.missing;
  if (!finite) {
    made.status = Status::not_finite;
    return made;
  }
  if (made.count < least_pairs) return made;
  const Sums sums = sums_of(before, after, made.count);
  if (!(sums.squares > 0.0)) {
    made.status = Status::degenerate;
    return made;
  }
  made.slope = sums.products / sums.squares;
  made.intercept = sums.mean_after - made.slope * sums.mean_before;
  double rest = 0.0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_pair(before[i], after[i])) continue;
    made.expected[i] = sums.mean_after + made.slope * (before[i] - sums.mean_before);
    made.beyond[i] = after[i] - made.expected[i];
    rest += made.beyond[i] * made.beyond[i];
  }
  const auto count = static_cast<double>(made.count);
  made.deviation = std::sqrt(rest / (count - 2.0));
  const double t = stats::student_t_quantile(0.5 + level / 2.0, count - 2.0);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_pair(before[i], after[i])) continue;
    const double from_mean = before[i] - sums.mean_before;
    const double reach = t * made.deviation * std::sqrt(1.0 + 1.0 / count + from_mean * from_mean / sums.squares);
    made.direction[i] = made.beyond[i] > reach ? 1 : made.beyond[i] < -reach ? -1 : 0;
  }
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1
