# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Moments and ranks."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import Floats, numbers

__all__ = ["mid_rank_percentiles", "mid_ranks", "moments", "rank_normal_scores"]


def moments(values: Any) -> Any:
    """Mean and variance by two passes over values shifted by the first one, in fixed chunks.

    Use for marks and rates of any size and offset; equal values give a variance of exactly 0. The order of the values
    is part of the last digits: give them in pseudonym order.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.

    Returns
    -------
    Moments
        Mean in the unit of the values, variance in its square; not_enough_data with fewer than two values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Chan, Golub and LeVeque 1983, Am. Stat. 37 (corrected two-pass); NIST NumAcc1 to NumAcc4 to 14 digits of the mean
    and 8 of the variance of NumAcc4, whose data are rounded.
    """
    return _core.stats.moments(numbers(values, "moments", "values"))


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
