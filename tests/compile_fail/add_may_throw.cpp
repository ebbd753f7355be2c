// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A throw in the middle of a child would leave half a state.
// expect: noexcept
#include <childwell/core/fold.hpp>

struct Total {
  struct State {
    int sum = 0;
  };
  using Record = int;
  struct Context {};
  using Estimates = int;
#ifdef CHILDWELL_CONTROL
  static void add(State& state, const Record& value, const Context&) noexcept { state.sum += value; }
#else
  static void add(State& state, const Record& value, const Context&) { state.sum += value; }
#endif
  static Estimates finish(const State& state, const Context&) noexcept { return state.sum; }
};

template <childwell::Accumulates Family>
void feed() {}

void use() { feed<Total>(); }
