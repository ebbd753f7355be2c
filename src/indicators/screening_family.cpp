// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/screening_family.hpp>

#include <algorithm>
#include <cmath>

namespace childwell::inline v0_1 {
namespace {

using instruments::FormStatus;

/// A form that is not for this child is not expected of it; a form of another kind does not compare.
Status status_of(FormStatus status) noexcept {
  switch (status) {
    case FormStatus::ok: return Status::ok;
    case FormStatus::outside_age:
    case FormStatus::outside_grade: return Status::not_expected;
    case FormStatus::wrong_informant:
    case FormStatus::wrong_translation:
    case FormStatus::wrong_recall:
    case FormStatus::unverified: return Status::not_comparable;
    case FormStatus::not_enough_answers: return Status::not_enough_data;
    case FormStatus::age_unknown:
    case FormStatus::grade_unknown:
    case FormStatus::out_of_range:
    case FormStatus::void_form:
    case FormStatus::validity_unknown: return Status::cannot_tell;
  }
  return Status::cannot_tell;
}

/// The state as it stands before a newer form: its newest form is then the one before, where it has a score.
void step_back(ScreeningFamily::State& state) noexcept {
  if (state.forms == 0 || state.latest.status != FormStatus::ok) return;
  state.before = state.latest.score;
  state.before_date = state.latest.date;
}

}  // namespace

void ScreeningFamily::add(State& state, const Record& record, const Context&) noexcept {
  step_back(state);
  state.latest = record;
  ++state.forms;
}

void ScreeningFamily::merge(State& earlier, const State& later, const Context&) noexcept {
  if (later.forms == 0) return;
  if (later.before_date.known()) {
    earlier.before = later.before;
    earlier.before_date = later.before_date;
  } else {
    step_back(earlier);
  }
  earlier.latest = later.latest;
  earlier.forms += later.forms;
}

ScreeningFamily::Estimates ScreeningFamily::finish(const State& state, const Context& context) {
  const Record& form = state.latest;
  Estimates made;
  made.fill(without_value(Status::not_recorded, context.items, 0));
  Estimate& score = made[static_cast<std::size_t>(ScreeningIndicator::score)];
  Estimate& change = made[static_cast<std::size_t>(ScreeningIndicator::change)];
  Estimate& since = made[static_cast<std::size_t>(ScreeningIndicator::days_since)];
  change = without_value(Status::not_recorded, 2, 0);
  since = without_value(Status::not_recorded);
  if (state.forms == 0) return made;
  since.value = since.lower = since.upper = context.as_of.days - form.date.days;
  since.n_expected = since.n_observed = state.forms;
  since.status = Status::ok;
  if (form.date < context.first) return made;
  score = without_value(status_of(form.status), context.items, form.answered);
  change = without_value(score.status, 2, 0);
  if (score.status != Status::ok) return made;
  score.value = form.score;
  if (!std::isnan(context.half_width)) {
    score.lower = std::max(context.minimum, form.score - context.half_width);
    score.upper = std::min(context.maximum, form.score + context.half_width);
  }
  if (!state.before_date.known()) {
    change = without_value(Status::not_enough_data, 2, 1);
    return made;
  }
  change.n_observed = 2;
  change.value = form.score - state.before;
  if (!std::isnan(context.threshold)) {
    change.lower = change.value - context.threshold;
    change.upper = change.value + context.threshold;
  }
  return made;
}

}  // namespace childwell::inline v0_1
