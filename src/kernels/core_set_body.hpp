// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The body of every core_set unit, at the vector width of its instruction set; in an unnamed namespace, so that no unit
// lends its code to another. Nothing of the standard library is called here; the compiler's own intrinsics are never
// functions of their own.
//
// A strip is Width lanes. Within a block (at most 255 sessions) everything is counted in bytes; at its end bytes are
// joined to the 16-bit numbers of the tile, as CoreSetFamily::merge joins two stretches. Charts hold 16 bits a lane, the
// even lanes of the strip in one vector and the odd ones in another, because that takes shifts and no shuffles.
#pragma once

#include <childwell/indicators/core_set_tile.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace {

using childwell::core_expected_states;
using childwell::core_observed_states;
using childwell::core_set_lanes;
using childwell::core_unexplained_states;
using childwell::CoreSetBlock;
using childwell::CoreSetChart;
using childwell::CoreSetRow;
using childwell::CoreSetTile;
using childwell::CoreSetWalk;

template <std::size_t Width>
struct Vectors {
  typedef std::uint8_t Bytes __attribute__((vector_size(Width)));
  typedef std::uint8_t HalfBytes __attribute__((vector_size(Width / 2)));
  typedef std::uint16_t Words __attribute__((vector_size(Width)));
  typedef std::int16_t Signed __attribute__((vector_size(Width)));
  typedef std::uint32_t Quads __attribute__((vector_size(Width)));
  typedef std::uint64_t Wide __attribute__((vector_size(Width)));
};

template <std::size_t Width>
using Bytes = typename Vectors<Width>::Bytes;
template <std::size_t Width>
using Words = typename Vectors<Width>::Words;

template <class To, class From>
inline To as(From vector) {
  static_assert(sizeof(To) == sizeof(From));
  return reinterpret_cast<To>(vector);
}

template <class Vector, class Number>
inline Vector load(const Number* from) {
  Vector made;
  __builtin_memcpy(&made, from, sizeof made);
  return made;
}

template <class Vector, class Number>
inline void store(Number* to, Vector value) {
  __builtin_memcpy(to, &value, sizeof value);
}

template <class Vector>
inline Vector greater_of(Vector a, Vector b) {
  return a > b ? a : b;
}

// ---- what the language has no operator for -----------------------------------------------------------------------------

template <class Vector>
inline Vector add_saturated(Vector a, Vector b) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(Vector) == 64) return as<Vector>(_mm512_adds_epu16(as<__m512i>(a), as<__m512i>(b)));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(Vector) == 32) return as<Vector>(_mm256_adds_epu16(as<__m256i>(a), as<__m256i>(b)));
#endif
#if defined(__SSE2__)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(_mm_adds_epu16(as<__m128i>(a), as<__m128i>(b)));
#elif defined(__ARM_NEON)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(vqaddq_u16(as<uint16x8_t>(a), as<uint16x8_t>(b)));
#endif
  const Vector room = ~a;
  return a + (b < room ? b : room);
}

/// a - b, or 0.
template <class Vector>
inline Vector less_saturated(Vector a, Vector b) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(Vector) == 64) return as<Vector>(_mm512_subs_epu16(as<__m512i>(a), as<__m512i>(b)));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(Vector) == 32) return as<Vector>(_mm256_subs_epu16(as<__m256i>(a), as<__m256i>(b)));
#endif
#if defined(__SSE2__)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(_mm_subs_epu16(as<__m128i>(a), as<__m128i>(b)));
#elif defined(__ARM_NEON)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(vqsubq_u16(as<uint16x8_t>(a), as<uint16x8_t>(b)));
#endif
  return greater_of(a, b) - b;
}

/// The upper 16 bits of the 32-bit products.
template <class Vector>
inline Vector high_product(Vector a, Vector b) {
#if defined(__AVX512BW__)
  if constexpr (sizeof(Vector) == 64) return as<Vector>(_mm512_mulhi_epu16(as<__m512i>(a), as<__m512i>(b)));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(Vector) == 32) return as<Vector>(_mm256_mulhi_epu16(as<__m256i>(a), as<__m256i>(b)));
#endif
#if defined(__SSE2__)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(_mm_mulhi_epu16(as<__m128i>(a), as<__m128i>(b)));
#elif defined(__ARM_NEON)
  if constexpr (sizeof(Vector) == 16) {
    const uint32x4_t low = vmull_u16(vget_low_u16(as<uint16x8_t>(a)), vget_low_u16(as<uint16x8_t>(b)));
    const uint32x4_t high = vmull_high_u16(as<uint16x8_t>(a), as<uint16x8_t>(b));
    return as<Vector>(vuzp2q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(high)));
  }
#endif
  Vector made = {};
  for (std::size_t lane = 0; lane < sizeof(Vector) / 2; ++lane) {
    made[lane] = static_cast<std::uint16_t>(std::uint32_t{a[lane]} * b[lane] >> 16U);
  }
  return made;
}

#if defined(__SSSE3__) || (defined(__ARM_NEON) && !defined(__SSE2__))
constexpr bool has_look_up = true;

/// Entry of a table of 16 bytes for each index below 16.
template <class Vector>
inline Vector look_up(const std::uint8_t (&table)[64], Vector index) {
  const auto entries = load<Vector>(table);
#if defined(__AVX512BW__)
  if constexpr (sizeof(Vector) == 64) return as<Vector>(_mm512_shuffle_epi8(as<__m512i>(entries), as<__m512i>(index)));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(Vector) == 32) return as<Vector>(_mm256_shuffle_epi8(as<__m256i>(entries), as<__m256i>(index)));
#endif
#if defined(__SSSE3__)
  if constexpr (sizeof(Vector) == 16) return as<Vector>(_mm_shuffle_epi8(as<__m128i>(entries), as<__m128i>(index)));
#else
  if constexpr (sizeof(Vector) == 16) return as<Vector>(vqtbl1q_u8(as<uint8x16_t>(entries), as<uint8x16_t>(index)));
#endif
}
#else
constexpr bool has_look_up = false;
template <class Vector>
inline Vector look_up(const std::uint8_t (&)[64], Vector index) {
  return index;  // never called
}
#endif

/// Bytes for the 16 states, four times, because a table is as wide as a vector.
struct Table {
  alignas(64) std::uint8_t of[64];
};

constexpr Table mask_table(std::uint16_t states) {
  Table made = {};
  for (unsigned i = 0; i < 64; ++i) made.of[i] = (states >> (i & 15U) & 1U) != 0 ? 255 : 0;
  return made;
}

/// The bit of each of eight states, from the first of them on.
constexpr Table bit_table(unsigned first) {
  Table made = {};
  for (unsigned i = 0; i < 64; ++i) {
    const unsigned state = i & 15U;
    if (state >= first && state < first + 8) made.of[i] = static_cast<std::uint8_t>(1U << (state - first));
  }
  return made;
}

constexpr Table observed_table = mask_table(core_observed_states);
constexpr Table expected_table = mask_table(core_expected_states);
constexpr Table unexplained_table = mask_table(core_unexplained_states);
constexpr Table bit_tables[2] = {bit_table(0), bit_table(8)};

/// All ones where the state is one of some.
template <std::uint16_t states, class Vector>
inline Vector among(Vector state, const Table& table) {
  if constexpr (has_look_up) {
    return look_up(table.of, state);
  } else {
    constexpr bool mostly = __builtin_popcount(states) > 8;  // then the others are fewer to compare with
    constexpr std::uint16_t few = mostly ? static_cast<std::uint16_t>(~states) : states;
    Vector found = {};
    for (unsigned one = 0; one < 16; ++one) {
      if ((few >> one & 1U) != 0) found |= as<Vector>(state == static_cast<std::uint8_t>(one));
    }
    return mostly ? ~found : found;
  }
}

// ---- lanes of a strip: as they lie, and even and odd -------------------------------------------------------------------

/// Bytes of a strip as two vectors of 16 bits, in the order of the lanes.
template <std::size_t Width>
struct Ordered {
  Words<Width> first;
  Words<Width> second;
};

template <std::size_t Width>
inline Ordered<Width> ordered(Bytes<Width> bytes) {
  typename Vectors<Width>::HalfBytes half[2];
  __builtin_memcpy(half, &bytes, sizeof bytes);
  return {__builtin_convertvector(half[0], Words<Width>), __builtin_convertvector(half[1], Words<Width>)};
}

template <std::size_t Width>
inline Ordered<Width> load_words(const std::uint16_t* from) {
  return {load<Words<Width>>(from), load<Words<Width>>(from + Width / 2)};
}

template <std::size_t Width>
inline void store_words(std::uint16_t* to, Ordered<Width> words) {
  store(to, words.first);
  store(to + Width / 2, words.second);
}

/// Adds bytes to the numbers of a tile.
template <std::size_t Width>
inline void add_to(std::uint16_t* numbers, Bytes<Width> bytes) {
  auto sum = load_words<Width>(numbers);
  const auto more = ordered<Width>(bytes);
  sum.first += more.first;
  sum.second += more.second;
  store_words<Width>(numbers, sum);
}

/// What each of the two vectors of a strip's charts holds.
template <std::size_t Width>
struct Split {
  Words<Width> even;
  Words<Width> odd;
};

template <std::size_t Width>
inline Split<Width> split(Bytes<Width> bytes) {
  const auto words = as<Words<Width>>(bytes);
  return {words & static_cast<std::uint16_t>(255), words >> 8};
}

/// The same of masks: all ones, or none.
template <std::size_t Width>
inline Split<Width> split_masks(Bytes<Width> masks) {
  using Signed = typename Vectors<Width>::Signed;
  const auto words = as<Signed>(masks);
  return {as<Words<Width>>((words << 8) >> 8), as<Words<Width>>(words >> 8)};
}

template <std::size_t Width>
inline Split<Width> load_split(const std::uint16_t* from) {
  Split<Width> made = {};
  for (std::size_t lane = 0; lane < Width / 2; ++lane) {
    made.even[lane] = from[2 * lane];
    made.odd[lane] = from[2 * lane + 1];
  }
  return made;
}

template <std::size_t Width>
inline void store_split(std::uint16_t* to, Split<Width> words) {
  for (std::size_t lane = 0; lane < Width / 2; ++lane) {
    to[2 * lane] = words.even[lane];
    to[2 * lane + 1] = words.odd[lane];
  }
}

// ---- charts ------------------------------------------------------------------------------------------------------------

template <std::size_t Width>
struct ChartHalf {
  Words<Width> ewma;
  Words<Width> ewma_highest;
  Words<Width> cusum;
  Words<Width> cusum_highest;
  Words<Width> quiet;

  inline void step(Words<Width> gained, Words<Width> weight, Words<Width> rise, Words<Width> fall, Words<Width> limit) {
    ewma = add_saturated(ewma - high_product(ewma, weight), gained);
    ewma_highest = greater_of(ewma_highest, ewma);
    cusum = less_saturated(add_saturated(cusum, rise), fall);
    cusum_highest = greater_of(cusum_highest, cusum);
    // All ones, minus one, where the alarm was given.
    quiet += as<Words<Width>>(less_saturated(limit, cusum_highest) == 0) + static_cast<std::uint16_t>(1);
  }
};

template <std::size_t Width>
struct Charts {
  ChartHalf<Width> even;
  ChartHalf<Width> odd;
};

template <std::size_t Width>
inline Charts<Width> load_charts(const CoreSetTile& tile, std::size_t lane) {
  const auto ewma = load_split<Width>(tile.ewma + lane);
  const auto ewma_highest = load_split<Width>(tile.ewma_highest + lane);
  const auto cusum = load_split<Width>(tile.cusum + lane);
  const auto cusum_highest = load_split<Width>(tile.cusum_highest + lane);
  const auto quiet = load_split<Width>(tile.quiet + lane);
  return {{ewma.even, ewma_highest.even, cusum.even, cusum_highest.even, quiet.even},
          {ewma.odd, ewma_highest.odd, cusum.odd, cusum_highest.odd, quiet.odd}};
}

template <std::size_t Width>
inline void store_charts(const Charts<Width>& charts, CoreSetTile& tile, std::size_t lane) {
  store_split<Width>(tile.ewma + lane, {charts.even.ewma, charts.odd.ewma});
  store_split<Width>(tile.ewma_highest + lane, {charts.even.ewma_highest, charts.odd.ewma_highest});
  store_split<Width>(tile.cusum + lane, {charts.even.cusum, charts.odd.cusum});
  store_split<Width>(tile.cusum_highest + lane, {charts.even.cusum_highest, charts.odd.cusum_highest});
  store_split<Width>(tile.quiet + lane, {charts.even.quiet, charts.odd.quiet});
}

template <std::size_t Width>
inline void step_session(Charts<Width>& charts, Bytes<Width> observed, Bytes<Width> absent, const CoreSetChart& chart) {
  const auto was_observed = split_masks<Width>(observed);
  const auto was_absent = split_masks<Width>(absent);
  const auto half = [&chart](ChartHalf<Width>& of, Words<Width> seen_or_not, Words<Width> away) __attribute__((always_inline)) {
    of.step(away & chart.weight, seen_or_not & chart.weight, away & chart.rise, (seen_or_not ^ away) & chart.fall,
            Words<Width>{} + chart.limit);
  };
  half(charts.even, was_observed.even, was_absent.even);
  half(charts.odd, was_observed.odd, was_absent.odd);
}

template <std::size_t Width>
inline void step_week(Charts<Width>& charts, Split<Width> observed, Split<Width> absent, const CoreSetChart& chart) {
  const auto half = [&chart](ChartHalf<Width>& of, Words<Width> all, Words<Width> away) __attribute__((always_inline)) {
    of.step(away * chart.weight, all * chart.weight, away * chart.rise, (all - away) * chart.fall,
            Words<Width>{} + chart.limit);
  };
  half(charts.even, observed.even, absent.even);
  half(charts.odd, observed.odd, absent.odd);
}

// ---- counts of states --------------------------------------------------------------------------------------------------

template <std::size_t Width>
inline Bytes<Width> shifted(Bytes<Width> bytes, int bits) {
  return as<Bytes<Width>>(as<Words<Width>>(bytes) >> bits);  // bits that come from the neighbour are masked by the caller
}

/// Sessions in each of eight states, a bit of the byte each, as binary numbers across the slices: slice k holds the bits
/// of weight 2^k. Rows are added as in paper arithmetic, three bits to a sum and a carry, in a tree over sixteen rows; so
/// a row takes five instructions for eight states, and comparing with each of them would take sixteen.
template <std::size_t Width>
struct Slices {
  Bytes<Width> slice[8] = {};

  template <int level>
  inline Bytes<Width> carry_of(const std::uint8_t* cells, const CoreSetRow*& row, const std::uint8_t (&table)[64]) {
    if constexpr (level == 0) {
      const auto state = load<Bytes<Width>>(cells + row->offset) & static_cast<std::uint8_t>(15);
      ++row;
      return look_up(table, state);
    } else {
      const auto a = carry_of<level - 1>(cells, row, table);
      const auto b = carry_of<level - 1>(cells, row, table);
      const Bytes<Width> sum = slice[level - 1] ^ a;
      const Bytes<Width> carry = (slice[level - 1] & a) | (sum & b);
      slice[level - 1] = sum ^ b;
      return carry;
    }
  }

  template <int level>
  inline void add(const std::uint8_t* cells, const CoreSetRow*& row, const std::uint8_t (&table)[64]) {
    Bytes<Width> carry = carry_of<level>(cells, row, table);
    for (int k = level; k < 8; ++k) {
      const Bytes<Width> next = slice[k] & carry;
      slice[k] ^= carry;
      carry = next;
    }
  }

  inline void add_rows(const std::uint8_t* cells, const CoreSetRow* row, const CoreSetRow* end, const std::uint8_t (&table)[64]) {
    while (end - row >= 16) add<4>(cells, row, table);
    if (end - row >= 8) add<3>(cells, row, table);
    if (end - row >= 4) add<2>(cells, row, table);
    if (end - row >= 2) add<1>(cells, row, table);
    if (end - row >= 1) add<0>(cells, row, table);
  }

  /// Turns bit j of slice k into bit k of byte j: a count of each state.
  inline void transpose() {
    constexpr std::uint8_t masks[3] = {0x0F, 0x33, 0x55};
    for (int step = 0; step < 3; ++step) {
      const int distance = 4 >> step;
      for (int i = 0; i < 8; ++i) {
        if ((i & distance) != 0) continue;
        const Bytes<Width> swapped = (shifted<Width>(slice[i], distance) ^ slice[i + distance]) & masks[step];
        slice[i + distance] ^= swapped;
        slice[i] ^= as<Bytes<Width>>(as<Words<Width>>(swapped) << distance);
      }
    }
  }
};

/// Sessions in each state.
template <std::size_t Width>
inline void count_states(const std::uint8_t* cells, const CoreSetRow* row, const CoreSetRow* end, std::uint16_t* states) {
  if constexpr (has_look_up) {
    for (std::size_t half = 0; half < 2; ++half) {
      Slices<Width> slices;
      slices.add_rows(cells, row, end, bit_tables[half].of);
      slices.transpose();
      for (std::size_t i = 0; i < 8; ++i) add_to<Width>(states + (8 * half + i) * core_set_lanes, slices.slice[i]);
    }
  } else {
    Bytes<Width> counts[16] = {};
    for (; row < end; ++row) {
      const auto state = load<Bytes<Width>>(cells + row->offset) & static_cast<std::uint8_t>(15);
      for (int one = 0; one < 16; ++one) counts[one] -= as<Bytes<Width>>(state == static_cast<std::uint8_t>(one));
    }
    for (std::size_t state = 0; state < 16; ++state) add_to<Width>(states + state * core_set_lanes, counts[state]);
  }
}

// ---- spells and what was seen ------------------------------------------------------------------------------------------

/// A spell of absent sessions within a block, in bytes: as CoreSpell. Where every lane was ended before, and its spell
/// still fits in a byte after the block, it just goes on: nobody asks for the block's own first spell.
template <std::size_t Width, bool GoesOn>
struct Spell {
  Bytes<Width> current = {};
  Bytes<Width> longest = {};
  Bytes<Width> first = {};
  Bytes<Width> ended = {};

  inline void add(Bytes<Width> absent, Bytes<Width> ends) {
    current -= absent;
    current &= ~ends;
    longest = greater_of(longest, current);
    if constexpr (!GoesOn) {
      first -= absent & ~ended;
      ended |= ends;
    }
  }
};

template <std::size_t Width>
inline bool any(Words<Width> mask) {
  const auto wide = as<typename Vectors<Width>::Wide>(mask);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < Width / 8; ++i) bits |= wide[i];
  return bits != 0;
}

/// Bytes of numbers that fit in them.
template <std::size_t Width>
inline Bytes<Width> narrowed(Ordered<Width> words) {
  typename Vectors<Width>::HalfBytes half[2] = {__builtin_convertvector(words.first, typename Vectors<Width>::HalfBytes),
                                                __builtin_convertvector(words.second, typename Vectors<Width>::HalfBytes)};
  return load<Bytes<Width>>(half);
}

/// Whether every lane's spells were ended before, and have room for as many sessions in a byte.
template <std::size_t Width>
inline bool spells_go_on(const CoreSetTile& tile, std::size_t lane, std::size_t sessions) {
  const auto room = static_cast<std::uint16_t>(255 - sessions);
  Words<Width> not_so = {};
  for (std::size_t half = 0; half < Width; half += Width / 2) {
    not_so |= as<Words<Width>>(load<Words<Width>>(tile.last_seen + lane + half) == 0);
    not_so |= as<Words<Width>>(load<Words<Width>>(tile.unexplained_ended + lane + half) == 0);
    not_so |= less_saturated(load<Words<Width>>(tile.spell_current + lane + half), Words<Width>{} + room);
    not_so |= less_saturated(load<Words<Width>>(tile.unexplained_current + lane + half), Words<Width>{} + room);
  }
  return !any<Width>(not_so);
}

/// Writes back spells that went on.
template <std::size_t Width>
inline void store_spell(const Spell<Width, true>& spell, std::uint16_t* longest, std::uint16_t* current) {
  const auto now_longest = ordered<Width>(spell.longest);
  auto all_longest = load_words<Width>(longest);
  all_longest.first = greater_of(all_longest.first, now_longest.first);
  all_longest.second = greater_of(all_longest.second, now_longest.second);
  store_words<Width>(longest, all_longest);
  store_words<Width>(current, ordered<Width>(spell.current));
}

template <std::size_t Width>
inline Ordered<Width> ordered_masks(Bytes<Width> masks) {
  const auto words = ordered<Width>(masks & static_cast<std::uint8_t>(1));
  return {Words<Width>{} - words.first, Words<Width>{} - words.second};
}

/// Joins a block's spell to what came before, as CoreSpell::merge.
template <std::size_t Width>
inline void join_spell(const Spell<Width, false>& later, std::uint16_t* first, std::uint16_t* longest, std::uint16_t* current,
                       Ordered<Width> ended_before) {
  const auto later_first = ordered<Width>(later.first);
  const auto later_longest = ordered<Width>(later.longest);
  const auto later_current = ordered<Width>(later.current);
  const auto later_ended = ordered_masks<Width>(later.ended);
  auto all_first = load_words<Width>(first);
  auto all_longest = load_words<Width>(longest);
  auto all_current = load_words<Width>(current);
  const auto join = [](Words<Width>& head, Words<Width>& long_one, Words<Width>& now, Words<Width> ended, Words<Width> next_head,
                       Words<Width> next_long, Words<Width> next_now, Words<Width> next_ended) __attribute__((always_inline)) {
    const Words<Width> joined = now + next_head;
    long_one = greater_of(greater_of(long_one, next_long), joined);
    head = (head & ended) | (joined & ~ended);
    now = (next_now & next_ended) | ((now + next_now) & ~next_ended);
  };
  join(all_first.first, all_longest.first, all_current.first, ended_before.first, later_first.first, later_longest.first,
       later_current.first, later_ended.first);
  join(all_first.second, all_longest.second, all_current.second, ended_before.second, later_first.second,
       later_longest.second, later_current.second, later_ended.second);
  store_words<Width>(first, all_first);
  store_words<Width>(longest, all_longest);
  store_words<Width>(current, all_current);
}

template <std::size_t Width>
inline Ordered<Width> not_zero(Ordered<Width> words) {
  return {as<Words<Width>>(words.first != 0), as<Words<Width>>(words.second != 0)};
}

template <std::size_t Width>
inline void join_last_seen(Bytes<Width> number, Bytes<Width> since, std::uint16_t before, std::uint16_t* last_seen,
                           std::uint16_t* since_seen) {
  const auto numbers = ordered<Width>(number);
  const auto later_since = ordered<Width>(since);
  const auto seen = not_zero<Width>(numbers);
  auto last = load_words<Width>(last_seen);
  auto all_since = load_words<Width>(since_seen);
  last.first = ((numbers.first + before) & seen.first) | (last.first & ~seen.first);
  last.second = ((numbers.second + before) & seen.second) | (last.second & ~seen.second);
  all_since.first = (all_since.first & ~seen.first) + later_since.first;
  all_since.second = (all_since.second & ~seen.second) + later_since.second;
  store_words<Width>(last_seen, last);
  store_words<Width>(since_seen, all_since);
}

// ---- trend -------------------------------------------------------------------------------------------------------------

/// Sums over the weeks of a block, weeks counted from its first.
template <std::size_t Width>
struct Trend {
  Split<Width> observed = {};
  Split<Width> absent = {};
  Split<Width> observed_ahead = {};
  Split<Width> absent_ahead = {};
  Split<Width> squares = {};

  inline void add(Split<Width> all, Split<Width> away, std::uint16_t ahead) {
    const auto square = static_cast<std::uint16_t>(ahead * ahead);
    observed.even += all.even;
    observed.odd += all.odd;
    absent.even += away.even;
    absent.odd += away.odd;
    observed_ahead.even += all.even * ahead;
    observed_ahead.odd += all.odd * ahead;
    absent_ahead.even += away.even * ahead;
    absent_ahead.odd += away.odd * ahead;
    squares.even += all.even * square;
    squares.odd += all.odd * square;
  }
};

/// With w = week + ahead: the sums of w and of its square, from those of what is ahead.
template <std::size_t Width>
inline void join_trend(const Trend<Width>& block, std::uint16_t week, CoreSetTile& tile, std::size_t lane) {
  alignas(64) std::uint16_t observed[Width], absent[Width], observed_ahead[Width], absent_ahead[Width], squares[Width];
  store_split<Width>(observed, block.observed);
  store_split<Width>(absent, block.absent);
  store_split<Width>(observed_ahead, block.observed_ahead);
  store_split<Width>(absent_ahead, block.absent_ahead);
  store_split<Width>(squares, block.squares);
  const std::uint32_t base = week;
  for (std::size_t i = 0; i < Width; ++i) {
    tile.absent[lane + i] = static_cast<std::uint16_t>(tile.absent[lane + i] + absent[i]);
    tile.week_observed[lane + i] += base * observed[i] + observed_ahead[i];
    tile.week_absent[lane + i] += base * absent[i] + absent_ahead[i];
    // base (base n + 2 sum): each factor fits in 32 bits, so that one multiplication of 32 bits by 32 does
    const std::uint32_t factor = base * observed[i] + 2U * observed_ahead[i];
    tile.week_squares[lane + i] += std::uint64_t{base} * factor + squares[i];
  }
}

// ---- the walk ----------------------------------------------------------------------------------------------------------

template <std::size_t Width>
inline Bytes<Width> everywhere(std::uint32_t four_bytes) {
  return as<Bytes<Width>>(typename Vectors<Width>::Quads{} + four_bytes);
}

/// Asks for a part of where the next tile's results most likely go, all of it in the 33 weeks that a year has at least.
inline void fetch_next(CoreSetTile& tile, std::size_t week) {
  constexpr std::size_t line = 64, lines_a_week = (sizeof(CoreSetTile) / line + 32) / 33;
  const std::size_t at = week * lines_a_week * line;
  if (at >= sizeof(CoreSetTile)) return;
  const char* next = reinterpret_cast<const char*>(&tile) + sizeof(CoreSetTile) + at;
  for (std::size_t i = 0; i < lines_a_week; ++i) __builtin_prefetch(next + i * line, 1, 2);
}

template <std::size_t Width, bool ByWeek, bool GoesOn>
inline void walk_block(const std::uint8_t* cells, const CoreSetWalk& walk, const CoreSetBlock& block, Charts<Width>& charts,
                       CoreSetTile& tile, std::size_t lane) {
  using Byte = Bytes<Width>;
  const CoreSetChart chart = walk.chart;
  Byte places[28];
  for (std::size_t i = 0; i < walk.place_count; ++i) places[walk.places[i]] = Byte{};
  Spell<Width, GoesOn> spell, unexplained_spell;
  if constexpr (GoesOn) {
    spell.current = narrowed<Width>(load_words<Width>(tile.spell_current + lane));
    unexplained_spell.current = narrowed<Width>(load_words<Width>(tile.unexplained_current + lane));
  }
  Byte since = {}, last_seen = {}, unexplained_sum = {};
  Trend<Width> trend;
  const std::size_t ahead = walk.tile_bytes;
  const CoreSetRow* row = walk.rows + block.first_row;
  for (std::uint32_t week = block.first_week; week < block.end_week; ++week) {
    Byte week_observed = {}, week_absent = {};
    for (const CoreSetRow* end = walk.rows + walk.weeks[week].end; row < end; ++row) {
      const Byte cell = load<Byte>(cells + row->offset);
      __builtin_prefetch(cells + row->offset + ahead, 0, 2);
      const Byte state = cell & static_cast<std::uint8_t>(15);
      const Byte observed = among<core_observed_states>(state, observed_table);
      const Byte missed = as<Byte>(greater_of(cell, everywhere<Width>(row->threshold)) == cell);
      const Byte absent = observed & missed;
      const Byte seen = observed & ~missed;
      const Byte unexplained = absent & among<core_unexplained_states>(state, unexplained_table);
      spell.add(absent, seen);
      unexplained_spell.add(unexplained, observed ^ unexplained);
      since -= among<core_expected_states>(state, expected_table);
      since &= ~seen;
      last_seen = greater_of(last_seen, seen & everywhere<Width>(row->number));
      unexplained_sum -= unexplained;
      places[row->place] -= absent;
      week_observed -= observed;
      week_absent -= absent;
      if constexpr (!ByWeek) step_session<Width>(charts, observed, absent, chart);
    }
    fetch_next(tile, week);
    const auto observed = split<Width>(week_observed);
    const auto absent = split<Width>(week_absent);
    trend.add(observed, absent, walk.weeks[week].ahead);
    if constexpr (ByWeek) step_week<Width>(charts, observed, absent, chart);
  }
  if constexpr (GoesOn) {
    store_spell<Width>(spell, tile.spell_longest + lane, tile.spell_current + lane);
    store_spell<Width>(unexplained_spell, tile.unexplained_longest + lane, tile.unexplained_current + lane);
  } else {
    const auto ended = load_words<Width>(tile.unexplained_ended + lane);
    join_spell<Width>(unexplained_spell, tile.unexplained_first + lane, tile.unexplained_longest + lane,
                      tile.unexplained_current + lane, not_zero<Width>(ended));
    const auto ends = ordered<Width>(unexplained_spell.ended & static_cast<std::uint8_t>(1));
    store_words<Width>(tile.unexplained_ended + lane, {ended.first | ends.first, ended.second | ends.second});
    // Before the sessions last seen are written: they say whether the spell was ended before.
    join_spell<Width>(spell, tile.spell_first + lane, tile.spell_longest + lane, tile.spell_current + lane,
                      not_zero<Width>(load_words<Width>(tile.last_seen + lane)));
  }
  join_last_seen<Width>(last_seen, since, static_cast<std::uint16_t>(block.before), tile.last_seen + lane,
                        tile.since_seen + lane);
  add_to<Width>(tile.unexplained + lane, unexplained_sum);
  for (std::size_t i = 0; i < walk.place_count; ++i) {
    const std::uint8_t place = walk.places[i];
    add_to<Width>(tile.weekday[place / 4] + lane, places[place]);
    if ((place & 1) != 0) add_to<Width>(tile.first_day + lane, places[place]);
    if ((place & 2) != 0) add_to<Width>(tile.last_day + lane, places[place]);
  }
  join_trend<Width>(trend, block.week, tile, lane);
}

/// Block after block, so that a block's cells stay in the nearest cache for all strips and passes; meanwhile the same
/// stretch of the next tile is fetched, because what waits for memory takes as long as what counts.
template <std::size_t Width, bool ByWeek>
inline void walk_tile(const std::uint8_t* cells, const CoreSetWalk& walk, CoreSetTile& tile) {
  Charts<Width> charts[core_set_lanes / Width];
  for (std::size_t strip = 0; strip < core_set_lanes / Width; ++strip) charts[strip] = load_charts<Width>(tile, strip * Width);
  for (std::size_t i = 0; i < walk.block_count; ++i) {
    const CoreSetBlock& block = walk.blocks[i];
    const CoreSetRow* first = walk.rows + block.first_row;
    const CoreSetRow* end = walk.rows + block.end_row;
    for (std::size_t lane = 0; lane < core_set_lanes; lane += Width) {
      count_states<Width>(cells + lane, first, end, tile.states[0] + lane);
      if (spells_go_on<Width>(tile, lane, block.end_row - block.first_row)) {
        walk_block<Width, ByWeek, true>(cells + lane, walk, block, charts[lane / Width], tile, lane);
      } else {
        walk_block<Width, ByWeek, false>(cells + lane, walk, block, charts[lane / Width], tile, lane);
      }
    }
  }
  for (std::size_t strip = 0; strip < core_set_lanes / Width; ++strip) store_charts<Width>(charts[strip], tile, strip * Width);
}

template <std::size_t Width>
inline void core_set_at_width(const std::uint8_t* cells, const CoreSetWalk& walk, CoreSetTile& tile) {
  if (walk.by_week) walk_tile<Width, true>(cells, walk, tile);
  else walk_tile<Width, false>(cells, walk, tile);
}

/// What reading alone takes: eight sums side by side, so that no addition waits for the one before.
template <std::size_t Width>
inline std::uint64_t sum_of_words(const std::uint8_t* bytes, std::size_t count) {
  using Wide = typename Vectors<Width>::Wide;
  Wide sums[8] = {};
  std::size_t at = 0;
  for (; at + 8 * Width <= count; at += 8 * Width) {
    for (std::size_t i = 0; i < 8; ++i) sums[i] += load<Wide>(bytes + at + i * Width);
  }
  std::uint64_t total = 0;
  for (std::size_t i = 1; i < 8; ++i) sums[0] += sums[i];
  for (std::size_t i = 0; i < Width / 8; ++i) total += sums[0][i];
  for (; at + 8 <= count; at += 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, bytes + at, sizeof word);
    total += word;
  }
  return total;
}

}  // namespace
