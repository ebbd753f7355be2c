// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/aggregate/absence_over_time.hpp>

#include "county_rows.hpp"

#include <childwell/aggregate/two_way.hpp>
#include <childwell/cohort/sessions.hpp>
#include <childwell/stats/ratio.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

constexpr std::size_t children_together = 4096;
constexpr std::size_t none = static_cast<std::size_t>(-1);

Date monday_of(Date date) noexcept {
  const std::int32_t weekday = (((date.days + 3) % 7) + 7) % 7;  // 1970-01-01 was a Thursday
  return Date{date.days - weekday};
}

/// The window, its weeks and its days as columns: what contains others comes before them.
struct Columns {
  std::vector<std::int32_t> parents{-1};
  std::vector<Date> from;
  std::vector<Date> to;
  std::vector<std::size_t> week_number;  ///< by column, none where it is no week
  std::vector<std::size_t> days;         ///< columns of days, in order of time
  std::size_t weeks = 0;
  std::map<Date, std::size_t> of_day;

  std::size_t add(std::size_t parent, Date first) {
    parents.push_back(static_cast<std::int32_t>(parent));
    from.push_back(first);
    to.push_back(first);
    week_number.push_back(none);
    return parents.size() - 1;
  }
};

/// Units of one child, of one row and column.
struct Units {
  std::int32_t expected = 0;
  std::int32_t observed = 0;
  std::int32_t absent = 0;
};

/// Whole numbers of one row and column: sums do not depend on who comes first.
struct PeriodSums {
  std::int64_t expected = 0;
  std::int64_t observed = 0;
  std::int64_t absent = 0;
  std::int64_t children = 0;
  std::int64_t who_missed = 0;
  std::int64_t who_came = 0;

  void merge(const PeriodSums& other) noexcept {
    expected += other.expected;
    observed += other.observed;
    absent += other.absent;
    children += other.children;
    who_missed += other.who_missed;
    who_came += other.who_came;
  }
};

/// What one child missed of a week.
struct WeekOfChild {
  std::uint16_t absent;
  std::uint16_t observed;
};

struct Sums {
  std::vector<PeriodSums> cells;                 ///< row by row
  std::vector<std::vector<WeekOfChild>> weeks;   ///< row by row, in pseudonym order
  std::int32_t day_units = 1;                    ///< most units of one child on one day
};

Sums merged(Sums earlier, const Sums& later) {
  if (earlier.cells.empty()) return later;
  for (std::size_t i = 0; i < earlier.cells.size(); ++i) earlier.cells[i].merge(later.cells[i]);
  for (std::size_t i = 0; i < earlier.weeks.size(); ++i) {
    earlier.weeks[i].insert(earlier.weeks[i].end(), later.weeks[i].begin(), later.weeks[i].end());
  }
  earlier.day_units = std::max(earlier.day_units, later.day_units);
  return earlier;
}

class OverTime {
 public:
  OverTime(const Indicators& indicators, std::size_t snapshot, const Aggregates& published)
      : indicators_(indicators), number_(snapshot), snapshot_(indicators.snapshots.at(snapshot)), cohort_(*snapshot_.cohort),
        published_(published), places_(detail::county_rows(snapshot_, published.plan)),
        span_(dated_span(snapshot_.window, snapshot_.as_of)) {
    lay_columns();
  }

  AbsenceOverTime run(Executor& executor) {
    sums_ = reduce_chunks(executor, cohort_.children.size(), children_together, Sums{},
                          [this](std::size_t begin, std::size_t end) { return sums_of(begin, end); },
                          [](Sums earlier, const Sums& later) { return merged(std::move(earlier), later); });
    if (sums_.cells.empty()) return {};
    hidden_.assign(sums_.cells.size(), false);
    for_chunks(executor, places_.begin.size() - 1, 1, [this](std::size_t city, std::size_t) { hide(city); });
    return rows();
  }

 private:
  [[nodiscard]] std::size_t at(std::size_t row, std::size_t column) const noexcept { return row * columns_.parents.size() + column; }

  /// Days on which a window of the study begins or ends: sums up to there are known beside those of this window.
  [[nodiscard]] std::set<Date> cuts() const {
    std::set<Date> days;
    for (const Snapshot& other : indicators_.snapshots) {
      if (other.window.kind == Window::Kind::last_sessions) continue;  // every child has its own
      const auto [first, end] = window_span(other.window, other.as_of);
      for (const Date day : {first, end}) {
        if (day > span_.first && day < span_.second) days.insert(day);
      }
    }
    return days;
  }

  void lay_columns() {
    std::set<Date> days;
    for (const SessionCalendar& calendar : cohort_.calendars) {
      for (std::size_t slot = calendar.first_from(span_.first); slot < calendar.slots.size(); ++slot) {
        if (calendar.slots[slot].date < span_.second) days.insert(calendar.slots[slot].date);
      }
    }
    const std::set<Date> cut = cuts();
    columns_.from.push_back(span_.first);
    columns_.to.push_back(Date{span_.second.days - 1});
    columns_.week_number.push_back(none);
    std::size_t block = 0;
    std::size_t week = none;
    auto next_cut = cut.begin();
    Date monday;
    for (const Date day : days) {
      bool fresh = week == none || monday_of(day) != monday;
      if (!cut.empty() && week == none) block = columns_.add(0, day);
      while (next_cut != cut.end() && day >= *next_cut) {
        ++next_cut;
        if (week != none) block = columns_.add(0, day);
        fresh = true;
      }
      if (fresh) {
        week = columns_.add(block, day);
        monday = monday_of(day);
        columns_.week_number[week] = columns_.weeks++;
      }
      columns_.days.push_back(columns_.of_day[day] = columns_.add(week, day));
      columns_.to[week] = day;
    }
    for (std::size_t column = 1; column < columns_.parents.size(); ++column) {
      if (columns_.week_number[column] != none) weeks_.push_back(column);
    }
  }

  // Summing

  [[nodiscard]] bool counts(std::size_t child) const {
    return snapshot_.current_lane[child] >= 0 && !cohort_.withheld(static_cast<std::int32_t>(child), Subject::attendance, snapshot_.as_of);
  }

  /// The work space of one chunk: units by row and column, and the rows that hold any.
  struct Scratch {
    std::vector<std::vector<Units>> units;
    std::vector<std::size_t> rows;
  };

  Sums sums_of(std::size_t begin, std::size_t end) const {
    Sums sums;
    sums.cells.resize(places_.rows.size() * columns_.parents.size());
    sums.weeks.resize(places_.rows.size() * columns_.weeks);
    Scratch scratch;
    scratch.units.resize(places_.rows.size());
    for (std::size_t child = begin; child < end; ++child) {
      if (child % 256 == 0) stop_point();
      if (!counts(child)) continue;
      gather(child, scratch);
      for (const std::size_t row : scratch.rows) add_row(row, scratch.units[row], sums);
      scratch.rows.clear();
    }
    return sums;
  }

  void gather(std::size_t child, Scratch& scratch) const {
    std::vector<std::uint32_t> lanes;
    for (std::uint32_t i = cohort_.child_begin[child]; i < cohort_.child_begin[child + 1]; ++i) {
      const Lane& lane = cohort_.lanes[cohort_.lanes_by_child[i]];
      if (lane.known_on <= snapshot_.as_of && lane.from <= snapshot_.as_of) lanes.push_back(cohort_.lanes_by_child[i]);
    }
    if (lanes.size() > 1) {
      for (const KnownSession& session : sessions_known(cohort_, lanes, span_.first, span_.second, snapshot_.as_of)) {
        add_session(session.lane, session.date, session.cell, session.units, scratch);
      }
    } else if (!lanes.empty()) {
      gather_lane(lanes.front(), scratch);
    }
  }

  void gather_lane(std::uint32_t lane, Scratch& scratch) const {
    const SessionCalendar& calendar = cohort_.calendars[cohort_.lanes[lane].calendar];
    const Date last = cohort_.lanes[lane].to;
    for (std::size_t slot = calendar.first_from(std::max(span_.first, cohort_.lanes[lane].from)); slot < calendar.slots.size(); ++slot) {
      const Slot& session = calendar.slots[slot];
      if (session.date >= span_.second || session.date > last) break;
      add_session(lane, session.date, cohort_.cell_known(lane, slot, session.date, snapshot_.as_of), session.units, scratch);
    }
  }

  void add_session(std::uint32_t lane, Date date, Cell cell, int units, Scratch& scratch) const {
    const State state = cell.state();
    if (!is_expected(state) || (!snapshot_.context.calendar_known && state == State::not_recorded)) return;
    if (cohort_.register_unknown(cohort_.lanes[lane].school)) return;
    const auto [city, county] = places_.of_node[places_.schools.lane_nodes[lane]];
    const std::size_t column = columns_.of_day.at(date);
    for (const std::size_t row : {static_cast<std::size_t>(city), static_cast<std::size_t>(county)}) {
      std::vector<Units>& all = scratch.units[row];
      if (std::find(scratch.rows.begin(), scratch.rows.end(), row) == scratch.rows.end()) {
        all.assign(columns_.parents.size(), {});
        scratch.rows.push_back(row);
      }
      Units& day = all[column];
      day.expected += units;
      if (!is_observed(state)) continue;
      day.observed += units;
      day.absent += std::min(cell.absent_units(), units);
    }
  }

  void add_row(std::size_t row, std::vector<Units>& units, Sums& sums) const {
    for (std::size_t column = units.size(); column-- > 1;) {
      Units& above = units[static_cast<std::size_t>(columns_.parents[column])];
      above.expected += units[column].expected;
      above.observed += units[column].observed;
      above.absent += units[column].absent;
    }
    for (std::size_t column = 0; column < units.size(); ++column) {
      const Units& one = units[column];
      if (one.expected == 0) continue;
      PeriodSums& cell = sums.cells[at(row, column)];
      cell.expected += one.expected;
      if (one.observed == 0) continue;
      cell.merge({0, one.observed, one.absent, 1, one.absent > 0 ? 1 : 0, one.observed > one.absent ? 1 : 0});
      const std::size_t week = columns_.week_number[column];
      if (week != none) {
        sums.weeks[row * columns_.weeks + week].push_back({static_cast<std::uint16_t>(one.absent), static_cast<std::uint16_t>(one.observed)});
      }
    }
    for (const std::size_t day : columns_.days) sums.day_units = std::max(sums.day_units, units[day].expected);
  }

  // Hiding

  [[nodiscard]] bool is_small(const PeriodSums& sums) const noexcept {
    const std::int64_t minimum = published_.plan.minimum_cell;
    return sums.children > 0 && minimum > 1 && (sums.children < minimum || sums.who_missed < minimum || sums.who_came < minimum);
  }

  void hide(std::size_t city) {
    const std::size_t first = places_.begin[city];
    const std::size_t rows = places_.begin[city + 1] - first;
    TwoWayTable table;
    table.parents = columns_.parents;
    table.places = rows - 1;
    table.used = {true, true};
    for (std::size_t row = first; row < first + rows; ++row) {
      const auto elsewhere = detail::published_elsewhere(published_, number_, "attendance.absence_rate", "", places_.rows[row]);
      for (std::size_t column = 0; column < columns_.parents.size(); ++column) {
        const PeriodSums& sums = sums_.cells[at(row, column)];
        TwoWayCell cell = detail::cell_of_whole(elsewhere);
        if (column > 0 && is_period(column)) {
          cell = TwoWayCell{};
          cell.published = places_.rows[row].published;
          cell.hidden = is_small(sums);
        } else if (column > 0 && !cell.elsewhere) {
          cell.published = false;
        }
        cell.exists = sums.expected > 0;
        cell.children = static_cast<double>(sums.children);
        cell.amounts = {static_cast<double>(sums.absent), static_cast<double>(sums.observed - sums.absent)};
        table.cells.push_back(cell);
      }
    }
    const auto minimum = static_cast<double>(published_.plan.minimum_cell);
    if (published_.plan.minimum_cell > 1) hide_in_two_ways(table, minimum, minimum * static_cast<double>(sums_.day_units));
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns_.parents.size(); ++column) {
        hidden_[at(first + row, column)] = table.cells[table.at(row, column)].hidden ? 1 : 0;
      }
    }
  }

  // Rows

  [[nodiscard]] bool is_day(std::size_t column) const { return std::binary_search(columns_.days.begin(), columns_.days.end(), column); }
  [[nodiscard]] bool is_period(std::size_t column) const { return columns_.week_number[column] != none || is_day(column); }

  [[nodiscard]] AbsencePeriod row_of(std::size_t row, std::size_t column) const {
    const PeriodSums& sums = sums_.cells[at(row, column)];
    AbsencePeriod made;
    made.level = places_.rows[row].level;
    made.place = places_.rows[row].place;
    made.parent = places_.rows[row].parent;
    made.from = columns_.from[column];
    made.to = columns_.to[column];
    made.absence_rate = without_value(Status::hidden);
    if (hidden_[at(row, column)]) return made;
    made.children = sums.children;
    made.absence_rate = without_value(Status::not_enough_data, sums.expected, sums.observed);
    if (sums.children == 0) return made;
    const auto absent = static_cast<double>(sums.absent);
    const auto expected = static_cast<double>(sums.expected);
    made.absence_rate.value = absent / static_cast<double>(sums.observed);
    made.absence_rate.lower = absent / expected;
    made.absence_rate.upper = static_cast<double>(sums.absent + sums.expected - sums.observed) / expected;
    made.absence_rate.status = Status::ok;
    const std::size_t week = columns_.week_number[column];
    if (week != none) set_sampling(sums_.weeks[row * columns_.weeks + week], made);
    return made;
  }

  void set_sampling(const std::vector<WeekOfChild>& children, AbsencePeriod& made) const {
    std::vector<double> absent;
    std::vector<double> observed;
    for (const WeekOfChild& child : children) {
      absent.push_back(child.absent);
      observed.push_back(child.observed);
    }
    const auto estimate = stats::ratio_estimate(absent, observed, {published_.plan.level, stats::IntervalScale::logit, published_.plan.design_effect});
    made.sampling_lower = estimate.lower;
    made.sampling_upper = estimate.upper;
  }

  AbsenceOverTime rows() const {
    AbsenceOverTime made;
    for (std::size_t row = 0; row < places_.rows.size(); ++row) {
      if (!places_.rows[row].published) continue;
      std::map<std::size_t, std::int64_t> days_of_week;
      for (const std::size_t day : columns_.days) {
        if (sums_.cells[at(row, day)].expected == 0) continue;
        ++days_of_week[static_cast<std::size_t>(columns_.parents[day])];
        made.days.push_back(row_of(row, day));
        made.days.back().school_days = 1;
      }
      for (const std::size_t week : weeks_) {
        if (sums_.cells[at(row, week)].expected == 0) continue;
        stop_point();
        made.weeks.push_back(row_of(row, week));
        made.weeks.back().school_days = days_of_week[week];
      }
    }
    const auto by_level = [](const AbsencePeriod& a, const AbsencePeriod& b) { return a.level < b.level; };
    std::stable_sort(made.days.begin(), made.days.end(), by_level);
    std::stable_sort(made.weeks.begin(), made.weeks.end(), by_level);
    return made;
  }

  const Indicators& indicators_;
  std::size_t number_;
  const Snapshot& snapshot_;
  const Cohort& cohort_;
  const Aggregates& published_;
  detail::CountyRows places_;
  std::pair<Date, Date> span_;
  Columns columns_;
  std::vector<std::size_t> weeks_;  // columns of weeks, in order of time
  Sums sums_;
  std::vector<std::uint8_t> hidden_;  // bytes, so that cities can write side by side
};

}  // namespace

AbsenceOverTime absence_over_time(const Indicators& indicators, std::size_t snapshot, const Aggregates& published, Executor& executor) {
  return OverTime(indicators, snapshot, published).run(executor);
}

AbsenceOverTime absence_over_time(const Indicators& indicators, std::size_t snapshot, const Aggregates& published) {
  SerialExecutor executor;
  return absence_over_time(indicators, snapshot, published, executor);
}

}  // namespace childwell::inline v0_1
