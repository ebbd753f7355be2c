// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/academic.hpp>
#include <childwell/indicators/attendance.hpp>
#include <childwell/indicators/requested.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {

/// The stretch of time that an indicator looks at.
struct Window {
  enum class Kind : std::uint8_t { year_to_date, last_sessions, between };
  std::string name;          ///< as it stands in columns
  Kind kind = Kind::year_to_date;
  std::int32_t sessions = 0;
  Date from;                 ///< included
  Date to;                   ///< not included
};

/// Reads year_to_date, last_20_sessions or 2025-09-01..2026-01-31.
///
/// Use for the windows of a study; a school year begins on 1 September.
/// @param name   one of the three forms
/// @return the window; a window between dates is half-open
/// @throws std::invalid_argument when the name has another form
/// @source house file, idea 4
Window parse_window(const std::string& name);

/// The days that a window holds as of a date.
///
/// Use to tell how windows lie to each other.
/// @param window   any window; the last sessions are each child's own, and reach back as far as the data
/// @param as_of    the date; nothing after it is in the window
/// @return first day, and the day after the last
/// @throws never
/// @source house file, idea 4
std::pair<Date, Date> window_span(const Window& window, Date as_of) noexcept;

/// The days that a window holds of things that have no sessions: papers, forms, help.
///
/// Use where the last sessions mean nothing: they are then those of the school year.
/// @param window   any window
/// @param as_of    the date; nothing after it is in the window
/// @return first day, and the day after the last
/// @throws never
/// @source house file, idea 4
std::pair<Date, Date> dated_span(const Window& window, Date as_of) noexcept;

struct MeasurePlan {
  std::vector<Date> as_of;
  std::vector<Window> windows;
  std::vector<Policy> policies;
  double level = 0.95;
  Requests requests;
};

/// Every child of the roll has exactly one of the five states at a school.
struct RollCounts {
  std::int64_t on_roll = 0;
  std::int64_t seen = 0;
  std::int64_t not_seen = 0;
  std::int64_t suspended = 0;
  std::int64_t left_known = 0;
  std::int64_t left_unknown = 0;
  std::int64_t measurable = 0;
  std::int64_t attending_without_enrolment = 0;
  std::int64_t withheld = 0;
};

/// What stands of a child on the roll.
enum class RollState : std::uint8_t { not_on_roll, seen, not_seen, suspended, left_known, left_unknown };

/// Finished states of all children at one date over one window. Children whose consent is withheld have states too,
/// because they stay on the roll; no estimate and no group but the roll is made from them.
struct Snapshot {
  std::shared_ptr<const Cohort> cohort;  ///< the children in the places, calendars and groups known by the date
  Date as_of;
  Window window;
  AttendanceFamily::Context context;
  std::vector<AttendanceFamily::State> lanes;     ///< in the cohort's lane order
  std::vector<AttendanceFamily::State> children;  ///< by child; when it was last seen is of all that is known
  std::vector<std::int32_t> current_lane;         ///< of each child, -1 where there is none
  std::vector<std::uint8_t> register_unknown;     ///< by child: sessions at a school whose blanks say nothing
  std::vector<std::int32_t> outside;              ///< marks outside of any expected session, by child
  std::vector<RollState> roll_states;             ///< by child
  std::vector<Date> last_evidence;                ///< a mark of presence or a paper sat, by child
  std::vector<PaperScore> scores;
  std::vector<PaperCounts> papers;                ///< by child
  RollCounts roll;
  RequestedStates requested;                      ///< of the families that the plan asks for
};

/// Finished states; estimates are made from them on request.
struct Indicators {
  std::shared_ptr<const Cohort> cohort;
  MeasurePlan plan;
  std::vector<Snapshot> snapshots;  ///< by date, then by window
};

/// Measures every child as of one or many dates.
///
/// Use after assemble. Nothing dated or known after an as-of date is seen, and an end after it is open.
/// @param cohort   children through time
/// @param plan     dates, windows, policies and level
/// @param executor where to run; results do not depend on it
/// @return states of every child and lane
/// @throws std::invalid_argument when the plan has no date or no window, an attendance policy does not say what it
///         counts, two differ in what an absent day is, or charts are asked for without a baseline date and a number of
///         false alarms. Cost: one pass over the cells for each date and window, about 200 bytes a child; families on
///         request read the days once more; dates before the last news of a place, calendar, session, boarding group
///         or home are assembled anew, once for each state of knowledge
/// @source mission B1 and B2; checked by hand on worked examples and against a day-by-day reference
Indicators measure(std::shared_ptr<const Cohort> cohort, MeasurePlan plan, Executor& executor);

/// The same on the caller's own thread.
///
/// Use where no executor is at hand.
/// @param cohort, plan   as above
/// @return as above
/// @throws as above
/// @source as above
Indicators measure(std::shared_ptr<const Cohort> cohort, MeasurePlan plan);

}  // namespace childwell::inline v0_1
