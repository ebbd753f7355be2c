// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/instruments/score.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace childwell::inline v0_1 {

enum class ScreeningIndicator : std::uint8_t { score, change, days_since };

/// The newest form of one scale, how far its score is from the true one, and how it differs from the form before.
///
/// A form that was refused, missed or not offered is no form: nothing at a child says which of them it was. The interval
/// and the line of reliable change come from the error of measurement among the cohort's own forms.
struct ScreeningFamily {
  struct Record {
    Date date;
    double score = std::numeric_limits<double>::quiet_NaN();
    instruments::FormStatus status = instruments::FormStatus::ok;
    std::int32_t answered = 0;
  };

  struct Context {
    Date first;                ///< of the window: an older form is not its newest
    Date as_of;
    std::int64_t items = 0;    ///< of the scale
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    double half_width = std::numeric_limits<double>::quiet_NaN();  ///< of the score's interval; NaN: not known
    double threshold = std::numeric_limits<double>::quiet_NaN();   ///< points beyond which a change is reliable
  };

  struct State {
    Record latest;
    Date before_date;          ///< of the last score before the newest form
    double before = std::numeric_limits<double>::quiet_NaN();
    std::int32_t forms = 0;
  };

  using Estimates = std::array<Estimate, 3>;  ///< in the order of ScreeningIndicator

  static void add(State& state, const Record& record, const Context& context) noexcept;
  static void merge(State& earlier, const State& later, const Context& context) noexcept;
  static Estimates finish(const State& state, const Context& context);
};

static_assert(Fold<ScreeningFamily>);

/// What is known of the error of measurement of one scale. Undefined parts are NaN.
struct ScaleError {
  double alpha = std::numeric_limits<double>::quiet_NaN();
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();  ///< of the score
  std::int64_t forms = 0;                                                ///< complete ones that they come from
  double half_width = std::numeric_limits<double>::quiet_NaN();
  double threshold = std::numeric_limits<double>::quiet_NaN();
};

/// Whether a form of the window was due from a child, or only said not to be for its age.
enum class ScreeningDue : std::uint8_t { no, yes, outside_age };

/// Forms of one instrument from one kind of informant: scores of different informants do not compare.
struct ScreeningGroup {
  std::uint32_t instrument = 0;              ///< position in Screens::instruments
  std::uint8_t informant = 255;
  std::vector<std::size_t> scales;           ///< of the instrument; those that no public source lets score are left out
  std::vector<ScaleError> errors;            ///< by scale
  std::vector<std::int32_t> children;        ///< who belongs to a collection of it, in order
  std::vector<ScreeningDue> due;             ///< by child
  std::vector<ScreeningFamily::State> states;  ///< by child, then by scale
};

/// Forms of one child in the window, of collections that are no volunteers'.
struct ResponseCounts {
  std::int32_t due = 0;      ///< in the age of the form
  std::int32_t offered = 0;  ///< given, refused or missed
  std::int32_t given = 0;
};

struct ScreeningStates {
  std::vector<ScreeningGroup> groups;
  std::vector<ResponseCounts> responses;  ///< by child
};

}  // namespace childwell::inline v0_1
