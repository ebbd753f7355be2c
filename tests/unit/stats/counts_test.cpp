// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/beta_binomial.hpp>
#include <childwell/stats/exact_test.hpp>
#include <childwell/stats/gamma_poisson.hpp>
#include <childwell/stats/proportion.hpp>
#include <childwell/stats/special.hpp>
#include <childwell/stats/trend.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace childwell;

constexpr double infinite = std::numeric_limits<double>::infinity();
const double missing = std::nan("");

// The words of a refusal; empty when nothing was thrown.
std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(ValueObjects, SayNothingBeforeTheyAreMade) {
  const stats::ExactTest test;
  EXPECT_TRUE(std::isnan(test.estimate) && std::isnan(test.p_value) && std::isnan(test.lower) && std::isnan(test.upper));
  EXPECT_EQ(test.status, Status::not_enough_data);
  const stats::BetaBinomialFit fit;
  EXPECT_TRUE(std::isnan(fit.mean) && std::isnan(fit.rho) && std::isnan(fit.log_likelihood));
  EXPECT_EQ(fit.status, Status::not_enough_data);
  EXPECT_TRUE(std::isnan(stats::GammaPoissonFit{}.mean) && std::isnan(stats::TrendTest{}.z));
  EXPECT_TRUE(std::isnan(stats::ProportionInterval{}.lower) && std::isnan(stats::RobustLine{}.slope));
}

// What a C++ caller gets without options is what Python's keywords say: R's binom.test(3, 14) and fisher.test.
TEST(ExactTests, DefaultsAreThoseOfPython) {
  const stats::ExactTest share = stats::binomial_test(3, 14, 0.5);
  EXPECT_NEAR(share.p_value, 470.0 * 2.0 / 16384.0, 1e-15);  // 1 + 14 + 91 + 364 of 2^14 outcomes a side
  EXPECT_EQ(share.level, 0.95);
  EXPECT_EQ(share.lower, stats::clopper_pearson_interval(3, 14).lower);
  const stats::ExactTest tea = stats::fisher_exact_test(3, 1, 1, 3);
  EXPECT_NEAR(tea.p_value, 34.0 / 70.0, 1e-15);
  const stats::ExactTest central = stats::fisher_exact_test(3, 1, 1, 3, {stats::Alternative::greater, stats::ExactMethod::mid_p, 0.9});
  EXPECT_NEAR(central.p_value, (17.0 - 8.0) / 70.0, 1e-15);
  EXPECT_EQ(central.upper, infinite);
  EXPECT_EQ(central.level, 0.9);
}

TEST(ExactTests, EdgesHaveAStatus) {
  EXPECT_EQ(stats::binomial_test(0, 0, 0.5).status, Status::not_enough_data);
  EXPECT_EQ(stats::binomial_test(missing, 4, 0.5).status, Status::not_enough_data);
  EXPECT_EQ(stats::poisson_test(0, 0).status, Status::not_enough_data);
  EXPECT_EQ(stats::poisson_rate_interval(3, missing).status, Status::not_enough_data);
  EXPECT_EQ(stats::fisher_exact_test(0, 0, 0, 0).status, Status::not_enough_data);
  const stats::ExactTest empty_row = stats::fisher_exact_test(0, 0, 3, 4);
  EXPECT_EQ(empty_row.status, Status::degenerate);
  EXPECT_EQ(empty_row.p_value, 1.0);
  const stats::ExactTest none_of_one = stats::fisher_exact_test(0, 5, 3, 4);
  EXPECT_EQ(none_of_one.status, Status::boundary);
  EXPECT_EQ(none_of_one.estimate, 0.0);
  EXPECT_EQ(none_of_one.lower, 0.0);
  EXPECT_TRUE(none_of_one.upper > 0.0 && none_of_one.upper < infinite);
}

TEST(ExactTests, RefusalsNameTheFunctionAndTheWayOut) {
  EXPECT_NE(refusal([] { stats::binomial_test(3, 2, 0.5); }).find("childwell.binomial_test: "), std::string::npos);
  EXPECT_NE(refusal([] { stats::binomial_test(0, 1e7 + 1.0, 0.5); }).find("Wilson"), std::string::npos);
  EXPECT_NE(refusal([] { stats::poisson_test(1e7 + 1.0, 1.0); }).find("10,000,000"), std::string::npos);
  EXPECT_NE(refusal([] { stats::poisson_test(1, infinite); }).find("exposure"), std::string::npos);
  EXPECT_NE(refusal([] { stats::fisher_exact_test(1.5, 1, 1, 1); }).find("whole"), std::string::npos);
  EXPECT_NE(refusal([] { stats::fisher_exact_test(1e300, 1e300, 1e300, 1e300); }).find("margin"), std::string::npos);
  EXPECT_NE(refusal([] { stats::wilson_interval(1, 2, 1.0); }).find("level"), std::string::npos);
  EXPECT_NE(refusal([] { stats::wilson_interval(3, 2); }).find("events <= trials"), std::string::npos);
  const std::array<double, 2> two = {1.0, 2.0};
  const std::array<double, 1> one = {1.0};
  EXPECT_NE(refusal([&] { stats::fit_beta_binomial(one, two); }).find("same length"), std::string::npos);
  EXPECT_NE(refusal([&] { stats::mann_kendall(one, two); }).find("same length"), std::string::npos);
  EXPECT_EQ(refusal([] { stats::binomial_test(3, 4, 0.5); }), "");
}

// Counts beyond 32 bits: a narrow table of many children has few outcomes, and a share of many has an interval.
TEST(Counts, BeyondThirtyTwoBitsKeepTheirDigits) {
  const double many = 3e9;
  const stats::ExactTest table = stats::fisher_exact_test(1, 1, many, many);
  EXPECT_EQ(table.p_value, 1.0);
  EXPECT_EQ(table.status, Status::ok);
  // Both of two marked in a first group of n + 2 among 2 n + 2: (n + 2) (n + 1) / ((2 n + 2) (2 n + 1)).
  const stats::ExactTest both = stats::fisher_exact_test(2, 0, many, many, {stats::Alternative::greater});
  EXPECT_NEAR(both.p_value, (many + 2.0) / (2.0 * (2.0 * many + 1.0)), 1e-15);
  const stats::ProportionInterval half = stats::wilson_interval(many, 2.0 * many);
  EXPECT_EQ(half.estimate, 0.5);
  EXPECT_NEAR((half.upper - half.lower) / (2.0 * 1.959963984540054 * 0.5 / std::sqrt(2.0 * many)), 1.0, 1e-9);
  const stats::ExactTest rate = stats::poisson_rate_interval(many, 1.0);
  EXPECT_NEAR((rate.upper - rate.lower) / (2.0 * 1.959963984540054 * std::sqrt(many)), 1.0, 1e-4);
  EXPECT_NEAR(stats::hypergeometric_pmf(1, 2.0 * many, many, 1), 0.5, 1e-12);
  const std::array<double, 3> events = {many, 2.0 * many, 3.0 * many};
  const std::array<double, 3> trials = {4.0 * many, 4.0 * many, 4.0 * many};
  const std::array<double, 3> scores = {0.0, 1.0, 2.0};
  const stats::TrendTest trend = stats::cochran_armitage(events, trials, scores);
  // Statistic 2 n, variance 1/4 of 4 n for each of the two outer groups.
  EXPECT_NEAR(trend.z / (2.0 * many / std::sqrt(2.0 * many)), 1.0, 1e-14);
}

TEST(Distributions, EndWhereTheyAreDocumentedToEnd) {
  const double most = 1e7;
  EXPECT_NEAR(stats::beta_binomial_pmf(4, most, 1.0, 1.0) * (most + 1.0), 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(stats::beta_binomial_pmf(4, most + 1.0, 1.0, 1.0)));
  EXPECT_TRUE(std::isnan(stats::beta_binomial_cdf(4, most + 1.0, 1.0, 1.0)));
  EXPECT_TRUE(std::isnan(stats::beta_binomial_sf(4, most + 1.0, 1.0, 1.0)));
  EXPECT_TRUE(std::isnan(stats::beta_binomial_quantile(0.5, most + 1.0, 1.0, 1.0)));
}

TEST(Fits, BoundariesAreClosedForms) {
  const std::vector<double> trials = {5, 6, 7};
  const stats::BetaBinomialFit none = stats::fit_beta_binomial(std::vector<double>{0, 0, 0}, trials);
  EXPECT_EQ(none.status, Status::boundary);
  EXPECT_EQ(none.mean, 0.0);
  EXPECT_TRUE(std::isnan(none.rho));
  const stats::BetaBinomialFit all_or_none = stats::fit_beta_binomial(std::vector<double>{0, 6, 7}, trials);
  EXPECT_EQ(all_or_none.status, Status::boundary);
  EXPECT_EQ(all_or_none.rho, 1.0);
  EXPECT_DOUBLE_EQ(all_or_none.mean, 2.0 / 3.0);
  const stats::GammaPoissonFit even = stats::fit_gamma_poisson(std::vector<double>{4, 5, missing}, std::vector<double>{1, 1, 1});
  EXPECT_EQ(even.status, Status::boundary);
  EXPECT_EQ(even.dispersion, 0.0);
  EXPECT_EQ(even.mean, 4.5);
  EXPECT_EQ(even.missing, 1);
  EXPECT_EQ(stats::fit_gamma_poisson(std::vector<double>{infinite}, std::vector<double>{1}).status, Status::not_finite);
  const stats::GroupPosteriors posterior = stats::beta_binomial_posterior(std::vector<double>{3}, std::vector<double>{5}, none);
  EXPECT_EQ(posterior.status, Status::boundary);  // without a rho nobody is drawn anywhere
  EXPECT_TRUE(std::isnan(posterior.mean[0]));
}

// Nothing is kept between calls: as many threads as like may fit at once, and each gets the bits of one alone.
TEST(Fits, ThreadsAtOnceGetTheSameBits) {
  std::vector<double> events;
  std::vector<double> trials;
  for (int i = 0; i < 400; ++i) {
    trials.push_back(20.0 + i % 7);
    events.push_back(std::floor((20.0 + i % 7) * std::abs(std::sin(static_cast<double>(i)))));
  }
  const stats::BetaBinomialFit alone = stats::fit_beta_binomial(events, trials);
  EXPECT_EQ(alone.status, Status::ok);
  const double p_alone = stats::poisson_test(40, 2.0, 15.0).p_value;
  std::array<stats::BetaBinomialFit, 4> fits;
  std::array<double, 4> p = {};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    threads.emplace_back([&, i] {
      fits[i] = stats::fit_beta_binomial(events, trials);
      p[i] = stats::poisson_test(40, 2.0, 15.0).p_value;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < fits.size(); ++i) {
    EXPECT_EQ(fits[i].alpha, alone.alpha);
    EXPECT_EQ(fits[i].beta, alone.beta);
    EXPECT_EQ(fits[i].log_likelihood, alone.log_likelihood);
    EXPECT_EQ(p[i], p_alone);
  }
}

TEST(Trend, EdgesHaveAStatus) {
  const std::array<double, 3> times = {1.0, 2.0, 3.0};
  const std::array<double, 3> flat = {4.0, 4.0, 4.0};
  EXPECT_EQ(stats::mann_kendall(times, flat).status, Status::degenerate);
  EXPECT_EQ(stats::mann_kendall(times, flat).statistic, 0.0);
  EXPECT_EQ(stats::theil_sen(flat, times).status, Status::degenerate);
  EXPECT_EQ(stats::theil_sen(times, flat).slope, 0.0);
  EXPECT_EQ(stats::repeated_medians(std::array<double, 1>{1.0}, std::array<double, 1>{1.0}).status, Status::not_enough_data);
  EXPECT_EQ(stats::mann_kendall(times, std::array<double, 3>{1.0, infinite, 2.0}).status, Status::not_finite);
}

}  // namespace
