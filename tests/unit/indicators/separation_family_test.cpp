// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/separation_family.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace {

using namespace childwell;
using Record = SeparationFamily::Record;
using Parent = SeparationFamily::Parent;
using Known = LeftBehindFamily::Known;

constexpr double month = 30.4375;

TEST(SeparationFamily, bounds_by_hand_with_two_parents_over_the_same_days) {
  const std::vector<Record> records{{Parent::mother, Date{100}, Date{110}, Date{150}, Date{160}},
                                    {Parent::father, Date{140}, Date{140}, open_end, open_end}};
  const auto found = SeparationFamily::scan(records, {Date{0}, Date{199}, Date{0}, Date{30}, {}, true});
  EXPECT_DOUBLE_EQ(found[0].lower, 90.0 / month);   // 110 to 199
  EXPECT_DOUBLE_EQ(found[0].upper, 100.0 / month);  // 100 to 199
  EXPECT_DOUBLE_EQ(found[1].lower, 10.0 / month);   // 140 to 149
  EXPECT_DOUBLE_EQ(found[1].upper, 20.0 / month);
  EXPECT_EQ(found[2].lower, 90.0);
  EXPECT_EQ(found[2].upper, 100.0);
  EXPECT_DOUBLE_EQ(found[3].lower, 90.0 / 200.0);
  EXPECT_DOUBLE_EQ(found[3].upper, 100.0 / 170.0);
}

TEST(SeparationFamily, a_return_that_straddles_the_as_of_date_is_not_told) {
  const std::vector<Record> records{{Parent::mother, Date{100}, Date{100}, Date{150}, Date{250}}};
  const auto found = SeparationFamily::scan(records, {Date{0}, Date{199}, Date{0}, Date{0}, Date{50}, true});
  EXPECT_EQ(found[2].status, Status::cannot_tell);
  EXPECT_EQ(found[2].upper, 100.0);
  EXPECT_EQ(found[3].status, Status::cannot_tell);  // nobody asked in the first 50 days
  EXPECT_DOUBLE_EQ(found[3].upper, 150.0 / 200.0);
  for (const auto& one : SeparationFamily::scan({}, {Date{0}, Date{9}, {}, {}, {}, false})) {
    EXPECT_EQ(one.status, Status::not_recorded);
  }
}

TEST(SeparationFamily, bounds_hold_days_marked_one_by_one) {
  std::mt19937 random(7);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 2000; ++round) {
    std::vector<Record> records;
    std::array<std::array<bool, 200>, 2> away{};
    for (int i = below(6); i > 0; --i) {
      const int from = below(200), to = from + 1 + below(80), which = below(2);
      auto& days = away[static_cast<std::size_t>(which)];
      for (int day = from; day < std::min(to, 200); ++day) days[static_cast<std::size_t>(day)] = true;
      records.push_back({which == 0 ? Parent::mother : Parent::father, Date{from - below(9)}, Date{from + below(9)},
                         Date{to - below(9)}, Date{to + below(9)}});
    }
    const int first = below(100);
    int any = 0, both = 0;
    for (std::size_t day = static_cast<std::size_t>(first); day < 200; ++day) {
      any += away[0][day] || away[1][day];
      both += away[0][day] && away[1][day];
    }
    const auto found = SeparationFamily::scan(records, {Date{first}, Date{199}, {}, {}, {}, true});
    EXPECT_LE(found[0].lower, any / month + 1e-12);
    EXPECT_GE(found[0].upper, any / month - 1e-12);
    EXPECT_LE(found[1].lower, both / month + 1e-12);
    EXPECT_GE(found[1].upper, both / month - 1e-12);
  }
}

LeftBehindFamily::Context context(LeftBehindDefinition definition, Date first, Date last) {
  return {definition, first, last, Date{0}, Date{0}, Known::yes, Known::yes, true, true};
}

TEST(LeftBehindFamily, three_definitions_by_hand) {
  const std::vector<Record> records{{Parent::father, Date{1000}, Date{1000}, open_end, open_end}};
  const auto over = [&](LeftBehindDefinition definition, int first, int last) {
    return LeftBehindFamily::over(records, context(definition, Date{first}, Date{last}));
  };
  EXPECT_EQ(over(LeftBehindDefinition::roll_three_months, 1100, 1120), LeftBehind::yes);
  EXPECT_EQ(over(LeftBehindDefinition::roll_three_months, 1050, 1120), LeftBehind::changed);
  EXPECT_EQ(over(LeftBehindDefinition::research_six_months, 1100, 1120), LeftBehind::no);
  EXPECT_EQ(over(LeftBehindDefinition::state_council_2016, 1100, 1120), LeftBehind::no);  // the mother is able to guard
  auto unknown = context(LeftBehindDefinition::state_council_2016, Date{1100}, Date{1120});
  unknown.other_guards = Known::unknown;
  EXPECT_EQ(LeftBehindFamily::over(records, unknown), LeftBehind::unknown);
}

TEST(LeftBehindFamily, an_unknown_parent_is_not_at_home_and_sixteen_ends_it) {
  auto one = context(LeftBehindDefinition::roll_three_months, Date{1100}, Date{1120});
  one.asked_mother = false;
  EXPECT_EQ(LeftBehindFamily::over({}, one), LeftBehind::unknown);
  const std::vector<Record> both{{Parent::father, Date{0}, Date{0}, open_end, open_end},
                                 {Parent::mother, Date{0}, Date{0}, open_end, open_end}};
  const Date birthday = *to_date({1986, 1, 1});  // born on 1970-01-01
  const auto turned = context(LeftBehindDefinition::state_council_2016, Date{birthday.days - 5}, birthday);
  EXPECT_EQ(LeftBehindFamily::over(both, turned), LeftBehind::changed);
}

}  // namespace
