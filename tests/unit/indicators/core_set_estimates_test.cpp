// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/core_set_estimates.hpp>

#include <childwell/core/pool.hpp>
#include <childwell/stats/proportion.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace {

using childwell::CoreCounts;
using childwell::CoreEstimateOptions;
using childwell::CoreSetEstimate;
using childwell::CoreStratum;
using childwell::Status;

bool same(const CoreSetEstimate& a, const CoreSetEstimate& b) {
  const auto bits = [](const CoreSetEstimate& one) {
    return std::vector<double>{one.rate, one.wilson_lower, one.wilson_upper, one.mid_p_lower, one.mid_p_upper, one.shrunk,
                               one.shrunk_lower, one.shrunk_upper, one.p_rate_above, one.p_year_above};
  };
  const auto first = bits(a);
  const auto second = bits(b);
  return std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0 && a.status == b.status;
}

TEST(CoreSetEstimates, AMemoChangesNoBit) {
  std::vector<CoreStratum> strata(3);
  strata[0].prior = {1.5, 28.0, true};
  strata[0].spell_sessions = 3.5;
  strata[1].prior = {0.7, 9.0, true};
  std::uint64_t state = 88172645463325252ULL;
  const auto below = [&](std::uint32_t n) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<std::uint32_t>(state % n);
  };
  std::vector<CoreCounts> counts;
  for (int child = 0; child < 2000; ++child) {
    const std::uint32_t observed = below(8) == 0 ? 0 : 40 * below(6);
    counts.push_back({below(3), observed == 0 ? 0 : below(observed / 4 + 1), observed, 10 * below(4)});
  }
  const CoreEstimateOptions options;
  childwell::Pool pool(2);
  const auto made = childwell::core_set_estimates(counts, strata, options, pool);
  ASSERT_EQ(made.size(), counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    ASSERT_TRUE(same(made[i], childwell::core_set_estimate(counts[i], strata[counts[i].stratum], options))) << i;
  }
}

TEST(CoreSetEstimates, AreThoseOfTheStatisticsOnPiecesOfEvidence) {
  CoreStratum stratum;
  stratum.spell_sessions = 2.0;
  const CoreEstimateOptions options;
  const auto made = childwell::core_set_estimate({0, 12, 100, 100}, stratum, options);
  EXPECT_EQ(made.status, Status::ok);
  EXPECT_EQ(made.rate, 0.12);
  EXPECT_EQ(made.wilson_lower, childwell::stats::wilson_interval(6.0, 50.0, 0.95).lower);
  EXPECT_EQ(made.mid_p_upper, childwell::stats::mid_p_interval(6.0, 50.0, 0.95).upper);
  EXPECT_TRUE(std::isnan(made.shrunk));  // without a prior
  EXPECT_TRUE(std::isnan(made.p_year_above));
  stratum.spell_sessions = 1.0;
  stratum.prior = {1.0, 1.0, true};
  const auto uniform = childwell::core_set_estimate({0, 0, 1, 1}, stratum, options);
  EXPECT_DOUBLE_EQ(uniform.shrunk, 1.0 / 3.0);
  EXPECT_NEAR(uniform.p_rate_above, 0.81, 1e-15);  // (1 - 0.1)^2
  EXPECT_NEAR(uniform.p_year_above, 1.0 / 3.0, 1e-15);  // one of two absent is above a tenth
}

TEST(CoreSetEstimates, AYearThatIsDecidedIsCertain) {
  CoreStratum stratum;
  stratum.prior = {1.0, 9.0, true};
  const CoreEstimateOptions options;
  EXPECT_EQ(childwell::core_set_estimate({0, 10, 50, 50}, stratum, options).p_year_above, 1.0);  // ten of a hundred
  EXPECT_EQ(childwell::core_set_estimate({0, 0, 95, 5}, stratum, options).p_year_above, 0.0);
  EXPECT_EQ(childwell::core_set_estimate({0, 9, 100, 0}, stratum, options).p_year_above, 0.0);
  EXPECT_EQ(childwell::core_set_estimate({0, 0, 0, 100}, stratum, options).status, Status::not_recorded);
}

TEST(CoreSetEstimates, WhatCannotBeIsRefused) {
  childwell::SerialExecutor serial;
  const std::vector<CoreStratum> strata(1);
  const auto refused = [&](const CoreCounts& counts, const CoreStratum& stratum, const CoreEstimateOptions& options) {
    const std::vector<CoreCounts> many = {counts};
    const std::vector<CoreStratum> one = {stratum};
    EXPECT_THROW((void)childwell::core_set_estimates(many, one, options, serial), std::invalid_argument);
  };
  refused({0, 2, 1, 0}, {}, {});
  refused({1, 0, 1, 0}, {}, {});
  refused({0, 0, 1, 0}, {{0.0, 1.0, true}, 1.0}, {});
  refused({0, 0, 1, 0}, {{}, 0.5}, {});
  refused({0, 0, 1, 0}, {}, {1.0, {1, 10}});
  refused({0, 0, 1, 0}, {}, {0.95, {11, 10}});
}

}  // namespace
