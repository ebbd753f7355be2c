// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
// Families on request: folds cut anywhere and joined equal the whole, chains resume, charts alarm as seldom as stated, and
// each family equals a reference that a reader can check by eye.
#include <childwell/indicators/change_family.hpp>
#include <childwell/indicators/chart_family.hpp>
#include <childwell/indicators/contact_family.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/early_family.hpp>
#include <childwell/indicators/guardianship_family.hpp>
#include <childwell/indicators/help_family.hpp>
#include <childwell/indicators/moves_family.hpp>
#include <childwell/indicators/outlook_family.hpp>
#include <childwell/indicators/screening_family.hpp>
#include <childwell/indicators/separation_family.hpp>
#include <childwell/indicators/trend_family.hpp>
#include <childwell/indicators/visit_family.hpp>
#include <childwell/indicators/week_family.hpp>
#include <childwell/stats/control_chart.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <vector>

namespace {

using namespace childwell;

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
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

std::vector<SchoolDay> random_days(Dice& dice, int most) {
  std::vector<SchoolDay> days;
  const int wanted = dice.below(most);
  int date = 20000 + dice.below(100);
  int habit = 0;
  for (int i = 0; i < wanted; ++i) {
    date += dice.below(5) == 0 ? 3 : dice.below(60) == 0 ? 20 : 1;
    if (dice.below(3) == 0) habit = dice.below(8);
    SchoolDay day;
    day.date = Date{date};
    day.expected = 2;
    day.sessions = 2;
    day.mark = habit == 0 ? DayMark::unknown : habit < 4 ? DayMark::absent : DayMark::present;
    day.absent = day.mark == DayMark::absent ? 2 : 0;
    day.unknown = day.mark == DayMark::unknown ? 2 : day.mark == DayMark::absent && dice.below(4) == 0 ? 1 : 0;
    days.push_back(day);
  }
  place_in_week(days);
  return days;
}

template <std::size_t N>
bool same(const std::array<Estimate, N>& a, const std::array<Estimate, N>& b) {
  const auto bits = [](double value) {
    std::uint64_t raw = 0;
    std::memcpy(&raw, &value, sizeof raw);
    return std::isnan(value) ? std::uint64_t{0} : raw;
  };
  for (std::size_t i = 0; i < N; ++i) {
    if (bits(a[i].value) != bits(b[i].value) || bits(a[i].lower) != bits(b[i].lower) || bits(a[i].upper) != bits(b[i].upper) ||
        a[i].n_expected != b[i].n_expected || a[i].n_observed != b[i].n_observed || a[i].status != b[i].status) {
      return false;
    }
  }
  return true;
}

template <class Family>
typename Family::State fold(std::span<const typename Family::Record> records, const typename Family::Context& context) {
  typename Family::State state;
  for (const auto& record : records) Family::add(state, record, context);
  return state;
}

/// Cut in three, joined from the left and from the right; a stream that goes on is the batch.
template <class Family>
void expect_fold(Dice& dice, std::span<const typename Family::Record> records, const typename Family::Context& context) {
  const auto n = static_cast<int>(records.size());
  auto first = static_cast<std::size_t>(dice.below(n + 1));
  auto second = static_cast<std::size_t>(dice.below(n + 1));
  if (second < first) std::swap(first, second);
  const auto whole = Family::finish(fold<Family>(records, context), context);
  const auto left = fold<Family>(records.first(first), context);
  auto middle = fold<Family>(records.subspan(first, second - first), context);
  const auto right = fold<Family>(records.subspan(second), context);
  auto from_left = left;
  Family::merge(from_left, middle, context);
  Family::merge(from_left, right, context);
  Family::merge(middle, right, context);
  auto from_right = left;
  Family::merge(from_right, middle, context);
  ASSERT_TRUE(same(Family::finish(from_left, context), whole));
  ASSERT_TRUE(same(Family::finish(from_right, context), whole));
  auto live = left;
  for (const auto& record : records.subspan(first)) Family::add(live, record, context);
  ASSERT_TRUE(same(Family::finish(live, context), whole));
  ASSERT_TRUE(same(run<Family>(records, context), whole));
}

TEST(RequestedLaw, FoldsCutAnywhereAndJoinedEqualTheWhole) {
  Dice dice{88172645463325252ULL};
  for (int round = 0; round < 8000; ++round) {
    const auto days = random_days(dice, round % 4 == 0 ? 400 : 30);
    OutlookFamily::Context outlook;
    outlook.prior = {1.5, 20.0, true};
    outlook.pooled_spell_days = 1.7;
    outlook.line = {1, 10};
    outlook.by_days = dice.below(2) == 0;
    outlook.left_days = dice.below(100);
    outlook.left_units = 2 * outlook.left_days;
    EarlyFamily::Context early;
    early.days = 1 + dice.below(64);
    expect_fold<TrendFamily>(dice, days, {});
    expect_fold<WeekFamily>(dice, days, {});
    expect_fold<OutlookFamily>(dice, days, outlook);
    expect_fold<EarlyFamily>(dice, days, early);
    std::vector<MovesFamily::Record> spells;
    for (int i = dice.below(6); i > 0; --i) {
      const int from = 20000 + static_cast<int>(spells.size()) * 50;
      spells.push_back({dice.below(3), Date{from}, dice.below(4) == 0 ? open_end : Date{from + 20 + dice.below(60)}});
    }
    expect_fold<MovesFamily>(dice, spells, {Date{20060}});
    if (HasFatalFailure()) FAIL() << round;
  }
}

TEST(RequestedLaw, ChainsResumeInTimeAndAScanReadsTheSlice) {
  Dice dice{1181783497276652981ULL};
  for (int round = 0; round < 2000; ++round) {
    const auto days = random_days(dice, 200);
    const CusumFamily::Context cusum{7, 1, 20};
    const EwmaFamily::Context ewma{10, 80};
    CusumFamily::State sum;
    EwmaFamily::State average;
    for (const SchoolDay& day : days) {  // a state is plain data: it is copied away and taken up again every day
      const CusumFamily::State kept = sum;
      const EwmaFamily::State kept_average = average;
      sum = kept;
      average = kept_average;
      CusumFamily::add(sum, day, cusum);
      EwmaFamily::add(average, day, ewma);
    }
    ASSERT_TRUE(same(CusumFamily::finish(sum, cusum), run<CusumFamily>(days, cusum)));
    ASSERT_TRUE(same(EwmaFamily::finish(average, ewma), run<EwmaFamily>(days, ewma)));
    const ChangeFamily::Context change{{1.0, 20.0, true}};
    ASSERT_TRUE(same(ChangeFamily::scan(days, change), ChangeFamily::scan(days, change)));
  }
}

/// Stretches of an open log with the contacts in them, and some that fell outside.
std::vector<ContactFamily::Record> random_contacts(Dice& dice) {
  std::vector<ContactFamily::Record> records;
  for (int day = 20000; dice.below(6) != 0 && day < 20400;) {
    ContactFamily::Record opened;
    opened.kind = ContactFamily::Kind::log;
    opened.log = {Date{day + 1 + dice.below(9)}, Date{day + 11 + dice.below(30)}};
    ContactFamily::Record contact;
    contact.minute = 1440LL * day;
    if (dice.below(3) == 0) records.push_back(contact);
    records.push_back(opened);
    contact.log = opened.log;
    contact.minute = 1440LL * opened.log.from.days;
    for (contact.minute += dice.below(4000); contact.minute < 1440LL * opened.log.to.days; contact.minute += dice.below(9000)) {
      contact.seconds = dice.below(5000) - 100;
      contact.video = static_cast<std::int8_t>(dice.below(3) - 1);
      contact.child_initiated = static_cast<std::int8_t>(dice.below(3) - 1);
      contact.connected = dice.below(4) != 0;
      records.push_back(contact);
    }
    day = opened.log.to.days;
  }
  return records;
}

TEST(RequestedLaw, ContactsCutAnywhereAndJoinedEqualTheWhole) {
  Dice dice{2463534242ULL};
  for (int round = 0; round < 4000; ++round) {
    const auto records = random_contacts(dice);
    const ContactFamily::Context context{Date{20440}, dice.below(2) == 0 ? Date{} : Date{20380}, {2.0, 1.5, dice.below(4) != 0}, 0.9};
    expect_fold<ContactFamily>(dice, records, context);
    if (HasFatalFailure()) FAIL() << round;
  }
}

/// Scans of a family read a slice in any order: rows of one child have none that counts.
TEST(RequestedLaw, ScansOfAFamilyDoNotDependOnTheOrderOfItsRows) {
  Dice dice{521288629ULL};
  const auto turned = [&dice](auto records) {
    for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[static_cast<std::size_t>(dice.below(static_cast<int>(i)))]);
    return records;
  };
  for (int round = 0; round < 4000; ++round) {
    const Date first{20000 + dice.below(50)}, last{20050 + dice.below(200)};
    std::vector<SeparationFamily::Record> absences;
    std::vector<GuardianshipFamily::Record> papers;
    std::vector<VisitFamily::Record> visits;
    for (int i = dice.below(7); i > 0; --i) {
      const int from = 19800 + dice.below(400), to = from + dice.below(200);
      const auto parent = dice.below(2) == 0 ? SeparationFamily::Parent::mother : SeparationFamily::Parent::father;
      absences.push_back({parent, Date{from}, Date{from + dice.below(30)}, Date{to}, dice.below(3) == 0 ? open_end : Date{to + dice.below(30)}});
      papers.push_back({{Date{from}, Date{to}}, Date{from + dice.below(300)}, dice.below(2) == 0, static_cast<GuardianshipFamily::Document>(dice.below(3))});
      visits.push_back({Date{from}, static_cast<VisitFamily::Done>(dice.below(3))});
    }
    const std::array<Date, 2> asked{Date{19900 + dice.below(300)}, open_end};
    const SeparationFamily::Context apart{first, last, Date{19700}, Date{19730}, asked};
    ASSERT_TRUE(same(SeparationFamily::scan(absences, apart), SeparationFamily::scan(turned(absences), apart)));
    LeftBehindFamily::Context status;
    status.first = first;
    status.as_of = last;
    status.rural = static_cast<LeftBehindFamily::Known>(dice.below(3));
    status.asked_from = asked;
    ASSERT_TRUE(same(LeftBehindFamily::scan(absences, status), LeftBehindFamily::scan(turned(absences), status)));
    const GuardianshipFamily::Context guarded{first, last, last, true};
    ASSERT_TRUE(same(GuardianshipFamily::scan(papers, guarded), GuardianshipFamily::scan(turned(papers), guarded)));
    const std::vector<Spell> roll{{Date{19950}, open_end}}, log{{Date{19900}, Date{20030}}, {Date{20040}, open_end}};
    const VisitFamily::Context due{first, last, roll, log, 1 + dice.below(60)};
    ASSERT_TRUE(same(VisitFamily::scan(visits, due), VisitFamily::scan(turned(visits), due)));
  }
}

TEST(RequestedLaw, FormsAndHelpCutAnywhereAndJoinedEqualTheWhole) {
  using instruments::FormStatus;
  Dice dice{2862933555777941757ULL};
  for (int round = 0; round < 8000; ++round) {
    std::vector<ScreeningFamily::Record> forms;
    std::vector<HelpFamily::Record> help;
    int date = 20000;
    for (int i = dice.below(7); i > 0; --i) {
      date += dice.below(40);
      const FormStatus status = dice.below(3) == 0 ? FormStatus::not_enough_answers : FormStatus::ok;
      forms.push_back({Date{date}, status == FormStatus::ok ? dice.below(30) : std::nan(""), status, dice.below(10)});
      help.push_back({Date{date}, dice.below(4) == 0 ? -1 : dice.below(90)});
    }
    ScreeningFamily::Context screening;
    screening.first = Date{20000 + dice.below(100)};
    screening.as_of = Date{20300};
    screening.items = 9;
    screening.minimum = 0.0;
    screening.maximum = 27.0;
    if (dice.below(2) == 0) screening.half_width = screening.threshold = 3.5;
    expect_fold<ScreeningFamily>(dice, forms, screening);
    expect_fold<HelpFamily>(dice, help, {screening.first, screening.as_of, dice.below(300)});
    if (HasFatalFailure()) FAIL() << round;

    // without a state: the newest form, and before it the newest that has a score
    const auto made = run<ScreeningFamily>(forms, screening);
    const Estimate& score = made[static_cast<std::size_t>(ScreeningIndicator::score)];
    const Estimate& change = made[static_cast<std::size_t>(ScreeningIndicator::change)];
    if (forms.empty() || forms.back().date < screening.first) {
      ASSERT_EQ(score.status, Status::not_recorded);
      continue;
    }
    ASSERT_EQ(score.status == Status::ok, forms.back().status == FormStatus::ok);
    if (score.status != Status::ok) continue;
    ASSERT_EQ(score.value, forms.back().score);
    double before = std::nan("");
    for (std::size_t i = 0; i + 1 < forms.size(); ++i) {
      if (forms[i].status == FormStatus::ok) before = forms[i].score;
    }
    ASSERT_EQ(change.status == Status::ok, !std::isnan(before));
    if (change.status == Status::ok) {
      ASSERT_EQ(change.value, score.value - before);
    }
  }
}

/// A scan streams: what is open, late or waiting is judged on the slice, and more days never make a referral unmet.
TEST(RequestedLaw, ReferralsAreJudgedByTheirDays) {
  Dice dice{40692ULL};
  for (int round = 0; round < 5000; ++round) {
    std::vector<ReferralFamily::Record> slice;
    const ReferralFamily::Context context{Date{20050}, Date{20200}, dice.below(60)};
    int open = 0, longest = 0, late = 0, waiting = 0, asked = 0;
    for (int i = dice.below(6); i > 0; --i) {
      ReferralFamily::Record one{Date{20000 + dice.below(201)}, {}, {}};
      if (dice.below(2) == 0) one.answered = Date{one.date.days + dice.below(20201 - one.date.days)};
      if (dice.below(3) == 0) one.helped = Date{one.date.days + dice.below(20201 - one.date.days)};
      slice.push_back(one);
      const int waited = 20200 - one.date.days;
      if (!one.answered.known()) ++open, longest = std::max(longest, waited);
      if (one.date < context.first) continue;
      ++asked;
      const int first = std::min(one.answered.known() ? one.answered.days - one.date.days : 9999,
                                 one.helped.known() ? one.helped.days - one.date.days : 9999);
      if (first <= context.days) continue;
      ++(waited > context.days ? late : waiting);
    }
    const auto made = ReferralFamily::scan(slice, context);
    ASSERT_EQ(made[0].value, open);
    if (open > 0) {
      ASSERT_EQ(made[1].value, longest);
    } else {
      ASSERT_EQ(made[1].status, Status::not_expected);
    }
    const Status wanted = asked == 0 ? Status::not_expected : late == 0 && waiting > 0 ? Status::cannot_tell : Status::ok;
    ASSERT_EQ(made[2].status, wanted) << round;
    if (wanted == Status::ok) {
      ASSERT_EQ(made[2].value, late > 0 ? 1.0 : 0.0);
    }
    const auto patient = ReferralFamily::scan(slice, {context.first, context.as_of, context.days + 30});
    if (patient[2].status == Status::ok && patient[2].value == 1.0) {
      ASSERT_EQ(made[2].value, 1.0);
    }
  }
}

/// What the words say, day by day and without a state.
struct Plain {
  int observed = 0, absent = 0, runs = 0, singles = 0, doubles = 0, edge_days = 0, edge_singles = 0, edge_doubles = 0;
};

Plain plain_of(const std::vector<SchoolDay>& days) {
  Plain plain;
  bool absent_before = false;
  for (const SchoolDay& day : days) {
    if (day.mark == DayMark::unknown) continue;
    ++plain.observed;
    plain.absent += day.mark == DayMark::absent;
    plain.runs += day.mark == DayMark::absent && !absent_before;
    plain.edge_days += day.place == WeekPlace::week_edge;
    absent_before = day.mark == DayMark::absent;
  }
  for (std::size_t i = 0; i < days.size();) {
    std::size_t end = i;
    while (end < days.size() && days[end].mark == DayMark::absent) ++end;
    const bool bounded = i > 0 && end < days.size() && days[i - 1].mark == DayMark::present && days[end].mark == DayMark::present;
    bool edges = true;
    for (std::size_t day = i; day < end; ++day) edges &= days[day].place == WeekPlace::week_edge;
    if (bounded && end - i == 1) ++plain.singles, plain.edge_singles += edges;
    if (bounded && end - i == 2) ++plain.doubles, plain.edge_doubles += edges;
    i = std::max(end, i + 1);
  }
  return plain;
}

TEST(RequestedLaw, ShortSpellsEqualAReferenceThatWalksDayByDay) {
  Dice dice{977ULL};
  for (int round = 0; round < 5000; ++round) {
    const auto days = random_days(dice, 120);
    const auto state = fold<WeekFamily>(days, {});
    const Plain plain = plain_of(days);
    ASSERT_EQ(state.observed, plain.observed);
    ASSERT_EQ(state.absent, plain.absent);
    ASSERT_EQ(state.runs, plain.runs) << round;
    ASSERT_EQ(state.singles, plain.singles) << round;
    ASSERT_EQ(state.doubles, plain.doubles) << round;
    ASSERT_EQ(state.edge.days, plain.edge_days);
    ASSERT_EQ(state.edge.singles, plain.edge_singles);
    ASSERT_EQ(state.edge.doubles, plain.edge_doubles);
  }
}

TEST(RequestedLaw, AWeekThatIsNotThereIsForgottenAfterSixtyFour) {
  std::vector<SchoolDay> days;
  for (int week = 0; week < 90; ++week) {
    SchoolDay day;
    day.date = Date{20003 + 7 * week};
    day.expected = 1;
    day.mark = week % 3 == 0 ? DayMark::absent : DayMark::present;
    days.push_back(day);
  }
  const auto all = run<TrendFamily>(days, {});
  const auto last = run<TrendFamily>(std::span<const SchoolDay>(days).last(64), {});
  ASSERT_TRUE(same(all, last));
  ASSERT_EQ(all[0].n_expected, 64);
}

/// Children whose marks have no pattern: their short spells lie anywhere, and mid-p is uniform but for its steps.
TEST(RequestedLaw, WithoutAPatternFewPValuesAreSmall) {
  Dice dice{31ULL};
  int told = 0, small = 0;
  double z = 0.0, z_squared = 0.0;
  int excesses = 0;
  for (int child = 0; child < 6000; ++child) {
    std::vector<SchoolDay> days;
    const double rate = 0.03 + 0.1 * dice.uniform();
    for (int day = 0; day < 140; ++day) {
      SchoolDay one;
      one.date = Date{20002 + day / 5 * 7 + day % 5};
      one.expected = 1;
      one.mark = dice.uniform() < rate ? DayMark::absent : DayMark::present;
      days.push_back(one);
    }
    place_in_week(days);
    const auto made = run<WeekFamily>(days, {});
    const Estimate& p = made[static_cast<std::size_t>(WeekIndicator::week_edge_p)];
    if (p.status == Status::ok) {
      ++told;
      small += p.value <= 0.05;
    }
    const Estimate& excess = made[static_cast<std::size_t>(WeekIndicator::spell_excess)];
    if (excess.status == Status::ok) {
      ++excesses;
      z += excess.value;
      z_squared += excess.value * excess.value;
    }
  }
  ASSERT_GT(told, 4000);
  EXPECT_LT(static_cast<double>(small) / told, 0.06);
  EXPECT_GT(static_cast<double>(small) / told, 0.02);
  EXPECT_NEAR(z / excesses, 0.0, 0.05);
  EXPECT_NEAR(z_squared / excesses, 1.0, 0.1);
}

/// False alarms of both charts in child-years without change, whose absences come in spells.
TEST(RequestedLaw, ChartsAlarmAsSeldomAsStated) {
  constexpr double rate = 0.03;
  constexpr double run_length = 2000.0;
  const auto cusum = stats::bernoulli_cusum_limit(rate, 2.0 * rate, run_length);
  ASSERT_EQ(cusum.status, Status::ok);
  const CusumFamily::Context sum{cusum.rise, cusum.fall, cusum.limit};
  const EwmaScheme scheme = ewma_onset_limit(rate, run_length);
  ASSERT_GT(scheme.limit, 0);
  ASSERT_GE(scheme.average_run_length, run_length);
  const EwmaFamily::Context average{scheme.start, scheme.limit};
  ASSERT_LT(ewma_onset_run_length(rate, scheme.start, scheme.limit - 1), run_length);
  Dice dice{4242ULL};
  constexpr int children = 4000;
  double cusum_days = 0.0, ewma_days = 0.0;
  for (int child = 0; child < children; ++child) {
    CusumFamily::State up;
    EwmaFamily::State moving;
    std::int64_t cusum_at = 0, ewma_at = 0;
    bool absent = false;
    for (int day = 0; (cusum_at == 0 || ewma_at == 0) && day < 200000; ++day) {
      absent = absent ? dice.uniform() < 0.6 : dice.uniform() < rate;  // a spell goes on for 2.5 days on average
      SchoolDay one;
      one.date = Date{day};
      one.mark = absent ? DayMark::absent : DayMark::present;
      CusumFamily::add(up, one, sum);
      EwmaFamily::add(moving, one, average);
      if (cusum_at == 0 && up.alarm.known()) cusum_at = up.onsets.watched;
      if (ewma_at == 0 && moving.alarm.known()) ewma_at = moving.onsets.watched;
    }
    cusum_days += static_cast<double>(cusum_at);
    ewma_days += static_cast<double>(ewma_at);
  }
  EXPECT_NEAR(cusum_days / children / cusum.average_run_length, 1.0, 0.06);
  EXPECT_NEAR(ewma_days / children / scheme.average_run_length, 1.0, 0.06);
}

std::vector<CoursePaper> random_papers(Dice& dice) {
  std::vector<CoursePaper> papers;
  for (int i = dice.below(12); i > 0; --i) {
    CoursePaper paper;
    paper.term = Date{20000 + 150 * dice.below(2)};
    paper.date = Date{paper.term.days + 1 + dice.below(4)};
    paper.subject = dice.below(3);
    paper.core = paper.subject > 0;
    paper.outcome = static_cast<CourseOutcome>(dice.below(3));
    paper.core_outcome = paper.outcome == CourseOutcome::passed && dice.below(4) == 0 ? CourseOutcome::failed : paper.outcome;
    papers.push_back(paper);
  }
  return papers;
}

/// Every outcome that papers without one may have had.
template <class Look>
void each_completion(std::vector<CoursePaper>& papers, std::size_t at, const Look& look) {
  while (at < papers.size() && papers[at].outcome != CourseOutcome::unknown) ++at;
  if (at == papers.size()) return look();
  for (const auto outcome : {CourseOutcome::passed, CourseOutcome::failed}) {
    papers[at].outcome = papers[at].core_outcome = outcome;
    each_completion(papers, at + 1, look);
  }
  papers[at].outcome = papers[at].core_outcome = CourseOutcome::unknown;
}

/// Two papers of a day leave open which counts, whatever they came to; otherwise the bounds are met by some completion.
TEST(RequestedLaw, CoursesAreThoseOfAnyOrderAndBoundsHoldWhateverAPaperCameTo) {
  Dice dice{5577006791947779410ULL};
  for (int round = 0; round < 3000; ++round) {
    auto papers = random_papers(dice);
    const CourseFamily::Context context{static_cast<CourseMark>(dice.below(3)), dice.below(3), 1 + dice.below(2)};
    OnTrackFamily::Context track;
    track.stands = context.stands;
    track.courses_passed = 1 + dice.below(5);
    track.core_failed = dice.below(2);
    track.year_over = true;
    track.terms = 1;
    const auto made = CourseFamily::scan(papers, context);
    const auto on_track = OnTrackFamily::scan(papers, track);
    auto shuffled = papers;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[static_cast<std::size_t>(dice.below(static_cast<int>(i)))]);
    ASSERT_TRUE(same(CourseFamily::scan(shuffled, context), made)) << round;
    ASSERT_TRUE(same(OnTrackFamily::scan(shuffled, track), on_track)) << round;
    each_completion(papers, 0, [&] {
      const auto all = CourseFamily::scan(papers, context);
      const auto later = OnTrackFamily::scan(papers, track);
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        if (made[i].status != Status::ok || all[i].status != Status::ok) continue;
        EXPECT_LE(made[i].lower, all[i].lower);
        EXPECT_GE(made[i].upper, all[i].upper);
      }
      if (made[2].status == Status::ok && all[2].status == Status::ok) {
        EXPECT_EQ(made[2].value, all[2].value);
      }
      if (on_track[1].status == Status::ok && later[1].status == Status::ok) {
        EXPECT_EQ(on_track[1].value, later[1].value);
      }
    });
    if (HasFailure()) FAIL() << round;
  }
}

/// What the words say, course by course and without a sort.
TEST(RequestedLaw, FailedCoursesEqualAReferenceThatLooksAtEachCourse) {
  Dice dice{3935559000370003845ULL};
  for (int round = 0; round < 4000; ++round) {
    const auto papers = random_papers(dice);
    const auto stands = static_cast<CourseMark>(dice.below(3));
    int failed = 0, unknown = 0, courses = 0;
    for (int term = 0; term < 2; ++term) {
      for (int subject = 0; subject < 3; ++subject) {
        std::vector<CoursePaper> of;
        Date last{0};
        for (const CoursePaper& paper : papers) {
          if (paper.subject == subject && paper.term.days == 20000 + 150 * term) of.push_back(paper), last = std::max(last, paper.date);
        }
        if (of.empty()) continue;
        ++courses;
        int passes = 0, fails = 0, opens = 0, counted = 0;
        for (const CoursePaper& paper : of) {
          if (stands == CourseMark::last && paper.date != last) continue;
          ++counted;
          passes += paper.outcome == CourseOutcome::passed;
          fails += paper.outcome == CourseOutcome::failed;
          opens += paper.outcome == CourseOutcome::unknown;
        }
        const bool passed = stands == CourseMark::best ? passes > 0 : passes == counted;
        const bool lost = stands == CourseMark::worst ? fails > 0 : fails == counted;
        failed += lost;
        unknown += !lost && !passed;
      }
    }
    const auto made = CourseFamily::scan(papers, {stands, 1, 0})[0];
    ASSERT_EQ(made.n_expected, courses);
    ASSERT_EQ(made.n_observed, courses - unknown);
    if (made.status != Status::ok) continue;
    ASSERT_EQ(made.value, failed) << round;
    ASSERT_EQ(made.upper, failed + unknown) << round;
  }
}

}  // namespace
