// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/risk/rule.hpp>

#include <childwell/indicators/columns.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using childwell::define_flag_rule;
using childwell::flag_rules;
using childwell::FlagRule;
using childwell::reason_refused;
using childwell::RuleKind;
namespace instruments = childwell::instruments;

FlagRule shipped(const std::string& id) {
  for (const FlagRule& rule : flag_rules()) {
    if (rule.id == id) return rule;
  }
  throw std::invalid_argument("no rule " + id);
}

/// What is said of a rule after one change; empty where it passes.
std::string said(const std::string& id, const std::function<void(FlagRule&)>& change) {
  FlagRule rule = shipped(id);
  change(rule);
  try {
    static_cast<void>(define_flag_rule(rule));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(FlagRules, EveryShippedOnePassesItsOwnChecksAgainAndNoneIsNamedTwice) {
  std::set<std::string> names;
  std::set<RuleKind> kinds;
  for (const FlagRule& rule : flag_rules()) {
    EXPECT_EQ(define_flag_rule(rule).kind, rule.kind) << rule.id;
    EXPECT_TRUE(names.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.name_en == rule.id || rule.name_zh == rule.id) << rule.id;
    kinds.insert(rule.kind);
  }
  EXPECT_EQ(kinds.size(), childwell::rule_kind_words.size()) << "a kind of rule that no shipped rule shows";
}

TEST(FlagRules, OnlyAttendanceCourseResultsAndCutOffsAreReasons) {
  std::set<std::string> allowed;
  for (const auto& entry : childwell::catalogue()) {
    if (entry.family == "screening") {  // a scale may be a reason; its change and its age are none
      const std::string scale = entry.id.substr(entry.id.rfind('.') + 1);
      const bool whole = !scale.ends_with("_change") && scale != "days_since";
      EXPECT_EQ(reason_refused(entry.id).empty(), whole && entry.id.find(".response") == std::string::npos) << entry.id;
    } else if (reason_refused(entry.id).empty()) {
      allowed.insert(entry.id);
    }
  }
  EXPECT_EQ(allowed, (std::set<std::string>{
                         "attendance.chronic", "attendance.severe", "attendance.unexplained_run", "attendance.p_rate_above",
                         "attendance.p_year_above", "attendance.cusum_alarm", "attendance.ewma_alarm", "attendance.absence_rate",
                         "attendance.unexcused_rate", "attendance.late_rate", "attendance.early_absence_rate", "academic.failed", "academic.course_failure"}));
  EXPECT_TRUE(reason_refused("screening.sdq.total").empty());
}

TEST(FlagRules, WhatIsNeverAReasonSaysWhy) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"family.left_behind", "grouping for fairness"}, {"left_behind.research", "grouping for fairness"},
      {"counselling.sessions", "asking for help is no risk"}, {"services.minutes", "asking for help is no risk"},
      {"consent.refused", "to refuse is a right"}, {"screening.response", "whether somebody answered"},
      {"contact.days_since", "silent contact log"}, {"index.wellbeing", "for groups"},
      {"safety.item_9", "named officer"}, {"attendance.week_edge_p", "pattern of the week"},
      {"academic.percentile", "no order of children"}, {"academic.z", "only against a pass mark"},
      {"attendance.not_seen", "comes first"}, {"mobility.school_moves", "no reason"}, {"weather", "only"}};
  for (const auto& [indicator, why] : cases) {
    EXPECT_TRUE(holds(reason_refused(indicator), why)) << indicator << ": " << reason_refused(indicator);
    EXPECT_FALSE(said("early_absence_10", [&](FlagRule& rule) { rule.indicator = indicator; }).empty()) << indicator;
  }
}

TEST(FlagRules, AConditionHasWhatItNeedsAndNoMore) {
  const auto none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(said("chronic_us", [](FlagRule&) {}), "");
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.source.clear(); }), "no source"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.country.clear(); }), "country"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.policy.clear(); }), "name a policy"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.papers = 2; }), "papers is said of"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.at_least = {1, 10}; }), "at_least is said of"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.validation = "x"; }), "said of questionnaires"));
  EXPECT_TRUE(holds(said("chronic_us", [](FlagRule& rule) { rule.indicator = "attendance.chronik"; }), "did you mean 'attendance.chronic'"));
  EXPECT_TRUE(holds(said("rate_above_us_95", [&](FlagRule& rule) { rule.certainty = none; }), "needs certainty"));
  EXPECT_TRUE(holds(said("rate_above_us_95", [](FlagRule& rule) { rule.certainty = 0.49; }), "between 0.5 and 1"));
  EXPECT_TRUE(holds(said("rate_above_us_95", [](FlagRule& rule) { rule.certainty = 1.0; }), "between 0.5 and 1"));
  EXPECT_EQ(said("rate_above_us_95", [](FlagRule& rule) { rule.certainty = 0.5; }), "");
  EXPECT_TRUE(holds(said("early_absence_10", [](FlagRule& rule) { rule.at_least = {0, 10}; }), "above 0"));
  EXPECT_TRUE(holds(said("early_absence_10", [](FlagRule& rule) { rule.at_least = {11, 10}; }), "at most 1"));
  EXPECT_TRUE(holds(said("early_absence_10", [](FlagRule& rule) { rule.policy = "us_edfacts_chronic"; }), "knows no policy"));
  EXPECT_TRUE(holds(said("onsets_cusum", [](FlagRule& rule) { rule.false_alarms = 0.0; }), "above 0"));
  EXPECT_TRUE(holds(said("two_papers_failed_cn", [](FlagRule& rule) { rule.papers = -1; }), "1 or more"));
  EXPECT_TRUE(holds(said("two_papers_failed_cn", [](FlagRule& rule) { rule.papers = 0; }), "from how many"));
}

TEST(FlagRules, ACutOffIsSomebodysAndIsValidated) {
  const std::string id = "sdq_total_parent_china";
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.validation.clear(); }), "nobody has validated"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.norms.clear(); }), "name its norms"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.norms = "china_2008_parents"; }), "did you mean 'china_2008_parent'"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.bands.clear(); }), "name the bands"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.bands = {"high"}; }), "no band 'high'"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.bands = {"normal", "borderline", "abnormal"}; }), "every child"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.indicator = "screening.sdq.totle"; }), "did you mean 'total'"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.indicator = "screening.sdk.total"; }), "did you mean 'sdq'"));
  EXPECT_TRUE(holds(said(id, [](FlagRule& rule) { rule.indicator = "screening.sdq"; }), "is no scale"));
}

TEST(FlagRules, AnInstrumentOfOnesOwnIsKnownWhereItIsGiven) {
  instruments::Instrument own = instruments::find_instrument("who_5");
  own.name = "our_five";
  FlagRule rule = shipped("who_5_low");
  rule.indicator = "screening.our_five.percentage";
  EXPECT_THROW(static_cast<void>(define_flag_rule(rule)), std::invalid_argument);
  EXPECT_EQ(define_flag_rule(rule, {&own, 1}).kind, RuleKind::band);
}
