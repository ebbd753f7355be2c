// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/dense_ids.hpp>

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace childwell::inline v0_1 {
namespace {

constexpr std::size_t stretch = 64;
constexpr std::size_t most_ids = std::size_t{std::numeric_limits<std::int32_t>::max()} - 63;

/// Every bit of the input moves every bit of the output (Stafford's mix 13 of the MurmurHash3 finaliser).
std::uint64_t stirred(std::uint64_t bits) noexcept {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31);
}

std::uint64_t hash_of(std::int64_t id) noexcept { return stirred(static_cast<std::uint64_t>(id) + 0x9e3779b97f4a7c15ULL); }

std::uint64_t hash_of(std::string_view id) noexcept {
  std::uint64_t hash = 0x9e3779b97f4a7c15ULL ^ id.size();
  while (id.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, id.data(), 8);
    hash = stirred(hash ^ word);
    id.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, id.data(), id.size());
  return stirred(hash ^ rest);
}

/// Numbers every id of a batch. `id_at(row)` reads one, `held(number)` gives one that has a number, `keep(id)` holds a
/// new one.
template <class IdAt, class Held, class Keep>
void number_ids(std::span<std::int32_t> numbers, const IdSlots& slots, NextGuess& guess, std::int32_t& last,
                const std::size_t& size, IdAt&& id_at, Held&& held, Keep&& keep) {
  std::array<std::uint64_t, stretch> hashes;
  const auto look_up = [&](const auto& id, std::uint64_t hash) {
    const std::int32_t found = slots.find(hash, [&](std::int32_t number) { return held(number) == id; });
    return found == IdSlots::none ? keep(id, hash) : found;
  };
  for (std::size_t begin = 0; begin < numbers.size(); begin += stretch) {
    stop_point_at(begin / stretch);
    const std::size_t rows = std::min(stretch, numbers.size() - begin);
    std::size_t wrong = 0;
    if (guess.on() && size != 0) {
      for (std::size_t row = begin; row < begin + rows; ++row) {
        const auto id = id_at(row);
        const auto next = static_cast<std::size_t>(last) + 1 < size ? last + 1 : 0;
        if (held(next) == id) {
          last = next;
        } else if (held(last) != id) {
          ++wrong;
          last = look_up(id, hash_of(id));
        }
        numbers[row] = last;
      }
    } else {
      for (std::size_t i = 0; i < rows; ++i) slots.ask(hashes[i] = hash_of(id_at(begin + i)));
      for (std::size_t i = 0; i < rows; ++i) numbers[begin + i] = look_up(id_at(begin + i), hashes[i]);
      last = numbers[begin + rows - 1];
    }
    guess.learn(rows, wrong);
  }
}

void check(std::size_t ids, std::size_t numbers) {
  if (ids != numbers) throw std::invalid_argument("childwell: ids: one number an id; give spans of equal length");
}

void check_room(std::size_t ids) {
  if (ids >= most_ids) throw std::invalid_argument("childwell: ids: more than 2^31 - 64 different ones; split the table");
}

}  // namespace

template <class Id>
void IntegerIds::encode_any(std::span<const Id> ids, std::span<std::int32_t> numbers) {
  check(ids.size(), numbers.size());
  std::size_t size = ids_.size();
  const auto keep = [&](std::int64_t id, std::uint64_t hash) {
    check_room(size);
    const auto number = static_cast<std::int32_t>(size);
    slots_.put(hash, number, [this](std::int32_t other) { return hash_of(ids_[static_cast<std::size_t>(other)]); });
    ids_.push_back(id);
    ++size;
    return number;
  };
  number_ids(numbers, slots_, guess_, last_, size, [&](std::size_t row) { return std::int64_t{ids[row]}; },
             [this](std::int32_t number) { return ids_[static_cast<std::size_t>(number)]; }, keep);
}

void IntegerIds::encode(std::span<const std::int64_t> ids, std::span<std::int32_t> numbers) { encode_any(ids, numbers); }

void IntegerIds::encode(std::span<const std::int32_t> ids, std::span<std::int32_t> numbers) { encode_any(ids, numbers); }

template <class Ids>
void StringIds::encode_any(const Ids& ids, std::span<std::int32_t> numbers) {
  check(ids.size(), numbers.size());
  std::size_t size = this->size();
  const auto keep = [&](std::string_view text, std::uint64_t hash) {
    check_room(size);
    const auto number = static_cast<std::int32_t>(size);
    slots_.put(hash, number, [this](std::int32_t other) { return hash_of(id(static_cast<std::size_t>(other))); });
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    begins_.push_back(bytes_.size());
    ++size;
    return number;
  };
  number_ids(numbers, slots_, guess_, last_, size, [&](std::size_t row) { return ids[row]; },
             [this](std::int32_t number) { return id(static_cast<std::size_t>(number)); }, keep);
}

void StringIds::encode(const TextIds& ids, std::span<std::int32_t> numbers) { encode_any(ids, numbers); }

void StringIds::encode(const FixedTextIds& ids, std::span<std::int32_t> numbers) { encode_any(ids, numbers); }

}  // namespace childwell::inline v0_1
