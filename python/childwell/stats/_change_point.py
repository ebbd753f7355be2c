# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Bayesian online change points."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers, refused

__all__ = ["binomial_change_points", "normal_change_points", "poisson_change_points"]


def _prior(prior: Any, count: int, where: str, parts: str) -> list[float]:
    try:
        given = [float(part) for part in prior]
    except (TypeError, ValueError):
        given = []
    if len(given) != count:
        raise refused(where, f"prior is {count} numbers: {parts}")
    return given


def binomial_change_points(
    events: Any, trials: Any = None, *, prior: tuple[float, float] = (1.0, 1.0), hazard: float = 0.01, recent: int = 5
) -> Any:
    """Bayesian online change points of a probability: Beta prior, binomial observations.

    Use for a child's absence marks (no trials) or weekly absences out of sessions. Not for marks that hang together
    beyond their probability: spells of illness look like changes. Exact over all segmentations, in logarithms. A run is
    what was observed since the last change, the newest observation included.

    Parameters
    ----------
    events : array_like
        Whole numbers, shape (n,), in time order; NaN is missing and skipped, without ending the run.
    trials : array_like, optional
        Whole numbers, at least events, shape (n,); 1 each when not given; 0 or NaN is missing.
    prior : tuple of float
        Events and non-events that a new segment is worth, above 0.
    hazard : float
        Probability of a change before an observation, in (0, 1).
    recent : int
        Observations within which a change counts as recent, at least 1.

    Returns
    -------
    ChangePoints
        One value a moment (a missing one repeats the last): most probable run_length, change_probability, level and
        predictive_mean; run_length_probability at the end; log_evidence. not_enough_data (values of the prior) when
        nothing was observed, not_finite (NaN) when a value is infinite.

    Raises
    ------
    ValueError
        When lengths differ, a count is negative, not whole or above trials, or an option is outside its range.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; Fearnhead 2006, Stat. Comput. 16; checked against all 2^(n - 1)
    segmentations in mpmath, n <= 10, to 1e-12.
    """
    where = "binomial_change_points"
    return _core.stats.binomial_change_points(
        numbers(events, where, "events"), optional_numbers(trials, where, "trials"),
        prior=_prior(prior, 2, where, "events and non-events"), hazard=hazard, recent=recent,
    )  # fmt: skip


def poisson_change_points(
    counts: Any, exposures: Any = None, *, prior: tuple[float, float] = (1.0, 1.0), hazard: float = 0.01,
    recent: int = 5
) -> Any:  # fmt: skip
    """Bayesian online change points of a rate: gamma prior, Poisson observations.

    Use for counts of rare events a period, such as contacts or incidents. Not for counts more spread than Poisson
    within a segment: their outliers look like changes. Exact over all segmentations, in logarithms. A run is what was
    observed since the last change, the newest observation included.

    Parameters
    ----------
    counts : array_like
        Whole numbers, at least 0, shape (n,), in time order; NaN is missing and skipped, without ending the run.
    exposures : array_like, optional
        At least 0, shape (n,); 1 each when not given; 0 or NaN is missing.
    prior : tuple of float
        Shape and rate of a segment's rate, above 0; its mean is shape / rate.
    hazard : float
        Probability of a change before an observation, in (0, 1).
    recent : int
        Observations within which a change counts as recent, at least 1.

    Returns
    -------
    ChangePoints
        One value a moment (a missing one repeats the last): most probable run_length, change_probability, level and
        predictive_mean a unit of exposure; run_length_probability at the end; log_evidence. not_enough_data (values of
        the prior) when nothing was observed, not_finite (NaN) when a value is infinite.

    Raises
    ------
    ValueError
        When lengths differ, a count is negative or not whole, an exposure is negative, or an option is outside its
        range.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; Fearnhead 2006, Stat. Comput. 16; checked against all 2^(n - 1)
    segmentations in mpmath, n <= 10, to 1e-12.
    """
    where = "poisson_change_points"
    return _core.stats.poisson_change_points(
        numbers(counts, where, "counts"), optional_numbers(exposures, where, "exposures"),
        prior=_prior(prior, 2, where, "shape and rate"), hazard=hazard, recent=recent,
    )  # fmt: skip


def normal_change_points(
    values: Any, *, prior: tuple[float, float, float, float] = (0.0, 1.0, 1.0, 1.0), hazard: float = 0.01,
    recent: int = 5
) -> Any:  # fmt: skip
    """Bayesian online change points of mean and variance: normal-inverse-gamma prior, normal observations.

    Use for scores and weekly rates of many sessions. Not with the default prior on another scale: standardise, or state
    mean and scale of the measure. Exact over all segmentations, in logarithms. A run is what was observed since the
    last change, the newest observation included.

    Parameters
    ----------
    values : array_like
        Shape (n,), in time order; NaN is missing and skipped, without ending the run.
    prior : tuple of float
        Mean, observations that the mean is worth, and shape and scale of the variance's inverse gamma.
    hazard : float
        Probability of a change before an observation, in (0, 1).
    recent : int
        Observations within which a change counts as recent, at least 1.

    Returns
    -------
    ChangePoints
        One value a moment (a missing one repeats the last): most probable run_length, change_probability, level and
        predictive_mean; run_length_probability at the end; log_evidence. not_enough_data (values of the prior) when
        nothing was observed, not_finite (NaN) when a value is infinite or too large to square.

    Raises
    ------
    ValueError
        When a prior's parameter or an option is outside its range.

    References
    ----------
    Adams and MacKay 2007, arXiv:0710.3742; Murphy 2007 (conjugate updates); checked against all 2^(n - 1) segmentations
    in mpmath, n <= 10, to 1e-12.
    """
    where = "normal_change_points"
    return _core.stats.normal_change_points(
        numbers(values, where, "values"), prior=_prior(prior, 4, where, "mean, strength, shape and scale"),
        hazard=hazard, recent=recent,
    )  # fmt: skip
