// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "thin_qr.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <utility>

namespace childwell::inline v0_1::stats {
namespace {

constexpr Eigen::Index smallest_block = 512;

}  // namespace

ThinQr thin_qr(RowMajor a) {
  const Eigen::Index rows = a.rows();
  const Eigen::Index columns = a.cols();
  const Eigen::Index block = std::max(smallest_block, 4 * columns);
  const Eigen::Index parts = rows / block;
  Eigen::MatrixXd local;
  if (parts < 2 || columns == 0) {
    const Eigen::Index kept = std::min(rows, columns);
    if (kept == 0) return {RowMajor(rows, 0), Eigen::MatrixXd(0, columns)};
    local = a;
    const Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(local);
    Eigen::MatrixXd r = local.topRows(kept).triangularView<Eigen::Upper>();
    a = qr.householderQ() * Eigen::MatrixXd::Identity(rows, kept);
    return {std::move(a), std::move(r)};
  }
  // The last block takes what is left over.
  const auto height = [&](Eigen::Index part) { return part + 1 < parts ? block : rows - part * block; };
  RowMajor stacked(parts * columns, columns);
  for (Eigen::Index part = 0; part < parts; ++part) {
    local = a.middleRows(part * block, height(part));
    const Eigen::HouseholderQR<Eigen::Ref<Eigen::MatrixXd>> qr(local);
    stacked.middleRows(part * columns, columns) = local.topRows(columns).triangularView<Eigen::Upper>();
    a.middleRows(part * block, height(part)) = qr.householderQ() * Eigen::MatrixXd::Identity(height(part), columns);
  }
  ThinQr top = thin_qr(std::move(stacked));
  for (Eigen::Index part = 0; part < parts; ++part) {
    local = a.middleRows(part * block, height(part)) * top.q.middleRows(part * columns, columns);
    a.middleRows(part * block, height(part)) = local;
  }
  return {std::move(a), std::move(top.r)};
}

}  // namespace childwell::inline v0_1::stats
