// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/weights.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace {

using namespace childwell;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

stats::MatrixView view(const std::vector<double>& values, std::size_t columns) {
  return {values.data(), values.size() / columns, columns, static_cast<std::ptrdiff_t>(columns), 1};
}

// Shares 1/4, 3/4 against 1/2, 1/2: all of the weight goes to the first, since equal shares tell nobody apart.
TEST(EntropyWeights, ByHand) {
  const std::vector<double> two = {1.0, 5.0, 3.0, 5.0};
  const DataWeights one_sided = entropy_weights(view(two, 2));
  EXPECT_EQ(one_sided.status, Status::ok);
  EXPECT_EQ(one_sided.weights[0], 1.0);
  EXPECT_EQ(one_sided.weights[1], 0.0);
  const std::vector<double> both = {1.0, 1.0, 3.0, 7.0};
  const auto entropy = [](double p) { return -p * std::log(p) - (1.0 - p) * std::log(1.0 - p); };
  const auto diversity = [&entropy](double p) { return 1.0 - entropy(p) / std::log(2.0); };
  const DataWeights shared = entropy_weights(view(both, 2));
  EXPECT_NEAR(shared.weights[0], diversity(0.25) / (diversity(0.25) + diversity(0.125)), 1e-14);
  EXPECT_NEAR(shared.weights[0] + shared.weights[1], 1.0, 1e-15);
}

TEST(EntropyWeights, Edges) {
  const std::vector<double> equal = {2.0, 5.0, 2.0, 5.0};
  EXPECT_EQ(entropy_weights(view(equal, 2)).status, Status::degenerate);
  const std::vector<double> thin = {2.0, 5.0, nan, 5.0};
  EXPECT_EQ(entropy_weights(view(thin, 2)).status, Status::not_enough_data);
  EXPECT_EQ(entropy_weights(view(thin, 2)).missing, 1);
  const std::vector<double> below = {-2.0, 5.0, 2.0, 5.0};
  EXPECT_THROW(entropy_weights(view(below, 2)), std::invalid_argument);
}

// Two columns have one first component with equal squared loadings, whatever their correlation.
TEST(ComponentWeights, ByHand) {
  const std::vector<double> two = {1.0, 2.0, 2.0, 1.0, 3.0, 5.0, 4.0, 6.0};
  const DataWeights made = component_weights(view(two, 2));
  EXPECT_EQ(made.status, Status::ok);
  EXPECT_NEAR(made.weights[0], 0.5, 1e-14);
  EXPECT_NEAR(made.weights[1], 0.5, 1e-14);
  const std::vector<double> constant = {1.0, 2.0, 1.0, 3.0, 1.0, 4.0};
  EXPECT_EQ(component_weights(view(constant, 2)).status, Status::degenerate);
  EXPECT_TRUE(std::isnan(component_weights(view(constant, 2)).weights[0]));
}

// The whole is the part: all of its variance. A constant part has none, a constant whole no answer.
TEST(EffectiveWeights, ByHand) {
  std::vector<double> parts;
  std::vector<double> whole;
  for (int i = 0; i < 40; ++i) {
    parts.push_back(i);
    parts.push_back(7.0);
    whole.push_back(2.0 * i + 1.0);
  }
  const std::vector<double> nominal = {1.0, 3.0};
  const EffectiveWeights made = effective_weights(view(parts, 2), whole, nominal);
  EXPECT_NEAR(made.main_effect[0], 1.0, 1e-12);
  EXPECT_EQ(made.main_effect[1], 0.0);
  EXPECT_EQ(made.statuses[1], Status::degenerate);
  EXPECT_EQ(made.nominal, (std::vector<double>{0.25, 0.75}));
  EXPECT_NEAR(made.effective[0], 1.0, 1e-12);
  const std::vector<double> flat(40, 3.0);
  EXPECT_TRUE(std::isnan(effective_weights(view(parts, 2), flat, nominal).main_effect[0]));
  EXPECT_THROW(effective_weights(view(parts, 2), whole, std::vector<double>{1.0, -1.0}), std::invalid_argument);
}

}  // namespace
