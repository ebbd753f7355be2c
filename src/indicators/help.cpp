// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "help.hpp"

#include <childwell/cohort/sessions.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

/// The events of one child, which lie side by side.
std::span<const HelpEvent> events_of(const std::vector<HelpEvent>& events, std::int32_t child) {
  const auto before = [](const HelpEvent& event, std::int32_t wanted) { return event.child < wanted; };
  const auto after = [](std::int32_t wanted, const HelpEvent& event) { return wanted < event.child; };
  const auto first = std::lower_bound(events.begin(), events.end(), child, before);
  return {first, std::upper_bound(first, events.end(), child, after)};
}

bool seen(const HelpEvent& event, Date as_of) { return event.date <= as_of && event.known_on <= as_of; }

/// Days of the window on which a child had an enrolment that did not rest.
std::int32_t enrolled_days(const Cohort& cohort, std::size_t child, Date first, Date end, Date as_of) {
  std::int32_t days = 0;
  Date next = first;  // days before it are counted
  for (std::uint32_t at = cohort.child_begin[child]; at < cohort.child_begin[child + 1]; ++at) {
    const std::uint32_t number = cohort.lanes_by_child[at];
    const Lane& lane = cohort.lanes[number];
    if (lane.known_on > as_of || lane.from > as_of || lane.kind == SpellKind::suspend) continue;
    const Date from = std::max(next, lane.from);
    const Date last = std::min(lane_end(cohort, number, as_of), Date{end.days - 1});
    if (last < from) continue;
    days += last.days - from.days + 1;
    next = Date{last.days + 1};
  }
  return days;
}

}  // namespace

ReferralFamily::Record referral_known(const Cohort& cohort, const Referral& referral, Date as_of) {
  ReferralFamily::Record record{referral.date, {}, {}};
  if (referral.outcome_date.known() && referral.outcome_date <= as_of) record.answered = referral.outcome_date;
  const auto first_after = [&](const std::vector<HelpEvent>& events, Subject subject) {
    if (cohort.withheld(referral.child, subject, as_of)) return;
    for (const HelpEvent& event : events_of(events, referral.child)) {
      if (event.date < referral.date || !seen(event, as_of)) continue;
      if (!record.helped.known() || event.date < record.helped) record.helped = event.date;
      return;
    }
  };
  first_after(cohort.help.counselling, Subject::counselling);
  first_after(cohort.help.services, Subject::services);
  return record;
}

std::span<const ReferralFamily::Record> referrals_of(const HelpStates& states, std::size_t child) {
  if (states.begin.empty()) return {};
  return std::span(states.referrals).subspan(states.begin[child], states.begin[child + 1] - states.begin[child]);
}

void measure_help(const Cohort& cohort, Executor& executor, Snapshot& snapshot) {
  HelpStates& states = snapshot.requested.help;
  const Date as_of = snapshot.as_of;
  const std::pair<Date, Date> span = dated_span(snapshot.window, as_of);
  const Date first = span.first;
  const Date end = span.second;
  const std::size_t children = cohort.children.size();
  const bool counselling = cohort.records->table("counselling") != nullptr;
  const bool services = cohort.records->table("services") != nullptr;
  if (counselling) states.counselling.resize(children);
  if (services) states.services.resize(children);
  states.enrolled_days.assign(children, 0);
  constexpr std::size_t together = 256;
  for_chunks(executor, children, together, [&](std::size_t begin, std::size_t last) {
    stop_point();
    for (std::size_t child = begin; child < last; ++child) {
      states.enrolled_days[child] = enrolled_days(cohort, child, first, end, as_of);
      const HelpFamily::Context context{first, as_of, states.enrolled_days[child]};
      const auto fold = [&](const std::vector<HelpEvent>& events, HelpFamily::State& state) {
        for (const HelpEvent& event : events_of(events, static_cast<std::int32_t>(child))) {
          if (event.date >= end || !seen(event, as_of)) continue;
          HelpFamily::add(state, {event.date, event.minutes == missing_integer ? -1 : static_cast<std::int32_t>(event.minutes)}, context);
        }
      };
      if (counselling) fold(cohort.help.counselling, states.counselling[child]);
      if (services) fold(cohort.help.services, states.services[child]);
    }
  });
  if (cohort.records->table("referrals") == nullptr) return;
  executor.run(1, [&](std::size_t) {
    states.begin.assign(children + 1, 0);
    for (std::size_t i = 0; i < cohort.help.referrals.size(); ++i) {
      stop_point_at(i);
      const Referral& referral = cohort.help.referrals[i];
      if (referral.date >= end || referral.date > as_of || referral.known_on > as_of) continue;
      states.referrals.push_back(referral_known(cohort, referral, as_of));
      ++states.begin[static_cast<std::size_t>(referral.child) + 1];
    }
    for (std::size_t child = 0; child < children; ++child) states.begin[child + 1] += states.begin[child];
  });
}

void put_help(const Indicators& indicators, const Snapshot& snapshot, std::size_t child, const PutEstimate& put) {
  if (!indicators.plan.requests.wants(Request::help)) return;
  const HelpStates& states = snapshot.requested.help;
  const Cohort& cohort = *snapshot.cohort;
  const auto number = static_cast<std::int32_t>(child);
  const auto withheld = [&](Subject subject) { return cohort.withheld(number, subject, snapshot.as_of); };
  const bool no_counselling = withheld(Subject::counselling);
  const bool no_services = withheld(Subject::services);
  const bool no_referrals = withheld(Subject::referrals);
  const auto give = [&](std::string_view id, const Estimate& estimate, bool without, std::string_view policy = {}) {
    put(id, without ? without_value(Status::withheld) : estimate, policy);
  };
  const HelpFamily::Context context{dated_span(snapshot.window, snapshot.as_of).first, snapshot.as_of, states.enrolled_days[child]};
  const auto events = [&](const std::vector<HelpFamily::State>& of, const std::array<const char*, 4>& ids, bool without) {
    if (of.empty()) return;
    const auto made = HelpFamily::finish(of[child], context);
    for (std::size_t i = 0; i < ids.size(); ++i) give(ids[i], made[i], without);
  };
  events(states.counselling, {"counselling.sessions", "counselling.minutes", "counselling.minutes_per_month", "counselling.days_since"},
         no_counselling);
  events(states.services, {"services.sessions", "services.minutes", "services.minutes_per_month", "services.days_since"}, no_services);
  const auto referrals = referrals_of(states, child);
  const ReferralFamily::Context waiting{context.first, context.as_of, 0};
  if (!states.begin.empty()) {
    const auto made = ReferralFamily::scan(referrals, waiting);
    give("referrals.open", made[0], no_referrals);
    give("referrals.days_open", made[1], no_referrals);
  }
  for (const Policy& policy : indicators.plan.policies) {
    if (policy.kind != "help") continue;
    if (!states.counselling.empty() || !states.services.empty()) {
      const HelpFamily::State counselled = states.counselling.empty() ? HelpFamily::State{} : states.counselling[child];
      const HelpFamily::State served = states.services.empty() ? HelpFamily::State{} : states.services[child];
      give("help.in_care", judge_in_care(counselled, served, snapshot.as_of, policy.days), no_counselling || no_services, policy.id);
    }
    if (!states.begin.empty()) {
      give("referrals.unmet", ReferralFamily::scan(referrals, {waiting.first, waiting.as_of, policy.days})[2], no_referrals, policy.id);
    }
  }
}

std::vector<CatalogueEntry> help_catalogue() {
  constexpr double unbounded = std::numeric_limits<double>::infinity();
  const char* rule = "mission B5; data model, rule 10";
  std::vector<CatalogueEntry> made;
  for (const std::string family : {"counselling", "services"}) {
    made.push_back({family + ".sessions", family, "count", 0.0, unbounded, "realised", "none", "rows of the window; contradicting rows of one day are one",
                    rule, "neither", "help"});
    made.push_back({family + ".minutes", family, "minutes", 0.0, unbounded, "realised", "bounds",
                    "sum over the window; a session without minutes is nothing or its whole day", rule, "neither", "help"});
    made.push_back({family + ".minutes_per_month", family, "minutes a month", 0.0, unbounded, "realised", "bounds",
                    "minutes over the enrolled days of the window, in months of 30.44 days", rule, "neither", "help"});
    made.push_back({family + ".days_since", family, "days", 0.0, unbounded, "realised", "none",
                    "from the last one before the window's end to the as-of date", rule, "neither", "help"});
  }
  made.push_back({"help.in_care", "help", "yes or no", 0.0, 1.0, "realised", "none",
                  "counselled or served within the days of the policy named in its column; raises no tier and enters no index",
                  "data model, rule 10", "neither", "help"});
  made.push_back({"referrals.open", "referrals", "count", 0.0, unbounded, "realised", "none", "referrals without an outcome at the as-of date",
                  "mission B5", "neither", "help"});
  made.push_back({"referrals.days_open", "referrals", "days", 0.0, unbounded, "realised", "none", "wait of the oldest open referral",
                  "mission B5", "neither", "help"});
  made.push_back({"referrals.unmet", "referrals", "yes or no", 0.0, 1.0, "realised", "bounds",
                  "a referral of the window with neither an outcome nor help within the days of the policy named in its column",
                  "mission B5", "neither", "help"});
  return made;
}

}  // namespace childwell::inline v0_1::detail
