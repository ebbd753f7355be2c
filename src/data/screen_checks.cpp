// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "screen_checks.hpp"

#include "row_tests.hpp"

#include <childwell/instruments/instrument.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace childwell::inline v0_1::detail {

void check_screens(const RecordTable& table, Findings& findings) {
  const RecordColumn& item = table.column("item");
  const RecordColumn& answer = table.column("answer");
  const RecordColumn& response = table.column("response");
  const RecordColumn& recall = table.column("recall_days");
  const auto wide = table.numbered("item_");
  const std::uint8_t given = word_of(table, "response", "given");
  const auto answers = [&](std::int64_t row) {
    if (!std::isnan(table.number(answer, row))) return true;
    return std::any_of(wide.begin(), wide.end(), [&](const auto& one) { return !std::isnan(table.number(*one.second, row)); });
  };
  refuse(table, findings, "response", Reason::score_token, [&](std::int64_t row) {
    const std::uint8_t word = table.word(response, row);
    return word != missing_word && word != given && answers(row);
  });
  refuse(table, findings, "item", Reason::score_range, [&](std::int64_t row) {
    const std::int64_t number = table.integer(item, row);
    const bool answered = !std::isnan(table.number(answer, row));
    return number == missing_integer ? answered : number < 1;
  });
  refuse(table, findings, "recall_days", Reason::weight, [&](std::int64_t row) {
    const std::int64_t days = table.integer(recall, row);
    return days != missing_integer && (days < 1 || days > std::numeric_limits<std::int32_t>::max());
  });
}

void check_collections(const RecordTable& table, Findings& findings) {
  const RecordColumn& target = table.column("target");
  const RecordColumn& weight = table.column("weight");
  refuse(table, findings, "target", Reason::weight, [&](std::int64_t row) {
    const std::int64_t children = table.integer(target, row);
    return children != missing_integer && children < 0;
  });
  refuse(table, findings, "weight", Reason::weight, [&](std::int64_t row) { return table.number(weight, row) <= 0.0; });
}

void check_items(const Checked& checked, const Records& records) {
  const auto found = checked.find("screens");
  if (found == checked.end()) return;
  const RecordTable& table = *found->second.table;
  std::unordered_map<std::int32_t, std::int64_t> items;  // of the forms whose key is known
  for (const instruments::Instrument* instrument : records.known_instruments()) {
    const std::int32_t name = records.names.find(instrument->name);
    if (name >= 0) items.emplace(name, instrument->items);
  }
  const RecordColumn& instrument = table.column("instrument");
  const RecordColumn& item = table.column("item");
  const auto last = [&](std::int64_t row) {
    const auto known = items.find(table.code(instrument, row));
    return known == items.end() ? std::numeric_limits<std::int32_t>::max() : known->second;
  };
  refuse(table, *found->second.findings, "item", Reason::score_range, [&](std::int64_t row) {
    const std::int64_t number = table.integer(item, row);
    return number != missing_integer && number > last(row);
  });
  for (const auto& [number, column] : table.numbered("item_")) {
    refuse(table, *found->second.findings, "item_" + std::to_string(number), Reason::score_range, [&](std::int64_t row) {
      return number > last(row) && !std::isnan(table.number(*column, row));
    });
  }
}

void check_named_elsewhere(const Checked& checked, std::string_view user, std::string_view column, std::string_view owner) {
  const auto used = checked.find(user);
  const auto owned = checked.find(owner);
  if (used == checked.end() || owned == checked.end()) return;
  const RecordTable& named = *owned->second.table;
  std::unordered_set<std::int32_t> known;
  // a row that was set aside still names its own: the rows that use the name are not at fault
  for (std::int64_t row = 0; row < named.rows; ++row) known.insert(named.code(named.column(column), row));
  const RecordTable& table = *used->second.table;
  const RecordColumn& name = table.column(column);
  refuse(table, *used->second.findings, column, Reason::term_unknown, [&](std::int64_t row) {
    const std::int32_t code = table.code(name, row);
    return code >= 0 && !known.contains(code);
  });
}

}  // namespace childwell::inline v0_1::detail
