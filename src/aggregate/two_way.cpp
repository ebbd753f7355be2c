// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/two_way.hpp>

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

void check(const TwoWayTable& table) {
  const std::size_t columns = table.parents.size();
  const auto refuse = [](const char* what) { throw std::invalid_argument(std::string("childwell: ") + what); };
  if (columns == 0 || table.parents.front() != -1) refuse("the first column of a table of two ways contains all others");
  if (table.places == 0) refuse("a table of two ways has at least one place; where there are none, the whole is one");
  if (table.cells.size() != (table.places + 1) * columns) refuse("a table of two ways has one cell for each row and column");
  for (std::size_t column = 1; column < columns; ++column) {
    if (table.parents[column] < 0 || static_cast<std::size_t>(table.parents[column]) >= column) {
      refuse("columns must come after the column that contains them");
    }
  }
}

bool is_own(const TwoWayCell& cell) { return cell.exists && cell.published && !cell.elsewhere; }

bool is_known(const TwoWayCell& cell) { return !cell.exists || cell.elsewhere || (cell.published && !cell.hidden); }

// Sums over columns and sums over places as one network: whatever flows around it changes no sum that is known. The whole
// of each column leads down to the days, each day to the places, each place up through its weeks, and back to the whole.
class Network {
 public:
  explicit Network(const TwoWayTable& table) : table_(table), columns_(table.parents.size()) {
    std::vector<bool> inner(columns_, false);
    for (std::size_t column = 1; column < columns_; ++column) inner[static_cast<std::size_t>(table.parents[column])] = true;
    const std::size_t meeting = columns_ * (table.places + 1);  // where places end and the whole begins
    nodes_.resize(meeting + 1);
    ends_.resize(table.cells.size());
    for (std::size_t row = 0; row <= table.places; ++row) {
      for (std::size_t column = 0; column < columns_; ++column) {
        const std::size_t above = column == 0 ? meeting : table.at(row, static_cast<std::size_t>(table.parents[column]));
        const std::size_t here = row > 0 && !inner[column] ? column : table.at(row, column);
        const std::size_t cell = table.at(row, column);
        ends_[cell] = row == 0 ? Ends{above, here} : Ends{here, above};
        nodes_[ends_[cell].tail].push_back(cell);
        nodes_[ends_[cell].head].push_back(cell);
      }
    }
  }

  /// How far an amount can go up (or down) while every known sum stays as it is, as far as a limit.
  double room(std::size_t cell, std::size_t amount, bool up, double limit) {
    more_.assign(table_.cells.size(), 0.0);
    less_.assign(table_.cells.size(), 0.0);
    for (std::size_t i = 0; i < table_.cells.size(); ++i) {
      if (i == cell || is_known(table_.cells[i])) continue;
      more_[i] = infinite;
      less_[i] = table_.cells[i].amounts[amount];
    }
    if (!up) limit = std::min(limit, table_.cells[cell].amounts[amount]);
    source_ = up ? ends_[cell].head : ends_[cell].tail;
    sink_ = up ? ends_[cell].tail : ends_[cell].head;
    double flow = 0.0;
    while (flow < limit) {
      const double pushed = push(limit - flow);
      if (pushed <= 0.0) break;
      flow += pushed;
    }
    return flow;
  }

  /// The shown cells to hide so that more can flow than the last call could push, as few units as possible; none where
  /// nothing helps. Dijkstra's way from the source to the sink, hidden cells with room at no cost.
  [[nodiscard]] std::vector<std::size_t> cheapest_way(std::size_t amount) const {
    using Reached = std::pair<double, std::size_t>;
    std::vector<double> cost(nodes_.size(), infinite);
    std::vector<std::size_t> by(nodes_.size(), none);
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> next_nodes;
    cost[source_] = 0.0;
    next_nodes.push({0.0, source_});
    while (!next_nodes.empty()) {
      const auto [so_far, node] = next_nodes.top();
      next_nodes.pop();
      if (so_far > cost[node] || node == sink_) continue;
      for (const std::size_t cell : nodes_[node]) {
        const bool forward = ends_[cell].tail == node;
        const std::size_t next = forward ? ends_[cell].head : ends_[cell].tail;
        const double step = cost_of(cell, forward, amount);
        if (so_far + step >= cost[next]) continue;
        cost[next] = so_far + step;
        by[next] = cell;
        next_nodes.push({cost[next], next});
      }
    }
    std::vector<std::size_t> way;
    if (cost[sink_] == infinite) return way;
    for (std::size_t node = sink_; node != source_;) {
      const std::size_t cell = by[node];
      if (is_known(table_.cells[cell])) way.push_back(cell);
      node = ends_[cell].head == node ? ends_[cell].tail : ends_[cell].head;
    }
    return way;
  }

 private:
  struct Ends {
    std::size_t tail = 0;
    std::size_t head = 0;
  };

  [[nodiscard]] double cost_of(std::size_t cell, bool forward, std::size_t amount) const {
    const TwoWayCell& one = table_.cells[cell];
    if (!is_known(one)) return (forward ? more_[cell] : less_[cell]) > 0.0 ? 0.0 : infinite;
    if (!is_own(one) || (!forward && one.amounts[amount] <= 0.0)) return infinite;
    return 1.0 + one.amounts[0] + one.amounts[1];
  }

  // The shortest way that has room.
  double push(double limit) {
    std::vector<bool> came(nodes_.size(), false);
    by_.assign(nodes_.size(), none);
    std::deque<std::size_t> reached{source_};
    came[source_] = true;
    while (!reached.empty() && !came[sink_]) {
      const std::size_t node = reached.front();
      reached.pop_front();
      for (const std::size_t cell : nodes_[node]) {
        const bool forward = ends_[cell].tail == node;
        const std::size_t next = forward ? ends_[cell].head : ends_[cell].tail;
        if (came[next] || (forward ? more_[cell] : less_[cell]) <= 0.0) continue;
        came[next] = true;
        by_[next] = cell;
        reached.push_back(next);
      }
    }
    if (!came[sink_]) return 0.0;
    double pushed = limit;
    walk_back([&](std::size_t cell, bool forward) { pushed = std::min(pushed, forward ? more_[cell] : less_[cell]); });
    walk_back([&](std::size_t cell, bool forward) {
      (forward ? more_[cell] : less_[cell]) -= pushed;
      (forward ? less_[cell] : more_[cell]) += pushed;
    });
    return pushed;
  }

  template <class Visit>
  void walk_back(Visit visit) {
    for (std::size_t node = sink_; node != source_;) {
      const std::size_t cell = by_[node];
      const bool forward = ends_[cell].head == node;
      visit(cell, forward);
      node = forward ? ends_[cell].tail : ends_[cell].head;
    }
  }

  const TwoWayTable& table_;
  std::size_t columns_;
  std::vector<Ends> ends_;                       // by cell
  std::vector<std::vector<std::size_t>> nodes_;  // cells that meet there
  std::vector<double> more_;
  std::vector<double> less_;
  std::vector<std::size_t> by_;
  std::size_t source_ = 0;
  std::size_t sink_ = 0;
};

// The next cells to hide for the sake of one amount of a hidden cell; none where it is protected, or nothing helps it.
std::vector<std::size_t> next_for(Network& network, const TwoWayTable& table, std::size_t cell, std::size_t amount, double width) {
  const double enough = width * (1.0 - 1e-9);
  const double up = network.room(cell, amount, true, enough);
  if (up >= enough) return {};
  std::vector<std::size_t> for_more = network.cheapest_way(amount);
  const double down = network.room(cell, amount, false, enough - up);
  if (up + down >= enough) return {};
  if (!for_more.empty()) return for_more;
  return down < table.cells[cell].amounts[amount] ? network.cheapest_way(amount) : std::vector<std::size_t>{};
}

// The children of the places that are hidden in one column are what the whole leaves over.
bool hide_one_for_children(TwoWayTable& table, std::size_t column, double minimum) {
  const TwoWayCell& whole = table.cells[column];
  if (!is_known(whole) || !whole.published) return false;
  double children = 0.0;
  std::size_t hidden = 0;
  std::size_t smallest = none;
  for (std::size_t row = 1; row <= table.places; ++row) {
    const std::size_t at = table.at(row, column);
    const TwoWayCell& cell = table.cells[at];
    if (!cell.exists || !cell.published) continue;
    if (cell.hidden) {
      children += cell.children;
      ++hidden;
    } else if (is_own(cell) && (smallest == none || cell.children < table.cells[smallest].children)) {
      smallest = at;
    }
  }
  if (hidden == 0 || (hidden > 1 && children >= minimum)) return false;
  const std::size_t next = smallest != none ? smallest : is_own(whole) ? column : none;
  if (next == none) return false;
  table.cells[next].hidden = true;
  return true;
}

bool hide_for_children(TwoWayTable& table, double minimum) {
  bool any = false;
  for (std::size_t column = 0; column < table.parents.size(); ++column) {
    while (hide_one_for_children(table, column, minimum)) any = true;
  }
  return any;
}

bool hide_for_amounts(TwoWayTable& table, double width) {
  bool any = false;
  Network network(table);
  for (std::size_t column = 0; column < table.parents.size(); ++column) {  // what contains others comes first
    for (std::size_t row = 0; row <= table.places; ++row) {
      const std::size_t cell = table.at(row, column);
      if (!is_own(table.cells[cell]) || !table.cells[cell].hidden) continue;
      stop_point();
      for (std::size_t amount = 0; amount < two_way_amounts; ++amount) {
        if (!table.used[amount]) continue;
        for (auto next = next_for(network, table, cell, amount, width); !next.empty(); next = next_for(network, table, cell, amount, width)) {
          for (const std::size_t one : next) table.cells[one].hidden = true;
          any = true;
        }
      }
    }
  }
  return any;
}

}  // namespace

FeasibleRange feasible_range(const TwoWayTable& table, std::size_t row, std::size_t column, std::size_t amount) {
  check(table);
  if (row > table.places || column >= table.parents.size() || amount >= two_way_amounts) {
    throw std::invalid_argument("childwell: there is no such cell of a table of two ways");
  }
  const std::size_t cell = table.at(row, column);
  const double value = table.cells[cell].amounts[amount];
  if (is_known(table.cells[cell])) return {value, value};
  Network network(table);
  double all = 0.0;  // more than all there is cannot flow in from anywhere
  for (const TwoWayCell& one : table.cells) all += one.amounts[amount];
  const double up = network.room(cell, amount, true, 2.0 * all + 1.0);
  const double down = network.room(cell, amount, false, infinite);
  return {value - down, up > all ? infinite : value + up};
}

void hide_in_two_ways(TwoWayTable& table, double minimum, double width) {
  check(table);
  if (!(minimum >= 1.0) || !(width >= 0.0)) throw std::invalid_argument("childwell: the smallest cell must be at least 1, and a width at least 0");
  while (hide_for_children(table, minimum) || hide_for_amounts(table, width)) {
  }
}

}  // namespace childwell::inline v0_1
