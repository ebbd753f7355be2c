// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/stats/proportion.hpp>

#include <childwell/stats/special.hpp>

#include "root.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace childwell::inline v0_1::stats {
namespace {

void check_level(double level) {
  if (!(level > 0.0 && level < 1.0)) {
    throw std::invalid_argument("childwell: the confidence level must lie between 0 and 1, such as 0.95");
  }
}

// The parts that all three share. Status is ok when an interval can be made.
ProportionInterval begin(double events, double trials, double level, std::string_view method) {
  check_level(level);
  ProportionInterval made;
  made.level = level;
  made.method = method;
  if (std::isnan(events) || std::isnan(trials)) return made;
  if (events < 0.0 || trials < 0.0 || std::isinf(trials) || events > trials) {
    throw std::invalid_argument("childwell: a proportion needs 0 <= events <= trials, both finite");
  }
  if (trials == 0.0) return made;
  made.estimate = events / trials;
  made.status = Status::ok;
  return made;
}

}  // namespace

ProportionInterval wilson_interval(double events, double trials, double level) {
  ProportionInterval made = begin(events, trials, level, "wilson");
  if (made.status != Status::ok) return made;
  const double z = -normal_quantile(0.5 * (1.0 - level));
  const double p = made.estimate;
  const double widened = 1.0 + z * z / trials;
  const double centre = (p + z * z / (2.0 * trials)) / widened;
  const double half = z * std::sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials)) / widened;
  made.lower = events == 0.0 ? 0.0 : std::max(0.0, centre - half);
  made.upper = events == trials ? 1.0 : std::min(1.0, centre + half);
  return made;
}

ProportionInterval clopper_pearson_interval(double events, double trials, double level) {
  ProportionInterval made = begin(events, trials, level, "clopper_pearson");
  if (made.status != Status::ok) return made;
  const double tail = 0.5 * (1.0 - level);
  const double others = trials - events;
  made.lower = events == 0.0 ? 0.0 : beta_quantile(tail, events, others + 1.0);
  made.upper = others == 0.0 ? 1.0 : beta_quantile(1.0 - tail, events + 1.0, others);
  return made;
}

ProportionInterval jeffreys_interval(double events, double trials, double level) {
  ProportionInterval made = begin(events, trials, level, "jeffreys");
  if (made.status != Status::ok) return made;
  const double tail = 0.5 * (1.0 - level);
  const double others = trials - events;
  made.lower = events == 0.0 ? 0.0 : beta_quantile(tail, events + 0.5, others + 0.5);
  made.upper = others == 0.0 ? 1.0 : beta_quantile(1.0 - tail, events + 0.5, others + 0.5);
  return made;
}

ProportionInterval mid_p_interval(double events, double trials, double level) {
  ProportionInterval made = begin(events, trials, level, "mid_p");
  if (made.status != Status::ok) return made;
  const double tail = 0.5 * (1.0 - level);
  const double others = trials - events;
  // Between the ends that count the outcome wholly and not at all lies the one that counts half of it.
  const auto root = [](auto excess, double low, double high) {
    const double at_low = excess(low);
    const double at_high = excess(high);
    if ((at_low > 0.0) == (at_high > 0.0)) return std::abs(at_low) < std::abs(at_high) ? low : high;
    return bracketed_root(excess, low, high, at_low, at_high);
  };
  const auto above = [&](double p) {  // half the chance of more, half of as many or more
    const double more = others > 0.0 ? beta_cdf(p, events + 1.0, others) : 0.0;
    return 0.5 * (more + beta_cdf(p, events, others + 1.0)) - tail;
  };
  const auto below = [&](double p) {
    const double fewer = events > 0.0 ? beta_sf(p, events, others + 1.0) : 0.0;
    return 0.5 * (fewer + beta_sf(p, events + 1.0, others)) - tail;
  };
  made.lower = events == 0.0 ? 0.0
                             : root(above, beta_quantile(tail, events, others + 1.0),
                                    others > 0.0 ? beta_quantile(tail, events + 1.0, others) : 1.0);
  made.upper = others == 0.0 ? 1.0
                             : root(below, events > 0.0 ? beta_quantile(1.0 - tail, events, others + 1.0) : 0.0,
                                    beta_quantile(1.0 - tail, events + 1.0, others));
  return made;
}

}  // namespace childwell::inline v0_1::stats
