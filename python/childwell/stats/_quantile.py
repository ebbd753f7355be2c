# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Quantiles, and statistics that wild values do not move."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._arrays import Floats, numbers

__all__ = [
    "five_numbers",
    "gini_mean_difference",
    "harrell_davis_quantiles",
    "huber_location",
    "interquartile_range",
    "median",
    "median_absolute_deviation",
    "modified_z_scores",
    "quantiles",
    "trimmed_mean",
    "tukey_fences",
    "weighted_quantiles",
    "winsorised_mean",
]


def quantiles(values: Any, probabilities: Any, *, type: int = 7) -> Any:
    """Quantiles by any of the nine definitions of Hyndman and Fan.

    Use type 1 or 3 for values that must occur, 7 to agree with R and NumPy, 8 for an estimate free of bias whatever the
    distribution. Not across types: the same data give different numbers.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    probabilities : array_like
        In [0, 1].
    type : int
        1 to 9.

    Returns
    -------
    Quantiles
        One value a probability; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for another type or a probability outside [0, 1].

    References
    ----------
    Hyndman and Fan 1996, Am. Stat. 50; R 4.2 quantile on 500 samples: equal for types 1 to 3, 2 eps for others.
    """
    return _core.stats.quantiles(
        numbers(values, "quantiles", "values"), numbers(np.atleast_1d(probabilities), "quantiles", "probabilities"),
        type=type
    )


def weighted_quantiles(values: Any, weights: Any, probabilities: Any, *, type: int = 2) -> Any:
    """Quantiles of weighted values, a weight standing for so many like rows.

    Use for counts of children by mark. Whole weights allow all nine types and equal the quantiles of the repeated rows;
    other weights allow types 1 and 2, which need no positions between rows.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    weights : array_like
        Shape (n,), finite and not below 0; 0 is a row that is not there.
    probabilities : array_like
        In [0, 1].
    type : int
        1 to 9, or 1 and 2 where weights are not whole.

    Returns
    -------
    Quantiles
        As quantiles; `count` counts rows, not weights.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a type that the weights do not allow, weights that are negative
        or not finite, and as quantiles.

    References
    ----------
    Repetition of rows; quantiles of the repeated rows, exactly.
    """
    return _core.stats.weighted_quantiles(
        numbers(values, "weighted_quantiles", "values"), numbers(weights, "weighted_quantiles", "weights"),
        numbers(np.atleast_1d(probabilities), "weighted_quantiles", "probabilities"), type=type
    )


def harrell_davis_quantiles(values: Any, probabilities: Any) -> Any:
    """Harrell and Davis's quantiles: means of all order statistics, weighted by the beta density of their rank.

    Use for smooth quantiles of small samples. Not where single wild values are feared: all values count a little.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    probabilities : array_like
        In [0, 1]; at 0 and 1 the smallest and largest value.

    Returns
    -------
    Quantiles
        As quantiles, with type 0.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a probability outside [0, 1].

    References
    ----------
    Harrell and Davis 1982, Biometrika 69; R Hmisc::hdquantile to 1e-10.
    """
    return _core.stats.harrell_davis_quantiles(
        numbers(values, "harrell_davis_quantiles", "values"),
        numbers(np.atleast_1d(probabilities), "harrell_davis_quantiles", "probabilities")
    )


def median(values: Any) -> Any:
    """Median: the middle value, or the mean of the two in the middle.

    Use as the centre of skewed values and of values with errors in them.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.

    Returns
    -------
    SampleStatistic
        In the unit of the values; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Definition; R median, exactly.
    """
    return _core.stats.median(numbers(values, "median", "values"))


def interquartile_range(values: Any, *, type: int = 7) -> Any:
    """Interquartile range: the quantile at 3/4 minus the one at 1/4.

    Use as a spread that a quarter of wild values at either end does not move.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    type : int
        1 to 9, of the quantiles.

    Returns
    -------
    SampleStatistic
        At least 0, unit of the values; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for another type.

    References
    ----------
    Definition; R IQR, exactly.
    """
    return _core.stats.interquartile_range(numbers(values, "interquartile_range", "values"), type=type)


def five_numbers(values: Any) -> Any:
    """Tukey's five numbers: smallest, lower hinge, median, upper hinge, largest.

    Use for box plots; hinges are medians of the halves and differ a little from quartiles.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.

    Returns
    -------
    Quantiles
        As quantiles, five values, with probabilities 0, 1/4, 1/2, 3/4, 1 and type 0.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Tukey 1977, Exploratory Data Analysis; R fivenum, exactly.
    """
    return _core.stats.five_numbers(numbers(values, "five_numbers", "values"))


def gini_mean_difference(values: Any) -> Any:
    """Gini's mean difference: the mean distance of two values drawn without putting back.

    Use as a spread in the unit of the data that squares nothing; over twice the mean it is the Gini coefficient.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.

    Returns
    -------
    SampleStatistic
        At least 0, unit of the values; not_enough_data with fewer than two values, degenerate (0) when all are equal,
        not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    David 1968, Biometrika 55; R Hmisc::GiniMd to 1e-10, exact rationals to 15 digits.
    """
    return _core.stats.gini_mean_difference(numbers(values, "gini_mean_difference", "values"))


def median_absolute_deviation(values: Any, *, factor: float = 1.4826) -> Any:
    """Median absolute deviation from the median, times a factor.

    Use as a spread that half the values may be wild without moving it. Not with more than half the values equal: it is
    0.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    factor : float
        Above 0; 1.4826 makes it the standard deviation of normal values, 1 leaves it as it is.

    Returns
    -------
    SampleStatistic
        At least 0, unit of the values; not_enough_data without values, degenerate when it is 0, not_finite with an
        infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a factor that is not above 0 and finite.

    References
    ----------
    Hampel 1974, J. Am. Stat. Assoc. 69; R mad and scipy to 1e-15.
    """
    return _core.stats.median_absolute_deviation(numbers(values, "median_absolute_deviation", "values"), factor=factor)


def trimmed_mean(values: Any, *, share: float) -> Any:
    """Mean of what is left when a share of the values is cut off at each end.

    Use as a centre between mean and median. Not for shares of a total.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    share : float
        Cut at each end, in [0, 0.5); floor(n share) values are cut.

    Returns
    -------
    SampleStatistic
        In the unit of the values; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a share outside [0, 0.5).

    References
    ----------
    Tukey 1962, Ann. Math. Stat. 33; R mean(trim =) to 1e-13.
    """
    return _core.stats.trimmed_mean(numbers(values, "trimmed_mean", "values"), share=share)


def winsorised_mean(values: Any, *, share: float) -> Any:
    """Mean after a share of the values at each end is moved to the nearest value that stays.

    Use as trimmed_mean, where the number of rows must stay.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    share : float
        Moved at each end, in [0, 0.5); floor(n share) values are moved.

    Returns
    -------
    SampleStatistic
        In the unit of the values; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a share outside [0, 0.5).

    References
    ----------
    Dixon 1960, Ann. Math. Stat. 31; scipy.stats.mstats.winsorize to 1e-14.
    """
    return _core.stats.winsorised_mean(numbers(values, "winsorised_mean", "values"), share=share)


def huber_location(values: Any, *, bound: float = 1.5) -> Any:
    """The centre at which values further than `bound` scales away count as if they lay there.

    Use as a mean that wild values move only so far. Not where more than half the values are equal: the scale is 0.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    bound : float
        In scales, above 0, such as 1.5.

    Returns
    -------
    HuberLocation
        In the unit of the values, the fixed point itself; degenerate when the scale is 0 (the median is given),
        not_enough_data without values, not_finite with an infinite value, not_converged after 1,000 steps.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a bound that is not above 0.

    References
    ----------
    Huber 1964, Ann. Math. Stat. 35; R MASS::huber (which stops at 1e-6) to 1e-6, its equation to 1e-14.
    """
    return _core.stats.huber_location(numbers(values, "huber_location", "values"), bound=bound)


def modified_z_scores(values: Any) -> Floats:
    """Distances from the median in scaled median absolute deviations.

    Use to look at wild values one by one; beyond 3.5 is a usual line. Not as a reason to drop a child.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing.

    Returns
    -------
    ndarray
        Shape (n,); NaN where missing, and everywhere when the median absolute deviation is 0 or a value infinite.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, with 1.4826; definition.
    """
    return _core.stats.modified_z_scores(numbers(values, "modified_z_scores", "values"))


def tukey_fences(values: Any, *, spreads: float = 1.5) -> Any:
    """Fences at so many hinge spreads beyond the hinges.

    Use for box plots and for a first look at wild values; skewed data have many beyond by nature.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    spreads : float
        Above 0, such as 1.5.

    Returns
    -------
    Fences
        Unit of the values; not_enough_data without values, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for spreads that are not above 0.

    References
    ----------
    Tukey 1977, Exploratory Data Analysis; definition, exactly; counts beyond: R boxplot.stats.
    """
    return _core.stats.tukey_fences(numbers(values, "tukey_fences", "values"), spreads=spreads)
