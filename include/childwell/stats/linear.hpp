// SPDX-FileCopyrightText: 2026 The childwell authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <childwell/core/estimate.hpp>
#include <childwell/stats/matrix.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace childwell::inline v0_1::stats {

/// How a linear model is fitted.
struct LinearOptions {
  bool intercept = true;           ///< a column of ones before the given ones
  std::vector<std::string> names;  ///< of the given columns; empty means x0, x1, ...
  /// A column is dependent when what the others leave of it is shorter than this share of its length. Rounded data
  /// leave about 1e-16 of a column that truly repeats others; NIST's Filip leaves 1e-11 and is no repetition.
  double tolerance = 1e-13;
};

/// A least-squares fit. Coefficients stand in the order of `names`; undefined parts are NaN, `status` says why.
struct LinearFit {
  std::vector<std::string> names;
  std::vector<double> coefficients;     ///< shape (p,); NaN where the column was left out
  std::vector<double> standard_errors;  ///< shape (p,), under equal variances (divided by the weights)
  Matrix covariance;                    ///< of the coefficients, shape (p, p)
  std::vector<std::int64_t> dependent;  ///< positions of the columns that were left out, ascending
  std::vector<double> fitted;           ///< shape (n,) as given; NaN where the row was not used
  std::vector<double> residuals;        ///< shape (n,); outcome minus fitted
  std::vector<double> leverages;        ///< shape (n,), 0 to 1: diagonal of the hat matrix
  double sigma = std::numeric_limits<double>::quiet_NaN();  ///< residual standard deviation
  double residual_sum_of_squares = std::numeric_limits<double>::quiet_NaN();
  double total_sum_of_squares = std::numeric_limits<double>::quiet_NaN();  ///< about the mean, or 0 without intercept
  double r_squared = std::numeric_limits<double>::quiet_NaN();
  double adjusted_r_squared = std::numeric_limits<double>::quiet_NaN();
  double log_likelihood = std::numeric_limits<double>::quiet_NaN();  ///< normal errors, variance at its maximum
  double f_statistic = std::numeric_limits<double>::quiet_NaN();     ///< all coefficients but the intercept are 0
  double f_p = std::numeric_limits<double>::quiet_NaN();
  double model_degrees_of_freedom = 0.0;
  double residual_degrees_of_freedom = 0.0;
  double condition = std::numeric_limits<double>::quiet_NaN();  ///< of the columns at unit length, Frobenius norms
  double tolerance = 0.0;                                       ///< that decided which columns are dependent
  double last_correction = std::numeric_limits<double>::quiet_NaN();  ///< of the refinement, relative
  std::int64_t refinements = 0;
  std::int64_t count = 0;    ///< rows used
  std::int64_t missing = 0;  ///< rows with a missing value
  std::int64_t rank = 0;
  bool intercept = true;
  Status status = Status::not_enough_data;

  // What the functions below need again: rows used, their weights, and the weighted design as basis * inverse(half).
  std::vector<std::size_t> rows;
  std::vector<double> weights;           // of the rows used; empty when all are 1
  std::vector<double> weighted_residuals;  // square root of the weight times the residual
  Matrix basis;                          // orthonormal columns, shape (count, rank)
  Matrix half;                           // shape (p, rank): (X'WX)^-1 = half * half'
  Matrix relations;                      // shape (dependent, p): a dependent column by the others
};

/// Which robust covariance of a linear fit.
enum class RobustKind : std::uint8_t {
  HC0,   ///< squared residuals as they are (White)
  HC1,   ///< times n / (n - p)
  HC2,   ///< divided by 1 - leverage
  HC3,   ///< divided by (1 - leverage)^2
  CR0,   ///< clusters, no factor
  CR1,   ///< times G / (G - 1)
  CR1S,  ///< times G / (G - 1) * (n - 1) / (n - p): Stata's
  CR2    ///< clusters, unbiased under the working variance (Bell and McCaffrey), Satterthwaite's degrees of freedom
};

/// A covariance of the coefficients that does not lean on equal and independent errors.
struct RobustCovariance {
  Matrix covariance;                       ///< shape (p, p); NaN for columns left out, and without a status of ok
  std::vector<double> standard_errors;     ///< shape (p,)
  std::vector<double> degrees_of_freedom;  ///< shape (p,), for t: n - p, clusters - 1, or Satterthwaite's
  RobustKind kind = RobustKind::HC3;
  double factor = 1.0;                     ///< the correction that multiplies all; NaN where rows have their own
  std::int64_t clusters = 0;               ///< 0 without clusters
  std::int64_t second_clusters = 0;        ///< of a two-way covariance
  double smallest_eigenvalue = std::numeric_limits<double>::quiet_NaN();  ///< two-way: before any fix
  bool eigenvalues_fixed = false;          ///< two-way: negative eigenvalues were set to 0
  Status status = Status::not_enough_data;
};

/// Coefficients with their t tests and intervals; shape (p,) each.
struct CoefficientTests {
  std::vector<std::string> names;
  std::vector<double> estimates;
  std::vector<double> standard_errors;
  std::vector<double> degrees_of_freedom;
  std::vector<double> t;
  std::vector<double> p;  ///< two-sided, of a coefficient of 0
  std::vector<double> lower;
  std::vector<double> upper;
  double level = 0.95;
  Status status = Status::not_enough_data;  ///< of the fit, or of the covariance where one was given
};

/// Whether several coefficients are 0 together.
struct WaldTest {
  double f = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();
  double numerator_degrees_of_freedom = 0.0;
  double denominator_degrees_of_freedom = 0.0;
  Status status = Status::not_enough_data;
};

/// Expected outcomes of new rows; shape (m,) each.
struct LinearPrediction {
  std::vector<double> value;
  std::vector<double> standard_error;  ///< of the mean
  std::vector<double> mean_lower;
  std::vector<double> mean_upper;
  std::vector<double> new_lower;  ///< for one new outcome of weight 1
  std::vector<double> new_upper;
  double level = 0.95;
  Status status = Status::not_enough_data;  ///< rank_deficient: rows that the fit cannot place are NaN
};

/// Linear model by least squares, correct to the last digits that doubles hold.
///
/// Use for a numeric outcome explained by columns, with or without weights. Columns are scaled by powers of two and
/// reduced by Householder QR in blocks of rows, with column pivoting and the threshold of the options; solution and
/// residuals are then refined together in 31 digits (Bjorck's augmented system), one step where the problem is benign.
/// A dependent column is named and left out, the later one of a dependency, and the rest is fitted. Scaling a column or
/// the outcome by a power of two changes no bit but the exponent. Not for outcomes of 0 and 1, or counts.
/// @param design    one row an observation; NaN is missing and removes the row (listwise)
/// @param outcome   shape (n,), any unit; NaN is missing
/// @param weights   shape (n,), at least 0, or empty for none; variances are sigma^2 / weight; 0 removes the row and it
///                  counts nowhere
/// @param options   intercept, names of the columns, tolerance
/// @return the fit; rank_deficient with the dependent columns' coefficients NaN; not_enough_data without rows, and
///         with coefficients but without errors when no degree of freedom is left; degenerate when the outcome is
///         constant (R squared is not defined); not_finite with an infinite value or part; not_converged, without
///         numbers, when the refinement did not settle
/// @throws std::invalid_argument when lengths differ, a weight is negative or not finite, names do not match the
///         columns or the tolerance is outside [0, 1); std::bad_alloc; cost: about 4 n p^2 + 60 n p operations, and
///         10 n p^2 more for the standard errors of an ill-conditioned design; memory 3 n p
/// @source Bjorck 1967, BIT 7; Demmel, Hida, Riedy and Li 2009, ACM TOMS 35(4); all 11 NIST linear sets to 14 digits
///         of the exact answer on the rounded data, their standard errors, too; R lm to 1e-10
LinearFit fit_linear(MatrixView design, std::span<const double> outcome, std::span<const double> weights = {},
                     const LinearOptions& options = {});

/// Heteroskedasticity-consistent covariance of a linear fit (HC0 to HC3).
///
/// Use when the spread of the errors may differ between rows; HC3 for small samples. Not when rows hang together:
/// cluster_covariance. With weights as sandwich does: the score of a row is its weight times its residual. Intervals of
/// 95 % where the spread grows with the column cover 79, 83, 86 and 92 % with HC0 to HC3 at 10 rows, 93 % with HC3 at
/// 30 and 94 % at 100.
/// @param fit    from fit_linear
/// @param kind   HC0, HC1, HC2 or HC3
/// @return covariance and standard errors; the fit's status where it is worse than ok; degenerate when HC2 or HC3 meet
///         a row that the fit passes through by force (leverage 1)
/// @throws std::invalid_argument for another kind; cost: n p^2
/// @source White 1980, Econometrica 48; MacKinnon and White 1985, J. Econom. 29; R sandwich 3.0-2 vcovHC to 1e-10
RobustCovariance robust_covariance(const LinearFit& fit, RobustKind kind = RobustKind::HC3);

/// Cluster-robust covariance of a linear fit (CR0, CR1, CR1S, CR2).
///
/// Use when rows of one cluster (pupils of one school, years of one child) hang together. CR2 with its degrees of
/// freedom holds its level with few clusters, where CR1 and normal quantiles reject far too often. Not with treatment
/// given to one or two clusters. The working variance of CR2 is that of equal, independent errors; as in clubSandwich,
/// weights do not change it. Of a column that hangs together within clusters, intervals of 95 % by CR2 cover 95 % at 5
/// and 10 clusters and 94 % at 30, those by CR1 84, 88 and 92 %.
/// @param fit        from fit_linear
/// @param clusters   shape (n,) as given to the fit: any code of the row's cluster
/// @param kind       CR0, CR1, CR1S or CR2
/// @return covariance, standard errors, and degrees of freedom (clusters - 1; for CR2 Satterthwaite's, one a
///         coefficient); not_enough_data with fewer than two clusters: no standard error is given
/// @throws std::invalid_argument when lengths differ or for another kind; cost: n p^2, CR2 about 8 n p^2, and
///         clusters^2 p^2 for up to 1,024 clusters or clusters p^3 beyond
/// @source Bell and McCaffrey 2002, Surv. Methodol. 28; Pustejovsky and Tipton 2018, J. Bus. Econ. Stat. 36;
///         R clubSandwich 0.5.8 and sandwich 3.0-2 to 1e-8
RobustCovariance cluster_covariance(const LinearFit& fit, std::span<const std::int64_t> clusters,
                                    RobustKind kind = RobustKind::CR2);

/// Covariance of a linear fit under two crossed groupings: first + second - both.
///
/// Use when rows hang together in two ways, such as by school and by year. The difference need not be a covariance:
/// then either the negative eigenvalues are set to 0, and the result says so, or no number is given. Not with fewer
/// than about ten groups in either way.
/// @param fit      from fit_linear
/// @param first, second   shape (n,) as given to the fit: codes
/// @param kind     CR0, CR1 or CR1S; the factor uses the groups of each term
/// @param fix_eigenvalues   whether negative eigenvalues are set to 0 (Cameron, Gelbach and Miller)
/// @return covariance, standard errors, degrees of freedom (the smaller number of groups - 1); not_enough_data with
///         fewer than two groups in one way; boundary when eigenvalues were set to 0; degenerate when it is no
///         covariance and nothing was fixed
/// @throws std::invalid_argument when lengths differ or for another kind; cost: n p^2 + n log n
/// @source Cameron, Gelbach and Miller 2011, J. Bus. Econ. Stat. 29; R sandwich 3.0-2 vcovCL to 1e-10
RobustCovariance two_way_cluster_covariance(const LinearFit& fit, std::span<const std::int64_t> first,
                                            std::span<const std::int64_t> second, RobustKind kind = RobustKind::CR1S,
                                            bool fix_eigenvalues = false);

/// t tests and confidence intervals of the coefficients under equal variances.
///
/// Use when errors are independent and alike; else give a robust covariance.
/// @param fit     from fit_linear
/// @param level   level of the intervals, in (0, 1)
/// @return one entry a coefficient, two-sided; NaN where the coefficient or its error is not defined
/// @throws std::invalid_argument when level is outside (0, 1); cost: p quantiles
/// @source Student's t; R summary.lm and confint to 1e-10
CoefficientTests coefficient_tests(const LinearFit& fit, double level = 0.95);

/// t tests and confidence intervals of the coefficients with a robust covariance and its degrees of freedom.
///
/// Use with robust_covariance, cluster_covariance or two_way_cluster_covariance of the same fit.
/// @param fit          from fit_linear
/// @param covariance   of the same fit
/// @param level        level of the intervals, in (0, 1)
/// @return one entry a coefficient, two-sided; NaN where the coefficient or its error is not defined
/// @throws std::invalid_argument when level is outside (0, 1) or the covariance has another size; cost: p quantiles
/// @source Student's t; R clubSandwich 0.5.8 coef_test to 1e-8
CoefficientTests coefficient_tests(const LinearFit& fit, const RobustCovariance& covariance, double level = 0.95);

/// Wald's test that several coefficients are 0 together, under equal variances: the F test of nested models.
///
/// Use for a factor of several columns when errors are independent and alike; else give a robust covariance.
/// @param fit         from fit_linear
/// @param positions   of the coefficients, each once
/// @return F with its degrees of freedom and p; the fit's status (rank_deficient) when one of the coefficients was left
///         out; not_enough_data without degrees of freedom; degenerate when their covariance is singular
/// @throws std::invalid_argument when a position is wrong or repeated; cost: k^3
/// @source Wald 1943; statsmodels f_test to 1e-10
WaldTest wald_test(const LinearFit& fit, std::span<const std::int64_t> positions);

/// Wald's test that several coefficients are 0 together, with a robust covariance, as an F test.
///
/// Use for a factor of several columns with robust_covariance or a cluster covariance of the same fit. The denominator
/// has the smallest of the coefficients' degrees of freedom.
/// @param fit          from fit_linear
/// @param positions    of the coefficients, each once
/// @param covariance   of the same fit
/// @return F with its degrees of freedom and p; the covariance's status when it has no number; not_enough_data without
///         degrees of freedom; degenerate when their covariance is singular, as with fewer clusters than coefficients
/// @throws std::invalid_argument when a position or size is wrong or a position is repeated; cost: k^3
/// @source Wald 1943; statsmodels f_test to 1e-10
WaldTest wald_test(const LinearFit& fit, std::span<const std::int64_t> positions, const RobustCovariance& covariance);

/// Expected outcomes of new rows, with intervals for the mean and for one new outcome.
///
/// Use within the range of the data that were fitted. With dependent columns a row is placed only if it keeps to the
/// same dependencies; others are NaN.
/// @param fit      from fit_linear
/// @param design   the same columns as the fit was given, without intercept; NaN gives NaN
/// @param level    level of the intervals, in (0, 1)
/// @return one entry a row
/// @throws std::invalid_argument when the number of columns differs or level is outside (0, 1); cost: m p^2
/// @source R predict.lm(interval = ) to 1e-10
LinearPrediction predict_linear(const LinearFit& fit, MatrixView design, double level = 0.95);

}  // namespace childwell::inline v0_1::stats
