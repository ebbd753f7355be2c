// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// The body of every round_block unit, at the vector width of its instruction set; in an unnamed namespace, so that no
// unit lends its code to another. Nothing of the standard library is called here. Multiply-adds are fused where the
// unit's instruction set has them: the double-precision gradient decides where a fit ends, to 1e-12 on every set.
#pragma once

#include <childwell/stats/round_block.hpp>

#include <cstddef>
#include <cstdint>

namespace {

using childwell::stats::RoundBlock;
using childwell::stats::round_block_lanes;
using childwell::stats::round_block_rows;

// A copy of this unit's own: the header's is inline and would be a weak symbol where the compiler does not inline.
std::size_t padded_columns(std::size_t columns) {
  return (columns + round_block_lanes - 1) / round_block_lanes * round_block_lanes;
}

template <std::size_t Width>
struct Vectors {
  typedef float Floats __attribute__((vector_size(Width)));
  typedef float HalfFloats __attribute__((vector_size(Width / 2)));
  typedef double Doubles __attribute__((vector_size(Width)));
  typedef std::int64_t Integers __attribute__((vector_size(Width)));
  static constexpr std::size_t float_lanes = Width / sizeof(float);
  static constexpr std::size_t double_lanes = Width / sizeof(double);
};

template <class Vector>
inline Vector fused(Vector a, Vector b, Vector c) {
#if defined(__FMA__) && defined(__AVX2__)
  if constexpr (sizeof(Vector) == 32) {
    if constexpr (sizeof(a[0]) == 4) {
      return __builtin_ia32_vfmaddps256(a, b, c);
    } else {
      return __builtin_ia32_vfmaddpd256(a, b, c);
    }
  }
#endif
  return a * b + c;
}

template <class Vector, class Number>
inline Vector loaded(const Number* from) {
  Vector made;
  __builtin_memcpy(&made, from, sizeof made);
  return made;
}

template <class Vector, class Number>
inline void stored(Number* to, Vector values) {
  __builtin_memcpy(to, &values, sizeof values);
}

template <class Vector, class Number>
inline Vector everywhere(Number value) {
  return value - Vector{};  // exact, and one instruction
}

template <class Vector>
inline double added_up(Vector values) {
  double total = 0.0;
  for (std::size_t lane = 0; lane < sizeof values / sizeof(double); ++lane) total += values[lane];
  return total;
}

// exp(x) for |x| <= 700: x = k log 2 + r, Taylor to r^13 / 13! (error below 1 unit of the last place), exponent by k.
template <std::size_t Width>
inline typename Vectors<Width>::Doubles exponential(typename Vectors<Width>::Doubles x) {
  using Doubles = typename Vectors<Width>::Doubles;
  using Integers = typename Vectors<Width>::Integers;
  const Doubles shift = everywhere<Doubles>(0x1.8p52);
  const Doubles shifted = fused(x, everywhere<Doubles>(0x1.71547652b82fep0), shift);
  const Doubles whole = shifted - shift;
  Doubles r = fused(whole, everywhere<Doubles>(-0x1.62e42fefa38p-1), x);
  r = fused(whole, everywhere<Doubles>(-0x1.ef35793c7673p-45), r);
  constexpr double inverse_factorials[14] = {1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                             1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  Doubles sum = everywhere<Doubles>(inverse_factorials[13]);
  for (int k = 12; k >= 0; --k) sum = fused(sum, r, everywhere<Doubles>(inverse_factorials[k]));
  return reinterpret_cast<Doubles>(reinterpret_cast<Integers>(sum) + (reinterpret_cast<Integers>(shifted) << 52));
}

// log(1 + t) for 0 <= t <= 1: twice the inverse hyperbolic tangent of t / (2 + t), all terms above 0.
template <std::size_t Width>
inline typename Vectors<Width>::Doubles log_of_one_plus(typename Vectors<Width>::Doubles t) {
  using Doubles = typename Vectors<Width>::Doubles;
  const Doubles s = t / (t + 2.0);
  const Doubles square = s * s;
  Doubles sum = everywhere<Doubles>(1.0 / 35);
  for (int k = 16; k >= 0; --k) sum = fused(sum, square, everywhere<Doubles>(1.0 / (2 * k + 1)));
  return 2.0 * s * sum;
}

// Scores, roots of the information and the objective of a block whose linear predictors stand in eta.
template <std::size_t Width>
inline void respond(RoundBlock& block, const double* eta) {
  using Doubles = typename Vectors<Width>::Doubles;
  using Integers = typename Vectors<Width>::Integers;
  constexpr std::size_t lanes = Vectors<Width>::double_lanes;
  const Doubles zero = {};
  const Doubles most = everywhere<Doubles>(700.0);
  Doubles total = zero;
  Doubles product = everywhere<Doubles>(1.0);
  // Where all weights are one, the logarithms of a block are one logarithm of a product of at most 2 to the 64.
  const bool multiplies = block.weights_are_one;
  for (std::size_t i = 0; i < block.rows; i += lanes) {  // rows behind the last one have weight 0
    const Doubles at = loaded<Doubles>(eta + i);
    const Doubles y = loaded<Doubles>(block.outcomes + i);
    const Doubles w = loaded<Doubles>(block.weights + i);
    Doubles score, information;
    if (block.counts) {
      const Doubles capped = at > most ? most : (at < -most ? -most : at);
      const Doubles mean = exponential<Width>(capped);
      score = w * (y - mean);
      information = w * mean;
      total += w * (mean - y * at);
    } else {
      const Integers below = at < zero;
      const Doubles size = below ? -at : at;
      const Doubles t = exponential<Width>(size > most ? -most : -size);
      const Doubles nearer = 1.0 / (1.0 + t);  // probability of the side that the linear predictor points to
      const Doubles farther = t * nearer;
      const Doubles mean = below ? farther : nearer;
      const Doubles other = below ? nearer : farther;
      score = w * (y * other - (1.0 - y) * mean);
      information = w * nearer * farther;
      if (multiplies) {
        product *= 1.0 + t;
        total += (below ? zero : at) - y * at;
      } else {
        total += w * ((below ? zero : at) + log_of_one_plus<Width>(t) - y * at);
      }
    }
    stored(block.scores + i, score);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      block.roots[i + lane] = __builtin_sqrtf(static_cast<float>(information[lane]));
    }
  }
  block.objective += added_up(total);
  if (multiplies && !block.counts) {
    double whole = 1.0;
    for (std::size_t lane = 0; lane < lanes; ++lane) whole *= product[lane];
    std::uint64_t bits = 0;
    __builtin_memcpy(&bits, &whole, sizeof bits);
    const auto exponent = static_cast<double>(static_cast<std::int64_t>(bits >> 52) - 1023);
    bits = (bits & 0xfffffffffffffU) | (std::uint64_t{1023} << 52);
    double fraction = 1.0;
    __builtin_memcpy(&fraction, &bits, sizeof fraction);
    block.objective += exponent * 0x1.62e42fefa39efp-1 + log_of_one_plus<Width>(everywhere<Doubles>(fraction - 1.0))[0];
  }
}

// cross[first .. first + Strips)[vector .. vector + Count vectors) += scaled' scaled, the tile in registers.
// The wide tiles leave room for a load, and fetch the next block meanwhile: first touched in the linear predictors, it
// would hold the core up there for as long as the tiles take.
template <std::size_t Width, std::size_t Strips, std::size_t Count>
inline void add_tile(RoundBlock& block, std::size_t padded, std::size_t first, std::size_t vector) {
  using Floats = typename Vectors<Width>::Floats;
  constexpr std::size_t lanes = Vectors<Width>::float_lanes;
  Floats tile[Strips][Count] = {};
  const float* row = block.scaled;
  const std::size_t rows = block.rows;
  float* const cross = block.cross;
  const char* ahead = static_cast<const char*>(block.ahead);
  constexpr std::size_t half_line = 32;  // spread over the tiles: asked for at once, the lines would queue
  constexpr bool fetches = Strips == 4 && Count >= 2;
  for (std::size_t k = 0; k < rows; ++k, row += padded) {
    if constexpr (fetches) __builtin_prefetch(ahead + k * half_line, 0, 2);
    Floats across[Count];
    for (std::size_t v = 0; v < Count; ++v) across[v] = loaded<Floats>(row + (vector + v) * lanes);
    for (std::size_t r = 0; r < Strips; ++r) {
      const Floats down = everywhere<Floats>(row[first + r]);
      for (std::size_t v = 0; v < Count; ++v) tile[r][v] = fused(down, across[v], tile[r][v]);
    }
  }
  if constexpr (fetches) {
    // At the end it stays at the last lines, which costs nothing.
    const std::size_t done = rows * half_line;
    block.ahead = block.ahead_bytes > done ? ahead + done : ahead;
    block.ahead_bytes -= block.ahead_bytes > done ? done : 0;
  }
  for (std::size_t r = 0; r < Strips; ++r) {
    for (std::size_t v = 0; v < Count; ++v) {
      float* to = cross + (first + r) * padded + (vector + v) * lanes;
      stored(to, loaded<Floats>(to) + tile[r][v]);
    }
  }
}

// As many vectors as the diagonal asks for, by threes; four are two and two, so that no tile waits for its own sums.
template <std::size_t Width, std::size_t Strips>
inline void add_strips(RoundBlock& block, std::size_t padded, std::size_t first) {
  std::size_t left = (first + Strips - 1) / Vectors<Width>::float_lanes + 1;
  for (std::size_t vector = 0; left > 0;) {
    if (left >= 3 && left != 4) {
      add_tile<Width, Strips, 3>(block, padded, first, vector);
      vector += 3;
      left -= 3;
    } else if (left >= 2) {
      add_tile<Width, Strips, 2>(block, padded, first, vector);
      vector += 2;
      left -= 2;
    } else {
      add_tile<Width, Strips, 1>(block, padded, first, vector);
      vector += 1;
      left -= 1;
    }
  }
}

template <std::size_t Width>
inline void add_cross_product(RoundBlock& block, std::size_t used) {
  const std::size_t padded = padded_columns(used);
  std::size_t first = 0;
  if (used >= 8 && Vectors<Width>::float_lanes == 8) {
    add_tile<Width, 8, 1>(block, padded, 0, 0);
    first = 8;
  }
  for (; first + 4 <= used; first += 4) add_strips<Width, 4>(block, padded, first);
  if (used - first == 3) add_strips<Width, 3>(block, padded, first);
  if (used - first == 2) add_strips<Width, 2>(block, padded, first);
  if (used - first == 1) add_strips<Width, 1>(block, padded, first);
}

template <std::size_t Width, std::size_t Rows>
inline void add_predictors(const RoundBlock& block, std::size_t first, double* eta) {
  using Doubles = typename Vectors<Width>::Doubles;
  constexpr std::size_t lanes = Vectors<Width>::double_lanes;
  const std::size_t stride = block.stride;
  const std::size_t columns = block.columns;
  const double* const coefficients = block.coefficients;
  const double* row = block.design + first * stride;
  Doubles sums[Rows] = {};
  std::size_t j = 0;
  for (; j + lanes <= columns; j += lanes) {
    const Doubles b = loaded<Doubles>(coefficients + j);
    for (std::size_t r = 0; r < Rows; ++r) sums[r] = fused(loaded<Doubles>(row + r * stride + j), b, sums[r]);
  }
  for (std::size_t r = 0; r < Rows; ++r) {
    double total = added_up(sums[r]);
    for (std::size_t tail = j; tail < columns; ++tail) total += row[r * stride + tail] * coefficients[tail];
    eta[first + r] = total + block.base[first + r] + (block.intercept ? coefficients[columns] : 0.0);
  }
}

// Gradient, and the scaled rows in single precision, four rows at a time.
template <std::size_t Width, std::size_t Rows, bool Information>
inline void add_gradient(RoundBlock& block, std::size_t padded, std::size_t first) {
  using Doubles = typename Vectors<Width>::Doubles;
  using HalfFloats = typename Vectors<Width>::HalfFloats;
  constexpr std::size_t lanes = Vectors<Width>::double_lanes;
  // Copies: through the block, each store would make them be read again.
  const std::size_t stride = block.stride;
  const std::size_t columns = block.columns;
  const double* const row = block.design + first * stride;
  float* const to = block.scaled + first * padded;
  double* const gradient = block.gradient;
  double scores[Rows];
  Doubles score[Rows], root[Rows];
  for (std::size_t r = 0; r < Rows; ++r) {
    scores[r] = block.scores[first + r];
    score[r] = everywhere<Doubles>(scores[r]);
    root[r] = everywhere<Doubles>(static_cast<double>(block.roots[first + r]));
  }
  [[maybe_unused]] const char* const ahead = static_cast<const char*>(block.ahead) + first * stride * sizeof(double);
  std::size_t j = 0;
  for (; j + lanes <= columns; j += lanes) {
    if constexpr (!Information) {  // else the tiles fetch the next block
      for (std::size_t r = 0; r < Rows; ++r) __builtin_prefetch(ahead + (r * stride + j) * sizeof(double), 0, 2);
    }
    Doubles sum = loaded<Doubles>(gradient + j);
    for (std::size_t r = 0; r < Rows; ++r) {
      const Doubles x = loaded<Doubles>(row + r * stride + j);
      sum = fused(score[r], x, sum);
      if constexpr (Information) stored(to + r * padded + j, __builtin_convertvector(x * root[r], HalfFloats));
    }
    stored(gradient + j, sum);
  }
  for (; j < columns; ++j) {
    for (std::size_t r = 0; r < Rows; ++r) {
      const double x = row[r * stride + j];
      gradient[j] += scores[r] * x;
      if constexpr (Information) to[r * padded + j] = static_cast<float>(x * root[r][0]);
    }
  }
  if (block.intercept) {
    for (std::size_t r = 0; r < Rows; ++r) {
      gradient[columns] += scores[r];
      if constexpr (Information) to[r * padded + columns] = static_cast<float>(root[r][0]);
    }
  }
}

template <std::size_t Width, bool Information>
inline void add_gradients(RoundBlock& block, std::size_t padded) {
  std::size_t i = 0;
  for (; i + 4 <= block.rows; i += 4) add_gradient<Width, 4, Information>(block, padded, i);
  for (; i < block.rows; ++i) add_gradient<Width, 1, Information>(block, padded, i);
}

template <std::size_t Width>
inline void run_at_width(RoundBlock& block) {
  double eta[round_block_rows + 8] = {};
  std::size_t i = 0;
  for (; i + 4 <= block.rows; i += 4) add_predictors<Width, 4>(block, i, eta);
  for (; i < block.rows; ++i) add_predictors<Width, 1>(block, i, eta);
  const double before = block.objective;
  respond<Width>(block, eta);
  // Nothing is added of a block with a missing or infinite value: its objective is no number, whatever the weights.
  block.refused = !(block.objective - before - (block.objective - before) == 0.0);
  if (block.refused) {
    block.objective = before;
    return;
  }
  const std::size_t used = block.columns + (block.intercept ? 1 : 0);
  const std::size_t padded = padded_columns(used);
  if (block.information) {
    add_gradients<Width, true>(block, padded);
    add_cross_product<Width>(block, used);
  } else {
    add_gradients<Width, false>(block, padded);
  }
}

template <std::size_t Width>
inline double peak_at_width(std::size_t rounds) {
  using Floats = typename Vectors<Width>::Floats;
  constexpr std::size_t sums = 12;
  Floats values[sums];
  for (std::size_t k = 0; k < sums; ++k) values[k] = everywhere<Floats>(static_cast<float>(k));
  Floats factor = everywhere<Floats>(0.999F);
  const Floats term = everywhere<Floats>(0.5F);
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t k = 0; k < sums; ++k) values[k] = fused(values[k], factor, term);
  }
  Floats total = {};
  for (std::size_t k = 0; k < sums; ++k) total += values[k];
  // What was computed must be of use, else the compiler leaves it out.
  const double operations = 2.0 * static_cast<double>(rounds * sums * Vectors<Width>::float_lanes);
  return total[0] > -1.0F ? operations : 0.0;
}

}  // namespace
