// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "score_order.hpp"

#include "arguments.hpp"
#include "radix_sort.hpp"

#include <childwell/stats/roc.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace childwell::inline v0_1::stats {
namespace {

constexpr std::size_t most_rows = std::numeric_limits<std::uint32_t>::max();

void check_rows(std::string_view function, std::size_t outcomes, std::size_t scores) {
  check_same_length(function, outcomes, scores, "outcomes and scores");
  if (outcomes > most_rows) refuse(function, "more than 4,294,967,295 rows do not fit; split them");
}

// Ascending by place(item) < 2^bits, in the room that items have.
template <class Item, class Place, class Less>
void sort_room(Room<Item>& items, int bits, Place place, Less less) {
  Item* const sorted = radix_sort(items.begin(), items.other(), items.size(), bits, place, less);
  if (sorted != items.begin()) items.swap_with_other();
}

struct KeyedRow {
  std::uint64_t key;
  std::uint32_t row;
};

void check_outcomes(std::string_view function, unsigned seen) {
  // 0, 1 and 255 leave these bits alone; each outcome was folded in as itself, or as 0 where missing.
  if ((seen & ~1u) != 0) refuse(function, "outcomes must be 0, 1 or missing");
}

}  // namespace

void* large_room(std::size_t bytes) {
  constexpr std::size_t large_page = std::size_t{1} << 21;
#if defined(__linux__)
  if (bytes >= large_page) {
    const std::size_t whole = (bytes + large_page - 1) / large_page * large_page;
    void* const room = std::aligned_alloc(large_page, whole);
    if (room == nullptr) throw std::bad_alloc();
    madvise(room, whole, MADV_HUGEPAGE);  // a wish: without large pages the room is the same
    return room;
  }
#endif
  void* const room = std::malloc(bytes > 0 ? bytes : 1);
  if (room == nullptr) throw std::bad_alloc();
  return room;
}

double OrderedOutcomes::score(std::uint64_t word) const {
  const std::uint64_t place = word >> 1;
  if (!keys.empty()) return score_of_key(keys[place]);
  const std::uint64_t key = first_key + place;
  return score_of_key(gap > 0 && key > last_below_zero ? key + gap : key);
}

OrderedOutcomes ordered_outcomes(std::string_view function, std::span<const std::uint8_t> outcomes,
                                 std::span<const double> scores) {
  check_rows(function, outcomes.size(), scores.size());
  OrderedOutcomes made;
  constexpr std::uint64_t zero = std::uint64_t{1} << 63;
  const std::size_t n = scores.size();
  constexpr std::uint64_t exponent = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
  std::uint64_t lowest = ~std::uint64_t{0}, highest = 0;
  unsigned seen = 0;
  std::size_t used = 0;
  bool infinite = false;
  for (std::size_t i = 0; i < n; ++i) {
    const unsigned outcome = outcomes[i];
    if (outcome == missing_outcome) continue;
    seen |= outcome;
    if ((std::bit_cast<std::uint64_t>(scores[i]) & exponent) == exponent) [[unlikely]] {
      if (std::isnan(scores[i])) continue;
      infinite = true;
    }
    const std::uint64_t key = order_key(scores[i]);
    ++used;
    lowest = key < lowest ? key : lowest;
    highest = key > highest ? key : highest;
  }
  check_outcomes(function, seen);
  made.missing = static_cast<std::int64_t>(n - used);
  if (infinite) {
    made.status = Status::not_finite;
    return made;
  }
  if (used == 0) return made;
  made.first_key = lowest;
  const auto is_used = [&](std::size_t i) { return outcomes[i] != missing_outcome && !std::isnan(scores[i]); };
  // Rows on both sides of zero are as far apart as all doubles between them, but for the gap that nobody uses.
  if (lowest < zero && highest >= zero) {
    std::uint64_t from_zero = ~std::uint64_t{0};
    made.last_below_zero = lowest;
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_used(i)) continue;
      const std::uint64_t key = order_key(scores[i]);
      const std::uint64_t below = key < zero ? key : lowest;
      const std::uint64_t above = key < zero ? highest : key;
      made.last_below_zero = below > made.last_below_zero ? below : made.last_below_zero;
      from_zero = above < from_zero ? above : from_zero;
    }
    made.gap = from_zero - made.last_below_zero - 1;
  }
  const std::uint64_t range = highest - lowest - made.gap;
  made.words = Room<std::uint64_t>(used);
  const bool fits = range < zero;
  if (!fits) {
    made.keys.reserve(used);
    for (std::size_t i = 0; i < n; ++i) {
      if (is_used(i)) made.keys.push_back(order_key(scores[i]));
    }
    std::sort(made.keys.begin(), made.keys.end());
    made.keys.erase(std::unique(made.keys.begin(), made.keys.end()), made.keys.end());
  }
  std::uint64_t events = 0;
  const auto shifted = [&](std::uint64_t key) { return key - lowest - (made.gap & (0 - (key >> 63))); };
  if (fits && used == n) {  // the usual case, without a question a row
    for (std::size_t i = 0; i < n; ++i) {
      events += outcomes[i];
      made.words[i] = shifted(order_key(scores[i])) << 1 | outcomes[i];
    }
  } else {
    std::size_t next = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_used(i)) continue;
      const std::uint64_t key = order_key(scores[i]);
      const auto found = std::lower_bound(made.keys.begin(), made.keys.end(), key);  // keys are empty where places fit
      events += outcomes[i];
      made.words[next++] =
          (fits ? shifted(key) : static_cast<std::uint64_t>(found - made.keys.begin())) << 1 | outcomes[i];
    }
  }
  made.events = static_cast<std::int64_t>(events);
  const std::uint64_t widest = fits ? range : made.keys.size() - 1;
  sort_room(
      made.words, static_cast<int>(std::bit_width(widest)), [](std::uint64_t word) { return word >> 1; },
      [](std::uint64_t a, std::uint64_t b) { return a < b; });
  return made;
}

std::vector<std::uint32_t> rows_by_score(std::span<const std::uint32_t> rows, std::span<const double> scores) {
  Room<KeyedRow> keyed(rows.size());
  std::uint64_t lowest = ~std::uint64_t{0}, highest = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keyed[i] = {order_key(scores[rows[i]]), rows[i]};
    lowest = std::min(lowest, keyed[i].key);
    highest = std::max(highest, keyed[i].key);
  }
  for (KeyedRow& one : keyed) one.key -= lowest;
  sort_room(
      keyed, static_cast<int>(std::bit_width(rows.empty() ? std::uint64_t{0} : highest - lowest)),
      [](const KeyedRow& one) { return one.key; },
      [](const KeyedRow& a, const KeyedRow& b) { return a.key != b.key ? a.key < b.key : a.row < b.row; });
  std::vector<std::uint32_t> order;
  order.reserve(rows.size());
  for (const KeyedRow& one : keyed) order.push_back(one.row);
  return order;
}

UsedRows used_rows(std::string_view function, std::span<const std::uint8_t> outcomes, std::span<const double> first,
                   std::span<const double> second, std::span<const double> weights) {
  check_rows(function, outcomes.size(), first.size());
  if (!second.empty()) check_same_length(function, outcomes.size(), second.size(), "outcomes and scores");
  check_weights(function, weights, outcomes.size());
  UsedRows made;
  unsigned seen = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] != missing_outcome) seen |= outcomes[i];
    if (!weights.empty() && weights[i] == 0.0) continue;
    if (outcomes[i] == missing_outcome || std::isnan(first[i]) || (!second.empty() && std::isnan(second[i]))) {
      ++made.missing;
      continue;
    }
    if (std::isinf(first[i]) || (!second.empty() && std::isinf(second[i]))) made.status = Status::not_finite;
    made.events += outcomes[i];
    made.rows.push_back(static_cast<std::uint32_t>(i));
  }
  check_outcomes(function, seen);
  if (made.status != Status::ok) made.rows.clear();
  return made;
}

}  // namespace childwell::inline v0_1::stats
