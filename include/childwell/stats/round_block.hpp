// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace childwell::inline v0_1::stats {

// What a round of a generalised linear model does with a block of rows: linear predictors, residuals, their gradient in
// double precision, and the weighted cross product of the dense columns in single precision. Used by
// generalised_summary and fit_ridge, not for callers; the instruction set is chosen once, at the first call.

inline constexpr std::size_t round_block_rows = 64;   // design, scaled rows and cross product of a block stay in L1
inline constexpr std::size_t round_block_lanes = 8;   // columns are padded to whole vectors of the widest kernel

struct RoundBlock {
  const double* design = nullptr;        // rows x columns, row by row
  std::size_t stride = 0;                // elements from one row to the next
  std::size_t rows = 0;                  // at most round_block_rows
  std::size_t columns = 0;               // dense ones, without the intercept
  bool intercept = false;                // a column of ones behind the dense ones
  bool counts = false;                   // Poisson with log link; else logistic
  bool information = false;              // whether the cross product is wanted
  const double* coefficients = nullptr;  // of the dense columns, then of the intercept
  const double* outcomes = nullptr;      // padded to round_block_rows, as are weights and base
  const double* weights = nullptr;
  bool weights_are_one = false;          // of a whole block
  const double* base = nullptr;  // known parts of the linear predictor
  double* scores = nullptr;      // out, one a row: derivative of the log-likelihood by the linear predictor
  float* roots = nullptr;        // out, one a row: square root of the information
  float* scaled = nullptr;       // out, rows x padded columns: root times the row; what is padded stays as it is
  float* cross = nullptr;        // added to, padded x padded, lower triangle by vectors
  double* gradient = nullptr;    // added to, columns + 1
  const void* ahead = nullptr;           // memory that the next block will read; fetched, never looked at
  std::size_t ahead_bytes = 0;
  bool refused = false;          // out: a value was missing or infinite, and nothing was added
  double objective = 0.0;        // added to: minus log-likelihood but for parts of the data alone
};

// The kernel of the widest instruction set that this processor has.
struct RoundKernelInUse {
  static void run(RoundBlock& block) noexcept;
  // Multiply-adds in single precision without memory: what a core can do at most. Gives the operations done.
  static double peak_probe(std::size_t rounds) noexcept;
  static const char* name() noexcept;
  // Columns of `scaled` and `cross`: dense columns and intercept, in whole vectors.
  static constexpr std::size_t padded_columns(std::size_t columns) noexcept {
    return (columns + round_block_lanes - 1) / round_block_lanes * round_block_lanes;
  }
};

}  // namespace childwell::inline v0_1::stats
