// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "poisson_bootstrap.hpp"
#include "poisson_bootstrap_body.hpp"

namespace childwell::inline v0_1::kernels {

void bootstrap_area_plain(const stats::BootstrapRows& rows, const stats::BootstrapStep* steps, std::size_t count,
                       stats::BootstrapLanes& lanes) noexcept {
  area<16>(rows, steps, count, lanes);
}

void bootstrap_top_plain(const stats::BootstrapRows& rows, const stats::BootstrapStep* groups, std::size_t count,
                         std::uint32_t places, const stats::BootstrapLanes& lanes,
                         stats::BootstrapList& list) noexcept {
  top<16>(rows, groups, count, places, lanes, list);
}

}  // namespace childwell::inline v0_1::kernels
