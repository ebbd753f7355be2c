# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Bayesian online change points, and outbreak limits of counts."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = ["bernoulli_change_points", "normal_change_points", "outbreak_limit", "poisson_change_points"]


def bernoulli_change_points(values: Any, *, hazard: float, alpha: float, beta: float) -> Any:
    """Bayesian online change points of a series of zeros and ones whose rate has a beta prior.

    Use for attendance by session, seen as it comes. Not for rates that drift: it sees many changes. Each value
    begins a new level with the probability of the hazard, the first for certain.

    Parameters
    ----------
    values : array_like
        Shape (n,), 0 or 1, in order of time; NaN is missing and passes no time.
    hazard : float
        Probability of a change at each value, in (0, 1).
    alpha : float
        Prior of each level's rate, above 0.
    beta : float
        Prior of each level's rate, above 0.

    Returns
    -------
    ChangePoints
        Not_enough_data without values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: n^2 / 2 steps.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12.
    """
    return _core.stats.bernoulli_change_points(
        numbers(values, "bernoulli_change_points", "values"),
        hazard=hazard, alpha=alpha, beta=beta,
    )


def poisson_change_points(values: Any, *, hazard: float, shape: float, rate: float) -> Any:
    """Bayesian online change points of a series of counts whose rate has a gamma prior.

    Use for counts by week, seen as they come. Not for counts that vary more than Poisson's within a level.

    Parameters
    ----------
    values : array_like
        Shape (n,), whole, at least 0, in order of time; NaN is missing and passes no time.
    hazard : float
        Probability of a change at each value, in (0, 1).
    shape : float
        Prior shape of each level's rate, above 0.
    rate : float
        Prior rate parameter, above 0: the prior mean is shape / rate.

    Returns
    -------
    ChangePoints
        Not_enough_data without values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: n^2 / 2 steps.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12.
    """
    return _core.stats.poisson_change_points(
        numbers(values, "poisson_change_points", "values"),
        hazard=hazard, shape=shape, rate=rate,
    )


def normal_change_points(values: Any, *, hazard: float, mean: float, strength: float, alpha: float, beta: float) -> Any:
    """Bayesian online change points of a series of normal values whose mean and variance have a normal-inverse-gamma prior.

    Use for scores or rates by week, seen as they come. Not for autocorrelated values.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit, in order of time; NaN is missing and passes no time.
    hazard : float
        Probability of a change at each value, in (0, 1).
    mean : float
        Prior mean of a level.
    strength : float
        Values that the prior mean is worth, above 0.
    alpha : float
        Prior of the variance: inverse gamma, above 0.
    beta : float
        Prior of the variance: inverse gamma, above 0.

    Returns
    -------
    ChangePoints
        Not_finite when a value is infinite; not_enough_data without values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: n^2 / 2 steps.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; checked against the sum over all segmentations to 1e-12.
    """
    return _core.stats.normal_change_points(
        numbers(values, "normal_change_points", "values"),
        hazard=hazard, mean=mean, strength=strength, alpha=alpha, beta=beta,
    )


def outbreak_limit(
    counts: Any, position: int, *, period: int = 52, years: int = 5, half_window: int = 3, level: float = 0.95,
    trend: bool = True, reweight: bool = True
) -> Any:
    """Farrington's upper limit of a count, from the same weeks of past years.

    Use to see a week with more cases than its season explains, counts from 1 or so upward. Not for rare events:
    with expected counts well below 1 a single case alarms. Quasi-Poisson regression on the past weeks near this
    one, with past outbreaks down-weighted by their Anscombe residuals and the limit symmetric on the scale of the
    2/3 power.

    Parameters
    ----------
    counts : array_like
        Shape (n,), whole, at least 0, in order of time; NaN is missing.
    position : int
        The value to judge, from 0; only earlier values are looked at.
    period : int
        Positions in a year (weeks, school weeks), above 0.
    years : int
        Years looked back on, above 0; a trend needs three.
    half_window : int
        Positions either side of the same position in each year, at least 0.
    level : float
        Level of the two-sided interval whose upper end is the limit, in (0, 1).
    trend : bool
        Whether a log-linear trend is tried; it is kept where significant at 5 % and not beyond the baseline's
        largest count.
    reweight : bool
        Whether past outbreaks count less.

    Returns
    -------
    OutbreakLimit
        Expected count and limit; not_enough_data with fewer than three baseline values; degenerate when all of
        them are 0 (expected and limit are 0); not_converged when the fit does not settle.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: a few two-column
        fits.

    References
    ----------
    Farrington, Andrews, Beale and Catchpole 1996, J. R. Stat. Soc. A 159; checked against R surveillance 1.20.3
    algo.farrington to 1e-4 (its fits stop early) and R glm run on to 1e-7.
    """
    return _core.stats.outbreak_limit(
        numbers(counts, "outbreak_limit", "counts"),
        position, period=period, years=years, half_window=half_window, level=level, trend=trend, reweight=reweight,
    )
