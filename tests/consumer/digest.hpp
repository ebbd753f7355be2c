// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cell.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>

#include <Eigen/Core>

#include <string>

// What one half of the program makes of the shared types, as text.
inline std::string digest() {
  Eigen::Matrix<double, 8, 1> weights;
  for (int i = 0; i < 8; ++i) weights[i] = 1.0 / (i + 3.0);
  std::string text;
  for (int day = 20000; day < 20400; ++day) {
    const childwell::Date date{day};
    const childwell::Cell cell(static_cast<childwell::State>(day % 13), day % 3);
    childwell::Estimate estimate = childwell::without_value(childwell::Status::not_recorded, day, cell.absent_units());
    estimate.value = weights[day % 8] * childwell::weekday(date);
    text += childwell::to_iso(date) + ' ' + std::string(childwell::word(estimate.status)) + ' ' +
            std::to_string(estimate.value) + (childwell::is_presence(cell.state()) ? " there\n" : "\n");
  }
  return text;
}

childwell::Estimate plain_estimate();
childwell::Estimate wide_estimate();
std::string plain_digest();
std::string wide_digest();
