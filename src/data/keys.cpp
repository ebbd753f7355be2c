// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "keys.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace childwell::inline v0_1::detail {

namespace {

/// Compares one column of two rows through whichever vector holds it.
class ColumnOrder {
 public:
  explicit ColumnOrder(const RecordColumn& column) : column_(&column) {}

  [[nodiscard]] int compare(std::size_t a, std::size_t b) const {
    if (!column_->codes.empty()) return three_way(column_->codes[a], column_->codes[b]);
    if (!column_->words.empty()) return three_way(column_->words[a], column_->words[b]);
    if (!column_->integers.empty()) return three_way(column_->integers[a], column_->integers[b]);
    if (!column_->numbers.empty()) {
      // by bits, so that a missing number equals a missing number
      return three_way(std::bit_cast<std::int64_t>(column_->numbers[a] + 0.0),
                       std::bit_cast<std::int64_t>(column_->numbers[b] + 0.0));
    }
    return 0;
  }

 private:
  template <class T>
  static int three_way(T a, T b) {
    return a < b ? -1 : (b < a ? 1 : 0);
  }
  const RecordColumn* column_;
};

struct RowOrder {
  std::vector<ColumnOrder> columns;
  [[nodiscard]] int compare(std::int64_t a, std::int64_t b) const {
    for (const ColumnOrder& column : columns) {
      const int order = column.compare(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
      if (order != 0) return order;
    }
    return 0;
  }
};

struct Grouping {
  RowOrder keys;
  RowOrder content;
  const RecordColumn* known = nullptr;
  Reason conflict = Reason::conflict;
};

/// Settles one group of rows with the same key, in order of their numbers. Returns the row that stays, or -1 when none does.
std::int64_t settle(std::span<const std::int64_t> rows, const Grouping& grouping, RecordTable& table, Findings& findings) {
  const auto same = [&](std::int64_t row) { return grouping.content.compare(rows.front(), row) == 0; };
  if (!std::all_of(rows.begin(), rows.end(), same)) {
    for (const std::int64_t row : rows) {
      findings.quarantine(row, grouping.conflict, -1);
      table.disputed.push_back(row);
    }
    return -1;
  }
  // what is said twice was known as soon as it was first said
  const auto known = [&](std::int64_t row) { return table.date(*grouping.known, row); };
  const std::int64_t keep = *std::min_element(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    return known(a) != known(b) ? known(a) < known(b) : a < b;
  });
  for (const std::int64_t row : rows) {
    if (row != keep) findings.repeat(row);
  }
  return keep;
}

/// A row with its whole key in one number: keys are compared without going back to their columns.
struct Keyed {
  std::uint64_t key;
  std::uint32_t row;
};

/// The key columns side by side in one number, in the order in which they are compared.
class PackedKey {
 public:
  PackedKey(const RecordTable& table, const TableRule& rule) {
    for (const std::string_view name : rule.key) {
      const RecordColumn& column = table.column(name);
      if (!column.codes.empty()) add(column.codes);
      else if (!column.words.empty()) add(column.words);
      else if (!column.integers.empty()) add(column.integers);
      else fits_ = fits_ && column.numbers.empty();
    }
    unsigned shift = 0;
    for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
      part->shift = shift;
      shift += part->bits;
    }
    bits_ = shift;
  }

  /// True where the key has room in so many bits: numbers have none.
  [[nodiscard]] bool fits(unsigned most_bits) const noexcept { return fits_ && bits_ <= most_bits; }
  [[nodiscard]] unsigned bits() const noexcept { return bits_; }
  /// How far the first column stands from the right.
  [[nodiscard]] unsigned first_shift() const noexcept { return parts_.empty() ? 0 : parts_.front().shift; }

  /// The keys of rows from `first` on.
  void read(std::int64_t first, std::span<std::uint64_t> keys) const {
    std::fill(keys.begin(), keys.end(), 0);
    for (const Part& part : parts_) {
      if (part.codes != nullptr) read(part, part.codes + first, keys);
      else if (part.words != nullptr) read(part, part.words + first, keys);
      else read(part, part.integers + first, keys);
    }
  }

 private:
  struct Part {
    const std::int32_t* codes = nullptr;
    const std::uint8_t* words = nullptr;
    const std::int64_t* integers = nullptr;
    std::uint64_t base = 0;  ///< taken from a value it leaves 1 of the lowest; what is missing for ever below is 0
    unsigned bits = 0;
    unsigned shift = 0;
  };

  template <class T>
  static constexpr bool below_all(T value) {  // a date or a number that is missing
    return std::is_signed_v<T> && value == std::numeric_limits<T>::min();
  }

  template <class T>
  static void read(const Part& part, const T* values, std::span<std::uint64_t> keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const std::uint64_t place = below_all(values[i]) ? 0 : static_cast<std::uint64_t>(std::int64_t{values[i]}) - part.base;
      keys[i] |= place << part.shift;
    }
  }

  template <class T>
  void add(const std::vector<T>& values) {
    T low = std::numeric_limits<T>::max();
    T high = std::numeric_limits<T>::min();
    for (std::size_t first = 0; first < values.size(); first += block) {
      stop_point_at(first);
      const std::size_t end = std::min(values.size(), first + block);
      for (std::size_t i = first; i < end; ++i) {
        low = std::min(low, below_all(values[i]) ? std::numeric_limits<T>::max() : values[i]);
        high = std::max(high, values[i]);
      }
    }
    Part part;
    if constexpr (std::is_same_v<T, std::int32_t>) part.codes = values.data();
    if constexpr (std::is_same_v<T, std::uint8_t>) part.words = values.data();
    if constexpr (std::is_same_v<T, std::int64_t>) part.integers = values.data();
    part.base = static_cast<std::uint64_t>(std::int64_t{low}) - 1;
    part.bits = low > high ? 1U : static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(std::int64_t{high}) - part.base));
    parts_.push_back(part);
  }

  static constexpr std::size_t block = std::size_t{1} << 14;
  std::vector<Part> parts_;
  unsigned bits_ = 0;
  bool fits_ = true;  ///< no column of numbers
};

/// Puts rows in key order and settles those with the same key.
class KeyOrder {
 public:
  KeyOrder(RecordTable& table, Findings& findings) : table_(table), findings_(findings) {
    const TableRule& rule = *table.rule;
    grouping_.known = &table.column("known_on");
    grouping_.conflict = rule.name == "children" ? Reason::id_collision : Reason::conflict;
    for (const std::string_view key : rule.key) grouping_.keys.columns.emplace_back(table.column(key));
    for (std::size_t c = 0; c < rule.columns.size(); ++c) {
      // when and by whom a thing was told does not change what was told
      if (rule.columns[c].name == "known_on" || rule.columns[c].name == "source") continue;
      if (table.columns[c].given()) grouping_.content.columns.emplace_back(table.columns[c]);
    }
  }

  void run(unsigned most_key_bits) {
    const PackedKey packed(table_, *table_.rule);
    if (packed.fits(most_key_bits)) by_packed_key(packed);
    else by_comparison();
    if (table_.order.size() < table_.order.capacity() / 8 * 7) table_.order.shrink_to_fit();  // a copy for little else
    std::sort(table_.disputed.begin(), table_.disputed.end());
  }

 private:
  /// Rows are dealt out by the beginning of their key, mostly a child, in the order in which they came. Each stretch is
  /// then in order already where rows came by date, and else is sorted while it is near.
  void by_packed_key(const PackedKey& packed) {
    const auto rows = static_cast<std::size_t>(table_.rows);
    unsigned shift = packed.first_shift();
    while (packed.bits() > shift && (std::uint64_t{1} << std::min(packed.bits() - shift, 62U)) > 4 * rows + 64) ++shift;
    std::vector<std::uint32_t> starts((std::size_t{1} << (packed.bits() - shift)) + 1, 0);
    each_key(packed, [&](std::uint64_t key, std::uint32_t) { ++starts[static_cast<std::size_t>(key >> shift) + 1]; });
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    table_.order.reserve(starts.back());
    std::vector<Keyed> near;
    std::vector<std::uint32_t> next;
    for (std::size_t first = 0; first + 1 < starts.size();) {
      std::size_t last = first + 1;  // as many stretches at once as are read in a few passes and held beside the table
      while (last + 1 < starts.size() && starts[last + 1] - starts[first] <= rows_at_once) ++last;
      if (starts[last] > starts[first]) {
        near.resize(starts[last] - starts[first]);
        next.assign(starts.begin() + static_cast<std::ptrdiff_t>(first), starts.begin() + static_cast<std::ptrdiff_t>(last));
        for (std::uint32_t& at : next) at -= starts[first];
        each_key(packed, [&](std::uint64_t key, std::uint32_t row) {
          const auto stretch = static_cast<std::size_t>(key >> shift) - first;
          if (stretch < next.size()) near[next[stretch]++] = {key, row};
        });
        for (std::size_t stretch = 0, begin = 0; stretch < next.size(); begin = next[stretch++]) {
          if (stretch % 64 == 0) stop_point();
          order_stretch(std::span(near).subspan(begin, next[stretch] - begin));
        }
      }
      first = last;
    }
  }

  /// Calls use(key, row) for each row that can be used.
  template <class Use>
  void each_key(const PackedKey& packed, Use use) const {
    std::vector<std::uint64_t> keys(block_rows);
    const auto rows = static_cast<std::size_t>(table_.rows);
    for (std::size_t first = 0; first < rows; first += block_rows) {
      stop_point();
      const auto some = std::span(keys).first(std::min(block_rows, rows - first));
      packed.read(static_cast<std::int64_t>(first), some);
      const std::uint8_t* fates = findings_.fates.data() + first;
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (fates[i] == 0) use(some[i], static_cast<std::uint32_t>(first + i));
      }
    }
  }

  void order_stretch(std::span<Keyed> rows) {
    const auto before = [&](const Keyed& a, const Keyed& b) {
      stop_point_at(++comparisons_);
      return a.key != b.key ? a.key < b.key : a.row < b.row;
    };
    std::size_t rising = 1;
    while (rising < rows.size() && rows[rising - 1].key < rows[rising].key) ++rising;
    if (rising < rows.size()) std::sort(rows.begin(), rows.end(), before);
    for (std::size_t begin = 0; begin < rows.size();) {
      std::size_t end = begin + 1;
      while (end < rows.size() && rows[end].key == rows[begin].key) ++end;
      if (end - begin == 1) {
        table_.order.push_back(rows[begin].row);
      } else {
        group_.clear();
        for (std::size_t i = begin; i < end; ++i) group_.push_back(rows[i].row);
        keep(group_);
      }
      begin = end;
    }
  }

  void keep(std::span<const std::int64_t> group) {
    const std::int64_t row = group.size() == 1 ? group.front() : settle(group, grouping_, table_, findings_);
    if (row >= 0) table_.order.push_back(static_cast<std::uint32_t>(row));
  }

  /// Keys that have no room in one number are compared where they lie.
  void by_comparison() {
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < table_.rows; ++row) {
      stop_point_at(static_cast<std::size_t>(row));
      if (findings_.fates[static_cast<std::size_t>(row)] == 0) rows.push_back(row);
    }
    const auto before = [&](std::int64_t a, std::int64_t b) {
      stop_point_at(++comparisons_);
      const int order = grouping_.keys.compare(a, b);
      return order != 0 ? order < 0 : a < b;
    };
    if (!std::is_sorted(rows.begin(), rows.end(), before)) std::sort(rows.begin(), rows.end(), before);
    for (std::size_t begin = 0; begin < rows.size();) {
      stop_point_at(begin);
      std::size_t end = begin + 1;
      while (end < rows.size() && grouping_.keys.compare(rows[begin], rows[end]) == 0) ++end;
      keep(std::span(rows).subspan(begin, end - begin));
      begin = end;
    }
  }

  static constexpr std::size_t block_rows = 4096;
  static constexpr std::size_t rows_at_once = std::size_t{1} << 24;  // 256 MiB
  RecordTable& table_;
  Findings& findings_;
  Grouping grouping_;
  std::vector<std::int64_t> group_;
  std::size_t comparisons_ = 0;
};

}  // namespace

void order_by_key(RecordTable& table, Findings& findings, unsigned most_key_bits) {
  KeyOrder(table, findings).run(most_key_bits);
}

}  // namespace childwell::inline v0_1::detail
