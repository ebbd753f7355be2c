// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/cohort/help.hpp>

#include "care_tables.hpp"
#include "dated_rows.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <string_view>
#include <tuple>

namespace childwell::inline v0_1::detail {
namespace {

std::vector<HelpEvent> read_events(Cohort& cohort, std::string_view name, Subject subject) {
  std::vector<HelpEvent> events;
  const RecordTable* table = cohort.records->table(name);
  if (table == nullptr) return events;
  const RecordColumn& child = table->column("child");
  const RecordColumn& date = table->column("date");
  const RecordColumn& known = table->column("known_on");
  const RecordColumn& programme = table->column("programme");
  const RecordColumn& provider = table->column("provider");
  const RecordColumn& minutes = table->column("minutes");
  const auto event_of = [&](std::int64_t row) {
    HelpEvent event;
    event.child = table->code(child, row);
    event.date = table->date(date, row);
    event.known_on = known_day(*cohort.records, name, table->date(known, row), event.date);
    event.programme = table->code(programme, row);
    event.provider = table->code(provider, row);
    event.minutes = table->integer(minutes, row);
    return event;
  };
  for (std::size_t i = 0; i < table->order.size(); ++i) {
    stop_point_at(i);
    events.push_back(event_of(table->order[i]));
    count_apart(cohort, name, subject, events.back().child, events.back().date);
  }
  // rows that contradict each other agree that there was something on that day, and on nothing else
  std::vector<HelpEvent> disputed;
  for (const std::int64_t row : table->disputed) {
    HelpEvent event = event_of(row);
    event.minutes = missing_integer;
    if (event.child >= 0 && event.date.known()) disputed.push_back(event);
  }
  const auto before = [](const HelpEvent& a, const HelpEvent& b) {
    return std::tie(a.child, a.date, a.programme, a.known_on) < std::tie(b.child, b.date, b.programme, b.known_on);
  };
  const auto same = [](const HelpEvent& a, const HelpEvent& b) {
    return std::tie(a.child, a.date, a.programme) == std::tie(b.child, b.date, b.programme);
  };
  std::sort(disputed.begin(), disputed.end(), before);
  disputed.erase(std::unique(disputed.begin(), disputed.end(), same), disputed.end());
  events.insert(events.end(), disputed.begin(), disputed.end());
  std::stable_sort(events.begin(), events.end(), before);
  return events;
}

std::vector<Referral> read_referrals(Cohort& cohort) {
  std::vector<Referral> referrals;
  const RecordTable* table = cohort.records->table("referrals");
  if (table == nullptr) return referrals;
  const RecordColumn& child = table->column("child");
  const RecordColumn& date = table->column("date");
  const RecordColumn& known = table->column("known_on");
  const RecordColumn& reason = table->column("reason");
  const RecordColumn& outcome = table->column("outcome");
  const RecordColumn& outcome_date = table->column("outcome_date");
  for (std::size_t i = 0; i < table->order.size(); ++i) {
    stop_point_at(i);
    const std::int64_t row = table->order[i];
    Referral referral;
    referral.child = table->code(child, row);
    referral.date = table->date(date, row);
    referral.known_on = known_day(*cohort.records, "referrals", table->date(known, row), referral.date);
    referral.reason = table->code(reason, row);
    referral.outcome = table->code(outcome, row);
    referral.outcome_date = table->date(outcome_date, row);
    referrals.push_back(referral);
    count_apart(cohort, "referrals", Subject::referrals, referral.child, referral.date);
  }
  std::stable_sort(referrals.begin(), referrals.end(), [](const Referral& a, const Referral& b) {
    return std::tie(a.child, a.date, a.reason) < std::tie(b.child, b.date, b.reason);
  });
  return referrals;
}

}  // namespace

void read_help(Cohort& cohort) {
  cohort.help.counselling = read_events(cohort, "counselling", Subject::counselling);
  cohort.help.services = read_events(cohort, "services", Subject::services);
  cohort.help.referrals = read_referrals(cohort);
}

}  // namespace childwell::inline v0_1::detail
