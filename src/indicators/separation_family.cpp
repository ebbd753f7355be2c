// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/separation_family.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

using Record = SeparationFamily::Record;
using Parent = SeparationFamily::Parent;
using Known = LeftBehindFamily::Known;
using Spells = std::vector<Spell>;

constexpr double days_a_month = 30.4375;
constexpr Date before_all{-1'000'000};

Spells either(const Spells& one, const Spells& other) {
  Spells all(one);
  all.insert(all.end(), other.begin(), other.end());
  return joined(all, before_all, open_end);
}

/// A statement about days: those on which it holds for certain, and all on which it may.
struct Timeline {
  Spells certain;
  Spells possible;
};

Timeline any_of(const Timeline& one, const Timeline& other) {
  return {either(one.certain, other.certain), either(one.possible, other.possible)};
}

Timeline all_of(const Timeline& one, const Timeline& other) {
  return {overlap(one.certain, other.certain), overlap(one.possible, other.possible)};
}

Timeline always(Known known) {
  const Spells whole{{before_all, open_end}};
  return {known == Known::yes ? whole : Spells{}, known == Known::no ? Spells{} : whole};
}

Known opposite(Known one) noexcept { return one == Known::yes ? Known::no : one == Known::no ? Known::yes : one; }

/// The first day on which so many months have gone by: of a day that the month does not have, the first of the next.
Date months_after(Date date, int months) noexcept {
  if (date <= before_all || date == open_end) return date;
  const CivilDate civil = to_civil(date);
  const int all = civil.year * 12 + civil.month - 1 + months;
  const CivilDate then{all / 12, all % 12 + 1, civil.day};
  return civil.day <= days_in_month(then.year, then.month) ? *to_date(then)
                                                          : *to_date({(all + 1) / 12, (all + 1) % 12 + 1, 1});
}

Spells begun_for(const Spells& spells, int months) {
  Spells later;
  for (const Spell& spell : spells) {
    const Date from = months_after(spell.from, months);
    if (from < spell.to) later.push_back({from, spell.to});
  }
  return later;
}

/// Absences of one parent up to a day. What nobody asked about is kept apart, so that its weight can be told.
struct Away {
  Timeline told;
  Timeline all;  ///< with the days that nobody asked about
};

Away away_of(std::span<const Record> slice, Parent parent, Date first, Date end, Date asked_from) {
  Spells certain, possible;
  for (const Record& record : slice) {
    if (record.parent != parent) continue;
    certain.push_back({record.from_latest, record.to_earliest});
    possible.push_back({record.from_earliest, record.to_latest});
  }
  Away away;
  away.told = {joined(certain, first, end), joined(possible, first, end)};
  possible.push_back({before_all, asked_from});
  away.all = {away.told.certain, joined(possible, first, end)};
  return away;
}

/// Bounds with all days, and what they are without those that nobody asked about.
struct Bounds {
  double lower = 0.0;
  double upper = 0.0;
  double upper_told = 0.0;
};

Estimate between(const Bounds& bounds, std::int64_t days, std::int64_t not_asked) {
  Estimate estimate = without_value(Status::cannot_tell, days, days - std::min(days, not_asked));
  estimate.lower = bounds.lower;
  estimate.upper = bounds.upper;
  if (bounds.upper != bounds.upper_told) return estimate;
  estimate.value = bounds.lower + 0.5 * (bounds.upper - bounds.lower);
  estimate.status = Status::ok;
  return estimate;
}

/// Days since the beginning of the spell that holds a date, with that date; 0 where none does.
double length_at(const Spells& spells, Date date) noexcept {
  for (const Spell& spell : spells) {
    if (spell.from == before_all && spell.to > date) return std::numeric_limits<double>::infinity();
    if (spell.from <= date && date < spell.to) return static_cast<double>(date.days) - spell.from.days + 1.0;
  }
  return 0.0;
}

double days(const Spells& spells) noexcept { return static_cast<double>(days_of(spells)); }

/// Share of life away: of the day of birth no more is known than the month, and days before it are no life.
Estimate share_of_life(const Timeline& told, const Timeline& all, const SeparationFamily::Context& context, Date end) {
  const auto longest = static_cast<std::int64_t>(end.days) - context.birth_earliest.days;
  const auto shortest = static_cast<double>(end.days) - context.birth_latest.days;
  const auto upper = [&](const Spells& possible) {
    const double later = days(joined(possible, context.birth_latest, end));
    return days(possible) / (shortest + days(possible) - later);
  };
  const double certain = days(joined(all.certain, context.birth_latest, end));
  const Spells not_asked = overlap(all.possible, outside(told.possible, before_all, open_end));
  const Bounds bounds{certain / static_cast<double>(longest), upper(all.possible), upper(told.possible)};
  return between(bounds, longest, days_of(not_asked));
}

Estimate share_of(const Timeline& status, Date first, Date end, bool asked) {
  const std::int64_t window = static_cast<std::int64_t>(end.days) - first.days;
  const std::int64_t yes = days_of(joined(status.certain, first, end));
  const std::int64_t no = window - days_of(joined(status.possible, first, end));
  if (yes + no == 0 && !asked) return without_value(Status::not_recorded, window, 0);
  Estimate estimate = without_value(Status::cannot_tell, window, yes + no);
  const auto all = static_cast<double>(window);
  estimate.lower = static_cast<double>(yes) / all;
  estimate.upper = static_cast<double>(window - no) / all;
  if (yes + no < window && (yes == 0 || no == 0)) return estimate;
  estimate.value = static_cast<double>(yes) / static_cast<double>(yes + no);
  estimate.status = Status::ok;
  return estimate;
}

}  // namespace

SeparationFamily::Estimates SeparationFamily::scan(std::span<const Record> slice, const Context& context) {
  Estimates found;
  const Date end{context.as_of.days + 1};
  const auto [asked_mother, asked_father] = context.asked_from;
  if (slice.empty() && asked_mother >= end && asked_father >= end) {
    found.fill(without_value(Status::not_recorded));
    return found;
  }
  found.fill(without_value(Status::not_expected));
  const std::int64_t window = static_cast<std::int64_t>(end.days) - context.first.days;
  if (window > 0) {
    const Away mother = away_of(slice, Parent::mother, context.first, end, asked_mother);
    const Away father = away_of(slice, Parent::father, context.first, end, asked_father);
    const auto months = [window](const Timeline& told, const Timeline& all) {
      const Spells not_asked = overlap(all.possible, outside(told.possible, before_all, open_end));
      const Bounds bounds{days(all.certain) / days_a_month, days(all.possible) / days_a_month,
                          days(told.possible) / days_a_month};
      return between(bounds, window, days_of(not_asked));
    };
    found[0] = months(any_of(mother.told, father.told), any_of(mother.all, father.all));
    found[1] = months(all_of(mother.told, father.told), all_of(mother.all, father.all));
  }

  const bool born = context.birth_earliest.known() && context.birth_latest.known();
  const Date begin = born ? context.birth_earliest : before_all;
  if (born && end <= context.birth_latest) return found;
  const Away mother = away_of(slice, Parent::mother, begin, end, asked_mother);
  const Away father = away_of(slice, Parent::father, begin, end, asked_father);
  const Timeline told = any_of(mother.told, father.told), all = any_of(mother.all, father.all);
  const double surely = length_at(all.certain, context.as_of), perhaps = length_at(all.possible, context.as_of);
  const bool not_asked = covers(all.possible, context.as_of) && !covers(told.possible, context.as_of);
  found[2] = between({surely, perhaps, length_at(told.possible, context.as_of)}, 1, not_asked ? 1 : 0);
  if ((surely == 0.0 && perhaps > 0.0) || std::isinf(perhaps)) {  // away or at home: half-way between is neither
    found[2].value = std::numeric_limits<double>::quiet_NaN();
    found[2].status = Status::cannot_tell;
  }
  found[3] = born ? share_of_life(told, all, context, end) : without_value(Status::not_recorded);
  return found;
}

LeftBehindFamily::Estimates LeftBehindFamily::scan(std::span<const Record> slice, const Context& context) {
  Estimates found;
  const Date end{context.as_of.days + 1};
  if (end <= context.first) {
    found.fill(without_value(Status::not_expected));
    return found;
  }
  const auto [asked_mother, asked_father] = context.asked_from;
  const Timeline mother = away_of(slice, Parent::mother, before_all, end, asked_mother).all;
  const Timeline father = away_of(slice, Parent::father, before_all, end, asked_father).all;
  const bool asked = !slice.empty() || asked_mother < end || asked_father < end;
  const auto for_months = [&](int months) {
    return any_of({begun_for(mother.certain, months), begun_for(mother.possible, months)},
                  {begun_for(father.certain, months), begun_for(father.possible, months)});
  };
  const auto put = [&](LeftBehindDefinition definition, const Timeline& status) {
    found[static_cast<std::size_t>(definition)] = share_of(status, context.first, end, asked);
  };
  put(LeftBehindDefinition::roll_three_months, for_months(3));
  put(LeftBehindDefinition::research_six_months, for_months(6));

  // both away, or one away and the other not able to guard; younger than 16, which the month of birth leaves open
  const Timeline alone = any_of(all_of(mother, always(opposite(context.guards[1]))),
                                all_of(father, always(opposite(context.guards[0]))));
  Timeline young = always(Known::unknown);
  if (context.birth_earliest.known() && context.birth_latest.known()) {
    constexpr int months = 16 * 12;
    young = {{{before_all, months_after(context.birth_earliest, months)}},
             {{before_all, months_after(context.birth_latest, months)}}};
  }
  put(LeftBehindDefinition::state_council_2016,
      all_of(all_of(any_of(all_of(mother, father), alone), young), always(context.rural)));
  return found;
}

LeftBehind left_behind_of(const Estimate& status) noexcept {
  if (status.lower >= 1.0) return LeftBehind::yes;
  if (status.upper <= 0.0) return LeftBehind::no;
  return status.lower > 0.0 && status.upper < 1.0 ? LeftBehind::changed : LeftBehind::unknown;
}

}  // namespace childwell::inline v0_1
