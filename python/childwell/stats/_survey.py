# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Estimates of a population from a sample with weights, strata and clusters."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._arrays import Integers, labels, numbers, optional_numbers

__all__ = ["survey_mean", "survey_ratio", "survey_total"]


def _codes(values: Any, where: str, name: str) -> Integers:
    return np.empty(0, dtype=np.int64) if values is None else labels(values, where, name)


def _design(where: str, weights: Any, strata: Any, clusters: Any, populations: Any) -> dict[str, Any]:
    return {"weights": optional_numbers(weights, where, "weights"), "strata": _codes(strata, where, "strata"),
            "clusters": _codes(clusters, where, "clusters"), "populations": optional_numbers(populations, where, "populations")}  # fmt: skip


def survey_mean(
    values: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None, populations: Any = None, level: float = 0.95,
    scale: str = "identity", lonely: str = "refuse"
) -> Any:  # fmt: skip
    """Mean of a population from a sample with weights, strata and clusters.

    Use for answers of a sample of children. Of a part of the population: give NaN outside of it, so that the units drawn
    without anybody in it count all the same. Not for volunteers: no weight makes them a sample.

    Parameters
    ----------
    values : array_like
        Shape (n,); NaN is missing, or outside of the part.
    weights : array_like, optional
        Children of the population that a row stands for, at least 0, shape (n,); without them all rows weigh alike.
    strata : array_like, optional
        Labels, shape (n,).
    clusters : array_like, optional
        Labels of the units drawn first, such as schools, within their stratum, shape (n,); without them the rows.
    populations : array_like, optional
        How many such units the stratum's population has, shape (n,); without them drawn with replacement.
    level : float
        Level of the interval, in (0, 1).
    scale : {"identity", "logit"}
        On which the interval is symmetric; logit for values in [0, 1].
    lonely : {"refuse", "centre", "certain"}
        What is done with a stratum of a single unit, whose variance nobody can tell: no interval, its distance from the
        mean of all units, or nothing, because it stands for itself.

    Returns
    -------
    SurveyEstimate
        Hajek's mean, variance by Taylor linearisation, interval with t of units less strata, design effect against as
        many rows drawn at random; not_enough_data without two units or where a stratum has one unit only and lonely is
        refuse; degenerate when the variance is 0; not_finite.

    Raises
    ------
    ValueError
        When lengths differ, a weight is below 0 or not finite, populations differ within a stratum or are below the units
        drawn, or an option is out of range.

    References
    ----------
    Hajek 1971; Woodruff 1971, J. Am. Stat. Assoc. 66; Lumley 2010, Complex Surveys; checked against R survey to 1e-8.
    """
    where = "survey_mean"
    return _core.stats.survey_mean(numbers(values, where, "values"), **_design(where, weights, strata, clusters, populations),
                                   level=level, scale=scale, lonely=lonely)  # fmt: skip


def survey_total(
    values: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None, populations: Any = None, level: float = 0.95,
    lonely: str = "refuse"
) -> Any:  # fmt: skip
    """Total of a population from a sample with weights, strata and clusters.

    Use for numbers of children. Weights must sum to the population; where they do not, give survey_mean instead.

    Parameters
    ----------
    values : array_like
        Shape (n,); NaN is missing, or outside of a part of the population.
    weights, strata, clusters, populations : array_like, optional
        The design, as in survey_mean.
    level : float
        Level of the interval, in (0, 1).
    lonely : {"refuse", "centre", "certain"}
        As in survey_mean.

    Returns
    -------
    SurveyEstimate
        Horvitz and Thompson's total; statuses as survey_mean.

    Raises
    ------
    ValueError
        As survey_mean.

    References
    ----------
    Horvitz and Thompson 1952, J. Am. Stat. Assoc. 47; checked against R survey to 1e-8.
    """
    where = "survey_total"
    return _core.stats.survey_total(numbers(values, where, "values"), **_design(where, weights, strata, clusters, populations),
                                    level=level, lonely=lonely)  # fmt: skip


def survey_ratio(
    numerators: Any, denominators: Any, *, weights: Any = None, strata: Any = None, clusters: Any = None, populations: Any = None,
    level: float = 0.95, scale: str = "identity", lonely: str = "refuse"
) -> Any:  # fmt: skip
    """Ratio of two totals of a population from a sample with weights, strata and clusters.

    Use for rates such as sessions missed of sessions expected. No design effect, which a ratio has none of.

    Parameters
    ----------
    numerators : array_like
        Shape (n,); NaN is missing.
    denominators : array_like
        At least 0, shape (n,); NaN is missing.
    weights, strata, clusters, populations : array_like, optional
        The design, as in survey_mean.
    level : float
        Level of the interval, in (0, 1).
    scale : {"identity", "logit"}
        On which the interval is symmetric; logit for rates in [0, 1].
    lonely : {"refuse", "centre", "certain"}
        As in survey_mean.

    Returns
    -------
    SurveyEstimate
        The ratio; statuses as survey_mean, and degenerate where the denominators sum to 0.

    Raises
    ------
    ValueError
        As survey_mean, and when a denominator is below 0.

    References
    ----------
    Woodruff 1971, J. Am. Stat. Assoc. 66; checked against R survey to 1e-8.
    """
    where = "survey_ratio"
    return _core.stats.survey_ratio(
        numbers(numerators, where, "numerators"), numbers(denominators, where, "denominators"),
        **_design(where, weights, strata, clusters, populations), level=level, scale=scale, lonely=lonely
    )
