# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Measures as scores of which high is good."""

from __future__ import annotations

import math
from typing import Any

from .. import _core
from ..stats._arrays import numbers

__all__ = ["normalise", "treat_outliers"]


def normalise(
    values: Any,
    *,
    method: str = "goalposts",
    high_is_good: bool = True,
    goalposts: tuple[float, float] | None = None,
    low: float = 1.0,
    high: float = 100.0,
    mean: float = 50.0,
    standard_deviation: float = 10.0,
) -> Any:
    """Put a measure on a common scale of which high is good.

    Use goalposts that are dated and frozen wherever years or places are to compare; the other methods are relative to
    the units at hand, and a unit's score then changes when others do. A geometric mean needs scores above 0.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing.
    method : {'goalposts', 'min_max', 'z_score', 'rank_normal', 'rank', 'borda', 'percentile_rank'}
        Goalposts are two fixed raw values that become the ends of the scale, beyond them it is clipped; min_max takes
        the lowest and highest of these units; z_score and rank_normal (Blom) have a stated mean and standard deviation;
        rank is mid-ranks from 1, borda the same less 1, percentile_rank the share of the others strictly below.
    high_is_good : bool
        Of the raw value; False turns the column round.
    goalposts : (float, float), optional
        The lower and the higher raw value; asked for by the method goalposts.
    low, high : float
        Ends of the scale of goalposts and min_max.
    mean, standard_deviation : float
        Of the scores of z_score and rank_normal.

    Returns
    -------
    NormalisedColumn
        Scores in the order of the values, which of them were clipped, and how many at the bad and at the good end;
        not_enough_data without values (z_score: with fewer than two), degenerate (NaN) where all are equal and the
        method divides by their spread, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When goalposts are not two finite values, the first below the second, low is not below high, or a standard
        deviation is not above 0.

    References
    ----------
    OECD and JRC 2008, Handbook on Constructing Composite Indicators, step 5; UNDP 2010 (goalposts); COINr 1.1.14
    n_minmax, n_zscore, n_rank, n_borda and n_prank to 1e-12 on the ASEM indicators.
    """
    lowest, highest = (math.nan, math.nan) if goalposts is None else goalposts
    return _core.index.normalise(
        numbers(values, "normalise", "values"), method=method, high_is_good=high_is_good, lowest=lowest, highest=highest,
        low=low, high=high, mean=mean, standard_deviation=standard_deviation,
    )  # fmt: skip


def treat_outliers(values: Any, *, skewness: float = 2.0, kurtosis: float = 3.5, most_points: int = 5) -> Any:
    """Draw the farthest values in until skewness or kurtosis passes; a column that never passes is put in logarithms.

    Use before min_max or z_score of countries, schools or other places, of which one far value would squeeze the rest.
    Not for goalposts, which clip by themselves, nor for children: a child far from the others is not an error.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and stays so.
    skewness, kurtosis : float
        A column passes below this absolute skewness or below this excess kurtosis.
    most_points : int
        Values that may be drawn in; after that the logarithm log(x - min + (max - min) / 100) is taken.

    Returns
    -------
    TreatedColumn
        Values of the same length, how many were drawn in, whether the logarithm was taken, and the adjusted skewness
        and kurtosis of the result. A column that passes is unchanged; not_enough_data with fewer than four values,
        degenerate when all are equal, not_finite with an infinite value: then unchanged too.

    Raises
    ------
    ValueError
        For limits that are not finite or a negative number of points.

    References
    ----------
    OECD and JRC 2008, step 3; the rule of the JRC: absolute skewness below 2 or kurtosis below 3.5; COINr 1.1.14
    Treat, through the published index of ASEM.
    """
    given = numbers(values, "treat_outliers", "values")
    return _core.index.treat_outliers(given, skewness=skewness, kurtosis=kurtosis, most_points=most_points)
