// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Scores in order with their outcomes: what every statistic of discrimination reads.
#pragma once

#include <childwell/core/estimate.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
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

// Bytes for at least `bytes`, in large pages where the system has them: at 300,000 rows a sort's memory comes as more
// than a thousand small pages otherwise, and asking for them takes as long as two of its passes. Freed by std::free.
void* large_room(std::size_t bytes);

struct FreeRoom {
  void operator()(void* room) const noexcept { std::free(room); }
};

// Items and as much room again to sort them into; written before they are read, so nothing is filled with zeros.
template <class T>
class Room {
 public:
  static_assert(std::is_trivially_copyable_v<T>);

  Room() = default;
  explicit Room(std::size_t size)
      : held_(static_cast<T*>(large_room(2 * size * sizeof(T)))),
        first_(held_.get()),
        other_(first_ + size),
        size_(size) {}
  [[nodiscard]] T* begin() const noexcept { return first_; }
  [[nodiscard]] T* end() const noexcept { return first_ + size_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) const noexcept { return first_[i]; }

  [[nodiscard]] T* other() const noexcept { return other_; }
  void swap_with_other() noexcept { std::swap(first_, other_); }

 private:
  std::unique_ptr<T, FreeRoom> held_;
  T* first_ = nullptr;
  T* other_ = nullptr;
  std::size_t size_ = 0;
};

// Rows with both a score and an outcome, ascending by score: one word a row, (place on the order of scores) << 1 |
// event.
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
