// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "digest.hpp"

std::string wide_digest() { return digest(); }

childwell::Estimate wide_estimate() {
  childwell::Estimate estimate;
  estimate.value = 0.25;
  estimate.n_expected = 8;
  estimate.status = childwell::Status::ok;
  return estimate;
}
