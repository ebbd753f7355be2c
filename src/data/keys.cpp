// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "keys.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/core/prefetch.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

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

  [[gnu::always_inline]] void prefetch(std::int64_t row) const {
    childwell::prefetch(column_->codes, row);
    childwell::prefetch(column_->words, row);
    childwell::prefetch(column_->integers, row);
    childwell::prefetch(column_->numbers, row);
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
  [[gnu::always_inline]] void prefetch(std::int64_t row) const {
    for (const ColumnOrder& column : columns) column.prefetch(row);
  }
  [[nodiscard]] int compare(std::int64_t a, std::int64_t b) const {
    for (const ColumnOrder& column : columns) {
      const int order = column.compare(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
      if (order != 0) return order;
    }
    return 0;
  }
};

/// Rows of each child side by side, in the order in which they came: a counting sort, because marks come by the
/// hundred million and mostly in the order of their days already.
std::vector<std::int64_t> grouped_by_child(const std::vector<std::int32_t>& children, const Findings& findings,
                                           std::vector<std::size_t>& starts) {
  std::int32_t top = -1;
  for (const std::int32_t child : children) top = std::max(top, child);
  starts.assign(static_cast<std::size_t>(top) + 2, 0);
  for (std::size_t row = 0; row < children.size(); ++row) {
    stop_point_at(row);
    if (findings.fates[row] == 0) ++starts[static_cast<std::size_t>(children[row]) + 1];
  }
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  std::vector<std::size_t> next(starts.begin(), starts.end());
  std::vector<std::int64_t> rows(starts.back());
  for (std::size_t row = 0; row < children.size(); ++row) {
    stop_point_at(row);
    if (findings.fates[row] == 0) rows[next[static_cast<std::size_t>(children[row])]++] = static_cast<std::int64_t>(row);
  }
  return rows;
}

void sort_slice(std::vector<std::int64_t>::iterator begin, std::vector<std::int64_t>::iterator end,
                const RowOrder& keys) {
  std::size_t comparisons = 0;
  const auto before = [&](std::int64_t a, std::int64_t b) {
    stop_point_at(++comparisons);
    const int order = keys.compare(a, b);
    return order != 0 ? order < 0 : a < b;
  };
  if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
}

struct Grouping {
  RowOrder keys;
  RowOrder content;
  const RecordColumn* known = nullptr;
  Reason conflict = Reason::conflict;
};

/// Settles one group of rows with the same key. Returns the row that stays, or -1 when none does.
std::int64_t settle(const std::vector<std::int64_t>& rows, std::size_t begin, std::size_t end, const Grouping& grouping,
                    RecordTable& table, Findings& findings) {
  if (end - begin == 1) return rows[begin];
  const auto same = [&](std::int64_t row) { return grouping.content.compare(rows[begin], row) == 0; };
  const auto first = rows.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto last = rows.begin() + static_cast<std::ptrdiff_t>(end);
  if (!std::all_of(first, last, same)) {
    for (auto it = first; it != last; ++it) {
      findings.quarantine(*it, grouping.conflict, -1);
      table.disputed.push_back(*it);
    }
    return -1;
  }
  // what is said twice was known as soon as it was first said
  const auto known = [&](std::int64_t row) { return table.date(*grouping.known, row); };
  const auto keep = std::min_element(first, last, [&](std::int64_t a, std::int64_t b) {
    return known(a) != known(b) ? known(a) < known(b) : a < b;
  });
  for (auto it = first; it != last; ++it) {
    if (it != keep) findings.repeat(*it);
  }
  return *keep;
}

}  // namespace

void order_by_key(RecordTable& table, Findings& findings) {
  const TableRule& rule = *table.rule;
  Grouping grouping;
  grouping.known = &table.column("known_on");
  grouping.conflict = rule.name == "children" ? Reason::id_collision : Reason::conflict;
  for (const std::string_view key : rule.key) grouping.keys.columns.emplace_back(table.column(key));
  for (std::size_t c = 0; c < rule.columns.size(); ++c) {
    // when and by whom a thing was told does not change what was told
    if (rule.columns[c].name == "known_on" || rule.columns[c].name == "source") continue;
    if (table.columns[c].given()) grouping.content.columns.emplace_back(table.columns[c]);
  }

  std::vector<std::int64_t> rows;
  std::size_t kept = 0;
  std::size_t groups = 0;
  // Sorts one stretch of rows and settles its groups while their columns are near: no group reaches into the next.
  const auto order_slice = [&](std::size_t first, std::size_t last) {
    sort_slice(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.begin() + static_cast<std::ptrdiff_t>(last),
               grouping.keys);
    for (std::size_t begin = first; begin < last;) {
      stop_point_at(++groups);
      std::size_t end = begin + 1;
      while (end < last && grouping.keys.compare(rows[begin], rows[end]) == 0) ++end;
      const std::int64_t row = settle(rows, begin, end, grouping, table, findings);
      if (row >= 0) rows[kept++] = row;
      begin = end;
    }
  };

  const RecordColumn& children = table.column("child");
  if (!rule.key.empty() && rule.key.front() == "child" && rule.columns[0].required && children.given()) {
    std::vector<std::size_t> starts;
    rows = grouped_by_child(children.codes, findings, starts);
    grouping.keys.columns.erase(grouping.keys.columns.begin());  // the child is the same throughout a slice
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
      if (i % 256 == 0) stop_point();  // a child has a few hundred rows
      if (i + 2 < starts.size()) {     // which lie far apart, because tables come by date: asked for one child ahead
        for (std::size_t next = starts[i + 1]; next < starts[i + 2]; ++next) grouping.keys.prefetch(rows[next]);
      }
      order_slice(starts[i], starts[i + 1]);
    }
  } else {
    for (std::int64_t row = 0; row < table.rows; ++row) {
      if (findings.fates[static_cast<std::size_t>(row)] == 0) rows.push_back(row);
    }
    order_slice(0, rows.size());
  }
  rows.resize(kept);
  rows.shrink_to_fit();
  table.order = std::move(rows);
  std::sort(table.disputed.begin(), table.disputed.end());
}

}  // namespace childwell::inline v0_1::detail
