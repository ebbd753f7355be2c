// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/pool.hpp>
#include <childwell/stats/bootstrap_walk.hpp>
#include <childwell/stats/poisson_bootstrap.hpp>

#include <kernels/poisson_bootstrap.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

namespace {

namespace stats = childwell::stats;
namespace kernels = childwell::kernels;
using stats::bootstrap_lanes;

struct Walk {
  std::vector<std::uint32_t> first, second;
  std::vector<stats::BootstrapStep> steps;
  stats::BootstrapRows rows() const { return {first.data(), second.data()}; }
};

// Steps of every kind: untied, tied, and tied groups that go on.
Walk random_walk(unsigned seed, std::size_t count) {
  std::mt19937 engine(seed);
  Walk made;
  for (std::size_t s = 0; s < count; ++s) {
    const auto others = static_cast<std::uint32_t>(engine() % 5), events = static_cast<std::uint32_t>(engine() % 3);
    const std::uint32_t kind = others > 0 && events > 0 ? static_cast<std::uint32_t>(engine() % 2) : 0u;
    if (kind == stats::tied_step && engine() % 3 == 0) {
      made.steps.push_back({others, 0, stats::tied_step});
      made.steps.push_back({0, events, stats::tied_step_goes_on});
    } else {
      made.steps.push_back({others, events, kind});
    }
    for (std::uint32_t row = 0; row < others + events; ++row) {
      made.first.push_back(static_cast<std::uint32_t>(engine()));
      made.second.push_back(static_cast<std::uint32_t>(engine()));
    }
  }
  return made;
}

stats::BootstrapLanes random_lanes(unsigned seed) {
  std::mt19937 engine(seed);
  stats::BootstrapLanes made{};
  for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
    made.first_half[lane] = static_cast<std::uint32_t>(engine());
    made.second_half[lane] = static_cast<std::uint32_t>(engine());
  }
  return made;
}

std::uint32_t drawn(const Walk& walk, std::size_t row, const stats::BootstrapLanes& lanes, std::size_t lane) {
  std::uint32_t x = (walk.first[row] ^ lanes.first_half[lane]) * stats::first_draw_factor;
  x ^= x >> 15;
  x = ((x ^ walk.second[row]) + lanes.second_half[lane]) * stats::second_draw_factor;
  std::uint32_t weight = 0;
  for (const std::int32_t step : stats::poisson_steps) weight += static_cast<std::int32_t>(x) > step ? 1u : 0u;
  return weight;
}

TEST(PoissonBootstrap, EveryKernelCountsWhatThePlainLoopCounts) {
  const auto found = kernels::bootstrap_kernels();
  ASSERT_GE(found.size, 1U);
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{4000}}) {
    const Walk walk = random_walk(static_cast<unsigned>(count + 1), count);
    stats::BootstrapLanes expected = random_lanes(5);
    for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
      std::size_t row = 0;
      std::uint64_t agreeing = 0, events = 0, others = 0, group = 0;
      for (const stats::BootstrapStep& step : walk.steps) {
        if (step.kind != stats::tied_step_goes_on) group = 0;
        for (std::uint32_t i = 0; i < step.others; ++i, ++row) {
          const std::uint32_t weight = drawn(walk, row, expected, lane);
          agreeing += 2 * weight * events;
          others += weight;
          group += weight;
        }
        for (std::uint32_t i = 0; i < step.events; ++i, ++row) {
          const std::uint32_t weight = drawn(walk, row, expected, lane);
          events += weight;
          if (step.kind != stats::untied_step) agreeing += weight * group;
        }
      }
      expected.agreeing[lane] = static_cast<double>(agreeing);
      expected.events[lane] = static_cast<std::uint32_t>(events);
      expected.others[lane] = static_cast<std::uint32_t>(others);
    }
    for (std::size_t k = 0; k < found.size; ++k) {
      stats::BootstrapLanes made = random_lanes(5);
      found.kernels[k].area(walk.rows(), walk.steps.data(), walk.steps.size(), made);
      for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
        ASSERT_EQ(made.agreeing[lane], expected.agreeing[lane]) << found.kernels[k].name;
        ASSERT_EQ(made.events[lane], expected.events[lane]) << found.kernels[k].name;
        ASSERT_EQ(made.others[lane], expected.others[lane]) << found.kernels[k].name;
      }
    }
  }
}

TEST(PoissonBootstrap, EveryKernelCutsTheListWhereThePlainLoopDoes) {
  const auto found = kernels::bootstrap_kernels();
  const Walk walk = random_walk(9, 300);
  std::vector<stats::BootstrapStep> groups;
  for (stats::BootstrapStep step : walk.steps) groups.push_back({step.others, step.events, stats::tied_step});
  const stats::BootstrapLanes lanes = random_lanes(6);
  for (const std::uint32_t places : {1u, 40u, 333u, 100000u}) {
    stats::BootstrapList expected{};
    for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
      std::size_t row = 0;
      for (const stats::BootstrapStep& group : groups) {
        std::uint32_t weight = 0, events = 0;
        for (std::uint32_t i = 0; i < group.others + group.events; ++i, ++row) {
          const std::uint32_t one = drawn(walk, row, lanes, lane);
          weight += one;
          if (i >= group.others) events += one;
        }
        if (expected.weight[lane] + weight >= places) {
          expected.done[lane] = ~0u;
          expected.edge_weight[lane] = weight;
          expected.edge_events[lane] = events;
          break;
        }
        expected.weight[lane] += weight;
        expected.events[lane] += events;
      }
    }
    for (std::size_t k = 0; k < found.size; ++k) {
      stats::BootstrapList made;
      found.kernels[k].top(walk.rows(), groups.data(), groups.size(), places, lanes, made);
      for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
        ASSERT_EQ(made.done[lane], expected.done[lane]) << found.kernels[k].name << places;
        ASSERT_EQ(made.weight[lane], expected.weight[lane]) << found.kernels[k].name << places;
        ASSERT_EQ(made.events[lane], expected.events[lane]) << found.kernels[k].name << places;
        ASSERT_EQ(made.edge_weight[lane], expected.edge_weight[lane]) << found.kernels[k].name << places;
        ASSERT_EQ(made.edge_events[lane], expected.edge_events[lane]) << found.kernels[k].name << places;
      }
    }
  }
}

TEST(PoissonBootstrap, ThreadsChangeNoBit) {
  std::mt19937 engine(4);
  std::vector<std::uint8_t> outcomes(5000);
  std::vector<double> scores(5000);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    outcomes[i] = engine() % 10 == 0;
    scores[i] = static_cast<double>(engine() % 1000 + 300 * outcomes[i]);
  }
  stats::DiscriminationBootstrapOptions options;
  options.replicates = 500;
  const auto serial = stats::bootstrap_discrimination(outcomes, scores, {}, options);
  for (const std::size_t threads : {1U, 2U, 7U}) {
    childwell::Pool pool(threads);
    const auto made = stats::bootstrap_discrimination(outcomes, scores, {}, options, &pool);
    ASSERT_EQ(made.auc_replicates.size(), 500U);
    EXPECT_EQ(std::memcmp(made.auc_replicates.data(), serial.auc_replicates.data(), 500 * sizeof(double)), 0);
    EXPECT_EQ(std::memcmp(made.precision_replicates.data(), serial.precision_replicates.data(), 500 * sizeof(double)),
              0);
  }
}

// Groups of equal score longer than a step, so that they are cut and go on: against the definition.
TEST(PoissonBootstrap, LongTiesAreCutWithoutATrace) {
  constexpr std::size_t n = 700000;
  std::vector<std::uint8_t> outcomes(n);
  std::vector<double> scores(n);
  std::vector<std::uint64_t> keys(n);
  for (std::size_t i = 0; i < n; ++i) {
    outcomes[i] = i % 2;
    scores[i] = i % 3 == 0 ? 1.0 : 0.0;
    keys[i] = i;
  }
  stats::DiscriminationBootstrapOptions options;
  options.replicates = 2;
  const auto made = stats::bootstrap_discrimination(outcomes, scores, keys, options);
  const auto weights = stats::poisson_bootstrap_weights(keys, options.seed, 0, 2);
  for (std::size_t replicate = 0; replicate < 2; ++replicate) {
    std::int64_t high[2] = {0, 0}, low[2] = {0, 0};
    for (std::size_t i = 0; i < n; ++i) (scores[i] == 1.0 ? high : low)[outcomes[i]] += weights[replicate * n + i];
    const double agreeing = static_cast<double>(2 * high[1] * low[0] + high[1] * high[0] + low[1] * low[0]);
    const double pairs = static_cast<double>(2 * (high[1] + low[1]) * (high[0] + low[0]));
    EXPECT_EQ(made.auc_replicates[replicate], agreeing / pairs);
  }
}

}  // namespace
