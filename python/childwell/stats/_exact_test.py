# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Exact tests and intervals of counts."""

from __future__ import annotations

from typing import Any

from .. import _core

__all__ = ["binomial_test", "fisher_exact_test", "poisson_rate_interval", "poisson_test"]


def binomial_test(
    events: float, trials: float, probability: float, *, alternative: str = "two_sided", method: str = "small_p",
    level: float = 0.95
) -> Any:
    """Exact test of a binomial proportion.

    Use for a share of few independent units against a known one. Not for units that hang together. The interval is
    Clopper-Pearson's (mid-p with that method), with one end where the alternative has one side.

    Parameters
    ----------
    events : float
        Whole, 0 to trials; NaN is missing.
    trials : float
        Whole, 0 to 10,000,000; NaN is missing.
    probability : float
        Under the hypothesis, in [0, 1].
    alternative : str
        'two_sided', 'less' or 'greater'.
    method : str
        'small_p' (two-sided: every outcome no more likely than the one seen, as R), 'central' (twice the
        smaller tail) or 'mid_p' (as central, the outcome seen counting half).
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ExactTest
        The share, p value and interval; not_enough_data when trials is 0 or a count is missing.

    Raises
    ------
    ValueError
        When an argument is outside its range, as more than 10,000,000 trials (wilson_interval has no such end);
        the message says which and how to fix it. Cost: a few incomplete beta functions, a bisection.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26; Lancaster 1961, J. Am. Stat. Assoc. 56 (mid-p); p values: exact
    fractions, R binom.test and, at 10,000,000 trials, a sum in mpmath to 1e-12; limits: those of
    clopper_pearson_interval and mid_p_interval.
    """
    return _core.stats.binomial_test(
        events, trials, probability, alternative=alternative, method=method, level=level
    )


def fisher_exact_test(
    a: float, b: float, c: float, d: float, *, alternative: str = "two_sided", method: str = "small_p", level: float
    = 0.95
) -> Any:
    """Fisher's exact test of a 2 x 2 table, with the conditional maximum likelihood odds ratio and its exact interval.

    Use for small tables. Not for paired or clustered units; with large tables the odds ratio of a logistic
    regression says the same and adjusts. Limits go with the method: those of twice the smaller tail, mid-p with
    that method, one end where the alternative has one side.

    Parameters
    ----------
    a : float
        Counts, by rows: whole, at least 0; NaN is missing.
    b : float
        Counts, by rows: whole, at least 0; NaN is missing.
    c : float
        Counts, by rows: whole, at least 0; NaN is missing.
    d : float
        Counts, by rows: whole, at least 0; NaN is missing; at most 10,000,000 tables have the margins of a to d.
    alternative : str
        'two_sided', 'less' or 'greater'.
    method : str
        'small_p' (two-sided: every outcome no more likely than the one seen, as R), 'central' (twice the
        smaller tail) or 'mid_p' (as central, the outcome seen counting half).
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ExactTest
        Odds ratio (conditional, not a d / (b c)), p value and interval; boundary when the odds ratio is 0 or
        infinite; degenerate when a margin is 0: p is 1 and the interval 0 to infinity; not_enough_data when
        missing.

    Raises
    ------
    ValueError
        When an argument is outside its range, or more than 10,000,000 tables have its margins; the message says
        which and how to fix it. Cost: a few dozen sums over those tables.

    References
    ----------
    Fisher 1935; Cornfield 1956; p values: exact fractions and R fisher.test to 1e-12; odds ratio and limits of each
    method and alternative: roots in mpmath to 1e-12 (R's odds ratio, which stops sooner, to 1e-4).
    """
    return _core.stats.fisher_exact_test(a, b, c, d, alternative=alternative, method=method, level=level)


def poisson_rate_interval(events: float, exposure: float, *, level: float = 0.95) -> Any:
    """Exact (Garwood's) interval of a Poisson rate.

    Use for a rate of rare events; its coverage is never below the level. Not for events that come in clusters.

    Parameters
    ----------
    events : float
        At least 0; need not be whole; NaN is missing.
    exposure : float
        At least 0, any unit; NaN is missing.
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ExactTest
        The rate and its interval, p value NaN; not_enough_data when exposure is 0 or a number missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two gamma
        quantiles.

    References
    ----------
    Garwood 1936, Biometrika 28; roots in mpmath and scipy.stats.chi2 to 1e-12, coverage by exact sums.
    """
    return _core.stats.poisson_rate_interval(events, exposure, level=level)


def poisson_test(
    events: float, exposure: float, rate: float = 1.0, *, alternative: str = "two_sided", method: str = "small_p",
    level: float = 0.95
) -> Any:
    """Exact interval and test of a Poisson rate.

    Use for events over time or persons, and for observed over expected (a standardised ratio, with the expected
    count as exposure). Not for events that come in clusters.

    Parameters
    ----------
    events : float
        Whole, 0 to 10,000,000; NaN is missing.
    exposure : float
        At least 0, any unit; NaN is missing.
    rate : float
        Under the hypothesis, at least 0, per unit of exposure; rate times exposure at most 10,000,000.
    alternative : str
        'two_sided', 'less' or 'greater'.
    method : str
        'small_p' (two-sided: every outcome no more likely than the one seen, as R), 'central' (twice the
        smaller tail) or 'mid_p' (as central, the outcome seen counting half).
    level : float
        Confidence level, in (0, 1).

    Returns
    -------
    ExactTest
        The rate, p value and interval, per unit of exposure; not_enough_data when exposure is 0 or a number
        missing.

    Raises
    ------
    ValueError
        When an argument is outside its range, as more than 10,000,000 events seen or expected
        (poisson_rate_interval has no such end); the message says which and how to fix it. Cost: a few incomplete
        gamma functions, a bisection.

    References
    ----------
    Garwood 1936, Biometrika 28; Lancaster 1961, J. Am. Stat. Assoc. 56 (mid-p); p values: sums in mpmath, at
    10,000,000 too, and R poisson.test to 1e-12; limits: roots in mpmath to 1e-12.
    """
    return _core.stats.poisson_test(events, exposure, rate, alternative=alternative, method=method, level=level)
