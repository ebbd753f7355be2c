// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/generalised_rounds.hpp>

#include <childwell/stats/round_block.hpp>
#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include "arguments.hpp"
#include "separating.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t blocks_a_flush = 32;  // 2,048 rows in single precision, then into double
constexpr std::size_t least_rows = 4096;    // a stretch; part of the result's bits
constexpr std::size_t most_stretches = 64;
constexpr double worst_condition = 1e5;
constexpr double arrived = 2e-9;  // standard errors; of coefficients of usual size about 1e-10
constexpr std::size_t small_sample = 32;  // one block in so many
constexpr std::size_t large_sample = 4;

// Begins on a cache line, so that no vector crosses one.
template <class T>
struct OnCacheLines {
  using value_type = T;
  OnCacheLines() = default;
  template <class U>
  explicit OnCacheLines(const OnCacheLines<U>&) noexcept {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* values, std::size_t) noexcept { ::operator delete(values, std::align_val_t{64}); }
  bool operator==(const OnCacheLines&) const = default;
};
template <class T>
using Aligned = std::vector<T, OnCacheLines<T>>;

constexpr std::array<double, round_block_rows> ones = [] {
  std::array<double, round_block_rows> made{};
  for (double& one : made) one = 1.0;
  return made;
}();
constexpr std::array<double, round_block_rows> zeros{};

// Where things are: the kernel knows dense columns and then the intercept; levels follow.
struct Layout {
  std::size_t dense = 0;
  std::size_t used = 0;   // dense and intercept
  std::size_t total = 0;  // with levels
  std::size_t padded = 0;
  bool intercept = true;
  std::vector<std::size_t> firsts;  // position of level 1 of each categorical column

  explicit Layout(const MixedDesign& design)
      : dense(design.dense.columns), used(dense + (design.intercept ? 1 : 0)), total(used), padded(RoundKernelInUse::padded_columns(used)), intercept(design.intercept) {
    for (const CategoricalColumn& column : design.categorical) {
      firsts.push_back(total);
      total += static_cast<std::size_t>(std::max(column.levels - 1, 0));
    }
  }
  // From the caller's order (intercept first) to the kernel's.
  [[nodiscard]] std::size_t inner(std::size_t outer) const {
    if (!intercept || outer >= used) return outer;
    return outer == 0 ? dense : outer - 1;
  }
};

struct Rounds {
  const MixedDesign& design;
  std::span<const double> outcomes, weights, offsets;
  RoundFamily family;
  Layout layout;
};

void check(std::string_view function, const Rounds& rounds) {
  const std::size_t n = rounds.outcomes.size();
  if (rounds.design.dense.columns > 0) check_same_length(function, rounds.design.dense.rows, n, "design and outcomes");
  check_weights(function, rounds.weights, n);
  if (!rounds.offsets.empty()) check_same_length(function, rounds.offsets.size(), n, "offsets and outcomes");
  for (const CategoricalColumn& column : rounds.design.categorical) {
    check_same_length(function, column.codes.size(), n, "codes and outcomes");
    if (column.levels < 1) refuse(function, "a categorical column has at least one level");
    if (std::any_of(column.codes.begin(), column.codes.end(), [&column](std::int32_t code) { return code >= column.levels; })) {
      refuse(function, "codes must be below the number of levels");
    }
  }
  const double most = rounds.family == RoundFamily::logistic ? 1.0 : std::numeric_limits<double>::infinity();
  for (const double y : rounds.outcomes) {
    if (y < 0.0 || y > most) refuse(function, rounds.family == RoundFamily::logistic ? "outcomes must lie between 0 and 1" : "counts must not be below 0");
  }
}

// Sums over rows in the kernel's order; of the information the lower triangle.
struct Partial {
  std::vector<double> gradient, information;
  double objective = 0.0;
  double weight = 0.0;
  std::int64_t count = 0, missing = 0, infinite = 0;
};

// Sums over blocks of rows. Blocks lie where the caller's data lie, unless rows must be left out or columns gathered.
class Summing {
 public:
  Summing(const Rounds& rounds, const std::vector<double>& coefficients, bool information)
      : rounds_(rounds), b_(coefficients), information_(information) {
    const Layout& layout = rounds.layout;
    sums_.gradient.assign(layout.total + 1, 0.0);
    if (information) {
      sums_.information.assign(layout.total * layout.total, 0.0);
      cross_.assign(layout.padded * layout.padded, 0.0F);
    }
    scaled_.assign(round_block_rows * std::max<std::size_t>(layout.padded, 1), 0.0F);
    gradient_.assign(layout.used + 1, 0.0);
    is_plain_ = rounds.design.dense.column_stride == 1 && rounds.design.dense.row_stride >= 0;
    if (!is_plain_) packed_.assign(round_block_rows * layout.dense, 0.0);
  }

  void add(std::size_t begin, std::size_t rows) {
    for (std::size_t k = 0; k < rows; ++k) rows_[k] = begin + k;
    if (!add_rows(rows, is_plain_)) add_what_is_there(begin, rows);
    if (++blocks_ == blocks_a_flush) flush();
  }

  Partial finished() {
    flush();
    return std::move(sums_);
  }

 private:
  const Rounds& rounds_;
  const std::vector<double>& b_;
  bool information_;
  bool is_plain_ = true;
  Partial sums_;
  Aligned<float> cross_, scaled_;
  Aligned<double> gradient_, packed_;
  std::array<std::size_t, round_block_rows> rows_{};
  alignas(64) std::array<double, round_block_rows> outcomes_{}, weights_{}, base_{};
  alignas(64) std::array<double, round_block_rows + 8> scores_{};
  alignas(64) std::array<float, round_block_rows + 8> roots_{};
  std::size_t blocks_ = 0;

  // False when a value is missing or infinite; then nothing was added.
  bool add_rows(std::size_t rows, bool in_place) {
    const Layout& layout = rounds_.layout;
    const MatrixView& dense = rounds_.design.dense;
    RoundBlock block;
    block.rows = rows;
    block.columns = layout.dense;
    block.intercept = layout.intercept;
    block.counts = rounds_.family == RoundFamily::poisson;
    block.information = information_;
    block.coefficients = b_.data();
    if (in_place) {
      block.design = layout.dense > 0 ? dense.data + static_cast<std::ptrdiff_t>(rows_[0]) * dense.row_stride : packed_.data();
      block.stride = static_cast<std::size_t>(dense.row_stride);
      block.ahead = block.design + rows * block.stride;
      block.ahead_bytes = rows_[0] + 2 * rows <= dense.rows ? rows * block.stride * sizeof(double) : 0;
    } else {
      packed_.resize(round_block_rows * layout.dense);
      for (std::size_t j = 0; j < layout.dense; ++j) {
        for (std::size_t k = 0; k < rows; ++k) packed_[k * layout.dense + j] = dense(rows_[k], j);
      }
      block.design = packed_.data();
      block.stride = layout.dense;
    }
    if (block.ahead == nullptr) block.ahead = block.design;
    const bool whole = rows == round_block_rows && in_place;
    block.outcomes = whole ? rounds_.outcomes.data() + rows_[0] : outcomes_.data();
    block.weights = rounds_.weights.empty() && rows == round_block_rows ? ones.data()
                    : whole                                            ? rounds_.weights.data() + rows_[0]
                                                                       : weights_.data();
    block.weights_are_one = rounds_.weights.empty() && rows == round_block_rows;
    if (!whole) {
      outcomes_.fill(0.0);
      weights_.fill(0.0);
      for (std::size_t k = 0; k < rows; ++k) {
        outcomes_[k] = rounds_.outcomes[rows_[k]];
        weights_[k] = rounds_.weights.empty() ? 1.0 : rounds_.weights[rows_[k]];
      }
    }
    const std::size_t columns = rounds_.design.categorical.size();
    block.base = zeros.data();
    if (columns > 0 || !rounds_.offsets.empty()) {
      base_.fill(0.0);
      for (std::size_t k = 0; k < rows; ++k) base_[k] = rounds_.offsets.empty() ? 0.0 : rounds_.offsets[rows_[k]];
      for (std::size_t c = 0; c < columns; ++c) {
        const double* levels = b_.data() + layout.firsts[c];
        for (std::size_t k = 0; k < rows; ++k) {
          const std::int32_t code = rounds_.design.categorical[c].codes[rows_[k]];
          if (code < 0) return false;
          if (code > 0) base_[k] += levels[code - 1];
        }
      }
      block.base = base_.data();
    }
    block.scores = scores_.data();
    block.roots = roots_.data();
    block.scaled = scaled_.data();
    block.cross = cross_.data();
    block.gradient = gradient_.data();
    RoundKernelInUse::run(block);
    if (block.refused) return false;
    sums_.objective += block.objective;
    for (std::size_t j = 0; j < layout.used; ++j) {
      sums_.gradient[j] += gradient_[j];
      gradient_[j] = 0.0;
    }
    for (std::size_t c = 0; c < columns; ++c) add_levels(rows, c);
    for (std::size_t k = 0; k < rows; ++k) {
      const double w = block.weights[k];
      sums_.weight += w;
      sums_.count += w > 0.0 ? 1 : 0;
    }
    return true;
  }

  // A level's row of the information: sums of the scaled rows that hold it, and of the levels of earlier columns.
  void add_levels(std::size_t rows, std::size_t column) {
    const Layout& layout = rounds_.layout;
    for (std::size_t k = 0; k < rows; ++k) {
      const std::int32_t code = rounds_.design.categorical[column].codes[rows_[k]];
      if (code == 0) continue;
      const std::size_t at = layout.firsts[column] + static_cast<std::size_t>(code - 1);
      sums_.gradient[at] += scores_[k];
      if (!information_) continue;
      double* row = sums_.information.data() + at * layout.total;
      const auto root = static_cast<double>(roots_[k]);
      const float* scaled = scaled_.data() + k * layout.padded;
      for (std::size_t j = 0; j < layout.used; ++j) row[j] += root * static_cast<double>(scaled[j]);
      for (std::size_t other = 0; other < column; ++other) {
        const std::int32_t beside = rounds_.design.categorical[other].codes[rows_[k]];
        if (beside > 0) row[layout.firsts[other] + static_cast<std::size_t>(beside - 1)] += root * root;
      }
      row[at] += root * root;
    }
  }

  void add_what_is_there(std::size_t begin, std::size_t rows) {
    std::size_t kept = 0;
    for (std::size_t i = begin; i < begin + rows; ++i) {
      if (!rounds_.weights.empty() && rounds_.weights[i] == 0.0) continue;
      bool missing = false;
      bool infinite = false;
      const auto look = [&](double x) {
        missing = missing || std::isnan(x);
        infinite = infinite || std::isinf(x);
      };
      look(rounds_.outcomes[i]);
      if (!rounds_.offsets.empty()) look(rounds_.offsets[i]);
      for (std::size_t j = 0; j < rounds_.layout.dense; ++j) look(rounds_.design.dense(i, j));
      for (const CategoricalColumn& column : rounds_.design.categorical) missing = missing || column.codes[i] < 0;
      if (missing) {
        ++sums_.missing;
      } else if (infinite) {
        ++sums_.infinite;
      } else {
        rows_[kept++] = i;
      }
    }
    // Refused again only where the coefficients themselves have run off.
    if (kept > 0 && !add_rows(kept, false)) sums_.objective = std::numeric_limits<double>::infinity();
  }

  void flush() {
    blocks_ = 0;
    if (!information_) return;
    const Layout& layout = rounds_.layout;
    for (std::size_t i = 0; i < layout.used; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        sums_.information[i * layout.total + j] += static_cast<double>(cross_[i * layout.padded + j]);
      }
    }
    std::fill(cross_.begin(), cross_.end(), 0.0F);
  }
};

Partial added(Partial earlier, const Partial& later) {
  for (std::size_t k = 0; k < later.gradient.size(); ++k) earlier.gradient[k] += later.gradient[k];
  for (std::size_t k = 0; k < later.information.size(); ++k) earlier.information[k] += later.information[k];
  earlier.objective += later.objective;
  earlier.weight += later.weight;
  earlier.count += later.count;
  earlier.missing += later.missing;
  earlier.infinite += later.infinite;
  return earlier;
}

// One round over all rows, or over one block in `share`.
Partial round_over(const Rounds& rounds, const std::vector<double>& b, bool information, std::size_t share, Executor& executor) {
  const std::size_t n = rounds.outcomes.size();
  const std::size_t p = rounds.layout.total;
  // Few stretches where each holds a large information matrix.
  const std::size_t most = std::clamp((std::size_t{1} << 24) / (p * p + 1), std::size_t{1}, most_stretches);
  const std::size_t even = (n + most - 1) / most;
  const std::size_t stretch = std::max(least_rows, (even + round_block_rows - 1) / round_block_rows * round_block_rows);
  Partial nothing;
  nothing.gradient.assign(p + 1, 0.0);
  if (information) nothing.information.assign(p * p, 0.0);
  return reduce_chunks(
      executor, n, stretch, std::move(nothing),
      [&](std::size_t begin, std::size_t end) {
        Summing summing(rounds, b, information);
        const std::size_t step = share * round_block_rows;
        for (std::size_t at = begin; at < end; at += step) summing.add(at, std::min(round_block_rows, end - at));
        return summing.finished();
      },
      added);
}

GeneralisedSummary outward(const Layout& layout, const Partial& sums) {
  GeneralisedSummary made;
  const std::size_t p = layout.total;
  made.gradient.resize(p);
  made.information = {std::vector<double>(p * p), p, p};
  for (std::size_t i = 0; i < p; ++i) {
    const std::size_t a = layout.inner(i);
    made.gradient[i] = sums.gradient[a];
    for (std::size_t j = 0; j < p; ++j) {
      const std::size_t b = layout.inner(j);
      made.information(i, j) = sums.information[std::max(a, b) * p + std::min(a, b)];
    }
  }
  made.objective = sums.objective;
  made.weight = sums.weight;
  made.count = sums.count;
  made.missing = sums.missing;
  made.infinite = sums.infinite;
  return made;
}

// Information plus ridge, columns of equal length, decomposed.
struct Steering {
  Eigen::VectorXd lengths;
  Eigen::LLT<Eigen::MatrixXd> factor;
  double condition = std::numeric_limits<double>::infinity();

  bool take(const double* lower, std::size_t p, const Eigen::VectorXd& penalty) {
    const auto size = static_cast<Eigen::Index>(p);
    Eigen::MatrixXd information = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(lower, size, size)
                                      .selfadjointView<Eigen::Lower>();
    information.diagonal() += penalty;
    lengths = information.diagonal().cwiseSqrt();
    condition = std::numeric_limits<double>::infinity();
    if (!information.allFinite() || (size > 0 && !(lengths.minCoeff() > 0.0))) return false;
    information = lengths.cwiseInverse().asDiagonal() * information * lengths.cwiseInverse().asDiagonal();
    factor.compute(information);
    if (factor.info() != Eigen::Success) return false;
    condition = size > 0 ? 1.0 / factor.rcond() : 1.0;
    return condition <= worst_condition;
  }
  [[nodiscard]] Eigen::VectorXd step(const Eigen::VectorXd& gradient) const {
    return factor.solve(gradient.cwiseQuotient(lengths)).cwiseQuotient(lengths);
  }
};

Eigen::VectorXd penalty_of(const Layout& layout, double ridge) {
  Eigen::VectorXd penalty = Eigen::VectorXd::Constant(static_cast<Eigen::Index>(layout.total), ridge);
  if (layout.intercept) penalty(static_cast<Eigen::Index>(layout.dense)) = 0.0;
  return penalty;
}

Eigen::VectorXd gradient_of(const Partial& sums, const std::vector<double>& b, const Eigen::VectorXd& penalty) {
  const auto p = static_cast<Eigen::Index>(b.size());
  return Eigen::Map<const Eigen::VectorXd>(sums.gradient.data(), p) - penalty.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(b.data(), p));
}

double penalised(const Partial& sums, const std::vector<double>& b, const Eigen::VectorXd& penalty) {
  const Eigen::Map<const Eigen::ArrayXd> at(b.data(), static_cast<Eigen::Index>(b.size()));
  return sums.objective + 0.5 * (penalty.array() * at.square()).sum();
}

struct Reached {
  std::vector<double> coefficients;
  Steering steering;
  Partial last;
  std::int64_t rounds = 0;
  Status status = Status::not_converged;  // rank_deficient: too ill-conditioned for this path
};

// Newton on one block in `share`, to begin near.
void start_on_sample(const Rounds& rounds, double ridge, std::size_t share, int most, Executor& executor, std::vector<double>& b) {
  const Eigen::VectorXd penalty = penalty_of(rounds.layout, ridge / static_cast<double>(share));
  std::vector<double> from = b;
  double last = std::numeric_limits<double>::infinity();
  for (int round = 0; round < most; ++round) {
    const Partial sums = round_over(rounds, from, true, share, executor);
    const double objective = penalised(sums, from, penalty);
    Steering steering;
    if (!(objective <= last) || !steering.take(sums.information.data(), rounds.layout.total, penalty)) return;
    b = from;
    last = objective;
    const Eigen::VectorXd gradient = gradient_of(sums, from, penalty);
    const Eigen::VectorXd step = steering.step(gradient);
    for (std::size_t k = 0; k < from.size(); ++k) from[k] += step(static_cast<Eigen::Index>(k));
    // The sample is sqrt(p) of its standard errors away from the whole anyway.
    if (gradient.dot(step) < (most == 1 ? static_cast<double>(b.size()) * 1e2 : 0.25)) {
      b = from;
      return;
    }
  }
}

Reached maximise(const Rounds& rounds, double ridge, std::int64_t most_rounds, Executor& executor, std::vector<double> b) {
  Reached made;
  const std::size_t p = rounds.layout.total;
  const Eigen::VectorXd penalty = penalty_of(rounds.layout, ridge);
  if (rounds.outcomes.size() >= most_stretches * round_block_rows * large_sample * large_sample) {
    start_on_sample(rounds, ridge, small_sample, 12, executor, b);
    start_on_sample(rounds, ridge, large_sample, 1, executor, b);
  }
  std::vector<double> before = b;
  double lowest = std::numeric_limits<double>::infinity();
  double last_distance = std::numeric_limits<double>::infinity();
  bool fresh = true;
  int halvings = 0;
  for (; made.rounds < most_rounds; ++made.rounds) {
    Partial sums = round_over(rounds, b, fresh, 1, executor);
    const double objective = penalised(sums, b, penalty);
    if (!(objective <= lowest + 1e-12 * (std::abs(lowest) + 1.0))) {
      if (++halvings > 60) return made;
      for (std::size_t k = 0; k < p; ++k) b[k] = 0.5 * (b[k] + before[k]);
      fresh = true;
      last_distance = std::numeric_limits<double>::infinity();
      continue;
    }
    if (sums.infinite > 0 || sums.count == 0) {
      made.last = std::move(sums);
      return made;
    }
    halvings = 0;
    lowest = objective;
    before = b;
    if (fresh && !made.steering.take(sums.information.data(), p, penalty)) {
      made.last = std::move(sums);
      made.status = Status::rank_deficient;
      return made;
    }
    const Eigen::VectorXd gradient = gradient_of(sums, b, penalty);
    const Eigen::VectorXd step = made.steering.step(gradient);
    const double distance = std::sqrt(std::max(0.0, gradient.dot(step)));
    for (std::size_t k = 0; k < p; ++k) b[k] += step(static_cast<Eigen::Index>(k));
    made.last = std::move(sums);
    if (!std::isfinite(distance)) return made;
    // How far the maximum may still be: information made here leaves little, older information what it left last time.
    // The typical change of a linear predictor, as a share, is how much the information changes along the step.
    const double change = distance / std::sqrt(0.1 * made.last.weight + 1.0);
    const double shrinks = fresh ? std::min(0.5, change + 1e-7 * made.steering.condition) : distance / last_distance;
    const bool stands = distance < 1e-8 && !(shrinks < 0.5);  // rounding
    if (distance * shrinks <= arrived * std::max(1e-3, 1.0 - shrinks) || stands || distance == 0.0) {
      made.coefficients = std::move(b);
      made.status = Status::ok;
      ++made.rounds;
      return made;
    }
    // A round for the gradient alone costs about a third: as long as that path is the shorter one, keep the information.
    const double expected = fresh ? std::clamp(0.3 * change, 1e-7 * made.steering.condition, 0.5) : shrinks;
    const double rounds_left = expected > 0.0 && expected < 1.0 ? std::log(arrived / distance) / std::log(expected) : 1e3;
    fresh = rounds_left > 4.5;
    last_distance = distance;
  }
  return made;
}

}  // namespace

GeneralisedSummary generalised_summary(const MixedDesign& design, std::span<const double> outcomes,
                                       std::span<const double> coefficients, std::span<const double> weights,
                                       std::span<const double> offsets, RoundFamily family, Executor& executor) {
  const Rounds rounds{design, outcomes, weights, offsets, family, Layout(design)};
  check("generalised_summary", rounds);
  if (coefficients.size() != rounds.layout.total) refuse("generalised_summary", "coefficients must have one entry a coefficient");
  if (!all_finite(coefficients)) refuse("generalised_summary", "coefficients must be finite");
  std::vector<double> b(rounds.layout.total);
  for (std::size_t k = 0; k < b.size(); ++k) b[rounds.layout.inner(k)] = coefficients[k];
  return outward(rounds.layout, round_over(rounds, b, true, 1, executor));
}

GeneralisedSummary merge_summaries(GeneralisedSummary earlier, const GeneralisedSummary& later) {
  if (earlier.gradient.size() != later.gradient.size()) refuse("merge_summaries", "both must be of the same model");
  for (std::size_t k = 0; k < later.gradient.size(); ++k) earlier.gradient[k] += later.gradient[k];
  for (std::size_t k = 0; k < later.information.values.size(); ++k) earlier.information.values[k] += later.information.values[k];
  earlier.objective += later.objective;
  earlier.weight += later.weight;
  earlier.count += later.count;
  earlier.missing += later.missing;
  earlier.infinite += later.infinite;
  return earlier;
}

NewtonStep newton_step(const GeneralisedSummary& summary, std::span<const double> coefficients, double ridge, bool intercept) {
  const std::size_t p = summary.gradient.size();
  if (coefficients.size() != p) refuse("newton_step", "coefficients must be those of the summary");
  if (!(ridge >= 0.0 && std::isfinite(ridge))) refuse("newton_step", "ridge must be finite and not below 0");
  NewtonStep made;
  made.coefficients.assign(p, undefined);
  if (summary.infinite > 0) {
    made.status = Status::not_finite;
    return made;
  }
  if (summary.count == 0 || p == 0) return made;
  Eigen::VectorXd penalty = Eigen::VectorXd::Constant(static_cast<Eigen::Index>(p), ridge);
  if (intercept) penalty(0) = 0.0;
  const Eigen::Map<const Eigen::VectorXd> b(coefficients.data(), static_cast<Eigen::Index>(p));
  made.objective = summary.objective + 0.5 * (penalty.array() * b.array().square()).sum();
  Steering steering;
  const bool steers = steering.take(summary.information.values.data(), p, penalty);
  made.condition = steering.condition;
  made.status = Status::rank_deficient;
  if (!steers) return made;
  const Eigen::VectorXd gradient = Eigen::Map<const Eigen::VectorXd>(summary.gradient.data(), b.size()) - penalty.cwiseProduct(b);
  const Eigen::VectorXd step = steering.step(gradient);
  made.distance = std::sqrt(std::max(0.0, gradient.dot(step)));
  for (std::size_t k = 0; k < p; ++k) made.coefficients[k] = coefficients[k] + step(static_cast<Eigen::Index>(k));
  made.status = Status::ok;
  return made;
}

namespace {

bool is_used(const Rounds& rounds, std::size_t i) {
  if (std::isnan(rounds.outcomes[i]) || (!rounds.weights.empty() && rounds.weights[i] == 0.0)) return false;
  if (!rounds.offsets.empty() && std::isnan(rounds.offsets[i])) return false;
  for (const CategoricalColumn& column : rounds.design.categorical) {
    if (column.codes[i] < 0) return false;
  }
  for (std::size_t j = 0; j < rounds.layout.dense; ++j) {
    if (std::isnan(rounds.design.dense(i, j))) return false;
  }
  return true;
}

// Outcomes that are all at an end of what a mean can be.
bool is_at_one_end(const Rounds& rounds, bool look_at_rows) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (std::size_t i = 0; i < rounds.outcomes.size(); ++i) {
    if (std::isnan(rounds.outcomes[i]) || (look_at_rows && !is_used(rounds, i))) continue;
    least = std::min(least, rounds.outcomes[i]);
    most = std::max(most, rounds.outcomes[i]);
  }
  return most == 0.0 || (rounds.family == RoundFamily::logistic && least == 1.0);
}

// The deviance of the saturated model and what the objective leaves out, over the rows that are used.
std::pair<double, double> parts_of_the_data(const Rounds& rounds, bool look_at_rows) {
  const auto over_rows = [&](auto part) {
    return chunked_sum(rounds.outcomes.size(), [&](std::size_t i) {
      if (std::isnan(rounds.outcomes[i]) || (look_at_rows && !is_used(rounds, i))) return 0.0;
      const double w = rounds.weights.empty() ? 1.0 : rounds.weights[i];
      return w > 0.0 ? part(rounds.outcomes[i], w) : 0.0;
    });
  };
  if (rounds.family == RoundFamily::poisson) {
    return {over_rows([](double y, double w) { return y > 0.0 ? w * (y * std::log(y) - y) : 0.0; }),
            over_rows([](double y, double w) { return -w * log_gamma(y + 1.0); })};
  }
  return {over_rows([](double y, double w) { return y > 0.0 && y < 1.0 ? w * (y * std::log(y) + (1.0 - y) * std::log1p(-y)) : 0.0; }),
          over_rows([](double y, double w) {
            return y > 0.0 && y < 1.0 ? log_gamma(w + 1.0) - log_gamma(w * y + 1.0) - log_gamma(w * (1.0 - y) + 1.0) : 0.0;
          })};
}

bool is_near_the_edge(const Rounds& rounds, const std::vector<double>& b) {
  for (std::size_t i = 0; i < rounds.outcomes.size(); ++i) {
    const double y = rounds.outcomes[i];
    if (y != 0.0 && (y != 1.0 || rounds.family == RoundFamily::poisson)) continue;
    double eta = rounds.layout.intercept ? b[rounds.layout.dense] : 0.0;
    for (std::size_t j = 0; j < rounds.layout.dense; ++j) eta += b[j] * rounds.design.dense(i, j);
    for (std::size_t c = 0; c < rounds.design.categorical.size(); ++c) {
      const std::int32_t code = rounds.design.categorical[c].codes[i];
      if (code > 0) eta += b[rounds.layout.firsts[c] + static_cast<std::size_t>(code - 1)];
    }
    if (!rounds.offsets.empty()) eta += rounds.offsets[i];
    if (y == 0.0 ? eta < -14.0 : eta > 14.0) return true;
  }
  return false;
}

std::vector<std::string> names_of(const Layout& layout, const RidgeOptions& options) {
  std::vector<std::string> names;
  if (layout.intercept) names.emplace_back("(intercept)");
  for (std::size_t k = 0; k + (layout.intercept ? 1 : 0) < layout.total; ++k) names.push_back(column_name(options.names, k));
  return names;
}

// The careful path: levels as columns of zeros and ones.
GeneralisedFit fit_by_qr(const Rounds& rounds, const RidgeOptions& options) {
  const Layout& layout = rounds.layout;
  const std::size_t n = rounds.outcomes.size();
  const std::size_t width = layout.total - (layout.intercept ? 1 : 0);
  const std::size_t levels_from = layout.dense;
  std::vector<double> values(n * width, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    double* row = values.data() + i * width;
    for (std::size_t j = 0; j < layout.dense; ++j) row[j] = rounds.design.dense(i, j);
    for (std::size_t c = 0; c < rounds.design.categorical.size(); ++c) {
      const CategoricalColumn& column = rounds.design.categorical[c];
      const std::size_t first = levels_from + layout.firsts[c] - layout.used;
      if (column.codes[i] < 0) {
        for (std::int32_t level = 1; level < column.levels; ++level) row[first + static_cast<std::size_t>(level - 1)] = undefined;
      } else if (column.codes[i] > 0) {
        row[first + static_cast<std::size_t>(column.codes[i] - 1)] = 1.0;
      }
    }
  }
  const MatrixView view{values.data(), n, width, static_cast<std::ptrdiff_t>(width), 1};
  GeneralisedOptions careful;
  careful.intercept = layout.intercept;
  careful.ridge = options.ridge;
  careful.level = options.level;
  careful.most_steps = options.most_rounds;
  careful.names = options.names;
  if (rounds.family == RoundFamily::poisson) return fit_poisson(view, rounds.outcomes, {}, rounds.weights, rounds.offsets, careful);
  return fit_logistic(view, rounds.outcomes, rounds.weights, rounds.offsets, careful);
}

}  // namespace

GeneralisedFit fit_ridge(const MixedDesign& design, std::span<const double> outcomes, std::span<const double> weights,
                         std::span<const double> offsets, const RidgeOptions& options, Executor& executor) {
  constexpr std::string_view function = "fit_ridge";
  // Rows are read where they lie when they lie one after the other; else they are copied so, once.
  MixedDesign laid = design;
  std::vector<double> copied;
  if (design.dense.columns > 0 && design.dense.column_stride != 1) {
    const std::size_t width = design.dense.columns;
    copied.resize(design.dense.rows * width);
    for_chunks(executor, design.dense.rows, least_rows, [&](std::size_t begin, std::size_t end) {
      for (std::size_t from = begin; from < end; from += round_block_rows) {
        const std::size_t to = std::min(end, from + round_block_rows);
        for (std::size_t j = 0; j < width; ++j) {
          for (std::size_t i = from; i < to; ++i) copied[i * width + j] = design.dense(i, j);
        }
      }
    });
    laid.dense = {copied.data(), design.dense.rows, width, static_cast<std::ptrdiff_t>(width), 1};
  }
  const Rounds rounds{laid, outcomes, weights, offsets, options.family, Layout(laid)};
  check(function, rounds);
  check_level(function, options.level);
  const Layout& layout = rounds.layout;
  if (!(options.ridge >= 0.0 && std::isfinite(options.ridge))) refuse(function, "ridge must be finite and not below 0");
  if (options.most_rounds < 1) refuse(function, "most_rounds must be at least 1");
  if (!options.names.empty() && options.names.size() + (layout.intercept ? 1 : 0) != layout.total) {
    refuse(function, "names must have one entry a dense column and a level but the first");
  }
  GeneralisedFit fit;
  const std::size_t p = layout.total;
  fit.names = names_of(layout, options);
  fit.intercept = layout.intercept;
  fit.level = options.level;
  fit.link = options.family == RoundFamily::poisson ? Link::log : Link::logit;
  for (std::vector<double>* values : {&fit.coefficients, &fit.standard_errors, &fit.statistics, &fit.p_values, &fit.lower, &fit.upper}) {
    values->assign(p, undefined);
  }
  fit.covariance = {std::vector<double>(p * p, undefined), p, p};
  if (outcomes.empty() || p == 0) return fit;

  bool look_at_rows = !weights.empty();
  if (is_at_one_end(rounds, look_at_rows)) {
    // Also where nothing is there at all.
    fit.count = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i) fit.count += is_used(rounds, i) ? 1 : 0;
    fit.missing = static_cast<std::int64_t>(outcomes.size()) - fit.count;
    fit.status = fit.count > 0 ? Status::degenerate : Status::not_enough_data;
    return fit;
  }
  std::vector<double> b(p, 0.0);
  if (layout.intercept && offsets.empty()) {
    const auto weighted = [&](auto value) {
      return chunked_sum(outcomes.size(), [&](std::size_t i) {
        return std::isnan(outcomes[i]) ? 0.0 : (weights.empty() ? 1.0 : weights[i]) * value(outcomes[i]);
      });
    };
    const double share = weighted([](double y) { return y; }) / weighted([](double) { return 1.0; });
    b[layout.dense] = options.family == RoundFamily::poisson ? std::log(share) : std::log(share / (1.0 - share));
    if (!std::isfinite(b[layout.dense])) b[layout.dense] = 0.0;
  }
  Reached found = maximise(rounds, options.ridge, options.most_rounds, executor, b);
  fit.count = found.last.count;
  fit.missing = found.last.missing;
  if (found.last.infinite > 0) {
    fit.status = Status::not_finite;
    return fit;
  }
  if (fit.count == 0) return fit;
  if (fit.missing > 0 && !look_at_rows) {
    look_at_rows = true;
    if (is_at_one_end(rounds, true)) {
      fit.status = Status::degenerate;
      return fit;
    }
  }
  if (found.status == Status::rank_deficient ||
      (options.ridge == 0.0 && (found.status != Status::ok || is_near_the_edge(rounds, found.coefficients)))) {
    return fit_by_qr(rounds, options);
  }
  fit.iterations = found.rounds;
  fit.status = found.status;
  if (found.status != Status::ok) return fit;
  const Eigen::VectorXd penalty = penalty_of(layout, options.ridge);
  if (options.standard_errors) {
    found.last = round_over(rounds, found.coefficients, true, 1, executor);
    ++fit.iterations;
    if (!found.steering.take(found.last.information.data(), p, penalty)) return fit_by_qr(rounds, options);
    const Eigen::MatrixXd scaled = found.steering.factor.solve(Eigen::MatrixXd::Identity(static_cast<Eigen::Index>(p), static_cast<Eigen::Index>(p)));
    for (std::size_t i = 0; i < p; ++i) {
      const auto a = static_cast<Eigen::Index>(layout.inner(i));
      for (std::size_t j = 0; j < p; ++j) {
        const auto c = static_cast<Eigen::Index>(layout.inner(j));
        fit.covariance(i, j) = scaled(a, c) / (found.steering.lengths(a) * found.steering.lengths(c));
      }
    }
  }
  const double reach = normal_quantile(0.5 + 0.5 * options.level);
  for (std::size_t i = 0; i < p; ++i) {
    fit.coefficients[i] = found.coefficients[layout.inner(i)];
    fit.standard_errors[i] = std::sqrt(fit.covariance(i, i));
    fit.statistics[i] = fit.coefficients[i] / fit.standard_errors[i];
    fit.p_values[i] = 2.0 * normal_sf(std::abs(fit.statistics[i]));
    fit.lower[i] = fit.coefficients[i] - reach * fit.standard_errors[i];
    fit.upper[i] = fit.coefficients[i] + reach * fit.standard_errors[i];
  }
  fit.dispersion = 1.0;
  fit.condition = found.steering.condition;
  fit.rank = static_cast<std::int64_t>(p);
  fit.residual_degrees_of_freedom = fit.count - fit.rank;
  const auto [saturated, constant] = parts_of_the_data(rounds, look_at_rows);
  fit.deviance = 2.0 * (found.last.objective + saturated);
  fit.log_likelihood = constant - found.last.objective;
  fit.aic = 2.0 * static_cast<double>(fit.rank) - 2.0 * fit.log_likelihood;
  return fit;
}

}  // namespace childwell::inline v0_1::stats
