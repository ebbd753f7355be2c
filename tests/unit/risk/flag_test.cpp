// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/messages.hpp>
#include <childwell/risk/flag.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using childwell::ChildFlag;
using childwell::FlagReason;
using childwell::Flags;
using childwell::Language;
using childwell::Listing;
using childwell::Verdict;

/// Lists of some children of one key, without the tables behind them.
Flags lists_of(std::vector<std::string> children, const std::vector<Listing>& listings, const std::string& key = "k") {
  auto records = std::make_shared<childwell::Records>();
  records->children = std::move(children);
  records->key_id = key;
  auto cohort = std::make_shared<childwell::Cohort>();
  cohort->records = records;
  Flags flags;
  flags.cohort = cohort;
  for (const Listing listing : listings) {
    ChildFlag flag;
    flag.judged = true;
    flag.listing = listing;
    flag.listed = listing != Listing::none;
    flags.children.push_back(flag);
  }
  flags.plan.rules = childwell::flag_rules();
  flags.policies = childwell::policy_rules();
  return flags;
}

}  // namespace

TEST(Flags, OverlapIsByPseudonymAndNotByPosition) {
  using enum Listing;
  const Flags earlier = lists_of({"a", "b", "c", "d"}, {needs_look, needs_look, none, not_seen});
  Flags later = lists_of({"b", "c", "e"}, {needs_look, needs_look, needs_look});
  const auto rows = list_overlap(earlier, later);
  ASSERT_EQ(rows.size(), childwell::listing_words.size() - 1);
  const auto& looked = rows[static_cast<std::size_t>(needs_look)];
  EXPECT_EQ(looked.earlier, 2);
  EXPECT_EQ(looked.later, 3);
  EXPECT_EQ(looked.both, 1);       // b
  EXPECT_EQ(looked.gone_left, 1);  // a is in no table any more
  EXPECT_EQ(looked.jaccard, 1.0 / 4.0);
  EXPECT_EQ(looked.kept, 1.0 / 2.0);
  const auto& cared = rows[static_cast<std::size_t>(in_care)];
  EXPECT_TRUE(std::isnan(cared.jaccard) && std::isnan(cared.kept));
  EXPECT_EQ(cared.status, childwell::Status::not_enough_data);
  later.children[0].listed = false;  // b waits for a place
  EXPECT_EQ(list_overlap(earlier, later)[static_cast<std::size_t>(needs_look)].both, 0);
}

TEST(Flags, ListsOfTwoKeysDoNotCompare) {
  EXPECT_THROW(static_cast<void>(list_overlap(lists_of({"a"}, {Listing::none}), lists_of({"a"}, {Listing::none}, "other"))), std::invalid_argument);
}

TEST(Flags, ColumnsComeByListAndPseudonymAndNeverByReasons) {
  using enum Listing;
  Flags flags = lists_of({"a", "b", "c", "d"}, {needs_look, none, needs_look, not_seen});
  flags.children[2].reasons = 3;
  const auto columns = flag_columns(flags, false);
  EXPECT_EQ(columns.child.codes, (std::vector<std::int32_t>{3, 0, 2}));
  EXPECT_EQ(flag_columns(flags, true).child.codes, (std::vector<std::int32_t>{3, 0, 2, 1}));
}

// Every parameter of a sentence is filled in, for every kind of rule, answer and language.
TEST(Flags, EveryReasonOfEveryRuleIsWordedInBothLanguages) {
  const Flags flags = lists_of({"a"}, {Listing::needs_look});
  std::set<std::string> codes;
  for (std::int32_t rule = -1; rule < static_cast<std::int32_t>(flags.plan.rules.size()); ++rule) {
    for (const Verdict verdict : {Verdict::yes, Verdict::cannot_tell}) {
      for (const bool by_days : {true, false}) {
        for (const std::int64_t most : {-1, 3}) {
          FlagReason reason;
          reason.child = 0;
          reason.rule = rule;
          reason.verdict = verdict;
          reason.status = verdict == Verdict::yes ? childwell::Status::ok : childwell::Status::cannot_tell;
          reason.by_days = by_days;
          reason.part = 4;
          reason.whole = 20;
          reason.unknown = 1;
          reason.most = most;
          reason.value = rule >= 0 && flags.plan.rules[static_cast<std::size_t>(rule)].kind == childwell::RuleKind::probability ? 0.99997 : 17.0;
          reason.date = *childwell::parse_iso_date("2026-01-30");
          if (rule < 0 && verdict == Verdict::cannot_tell) continue;
          for (const Language language : {Language::zh, Language::en}) {
            const auto messages = reason_messages(flags, reason, language);
            for (const auto& message : {messages.why, messages.unless}) {
              if (message.code.empty()) continue;
              codes.insert(message.code);
              const std::string text = describe(message.code, language, message.parameters);
              EXPECT_EQ(text.find('{'), std::string::npos) << text;
              EXPECT_EQ(text.find("100%"), std::string::npos) << text;  // nothing is as certain as that
            }
          }
        }
      }
    }
  }
  EXPECT_GT(codes.size(), 25U);
}
