// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/cohort/child_groups.hpp>
#include <childwell/indicators/child_records.hpp>
#include <childwell/indicators/columns.hpp>
#include <childwell/indicators/core_set.hpp>
#include <childwell/indicators/core_set_estimates.hpp>
#include <childwell/indicators/expected_change.hpp>
#include <childwell/indicators/outbreaks.hpp>
#include <childwell/indicators/referral_waits.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace py = pybind11;
namespace cw = childwell;

namespace {

template <class T>
py::array_t<T> give(std::vector<T>&& values) {
  auto* held = new std::vector<T>(std::move(values));
  const py::capsule owner(held, [](void* pointer) { delete static_cast<std::vector<T>*>(pointer); });
  return py::array_t<T>(static_cast<py::ssize_t>(held->size()), held->data(), owner);
}

py::tuple give(cw::TextColumn&& column) { return py::make_tuple(give(std::move(column.codes)), column.texts); }

py::dict dictionary_of(cw::IndicatorColumns&& columns) {
  py::dict made;
  made["child"] = give(std::move(columns.child));
  made["as_of"] = give(std::move(columns.as_of));
  made["indicator"] = give(std::move(columns.indicator));
  made["window"] = give(std::move(columns.window));
  made["scope"] = give(std::move(columns.scope));
  made["school"] = give(std::move(columns.school));
  made["exam"] = give(std::move(columns.exam));
  made["subject"] = give(std::move(columns.subject));
  made["informant"] = give(std::move(columns.informant));
  made["policy"] = give(std::move(columns.policy));
  made["value"] = give(std::move(columns.value));
  made["lower"] = give(std::move(columns.lower));
  made["upper"] = give(std::move(columns.upper));
  made["n_expected"] = give(std::move(columns.n_expected));
  made["n_observed"] = give(std::move(columns.n_observed));
  made["status"] = give(std::move(columns.status));
  return made;
}

py::dict columns_of(const cw::Indicators& indicators, std::size_t snapshot) {
  return dictionary_of(interruptibly([&] { return cw::indicator_columns(indicators, snapshot); }));
}

py::dict columns_of_child(const cw::Indicators& indicators, std::size_t snapshot, std::size_t child) {
  return dictionary_of(cw::indicator_columns(indicators, snapshot, child, child + 1));
}

py::dict records_of_child(const cw::Indicators& indicators, std::size_t snapshot, std::size_t child) {
  cw::ChildRecords records = cw::child_records(indicators, snapshot, child);
  py::dict made;
  made["table"] = give(std::move(records.table));
  made["state"] = give(std::move(records.state));
  made["date"] = give(std::move(records.date));
  made["to"] = give(std::move(records.to));
  made["in_window"] = give(std::move(records.in_window));
  made["place"] = give(std::move(records.place));
  made["name"] = give(std::move(records.name));
  made["detail"] = give(std::move(records.detail));
  made["units"] = give(std::move(records.units));
  made["absent_units"] = give(std::move(records.absent_units));
  return made;
}

std::vector<std::string> withheld_of_child(const cw::Indicators& indicators, std::size_t snapshot, std::size_t child) {
  std::vector<std::string> tables;
  for (const std::size_t at : cw::tables_withheld(indicators, snapshot, child)) tables.emplace_back(cw::subject_tables[at]);
  return tables;
}

py::tuple groups_of(const cw::Indicators& indicators, std::size_t snapshot, const std::string& grouping) {
  const auto found = std::find(cw::child_grouping_words.begin(), cw::child_grouping_words.end(), grouping);
  if (found == cw::child_grouping_words.end()) throw std::invalid_argument("childwell: there is no grouping '" + grouping + "'");
  const cw::Snapshot& one = indicators.snapshots.at(snapshot);
  cw::ChildGroups groups = cw::child_groups(*one.cohort, one.current_lane,
                                            static_cast<cw::ChildGrouping>(found - cw::child_grouping_words.begin()), one.as_of);
  return py::make_tuple(give(std::move(groups.codes)), groups.names);
}

cw::Fraction fraction_of(const py::dict& given, const char* name, cw::Fraction otherwise) {
  if (!given.contains(name)) return otherwise;
  const auto pair = given[name].cast<std::pair<std::int64_t, std::int64_t>>();
  if (pair.second <= 0 || pair.first < 0) throw std::invalid_argument("childwell: a policy's share is two whole numbers, the second above 0");
  return {pair.first, pair.second};
}

/// Rules of courses and of the age for a grade.
void read_schooling(const py::dict& given, cw::Policy& policy) {
  const auto take = [&given](const char* name, auto& into) {
    using Value = std::remove_reference_t<decltype(into)>;
    if (given.contains(name)) into = given[name].cast<Value>();
  };
  take("failing_levels", policy.failing_levels);
  take("core", policy.core);
  policy.core_pass = fraction_of(given, "core_pass", policy.core_pass);
  take("stands", policy.stands);
  take("term_months", policy.term_months);
  take("make_up_days", policy.make_up_days);
  take("grades", policy.grades);
  take("courses_failed", policy.courses_failed);
  take("core_failed", policy.core_failed);
  take("courses_passed", policy.courses_passed);
  take("reference", policy.reference);
  take("entry_age", policy.entry_age);
  take("years_over", policy.years_over);
}

cw::Policy policy_of(const py::dict& given) {
  cw::Policy policy;
  policy.id = given["id"].cast<std::string>();
  policy.kind = given["kind"].cast<std::string>();
  policy.chronic = fraction_of(given, "chronic", policy.chronic);
  policy.severe = fraction_of(given, "severe", policy.severe);
  policy.absent_day = fraction_of(given, "absent_day_fraction", policy.absent_day);
  policy.pass = fraction_of(given, "pass", policy.pass);
  const auto whole = [&given](const char* name) { return given.contains(name) ? given[name].cast<std::int64_t>() : 0; };
  if (given.contains("counts")) policy.counts = given["counts"].cast<std::string>();
  policy.minimum_days = whole("minimum_days");
  policy.unexplained_days = whole("unexplained_days");
  policy.sessions = whole("sessions");
  policy.minimum_cell = whole("minimum_cell");
  read_schooling(given, policy);
  policy.interval_days = whole("interval_days");
  policy.days = whole("days");
  return policy;
}

cw::MeasurePlan plan_of(const std::vector<std::string>& as_of, const std::vector<std::string>& windows,
                        const std::vector<py::dict>& policies, double level, const std::vector<std::string>& families,
                        const std::string& baseline, double false_alarms) {
  cw::MeasurePlan plan;
  for (const std::string& text : as_of) {
    const auto date = cw::parse_iso_date(text);
    if (!date) throw std::invalid_argument("childwell: as_of: '" + text + "' is not a date; write YYYY-MM-DD");
    plan.as_of.push_back(*date);
  }
  for (const std::string& window : windows) plan.windows.push_back(cw::parse_window(window));
  for (const py::dict& policy : policies) plan.policies.push_back(policy_of(policy));
  plan.level = level;
  for (const std::string& family : families) {
    const auto found = std::find(cw::request_words.begin(), cw::request_words.end(), family);
    if (found == cw::request_words.end()) throw std::invalid_argument("childwell: families: there is no family '" + family + "' on request");
    plan.requests.wanted[static_cast<std::size_t>(found - cw::request_words.begin())] = true;
  }
  if (!baseline.empty()) {
    const auto date = cw::parse_iso_date(baseline);
    if (!date) throw std::invalid_argument("childwell: baseline: '" + baseline + "' is not a date; write YYYY-MM-DD");
    plan.requests.baseline = *date;
  }
  plan.requests.false_alarms = false_alarms;
  return plan;
}

std::shared_ptr<cw::Indicators> measure(std::shared_ptr<cw::Cohort> cohort, const std::vector<std::string>& as_of,
                                        const std::vector<std::string>& windows, const std::vector<py::dict>& policies,
                                        double level, const std::vector<std::string>& families, const std::string& baseline,
                                        double false_alarms) {
  cw::MeasurePlan plan = plan_of(as_of, windows, policies, level, families, baseline, false_alarms);
  return interruptibly_with_pool([&](cw::Pool& pool) {
    return std::make_shared<cw::Indicators>(cw::measure(cohort, std::move(plan), pool));
  });
}

/// The pass, and the date that was measured last: a caller who was interrupted while it was handed over gets it again.
struct DateStream {
  cw::MeasuredDates dates;
  std::shared_ptr<cw::Indicators> last;
  std::size_t made = 0;
};

std::unique_ptr<DateStream> measure_dates(std::shared_ptr<cw::Cohort> cohort, const std::vector<std::string>& as_of,
                                          const std::vector<std::string>& windows, const std::vector<py::dict>& policies,
                                          double level, const std::vector<std::string>& families, const std::string& baseline,
                                          double false_alarms) {
  cw::MeasurePlan plan = plan_of(as_of, windows, policies, level, families, baseline, false_alarms);
  return std::make_unique<DateStream>(DateStream{cw::MeasuredDates(std::move(cohort), std::move(plan)), nullptr, 0});
}

/// The indicators of a date for whoever has taken so many before it; nothing after the last one.
std::shared_ptr<cw::Indicators> next_date(DateStream& stream, std::size_t taken) {
  if (taken + 1 == stream.made) return stream.last;
  stream.last.reset();  // before the next one is made, so that memory holds one
  stream.last = interruptibly_with_pool([&](cw::Pool& pool) {
    auto made = stream.dates.next(pool);
    if (!made) return std::shared_ptr<cw::Indicators>();
    ++stream.made;
    return std::make_shared<cw::Indicators>(*std::move(made));
  });
  return stream.last;
}

std::vector<std::string> dates_left(const DateStream& stream) {
  std::vector<std::string> left;
  for (const cw::Date date : stream.dates.left()) left.push_back(cw::to_iso(date));
  return left;
}

py::dict outbreaks(const std::shared_ptr<cw::Cohort>& cohort, const std::string& as_of, bool by_class, std::int64_t weeks,
                   std::int64_t years, std::int64_t half_window, double level) {
  cw::OutbreakPlan plan;
  const auto date = cw::parse_iso_date(as_of);
  if (!date) throw std::invalid_argument("childwell: as_of: '" + as_of + "' is not a date; write YYYY-MM-DD");
  plan.as_of = *date;
  plan.places = by_class ? cw::OutbreakPlaces::class_ : cw::OutbreakPlaces::school;
  plan.weeks = weeks;
  plan.options.years = years;
  plan.options.half_window = half_window;
  plan.options.level = level;
  cw::OutbreakColumns columns = interruptibly_with_pool([&](cw::Pool& pool) { return cw::illness_outbreaks(*cohort, plan, pool); });
  py::dict made;
  made["place"] = give(std::move(columns.place));
  made["week"] = give(std::move(columns.week));
  made["ill"] = give(std::move(columns.ill));
  made["child_days"] = give(std::move(columns.child_days));
  made["expected"] = give(std::move(columns.expected));
  made["limit"] = give(std::move(columns.limit));
  made["exceedance"] = give(std::move(columns.exceedance));
  made["alarm"] = give(std::move(columns.alarm));
  made["status"] = give(std::move(columns.status));
  return made;
}

cw::WaitPlan wait_plan(const std::string& as_of, const std::string& first, const std::string& until, bool by_reason, double level,
                       const std::string& scale) {
  const auto day = [](const char* name, const std::string& text) {
    const auto date = cw::parse_iso_date(text);
    if (!date) throw std::invalid_argument("childwell: " + std::string(name) + ": '" + text + "' is not a date; write YYYY-MM-DD");
    return *date;
  };
  const auto place = [](const char* name, const std::string& word, const auto& words) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) throw std::invalid_argument("childwell: " + std::string(name) + ": there is no '" + word + "'");
    return static_cast<std::uint8_t>(found - words.begin());
  };
  cw::WaitPlan plan;
  plan.as_of = day("as_of", as_of);
  if (!first.empty()) plan.first = day("first", first);
  plan.end = static_cast<cw::WaitEnd>(place("until", until, cw::wait_end_words));
  plan.by_reason = by_reason;
  plan.options = {level, static_cast<cw::stats::SurvivalScale>(place("scale", scale, cw::stats::survival_scale_words))};
  return plan;
}

py::list waits_of(const std::shared_ptr<cw::Cohort>& cohort, const std::string& as_of, const std::string& first, const std::string& until,
                  bool by_reason, double level, const std::string& scale) {
  const cw::WaitPlan plan = wait_plan(as_of, first, until, by_reason, level, scale);
  py::list made;
  for (const cw::ReferralWaits& waits : interruptibly([&] { return cw::referral_waits(*cohort, plan); })) {
    made.append(py::make_tuple(waits.reason, waits.curve));
  }
  return made;
}

py::dict published_wait_of(const std::shared_ptr<cw::Cohort>& cohort, const std::string& as_of, const std::string& first,
                           const std::string& until, std::int64_t minimum_cell, double level) {
  const cw::WaitPlan plan = wait_plan(as_of, first, until, false, level, "log_log");
  const cw::PublishedWait wait = interruptibly([&] { return cw::published_wait(*cohort, plan, minimum_cell); });
  py::dict made;
  made["median"] = wait.median;
  made["lower"] = wait.lower;
  made["upper"] = wait.upper;
  made["children"] = wait.children;
  made["referrals"] = wait.referrals;
  made["over"] = wait.over;
  made["status"] = std::string(cw::word(wait.status));
  return made;
}

py::dict roll_of(const cw::RollCounts& roll) {
  py::dict made;
  made["on_roll"] = roll.on_roll;
  made["seen"] = roll.seen;
  made["not_seen"] = roll.not_seen;
  made["suspended"] = roll.suspended;
  made["left_known"] = roll.left_known;
  made["left_unknown"] = roll.left_unknown;
  made["measurable"] = roll.measurable;
  made["attending_without_enrolment"] = roll.attending_without_enrolment;
  made["withheld"] = roll.withheld;
  return made;
}

// ---- the core set over tiles -------------------------------------------------------------------------------------------

template <class T>
using Given = py::array_t<T, py::array::c_style | py::array::forcecast>;
using Bytes = py::array_t<std::uint8_t, py::array::c_style>;

std::span<const std::uint8_t> bytes_of(const Bytes& given) { return {given.data(), static_cast<std::size_t>(given.size())}; }

std::shared_ptr<cw::CoreSetPlan> core_set_plan(const Given<std::uint16_t>& week, const Given<std::uint8_t>& weekday,
                                               const Given<std::uint8_t>& units, const Given<bool>& first_day,
                                               const Given<bool>& last_day, const Given<bool>& held, bool by_week,
                                               double expected_rate, double weight, double allowance, double limit) {
  std::vector<cw::CoreSession> table(static_cast<std::size_t>(week.size()));
  for (const py::ssize_t size : {weekday.size(), units.size(), first_day.size(), last_day.size(), held.size()}) {
    if (size != week.size()) throw std::invalid_argument("childwell.core_set: the columns of the sessions differ in length");
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = {week.data()[i], weekday.data()[i], units.data()[i], first_day.data()[i], last_day.data()[i], held.data()[i]};
  }
  cw::CoreSetOptions options;
  options.charts = by_week ? cw::CoreCharts::by_week : cw::CoreCharts::by_session;
  options.expected_rate = expected_rate;
  options.weight = weight;
  options.allowance = allowance;
  options.limit = limit;
  return std::make_shared<cw::CoreSetPlan>(table, options);
}

py::tuple core_sessions_of(const Given<std::int32_t>& days) {
  std::vector<cw::Date> dates(static_cast<std::size_t>(days.size()));
  for (std::size_t i = 0; i < dates.size(); ++i) dates[i] = cw::Date{days.data()[i]};
  const std::vector<cw::CoreSession> table = cw::core_sessions(dates);
  const auto column = [&table](auto value) {
    std::vector<decltype(value(table[0]))> made;
    for (const cw::CoreSession& session : table) made.push_back(value(session));
    return give(std::move(made));
  };
  return py::make_tuple(column([](const cw::CoreSession& one) { return one.week; }),
                        column([](const cw::CoreSession& one) { return one.weekday; }),
                        column([](const cw::CoreSession& one) { return static_cast<std::uint8_t>(one.first_day); }),
                        column([](const cw::CoreSession& one) { return static_cast<std::uint8_t>(one.last_day); }));
}

Bytes core_set_tiles_of(const Bytes& cells) {
  if (cells.ndim() != 2) throw std::invalid_argument("childwell.core_set: cells are a table of children by sessions");
  const auto children = static_cast<std::size_t>(cells.shape(0));
  const auto sessions = static_cast<std::size_t>(cells.shape(1));
  const auto given = bytes_of(cells);
  auto made = interruptibly([&] { return cw::core_set_tiles(given, children, sessions); });
  const auto tiles = static_cast<py::ssize_t>((children + cw::core_set_lanes - 1) / cw::core_set_lanes);
  const auto lanes = static_cast<py::ssize_t>(cw::core_set_lanes);
  return give(std::move(made)).reshape({tiles, cells.shape(1), lanes});
}

/// Tiles in a buffer of bytes that Python holds, aligned as they need it.
std::span<cw::CoreSetTile> tiles_in(Bytes& states) {
  void* data = states.mutable_data();
  if (static_cast<std::size_t>(states.size()) % sizeof(cw::CoreSetTile) != 0 ||
      reinterpret_cast<std::uintptr_t>(data) % alignof(cw::CoreSetTile) != 0) {
    throw std::invalid_argument("childwell.core_set: states are whole tiles, aligned to 64 bytes");
  }
  return {static_cast<cw::CoreSetTile*>(data), static_cast<std::size_t>(states.size()) / sizeof(cw::CoreSetTile)};
}

void core_set_into(const Bytes& cells, const cw::CoreSetPlan& plan, Bytes states, std::size_t threads) {
  const auto given = bytes_of(cells);
  const auto tiles = tiles_in(states);
  const py::gil_scoped_release released;
  cw::Pool pool(threads > 0 ? threads : cw::default_threads(), python_stops);
  cw::core_set_of_tiles(given, plan, pool, tiles);
}

py::dict core_set_columns_of(Bytes states, const cw::CoreSetPlan& plan, std::size_t children) {
  const auto tiles = tiles_in(states);
  py::dict made;
  for (cw::CoreSetColumn& column : interruptibly([&] { return cw::core_set_columns(tiles, plan, children); })) {
    if (column.real.empty()) made[column.name.c_str()] = give(std::move(column.whole));
    else made[column.name.c_str()] = give(std::move(column.real));
  }
  return made;
}

py::dict core_estimates_of(const Given<std::uint32_t>& stratum, const Given<std::uint32_t>& absent,
                           const Given<std::uint32_t>& observed, const Given<std::uint32_t>& open, const Given<double>& alpha,
                           const Given<double>& beta, const Given<double>& spell_sessions, std::int64_t line_numerator,
                           std::int64_t line_denominator, double level) {
  for (const py::ssize_t size : {absent.size(), observed.size(), open.size()}) {
    if (size != stratum.size()) throw std::invalid_argument("childwell.core_set_estimates: the columns of the children differ in length");
  }
  if (beta.size() != alpha.size() || spell_sessions.size() != alpha.size()) {
    throw std::invalid_argument("childwell.core_set_estimates: the columns of the strata differ in length");
  }
  std::vector<cw::CoreCounts> counts(static_cast<std::size_t>(stratum.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = {stratum.data()[i], absent.data()[i], observed.data()[i], open.data()[i]};
  }
  std::vector<cw::CoreStratum> strata(static_cast<std::size_t>(alpha.size()));
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const bool known = !std::isnan(alpha.data()[i]) && !std::isnan(beta.data()[i]);
    strata[i] = {{known ? alpha.data()[i] : 0.0, known ? beta.data()[i] : 0.0, known}, spell_sessions.data()[i]};
  }
  const cw::CoreEstimateOptions options{level, {line_numerator, line_denominator}};
  const auto estimates = interruptibly_with_pool([&](cw::Pool& pool) { return cw::core_set_estimates(counts, strata, options, pool); });
  py::dict made;
  const auto column = [&](const char* name, double cw::CoreSetEstimate::*field) {
    std::vector<double> values;
    values.reserve(estimates.size());
    for (const cw::CoreSetEstimate& one : estimates) values.push_back(one.*field);
    made[name] = give(std::move(values));
  };
  column("rate", &cw::CoreSetEstimate::rate);
  column("wilson_lower", &cw::CoreSetEstimate::wilson_lower);
  column("wilson_upper", &cw::CoreSetEstimate::wilson_upper);
  column("mid_p_lower", &cw::CoreSetEstimate::mid_p_lower);
  column("mid_p_upper", &cw::CoreSetEstimate::mid_p_upper);
  column("shrunk", &cw::CoreSetEstimate::shrunk);
  column("shrunk_lower", &cw::CoreSetEstimate::shrunk_lower);
  column("shrunk_upper", &cw::CoreSetEstimate::shrunk_upper);
  column("p_rate_above", &cw::CoreSetEstimate::p_rate_above);
  column("p_year_above", &cw::CoreSetEstimate::p_year_above);
  return made;
}

void define_core_set(py::module_& module) {
  py::class_<cw::CoreSetPlan, std::shared_ptr<cw::CoreSetPlan>>(module, "CoreSetPlan", "Sessions and charts, made ready.")
      .def(py::init(&core_set_plan), py::arg("week"), py::arg("weekday"), py::arg("units"), py::arg("first_day"), py::arg("last_day"),
           py::arg("held"), py::arg("by_week"), py::arg("expected_rate"), py::arg("weight"), py::arg("allowance"), py::arg("limit"))
      .def_property_readonly("sessions", &cw::CoreSetPlan::sessions)
      .def_property_readonly("chart", [](const cw::CoreSetPlan& plan) {
        const cw::CoreSetChart& chart = plan.chart();
        return py::make_tuple(chart.start, chart.weight, chart.rise, chart.fall, chart.limit);
      });
  module.attr("core_set_tile_bytes") = sizeof(cw::CoreSetTile);
  module.def("core_set_kernel", [] { return std::string(cw::core_set_kernel()); }, "Name of the kernel chosen at run time.");
  module.def("core_sessions", core_sessions_of, py::arg("days"), "Week, weekday, first and last day of sessions by their dates.");
  module.def("core_set_tiles", core_set_tiles_of, py::arg("cells"), "Cells child by child, put into tiles.");
  module.def("core_set_into", core_set_into, py::arg("cells"), py::arg("plan"), py::arg("states"), py::arg("threads"),
             "Core sets of tiles, written into a buffer.");
  module.def("core_set_columns", core_set_columns_of, py::arg("states"), py::arg("plan"), py::arg("children"),
             "Finished core sets as columns.");
  module.def("core_set_estimates", core_estimates_of, py::arg("stratum"), py::arg("absent"), py::arg("observed"), py::arg("open"),
             py::arg("alpha"), py::arg("beta"), py::arg("spell_sessions"), py::arg("line_numerator"), py::arg("line_denominator"),
             py::arg("level"), "Intervals, shrinkage and crossing probabilities of counts.");
  module.def("_memory_read_probe", [](const Bytes& cells) {
    const auto given = bytes_of(cells);
    const py::gil_scoped_release released;
    return cw::read_probe(given);
  }, py::arg("cells"), "Sum of the 64-bit words of a buffer: what reading it takes.");
}

}  // namespace

void define_indicators(py::module_& module) {
  define_core_set(module);
  py::class_<cw::Indicators, std::shared_ptr<cw::Indicators>>(module, "Indicators", "Finished states.")
      .def_property_readonly("snapshots", [](const cw::Indicators& indicators) { return indicators.snapshots.size(); })
      .def_property_readonly("families", [](const cw::Indicators& indicators) {
        std::vector<std::string> asked;
        for (std::size_t i = 0; i < cw::request_words.size(); ++i) {
          if (indicators.plan.requests.wanted[i]) asked.emplace_back(cw::request_words[i]);
        }
        return asked;
      })
      .def("columns", columns_of, py::arg("snapshot"))
      .def("columns_of_child", columns_of_child, py::arg("snapshot"), py::arg("child"))
      .def("records_of_child", records_of_child, py::arg("snapshot"), py::arg("child"))
      .def("withheld_of_child", withheld_of_child, py::arg("snapshot"), py::arg("child"))
      .def("groups", groups_of, py::arg("snapshot"), py::arg("grouping"))
      .def("position", [](const cw::Indicators& indicators, const std::string& pseudonym) {
        const auto& children = indicators.cohort->records->children;
        const auto found = std::lower_bound(children.begin(), children.end(), pseudonym);
        return found == children.end() || *found != pseudonym ? -1 : static_cast<std::int64_t>(found - children.begin());
      }, py::arg("pseudonym"))
      .def("roll", [](const cw::Indicators& indicators, std::size_t snapshot) { return roll_of(indicators.snapshots.at(snapshot).roll); })
      .def("snapshot", [](const cw::Indicators& indicators, std::size_t snapshot) {
        const cw::Snapshot& found = indicators.snapshots.at(snapshot);
        return py::make_tuple(cw::to_iso(found.as_of), found.window.name);
      });
  module.def("measure", measure, py::arg("cohort"), py::arg("as_of"), py::arg("windows"), py::arg("policies"),
             py::arg("level"), py::arg("families"), py::arg("baseline"), py::arg("false_alarms"),
             "Measures every child as of one or many dates.");
  py::class_<DateStream>(module, "MeasuredDates", "Dates measured one after another.")
      .def("next", next_date, py::arg("taken"))
      .def_property_readonly("left", dates_left);
  module.def("measure_dates", measure_dates, py::arg("cohort"), py::arg("as_of"), py::arg("windows"), py::arg("policies"),
             py::arg("level"), py::arg("families"), py::arg("baseline"), py::arg("false_alarms"),
             "Measures many dates, one after another.");
  module.def("illness_outbreaks", outbreaks, py::arg("cohort"), py::arg("as_of"), py::arg("by_class"), py::arg("weeks"),
             py::arg("years"), py::arg("half_window"), py::arg("level"), "Weekly illness against the same weeks of past years.");
  module.def("referral_waits", waits_of, py::arg("cohort"), py::arg("as_of"), py::arg("first"), py::arg("until"), py::arg("by_reason"),
             py::arg("level"), py::arg("scale"), "How long referrals wait, open ones counted for as long as they have waited.");
  module.def("published_wait", published_wait_of, py::arg("cohort"), py::arg("as_of"), py::arg("first"), py::arg("until"),
             py::arg("minimum_cell"), py::arg("level"), "The median wait of referrals, where no number of children behind it is small.");
  using Values = py::array_t<double, py::array::c_style | py::array::forcecast>;
  module.def("expected_change", [](const Values& before, const Values& after, double level) {
    const auto span = [](const Values& values) { return std::span<const double>(values.data(), static_cast<std::size_t>(values.size())); };
    cw::ExpectedChange change = cw::expected_change(span(before), span(after), level);
    py::dict made;
    made["expected"] = give(std::move(change.expected));
    made["beyond"] = give(std::move(change.beyond));
    made["direction"] = give(std::move(change.direction));
    made["slope"] = change.slope;
    made["intercept"] = change.intercept;
    made["deviation"] = change.deviation;
    made["count"] = change.count;
    made["missing"] = change.missing;
    made["status"] = std::string(cw::word(change.status));
    return made;
  }, py::arg("before"), py::arg("after"), py::arg("level"), "Second values against those expected from the first.");
  module.def("child_groupings", [] { return std::vector<std::string>(cw::child_grouping_words.begin(), cw::child_grouping_words.end()); },
             "What children are grouped by.");
  module.def("request_words", [] { return std::vector<std::string>(cw::request_words.begin(), cw::request_words.end()); },
             "Families that are measured on request.");
  module.def("catalogue", [] {
    py::list entries;
    for (const cw::CatalogueEntry& entry : cw::catalogue()) {
      py::dict made;
      made["id"] = entry.id;
      made["family"] = entry.family;
      made["unit"] = entry.unit;
      made["range_low"] = entry.range_low;
      made["range_high"] = entry.range_high;
      made["estimand"] = entry.estimand;
      made["interval"] = entry.interval;
      made["method"] = entry.method;
      made["source"] = entry.source;
      made["direction"] = entry.direction;
      made["request"] = entry.request;
      entries.append(made);
    }
    return entries;
  }, "Every indicator of this version.");
}
