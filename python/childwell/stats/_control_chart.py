# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Control charts, how long they run until an alarm, and limits for a stated run length."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = [
    "bernoulli_cusum_limit",
    "bernoulli_cusum_run_length",
    "cusum_chart",
    "cusum_limit",
    "cusum_run_length",
    "ewma_chart",
    "ewma_limit",
    "ewma_run_length",
    "individuals_chart",
]


def ewma_chart(
    values: Any, target: float, sigma: float, *, weight: float = 0.2, limit: float = 3.0, limits: str = "exact"
) -> Any:
    """Exponentially weighted moving average chart: z = weight x + (1 - weight) z, from z = target.

    Use for small lasting shifts of a child's or school's measure, such as a weekly rate. Not for single large jumps
    (individuals_chart), and not for autocorrelated values, which give more false alarms than the limit promises.

    Parameters
    ----------
    values : array_like
        Shape (n,), in time order; NaN is missing: the average stays and the limits do not widen.
    target : float
        In-control mean; NaN when no baseline gave one.
    sigma : float
        In-control standard deviation, at least 0; NaN when no baseline gave one.
    weight : float
        Of the newest observation, in (0, 1].
    limit : float
        Half-width of the limits in standard errors of the average, above 0.
    limits : str
        'exact' limits widen with the number of observations; 'asymptotic' ones are wide from the start.

    Returns
    -------
    EwmaChart
        value and half_width of shape (n,), alarms as 0-based positions; not_enough_data when nothing was observed or
        the baseline is missing, not_finite when a value is infinite, degenerate when sigma is 0 (the average stands,
        without limits).

    Raises
    ------
    ValueError
        When target or sigma is infinite, sigma is below 0 or an option is outside its range.

    References
    ----------
    Roberts 1959, Technometrics 1; Lucas and Saccucci 1990, Technometrics 32 (exact limits); checked against the
    recursion in NumPy on the Nile data to 1e-11.
    """
    return _core.stats.ewma_chart(
        numbers(values, "ewma_chart", "values"), target, sigma, weight=weight, limit=limit, limits=limits
    )


def cusum_chart(values: Any, target: float, sigma: float, *, allowance: float = 0.5, limit: float = 5.0) -> Any:
    """Two-sided tabular CUSUM of standardised observations, without reset after an alarm.

    Use for lasting shifts of about twice the allowance; the last 0 before an alarm dates the change. Not for
    autocorrelated values. Its run length until the first alarm is cusum_run_length's.

    Parameters
    ----------
    values : array_like
        Shape (n,), in time order; NaN is missing: both sums stay.
    target : float
        In-control mean; NaN when no baseline gave one.
    sigma : float
        In-control standard deviation, at least 0; NaN when no baseline gave one.
    allowance : float
        Half the shift to find, in sigma; at least 0.
    limit : float
        In sigma, at least 0; a sum above it is an alarm.

    Returns
    -------
    CusumChart
        up and down of shape (n,), at least 0, in sigma, alarms as 0-based positions; not_enough_data when nothing was
        observed or the baseline is missing, not_finite when a value is infinite or a sum overflows, degenerate when
        sigma is 0 (sums NaN).

    Raises
    ------
    ValueError
        When target or sigma is infinite, sigma is below 0 or an option is outside its range.

    References
    ----------
    Page 1954, Biometrika 41; Montgomery 2013, Introduction to Statistical Quality Control, 9.1; checked against the
    recursion in NumPy on the Nile data to 1e-11.
    """
    return _core.stats.cusum_chart(
        numbers(values, "cusum_chart", "values"), target, sigma, allowance=allowance, limit=limit
    )


def individuals_chart(values: Any, *, baseline: int = 0, limit: float = 3.0) -> Any:
    """Individuals chart: centre +- limit sigma, sigma from the mean moving range of neighbours.

    Use for single large deviations when there is one value a period; the moving range keeps a trend or a step of the
    baseline out of sigma. Not for counts that are small, whose limits should be those of outbreak_limits.

    Parameters
    ----------
    values : array_like
        Shape (n,), in time order; NaN is missing and makes no moving range with its neighbours.
    baseline : int
        Number of leading values that give centre and sigma, missing ones counted; 0 for all of them.
    limit : float
        In sigma, above 0.

    Returns
    -------
    IndividualsChart
        Limits, and alarms as 0-based positions; not_enough_data when the baseline has no two neighbours, not_finite
        when a value is infinite or a limit overflows, degenerate when the baseline does not move (centre and sigma 0
        stand, without limits).

    Raises
    ------
    ValueError
        When an option is outside its range.

    References
    ----------
    Shewhart 1931; Montgomery 2013, Introduction to Statistical Quality Control, 6.4 (d2 = 2 / sqrt(pi)); checked
    against NumPy on the Nile data to 1e-11.
    """
    return _core.stats.individuals_chart(
        numbers(values, "individuals_chart", "values"), baseline=baseline, limit=limit
    )


def cusum_run_length(*, allowance: float = 0.5, limit: float = 5.0, shift: float = 0.0, sides: str = "two") -> Any:
    """Average run length of the CUSUM chart for independent normal observations.

    Use to state how often a chart alarms without cause (shift 0) and how long a shift stays unseen. Not for
    autocorrelated or strongly skewed values. Page's integral equation by Gauss and Legendre's quadrature, solved
    without subtraction, so that run lengths of 10^12 keep their digits; the two sides' rates of alarm add up.

    Parameters
    ----------
    allowance : float
        In sigma, at least 0.
    limit : float
        In sigma, 0 to 200.
    shift : float
        Of the mean upwards, in sigma; NaN is missing.
    sides : str
        'one' watches upwards only, 'two' both ways.

    Returns
    -------
    RunLength
        Zero-state average; the steady-state average (quasi-stationary in control, then the shift) for one side, NaN for
        two; not_enough_data for a missing shift, not_converged (NaN) when two rules differ by more than 1e-9 or the
        average exceeds what a double holds.

    Raises
    ------
    ValueError
        When an option is outside its range or the shift is infinite.

    References
    ----------
    Page 1954, Biometrika 41; Kemp 1961, J. R. Stat. Soc. B 23; Grassmann, Taksar and Heyman 1985, Oper. Res. 33;
    checked against R spc 0.6.7 xcusum.arl and xcusum.ad to 1e-9 and mpmath to 1e-12, and by simulation.
    """
    return _core.stats.cusum_run_length(allowance=allowance, limit=limit, shift=shift, sides=sides)


def ewma_run_length(*, weight: float = 0.2, limit: float = 3.0, shift: float = 0.0, limits: str = "exact") -> Any:
    """Average run length of the two-sided EWMA chart for independent normal observations.

    Use to state how often the chart alarms without cause (shift 0) and how long a shift stays unseen, with the same
    options as ewma_chart. Not for autocorrelated or strongly skewed values. Exact limits are followed step by step
    until they no longer move.

    Parameters
    ----------
    weight : float
        Of the newest observation, in (0, 1].
    limit : float
        In standard errors of the average, above 0; limit / sqrt(weight (2 - weight)) at most 50.
    shift : float
        Of the mean, in sigma; NaN is missing.
    limits : str
        'exact' or 'asymptotic', as the chart's.

    Returns
    -------
    RunLength
        Zero-state average; steady-state average (quasi-stationary in control, then the shift), for which both limits
        are the same; not_enough_data for a missing shift, not_converged (NaN) when two rules differ by more than 1e-9
        or the average exceeds what a double holds.

    Raises
    ------
    ValueError
        When an option is outside its range or the shift is infinite.

    References
    ----------
    Crowder 1987, Technometrics 29; checked against R spc 0.6.7 xewma.arl (fix to 1e-10, vacl to 1e-7, where spc stops
    early) and xewma.ad (1e-8), the sum of survival in NumPy to 1e-12, and by simulation.
    """
    return _core.stats.ewma_run_length(weight=weight, limit=limit, shift=shift, limits=limits)


def cusum_limit(average_run_length: float, *, allowance: float = 0.5, sides: str = "two") -> Any:
    """The CUSUM's limit for a stated average run length in control.

    Use to turn "one false alarm in so many observations" into h. Not for values that are not normal.

    Parameters
    ----------
    average_run_length : float
        In control, in observations, above 1, at most 1e15.
    allowance : float
        In sigma, at least 0.
    sides : str
        'one' watches upwards only, 'two' both ways.

    Returns
    -------
    ChartLimit
        The limit in sigma and what it gives; boundary with limit 0 when even that runs longer, not_converged when the
        limit would exceed 200.

    Raises
    ------
    ValueError
        When an argument is outside its range.

    References
    ----------
    cusum_run_length solved for its limit; checked against R spc 0.6.7 xcusum.crit to 1e-8.
    """
    return _core.stats.cusum_limit(average_run_length, allowance=allowance, sides=sides)


def ewma_limit(average_run_length: float, *, weight: float = 0.2, limits: str = "exact") -> Any:
    """The EWMA's limit for a stated average run length in control.

    Use to turn "one false alarm in so many observations" into the limit of ewma_chart. Not for values that are not
    normal.

    Parameters
    ----------
    average_run_length : float
        In control, in observations, above 1, at most 1e15.
    weight : float
        Of the newest observation, in (0, 1].
    limits : str
        'exact' or 'asymptotic', as the chart's.

    Returns
    -------
    ChartLimit
        The limit in standard errors and what it gives; not_converged when it would be too wide for ewma_run_length.

    Raises
    ------
    ValueError
        When an argument is outside its range.

    References
    ----------
    ewma_run_length solved for its limit; checked against R spc 0.6.7 xewma.crit to 1e-8.
    """
    return _core.stats.ewma_limit(average_run_length, weight=weight, limits=limits)


def bernoulli_cusum_run_length(probability: float, *, rise: int, fall: int, limit: int) -> Any:
    """Average run length of a Bernoulli CUSUM, exact on its lattice.

    Use for absence marks taken one by one, where a normal chart of rates is wrong. Not for marks that hang together:
    spells of illness make false alarms more frequent. A Markov chain over the sums below the limit, solved without
    subtraction.

    Parameters
    ----------
    probability : float
        Of an event, in [0, 1]; NaN is missing.
    rise : int
        Added by an event, at least 1.
    fall : int
        Taken by its absence, at least 1; the sum never falls below 0.
    limit : int
        Alarm at or above it, at least 1.

    Returns
    -------
    RunLength
        Zero-state average and, with the same probability before and after, the steady-state average; not_enough_data
        for a missing probability, boundary (infinite) at probability 0, not_converged when the average exceeds what a
        double holds.

    Raises
    ------
    ValueError
        When an argument is outside its range, or limit (rise + fall) exceeds 10^7.

    References
    ----------
    Reynolds and Stoumbos 1999, J. Qual. Technol. 31; checked against exact rational elimination to 1e-13.
    """
    return _core.stats.bernoulli_cusum_run_length(probability, rise=rise, fall=fall, limit=limit)


def bernoulli_cusum_limit(in_control: float, changed: float, average_run_length: float) -> Any:
    """A Bernoulli CUSUM for a change of rate, with its limit for a stated average run length in control.

    Use to choose scores for absence marks: log likelihood ratios as whole numbers, within 1 % of their ratio. Not when
    the in-control rate is itself hardly known: shrink it first.

    Parameters
    ----------
    in_control : float
        Probability of an event without change, in (0, 1).
    changed : float
        Probability to find, above in_control and below 1.
    average_run_length : float
        In control, in marks, above 1, at most 1e15.

    Returns
    -------
    BernoulliCusum
        Scores, the smallest limit whose average run length is at least the stated one, that average, and the changed
        probability for which the scores are exact; not_converged when the lattice would be too long.

    Raises
    ------
    ValueError
        When an argument is outside its range.

    References
    ----------
    Reynolds and Stoumbos 1999, J. Qual. Technol. 31; checked by exact rational elimination and by simulation.
    """
    return _core.stats.bernoulli_cusum_limit(in_control, changed, average_run_length)
