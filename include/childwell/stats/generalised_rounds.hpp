// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/core/executor.hpp>
#include <childwell/stats/generalised.hpp>
#include <childwell/stats/matrix.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace childwell::inline v0_1::stats {

/// What is fitted in rounds.
enum class RoundFamily : std::uint8_t {
  logistic,  ///< outcomes in [0, 1], logit link
  poisson    ///< counts of at least 0, log link
};
inline constexpr std::array<std::string_view, 2> round_family_words = {"logistic", "poisson"};

/// A column of whole-number codes, one a row: 0 is the reference, 1 to levels - 1 have a coefficient each, and a code
/// below 0 is missing. It is never made into columns of zeros and ones.
struct CategoricalColumn {
  std::span<const std::int32_t> codes;
  std::int32_t levels = 0;
};

/// Dense columns, and coded ones behind them. Coefficients: the intercept, the dense columns, then the levels.
struct MixedDesign {
  MatrixView dense;
  std::vector<CategoricalColumn> categorical;
  bool intercept = true;
};

/// What a stretch of rows says about a model at given coefficients; stretches add up.
struct GeneralisedSummary {
  std::vector<double> gradient;  ///< of the log-likelihood
  Matrix information;            ///< cross product of the dense columns in single precision, good to about 1e-7
  double objective = 0.0;        ///< minus log-likelihood, but for parts that hang on the data alone
  double weight = 0.0;           ///< sum of weights
  std::int64_t count = 0;        ///< rows used
  std::int64_t missing = 0;
  std::int64_t infinite = 0;  ///< rows with an infinite value, not used
};

/// A Newton step from merged summaries.
struct NewtonStep {
  std::vector<double> coefficients;  ///< after the step; NaN when the status is not ok
  double distance = std::numeric_limits<double>::quiet_NaN();  ///< how far the step went, in standard errors
  double objective = std::numeric_limits<double>::quiet_NaN();  ///< penalised, before the step
  double condition = std::numeric_limits<double>::quiet_NaN();  ///< of the information, columns of equal length
  Status status = Status::not_enough_data;
};

struct RidgeOptions {
  RoundFamily family = RoundFamily::logistic;
  double ridge = 1.0;             ///< half of it times the squared coefficients; the intercept is free
  bool standard_errors = true;    ///< costs one round at the end
  std::int64_t most_rounds = 100;
  double level = 0.95;
  std::vector<std::string> names;  ///< of dense columns and levels; empty gives x0, x1, ...
};

/// What a stretch of rows says about a logistic or Poisson model at given coefficients.
///
/// Use for fits in rounds over stretches of data (chunks, files, partitions): summarise each at the same coefficients,
/// merge_summaries in a fixed order, newton_step, again. For data in memory fit_ridge does it all.
/// @param design         dense and categorical columns; NaN or a code below 0 is missing, its row is left out
/// @param outcomes       shape (n,); NaN is missing
/// @param coefficients   intercept, dense columns, levels 1 and up of each categorical column
/// @param weights        shape (n,) or empty, at least 0
/// @param offsets        shape (n,) or empty
/// @param family         logistic or poisson
/// @param executor       where to run; stretches of rows depend on n and the number of coefficients only
/// @return sums over the rows; the same bits for any number of threads
/// @throws std::invalid_argument when lengths differ, a code is out of range or an outcome outside its range
/// @source Hastie, Tibshirani and Friedman 2009, 4.4.1; fits equal fit_logistic and fit_poisson to 1e-10
GeneralisedSummary generalised_summary(const MixedDesign& design, std::span<const double> outcomes,
                                       std::span<const double> coefficients, std::span<const double> weights,
                                       std::span<const double> offsets, RoundFamily family, Executor& executor);

/// Two summaries at the same coefficients as one.
///
/// Use in a fixed order of stretches; the order is part of the last digits only.
/// @param earlier   a summary
/// @param later     a summary of other rows at the same coefficients
/// @return the sum
/// @throws std::invalid_argument when they have different numbers of coefficients; cost: one addition a number
/// @source addition
GeneralisedSummary merge_summaries(GeneralisedSummary earlier, const GeneralisedSummary& later);

/// The Newton step that merged summaries ask for.
///
/// Use until distance is below 1e-10 or so; where the objective has risen since the last step, go back half the way.
/// @param summary        merged over all rows, at these coefficients
/// @param coefficients   where the summary was made
/// @param ridge          at least 0; the intercept is free
/// @param intercept      whether the first coefficient is one
/// @return ok; rank_deficient when the information is too ill-conditioned for single precision (condition above 1e5):
///         then a fit by QR is needed; not_finite when rows had infinite values; not_enough_data without rows
/// @throws std::invalid_argument when lengths differ or ridge is below 0; cost: p^3 / 3
/// @source Newton's method on the penalised likelihood
NewtonStep newton_step(const GeneralisedSummary& summary, std::span<const double> coefficients, double ridge,
                       bool intercept = true);

/// Ridge-penalised logistic or Poisson regression on many rows, dense and categorical columns, in rounds.
///
/// Use for city-sized fits and for categorical columns with many levels. Starts on a share of the rows; information
/// in single precision only steers, the double-precision gradient decides where the fit ends (predicted distance to the
/// maximum below 2e-9 standard errors). Ill-conditioned designs go to fit_logistic or fit_poisson, which use QR, with
/// categorical columns made dense; without a ridge those also decide on separation.
/// @param design     dense and categorical columns; NaN or a code below 0 is missing, its row is left out
/// @param outcomes   shape (n,); NaN is missing
/// @param weights    shape (n,) or empty, at least 0
/// @param offsets    shape (n,) or empty
/// @param options    family, ridge, standard_errors, level, names
/// @param executor   where to run; results do not depend on it
/// @return as fit_logistic; standard errors from the information plus ridge, good to about 1e-6
/// @throws std::invalid_argument when lengths differ, a code is out of range, or an option outside its range
/// @source as generalised_summary; equal to fit_logistic to 1e-9
GeneralisedFit fit_ridge(const MixedDesign& design, std::span<const double> outcomes, std::span<const double> weights,
                         std::span<const double> offsets, const RidgeOptions& options, Executor& executor);

}  // namespace childwell::inline v0_1::stats
