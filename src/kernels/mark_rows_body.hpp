// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The body of every mark_rows unit, at the vector width of its instruction set. It lives in an unnamed namespace so that
// each unit keeps its own copy, and calls nothing of the standard library; see state_counts_body.hpp. Vectors are the
// compiler's own, but for a look-up in a table and a store around the caches, which it cannot say. Nothing is
// noexcept, though nothing throws: the compiler does not know it of its own intrinsics, and a guard would need a weak
// symbol.
#pragma once

#include <childwell/cohort/mark_rows.hpp>

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace {

using childwell::MarkRows;
using childwell::PanelRows;

#if defined(__aarch64__)
[[maybe_unused]] constexpr const char* plain_name = "neon";
#else
[[maybe_unused]] constexpr const char* plain_name = "plain";
#endif

constexpr std::size_t row_bytes = 64;
constexpr std::uint8_t disputed = 11;        // the cell of two marks that contradict each other
constexpr std::size_t rows_a_step = 16;      // rows of one child that are compared at once

template <std::size_t Width>
struct Vector {
  typedef std::uint8_t Bytes __attribute__((vector_size(Width)));
  typedef std::uint32_t Numbers __attribute__((vector_size(Width)));
  typedef std::uint64_t Longs __attribute__((vector_size(Width)));
  typedef std::uint16_t Halves __attribute__((vector_size(Width)));
  typedef std::int32_t Signed __attribute__((vector_size(Width)));
  typedef std::int64_t SignedLongs __attribute__((vector_size(Width)));
};

template <class Value>
Value loaded(const void* from) {
  Value value;
  __builtin_memcpy(&value, from, sizeof(Value));
  return value;
}

template <std::size_t Width>
bool any_bit(typename Vector<Width>::Longs bits) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < Width / 8; ++i) all |= bits[i];
  return all != 0;
}

/// Sixteen cells by code, repeated to the width of a vector; codes of 16 and more give anything.
template <std::size_t Width>
typename Vector<Width>::Bytes look_up(const std::uint8_t* cells, typename Vector<Width>::Bytes codes) {
  using Bytes = typename Vector<Width>::Bytes;
#if defined(__AVX2__)
  if constexpr (Width == 32) {
    const __m256i table = _mm256_broadcastsi128_si256(loaded<__m128i>(cells));
    return reinterpret_cast<Bytes>(_mm256_shuffle_epi8(table, reinterpret_cast<__m256i>(codes)));
  }
#endif
#if defined(__SSSE3__)
  if constexpr (Width == 16) {
    return reinterpret_cast<Bytes>(_mm_shuffle_epi8(loaded<__m128i>(cells), reinterpret_cast<__m128i>(codes)));
  }
#elif defined(__aarch64__)
  if constexpr (Width == 16) {
    return reinterpret_cast<Bytes>(vqtbl1q_u8(vld1q_u8(cells), reinterpret_cast<uint8x16_t>(codes)));
  }
#endif
  Bytes found = {};
  for (std::size_t i = 0; i < Width; ++i) found[i] = cells[codes[i] & 15];
  return found;
}

void stream_or_store(std::uint8_t* to, const std::uint8_t* row, bool stream) {
#if defined(__x86_64__)
  if (stream) {
    for (std::size_t i = 0; i < row_bytes; i += 16) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to + i), loaded<__m128i>(row + i));
    }
    return;
  }
#else
  (void)stream;
#endif
  __builtin_memcpy(to, row, row_bytes);
}

void fence() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

std::int64_t set_lanes(std::uint64_t bytes_of_ones_or_zeros) {
  return __builtin_popcountll(bytes_of_ones_or_zeros & 0x0101010101010101ULL);
}

/// Merges a row of marks, zero where there is none, into the row of a tile. A row that is not whole may soon get the rest,
/// so it is not written around the caches.
template <std::size_t Width>
void merge_row(PanelRows& panel, std::size_t tile, std::size_t slot, const std::uint8_t* row, bool whole) {
  using Bytes = typename Vector<Width>::Bytes;
  using Longs = typename Vector<Width>::Longs;
  std::uint64_t& word = panel.touched[tile * panel.words + slot / 64];
  const std::uint64_t bit = std::uint64_t{1} << (slot % 64);
  std::uint8_t* cells = panel.cells + (tile * panel.slots + slot) * row_bytes;
  if ((word & bit) == 0) {
    word |= bit;
    stream_or_store(cells, row, panel.stream && whole);
    return;
  }
  for (std::size_t i = 0; i < row_bytes; i += Width) {
    const Bytes fresh = loaded<Bytes>(row + i);
    const Bytes held = loaded<Bytes>(cells + i);
    const Bytes both = reinterpret_cast<Bytes>((fresh != 0) & (held != 0));
    const Bytes differ = both & reinterpret_cast<Bytes>(fresh != held);
    const Bytes newly = differ & reinterpret_cast<Bytes>(held != disputed);
    const Bytes merged = (differ & disputed) | (~differ & (held | fresh));
    __builtin_memcpy(cells + i, &merged, Width);
    const Longs hits = reinterpret_cast<Longs>(both);
    const Longs disputes = reinterpret_cast<Longs>(newly);
    for (std::size_t k = 0; k < Width / 8; ++k) {
      panel.hits += set_lanes(hits[k]);
      panel.disputes += set_lanes(disputes[k]);
    }
  }
}

/// 64 rows of one session whose children are a whole tile: fills the row, or says no.
template <std::size_t Width>
bool whole_row(const PanelRows& panel, const MarkRows& marks, std::size_t begin, std::uint8_t* row) {
  using Bytes = typename Vector<Width>::Bytes;
  using Numbers = typename Vector<Width>::Numbers;
  using Longs = typename Vector<Width>::Longs;
  constexpr std::size_t numbers = Width / 4;
  Numbers child = {};
  for (std::size_t i = 0; i < numbers; ++i) {
    child[i] = static_cast<std::uint32_t>(marks.child[begin]) + static_cast<std::uint32_t>(i);
  }
  const Numbers date = Numbers{} + static_cast<std::uint32_t>(marks.date[begin]);
  Numbers wrong = {};
  for (std::size_t i = 0; i < row_bytes; i += numbers) {
    wrong |= loaded<Numbers>(marks.child + begin + i) ^ child;
    wrong |= loaded<Numbers>(marks.date + begin + i) ^ date;
    child += static_cast<std::uint32_t>(numbers);
  }
  const Bytes session = Bytes{} + static_cast<std::uint8_t>(marks.session[begin]);
  Bytes off = {};
  for (std::size_t i = 0; i < row_bytes; i += Width) {
    off |= loaded<Bytes>(marks.session + begin + i) ^ session;
    const Bytes codes = loaded<Bytes>(marks.code + begin + i);
    const Bytes cells = look_up<Width>(panel.codes, codes);
    off |= codes & static_cast<std::uint8_t>(0xF0);
    off |= reinterpret_cast<Bytes>(cells == 0);
    __builtin_memcpy(row + i, &cells, Width);
  }
  return !any_bit<Width>(reinterpret_cast<Longs>(wrong) | reinterpret_cast<Longs>(off));
}

/// How many rows from `begin` on, at most 64, are of the first one's session and tile, with known codes in range.
std::size_t rows_alike(const MarkRows& marks, std::size_t begin, std::size_t end) {
  typedef std::uint32_t Numbers __attribute__((vector_size(16)));
  typedef std::uint64_t Longs __attribute__((vector_size(16)));
  constexpr std::size_t step = 8;
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  const auto child = static_cast<std::uint32_t>(marks.child[begin]);
  const auto date = static_cast<std::uint32_t>(marks.date[begin]);
  const auto session = static_cast<std::uint8_t>(marks.session[begin]);
  const std::size_t most = end - begin < row_bytes ? end - begin : row_bytes;
  std::size_t alike = 0;
  for (; alike + step <= most; alike += step) {
    const std::size_t at = begin + alike;
    Numbers wrong = {};
    for (std::size_t i = 0; i < step; i += 4) {
      wrong |= (loaded<Numbers>(marks.child + at + i) ^ child) & ~std::uint32_t{63};
      wrong |= loaded<Numbers>(marks.date + at + i) ^ date;
    }
    const std::uint64_t off = (loaded<std::uint64_t>(marks.session + at) ^ (ones * session)) |
                              (loaded<std::uint64_t>(marks.code + at) & (ones * 0xF0));
    const Longs bits = reinterpret_cast<Longs>(wrong);
    if ((bits[0] | bits[1] | off) != 0) break;
  }
  for (; alike < most; ++alike) {
    const std::size_t at = begin + alike;
    if (((static_cast<std::uint32_t>(marks.child[at]) ^ child) & ~std::uint32_t{63}) != 0) break;
    if (static_cast<std::uint32_t>(marks.date[at]) != date) break;
    if (static_cast<std::uint8_t>(marks.session[at]) != session) break;
    if ((static_cast<std::uint8_t>(marks.code[at]) & 0xF0) != 0) break;
  }
  return alike;
}

/// Rows of one session and tile in order of children, with gaps: scatters them into a row and returns how many.
std::size_t row_with_gaps(const PanelRows& panel, const MarkRows& marks, std::size_t begin, std::size_t end,
                          std::uint8_t* row) {
  const std::size_t alike = rows_alike(marks, begin, end);
  __builtin_memset(row, 0, row_bytes);
  std::int32_t before = -1;
  for (std::size_t i = 0; i < alike; ++i) {
    const std::int32_t lane = marks.child[begin + i] & 63;
    const std::uint8_t cell = panel.codes[static_cast<std::uint8_t>(marks.code[begin + i])];
    if (lane <= before || cell == 0) return i;
    if (static_cast<std::uint32_t>(marks.child[begin + i]) >= panel.children) return i;
    row[lane] = cell;
    before = lane;
  }
  return alike;
}

std::int32_t slot_of(const PanelRows& panel, std::int32_t date, std::int8_t session) {
  const std::uint32_t day = static_cast<std::uint32_t>(date) - static_cast<std::uint32_t>(panel.first_date);
  const std::uint32_t name = static_cast<std::uint32_t>(session) - static_cast<std::uint32_t>(panel.first_session);
  return day < panel.days && name < panel.width ? panel.slot_of[std::size_t{day} * panel.width + name] : -1;
}

template <std::size_t Width>
std::size_t write_runs(PanelRows& panel, const MarkRows& marks, std::size_t begin, std::size_t end,
                       std::uint32_t first_tile, std::uint32_t last_tile) {
  alignas(64) std::uint8_t row[row_bytes];
  std::int32_t slot = -1;
  std::size_t named = end;  // the row whose session `slot` is
  while (begin < end) {
    const auto child = static_cast<std::uint32_t>(marks.child[begin]);
    const std::uint32_t tile = child / 64;
    if (child >= panel.children || tile < first_tile || tile >= last_tile) break;
    if (named == end || marks.date[begin] != marks.date[named] || marks.session[begin] != marks.session[named]) {
      slot = slot_of(panel, marks.date[begin], marks.session[begin]);
      named = begin;
    }
    if (slot < 0) break;
    std::size_t rows = row_bytes;
    const bool fits = child % 64 == 0 && end - begin >= row_bytes && panel.children - child >= row_bytes;
    if (!fits || !whole_row<Width>(panel, marks, begin, row)) rows = row_with_gaps(panel, marks, begin, end, row);
    if (rows < 2) break;  // one row alone is no run: dearer here than elsewhere
    merge_row<Width>(panel, tile, static_cast<std::size_t>(slot), row, rows == row_bytes);
    panel.marks += static_cast<std::int64_t>(rows);
    begin += rows;
  }
  return begin;
}

template <std::size_t Width>
std::size_t stage_run(const PanelRows& panel, const MarkRows& marks, std::size_t begin, std::size_t end,
                      std::size_t slot, std::uint8_t* staged) {
  using Numbers = typename Vector<Width>::Numbers;
  using Longs = typename Vector<Width>::Longs;
  using Bytes = typename Vector<16>::Bytes;
  using Pair = typename Vector<16>::Longs;
  const std::int32_t* dates = panel.slot_dates + slot;
  const std::int8_t* sessions = panel.slot_sessions + slot;
  const std::size_t most = end - begin < panel.slots - slot ? end - begin : panel.slots - slot;
  const std::int32_t own = marks.child[begin];
  const Numbers child = Numbers{} + static_cast<std::uint32_t>(own);
  std::size_t rows = 0;
  for (; rows + rows_a_step <= most; rows += rows_a_step) {
    const std::size_t at = begin + rows;
    Numbers wrong = {};
    for (std::size_t i = 0; i < rows_a_step; i += Width / 4) {
      wrong |= loaded<Numbers>(marks.child + at + i) ^ child;
      wrong |= loaded<Numbers>(marks.date + at + i) ^ loaded<Numbers>(dates + rows + i);
    }
    const Bytes codes = loaded<Bytes>(marks.code + at);
    const Bytes cells = look_up<16>(panel.codes, codes);
    Bytes off = loaded<Bytes>(marks.session + at) ^ loaded<Bytes>(sessions + rows);
    off |= codes & static_cast<std::uint8_t>(0xF0);
    off |= reinterpret_cast<Bytes>(cells == 0);
    __builtin_memcpy(staged + rows, &cells, sizeof(cells));
    if (any_bit<Width>(reinterpret_cast<Longs>(wrong)) || any_bit<16>(reinterpret_cast<Pair>(off))) break;
  }
  for (; rows < most; ++rows) {
    const std::size_t at = begin + rows;
    const auto code = static_cast<std::uint8_t>(marks.code[at]);
    if (marks.child[at] != own || marks.date[at] != dates[rows] || marks.session[at] != sessions[rows]) break;
    if (code > 15 || panel.codes[code] == 0) break;
    staged[rows] = panel.codes[code];
  }
  return rows;
}

/// Turns 16 x 16 bytes: each of four rounds of interleaving moves one bit of a byte's row into its column.
void turn_block(Vector<16>::Bytes (&block)[16]) {
  using Bytes = Vector<16>::Bytes;
  for (int round = 0; round < 4; ++round) {
    Bytes next[16];
    for (int i = 0; i < 8; ++i) {
      next[2 * i] = __builtin_shufflevector(block[i], block[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] =
          __builtin_shufflevector(block[i], block[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int i = 0; i < 16; ++i) block[i] = next[i];
  }
}

template <std::size_t Width>
void turn_tile(PanelRows& panel, std::size_t tile, const std::uint8_t* staged, std::size_t stride, std::size_t first,
               std::size_t last) {
  using Bytes = Vector<16>::Bytes;
  alignas(64) std::uint8_t rows[16][row_bytes];
  for (std::size_t slot = first / 16 * 16; slot < last; slot += 16) {
    for (std::size_t lane = 0; lane < row_bytes; lane += 16) {
      Bytes block[16];
      for (std::size_t i = 0; i < 16; ++i) block[i] = loaded<Bytes>(staged + (lane + i) * stride + slot);
      turn_block(block);
      for (std::size_t i = 0; i < 16; ++i) __builtin_memcpy(rows[i] + lane, &block[i], 16);
    }
    const std::size_t begin = slot < first ? first - slot : 0;
    const std::size_t end = last - slot < 16 ? last - slot : 16;
    for (std::size_t i = begin; i < end; ++i) merge_row<Width>(panel, tile, slot + i, rows[i], true);
  }
}

/// Sums of numbers in lanes of 64 bits, four vectors at a time.
template <std::size_t Width>
std::int64_t sum_of_numbers(const std::int32_t* values, std::size_t rows) {
  using Numbers = typename Vector<Width / 2>::Signed;
  using Longs = typename Vector<Width>::SignedLongs;
  constexpr std::size_t step = Width / 8;
  Longs sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 * step <= rows; i += 4 * step) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += __builtin_convertvector(loaded<Numbers>(values + i + k * step), Longs);
  }
  std::int64_t sum = 0;
  for (; i < rows; ++i) sum += values[i];
  for (const Longs& lanes : sums) {
    for (std::size_t k = 0; k < step; ++k) sum += lanes[k];
  }
  return sum;
}

/// Sums of bytes in lanes of 16 bits, as many rows as those can hold, then in one of 64.
template <std::size_t Width>
std::int64_t sum_of_bytes(const std::int8_t* values, std::size_t rows) {
  using Bytes = typename Vector<Width>::Bytes;
  using Halves = typename Vector<Width>::Halves;
  constexpr std::size_t most = 128;  // steps of two bytes of at most 255 each
  std::int64_t sum = 0;
  std::size_t i = 0;
  while (i + Width <= rows) {
    Halves halves = {};
    std::size_t steps = 0;
    for (; steps < most && i + Width <= rows; ++steps, i += Width) {
      const Bytes raised = loaded<Bytes>(values + i) ^ static_cast<std::uint8_t>(0x80);  // from 0 up
      const Halves pairs = reinterpret_cast<Halves>(raised);
      halves += (pairs & static_cast<std::uint16_t>(0xFF)) + (pairs >> 8);
    }
    for (std::size_t k = 0; k < Width / 2; ++k) sum += halves[k];
    sum -= static_cast<std::int64_t>(128 * Width * steps);
  }
  for (; i < rows; ++i) sum += values[i];
  return sum;
}

[[maybe_unused]] std::int64_t sum_columns(const MarkRows& marks, std::size_t rows) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < rows; ++i) sum += marks.child[i];
  for (std::size_t i = 0; i < rows; ++i) sum += marks.date[i];
  for (std::size_t i = 0; i < rows; ++i) sum += marks.session[i];
  for (std::size_t i = 0; i < rows; ++i) sum += marks.code[i];
  return sum;
}

template <std::size_t Width>
std::int64_t read_columns(const MarkRows& marks, std::size_t rows) {
  return sum_of_numbers<Width>(marks.child, rows) + sum_of_numbers<Width>(marks.date, rows) +
         sum_of_bytes<Width>(marks.session, rows) + sum_of_bytes<Width>(marks.code, rows);
}

}  // namespace
