// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/group_standing.hpp>

#include <childwell/stats/special.hpp>

#include "arguments.hpp"
#include "radix_sort.hpp"
#include "repeated_sum.hpp"
#include "score_order.hpp"
#include "streamed.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t block_rows = 2048;  // whose codes and places stay in the nearest cache
constexpr std::int32_t no_code = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t most_groups = std::int32_t{1} << 24;

/// The distinct values of one group, ascending, with how many have each; and what comes of them.
struct Distinct {
  std::vector<double> values;
  std::vector<std::int64_t> counts;
  std::vector<double> z;
  std::vector<double> percentile;
  std::vector<double> rank_normal;
  std::vector<double> rank;

  void clear() {
    values.clear();
    counts.clear();
  }
};

/// What a group is, and where each of its values stands. Sums go through the values in order, each as often as there are
/// rows of it, so that they are those of the sorted rows to the bit.
void stand(Distinct& cells, std::int64_t fewest, std::size_t group, GroupStandings& made) {
  const std::size_t size = cells.values.size();
  for (std::vector<double>* column : {&cells.z, &cells.percentile, &cells.rank_normal, &cells.rank}) column->assign(size, nothing);
  std::int64_t count = 0;
  for (const std::int64_t some : cells.counts) count += some;
  made.counts[group] = count;
  if (count == 0) return;
  const double centre = cells.values.front();
  const auto n = static_cast<double>(count);
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) sum = add_repeatedly(sum, cells.values[i] - centre, cells.counts[i]);
  const double mean = centre + sum / n;
  double squares = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    squares = add_repeatedly(squares, (cells.values[i] - mean) * (cells.values[i] - mean), cells.counts[i]);
  }
  const double deviation = count > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0;
  made.means[group] = mean;
  made.deviations[group] = deviation;
  made.lowest[group] = centre;
  made.highest[group] = cells.values.back();
  if (count < fewest) return;
  const bool spread = size > 1;
  if (!spread || deviation == 0.0) made.statuses[group] = Status::degenerate;
  else made.statuses[group] = std::isfinite(deviation) ? Status::ok : Status::not_finite;
  double below = 0.0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto equal = static_cast<double>(cells.counts[i]);
    const double rank = below + 0.5 * (equal + 1.0);
    cells.rank[i] = rank;
    cells.percentile[i] = 100.0 * (below + 0.5 * equal) / n;
    if (spread) cells.rank_normal[i] = normal_quantile((rank - 0.375) / (n + 0.25));
    if (made.statuses[group] == Status::ok) cells.z[i] = (cells.values[i] - mean) / deviation;
    below += equal;
  }
}

/// Rows of whole numbers of steps.
struct StepRows {
  std::span<const std::int16_t> values;
  double step;

  [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
  [[nodiscard]] double value(std::int32_t code) const noexcept { return static_cast<double>(code) * step; }

  template <bool check>
  bool read(std::size_t begin, std::size_t end, std::int32_t* codes) const noexcept {
    for (std::size_t i = begin; i < end; ++i) codes[i - begin] = values[i] == missing_steps ? no_code : values[i];
    return true;
  }
};

/// Rows of doubles that may lie on a grid of so many points to the unit.
struct GridRows {
  std::span<const double> values;
  double points;

  [[nodiscard]] std::size_t size() const noexcept { return values.size(); }
  [[nodiscard]] double value(std::int32_t code) const noexcept { return static_cast<double>(code) / points; }

  /// Whether every value is the double next to a point; the codes are those points.
  template <bool check>
  bool read(std::size_t begin, std::size_t end, std::int32_t* codes) const noexcept {
    constexpr double most = 1e6;
    constexpr double whole = 6755399441055744.0;  // 1.5 x 2^52: adding it leaves a whole number
    unsigned off = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double x = values[i];
      const double point = (x * points + whole) - whole;
      const bool there = x == x;
      const double inside = there && std::abs(point) <= most ? point : 0.0;
      if constexpr (check) off |= static_cast<unsigned>(there && inside / points != x);
      codes[i - begin] = there ? static_cast<std::int32_t>(inside) : no_code;
    }
    return off == 0;
  }
};

/// Rows of each group and code. A group's stretch has a place for each code from the lowest to the highest, and one more
/// for rows without a value.
class Histogram {
 public:
  std::int32_t low = 0;
  std::size_t width = 0;   ///< codes
  std::size_t groups = 0;
  std::vector<std::uint32_t> counts;

  [[nodiscard]] std::size_t stride() const noexcept { return width + 1; }

  /// Makes room for groups and codes; false when that takes more places than `most`.
  bool cover(std::int32_t lowest, std::int32_t highest, std::size_t some, std::size_t most) {
    if (lowest > highest) lowest = highest = width > 0 ? low : 0;  // a stretch without values
    const bool inside = width > 0 && lowest >= low && static_cast<std::size_t>(std::int64_t{highest} - low) < width;
    if (inside && some <= groups) return true;
    const std::int64_t new_low = width > 0 ? std::min(low, lowest) : lowest;
    const std::int64_t old_high = width > 0 ? low + static_cast<std::int64_t>(width) - 1 : highest;
    const auto new_width = static_cast<std::size_t>(std::max<std::int64_t>(old_high, highest) - new_low + 1);
    const std::size_t new_groups = std::max(groups, some);
    if (new_groups > most / (new_width + 1)) return false;
    if (new_width == width) {
      counts.resize(new_groups * stride(), 0);
    } else {
      std::vector<std::uint32_t> wider(new_groups * (new_width + 1), 0);
      const auto shift = static_cast<std::size_t>(low - new_low);
      for (std::size_t group = 0; group < groups; ++group) {
        const auto from = counts.begin() + static_cast<std::ptrdiff_t>(group * stride());
        const auto to = wider.begin() + static_cast<std::ptrdiff_t>(group * (new_width + 1));
        std::copy(from, from + static_cast<std::ptrdiff_t>(width), to + static_cast<std::ptrdiff_t>(width > 0 ? shift : 0));
        if (width > 0) to[static_cast<std::ptrdiff_t>(new_width)] = from[static_cast<std::ptrdiff_t>(width)];
      }
      counts = std::move(wider);
      low = static_cast<std::int32_t>(new_low);
      width = new_width;
    }
    groups = new_groups;
    return true;
  }

  /// The place of each row; false when a code or a group has none.
  bool places(const std::int32_t* codes, const std::int32_t* of_rows, std::size_t rows, std::uint32_t* out) const noexcept {
    const std::int32_t first = low;  // copies, so that writing does not make them be read again
    const auto last = static_cast<std::int32_t>(width);
    const auto apart = static_cast<std::uint32_t>(stride());
    const auto last_group = static_cast<std::int32_t>(groups) - 1;
    std::int32_t outside = 0;  // negative once anything is below or above
    for (std::size_t i = 0; i < rows; ++i) {
      const std::int32_t absent = -static_cast<std::int32_t>(codes[i] == no_code);  // all bits, without a branch
      const std::int32_t code = (codes[i] & ~absent) - (first & ~absent);
      const std::int32_t group = of_rows[i];
      outside |= code | (last - 1 - code) | group | (last_group - group);
      out[i] = static_cast<std::uint32_t>(group) * apart + static_cast<std::uint32_t>(code | (last & absent));
    }
    return outside >= 0;
  }
};

void check_groups(std::int32_t lowest, std::int32_t highest) {
  if (lowest < 0 || highest >= most_groups) {
    refuse("standardise_by_group", "groups are numbered from 0, and no number is above 16,777,215");
  }
}

/// Counts a part of the rows; false when they are not on the grid or take too many places.
template <class Rows>
bool count_rows(const Rows& rows, std::span<const std::int32_t> groups, std::size_t begin, std::size_t end, std::size_t most,
                Histogram& made) {
  std::array<std::int32_t, block_rows> codes;
  std::array<std::uint32_t, block_rows> places;
  for (; begin < end; begin += block_rows) {
    stop_point();
    const std::size_t last = std::min(end, begin + block_rows);
    const std::size_t size = last - begin;
    if (!rows.template read<true>(begin, last, codes.data())) return false;
    if (!made.places(codes.data(), groups.data() + begin, size, places.data())) {
      const auto [first_group, last_group] = std::minmax_element(groups.data() + begin, groups.data() + last);
      check_groups(*first_group, *last_group);
      std::int32_t lowest = std::numeric_limits<std::int32_t>::max(), highest = no_code;
      for (std::size_t i = 0; i < size; ++i) {
        if (codes[i] != no_code) lowest = std::min(lowest, codes[i]);
        highest = std::max(highest, codes[i]);
      }
      if (!made.cover(lowest, highest, static_cast<std::size_t>(*last_group) + 1, most)) return false;
      made.places(codes.data(), groups.data() + begin, size, places.data());
    }
    std::uint32_t* const counts = made.counts.data();
    for (std::size_t i = 0; i < size; ++i) ++counts[places[i]];
  }
  return true;
}

void size_groups(GroupStandings& made, std::size_t groups) {
  made.counts.assign(groups, 0);
  made.missing.assign(groups, 0);
  for (std::vector<double>* column : {&made.means, &made.deviations, &made.lowest, &made.highest}) column->assign(groups, nothing);
  made.statuses.assign(groups, Status::not_enough_data);
}

void add_up(GroupStandings& made) {
  for (const std::int64_t count : made.counts) made.count += count;
  for (const std::int64_t missing : made.missing) made.missing_count += missing;
}

/// Counts, a table a group, and a look-up a row. False when the values are not on the grid, or too far apart for it.
template <class Rows>
bool stand_by_table(const Rows& rows, std::span<const std::int32_t> groups, const GroupStandingOptions& options,
                    const StandingColumns& columns, Executor& executor, GroupStandings& made) {
  const std::size_t n = rows.size();
  // a quarter as many places as rows: with more, most tables are empty and a sort is cheaper
  const std::size_t most = std::max<std::size_t>(n / 4, std::size_t{1} << 16);
  struct Part {
    Histogram histogram;
    bool counted = true;
  };
  std::vector<Part> parts(std::max<std::size_t>(1, std::min(executor.threads(), n / (16 * block_rows))));
  executor.run(parts.size(), [&](std::size_t part) {
    const std::size_t begin = n * part / parts.size(), end = n * (part + 1) / parts.size();
    parts[part].counted = count_rows(rows, groups, begin, end, most, parts[part].histogram);
  });
  Histogram whole = std::move(parts.front().histogram);
  for (const Part& part : parts) {
    if (!part.counted) return false;
  }
  for (std::size_t part = 1; part < parts.size(); ++part) {
    const Histogram& other = parts[part].histogram;
    const std::int32_t highest = other.low + static_cast<std::int32_t>(other.width) - 1;
    if (!whole.cover(other.low, highest, other.groups, most)) return false;
    for (std::size_t group = 0; group < other.groups; ++group) {
      const std::uint32_t* const from = other.counts.data() + group * other.stride();
      std::uint32_t* const to = whole.counts.data() + group * whole.stride();
      for (std::size_t code = 0; code < other.width; ++code) to[code + static_cast<std::size_t>(other.low - whole.low)] += from[code];
      to[whole.width] += from[other.width];
    }
  }
  size_groups(made, whole.groups);
  const std::array<const std::span<double>*, 4> wanted = {&columns.z, &columns.percentile, &columns.rank_normal, &columns.rank};
  const std::array<std::vector<double> Distinct::*, 4> given = {&Distinct::z, &Distinct::percentile, &Distinct::rank_normal,
                                                                &Distinct::rank};
  std::array<std::vector<double>, 4> tables;
  for (std::size_t column = 0; column < tables.size(); ++column) {
    if (!wanted[column]->empty()) tables[column].assign(whole.counts.size(), nothing);
  }
  constexpr std::size_t groups_a_chunk = 16;
  for_chunks(executor, whole.groups, groups_a_chunk, [&](std::size_t begin, std::size_t end) {
    Distinct cells;
    std::vector<std::size_t> places;
    for (std::size_t group = begin; group < end; ++group) {
      stop_point();
      cells.clear();
      places.clear();
      const std::size_t first = group * whole.stride();
      for (std::size_t code = 0; code < whole.width; ++code) {
        if (whole.counts[first + code] == 0) continue;
        places.push_back(first + code);
        cells.values.push_back(rows.value(whole.low + static_cast<std::int32_t>(code)));
        cells.counts.push_back(whole.counts[first + code]);
      }
      made.missing[group] = whole.counts[first + whole.width];
      stand(cells, options.fewest, group, made);
      for (std::size_t column = 0; column < tables.size(); ++column) {
        if (tables[column].empty()) continue;
        const std::vector<double>& from = cells.*given[column];
        for (std::size_t i = 0; i < places.size(); ++i) tables[column][places[i]] = from[i];
      }
    }
  });
  constexpr std::size_t blocks_a_chunk = 64;
  for_chunks(executor, n, blocks_a_chunk * block_rows, [&](std::size_t begin, std::size_t end) {
    std::array<std::int32_t, block_rows> codes;
    std::array<std::uint32_t, block_rows> places;
    for (; begin < end; begin += block_rows) {
      stop_point();
      const std::size_t size = std::min(end - begin, block_rows);
      rows.template read<false>(begin, begin + size, codes.data());
      whole.places(codes.data(), groups.data() + begin, size, places.data());
      for (std::size_t column = 0; column < tables.size(); ++column) {
        if (!tables[column].empty()) stream_places(tables[column].data(), places.data(), size, wanted[column]->data() + begin);
      }
    }
    end_stream();
  });
  add_up(made);
  made.method = "table";
  return true;
}

/// Rows of a group together, sorted by the bits of their values.
void stand_by_radix(std::span<const double> values, std::span<const std::int32_t> groups, const GroupStandingOptions& options,
                    const StandingColumns& columns, Executor& executor, GroupStandings& made) {
  struct KeyedRow {
    std::uint64_t key;
    std::uint32_t row;
  };
  std::int32_t lowest = 0, highest = -1;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    stop_point_at(i);
    lowest = std::min(lowest, groups[i]);
    highest = std::max(highest, groups[i]);
  }
  check_groups(lowest, highest);
  const auto size = static_cast<std::size_t>(highest + 1);
  size_groups(made, size);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    stop_point_at(i);
    const auto group = static_cast<std::size_t>(groups[i]);
    ++(std::isnan(values[i]) ? made.missing : made.counts)[group];
  }
  std::vector<std::size_t> ends(size + 1, 0);  // first where a group begins, then where the next row of it goes
  for (std::size_t group = 0; group < size; ++group) ends[group + 1] = ends[group] + static_cast<std::size_t>(made.counts[group]);
  Room<KeyedRow> room(ends[size]);
  const std::array<const std::span<double>*, 4> wanted = {&columns.z, &columns.percentile, &columns.rank_normal, &columns.rank};
  const std::array<std::vector<double> Distinct::*, 4> given = {&Distinct::z, &Distinct::percentile, &Distinct::rank_normal,
                                                                &Distinct::rank};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    stop_point_at(i);
    if (std::isnan(values[i])) {
      for (const std::span<double>* column : wanted) {
        if (!column->empty()) (*column)[i] = nothing;
      }
      continue;
    }
    room[ends[static_cast<std::size_t>(groups[i])]++] = {order_key(values[i]), static_cast<std::uint32_t>(i)};
  }
  constexpr std::size_t groups_a_chunk = 16;
  for_chunks(executor, size, groups_a_chunk, [&](std::size_t begin, std::size_t end) {
    Distinct cells;
    for (std::size_t group = begin; group < end; ++group) {
      stop_point();
      const auto count = static_cast<std::size_t>(made.counts[group]);
      const std::size_t first = ends[group] - count;
      KeyedRow* const own = room.begin() + first;
      std::uint64_t low = ~std::uint64_t{0}, high = 0;
      for (std::size_t i = 0; i < count; ++i) {
        low = std::min(low, own[i].key);
        high = std::max(high, own[i].key);
      }
      const KeyedRow* const sorted = radix_sort(
          own, room.other() + first, count, static_cast<int>(std::bit_width(count == 0 ? 0 : high - low)),
          [low](const KeyedRow& one) { return one.key - low; },
          [](const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; });
      cells.clear();
      for (std::size_t i = 0; i < count; ++i) {
        if (i == 0 || sorted[i].key != sorted[i - 1].key) {
          cells.values.push_back(score_of_key(sorted[i].key));
          cells.counts.push_back(0);
        }
        ++cells.counts.back();
      }
      stand(cells, options.fewest, group, made);
      for (std::size_t column = 0; column < wanted.size(); ++column) {
        if (wanted[column]->empty()) continue;
        const std::vector<double>& from = cells.*given[column];
        double* const out = wanted[column]->data();
        std::size_t row = 0;
        for (std::size_t cell = 0; cell < from.size(); ++cell) {
          for (std::int64_t some = cells.counts[cell]; some > 0; --some) out[sorted[row++].row] = from[cell];
        }
      }
    }
  });
  add_up(made);
  made.method = "radix";
}

/// Points to the unit of the coarsest grid on which a sample of the values lies; 0 where there is none.
double grid_of(std::span<const double> values) {
  constexpr std::array<double, 6> grids = {1.0, 2.0, 4.0, 10.0, 20.0, 100.0};
  constexpr std::size_t sample = 1024;
  std::vector<double> seen;
  const std::size_t apart = values.size() / sample + 1;
  for (std::size_t i = 0; i < values.size(); i += apart) seen.push_back(values[i]);
  std::vector<std::int32_t> codes(seen.size());
  for (const double points : grids) {
    if (GridRows{seen, points}.read<true>(0, seen.size(), codes.data())) return points;
  }
  return 0.0;
}

void check(std::size_t values, std::size_t groups, const GroupStandingOptions& options, const StandingColumns& columns) {
  check_same_length("standardise_by_group", values, groups, "values and groups");
  for (const std::span<double>* column : {&columns.z, &columns.percentile, &columns.rank_normal, &columns.rank}) {
    if (!column->empty()) check_same_length("standardise_by_group", column->size(), values, "values and columns");
  }
  if (values > std::numeric_limits<std::uint32_t>::max()) {
    refuse("standardise_by_group", "more than 4,294,967,295 rows do not fit; give the groups in parts");
  }
  if (options.fewest < 1) refuse("standardise_by_group", "fewest must be 1 or more");
}

}  // namespace

GroupStandings standardise_by_group(std::span<const double> values, std::span<const std::int32_t> groups,
                                    const GroupStandingOptions& options, const StandingColumns& columns, Executor* executor) {
  check(values.size(), groups.size(), options, columns);
  SerialExecutor own_thread;
  Executor& runs = executor != nullptr ? *executor : own_thread;
  GroupStandings made;
  const double points = grid_of(values);
  if (points > 0.0 && stand_by_table(GridRows{values, points}, groups, options, columns, runs, made)) return made;
  stand_by_radix(values, groups, options, columns, runs, made);
  return made;
}

GroupStandings standardise_by_group(std::span<const std::int16_t> values, std::span<const std::int32_t> groups,
                                    const GroupStandingOptions& options, const StandingColumns& columns, Executor* executor) {
  check(values.size(), groups.size(), options, columns);
  if (!(options.step > 0.0) || !std::isfinite(options.step)) refuse("standardise_by_group", "step must be a number above 0");
  SerialExecutor own_thread;
  Executor& runs = executor != nullptr ? *executor : own_thread;
  GroupStandings made;
  const StepRows rows{values, options.step};
  if (stand_by_table(rows, groups, options, columns, runs, made)) return made;
  std::vector<double> marks(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) marks[i] = values[i] == missing_steps ? nothing : rows.value(values[i]);
  stand_by_radix(marks, groups, options, columns, runs, made);
  return made;
}

}  // namespace childwell::inline v0_1::stats
