// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/generalised_rounds.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace childwell::inline v0_1::stats {

struct ElasticNetOptions {
  RoundFamily family = RoundFamily::logistic;
  double alpha = 1.0;              ///< 1 is the lasso, 0 is ridge; in [0, 1]
  std::vector<double> lambdas;     ///< empty makes a path; else any number, at least 0, taken from large to small
  std::int64_t path_length = 100;  ///< of a made path, at least 2
  double smallest = 0.0;           ///< last lambda over the first; 0 means 1e-4, or 1e-2 with fewer rows than columns
  bool standardise = true;         ///< penalise columns in units of their standard deviation (divisor sum of weights)
  bool intercept = true;
  std::vector<std::string> names;
};

/// Penalised models along a path of lambdas, largest first. One row a lambda, one column a column of the design.
struct ElasticNetPath {
  std::vector<double> lambdas;
  std::vector<double> intercepts;
  Matrix coefficients;                   ///< in the units of the columns
  std::vector<double> deviance_ratios;   ///< 1 - deviance / null deviance
  std::vector<std::int64_t> non_zero;    ///< coefficients that are not 0
  std::vector<std::int64_t> iterations;  ///< quadratic approximations
  double null_deviance = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> names;
  std::int64_t count = 0;
  std::int64_t missing = 0;
  Status status = Status::not_enough_data;
};

/// Lasso and elastic-net paths of logistic and Poisson models by coordinate descent.
///
/// Use for prediction from many columns; choose lambda by held-out children, never on the rows of the fit. The
/// coefficients are drawn towards 0 and have no standard errors. Objective, as glmnet: minus log-likelihood / sum of
/// weights + lambda ((1 - alpha) / 2 sum b^2 + alpha sum |b|), b of standardised columns, the intercept free. Each
/// lambda starts from the one before; quadratic approximations are solved by cyclic descent on the Gram matrix until the
/// largest change is below 1e-12 standard deviations, and taken at half length where the objective would rise.
/// @param design     shape (n, p); NaN is missing, its row is left out
/// @param outcomes   shape (n,), in [0, 1] or counts; NaN is missing
/// @param weights    shape (n,) or empty, at least 0; only their proportions matter
/// @param offsets    shape (n,) or empty
/// @param options    family, alpha, lambdas, standardise, intercept, names
/// @return one row a lambda; constant columns have 0; rows from a lambda without an answer on are NaN and the
///         status is not_converged, or separated or quasi_separated at lambda 0; degenerate when all outcomes are at one
///         end; not_finite; not_enough_data
/// @throws std::invalid_argument when lengths differ or an option lies outside its range; cost: n p^2 for each quadratic
///         approximation
/// @source Friedman, Hastie and Tibshirani 2010, J. Stat. Softw. 33; R glmnet 4.1-6 (thresh 1e-18) to 1e-6; KKT
///         conditions to 1e-9
ElasticNetPath elastic_net_path(const MatrixView& design, std::span<const double> outcomes,
                                std::span<const double> weights = {}, std::span<const double> offsets = {},
                                const ElasticNetOptions& options = {});

}  // namespace childwell::inline v0_1::stats
