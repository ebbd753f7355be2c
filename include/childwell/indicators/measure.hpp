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
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
  PaperScores scores;                             ///< by child, then by paper
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

/// Measures many dates, one after another, in one pass: what was known for good by a date is not read again for the next.
///
/// Use it for more dates than memory holds at once, or where each is to be aggregated and let go; measure holds them all.
class MeasuredDates {
 public:
  /// Gets ready, and reads nothing yet. Throws what measure throws of a plan.
  MeasuredDates(std::shared_ptr<const Cohort> cohort, MeasurePlan plan);
  MeasuredDates(MeasuredDates&&) noexcept;
  MeasuredDates& operator=(MeasuredDates&&) noexcept;
  ~MeasuredDates();

  /// The dates still to come, in order of time and each once, in whatever order they were asked for.
  [[nodiscard]] std::span<const Date> left() const noexcept;

  /// All windows of the next date; nothing after the last one. Byte for byte what measure gives of that date alone. After
  /// an exception the same date comes again.
  std::optional<Indicators> next(Executor& executor);

 private:
  struct Pass;
  std::unique_ptr<Pass> pass_;
};

/// Hands the indicators of one date after another to a function, and holds one date at a time.
///
/// Use for dozens of dates of a city: risk models without leakage, weekly tables, what was known when.
/// @param cohort     children through time
/// @param plan       dates in any order, windows, policies and level
/// @param executor   where to run; results do not depend on it
/// @param take       called once for each date, in order of time, with all windows of that date
/// @return nothing
/// @throws as measure; what take throws ends the pass. Cost: as measure, but 304 bytes a child, lane and window for the
///         date at hand and 156 for the fold that goes on
/// @source house file, ideas 1 and 3; held byte for byte to each date alone in tests/python/test_many_dates.py
void measure_dates(std::shared_ptr<const Cohort> cohort, MeasurePlan plan, Executor& executor,
                   const std::function<void(Indicators)>& take);

/// Measures every child as of one or many dates.
///
/// Use after assemble. Nothing dated or known after an as-of date is seen, and an end after it is open.
/// @param cohort   children through time
/// @param plan     dates, windows, policies and level
/// @param executor where to run; results do not depend on it
/// @return states of every child and lane
/// @throws std::invalid_argument when the plan has no date or no window, an attendance policy does not say what it
///         counts, two differ in what an absent day is, or charts are asked for without a baseline date and a number of
///         false alarms. Cost: one pass over the cells for each window, whatever the number of dates, and for each date
///         the cells that were not known for good on the date before; 304 bytes a child and lane for each date and
///         window, all of them held: measure_dates holds one date. Families on request read the days once more for each
///         date; dates before the last news of a place, calendar, session, boarding group or home are assembled anew,
///         once for each state of knowledge
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
