// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/risk/rule.hpp>

#include <childwell/indicators/columns.hpp>
#include "nearest.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1 {
namespace {

struct Permitted {
  std::string_view indicator;
  RuleKind kind;
};

/// All that may be a reason beside the scales of questionnaires; what is not here is refused.
constexpr Permitted permitted[] = {
    {"attendance.chronic", RuleKind::absence_line},
    {"attendance.severe", RuleKind::absence_line},
    {"attendance.unexplained_run", RuleKind::unexplained_run},
    {"attendance.p_rate_above", RuleKind::probability},
    {"attendance.p_year_above", RuleKind::probability},
    {"attendance.cusum_alarm", RuleKind::chart},
    {"attendance.ewma_alarm", RuleKind::chart},
    {"attendance.absence_rate", RuleKind::share},
    {"attendance.unexcused_rate", RuleKind::share},
    {"attendance.late_rate", RuleKind::share},
    {"attendance.early_absence_rate", RuleKind::share},
    {"academic.failed", RuleKind::failed_papers},
    {"academic.course_failure", RuleKind::courses},
};

struct Refused {
  std::string_view part;  ///< of an indicator's name
  std::string_view why;
};

/// In order: the first part that a name holds says why.
constexpr Refused refused[] = {
    {"safety", "safety answers go to the named officer at once and to no list"},
    {"week_", "a pattern of the week is never a reason by itself (data model, rule 8)"},
    {"bridge_", "a pattern of the week is never a reason by itself (data model, rule 8)"},
    {"spell_excess", "a pattern of days is never a reason by itself (data model, rule 8)"},
    {"left_behind", "left-behind status is a grouping for fairness, never an input, a tier or a reason (data model, rule 9)"},
    {"separation", "separation from parents is a grouping for fairness, never a reason (data model, rule 9)"},
    {"guardian", "who looks after a child is a matter for description, never a reason (data model, rule 9)"},
    {"counselling", "asking for help is no risk: counselling never makes a listing (data model, rule 10)"},
    {"service", "asking for help is no risk: services never make a listing (data model, rule 10)"},
    {"care", "asking for help is no risk: being cared for never makes a listing (data model, rule 10)"},
    {"referral", "asking for help is no risk: a referral never makes a listing (data model, rule 10)"},
    {"visit", "asking for help is no risk: a visit never makes a listing (data model, rule 10)"},
    {"refus", "to refuse is a right, and never a reason (data model, table consents)"},
    {"consent", "to refuse is a right, and never a reason (data model, table consents)"},
    {"response", "whether somebody answered is never a reason (data model, table consents)"},
    {"contact", "a silent contact log is no silence: contact of the family is never a reason (data model, rule 10)"},
    {"index.", "the index and its order are for groups, never a reason for a child (data model, rules 10 and 12)"},
    {"rank", "no order of children is a reason (data model, rules 7 and 15)"},
    {"percentile", "no order of children is a reason (data model, rules 7 and 15)"},
    {"academic.", "course results are a reason only against a pass mark: academic.failed or academic.course_failure with a policy (data model, rule 7)"},
    {"coverage", "records that are missing lead to the list not_enough_data, and are no reason"},
    {"not_seen", "who is not seen comes first in every list without any rule: name a not_seen policy in measure (data model, rule 2)"},
    {"since_seen", "who is not seen comes first in every list without any rule: name a not_seen policy in measure (data model, rule 2)"},
    {"mobility.", "a move is no reason: it says where the parents work, not how the child is"},
    {"attendance.", "it has no published line to stand against; a rule rests on a policy, a share, a probability or a chart"},
};

std::optional<RuleKind> kind_of(std::string_view indicator) {
  for (const Permitted& one : permitted) {
    if (one.indicator == indicator) return one.kind;
  }
  return std::nullopt;
}

struct ScaleName {
  std::string instrument;
  std::string scale;
};

/// The parts of screening.<instrument>.<scale>.
std::optional<ScaleName> scale_name(std::string_view indicator) {
  constexpr std::string_view family = "screening.";
  if (!indicator.starts_with(family)) return std::nullopt;
  const std::string_view rest = indicator.substr(family.size());
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == rest.size()) return std::nullopt;
  return ScaleName{std::string(rest.substr(0, dot)), std::string(rest.substr(dot + 1))};
}

using Own = std::span<const instruments::Instrument>;

const instruments::Instrument* known_instrument(const std::string& name, Own own) {
  const auto named = [&name](const instruments::Instrument& one) { return one.name == name; };
  if (const auto found = std::find_if(own.begin(), own.end(), named); found != own.end()) return &*found;
  const auto& rules = instruments::instrument_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), named);
  return found == rules.end() ? nullptr : &*found;
}

std::vector<std::string> instrument_names(Own own) {
  std::vector<std::string> names = instruments::instrument_names();
  for (const instruments::Instrument& one : own) names.push_back(one.name);
  return names;
}

const instruments::Scale* find_scale(const instruments::Instrument& instrument, const std::string& name) {
  for (const instruments::Scale& scale : instrument.scales) {
    if (scale.name == name) return &scale;
  }
  return nullptr;
}

[[noreturn]] void fail(const FlagRule& rule, const std::string& what) {
  throw std::invalid_argument("childwell: flag rule '" + rule.id + "': " + what);
}

void need(const FlagRule& rule, bool holds, const std::string& what) {
  if (!holds) fail(rule, what);
}

void check_band(const FlagRule& rule, Own own) {
  const auto name = scale_name(rule.indicator);
  if (!name) fail(rule, "'" + rule.indicator + "' is no scale; write screening.<instrument>.<scale>");
  const instruments::Instrument* known = known_instrument(name->instrument, own);
  if (known == nullptr) {
    fail(rule, "there is no instrument '" + name->instrument + "'" + detail::meant(name->instrument, instrument_names(own)));
  }
  const instruments::Instrument& instrument = *known;
  const instruments::Scale* scale = find_scale(instrument, name->scale);
  if (scale == nullptr) {
    std::vector<std::string> scales;
    for (const auto& one : instrument.scales) scales.push_back(one.name);
    fail(rule, "instrument '" + instrument.name + "' has no scale '" + name->scale + "'" + detail::meant(name->scale, scales));
  }
  need(rule, !scale->unverified, "scale '" + scale->name + "' of '" + instrument.name + "' is not scored, because a constant of it was found in no public source");
  std::vector<std::string> norms;
  for (const auto& one : instrument.norms) norms.push_back(one.name);
  need(rule, !rule.norms.empty(), "a cut-off is somebody's: name its norms" + detail::listed(norms));
  const auto norm = std::find_if(instrument.norms.begin(), instrument.norms.end(), [&](const auto& one) { return one.name == rule.norms; });
  if (norm == instrument.norms.end()) {
    fail(rule, "instrument '" + instrument.name + "' has no norms '" + rule.norms + "'" + detail::meant(rule.norms, norms));
  }
  need(rule, !norm->source.empty(), "norms '" + rule.norms + "' have no source, so they are no validated cut-off");
  const auto table = std::find_if(norm->tables.begin(), norm->tables.end(), [&](const auto& one) { return one.scale == scale->name; });
  need(rule, table != norm->tables.end(), "norms '" + rule.norms + "' have no bands for the scale '" + scale->name + "'");
  std::vector<std::string> words;
  for (const auto& band : table->bands) words.push_back(band.word);
  need(rule, !rule.bands.empty(), "name the bands that are a reason to look" + detail::listed(words));
  for (const std::string& band : rule.bands) {
    const bool there = std::find(words.begin(), words.end(), band) != words.end();
    if (!there) fail(rule, "norms '" + rule.norms + "' have no band '" + band + "' for this scale" + detail::meant(band, words));
  }
  const auto all = [&](const std::string& word) { return std::find(rule.bands.begin(), rule.bands.end(), word) != rule.bands.end(); };
  need(rule, !std::all_of(words.begin(), words.end(), all), "all bands of the scale are named, so that every child would be listed");
  need(rule, !rule.validation.empty(), "a cut-off that nobody has validated is no reason; name the study in validation");
}

void check_condition(const FlagRule& rule, Own own) {
  const bool has_policy = !rule.policy.empty();
  const bool has_certainty = !std::isnan(rule.certainty);
  const bool has_false_alarms = !std::isnan(rule.false_alarms);
  const bool has_share = rule.at_least.denominator != 0;
  const bool has_papers = rule.papers != 0;
  const bool has_norms = !rule.norms.empty() || !rule.bands.empty() || !rule.validation.empty();
  const auto is = [&rule](auto... kinds) { return ((rule.kind == kinds) || ...); };
  using K = RuleKind;
  need(rule, has_policy || !is(K::absence_line, K::unexplained_run, K::probability, K::failed_papers, K::courses), "it does not say whose line it is; name a policy");
  need(rule, !has_policy || !is(K::chart, K::share, K::band), "its indicator knows no policy; leave policy out");
  need(rule, has_certainty == is(K::probability), has_certainty ? "certainty is said of probabilities only; leave it out"
                                                                : "a probability needs certainty, from which on it is a reason, such as 0.95");
  need(rule, !has_certainty || (rule.certainty >= 0.5 && rule.certainty < 1.0), "certainty is to lie between 0.5 and 1, 1 left out");
  need(rule, !has_false_alarms || is(K::chart), "false_alarms are said of charts only; leave them out");
  need(rule, !has_false_alarms || (rule.false_alarms > 0.0 && std::isfinite(rule.false_alarms)), "false_alarms is to be a number above 0");
  need(rule, has_share == is(K::share), has_share ? "at_least is said of shares only; leave it out"
                                                  : "a share needs at_least, from which on it is a reason, such as [1, 10]");
  need(rule, !has_share || (rule.at_least.denominator > 0 && rule.at_least.numerator > 0 && rule.at_least.numerator <= rule.at_least.denominator),
       "at_least is to be a share above 0 and at most 1, as two whole numbers");
  need(rule, has_papers == is(K::failed_papers), has_papers ? "papers is said of academic.failed only; leave it out"
                                                            : "it does not say from how many papers on; give papers, 1 or more");
  need(rule, !has_papers || rule.papers > 0, "papers is to be 1 or more");
  need(rule, !has_norms || is(K::band), "norms, bands and validation are said of questionnaires only; leave them out");
  if (is(K::band)) check_band(rule, own);
}

}  // namespace

std::string reason_refused(std::string_view indicator, std::span<const instruments::Instrument> own) {
  if (kind_of(indicator)) return {};
  if (const auto name = scale_name(indicator)) {
    const instruments::Instrument* instrument = known_instrument(name->instrument, own);
    if (instrument != nullptr && find_scale(*instrument, name->scale) != nullptr) return {};
  }
  for (const Refused& one : refused) {
    if (indicator.find(one.part) != std::string_view::npos) return std::string(one.why);
  }
  return "listings rest on attendance, course results and validated cut-offs of questionnaires only";
}

FlagRule define_flag_rule(FlagRule rule, std::span<const instruments::Instrument> own) {
  if (rule.id.empty()) throw std::invalid_argument("childwell: a flag rule has no name; give it one");
  need(rule, !rule.source.empty(), "it has no source; a rule that nobody can look up is no rule");
  need(rule, !rule.country.empty() && !rule.from.empty(), "it does not say its country and from when it holds");
  if (rule.name_en.empty()) rule.name_en = rule.id;
  if (rule.name_zh.empty()) rule.name_zh = rule.id;
  const auto kind = kind_of(rule.indicator);
  if (kind) {
    rule.kind = *kind;
  } else if (rule.indicator.starts_with("screening.") && (scale_name(rule.indicator) || reason_refused(rule.indicator) == reason_refused(""))) {
    rule.kind = RuleKind::band;
  } else {
    std::vector<std::string> known;
    bool there = false;
    for (const CatalogueEntry& entry : catalogue()) {
      there = there || entry.id == rule.indicator;
      if (kind_of(entry.id)) known.push_back(entry.id);
    }
    if (!there && reason_refused(rule.indicator) == reason_refused("")) {
      fail(rule, "there is no indicator '" + rule.indicator + "'" + detail::meant(rule.indicator, known));
    }
    const std::string near = there ? "" : detail::meant(rule.indicator, known);  // a slip of the pen, or another word altogether
    fail(rule, "'" + rule.indicator + "' is never a reason: " + reason_refused(rule.indicator) + (near.starts_with("; did") ? near : ""));
  }
  check_condition(rule, own);
  return rule;
}

}  // namespace childwell::inline v0_1
