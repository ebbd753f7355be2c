// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#include <childwell/indicators/course_family.hpp>

#include <childwell/indicators/family_status.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

namespace childwell::inline v0_1 {
namespace {

/// What one course came to.
struct Course {
  Date term;
  bool core = false;
  CourseOutcome outcome = CourseOutcome::unknown;
  CourseOutcome core_outcome = CourseOutcome::unknown;
};

/// Papers that count alike: all passed, all failed, or nobody can tell.
CourseOutcome together(std::span<const CoursePaper> papers, CourseOutcome CoursePaper::*which) {
  const CourseOutcome first = papers.front().*which;
  const bool agree = std::all_of(papers.begin(), papers.end(), [&](const CoursePaper& one) { return one.*which == first; });
  return agree ? first : CourseOutcome::unknown;
}

CourseOutcome outcome_of(std::span<const CoursePaper> papers, CourseMark stands, CourseOutcome CoursePaper::*which) {
  if (stands == CourseMark::last) {
    const Date last = papers.back().date;  // two papers of one day leave open which of them counts
    const auto first = std::find_if(papers.begin(), papers.end(), [&](const CoursePaper& one) { return one.date == last; });
    return together(papers.subspan(static_cast<std::size_t>(first - papers.begin())), which);
  }
  const CourseOutcome settles = stands == CourseMark::best ? CourseOutcome::passed : CourseOutcome::failed;
  const CourseOutcome otherwise = stands == CourseMark::best ? CourseOutcome::failed : CourseOutcome::passed;
  const auto any = [&](CourseOutcome outcome) {
    return std::any_of(papers.begin(), papers.end(), [&](const CoursePaper& one) { return one.*which == outcome; });
  };
  if (any(settles)) return settles;
  return any(CourseOutcome::unknown) ? CourseOutcome::unknown : otherwise;
}

std::vector<Course> courses_of(std::span<const CoursePaper> slice, CourseMark stands) {
  std::vector<CoursePaper> papers(slice.begin(), slice.end());
  std::stable_sort(papers.begin(), papers.end(), [](const CoursePaper& a, const CoursePaper& b) {
    return std::tuple(a.term, a.subject, a.date) < std::tuple(b.term, b.subject, b.date);
  });
  std::vector<Course> courses;
  for (std::size_t first = 0; first < papers.size();) {
    std::size_t last = first;
    while (last < papers.size() && papers[last].term == papers[first].term && papers[last].subject == papers[first].subject) ++last;
    const std::span<const CoursePaper> of(papers.data() + first, last - first);
    courses.push_back({of.front().term, of.front().core, outcome_of(of, stands, &CoursePaper::outcome),
                       outcome_of(of, stands, &CoursePaper::core_outcome)});
    first = last;
  }
  return courses;
}

/// Courses with an outcome, of those that are counted.
struct Tally {
  std::int64_t all = 0;
  std::int64_t counted = 0;
  std::int64_t unknown = 0;

  void add(CourseOutcome outcome, CourseOutcome of) {
    ++all;
    counted += outcome == of;
    unknown += outcome == CourseOutcome::unknown;
  }

  [[nodiscard]] Estimate estimate() const {
    if (all == 0) return without_value(Status::not_expected);
    if (unknown == all) return without_value(Status::not_recorded, all, 0);
    Estimate made = without_value(Status::ok, all, all - unknown);
    made.value = made.lower = static_cast<double>(counted);
    made.upper = static_cast<double>(counted + unknown);
    return made;
  }
};

Estimate verdict(bool certain, bool possible, std::int64_t expected, std::int64_t observed) {
  if (certain != possible) return without_value(Status::cannot_tell, expected, observed);
  Estimate made = without_value(Status::ok, expected, observed);
  made.value = made.lower = made.upper = certain ? 1.0 : 0.0;
  return made;
}

[[noreturn]] void refuse(const Policy& policy, const char* what) {
  throw std::invalid_argument("childwell: policy '" + policy.id + "': " + what);
}

CourseMark mark_of(const Policy& policy) {
  if (policy.stands == "last") return CourseMark::last;
  if (policy.stands == "best") return CourseMark::best;
  if (policy.stands == "worst") return CourseMark::worst;
  refuse(policy, "stands is missing; write last, best or worst: which of a course's papers counts");
}

CourseOutcome outcome_of(const Estimate& failed) noexcept {
  if (failed.status != Status::ok) return CourseOutcome::unknown;
  return failed.value == 1.0 ? CourseOutcome::failed : CourseOutcome::passed;
}

/// First day of the latest of some months that is not after a date.
Date latest_start(Date date, std::span<const std::int64_t> months) noexcept {
  const CivilDate civil = to_civil(date);
  Date latest{std::numeric_limits<std::int32_t>::min()};
  for (const std::int64_t month : months) {
    const int year = civil.month >= month ? civil.year : civil.year - 1;
    const auto start = to_date({year, static_cast<int>(month), 1});
    if (start) latest = std::max(latest, *start);
  }
  return latest;
}

/// What a policy of kind on_track asks of one child as of the snapshot's date.
OnTrackFamily::Context on_track_context(const Cohort& cohort, const Snapshot& snapshot, std::size_t child, const CourseRule& rule) {
  OnTrackFamily::Context context;
  const Policy& policy = rule.policy;
  context.stands = rule.stands;
  context.year = rule.year_of(snapshot.as_of);
  context.terms = policy.term_months.size();
  context.courses_passed = policy.courses_passed;
  context.core_failed = policy.core_failed;
  const std::int32_t current = snapshot.current_lane[child];
  const Lane* lane = current < 0 ? nullptr : &cohort.lanes[static_cast<std::size_t>(current)];
  const auto& grades = policy.grades;
  context.asked = grades.empty() || (lane != nullptr && std::find(grades.begin(), grades.end(), lane->grade) != grades.end());
  if (lane == nullptr) return context;
  const SessionCalendar& calendar = cohort.calendars[lane->calendar];
  const Date end = rule.year_of(Date{context.year.days + 400});
  const std::size_t first = calendar.first_from(context.year);
  const std::size_t last = calendar.first_from(end);
  context.year_over = calendar.known && last > first && calendar.slots[last - 1].date <= snapshot.as_of;
  return context;
}

}  // namespace

CourseFamily::Estimates CourseFamily::scan(std::span<const Record> slice, const Context& context) {
  Tally all, core;
  for (const Course& course : courses_of(slice, context.stands)) {
    all.add(course.outcome, CourseOutcome::failed);
    if (course.core) core.add(course.core_outcome, CourseOutcome::failed);
  }
  const bool by_courses = context.courses_failed > 0;
  const bool by_core = context.core_failed > 0;
  const std::int64_t expected = by_courses ? all.all : core.all;
  const std::int64_t observed = by_courses ? all.all - all.unknown : core.all - core.unknown;
  const auto reaches = [&](std::int64_t failed, std::int64_t failed_core) {
    return (by_courses && failed >= context.courses_failed) || (by_core && failed_core >= context.core_failed);
  };
  Estimate failure = without_value(expected == 0 ? Status::not_expected : Status::not_recorded, expected, observed);
  if (observed > 0) {
    failure = verdict(reaches(all.counted, core.counted), reaches(all.counted + all.unknown, core.counted + core.unknown), expected, observed);
  }
  return {all.estimate(), core.estimate(), failure};
}

OnTrackFamily::Estimates OnTrackFamily::scan(std::span<const Record> slice, const Context& context) {
  if (!context.asked) return {without_value(Status::not_expected), without_value(Status::not_expected)};
  Tally passed, core;
  std::set<Date> terms;
  for (const Course& course : courses_of(slice, context.stands)) {
    if (course.term < context.year) continue;
    passed.add(course.outcome, CourseOutcome::passed);
    if (course.core) core.add(course.core_outcome, CourseOutcome::failed);
    terms.insert(course.term);
  }
  const std::int64_t observed = passed.all - passed.unknown;
  Estimate on_track = without_value(passed.all == 0 ? Status::not_expected : Status::not_recorded, passed.all, observed);
  if (observed > 0) {
    const bool lost = core.counted > context.core_failed;
    const bool certain = passed.counted >= context.courses_passed && core.counted + core.unknown <= context.core_failed;
    const bool possible = !lost && passed.counted + passed.unknown >= context.courses_passed;
    if (lost) on_track = verdict(false, false, passed.all, observed);  // whatever comes
    else if (!context.year_over) on_track = without_value(Status::cannot_tell, passed.all, observed);
    else if (terms.size() < context.terms && !certain) on_track = without_value(Status::not_enough_data, passed.all, observed);
    else on_track = verdict(certain, possible, passed.all, observed);
  }
  return {passed.estimate(), on_track};
}

Date CourseRule::year_of(Date date) const noexcept {
  return latest_start(date, std::span<const std::int64_t>(policy.term_months).first(1));
}

void check_course_policy(const Policy& policy) {
  if (policy.kind != "course" && policy.kind != "on_track") return;
  (void)mark_of(policy);
  const auto month = [](std::int64_t one) { return one >= 1 && one <= 12; };
  if (policy.term_months.empty() || !std::all_of(policy.term_months.begin(), policy.term_months.end(), month)) {
    refuse(policy, "term_months is missing; write the months in which terms begin, the first of the school year first, such as [9, 2]");
  }
  if (policy.make_up_days < 0 || policy.make_up_days > 120) refuse(policy, "make_up_days lies from 0 to 120");
  const auto share = [](Fraction one) { return one.denominator > 0 && one.numerator >= 0 && one.numerator <= one.denominator; };
  if (!share(policy.pass) || !share(policy.core_pass)) refuse(policy, "a pass mark is a share of full marks, from 0 to 1");
  if (policy.pass.numerator == 0 && policy.failing_levels.empty()) refuse(policy, "pass is missing; write a share of full marks, such as [3, 5], or failing_levels");
  if (policy.courses_failed < 0 || policy.core_failed < 0 || policy.courses_passed < 0) refuse(policy, "numbers of courses are 0 or above");
  if (policy.kind == "course" && policy.courses_failed == 0 && policy.core_failed == 0) refuse(policy, "courses_failed or core_failed is missing; write how many are a failure");
  if (policy.kind == "on_track" && policy.courses_passed == 0) refuse(policy, "courses_passed is missing; write how many a school year needs");
  if (policy.core.empty() && (policy.core_failed > 0 || policy.core_pass.numerator > 0)) refuse(policy, "core is missing; write the names of the core subjects");
}

CourseRule course_rule(const Cohort& cohort, const Policy& policy) {
  check_course_policy(policy);
  CourseRule rule;
  rule.policy = policy;
  rule.stands = mark_of(policy);
  rule.terms.resize(cohort.papers.size());
  rule.core.assign(cohort.papers.size(), 0);
  for (std::size_t number = 0; number < cohort.papers.size(); ++number) {
    const Paper& paper = cohort.papers[number];
    const auto back = static_cast<std::int32_t>(policy.make_up_days);
    if (paper.date.known()) rule.terms[number] = latest_start(Date{paper.date.days - back}, policy.term_months);
    const std::string& subject = cohort.records->names.text(paper.subject);
    rule.core[number] = std::find(policy.core.begin(), policy.core.end(), subject) != policy.core.end() ? 1 : 0;
  }
  return rule;
}

std::vector<CoursePaper> course_papers(const Cohort& cohort, const CourseRule& rule, std::span<const PaperScore> scores) {
  constexpr std::uint8_t exempt = 2;
  const Fraction core_pass = rule.policy.core_pass.numerator > 0 ? rule.policy.core_pass : rule.policy.pass;
  std::vector<CoursePaper> papers;
  for (const PaperScore& score : scores) {
    const Paper& paper = cohort.papers[score.paper];
    if (score.status == exempt || !paper.date.known()) continue;
    papers.push_back({rule.terms[score.paper], paper.date, paper.subject, rule.core[score.paper] != 0,
                      outcome_of(judge_paper(cohort, score, rule.policy, rule.policy.pass)),
                      outcome_of(judge_paper(cohort, score, rule.policy, core_pass))});
  }
  std::stable_sort(papers.begin(), papers.end(), [](const CoursePaper& a, const CoursePaper& b) {
    return std::tuple(a.term, a.subject, a.date) < std::tuple(b.term, b.subject, b.date);
  });
  return papers;
}

std::vector<NamedEstimate> course_estimates(const Snapshot& snapshot, std::span<const CourseRule> rules, std::size_t child,
                                            std::span<const PaperScore> scores) {
  std::vector<NamedEstimate> made;
  for (const CourseRule& rule : rules) {
    const auto papers = course_papers(*snapshot.cohort, rule, scores);
    const auto put = [&](const char* id, const Estimate& estimate) { made.push_back({id, rule.policy.id, estimate}); };
    if (rule.policy.kind == "course") {
      const auto all = CourseFamily::scan(papers, {rule.stands, rule.policy.courses_failed, rule.policy.core_failed});
      put("academic.courses_failed", all[0]);
      put("academic.core_courses_failed", all[1]);
      put("academic.course_failure", all[2]);
    } else {
      const auto year = OnTrackFamily::scan(papers, on_track_context(*snapshot.cohort, snapshot, child, rule));
      put("academic.courses_passed", year[0]);
      put("academic.on_track", year[1]);
    }
  }
  return made;
}

}  // namespace childwell::inline v0_1
