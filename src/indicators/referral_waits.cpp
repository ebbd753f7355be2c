// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/referral_waits.hpp>

#include "help.hpp"

#include <childwell/cohort/sessions.hpp>
#include <childwell/core/executor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

/// The last day on which a child can have been watched: the as-of date, or the end of its last enrolment.
Date last_watched(const Cohort& cohort, std::int32_t child, Date as_of) {
  Date last;
  for (std::uint32_t at = cohort.child_begin[static_cast<std::size_t>(child)];
       at < cohort.child_begin[static_cast<std::size_t>(child) + 1]; ++at) {
    const std::uint32_t number = cohort.lanes_by_child[at];
    const Lane& lane = cohort.lanes[number];
    if (lane.known_on > as_of || lane.from > as_of) continue;
    last = std::max(last, std::min(lane_end(cohort, number, as_of), as_of));
  }
  return last.known() ? last : as_of;
}

struct Waits {
  std::vector<double> durations;
  std::vector<double> happened;
  std::set<std::int32_t> children, over, waiting;
};

}  // namespace

std::vector<ReferralWaits> referral_waits(const Cohort& cohort, const WaitPlan& plan) {
  if (!plan.as_of.known()) throw std::invalid_argument("childwell: as_of is missing; give a date");
  std::map<std::string, Waits> groups;
  if (!plan.by_reason) groups[""];
  for (std::size_t i = 0; i < cohort.help.referrals.size(); ++i) {
    stop_point_at(i);
    const Referral& referral = cohort.help.referrals[i];
    if (referral.date > plan.as_of || referral.known_on > plan.as_of) continue;
    if (plan.first.known() && referral.date < plan.first) continue;
    if (cohort.withheld(referral.child, Subject::referrals, plan.as_of)) continue;
    const auto record = detail::referral_known(cohort, referral, plan.as_of);
    const Date end = plan.end == WaitEnd::help ? record.helped : record.answered;
    const Date watched = end.known() ? end : std::max(referral.date, last_watched(cohort, referral.child, plan.as_of));
    Waits& waits = groups[plan.by_reason ? cohort.records->names.text(referral.reason) : ""];
    waits.durations.push_back(watched.days - referral.date.days);
    waits.happened.push_back(end.known() ? 1.0 : 0.0);
    waits.children.insert(referral.child);
    (end.known() ? waits.over : waits.waiting).insert(referral.child);
  }
  std::vector<ReferralWaits> made;
  for (const auto& [reason, waits] : groups) {
    const auto count = [](const std::set<std::int32_t>& children) { return static_cast<std::int64_t>(children.size()); };
    made.push_back({reason, stats::kaplan_meier(waits.durations, waits.happened, plan.options), count(waits.children),
                    count(waits.over), count(waits.waiting)});
  }
  return made;
}

PublishedWait published_wait(const Cohort& cohort, const WaitPlan& plan, std::int64_t minimum_cell) {
  if (plan.by_reason) throw std::invalid_argument("childwell: a wait is published of all reasons together; leave by_reason out");
  if (minimum_cell < 1) throw std::invalid_argument("childwell: the smallest cell must be at least 1");
  const ReferralWaits waits = referral_waits(cohort, plan).front();
  PublishedWait made;
  if (waits.children == 0) {
    made.status = Status::not_expected;
    return made;
  }
  const bool few = waits.children < minimum_cell || waits.children_over < minimum_cell ||
                   (waits.children_waiting > 0 && waits.children_waiting < minimum_cell);
  if (few) return made;
  made = {waits.curve.median, waits.curve.median_lower, waits.curve.median_upper, waits.children, waits.curve.count,
          waits.curve.events_total, waits.curve.status};
  return made;
}

}  // namespace childwell::inline v0_1
