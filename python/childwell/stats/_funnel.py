# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Funnel limits, standardised rates, and what differs between two crude rates."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = ["direct_standardised_rate", "funnel_limits", "indirect_standardised_ratio", "rate_decomposition"]


def funnel_limits(
    events: Any, trials: Any, *, inner: float = 0.95, outer: float = 0.998, target: float | None = None,
    spread: str = "multiplicative", winsorise: float = 0.1
) -> Any:  # fmt: skip
    """Funnel limits for shares of groups of different size around one target, with overdispersion.

    Use to look at schools or townships without ranking them: most of what differs between small groups is chance. Groups
    of different children differ for reasons that no limit knows, so the spread is told from the groups themselves, from
    z scores whose extremes are drawn in, and the limits are widened where it is beyond chance. Not for few groups: with
    fewer than ten the spread is hardly told. A group outside is a question, not an answer.

    Parameters
    ----------
    events : array_like
        Whole numbers, 0 to trials, shape (groups,); NaN is missing.
    trials : array_like
        Whole numbers, 0 to 1e9, shape (groups,); NaN or 0 is missing.
    inner, outer : float
        Levels of the limits, in (0, 1), inner below outer.
    target : float, optional
        Share in (0, 1) around which the funnel lies; without it all events over all trials.
    spread : {"multiplicative", "additive", "none"}
        How groups may vary beyond chance: every limit wider by one factor, where the dispersion is above
        1 + 2 sqrt(2 / groups); a variance of their own, which widens the limits of large groups most; or not at all.
    winsorise : float
        Share of z scores drawn in at each end before the spread is told, in [0, 0.5).

    Returns
    -------
    FunnelLimits
        Shape (groups,): share, z, adjusted_z; normal and exact limits without overdispersion; inner_lower, inner_upper,
        outer_lower, outer_upper, which are those to be used, within [0, 1]: exact without overdispersion, else normal;
        position (-2 to 2: below the outer, below the inner limits, within, above, above). Also target, dispersion,
        between_variance and overdispersed. not_enough_data without two groups, degenerate where the pooled share is 0
        or 1, not_finite when a value is infinite.

    Raises
    ------
    ValueError
        When lengths differ, a count is not whole or out of range, or an option is.

    References
    ----------
    Spiegelhalter 2005, Stat. Med. 24, 1185-1202; DerSimonian and Laird 1986 for the variance between groups; checked
    against R qbinom, pbinom and quantile to 1e-10.
    """
    where = "funnel_limits"
    return _core.stats.funnel_limits(
        numbers(events, where, "events"), numbers(trials, where, "trials"), inner=inner, outer=outer,
        target=float("nan") if target is None else float(target), spread=spread, winsorise=winsorise
    )


def direct_standardised_rate(events: Any, population: Any, standard: Any, *, level: float = 0.95) -> Any:
    """Directly standardised rate: what the rates of the strata would come to in the standard's population.

    Use to compare places whose children differ in grade or age. Not with strata of few events: then indirectly. It says
    nothing of strata that a place does not have.

    Parameters
    ----------
    events : array_like
        At least 0, shape (strata,); NaN is missing.
    population : array_like
        Above 0 where the standard has anybody, shape (strata,).
    standard : array_like
        At least 0, shape (strata,).
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    StandardisedRate
        The rate with the gamma interval, lower 0 without events; not_enough_data without a stratum or where the standard
        has children and the population has none; a stratum with a missing value is left out.

    Raises
    ------
    ValueError
        When lengths differ, a value is below 0 or infinite, or level is not between 0 and 1.

    References
    ----------
    Fay and Feuer 1997, Stat. Med. 16; checked against R epitools ageadjust.direct to 1e-10.
    """
    where = "direct_standardised_rate"
    return _core.stats.direct_standardised_rate(
        numbers(events, where, "events"), numbers(population, where, "population"), numbers(standard, where, "standard"), level=level
    )


def indirect_standardised_ratio(
    events: Any, population: Any, standard_events: Any, standard_population: Any, *, level: float = 0.95
) -> Any:
    """Indirectly standardised ratio: events over those expected at the standard's rates.

    Use for small places. Two such ratios do not compare with each other, because each has its own population.

    Parameters
    ----------
    events, population : array_like
        At least 0, shape (strata,); NaN is missing.
    standard_events, standard_population : array_like
        The same strata; a population above 0 where the place has anybody.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    StandardisedRate
        Observed over expected with the exact Poisson interval; not_enough_data without a stratum or where the standard
        lacks one; degenerate where nothing is expected.

    Raises
    ------
    ValueError
        When lengths differ, a value is below 0 or infinite, or level is not between 0 and 1.

    References
    ----------
    Breslow and Day 1987, Statistical Methods in Cancer Research II, 2; Garwood 1936; checked against R to 1e-10.
    """
    where = "indirect_standardised_ratio"
    return _core.stats.indirect_standardised_ratio(
        numbers(events, where, "events"), numbers(population, where, "population"),
        numbers(standard_events, where, "standard_events"), numbers(standard_population, where, "standard_population"), level=level
    )


def rate_decomposition(
    first_events: Any, first_population: Any, second_events: Any, second_population: Any, *, level: float = 0.95
) -> Any:
    """Difference of two crude rates in two parts: other children, and other rates of like children.

    Use before two years or places are compared by a crude rate. Symmetric: means of both sides weigh each part.

    Parameters
    ----------
    first_events, first_population : array_like
        0 <= events <= population, shape (strata,); NaN is missing.
    second_events, second_population : array_like
        The same strata.
    level : float
        Level of the ratio's interval, in (0, 1).

    Returns
    -------
    RateDecomposition
        Rates, difference (second less first) and its parts, and the ratio of the first to the second with the
        log-binomial interval (NaN where one has no events); not_enough_data where a side has nobody or a stratum is
        empty on one side only.

    Raises
    ------
    ValueError
        When lengths differ, a value is below 0 or infinite, events exceed the population, or level is not between 0 and 1.

    References
    ----------
    Kitagawa 1955, J. Am. Stat. Assoc. 50; Katz and others 1978, Biometrics 34; checked against R to 1e-10.
    """
    where = "rate_decomposition"
    return _core.stats.rate_decomposition(
        numbers(first_events, where, "first_events"), numbers(first_population, where, "first_population"),
        numbers(second_events, where, "second_events"), numbers(second_population, where, "second_population"), level=level
    )
