// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/data/dictionary.hpp>
#include <childwell/data/ledger.hpp>
#include <childwell/data/reason.hpp>
#include <childwell/data/safety.hpp>
#include <childwell/data/schema.hpp>
#include <childwell/instruments/instrument.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

inline constexpr std::int64_t missing_integer = std::numeric_limits<std::int64_t>::min();
inline constexpr std::uint8_t missing_word = 255;

/// One decoded column. Only the vector that fits the type is filled; a column that was not given is empty.
struct RecordColumn {
  std::vector<std::int32_t> codes;      ///< ids, places, names [dictionary codes, -1 missing], dates [days], times [minutes]
  std::vector<std::int64_t> integers;   ///< missing_integer where missing
  std::vector<double> numbers;          ///< NaN where missing
  std::vector<std::uint8_t> words;      ///< positions in the schema's words, flags 0 or 1; missing_word where missing

  [[nodiscard]] bool given() const noexcept {
    return !codes.empty() || !integers.empty() || !numbers.empty() || !words.empty();
  }
};

/// One admitted table: decoded columns and what became of each row.
struct RecordTable {
  const TableRule* rule = nullptr;
  std::int64_t rows = 0;
  std::vector<RecordColumn> columns;  ///< in the order of the schema
  std::vector<std::uint8_t> fates;    ///< Fate of each row
  std::vector<std::int64_t> disputed; ///< rows whose key carries different values (quarantined, but not forgotten)
  std::vector<std::uint32_t> order;   ///< usable rows in key order: independent of the order in which they came

  [[nodiscard]] bool usable(std::int64_t row) const {
    return fates[static_cast<std::size_t>(row)] == static_cast<std::uint8_t>(Fate::accepted);
  }
  [[nodiscard]] const RecordColumn& column(std::string_view name) const;
  [[nodiscard]] bool given(std::string_view name) const { return column(name).given(); }
  /// Columns of a prefix with a number behind it that were given, by their numbers.
  [[nodiscard]] std::vector<std::pair<std::int64_t, const RecordColumn*>> numbered(std::string_view prefix) const;

  [[nodiscard]] std::int32_t code(const RecordColumn& c, std::int64_t row) const {
    return c.codes.empty() ? Dictionary::missing : c.codes[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] Date date(const RecordColumn& c, std::int64_t row) const {
    return c.codes.empty() ? Date{} : Date{c.codes[static_cast<std::size_t>(row)]};
  }
  /// Minutes since 1970-01-01 00:00, school-local, of a column of times.
  [[nodiscard]] std::int32_t minute(const RecordColumn& c, std::int64_t row) const { return date(c, row).days; }
  [[nodiscard]] std::uint8_t word(const RecordColumn& c, std::int64_t row) const {
    return c.words.empty() ? missing_word : c.words[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] std::int64_t integer(const RecordColumn& c, std::int64_t row) const {
    return c.integers.empty() ? missing_integer : c.integers[static_cast<std::size_t>(row)];
  }
  [[nodiscard]] double number(const RecordColumn& c, std::int64_t row) const {
    return c.numbers.empty() ? std::numeric_limits<double>::quiet_NaN() : c.numbers[static_cast<std::size_t>(row)];
  }
};

/// Typed, checked tables of one study. Having them is the proof that the checks were made.
struct Records {
  std::map<std::string, RecordTable, std::less<>> tables;
  std::vector<std::string> children;  ///< pseudonyms [32 hex characters], sorted; a child's code is its position
  Dictionary places;
  Dictionary names;
  std::vector<std::string> persons;   ///< pseudonyms of people who look after children, sorted; a person's code is its position
  std::string key_id;
  std::string purpose;
  std::vector<std::string> recipients;  ///< who is given lists of children, each named once
  Ledger ledger;
  std::map<std::string, std::int32_t, std::less<>> lag_days;
  std::uint8_t registers = missing_word;      ///< declared for every class, where the study declares one
  Date parents_asked_from;                    ///< from then on, a parent without a row in migration was at home
  bool made_up = false;
  SafetyForms safety;                         ///< for the named officer only; counted by safety_counts
  std::shared_ptr<const std::vector<instruments::Instrument>> own_instruments;  ///< the study's, beside those that ship

  /// The code of a place, or "(none)" where none was given.
  [[nodiscard]] std::string place_name(std::int32_t place) const { return place < 0 ? "(none)" : places.text(place); }

  /// Every instrument that forms of these records may name: those that ship, then the study's own.
  [[nodiscard]] std::vector<const instruments::Instrument*> known_instruments() const {
    std::vector<const instruments::Instrument*> known;
    for (const instruments::Instrument& one : instruments::instrument_rules()) known.push_back(&one);
    if (own_instruments != nullptr) {
      for (const instruments::Instrument& one : *own_instruments) known.push_back(&one);
    }
    return known;
  }

  [[nodiscard]] const RecordTable* table(std::string_view name) const {
    const auto found = tables.find(name);
    return found == tables.end() ? nullptr : &found->second;
  }
};

}  // namespace childwell::inline v0_1
