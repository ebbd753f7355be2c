// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/cohort.hpp>
#include <childwell/core/date.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/core/fold.hpp>
#include <childwell/core/policy.hpp>
#include <childwell/indicators/academic.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace childwell::inline v0_1 {

/// What became of a paper or of a course.
enum class CourseOutcome : std::uint8_t { passed, failed, unknown };

/// Which of a course's papers counts: the last one, so that a make-up paper replaces what came before it; the best one;
/// or the worst one, so that a make-up paper replaces nothing.
enum class CourseMark : std::uint8_t { last, best, worst };

/// One paper of a course, which is a subject in a term. Papers that a child is exempt from are not part of a course.
struct CoursePaper {
  Date term;   ///< its first day
  Date date;
  std::int32_t subject = -1;
  bool core = false;
  CourseOutcome outcome = CourseOutcome::unknown;
  CourseOutcome core_outcome = CourseOutcome::unknown;  ///< by the pass mark of core subjects
};

/// Courses of a stretch of time that a child failed, and whether they are a failure under a policy.
///
/// A course without a known outcome may be either: it widens the bounds, and where they straddle the policy's line the
/// verdict is cannot_tell. A scan: which paper counts depends on all of them.
struct CourseFamily {
  using Record = CoursePaper;

  struct Context {
    CourseMark stands = CourseMark::last;
    std::int64_t courses_failed = 0;  ///< so many are a failure; 0 asks nothing
    std::int64_t core_failed = 0;     ///< so many core courses are
  };

  /// courses_failed, core_courses_failed, course_failure
  using Estimates = std::array<Estimate, 3>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

/// Courses of a school year that a child passed, and whether it is on track for the next one.
struct OnTrackFamily {
  using Record = CoursePaper;

  struct Context {
    CourseMark stands = CourseMark::last;
    Date year;                        ///< its first day; earlier terms do not count
    std::size_t terms = 2;            ///< of a school year
    std::int64_t courses_passed = 0;  ///< needed
    std::int64_t core_failed = 0;     ///< so many failed core courses are still on track
    bool year_over = false;           ///< no further course can come
    bool asked = true;                ///< the policy is about the child's grade
  };

  /// courses_passed, on_track
  using Estimates = std::array<Estimate, 2>;

  static Estimates scan(std::span<const Record> slice, const Context& context);
};

static_assert(Scan<CourseFamily> && Scan<OnTrackFamily>);

/// How a policy reads the papers of a cohort.
struct CourseRule {
  Policy policy;
  CourseMark stands = CourseMark::last;
  std::vector<Date> terms;           ///< by paper; not known where the paper has no date
  std::vector<std::uint8_t> core;    ///< by paper

  /// First day of the school year that holds a date.
  [[nodiscard]] Date year_of(Date date) const noexcept;
};

/// Refuses a policy of kind course or on_track that leaves open what it means.
///
/// Use where policies enter.
/// @param policy   any policy; other kinds pass
/// @return nothing
/// @throws std::invalid_argument with the policy's name, when it does not say what stands, when terms begin, what passes or
///         how many courses count
/// @source house file, idea 6
void check_course_policy(const Policy& policy);

/// Reads a policy of kind course or on_track for the papers of a cohort.
///
/// Use once for a cohort and policy. A paper of the first days of a term is a make-up paper of the term before, as many
/// days as the policy says.
/// @param cohort   papers
/// @param policy   of kind course or on_track
/// @return the term of every paper, and whether it is of a core subject
/// @throws std::invalid_argument when the policy does not say what stands, when terms begin or what passes, with its name.
///         Cost: papers times core subjects
/// @source mission B2; checked by hand
CourseRule course_rule(const Cohort& cohort, const Policy& policy);

/// One child's papers as a policy judges them, by term, subject and date.
///
/// Use before CourseFamily and OnTrackFamily.
/// @param cohort   papers
/// @param rule     of the same cohort
/// @param scores   of one child
/// @return papers with a date that the child is not exempt from; one that was not sat or cannot be judged is unknown
/// @throws std::bad_alloc. Cost: one sort
/// @source mission B2; checked by hand
std::vector<CoursePaper> course_papers(const Cohort& cohort, const CourseRule& rule, std::span<const PaperScore> scores);

}  // namespace childwell::inline v0_1
