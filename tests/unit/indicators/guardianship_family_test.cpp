// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/guardianship_family.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace childwell;
using Record = GuardianshipFamily::Record;

TEST(GuardianshipFamily, days_without_a_document_by_hand) {
  const std::vector<Record> records{
      {{Date{0}, Date{120}}, {}}, {{Date{110}, Date{150}}, {}}, {{Date{170}, open_end}, {}}};
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{199}, true})[0].value, 20.0);  // 150 to 169
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{100}, Date{199}, true})[0].value, 100.0);
}

TEST(GuardianshipFamily, a_document_dated_back_counts_once_it_is_known) {
  const std::vector<Record> records{{{Date{100}, open_end}, Date{180}}};
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{179}, true})[0].value, 80.0);
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{180}, true})[0].value, 0.0);
}

TEST(GuardianshipFamily, no_register_is_not_a_gap) {
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{100}, Date{199}, false})[0].status, Status::not_recorded);
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{200}, Date{199}, true})[0].status, Status::not_expected);
}

}  // namespace
