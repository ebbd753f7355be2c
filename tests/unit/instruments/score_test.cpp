// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/instruments/change.hpp>
#include <childwell/instruments/instrument.hpp>
#include <childwell/instruments/reliability.hpp>
#include <childwell/instruments/score.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace instruments = childwell::instruments;
namespace stats = childwell::stats;

namespace {

constexpr double not_answered = std::numeric_limits<double>::quiet_NaN();

stats::MatrixView rows_of(const std::vector<double>& values, std::size_t columns) {
  return {values.data(), values.size() / columns, columns, static_cast<std::ptrdiff_t>(columns), 1};
}

instruments::Instrument small() {
  instruments::Instrument made;
  made.name = "small";
  made.licence = "A";
  made.items = 3;
  made.maximum = 2.0;
  made.informants.push_back({"self", not_answered, not_answered});
  made.sources = {{"items", "made up"}, {"licence", "made up"}};
  instruments::Scale scale;
  scale.name = "total";
  scale.items = {1, 2, 3};
  made.scales.push_back(scale);
  return made;
}

}  // namespace

TEST(Instruments, EveryShippedOnePassesItsOwnChecksAgain) {
  EXPECT_GE(instruments::instrument_rules().size(), 26U);
  for (const instruments::Instrument& one : instruments::instrument_rules()) {
    EXPECT_NO_THROW(static_cast<void>(instruments::define_instrument(one))) << one.name;
    EXPECT_EQ(&instruments::find_instrument(one.name), &one);
  }
}

TEST(Instruments, RangesFollowFromItemsAndFactors) {
  instruments::Instrument made = small();
  made.recode = {4.0, 1.0, -2.0};
  made.scales[0].factor = 2.0;
  const instruments::Instrument checked = instruments::define_instrument(made);
  EXPECT_EQ(checked.scales[0].minimum, -12.0);
  EXPECT_EQ(checked.scales[0].maximum, 24.0);
  EXPECT_EQ(checked.scales[0].answered, 3);
}

// A half goes up on both sides of 0, as floor(0.5 + x) has it; rounding away from 0 or to even would not.
TEST(Scoring, AHalfGoesUpBelowZeroToo) {
  instruments::Instrument made = small();
  made.items = 4;
  made.recode = {-1.0, 0.0, 1.0};
  made.scales[0].items = {1, 2, 3, 4};
  made.scales[0].answered = 2;
  made.scales[0].rounding = instruments::Rounding::half_up;
  const instruments::Instrument key = instruments::define_instrument(made);
  struct Case {
    std::vector<double> form;
    double score;
  };
  // sums -1 of 3, 1 of 3, -1 of 2 and 0 of 2 answers, times 4
  const std::vector<Case> cases = {{{0, 1, 1, not_answered}, -1.0},
                                   {{2, 1, 1, not_answered}, 1.0},
                                   {{0, 1, not_answered, not_answered}, -2.0},
                                   {{0, 2, not_answered, not_answered}, 0.0}};
  for (const Case& one : cases) {
    const instruments::Scores scores = instruments::score_forms(key, rows_of(one.form, 4), {});
    EXPECT_EQ(scores.values.values[0], one.score);
  }
  made.items = 5;
  made.scales[0].items = {1, 2, 3, 4, 5};
  const instruments::Instrument five = instruments::define_instrument(made);
  const std::vector<double> below = {0, 0, 1, 1, not_answered};  // -2 of 4 answers: -2.5 goes up to -2
  EXPECT_EQ(instruments::score_forms(five, rows_of(below, 5), {}).values.values[0], -2.0);
  const std::vector<double> above = {2, 2, 1, 1, not_answered};  // 2.5 goes up to 3
  EXPECT_EQ(instruments::score_forms(five, rows_of(above, 5), {}).values.values[0], 3.0);
}

TEST(Scoring, StridesAreReadWhereTheyLie) {
  const instruments::Instrument key = instruments::define_instrument(small());
  const std::vector<double> by_column = {0, 1, 2, 1, 1, 2};  // two forms, column after column
  const stats::MatrixView view{by_column.data(), 2, 3, 1, 2};
  const instruments::Scores scores = instruments::score_forms(key, view, {});
  EXPECT_EQ(scores.values.values, (std::vector<double>{3.0, 4.0}));
  const stats::MatrixView backwards{by_column.data() + 1, 2, 3, -1, 2};
  EXPECT_EQ(instruments::score_forms(key, backwards, {}).values.values, (std::vector<double>{4.0, 3.0}));
}

TEST(Scoring, WordsStandInTheOrderOfWhatOutranksWhat) {
  EXPECT_EQ(instruments::word(instruments::FormStatus::ok), "ok");
  EXPECT_EQ(instruments::word(instruments::FormStatus::not_enough_answers), "not_enough_answers");
  EXPECT_LT(instruments::FormStatus::outside_age, instruments::FormStatus::out_of_range);
  EXPECT_LT(instruments::FormStatus::out_of_range, instruments::FormStatus::void_form);
}

TEST(Scoring, ANameThatIsNotThereIsRefusedWithThoseThatAre) {
  try {
    static_cast<void>(instruments::find_instrument("sdq_25"));
    FAIL();
  } catch (const std::invalid_argument& problem) {
    EXPECT_NE(std::string(problem.what()).find("there is no instrument 'sdq_25'; there are who_5"), std::string::npos);
  }
}

TEST(Safety, BypassesEveryCheck) {
  const instruments::Instrument& phq = instruments::find_instrument("phq_9");
  std::vector<double> forms(18, not_answered);
  forms[17] = std::numeric_limits<double>::infinity();
  const instruments::SafetyAnswers made = instruments::safety_answers(phq, rows_of(forms, 9));
  EXPECT_EQ(made.forms, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(made.unanswered, 1);
}

TEST(Reliability, ParallelItemsHaveTheirAlpha) {
  // Two items with the variances 1 and 1 and the covariance 1/2: alpha is 2 / 3.
  const std::vector<double> items = {-1, -1, 1, 0, 0, 1};
  const instruments::CronbachAlpha made = instruments::cronbach_alpha(rows_of(items, 2), 0.95);
  EXPECT_NEAR(made.alpha, 2.0 / 3.0, 1e-15);
  EXPECT_EQ(made.count, 3);
}

TEST(Change, CountsAddUpToTheChildren) {
  const std::vector<double> before = {10, 10, 10, not_answered};
  const std::vector<double> after = {2, 10, 18, 3};
  instruments::ChangeOptions options;
  options.reliability = 0.8;
  options.standard_deviation = 3.0;
  const instruments::ReliableChange made = instruments::reliable_change(before, after, options);
  EXPECT_EQ(made.better + made.worse + made.neither, made.count);
  EXPECT_EQ(made.count + made.missing, 4);
  EXPECT_EQ(made.direction, (std::vector<std::int64_t>{1, 0, -1, -2}));
}
