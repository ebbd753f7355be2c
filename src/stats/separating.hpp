// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace childwell::inline v0_1::stats {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// What a row asks of a separating direction d: x'd >= 0, x'd <= 0, or x'd = 0.
enum class Side : std::int8_t { below = -1, on_the_line = 0, above = 1 };

struct SeparatingDirection {
  Eigen::VectorXd direction;
  std::vector<std::uint8_t> strictly;  // one a row
  std::vector<std::uint8_t> columns;   // one a column: has no finite maximum
  bool any = false;
  bool all = false;
  bool decided = true;
};

// The maximal set of rows that a direction can tell apart; columns of the design are independent.
SeparatingDirection separating_direction(const Rows& design, const std::vector<Side>& sides);

// Columns that do not repeat earlier ones, in order.
std::vector<Eigen::Index> independent_columns(const Eigen::MatrixXd& triangle);

// The triangle R of a design's QR decomposition, by blocks of rows, never more than a block in memory.
Eigen::MatrixXd triangle_of(const Rows& design);

// The name of a given column; x0, x1, ... where there are none.
std::string column_name(const std::vector<std::string>& names, std::size_t column);

}  // namespace childwell::inline v0_1::stats
