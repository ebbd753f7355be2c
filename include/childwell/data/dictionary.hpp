// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace childwell::inline v0_1 {

/// Distinct texts, each with a number. Codes come in the order of first appearance until `sort` makes them canonical.
class Dictionary {
 public:
  static constexpr std::int32_t missing = -1;

  /// The code of a text, new where it has not been seen. Exports repeat themselves from day to day, so the text that
  /// followed this one last time is tried before the table is asked.
  std::int32_t code(std::string_view text) {
    if (last_ >= 0) {
      const std::int32_t guess = successor_[static_cast<std::size_t>(last_)];
      if (guess >= 0 && texts_[static_cast<std::size_t>(guess)] == text) return last_ = guess;
    }
    const auto found = codes_.find(text);
    const std::int32_t code = found != codes_.end() ? found->second : insert(text);
    if (last_ >= 0) successor_[static_cast<std::size_t>(last_)] = code;
    return last_ = code;
  }

  /// The code of a text that is there, or `missing`.
  [[nodiscard]] std::int32_t find(std::string_view text) const {
    const auto found = codes_.find(text);
    return found == codes_.end() ? missing : found->second;
  }

  [[nodiscard]] const std::string& text(std::int32_t code) const { return texts_[static_cast<std::size_t>(code)]; }
  [[nodiscard]] std::int32_t size() const noexcept { return static_cast<std::int32_t>(texts_.size()); }

  /// Puts the texts in canonical order (whole numbers by value, then texts by bytes).
  /// Returns the new code of each old one, so that columns can be renumbered.
  std::vector<std::int32_t> sort();

 private:
  std::int32_t insert(std::string_view text);

  std::deque<std::string> texts_;  // a deque keeps the keys of codes_ where they are
  std::unordered_map<std::string_view, std::int32_t> codes_;
  std::vector<std::int32_t> successor_;
  std::int32_t last_ = missing;
};

}  // namespace childwell::inline v0_1
