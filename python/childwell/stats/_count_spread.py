# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Rates that vary between groups: beta-binomial, gamma-Poisson and Pearson's dispersion."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = [
    "beta_binomial_posterior",
    "binomial_dispersion",
    "fit_beta_binomial",
    "fit_gamma_poisson",
    "gamma_poisson_posterior",
    "poisson_dispersion",
]


def fit_beta_binomial(events: Any, trials: Any) -> Any:
    """Beta-binomial distribution of groups' event counts, by maximum likelihood.

    Use for rates of children or classes whose underlying rates differ. Not with a handful of groups, where the
    spread rests on nothing. Boundaries are closed forms: spread no larger than binomial gives rho 0 and the pooled
    rate; no events, or nothing else, gives the mean 0 or 1 and no rho; groups that are all empty or full give rho
    1.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to trials; NaN is missing.
    trials : array_like
        Shape (m,), whole, 0 to 10,000,000; NaN is missing, 0 is no group.

    Returns
    -------
    BetaBinomialFit
        Ok; boundary (rho 0 or 1; one group has rho 0; mean 0 or 1 has no rho); degenerate when every group has
        one trial, which tells the mean only; not_converged without numbers; not_finite; not_enough_data without
        groups.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: some 100 passes
        over the numbers from 0 to the largest trials, and one over the groups.

    References
    ----------
    Griffiths 1973, Biometrics 29; profile likelihood searched over 15 powers of ten of rho / (1 - rho); root of the
    score in mpmath to 1e-11, log-likelihood there to 1e-12, standard errors from its Hessian to 1e-10; R nlm, VGAM and
    glmmTMB to 1e-6.
    """
    return _core.stats.fit_beta_binomial(
        numbers(events, "fit_beta_binomial", "events"), numbers(trials, "fit_beta_binomial", "trials")
    )


def beta_binomial_posterior(events: Any, trials: Any, fit: Any, *, level: float = 0.95) -> Any:
    """Posterior means and central intervals of groups' rates under a fitted beta-binomial.

    Use to draw rates of few trials towards the mean, beside the raw rates. The interval takes the fit as known, so
    it is too narrow with few groups. Not for ranking groups.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to trials; NaN is missing.
    trials : array_like
        Shape (m,), whole, 0 to 10,000,000; with 0 the posterior is the fitted distribution.
    fit : BetaBinomialFit
        From fit_beta_binomial.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    GroupPosteriors
        Means and intervals in [0, 1]; a single point where rho is 0 or 1; the fit's status where it has no rho.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two beta
        quantiles a group.

    References
    ----------
    Robbins 1956; Casella 1985, Am. Stat. 39; means: exact fractions to 1e-14; ends: scipy and roots in mpmath
    to 1e-12; R qbeta, whose fit stops sooner, to 1e-8.
    """
    return _core.stats.beta_binomial_posterior(
        numbers(events, "beta_binomial_posterior", "events"), numbers(trials, "beta_binomial_posterior", "trials"), fit, level=level
    )


def fit_gamma_poisson(events: Any, exposures: Any) -> Any:
    """Gamma-Poisson (negative binomial) distribution of groups' event counts, by maximum likelihood.

    Use for counts over time or persons whose underlying rates differ. Not with a handful of groups. Boundaries are
    closed forms: spread no larger than Poisson's gives dispersion 0 and the pooled rate; no events give the mean 0
    and no dispersion.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to 10,000,000; NaN is missing.
    exposures : array_like
        Shape (m,), at least 0, any unit; NaN is missing, 0 is no group.

    Returns
    -------
    GammaPoissonFit
        Ok; boundary (dispersion 0, always so with one group; mean 0); not_converged without numbers;
        not_finite; not_enough_data without groups.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: some 100 passes
        over the groups and the numbers from 0 to the largest count.

    References
    ----------
    Lawless 1987, Can. J. Stat. 15; profile likelihood searched over 15 powers of ten of the dispersion; root of the
    score in mpmath to 1e-11, log-likelihood there to 1e-12, standard errors from its Hessian to 1e-10; R MASS::glm.nb
    to 1e-10.
    """
    return _core.stats.fit_gamma_poisson(
        numbers(events, "fit_gamma_poisson", "events"), numbers(exposures, "fit_gamma_poisson", "exposures")
    )


def gamma_poisson_posterior(events: Any, exposures: Any, fit: Any, *, level: float = 0.95) -> Any:
    """Posterior means and central intervals of groups' rates under a fitted gamma-Poisson.

    Use to draw rates of little exposure towards the mean, beside the raw rates. The interval takes the fit as
    known, so it is too narrow with few groups. Not for ranking groups.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to 10,000,000; NaN is missing.
    exposures : array_like
        Shape (m,), at least 0; with 0 the posterior is the fitted distribution.
    fit : GammaPoissonFit
        From fit_gamma_poisson.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    GroupPosteriors
        Means and intervals per unit of exposure; a single point where the dispersion is 0; the fit's status
        where it has no dispersion.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two gamma
        quantiles a group.

    References
    ----------
    Clayton and Kaldor 1987, Biometrics 43; means: exact fractions to 1e-14; ends: scipy and roots in mpmath to
    1e-12.
    """
    return _core.stats.gamma_poisson_posterior(
        numbers(events, "gamma_poisson_posterior", "events"), numbers(exposures, "gamma_poisson_posterior", "exposures"), fit, level=level
    )


def binomial_dispersion(events: Any, trials: Any) -> Any:
    """Pearson's dispersion of binomial counts about their pooled rate.

    Use to learn whether groups' rates differ more than chance, and to widen intervals (quasi-binomial). Not with
    expected counts below about one a group, where the p value is rough.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to trials; NaN is missing.
    trials : array_like
        Shape (m,), whole, 0 to 10,000,000; NaN is missing, 0 is no group.

    Returns
    -------
    DispersionTest
        Chi-squared over m - 1, 1 expected; degenerate when no event or nothing else was seen; not_finite;
        not_enough_data with fewer than two groups.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two passes.

    References
    ----------
    McCullagh and Nelder 1989, 4.5; exact fractions to 1e-13, p value in mpmath to 1e-12; R to 1e-8.
    """
    return _core.stats.binomial_dispersion(
        numbers(events, "binomial_dispersion", "events"), numbers(trials, "binomial_dispersion", "trials")
    )


def poisson_dispersion(events: Any, exposures: Any) -> Any:
    """Pearson's dispersion of Poisson counts about their pooled rate.

    Use to learn whether rates differ more than chance, and to widen intervals (quasi-Poisson). Not with expected
    counts below about one a group, where the p value is rough.

    Parameters
    ----------
    events : array_like
        Shape (m,), whole, 0 to 10,000,000; NaN is missing.
    exposures : array_like
        Shape (m,), at least 0; NaN is missing, 0 is no group.

    Returns
    -------
    DispersionTest
        Chi-squared over m - 1, 1 expected; degenerate when no event was seen; not_finite; not_enough_data with
        fewer than two groups.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it. Cost: two passes.

    References
    ----------
    McCullagh and Nelder 1989, 6.2; exact fractions to 1e-13, p value in mpmath to 1e-12; R to 1e-10.
    """
    return _core.stats.poisson_dispersion(
        numbers(events, "poisson_dispersion", "events"), numbers(exposures, "poisson_dispersion", "exposures")
    )
