// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "carried_sessions.hpp"

#include <childwell/cohort/sessions.hpp>

#include <algorithm>

namespace childwell::inline v0_1::detail {

CarriedSessions::CarriedSessions(const Cohort& cohort, const Window& window, bool keep)
    : cohort_(cohort), window_(window), keep_(keep && window.kind != Window::Kind::last_sessions),
      first_slot_(cohort.calendars.size()), end_slot_(cohort.calendars.size()) {}

void CarriedSessions::turn_to(Date as_of, const Family::Context& context) {
  const auto span = window_span(window_, as_of);
  if (span.first != span_.first) {
    lanes_.clear();
    shared_.clear();
  }
  as_of_ = as_of;
  span_ = span;
  context_ = context;
  for (std::size_t i = 0; i < cohort_.calendars.size(); ++i) {
    first_slot_[i] = cohort_.calendars[i].first_from(span_.first);
    end_slot_[i] = cohort_.calendars[i].first_from(span_.second);
  }
  if (!keep_) return;
  lanes_.resize(cohort_.lanes.size());
  shared_.resize(cohort_.children.size());
}

/// The last day that a spell has in the window.
Date CarriedSessions::last_day(Date end) const noexcept { return std::min(end, Date{span_.second.days - 1}); }

void CarriedSessions::fold(std::size_t child, std::span<const std::uint32_t> visible, Snapshot& snapshot) {
  if (window_.kind == Window::Kind::last_sessions) {
    fold_last(child, visible, snapshot);
    return;
  }
  if (visible.size() == 1) {
    const std::uint32_t lane = visible.front();
    fold_lane({lane, cohort_.lanes[lane].to}, snapshot.lanes[lane]);
    snapshot.children[child] = snapshot.lanes[lane];
    return;
  }
  std::vector<Claim> claims;
  for (const std::uint32_t lane : visible) {
    const Claim claim{lane, lane_end(cohort_, lane, as_of_)};
    if (std::max(span_.first, cohort_.lanes[lane].from) <= last_day(claim.end)) claims.push_back(claim);
  }
  if (!apart(claims)) {
    fold_shared(child, claims, snapshot);
    return;
  }
  for (const Claim& claim : claims) {  // one spell after another: the law of folds joins them
    fold_lane(claim, snapshot.lanes[claim.lane]);
    Family::merge(snapshot.children[child], snapshot.lanes[claim.lane], context_);
  }
}

/// Whether no day lies in two of the spells, which come in order of their beginnings.
bool CarriedSessions::apart(std::span<const Claim> claims) const noexcept {
  for (std::size_t i = 1; i < claims.size(); ++i) {
    const Date begin = std::max(span_.first, cohort_.lanes[claims[i].lane].from);
    for (std::size_t j = 0; j < i; ++j) {
      if (begin <= last_day(claims[j].end)) return false;
    }
  }
  return true;
}

std::pair<std::size_t, std::size_t> CarriedSessions::slots_of(const Claim& claim) const {
  const Lane& lane = cohort_.lanes[claim.lane];
  const SessionCalendar& calendar = cohort_.calendars[lane.calendar];
  const std::size_t first = lane.from <= span_.first ? first_slot_[lane.calendar] : calendar.first_from(lane.from);
  const Date last = last_day(claim.end);
  const bool whole = last.days + 1 == span_.second.days;
  const std::size_t end = whole ? end_slot_[lane.calendar] : calendar.first_from(Date{last.days + 1});
  return {first, std::max(first, end)};
}

void CarriedSessions::fold_lane(const Claim& claim, Family::State& state) {
  const auto [first, end] = slots_of(claim);
  OneLane once;
  OneLane& kept = keep_ ? lanes_[claim.lane] : once;
  if (kept.next == not_begun || kept.next > end) {
    kept.state = {};
    kept.next = static_cast<std::uint32_t>(first);
  }
  const Slot* const slots = cohort_.calendars[cohort_.lanes[claim.lane].calendar].slots.data();
  const std::size_t origin = cohort_.cell_at(claim.lane, 0);
  std::size_t slot = kept.next;
  const auto known_for_good = [&](std::size_t at) {
    return cohort_.lags.empty() || as_of_.days - slots[at].date.days >= cohort_.lags[origin + at * tile_lanes];
  };
  for (; slot < end && known_for_good(slot); ++slot) {
    Family::add(kept.state, {slots[slot].date, Cell{cohort_.cells[origin + slot * tile_lanes]}, slots[slot].units}, context_);
  }
  kept.next = static_cast<std::uint32_t>(slot);
  state = kept.state;
  for (; slot < end; ++slot) {
    const std::size_t at = origin + slot * tile_lanes;
    const Cell cell{known_for_good(slot) ? cohort_.cells[at] : cohort_.before[at]};
    Family::add(state, {slots[slot].date, cell, slots[slot].units}, context_);
  }
}

/// The first day of the window on which some cell of the spells may still change.
Date CarriedSessions::settled_until(std::span<const Claim> claims, Date from) const {
  Date until = span_.second;
  if (cohort_.lags.empty()) return until;
  for (const Claim& claim : claims) {
    const SessionCalendar& calendar = cohort_.calendars[cohort_.lanes[claim.lane].calendar];
    for (std::size_t slot = calendar.first_from(std::max(from, cohort_.lanes[claim.lane].from)); slot < calendar.slots.size(); ++slot) {
      const Date date = calendar.slots[slot].date;
      if (date >= until || date > claim.end) break;
      if (as_of_.days - date.days < cohort_.lags[cohort_.cell_at(claim.lane, slot)]) until = date;
    }
  }
  return until;
}

void CarriedSessions::fold_shared(std::size_t child, std::span<const Claim> claims, Snapshot& snapshot) {
  std::unique_ptr<SharedDays> once;
  std::unique_ptr<SharedDays>& kept = keep_ ? shared_[child] : once;
  const bool same = kept != nullptr && std::equal(claims.begin(), claims.end(), kept->claims.begin(), kept->claims.end());
  if (!same) {
    kept = std::make_unique<SharedDays>();
    kept->claims.assign(claims.begin(), claims.end());
    kept->lanes.resize(claims.size());
    kept->until = span_.first;
  }
  std::vector<std::uint32_t> lanes;
  for (const Claim& claim : claims) lanes.push_back(claim.lane);
  const auto place = [&lanes](std::uint32_t lane) {
    return static_cast<std::size_t>(std::find(lanes.begin(), lanes.end(), lane) - lanes.begin());
  };
  const Date until = settled_until(claims, kept->until);
  for (const KnownSession& one : sessions_known(cohort_, lanes, kept->until, until, as_of_)) {
    const Family::Record record{one.date, one.cell, one.units};
    Family::add(kept->child, record, context_);
    Family::add(kept->lanes[place(one.lane)], record, context_);
  }
  kept->until = until;
  snapshot.children[child] = kept->child;
  for (std::size_t i = 0; i < lanes.size(); ++i) snapshot.lanes[lanes[i]] = kept->lanes[i];
  for (const KnownSession& one : sessions_known(cohort_, lanes, until, span_.second, as_of_)) {
    const Family::Record record{one.date, one.cell, one.units};
    Family::add(snapshot.children[child], record, context_);
    Family::add(snapshot.lanes[one.lane], record, context_);
  }
}

void CarriedSessions::fold_last_of(std::uint32_t lane, std::size_t wanted, Family::State& state) const {
  const auto [first, end] = slots_of({lane, cohort_.lanes[lane].to});
  const Slot* const slots = cohort_.calendars[cohort_.lanes[lane].calendar].slots.data();
  std::size_t begin = end;
  for (std::size_t found = 0; begin > first && found < wanted; --begin) {
    if (is_expected(cohort_.cell_known(lane, begin - 1, slots[begin - 1].date, as_of_).state())) ++found;
  }
  for (std::size_t slot = begin; slot < end; ++slot) {
    Family::add(state, {slots[slot].date, cohort_.cell_known(lane, slot, slots[slot].date, as_of_), slots[slot].units}, context_);
  }
}

/// The last sessions are few: they are found from the end, and nothing is kept.
void CarriedSessions::fold_last(std::size_t child, std::span<const std::uint32_t> visible, Snapshot& snapshot) const {
  const auto wanted = static_cast<std::size_t>(window_.sessions);
  if (visible.size() == 1) {
    fold_last_of(visible.front(), wanted, snapshot.lanes[visible.front()]);
    snapshot.children[child] = snapshot.lanes[visible.front()];
    return;
  }
  Date earliest = span_.second;
  for (const std::uint32_t lane : visible) earliest = std::min(earliest, cohort_.lanes[lane].from);
  std::vector<KnownSession> sessions;
  for (std::int64_t days = 2 * std::int64_t{window_.sessions} + 14;; days *= 2) {
    const std::int64_t reach = std::max<std::int64_t>(earliest.days, span_.second.days - days);
    sessions = sessions_known(cohort_, visible, Date{static_cast<std::int32_t>(reach)}, span_.second, as_of_);
    if (sessions.size() >= wanted || reach == earliest.days) break;
  }
  const std::size_t begin = sessions.size() > wanted ? sessions.size() - wanted : 0;
  for (std::size_t i = begin; i < sessions.size(); ++i) {
    const Family::Record record{sessions[i].date, sessions[i].cell, sessions[i].units};
    Family::add(snapshot.children[child], record, context_);
    Family::add(snapshot.lanes[sessions[i].lane], record, context_);
  }
}

}  // namespace childwell::inline v0_1::detail
