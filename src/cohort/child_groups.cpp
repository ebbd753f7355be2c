// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/child_groups.hpp>

#include "lanes.hpp"

#include <childwell/data/schema_word.hpp>

#include <map>
#include <stdexcept>

namespace childwell::inline v0_1 {
namespace {

/// The nearest place of a kind that contains a school, or -1.
std::int32_t above(const Cohort& cohort, std::int32_t school, PlaceKind kind, Date as_of) {
  for (const std::int32_t place : cohort.places.chain(school, as_of)) {
    if (cohort.places.at(place, as_of).kind == kind) return place;
  }
  return -1;
}

}  // namespace

ChildGroups child_groups(const Cohort& cohort, std::span<const std::int32_t> current_lane, ChildGrouping grouping, Date as_of) {
  if (current_lane.size() != cohort.children.size()) throw std::invalid_argument("childwell: child_groups needs one lane a child");
  const detail::Boarding boarding(*cohort.records, as_of);
  const auto place = [&cohort](std::int32_t number) { return number < 0 ? std::string{} : cohort.records->place_name(number); };
  const auto name_of = [&](std::size_t child) -> std::string {
    if (grouping == ChildGrouping::sex) return std::string(schema_word("children", "sex", cohort.children[child].sex));
    if (current_lane[child] < 0) return {};
    const Lane& lane = cohort.lanes[static_cast<std::size_t>(current_lane[child])];
    switch (grouping) {
      case ChildGrouping::grade: return lane.grade == missing_integer ? std::string{} : std::to_string(lane.grade);
      case ChildGrouping::stage: return std::string(schema_word("enrolment", "stage", lane.stage));
      case ChildGrouping::boarding: {
        if (!boarding.given()) return {};
        return std::string(schema_word("boarding", "group", boarding.group(static_cast<std::int32_t>(child), as_of)));
      }
      case ChildGrouping::school: return place(cohort.places.successor(lane.school, as_of));
      case ChildGrouping::class_: return place(lane.class_place);
      case ChildGrouping::township: return place(above(cohort, lane.school, PlaceKind::township, as_of));
      case ChildGrouping::county: return place(above(cohort, lane.school, PlaceKind::county, as_of));
      case ChildGrouping::sex: break;
    }
    return {};
  };
  std::vector<std::string> names(cohort.children.size());
  // by length first where names are numbers, so that grade 10 comes after grade 9
  const auto order = [grouping](const std::string& a, const std::string& b) {
    if (grouping == ChildGrouping::grade && a.size() != b.size()) return a.size() < b.size();
    return a < b;
  };
  std::map<std::string, std::int32_t, decltype(order)> known(order);
  for (std::size_t child = 0; child < names.size(); ++child) {
    names[child] = name_of(child);
    if (!names[child].empty()) known.emplace(names[child], 0);
  }
  ChildGroups made;
  for (auto& [name, code] : known) {
    code = static_cast<std::int32_t>(made.names.size());
    made.names.push_back(name);
  }
  made.codes.reserve(names.size());
  for (const std::string& name : names) made.codes.push_back(name.empty() ? -1 : known.at(name));
  return made;
}

}  // namespace childwell::inline v0_1
