// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// State is plain data, so that it can be saved, moved and counted.
// expect: is_trivially_copyable_v
#include <childwell/core/fold.hpp>

#include <vector>

struct Collected {
  struct State {
#ifdef CHILDWELL_CONTROL
    double last = 0;
#else
    std::vector<double> all;
#endif
  };
  using Record = double;
  struct Context {};
  using Estimates = double;
  static void add(State&, const Record&, const Context&) noexcept {}
  static Estimates finish(const State&, const Context&) noexcept { return 0; }
};

template <childwell::Accumulates Family>
void feed() {}

void use() { feed<Collected>(); }
