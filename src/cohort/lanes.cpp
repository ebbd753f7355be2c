// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "lanes.hpp"

#include "known_rows.hpp"

#include <childwell/core/executor.hpp>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace childwell::inline v0_1::detail {

Boarding::Boarding(const Records& records, Date known_by) {
  begin_.assign(records.children.size() + 1, 0);
  const RecordTable* table = records.table("boarding");
  if (table == nullptr) return;
  given_ = true;
  for (const std::int64_t row : rows_known(records, "boarding", known_by)) {
    const Date to = table->date(table->column("to"), row);
    spells_.push_back({table->code(table->column("child"), row), table->date(table->column("from"), row),
                       to.known() ? to : open_end, table->word(table->column("group"), row)});
    ++begin_[static_cast<std::size_t>(spells_.back().child) + 1];
  }
  for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
}

namespace {

using FirstDays = std::map<std::pair<std::int32_t, std::int32_t>, Date>;  // child and school

void read_first_days(const RecordTable* table, std::string_view school, std::string_view day, FirstDays& first) {
  if (table == nullptr) return;
  for (const std::int64_t row : table->order) {
    const auto key = std::pair(table->code(table->column("child"), row), table->code(table->column(school), row));
    const Date date = table->date(table->column(day), row);
    if (key.first < 0 || !date.known()) continue;
    const auto [found, fresh] = first.emplace(key, date);
    if (!fresh) found->second = std::min(found->second, date);
  }
}

/// Without an enrolment table the marks or sums themselves say who was where; the assumption is counted and printed.
std::vector<Lane> lanes_from_marks(const Records& records, Cohort& cohort) {
  FirstDays first;
  read_first_days(records.table("attendance"), "school", "date", first);
  read_first_days(records.table("attendance_totals"), "place", "from", first);
  std::vector<Lane> lanes;
  for (const auto& [key, date] : first) {
    Lane lane;
    lane.child = key.first;
    lane.school = key.second;
    lane.from = date;
    lane.known_on = date;
    lane.kind = SpellKind::first;
    lanes.push_back(lane);
  }
  if (!lanes.empty()) cohort.assumptions["enrolment_from_marks"] = static_cast<std::int64_t>(lanes.size());
  std::stable_sort(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) {
    return std::tie(a.child, a.from, a.school) < std::tie(b.child, b.from, b.school);
  });
  return lanes;
}

/// Last days as the whole paperwork has them: an end that was not told is where the next spell at the school begins.
std::vector<Date> closed_ends(const std::vector<Lane>& lanes, Cohort& cohort) {
  std::vector<Date> ends;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    ends.push_back(lanes[i].to);
    for (std::size_t j = i + 1; lanes[i].to == open_end && j < lanes.size() && lanes[j].child == lanes[i].child; ++j) {
      const bool goes_on = lanes[j].kind == SpellKind::suspend && lanes[i].kind != SpellKind::suspend;
      if (goes_on || lanes[j].from <= lanes[i].from) continue;
      if (!cohort.places.same_line(lanes[i].school, lanes[j].school, lanes[j].from)) continue;
      ends.back() = Date{lanes[j].from.days - 1};
      ++cohort.assumptions["open_end_superseded"];
      break;
    }
  }
  return ends;
}

/// Counts what the paperwork says twice. The spells stay as they are: the register will decide the days.
void count_overlaps(const std::vector<Lane>& lanes, Cohort& cohort) {
  TableLedger& ledger = cohort.ledger.tables.at("enrolment");
  const std::vector<Date> ends = closed_ends(lanes, cohort);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    for (std::size_t j = i + 1; j < lanes.size() && lanes[j].child == lanes[i].child; ++j) {
      const bool overlap = lanes[j].from <= ends[i] && lanes[i].from <= ends[j];
      const bool one_school = cohort.places.same_line(lanes[i].school, lanes[j].school, lanes[j].from);
      const bool suspension = lanes[i].kind == SpellKind::suspend || lanes[j].kind == SpellKind::suspend;
      if (overlap && one_school && suspension) continue;  // a suspension lies within a spell, and contradicts nothing
      if (overlap) ++ledger.kept_apart[one_school ? Reason::spell_overlap : Reason::two_schools];
      const bool next = j == i + 1 && lanes[j].school == lanes[i].school;
      if (!overlap && next && lanes[i].class_place != lanes[j].class_place) ++ledger.kept_apart[Reason::class_change];
    }
  }
}

}  // namespace

std::vector<Lane> read_lanes(const Records& records, Cohort& cohort) {
  const RecordTable* table = records.table("enrolment");
  if (table == nullptr) return lanes_from_marks(records, cohort);
  const auto lag = records.lag_days.find("enrolment");
  const std::int32_t lag_days = lag == records.lag_days.end() ? 0 : lag->second;
  std::vector<Lane> lanes;
  lanes.reserve(table->order.size());
  for (const std::int64_t row : table->order) {
    Lane lane;
    lane.child = table->code(table->column("child"), row);
    lane.school = table->code(table->column("school"), row);
    lane.class_place = table->code(table->column("class"), row);
    lane.grade = table->integer(table->column("grade"), row);
    lane.from = table->date(table->column("from"), row);
    const Date to = table->date(table->column("to"), row);
    lane.to = to.known() ? to : open_end;
    const Date known = table->date(table->column("known_on"), row);
    lane.known_on = known.known() ? known : Date{lane.from.days + lag_days};
    lane.stage = table->word(table->column("stage"), row);
    lane.kind = static_cast<SpellKind>(table->word(table->column("kind"), row));
    lane.left_to = table->word(table->column("left_to"), row);
    lanes.push_back(lane);
  }
  std::stable_sort(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) {
    return std::tie(a.child, a.from, a.school, a.class_place) < std::tie(b.child, b.from, b.school, b.class_place);
  });
  count_overlaps(lanes, cohort);
  return lanes;
}

namespace {

void index_by_child(Cohort& cohort) {
  const std::size_t children = cohort.records->children.size();
  cohort.child_begin.assign(children + 1, 0);
  for (const Lane& lane : cohort.lanes) ++cohort.child_begin[static_cast<std::size_t>(lane.child) + 1];
  for (std::size_t i = 1; i <= children; ++i) cohort.child_begin[i] += cohort.child_begin[i - 1];
  cohort.lanes_by_child.resize(cohort.lanes.size());
  std::vector<std::uint32_t> next(cohort.child_begin.begin(), cohort.child_begin.end());
  for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
    cohort.lanes_by_child[next[static_cast<std::size_t>(cohort.lanes[lane].child)]++] = lane;
  }
  for (std::size_t child = 0; child < children; ++child) {
    const auto begin = cohort.lanes_by_child.begin() + cohort.child_begin[child];
    const auto end = cohort.lanes_by_child.begin() + cohort.child_begin[child + 1];
    std::sort(begin, end, [&](std::uint32_t a, std::uint32_t b) {
      const Lane& x = cohort.lanes[a];
      const Lane& y = cohort.lanes[b];
      return std::tie(x.from, x.school, x.class_place, a) < std::tie(y.from, y.school, y.class_place, b);
    });
  }
}

void cut_tiles(Cohort& cohort) {
  std::size_t bytes = 0;
  cohort.tile_of_lane.resize(cohort.lanes.size());
  for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
    const std::uint32_t calendar = cohort.lanes[lane].calendar;
    const bool fresh = cohort.tiles.empty() || cohort.tiles.back().calendar != calendar || cohort.tiles.back().lanes == tile_lanes;
    if (fresh) {
      cohort.tiles.push_back({calendar, lane, 0, bytes});
      bytes += cohort.calendars[calendar].slots.size() * tile_lanes;
    }
    ++cohort.tiles.back().lanes;
    cohort.tile_of_lane[lane] = static_cast<std::uint32_t>(cohort.tiles.size() - 1);
  }
  cohort.cells.assign(bytes, Cell(State::not_enrolled, 0).byte);
}

}  // namespace

void clear_lane(Cohort& cohort, std::uint32_t index, const Boarding& boarding) {
  const Lane& lane = cohort.lanes[index];
  const SessionCalendar& calendar = cohort.calendars[lane.calendar];
  const Slot* slots = calendar.slots.data();
  const std::size_t held = calendar.slots.size();
  const std::size_t first_cell = held == 0 ? 0 : cohort.cell_at(index, 0);
  std::uint8_t* cells = cohort.cells.data() + first_cell;
  const bool suspended = lane.kind == SpellKind::suspend;
  const auto [first_spell, last_spell] = boarding.spells(lane.child);
  Profile profile{lane.stage, 0};
  for (std::size_t slot = calendar.first_from(lane.from); slot < held; ++slot) {
    const Slot& session = slots[slot];
    if (session.date > lane.to) break;
    profile.group = Boarding::group(first_spell, last_spell, session.date);
    const State state = suspended                 ? State::suspended
                        : session.expects(profile) ? State::not_recorded
                                                   : State::no_session;
    cells[slot * tile_lanes] = Cell(state, 0).byte;
    if (cohort.lags.empty()) continue;
    cohort.lags[first_cell + slot * tile_lanes] = 0;
    cohort.before[first_cell + slot * tile_lanes] = 0;
  }
}

void lay_tiles(Cohort& cohort, Calendars& calendars, const Boarding& boarding) {
  for (Lane& lane : cohort.lanes) lane.calendar = calendars.of_school(lane.school);
  cohort.calendars = calendars.all();
  std::stable_sort(cohort.lanes.begin(), cohort.lanes.end(), [](const Lane& a, const Lane& b) {
    return std::tie(a.calendar, a.school, a.class_place, a.child, a.from) <
           std::tie(b.calendar, b.school, b.class_place, b.child, b.from);
  });
  index_by_child(cohort);
  cut_tiles(cohort);
  for (std::uint32_t lane = 0; lane < cohort.lanes.size(); ++lane) {
    if (lane % 256 == 0) stop_point();  // a lane has a few hundred sessions
    clear_lane(cohort, lane, boarding);
  }
}

}  // namespace childwell::inline v0_1::detail
