// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Faults that nobody reads would be lost; the pragma makes the warning an error on every compiler.
// expect: unused-result
#pragma GCC diagnostic error "-Wunused-result"
#include <childwell/core/result.hpp>

childwell::Result<int> read() { return 1; }

void misuse() {
#ifdef CHILDWELL_CONTROL
  static_cast<void>(read());
#else
  read();
#endif
}
