// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/control_chart.hpp>

#include <childwell/stats/special.hpp>
#include <childwell/stats/sum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "arguments.hpp"

namespace childwell::inline v0_1::stats {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check_baseline(std::string_view function, double target, double sigma) {
  if (std::isinf(target) || std::isinf(sigma) || sigma < 0.0) {
    refuse(function, "target and sigma must be finite and sigma not below 0; take them from a baseline without change");
  }
}

void check_ewma(std::string_view function, const EwmaOptions& options) {
  if (!(options.weight > 0.0 && options.weight <= 1.0)) refuse(function, "weight must lie above 0 and be at most 1");
  if (!(options.limit > 0.0) || std::isinf(options.limit)) refuse(function, "limit must be above 0 and finite");
}

void check_cusum(std::string_view function, const CusumOptions& options) {
  if (!(options.allowance >= 0.0) || std::isinf(options.allowance)) {
    refuse(function, "allowance must be finite and not below 0, such as half the shift to find");
  }
  if (!(options.limit >= 0.0) || std::isinf(options.limit)) refuse(function, "limit must be finite and not below 0");
}

// What a chart can be made from: counts, and the first reason not to make it.
template <class Chart>
bool can_chart(std::span<const double> values, double target, double sigma, Chart& made) {
  made.target = target;
  made.sigma = sigma;
  bool finite = true;
  for (const double x : values) {
    made.missing += std::isnan(x) ? 1 : 0;
    finite = finite && !std::isinf(x);
  }
  made.count = static_cast<std::int64_t>(values.size()) - made.missing;
  if (!finite) {
    made.status = Status::not_finite;
  } else if (made.count == 0 || std::isnan(target) || std::isnan(sigma)) {
    made.status = Status::not_enough_data;
  } else {
    made.status = sigma == 0.0 ? Status::degenerate : Status::ok;
    return true;
  }
  return false;
}

// 1 - (1 - weight)^(2 t), without cancellation for a small weight.
double widened(double weight, double observations) {
  return weight == 1.0 ? 1.0 : -std::expm1(2.0 * observations * std::log1p(-weight));
}

// A substochastic chain: moves within a band, exits kept apart. Elimination from the last state downwards adds,
// multiplies and divides numbers that are not negative, never subtracts: 1 - q_jj is the sum of the ways out
// (Grassmann, Taksar and Heyman), so expected times keep their digits however long they are (O'Cinneide 1993, Numer.
// Math. 65).
class Chain {
 public:
  Chain(std::size_t states, std::size_t below, std::size_t above)
      : exits(states, 0.0), states_(states), below_(below), above_(above), moves_(states * (below + above + 1), 0.0) {}

  double& move(std::size_t from, std::size_t to) { return moves_[from * (below_ + above_ + 1) + below_ + to - from]; }

  std::vector<double> exits;

  void eliminate() {
    leaving_.assign(states_, 0.0);
    for (std::size_t j = states_; j-- > 0;) {
      double leaving = exits[j];
      for (std::size_t k = lowest(j); k < j; ++k) leaving += move(j, k);
      leaving_[j] = leaving;
      for (std::size_t i = j > above_ ? j - above_ : 0; i < j; ++i) {
        if (move(i, j) == 0.0) continue;
        const double share = move(i, j) /= leaving;
        exits[i] += share * exits[j];
        for (std::size_t k = lowest(j); k < j; ++k) move(i, k) += share * move(j, k);
      }
    }
  }

  // Expected steps until exit, from each state.
  std::vector<double> times() {
    std::vector<double> x(states_, 1.0);
    for (std::size_t j = states_; j-- > 0;) {
      for (std::size_t i = j > above_ ? j - above_ : 0; i < j; ++i) x[i] += move(i, j) * x[j];
    }
    for (std::size_t j = 0; j < states_; ++j) {
      for (std::size_t k = lowest(j); k < j; ++k) x[j] += move(j, k) * x[k];
      x[j] /= leaving_[j];
    }
    return x;
  }

  // The distribution that the chain keeps as long as it has not left: inverse iteration from state 0.
  bool quasi_stationary(std::vector<double>& share) {
    constexpr int most_steps = 1000;
    share.assign(states_, 0.0);
    share[0] = 1.0;
    for (int step = 0; step < most_steps; ++step) {
      std::vector<double> x = share;
      for (std::size_t j = states_; j-- > 0;) {
        x[j] /= leaving_[j];
        for (std::size_t k = lowest(j); k < j; ++k) x[k] += x[j] * move(j, k);
      }
      double total = 0.0;
      for (std::size_t j = 0; j < states_; ++j) {
        for (std::size_t i = j > above_ ? j - above_ : 0; i < j; ++i) x[j] += x[i] * move(i, j);
        total += x[j];
      }
      double change = 0.0;
      for (std::size_t j = 0; j < states_; ++j) {
        change += std::abs(x[j] / total - share[j]);
        share[j] = x[j] / total;
      }
      if (!std::isfinite(total)) return false;
      if (change < 1e-14) return true;
    }
    return false;
  }

 private:
  [[nodiscard]] std::size_t lowest(std::size_t state) const { return state > below_ ? state - below_ : 0; }

  std::size_t states_, below_, above_;
  std::vector<double> moves_;
  std::vector<double> leaving_;
};

struct Rule {
  std::vector<double> nodes;  // in (-1, 1)
  std::vector<double> weights;
};

Rule gauss_legendre(std::size_t count) {
  Rule rule{std::vector<double>(count), std::vector<double>(count)};
  const auto n = static_cast<double>(count);
  for (std::size_t i = 0; i < (count + 1) / 2; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 1.0;
    for (int step = 0; step < 100; ++step) {
      double before = 1.0;
      double now = x;
      for (std::size_t k = 2; k <= count; ++k) {
        const auto degree = static_cast<double>(k);
        const double next = ((2.0 * degree - 1.0) * x * now - (degree - 1.0) * before) / degree;
        before = now;
        now = next;
      }
      slope = n * (x * now - before) / (x * x - 1.0);
      const double move = now / slope;
      x -= move;
      if (std::abs(move) < 1e-15) break;
    }
    rule.nodes[i] = -x;
    rule.nodes[count - 1 - i] = x;
    rule.weights[i] = rule.weights[count - 1 - i] = 2.0 / ((1.0 - x * x) * slope * slope);
  }
  return rule;
}

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi); }

// Nodes enough for kernels of unit width on an interval of this length, and a finer rule to compare with.
std::size_t node_count(double length, bool fine) {
  const auto count = static_cast<std::size_t>(24.0 + std::ceil(5.0 * length));
  return fine ? count + count / 4 + 7 : count;
}

// Page's equation upwards: an atom at 0, then the nodes of (0, h).
Chain cusum_chain(const CusumOptions& options, double shift, const Rule& rule) {
  const std::size_t nodes = rule.nodes.size();
  Chain chain(nodes + 1, nodes, nodes);
  const auto place = [&](std::size_t i) { return i == 0 ? 0.0 : 0.5 * options.limit * (1.0 + rule.nodes[i - 1]); };
  for (std::size_t i = 0; i <= nodes; ++i) {
    const double drift = options.allowance - shift - place(i);
    chain.move(i, 0) = normal_cdf(drift);
    for (std::size_t j = 1; j <= nodes; ++j) {
      chain.move(i, j) = 0.5 * options.limit * rule.weights[j - 1] * normal_density(place(j) + drift);
    }
    chain.exits[i] = normal_sf(options.limit + drift);
  }
  return chain;
}

RunLength one_sided_cusum(const CusumOptions& options, double shift, bool fine, bool with_steady) {
  const Rule rule = gauss_legendre(node_count(options.limit, fine));
  Chain chain = cusum_chain(options, shift, rule);
  chain.eliminate();
  const std::vector<double> times = chain.times();
  RunLength made{times[0], undefined, Status::ok};
  if (!with_steady) return made;
  std::vector<double> share;
  Chain before = cusum_chain(options, 0.0, rule);
  before.eliminate();
  if (before.quasi_stationary(share)) {
    made.steady_state = 0.0;
    for (std::size_t i = 0; i < share.size(); ++i) made.steady_state += share[i] * times[i];
  }
  return made;
}

RunLength cusum_by(const CusumOptions& options, double shift, CusumSides sides, bool fine, bool with_steady) {
  RunLength up = one_sided_cusum(options, shift, fine, with_steady && sides == CusumSides::one);
  if (sides == CusumSides::one) return up;
  const double down = shift == 0.0 ? up.average : one_sided_cusum(options, -shift, fine, false).average;
  // The shorter side leads, so that the other may be infinite.
  const double shorter = std::min(up.average, down);
  up.average = shorter / (1.0 + shorter / std::max(up.average, down));
  return up;
}

double ewma_spread(double weight) { return std::sqrt(weight / (2.0 - weight)); }

Chain ewma_chain(const EwmaOptions& options, double shift, const Rule& rule) {
  const std::size_t nodes = rule.nodes.size();
  const double edge = options.limit * ewma_spread(options.weight);
  Chain chain(nodes, nodes - 1, nodes - 1);
  for (std::size_t i = 0; i < nodes; ++i) {
    const double centre = (1.0 - options.weight) * edge * rule.nodes[i] + options.weight * shift;
    for (std::size_t j = 0; j < nodes; ++j) {
      chain.move(i, j) =
          edge / options.weight * rule.weights[j] * normal_density((edge * rule.nodes[j] - centre) / options.weight);
    }
    chain.exits[i] = normal_sf((edge - centre) / options.weight) + normal_sf((edge + centre) / options.weight);
  }
  return chain;
}

double ewma_width(const EwmaOptions& options) {
  return 2.0 * options.limit / std::sqrt(options.weight * (2.0 - options.weight));
}

RunLength ewma_by(const EwmaOptions& options, double shift, bool fine, bool with_steady) {
  const Rule rule = gauss_legendre(node_count(ewma_width(options), fine));
  const std::size_t nodes = rule.nodes.size();
  Chain chain = ewma_chain(options, shift, rule);
  chain.eliminate();
  const std::vector<double> last = chain.times();
  const double edge = options.limit * ewma_spread(options.weight);
  // One step back: expected time from z, where the next value must fall into (-next_edge, next_edge).
  const auto from = [&](double z, double next_edge, const std::vector<double>& times) {
    const double centre = (1.0 - options.weight) * z + options.weight * shift;
    double sum = 1.0;
    for (std::size_t j = 0; j < nodes; ++j) {
      const double apart = (next_edge * rule.nodes[j] - centre) / options.weight;
      // Beyond, the density is below 1e-31 and cannot be seen in a sum of at least 1.
      if (std::abs(apart) < 12.0)
        sum += next_edge / options.weight * rule.weights[j] * normal_density(apart) * times[j];
    }
    return sum;
  };
  std::vector<double> times = last;
  double next_edge = edge;
  if (options.limits == EwmaLimits::exact && options.weight < 1.0) {
    const auto settled = static_cast<std::int64_t>(std::ceil(-17.5 / std::log1p(-options.weight)));
    next_edge = edge * std::sqrt(widened(options.weight, static_cast<double>(settled)));
    for (std::int64_t step = settled - 1; step > 0; --step) {
      const double here = edge * std::sqrt(widened(options.weight, static_cast<double>(step)));
      std::vector<double> earlier(nodes);
      for (std::size_t i = 0; i < nodes; ++i) earlier[i] = from(here * rule.nodes[i], next_edge, times);
      times = std::move(earlier);
      next_edge = here;
    }
  }
  RunLength made{from(0.0, next_edge, times), undefined, Status::ok};
  if (!with_steady) return made;
  std::vector<double> share;
  Chain before = ewma_chain(options, 0.0, rule);
  before.eliminate();
  if (before.quasi_stationary(share)) {
    made.steady_state = 0.0;
    for (std::size_t i = 0; i < share.size(); ++i) made.steady_state += share[i] * last[i];
  }
  return made;
}

bool near(double first, double second) { return std::abs(first - second) <= 1e-9 * std::abs(first); }

// What two rules agree on; else no number.
RunLength agreed(const RunLength& coarse, const RunLength& fine) {
  RunLength made{undefined, undefined, Status::not_converged};
  if (!std::isfinite(fine.average) || !near(fine.average, coarse.average)) return made;
  made.average = fine.average;
  made.status = Status::ok;
  if (near(fine.steady_state, coarse.steady_state)) made.steady_state = fine.steady_state;
  return made;
}

void check_average(std::string_view function, double average) {
  if (!(average > 1.0 && average <= 1e15)) {
    refuse(function, "average_run_length is a number of observations above 1 and at most 1e15");
  }
}

// Root of log(average(limit)) = log(wanted), increasing in the limit; regula falsi with the Illinois step.
template <class Average>
double limit_for(double wanted, double low, double high, double most, Average average) {
  const auto distance = [&](double limit) { return std::log(average(limit) / wanted); };
  double at_low = distance(low);
  double at_high = distance(high);
  while (at_high < 0.0) {
    if (high >= most) return undefined;
    low = high;
    at_low = at_high;
    high = std::min(most, 1.5 * high);
    at_high = distance(high);
  }
  int side = 0;  // which end moved last: an end that stays twice is drawn in
  for (int step = 0; step < 200; ++step) {
    // An infinite average makes no chord: halve until the upper end is finite.
    double middle = std::isfinite(at_high) ? low + (high - low) * at_low / (at_low - at_high) : 0.5 * (low + high);
    if (!(middle > low && middle < high)) middle = 0.5 * (low + high);
    const double here = distance(middle);
    if (std::abs(here) < 1e-14 || high - low <= 4e-16 * high) return middle;
    if (here < 0.0) {
      low = middle;
      at_low = here;
      if (side < 0) at_high *= 0.5;
      side = -1;
    } else {
      high = middle;
      at_high = here;
      if (side > 0) at_low *= 0.5;
      side = 1;
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

EwmaChart ewma_chart(std::span<const double> values, double target, double sigma, const EwmaOptions& options) {
  check_baseline("ewma_chart", target, sigma);
  check_ewma("ewma_chart", options);
  EwmaChart made;
  made.value.assign(values.size(), undefined);
  made.half_width.assign(values.size(), undefined);
  if (!can_chart(values, target, sigma, made)) return made;
  const double settled = options.limit * sigma * ewma_spread(options.weight);
  double average = target;
  double observed = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool seen = !std::isnan(values[i]);
    if (seen) {
      average = options.weight * values[i] + (1.0 - options.weight) * average;
      observed += 1.0;
    }
    made.value[i] = average;
    if (made.status == Status::degenerate) continue;
    const bool widening = options.limits == EwmaLimits::exact;
    made.half_width[i] = widening ? settled * std::sqrt(widened(options.weight, observed)) : settled;
    if (seen && std::abs(average - target) > made.half_width[i]) made.alarms.push_back(static_cast<std::int64_t>(i));
  }
  return made;
}

CusumChart cusum_chart(std::span<const double> values, double target, double sigma, const CusumOptions& options) {
  check_baseline("cusum_chart", target, sigma);
  check_cusum("cusum_chart", options);
  CusumChart made;
  made.up.assign(values.size(), undefined);
  made.down.assign(values.size(), undefined);
  if (!can_chart(values, target, sigma, made) || made.status == Status::degenerate) return made;
  const auto overflowed = [&] {
    std::fill(made.up.begin(), made.up.end(), undefined);
    std::fill(made.down.begin(), made.down.end(), undefined);
    made.up_alarms.clear();
    made.down_alarms.clear();
    made.status = Status::not_finite;
    return made;
  };
  double up = 0.0;
  double down = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool seen = !std::isnan(values[i]);
    if (seen) {
      const double standardised = (values[i] - target) / sigma;
      up = std::max(0.0, up + standardised - options.allowance);
      down = std::max(0.0, down - standardised - options.allowance);
      if (!std::isfinite(up + down)) return overflowed();
    }
    made.up[i] = up;
    made.down[i] = down;
    if (seen && up > options.limit) made.up_alarms.push_back(static_cast<std::int64_t>(i));
    if (seen && down > options.limit) made.down_alarms.push_back(static_cast<std::int64_t>(i));
  }
  return made;
}

IndividualsChart individuals_chart(std::span<const double> values, const IndividualsOptions& options) {
  if (options.baseline < 0) refuse("individuals_chart", "baseline is a number of leading values, 0 for all of them");
  if (!(options.limit > 0.0) || std::isinf(options.limit))
    refuse("individuals_chart", "limit must be above 0 and finite");
  IndividualsChart made;
  bool finite = true;
  for (const double x : values) {
    made.missing += std::isnan(x) ? 1 : 0;
    finite = finite && !std::isinf(x);
  }
  made.count = static_cast<std::int64_t>(values.size()) - made.missing;
  if (!finite) {
    made.status = Status::not_finite;
    return made;
  }
  const auto wanted = static_cast<std::size_t>(options.baseline);
  const std::span<const double> base = values.first(wanted == 0 ? values.size() : std::min(wanted, values.size()));
  const std::vector<double> seen = present(base);
  if (seen.empty()) return made;
  const double shift = seen.front();
  made.centre = shift + chunked_sum(seen.size(), [&](std::size_t i) { return seen[i] - shift; }) /
                            static_cast<double>(seen.size());
  std::vector<double> ranges;
  for (std::size_t i = 1; i < base.size(); ++i) {
    const double range = std::abs(base[i] - base[i - 1]);
    if (!std::isnan(range)) ranges.push_back(range);
  }
  if (ranges.empty()) return made;
  made.mean_moving_range = chunked_sum(ranges) / static_cast<double>(ranges.size());
  made.sigma = made.mean_moving_range * 0.5 * std::sqrt(std::numbers::pi);
  made.status = made.sigma == 0.0 ? Status::degenerate : Status::ok;
  if (made.status != Status::ok) return made;
  const double lower = made.centre - options.limit * made.sigma;
  const double upper = made.centre + options.limit * made.sigma;
  if (!std::isfinite(lower) || !std::isfinite(upper)) {
    made.centre = made.sigma = made.mean_moving_range = undefined;
    made.status = Status::not_finite;
    return made;
  }
  made.lower = lower;
  made.upper = upper;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::abs(values[i] - made.centre) > options.limit * made.sigma)
      made.alarms.push_back(static_cast<std::int64_t>(i));
  }
  return made;
}

RunLength cusum_run_length(const CusumOptions& options, double shift, CusumSides sides) {
  check_cusum("cusum_run_length", options);
  if (options.limit > 200.0) refuse("cusum_run_length", "limit is in sigma and at most 200");
  if (std::isinf(shift)) refuse("cusum_run_length", "shift is in sigma and finite");
  if (std::isnan(shift)) return {};
  return agreed(cusum_by(options, shift, sides, false, true), cusum_by(options, shift, sides, true, true));
}

RunLength ewma_run_length(const EwmaOptions& options, double shift) {
  check_ewma("ewma_run_length", options);
  if (ewma_width(options) > 100.0) refuse("ewma_run_length", "limit / sqrt(weight (2 - weight)) must be at most 50");
  if (std::isinf(shift)) refuse("ewma_run_length", "shift is in sigma and finite");
  if (std::isnan(shift)) return {};
  return agreed(ewma_by(options, shift, false, true), ewma_by(options, shift, true, true));
}

ChartLimit cusum_limit(double average_run_length, double allowance, CusumSides sides) {
  check_average("cusum_limit", average_run_length);
  check_cusum("cusum_limit", {allowance, 0.0});
  const auto average = [&](double limit) { return cusum_by({allowance, limit}, 0.0, sides, false, false).average; };
  ChartLimit made;
  const double least = average(0.0);
  if (least >= average_run_length) return {0.0, least, Status::boundary};
  made.limit = limit_for(average_run_length, 0.0, 4.0, 200.0, average);
  made.status = Status::not_converged;
  if (std::isnan(made.limit)) return made;
  const RunLength reached = cusum_run_length({allowance, made.limit}, 0.0, sides);
  if (reached.status != Status::ok || !near(reached.average, average_run_length))
    return {undefined, undefined, made.status};
  return {made.limit, reached.average, Status::ok};
}

ChartLimit ewma_limit(double average_run_length, double weight, EwmaLimits limits) {
  check_average("ewma_limit", average_run_length);
  check_ewma("ewma_limit", {weight, 1.0, limits});
  const auto average = [&](double limit) { return ewma_by({weight, limit, limits}, 0.0, false, false).average; };
  const double widest = 50.0 * std::sqrt(weight * (2.0 - weight));
  const double first = std::min(widest, 2.5);
  ChartLimit made;
  made.limit = limit_for(average_run_length, first * 1e-6, first, widest, average);
  made.status = Status::not_converged;
  if (std::isnan(made.limit)) return made;
  const RunLength reached = ewma_run_length({weight, made.limit, limits}, 0.0);
  if (reached.status != Status::ok || !near(reached.average, average_run_length))
    return {undefined, undefined, made.status};
  return {made.limit, reached.average, Status::ok};
}

RunLength bernoulli_cusum_run_length(double probability, std::int64_t rise, std::int64_t fall, std::int64_t limit) {
  constexpr std::string_view self = "bernoulli_cusum_run_length";
  constexpr std::int64_t most = 10'000'000;
  if (probability < 0.0 || probability > 1.0) refuse(self, "probability must lie between 0 and 1");
  if (rise < 1 || fall < 1 || limit < 1) refuse(self, "rise, fall and limit are whole numbers of at least 1");
  // Bounded one by one first, so that the product cannot overflow. A longer step than the limit only leaves or clamps.
  const std::int64_t up = std::min(rise, limit);
  const std::int64_t down = std::min(fall, limit);
  if (limit > most || limit * (up + down) > most)
    refuse(self, "limit times (rise + fall) must be at most 10^7; use coarser scores");
  if (std::isnan(probability)) return {};
  if (probability == 0.0) {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    return {infinite, infinite, Status::boundary};
  }
  const auto states = static_cast<std::size_t>(limit);
  Chain chain(states, static_cast<std::size_t>(down), static_cast<std::size_t>(up));
  for (std::size_t i = 0; i < states; ++i) {
    const std::size_t lower = i > static_cast<std::size_t>(down) ? i - static_cast<std::size_t>(down) : 0;
    chain.move(i, lower) += 1.0 - probability;
    if (i + static_cast<std::size_t>(up) < states) {
      chain.move(i, i + static_cast<std::size_t>(up)) += probability;
    } else {
      chain.exits[i] = probability;
    }
  }
  chain.eliminate();
  const std::vector<double> times = chain.times();
  RunLength made{undefined, undefined, Status::not_converged};
  if (!std::isfinite(times[0])) return made;
  made.average = times[0];
  made.status = Status::ok;
  std::vector<double> share;
  if (chain.quasi_stationary(share)) {
    made.steady_state = chunked_sum(states, [&](std::size_t i) { return share[i] * times[i]; });
  }
  return made;
}

BernoulliCusum bernoulli_cusum_limit(double in_control, double changed, double average_run_length) {
  constexpr std::string_view self = "bernoulli_cusum_limit";
  check_average(self, average_run_length);
  if (!(in_control > 0.0 && in_control < changed && changed < 1.0)) {
    refuse(self, "0 < in_control < changed < 1 must hold; watch for a fall by counting the other mark");
  }
  const auto ratio_at = [&](double rate) {
    return std::log(rate / in_control) / (std::log1p(-in_control) - std::log1p(-rate));
  };
  const double ratio = ratio_at(changed);
  const double without_drift = (1.0 - in_control) / in_control;
  BernoulliCusum made;
  for (made.fall = 1; made.fall < 1000; ++made.fall) {
    made.rise = std::max<std::int64_t>(1, std::llround(ratio * static_cast<double>(made.fall)));
    const double whole = static_cast<double>(made.rise) / static_cast<double>(made.fall);
    if (std::abs(whole - ratio) <= 0.01 * ratio && whole < without_drift) break;
  }
  made.status = Status::not_converged;
  if (made.fall == 1000) return made;
  // The ratio falls as the changed rate grows: the rate for which the whole scores are the likelihood ratio's.
  const double reached = static_cast<double>(made.rise) / static_cast<double>(made.fall);
  double low = in_control;
  double high = 1.0;
  for (int step = 0; step < 200 && high - low > 1e-16 * high; ++step) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (ratio_at(middle) > reached ? low : high) = middle;
  }
  made.changed_probability = 0.5 * (low + high);
  const auto average = [&](std::int64_t limit) {
    return bernoulli_cusum_run_length(in_control, made.rise, made.fall, limit).average;
  };
  const std::int64_t most = 10'000'000 / (made.rise + made.fall);
  std::int64_t under = 0;
  std::int64_t over = std::min(made.rise, most);
  while (average(over) < average_run_length) {
    if (over == most) return made;
    under = over;
    over = std::min(most, 2 * over);
  }
  while (over - under > 1) {
    const std::int64_t middle = under + (over - under) / 2;
    (average(middle) < average_run_length ? under : over) = middle;
  }
  made.limit = over;
  made.average_run_length = average(over);
  made.status = std::isnan(made.average_run_length) ? Status::not_converged : Status::ok;
  return made;
}

}  // namespace childwell::inline v0_1::stats
