// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/fold.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

namespace {

// The longest run of absences: needs its first and last runs to merge, so a wrong order shows.
struct LongestRun {
  struct State {
    int length = 0, first = 0, last = 0, longest = 0;
  };
  using Record = bool;
  struct Context {};
  using Estimates = int;

  static void add(State& state, const Record& absent, const Context&) noexcept {
    state.last = absent ? state.last + 1 : 0;
    if (state.first == state.length && absent) ++state.first;
    ++state.length;
    state.longest = std::max(state.longest, state.last);
  }
  static void merge(State& earlier, const State& later, const Context&) noexcept {
    const int joined = earlier.last + later.first;
    earlier.longest = std::max({earlier.longest, later.longest, joined});
    if (earlier.first == earlier.length) earlier.first += later.first;
    earlier.last = later.last == later.length ? earlier.last + later.length : later.last;
    earlier.length += later.length;
  }
  static Estimates finish(const State& state, const Context&) noexcept { return state.longest; }
};

struct Smoothed {
  struct State {
    double level = 0;
  };
  using Record = double;
  struct Context {
    double weight = 0.5;
  };
  using Estimates = double;
  static void add(State& state, const Record& value, const Context& context) noexcept {
    state.level += context.weight * (value - state.level);
  }
  static Estimates finish(const State& state, const Context&) noexcept { return state.level; }
};

struct Middle {
  using Record = double;
  struct Context {};
  using Estimates = double;
  static Estimates scan(std::span<const double> slice, const Context&) {
    std::vector<double> sorted(slice.begin(), slice.end());
    std::ranges::sort(sorted);
    return sorted.at(sorted.size() / 2);
  }
};

struct KeepsAString : LongestRun {
  struct State {
    std::string text;
  };
};

static_assert(childwell::Fold<LongestRun> && !childwell::Chain<LongestRun> && !childwell::Scan<LongestRun>);
static_assert(childwell::Chain<Smoothed> && !childwell::Fold<Smoothed>);
static_assert(childwell::Scan<Middle> && !childwell::Fold<Middle> && !childwell::Chain<Middle>);
static_assert(!childwell::Fold<KeepsAString> && !childwell::Chain<KeepsAString>);

LongestRun::State state_of(std::span<const bool> slice) {
  LongestRun::State state{};
  for (const bool absent : slice) LongestRun::add(state, absent, {});
  return state;
}

TEST(Fold, SplitInThreeAnywhereAndMergedEitherWayEqualsTheWhole) {
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    std::array<bool, 8> days{};
    for (unsigned i = 0; i < 8; ++i) days[i] = (pattern >> i & 1u) != 0;
    const std::span<const bool> all(days);
    const int whole = childwell::run<LongestRun>(all, {});
    for (std::size_t cut = 0; cut <= 8; ++cut) {
      for (std::size_t next = cut; next <= 8; ++next) {
        const auto a = state_of(all.first(cut));
        const auto b = state_of(all.subspan(cut, next - cut));
        const auto c = state_of(all.subspan(next));
        auto left = a;
        LongestRun::merge(left, b, {});
        LongestRun::merge(left, c, {});
        auto right = b;
        LongestRun::merge(right, c, {});
        auto joined = a;
        LongestRun::merge(joined, right, {});
        ASSERT_EQ(LongestRun::finish(left, {}), whole) << pattern << ' ' << cut << ' ' << next;
        ASSERT_EQ(LongestRun::finish(joined, {}), whole) << pattern << ' ' << cut << ' ' << next;
      }
    }
  }
}

TEST(Chain, ResumesInTime) {
  const std::array<double, 5> values{1, 0, 1, 1, 0};
  Smoothed::State state{};
  for (std::size_t i = 0; i < 2; ++i) Smoothed::add(state, values[i], {});
  Smoothed::State resumed = state;  // as if saved and read again
  for (std::size_t i = 2; i < 5; ++i) Smoothed::add(resumed, values[i], {});
  EXPECT_EQ(Smoothed::finish(resumed, {}), childwell::run<Smoothed>(std::span<const double>(values), {}));
}

}  // namespace
