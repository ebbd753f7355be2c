// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A family that can be merged must not be taken for one that cannot.
// expect: Chain
#include <childwell/core/fold.hpp>

struct Total {
  struct State {
    int sum = 0;
  };
  using Record = int;
  struct Context {};
  using Estimates = int;
  static void add(State& state, const Record& value, const Context&) noexcept { state.sum += value; }
#ifndef CHILDWELL_CONTROL
  static void merge(State& earlier, const State& later, const Context&) noexcept { earlier.sum += later.sum; }
#endif
  static Estimates finish(const State& state, const Context&) noexcept { return state.sum; }
};

template <childwell::Chain Family>
void resume() {}

template void resume<Total>();
