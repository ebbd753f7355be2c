// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace childwell::inline v0_1::stats {

struct PersonPeriodOptions {
  double width = 1.0;        ///< of a period, in the unit of the times; above 0
  std::int64_t horizon = 0;  ///< last period that is looked at; 0 means the last that somebody reached
  std::vector<std::string> names;  ///< of the covariates; empty gives x0, x1, ...
};

/// One row for each period in which a child was still at risk: what fit_discrete_hazard is given.
struct PersonPeriods {
  Matrix design;                     ///< one column a period from the second on (1 in that period), then the covariates
  std::vector<double> events;        ///< 1 where the event happened
  std::vector<std::int64_t> person;  ///< position of the child among those given
  std::vector<std::int64_t> period;  ///< from 1
  std::vector<std::string> names;    ///< of the columns
  std::int64_t count = 0;            ///< children used
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Person-period rows of times that end with an event or with the end of observation.
///
/// Use before fit_discrete_hazard. A time falls into period max(1, ceil(time / width)); a child has a row for each
/// period up to its own or to the horizon, and an event only in the last of them. Censored children count as at risk in
/// the period in which they were last seen.
/// @param times        shape (n,), at least 0; NaN is missing
/// @param events       shape (n,), 1 when the time ended with the event, else 0; NaN is missing
/// @param covariates   shape (n, p), constant in time; p may be 0; NaN is missing, the child is left out
/// @param options      width, horizon, names
/// @return rows in order of child and period; not_finite; not_enough_data without a child
/// @throws std::invalid_argument when lengths differ, a time is below 0, an event is neither 0 nor 1, width is not
///         above 0 or horizon below 0; std::bad_alloc; cost: one row a child a period
/// @source Singer and Willett 1993, J. Educ. Stat. 18; equal to R on lung, bfeed and OULAD
PersonPeriods person_periods(std::span<const double> times, std::span<const double> events,
                             const MatrixView& covariates = {}, const PersonPeriodOptions& options = {});

}  // namespace childwell::inline v0_1::stats
