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

std::vector<Spell> overlap(std::span<const Spell> one, std::span<const Spell> other) {
  std::vector<Spell> together;
  for (std::size_t i = 0, j = 0; i < one.size() && j < other.size();) {
    const Spell inside{std::max(one[i].from, other[j].from), std::min(one[i].to, other[j].to)};
    if (inside.from < inside.to) together.push_back(inside);
    one[i].to < other[j].to ? ++i : ++j;
  }
  return together;
}

std::vector<Spell> outside(std::span<const Spell> spells, Date first, Date end) {
  std::vector<Spell> rest;
  Date next = first;
  for (const Spell& spell : spells) {
    const Spell before{next, std::min(spell.from, end)};
    if (before.from < before.to) rest.push_back(before);
    next = std::max(next, spell.to);
  }
  if (next < end) rest.push_back({next, end});
  return rest;
}

bool covers(std::span<const Spell> spells, Date day) noexcept {
  return std::any_of(spells.begin(), spells.end(),
                     [day](const Spell& spell) { return spell.from <= day && day < spell.to; });
}

std::int64_t days_of(std::span<const Spell> spells) noexcept {
  std::int64_t days = 0;
  for (const Spell& spell : spells) days += static_cast<std::int64_t>(spell.to.days) - spell.from.days;
  return days;
}

}  // namespace childwell::inline v0_1
