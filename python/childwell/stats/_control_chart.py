# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Control charts and their average run lengths."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = [
    "chart_baseline",
    "cusum_average_run_length",
    "cusum_chart",
    "cusum_decision",
    "ewma_average_run_length",
    "ewma_chart",
    "ewma_width",
    "individuals_chart",
]


def chart_baseline(values: Any) -> Any:
    """Centre, standard deviation and moving-range sigma of a baseline.

    Use to set up a chart from a stretch that was in control; moving ranges are not widened by a slow drift. Not
    from the values to be watched.

    Parameters
    ----------
    values : array_like
        Shape (n,), in order of time; NaN is missing and no neighbour.

    Returns
    -------
    ChartBaseline
        Degenerate when all are equal; not_finite; not_enough_data with fewer than two values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two passes.

    References
    ----------
    Montgomery 2012, Introduction to Statistical Quality Control, 6.4; checked against NumPy to 1e-12.
    """
    return _core.stats.chart_baseline(numbers(values, "chart_baseline", "values"))


def individuals_chart(values: Any, centre: float, standard_deviation: float, *, width: float = 3.0) -> Any:
    """Individuals chart: each value against centre +- width standard deviations.

    Use for single large departures; ewma_chart and cusum_chart see small lasting ones sooner.

    Parameters
    ----------
    values : array_like
        Shape (n,), in order of time; NaN is missing.
    centre : float
        In control.
    standard_deviation : float
        In control, above 0.
    width : float
        Of the limits, in standard deviations, above 0.

    Returns
    -------
    ControlChart
        Values, limits and alarms; not_finite when a value is infinite; not_enough_data without values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: one pass.

    References
    ----------
    Shewhart 1931; spc_nile recomputed in NumPy to 1e-11.
    """
    return _core.stats.individuals_chart(
        numbers(values, "individuals_chart", "values"),
        centre, standard_deviation, width=width,
    )


def ewma_chart(values: Any, centre: float, standard_deviation: float, *, smoothing: float, width: float) -> Any:
    """Exponentially weighted moving average with exact, widening limits.

    Use to see small lasting shifts. Not for autocorrelated values. A missing value leaves the average as it was.

    Parameters
    ----------
    values : array_like
        Shape (n,), in order of time; NaN is missing.
    centre : float
        In control; the average starts there.
    standard_deviation : float
        In control, above 0.
    smoothing : float
        Weight of the newest value, in (0, 1].
    width : float
        Of the limits, in standard deviations of the average, above 0.

    Returns
    -------
    ControlChart
        Averages, limits and alarms; not_finite when a value is infinite; not_enough_data without values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: one pass.

    References
    ----------
    Roberts 1959, Technometrics 1; Lucas and Saccucci 1990, Technometrics 32; spc_nile to 1e-11.
    """
    return _core.stats.ewma_chart(
        numbers(values, "ewma_chart", "values"),
        centre, standard_deviation, smoothing=smoothing, width=width,
    )


def cusum_chart(values: Any, centre: float, standard_deviation: float, *, reference: float, decision: float) -> Any:
    """Two-sided tabular CUSUM of standardised values, without reset.

    Use to see lasting shifts of about twice the reference. Not for autocorrelated values. A missing value leaves
    the sums as they were.

    Parameters
    ----------
    values : array_like
        Shape (n,), in order of time; NaN is missing.
    centre : float
        In control.
    standard_deviation : float
        In control, above 0.
    reference : float
        Allowance k, in standard deviations, at least 0.
    decision : float
        Limit h, in standard deviations, above 0.

    Returns
    -------
    ControlChart
        Upper sums, lower sums, limit and alarms; not_finite when a value is infinite; not_enough_data without
        values.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: one pass.

    References
    ----------
    Page 1954, Biometrika 41; spc_nile to 1e-11.
    """
    return _core.stats.cusum_chart(
        numbers(values, "cusum_chart", "values"),
        centre, standard_deviation, reference=reference, decision=decision,
    )


def cusum_average_run_length(reference: float, decision: float, *, shift: float = 0.0, two_sided: bool = True) -> Any:
    """Average run length of a CUSUM of independent normal values: how many until it alarms.

    Use to learn how often a chart cries wolf (shift 0) and how soon it sees a shift. Not for autocorrelated values.

    Parameters
    ----------
    reference : float
        Allowance k, in standard deviations, at least 0.
    decision : float
        Limit h, in standard deviations, above 0.
    shift : float
        Of the mean, in standard deviations.
    two_sided : bool
        Whether both sums are watched.

    Returns
    -------
    float
        Average number of values, at least 1; infinite when beyond a double.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: a dense system of
        some 100 equations.

    References
    ----------
    Integral equation by Gauss-Legendre nodes, Vance 1986, J. Qual. Technol. 18; Lucas and Crosier 1982 (two sides);
    checked against published values and simulation, and twice the nodes to 1e-9.
    """
    return _core.stats.cusum_average_run_length(reference, decision, shift=shift, two_sided=two_sided)


def ewma_average_run_length(smoothing: float, width: float, *, shift: float = 0.0) -> Any:
    """Average run length of a two-sided EWMA of independent normal values with its limits at their final width.

    Use to learn how often a chart cries wolf (shift 0) and how soon it sees a shift. Not for autocorrelated values.

    Parameters
    ----------
    smoothing : float
        Weight of the newest value, in (0, 1].
    width : float
        Of the limits, in standard deviations of the average, above 0.
    shift : float
        Of the mean, in standard deviations of a value.

    Returns
    -------
    float
        Average number of values, at least 1; infinite when beyond a double.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: a dense system of
        100 to 600 equations.

    References
    ----------
    Integral equation by Gauss-Legendre nodes, Crowder 1987, Technometrics 29; checked against Lucas and Saccucci
    1990 and simulation, and twice the nodes to 1e-9.
    """
    return _core.stats.ewma_average_run_length(smoothing, width, shift=shift)


def cusum_decision(average_run_length: float, reference: float, *, two_sided: bool = True) -> Any:
    """Decision limit of a CUSUM for a given average run length in control.

    Use to set false alarms by what can be followed up: so many values between two of them.

    Parameters
    ----------
    average_run_length : float
        Wanted in control, above 2, at most 1e9.
    reference : float
        Allowance k, in standard deviations, at least 0.
    two_sided : bool
        Whether both sums are watched.

    Returns
    -------
    float
        Limit h, in standard deviations; NaN when the allowance alone alarms less often.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: some 30 average
        run lengths.

    References
    ----------
    Root of cusum_average_run_length, to 1e-10 of the run length.
    """
    return _core.stats.cusum_decision(average_run_length, reference, two_sided=two_sided)


def ewma_width(average_run_length: float, smoothing: float) -> Any:
    """Width of the limits of an EWMA for a given average run length in control.

    Use to set false alarms by what can be followed up: so many values between two of them.

    Parameters
    ----------
    average_run_length : float
        Wanted in control, above 2, at most 1e9.
    smoothing : float
        Weight of the newest value, in (0, 1].

    Returns
    -------
    float
        Width, in standard deviations of the average.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: some 30 average
        run lengths.

    References
    ----------
    Root of ewma_average_run_length, to 1e-10 of the run length.
    """
    return _core.stats.ewma_width(average_run_length, smoothing)
