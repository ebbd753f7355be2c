// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

namespace childwell::inline v0_1::stats {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A = Q R with orthonormal columns of Q, as many as the smaller side of A.
struct ThinQr {
  RowMajor q;
  Eigen::MatrixXd r;
};

// Householder QR in blocks of rows that fit the cache, then of the stacked triangles; blocks depend on the size only.
ThinQr thin_qr(RowMajor a);

}  // namespace childwell::inline v0_1::stats
