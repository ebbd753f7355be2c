// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/data/dictionary.hpp>

#include <algorithm>
#include <numeric>

namespace childwell::inline v0_1 {

namespace {

bool whole_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool canonical_less(std::string_view a, std::string_view b) {
  const bool number_a = whole_number(a);
  const bool number_b = whole_number(b);
  if (number_a != number_b) return number_a;
  if (number_a && a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

}  // namespace

std::int32_t Dictionary::insert(std::string_view text) {
  const auto code = static_cast<std::int32_t>(texts_.size());
  texts_.emplace_back(text);
  successor_.push_back(missing);
  codes_.emplace(texts_.back(), code);
  return code;
}

std::vector<std::int32_t> Dictionary::sort() {
  std::vector<std::int32_t> old(texts_.size());
  std::iota(old.begin(), old.end(), 0);
  std::sort(old.begin(), old.end(),
            [this](std::int32_t a, std::int32_t b) { return canonical_less(text(a), text(b)); });
  std::vector<std::int32_t> renumbered(texts_.size());
  Dictionary sorted;
  for (std::size_t i = 0; i < old.size(); ++i) {
    renumbered[static_cast<std::size_t>(old[i])] = static_cast<std::int32_t>(i);
    sorted.insert(text(old[i]));
  }
  *this = std::move(sorted);
  return renumbered;
}

}  // namespace childwell::inline v0_1
