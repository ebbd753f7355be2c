# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Outbreak limits for counts."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers

__all__ = ["outbreak_limits"]


def outbreak_limits(
    counts: Any, exposures: Any = None, *, period: int = 52, years: int = 5, half_window: int = 3, level: float = 0.995,
    method: str = "negative_binomial", trend: bool = True, trend_significance: float = 0.05, reweight: bool = True,
    residual_threshold: float = 2.58, least_reference: int = 10, least_events: int = 5, recent: int = 4
) -> Any:  # fmt: skip
    """Outbreak limits for a series of counts, by Farrington's method as Noufaily and others improved it.

    Use for weekly absences for illness of a class, school or district against the same weeks of past years. Not where
    there are no past years (cusum_chart on residuals), and not for limits within one winter. Each moment: a
    quasi-Poisson log-linear fit to the reference values, with a trend where it holds, past outbreaks drawn in by s^-2
    of their Anscombe residuals s, and the limit from the expected count, its overdispersion of at least 1 and, with the
    power transform, the error of the fit.

    Parameters
    ----------
    counts : array_like
        Whole numbers, at least 0, shape (n,), in time order without holes; NaN is missing.
    exposures : array_like, optional
        Children or sessions behind each count, shape (n,); 0 or NaN is missing.
    period : int
        Values a year.
    years : int
        Past years that give reference values, at least 1.
    half_window : int
        Values on each side of the same week in each past year; both sides together shorter than a period.
    level : float
        Probability of a count at most at the limit without outbreak, in (0.5, 1).
    method : str
        'negative_binomial' (Noufaily) or 'power_transform' (Farrington, 2/3 power).
    trend : bool
        Whether a trend is tried: kept where significant, over three years at least, and not extrapolating beyond the
        largest reference value.
    trend_significance : float
        Two-sided, in (0, 1]; 1 keeps every trend that does not extrapolate.
    reweight : bool
        Whether past outbreaks are drawn in.
    residual_threshold : float
        Anscombe residuals above it are past outbreaks; above 0.
    least_reference : int
        Reference values without which there is no limit, at least 3.
    least_events : int
        Events in the newest values without which there is no alarm.
    recent : int
        How many newest values those are, the value itself included; at least 1.

    Returns
    -------
    OutbreakLimits
        Shape (n,): expected, limit, exceedance, overdispersion, trend (log rate a year), reference, statuses; alarms as
        0-based positions. By moment not_enough_data (too few reference values), boundary (no event among them: expected
        0, no limit), not_converged; not_finite when any value is infinite. A missing count has a limit and no
        exceedance.

    Raises
    ------
    ValueError
        When lengths differ, a count is negative or not whole, an exposure is negative, or an option is outside its
        range.

    References
    ----------
    Farrington, Andrews, Beale and Catchpole 1996, J. R. Stat. Soc. A 159; Noufaily and others 2013, Stat. Med. 32;
    checked against R glm to 1e-12 and R surveillance 1.20.3 algo.farrington and farringtonFlexible to 5e-5, whose fits
    stop early. """
    where = "outbreak_limits"
    return _core.stats.outbreak_limits(
        numbers(counts, where, "counts"), optional_numbers(exposures, where, "exposures"), period=period, years=years,
        half_window=half_window, level=level, method=method, trend=trend, trend_significance=trend_significance,
        reweight=reweight, residual_threshold=residual_threshold, least_reference=least_reference,
        least_events=least_events, recent=recent,
    )  # fmt: skip
