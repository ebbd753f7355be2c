// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/moves_family.hpp>

namespace childwell::inline v0_1 {
namespace {

void count_step(MovesFamily::State& state, const MovesFamily::Record& before, const MovesFamily::Record& after,
                const MovesFamily::Context& context) noexcept {
  if (before.school == after.school || after.from < context.first) return;
  ++(before.to < after.from ? state.moves : state.overlaps);
}

}  // namespace

void MovesFamily::add(State& state, const Record& record, const Context& context) noexcept {
  if (state.spells == 0) state.earliest = record;
  else count_step(state, state.latest, record, context);
  state.latest = record;
  ++state.spells;
}

void MovesFamily::merge(State& earlier, const State& later, const Context& context) noexcept {
  if (later.spells == 0) return;
  if (earlier.spells == 0) {
    earlier = later;
    return;
  }
  count_step(earlier, earlier.latest, later.earliest, context);
  earlier.moves += later.moves;
  earlier.overlaps += later.overlaps;
  earlier.latest = later.latest;
  earlier.spells += later.spells;
}

MovesFamily::Estimates MovesFamily::finish(const State& state, const Context&) {
  if (state.spells == 0) return {without_value(Status::not_enrolled)};
  Estimate estimate;
  estimate.value = estimate.lower = state.moves;
  estimate.upper = state.moves + state.overlaps;
  estimate.n_expected = estimate.n_observed = state.spells;
  estimate.status = Status::ok;
  return {estimate};
}

}  // namespace childwell::inline v0_1
