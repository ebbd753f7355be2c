// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The body of every poisson_bootstrap unit, at the vector width of its instruction set. It lives in an unnamed
// namespace so that each unit keeps its own copy: a shared one could be linked from the wide unit into a program on an
// old machine. For the same reason nothing of the standard library is called here.
#pragma once

#include <childwell/stats/bootstrap_walk.hpp>

#include <cstddef>
#include <cstdint>

namespace {

namespace stats = childwell::stats;
using stats::bootstrap_lanes;

template <std::size_t Width>
struct Vectors {
  typedef std::uint32_t Words __attribute__((vector_size(Width)));
  typedef std::int32_t Signed __attribute__((vector_size(Width)));
  typedef std::uint64_t Wide __attribute__((vector_size(Width)));
  static constexpr std::size_t each = Width / 4;
  static constexpr std::size_t count = bootstrap_lanes / each;
};

template <std::size_t Width>
using Words = typename Vectors<Width>::Words;

template <std::size_t Width>
inline bool any(Words<Width> mask) {
  const auto wide = reinterpret_cast<typename Vectors<Width>::Wide>(mask);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < Width / 8; ++i) bits |= wide[i];
  return bits != 0;
}

template <std::size_t Width>
inline Words<Width> load(const std::uint32_t* from) {
  Words<Width> made;
  __builtin_memcpy(&made, from, Width);
  return made;
}

template <std::size_t Width>
inline void store(std::uint32_t* to, Words<Width> value) {
  __builtin_memcpy(to, &value, Width);
}

template <std::size_t Width>
inline typename Vectors<Width>::Signed uniform(Words<Width> row_first, Words<Width> row_second, Words<Width> lane_first,
                                               Words<Width> lane_second) {
  Words<Width> x = (row_first ^ lane_first) * stats::first_draw_factor;
  x ^= x >> 15;
  x = ((x ^ row_second) + lane_second) * stats::second_draw_factor;
  return reinterpret_cast<typename Vectors<Width>::Signed>(x);
}

// A comparison that holds is all ones, which is minus one.
template <std::size_t Width>
inline Words<Width> exceeds(typename Vectors<Width>::Signed x, int step) {
  return reinterpret_cast<Words<Width>>(x > stats::poisson_steps[step]);
}

// Adds the weights of `count` rows to `sums`, 32 replicates at once.
template <std::size_t Width>
inline void add_weights(const std::uint32_t* first_half, const std::uint32_t* second_half, std::size_t count,
                        const stats::BootstrapLanes& lanes, Words<Width>* sums) {
  constexpr std::size_t vectors = Vectors<Width>::count, each = Vectors<Width>::each;
  for (std::size_t row = 0; row < count; ++row) {
    const Words<Width> row_first = Words<Width>{} + first_half[row];
    const Words<Width> row_second = Words<Width>{} + second_half[row];
    Words<Width> rare{};
    for (std::size_t v = 0; v < vectors; ++v) {
      const auto x = uniform<Width>(row_first, row_second, load<Width>(lanes.first_half + v * each),
                                    load<Width>(lanes.second_half + v * each));
      const Words<Width> last = exceeds<Width>(x, stats::common_poisson_steps - 1);
      Words<Width> exceeded = last;
      for (int step = 0; step < stats::common_poisson_steps - 1; ++step) exceeded += exceeds<Width>(x, step);
      sums[v] -= exceeded;
      rare |= last;
    }
    if (__builtin_expect(any<Width>(rare), 0)) {
      for (std::size_t v = 0; v < vectors; ++v) {
        const auto x = uniform<Width>(row_first, row_second, load<Width>(lanes.first_half + v * each),
                                      load<Width>(lanes.second_half + v * each));
        for (int step = stats::common_poisson_steps; step < 12; ++step) sums[v] -= exceeds<Width>(x, step);
      }
    }
  }
}

template <std::size_t Width>
inline void area(const stats::BootstrapRows& rows, const stats::BootstrapStep* steps, std::size_t count,
                 stats::BootstrapLanes& lanes) {
  constexpr std::size_t vectors = Vectors<Width>::count, each = Vectors<Width>::each;
  const std::uint32_t* first_half = rows.first_half;
  const std::uint32_t* second_half = rows.second_half;
  for (std::size_t s = 0; s < count; ++s) {
    const stats::BootstrapStep step = steps[s];
    if (step.kind != stats::tied_step_goes_on) {
      for (std::size_t v = 0; v < vectors; ++v) store<Width>(lanes.group + v * each, Words<Width>{});
    }
    if (step.others > 0) {
      Words<Width> others[vectors] = {};
      add_weights<Width>(first_half, second_half, step.others, lanes, others);
      alignas(64) std::uint32_t weight[bootstrap_lanes];
      for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t at = v * each;
        store<Width>(weight + at, others[v]);
        store<Width>(lanes.group + at, load<Width>(lanes.group + at) + others[v]);
        store<Width>(lanes.others + at, load<Width>(lanes.others + at) + others[v]);
      }
      // Products of whole numbers below 2^32, exact in double; the caller reads the sum before it outgrows 2^53.
      for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
        lanes.agreeing[lane] += static_cast<double>(weight[lane]) * (2.0 * static_cast<double>(lanes.events[lane]));
      }
    }
    if (step.events > 0) {
      Words<Width> events[vectors] = {};
      add_weights<Width>(first_half + step.others, second_half + step.others, step.events, lanes, events);
      alignas(64) std::uint32_t weight[bootstrap_lanes];
      for (std::size_t v = 0; v < vectors; ++v) {
        const std::size_t at = v * each;
        store<Width>(weight + at, events[v]);
        store<Width>(lanes.events + at, load<Width>(lanes.events + at) + events[v]);
      }
      if (step.kind != stats::untied_step) {
        for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
          lanes.agreeing[lane] += static_cast<double>(weight[lane]) * static_cast<double>(lanes.group[lane]);
        }
      }
    }
    first_half += step.others + step.events;
    second_half += step.others + step.events;
  }
}

template <std::size_t Width>
inline void top(const stats::BootstrapRows& rows, const stats::BootstrapStep* groups, std::size_t count,
                std::uint32_t places, const stats::BootstrapLanes& lanes, stats::BootstrapList& list) {
  constexpr std::size_t vectors = Vectors<Width>::count, each = Vectors<Width>::each;
  using Signed = typename Vectors<Width>::Signed;
  const std::uint32_t* first_half = rows.first_half;
  const std::uint32_t* second_half = rows.second_half;
  const auto last_place = static_cast<std::int32_t>(places) - 1;
  for (std::size_t lane = 0; lane < bootstrap_lanes; ++lane) {
    list.done[lane] = list.weight[lane] = list.events[lane] = list.edge_weight[lane] = list.edge_events[lane] = 0;
  }
  for (std::size_t g = 0; g < count; ++g) {
    const stats::BootstrapStep group = groups[g];
    Words<Width> others[vectors] = {}, events[vectors] = {};
    add_weights<Width>(first_half, second_half, group.others, lanes, others);
    add_weights<Width>(first_half + group.others, second_half + group.others, group.events, lanes, events);
    first_half += group.others + group.events;
    second_half += group.others + group.events;
    Words<Width> open{};
    for (std::size_t v = 0; v < vectors; ++v) {
      const std::size_t at = v * each;
      const Words<Width> done = load<Width>(list.done + at);
      const Words<Width> weight = load<Width>(list.weight + at);
      const Words<Width> group_weight = others[v] + events[v];
      const Words<Width> full =
          reinterpret_cast<Words<Width>>(reinterpret_cast<Signed>(weight + group_weight) > last_place);
      const Words<Width> now = full & ~done;
      const Words<Width> goes_on = ~full & ~done;
      store<Width>(list.edge_weight + at, load<Width>(list.edge_weight + at) | (group_weight & now));
      store<Width>(list.edge_events + at, load<Width>(list.edge_events + at) | (events[v] & now));
      store<Width>(list.weight + at, weight + (group_weight & goes_on));
      store<Width>(list.events + at, load<Width>(list.events + at) + (events[v] & goes_on));
      store<Width>(list.done + at, done | full);
      open |= goes_on;
    }
    if (!any<Width>(open)) return;
  }
}

}  // namespace
