// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/columns.hpp>

#include "family_requests.hpp"
#include "help.hpp"
#include "requested.hpp"
#include "screening.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/family_status.hpp>
#include <childwell/indicators/grade_age.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace childwell::inline v0_1 {

namespace {

constexpr std::array<const char*, attendance_indicators> attendance_ids = {
    "attendance.coverage",           "attendance.coverage_recorded", "attendance.coverage_implied",
    "attendance.coverage_unknown",   "attendance.absence_rate",      "attendance.absence_propensity",
    "attendance.excused_rate",       "attendance.unexcused_rate",    "attendance.reason_unknown_rate",
    "attendance.late_rate",          "attendance.absent_days",       "attendance.spells",
    "attendance.spell_longest_days", "attendance.spell_current_days", "attendance.spell_single_share",
    "attendance.days_since_seen",    "attendance.sessions_since_seen"};

constexpr double unbounded = std::numeric_limits<double>::infinity();
constexpr std::size_t enough_children = 512;  // as many tell how many rows a child has

CatalogueEntry attendance_entry(const char* id) {
  CatalogueEntry entry{id, "attendance", "share", 0.0, 1.0, "realised", "bounds", "unrecorded sessions all absent or none", "childwell, mission B1", "", ""};
  const std::string name = id;
  if (name.find("days") != std::string::npos) entry.unit = "days";
  if (name.find("sessions_since") != std::string::npos || name.ends_with("spells")) entry.unit = "count";
  if (entry.unit != "share") entry.range_high = unbounded;
  if (name.find("absent_days") != std::string::npos || name.find("spell") != std::string::npos) {
    entry.method = "days missed by the share that the attendance policy names, by half where none is named; unrecorded days both ways";
  }
  if (name.find("since_seen") != std::string::npos) entry.method = "of all that is known at the date, whatever the window";
  entry.direction = name.find("coverage") == std::string::npos || name.ends_with("unknown") ? "high_is_concern" : "high_is_good";
  if (name.ends_with("coverage_implied") || name.ends_with("single_share")) entry.direction = "neither";
  if (name.ends_with("propensity")) {
    entry.estimand = "propensity";
    entry.interval = "confidence";
    entry.method = "Wilson, effective days = days / length-weighted mean spell";
    entry.source = "Wilson 1927";
  }
  return entry;
}

class Rows {
 public:
  Rows(const Indicators& indicators, const Snapshot& snapshot) : indicators_(indicators), snapshot_(snapshot) {
    window_ = columns_.window.code(snapshot.window.name);
    child_scope_ = columns_.scope.code("child");
    school_scope_ = columns_.scope.code("child_school");
    for (std::size_t i = 0; i < status_words.size(); ++i) columns_.status.texts.emplace_back(status_words[i]);
  }

  void add(std::int32_t child, std::string_view indicator, const Estimate& estimate, std::string_view policy = {}) {
    put(child, code_of(indicator), estimate, code_of_policy(policy), -1, -1, -1);
  }

  void add_at_school(std::int32_t child, std::int32_t school, std::string_view indicator, const Estimate& estimate,
                     std::string_view policy = {}) {
    put(child, code_of(indicator), estimate, code_of_policy(policy),
        columns_.school.code(indicators_.cohort->records->place_name(school)), -1, -1);
  }

  void add_paper(std::int32_t child, std::string_view indicator, const Estimate& estimate, const Paper& paper,
                 std::string_view policy = {}) {
    put(child, code_of(indicator), estimate, code_of_policy(policy), -1, code_of_name(columns_.exam, exams_, paper.exam),
        code_of_name(columns_.subject, subjects_, paper.subject));
  }

  void name_children() { columns_.child.texts = indicators_.cohort->records->children; }

  /// Children have much the same rows in the same order, so the indicator that followed last time is looked at first.
  [[nodiscard]] std::int32_t code_of(std::string_view indicator) {
    std::vector<std::int32_t>& next = following_;
    const auto before = static_cast<std::size_t>(last_ + 1);
    if (before >= next.size()) next.resize(before + 1, -1);
    const std::int32_t expected = next[before];
    const bool same = expected >= 0 && columns_.indicator.texts[static_cast<std::size_t>(expected)] == indicator;
    last_ = same ? expected : columns_.indicator.code(indicator);
    next[before] = last_;
    return last_;
  }

  /// Room for the rows of all children, once some have been written.
  void expect(std::size_t written, std::size_t children) {
    const std::size_t rows = columns_.value.size() * (children / written + 1) * 17 / 16;
    for (TextColumn* column : {&columns_.child, &columns_.indicator, &columns_.window, &columns_.scope, &columns_.school,
                               &columns_.exam, &columns_.subject, &columns_.informant, &columns_.policy, &columns_.status}) {
      column->codes.reserve(rows);
    }
    columns_.as_of.reserve(rows);
    for (auto* column : {&columns_.value, &columns_.lower, &columns_.upper}) column->reserve(rows);
    for (auto* column : {&columns_.n_expected, &columns_.n_observed}) column->reserve(rows);
  }
  [[nodiscard]] std::int32_t code_of_informant(const std::string& informant) { return columns_.informant.code(informant); }

  void add_form(std::int32_t child, std::int32_t indicator, const Estimate& estimate, std::int32_t informant) {
    put(child, indicator, estimate, -1, -1, -1, -1, informant);
  }

  IndicatorColumns take() { return std::move(columns_); }

 private:
  [[nodiscard]] std::int32_t code_of_policy(std::string_view policy) {
    return policy.empty() ? -1 : columns_.policy.code(policy);
  }

  /// The code in a column of a name of the records, looked up once.
  std::int32_t code_of_name(TextColumn& column, std::vector<std::int32_t>& known, std::int32_t name) {
    const Dictionary& names = indicators_.cohort->records->names;
    if (known.empty()) known.assign(static_cast<std::size_t>(names.size()), -1);
    std::int32_t& code = known[static_cast<std::size_t>(name)];
    if (code < 0) code = column.code(names.text(name));
    return code;
  }

  void put(std::int32_t child, std::int32_t indicator, const Estimate& estimate, std::int32_t policy, std::int32_t school,
           std::int32_t exam, std::int32_t subject, std::int32_t informant = -1) {
    columns_.child.codes.push_back(child);
    columns_.as_of.push_back(snapshot_.as_of.days);
    columns_.indicator.codes.push_back(indicator);
    columns_.window.codes.push_back(window_);
    columns_.scope.codes.push_back(school < 0 ? child_scope_ : school_scope_);
    columns_.school.codes.push_back(school);
    columns_.exam.codes.push_back(exam);
    columns_.subject.codes.push_back(subject);
    columns_.informant.codes.push_back(informant);
    columns_.policy.codes.push_back(policy);
    columns_.value.push_back(estimate.value);
    columns_.lower.push_back(estimate.lower);
    columns_.upper.push_back(estimate.upper);
    columns_.n_expected.push_back(estimate.n_expected);
    columns_.n_observed.push_back(estimate.n_observed);
    columns_.status.codes.push_back(static_cast<std::int32_t>(estimate.status));
  }

  const Indicators& indicators_;
  const Snapshot& snapshot_;
  IndicatorColumns columns_;
  std::vector<std::int32_t> following_;  ///< the indicator that came after each, and at [0] after none
  std::vector<std::int32_t> exams_, subjects_;
  std::int32_t last_ = -1;
  std::int32_t window_ = 0;
  std::int32_t child_scope_ = 0;
  std::int32_t school_scope_ = 1;
};

/// Writes the forms of one child after another; names and contexts of the scales are made once.
class ScreeningWriter {
 public:
  ScreeningWriter(const Snapshot& snapshot, Rows& rows) : snapshot_(snapshot), rows_(rows) {
    constexpr std::array<const char*, 4> informants = {"self", "parent", "teacher", "carer"};
    for (const ScreeningGroup& group : snapshot.requested.screening.groups) {
      const auto& rule = *snapshot.cohort->screens.instruments[group.instrument].rule;
      Codes codes;
      if (group.informant < informants.size()) codes.informant = rows.code_of_informant(informants[group.informant]);
      for (std::size_t s = 0; s < group.scales.size(); ++s) {
        const auto& scale = rule.scales[group.scales[s]];
        codes.scores.push_back(rows.code_of(detail::screening_id(rule, scale, ScreeningIndicator::score)));
        codes.changes.push_back(rows.code_of(detail::screening_id(rule, scale, ScreeningIndicator::change)));
        codes.since = rows.code_of(detail::screening_id(rule, scale, ScreeningIndicator::days_since));
        codes.contexts.push_back(detail::screening_context(snapshot, group, s));
      }
      codes_.push_back(std::move(codes));
    }
  }

  /// Children come in order.
  void write(std::int32_t child) {
    const bool withheld = snapshot_.cohort->withheld(child, Subject::screens, snapshot_.as_of);
    for (std::size_t g = 0; g < codes_.size(); ++g) {
      const ScreeningGroup& group = snapshot_.requested.screening.groups[g];
      Codes& codes = codes_[g];
      while (codes.next < group.children.size() && group.children[codes.next] < child) ++codes.next;
      if (codes.next == group.children.size() || group.children[codes.next] != child) continue;
      for (std::size_t s = 0; s < group.scales.size(); ++s) write_scale(child, group, codes, s, withheld);
    }
  }

 private:
  struct Codes {
    std::int32_t informant = -1;
    std::int32_t since = -1;
    std::vector<std::int32_t> scores;
    std::vector<std::int32_t> changes;
    std::vector<ScreeningFamily::Context> contexts;
    std::size_t next = 0;
  };

  void write_scale(std::int32_t child, const ScreeningGroup& group, const Codes& codes, std::size_t s, bool withheld) {
    auto made = ScreeningFamily::finish(group.states[codes.next * group.scales.size() + s], codes.contexts[s]);
    const bool outside_age = group.due[codes.next] == ScreeningDue::outside_age;
    for (Estimate& estimate : made) {
      if (withheld) estimate = without_value(Status::withheld);
      else if (estimate.status == Status::not_recorded && outside_age) estimate.status = Status::not_expected;
    }
    rows_.add_form(child, codes.scores[s], made[static_cast<std::size_t>(ScreeningIndicator::score)], codes.informant);
    rows_.add_form(child, codes.changes[s], made[static_cast<std::size_t>(ScreeningIndicator::change)], codes.informant);
    if (s == 0) rows_.add_form(child, codes.since, made[static_cast<std::size_t>(ScreeningIndicator::days_since)], codes.informant);
  }

  const Snapshot& snapshot_;
  Rows& rows_;
  std::vector<Codes> codes_;
};

class Writer {
 public:
  Writer(const Indicators& indicators, const Snapshot& snapshot)
      : indicators_(indicators), snapshot_(snapshot), cohort_(*snapshot.cohort), rows_(indicators, snapshot), screening_(snapshot, rows_) {
    for (const Policy& policy : indicators.plan.policies) {
      if (policy.kind == "course" || policy.kind == "on_track") rules_.push_back(course_rule(cohort_, policy));
      if (policy.kind == "over_age" && ages_.age.empty()) ages_ = grade_ages(cohort_, snapshot.current_lane, snapshot.as_of);
    }
  }

  IndicatorColumns run() {
    rows_.name_children();
    return run(0, cohort_.children.size());
  }

  IndicatorColumns run(std::size_t first_child, std::size_t last_child) {
    const bool attendance = cohort_.records->table("attendance") != nullptr || !cohort_.totals.empty();
    const auto before = [](const PaperScore& one, std::size_t wanted) { return one.child < static_cast<std::int32_t>(wanted); };
    const auto from = std::lower_bound(snapshot_.scores.begin(), snapshot_.scores.end(), first_child, before);
    auto score = static_cast<std::size_t>(from - snapshot_.scores.begin());
    for (auto child = static_cast<std::int32_t>(first_child); child < static_cast<std::int32_t>(last_child); ++child) {
      const auto at = static_cast<std::size_t>(child);
      if (at % 256 == 0) stop_point();
      if (at == first_child + enough_children) rows_.expect(enough_children, last_child - first_child);
      const std::size_t first = score;
      while (score < snapshot_.scores.size() && snapshot_.scores[score].child == child) ++score;
      if (!cohort_.children[at].used) continue;
      const bool no_marks = cohort_.withheld(child, Subject::attendance, snapshot_.as_of);
      const bool no_papers = cohort_.withheld(child, Subject::exam_results, snapshot_.as_of);
      if (no_marks) rows_.add(child, "attendance.absence_rate", without_value(Status::withheld));
      else if (attendance) write_attendance(child);
      write_mobility(child, no_marks);
      write_repeating(child, no_papers);
      write_over_age(child, no_papers);
      screening_.write(child);
      detail::put_help(indicators_, snapshot_, at, [&](std::string_view id, const Estimate& estimate, std::string_view policy) {
        rows_.add(child, id, estimate, policy);
      });
      detail::put_families(indicators_, snapshot_, at, [&](std::string_view id, const Estimate& estimate, std::string_view policy) {
        rows_.add(child, id, estimate, policy);
      });
      if (cohort_.papers.empty()) continue;
      if (no_papers) rows_.add(child, "academic.papers_sat", without_value(Status::withheld));
      else write_papers(child, first, score);
    }
    return rows_.take();
  }

 private:
  void write_attendance(std::int32_t child) {
    const auto at = static_cast<std::size_t>(child);
    const AttendanceFamily::State& state = snapshot_.children[at];
    const Status stop = reason_to_stop(at);
    const auto estimates = AttendanceFamily::finish(state, snapshot_.context);
    for (std::size_t i = 0; i < attendance_indicators; ++i) {
      rows_.add(child, attendance_ids[i], stop == Status::ok ? estimates[i] : without_value(stop, state.expected, 0));
    }
    rows_.add(child, "attendance.outside_sessions", counted(snapshot_.outside[at]));
    write_judgements(child, state, stop);
    if (indicators_.plan.requests.any()) {
      detail::put_requested(indicators_, snapshot_, at, [&](std::string_view id, const Estimate& estimate, std::string_view policy) {
        rows_.add(child, id, stop == Status::ok ? estimate : without_value(stop, state.expected, 0), policy);
      });
    }
    write_schools(child);
  }

  void write_repeating(std::int32_t child, bool withheld) {
    const auto put = [&](std::string_view id, const Estimate& estimate, std::string_view) {
      rows_.add(child, id, withheld ? without_value(Status::withheld) : estimate);
    };
    detail::put_repeating(indicators_, snapshot_, static_cast<std::size_t>(child), put);
  }

  void write_changes(std::int32_t child) {
    if (!indicators_.plan.requests.wants(Request::progress)) return;
    const auto& changes = snapshot_.requested.papers;
    auto change = std::lower_bound(changes.begin(), changes.end(), child,
                                   [](const PaperChange& one, std::int32_t wanted) { return one.child < wanted; });
    if (change == changes.end() || change->child != child) {  // no two papers that compare
      for (const char* id : {"academic.change", "academic.change_z"}) rows_.add(child, id, without_value(Status::not_enough_data));
    }
    for (; change != changes.end() && change->child == child; ++change) {
      const Paper& paper = cohort_.papers[change->after];
      rows_.add_paper(child, "academic.change", change->beyond_regression, paper);
      rows_.add_paper(child, "academic.change_z", change->reliable, paper);
    }
  }

  void write_mobility(std::int32_t child, bool withheld) {
    detail::put_mobility(snapshot_, static_cast<std::size_t>(child), [&](std::string_view id, const Estimate& estimate, std::string_view) {
      rows_.add(child, id, withheld ? without_value(Status::withheld) : estimate);
    });
  }

  [[nodiscard]] Status reason_to_stop(std::size_t child) const {
    const std::int32_t lane = snapshot_.current_lane[child];
    if (lane < 0) return Status::not_enrolled;
    const bool here = cohort_.register_unknown(cohort_.lanes[static_cast<std::size_t>(lane)].school);
    return here || snapshot_.register_unknown[child] != 0 ? Status::register_unknown : Status::ok;
  }

  [[nodiscard]] static Estimate counted(std::int64_t count) {
    Estimate estimate;
    estimate.value = estimate.lower = estimate.upper = static_cast<double>(count);
    estimate.n_expected = estimate.n_observed = count;
    estimate.status = Status::ok;
    return estimate;
  }

  void write_judgements(std::int32_t child, const AttendanceFamily::State& state, Status stop) {
    const auto put = [&](std::string_view id, const Estimate& estimate, std::string_view policy) {
      rows_.add(child, id, stop == Status::ok ? estimate : without_value(stop, state.expected, 0), policy);
    };
    for (const Policy& policy : indicators_.plan.policies) {
      if (policy.kind == "attendance") {
        put("attendance.chronic", judge_absence(state, policy.chronic, policy, snapshot_.context), policy.id);
        put("attendance.severe", judge_absence(state, policy.severe, policy, snapshot_.context), policy.id);
      } else if (policy.kind == "consecutive") {
        put("attendance.unexplained_run", judge_unexplained(state, policy.unexplained_days, snapshot_.context), policy.id);
      } else if (policy.kind == "not_seen") {
        put("attendance.not_seen", judge_not_seen(state, policy.sessions), policy.id);
      }
    }
  }

  /// A school answers for its own days, so a child who moved has a row for each.
  void write_schools(std::int32_t child) {
    std::map<std::int32_t, AttendanceFamily::State> schools;
    const auto at = static_cast<std::size_t>(child);
    for (std::uint32_t i = cohort_.child_begin[at]; i < cohort_.child_begin[at + 1]; ++i) {
      const std::uint32_t lane = cohort_.lanes_by_child[i];
      if (snapshot_.lanes[lane].sessions == 0) continue;
      AttendanceFamily::merge(schools[cohort_.lanes[lane].school], snapshot_.lanes[lane], snapshot_.context);
    }
    if (schools.size() < 2) return;
    for (const auto& [school, state] : schools) {
      const Status stop = Status::register_unknown;
      const bool stopped = cohort_.register_unknown(school);
      const auto estimates = AttendanceFamily::finish(state, snapshot_.context);
      for (const auto which : {AttendanceIndicator::coverage, AttendanceIndicator::absence_rate}) {
        const auto i = static_cast<std::size_t>(which);
        rows_.add_at_school(child, school, attendance_ids[i], stopped ? without_value(stop, state.expected, 0) : estimates[i]);
      }
      for (const Policy& policy : indicators_.plan.policies) {
        if (policy.kind != "attendance") continue;
        const Estimate chronic = judge_absence(state, policy.chronic, policy, snapshot_.context);
        rows_.add_at_school(child, school, "attendance.chronic", stopped ? without_value(stop, state.expected, 0) : chronic, policy.id);
      }
    }
  }

  void write_papers(std::int32_t child, std::size_t first, std::size_t last) {
    const PaperCounts& counts = snapshot_.papers[static_cast<std::size_t>(child)];
    const std::pair<const char*, std::int32_t> parts[] = {{"academic.papers_sat", counts.sat},
                                                          {"academic.papers_absent", counts.absent},
                                                          {"academic.papers_exempt", counts.exempt},
                                                          {"academic.papers_not_entered", counts.not_entered}};
    for (const auto& [id, count] : parts) {
      Estimate estimate = counted(count);
      estimate.n_expected = estimate.n_observed = counts.expected;
      rows_.add(child, id, estimate);
    }
    for (std::size_t i = first; i < last; ++i) write_score(child, snapshot_.scores[i]);
    write_changes(child);
    write_courses(child, first, last);
  }

  /// Subjects of a term, under each policy that says what failing them means.
  void write_courses(std::int32_t child, std::size_t first, std::size_t last) {
    const auto at = static_cast<std::size_t>(child);
    const std::span<const PaperScore> scores(snapshot_.scores.data() + first, last - first);
    for (const NamedEstimate& one : course_estimates(snapshot_, rules_, at, scores)) rows_.add(child, one.id, one.estimate, one.policy);
  }

  void write_over_age(std::int32_t child, bool withheld) {
    const auto at = static_cast<std::size_t>(child);
    for (const Policy& policy : indicators_.plan.policies) {
      if (policy.kind != "over_age") continue;
      auto made = over_age(ages_, at, policy);
      if (snapshot_.current_lane[at] < 0) made.fill(without_value(Status::not_enrolled));
      if (withheld) made.fill(without_value(Status::withheld));
      rows_.add(child, "academic.years_over_age", made[0], policy.id);
      rows_.add(child, "academic.over_age", made[1], policy.id);
    }
  }

  void write_score(std::int32_t child, const PaperScore& score) {
    const Paper& paper = cohort_.papers[score.paper];
    rows_.add_paper(child, "academic.z", score.z, paper);
    rows_.add_paper(child, "academic.percentile", score.percentile, paper);
    rows_.add_paper(child, "academic.rank_normal", score.rank_normal, paper);
    for (const Policy& policy : indicators_.plan.policies) {
      if (policy.kind != "pass_mark") continue;
      const Estimate failed = judge_paper(cohort_, score, policy, policy.pass);
      rows_.add_paper(child, "academic.failed", failed, paper, policy.id);
    }
  }

  const Indicators& indicators_;
  const Snapshot& snapshot_;
  const Cohort& cohort_;
  Rows rows_;
  std::vector<CourseRule> rules_;
  GradeAges ages_;
  ScreeningWriter screening_;
};

}  // namespace

std::int32_t TextColumn::code(std::string_view text) {
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found != texts.end()) return static_cast<std::int32_t>(found - texts.begin());
  texts.emplace_back(text);
  return static_cast<std::int32_t>(texts.size() - 1);
}

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> entries;
  for (const char* id : attendance_ids) entries.push_back(attendance_entry(id));
  entries.push_back({"attendance.outside_sessions", "attendance", "count", 0.0, unbounded, "realised", "none", "counted", "data model, rule 3", "high_is_concern", ""});
  for (const char* id : {"attendance.chronic", "attendance.severe", "attendance.unexplained_run", "attendance.not_seen"}) {
    entries.push_back({id, "attendance", "yes or no", 0.0, 1.0, "realised", "bounds", "by the policy named in its column", "data model, rules 2, 5 and 6", "high_is_concern", ""});
  }
  entries.push_back({"academic.z", "academic", "standard deviations", -unbounded, unbounded, "realised", "none", "among sitters of one paper, divisor n - 1", "mission B2", "high_is_good", ""});
  entries.push_back({"academic.percentile", "academic", "percent", 0.0, 100.0, "realised", "bounds", "mid-rank; those who did not sit all above or all below", "mission B2", "high_is_good", ""});
  entries.push_back({"academic.rank_normal", "academic", "standard deviations", -unbounded, unbounded, "realised", "none", "Blom", "Blom 1958", "high_is_good", ""});
  entries.push_back({"academic.failed", "academic", "yes or no", 0.0, 1.0, "realised", "none", "below the pass mark named in its column", "data model, rule 7", "high_is_concern", ""});
  for (const char* id : {"academic.papers_sat", "academic.papers_absent", "academic.papers_exempt", "academic.papers_not_entered"}) {
    const std::string direction = std::string(id).ends_with("sat") ? "high_is_good" : std::string(id).ends_with("exempt") ? "neither" : "high_is_concern";
    entries.push_back({id, "academic", "count", 0.0, unbounded, "realised", "none", "counted", "data model, rule 7", direction, ""});
  }
  for (CatalogueEntry& entry : detail::schooling_catalogue()) entries.push_back(std::move(entry));
  for (CatalogueEntry& entry : detail::requested_catalogue()) entries.push_back(std::move(entry));
  return entries;
}

IndicatorColumns indicator_columns(const Indicators& indicators, std::size_t snapshot) {
  return Writer(indicators, indicators.snapshots.at(snapshot)).run();
}

IndicatorColumns indicator_columns(const Indicators& indicators, std::size_t snapshot, std::size_t first_child,
                                   std::size_t last_child) {
  const Snapshot& found = indicators.snapshots.at(snapshot);
  if (first_child > last_child || last_child > found.cohort->children.size()) {
    throw std::out_of_range("childwell: there are no children from " + std::to_string(first_child) + " to " + std::to_string(last_child));
  }
  return Writer(indicators, found).run(first_child, last_child);
}

}  // namespace childwell::inline v0_1
