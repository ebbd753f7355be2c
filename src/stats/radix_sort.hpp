// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Sorting by whole numbers without comparing them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace childwell::inline v0_1::stats {

// Ascending by place(item) < 2^bits, which `less` orders too; equal places keep their order if the sort of short runs
// does. Digits of the 33 leading bits are counted in one pass and dealt out in three; the rest are compared where they
// matter. `other` is as much room again; the sorted items lie in `items` or in `other`, wherever the answer points.
template <class Item, class Place, class Less>
Item* radix_sort(Item* items, Item* other, std::size_t n, int bits, Place place, Less less) {
  constexpr int digit_bits = 11;
  constexpr std::size_t digits = std::size_t{1} << digit_bits;
  constexpr int passes = 3;
  constexpr std::size_t worth_counting = 768;  // below it a comparison sort wins
  if (n < worth_counting) {
    std::sort(items, items + n, less);
    return items;
  }
  const int low = std::max(0, bits - passes * digit_bits);
  std::array<std::uint32_t, passes * digits> counted{};
  for (const Item* item = items; item != items + n; ++item) {
    const std::uint64_t leading = place(*item) >> low;
    for (int pass = 0; pass < passes; ++pass) {
      ++counted[static_cast<std::size_t>(pass) * digits + (leading >> (pass * digit_bits) & (digits - 1))];
    }
  }
  for (int pass = 0; pass < passes; ++pass) {
    std::uint32_t* const starts = counted.data() + static_cast<std::size_t>(pass) * digits;
    if (std::find(starts, starts + digits, static_cast<std::uint32_t>(n)) != starts + digits) continue;
    std::uint32_t sum = 0;
    for (std::size_t digit = 0; digit < digits; ++digit) sum += std::exchange(starts[digit], sum);
    const int shift = low + pass * digit_bits;
    for (const Item* item = items; item != items + n; ++item) other[starts[place(*item) >> shift & (digits - 1)]++] = *item;
    std::swap(items, other);
  }
  if (low == 0) return items;
  for (std::size_t i = 1; i < n; ++i) {
    if (place(items[i - 1]) <= place(items[i])) continue;
    const std::uint64_t leading = place(items[i]) >> low;
    std::size_t first = i;
    while (first > 0 && place(items[first - 1]) >> low == leading) --first;
    std::size_t last = i + 1;
    while (last < n && place(items[last]) >> low == leading) ++last;
    std::sort(items + first, items + last, less);
    i = last;
  }
  return items;
}

}  // namespace childwell::inline v0_1::stats
