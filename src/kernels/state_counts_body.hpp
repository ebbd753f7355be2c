// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The body of every state_counts unit, at the vector width of its instruction set. It lives in an unnamed namespace so
// that each unit keeps its own copy: a shared one could be linked from the wide unit into a program on an old machine.
// For the same reason nothing of the standard library is called here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace {

constexpr std::size_t row_bytes = 64;
constexpr std::size_t all_states = 16;
constexpr std::size_t states_a_pass = 8;    // as many counters as stay in registers beside the row
constexpr std::size_t rows_a_flush = 255;   // a byte counts no further

template <std::size_t Width>
struct Vector {
  typedef std::uint8_t Bytes __attribute__((vector_size(Width)));
};

template <std::size_t Width>
void add_block(const std::uint8_t* cells, std::size_t rows, std::size_t first_state, std::uint16_t* counts) {
  using Bytes = typename Vector<Width>::Bytes;
  Bytes counters[states_a_pass] = {};
  for (std::size_t row = 0; row < rows; ++row) {
    Bytes states;
    __builtin_memcpy(&states, cells + row * row_bytes, Width);
    states &= static_cast<std::uint8_t>(15);
    for (std::size_t state = 0; state < states_a_pass; ++state) {
      // A lane that matches is all ones, which is minus one.
      counters[state] -= reinterpret_cast<Bytes>(states == static_cast<std::uint8_t>(first_state + state));
    }
  }
  for (std::size_t state = 0; state < states_a_pass; ++state) {
    std::uint16_t* lanes = counts + (first_state + state) * row_bytes;
    for (std::size_t lane = 0; lane < Width; ++lane) {
      lanes[lane] = static_cast<std::uint16_t>(lanes[lane] + counters[state][lane]);
    }
  }
}

template <std::size_t Width>
void count_states_at_width(const std::uint8_t* cells, std::size_t sessions, std::uint16_t* counts) {
  for (std::size_t i = 0; i < all_states * row_bytes; ++i) counts[i] = 0;
  for (std::size_t begin = 0; begin < sessions; begin += rows_a_flush) {
    const std::size_t rows = sessions - begin < rows_a_flush ? sessions - begin : rows_a_flush;
    for (std::size_t lane = 0; lane < row_bytes; lane += Width) {
      for (std::size_t state = 0; state < all_states; state += states_a_pass) {
        add_block<Width>(cells + begin * row_bytes + lane, rows, state, counts + lane);
      }
    }
  }
}

}  // namespace
