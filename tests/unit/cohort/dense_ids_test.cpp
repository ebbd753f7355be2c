// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/dense_ids.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace cw = childwell;

/// By a map: the definition.
template <class Id>
std::vector<std::int32_t> by_first_appearance(const std::vector<Id>& ids) {
  std::map<Id, std::int32_t> numbers;
  std::vector<std::int32_t> made;
  for (const Id& id : ids) made.push_back(numbers.try_emplace(id, static_cast<std::int32_t>(numbers.size())).first->second);
  return made;
}

struct Laid {
  std::string bytes;
  std::vector<std::int64_t> begins = {0};
  explicit Laid(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      bytes += text;
      begins.push_back(static_cast<std::int64_t>(bytes.size()));
    }
  }
};

std::vector<std::int64_t> made_up_ids(int order, std::size_t rows, std::size_t children, std::mt19937_64& engine) {
  std::vector<std::int64_t> names(children);
  for (std::int64_t& name : names) name = static_cast<std::int64_t>(engine());
  names[0] = std::numeric_limits<std::int64_t>::min();
  names[children / 2] = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; ids.size() < rows; ++i) {
    if (engine() % 50 == 0) continue;  // somebody is missing
    const std::size_t who = order == 0 ? i % children : order == 1 ? engine() % children : i / (rows / children + 1) % children;
    ids.push_back(names[who]);
  }
  return ids;
}

TEST(DenseIds, AreTheOrderOfFirstAppearanceInEveryOrderOfRows) {
  std::mt19937_64 engine(5);
  for (const int order : {0, 1, 2}) {
    for (const std::size_t children : {1U, 2U, 63U, 700U, 5'000U}) {
      const auto ids = made_up_ids(order, 20'000, children, engine);
      const auto plain = by_first_appearance(ids);
      for (const std::size_t batch : {20'000U, 1U, 777U}) {
        cw::IntegerIds table;
        std::vector<std::int32_t> numbers(ids.size());
        for (std::size_t at = 0; at < ids.size(); at += batch) {
          const std::size_t rows = std::min(batch, ids.size() - at);
          table.encode(std::span(ids).subspan(at, rows), std::span(numbers).subspan(at, rows));
        }
        ASSERT_EQ(numbers, plain) << order << " " << children << " " << batch;
        ASSERT_EQ(table.size(), static_cast<std::size_t>(*std::max_element(plain.begin(), plain.end())) + 1);
        for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(table.ids()[static_cast<std::size_t>(numbers[i])], ids[i]);
      }
      std::vector<std::string> texts;
      for (const std::int64_t id : ids) texts.push_back(std::to_string(id % 100'003) + std::string(static_cast<std::size_t>(id & 7), 'x'));
      const Laid laid(texts);
      cw::StringIds strings;
      std::vector<std::int32_t> numbers(ids.size());
      strings.encode(cw::TextIds{laid.bytes.data(), laid.begins}, numbers);
      ASSERT_EQ(numbers, by_first_appearance(texts)) << order << " " << children;
      for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(strings.id(static_cast<std::size_t>(numbers[i])), texts[i]);
    }
  }
}

TEST(DenseIds, NarrowAndWideIntegersShareNumbers) {
  const std::vector<std::int32_t> narrow = {7, -1, 7, std::numeric_limits<std::int32_t>::min()};
  const std::vector<std::int64_t> wide = {-1, 8, 7, std::numeric_limits<std::int32_t>::min()};
  cw::IntegerIds table;
  std::vector<std::int32_t> numbers(4);
  table.encode(narrow, numbers);
  EXPECT_EQ(numbers, (std::vector<std::int32_t>{0, 1, 0, 2}));
  table.encode(wide, numbers);
  EXPECT_EQ(numbers, (std::vector<std::int32_t>{1, 3, 0, 2}));
  std::vector<std::int32_t> short_one(3);
  EXPECT_THROW(table.encode(wide, short_one), std::invalid_argument);
}

TEST(DenseIds, TextsOfOneWidthEndBeforeTheirZeros) {
  const std::string bytes("ab\0\0abc\0ab\0\0\0\0\0\0a\0b\0", 20);
  const std::vector<std::string> texts = {"ab", "abc", "ab", "", std::string("a\0b", 3)};
  cw::StringIds table;
  std::vector<std::int32_t> numbers(5);
  table.encode(cw::FixedTextIds{bytes.data(), 4, 5}, numbers);
  EXPECT_EQ(numbers, by_first_appearance(texts));
  const Laid laid(texts);
  std::vector<std::int32_t> again(5);
  table.encode(cw::TextIds{laid.bytes.data(), laid.begins}, again);
  EXPECT_EQ(again, numbers);
  table.encode(cw::TextIds{}, {});
  EXPECT_EQ(table.size(), 4U);
}

TEST(DenseIds, GuessesAreLeftOffWhereTheyAreWrongAndTriedAgain) {
  cw::NextGuess guess;
  guess.learn(64, 8);
  EXPECT_TRUE(guess.on());
  guess.learn(64, 9);
  EXPECT_FALSE(guess.on());
  for (int i = 0; i < 64; ++i) guess.learn(64, 0);
  EXPECT_TRUE(guess.on());
}

}  // namespace
