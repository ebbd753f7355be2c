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

const std::array<Date, 2> always_asked{Date{-500'000}, Date{-500'000}};
const std::array<Date, 2> nobody_asked{open_end, open_end};

TEST(SeparationFamily, bounds_by_hand_with_two_parents_over_the_same_days) {
  const std::vector<Record> records{{Parent::mother, Date{100}, Date{110}, Date{150}, Date{160}},
                                    {Parent::father, Date{140}, Date{140}, open_end, open_end}};
  const auto found = SeparationFamily::scan(records, {Date{0}, Date{199}, Date{0}, Date{30}, always_asked});
  EXPECT_DOUBLE_EQ(found[0].lower, 90.0 / month);   // 110 to 199
  EXPECT_DOUBLE_EQ(found[0].upper, 100.0 / month);  // 100 to 199
  EXPECT_DOUBLE_EQ(found[0].value, 95.0 / month);
  EXPECT_DOUBLE_EQ(found[1].lower, 10.0 / month);   // 140 to 149
  EXPECT_DOUBLE_EQ(found[1].upper, 20.0 / month);
  EXPECT_EQ(found[2].lower, 90.0);
  EXPECT_EQ(found[2].upper, 100.0);
  EXPECT_DOUBLE_EQ(found[3].lower, 90.0 / 200.0);
  EXPECT_DOUBLE_EQ(found[3].upper, 100.0 / 170.0);
}

TEST(SeparationFamily, the_day_of_birth_is_known_by_its_month_alone) {
  const std::vector<Record> always{{Parent::mother, Date{-50}, Date{-50}, open_end, open_end}};
  const auto whole = SeparationFamily::scan(always, {Date{0}, Date{99}, Date{0}, Date{30}, always_asked});
  EXPECT_DOUBLE_EQ(whole[3].lower, 0.7);  // 70 days after the month, of a hundred at the most
  EXPECT_EQ(whole[3].upper, 1.0);
  const std::vector<Record> before{{Parent::mother, Date{-50}, Date{-50}, Date{15}, Date{15}}};
  const auto some = SeparationFamily::scan(before, {Date{0}, Date{99}, Date{0}, Date{30}, always_asked});
  EXPECT_EQ(some[3].lower, 0.0);  // it may have been born after the return
  EXPECT_DOUBLE_EQ(some[3].upper, 15.0 / 85.0);
}

TEST(SeparationFamily, a_return_that_straddles_the_as_of_date_is_not_told) {
  const std::vector<Record> records{{Parent::mother, Date{100}, Date{100}, Date{150}, Date{250}}};
  const std::array<Date, 2> since{Date{50}, Date{50}};
  const auto found = SeparationFamily::scan(records, {Date{0}, Date{199}, Date{0}, Date{0}, since});
  EXPECT_EQ(found[2].status, Status::cannot_tell);
  EXPECT_EQ(found[2].upper, 100.0);
  EXPECT_EQ(found[3].status, Status::cannot_tell);  // nobody asked in the first 50 days
  EXPECT_DOUBLE_EQ(found[3].upper, 150.0 / 200.0);
  EXPECT_EQ(found[3].n_observed, 150);
  for (const auto& one : SeparationFamily::scan({}, {Date{0}, Date{9}, {}, {}, nobody_asked})) {
    EXPECT_EQ(one.status, Status::not_recorded);
  }
}

TEST(SeparationFamily, a_parent_nobody_asked_about_leaves_all_days_open) {
  const std::vector<Record> records{{Parent::mother, Date{0}, Date{0}, Date{30}, Date{30}}};
  const auto found = SeparationFamily::scan(records, {Date{0}, Date{99}, {}, {}, {Date{0}, open_end}});
  EXPECT_EQ(found[0].status, Status::cannot_tell);
  EXPECT_TRUE(std::isnan(found[0].value));
  EXPECT_DOUBLE_EQ(found[0].lower, 30.0 / month);
  EXPECT_DOUBLE_EQ(found[0].upper, 100.0 / month);
  EXPECT_EQ(found[0].n_observed, 30);  // where the mother is away, the father changes nothing
  EXPECT_DOUBLE_EQ(found[1].upper, 30.0 / month);
  EXPECT_TRUE(std::isinf(found[2].upper));
  EXPECT_EQ(found[3].status, Status::not_recorded);
}

TEST(SeparationFamily, bounds_hold_days_marked_one_by_one) {
  std::mt19937 random(7);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 2000; ++round) {
    std::vector<Record> records;
    std::array<std::array<bool, 200>, 2> away{};
    const std::array<Date, 2> asked{Date{below(250) - 50}, Date{below(250) - 50}};
    for (int i = below(6); i > 0; --i) {
      const int from = below(200), to = from + 1 + below(80);
      const auto which = static_cast<std::size_t>(below(2));
      for (int day = from; day < std::min(to, 200); ++day) away[which][static_cast<std::size_t>(day)] = true;
      if (to < asked[which].days) continue;  // what was over when somebody asked was not told
      records.push_back({which == 0 ? Parent::mother : Parent::father, Date{from - below(9)}, Date{from + below(9)},
                         Date{to - below(9)}, Date{to + below(9)}});
    }
    const int first = below(100), birth = below(31);
    int any = 0, both = 0, life = 0, current = 0;
    for (std::size_t day = 0; day < 200; ++day) {
      const bool one = away[0][day] || away[1][day];
      if (static_cast<int>(day) >= first) any += one, both += away[0][day] && away[1][day];
      if (static_cast<int>(day) >= birth) life += one, current = one ? current + 1 : 0;
    }
    const auto found = SeparationFamily::scan(records, {Date{first}, Date{199}, Date{0}, Date{30}, asked});
    const auto holds = [](const Estimate& estimate, double truth) {
      return estimate.lower <= truth + 1e-12 && estimate.upper >= truth - 1e-12;
    };
    if (found[0].status == Status::not_recorded) continue;
    ASSERT_TRUE(holds(found[0], any / month)) << round;
    ASSERT_TRUE(holds(found[1], both / month)) << round;
    ASSERT_TRUE(holds(found[3], static_cast<double>(life) / (200 - birth))) << round;
    for (const Estimate& one : found) ASSERT_LE(one.n_observed, one.n_expected);
  }
}

constexpr auto roll = static_cast<std::size_t>(LeftBehindDefinition::roll_three_months);
constexpr auto council = static_cast<std::size_t>(LeftBehindDefinition::state_council_2016);
constexpr auto research = static_cast<std::size_t>(LeftBehindDefinition::research_six_months);

LeftBehindFamily::Context context(int first, int last) {
  return {Date{first}, Date{last}, Date{0}, Date{0}, Known::yes, {Known::yes, Known::yes}, always_asked};
}

LeftBehind said(std::span<const Record> records, std::size_t definition, const LeftBehindFamily::Context& over) {
  return left_behind_of(LeftBehindFamily::scan(records, over)[definition]);
}

TEST(LeftBehindFamily, three_definitions_by_hand) {
  const std::vector<Record> records{{Parent::father, Date{1000}, Date{1000}, open_end, open_end}};
  EXPECT_EQ(said(records, roll, context(1100, 1120)), LeftBehind::yes);
  EXPECT_EQ(said(records, roll, context(1050, 1120)), LeftBehind::changed);
  EXPECT_EQ(said(records, research, context(1100, 1120)), LeftBehind::no);
  EXPECT_EQ(said(records, council, context(1100, 1120)), LeftBehind::no);  // the mother is able to guard
  auto other = context(1100, 1120);
  other.guards = {Known::unknown, Known::yes};
  EXPECT_EQ(said(records, council, other), LeftBehind::unknown);
  other.guards = {Known::no, Known::yes};
  EXPECT_EQ(said(records, council, other), LeftBehind::yes);
  other.rural = Known::no;
  EXPECT_EQ(said(records, council, other), LeftBehind::no);
  // away since 1972-09-27, and three months later is 1972-12-27, day 1091: 30 of 71 days
  const Estimate share = LeftBehindFamily::scan(records, context(1050, 1120))[roll];
  EXPECT_DOUBLE_EQ(share.value, 30.0 / 71.0);
  EXPECT_EQ(share.n_observed, 71);
}

TEST(LeftBehindFamily, an_unknown_parent_is_not_at_home_and_sixteen_ends_it) {
  auto one = context(1100, 1120);
  one.asked_from[0] = open_end;
  EXPECT_EQ(said({}, roll, one), LeftBehind::unknown);
  EXPECT_EQ(LeftBehindFamily::scan({}, one)[roll].status, Status::cannot_tell);
  one.asked_from[1] = open_end;
  EXPECT_EQ(LeftBehindFamily::scan({}, one)[roll].status, Status::not_recorded);
  EXPECT_EQ(LeftBehindFamily::scan({}, context(10, 9))[roll].status, Status::not_expected);
  const std::vector<Record> both{{Parent::father, Date{0}, Date{0}, open_end, open_end},
                                 {Parent::mother, Date{0}, Date{0}, open_end, open_end}};
  const Date birthday = *to_date({1986, 1, 1});  // born on 1970-01-01
  const auto turned = context(birthday.days - 5, birthday.days);
  EXPECT_EQ(said(both, council, turned), LeftBehind::changed);
  EXPECT_DOUBLE_EQ(LeftBehindFamily::scan(both, turned)[council].value, 5.0 / 6.0);
}

/// The day so many months earlier; of a day that the month does not have, its last.
Date months_before(Date date, int months) {
  const CivilDate civil = to_civil(date);
  const int all = civil.year * 12 + civil.month - 1 - months;
  return *to_date({all / 12, all % 12 + 1, std::min(civil.day, days_in_month(all / 12, all % 12 + 1))});
}

TEST(LeftBehindFamily, it_equals_a_walk_day_by_day) {
  std::mt19937 random(3);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 40; ++round) {
    std::vector<Record> records;
    for (int i = below(4); i > 0; --i) {
      const int from = 16000 + below(900), to = from + 1 + below(500);
      records.push_back({below(2) == 0 ? Parent::mother : Parent::father, Date{from}, Date{from + below(30)},
                         below(3) == 0 ? open_end : Date{to}, below(3) == 0 ? open_end : Date{to + below(30)}});
      if (records.back().to_latest < records.back().to_earliest) records.back().to_latest = records.back().to_earliest;
    }
    LeftBehindFamily::Context over = context(16400 + below(300), 16900 + below(100));
    over.birth_earliest = Date{over.as_of.days - 5844 + below(200) - 100};  // some turn 16 in the window
    over.birth_latest = Date{over.birth_earliest.days + 30};
    over.guards = {static_cast<Known>(below(3)), static_cast<Known>(below(3))};
    over.rural = static_cast<Known>(below(3));
    const auto found = LeftBehindFamily::scan(records, over);
    const auto since = [&](Parent parent, Date day, int months) {
      bool certain = false, possible = false;
      const Date begin = months_before(day, months);
      // one absence after the other without a day between them is one absence
      Spell sure{open_end, open_end}, may{open_end, open_end};
      for (Date at{15000}; at <= day; ++at.days) {
        bool is_sure = false, is_may = false;
        for (const Record& one : records) {
          if (one.parent != parent) continue;
          is_sure |= one.from_latest <= at && at < one.to_earliest;
          is_may |= one.from_earliest <= at && at < one.to_latest;
        }
        sure.from = is_sure ? std::min(sure.from, at) : open_end;
        may.from = is_may ? std::min(may.from, at) : open_end;
      }
      certain = sure.from <= begin;
      possible = may.from <= begin;
      return certain ? Known::yes : possible ? Known::unknown : Known::no;
    };
    const auto flip = [](Known one) { return static_cast<Known>(2 - static_cast<int>(one)); };
    std::array<std::array<int, 3>, 3> counts{};
    for (Date day = over.first; day <= over.as_of; day.days += 1) {
      for (const auto& [definition, months] : {std::pair(roll, 3), std::pair(research, 6), std::pair(council, 0)}) {
        const Known her = since(Parent::mother, day, months), his = since(Parent::father, day, months);
        Known is = std::max(her, his);
        if (definition == council) {
          const Date then = months_before(day, 192);
          const Known young = then < over.birth_earliest ? Known::yes : then >= over.birth_latest ? Known::no : Known::unknown;
          const Known care = std::max({std::min(her, his), std::min(her, flip(over.guards[1])), std::min(his, flip(over.guards[0]))});
          is = std::min({care, young, over.rural});
        }
        ++counts[definition][static_cast<std::size_t>(is)];
      }
    }
    for (const std::size_t definition : {roll, council, research}) {
      const auto all = static_cast<double>(found[definition].n_expected);
      ASSERT_DOUBLE_EQ(found[definition].lower, counts[definition][2] / all) << round << ' ' << definition;
      ASSERT_DOUBLE_EQ(found[definition].upper, (counts[definition][2] + counts[definition][1]) / all) << round << ' ' << definition;
    }
  }
}

}  // namespace
