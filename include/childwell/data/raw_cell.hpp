// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace childwell::inline v0_1 {

/// One cell of an untrusted column, before anybody believes it.
struct RawCell {
  enum class Kind : std::uint8_t { missing, integer, real, text, date, instant };
  Kind kind = Kind::missing;
  std::int64_t integer = 0;    ///< integer, date [days], or instant [seconds since 1970, UTC when zoned]
  double real = 0.0;
  std::string_view text = {};  ///< alive while the column is
  bool zoned = false;          ///< an instant with a time zone
  bool wide = false;           ///< a whole number above 2^63 - 1: its bits stand in `integer`, about its size in `real`
};

}  // namespace childwell::inline v0_1
