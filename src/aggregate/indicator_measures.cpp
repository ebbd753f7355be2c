// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include "indicator_measures.hpp"

#include <childwell/core/executor.hpp>
#include <childwell/indicators/course_family.hpp>
#include <childwell/indicators/family_status.hpp>
#include <childwell/indicators/grade_age.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>

namespace childwell::inline v0_1::detail {
namespace {

constexpr std::size_t school_depth = 5;  // city to class
constexpr std::size_t home_depth = 3;    // city to township
constexpr std::int32_t no_place = -1;

/// The place at each level, from the city down; no_place where there is none.
using Path = std::array<std::int32_t, school_depth>;

constexpr Path nowhere = {no_place, no_place, no_place, no_place, no_place};

// Makes a hierarchy of paths. A level that is missing becomes "(none)", so that children always partition their parent.
class PathTree {
 public:
  PathTree(std::string name, std::size_t depth, const Records& records) : depth_(depth), records_(records) {
    hierarchy_.name = std::move(name);
  }

  std::uint32_t node(const Path& path) {
    std::uint32_t parent = no_node;
    for (std::size_t level = 0; level < depth_; ++level) {
      const auto next = static_cast<std::uint32_t>(hierarchy_.nodes.size());
      const auto [found, missing] = numbers_.try_emplace({parent, path[level]}, next);
      if (missing) {
        std::string code = path[level] == no_place ? std::string(remainder_code) : records_.places.text(path[level]);
        hierarchy_.nodes.push_back({std::move(code), parent, static_cast<Level>(level)});
      }
      parent = found->second;
    }
    return parent;
  }

  [[nodiscard]] Hierarchy take() { return std::move(hierarchy_); }

 private:
  std::size_t depth_;
  const Records& records_;
  Hierarchy hierarchy_;
  std::map<std::pair<std::uint32_t, std::int32_t>, std::uint32_t> numbers_;
};

Path path_of(const Snapshot& snapshot, const std::vector<std::int32_t>& chain) {
  Path path = nowhere;
  for (const std::int32_t place : chain) {
    switch (snapshot.cohort->places.at(place, snapshot.as_of).kind) {
      case PlaceKind::city: path[0] = place; break;
      case PlaceKind::county: path[1] = place; break;
      case PlaceKind::township: path[2] = place; break;
      case PlaceKind::school:
      case PlaceKind::teaching_point: path[3] = place; break;  // the last one stands: the school over its points
      case PlaceKind::class_: path[4] = place; break;
      default: break;
    }
  }
  return path;
}

Path school_path(const Snapshot& snapshot, const Lane& lane) {
  const Places& places = snapshot.cohort->places;
  const std::int32_t school = places.successor(lane.school, snapshot.as_of);
  Path path = path_of(snapshot, places.chain(school, snapshot.as_of));
  if (path[3] == no_place) path[3] = school;
  path[4] = lane.class_place;
  return path;
}

class Gatherer {
 public:
  Gatherer(const Indicators& indicators, const Snapshot& snapshot)
      : indicators_(indicators), cohort_(*snapshot.cohort), policies_(indicators.plan.policies), requests_(indicators.plan.requests),
        snapshot_(snapshot) {}

  IndicatorMeasures gather() {
    lay_places();
    if (cohort_.records->table("attendance") != nullptr || !cohort_.totals.empty()) {
      gather_sessions();
      gather_verdicts(child_nodes_, 0);
      if (!home_nodes_.empty()) gather_verdicts(home_nodes_, 1);
      if (!snapshot_.requested.early.empty()) gather_early();
    }
    if (!snapshot_.requested.moves.empty()) gather_moves();
    gather_grades();
    if (!snapshot_.requested.screening.responses.empty()) gather_responses();
    gather_help();
    gather_families();
    gather_courses();
    gather_all_papers();
    gather_papers();
    made_.child_nodes = std::move(child_nodes_);
    return std::move(made_);
  }

 private:
  void lay_places() {
    SchoolPlaces schools = school_places(snapshot_);
    lane_nodes_ = std::move(schools.lane_nodes);
    child_nodes_ = std::move(schools.child_nodes);
    made_.hierarchies.push_back(std::move(schools.hierarchy));
    const auto has_home = [](const ChildFacts& facts) { return facts.home >= 0; };
    if (std::none_of(cohort_.children.begin(), cohort_.children.end(), has_home)) return;
    PathTree homes("home", home_depth, *cohort_.records);
    std::size_t step = 0;
    for (const ChildFacts& facts : cohort_.children) {
      if (++step % 1024 == 0) stop_point();
      const auto chain = cohort_.places.chain(facts.home, snapshot_.as_of);
      home_nodes_.push_back(homes.node(path_of(snapshot_, chain)));
    }
    made_.hierarchies.push_back(homes.take());
  }

  [[nodiscard]] bool counts(std::size_t child, Subject subject) const {
    const bool stopped = subject == Subject::attendance && snapshot_.register_unknown[child];
    return snapshot_.current_lane[child] >= 0 && !stopped &&
           !cohort_.withheld(static_cast<std::int32_t>(child), subject, snapshot_.as_of);
  }

  [[nodiscard]] static MeasureInput attendance(std::string id, MeasureKind kind, std::string policy, bool sensitive) {
    MeasureInput measure;
    measure.id = std::move(id);
    measure.kind = kind;
    measure.policy = std::move(policy);
    measure.population = "attendance";
    measure.sensitive = sensitive;
    return measure;
  }

  // Units of sessions, at the school where they happened.
  void gather_sessions() {
    MeasureInput rate = attendance("attendance.absence_rate", MeasureKind::ratio, "", true);
    // how much of it was written down is a matter of the register, and a full one says nothing of any child
    MeasureInput coverage = attendance("attendance.coverage", MeasureKind::ratio, "", false);
    MeasureInput recorded = attendance("attendance.coverage_recorded", MeasureKind::ratio, "", false);
    MeasureInput implied = attendance("attendance.coverage_implied", MeasureKind::ratio, "", false);
    std::size_t step = 0;
    for (const std::uint32_t lane : cohort_.lanes_by_child) {
      stop_point_at(++step);
      const AttendanceFamily::State& state = snapshot_.lanes[lane];
      const auto child = static_cast<std::uint32_t>(cohort_.lanes[lane].child);
      const bool withheld = cohort_.withheld(cohort_.lanes[lane].child, Subject::attendance, snapshot_.as_of);
      const bool on_roll = snapshot_.current_lane[child] >= 0;
      if (state.expected == 0 || !on_roll || withheld || cohort_.register_unknown(cohort_.lanes[lane].school)) continue;
      const std::uint32_t place = lane_nodes_[lane];
      const double expected = state.expected;
      const double observed = state.recorded + state.implied;
      rate.rows.push_back({child, place, static_cast<double>(state.absent), observed, expected});
      coverage.rows.push_back({child, place, observed, expected, expected});
      recorded.rows.push_back({child, place, static_cast<double>(state.recorded), expected, expected});
      implied.rows.push_back({child, place, static_cast<double>(state.implied), expected, expected});
    }
    for (MeasureInput* measure : {&rate, &coverage, &recorded, &implied}) made_.measures.push_back(std::move(*measure));
  }

  // Shares of children under a policy: each child once, where it is enrolled or lives now.
  void gather_verdicts(const std::vector<std::uint32_t>& nodes, std::uint32_t hierarchy) {
    for (const Policy& policy : policies_) {
      if (policy.kind == "attendance") {
        gather_share("attendance.chronic", policy.id, nodes, hierarchy, [&](const AttendanceFamily::State& state) {
          return judge_absence(state, policy.chronic, policy, snapshot_.context);
        });
      } else if (policy.kind == "not_seen") {
        gather_share("attendance.not_seen", policy.id, nodes, hierarchy, [&](const AttendanceFamily::State& state) {
          return judge_not_seen(state, policy.sessions);
        });
      }
    }
  }

  template <class Judge>
  void gather_share(std::string id, const std::string& policy, const std::vector<std::uint32_t>& nodes,
                    std::uint32_t hierarchy, Judge judge) {
    MeasureInput measure = attendance(std::move(id), MeasureKind::share, policy, true);
    measure.hierarchy = hierarchy;
    for (std::size_t child = 0; child < nodes.size(); ++child) {
      stop_point_at(child);
      if (!counts(child, Subject::attendance)) continue;
      const Estimate verdict = judge(snapshot_.children[child]);
      if (verdict.status == Status::not_expected || verdict.status == Status::not_enough_data) continue;
      const bool told = verdict.status == Status::ok;
      measure.rows.push_back({static_cast<std::uint32_t>(child), nodes[child], told ? verdict.value : 0.0,
                              told ? 1.0 : 0.0, 1.0});
    }
    made_.measures.push_back(std::move(measure));
  }

  // Days of the first weeks, of children who have had them.
  void gather_early() {
    MeasureInput rate = attendance("attendance.early_absence_rate", MeasureKind::ratio, "", true);
    rate.population = "first days";  // of children who have had them: others, and what they hide is no matter of the rest
    EarlyFamily::Context context;
    context.calendar_known = snapshot_.context.calendar_known;
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      stop_point_at(child);
      if (!counts(child, Subject::attendance)) continue;
      const Estimate early = EarlyFamily::finish(snapshot_.requested.early[child], context)[0];
      if (early.status != Status::ok && early.status != Status::not_recorded) continue;
      const auto [absent, whole] = EarlyFamily::whole_days(snapshot_.requested.early[child], context);
      rate.rows.push_back({static_cast<std::uint32_t>(child), child_nodes_[child], static_cast<double>(absent), static_cast<double>(whole),
                           static_cast<double>(early.n_expected)});
    }
    made_.measures.push_back(std::move(rate));
  }

  // Children who changed their school, where it can be told: it says nothing of registers, and everything of a child.
  void gather_moves() {
    MeasureInput moved = attendance("mobility.moved", MeasureKind::share, "", true);
    moved.population = "mobility";  // children of whom it can be told
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      stop_point_at(child);
      const auto number = static_cast<std::int32_t>(child);
      if (snapshot_.current_lane[child] < 0 || cohort_.withheld(number, Subject::attendance, snapshot_.as_of)) continue;
      const Estimate moves = MovesFamily::finish(snapshot_.requested.moves[child], {})[0];
      if (moves.status != Status::ok) continue;
      const bool told = moves.lower >= 1.0 || moves.upper < 1.0;
      moved.rows.push_back({static_cast<std::uint32_t>(child), child_nodes_[child], told && moves.lower >= 1.0 ? 1.0 : 0.0,
                            told ? 1.0 : 0.0, 1.0});
    }
    made_.measures.push_back(std::move(moved));
  }

  /// What a group can say of one estimate of a child; nothing where the child is not asked about.
  static std::optional<Contribution> family_part(const NamedEstimate& one) {
    const Estimate& estimate = one.estimate;
    const auto expected = static_cast<double>(estimate.n_expected);
    const auto observed = static_cast<double>(estimate.n_observed);
    Contribution part;
    if (one.id.starts_with("left_behind.")) {  // days known to be yes, days known, days: what is not known stays beside
      if (estimate.n_expected == 0 || estimate.status == Status::withheld) return {};
      part.numerator = std::isnan(estimate.lower) ? 0.0 : std::min(observed, std::round(estimate.lower * expected));
      part.observed = observed;
      part.expected = expected;
      return part;
    }
    part.expected = 1.0;
    if (one.id == "contact.rate_per_week") {
      if (estimate.status != Status::ok) return {};
      part.numerator = estimate.value;
      part.observed = 1.0;
      return part;
    }
    const bool gap = one.id == "guardianship.gap_days";
    if (!gap && one.id != "visits.overdue") return {};
    if (estimate.status != Status::ok && estimate.status != Status::cannot_tell) return {};
    const bool yes = gap ? estimate.lower > 0.0 : estimate.value == 1.0;
    const bool no = gap ? estimate.upper <= 0.0 : estimate.value == 0.0;
    part.numerator = yes ? 1.0 : 0.0;
    part.observed = yes || no ? 1.0 : 0.0;
    return part;
  }

  // Contact, left-behind days, guardians and visits: days and means of children, at the school where they are now.
  void gather_families() {
    const std::array wanted = {Request::contact, Request::left_behind, Request::guardianship, Request::visits};
    if (std::none_of(wanted.begin(), wanted.end(), [&](Request one) { return requests_.wants(one); })) return;
    std::map<std::pair<std::string, std::string>, MeasureInput> measures;
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      if (child % 256 == 0) stop_point();
      if (snapshot_.current_lane[child] < 0) continue;
      for (const NamedEstimate& one : family_estimates(indicators_, snapshot_, child)) {
        auto part = family_part(one);
        if (!part) continue;
        MeasureInput& measure = measures[{one.id, one.policy}];
        if (measure.id.empty()) {
          measure.id = one.id == "guardianship.gap_days" ? "guardianship.gap" : one.id;
          measure.policy = one.policy;
          const bool days = one.id.starts_with("left_behind.");
          measure.kind = days ? MeasureKind::ratio : one.id == "contact.rate_per_week" ? MeasureKind::mean : MeasureKind::share;
          if (days) measure.population = "left behind";
        }
        part->child = static_cast<std::uint32_t>(child);
        part->place = child_nodes_[child];
        measure.rows.push_back(*part);
      }
    }
    for (auto& [name, measure] : measures) made_.measures.push_back(std::move(measure));
  }

  // Children over-age or in their grade again, of those for whom it can be told: enrolment and month of birth say it.
  void gather_grades() {
    const auto share_of = [&](const char* id, const std::string& policy, const auto& judge) {
      MeasureInput share;
      share.id = id;
      share.kind = MeasureKind::share;
      share.policy = policy;
      for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
        stop_point_at(child);
        if (snapshot_.current_lane[child] < 0 || cohort_.withheld(static_cast<std::int32_t>(child), Subject::exam_results, snapshot_.as_of)) continue;
        const Estimate verdict = judge(child);
        const bool told = verdict.status == Status::ok;
        share.rows.push_back({static_cast<std::uint32_t>(child), child_nodes_[child], told ? verdict.value : 0.0, told ? 1.0 : 0.0, 1.0});
      }
      made_.measures.push_back(std::move(share));
    };
    GradeAges ages;
    for (const Policy& policy : policies_) {
      if (policy.kind != "over_age") continue;
      if (ages.age.empty()) ages = grade_ages(cohort_, snapshot_.current_lane, snapshot_.as_of);
      share_of("academic.over_age", policy.id, [&](std::size_t child) { return over_age(ages, child, policy)[1]; });
    }
    if (!requests_.wants(Request::progress)) return;
    share_of("academic.repeating", "", [&](std::size_t child) {
      return repeats_grade(cohort_, static_cast<std::uint32_t>(snapshot_.current_lane[child]), snapshot_.as_of);
    });
  }

  // Children who failed as many courses as a policy names, and children on track, of those for whom it can be told.
  void gather_courses() {
    std::vector<CourseRule> rules;
    for (const Policy& policy : policies_) {
      if (policy.kind == "course" || policy.kind == "on_track") rules.push_back(course_rule(cohort_, policy));
    }
    if (rules.empty() || snapshot_.scores.empty()) return;
    std::map<std::string, MeasureInput> shares;
    for (const std::span<const PaperScore> papers : papers_by_child()) {
      const auto child = static_cast<std::uint32_t>(papers.front().child);
      if (!counts(child, Subject::exam_results)) continue;
      for (NamedEstimate& one : course_estimates(snapshot_, rules, child, papers)) {
        const bool verdict = one.id == "academic.course_failure" || one.id == "academic.on_track";
        if (!verdict || one.estimate.status == Status::not_expected) continue;
        MeasureInput& share = shares[one.policy];
        share.id = std::move(one.id);
        const bool told = one.estimate.status == Status::ok;
        share.rows.push_back({child, child_nodes_[child], told ? one.estimate.value : 0.0, told ? 1.0 : 0.0, 1.0});
      }
    }
    for (auto& [policy, share] : shares) {
      share.kind = MeasureKind::share;
      share.policy = policy;
      made_.measures.push_back(std::move(share));
    }
  }

  /// Scores stand child by child.
  [[nodiscard]] std::vector<std::span<const PaperScore>> papers_by_child() const {
    std::vector<std::span<const PaperScore>> slices;
    for (std::size_t first = 0; first < snapshot_.scores.size();) {
      stop_point_at(slices.size());
      std::size_t last = first;
      while (last < snapshot_.scores.size() && snapshot_.scores[last].child == snapshot_.scores[first].child) ++last;
      slices.emplace_back(snapshot_.scores.data() + first, last - first);
      first = last;
    }
    return slices;
  }

  // Forms given of those offered, and of those due: a low share is a matter of the collection, and never of a child.
  void gather_responses() {
    MeasureInput rate;
    rate.id = "screening.response_rate";
    rate.kind = MeasureKind::ratio;
    rate.population = "screening";
    MeasureInput coverage = rate;
    coverage.id = "screening.coverage";
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      stop_point_at(child);
      const ResponseCounts& forms = snapshot_.requested.screening.responses[child];
      if (!counts(child, Subject::screens) || forms.due == 0) continue;
      const auto number = static_cast<std::uint32_t>(child);
      const double given = forms.given;
      const double due = forms.due;
      if (forms.offered > 0) rate.rows.push_back({number, child_nodes_[child], given, static_cast<double>(forms.offered), static_cast<double>(forms.offered)});
      coverage.rows.push_back({number, child_nodes_[child], given, due, due});
    }
    made_.measures.push_back(std::move(rate));
    made_.measures.push_back(std::move(coverage));
  }

  // Children reached, and children whose referral got neither an answer nor help in time.
  void gather_help() {
    const HelpStates& states = snapshot_.requested.help;
    gather_reached("counselling.reached", states.counselling, Subject::counselling);
    gather_reached("services.reached", states.services, Subject::services);
    if (states.begin.empty()) return;
    gather_waiting(states);
    for (const Policy& policy : policies_) {
      if (policy.kind != "help") continue;
      MeasureInput unmet;
      unmet.id = "referrals.unmet";
      unmet.kind = MeasureKind::share;
      unmet.policy = policy.id;
      unmet.population = "referrals";
      for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
        stop_point_at(child);
        if (!counts(child, Subject::referrals)) continue;
        const std::span all(states.referrals);
        const Estimate verdict = ReferralFamily::scan(all.subspan(states.begin[child], states.begin[child + 1] - states.begin[child]),
                                                      {dated_span(snapshot_.window, snapshot_.as_of).first, snapshot_.as_of, policy.days})[2];
        if (verdict.status == Status::not_expected) continue;
        const bool told = verdict.status == Status::ok;
        unmet.rows.push_back({static_cast<std::uint32_t>(child), child_nodes_[child], told ? verdict.value : 0.0, told ? 1.0 : 0.0, 1.0});
      }
      made_.measures.push_back(std::move(unmet));
    }
  }

  // Children whose referral has no outcome yet, of those on the roll, and of them those who wait longer than a policy allows.
  void gather_waiting(const HelpStates& states) {
    MeasureInput waiting;
    waiting.id = "referrals.waiting";
    waiting.kind = MeasureKind::share;
    waiting.population = "children";
    std::vector<MeasureInput> overdue;
    std::vector<std::int64_t> days;
    for (const Policy& policy : policies_) {
      if (policy.kind != "help") continue;
      MeasureInput& late = overdue.emplace_back();
      late.id = "referrals.overdue";
      late.kind = MeasureKind::share;
      late.policy = policy.id;
      late.population = "waiting";
      days.push_back(policy.days);
    }
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      stop_point_at(child);
      if (!counts(child, Subject::referrals)) continue;
      const std::span all(states.referrals);
      const auto estimates = ReferralFamily::scan(all.subspan(states.begin[child], states.begin[child + 1] - states.begin[child]),
                                                  {dated_span(snapshot_.window, snapshot_.as_of).first, snapshot_.as_of, 0});
      const auto number = static_cast<std::uint32_t>(child);
      const bool waits = estimates[0].status == Status::ok && estimates[0].value > 0.0;
      waiting.rows.push_back({number, child_nodes_[child], waits ? 1.0 : 0.0, 1.0, 1.0});
      if (!waits) continue;
      for (std::size_t i = 0; i < overdue.size(); ++i) {
        const bool late = estimates[1].value > static_cast<double>(days[i]);
        overdue[i].rows.push_back({number, child_nodes_[child], late ? 1.0 : 0.0, 1.0, 1.0});
      }
    }
    made_.measures.push_back(std::move(waiting));
    for (MeasureInput& late : overdue) made_.measures.push_back(std::move(late));
  }

  void gather_reached(const char* id, const std::vector<HelpFamily::State>& states, Subject subject) {
    if (states.empty()) return;
    MeasureInput reached;
    reached.id = id;
    reached.kind = MeasureKind::share;
    reached.population = "children";
    for (std::size_t child = 0; child < child_nodes_.size(); ++child) {
      stop_point_at(child);
      if (!counts(child, subject)) continue;
      reached.rows.push_back({static_cast<std::uint32_t>(child), child_nodes_[child], states[child].sessions > 0 ? 1.0 : 0.0, 1.0, 1.0});
    }
    made_.measures.push_back(std::move(reached));
  }

  using PaperKey = std::tuple<std::uint32_t, std::string, std::string>;

  MeasureInput& paper_measure(std::uint32_t number, const std::string& id, MeasureKind kind,
                              const std::string& policy) {
    MeasureInput& measure = papers_[{number, id, policy}];
    if (!measure.id.empty()) return measure;
    const Paper& paper = cohort_.papers[number];
    const auto& names = cohort_.records->names;
    measure.id = id;
    measure.kind = kind;
    measure.policy = policy;
    measure.exam = names.text(paper.exam) + (paper.paper >= 0 ? "/" + names.text(paper.paper) : "");
    measure.subject = names.text(paper.subject);
    measure.population = "paper " + std::to_string(number);
    measure.above_school = paper.scope >= 2;  // set by the county or the city
    return measure;
  }

  // All papers that compare above the school, taken together: what one figure of a city can say of exams.
  void gather_all_papers() {
    if (snapshot_.scores.empty()) return;
    MeasureInput sat = all_papers("academic.papers_sat_share", "academic.sat_share", "");
    std::vector<MeasureInput> failed;
    std::vector<const Policy*> lines;
    for (const Policy& policy : policies_) {
      if (policy.kind != "pass_mark") continue;
      failed.push_back(all_papers("academic.papers_failed_share", "academic.failure_share", policy.id));
      lines.push_back(&policy);
    }
    for (const std::span<const PaperScore> papers : papers_by_child()) {
      const auto child = static_cast<std::uint32_t>(papers.front().child);
      if (counts(child, Subject::exam_results)) add_child_papers(papers, child, sat, failed, lines);
    }
    made_.measures.push_back(std::move(sat));
    for (MeasureInput& measure : failed) made_.measures.push_back(std::move(measure));
  }

  [[nodiscard]] static MeasureInput all_papers(std::string id, std::string parts, std::string policy) {
    MeasureInput measure;
    measure.id = std::move(id);
    measure.parts = std::move(parts);
    measure.kind = MeasureKind::ratio;
    measure.policy = std::move(policy);
    measure.population = "papers";
    measure.sensitive = true;  // a paper is sat, missed or failed by a child: 0 % and 100 % say so of every one of them
    return measure;
  }

  void add_child_papers(std::span<const PaperScore> papers, std::uint32_t child, MeasureInput& sat,
                        std::vector<MeasureInput>& failed, const std::vector<const Policy*>& lines) const {
    double entered = 0.0;
    double written = 0.0;
    std::vector<double> below(lines.size(), 0.0);
    for (const PaperScore& score : papers) {
      const Paper& paper = cohort_.papers[score.paper];
      const bool compares = paper.scope >= 2 && paper.scope != missing_word && !paper.ordered_levels && paper.full > 0.0;
      if (!compares || score.status == 2) continue;
      entered += 1.0;
      if (score.status != 0) continue;
      written += 1.0;
      for (std::size_t line = 0; line < lines.size(); ++line) {
        if (judge_paper(cohort_, score, *lines[line], lines[line]->pass).value == 1.0) below[line] += 1.0;
      }
    }
    if (entered == 0.0) return;
    sat.rows.push_back({child, child_nodes_[child], written, entered, entered});
    for (std::size_t line = 0; line < lines.size(); ++line) {
      failed[line].rows.push_back({child, child_nodes_[child], below[line], written, entered});
    }
  }

  void gather_papers() {
    std::size_t step = 0;
    for (const PaperScore& score : snapshot_.scores) {
      stop_point_at(++step);
      const auto child = static_cast<std::uint32_t>(score.child);
      if (counts(child, Subject::exam_results)) gather_score(score, child, child_nodes_[child]);
    }
    for (auto& [key, measure] : papers_) made_.measures.push_back(std::move(measure));
  }

  void gather_score(const PaperScore& score, std::uint32_t child, std::uint32_t place) {
    const double sat = score.status == 0 ? 1.0 : 0.0;
    const bool exempt = score.status == 2;
    paper_measure(score.paper, "academic.sat_share", MeasureKind::share, "").rows.push_back({child, place, sat, 1.0, 1.0});
    if (exempt) return;
    if (score.z.status == Status::ok || sat == 0.0) {
      const double z = sat > 0.0 ? score.z.value : 0.0;
      paper_measure(score.paper, "academic.mean_z", MeasureKind::mean, "").rows.push_back({child, place, z, sat, 1.0});
    }
    const Paper& paper = cohort_.papers[score.paper];
    for (const Policy& policy : policies_) {
      if (policy.kind != "pass_mark" || !policy_judges(policy, paper)) continue;
      const double failed = judge_paper(cohort_, score, policy, policy.pass).value == 1.0 ? 1.0 : 0.0;
      paper_measure(score.paper, "academic.failure_share", MeasureKind::share, policy.id)
          .rows.push_back({child, place, failed, sat, 1.0});
    }
  }

  const Indicators& indicators_;
  const Cohort& cohort_;
  const std::vector<Policy>& policies_;
  const Requests& requests_;
  const Snapshot& snapshot_;
  std::vector<std::uint32_t> lane_nodes_;
  std::vector<std::uint32_t> child_nodes_;
  std::vector<std::uint32_t> home_nodes_;
  std::map<PaperKey, MeasureInput> papers_;
  IndicatorMeasures made_;
};

}  // namespace

SchoolPlaces school_places(const Snapshot& snapshot) {
  const Cohort& cohort = *snapshot.cohort;
  SchoolPlaces made;
  PathTree schools("school", school_depth, *cohort.records);
  std::size_t step = 0;
  for (const Lane& lane : cohort.lanes) {
    if (++step % 1024 == 0) stop_point();
    made.lane_nodes.push_back(schools.node(school_path(snapshot, lane)));
  }
  for (const std::int32_t lane : snapshot.current_lane) {
    made.child_nodes.push_back(lane < 0 ? no_node : made.lane_nodes[static_cast<std::size_t>(lane)]);
  }
  made.hierarchy = schools.take();
  return made;
}

IndicatorMeasures indicator_measures(const Indicators& indicators, const Snapshot& snapshot) {
  return Gatherer(indicators, snapshot).gather();
}

}  // namespace childwell::inline v0_1::detail
