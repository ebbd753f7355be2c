// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A child's position is no lane's.
// expect: LaneTag
#include <childwell/core/ids.hpp>

void read(childwell::LaneIndex) {}

void misuse() {
#ifdef CHILDWELL_CONTROL
  read(childwell::LaneIndex{3});
#else
  read(childwell::ChildIndex{3});
#endif
}
