// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace childwell::inline v0_1::instruments {

/// The caller's mistake, worded: which function, what is wrong and how to put it right. Never an answer of a form.
[[noreturn]] inline void refuse(std::string_view function, std::string_view what) {
  throw std::invalid_argument("childwell." + std::string(function) + ": " + std::string(what));
}

// Appended piece by piece: g++ 12 warns of an overflow that is none in a chain of operator+.
template <class... Parts>
std::string worded(const Parts&... parts) {
  std::string text;
  (text.append(std::string_view(parts)), ...);
  return text;
}

}  // namespace childwell::inline v0_1::instruments
