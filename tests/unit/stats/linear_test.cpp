// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/anova.hpp>
#include <childwell/stats/linear.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

namespace {

using namespace childwell::stats;
using childwell::Status;

// Numbers that look like noise and are the same everywhere.
struct Noise {
  std::uint64_t state = 1;
  double operator()() {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state >> 33U) / 4294967296.0 - 0.25;
  }
};

struct Sample {
  std::size_t rows, columns;
  std::vector<double> design, outcome;

  Sample(std::size_t row_count, std::size_t column_count) : rows(row_count), columns(column_count) {
    Noise noise;
    for (std::size_t i = 0; i < rows * columns; ++i) design.push_back(noise());
    for (std::size_t i = 0; i < rows; ++i) outcome.push_back(noise());
  }
  [[nodiscard]] MatrixView view() const {
    return {design.data(), rows, columns, static_cast<std::ptrdiff_t>(columns), 1};
  }
};

TEST(Linear, EverySmallShapeHasAnAnswer) {
  for (std::size_t rows = 0; rows < 7; ++rows) {
    for (std::size_t columns = 0; columns < 5; ++columns) {
      for (const bool intercept : {false, true}) {
        const Sample sample(rows, columns);
        LinearOptions options;
        options.intercept = intercept;
        const LinearFit fit = fit_linear(sample.view(), sample.outcome, {}, options);
        const std::size_t wanted = columns + (intercept ? 1 : 0);
        EXPECT_EQ(fit.coefficients.size(), wanted);
        EXPECT_EQ(fit.rank, static_cast<std::int64_t>(std::min(rows, wanted)));
        const bool is_enough = rows > wanted;
        EXPECT_EQ(fit.status == Status::ok, is_enough) << rows << " " << columns << " " << intercept;
        EXPECT_EQ(std::isfinite(fit.sigma), is_enough);
        std::vector<std::int64_t> clusters(rows);
        for (std::size_t i = 0; i < rows; ++i) clusters[i] = static_cast<std::int64_t>(i / 2);
        for (const RobustKind kind : {RobustKind::HC0, RobustKind::HC1, RobustKind::HC2, RobustKind::HC3}) {
          EXPECT_EQ(robust_covariance(fit, kind).standard_errors.size(), wanted);
        }
        for (const RobustKind kind : {RobustKind::CR0, RobustKind::CR1, RobustKind::CR1S, RobustKind::CR2}) {
          EXPECT_EQ(cluster_covariance(fit, clusters, kind).standard_errors.size(), wanted);
        }
        EXPECT_EQ(two_way_cluster_covariance(fit, clusters, clusters).standard_errors.size(), wanted);
        EXPECT_EQ(coefficient_tests(fit).p.size(), wanted);
        EXPECT_EQ(predict_linear(fit, sample.view()).value.size(), rows);
      }
    }
  }
}

TEST(Linear, ReadsStridesWhereTheyLie) {
  const Sample sample(40, 3);
  const LinearFit plain = fit_linear(sample.view(), sample.outcome);
  std::vector<double> turned(sample.design.size());
  for (std::size_t i = 0; i < sample.rows; ++i) {
    for (std::size_t j = 0; j < sample.columns; ++j) {
      turned[j * sample.rows + (sample.rows - 1 - i)] = sample.design[i * sample.columns + j];
    }
  }
  const MatrixView backwards = {turned.data() + sample.rows - 1, sample.rows, sample.columns, -1,
                                static_cast<std::ptrdiff_t>(sample.rows)};
  EXPECT_EQ(fit_linear(backwards, sample.outcome).coefficients, plain.coefficients);
}

TEST(Linear, BlocksOfRowsGiveAnOrthonormalBasis) {
  for (const std::size_t rows : {511U, 1023U, 1024U, 1025U, 5000U}) {
    const Sample sample(rows, 4);
    const LinearFit fit = fit_linear(sample.view(), sample.outcome);
    for (std::size_t j = 0; j < 5; ++j) {
      for (std::size_t k = 0; k <= j; ++k) {
        double sum = 0.0;
        for (std::size_t i = 0; i < rows; ++i) sum += fit.basis(i, j) * fit.basis(i, k);
        EXPECT_NEAR(sum, j == k ? 1.0 : 0.0, 1e-14);
      }
    }
    // What least squares means: the residuals are orthogonal to every column.
    for (std::size_t j = 0; j < 4; ++j) {
      double sum = 0.0;
      for (std::size_t i = 0; i < rows; ++i) sum += fit.residuals[i] * sample.design[i * 4 + j];
      EXPECT_NEAR(sum, 0.0, 1e-13);
    }
  }
}

TEST(Linear, RelationsSayHowAColumnRepeatsOthers) {
  Sample sample(20, 3);
  for (std::size_t i = 0; i < 20; ++i) {
    sample.design[i * 3 + 2] = 4.0 * sample.design[i * 3] - 0.5 * sample.design[i * 3 + 1] + 3.0;
  }
  const LinearFit fit = fit_linear(sample.view(), sample.outcome);
  EXPECT_EQ(fit.status, Status::rank_deficient);
  ASSERT_EQ(fit.dependent, std::vector<std::int64_t>{3});
  const std::vector<double> wanted = {3.0, 4.0, -0.5, 0.0};
  for (std::size_t j = 0; j < 4; ++j) EXPECT_NEAR(fit.relations(0, j), wanted[j], 1e-13);
}

TEST(Linear, ManyClustersAndFewAgree) {
  // 1,024 clusters go by pairs and 1,025 by traces; one more cluster of one row changes little.
  const Sample sample(2600, 2);
  const LinearFit fit = fit_linear(sample.view(), sample.outcome);
  std::vector<double> freedom;
  for (const std::int64_t clusters : {1024, 1025}) {
    std::vector<std::int64_t> codes(2600);
    for (std::size_t i = 0; i < 2600; ++i) codes[i] = static_cast<std::int64_t>(i) % clusters;
    freedom.push_back(cluster_covariance(fit, codes).degrees_of_freedom[1]);
  }
  EXPECT_NEAR(freedom[1] / freedom[0], 1.0, 5e-3);
}

TEST(Linear, RefusesWhatIsWrong) {
  const Sample sample(10, 2);
  const LinearFit fit = fit_linear(sample.view(), sample.outcome);
  const std::vector<std::int64_t> codes(9);
  EXPECT_THROW((void)cluster_covariance(fit, codes), std::invalid_argument);
  EXPECT_THROW((void)robust_covariance(fit, RobustKind::CR1), std::invalid_argument);
  EXPECT_THROW((void)predict_linear(fit, Sample(3, 3).view()), std::invalid_argument);
  EXPECT_THROW((void)wald_test(fit, std::vector<std::int64_t>{3}), std::invalid_argument);
}

TEST(Anova, OffsetsOfAnySizeCostNothing) {
  std::vector<double> values;
  std::vector<std::int64_t> groups;
  Noise noise;
  for (int i = 0; i < 300; ++i) {
    values.push_back(std::floor(noise() * 1024.0) / 1024.0);
    groups.push_back(i % 7);
  }
  const Anova plain = one_way_anova(values, groups);
  for (double& value : values) value += 0x1p40;
  EXPECT_EQ(one_way_anova(values, groups).f, plain.f);
  values[3] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(one_way_anova(values, groups).status, Status::not_finite);
}

}  // namespace
