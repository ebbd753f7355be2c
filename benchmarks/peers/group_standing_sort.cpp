// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The work of standardise_by_group as one would write it with std::sort: the peer of exam_marks.py, which compiles this file
// and calls it in its own process. It uses nothing of childwell.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

namespace {

/// Normal quantile: Acklam's rational approximation and one step of Halley.
double quantile(double p) {
  constexpr double a[] = {-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690, -30.66479806614716, 2.506628277459239};
  constexpr double b[] = {-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572};
  constexpr double c[] = {-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783};
  constexpr double d[] = {0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416};
  if (p > 0.5) return -quantile(1.0 - p);
  double x;
  if (p < 0.02425) {
    const double q = std::sqrt(-2.0 * std::log(p));
    x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1.0);
  } else {
    const double q = p - 0.5, r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
        (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1.0);
  }
  const double error = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
  const double step = error * std::sqrt(2.0 * std::numbers::pi) * std::exp(0.5 * x * x);
  return x - step / (1.0 + 0.5 * x * step);
}

}  // namespace

extern "C" void standardise_by_sorting(const std::int16_t* marks, const std::int32_t* groups, std::int64_t rows, std::int32_t group_count,
                                       double step, double* z, double* percentile, double* rank_normal) {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  constexpr std::int16_t missing = std::numeric_limits<std::int16_t>::min();
  std::vector<std::size_t> ends(static_cast<std::size_t>(group_count) + 1, 0);
  for (std::int64_t i = 0; i < rows; ++i) ends[static_cast<std::size_t>(groups[i]) + 1] += marks[i] != missing;
  for (std::size_t group = 1; group < ends.size(); ++group) ends[group] += ends[group - 1];
  std::vector<std::pair<std::int16_t, std::uint32_t>> sorted(ends.back());
  std::vector<std::size_t> next(ends.begin(), ends.end() - 1);
  for (std::int64_t i = 0; i < rows; ++i) {
    if (marks[i] == missing) z[i] = percentile[i] = rank_normal[i] = nothing;
    else sorted[next[static_cast<std::size_t>(groups[i])]++] = {marks[i], static_cast<std::uint32_t>(i)};
  }
  for (std::int32_t group = 0; group < group_count; ++group) {
    const auto first = sorted.begin() + static_cast<std::ptrdiff_t>(ends[static_cast<std::size_t>(group)]);
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(ends[static_cast<std::size_t>(group) + 1]);
    std::sort(first, last);
    const auto n = static_cast<double>(last - first);
    double sum = 0.0, squares = 0.0;
    for (auto one = first; one != last; ++one) sum += one->first;
    const double mean = sum / n;
    for (auto one = first; one != last; ++one) squares += (one->first - mean) * (one->first - mean);
    const double deviation = std::sqrt(squares / (n - 1.0));
    for (auto one = first; one != last;) {
      auto end = one;
      while (end != last && end->first == one->first) ++end;
      const double middle = 0.5 * static_cast<double>((one - first) + (end - first));
      const double score = quantile((middle + 0.5 - 0.375) / (n + 0.25));
      for (; one != end; ++one) {
        z[one->second] = (one->first - mean) * step / (deviation * step);
        percentile[one->second] = 100.0 * middle / n;
        rank_normal[one->second] = score;
      }
    }
  }
}
