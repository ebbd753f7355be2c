// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A chain resumes in time and is never merged.
// expect: Merges
#include <childwell/core/fold.hpp>

struct Smoothed {
  struct State {
    double level = 0;
  };
  using Record = double;
  struct Context {};
  using Estimates = double;
  static void add(State& state, const Record& value, const Context&) noexcept { state.level += (value - state.level) / 2; }
  static Estimates finish(const State& state, const Context&) noexcept { return state.level; }
#ifdef CHILDWELL_CONTROL
  static void merge(State&, const State&, const Context&) noexcept {}
#endif
};

template <childwell::Fold Family>
void split_across_threads() {}

void use() { split_across_threads<Smoothed>(); }
