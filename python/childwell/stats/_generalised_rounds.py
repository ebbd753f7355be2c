# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Logistic and Poisson models on many rows, in rounds of summaries that add up."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._arrays import labels, numbers, optional_numbers, refused, table

__all__ = ["fit_ridge", "generalised_summary", "merge_summaries", "newton_step"]


def _columns(categories: Any) -> list[tuple[str, Any]]:
    """Categorical columns with their names: of a data frame, a mapping, a list of columns or a single column."""
    if categories is None:
        return []
    if hasattr(categories, "columns"):
        return [(str(name), categories[name]) for name in categories.columns]
    if isinstance(categories, dict):
        return [(str(name), column) for name, column in categories.items()]
    if isinstance(categories, (list, tuple)):
        return [(f"c{number}", column) for number, column in enumerate(categories)]
    return [("c0", categories)]


def _coded(categories: Any, where: str) -> tuple[list[Any], list[int], list[str]]:
    """Codes from 0 in sorted order of the labels, numbers of levels, and a name for each level but the first."""
    codes, levels, names = [], [], []
    for name, column in _columns(categories):
        given = column.to_numpy() if hasattr(column, "to_numpy") and not isinstance(column, np.ndarray) else np.asarray(column)
        coded = labels(given, where, name)
        sorted_labels = np.unique(given)
        codes.append(coded.astype(np.int32))
        levels.append(max(len(sorted_labels), 1))
        names += [f"{name}={label}" for label in sorted_labels[1:]]
    return codes, levels, names


def _dense(design: Any, rows: int, where: str) -> tuple[Any, list[str]]:
    return (np.empty((rows, 0)), []) if design is None else table(design, where, "design")


def fit_ridge(
    design: Any, outcomes: Any, *, categories: Any = None, family: str = "logistic", ridge: float = 1.0, weights: Any = None,
    offsets: Any = None, intercept: bool = True, standard_errors: bool = True, level: float = 0.95, most_rounds: int = 100,
    threads: int = 1
) -> Any:
    """Ridge-penalised logistic or Poisson regression on many rows, dense and categorical columns, in rounds.

    Use for city-sized fits and for categorical columns with many levels. Starts on a share of the rows; information
    in single precision only steers, the double-precision gradient decides where the fit ends (predicted distance to the
    maximum below 2e-9 standard errors). Ill-conditioned designs go to `fit_logistic` or `fit_poisson`, which use QR,
    with categorical columns made dense; without a ridge those also decide on separation.

    Parameters
    ----------
    design : array_like, data frame or None
        Dense columns, shape (n, p), without a column of ones; NaN is missing, its row is left out. Rows that lie one
        after the other in memory (C order, float64) are read in place.
    outcomes : array_like
        Shape (n,), in [0, 1], or counts; NaN is missing.
    categories : data frame, mapping or list of columns, optional
        Labels of any kind, none missing; the first in sorted order is the reference, each other one has a coefficient.
    family : str
        'logistic' or 'poisson'.
    ridge : float
        Maximises log-likelihood - ridge / 2 * sum of squared coefficients without the intercept; at least 0.
    weights : array_like, optional
        Shape (n,), at least 0.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        A column of ones, never penalised.
    standard_errors : bool
        Costs one round at the end; without, they and the intervals are NaN.
    level : float
        Of the Wald intervals, in (0, 1).
    most_rounds : int
        After so many rounds the status is not_converged.
    threads : int
        Results do not depend on it.

    Returns
    -------
    GeneralisedFit
        As of `fit_logistic`; standard errors from the information plus ridge, good to about 1e-6; null_deviance and
        pearson_dispersion are NaN.

    Raises
    ------
    ValueError
        When lengths differ, a label is missing, or an option lies outside its range.

    References
    ----------
    Newton's method; Hastie, Tibshirani and Friedman 2009, 4.4.1; equal to `fit_logistic` to 1e-9.
    """
    where = "fit_ridge"
    y = numbers(outcomes, where, "outcomes")
    values, names = _dense(design, len(y), where)
    codes, levels, level_names = _coded(categories, where)
    if threads < 1:
        raise refused(where, "threads must be at least 1")
    return _core.stats.fit_ridge(
        values, codes, levels, y, weights=optional_numbers(weights, where, "weights"),
        offsets=optional_numbers(offsets, where, "offsets"), family=family, ridge=ridge, intercept=intercept,
        standard_errors=standard_errors, level=level, most_rounds=most_rounds, names=names + level_names, threads=threads
    )


def generalised_summary(
    design: Any, outcomes: Any, coefficients: Any, *, codes: Any = (), levels: Any = (), family: str = "logistic",
    weights: Any = None, offsets: Any = None, intercept: bool = True, threads: int = 1
) -> Any:
    """What a stretch of rows says about a logistic or Poisson model at given coefficients.

    Use for fits in rounds over stretches of data (chunks, files, partitions): summarise each at the same coefficients,
    `merge_summaries` in a fixed order, `newton_step`, again. For data in memory `fit_ridge` does it all.

    Parameters
    ----------
    design : array_like, data frame or None
        Dense columns, shape (n, p); NaN is missing, its row is left out.
    outcomes : array_like
        Shape (n,), in [0, 1], or counts; NaN is missing.
    coefficients : array_like
        Intercept, dense columns, levels 1 and up of each categorical column.
    codes : sequence of array_like
        One array of whole-number codes a categorical column, the same code for the same level in every stretch; 0 is the
        reference, below 0 is missing.
    levels : sequence of int
        Number of levels of each categorical column.
    family : str
        'logistic' or 'poisson'.
    weights : array_like, optional
        Shape (n,), at least 0.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.
    intercept : bool
        Whether the first coefficient is one.
    threads : int
        The bits do not depend on it.

    Returns
    -------
    GeneralisedSummary
        gradient of the log-likelihood, information (good to about 1e-7), objective (minus log-likelihood, but for parts
        of the data alone), weight, count, missing, infinite (rows with an infinite value, not used).

    Raises
    ------
    ValueError
        When lengths differ, a code is out of range or an outcome outside its range.

    References
    ----------
    Hastie, Tibshirani and Friedman 2009, 4.4.1; fits equal `fit_logistic` and `fit_poisson` to 1e-10.
    """
    where = "generalised_summary"
    y = numbers(outcomes, where, "outcomes")
    if threads < 1:
        raise refused(where, "threads must be at least 1")
    return _core.stats.generalised_summary(
        _dense(design, len(y), where)[0], [np.asarray(column, dtype=np.int32) for column in codes], [int(n) for n in levels],
        y, numbers(coefficients, where, "coefficients"), weights=optional_numbers(weights, where, "weights"),
        offsets=optional_numbers(offsets, where, "offsets"), family=family, intercept=intercept, threads=threads
    )


def merge_summaries(earlier: Any, later: Any) -> Any:
    """Two summaries at the same coefficients as one.

    Use in a fixed order of stretches; the order is part of the last digits only.

    Parameters
    ----------
    earlier : GeneralisedSummary
        A summary.
    later : GeneralisedSummary
        Of other rows at the same coefficients.

    Returns
    -------
    GeneralisedSummary
        The sum.

    Raises
    ------
    ValueError
        When they have different numbers of coefficients.

    References
    ----------
    Addition.
    """
    return _core.stats.merge_summaries(earlier, later)


def newton_step(summary: Any, coefficients: Any, *, ridge: float, intercept: bool = True) -> Any:
    """The Newton step that merged summaries ask for.

    Use until distance is below 1e-10 or so; where the objective has risen since the last step, go back half the way.

    Parameters
    ----------
    summary : GeneralisedSummary
        Merged over all rows, at these coefficients.
    coefficients : array_like
        Where the summary was made.
    ridge : float
        At least 0; the intercept is free.
    intercept : bool
        Whether the first coefficient is one.

    Returns
    -------
    NewtonStep
        coefficients after the step, distance (how far it went, in standard errors), objective (penalised, before the
        step), condition, status: ok; rank_deficient when the information is too ill-conditioned for single precision
        (condition above 1e5): then a fit by QR is needed; not_finite when rows had infinite values; not_enough_data.

    Raises
    ------
    ValueError
        When lengths differ or ridge is below 0.

    References
    ----------
    Newton's method on the penalised likelihood.
    """
    return _core.stats.newton_step(summary, numbers(coefficients, "newton_step", "coefficients"), ridge=ridge, intercept=intercept)
