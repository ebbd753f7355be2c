// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/spells.hpp>

#include <algorithm>

namespace childwell::inline v0_1 {

std::vector<Spell> joined(std::span<const Spell> spells, Date first, Date end) {
  std::vector<Spell> cut;
  for (const Spell& spell : spells) {
    const Spell inside{std::max(spell.from, first), std::min(spell.to, end)};
    if (inside.from < inside.to) cut.push_back(inside);
  }
  std::sort(cut.begin(), cut.end(), [](const Spell& a, const Spell& b) { return a.from < b.from; });
  std::vector<Spell> together;
  for (const Spell& spell : cut) {
    if (together.empty() || together.back().to < spell.from) together.push_back(spell);
    else together.back().to = std::max(together.back().to, spell.to);
  }
  return together;
}

std::int64_t days_of(std::span<const Spell> spells) noexcept {
  std::int64_t days = 0;
  for (const Spell& spell : spells) days += static_cast<std::int64_t>(spell.to.days) - spell.from.days;
  return days;
}

}  // namespace childwell::inline v0_1
