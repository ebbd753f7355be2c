// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/cohort/screens.hpp>
#include <childwell/core/estimate.hpp>
#include <childwell/stats/survey.hpp>

#include <cstdint>
#include <limits>
#include <span>

namespace childwell::inline v0_1 {

struct CollectionOptions {
  double level = 0.95;
  double low = -std::numeric_limits<double>::infinity();   ///< lowest value that an answer can have
  double high = std::numeric_limits<double>::infinity();   ///< highest
  std::int64_t target = 0;        ///< children of the frame; 0: those who are listed
  std::int64_t minimum_cell = 10;  ///< fewer answers are not shown
  stats::LonelyUnit lonely = stats::LonelyUnit::refuse;
};

/// What a collection of answers says of the children of its frame, with what its interval is.
struct CollectionFigure {
  Estimate mean;                                   ///< n_expected: listed or the target; n_observed: answers
  IntervalKind interval = IntervalKind::none;      ///< bounds of a census, confidence of a sample
  double standard_error = std::numeric_limits<double>::quiet_NaN();       ///< of a sample
  double degrees_of_freedom = std::numeric_limits<double>::quiet_NaN();
  double design_effect = std::numeric_limits<double>::quiet_NaN();
};

/// The figure of a city that the design of a collection allows.
///
/// Use for every mean or share of answers that is said of a city. A census has no sampling error, and bounds from the
/// children who gave no answer; a sample has weights, strata and clusters, and a confidence interval from them; volunteers
/// have no figure of a city, whatever they are weighted by. A part of the children is asked about by NaN outside of it in
/// a sample, and by the rows given in a census.
/// @param values    one a child of the frame (census) or of the drawn (sample); NaN gave no answer
/// @param design    of the collection
/// @param drawn     weights, strata, clusters and populations of a sample; a census has none
/// @param options   level in (0, 1), range of the scale, children of the frame, smallest number shown
/// @return the mean; not_comparable for volunteers and where nobody said how the children came in, hidden with fewer answers
///         than the smallest cell, not_recorded without any; statuses of stats::survey_mean for a sample; bounds of a census
///         are NaN where the scale has no end
/// @throws std::invalid_argument when a value lies outside the scale, a census has weights, the target is below the
///         number listed, or an option or the design is out of range
/// @source data model, table collections; stats::survey_mean; bounds checked by hand
CollectionFigure collection_figure(std::span<const double> values, Design design, const stats::SurveyDesign& drawn,
                                   const CollectionOptions& options = {});

}  // namespace childwell::inline v0_1
