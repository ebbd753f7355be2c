// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A scan reads the whole slice; there is no state to feed.
// expect: Accumulates
#include <childwell/core/fold.hpp>

#include <span>

struct Middle {
  using Record = double;
  struct Context {};
  using Estimates = double;
  static Estimates scan(std::span<const double> slice, const Context&) { return slice[slice.size() / 2]; }
#ifdef CHILDWELL_CONTROL
  struct State {};
  static void add(State&, const Record&, const Context&) noexcept {}
  static Estimates finish(const State&, const Context&) noexcept { return 0; }
#endif
};

template <childwell::Accumulates Family>
void feed() {}

template void feed<Middle>();
