// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/index/composite.hpp>

#include <childwell/core/random.hpp>
#include <childwell/stats/special.hpp>

#include "arguments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace childwell::inline v0_1 {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view function = "composite_indicator";
constexpr std::size_t units_a_chunk = 256;

// The scale on which a mean adds, and its inverse.
double to_scale(MeanKind mean, double x) {
  return mean == MeanKind::arithmetic ? x : mean == MeanKind::geometric ? std::log(x) : -1.0 / x;
}

double from_scale(MeanKind mean, double y) {
  return mean == MeanKind::arithmetic ? y : mean == MeanKind::geometric ? std::exp(y) : -1.0 / y;
}

void check_nodes(std::span<const CompositeNode> nodes, std::size_t leaves) {
  if (nodes.empty()) detail::refuse_index(function, "give at least one node");
  std::vector<std::uint8_t> used(leaves + nodes.size(), 0);
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const CompositeNode& node = nodes[k];
    const auto fault = [&node](std::string_view what) {
      detail::refuse_index(function, "node '", node.name, "': ", what);
    };
    if (node.parts.empty()) fault("has no part");
    if (node.parts.size() != node.weights.size()) fault("needs one weight a part");
    double total = 0.0;
    for (const double weight : node.weights) {
      if (!(weight >= 0.0) || !std::isfinite(weight)) fault("weights must be finite and at least 0");
      total += weight;
    }
    if (!(total > 0.0) || !std::isfinite(total)) fault("at least one weight must be above 0");
    if (!(node.minimum_share >= 0.0 && node.minimum_share <= 1.0)) fault("minimum_share must lie between 0 and 1");
    if (node.minimum_parts < 1) fault("minimum_parts must be at least 1");
    for (const std::int64_t part : node.parts) {
      if (part < 0 || static_cast<std::size_t>(part) >= leaves + k) {
        fault("a part is a column, or a node that stands before it: the number of leaves plus its position");
      }
      if (used[static_cast<std::size_t>(part)]++ != 0) fault("a part may stand in one node only, once");
    }
  }
}

void check_pair(const stats::MatrixView& one, const stats::MatrixView& other, const stats::MatrixView& scores,
                std::string_view names) {
  const bool both = (one.data == nullptr) == (other.data == nullptr);
  if (!both) detail::refuse_index(function, "give both ", names, ", or neither");
  if (one.data == nullptr) return;
  for (const stats::MatrixView* view : {&one, &other}) {
    if (view->rows != scores.rows || view->columns != scores.columns) {
      detail::refuse_index(function, names, " must have the shape of the scores");
    }
  }
}

void check_correlation(const stats::MatrixView& given, std::size_t leaves) {
  if (given.rows != leaves || given.columns != leaves) {
    detail::refuse_index(function, "correlation needs one row and column a leaf");
  }
  for (std::size_t i = 0; i < leaves; ++i) {
    for (std::size_t j = 0; j < leaves; ++j) {
      if (!(std::abs(given(i, j)) <= 1.0) || given(i, j) != given(j, i) || (i == j && given(i, j) != 1.0)) {
        detail::refuse_index(function, "correlation must be symmetric, between -1 and 1, with 1 on its diagonal");
      }
    }
  }
}

[[noreturn]] void refuse_correlation() {
  detail::refuse_index(function, "correlation is not one of any errors: it has a negative eigenvalue");
}

// Lower triangle L with L L' = the correlation; pivots that are 0 to rounding leave their column empty.
std::vector<double> root_of(const stats::MatrixView& given, std::size_t n) {
  std::vector<double> root(n * n, 0.0);
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = given(j, j);
    for (std::size_t k = 0; k < j; ++k) pivot -= root[j * n + k] * root[j * n + k];
    if (pivot < -1e-10) refuse_correlation();
    if (pivot <= 1e-10) {
      for (std::size_t i = j + 1; i < n; ++i) {
        double rest = given(i, j);
        for (std::size_t k = 0; k < j; ++k) rest -= root[i * n + k] * root[j * n + k];
        if (std::abs(rest) > 1e-6) refuse_correlation();
      }
      continue;
    }
    root[j * n + j] = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      double rest = given(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= root[i * n + k] * root[j * n + k];
      root[i * n + j] = rest / root[j * n + j];
    }
  }
  return root;
}

// Walks the tree for one unit after the other; scratch is made once a chunk.
class Tree {
 public:
  Tree(const CompositeScores& scores, std::span<const CompositeNode> nodes, const CompositeOptions& options,
       std::span<const double> root, double z)
      : scores_(scores), nodes_(nodes), options_(options), root_(root), z_(z), leaves_(scores.values.columns),
        all_(leaves_ + nodes.size()), value_(all_), lowest_(all_), highest_(all_), drawn_(all_), coverage_(all_),
        applies_(all_), lower_(leaves_), upper_(leaves_), sides_(leaves_),
        moved_down_(nodes.size() * leaves_), moved_up_(nodes.size() * leaves_), below_(leaves_), above_(leaves_) {}

  void unit(std::size_t row, Composite& made) {
    read(row);
    for (std::size_t k = 0; k < nodes_.size(); ++k) node(k, row, made);
    if (options_.interval == CompositeInterval::monte_carlo && has_errors()) draw(row, made);
  }

 private:
  [[nodiscard]] bool has_errors() const { return scores_.lower.data != nullptr; }

  static double bound(const stats::MatrixView& of, std::size_t row, std::size_t leaf, double otherwise) {
    return of.data == nullptr || std::isnan(of(row, leaf)) ? otherwise : of(row, leaf);
  }

  void read(std::size_t row) {
    for (std::size_t leaf = 0; leaf < leaves_; ++leaf) {
      applies_[leaf] = scores_.not_applicable.empty() || scores_.not_applicable[row * leaves_ + leaf] == 0;
      const double score = applies_[leaf] ? scores_.values(row, leaf) : undefined;
      const bool here = !std::isnan(score);
      value_[leaf] = score;
      coverage_[leaf] = here ? 1.0 : 0.0;
      lowest_[leaf] = applies_[leaf] ? bound(scores_.least, row, leaf, here ? score : options_.low) : undefined;
      highest_[leaf] = applies_[leaf] ? bound(scores_.most, row, leaf, here ? score : options_.high) : undefined;
      if (!has_errors()) continue;
      lower_[leaf] = scores_.lower(row, leaf);
      upper_[leaf] = scores_.upper(row, leaf);
      below_[leaf] = score - lower_[leaf];
      above_[leaf] = upper_[leaf] - score;
    }
  }

  void node(std::size_t k, std::size_t row, Composite& made) {
    const CompositeNode& own = nodes_[k];
    const std::size_t at = leaves_ + k;
    double applicable = 0.0;
    double covered = 0.0;
    std::int64_t parts = 0;
    for (std::size_t i = 0; i < own.parts.size(); ++i) {
      const auto part = static_cast<std::size_t>(own.parts[i]);
      if (own.weights[i] == 0.0 || !applies_[part]) continue;
      applicable += own.weights[i];
      covered += own.weights[i] * coverage_[part];
      parts += std::isnan(value_[part]) ? 0 : 1;
    }
    applies_[at] = applicable > 0.0;
    // a share just below its limit by rounding of the weights alone reaches it
    const double share = applies_[at] ? std::min(1.0, covered / applicable) : 0.0;
    const bool enough = parts >= own.minimum_parts && share >= own.minimum_share - 1e-12;
    lowest_[at] = mean_of(own, lowest_);
    highest_[at] = mean_of(own, highest_);
    value_[at] = enough ? mean_of(own, value_) : undefined;
    coverage_[at] = enough ? share : 0.0;
    made.values(row, k) = value_[at];
    made.lowest(row, k) = applies_[at] ? lowest_[at] : undefined;
    made.highest(row, k) = applies_[at] ? highest_[at] : undefined;
    made.coverage(row, k) = applies_[at] ? share : undefined;
    const Status why = applies_[at] ? Status::not_enough_data : Status::not_expected;
    made.statuses[row * nodes_.size() + k] = enough ? Status::ok : why;
    if (enough && has_errors() && options_.interval == CompositeInterval::delta) delta(k, row, made);
  }

  // The mean of the parts that have a value, never outside of them: equal parts give themselves, exactly.
  [[nodiscard]] static double mean_of(const CompositeNode& own, const std::vector<double>& of) {
    double total = 0.0;
    double sum = 0.0;
    double smallest = std::numeric_limits<double>::infinity();
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < own.parts.size(); ++i) {
      const double part = of[static_cast<std::size_t>(own.parts[i])];
      if (std::isnan(part) || own.weights[i] == 0.0) continue;
      total += own.weights[i];
      sum += own.weights[i] * to_scale(own.mean, part);
      smallest = std::min(smallest, part);
      largest = std::max(largest, part);
    }
    if (total == 0.0) return undefined;
    return std::clamp(from_scale(own.mean, sum / total), smallest, largest);
  }

  // Each leaf in turn at the end of its own interval, what that does to the node on the scale on which the node adds,
  // and these sides put together. To first order this is the chain rule; an error that leaves share comes out exact.
  void delta(std::size_t k, std::size_t row, Composite& made) {
    const MeanKind mean = nodes_[k].mean;
    const double value = value_[leaves_ + k];
    const double middle = to_scale(mean, value);
    const double down = spread(k, -1.0, lower_, moved_down_);
    const double up = spread(k, 1.0, upper_, moved_up_);
    made.lower(row, k) = std::max(std::min(value, from_scale(mean, middle - down)), options_.low);
    made.upper(row, k) = std::min(std::max(value, from_scale(mean, middle + up)), options_.high);
    if (std::isnan(down)) made.lower(row, k) = undefined;
    if (std::isnan(up)) made.upper(row, k) = undefined;
  }

  // One side of a node; moved holds the node's value with each leaf in turn at its end, for the nodes above it.
  double spread(std::size_t k, double side, const std::vector<double>& ends, std::vector<double>& moved) {
    const CompositeNode& own = nodes_[k];
    const double value = value_[leaves_ + k];
    const double middle = to_scale(own.mean, value);
    double* of_node = &moved[k * leaves_];
    std::fill(of_node, of_node + leaves_, value);
    std::fill(sides_.begin(), sides_.end(), 0.0);
    double total = 0.0;
    for (std::size_t i = 0; i < own.parts.size(); ++i) {
      if (!std::isnan(value_[static_cast<std::size_t>(own.parts[i])])) total += own.weights[i];
    }
    for (std::size_t i = 0; i < own.parts.size(); ++i) {
      const auto part = static_cast<std::size_t>(own.parts[i]);
      if (std::isnan(value_[part]) || own.weights[i] == 0.0) continue;
      const double there = to_scale(own.mean, value_[part]);
      const auto move = [&](std::size_t leaf, double end) {
        sides_[leaf] = side * own.weights[i] / total * (to_scale(own.mean, end) - there);
        of_node[leaf] = from_scale(own.mean, middle + side * sides_[leaf]);
      };
      if (part < leaves_) {
        move(part, ends[part]);
        continue;
      }
      const double* of_part = &moved[(part - leaves_) * leaves_];
      for (std::size_t leaf = 0; leaf < leaves_; ++leaf) {
        if (of_part[leaf] != value_[part]) move(leaf, of_part[leaf]);
      }
    }
    double sum = 0.0;
    for (std::size_t i = 0; i < leaves_; ++i) {
      sum += sides_[i] * sides_[i];
      if (options_.correlation.data == nullptr || sides_[i] == 0.0) continue;
      for (std::size_t j = 0; j < i; ++j) sum += 2.0 * options_.correlation(i, j) * sides_[i] * sides_[j];
    }
    return sum < 0.0 ? 0.0 : std::sqrt(sum);  // a NaN, the end of a leaf that nobody knows, stays one
  }

  // Leaves drawn together, the tree walked for each draw, and the quantiles of what came out.
  void draw(std::size_t row, Composite& made) {
    const std::uint64_t stream = scores_.streams.empty() ? row : scores_.streams[row];
    Random random(options_.seed, stream);
    const auto draws = static_cast<std::size_t>(options_.draws);
    results_.assign(nodes_.size() * draws, undefined);
    for (std::size_t d = 0; d < draws; ++d) {
      normal_.resize(leaves_);
      for (double& z : normal_) {  // the middle of 2^52 equal cells: never 0 and never 1
        z = stats::normal_quantile((static_cast<double>(random.bits() >> 12) + 0.5) * 0x1.0p-52);
      }
      for (std::size_t leaf = 0; leaf < leaves_; ++leaf) drawn_[leaf] = drawn_leaf(leaf);
      for (std::size_t k = 0; k < nodes_.size(); ++k) {
        const bool here = !std::isnan(value_[leaves_ + k]);
        drawn_[leaves_ + k] = here ? mean_of(nodes_[k], drawn_) : undefined;
        results_[k * draws + d] = drawn_[leaves_ + k];
      }
    }
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      if (std::isnan(value_[leaves_ + k]) || !known_error(k)) continue;
      const auto first = results_.begin() + static_cast<std::ptrdiff_t>(k * draws);
      const auto last = first + static_cast<std::ptrdiff_t>(draws);
      std::sort(first, last);
      made.lower(row, k) = quantile(first, draws, (1.0 - options_.level) / 2.0);
      made.upper(row, k) = quantile(first, draws, (1.0 + options_.level) / 2.0);
    }
  }

  [[nodiscard]] double drawn_leaf(std::size_t leaf) const {
    if (std::isnan(value_[leaf])) return undefined;
    double z = normal_[leaf];
    if (!root_.empty()) {
      z = 0.0;
      for (std::size_t j = 0; j <= leaf; ++j) z += root_[leaf * leaves_ + j] * normal_[j];
    }
    const double side = z < 0.0 ? below_[leaf] : above_[leaf];
    const double score = value_[leaf] + z * (std::isnan(side) ? 0.0 : side / z_);
    return std::clamp(score, options_.low, options_.high);
  }

  // Whether every leaf that counts in a node has an interval.
  [[nodiscard]] bool known_error(std::size_t k) const {
    const CompositeNode& own = nodes_[k];
    for (std::size_t i = 0; i < own.parts.size(); ++i) {
      const auto part = static_cast<std::size_t>(own.parts[i]);
      if (own.weights[i] == 0.0 || std::isnan(value_[part])) continue;
      const bool known = part < leaves_ ? !std::isnan(below_[part] + above_[part]) : known_error(part - leaves_);
      if (!known) return false;
    }
    return true;
  }

  // R's type 7, between order statistics.
  static double quantile(std::vector<double>::const_iterator sorted, std::size_t count, double p) {
    const double place = p * static_cast<double>(count - 1);
    const auto low = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(low);
    const auto at = [sorted](std::size_t i) { return *(sorted + static_cast<std::ptrdiff_t>(i)); };
    return low + 1 < count ? at(low) + part * (at(low + 1) - at(low)) : at(low);
  }

  const CompositeScores& scores_;
  std::span<const CompositeNode> nodes_;
  const CompositeOptions& options_;
  std::span<const double> root_;
  double z_;
  std::size_t leaves_;
  std::size_t all_;
  std::vector<double> value_, lowest_, highest_, drawn_, coverage_;
  std::vector<std::uint8_t> applies_;
  std::vector<double> lower_, upper_, sides_, moved_down_, moved_up_, below_, above_, normal_, results_;
};

void check_scores(const CompositeScores& scores, std::span<const CompositeNode> nodes,
                  const CompositeOptions& options) {
  const bool needs_positive = std::any_of(nodes.begin(), nodes.end(),
                                          [](const auto& node) { return node.mean != MeanKind::arithmetic; });
  if (needs_positive && !(options.low > 0.0)) {
    detail::refuse_index(function, "a geometric or harmonic mean needs a scale above 0: ",
                         "give low, such as 1, or take the arithmetic mean");
  }
  const bool has_errors = scores.lower.data != nullptr;
  const bool has_bounds = scores.least.data != nullptr;
  for (std::size_t leaf = 0; leaf < scores.values.columns; ++leaf) {
    const auto fault = [leaf](std::string_view what) {
      detail::refuse_index(function, "column ", std::to_string(leaf), " holds ", what);
    };
    for (std::size_t row = 0; row < scores.values.rows; ++row) {
      const double score = scores.values(row, leaf);
      if (std::isinf(score)) fault("an infinite score; make it NaN, which is missing");
      if (score < options.low || score > options.high) {
        fault("a score outside of low to high, the ends of the scale; normalise it first");
      }
      if (has_errors && (scores.lower(row, leaf) > score || scores.upper(row, leaf) < score)) {
        fault("a score outside of its own lower to upper; give the interval of that score");
      }
      if (!has_bounds) continue;
      const double least = scores.least(row, leaf);
      const double most = scores.most(row, leaf);
      if (least > score || most < score || least > most || least < options.low || most > options.high) {
        fault("bounds that leave out the score or leave the scale; give least <= score <= most");
      }
    }
  }
}

}  // namespace

Composite composite_indicator(const CompositeScores& scores, std::span<const CompositeNode> nodes,
                              const CompositeOptions& options, Executor& executor) {
  const std::size_t leaves = scores.values.columns;
  const std::size_t rows = scores.values.rows;
  check_nodes(nodes, leaves);
  if (!(options.level > 0.0 && options.level < 1.0)) {
    detail::refuse_index(function, "level must lie between 0 and 1, such as 0.95");
  }
  if (!(options.low < options.high)) detail::refuse_index(function, "low must be below high, such as 1 and 100");
  if (options.draws < 2) detail::refuse_index(function, "draws must be at least 2");
  check_pair(scores.lower, scores.upper, scores.values, "lower and upper");
  check_pair(scores.least, scores.most, scores.values, "least and most");
  if (!scores.not_applicable.empty() && scores.not_applicable.size() != rows * leaves) {
    detail::refuse_index(function, "not_applicable must have the shape of the scores");
  }
  if (!scores.streams.empty() && scores.streams.size() != rows) {
    detail::refuse_index(function, "streams must have one number a unit");
  }
  check_scores(scores, nodes, options);
  std::vector<double> root;
  if (options.correlation.data != nullptr) {
    check_correlation(options.correlation, leaves);
    root = root_of(options.correlation, leaves);
  }
  Composite made;
  for (stats::Matrix* table : {&made.values, &made.lower, &made.upper, &made.lowest, &made.highest, &made.coverage}) {
    *table = {std::vector<double>(rows * nodes.size(), undefined), rows, nodes.size()};
  }
  made.statuses.assign(rows * nodes.size(), Status::not_enough_data);
  const double z = stats::normal_quantile(0.5 + options.level / 2.0);
  for_chunks(executor, rows, units_a_chunk, [&](std::size_t begin, std::size_t end) {
    Tree tree(scores, nodes, options, root, z);
    for (std::size_t row = begin; row < end; ++row) {
      if (row % 16 == 0) stop_point();
      tree.unit(row, made);
    }
  });
  return made;
}

Composite composite_indicator(const CompositeScores& scores, std::span<const CompositeNode> nodes,
                              const CompositeOptions& options) {
  SerialExecutor executor;
  return composite_indicator(scores, nodes, options, executor);
}

}  // namespace childwell::inline v0_1
