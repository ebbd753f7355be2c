// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/correlation.hpp>

#include <childwell/stats/moments.hpp>
#include <childwell/stats/rank.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "correlation_inverse.hpp"
#include "double_pair.hpp"
#include "sorted.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Pairs {
  std::vector<double> x;
  std::vector<double> y;
};

bool is_constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double v) { return v == values.front(); });
}

// Complete rows; the status is ok when a correlation is defined.
Pairs complete_pairs(Correlation& made, std::string_view function, std::span<const double> first,
                     std::span<const double> second, double level) {
  check_same_length(function, first.size(), second.size(), "first and second");
  check_level(function, level);
  made.level = level;
  Pairs kept;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::isnan(first[i]) || std::isnan(second[i])) {
      ++made.missing;
      continue;
    }
    kept.x.push_back(first[i]);
    kept.y.push_back(second[i]);
  }
  made.count = static_cast<std::int64_t>(kept.x.size());
  if (kept.x.size() < 2) return kept;
  if (!all_finite(kept.x) || !all_finite(kept.y)) {
    made.status = Status::not_finite;
  } else if (is_constant(kept.x) || is_constant(kept.y)) {
    made.status = Status::degenerate;
  } else {
    made.status = Status::ok;
  }
  return kept;
}

// Deviations from the mean of values brought near 1 by a power of two, which a correlation does not see.
std::vector<DoublePair> deviations(std::span<const double> values) {
  double largest = 0.0;
  for (const double v : values) largest = std::max(largest, std::abs(v));
  const int exponent = std::ilogb(largest);
  std::vector<DoublePair> made(values.size());
  DoublePair total;
  for (std::size_t i = 0; i < values.size(); ++i) {
    made[i] = std::ldexp(values[i], -exponent);
    total += made[i];
  }
  const DoublePair mean = total / DoublePair(static_cast<double>(values.size()));
  for (DoublePair& d : made) d = d - mean;
  return made;
}

// r and 1 - r^2, the latter without cancellation.
struct LinearCorrelation {
  double r;
  double rest;
};

LinearCorrelation linear_correlation(std::span<const double> x, std::span<const double> y) {
  const std::vector<DoublePair> dx = deviations(x);
  const std::vector<DoublePair> dy = deviations(y);
  DoublePair xx;
  DoublePair xy;
  DoublePair yy;
  for (std::size_t i = 0; i < dx.size(); ++i) {
    xx += dx[i] * dx[i];
    xy += dx[i] * dy[i];
    yy += dy[i] * dy[i];
  }
  const DoublePair both = xx * yy;
  const double r = (xy / square_root(both)).value();
  const double rest = ((both - xy * xy) / both).value();
  return {std::clamp(r, -1.0, 1.0), std::max(0.0, rest)};
}

// Fisher's interval with a variance of the transformed value; no interval at the edge.
void set_interval(Correlation& made, double variance) {
  if (std::abs(made.estimate) >= 1.0) {
    made.status = Status::boundary;
    return;
  }
  if (!(variance > 0.0) || std::isinf(variance)) {
    made.status = Status::not_enough_data;
    return;
  }
  const double half = normal_quantile(0.5 + 0.5 * made.level) * std::sqrt(variance);
  const double centre = std::atanh(made.estimate);
  made.lower = std::tanh(centre - half);
  made.upper = std::tanh(centre + half);
}

void set_t_test(Correlation& made, double rest) {
  const double df = static_cast<double>(made.count) - 2.0;
  if (df <= 0.0) return;
  made.degrees_of_freedom = df;
  made.statistic = made.estimate * std::sqrt(df / rest);  // infinite at the edge
  made.p_value = 2.0 * student_t_sf(std::abs(made.statistic), df);
}

// Pairs in the other order, counted while sorting; `order` ends sorted by value.
std::int64_t count_inversions(std::vector<double>& values, std::vector<double>& room, std::size_t first,
                              std::size_t last) {
  if (last - first < 2) return 0;
  const std::size_t middle = first + (last - first) / 2;
  std::int64_t count = count_inversions(values, room, first, middle) + count_inversions(values, room, middle, last);
  std::size_t left = first;
  std::size_t right = middle;
  for (std::size_t to = first; to < last; ++to) {
    const bool take_right = left == middle || (right < last && values[right] < values[left]);
    if (take_right) count += static_cast<std::int64_t>(middle - left);
    room[to] = take_right ? values[right++] : values[left++];
  }
  std::copy(room.begin() + static_cast<std::ptrdiff_t>(first), room.begin() + static_cast<std::ptrdiff_t>(last),
            values.begin() + static_cast<std::ptrdiff_t>(first));
  return count;
}

// Tied pairs of sorted rows, and the sums that the variance of Kendall's numerator needs.
struct Ties {
  std::int64_t pairs = 0;
  double cubic = 0.0;     // sum t (t - 1) (t - 2)
  double weighted = 0.0;  // sum t (t - 1) (2 t + 5)
};

template <class Same>
Ties ties_of(std::size_t rows, Same same) {
  Ties made;
  for (std::size_t first = 0; first < rows;) {
    std::size_t last = first + 1;
    while (last < rows && same(first, last)) ++last;
    const auto t = static_cast<std::int64_t>(last - first);
    const auto size = static_cast<double>(t);
    made.pairs += t * (t - 1) / 2;
    made.cubic += size * (size - 1.0) * (size - 2.0);
    made.weighted += size * (size - 1.0) * (2.0 * size + 5.0);
    first = last;
  }
  return made;
}

struct KendallCounts {
  std::int64_t difference = 0;  // pairs in the same order minus pairs in the other
  std::int64_t pairs = 0;
  Ties x;
  Ties y;
};

KendallCounts kendall_counts(const Pairs& rows) {
  const std::size_t n = rows.x.size();
  std::vector<std::pair<double, double>> sorted(n);
  for (std::size_t i = 0; i < n; ++i) sorted[i] = {rows.x[i], rows.y[i]};
  std::sort(sorted.begin(), sorted.end());
  KendallCounts made;
  const auto count = static_cast<std::int64_t>(n);
  made.pairs = count % 2 == 0 ? count / 2 * (count - 1) : (count - 1) / 2 * count;
  made.x = ties_of(n, [&](std::size_t a, std::size_t b) { return sorted[a].first == sorted[b].first; });
  const Ties both = ties_of(n, [&](std::size_t a, std::size_t b) { return sorted[a] == sorted[b]; });
  std::vector<double> y(n);
  for (std::size_t i = 0; i < n; ++i) y[i] = sorted[i].second;
  std::vector<double> room(n);
  const std::int64_t other_order = count_inversions(y, room, 0, n);
  made.y = ties_of(n, [&](std::size_t a, std::size_t b) { return y[a] == y[b]; });
  made.difference = made.pairs - made.x.pairs - made.y.pairs + both.pairs - 2 * other_order;
  return made;
}

double tau_b(const KendallCounts& counted) {
  const DoublePair untied = DoublePair::product(static_cast<double>(counted.pairs - counted.x.pairs),
                                                static_cast<double>(counted.pairs - counted.y.pairs));
  return std::clamp((DoublePair::whole(counted.difference) / square_root(untied)).value(), -1.0, 1.0);
}

std::string_view word_of(CorrelationKind kind) {
  switch (kind) {
    case CorrelationKind::spearman: return "spearman";
    case CorrelationKind::kendall: return "kendall_tau_b";
    case CorrelationKind::pearson: break;
  }
  return "pearson";
}

}  // namespace

Correlation pearson(std::span<const double> first, std::span<const double> second, double level) {
  Correlation made;
  made.method = word_of(CorrelationKind::pearson);
  const Pairs rows = complete_pairs(made, "pearson", first, second, level);
  if (made.status != Status::ok) return made;
  const auto [r, rest] = linear_correlation(rows.x, rows.y);
  made.estimate = r;
  set_t_test(made, rest);
  set_interval(made, 1.0 / (static_cast<double>(made.count) - 3.0));
  return made;
}

Correlation spearman(std::span<const double> first, std::span<const double> second, double level) {
  Correlation made;
  made.method = word_of(CorrelationKind::spearman);
  const Pairs rows = complete_pairs(made, "spearman", first, second, level);
  if (made.status != Status::ok) return made;
  const auto [r, rest] = linear_correlation(mid_ranks(rows.x), mid_ranks(rows.y));
  made.estimate = r;
  set_t_test(made, rest);
  set_interval(made, (1.0 + 0.5 * r * r) / (static_cast<double>(made.count) - 3.0));
  return made;
}

Correlation kendall(std::span<const double> first, std::span<const double> second, double level) {
  Correlation made;
  made.method = word_of(CorrelationKind::kendall);
  const Pairs rows = complete_pairs(made, "kendall", first, second, level);
  if (made.status != Status::ok) return made;
  const KendallCounts counted = kendall_counts(rows);
  made.estimate = tau_b(counted);
  const double n = static_cast<double>(made.count);
  if (made.count > 2) {
    const double ordered = n * (n - 1.0);
    const double x_ties = 2.0 * static_cast<double>(counted.x.pairs);
    const double y_ties = 2.0 * static_cast<double>(counted.y.pairs);
    const double variance = (ordered * (2.0 * n + 5.0) - counted.x.weighted - counted.y.weighted) / 18.0 +
                            x_ties * y_ties / (2.0 * ordered) +
                            counted.x.cubic * counted.y.cubic / (9.0 * ordered * (n - 2.0));
    made.statistic = static_cast<double>(counted.difference) / std::sqrt(variance);
    made.p_value = 2.0 * normal_sf(std::abs(made.statistic));
  }
  set_interval(made, 0.437 / (n - 4.0));
  return made;
}

CorrelationMatrix correlation_matrix(const MatrixView& values, CorrelationKind kind) {
  CorrelationMatrix made;
  made.method = word_of(kind);
  const std::size_t columns = values.columns;
  made.values = {std::vector<double>(columns * columns, undefined), columns, columns};
  const CompleteColumns kept = complete_columns(values);
  made.count = kept.count;
  made.missing = kept.missing;
  made.status = kept.status;
  if (kept.status != Status::ok) return made;
  std::vector<std::vector<double>> ranked = kept.columns;
  if (kind == CorrelationKind::spearman) {
    for (std::vector<double>& column : ranked) column = mid_ranks(column);
  }
  std::vector<char> constant(columns);
  for (std::size_t j = 0; j < columns; ++j) constant[j] = is_constant(ranked[j]) ? 1 : 0;
  std::vector<std::vector<DoublePair>> centred;
  std::vector<DoublePair> squares;
  if (kind != CorrelationKind::kendall) {
    for (const std::vector<double>& column : ranked) {
      centred.push_back(is_constant(column) ? std::vector<DoublePair>(column.size()) : deviations(column));
      DoublePair total;
      for (const DoublePair& d : centred.back()) total += d * d;
      squares.push_back(total);
    }
  }
  for (std::size_t j = 0; j < columns; ++j) {
    if (constant[j] != 0) {
      made.status = Status::degenerate;
      continue;
    }
    made.values(j, j) = 1.0;
    for (std::size_t k = 0; k < j; ++k) {
      if (constant[k] != 0) continue;
      double r = undefined;
      if (kind == CorrelationKind::kendall) {
        r = tau_b(kendall_counts({ranked[j], ranked[k]}));
      } else {
        DoublePair total;
        for (std::size_t i = 0; i < centred[j].size(); ++i) total += centred[j][i] * centred[k][i];
        r = std::clamp((total / square_root(squares[j] * squares[k])).value(), -1.0, 1.0);
      }
      made.values(j, k) = made.values(k, j) = r;
    }
  }
  return made;
}

CorrelationMatrix partial_correlations(const MatrixView& values) {
  CorrelationMatrix made = correlation_matrix(values, CorrelationKind::pearson);
  made.method = "partial";
  const CorrelationInverse inverse = correlation_inverse(made);
  made.status = inverse.status;
  const std::size_t columns = values.columns;
  if (inverse.status != Status::ok) {
    made.values.values.assign(columns * columns, undefined);
    return made;
  }
  for (std::size_t j = 0; j < columns; ++j) {
    for (std::size_t k = 0; k < columns; ++k) {
      const double r = -inverse.values(j, k) / std::sqrt(inverse.values(j, j) * inverse.values(k, k));
      made.values(j, k) = j == k ? 1.0 : std::clamp(r, -1.0, 1.0);
    }
  }
  return made;
}

SamplingAdequacy sampling_adequacy(const MatrixView& values) {
  const CorrelationMatrix simple = correlation_matrix(values, CorrelationKind::pearson);
  const CorrelationMatrix partial = partial_correlations(values);
  SamplingAdequacy made;
  made.count = simple.count;
  made.missing = simple.missing;
  made.status = partial.status;
  const std::size_t columns = values.columns;
  made.items.assign(columns, undefined);
  if (partial.status != Status::ok || columns < 2) {
    if (partial.status == Status::ok) made.status = Status::not_enough_data;
    return made;
  }
  double all_simple = 0.0;
  double all_partial = 0.0;
  for (std::size_t j = 0; j < columns; ++j) {
    double own_simple = 0.0;
    double own_partial = 0.0;
    for (std::size_t k = 0; k < columns; ++k) {
      if (j == k) continue;
      own_simple += simple.values(j, k) * simple.values(j, k);
      own_partial += partial.values(j, k) * partial.values(j, k);
    }
    made.items[j] = own_simple / (own_simple + own_partial);
    all_simple += own_simple;
    all_partial += own_partial;
  }
  made.overall = all_simple / (all_simple + all_partial);
  return made;
}

SphericityTest bartlett_sphericity(const MatrixView& values) {
  const CorrelationMatrix simple = correlation_matrix(values, CorrelationKind::pearson);
  SphericityTest made;
  made.count = simple.count;
  made.missing = simple.missing;
  const CorrelationInverse inverse = correlation_inverse(simple);
  made.status = inverse.status;
  if (inverse.status != Status::ok) return made;
  if (values.columns < 2) {
    made.status = Status::not_enough_data;
    return made;
  }
  const double p = static_cast<double>(values.columns);
  const double n = static_cast<double>(made.count);
  made.statistic = -(n - 1.0 - (2.0 * p + 5.0) / 6.0) * inverse.log_determinant;
  made.degrees_of_freedom = p * (p - 1.0) / 2.0;
  made.p_value = chi_squared_sf(std::max(0.0, made.statistic), made.degrees_of_freedom);
  return made;
}

}  // namespace childwell::inline v0_1::stats
