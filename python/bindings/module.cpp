// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// One binding file a floor; the build lists those that are there, in the order of the floors.
#include <childwell/version.hpp>

#include <pybind11/pybind11.h>

#include <bound_floors.hpp>

#define CHILDWELL_DECLARE_FLOOR(floor) void define_##floor(pybind11::module_& module);
CHILDWELL_BOUND_FLOORS(CHILDWELL_DECLARE_FLOOR)
#undef CHILDWELL_DECLARE_FLOOR

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled core of childwell; the public names are in the package above it.";
  module.attr("version") = childwell::version;
#define CHILDWELL_DEFINE_FLOOR(floor) define_##floor(module);
  CHILDWELL_BOUND_FLOORS(CHILDWELL_DEFINE_FLOOR)
#undef CHILDWELL_DEFINE_FLOOR
}
