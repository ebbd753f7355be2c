// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/disclosure.hpp>

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

bool between_zero_and(double minimum, double amount) { return amount > 0.0 && amount < minimum; }

std::size_t at(std::int32_t position) { return static_cast<std::size_t>(position); }

// Sums that may hold infinities: what remains of a whole when one part is taken out.
struct OpenSum {
  double finite = 0.0;
  int infinities = 0;

  void add(double amount) {
    if (amount == infinite) ++infinities;
    else finite += amount;
  }
  [[nodiscard]] double total() const { return infinities > 0 ? infinite : finite; }
  [[nodiscard]] double without(double amount) const {
    if (amount == infinite) return infinities > 1 ? infinite : finite;
    return infinities > 0 ? infinite : finite - amount;
  }
};

// The children of one cell in one family, with the sums of their ranges.
struct Family {
  std::vector<std::size_t> members;
  OpenSum lower;
  OpenSum upper;
};

using Families = std::map<std::pair<std::int32_t, std::uint32_t>, Family>;

Families families_of(const std::vector<TreeCell>& cells) {
  Families families;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].parent >= 0 && at(cells[i].parent) >= i) {
      throw std::invalid_argument("childwell: cells must come after the cell that contains them");
    }
    if (cells[i].parent >= 0) families[{cells[i].parent, cells[i].family}].members.push_back(i);
  }
  return families;
}

bool is_shown(const TreeCell& cell) { return cell.published && !cell.hidden; }

// From the leaves up: what a cell's own parts say of it. Families are ordered by parent, so backwards is upwards.
void propagate_up(const std::vector<TreeCell>& cells, std::size_t amount, Families& families,
                  std::vector<FeasibleRange>& ranges) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool shown = is_shown(cells[i]);
    ranges[i] = {shown ? cells[i].amounts[amount] : std::max(0.0, cells[i].least[amount]),
                 shown ? cells[i].amounts[amount] : cells[i].most[amount]};
  }
  for (auto family = families.rbegin(); family != families.rend(); ++family) {
    auto& [members, lower, upper] = family->second;
    lower = upper = OpenSum{};
    for (const std::size_t member : members) {
      lower.add(ranges[member].lower);
      upper.add(ranges[member].upper);
    }
    if (is_shown(cells[at(family->first.first)])) continue;
    FeasibleRange& parent = ranges[at(family->first.first)];
    parent.lower = std::max(parent.lower, lower.total());
    parent.upper = std::min(parent.upper, upper.total());
  }
}

// From the root down: what the whole leaves over for each part. The sums must be those of the way up.
void propagate_down(const std::vector<TreeCell>& cells, const Families& families, std::vector<FeasibleRange>& ranges) {
  for (const auto& [key, family] : families) {
    const FeasibleRange parent = ranges[at(key.first)];
    for (const std::size_t member : family.members) {
      if (is_shown(cells[member])) continue;
      FeasibleRange& range = ranges[member];
      const FeasibleRange up = range;
      const double others_upper = family.upper.without(up.upper);
      const double others_lower = family.lower.without(up.lower);
      if (others_upper < infinite) range.lower = std::max(range.lower, parent.lower - others_upper);
      if (parent.upper < infinite) range.upper = std::min(range.upper, parent.upper - others_lower);
    }
  }
}

std::vector<FeasibleRange> ranges_of(const std::vector<TreeCell>& cells, std::size_t amount, Families& families) {
  std::vector<FeasibleRange> ranges(cells.size());
  propagate_up(cells, amount, families, ranges);
  propagate_down(cells, families, ranges);
  return ranges;
}

// Hidden cells of which some amount can be told too closely.
std::vector<bool> told_too_closely(const std::vector<TreeCell>& cells, Families& families, double minimum) {
  std::vector<bool> told(cells.size(), false);
  for (std::size_t amount = 0; amount < cell_amounts; ++amount) {
    const bool any = std::any_of(cells.begin(), cells.end(), [amount](const TreeCell& c) { return c.used[amount]; });
    if (!any) continue;
    stop_point();
    const std::vector<FeasibleRange> ranges = ranges_of(cells, amount, families);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (!cells[i].published || !cells[i].hidden || !cells[i].used[amount]) continue;
      const auto [lower, upper] = ranges[i];
      // Amounts of part sessions are sums of real numbers: a hair of rounding is not a finding.
      const double rounding = upper < infinite ? 1e-9 * (1.0 + upper) : 0.0;
      if (upper - lower < minimum - rounding) told[i] = true;
    }
  }
  return told;
}

std::size_t smallest_shown(const std::vector<TreeCell>& cells, const std::vector<std::size_t>& members) {
  std::size_t best = none;
  for (const std::size_t member : members) {
    if (!is_shown(cells[member]) || cells[member].size <= 0.0) continue;
    if (best == none || cells[member].size < cells[best].size) best = member;
  }
  return best;
}

bool all_shown(const std::vector<TreeCell>& cells, const std::vector<std::size_t>& members) {
  return std::all_of(members.begin(), members.end(), [&cells](std::size_t i) { return is_shown(cells[i]); });
}

// The part to hide of a cell that its parts, all shown, add up to; none where some part is hidden already.
std::size_t part_to_hide(const std::vector<TreeCell>& cells, const Families& families, std::size_t cell) {
  const auto position = static_cast<std::int32_t>(cell);
  for (auto family = families.lower_bound({position, 0}); family != families.end(); ++family) {
    if (family->first.first != position) break;
    const auto& members = family->second.members;
    const std::size_t next = all_shown(cells, members) ? smallest_shown(cells, members) : none;
    if (next != none) return next;
  }
  return none;
}

// Hides a part of each hidden cell that its parts give away. A cell that was hidden for the sake of another helps it only
// when its own parts are hidden down to the leaves, so this comes before anything further is hidden.
bool hide_parts(std::vector<TreeCell>& cells, const Families& families, const std::vector<bool>& told) {
  bool changed = false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t part = told[i] ? part_to_hide(cells, families, i) : none;
    if (part == none) continue;
    cells[part].hidden = true;
    changed = true;
  }
  return changed;
}

// The next cell to hide for the sake of a hidden one, or none when only other repairs can help it.
std::size_t next_to_hide(const std::vector<TreeCell>& cells, const Families& families, std::size_t cell) {
  while (true) {
    const std::size_t part = part_to_hide(cells, families, cell);  // of a whole that nobody publishes, too
    if (part != none) return part;
    if (cells[cell].parent < 0) return none;
    const std::size_t parent = at(cells[cell].parent);
    const std::size_t sibling = smallest_shown(cells, families.at({cells[cell].parent, cells[cell].family}).members);
    if (sibling != none) return sibling;
    if (is_shown(cells[parent])) return parent;
    cell = parent;
  }
}

}  // namespace

bool is_small_cell(const CellSums& sums, double minimum) noexcept {
  if (sums.kind == MeasureKind::count) return between_zero_and(minimum, sums.numerator);
  if (sums.children <= 0.0) return false;
  if (sums.children < minimum) return true;
  const double rest = sums.observed - sums.numerator;
  if (sums.kind == MeasureKind::share) return sums.numerator < minimum || rest < minimum;
  return sums.kind == MeasureKind::ratio && sums.sensitive && (sums.numerator <= 0.0 || rest <= 0.0);
}

std::vector<FeasibleRange> feasible_ranges(const std::vector<TreeCell>& cells, std::size_t amount) {
  if (amount >= cell_amounts) throw std::invalid_argument("childwell: there is no such amount of a cell");
  Families families = families_of(cells);
  return ranges_of(cells, amount, families);
}

void hide_small_cells(std::vector<TreeCell>& cells, double minimum) {
  if (!(minimum >= 1.0)) throw std::invalid_argument("childwell: the smallest cell must be at least 1");
  Families families = families_of(cells);
  for (bool changed = true; changed;) {
    changed = false;
    stop_point();
    const std::vector<bool> told = told_too_closely(cells, families, minimum);
    if (hide_parts(cells, families, told)) {
      changed = true;
      continue;
    }
    std::vector<bool> repaired(cells.size() + 1, false);  // whose parts have had their cell of this round
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t parent = at(cells[i].parent + 1);
      // Parents come first: what is hidden for a parent's sake is often enough for all that lies below it.
      if (repaired[parent]) repaired[i + 1] = true;
      if (!told[i] || repaired[parent]) continue;
      const std::size_t next = next_to_hide(cells, families, i);
      if (next == none) continue;  // what gives it away lies below another hidden cell, whose turn comes
      cells[next].hidden = true;
      repaired[parent] = repaired[i + 1] = changed = true;
    }
  }
}

}  // namespace childwell::inline v0_1
