// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/separation_family.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

using Record = SeparationFamily::Record;
using Parent = SeparationFamily::Parent;
using Known = LeftBehindFamily::Known;

constexpr double days_a_month = 30.4375;
constexpr Date before_all{-1'000'000};

/// Days away of one parent: those that are certain, and all that are possible.
struct Away {
  std::vector<Spell> certain;
  std::vector<Spell> possible;
};

Away away_of(std::span<const Record> slice, Parent parent, Date first, Date end) {
  std::vector<Spell> certain, possible;
  for (const Record& record : slice) {
    if (record.parent != parent) continue;
    certain.push_back({record.from_latest, record.to_earliest});
    possible.push_back({record.from_earliest, record.to_latest});
  }
  return {joined(certain, first, end), joined(possible, first, end)};
}

std::vector<Spell> either(const std::vector<Spell>& one, const std::vector<Spell>& other) {
  std::vector<Spell> all(one);
  all.insert(all.end(), other.begin(), other.end());
  return joined(all, before_all, open_end);
}

std::int64_t days_of_both(const std::vector<Spell>& one, const std::vector<Spell>& other) {
  return days_of(one) + days_of(other) - days_of(either(one, other));
}

Estimate between(double lower, double upper, std::int64_t days) {
  Estimate estimate;
  estimate.lower = lower;
  estimate.upper = upper;
  estimate.value = 0.5 * (lower + upper);
  estimate.n_expected = estimate.n_observed = days;
  estimate.status = Status::ok;
  return estimate;
}

/// Days since the beginning of the spell that holds a date, with that date; 0 where none does.
std::int64_t length_at(const std::vector<Spell>& spells, Date date) noexcept {
  for (const Spell& spell : spells) {
    if (spell.from <= date && date < spell.to) return static_cast<std::int64_t>(date.days) - spell.from.days + 1;
  }
  return 0;
}

Date months_before(Date date, int months) noexcept {
  const CivilDate civil = to_civil(date);
  const int all = civil.year * 12 + civil.month - 1 - months;
  const CivilDate then{all / 12, all % 12 + 1, std::min(civil.day, days_in_month(all / 12, all % 12 + 1))};
  return *to_date(then);
}

Known away_since(const Away& away, Date since, Date date, bool asked) noexcept {
  const auto holds = [&](const std::vector<Spell>& spells) {
    return std::any_of(spells.begin(), spells.end(),
                       [&](const Spell& one) { return one.from <= since && date < one.to; });
  };
  if (holds(away.certain)) return Known::yes;
  return holds(away.possible) || !asked ? Known::unknown : Known::no;
}

Known opposite(Known one) noexcept { return one == Known::yes ? Known::no : one == Known::no ? Known::yes : one; }

/// A person is 16 from the day of the birthday, which the month of birth leaves open.
Known younger_than_16(const LeftBehindFamily::Context& context, Date date) noexcept {
  if (!context.birth_earliest.known() || !context.birth_latest.known()) return Known::unknown;
  const Date then = months_before(date, 16 * 12);
  if (then < context.birth_earliest) return Known::yes;
  return then >= context.birth_latest ? Known::no : Known::unknown;
}

Known on(const Away& mother, const Away& father, const LeftBehindFamily::Context& context, Date date) noexcept {
  const bool council = context.definition == LeftBehindDefinition::state_council_2016;
  const int months = council ? 0 : context.definition == LeftBehindDefinition::roll_three_months ? 3 : 6;
  const Date since = months_before(date, months);
  const Known her = away_since(mother, since, date, context.asked_mother);
  const Known his = away_since(father, since, date, context.asked_father);
  if (!council) return std::max(her, his);
  const Known alone = std::min(std::max(her, his), opposite(context.other_guards));
  const Known without_care = std::max(std::min(her, his), alone);
  return std::min({without_care, younger_than_16(context, date), context.rural});
}

}  // namespace

SeparationFamily::Estimates SeparationFamily::scan(std::span<const Record> slice, const Context& context) {
  Estimates found;
  if (!context.asked && slice.empty()) {
    found.fill(without_value(Status::not_recorded));
    return found;
  }
  const Date end{context.as_of.days + 1};
  const Away mother = away_of(slice, Parent::mother, context.first, end);
  const Away father = away_of(slice, Parent::father, context.first, end);
  const std::int64_t window = std::max(0, end.days - context.first.days);
  const auto months = [window](std::int64_t lower, std::int64_t upper) {
    return between(static_cast<double>(lower) / days_a_month, static_cast<double>(upper) / days_a_month, window);
  };
  found[0] = months(days_of(either(mother.certain, father.certain)), days_of(either(mother.possible, father.possible)));
  found[1] = months(days_of_both(mother.certain, father.certain), days_of_both(mother.possible, father.possible));

  const Date born = context.birth_earliest.known() ? context.birth_earliest : before_all;
  const Away her = away_of(slice, Parent::mother, born, end);
  const Away his = away_of(slice, Parent::father, born, end);
  const auto certain = either(her.certain, his.certain);
  const auto possible = either(her.possible, his.possible);
  const std::int64_t surely = length_at(certain, context.as_of);
  const std::int64_t perhaps = length_at(possible, context.as_of);
  found[2] = between(static_cast<double>(surely), static_cast<double>(perhaps), window);
  if (surely == 0 && perhaps > 0) {  // away or at home: half-way between is neither
    found[2].value = std::numeric_limits<double>::quiet_NaN();
    found[2].status = Status::cannot_tell;
  }

  if (!context.birth_earliest.known() || !context.birth_latest.known() || end <= context.birth_latest) {
    found[3] = without_value(Status::not_recorded);
    return found;
  }
  const std::int64_t longest = static_cast<std::int64_t>(end.days) - context.birth_earliest.days;
  const std::int64_t shortest = static_cast<std::int64_t>(end.days) - context.birth_latest.days;
  auto upper_spells = possible;
  const bool truncated = context.record_start.known() && context.record_start > context.birth_earliest;
  const Date asked_from = std::min(context.record_start, end);
  if (truncated) upper_spells = either(possible, {{context.birth_earliest, asked_from}});
  const double most = static_cast<double>(days_of(upper_spells)) / static_cast<double>(shortest);
  const double least = static_cast<double>(days_of(certain)) / static_cast<double>(longest);
  found[3] = between(least, std::min(1.0, most), longest);
  if (truncated) {
    found[3].value = std::numeric_limits<double>::quiet_NaN();
    found[3].status = Status::cannot_tell;
    found[3].n_observed = std::max<std::int64_t>(0, static_cast<std::int64_t>(end.days) - context.record_start.days);
  }
  return found;
}

LeftBehind LeftBehindFamily::over(std::span<const Record> slice, const Context& context) {
  const Date end{context.as_of.days + 1};
  const Away mother = away_of(slice, Parent::mother, before_all, end);
  const Away father = away_of(slice, Parent::father, before_all, end);
  bool yes = false, no = false, unknown = !(context.first <= context.as_of);
  for (Date date = context.first; date <= context.as_of; ++date.days) {
    const Known known = on(mother, father, context, date);
    yes |= known == Known::yes;
    no |= known == Known::no;
    unknown |= known == Known::unknown;
  }
  if (yes && no) return LeftBehind::changed;
  if (unknown) return LeftBehind::unknown;
  return yes ? LeftBehind::yes : LeftBehind::no;
}

}  // namespace childwell::inline v0_1
