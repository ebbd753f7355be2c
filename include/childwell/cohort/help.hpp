// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/records.hpp>

#include <cstdint>
#include <vector>

namespace childwell::inline v0_1 {

/// One time that a child was counselled or served.
struct HelpEvent {
  std::int32_t child = -1;
  Date date;
  Date known_on;
  std::int32_t programme = -1;              ///< of services
  std::int32_t provider = -1;               ///< of services: who gave it
  std::int64_t minutes = missing_integer;
};

/// A child passed on to somebody, and what came of it.
struct Referral {
  std::int32_t child = -1;
  Date date;
  Date known_on;
  std::int32_t reason = -1;
  std::int32_t outcome = -1;
  Date outcome_date;  ///< unknown while the referral is open
};

/// What was done for children, each by child and then by date.
struct Help {
  std::vector<HelpEvent> counselling;
  std::vector<HelpEvent> services;
  std::vector<Referral> referrals;
};

}  // namespace childwell::inline v0_1
