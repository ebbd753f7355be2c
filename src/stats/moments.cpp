// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/moments.hpp>

#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "double_pair.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// Power of two that brings values near 1 where their fourth powers would leave the range of doubles; 0 elsewhere.
int scale_of(double largest) noexcept {
  if (!(largest > 0.0)) return 0;
  const int exponent = std::ilogb(largest);
  return std::abs(exponent) > 100 ? exponent : 0;
}

double largest_of(std::span<const double> values) noexcept {
  double largest = 0.0;
  for (const double x : values) largest = std::max(largest, std::abs(x));
  return largest;
}

void scale_down(std::vector<double>& values, int exponent) {
  if (exponent == 0) return;
  for (double& x : values) x = std::ldexp(x, -exponent);
}

// Sum of weights and what a sum of squares is divided by; 0 or less where a variance is not defined.
struct Divisor {
  DoublePair total;
  DoublePair unbiased;
};

Divisor divisor_of(std::span<const double> weights, std::size_t rows, WeightKind kind) {
  Divisor made;
  if (weights.empty()) {
    made.total = static_cast<double>(rows);
    made.unbiased = static_cast<double>(rows) - 1.0;
    return made;
  }
  DoublePair squares;
  for (const double w : weights) {
    made.total += w;
    squares += DoublePair::product(w, w);
  }
  if (kind == WeightKind::frequency) {
    made.unbiased = made.total - DoublePair(1.0);
  } else {
    made.unbiased = rows > 1 ? made.total - squares / made.total : DoublePair(0.0);
  }
  return made;
}

template <class Value>
DoublePair weighted_sum(std::size_t rows, std::span<const double> weights, Value value) {
  DoublePair total;
  for (std::size_t i = 0; i < rows; ++i) total += weights.empty() ? value(i) : DoublePair(weights[i]) * value(i);
  return total;
}

// Fills variance to kurtosis from the values, shrunken by 2^exponent, around their mean.
template <class Value>
void fill_central(Moments& made, std::size_t rows, std::span<const double> weights, Value value, int exponent,
                  const Divisor& divisor, const MomentsOptions& options) {
  const DoublePair mean = weighted_sum(rows, weights, value) / divisor.total;
  made.mean = std::ldexp(mean.value(), exponent);
  if (!(divisor.unbiased.high > 0.0)) return;
  if (made.minimum == made.maximum) {
    made.mean = made.minimum;
    made.variance = made.standard_deviation = 0.0;
    made.status = Status::degenerate;
    return;
  }
  DoublePair second;
  DoublePair third;
  DoublePair fourth;
  for (std::size_t i = 0; i < rows; ++i) {
    const DoublePair d = value(i) - mean;
    const DoublePair d2 = d * d;
    const DoublePair w = weights.empty() ? DoublePair(1.0) : DoublePair(weights[i]);
    const DoublePair share = w * d2;
    second += share;
    third += share * d;
    fourth += share * d2;
  }
  const DoublePair variance = second / divisor.unbiased;
  made.variance = std::ldexp(variance.value(), 2 * exponent);
  made.standard_deviation = std::ldexp(square_root(variance).value(), exponent);
  made.status = std::isinf(made.variance) ? Status::not_finite : Status::ok;  // the deviation still stands
  const bool sample = options.shape == ShapeKind::sample;
  const DoublePair spread = sample ? variance : second / divisor.total;
  const DoublePair skewness = third / divisor.total / (spread * square_root(spread));
  const DoublePair excess = fourth / divisor.total / (spread * spread) - DoublePair(3.0);
  if (options.shape != ShapeKind::adjusted) {
    made.skewness = skewness.value();
    made.kurtosis = excess.value();
    return;
  }
  if (!weights.empty() && options.weight_kind == WeightKind::reliability) return;
  const DoublePair n = divisor.total;
  const DoublePair one(1.0);
  const DoublePair two(2.0);
  if (n.high > 2.0) made.skewness = (skewness * square_root(n * (n - one)) / (n - two)).value();
  if (n.high > 3.0) {
    const DoublePair factor = (n - one) / ((n - two) * (n - DoublePair(3.0)));
    made.kurtosis = (factor * ((n + one) * excess + DoublePair(6.0))).value();
  }
}

// Bits that the size of a whole number takes; the one number without a positive twin takes 64.
int bits_of(std::int64_t value) noexcept {
  const auto size = value < 0 ? ~static_cast<std::uint64_t>(value) + 1U : static_cast<std::uint64_t>(value);
  return static_cast<int>(std::bit_width(size));
}

}  // namespace

Moments moments(std::span<const double> values, std::span<const double> weights, const MomentsOptions& options) {
  check_weights("moments", weights, values.size());
  Moments made;
  std::vector<double> kept;
  std::vector<double> kept_weights;
  kept.reserve(values.size());
  if (!weights.empty()) kept_weights.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!weights.empty() && weights[i] == 0.0) continue;
    if (std::isnan(values[i])) {
      ++made.missing;
      continue;
    }
    kept.push_back(values[i]);
    if (!weights.empty()) kept_weights.push_back(weights[i]);
  }
  made.count = static_cast<std::int64_t>(kept.size());
  if (kept.empty()) return made;
  const Divisor divisor = divisor_of(kept_weights, kept.size(), options.weight_kind);
  made.weight = divisor.total.value();
  if (!all_finite(kept)) {
    made.status = Status::not_finite;
    return made;
  }
  const auto [least, most] = std::minmax_element(kept.begin(), kept.end());
  made.minimum = *least;
  made.maximum = *most;
  const int exponent = scale_of(largest_of(kept));
  scale_down(kept, exponent);
  fill_central(
      made, kept.size(), kept_weights, [&](std::size_t i) { return DoublePair(kept[i]); }, exponent, divisor, options);
  return made;
}

Moments moments(const WholeSums& sums) {
  Moments made;
  made.count = sums.count;
  made.weight = static_cast<double>(sums.count);
  if (sums.count == 0) return made;
  made.minimum = static_cast<double>(sums.minimum);
  made.maximum = static_cast<double>(sums.maximum);
  const DoublePair count = DoublePair::whole(sums.count);
  made.mean = (DoublePair::whole(sums.sum) / count).value();
  if (sums.count == 1) return made;
  if (sums.minimum == sums.maximum) {
    made.variance = made.standard_deviation = 0.0;
    made.status = Status::degenerate;
    return made;
  }
  // Around the whole number next to the mean, sums are small and still exact; at most half of them cancels below.
  const WholeSums::Wide centre = sums.sum / sums.count;
  const WholeSums::Wide rest = sums.sum - centre * sums.count;
  const WholeSums::Wide squares = (sums.squares - centre * sums.sum) - centre * rest;
  const DoublePair small = DoublePair::whole(rest);
  const DoublePair variance = (DoublePair::whole(squares) - small * small / count) / (count - DoublePair(1.0));
  made.variance = variance.value();
  made.standard_deviation = square_root(variance).value();
  made.status = Status::ok;
  return made;
}

Moments moments(std::span<const std::int64_t> values, const MomentsOptions& options) {
  Moments made;
  made.count = static_cast<std::int64_t>(values.size());
  made.weight = static_cast<double>(values.size());
  if (values.empty()) return made;
  WholeSums sums;
  for (const std::int64_t x : values) {
    sums.minimum = std::min(sums.minimum, x);
    sums.maximum = std::max(sums.maximum, x);
  }
  made.minimum = static_cast<double>(sums.minimum);
  made.maximum = static_cast<double>(sums.maximum);
  const int bits = std::max(bits_of(sums.minimum), bits_of(sums.maximum));
  const bool exact = 2 * bits + bits_of(made.count) <= 125;
  if (exact) {
    for (const std::int64_t x : values) sums.add(x);
    made = moments(sums);
    if (made.status != Status::ok) return made;
  }
  const Divisor divisor = divisor_of({}, values.size(), options.weight_kind);
  Moments rounded = made;
  // Two whole numbers may differ and yet round to one double.
  if (sums.minimum != sums.maximum && rounded.minimum == rounded.maximum) {
    rounded.maximum = std::nextafter(rounded.maximum, 1e300);
  }
  fill_central(
      rounded, values.size(), {}, [&](std::size_t i) { return DoublePair::whole(values[i]); }, 0, divisor, options);
  if (exact) {
    made.skewness = rounded.skewness;
    made.kurtosis = rounded.kurtosis;
    return made;
  }
  rounded.maximum = made.maximum;
  return rounded;
}

Covariance covariance(std::span<const double> first, std::span<const double> second, std::span<const double> weights,
                      WeightKind weight_kind) {
  check_same_length("covariance", first.size(), second.size(), "first and second");
  check_weights("covariance", weights, first.size());
  Covariance made;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> w;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!weights.empty() && weights[i] == 0.0) continue;
    if (std::isnan(first[i]) || std::isnan(second[i])) {
      ++made.missing;
      continue;
    }
    x.push_back(first[i]);
    y.push_back(second[i]);
    if (!weights.empty()) w.push_back(weights[i]);
  }
  made.count = static_cast<std::int64_t>(x.size());
  if (x.empty()) return made;
  if (!all_finite(x) || !all_finite(y)) {
    made.status = Status::not_finite;
    return made;
  }
  const bool x_constant = std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); });
  const bool y_constant = std::all_of(y.begin(), y.end(), [&](double v) { return v == y.front(); });
  const int x_exponent = scale_of(largest_of(x));
  const int y_exponent = scale_of(largest_of(y));
  scale_down(x, x_exponent);
  scale_down(y, y_exponent);
  const Divisor divisor = divisor_of(w, x.size(), weight_kind);
  const DoublePair x_mean =
      x_constant ? DoublePair(x.front())
                 : weighted_sum(x.size(), w, [&](std::size_t i) { return DoublePair(x[i]); }) / divisor.total;
  const DoublePair y_mean =
      y_constant ? DoublePair(y.front())
                 : weighted_sum(y.size(), w, [&](std::size_t i) { return DoublePair(y[i]); }) / divisor.total;
  made.mean_first = std::ldexp(x_mean.value(), x_exponent);
  made.mean_second = std::ldexp(y_mean.value(), y_exponent);
  if (!(divisor.unbiased.high > 0.0)) return made;
  DoublePair xx;
  DoublePair xy;
  DoublePair yy;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const DoublePair dx = DoublePair(x[i]) - x_mean;
    const DoublePair dy = DoublePair(y[i]) - y_mean;
    const DoublePair weighted = w.empty() ? dx : DoublePair(w[i]) * dx;
    xx += weighted * dx;
    xy += weighted * dy;
    yy += w.empty() ? dy * dy : DoublePair(w[i]) * (dy * dy);
  }
  made.variance_first = std::ldexp((xx / divisor.unbiased).value(), 2 * x_exponent);
  made.variance_second = std::ldexp((yy / divisor.unbiased).value(), 2 * y_exponent);
  made.covariance = std::ldexp((xy / divisor.unbiased).value(), x_exponent + y_exponent);
  made.status = x_constant || y_constant ? Status::degenerate : Status::ok;
  if (std::isinf(made.variance_first) || std::isinf(made.variance_second) || std::isinf(made.covariance)) {
    made.status = Status::not_finite;
  }
  return made;
}

CovarianceMatrix covariance_matrix(const MatrixView& values, std::span<const double> weights, WeightKind weight_kind) {
  check_weights("covariance_matrix", weights, values.rows);
  CovarianceMatrix made;
  const std::size_t columns = values.columns;
  made.means.assign(columns, undefined);
  made.covariance = {std::vector<double>(columns * columns, undefined), columns, columns};
  std::vector<std::size_t> rows;
  std::vector<double> w;
  bool finite = true;
  for (std::size_t i = 0; i < values.rows; ++i) {
    if (!weights.empty() && weights[i] == 0.0) continue;
    bool complete = true;
    bool row_finite = true;
    for (std::size_t j = 0; j < columns; ++j) {
      complete = complete && !std::isnan(values(i, j));
      row_finite = row_finite && !std::isinf(values(i, j));
    }
    if (!complete) {
      ++made.missing;
      continue;
    }
    finite = finite && row_finite;
    rows.push_back(i);
    if (!weights.empty()) w.push_back(weights[i]);
  }
  made.count = static_cast<std::int64_t>(rows.size());
  if (rows.empty() || columns == 0) return made;
  if (!finite) {
    made.status = Status::not_finite;
    return made;
  }
  const std::size_t n = rows.size();
  const Divisor divisor = divisor_of(w, n, weight_kind);
  std::vector<double> deviations(n * columns);  // column by column
  std::vector<int> exponents(columns);
  bool constant = false;
  for (std::size_t j = 0; j < columns; ++j) {
    std::vector<double> column(n);
    for (std::size_t i = 0; i < n; ++i) column[i] = values(rows[i], j);
    const bool equal = std::all_of(column.begin(), column.end(), [&](double v) { return v == column.front(); });
    constant = constant || equal;
    exponents[j] = scale_of(largest_of(column));
    scale_down(column, exponents[j]);
    const DoublePair mean =
        equal ? DoublePair(column.front())
              : weighted_sum(n, w, [&](std::size_t i) { return DoublePair(column[i]); }) / divisor.total;
    made.means[j] = std::ldexp(mean.value(), exponents[j]);
    for (std::size_t i = 0; i < n; ++i) deviations[j * n + i] = (column[i] - mean.high) - mean.low;
  }
  if (!(divisor.unbiased.high > 0.0)) return made;
  for (std::size_t j = 0; j < columns; ++j) {
    const double* const x = &deviations[j * n];
    for (std::size_t k = 0; k <= j; ++k) {
      const double* const y = &deviations[k * n];
      const double sum = w.empty() ? chunked_sum(n, [&](std::size_t i) { return x[i] * y[i]; })
                                   : chunked_sum(n, [&](std::size_t i) { return w[i] * (x[i] * y[i]); });
      const double value = std::ldexp(sum / divisor.unbiased.value(), exponents[j] + exponents[k]);
      made.covariance(j, k) = made.covariance(k, j) = value;
    }
  }
  made.status = constant ? Status::degenerate : Status::ok;
  if (!all_finite(made.covariance.values)) made.status = Status::not_finite;
  return made;
}

Autocorrelation autocorrelation(std::span<const double> values, std::int64_t lag) {
  if (lag < 0) refuse("autocorrelation", "lag must be at least 0");
  Autocorrelation made;
  made.lag = lag;
  const std::vector<double> kept = present(values);
  made.count = static_cast<std::int64_t>(kept.size());
  made.missing = static_cast<std::int64_t>(values.size() - kept.size());
  if (kept.size() < 2) return made;
  if (!all_finite(kept)) {
    made.status = Status::not_finite;
    return made;
  }
  if (std::all_of(kept.begin(), kept.end(), [&](double v) { return v == kept.front(); })) {
    made.status = Status::degenerate;
    return made;
  }
  const int exponent = scale_of(largest_of(kept));
  DoublePair sum;
  for (const double x : kept) sum += std::ldexp(x, -exponent);
  const DoublePair mean = sum / DoublePair(static_cast<double>(kept.size()));
  const auto deviation = [&](std::size_t i) { return DoublePair(std::ldexp(values[i], -exponent)) - mean; };
  const auto steps = static_cast<std::size_t>(lag);
  DoublePair squares;
  DoublePair products;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    const DoublePair here = deviation(i);
    squares += here * here;
    if (i < steps || std::isnan(values[i - steps])) continue;
    products += here * deviation(i - steps);
    ++made.pairs;
  }
  if (made.pairs == 0) return made;
  // Per pair possible on either side; for a complete series the factor is exactly 1.
  const DoublePair places(static_cast<double>(made.pairs + lag));
  const DoublePair scale = DoublePair(static_cast<double>(kept.size())) / places;
  made.estimate = (products / squares * scale).value();
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
