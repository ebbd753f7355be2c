// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/visit_family.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

using Spells = std::vector<Spell>;
using Record = VisitFamily::Record;
using Done = VisitFamily::Done;

constexpr Date before_all{-1'000'000};
constexpr double unbounded = std::numeric_limits<double>::infinity();

Estimate told(double value, std::int64_t expected, std::int64_t observed) {
  Estimate estimate = without_value(Status::ok, expected, observed);
  estimate.value = estimate.lower = estimate.upper = value;
  return estimate;
}

Estimate counted(std::span<const Record> slice, const VisitFamily::Context& context, std::int64_t open_days) {
  std::int64_t done = 0, perhaps = 0;
  for (const Record& record : slice) {
    if (record.date < context.first || record.date > context.as_of || record.done == Done::no) continue;
    ++perhaps;
    done += record.done == Done::yes;
  }
  const std::int64_t window = static_cast<std::int64_t>(context.as_of.days) - context.first.days + 1;
  if (open_days == 0 && perhaps == 0) return without_value(Status::not_recorded, window, 0);
  Estimate estimate = told(static_cast<double>(done), window, open_days);
  estimate.upper = open_days < window ? unbounded : static_cast<double>(perhaps);
  return estimate;
}

/// Days from the last visit; in a time when the log was closed, or that may have been made, there may be a later one.
Estimate days_since(std::span<const Record> slice, const VisitFamily::Context& context, const Spells& closed) {
  Date last = before_all, latest = closed.empty() ? before_all : Date{closed.back().to.days - 1};
  for (const Record& record : slice) {
    if (record.date > context.as_of || record.done == Done::no) continue;
    latest = std::max(latest, record.date);
    if (record.done == Done::yes) last = std::max(last, record.date);
  }
  const auto since = [&](Date date) {
    return date == before_all ? unbounded : static_cast<double>(context.as_of.days) - static_cast<double>(date.days);
  };
  Estimate estimate = without_value(last == before_all ? Status::cannot_tell : Status::ok, 1, 1);
  if (last == before_all && context.logged.empty() && slice.empty()) return without_value(Status::not_recorded);
  estimate.lower = since(latest);
  estimate.upper = since(last);
  if (last != before_all) estimate.value = estimate.upper;
  return estimate;
}

}  // namespace

VisitFamily::Estimates VisitFamily::scan(std::span<const Record> slice, const Context& context) {
  Estimates found;
  found.fill(without_value(Status::not_expected));
  if (context.as_of < context.first) return found;
  const Date end{context.as_of.days + 1};
  const Spells open = joined(context.logged, before_all, end);
  const Spells closed = outside(open, before_all, end);
  found[0] = counted(slice, context, days_of(joined(open, context.first, end)));
  found[1] = days_since(slice, context, closed);

  const Spells here = joined(context.on_roll, context.first, end);
  const std::int64_t days = days_of(here);
  if (days == 0 || context.interval_days < 1) return found;
  found[2] = told(static_cast<double>(days / context.interval_days), days, days);
  const auto after = [&](Date date) {  // up to then, no visit is due for what happened on a date
    const std::int64_t until = date.days + context.interval_days;
    return Date{static_cast<std::int32_t>(std::min<std::int64_t>(until, open_end.days))};
  };
  Spells in_time, perhaps_in_time;
  for (const Spell& spell : context.on_roll) in_time.push_back({spell.from, after(spell.from)});
  for (const Record& record : slice) {
    if (record.done == Done::yes) in_time.push_back({record.date, after(record.date)});
    if (record.done == Done::unknown) perhaps_in_time.push_back({record.date, after(record.date)});
  }
  for (const Spell& spell : closed) perhaps_in_time.push_back({spell.from, after(Date{spell.to.days - 1})});
  perhaps_in_time.insert(perhaps_in_time.end(), in_time.begin(), in_time.end());
  const auto late = [&](const Spells& covered) {
    return overlap(here, outside(joined(covered, before_all, end), before_all, end));
  };
  const Spells surely_late = late(perhaps_in_time), perhaps_late = late(in_time);
  const std::int64_t least = days_of(surely_late), most = days_of(perhaps_late), known = days - (most - least);

  const auto all = static_cast<double>(days);
  found[3] = without_value(known == 0 ? Status::not_recorded : Status::ok, days, known);
  if (known > 0) {
    found[3].value = static_cast<double>(least) / static_cast<double>(known);
    found[3].lower = static_cast<double>(least) / all;
    found[3].upper = static_cast<double>(most) / all;
  }
  if (!covers(here, context.as_of)) return found;  // a child who left is due no visit
  const bool yes = covers(surely_late, context.as_of), no = !covers(perhaps_late, context.as_of);
  found[4] = without_value(yes || no ? Status::ok : Status::cannot_tell, 1, yes || no ? 1 : 0);
  found[4].lower = yes ? 1.0 : 0.0;
  found[4].upper = no ? 0.0 : 1.0;
  if (yes || no) found[4].value = found[4].lower;
  return found;
}

}  // namespace childwell::inline v0_1
