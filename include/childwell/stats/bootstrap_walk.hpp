// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The bootstrap's walk down the sorted rows, 32 replicates in step: what the floor and its kernels share. Not for
// users; bootstrap_discrimination is. No library header but these two, because the kernels' units may hold no inline
// code.
#pragma once

#include <cstddef>
#include <cstdint>

namespace childwell::inline v0_1::stats {

// A draw mixes 64 bits of the row with 64 of the replicate to 32 uniform bits. Its weight is the number of these that
// the bits, read as a signed number, exceed: round(2^32 P(weight <= k)) - 2^31 - 1 for k = 0 to 11. The next would be
// 2^31 - 1, which nothing exceeds. No `inline`: each unit keeps its own copy.
constexpr std::int32_t poisson_steps[12] = {-567453480, 1012576688, 1802591773, 2065930134, 2131764725, 2144931643,
                                            2147126129, 2147439627, 2147478814, 2147483168, 2147483604, 2147483643};
constexpr int common_poisson_steps = 6;  // one draw in 1,684 exceeds the sixth; only then the others are looked at
constexpr std::uint32_t first_draw_factor = 0x21f0aaadu;
constexpr std::uint32_t second_draw_factor = 0x735a2d97u;

constexpr std::size_t bootstrap_lanes = 32;

// Rows in the order of the walk, each as 64 hashed bits of its key.
struct BootstrapRows {
  const std::uint32_t* first_half;
  const std::uint32_t* second_half;
};

// Consecutive rows: first others, then events. Untied, every event stands below all others so far. Tied, all have one
// score; a group too long for one step goes on in the next, its others before its events.
enum : std::uint32_t { untied_step, tied_step, tied_step_goes_on };
struct BootstrapStep {
  std::uint32_t others;
  std::uint32_t events;
  std::uint32_t kind;
};

// 32 replicates: 64 hashed bits each, and what they have counted so far.
struct BootstrapLanes {
  alignas(64) std::uint32_t first_half[bootstrap_lanes];
  alignas(64) std::uint32_t second_half[bootstrap_lanes];
  alignas(64) std::uint32_t events[bootstrap_lanes];
  alignas(64) std::uint32_t others[bootstrap_lanes];
  alignas(64) std::uint32_t group[bootstrap_lanes];  // weight of the others of the step, or of the tied group, so far
  alignas(64) double agreeing[bootstrap_lanes];  // twice the area, in pairs; whole, and below 2^53 between two readings
};

// The list of each replicate at its edge: weight and events above it, and of the group of equal scores that it cuts.
struct BootstrapList {
  alignas(64) std::uint32_t done[bootstrap_lanes];  // all ones once the list is full
  alignas(64) std::uint32_t weight[bootstrap_lanes];
  alignas(64) std::uint32_t events[bootstrap_lanes];
  alignas(64) std::uint32_t edge_weight[bootstrap_lanes];
  alignas(64) std::uint32_t edge_events[bootstrap_lanes];
};

// Both walks, on the widest kernel of the machine.
struct BootstrapWalk {
  // Steps of the area: adds to events, others and agreeing.
  static void area(const BootstrapRows& rows, const BootstrapStep* steps, std::size_t count,
                   BootstrapLanes& lanes) noexcept;

  // Groups of the list, each of one score: fills `list` until every replicate has `places`, at most 2^31 - 1.
  static void top(const BootstrapRows& rows, const BootstrapStep* groups, std::size_t count, std::uint32_t places,
                  const BootstrapLanes& lanes, BootstrapList& list) noexcept;
};

}  // namespace childwell::inline v0_1::stats
