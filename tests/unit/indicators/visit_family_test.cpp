// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/visit_family.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace {

using namespace childwell;
using Record = VisitFamily::Record;
using Done = VisitFamily::Done;

// On the roll since day 0, visits on days 100 and 140, one every 30 days; the log always open; days 100 to 199.
TEST(VisitFamily, counts_by_hand_over_an_open_log) {
  const std::vector<Spell> roll{{Date{0}, open_end}}, log{{Date{0}, open_end}};
  const std::vector<Record> visits{{Date{100}}, {Date{120}, Done::no}, {Date{140}}};
  const auto found = VisitFamily::scan(visits, {Date{100}, Date{199}, roll, log, 30});
  EXPECT_EQ(found[0].value, 2.0);  // the one that reached nobody is none
  EXPECT_EQ(found[0].upper, 2.0);
  EXPECT_EQ(found[1].value, 59.0);
  EXPECT_EQ(found[1].lower, 59.0);
  EXPECT_EQ(found[2].value, 3.0);  // a hundred days
  EXPECT_DOUBLE_EQ(found[3].value, 0.40);  // 130 to 139 and 170 to 199
  EXPECT_EQ(found[4].value, 1.0);
}

TEST(VisitFamily, what_a_closed_log_may_hide_is_within_the_bounds) {
  const std::vector<Spell> roll{{Date{0}, open_end}}, log{{Date{0}, Date{150}}, {Date{160}, open_end}};
  const std::vector<Record> visits{{Date{100}}};
  const auto found = VisitFamily::scan(visits, {Date{100}, Date{199}, roll, log, 30});
  EXPECT_EQ(found[0].value, 1.0);
  EXPECT_TRUE(std::isinf(found[0].upper));
  EXPECT_EQ(found[1].value, 99.0);
  EXPECT_EQ(found[1].lower, 40.0);  // day 159 is the last on which nobody wrote
  EXPECT_DOUBLE_EQ(found[3].lower, 0.31);  // 130 to 149 and 189 to 199
  EXPECT_DOUBLE_EQ(found[3].upper, 0.70);
  EXPECT_DOUBLE_EQ(found[3].value, 31.0 / 61.0);
  EXPECT_EQ(found[4].value, 1.0);
  EXPECT_EQ(VisitFamily::scan(visits, {Date{100}, Date{188}, roll, log, 30})[4].status, Status::cannot_tell);
  EXPECT_EQ(VisitFamily::scan(visits, {Date{100}, Date{129}, roll, log, 30})[4].value, 0.0);
}

TEST(VisitFamily, a_child_new_on_the_roll_or_gone_is_due_none) {
  const std::vector<Spell> roll{{Date{90}, Date{150}}}, log{{Date{0}, open_end}};
  EXPECT_EQ(VisitFamily::scan({}, {Date{0}, Date{119}, roll, log, 30})[4].value, 0.0);
  EXPECT_EQ(VisitFamily::scan({}, {Date{0}, Date{120}, roll, log, 30})[4].value, 1.0);
  const auto gone = VisitFamily::scan({}, {Date{0}, Date{160}, roll, log, 30});
  EXPECT_EQ(gone[4].status, Status::not_expected);
  EXPECT_EQ(gone[2].value, 2.0);
  EXPECT_DOUBLE_EQ(gone[3].value, 0.5);
}

TEST(VisitFamily, without_a_log_or_a_policy_nothing_is_judged) {
  const std::vector<Spell> roll{{Date{0}, open_end}};
  const auto none = VisitFamily::scan({}, {Date{100}, Date{199}, roll, {}, 30});
  EXPECT_EQ(none[0].status, Status::not_recorded);
  EXPECT_EQ(none[1].status, Status::not_recorded);
  EXPECT_EQ(none[3].status, Status::not_recorded);
  EXPECT_EQ(none[4].status, Status::cannot_tell);
  EXPECT_EQ(VisitFamily::scan({}, {Date{100}, Date{199}, roll, {}, 0})[4].status, Status::not_expected);
  EXPECT_EQ(VisitFamily::scan({}, {Date{100}, Date{99}, roll, {}, 30})[0].status, Status::not_expected);
}

/// Visits on closed days are hidden from the log: the bounds hold what all of them say, day by day.
TEST(VisitFamily, bounds_hold_what_a_walk_day_by_day_finds) {
  std::mt19937 random(11);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 3000; ++round) {
    constexpr int days = 150;
    const int interval = 5 + below(40), came = below(60), left = came + 1 + below(120), first = below(80);
    std::vector<Spell> log;
    for (int from = below(30); from < days;) {
      const int to = from + 1 + below(50);
      log.push_back({Date{from}, Date{to}});
      from = to + 1 + below(20);
    }
    std::vector<Record> written;
    std::vector<int> made;
    for (int day = 0; day < days; day += 1 + below(30)) {
      made.push_back(day);
      if (covers(log, Date{day})) written.push_back({Date{day}, below(5) == 0 ? Done::unknown : Done::yes});
    }
    const std::vector<Spell> roll{{Date{came}, Date{left}}};
    int late = 0, here = 0, last_late = 0;
    for (int day = first; day < std::min(left, days); ++day) {
      if (day < came) continue;
      int from = came;
      for (const int visit : made) from = visit <= day ? std::max(from, visit) : from;
      ++here;
      last_late = day - from >= interval;
      late += last_late;
    }
    const auto found = VisitFamily::scan(written, {Date{first}, Date{days - 1}, roll, log, interval});
    if (here == 0) continue;
    ASSERT_EQ(found[2].n_expected, here);
    if (found[3].status == Status::ok) {
      ASSERT_LE(found[3].lower, static_cast<double>(late) / here + 1e-12);
      ASSERT_GE(found[3].upper, static_cast<double>(late) / here - 1e-12);
    }
    if (left < days) continue;
    ASSERT_LE(found[4].lower, last_late);
    ASSERT_GE(found[4].upper, last_late);
  }
}

}  // namespace
