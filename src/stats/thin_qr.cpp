// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "thin_qr.hpp"

#include <Eigen/QR>

#include <algorithm>

namespace childwell::inline v0_1::stats {
namespace {

using Eigen::Index;

constexpr Index smallest_block = 512;

}  // namespace

Eigen::MatrixXd thin_qr(Rows a) {
  const Index rows = a.rows();
  const Index columns = a.cols();
  const Index block = std::max(smallest_block, 4 * columns);
  const Index parts = rows / block;
  if (rows == 0 || columns == 0) return Eigen::MatrixXd(0, columns);
  Eigen::MatrixXd local, q;
  if (parts < 2) {
    const Index kept = std::min(rows, columns);
    local = a;
    const Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(local);
    Eigen::MatrixXd r = local.topRows(kept).triangularView<Eigen::Upper>();
    q = qr.householderQ() * Eigen::MatrixXd::Identity(rows, kept);
    a.leftCols(kept) = q;
    a.rightCols(columns - kept).setZero();
    return r;
  }
  // The last block takes what is left over.
  const auto height = [&](Index part) { return part + 1 < parts ? block : rows - part * block; };
  RowMajor stacked(parts * columns, columns);
  for (Index part = 0; part < parts; ++part) {
    local = a.middleRows(part * block, height(part));
    const Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(local);
    stacked.middleRows(part * columns, columns) = local.topRows(columns).triangularView<Eigen::Upper>();
    q.setIdentity(height(part), columns);
    q.applyOnTheLeft(qr.householderQ());
    a.middleRows(part * block, height(part)) = q;
  }
  const Eigen::MatrixXd r = thin_qr(stacked);
  for (Index part = 0; part < parts; ++part) {
    q = stacked.middleRows(part * columns, columns);
    multiply(a.middleRows(part * block, height(part)), q);
  }
  return r;
}

void multiply(Rows a, const Eigen::MatrixXd& m) {
  constexpr Index block = 256;
  RowMajor product;
  for (Index first = 0; first < a.rows(); first += block) {
    const Index size = std::min(block, a.rows() - first);
    product.noalias() = a.block(first, 0, size, m.rows()) * m;
    a.block(first, 0, size, m.cols()) = product;
    a.block(first, m.cols(), size, a.cols() - m.cols()).setZero();
  }
}

}  // namespace childwell::inline v0_1::stats
