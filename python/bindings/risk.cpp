// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "core.hpp"

#include <childwell/risk/flag.hpp>
#include <childwell/risk/listed.hpp>
#include <childwell/risk/rule.hpp>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace py = pybind11;
namespace cw = childwell;

namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style | py::array::forcecast>;

template <class T>
py::array_t<T> give(const std::vector<T>& values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

py::tuple give(const cw::TextColumn& column) { return py::make_tuple(give(column.codes), column.texts); }

template <class T>
T get(const py::dict& given, const char* key) {
  return given[key].cast<T>();
}

template <std::size_t count>
std::size_t position_of(const std::string& text, const std::array<std::string_view, count>& words, const char* what) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) throw std::invalid_argument("childwell: flag: there is no " + std::string(what) + " '" + text + "'");
  return static_cast<std::size_t>(found - words.begin());
}

cw::FlagRule rule_of(const py::dict& given) {
  cw::FlagRule rule;
  rule.id = get<std::string>(given, "id");
  rule.indicator = get<std::string>(given, "indicator");
  rule.policy = get<std::string>(given, "policy");
  rule.certainty = get<double>(given, "certainty");
  rule.false_alarms = get<double>(given, "false_alarms");
  const auto share = get<std::pair<std::int64_t, std::int64_t>>(given, "at_least");
  rule.at_least = {share.first, share.second};
  rule.papers = get<std::int64_t>(given, "papers");
  rule.norms = get<std::string>(given, "norms");
  rule.bands = get<std::vector<std::string>>(given, "bands");
  rule.validation = get<std::string>(given, "validation");
  rule.country = get<std::string>(given, "country");
  rule.from = get<std::string>(given, "from");
  rule.source = get<std::string>(given, "source");
  rule.name_en = get<std::string>(given, "name_en");
  rule.name_zh = get<std::string>(given, "name_zh");
  return rule;
}

std::vector<cw::Date> dates_of(const Array<std::int32_t>& days) {
  std::vector<cw::Date> dates(static_cast<std::size_t>(days.size()));
  std::transform(days.data(), days.data() + days.size(), dates.begin(), [](std::int32_t day) { return cw::Date{day}; });
  return dates;
}

template <class T>
std::vector<T> vector_of(const Array<T>& values) {
  return {values.data(), values.data() + values.size()};
}

cw::ScoredForms forms_of(const py::dict& given) {
  cw::ScoredForms forms;
  forms.scores.instrument = get<std::string>(given, "instrument");
  forms.scores.norms = get<std::string>(given, "norms");
  forms.scores.scales = get<std::vector<std::string>>(given, "scales");
  forms.scores.count = get<std::int64_t>(given, "count");
  forms.scores.words = get<std::vector<std::vector<std::string>>>(given, "words");
  forms.scores.bands = vector_of(get<Array<std::int64_t>>(given, "bands"));
  forms.scores.values.values = vector_of(get<Array<double>>(given, "values"));
  forms.scores.values.rows = static_cast<std::size_t>(forms.scores.count);
  forms.scores.values.columns = forms.scores.scales.size();
  forms.child = vector_of(get<Array<std::int32_t>>(given, "child"));
  forms.date = dates_of(get<Array<std::int32_t>>(given, "date"));
  forms.known_on = dates_of(get<Array<std::int32_t>>(given, "known_on"));
  return forms;
}

std::shared_ptr<cw::Flags> flag(const std::shared_ptr<cw::Indicators>& indicators, std::size_t snapshot,
                                const std::vector<py::dict>& rules, std::vector<cw::instruments::Instrument> own,
                                const std::vector<py::dict>& forms, const py::dict& care, const py::object& capacity,
                                const std::string& ties, std::uint64_t seed) {
  cw::FlagPlan plan;
  plan.snapshot = snapshot;
  for (const py::dict& rule : rules) plan.rules.push_back(rule_of(rule));
  plan.own = std::move(own);
  for (const py::dict& one : forms) plan.forms.push_back(forms_of(one));
  const auto child = get<Array<std::int32_t>>(care, "child");
  const auto from = dates_of(get<Array<std::int32_t>>(care, "from"));
  const auto to = dates_of(get<Array<std::int32_t>>(care, "to"));
  for (std::size_t i = 0; i < from.size(); ++i) plan.care.push_back({child.data()[i], from[i], to[i]});
  plan.limited = !capacity.is_none();
  if (py::isinstance<py::dict>(capacity)) plan.capacity = capacity.cast<std::map<std::string, std::int64_t>>();
  else if (plan.limited) plan.capacity_each = capacity.cast<std::int64_t>();
  plan.ties = static_cast<cw::Ties>(position_of(ties, cw::ties_words, "rule for ties"));
  plan.seed = seed;
  return interruptibly_with_pool([&](cw::Pool& pool) { return std::make_shared<cw::Flags>(cw::flag(*indicators, std::move(plan), pool)); });
}

py::dict columns_of(const cw::Flags& flags, bool everyone) {
  const cw::FlagColumns columns = cw::flag_columns(flags, everyone);
  py::dict made;
  made["child"] = give(columns.child);
  made["school"] = give(columns.school);
  made["listing"] = give(columns.listing);
  made["listed"] = give(columns.listed);
  made["in_care"] = give(columns.in_care);
  made["first_rule"] = give(columns.first_rule);
  made["reasons"] = give(columns.reasons);
  made["chance"] = give(columns.chance);
  return made;
}

cw::Language language_of(const std::string& language) {
  if (language != "zh" && language != "en") throw std::invalid_argument("childwell: flag: lang is 'zh' or 'en'");
  return language == "zh" ? cw::Language::zh : cw::Language::en;
}

py::dict dictionary_of(const cw::ReasonColumns& columns) {
  py::dict made;
  made["child"] = give(columns.child);
  made["school"] = give(columns.school);
  made["listing"] = give(columns.listing);
  made["listed"] = give(columns.listed);
  made["rule"] = give(columns.rule);
  made["family"] = give(columns.family);
  made["verdict"] = give(columns.verdict);
  made["reason"] = give(columns.text);
  made["unless"] = give(columns.unless);
  made["code"] = give(columns.code);
  made["status"] = give(columns.status);
  made["value"] = give(columns.value);
  made["part"] = give(columns.part);
  made["whole"] = give(columns.whole);
  made["unknown"] = give(columns.unknown);
  return made;
}

py::array_t<std::int32_t> days_of(const std::vector<cw::Date>& dates) {
  std::vector<std::int32_t> days(dates.size());
  std::transform(dates.begin(), dates.end(), days.begin(), [](cw::Date date) { return date.known() ? date.days : std::numeric_limits<std::int32_t>::min(); });
  return give(days);
}

py::dict listed_of(const cw::Indicators& indicators, const cw::Flags& flags) {
  const cw::ListedChildren listed = cw::listed_children(indicators, flags);
  py::dict made;
  made["child"] = give(listed.child);
  made["school"] = give(listed.school);
  made["class"] = give(listed.class_place);
  made["grade"] = give(listed.grade);
  made["last_seen"] = days_of(listed.last_seen);
  made["referred_on"] = days_of(listed.referred_on);
  made["services"] = py::make_tuple(give(listed.services.row), give(listed.services.programme), give(listed.services.provider), days_of(listed.services.last));
  made["withheld"] = py::make_tuple(give(listed.withheld.row), give(listed.withheld.table), give(listed.withheld.recipient));
  made["follow_ups"] = py::make_tuple(give(listed.follow_ups.number), days_of(listed.follow_ups.last));
  return made;
}

py::dict reasons_of(const cw::Flags& flags, const std::string& language) {
  return dictionary_of(cw::reason_columns(flags, language_of(language)));
}

py::dict reasons_of_child(const cw::Flags& flags, std::size_t child, const std::string& language) {
  return dictionary_of(cw::reason_columns(flags, child, language_of(language)));
}

py::dict place_of(const cw::Flags& flags, std::size_t child) {
  const cw::ChildFlag& flag = flags.children.at(child);
  py::dict made;
  made["listing"] = std::string(cw::listing_words[static_cast<std::size_t>(flag.listing)]);
  made["judged"] = flag.judged;
  made["listed"] = flag.listed;
  made["in_care"] = flag.in_care;
  made["reasons"] = flag.reasons;
  made["chance"] = flag.chance;
  return made;
}

py::dict counts_of(const cw::Flags& flags) {
  py::dict made;
  made["judged"] = flags.counts.judged;
  for (std::size_t list = 0; list < cw::listing_words.size(); ++list) {
    made[std::string(cw::listing_words[list]).c_str()] = flags.counts.children[list];
  }
  made["waiting"] = flags.counts.waiting;
  made["beyond"] = flags.counts.beyond;
  made["left"] = flags.counts.left;
  made["withheld"] = flags.counts.withheld;
  return made;
}

py::list rules_of(const cw::Flags& flags) {
  py::list rows;
  for (std::size_t rule = 0; rule < flags.rules.size(); ++rule) {
    const cw::RuleCounts& counts = flags.rules[rule];
    rows.append(py::make_tuple(flags.plan.rules[rule].id, counts.yes, counts.no, counts.cannot_tell, counts.not_asked));
  }
  return rows;
}

py::list overlap_of(const cw::Flags& earlier, const cw::Flags& later) {
  py::list rows;
  for (const cw::ListOverlap& row : cw::list_overlap(earlier, later)) {
    rows.append(py::make_tuple(std::string(cw::listing_words[static_cast<std::size_t>(row.listing)]), row.earlier, row.later,
                               row.both, row.gone_left, row.jaccard, row.kept, std::string(cw::word(row.status))));
  }
  return rows;
}

}  // namespace

void define_risk(py::module_& module) {
  py::class_<cw::Flags, std::shared_ptr<cw::Flags>>(module, "Flags", "Lists of children with reasons.")
      .def("columns", columns_of, py::arg("everyone"))
      .def("reasons", reasons_of, py::arg("language"))
      .def("reasons_of_child", reasons_of_child, py::arg("child"), py::arg("language"))
      .def("place_of", place_of, py::arg("child"))
      .def("counts", counts_of)
      .def("rules", rules_of)
      .def_property_readonly("as_of", [](const cw::Flags& flags) { return cw::to_iso(flags.as_of); })
      .def_readonly("care_known", &cw::Flags::care_known)
      .def_property_readonly("window", [](const cw::Flags& flags) { return flags.window.name; })
      .def("overlap", overlap_of, py::arg("later"));
  module.def("flag", flag, py::arg("indicators"), py::arg("snapshot"), py::arg("rules"), py::arg("own"), py::arg("forms"),
             py::arg("care"), py::arg("capacity"), py::arg("ties"), py::arg("seed"), "Lists children with reasons.");
  module.def("define_flag_rule", [](const py::dict& rule, const std::vector<cw::instruments::Instrument>& own) {
    const cw::FlagRule made = cw::define_flag_rule(rule_of(rule), own);
    return std::string(cw::rule_kind_words[static_cast<std::size_t>(made.kind)]);
  }, py::arg("rule"), py::arg("own"), "Checks a rule; says its kind.");
  module.def("listed_children", listed_of, py::arg("indicators"), py::arg("flags"), "Where listed children are, and what is not to be shown to whom.");
  module.def("reason_refused", [](const std::string& indicator) { return cw::reason_refused(indicator); }, py::arg("indicator"),
             "Why an indicator is never a reason; empty where it may be one.");
  module.def("pseudonyms", [](const cw::Indicators& indicators) { return indicators.cohort->records->children; },
             py::arg("indicators"), "Pseudonyms of the children, in their order.");
}
