// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/messages.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using childwell::describe;
using childwell::Language;

std::set<std::string> fields(std::string_view text) {
  std::set<std::string> found;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    found.emplace(text.substr(open, text.find('}', open) - open + 1));
  }
  return found;
}

TEST(Messages, BothLanguagesHaveTheSameFields) {
  std::set<std::string_view> codes;
  for (const auto& rule : childwell::message_rules()) {
    EXPECT_TRUE(codes.insert(rule.code).second) << rule.code << " stands there twice";
    EXPECT_FALSE(rule.zh.empty() || rule.en.empty()) << rule.code;
    EXPECT_EQ(fields(rule.zh), fields(rule.en)) << rule.code;
  }
}

TEST(Messages, EveryReasonHasWords) {
  for (int number = 1; number <= 32; ++number) {
    const std::string code = (number < 10 ? "E0" : "E") + std::to_string(number);
    EXPECT_FALSE(describe(code, Language::zh).empty()) << code;
    EXPECT_FALSE(describe(code, Language::en).empty()) << code;
  }
}

TEST(Messages, NoMessageLabelsAChild) {
  for (const auto& rule : childwell::message_rules()) {
    for (const std::string_view word : {"风险学生", "问题学生", "预警名单"}) {
      EXPECT_EQ(rule.zh.find(word), std::string_view::npos) << rule.code;
    }
  }
}

TEST(Messages, ParametersAreFilledInOnce) {
  const std::string text = describe("missing_column", Language::en, {{"table", "{column}"}, {"column", "school"}});
  EXPECT_NE(text.find("school"), std::string::npos);
  EXPECT_NE(describe("missing_column", Language::zh, {{"table", "exams"}}).find("{column}"), std::string::npos);
}

TEST(Messages, AnUnknownCodeIsTheCallersMistake) {
  EXPECT_THROW(describe("no_such_code", Language::zh), std::invalid_argument);
}

}  // namespace
