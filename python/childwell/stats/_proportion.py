# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Intervals of a proportion."""

from __future__ import annotations

from typing import Any

from .. import _core

__all__ = ["clopper_pearson_interval", "jeffreys_interval", "mid_p_interval", "wilson_interval"]


def wilson_interval(events: float, trials: float, *, level: float = 0.95) -> Any:
    """Wilson's score interval of a binomial proportion.

    Use for a share of independent units; its coverage is near the level on average also for small counts. Not for units
    that hang together (sessions of one child): give effective counts, or use ratio_estimate.

    Parameters
    ----------
    events : float
        Number of events, 0 to trials; need not be whole (effective counts); NaN is missing.
    trials : float
        Number of trials, at least 0; NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ProportionInterval
        Estimate and interval in [0, 1]; not_enough_data when trials is 0 or a count is missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Wilson 1927, J. Am. Stat. Assoc. 22; its closed form in mpmath to 1e-12, coverage by exact sums.
    """
    return _core.stats.wilson_interval(events, trials, level=level)


def clopper_pearson_interval(events: float, trials: float, *, level: float = 0.95) -> Any:
    """Clopper and Pearson's exact interval of a binomial proportion.

    Use where coverage must never be below the level; it is wider than needed on average. Not for clustered units.

    Parameters
    ----------
    events : float
        Number of events, 0 to trials; need not be whole (effective counts); NaN is missing.
    trials : float
        Number of trials, at least 0; NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ProportionInterval
        Estimate and interval in [0, 1], closed at 0 and 1; not_enough_data when trials is 0 or a count is missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26; roots of the exact tails in mpmath to 1e-12, coverage by
    exact sums.
    """
    return _core.stats.clopper_pearson_interval(events, trials, level=level)


def jeffreys_interval(events: float, trials: float, *, level: float = 0.95) -> Any:
    """Jeffreys' equal-tailed interval of a binomial proportion: quantiles of Beta(events + 1/2, trials - events + 1/2).

    Use for small counts where an exact interval is too wide. The lower end is 0 when there are no events and the upper
    end 1 when there is nothing else, so that coverage does not collapse at the edges. Not for clustered units.

    Parameters
    ----------
    events : float
        Number of events, 0 to trials; need not be whole (effective counts); NaN is missing.
    trials : float
        Number of trials, at least 0; NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ProportionInterval
        Estimate and interval in [0, 1]; not_enough_data when trials is 0 or a count is missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Brown, Cai and DasGupta 2001, Stat. Sci. 16; roots in mpmath to 1e-12, coverage by exact sums.
    """
    return _core.stats.jeffreys_interval(events, trials, level=level)


def mid_p_interval(events: float, trials: float, *, level: float = 0.95) -> Any:
    """Mid-p interval of a binomial proportion: Clopper and Pearson's, with the outcome seen counting half in each tail.

    Use where an exact interval is too wide and coverage near the level on average is enough. Not for clustered
    units.

    Parameters
    ----------
    events : float
        Number of events, 0 to trials; need not be whole (effective counts); NaN is missing.
    trials : float
        Number of trials, at least 0; NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ProportionInterval
        Estimate and interval in [0, 1], closed at 0 and 1; not_enough_data when trials is 0 or a count is
        missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two roots of an
        incomplete beta function.

    References
    ----------
    Lancaster 1961, J. Am. Stat. Assoc. 56; Berry and Armitage 1995, Statistician 44; checked against mpmath roots
    to 1e-12, coverage by exact sums.
    """
    return _core.stats.mid_p_interval(events, trials, level=level)
