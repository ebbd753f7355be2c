// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace childwell::inline v0_1::stats {

/// A table of numbers that somebody else owns: rows are children, columns are variables; strides in elements.
struct MatrixView {
  const double* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t column_stride = 0;

  [[nodiscard]] double operator()(std::size_t row, std::size_t column) const noexcept {
    return data[static_cast<std::ptrdiff_t>(row) * row_stride + static_cast<std::ptrdiff_t>(column) * column_stride];
  }
};

/// A small table of numbers in a result, row by row.
struct Matrix {
  std::vector<double> values;
  std::size_t rows = 0;
  std::size_t columns = 0;

  [[nodiscard]] double operator()(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
  double& operator()(std::size_t row, std::size_t column) { return values[row * columns + column]; }
};

}  // namespace childwell::inline v0_1::stats
