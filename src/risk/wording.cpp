// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/core/messages.hpp>
#include <childwell/risk/flag.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace childwell::inline v0_1 {
namespace {

/// Up to some decimals, no more than are needed; the point is a point whatever the locale.
std::string number_text(double value, int decimals) {
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals).ptr;
  std::string text(digits, end);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// A share that is not quite nothing or all is never rounded to it.
std::string percent(double share) {
  if (share > 0.0 && share < 0.0005) return "<0.1%";
  if (share >= 0.9995 && share < 1.0) return ">99.9%";
  return number_text(100.0 * share, 1) + "%";
}

std::string percent(Fraction share) { return percent(static_cast<double>(share.numerator) / static_cast<double>(share.denominator)); }

const Policy* find_policy(const Flags& flags, const std::string& id) {
  const auto found = std::find_if(flags.policies.begin(), flags.policies.end(), [&id](const Policy& one) { return one.id == id; });
  return found == flags.policies.end() ? nullptr : &*found;
}

/// The scores of the bands that a rule names, as one stretch, and which ends of the scale it touches.
struct Stretch {
  double from = 0.0;
  double to = 0.0;
  bool lowest = false;
  bool highest = false;
};

struct BandWords {
  std::string instrument;
  std::string scale;
  Stretch stretch;
};

BandWords band_words(const Flags& flags, const FlagRule& rule, double score, Language language) {
  const std::size_t dot = rule.indicator.find('.');
  const std::size_t last_dot = rule.indicator.rfind('.');
  const std::string name = rule.indicator.substr(dot + 1, last_dot - dot - 1);
  BandWords words;
  words.scale = rule.indicator.substr(last_dot + 1);
  const auto own = std::find_if(flags.plan.own.begin(), flags.plan.own.end(), [&](const auto& one) { return one.name == name; });
  const instruments::Instrument& instrument = own != flags.plan.own.end() ? *own : instruments::find_instrument(name);
  words.instrument = language == Language::zh ? instrument.name_zh : instrument.name_en;
  if (words.instrument.empty()) words.instrument = name;
  for (const instruments::Norm& norm : instrument.norms) {
    if (norm.name != rule.norms) continue;
    for (const instruments::BandTable& table : norm.tables) {
      if (table.scale != words.scale) continue;
      std::vector<instruments::Band> bands = table.bands;
      std::sort(bands.begin(), bands.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
      const auto named = [&](const instruments::Band& band) { return std::find(rule.bands.begin(), rule.bands.end(), band.word) != rule.bands.end(); };
      std::size_t at = 0;
      while (at + 1 < bands.size() && score > bands[at].to) ++at;
      std::size_t first = at;
      std::size_t last = at;
      while (first > 0 && named(bands[first - 1])) --first;
      while (last + 1 < bands.size() && named(bands[last + 1])) ++last;
      words.stretch = {bands[first].from, bands[last].to, first == 0, last + 1 == bands.size()};
    }
  }
  return words;
}

std::string code_of_cannot_tell(const FlagRule& rule, const FlagReason& reason) {
  if (reason.status == Status::register_unknown) return "flag_cannot_tell_register";
  if (reason.status == Status::not_recorded) return "flag_cannot_tell_recorded";
  if (reason.status == Status::not_enough_data || reason.status == Status::not_finite || reason.status == Status::degenerate) return "flag_too_early";
  if (rule.kind == RuleKind::band) return "flag_cannot_tell_forms";
  if (rule.kind == RuleKind::failed_papers) return "flag_cannot_tell_papers";
  if (rule.kind == RuleKind::courses) return "flag_cannot_tell_courses";
  if (reason.unknown <= 0) return "flag_cannot_tell";
  return reason.by_days ? "flag_cannot_tell_days" : "flag_cannot_tell_sessions";
}

void word_outlook(const FlagRule& rule, const FlagReason& reason, ReasonMessages& made) {
  const std::string unit = reason.by_days ? "days" : "sessions";
  made.why.code = (rule.indicator == "attendance.p_year_above" ? "flag_year_above_" : "flag_rate_above_") + unit;
  made.unless.code = reason.most < 0 ? "flag_outlook_unless_more" : "flag_outlook_unless_" + unit;
}

void word_band(const Flags& flags, const FlagRule& rule, const FlagReason& reason, Language language, ReasonMessages& made) {
  const BandWords words = band_words(flags, rule, reason.value, language);
  auto& parameters = made.why.parameters;
  parameters["instrument"] = words.instrument;
  parameters["scale"] = words.scale;
  parameters["score"] = number_text(reason.value, 2);
  parameters["from"] = number_text(words.stretch.from, 2);
  parameters["to"] = number_text(words.stretch.to, 2);
  parameters["norms"] = rule.norms;
  made.why.code = "flag_band";
  made.unless.code = words.stretch.highest ? "flag_band_unless_below" : words.stretch.lowest ? "flag_band_unless_above" : "flag_band_unless_outside";
}

/// Which messages say why a rule holds, by its kind.
void word_yes(const Flags& flags, const FlagRule& rule, const FlagReason& reason, Language language, ReasonMessages& made) {
  auto& parameters = made.why.parameters;
  const Policy* policy = find_policy(flags, rule.policy);
  const std::string unit = reason.by_days ? "days" : "sessions";
  parameters["share"] = percent(reason.whole > 0 ? static_cast<double>(reason.part) / static_cast<double>(reason.whole) : 0.0);
  switch (rule.kind) {
    case RuleKind::absence_line:
      parameters["line"] = percent(rule.indicator == "attendance.severe" ? policy->severe : policy->chronic);
      made.why.code = "flag_absent_" + unit;
      made.unless.code = made.why.code + "_unless";
      return;
    case RuleKind::unexplained_run:
      made.why.code = "flag_unexplained_run";
      made.unless.code = "flag_unexplained_run_unless";
      return;
    case RuleKind::probability:
      parameters["line"] = percent(policy->chronic);
      parameters["probability"] = percent(reason.value);
      parameters["certainty"] = percent(rule.certainty);
      return word_outlook(rule, reason, made);
    case RuleKind::chart:
      parameters["false_alarms"] = number_text(reason.value, 2);
      made.why.code = "flag_chart";
      made.unless.code = "flag_chart_unless";
      return;
    case RuleKind::share:
      parameters["line"] = percent(rule.at_least);
      made.why.code = "flag_share_" + unit;
      made.unless.code = "flag_share_unless_" + unit;
      return;
    case RuleKind::failed_papers:
      parameters["line"] = percent(policy->pass);
      made.why.code = "flag_failed_papers";
      made.unless.code = "flag_failed_papers_unless";
      return;
    case RuleKind::courses:
      made.why.code = "flag_courses";
      made.unless.code = reason.least == 0 ? "flag_courses_unless_core" : reason.least_core == 0 ? "flag_courses_unless" : "flag_courses_unless_both";
      return;
    case RuleKind::band: return word_band(flags, rule, reason, language, made);
  }
}

std::string family_of(const Flags& flags, const FlagReason& reason) {
  if (reason.rule < 0) return "attendance";
  const std::string& indicator = flags.plan.rules[static_cast<std::size_t>(reason.rule)].indicator;
  return indicator.substr(0, indicator.find('.'));
}

/// Children of lists first, by list, school and pseudonym; those on none last.
std::vector<std::size_t> in_order(const Flags& flags, bool everyone) {
  std::vector<std::size_t> order;
  for (std::size_t child = 0; child < flags.children.size(); ++child) {
    const ChildFlag& flag = flags.children[child];
    if (flag.judged && (everyone || flag.listing != Listing::none)) order.push_back(child);
  }
  const auto school = [&](std::size_t child) { return flags.cohort->records->place_name(flags.children[child].school); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const ChildFlag& one = flags.children[a];
    const ChildFlag& other = flags.children[b];
    if (one.listing != other.listing) return one.listing < other.listing;
    return one.school != other.school && school(a) < school(b);
  });
  return order;
}

TextColumn of_texts(std::vector<std::string> texts) {
  TextColumn column;
  column.texts = std::move(texts);
  return column;
}

std::vector<std::string> rule_names(const Flags& flags) {
  std::vector<std::string> names;
  for (const FlagRule& rule : flags.plan.rules) names.push_back(rule.id);
  return names;
}

template <std::size_t count>
std::vector<std::string> texts_of(const std::array<std::string_view, count>& words) {
  return {words.begin(), words.end()};
}

}  // namespace

ReasonMessages reason_messages(const Flags& flags, const FlagReason& reason, Language language) {
  ReasonMessages made;
  auto& parameters = made.why.parameters;
  const auto number = [&](const char* name, std::int64_t value) { parameters[name] = std::to_string(value); };
  number("part", reason.part);
  number("whole", reason.whole);
  number("unknown", reason.unknown);
  number("core", reason.core);
  number("least", reason.least);
  number("least_core", reason.least_core);
  number("most", reason.most);
  parameters["date"] = to_iso(reason.date);
  parameters["since"] = to_iso(reason.since);
  if (reason.rule < 0) {
    made.why.code = reason.date.known() ? "flag_not_seen" : "flag_never_seen";
    made.unless.code = "flag_not_seen_unless";
  } else {
    const FlagRule& rule = flags.plan.rules[static_cast<std::size_t>(reason.rule)];
    parameters["rule"] = language == Language::zh ? rule.name_zh : rule.name_en;
    if (reason.verdict == Verdict::yes) word_yes(flags, rule, reason, language, made);
    else made.why.code = code_of_cannot_tell(rule, reason);
  }
  if (!made.unless.code.empty()) made.unless.parameters = parameters;
  return made;
}

FlagColumns flag_columns(const Flags& flags, bool everyone) {
  FlagColumns columns;
  columns.child = of_texts(flags.cohort->records->children);
  columns.listing = of_texts(texts_of(listing_words));
  columns.first_rule = of_texts(rule_names(flags));
  for (const std::size_t child : in_order(flags, everyone)) {
    const ChildFlag& flag = flags.children[child];
    columns.child.codes.push_back(static_cast<std::int32_t>(child));
    columns.school.codes.push_back(flag.school < 0 ? -1 : columns.school.code(flags.cohort->records->place_name(flag.school)));
    columns.listing.codes.push_back(static_cast<std::int32_t>(flag.listing));
    columns.first_rule.codes.push_back(flag.first_rule);
    columns.listed.push_back(flag.listed ? 1 : 0);
    columns.in_care.push_back(flag.in_care ? 1 : 0);
    columns.reasons.push_back(flag.reasons);
    columns.chance.push_back(flag.chance);
  }
  return columns;
}

namespace {

ReasonColumns worded(const Flags& flags, const std::vector<std::size_t>& children, Language language) {
  ReasonColumns columns;
  columns.child = of_texts(flags.cohort->records->children);
  columns.listing = of_texts(texts_of(listing_words));
  columns.verdict = of_texts(texts_of(verdict_words));
  columns.status = of_texts(texts_of(status_words));
  columns.rule = of_texts(rule_names(flags));
  // sentences hold numbers, so that there are too many of them to be searched one by one
  std::map<std::string, std::int32_t> texts, unlesses;
  const auto sentence = [language](TextColumn& column, std::map<std::string, std::int32_t>& known, const Message& message) {
    if (message.code.empty()) return column.codes.push_back(-1);
    const std::string text = describe(message.code, language, message.parameters);
    const auto found = known.try_emplace(text, static_cast<std::int32_t>(column.texts.size()));
    if (found.second) column.texts.push_back(text);
    column.codes.push_back(found.first->second);
  };
  const auto before = [](const FlagReason& one, std::size_t wanted) { return one.child < static_cast<std::int32_t>(wanted); };
  for (const std::size_t child : children) {
    const ChildFlag& flag = flags.children[child];
    auto reason = std::lower_bound(flags.reasons.begin(), flags.reasons.end(), child, before);
    for (; reason != flags.reasons.end() && reason->child == static_cast<std::int32_t>(child); ++reason) {
      const ReasonMessages messages = reason_messages(flags, *reason, language);
      columns.child.codes.push_back(reason->child);
      columns.school.codes.push_back(flag.school < 0 ? -1 : columns.school.code(flags.cohort->records->place_name(flag.school)));
      columns.listing.codes.push_back(static_cast<std::int32_t>(flag.listing));
      columns.listed.push_back(flag.listed ? 1 : 0);
      columns.rule.codes.push_back(reason->rule);
      columns.family.codes.push_back(columns.family.code(family_of(flags, *reason)));
      columns.verdict.codes.push_back(static_cast<std::int32_t>(reason->verdict));
      columns.status.codes.push_back(static_cast<std::int32_t>(reason->status));
      columns.code.codes.push_back(columns.code.code(messages.why.code));
      sentence(columns.text, texts, messages.why);
      sentence(columns.unless, unlesses, messages.unless);
      columns.value.push_back(reason->value);
      columns.part.push_back(reason->part);
      columns.whole.push_back(reason->whole);
      columns.unknown.push_back(reason->unknown);
    }
  }
  return columns;
}

}  // namespace

ReasonColumns reason_columns(const Flags& flags, Language language) { return worded(flags, in_order(flags, false), language); }

ReasonColumns reason_columns(const Flags& flags, std::size_t child, Language language) {
  if (child >= flags.children.size()) throw std::out_of_range("childwell: there is no such child");
  return worded(flags, {child}, language);
}

}  // namespace childwell::inline v0_1
