// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

#include <childwell/cohort/sessions.hpp>
#include <childwell/core/policy.hpp>

#include "nearest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

[[noreturn]] void fail(const FlagRule& rule, const std::string& what) {
  throw std::invalid_argument("childwell: flag: rule '" + rule.id + "' " + what);
}

std::string_view policy_kind(RuleKind kind) noexcept {
  switch (kind) {
    case RuleKind::absence_line:
    case RuleKind::probability: return "attendance";
    case RuleKind::unexplained_run: return "consecutive";
    case RuleKind::failed_papers: return "pass_mark";
    case RuleKind::courses: return "course";
    default: return {};
  }
}

/// How many of a whole reach a share.
std::int64_t reaching(Fraction share, std::int64_t whole) noexcept {
  return (whole * share.numerator + share.denominator - 1) / share.denominator;
}

bool named(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Completed years on a day, by months; -1 where the birth is not known.
int age_on(Date birth, Date day) noexcept {
  if (!birth.known()) return -1;
  const CivilDate born = to_civil(birth);
  const CivilDate now = to_civil(day);
  return ((now.year - born.year) * 12 + now.month - born.month) / 12;
}

bool in_ages(const instruments::Norm& norm, int age) noexcept {
  if (std::isnan(norm.age_from)) return true;
  return age >= 0 && age >= norm.age_from && age <= norm.age_to;
}

Verdict verdict_without_value(Status status) noexcept {
  switch (status) {
    case Status::not_expected:
    case Status::not_enrolled:
    case Status::withheld:
    case Status::not_comparable: return Verdict::not_asked;
    default: return Verdict::cannot_tell;
  }
}

/// Too few days, children or papers to say anything: nothing that somebody could look up in the records.
bool nothing_to_check(Status status) noexcept {
  return status == Status::not_enough_data || status == Status::not_finite || status == Status::degenerate;
}

/// The band that holds a score, as score_forms has it: of those that begin at or below it, the last; on a scale without
/// a grid a score on a limit belongs to the band that the norms say.
const std::string& word_of(const instruments::Norm& norm, const instruments::Scale& scale, const instruments::BandTable& table,
                           double score) noexcept {
  for (std::size_t i = table.bands.size(); i-- > 1;) {
    const double from = table.bands[i].from;
    const bool is_below = scale.step == 0.0 && !norm.limit_in_upper && score == from;
    if (score >= from && !is_below) return table.bands[i].word;
  }
  return table.bands.front().word;
}

/// A share between its bounds as whole numbers, so that one on the line is on it.
struct ShareCounts {
  std::int64_t whole = 0;
  std::int64_t certain = 0;
  std::int64_t possible = 0;
};

ShareCounts share_counts(const FlagRule& rule, const Estimate& estimate, const AttendanceFamily::State& state) noexcept {
  ShareCounts counts;
  counts.whole = estimate.n_expected;
  // lateness is of the sessions at which the child was, or may have been
  if (rule.indicator == "attendance.late_rate") counts.whole = std::int64_t{state.present_sessions} + state.unobserved_sessions;
  counts.certain = std::llround(estimate.lower * static_cast<double>(counts.whole));
  counts.possible = std::llround(estimate.upper * static_cast<double>(counts.whole));
  return counts;
}

}  // namespace

Answers::Answers(const Indicators& indicators, const FlagPlan& plan)
    : indicators_(indicators), plan_(plan), snapshot_(indicators.snapshots.at(plan.snapshot)) {
  for (const Policy& policy : indicators.plan.policies) {
    if (policy.kind == "not_seen" && not_seen_ == nullptr) not_seen_ = &policy;
    if (policy.kind == "help" && help_ == nullptr && indicators.plan.requests.wants(Request::help)) help_ = &policy;
  }
  const Cohort& cohort = *snapshot_.cohort;
  const bool attendance = cohort.records->table("attendance") != nullptr || !cohort.totals.empty();
  if (attendance && not_seen_ == nullptr) {
    throw std::invalid_argument("childwell: flag: who is not seen comes first in every list, and measure was given no policy that "
                                "says who that is; name one, such as not_seen_10_sessions");
  }
  std::set<std::string> names;
  for (const FlagRule& rule : plan.rules) {
    if (!names.insert(rule.id).second) fail(rule, "is named twice");
    ask(rule);
  }
}

void Answers::ask(const FlagRule& rule) {
  Asked asked;
  if (!rule.policy.empty()) {
    std::vector<std::string> known;
    for (const Policy& policy : indicators_.plan.policies) {
      if (policy.kind != policy_kind(rule.kind)) continue;
      known.push_back(policy.id);
      if (policy.id == rule.policy) asked.line = &policy;
    }
    if (asked.line == nullptr) {
      fail(rule, "asks for the policy '" + rule.policy + "', with which nothing was measured; name it among the policies of measure" + listed(known));
    }
    if (rule.kind == RuleKind::absence_line) {
      const Fraction line = rule.indicator == "attendance.severe" ? asked.line->severe : asked.line->chronic;
      if (line.numerator <= 0) fail(rule, "asks for a line that the policy '" + rule.policy + "' does not have");
    }
  }
  need_family(rule);
  if (rule.kind == RuleKind::band) read_forms(rule, asked);
  asked_.push_back(std::move(asked));
}

void Answers::need_family(const FlagRule& rule) const {
  const auto need = [&](Request request) {
    if (indicators_.plan.requests.wants(request)) return;
    fail(rule, "asks for " + rule.indicator + ", which was not measured; add '" +
                   std::string(request_words[static_cast<std::size_t>(request)]) + "' to the families of measure");
  };
  if (rule.kind == RuleKind::probability) need(Request::outlook);
  if (rule.indicator == "attendance.early_absence_rate") need(Request::early);
  if (rule.kind != RuleKind::chart) return;
  need(Request::charts);
  const double measured = indicators_.plan.requests.false_alarms;
  if (!std::isnan(rule.false_alarms) && rule.false_alarms != measured) {
    fail(rule, "is for charts with another number of false alarms than measure was given; measure with that of the rule");
  }
}

/// From forms that were given with the plan, else from the screens of the study.
void Answers::read_forms(const FlagRule& rule, Asked& asked) const {
  const std::size_t dot = rule.indicator.find('.');
  const std::size_t last_dot = rule.indicator.find('.', dot + 1);
  const std::string instrument = rule.indicator.substr(dot + 1, last_dot - dot - 1);
  const std::string scale = rule.indicator.substr(last_dot + 1);
  asked.last_forms.resize(snapshot_.cohort->children.size());
  if (read_given(rule, instrument, scale, asked)) return;
  if (!indicators_.plan.requests.wants(Request::screening)) {
    fail(rule, "asks for forms of '" + instrument + "', and none were given; give them in forms, scored by the norms '" + rule.norms +
                   "', or add 'screening' to the families of measure");
  }
  read_screens(rule, instrument, scale, asked);
}

bool Answers::read_given(const FlagRule& rule, const std::string& instrument, const std::string& scale, Asked& asked) const {
  bool found = false;
  for (const ScoredForms& forms : plan_.forms) {
    const instruments::Scores& scores = forms.scores;
    if (scores.instrument != instrument || scores.norms != rule.norms) continue;
    const auto position = std::find(scores.scales.begin(), scores.scales.end(), scale);
    if (position == scores.scales.end()) continue;
    found = true;
    const auto column = static_cast<std::size_t>(position - scores.scales.begin());
    for (std::size_t row = 0; row < forms.child.size(); ++row) {
      stop_point_at(row);
      const Date known = forms.known_on.empty() ? forms.date[row] : forms.known_on[row];
      const std::int64_t band = scores.bands[row * scores.scales.size() + column];
      if (forms.child[row] < 0 || band < 0 || (known.known() && known > snapshot_.as_of)) continue;
      const bool holds = named(rule.bands, scores.words[column][static_cast<std::size_t>(band)]);
      take(forms.child[row], {forms.date[row], scores.values(row, column), holds, false}, asked);
    }
  }
  return found;
}

/// The newest score of each child from an informant whom the norms are for, at an age that they are for.
void Answers::read_screens(const FlagRule& rule, const std::string& instrument, const std::string& scale, Asked& asked) const {
  constexpr std::array<const char*, 4> informants = {"self", "parent", "teacher", "carer"};
  const Cohort& cohort = *snapshot_.cohort;
  for (const ScreeningGroup& group : snapshot_.requested.screening.groups) {
    const instruments::Instrument& key = *cohort.screens.instruments[group.instrument].rule;
    if (key.name != instrument) continue;
    const auto norm = std::find_if(key.norms.begin(), key.norms.end(), [&](const auto& one) { return one.name == rule.norms; });
    if (norm == key.norms.end()) continue;
    const bool meant = norm->informants.empty() || (group.informant < informants.size() && named(norm->informants, informants[group.informant]));
    const auto table = std::find_if(norm->tables.begin(), norm->tables.end(), [&](const auto& one) { return one.scale == scale; });
    if (!meant || table == norm->tables.end()) continue;
    for (std::size_t at = 0; at < group.scales.size(); ++at) {
      if (key.scales[group.scales[at]].name != scale) continue;
      for (std::size_t i = 0; i < group.children.size(); ++i) {
        stop_point_at(i);
        const ScreeningFamily::State& state = group.states[i * group.scales.size() + at];
        const bool scored = state.latest.status == instruments::FormStatus::ok;
        const LastForm form{scored ? state.latest.date : state.before_date, scored ? state.latest.score : state.before, false, false};
        const std::int32_t child = group.children[i];
        if (std::isnan(form.score) || !form.date.known()) continue;
        if (!in_ages(*norm, age_on(cohort.children[static_cast<std::size_t>(child)].birth_month, form.date))) continue;
        take(child, {form.date, form.score, named(rule.bands, word_of(*norm, key.scales[group.scales[at]], *table, form.score)), false}, asked);
      }
    }
  }
}

void Answers::take(std::int32_t child, const LastForm& form, Asked& asked) const {
  const auto [first, end] = dated_span(snapshot_.window, snapshot_.as_of);
  if (!form.date.known() || form.date < first || form.date >= end || form.date > snapshot_.as_of) return;
  if (snapshot_.cohort->withheld(child, Subject::screens, snapshot_.as_of)) return;
  LastForm& last = asked.last_forms[static_cast<std::size_t>(child)];
  if (!last.date.known() || last.date < form.date) last = form;
  else if (last.date == form.date && last.holds != form.holds) last.contradicted = true;
}

Stretch Answers::of(std::size_t first_child, std::size_t last_child) const {
  const std::size_t rules = plan_.rules.size();
  constexpr std::size_t each = 3;                 // estimates of a rule
  const std::size_t width = 2 + each * rules;  // not seen, in care, the rules
  const std::size_t children = last_child - first_child;
  const IndicatorColumns columns = indicator_columns(indicators_, plan_.snapshot, first_child, last_child);
  std::vector<std::optional<Estimate>> estimates(children * width);
  {
    std::map<std::pair<std::int32_t, std::int32_t>, std::vector<std::size_t>> wanted;
    const auto position = [](const std::vector<std::string>& texts, const std::string& text) {
      const auto found = std::find(texts.begin(), texts.end(), text);
      return found == texts.end() ? -2 : static_cast<std::int32_t>(found - texts.begin());
    };
    const auto want = [&](const std::string& indicator, const std::string& policy, std::size_t column) {
      const std::int32_t policy_code = policy.empty() ? -1 : position(columns.policy.texts, policy);
      wanted[{position(columns.indicator.texts, indicator), policy_code}].push_back(column);
    };
    if (not_seen_ != nullptr) want("attendance.not_seen", not_seen_->id, 0);
    if (help_ != nullptr) want("help.in_care", help_->id, 1);
    for (std::size_t rule = 0; rule < rules; ++rule) {
      want(plan_.rules[rule].indicator, plan_.rules[rule].policy, 2 + each * rule);
      if (plan_.rules[rule].kind != RuleKind::courses) continue;
      want("academic.courses_failed", plan_.rules[rule].policy, 2 + each * rule + 1);
      want("academic.core_courses_failed", plan_.rules[rule].policy, 2 + each * rule + 2);
    }
    for (std::size_t row = 0; row < columns.value.size(); ++row) {
      if (columns.school.codes[row] >= 0) continue;
      const auto found = wanted.find({columns.indicator.codes[row], columns.policy.codes[row]});
      if (found == wanted.end()) continue;
      Estimate estimate;
      estimate.value = columns.value[row];
      estimate.lower = columns.lower[row];
      estimate.upper = columns.upper[row];
      estimate.n_expected = columns.n_expected[row];
      estimate.n_observed = columns.n_observed[row];
      estimate.status = static_cast<Status>(columns.status.codes[row]);
      const std::size_t child = static_cast<std::size_t>(columns.child.codes[row]) - first_child;
      for (const std::size_t column : found->second) estimates[child * width + column] = estimate;
    }
  }
  Stretch made;
  made.answers.resize(children * (rules + 1));
  made.in_care.resize(children);
  for (std::size_t i = 0; i < children; ++i) {
    const std::size_t child = first_child + i;
    const auto& care = estimates[i * width + 1];
    made.in_care[i] = care && care->status == Status::ok && care->value >= 1.0 ? 1 : 0;
    for (std::size_t column = 0; column <= rules; ++column) {
      Answer& out = made.answers[i * (rules + 1) + column];
      out.reason.child = static_cast<std::int32_t>(child);
      out.reason.rule = static_cast<std::int32_t>(column) - 1;
      out.reason.verdict = Verdict::not_asked;
      const auto& estimate = estimates[i * width];
      if (column > 0) {
        answer(plan_.rules[column - 1], asked_[column - 1], &estimates[i * width + 2 + each * (column - 1)], child, out);
      } else if (estimate && estimate->status == Status::ok) {
        const AttendanceFamily::State& state = snapshot_.children[child];
        out.reason.verdict = estimate->value >= 1.0 ? Verdict::yes : Verdict::no;
        out.reason.part = out.reason.whole = state.since_expected;
        out.reason.unknown = state.since_unrecorded;
        out.reason.least = not_seen_->sessions;
        out.reason.by_days = false;
        out.reason.date = snapshot_.last_evidence[child];
      }
    }
  }
  return made;
}

void Answers::answer(const FlagRule& rule, const Asked& asked, const std::optional<Estimate>* estimates, std::size_t child,
                     Answer& out) const {
  const std::optional<Estimate>& estimate = estimates[0];
  if (rule.kind == RuleKind::band) {
    const LastForm& last = asked.last_forms[child];
    if (!last.date.known()) return;  // who filled in no form has not been asked
    out.reason.date = last.date;
    out.reason.value = last.contradicted ? std::numeric_limits<double>::quiet_NaN() : last.score;
    out.reason.verdict = last.contradicted ? Verdict::cannot_tell : last.holds ? Verdict::yes : Verdict::no;
    if (last.contradicted) out.reason.status = Status::cannot_tell;
    return;
  }
  if (rule.kind == RuleKind::failed_papers) return answer_papers(rule, asked, child, out);
  if (!estimate) return;
  FlagReason& reason = out.reason;
  reason.status = estimate->status;
  reason.whole = estimate->n_expected;
  reason.unknown = estimate->n_expected - estimate->n_observed;
  reason.by_days = asked.line == nullptr || asked.line->counts != "sessions";
  if (rule.kind == RuleKind::share && rule.indicator != "attendance.early_absence_rate") reason.by_days = false;
  if (estimate->status != Status::ok) {
    reason.verdict = verdict_without_value(estimate->status);
    out.soft = nothing_to_check(estimate->status);
    return;
  }
  if (rule.kind == RuleKind::share) return answer_share(rule, *estimate, child, reason);
  reason.verdict = estimate->value >= (rule.kind == RuleKind::probability ? rule.certainty : 1.0) ? Verdict::yes : Verdict::no;
  if (reason.verdict != Verdict::yes) return;
  reason.value = estimate->value;
  switch (rule.kind) {
    case RuleKind::absence_line: return number_absence(rule, asked, child, reason);
    case RuleKind::unexplained_run: {
      const AttendanceFamily::State& state = snapshot_.children[child];
      reason.part = AttendanceFamily::days(state, snapshot_.context).unexplained.tail;
      reason.least = asked.line->unexplained_days;
      reason.most = reason.least - 1;
      reason.date = state.last.date.known() ? state.last.date : state.first.date;
      return;
    }
    case RuleKind::probability: return number_outlook(rule, asked, child, reason);
    case RuleKind::chart: return number_chart(rule, child, reason);
    case RuleKind::courses:
      if (!estimates[1] || !estimates[2]) return;
      reason.part = std::llround(estimates[1]->lower);
      reason.core = std::llround(estimates[2]->lower);
      reason.whole = estimates[1]->n_expected;
      reason.unknown = estimates[1]->n_expected - estimates[1]->n_observed;
      reason.least = asked.line->courses_failed;
      reason.least_core = asked.line->core_failed;
      return;
    default: return;
  }
}

void Answers::answer_share(const FlagRule& rule, const Estimate& estimate, std::size_t child, FlagReason& reason) const {
  const ShareCounts counts = share_counts(rule, estimate, snapshot_.children[child]);
  const bool certainly = rule.at_least.reached(counts.certain, counts.whole);
  const bool possibly = rule.at_least.reached(counts.possible, counts.whole);
  reason.verdict = certainly ? Verdict::yes : possibly ? Verdict::cannot_tell : Verdict::no;
  if (reason.verdict == Verdict::cannot_tell) reason.status = Status::cannot_tell;
  reason.part = counts.certain;
  reason.whole = counts.whole;
  reason.unknown = counts.possible - counts.certain;
  reason.value = estimate.lower;
  reason.least = reaching(rule.at_least, reason.whole);
  reason.most = reason.least - 1;
}

void Answers::number_absence(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const {
  const AttendanceFamily::State& state = snapshot_.children[child];
  const auto days = AttendanceFamily::days(state, snapshot_.context);
  reason.part = reason.by_days ? std::int64_t{days.absent} : state.absent;
  reason.value = static_cast<double>(reason.part) / static_cast<double>(reason.whole);
  const Fraction line = rule.indicator == "attendance.severe" ? asked.line->severe : asked.line->chronic;
  reason.least = reaching(line, reason.whole);
  reason.most = reason.least - 1;
}

/// The most absences with which the probability would stay below the rule's certainty, everything else as it is: the
/// days seen, and how many of them one spell fills. A rate of days rests on days recorded as a whole, the end of the year
/// on every day that is certain.
void Answers::number_outlook(const FlagRule& rule, const Asked& asked, std::size_t child, FlagReason& reason) const {
  const RequestedStates& states = snapshot_.requested;
  const OutlookFamily::State& state = states.outlook[child];
  OutlookFamily::Context context;
  context.by_days = reason.by_days;
  context.prior = (context.by_days ? states.day_priors : states.unit_priors)[child];
  context.line = asked.line->chronic;
  context.minimum_days = asked.line->minimum_days;
  context.left_days = states.left_days[child];
  context.left_units = states.left_units[child];
  context.calendar_known = snapshot_.context.calendar_known;
  const bool of_year = rule.indicator == "attendance.p_year_above";
  const std::int64_t expected = reason.by_days ? state.expected_days : state.expected_units;
  reason.part = !reason.by_days ? state.absent_units : of_year ? state.absent_days : state.absent_whole_days;
  reason.whole = !reason.by_days ? state.observed_units : of_year ? state.observed_days : state.whole_days;
  reason.unknown = expected - reason.whole;
  if (of_year) reason.unknown += reason.by_days ? context.left_days : context.left_units;
  const double spell = OutlookFamily::spell_days(state, states.pooled_spell_days);
  const auto probability = [&](std::int64_t absences) {
    const auto fewer_by = static_cast<std::int32_t>(reason.part - absences);
    OutlookFamily::State fewer = state;
    if (reason.by_days) {
      fewer.absent_days -= fewer_by;
      fewer.absent_whole_days = std::max(0, fewer.absent_whole_days - fewer_by);
    } else {
      fewer.absent_units -= fewer_by;
    }
    fewer.absences = Runs{};
    // with no runs of its own the spell is 10 pooled over (10 + absent days): this keeps it as it was
    context.pooled_spell_days = spell * (10.0 + fewer.absent_days) / 10.0;
    const OutlookIndicator which = of_year ? OutlookIndicator::p_year_above : OutlookIndicator::p_rate_above;
    return OutlookFamily::finish(fewer, context)[static_cast<std::size_t>(which)].value;
  };
  std::int64_t below = -1;  // the rule does not hold with as many; -1: none is known
  std::int64_t holds = reason.part;
  while (holds - below > 1) {
    const std::int64_t middle = below + (holds - below) / 2;
    (probability(middle) >= rule.certainty ? holds : below) = middle;
  }
  reason.most = below;
}

void Answers::number_chart(const FlagRule& rule, std::size_t child, FlagReason& reason) const {
  const RequestedStates& states = snapshot_.requested;
  const bool ewma = rule.indicator == "attendance.ewma_alarm";
  const Onsets& onsets = ewma ? states.ewma[child].onsets : states.cusum[child].onsets;
  reason.part = onsets.begun;
  reason.whole = onsets.watched;
  reason.unknown = onsets.expected - onsets.watched;
  reason.value = indicators_.plan.requests.false_alarms;
  reason.date = ewma ? states.ewma[child].alarm : states.cusum[child].alarm;
  reason.since = indicators_.plan.requests.baseline;
}

/// A paper that a child did not sit may lie on either side of the pass mark; one that it was excused from does not count.
void Answers::answer_papers(const FlagRule& rule, const Asked& asked, std::size_t child, Answer& out) const {
  const auto number = static_cast<std::int32_t>(child);
  if (snapshot_.cohort->withheld(number, Subject::exam_results, snapshot_.as_of)) return;
  const auto& scores = snapshot_.scores;
  auto score = std::lower_bound(scores.begin(), scores.end(), number, [](const PaperScore& one, std::int32_t wanted) { return one.child < wanted; });
  FlagReason& reason = out.reason;
  for (; score != scores.end() && score->child == number; ++score) {
    constexpr std::uint8_t absent = 1, deferred = 4, not_entered = 5;
    const Paper& paper = snapshot_.cohort->papers[score->paper];
    const Estimate failed = judge_mark(*score, paper.ordered_levels ? 0.0 : paper.full, asked.line->pass);
    if (failed.status == Status::ok) {
      ++reason.whole;
      reason.part += failed.value >= 1.0 ? 1 : 0;
    } else if (score->status == absent || score->status == deferred || score->status == not_entered) {
      ++reason.unknown;
    }
  }
  if (reason.whole + reason.unknown == 0) return;
  reason.least = rule.papers;
  reason.most = rule.papers - 1;
  if (reason.part >= rule.papers) {
    reason.verdict = Verdict::yes;
  } else if (reason.part + reason.unknown >= rule.papers) {
    reason.verdict = Verdict::cannot_tell;
    reason.status = Status::cannot_tell;
  } else {
    reason.verdict = Verdict::no;
  }
}

}  // namespace childwell::inline v0_1::detail
