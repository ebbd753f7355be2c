# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Moments and ranks."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import Floats, is_whole, numbers, optional_numbers, table, whole_numbers

__all__ = [
    "autocorrelation",
    "covariance",
    "covariance_matrix",
    "mid_rank_percentiles",
    "mid_ranks",
    "moments",
    "rank_normal_scores",
]


def moments(values: Any, *, weights: Any = None, shape: str = "population", weight_kind: str = "frequency") -> Any:
    """Mean, variance, skewness and kurtosis by two passes, sums in pairs of doubles (31 digits).

    Use for marks and rates of any size and offset. Mean and variance are those of the given doubles to the last bit or
    next to it, in any order of the values, skewness and kurtosis to 13 digits or more; equal values give a variance of
    exactly 0. Not for the middle of skewed data: see median.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    weights : array_like, optional
        Shape (n,) or empty for none, finite and not below 0; 0 is a row that is not there.
    shape : {'population', 'adjusted', 'sample'}
        Kind of skewness and kurtosis: g1 and g2 (e1071 type 1, scipy), G1 and G2 (type 2; SAS, SPSS, Excel), b1 and b2
        (type 3, Minitab).
    weight_kind : {'frequency', 'reliability'}
        What weights mean: so many like rows, or how much a row tells.

    Returns
    -------
    Moments
        Mean in the unit of the values, variance in its square; not_enough_data with fewer than two values (or a sum of
        frequency weights of at most 1), degenerate when all are equal (skewness and kurtosis NaN), not_finite with an
        infinite value (or variance alone). The adjusted kind needs three values for skewness and four for kurtosis and
        is not defined for reliability weights: NaN.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for weights of another length, negative or not finite.

    References
    ----------
    Chan, Golub and LeVeque 1983, Am. Stat. 37 (two-pass); Joanes and Gill 1998, The Statistician 47 (three kinds); all
    nine NIST univariate sets to 15 digits of the exact rational answer on the rounded data.
    """
    if weights is None and is_whole(values):
        return _core.stats.moments_of_whole_numbers(whole_numbers(values, "moments", "values"), shape=shape)
    return _core.stats.moments(
        numbers(values, "moments", "values"), optional_numbers(weights, "moments", "weights"), shape=shape,
        weight_kind=weight_kind
    )


def covariance(first: Any, second: Any, *, weights: Any = None, weight_kind: str = "frequency") -> Any:
    """Covariance of two variables over the rows where neither is missing.

    Use for how two marks vary together, in their units; pearson gives it without units.

    Parameters
    ----------
    first, second : array_like
        Shape (n,), any unit; NaN in either is a missing row.
    weights : array_like, optional
        Shape (n,) or empty for none, finite and not below 0; 0 is a row that is not there.
    weight_kind : {'frequency', 'reliability'}
        What weights mean.

    Returns
    -------
    Covariance
        The covariance; not_enough_data with fewer than two rows, degenerate when a variable is constant (the covariance
        is 0), not_finite with an infinite value, or where a part overflows.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for lengths that differ and weights that are negative or not finite.

    References
    ----------
    Definition; NumAcc sets against themselves, exact rationals to 15 digits, R cov and cov.wt to 1e-13.
    """
    return _core.stats.covariance(
        numbers(first, "covariance", "first"), numbers(second, "covariance", "second"),
        optional_numbers(weights, "covariance", "weights"), weight_kind=weight_kind
    )


def covariance_matrix(values: Any, *, weights: Any = None, weight_kind: str = "frequency") -> Any:
    """Covariance matrix over the rows where no column is missing.

    Use as the ground of components and factors. Not with many scattered gaps: listwise deletion then keeps few rows.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units; NaN is missing.
    weights : array_like, optional
        Shape (rows,) or empty for none, finite and not below 0; 0 is a row that is not there.
    weight_kind : {'frequency', 'reliability'}
        What weights mean.

    Returns
    -------
    CovarianceMatrix
        Means and covariances; not_enough_data with fewer than two rows or no column, degenerate when a column is
        constant (its covariances are 0), not_finite with an infinite value, or where a part overflows.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for weights of another length, negative or not finite.

    References
    ----------
    Two-pass in fixed chunks, Chan, Golub and LeVeque 1983; numpy.cov and R cov.wt to 1e-13.
    """
    return _core.stats.covariance_matrix(
        table(values, "covariance_matrix", "values")[0], optional_numbers(weights, "covariance_matrix", "weights"),
        weight_kind=weight_kind
    )


def autocorrelation(values: Any, *, lag: int = 1) -> Any:
    """Correlation of a series with itself so many steps earlier: sum (x_i - m)(x_{i+k} - m) / sum (x_i - m)^2.

    Use for evenly spaced series, such as a class's weekly rate. Missing values keep their place: pairs without both are
    left out and the sum is scaled up to all pairs. Not for uneven steps.

    Parameters
    ----------
    values : array_like
        Shape (n,) in order of time, any unit; NaN is missing.
    lag : int
        Steps, at least 0.

    Returns
    -------
    Autocorrelation
        In [-1, 1] for complete series; not_enough_data without two values and a pair, degenerate when all are equal,
        not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a negative lag.

    References
    ----------
    Box and Jenkins; NIST univariate sets to 14 digits of the exact answer; R acf(na.action = na.pass).
    """
    return _core.stats.autocorrelation(numbers(values, "autocorrelation", "values"), lag=lag)


def mid_ranks(values: Any) -> Floats:
    """Ranks from 1 upward, equal values sharing the mean of their ranks.

    Use among values that compare, such as sitters of one paper. Not across papers.

    Parameters
    ----------
    values : array_like
        Any shape (n,); NaN is missing and takes no rank.

    Returns
    -------
    ndarray
        Shape (n,), 1 to the number of values that are not missing; NaN where missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Mid-ranks, Kendall 1945, Biometrika 33; checked against scipy.stats.rankdata, exactly.
    """
    return _core.stats.mid_ranks(numbers(values, "mid_ranks", "values"))


def mid_rank_percentiles(values: Any) -> Floats:
    """Mid-rank percentile: 100 (below + equal / 2) / n, a value counting among its equals.

    Use to place a value among its peers; never 0 and never 100. Not an average of anything, and not to be averaged.

    Parameters
    ----------
    values : array_like
        Any shape (n,); NaN is missing and takes no part in n.

    Returns
    -------
    ndarray
        Shape (n,), percent in (0, 100); NaN where missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Definition; checked against scipy.stats.percentileofscore(kind="mean"), to 1e-12.
    """
    return _core.stats.mid_rank_percentiles(numbers(values, "mid_rank_percentiles", "values"))


def rank_normal_scores(values: Any) -> Floats:
    """Blom's rank-normal score: the normal quantile of (rank - 3/8) / (n + 1/4), with mid-ranks.

    Use where a scale is skewed or bounded and a symmetric score is wanted. Not where distances between marks matter.

    Parameters
    ----------
    values : array_like
        Any shape (n,); NaN is missing and takes no part in n.

    Returns
    -------
    ndarray
        Shape (n,), standard normal scores; NaN where missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Blom 1958, Statistical Estimates and Transformed Beta-Variables; n = 10 checked to 1e-6, scipy to 1e-12.
    """
    return _core.stats.rank_normal_scores(numbers(values, "rank_normal_scores", "values"))
