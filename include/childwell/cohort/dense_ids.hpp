// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1 {

/// An open table from ids to their numbers; what an id is, is its caller's matter.
class IdSlots {
 public:
  static constexpr std::int32_t none = -1;

  /// The number at the first slot of a hash whose id is the same by `same(number)`, or `none`.
  template <class Same>
  [[nodiscard]] std::int32_t find(std::uint64_t hash, Same&& same) const {
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.number == none) return none;
      if (slot.tag == static_cast<std::uint32_t>(hash >> 32) && same(slot.number)) return slot.number;
    }
  }
  /// Asks for the slot of a hash that will be looked for soon.
  void ask(std::uint64_t hash) const noexcept { __builtin_prefetch(slots_.data() + (hash & mask_)); }
  /// Puts a number that is not there; `hash_of(number)` gives the hashes again when the table grows.
  template <class HashOf>
  void put(std::uint64_t hash, std::int32_t number, HashOf&& hash_of) {
    if (static_cast<std::size_t>(number) >= slots_.size() / 2) grow(static_cast<std::size_t>(number), hash_of);
    place(hash, number);
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::int32_t number = none;
  };
  static constexpr std::size_t first_size = 1024;

  void place(std::uint64_t hash, std::int32_t number) noexcept {
    std::size_t at = hash & mask_;
    while (slots_[at].number != none) at = (at + 1) & mask_;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), number};
  }
  template <class HashOf>
  void grow(std::size_t numbers, HashOf&& hash_of) {
    slots_.assign(slots_.size() * 2, Slot{});
    mask_ = slots_.size() - 1;
    for (std::size_t number = 0; number < numbers; ++number) {
      place(hash_of(static_cast<std::int32_t>(number)), static_cast<std::int32_t>(number));
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(first_size);
  std::size_t mask_ = first_size - 1;
};

/// Whether it pays to guess that the next id is the one that followed last time. Guesses are left off for a while where
/// more than eight of 64 were wrong.
class NextGuess {
 public:
  [[nodiscard]] bool on() const noexcept { return pause_ == 0; }
  /// Called once for each stretch of rows with the guesses that were wrong.
  void learn(std::size_t rows, std::size_t wrong) noexcept {
    constexpr std::size_t stretches_off = 64;
    if (pause_ != 0) --pause_;
    else if (wrong * 8 > rows) pause_ = stretches_off;
  }

 private:
  std::size_t pause_ = 0;
};

/// Whole-number ids as numbers from 0 in order of first appearance, over as many batches as there are.
class IntegerIds {
 public:
  /// Writes the number of each id. std::invalid_argument when the spans differ in length or 2^31 - 64 ids are passed.
  /// Cost an id: about a nanosecond where ids come in the same order again and again, a cache miss otherwise.
  void encode(std::span<const std::int64_t> ids, std::span<std::int32_t> numbers);
  void encode(std::span<const std::int32_t> ids, std::span<std::int32_t> numbers);

  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] std::span<const std::int64_t> ids() const noexcept { return ids_; }  ///< by number

 private:
  template <class Id>
  void encode_any(std::span<const Id> ids, std::span<std::int32_t> numbers);

  std::vector<std::int64_t> ids_;
  IdSlots slots_;
  NextGuess guess_;
  std::int32_t last_ = 0;
};

/// Texts side by side: text i is the bytes from begins[i] up to begins[i + 1]; as Arrow lays them out.
struct TextIds {
  const char* bytes = nullptr;
  std::span<const std::int64_t> begins;

  [[nodiscard]] std::size_t size() const noexcept { return begins.empty() ? 0 : begins.size() - 1; }
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept {
    return {bytes + begins[row], static_cast<std::size_t>(begins[row + 1] - begins[row])};
  }
};

/// Texts of one width, filled up with zero bytes; as NumPy lays them out. Zero bytes at the end are no part of a text.
struct FixedTextIds {
  const char* bytes = nullptr;
  std::size_t width = 0;
  std::size_t rows = 0;

  [[nodiscard]] std::size_t size() const noexcept { return rows; }
  [[nodiscard]] std::string_view operator[](std::size_t row) const noexcept {
    const char* text = bytes + row * width;
    std::size_t length = width;
    while (length > 0 && text[length - 1] == '\0') --length;
    return {text, length};
  }
};

/// Text ids as numbers from 0 in order of first appearance. Bytes are compared, nothing is mended.
class StringIds {
 public:
  /// As IntegerIds::encode.
  void encode(const TextIds& ids, std::span<std::int32_t> numbers);
  void encode(const FixedTextIds& ids, std::span<std::int32_t> numbers);

  [[nodiscard]] std::size_t size() const noexcept { return begins_.size() - 1; }
  [[nodiscard]] std::string_view id(std::size_t number) const noexcept {
    return {bytes_.data() + begins_[number], begins_[number + 1] - begins_[number]};
  }

 private:
  template <class Ids>
  void encode_any(const Ids& ids, std::span<std::int32_t> numbers);

  std::vector<char> bytes_;
  std::vector<std::size_t> begins_ = {0};
  IdSlots slots_;
  NextGuess guess_;
  std::int32_t last_ = 0;
};

}  // namespace childwell::inline v0_1
