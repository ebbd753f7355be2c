// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::instruments {

/// What the reliability of a change rests on.
struct ChangeOptions {
  double reliability = std::numeric_limits<double>::quiet_NaN();         ///< of the score, in [0, 1)
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();  ///< of the score in the group that it is of
  double level = 0.95;
  bool high_is_good = false;
};

/// What became of each child's score, beyond the error of measurement. Undefined parts are NaN.
struct ReliableChange {
  std::vector<double> change;               ///< after less before [points]
  std::vector<double> index;                ///< change over its standard error
  std::vector<std::int64_t> direction;      ///< 1 better, -1 worse, 0 neither, by the index; -2 not known
  double standard_error_of_measurement = std::numeric_limits<double>::quiet_NaN();
  double standard_error_of_difference = std::numeric_limits<double>::quiet_NaN();
  double threshold = std::numeric_limits<double>::quiet_NaN();  ///< points beyond which a change is reliable
  double level = std::numeric_limits<double>::quiet_NaN();
  std::int64_t better = 0;
  std::int64_t worse = 0;
  std::int64_t neither = 0;
  std::int64_t count = 0;
  std::int64_t missing = 0;  ///< children without both scores
  Status status = Status::not_enough_data;
};

/// The reliable change index of Jacobson and Truax.
///
/// Use to tell a change from the error of measurement, one child at a time. Not as an effect of a programme: children
/// chosen for a bad score come nearer the mean without one. Reliabilities of different kinds give different answers.
/// @param before, after   shape (n,), points of one scale; NaN is missing
/// @param options         reliability, standard deviation, level, direction
/// @return change, index and direction of each child, and counts; not_enough_data without a pair, not_finite with an
///         infinite score
/// @throws std::invalid_argument for lengths that differ, a reliability outside [0, 1), a standard deviation that is
///         not above 0 or a level outside (0, 1); cost: one pass
/// @source Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59; their worked case and exact arithmetic to 1e-14
ReliableChange reliable_change(std::span<const double> before, std::span<const double> after,
                               const ChangeOptions& options);

/// Two groups between whom a score is to tell.
struct ClinicalNorms {
  double clinical_mean = std::numeric_limits<double>::quiet_NaN();
  double clinical_standard_deviation = std::numeric_limits<double>::quiet_NaN();
  double normal_mean = std::numeric_limits<double>::quiet_NaN();
  double normal_standard_deviation = std::numeric_limits<double>::quiet_NaN();
};

/// Three lines between a clinical and a normal group.
struct ClinicalCutoffs {
  double a = std::numeric_limits<double>::quiet_NaN();  ///< two standard deviations from the clinical mean
  double b = std::numeric_limits<double>::quiet_NaN();  ///< within two standard deviations of the normal mean
  double c = std::numeric_limits<double>::quiet_NaN();  ///< where either group is as likely
  Status status = Status::not_enough_data;
};

/// The cut-offs a, b and c of Jacobson and Truax.
///
/// Use c when both groups are known and overlap, b when the clinical group is not known, a as a last resort. Not a
/// published cut-off of an instrument: that stands in its norms.
/// @param norms   means and standard deviations, points of one scale; the direction follows from the means
/// @return three lines [points]; degenerate when the means are equal
/// @throws std::invalid_argument for a number that is not finite or a standard deviation not above 0; cost: none
/// @source Jacobson and Truax 1991; their worked case
ClinicalCutoffs clinical_cutoffs(const ClinicalNorms& norms);

/// What became of a child against the line and beyond the error of measurement.
enum class ClinicalOutcome : std::uint8_t {
  unknown,               ///< a score is missing
  recovered,             ///< reliably better, and across the line
  improved,              ///< reliably better, not across it
  unchanged,
  deteriorated,          ///< reliably worse
  not_clinical_at_start  ///< never on the clinical side, and not reliably worse
};

inline constexpr std::array<std::string_view, 6> clinical_outcome_words = {
    "unknown", "recovered", "improved", "unchanged", "deteriorated", "not_clinical_at_start"};

/// Outcomes of many children. Undefined parts are NaN.
struct ClinicalChange {
  std::vector<ClinicalOutcome> outcomes;
  ReliableChange reliable;
  double cutoff = std::numeric_limits<double>::quiet_NaN();
  std::int64_t recovered = 0;
  std::int64_t improved = 0;
  std::int64_t unchanged = 0;
  std::int64_t deteriorated = 0;
  std::int64_t not_clinical_at_start = 0;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Clinically significant change: reliable, and across the line between a clinical and a normal group.
///
/// Use with cut-off c, or an instrument's published one, to say how many children came back into the usual range. Not
/// to compare services without a like comparison group.
/// @param before, after   shape (n,), points of one scale; NaN is missing
/// @param cutoff          a score on it is on the normal side [points]
/// @param options         reliability, standard deviation, level, direction
/// @return outcome of each child, and counts; not_enough_data without a pair, not_finite with an infinite score
/// @throws std::invalid_argument as reliable_change, and for a cut-off that is not finite; cost: one pass
/// @source Jacobson and Truax 1991; cases worked by hand
ClinicalChange clinical_change(std::span<const double> before, std::span<const double> after, double cutoff,
                               const ChangeOptions& options);

}  // namespace childwell::inline v0_1::instruments
