# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Generalised linear models: logistic, Poisson, negative binomial, discrete-time hazard; separation."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers, table

__all__ = [
    "detect_separation",
    "fit_discrete_hazard",
    "fit_logistic",
    "fit_negative_binomial",
    "fit_poisson",
    "fit_quasi_poisson",
    "predict_generalised",
]


def fit_logistic(
    design: Any, outcomes: Any, *, weights: Any = None, offsets: Any = None, intercept: bool = True,
    ridge: float = 0.0,
    firth: bool = False, level: float = 0.95, most_steps: int = 100
) -> Any:
    """Logistic regression by maximum likelihood, ridge-penalised or Firth's on request.

    Use for yes-or-no outcomes of independent children. Newton steps through a QR decomposition of the weighted design,
    halved when the likelihood would fall; a fit near the edge is put to `detect_separation`, so that no infinite
    estimate is returned as a number. Wald intervals that say 95 % cover 99 % at 10 rows, 96 % at 30 and 95 % from 100 on
    (one normal column, events even; Firth's the same). Not for prediction from many columns without a penalty.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    outcomes : array_like
        Shape (n,), 0 or 1, or a share in [0, 1] with the number of trials as weight; NaN is missing.
    weights : array_like, optional
        Shape (n,), at least 0; 2 is a row given twice, 0 a row that is not there.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A first column of ones, never penalised.
    ridge : float
        Maximises log-likelihood - ridge / 2 * sum of squared coefficients; at least 0.
    firth : bool
        Jeffreys prior (Firth): finite estimates also under separation; not with a ridge.
    level : float
        Of the Wald intervals, in (0, 1).
    most_steps : int
        After so many steps the status is not_converged.

    Returns
    -------
    GeneralisedFit
        names, coefficients (intercept first), standard_errors, statistics, p_values, lower, upper, covariance,
        deviance, null_deviance, log_likelihood, aic, pearson_dispersion, condition, count, missing, rank, left_out,
        separating, iterations, status. Status is separated or quasi_separated with the columns named and no
        numbers; rank_deficient with the repeating columns NaN and named; degenerate when all outcomes are equal;
        not_enough_data with fewer rows than coefficients; not_finite; not_converged.

    Raises
    ------
    ValueError
        When lengths differ, an outcome lies outside [0, 1] or an option outside its range.

    References
    ----------
    McCullagh and Nelder 1989, Generalized Linear Models; Firth 1993, Biometrika 80; R glm (coefficients 1e-8, standard
    errors 1e-7), R brglm2 AS_mean to 1e-7.
    """
    where = "fit_logistic"
    values, names = table(design, where, "design")
    return _core.stats.fit_logistic(
        values, numbers(outcomes, where, "outcomes"), weights=optional_numbers(weights, where, "weights"),
        offsets=optional_numbers(offsets, where, "offsets"), intercept=intercept, ridge=ridge, firth=firth, level=level,
        most_steps=most_steps, names=names
    )


def fit_poisson(
    design: Any, counts: Any, *, exposures: Any = None, weights: Any = None, offsets: Any = None, intercept: bool = True,
    ridge: float = 0.0, level: float = 0.95, most_steps: int = 100
) -> Any:
    """Poisson regression with log link.

    Use for counts whose variance is near their mean; look at pearson_dispersion, and where it is well above 1 use
    `fit_quasi_poisson` or `fit_negative_binomial`. A column that is not zero only where all counts are 0 separates.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    counts : array_like
        Shape (n,), at least 0; NaN is missing.
    exposures : array_like, optional
        Shape (n,), above 0 (child-days, sessions); their logarithm is an offset; NaN is missing.
    weights : array_like, optional
        Shape (n,), at least 0; 2 is a row given twice, 0 a row that is not there.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A first column of ones, never penalised.
    ridge : float
        Maximises log-likelihood - ridge / 2 * sum of squared coefficients; at least 0.
    level : float
        Of the Wald intervals, in (0, 1).
    most_steps : int
        After so many steps the status is not_converged.

    Returns
    -------
    GeneralisedFit
        names, coefficients (intercept first), standard_errors, statistics, p_values, lower, upper, covariance,
        deviance, null_deviance, log_likelihood, aic, pearson_dispersion, condition, count, missing, rank, left_out,
        separating, iterations, status. Status is as in
        `fit_logistic`; degenerate when all counts are 0.

    Raises
    ------
    ValueError
        When lengths differ, a count is below 0, an exposure not above 0, or an option lies outside its range.

    References
    ----------
    McCullagh and Nelder 1989, Generalized Linear Models; Correia, Guimaraes and Zylkin 2021 (existence); R glm
    (coefficients 1e-8, standard errors 1e-7).
    """
    where = "fit_poisson"
    values, names = table(design, where, "design")
    return _core.stats.fit_poisson(
        values, numbers(counts, where, "counts"), exposures=optional_numbers(exposures, where, "exposures"),
        weights=optional_numbers(weights, where, "weights"), offsets=optional_numbers(offsets, where, "offsets"),
        intercept=intercept, ridge=ridge, level=level, most_steps=most_steps, names=names
    )


def fit_quasi_poisson(
    design: Any, counts: Any, *, exposures: Any = None, weights: Any = None, offsets: Any = None, intercept: bool = True,
    ridge: float = 0.0, level: float = 0.95, most_steps: int = 100
) -> Any:
    """Poisson regression whose variance is a multiple of the mean: quasi-Poisson.

    Use for overdispersed counts when only the means are modelled; there is no likelihood and no AIC. Dispersion is
    Pearson's X2 over the residual degrees of freedom, tests and intervals use t. Weights are precisions, as in R: the
    variance of a count is dispersion * mean / weight, and multiplying all weights changes no error; repeat rows that
    stand for several children.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    counts : array_like
        Shape (n,), at least 0; NaN is missing.
    exposures : array_like, optional
        Shape (n,), above 0 (child-days, sessions); their logarithm is an offset; NaN is missing.
    weights : array_like, optional
        Shape (n,), at least 0: precisions; only their ratios matter to errors. 0 is a row that is not there.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A first column of ones, never penalised.
    ridge : float
        Maximises log-likelihood - ridge / 2 * sum of squared coefficients; at least 0.
    level : float
        Of the Wald intervals, in (0, 1).
    most_steps : int
        After so many steps the status is not_converged.

    Returns
    -------
    GeneralisedFit
        names, coefficients (intercept first), standard_errors, statistics, p_values, lower, upper, covariance,
        deviance, null_deviance, log_likelihood, aic, pearson_dispersion, condition, count, missing, rank, left_out,
        separating, iterations, status. Status is as in
        `fit_logistic`; degenerate when all counts are 0; not_enough_data, with coefficients but without errors, when no
        degree of freedom is left.

    Raises
    ------
    ValueError
        When lengths differ, a count is below 0, an exposure not above 0, or an option lies outside its range.

    References
    ----------
    McCullagh and Nelder 1989, Generalized Linear Models, 6.2; R glm(quasipoisson) to 1e-7.
    """
    where = "fit_quasi_poisson"
    values, names = table(design, where, "design")
    return _core.stats.fit_quasi_poisson(
        values, numbers(counts, where, "counts"), exposures=optional_numbers(exposures, where, "exposures"),
        weights=optional_numbers(weights, where, "weights"), offsets=optional_numbers(offsets, where, "offsets"),
        intercept=intercept, ridge=ridge, level=level, most_steps=most_steps, names=names
    )


def fit_negative_binomial(
    design: Any, counts: Any, *, exposures: Any = None, weights: Any = None, offsets: Any = None, intercept: bool = True,
    level: float = 0.95, most_steps: int = 100
) -> Any:
    """Negative binomial regression, variance = mean + mean^2 / theta, theta by maximum likelihood.

    Use for overdispersed counts with a likelihood. Coefficients and theta take turns until both stand still; when the
    likelihood still rises as theta grows, theta is infinite, the fit is the Poisson fit and the status says boundary.
    Intervals take theta as known: those that say 95 % cover 89 % at 10 rows, 92 % at 30, 95 % from 100 on (theta 2).

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    counts : array_like
        Shape (n,), whole numbers from 0 to 10,000,000; NaN is missing.
    exposures : array_like, optional
        Shape (n,), above 0 (child-days, sessions); their logarithm is an offset; NaN is missing.
    weights : array_like, optional
        Shape (n,), at least 0; 2 is a row given twice, 0 a row that is not there.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A first column of ones, never penalised.
    level : float
        Of the Wald intervals, in (0, 1).
    most_steps : int
        After so many steps the status is not_converged.

    Returns
    -------
    GeneralisedFit
        names, coefficients (intercept first), standard_errors, statistics, p_values, lower, upper, covariance,
        deviance, null_deviance, log_likelihood, aic, pearson_dispersion, condition, count, missing, rank, left_out,
        separating, iterations, status. Status is as in
        `fit_poisson`, or boundary with an infinite theta; theta and theta_standard_error are set.

    Raises
    ------
    ValueError
        When lengths differ, a count is not a whole number in its range, an exposure not above 0, or an option is out of range.

    References
    ----------
    Lawless 1987, Can. J. Stat. 15; Venables and Ripley 2002, 7.4; R MASS glm.nb to 1e-6.
    """
    where = "fit_negative_binomial"
    values, names = table(design, where, "design")
    return _core.stats.fit_negative_binomial(
        values, numbers(counts, where, "counts"), exposures=optional_numbers(exposures, where, "exposures"),
        weights=optional_numbers(weights, where, "weights"), offsets=optional_numbers(offsets, where, "offsets"),
        intercept=intercept, ridge=0.0, level=level, most_steps=most_steps, names=names
    )


def fit_discrete_hazard(
    design: Any, events: Any, *, link: str = "logit", weights: Any = None, offsets: Any = None, intercept: bool = True,
    ridge: float = 0.0, firth: bool = False, level: float = 0.95, most_steps: int = 100
) -> Any:
    """Discrete-time hazard model on person-period rows, with logit or complementary log-log link.

    Use for "in which term did it happen": expand with `person_periods`, then fit. The complementary log-log link gives
    log hazard ratios of the grouped proportional-hazards model. Rows of one child need no clustering: their likelihood
    factors.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    events : array_like
        Shape (n,), 1 in the period of the event, else 0; NaN is missing.
    link : str
        'logit' or 'complementary_log_log'.
    weights : array_like, optional
        Shape (n,), at least 0; 2 is a row given twice, 0 a row that is not there.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A first column of ones, never penalised.
    ridge : float
        Maximises log-likelihood - ridge / 2 * sum of squared coefficients; at least 0.
    firth : bool
        Jeffreys prior (Firth): finite estimates also under separation; not with a ridge.
    level : float
        Of the Wald intervals, in (0, 1).
    most_steps : int
        After so many steps the status is not_converged.

    Returns
    -------
    GeneralisedFit
        names, coefficients (intercept first), standard_errors, statistics, p_values, lower, upper, covariance,
        deviance, null_deviance, log_likelihood, aic, pearson_dispersion, condition, count, missing, rank, left_out,
        separating, iterations, status. Status is as in
        `fit_logistic`.

    Raises
    ------
    ValueError
        When lengths differ, an outcome lies outside [0, 1] or an option outside its range.

    References
    ----------
    Prentice and Gloeckler 1978, Biometrics 34; Allison 1982, Sociol. Methodol. 13; R glm(binomial(cloglog))
    (coefficients 1e-8, standard errors 1e-7).
    """
    where = "fit_discrete_hazard"
    values, names = table(design, where, "design")
    return _core.stats.fit_discrete_hazard(
        values, numbers(events, where, "events"), link=link, weights=optional_numbers(weights, where, "weights"),
        offsets=optional_numbers(offsets, where, "offsets"), intercept=intercept, ridge=ridge, firth=firth, level=level,
        most_steps=most_steps, names=names
    )


def predict_generalised(
    fit: Any, design: Any, *, offsets: Any = None, level: float = 0.95
) -> Any:
    """Means and intervals of new rows under a fitted model.

    Use for scores and for expected counts. A column that was left out of the fit is left out here. Intervals are by the
    normal distribution, or by t where the dispersion is estimated.

    Parameters
    ----------
    fit : GeneralisedFit
        A fit that has coefficients.
    design : array_like or data frame
        Shape (n, p), the fit's columns in the fit's order; NaN is missing.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    GeneralisedPredictions
        linear_predictors, their standard_errors, means, lower, upper (of the mean, made on the scale of the linear
        predictor); one entry a row. The fit's own status when it has no coefficients, and then all NaN.

    Raises
    ------
    ValueError
        When the number of columns or lengths differ, or level is outside (0, 1).

    References
    ----------
    McCullagh and Nelder 1989, Generalized Linear Models; R predict.glm to 1e-9.
    """
    where = "predict_generalised"
    return _core.stats.predict_generalised(
        fit, table(design, where, "design")[0], offsets=optional_numbers(offsets, where, "offsets"), level=level
    )


def detect_separation(
    design: Any, outcomes: Any, *, intercept: bool = True
) -> Any:
    """Complete and quasi-complete separation of a yes-or-no outcome, decided exactly up to rounding.

    Use before a logistic or hazard model, or when one reports separated, to learn which columns are the cause. Rows are
    put to a non-negative least-squares problem whose residual is zero exactly when no direction separates (Stiemke's
    alternative) and otherwise is such a direction; rows told apart are taken away and the rest is asked again, so that
    all of them are found. A coefficient has no finite maximum when the rows left over do not identify it.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p), without a column of ones; NaN is missing, its row is left out. Names of columns are kept.
    outcomes : array_like
        Shape (n,), 0 or 1; a share between them must lie on the line; NaN is missing.
    intercept : bool
        Whether the model has one.

    Returns
    -------
    Separation
        direction (intercept first), columns whose coefficients have no finite maximum, rows told apart, count, missing,
        status: ok without separation, separated (all rows), quasi_separated (some), degenerate when all outcomes are
        equal, not_finite, not_enough_data, not_converged when the least-squares problem cycles.

    Raises
    ------
    ValueError
        When lengths differ or an outcome lies outside [0, 1].

    References
    ----------
    Albert and Anderson 1984, Biometrika 71; Konis 2007 (the linear program); Lawson and Hanson 1974, ch. 23; 2,000
    random designs without disagreement with scipy.optimize.linprog.
    """
    where = "detect_separation"
    values, names = table(design, where, "design")
    return _core.stats.detect_separation(values, numbers(outcomes, where, "outcomes"), intercept=intercept, names=names)
