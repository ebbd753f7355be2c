// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace childwell::inline v0_1::detail {

// Appended piece by piece: g++ 12 warns of an overflow that is none in a chain of operator+.
template <class... Parts>
std::string joined(const Parts&... parts) {
  std::string text;
  (text.append(std::string_view(parts)), ...);
  return text;
}

/// The caller's mistake, worded: which function, what is wrong and how to put it right. Never a value of a child.
template <class... Parts>
[[noreturn]] void refuse_index(std::string_view function, const Parts&... what) {
  throw std::invalid_argument(joined("childwell.", function, ": ", what...));
}

}  // namespace childwell::inline v0_1::detail
