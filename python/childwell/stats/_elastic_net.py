# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Lasso and elastic-net paths of logistic and Poisson models."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers, table

__all__ = ["elastic_net_path"]


def elastic_net_path(
    design: Any, outcomes: Any, *, family: str = "logistic", alpha: float = 1.0, lambdas: Any = None, path_length: int = 100,
    smallest: float = 0.0, standardise: bool = True, intercept: bool = True, weights: Any = None, offsets: Any = None
) -> Any:
    """Lasso and elastic-net paths of logistic and Poisson models by coordinate descent.

    Use for prediction from many columns; choose lambda by held-out children, never on the rows of the fit. The
    coefficients are drawn towards 0 and have no standard errors. Objective, as glmnet: minus log-likelihood / sum of
    weights + lambda ((1 - alpha) / 2 sum b^2 + alpha sum |b|), b of standardised columns, the intercept free. Each
    lambda starts from the one before.

    Parameters
    ----------
    design : array_like or data frame
        Shape (n, p); NaN is missing, its row is left out. Names of columns are kept.
    outcomes : array_like
        Shape (n,), in [0, 1], or counts; NaN is missing.
    family : str
        'logistic' or 'poisson'.
    alpha : float
        1 is the lasso, 0 is ridge; in [0, 1].
    lambdas : array_like, optional
        Any number, at least 0, taken from large to small; none makes a path.
    path_length : int
        Of a made path, at least 2.
    smallest : float
        Last lambda over the first, in [0, 1); 0 means 1e-4, or 1e-2 with fewer rows than columns.
    standardise : bool
        Penalise columns in units of their standard deviation (divisor sum of weights).
    intercept : bool
        Free of the penalty.
    weights : array_like, optional
        Shape (n,), at least 0; only their proportions matter.
    offsets : array_like, optional
        Shape (n,), known parts of the linear predictor; NaN is missing.

    Returns
    -------
    ElasticNetPath
        lambdas from large to small, intercepts, coefficients (one row a lambda, in the units of the columns),
        deviance_ratios, non_zero, iterations, null_deviance, names, count, missing, status: ok; not_converged, or
        separated or quasi_separated at lambda 0, with NaN from the first lambda without an answer on; degenerate when all outcomes are at one
        end; not_finite; not_enough_data.

    Raises
    ------
    ValueError
        When lengths differ or an option lies outside its range.

    References
    ----------
    Friedman, Hastie and Tibshirani 2010, J. Stat. Softw. 33; R glmnet 4.1-6 (thresh 1e-18) to 1e-6; KKT conditions to
    1e-9.
    """
    where = "elastic_net_path"
    values, names = table(design, where, "design")
    return _core.stats.elastic_net_path(
        values, numbers(outcomes, where, "outcomes"), weights=optional_numbers(weights, where, "weights"),
        offsets=optional_numbers(offsets, where, "offsets"), family=family, alpha=alpha,
        lambdas=optional_numbers(lambdas, where, "lambdas").tolist(), path_length=path_length, smallest=smallest,
        standardise=standardise, intercept=intercept, names=names
    )
