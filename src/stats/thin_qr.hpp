// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace childwell::inline v0_1::stats {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Rows = Eigen::Ref<RowMajor>;

// Householder QR in blocks of rows that fit the cache, then of the stacked triangles; blocks depend on the size only.
// Gives R, with as many rows as the smaller side of `a`; as many columns of `a` become Q's, the rest 0.
Eigen::MatrixXd thin_qr(Rows a);

// a.leftCols(m.rows()) * m in place: m's columns come first, what is beside them is 0.
void multiply(Rows a, const Eigen::MatrixXd& m);

}  // namespace childwell::inline v0_1::stats
