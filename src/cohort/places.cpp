// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/places.hpp>

#include "known_rows.hpp"

#include <algorithm>

namespace childwell::inline v0_1 {

Places::Places(const Records& records, Date known_by) {
  versions_.resize(static_cast<std::size_t>(records.places.size()));
  if (const RecordTable* table = records.table("places")) {
    const auto& place = table->column("place");
    const auto& kind = table->column("kind");
    const auto& parent = table->column("parent");
    const auto& from = table->column("from");
    const auto& to = table->column("to");
    const auto& urban_rural = table->column("urban_rural");
    for (const std::int64_t row : detail::rows_known(records, "places", known_by)) {
      const Date end = table->date(to, row);
      versions_[static_cast<std::size_t>(table->code(place, row))].push_back(
          {table->date(from, row), end.known() ? end : open_end, static_cast<PlaceKind>(table->word(kind, row)),
           table->code(parent, row), table->word(urban_rural, row)});
    }
  }
  for (auto& versions : versions_) {
    std::sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) { return a.from < b.from; });
  }
  if (const RecordTable* table = records.table("lineage")) {
    const auto& old = table->column("old");
    const auto& now = table->column("new");
    const auto& date = table->column("date");
    const auto& kind = table->column("kind");
    for (const std::int64_t row : detail::rows_known(records, "lineage", known_by)) {
      const std::uint8_t word = table->word(kind, row);
      const bool carries_on = word == 0 || word == 2;  // merged, renamed
      if (carries_on && table->code(now, row) >= 0) {
        moves_.push_back({table->code(old, row), table->code(now, row), table->date(date, row), word == 2});
      }
    }
  }
}

Places::Version Places::at(std::int32_t place, Date date) const {
  if (place < 0 || static_cast<std::size_t>(place) >= versions_.size()) return {};
  const auto& versions = versions_[static_cast<std::size_t>(place)];
  if (versions.empty()) return {};
  const Version* best = &versions.front();
  for (const Version& version : versions) {
    if (!version.from.known() || version.from <= date) best = &version;
  }
  return *best;
}

std::vector<std::int32_t> Places::chain(std::int32_t place, Date date) const {
  std::vector<std::int32_t> chain;
  while (place >= 0 && std::find(chain.begin(), chain.end(), place) == chain.end()) {
    chain.push_back(place);
    place = at(place, date).parent;
  }
  return chain;
}

std::int32_t Places::successor(std::int32_t place, Date date) const { return follow(place, date, false); }

std::int32_t Places::follow(std::int32_t place, Date date, bool names_always) const {
  for (std::size_t steps = 0; steps <= moves_.size(); ++steps) {
    const auto move = std::find_if(moves_.begin(), moves_.end(), [&](const Move& candidate) {
      return candidate.old_place == place && (candidate.date <= date || (names_always && candidate.renamed));
    });
    if (move == moves_.end()) return place;
    place = move->new_place;
  }
  return place;
}

bool Places::same_line(std::int32_t old_place, std::int32_t new_place, Date date) const {
  return old_place == new_place || follow(old_place, date, true) == follow(new_place, date, true);
}

}  // namespace childwell::inline v0_1
