# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Trends of short series and of proportions."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = ["cochran_armitage", "mann_kendall", "repeated_medians", "theil_sen"]


def theil_sen(times: Any, values: Any, *, level: float = 0.95, method: str = "sen") -> Any:
    """Theil and Sen's slope: the median of the slopes of all pairs, with an interval from Kendall's statistic.

    Use for a trend of a short series with outliers. Not where values hang together in time: the interval takes them
    as independent.

    Parameters
    ----------
    times : array_like
        Shape (n,), any unit; NaN is missing; pairs at one time have no slope.
    values : array_like
        Shape (n,), any unit; NaN is missing.
    level : float
        Level of the interval, in (0, 1).
    method : str
        'sen' (Kendall's variance with all ties) or 'scipy' (as scipy.stats.theilslopes, without the joint terms
        of ties).

    Returns
    -------
    RobustLine
        Slope, intercept (median value - slope median time) and interval; degenerate when all times are equal;
        not_finite; not_enough_data with fewer than two pairs.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: n^2 / 2 slopes in
        memory.

    References
    ----------
    Theil 1950; Sen 1968, J. Am. Stat. Assoc. 63; slopes and intercept: exact fractions to 1e-15; all with
    scipy theilslopes and R to 1e-12.
    """
    return _core.stats.theil_sen(
        numbers(times, "theil_sen", "times"),
        numbers(values, "theil_sen", "values"),
        level=level, method=method,
    )


def repeated_medians(times: Any, values: Any) -> Any:
    """Siegel's repeated medians: the median over points of the median slope to the other points.

    Use where up to half of the values may be wrong; theil_sen withstands 29 %. It has no interval.

    Parameters
    ----------
    times : array_like
        Shape (n,), any unit; NaN is missing.
    values : array_like
        Shape (n,), any unit; NaN is missing.

    Returns
    -------
    RobustLine
        Slope and intercept (median of value - slope time); degenerate when all times are equal; not_finite;
        not_enough_data with fewer than two pairs.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: n^2 slopes, n at
        a time in memory.

    References
    ----------
    Siegel 1982, Biometrika 69; exact fractions to 1e-15, scipy siegelslopes (hierarchical) to 1e-12.
    """
    return _core.stats.repeated_medians(
        numbers(times, "repeated_medians", "times"),
        numbers(values, "repeated_medians", "values"),
    )


def mann_kendall(times: Any, values: Any, *, continuity: bool = True) -> Any:
    """Mann and Kendall's test of a monotone trend, corrected for ties.

    Use for a monotone trend of any shape in independent values. Not for values that hang together in time, where it
    finds trends too often.

    Parameters
    ----------
    times : array_like
        Shape (n,), any unit; NaN is missing.
    values : array_like
        Shape (n,), any unit; NaN is missing.
    continuity : bool
        Whether S is drawn one step towards 0 before z is taken.

    Returns
    -------
    TrendTest
        S, its variance under no trend, z, two-sided normal p and tau-b; degenerate when all times or values are
        equal; not_finite; not_enough_data with fewer than two pairs.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two sorts.

    References
    ----------
    Mann 1945, Econometrica 13; Kendall 1975; Knight 1966 (counting by merging); scipy kendalltau and R to
    1e-12, S exactly; size by exact sums over permutations.
    """
    return _core.stats.mann_kendall(
        numbers(times, "mann_kendall", "times"),
        numbers(values, "mann_kendall", "values"),
        continuity=continuity,
    )


def cochran_armitage(events: Any, trials: Any, scores: Any) -> Any:
    """Cochran and Armitage's test of a trend of proportions over scores.

    Use for shares over ordered groups (bands of age, terms). Not for clustered units.

    Parameters
    ----------
    events : array_like
        Shape (k,), at least 0, at most trials; NaN is missing.
    trials : array_like
        Shape (k,), at least 0; NaN is missing, 0 is no group.
    scores : array_like
        Shape (k,), any unit; NaN is missing.

    Returns
    -------
    TrendTest
        Statistic (sum of score times events less expected), variance under no trend, z and two-sided normal p;
        degenerate when all scores of groups with trials are equal or there are no events or nothing else;
        not_finite; not_enough_data with fewer than two groups.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two passes.

    References
    ----------
    Cochran 1954, Biometrics 10; Armitage 1955, Biometrics 11; z squared: exact fractions to 1e-13; R
    prop.trend.test to 1e-12; size by exact sums.
    """
    return _core.stats.cochran_armitage(
        numbers(events, "cochran_armitage", "events"),
        numbers(trials, "cochran_armitage", "trials"),
        numbers(scores, "cochran_armitage", "scores"),
    )
