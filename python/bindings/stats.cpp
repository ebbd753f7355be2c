// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The floor is wide, so its bindings lie in a folder, one file for what is used together; the build lists them.
#include <pybind11/pybind11.h>

#include <bound_stats.hpp>

#define CHILDWELL_DECLARE_STATS(name) void define_stats_##name(pybind11::module_& module);
CHILDWELL_BOUND_STATS(CHILDWELL_DECLARE_STATS)
#undef CHILDWELL_DECLARE_STATS

void define_stats(pybind11::module_& module) {
  pybind11::module_ stats = module.def_submodule("stats", "Statistics that know nothing of children.");
#define CHILDWELL_DEFINE_STATS(name) define_stats_##name(stats);
  CHILDWELL_BOUND_STATS(CHILDWELL_DEFINE_STATS)
#undef CHILDWELL_DEFINE_STATS
}
