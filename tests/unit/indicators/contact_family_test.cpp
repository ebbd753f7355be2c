// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/contact_family.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

using namespace childwell;
using Record = ContactFamily::Record;

Record opened(int from, int to) {
  Record record;
  record.kind = ContactFamily::Kind::log;
  record.log = {Date{from}, Date{to}};
  return record;
}

Record call(int day, Spell log, int minute = 0, int seconds = 300, int video = 0, int child = 0) {
  Record record;
  record.log = log;
  record.minute = 1440LL * day + minute;
  record.seconds = seconds;
  record.video = static_cast<std::int8_t>(video);
  record.child_initiated = static_cast<std::int8_t>(child);
  return record;
}

ContactFamily::Estimates of(const std::vector<Record>& records, ContactFamily::Context context) {
  return run<ContactFamily>(records, context);
}

const ContactPrior prior{2.0, 2.0, true};

// Log open days 100 to 127 (four weeks), as of day 127; contacts on days 102, 104, 106, 108 and 110.
TEST(ContactFamily, counts_by_hand_over_an_open_log) {
  const Spell log{Date{100}, Date{128}};
  std::vector<Record> records{opened(100, 128)};
  for (int day = 102; day <= 110; day += 2) {
    records.push_back(call(day, log, 0, day == 110 ? -1 : 60 * (day - 100), day == 102, day < 106));
  }
  const auto found = of(records, {Date{127}, Date{100}, prior, 0.95});
  EXPECT_EQ(found[0].value, 17.0);  // 127 - 110, and the log was open all the time
  EXPECT_EQ(found[0].lower, 17.0);
  EXPECT_DOUBLE_EQ(found[1].value, 7.0 / 6.0);  // (2 + 5) / (2 + 4)
  EXPECT_LT(found[1].lower, found[1].value);
  EXPECT_GT(found[1].upper, found[1].value);
  EXPECT_EQ(found[2].value, 18.0);  // from day 110 to the end of day 127
  EXPECT_EQ(found[3].value, -1.0);  // gaps all equal
  EXPECT_DOUBLE_EQ(found[4].value, 0.2);
  EXPECT_DOUBLE_EQ(found[5].value, 0.4);
  EXPECT_EQ(found[6].lower, 5.0);  // 2, 4, 6, 8 minutes: between 4 and 6
  EXPECT_EQ(found[6].upper, 6.0);
  EXPECT_EQ(found[6].n_observed, 4);
}

TEST(ContactFamily, burstiness_by_hand) {
  const Spell log{Date{0}, Date{30}};
  std::vector<Record> records{opened(0, 30)};
  // gaps 1, 1, 1, 13: mean 4, deviation sqrt 27
  for (const int day : {0, 1, 2, 3, 16}) records.push_back(call(day, log));
  EXPECT_NEAR(of(records, {Date{29}, Date{0}, prior, 0.95})[3].value, (std::sqrt(27.0) - 4.0) / (std::sqrt(27.0) + 4.0), 1e-14);
}

TEST(ContactFamily, no_log_is_not_no_contact) {
  const auto none = of({}, {Date{50}, {}, prior, 0.95});
  for (const Estimate& estimate : none) {
    EXPECT_EQ(estimate.status, Status::not_recorded);
    EXPECT_TRUE(std::isnan(estimate.value));
  }
  const auto outside = of({call(40, {})}, {Date{50}, {}, prior, 0.95});  // a contact is evidence of itself, never of a rate
  EXPECT_EQ(outside[0].value, 10.0);
  EXPECT_EQ(outside[0].lower, 0.0);
  EXPECT_EQ(outside[1].status, Status::not_recorded);
}

TEST(ContactFamily, no_contact_under_an_open_log_is_censored_at_its_start) {
  const auto found = of({opened(100, 121)}, {Date{120}, Date{100}, prior, 0.95});
  EXPECT_EQ(found[0].status, Status::cannot_tell);
  EXPECT_EQ(found[0].lower, 21.0);  // none from day 100 on
  EXPECT_TRUE(std::isinf(found[0].upper));
  EXPECT_DOUBLE_EQ(found[1].value, 2.0 / 5.0);  // (2 + 0) / (2 + 3)
  EXPECT_EQ(found[2].value, 21.0);
  EXPECT_EQ(found[3].status, Status::not_enough_data);
}

TEST(ContactFamily, a_log_closed_midway_gives_no_gap_and_a_lower_bound) {
  const Spell first{Date{0}, Date{7}};
  const Spell second{Date{20}, Date{27}};
  const std::vector<Record> records{opened(0, 7), call(5, first), opened(20, 27)};
  const auto found = of(records, {Date{26}, Date{20}, prior, 0.95});
  EXPECT_EQ(found[0].value, 21.0);
  EXPECT_EQ(found[0].lower, 7.0);  // surely none since the log opened again
  EXPECT_EQ(found[1].n_observed, 14);
  EXPECT_EQ(found[2].value, 7.0);  // the silent second stretch; 20 - 5 is not a gap
  const auto closed = of({opened(0, 7), call(5, first)}, {Date{26}, {}, prior, 0.95});
  EXPECT_EQ(closed[0].lower, 0.0);
  const auto both = of({opened(0, 7), call(5, first), opened(20, 27), call(20, second)}, {Date{26}, Date{20}, prior, 0.95});
  EXPECT_EQ(both[3].n_observed, 0);
}

TEST(ContactFamily, contacts_of_one_day_are_each_counted_and_attempts_are_not) {
  const Spell log{Date{0}, Date{7}};
  Record attempt = call(6, log);
  attempt.connected = false;
  std::vector<Record> records{opened(0, 7)};
  for (int i = 0; i < 5; ++i) records.push_back(call(3, log, 600));
  records.push_back(attempt);
  const auto found = of(records, {Date{6}, Date{0}, prior, 0.95});
  EXPECT_EQ(found[0].value, 3.0);
  EXPECT_DOUBLE_EQ(found[1].value, 7.0 / 3.0);
  EXPECT_EQ(found[3].status, Status::degenerate);
}

TEST(ContactFamily, a_contact_before_the_window_is_the_last_one_and_not_of_its_rate) {
  const auto found = of({call(40, {}), opened(50, 71)}, {Date{70}, Date{30}, prior, 0.95});
  EXPECT_EQ(found[0].value, 30.0);
  EXPECT_EQ(found[0].lower, 30.0);  // the log was open since before it
  EXPECT_DOUBLE_EQ(found[1].value, 2.0 / 5.0);
}

TEST(ContactFamily, without_a_prior_there_is_no_rate) {
  EXPECT_EQ(of({opened(0, 7)}, {Date{6}, Date{0}, {}, 0.95})[1].status, Status::not_enough_data);
}

std::vector<Record> random_contacts(std::mt19937& random) {
  std::vector<Record> records;
  int day = 0;
  while (random() % 5 != 0 && day < 90) {
    const int from = day + static_cast<int>(random() % 6) + 1;
    const int to = from + static_cast<int>(random() % 12) + 1;
    if (random() % 3 == 0) records.push_back(call(from - 1, {}));
    records.push_back(opened(from, to));
    for (int at = from; at < to; ++at) {
      for (int i = static_cast<int>(random() % 3); i < 2; ++i) {
        const auto below = [&random](unsigned n) { return static_cast<int>(random() % n); };
        records.push_back(call(at, {Date{from}, Date{to}}, 700 * i, below(5000) - 100, below(3) - 1, below(3) - 1));
        records.back().connected = random() % 4 != 0;
        if (random() % 8 == 0) at = to;
      }
    }
    day = to;
  }
  return records;
}

TEST(ContactFamily, cut_anywhere_and_joined_it_equals_the_whole) {
  std::mt19937 random(5);
  const ContactFamily::Context context{Date{100}, {}, prior, 0.9};
  for (int round = 0; round < 2000; ++round) {
    const auto records = random_contacts(random);
    const auto whole = of(records, context);
    std::array<ContactFamily::State, 3> parts{};
    const std::size_t a = random() % (records.size() + 1);
    const std::size_t b = a + random() % (records.size() - a + 1);
    for (std::size_t i = 0; i < records.size(); ++i) {
      ContactFamily::add(parts[i < a ? 0 : i < b ? 1 : 2], records[i], context);
    }
    auto left = parts[0];
    ContactFamily::merge(left, parts[1], context);
    ContactFamily::merge(left, parts[2], context);
    auto right = parts[1];
    ContactFamily::merge(right, parts[2], context);
    ContactFamily::merge(parts[0], right, context);
    for (const auto& state : {left, parts[0]}) {
      const auto found = ContactFamily::finish(state, context);
      for (std::size_t i = 0; i < found.size(); ++i) {
        const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
        EXPECT_TRUE(equal(found[i].value, whole[i].value)) << i;
        EXPECT_TRUE(equal(found[i].lower, whole[i].lower)) << i;
        EXPECT_TRUE(equal(found[i].upper, whole[i].upper)) << i;
        EXPECT_EQ(found[i].status, whole[i].status);
        EXPECT_EQ(found[i].n_observed, whole[i].n_observed);
      }
    }
  }
}

}  // namespace
