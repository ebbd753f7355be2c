// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/round_block.hpp>

#include <kernels/round_block.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <random>
#include <vector>

namespace {

using childwell::stats::round_block_rows;
using childwell::stats::RoundBlock;

struct Case {
  std::size_t rows = 0, columns = 0, padded = 0;
  bool intercept = false, counts = false;
  std::vector<double> design, coefficients, outcomes, weights, base, scores, gradient;
  std::vector<float> roots, scaled, cross;
  RoundBlock block;

  Case(std::size_t rows_, std::size_t columns_, bool intercept_, bool counts_, unsigned seed)
      : rows(rows_), columns(columns_), padded(childwell::stats::RoundKernelInUse::padded_columns(columns_ + (intercept_ ? 1 : 0))), intercept(intercept_), counts(counts_) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    const auto draw = [&](std::vector<double>& values, std::size_t n, double scale) {
      values.resize(n);
      for (double& value : values) value = scale * normal(engine);
    };
    draw(design, rows * columns + 1, 1.0);
    draw(coefficients, columns + 1, 0.3);
    draw(base, round_block_rows, 0.1);
    outcomes.assign(round_block_rows, 0.0);
    weights.assign(round_block_rows, 0.0);
    for (std::size_t i = 0; i < rows; ++i) {
      outcomes[i] = static_cast<double>(engine() % (counts ? 5 : 2));
      weights[i] = static_cast<double>(engine() % 3);
    }
    scores.assign(round_block_rows + 8, 0.0);
    roots.assign(round_block_rows + 8, 0.0F);
    scaled.assign(round_block_rows * padded + 1, 0.0F);
    cross.assign(padded * padded + 1, 0.0F);
    gradient.assign(columns + 1, 0.0);
  }

  void run(childwell::kernels::RunRoundBlock* kernel, bool weights_are_one = false) {
    block = RoundBlock{};
    block.design = design.data();
    block.ahead = design.data();
    block.stride = columns;
    block.rows = rows;
    block.columns = columns;
    block.intercept = intercept;
    block.counts = counts;
    block.information = true;
    block.coefficients = coefficients.data();
    block.outcomes = outcomes.data();
    block.weights = weights.data();
    block.weights_are_one = weights_are_one;
    block.base = base.data();
    block.scores = scores.data();
    block.roots = roots.data();
    block.scaled = scaled.data();
    block.cross = cross.data();
    block.gradient = gradient.data();
    std::fill(gradient.begin(), gradient.end(), 0.0);
    std::fill(cross.begin(), cross.end(), 0.0F);
    kernel(block);
  }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return j < columns ? design[i * columns + j] : 1.0; }
};

// In long double, from the definitions.
void expect_equal_to_definition(const Case& given, const char* name) {
  const std::size_t used = given.columns + (given.intercept ? 1 : 0);
  std::vector<long double> gradient(used, 0.0L), cross(used * used, 0.0L);
  long double objective = 0.0L;
  for (std::size_t i = 0; i < given.rows; ++i) {
    long double eta = given.base[i];
    for (std::size_t j = 0; j < used; ++j) eta += static_cast<long double>(given.at(i, j)) * given.coefficients[j];
    const long double mean = given.counts ? std::exp(eta) : 1.0L / (1.0L + std::exp(-eta));
    const long double w = given.weights[i];
    const long double y = given.outcomes[i];
    objective += w * (given.counts ? mean - y * eta : std::log1p(std::exp(eta)) - y * eta);
    const long double information = w * (given.counts ? mean : mean * (1.0L - mean));
    for (std::size_t j = 0; j < used; ++j) {
      gradient[j] += w * (y - mean) * given.at(i, j);
      for (std::size_t k = 0; k <= j; ++k) cross[j * used + k] += information * given.at(i, j) * given.at(i, k);
    }
  }
  EXPECT_NEAR(given.block.objective, static_cast<double>(objective), 1e-13 * (std::abs(static_cast<double>(objective)) + 10.0)) << name;
  for (std::size_t j = 0; j < used; ++j) {
    EXPECT_NEAR(given.gradient[j], static_cast<double>(gradient[j]), 1e-12) << name << ", column " << j;
    for (std::size_t k = 0; k <= j; ++k) {
      EXPECT_NEAR(static_cast<double>(given.cross[j * given.padded + k]), static_cast<double>(cross[j * used + k]), 2e-4) << name;
    }
  }
}

TEST(RoundBlock, EveryKernelEqualsTheDefinitionAtEveryWidth) {
  const auto found = childwell::kernels::round_kernels();
  ASSERT_GE(found.size, 1U);
  for (std::size_t k = 0; k < found.size; ++k) {
    for (std::size_t columns = 0; columns <= 26; ++columns) {
      for (const std::size_t rows : {std::size_t{1}, std::size_t{3}, std::size_t{63}, std::size_t{64}}) {
        for (const bool counts : {false, true}) {
          Case given(rows, columns, columns % 2 == 0, counts, static_cast<unsigned>(columns * 100 + rows));
          given.run(found.kernels[k].run);
          ASSERT_FALSE(given.block.refused);
          expect_equal_to_definition(given, found.kernels[k].name);
        }
      }
    }
  }
}

TEST(RoundBlock, OneLogarithmOfAProductEqualsTheLogarithms) {
  const auto found = childwell::kernels::round_kernels();
  for (std::size_t k = 0; k < found.size; ++k) {
    for (const double scale : {0.0, 1.0, 300.0}) {
      Case given(64, 5, true, false, 7);
      std::fill(given.weights.begin(), given.weights.end(), 1.0);
      for (double& b : given.coefficients) b *= scale;
      given.run(found.kernels[k].run);
      const double apart = given.block.objective;
      given.run(found.kernels[k].run, true);
      EXPECT_NEAR(given.block.objective, apart, 1e-13 * (apart + 1.0)) << found.kernels[k].name;
    }
  }
}

TEST(RoundBlock, RefusesAMissingOrInfiniteValueAndAddsNothing) {
  const auto found = childwell::kernels::round_kernels();
  for (std::size_t k = 0; k < found.size; ++k) {
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
      for (const bool one : {false, true}) {
        Case given(64, 9, true, false, 3);
        if (one) std::fill(given.weights.begin(), given.weights.end(), 1.0);
        given.design[37] = bad;
        given.run(found.kernels[k].run, one);
        EXPECT_TRUE(given.block.refused) << found.kernels[k].name;
        EXPECT_EQ(given.block.objective, 0.0);
        EXPECT_TRUE(std::all_of(given.gradient.begin(), given.gradient.end(), [](double g) { return g == 0.0; }));
        EXPECT_TRUE(std::all_of(given.cross.begin(), given.cross.end(), [](float c) { return c == 0.0F; }));
      }
    }
  }
}

TEST(RoundBlock, StaysFiniteFarOut) {
  const auto found = childwell::kernels::round_kernels();
  for (std::size_t k = 0; k < found.size; ++k) {
    Case given(64, 1, false, false, 1);
    std::fill(given.weights.begin(), given.weights.end(), 1.0);
    std::fill(given.base.begin(), given.base.end(), 0.0);
    given.coefficients[0] = 1.0;
    for (std::size_t i = 0; i < 64; ++i) given.design[i] = (i % 2 == 0 ? 1.0 : -1.0) * std::pow(10.0, static_cast<double>(i) / 16.0);
    given.run(found.kernels[k].run);
    EXPECT_FALSE(given.block.refused);
    EXPECT_TRUE(std::isfinite(given.block.objective) && std::isfinite(given.gradient[0]) && std::isfinite(given.cross[0]));
  }
}

}  // namespace
