// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/guardianship_family.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace childwell;
using Record = GuardianshipFamily::Record;
using Document = GuardianshipFamily::Document;

TEST(GuardianshipFamily, days_without_a_document_by_hand) {
  const std::vector<Record> records{
      {{Date{0}, Date{120}}, {}}, {{Date{110}, Date{150}}, {}}, {{Date{170}, open_end}, {}}};
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{199}, Date{199}, true})[0].value, 20.0);  // 150 to 169
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{100}, Date{199}, Date{199}, true})[0].value, 100.0);
}

TEST(GuardianshipFamily, a_document_dated_back_counts_once_it_is_known) {
  const std::vector<Record> records{{{Date{100}, open_end}, Date{180}}};
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{179}, Date{179}, true})[0].value, 80.0);
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{180}, Date{180}, true})[0].value, 0.0);
  EXPECT_EQ(GuardianshipFamily::scan(records, {Date{100}, Date{150}, Date{180}, true})[0].value, 0.0);
}

TEST(GuardianshipFamily, care_by_word_of_mouth_is_a_gap_and_counted_by_itself) {
  const std::vector<Record> records{{{Date{0}, Date{110}}, {}},
                                    {{Date{105}, Date{130}}, {}, true, Document::no},
                                    {{Date{120}, Date{125}}, {}, true, Document::yes},
                                    {{Date{140}, Date{150}}, {}, true, Document::unknown}};
  const auto found = GuardianshipFamily::scan(records, {Date{100}, Date{199}, Date{199}, true});
  EXPECT_EQ(found[0].lower, 75.0);  // all but 100 to 109, 120 to 124 and 140 to 149
  EXPECT_EQ(found[0].upper, 85.0);
  EXPECT_EQ(found[0].status, Status::cannot_tell);
  EXPECT_EQ(found[0].n_observed, 90);
  EXPECT_EQ(found[1].lower, 20.0);  // 105 to 129 but for 120 to 124
  EXPECT_EQ(found[1].upper, 30.0);
}

TEST(GuardianshipFamily, no_register_is_not_a_gap) {
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{100}, Date{199}, Date{199}, false})[0].status, Status::not_recorded);
  EXPECT_EQ(GuardianshipFamily::scan({}, {Date{200}, Date{199}, Date{199}, true})[0].status, Status::not_expected);
}

}  // namespace
