// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// A fold cut anywhere and joined equals the whole, and both equal a reference that walks day by day.
#include <childwell/core/random.hpp>
#include <childwell/indicators/attendance.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <vector>

namespace {

using childwell::AttendanceFamily;
using childwell::AttendanceIndicator;
using childwell::Cell;
using childwell::Date;
using childwell::State;

/// A small generator of its own, so that the law does not stand on the code it judges.
struct Dice {
  std::uint64_t state;
  std::uint64_t next() {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  }
  int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
};

std::vector<AttendanceFamily::Record> random_slice(Dice& dice) {
  std::vector<AttendanceFamily::Record> records;
  const int days = dice.below(40);
  State habit = State::present;
  for (int day = 0; day < days; ++day) {
    if (dice.below(4) == 0) habit = static_cast<State>(dice.below(13));
    const int sessions = 1 + dice.below(3);
    for (int session = 0; session < sessions; ++session) {
      const State state = dice.below(5) == 0 ? static_cast<State>(dice.below(13)) : habit;
      const int units = 1 + dice.below(3);
      records.push_back({Date{20000 + day + day / 5 * 2}, Cell(state, dice.below(4)), static_cast<std::uint8_t>(units)});
    }
  }
  return records;
}

AttendanceFamily::State fold(const std::vector<AttendanceFamily::Record>& records, std::size_t begin, std::size_t end,
                             const AttendanceFamily::Context& context) {
  AttendanceFamily::State state;
  for (std::size_t i = begin; i < end; ++i) AttendanceFamily::add(state, records[i], context);
  return state;
}

bool same(const AttendanceFamily::Estimates& a, const AttendanceFamily::Estimates& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto bits = [](double value) {
      std::uint64_t raw = 0;
      std::memcpy(&raw, &value, sizeof raw);
      return std::isnan(value) ? 0U : raw;
    };
    if (bits(a[i].value) != bits(b[i].value) || bits(a[i].lower) != bits(b[i].lower) || bits(a[i].upper) != bits(b[i].upper) ||
        a[i].n_expected != b[i].n_expected || a[i].n_observed != b[i].n_observed || a[i].status != b[i].status) {
      return false;
    }
  }
  return true;
}

TEST(AttendanceLaw, CutAnywhereAndJoinedEqualsTheWhole) {
  Dice dice{88172645463325252ULL};
  for (int round = 0; round < 20000; ++round) {
    const auto records = random_slice(dice);
    AttendanceFamily::Context context;
    context.as_of = Date{20100};
    context.calendar_known = dice.below(8) != 0;
    const auto whole = fold(records, 0, records.size(), context);
    std::size_t first = records.empty() ? 0 : static_cast<std::size_t>(dice.below(static_cast<int>(records.size()) + 1));
    std::size_t second = records.empty() ? 0 : static_cast<std::size_t>(dice.below(static_cast<int>(records.size()) + 1));
    if (second < first) std::swap(first, second);
    auto left = fold(records, 0, first, context);
    auto middle = fold(records, first, second, context);
    auto right = fold(records, second, records.size(), context);
    auto joined_left = left;
    AttendanceFamily::merge(joined_left, middle, context);
    AttendanceFamily::merge(joined_left, right, context);
    AttendanceFamily::merge(middle, right, context);  // associative: the right pair first
    AttendanceFamily::merge(left, middle, context);
    const auto expected = AttendanceFamily::finish(whole, context);
    ASSERT_TRUE(same(AttendanceFamily::finish(joined_left, context), expected)) << round;
    ASSERT_TRUE(same(AttendanceFamily::finish(left, context), expected)) << round;
  }
}

struct Reference {
  std::vector<int> days;  ///< per day: 0 present, 1 absent, 2 unknown
  int absent = 0;
  int observed = 0;
  int expected = 0;
  int since = 0;
};

/// Forty lines that a reader can check by eye.
Reference walk(const std::vector<AttendanceFamily::Record>& records) {
  Reference reference;
  std::map<int, std::vector<int>> days;  // date -> expected, absent, unknown units
  for (const auto& record : records) {
    const State state = record.cell.state();
    if (!childwell::is_expected(state)) continue;
    const int units = record.units;
    const bool observed = childwell::is_observed(state);
    const int absent = observed ? std::min(record.cell.absent_units(), units) : 0;
    auto& day = days[record.date.days];
    day.resize(3);
    day[0] += units;
    day[1] += absent;
    day[2] += observed ? 0 : units;
    reference.expected += units;
    reference.observed += observed ? units : 0;
    reference.absent += absent;
    reference.since = observed && absent < units ? 0 : reference.since + 1;
  }
  for (const auto& [date, day] : days) {
    reference.days.push_back(2 * day[1] >= day[0] ? 1 : 2 * (day[1] + day[2]) >= day[0] ? 2 : 0);
  }
  return reference;
}

struct Spells {
  int count = 0;
  int longest = 0;
  int current = 0;
  int singles = 0;
};

Spells spells_of(const std::vector<int>& days, bool unknown_counts) {
  Spells spells;
  int run = 0;
  for (std::size_t i = 0; i <= days.size(); ++i) {
    const bool marked = i < days.size() && (days[i] == 1 || (unknown_counts && days[i] == 2));
    if (marked) {
      ++run;
      continue;
    }
    if (i == days.size()) spells.current = run;
    spells.count += run > 0;
    spells.singles += run == 1;
    spells.longest = std::max(spells.longest, run);
    run = 0;
  }
  return spells;
}

TEST(AttendanceLaw, EqualsAReferenceThatWalksDayByDay) {
  Dice dice{1181783497276652981ULL};
  for (int round = 0; round < 20000; ++round) {
    const auto records = random_slice(dice);
    AttendanceFamily::Context context;
    context.as_of = Date{20100};
    const auto estimates = AttendanceFamily::finish(fold(records, 0, records.size(), context), context);
    const auto at = [&](AttendanceIndicator which) { return estimates[static_cast<std::size_t>(which)]; };
    const Reference reference = walk(records);
    const Spells certain = spells_of(reference.days, false);
    const Spells possible = spells_of(reference.days, true);
    const auto rate = at(AttendanceIndicator::absence_rate);
    ASSERT_EQ(rate.n_expected, reference.expected);
    if (reference.observed > 0) {
      ASSERT_EQ(rate.value, static_cast<double>(reference.absent) / reference.observed);
      ASSERT_EQ(rate.lower, static_cast<double>(reference.absent) / reference.expected);
      ASSERT_EQ(rate.upper, static_cast<double>(reference.absent + reference.expected - reference.observed) / reference.expected);
    }
    if (reference.days.empty()) continue;
    ASSERT_EQ(at(AttendanceIndicator::spells).value, certain.count) << round;
    ASSERT_LE(at(AttendanceIndicator::spells).lower, possible.count) << round;
    ASSERT_EQ(at(AttendanceIndicator::spell_longest_days).lower, certain.longest);
    ASSERT_EQ(at(AttendanceIndicator::spell_longest_days).upper, possible.longest);
    ASSERT_EQ(at(AttendanceIndicator::spell_current_days).lower, certain.current);
    ASSERT_EQ(at(AttendanceIndicator::spell_current_days).upper, possible.current);
    ASSERT_EQ(at(AttendanceIndicator::sessions_since_seen).value, reference.since);
    if (certain.count > 0) {
      ASSERT_EQ(at(AttendanceIndicator::spell_single_share).value, static_cast<double>(certain.singles) / certain.count);
    }
  }
}

TEST(AttendanceLaw, ThresholdsAreWholeNumbers) {
  AttendanceFamily::Context context;
  for (int expected = 10; expected <= 400; expected += 10) {
    AttendanceFamily::State state;
    for (int session = 0; session < expected; ++session) {
      const bool absent = session < expected / 10;
      AttendanceFamily::add(state, {Date{20000 + session}, Cell(absent ? State::unexcused : State::present, absent ? 1 : 0), 1}, context);
    }
    childwell::Policy policy;
    policy.minimum_days = 10;
    for (const char* counts : {"days", "sessions"}) {
      policy.counts = counts;
      ASSERT_EQ(judge_absence(state, {1, 10}, policy, context).value, 1.0) << expected;
      ASSERT_EQ(judge_absence(state, {1, 5}, policy, context).value, 0.0) << expected;
    }
  }
}

}  // namespace
