// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::detail {

/// How many letters to put in, leave out or change from one word to the other.
inline std::size_t letters_apart(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = corner + (a[i] == b[j] ? 0 : 1);
      corner = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// "; known are ..."
inline std::string listed(const std::vector<std::string>& words) {
  return words.empty() ? "" : "; there are " + joined(words);
}

/// "; did you mean ...?" where a known word is near, else all of them.
inline std::string meant(std::string_view word, const std::vector<std::string>& known) {
  const auto closer = [word](const std::string& a, const std::string& b) { return letters_apart(word, a) < letters_apart(word, b); };
  const auto near = std::min_element(known.begin(), known.end(), closer);
  if (near != known.end() && letters_apart(word, *near) <= std::max<std::size_t>(2, word.size() / 3)) return "; did you mean '" + *near + "'?";
  return listed(known);
}

}  // namespace childwell::inline v0_1::detail
