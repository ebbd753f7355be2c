// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/agreement.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "correlation_inverse.hpp"
#include "double_pair.hpp"

#include <cmath>

namespace childwell::inline v0_1::stats {
namespace {

constexpr std::array<std::string_view, 6> form_words = {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)",
                                                        "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"};
constexpr std::int64_t most_categories = 10000;

struct MeanSquares {
  double rows = 0.0;
  double within = 0.0;
  double columns = 0.0;
  double residual = 0.0;
};

// Two-way analysis of variance without repetition, around the grand mean.
MeanSquares mean_squares(const CompleteColumns& ratings) {
  const std::size_t n = ratings.columns.front().size();
  const std::size_t k = ratings.columns.size();
  const DoublePair rows(static_cast<double>(n));
  const DoublePair columns(static_cast<double>(k));
  std::vector<DoublePair> row_sums(n);
  std::vector<DoublePair> column_sums(k);
  DoublePair total;
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      row_sums[i] += ratings.columns[j][i];
      column_sums[j] += ratings.columns[j][i];
    }
    total += column_sums[j];
  }
  const DoublePair grand = total / (rows * columns);
  DoublePair between_rows;
  DoublePair between_columns;
  DoublePair within;
  DoublePair residual;
  for (std::size_t i = 0; i < n; ++i) {
    const DoublePair row = row_sums[i] / columns;
    between_rows += (row - grand) * (row - grand);
    for (std::size_t j = 0; j < k; ++j) {
      const DoublePair inside = DoublePair(ratings.columns[j][i]) - row;
      const DoublePair left = inside - (column_sums[j] / rows - grand);
      within += inside * inside;
      residual += left * left;
    }
  }
  for (std::size_t j = 0; j < k; ++j) {
    const DoublePair column = column_sums[j] / rows - grand;
    between_columns += column * column;
  }
  const DoublePair one(1.0);
  // What rounding leaves where nothing varies is far below any sum that does.
  const double noise = 1e-28 * std::max({(between_rows * columns).value(), within.value(), (grand * grand).value()});
  const auto clean = [noise](double x) { return x <= noise ? 0.0 : x; };
  return {clean((between_rows * columns / (rows - one)).value()), clean((within / (rows * (columns - one))).value()),
          clean((between_columns * rows / (columns - one)).value()),
          clean((residual / ((rows - one) * (columns - one))).value())};
}

// Estimates and tests that need no interval.
void fill_estimates(IntraclassCorrelation& made, const MeanSquares& ms, double n, double k) {
  const double f1 = ms.rows / ms.within;
  const double f3 = ms.rows / ms.residual;
  const double column_part = (ms.columns - ms.residual) / n;
  made.forms[0].estimate = (ms.rows - ms.within) / (ms.rows + (k - 1.0) * ms.within);
  made.forms[1].estimate = (ms.rows - ms.residual) / (ms.rows + (k - 1.0) * ms.residual + k * column_part);
  made.forms[2].estimate = (ms.rows - ms.residual) / (ms.rows + (k - 1.0) * ms.residual);
  made.forms[3].estimate = (ms.rows - ms.within) / ms.rows;
  made.forms[4].estimate = (ms.rows - ms.residual) / (ms.rows + column_part);
  made.forms[5].estimate = (ms.rows - ms.residual) / ms.rows;
  for (std::size_t i = 0; i < made.forms.size(); ++i) {
    IntraclassForm& form = made.forms[i];
    const bool one_way = i % 3 == 0;
    form.f = one_way ? f1 : f3;
    form.numerator_df = n - 1.0;
    form.denominator_df = one_way ? n * (k - 1.0) : (n - 1.0) * (k - 1.0);
    form.p_value = f_sf(form.f, form.numerator_df, form.denominator_df);
  }
}

void fill_intervals(IntraclassCorrelation& made, const MeanSquares& ms, double n, double k, double level) {
  const double p = 0.5 + 0.5 * level;
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    IntraclassForm& one = made.forms[i];
    IntraclassForm& mean = made.forms[i + 3];
    const double low = one.f / f_quantile(p, one.numerator_df, one.denominator_df);
    const double high = one.f * f_quantile(p, one.denominator_df, one.numerator_df);
    one.lower = (low - 1.0) / (low + k - 1.0);
    one.upper = (high - 1.0) / (high + k - 1.0);
    mean.lower = 1.0 - 1.0 / low;
    mean.upper = 1.0 - 1.0 / high;
  }
  IntraclassForm& one = made.forms[1];
  IntraclassForm& mean = made.forms[4];
  // Satterthwaite's degrees of freedom of the part that raters and residual share.
  const double r = one.estimate;
  const double from_columns = k * r * (ms.columns / ms.residual);
  const double from_rest = n * (1.0 + (k - 1.0) * r) - k * r;
  const double sum = from_columns + from_rest;
  const double df = (k - 1.0) * (n - 1.0) * sum * sum /
                    ((n - 1.0) * from_columns * from_columns + from_rest * from_rest);
  const double high_f = f_quantile(p, n - 1.0, df);
  const double low_f = f_quantile(p, df, n - 1.0);
  const double noise = k * ms.columns + (k * n - k - n) * ms.residual;
  one.lower = n * (ms.rows - high_f * ms.residual) / (high_f * noise + n * ms.rows);
  one.upper = n * (low_f * ms.rows - ms.residual) / (noise + n * low_f * ms.rows);
  mean.lower = k * one.lower / (1.0 + (k - 1.0) * one.lower);
  mean.upper = k * one.upper / (1.0 + (k - 1.0) * one.upper);
}

}  // namespace

IntraclassCorrelation intraclass_correlation(const MatrixView& ratings, double level) {
  check_level("intraclass_correlation", level);
  IntraclassCorrelation made;
  made.level = level;
  made.raters = static_cast<std::int64_t>(ratings.columns);
  for (std::size_t i = 0; i < form_words.size(); ++i) made.forms[i].form = form_words[i];
  const CompleteColumns kept = complete_columns(ratings);
  made.count = kept.count;
  made.missing = kept.missing;
  if (kept.status == Status::not_finite) made.status = kept.status;
  if (kept.status != Status::ok || ratings.columns < 2) return made;
  const MeanSquares ms = mean_squares(kept);
  made.between_rows = ms.rows;
  made.within_rows = ms.within;
  made.between_columns = ms.columns;
  made.residual = ms.residual;
  const double n = static_cast<double>(kept.count);
  const double k = static_cast<double>(ratings.columns);
  if (!std::isfinite(ms.rows) || !std::isfinite(ms.within) || !std::isfinite(ms.columns)) {
    made.status = Status::not_finite;  // squares beyond the range of doubles
    return made;
  }
  fill_estimates(made, ms, n, k);
  if (ms.rows == 0.0 || ms.within == 0.0 || ms.residual == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  fill_intervals(made, ms, n, k, level);
  made.status = Status::ok;
  return made;
}

CohenKappa cohen_kappa(std::span<const std::int64_t> first, std::span<const std::int64_t> second,
                       const KappaOptions& options) {
  check_same_length("cohen_kappa", first.size(), second.size(), "first and second");
  check_level("cohen_kappa", options.level);
  std::int64_t most = options.categories;
  if (most == 0) {
    for (std::size_t i = 0; i < first.size(); ++i) most = std::max({most, first[i] + 1, second[i] + 1});
  }
  if (most < 0 || most > most_categories) refuse("cohen_kappa", "there may be at most 10,000 categories");
  CohenKappa made;
  made.level = options.level;
  made.method = options.weights == KappaWeights::unweighted ? "unweighted"
                : options.weights == KappaWeights::linear   ? "linear"
                                                            : "quadratic";
  const auto k = static_cast<std::size_t>(most);
  made.table = {std::vector<double>(k * k, 0.0), k, k};
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] < 0 || second[i] < 0) {
      ++made.missing;
      continue;
    }
    if (first[i] >= most || second[i] >= most) refuse("cohen_kappa", "a code lies beyond the number of categories");
    made.table(static_cast<std::size_t>(first[i]), static_cast<std::size_t>(second[i])) += 1.0;
    ++made.count;
  }
  if (made.count == 0) return made;
  const double n = static_cast<double>(made.count);
  std::vector<double> rows(k, 0.0);
  std::vector<double> columns(k, 0.0);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      rows[i] += made.table(i, j);
      columns[j] += made.table(i, j);
    }
  }
  const double span = k > 1 ? static_cast<double>(k - 1) : 1.0;
  const auto weight = [&](std::size_t i, std::size_t j) {
    if (options.weights == KappaWeights::unweighted) return i == j ? 1.0 : 0.0;
    const double distance = std::abs(static_cast<double>(i) - static_cast<double>(j)) / span;
    return 1.0 - (options.weights == KappaWeights::linear ? distance : distance * distance);
  };
  // Disagreements, so that near-complete agreement keeps its digits.
  double seen = 0.0;
  double chance = 0.0;
  std::vector<double> row_weights(k, 0.0);     // mean weight of a row's category against the second rater
  std::vector<double> column_weights(k, 0.0);  // and of a column's against the first
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double w = weight(i, j);
      seen += made.table(i, j) * (1.0 - w);
      chance += rows[i] * columns[j] * (1.0 - w);
      row_weights[i] += columns[j] / n * w;
      column_weights[j] += rows[i] / n * w;
    }
  }
  seen /= n;
  chance /= n * n;
  made.observed = 1.0 - seen;
  made.expected = 1.0 - chance;
  if (chance == 0.0) {
    made.status = Status::degenerate;
    return made;
  }
  made.estimate = 1.0 - seen / chance;
  const double rest = seen / chance;
  double spread = 0.0;
  double null_spread = 0.0;
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double both = row_weights[i] + column_weights[j];
      const double part = weight(i, j) - both * rest;
      const double null_part = weight(i, j) - both;
      spread += made.table(i, j) / n * part * part;
      null_spread += rows[i] * columns[j] / (n * n) * null_part * null_part;
    }
  }
  const double centre = made.estimate - made.expected * rest;
  const double null_variance = (null_spread - made.expected * made.expected) / (n * chance * chance);
  made.null_standard_error = std::sqrt(std::max(0.0, null_variance));
  made.statistic = made.estimate / made.null_standard_error;
  made.p_value = 2.0 * normal_sf(std::abs(made.statistic));
  if (seen == 0.0) {
    made.status = Status::boundary;
    return made;
  }
  made.standard_error = std::sqrt(std::max(0.0, spread - centre * centre) / n) / chance;
  const double half = normal_quantile(0.5 + 0.5 * options.level) * made.standard_error;
  made.lower = made.estimate - half;
  made.upper = std::min(1.0, made.estimate + half);
  made.status = Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
