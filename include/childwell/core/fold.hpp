// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <span>
#include <type_traits>

namespace childwell::inline v0_1 {

/// A family whose state is plain data, fed record by record in order of time.
template <class Family>
concept Accumulates = requires(typename Family::State& state, const typename Family::State& finished,
                               const typename Family::Record& record, const typename Family::Context& context) {
  requires std::is_trivially_copyable_v<typename Family::State>;
  requires std::default_initializable<typename Family::State>;
  { Family::add(state, record, context) } noexcept;
  { Family::finish(finished, context) } -> std::same_as<typename Family::Estimates>;
};

/// True when a family can join the state of an earlier stretch with that of a later one.
template <class Family>
concept Merges = requires(typename Family::State& earlier, const typename Family::State& later,
                          const typename Family::Context& context) {
  { Family::merge(earlier, later, context) } noexcept;
};

/// A family that can be cut anywhere: ordered, associative merge.
template <class Family>
concept Fold = Accumulates<Family> && Merges<Family>;

/// A family that resumes in time and is never merged, such as a control chart.
template <class Family>
concept Chain = Accumulates<Family> && !Merges<Family>;

/// A family that reads one child's whole slice again, such as a median.
template <class Family>
concept Scan = requires(std::span<const typename Family::Record> slice, const typename Family::Context& context) {
  { Family::scan(slice, context) } -> std::same_as<typename Family::Estimates>;
};

/// Feeds a whole slice to a family and finishes it.
///
/// Use for batches and as the plain definition that faster paths are held against.
/// @param slice     one child's records, in order of time
/// @param context   calendar, policy and prior
/// @return the family's estimates
/// @throws what finish throws
/// @source house file, idea 1
template <Accumulates Family>
typename Family::Estimates run(std::span<const typename Family::Record> slice, const typename Family::Context& context) {
  typename Family::State state{};
  for (const auto& record : slice) Family::add(state, record, context);
  return Family::finish(state, context);
}

}  // namespace childwell::inline v0_1
