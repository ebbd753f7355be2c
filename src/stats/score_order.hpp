// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Scores in order with their outcomes: what every statistic of discrimination reads.
#pragma once

#include <childwell/core/estimate.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

// A total order of doubles as unsigned integers: -inf < ... < -0.0 = 0.0 < ... < inf. NaN has no place in it.
inline std::uint64_t order_key(double score) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(score + 0.0);  // -0.0 becomes 0.0
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return bits ^ ((0 - (bits >> 63)) | sign);  // all bits of a negative one turn, else the sign alone; without a branch
}

inline double score_of_key(std::uint64_t key) noexcept {
  const std::uint64_t sign = std::uint64_t{1} << 63;
  return std::bit_cast<double>((key & sign) != 0 ? key & ~sign : ~key);
}

// Room that is written before it is read; a vector would fill it with zeros first, which costs as much as a pass.
template <class T>
struct Room {
  std::unique_ptr<T[]> held;
  std::size_t used = 0;

  Room() = default;
  explicit Room(std::size_t size) : held(std::make_unique_for_overwrite<T[]>(size)), used(size) {}
  [[nodiscard]] T* begin() const noexcept { return held.get(); }
  [[nodiscard]] T* end() const noexcept { return held.get() + used; }
  [[nodiscard]] std::size_t size() const noexcept { return used; }
  T& operator[](std::size_t i) const noexcept { return held[i]; }
};

// Rows with both a score and an outcome, ascending by score: one word a row, (place on the order of scores) << 1 | event.
struct OrderedOutcomes {
  Room<std::uint64_t> words;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::ok;  // not_finite when a score is infinite; words are then empty

  [[nodiscard]] std::int64_t count() const noexcept { return static_cast<std::int64_t>(words.size()); }
  [[nodiscard]] std::int64_t others() const noexcept { return count() - events; }
  [[nodiscard]] double score(std::uint64_t word) const;

  // How a word's place becomes a score again: by shifting, or by look-up where the scores span too wide a range.
  std::uint64_t first_key = 0;
  std::uint64_t last_below_zero = 0;
  std::uint64_t gap = 0;
  std::vector<std::uint64_t> keys;
};

// Cost: three passes of 11 bits whatever the number of rows, and one to set right what 33 bits do not tell apart.
// Throws std::invalid_argument when lengths differ, or an outcome is neither 0, 1 nor missing_outcome.
OrderedOutcomes ordered_outcomes(std::string_view function, std::span<const std::uint8_t> outcomes,
                                 std::span<const double> scores);

// Rows by score, ascending; rows of equal score stay in their order. Only the rows given; their scores are finite.
std::vector<std::uint32_t> rows_by_score(std::span<const std::uint32_t> rows, std::span<const double> scores);

// The rows that have an outcome and a score in every list; weightless rows are no rows.
struct UsedRows {
  std::vector<std::uint32_t> rows;
  std::int64_t events = 0;
  std::int64_t missing = 0;
  Status status = Status::ok;  // not_finite when a score is infinite
};
UsedRows used_rows(std::string_view function, std::span<const std::uint8_t> outcomes, std::span<const double> first,
                   std::span<const double> second, std::span<const double> weights);

// Calls group(word, events, others) for each run of equal scores, from the lowest score up.
template <class Group>
void each_tie_group(const OrderedOutcomes& ordered, Group group) {
  const std::uint64_t* const words = ordered.words.begin();
  const std::size_t n = ordered.words.size();
  for (std::size_t first = 0; first < n;) {
    const std::uint64_t place = words[first] >> 1;
    std::size_t last = first;
    std::int64_t events = 0;
    while (last < n && words[last] >> 1 == place) events += static_cast<std::int64_t>(words[last++] & 1);
    group(words[first], events, static_cast<std::int64_t>(last - first) - events);
    first = last;
  }
}

}  // namespace childwell::inline v0_1::stats
