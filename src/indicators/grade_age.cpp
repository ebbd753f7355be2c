// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/grade_age.hpp>

#include <childwell/core/executor.hpp>

#include <map>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::int64_t fewest_children = 20;

/// How many children are of each age, in one grade of one county; county -1 is the cohort.
using Field = std::map<std::int64_t, std::int64_t>;

std::pair<std::int64_t, std::int64_t> commonest(const Field& field) {
  std::int64_t all = 0, most = 0, age = no_age;
  for (const auto& [years, children] : field) {  // from the youngest
    all += children;
    if (children > most) most = children, age = years;
  }
  return all >= fewest_children ? std::pair(age, all) : std::pair(no_age, all);
}

std::int32_t county_of(const Cohort& cohort, std::int32_t school, Date as_of) {
  for (const std::int32_t place : cohort.places.chain(school, as_of)) {
    if (cohort.places.at(place, as_of).kind == PlaceKind::county) return place;
  }
  return -1;
}

}  // namespace

std::int64_t age_at_entry(Date birth_month, int year) noexcept {
  if (!birth_month.known()) return no_age;
  const CivilDate born = to_civil(birth_month);
  const std::int64_t months = 12 * (static_cast<std::int64_t>(year) - born.year) + 8 - born.month;  // to that August
  return months < 0 ? no_age : months / 12;
}

GradeAges grade_ages(const Cohort& cohort, std::span<const std::int32_t> current, Date as_of) {
  const CivilDate civil = to_civil(as_of);
  const std::size_t children = cohort.children.size();
  GradeAges ages;
  ages.year = civil.month >= 9 ? civil.year : civil.year - 1;
  ages.age.assign(children, no_age);
  ages.grade.assign(children, missing_integer);
  ages.modal.assign(children, no_age);
  ages.compared.assign(children, 0);
  std::map<std::int32_t, std::int32_t> counties;  // of schools
  std::map<std::pair<std::int32_t, std::int64_t>, Field> fields;
  std::vector<std::int32_t> county(children, -1);
  for (std::size_t child = 0; child < children; ++child) {
    stop_point_at(child);
    if (current[child] < 0) continue;
    const Lane& lane = cohort.lanes[static_cast<std::size_t>(current[child])];
    const auto [found, fresh] = counties.try_emplace(lane.school, -1);
    if (fresh) found->second = county_of(cohort, cohort.places.successor(lane.school, as_of), as_of);
    county[child] = found->second;
    ages.grade[child] = lane.grade;
    ages.age[child] = age_at_entry(cohort.children[child].birth_month, ages.year);
    if (lane.grade == missing_integer || ages.age[child] == no_age) continue;
    ++fields[{-1, lane.grade}][ages.age[child]];
    if (county[child] >= 0) ++fields[{county[child], lane.grade}][ages.age[child]];
  }
  std::map<std::pair<std::int32_t, std::int64_t>, std::pair<std::int64_t, std::int64_t>> modes;
  for (const auto& [key, field] : fields) modes[key] = commonest(field);
  for (std::size_t child = 0; child < children; ++child) {
    for (const std::int32_t place : {county[child], -1}) {
      const auto found = modes.find({place, ages.grade[child]});
      if (found == modes.end() || (place >= 0 && found->second.first == no_age)) continue;
      ages.modal[child] = found->second.first;
      ages.compared[child] = found->second.second;
      break;
    }
  }
  return ages;
}

std::array<Estimate, 2> over_age(const GradeAges& ages, std::size_t child, const Policy& policy) noexcept {
  const bool modal = policy.reference == "modal";
  const bool told = ages.age[child] != no_age && ages.grade[child] != missing_integer;
  const Status none = !told ? Status::not_recorded : modal && ages.modal[child] == no_age ? Status::not_enough_data : Status::ok;
  Estimate years = without_value(none, 1, told ? 1 : 0);
  Estimate over = years;
  if (none != Status::ok) return {years, over};
  const std::int64_t reference = modal ? ages.modal[child] : policy.entry_age + ages.grade[child] - 1;
  const std::int64_t above = ages.age[child] - reference;
  years.value = years.lower = years.upper = static_cast<double>(above);
  over.value = over.lower = over.upper = above >= policy.years_over ? 1.0 : 0.0;
  return {years, over};
}

void check_over_age(const Policy& policy) {
  if (policy.kind != "over_age") return;
  const auto refuse = [&](const char* what) { throw std::invalid_argument("childwell: policy '" + policy.id + "': " + what); };
  if (policy.reference != "intended" && policy.reference != "modal") refuse("reference is missing; write intended or modal: which age of the grade it compares with");
  if (policy.reference == "intended" && policy.entry_age <= 0) refuse("entry_age is missing; write the years completed before grade 1, such as 6");
  if (policy.years_over <= 0) refuse("years_over is missing; write how many years above are over-age, 1 or more");
}

}  // namespace childwell::inline v0_1
