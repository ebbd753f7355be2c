# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Ratios of many children, and groups drawn towards their centre."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import Floats, numbers

__all__ = ["paule_mandel", "ratio_estimate", "shrunken_estimates", "smoothed_variances"]


def ratio_estimate(
    numerators: Any, denominators: Any, *, level: float = 0.95, scale: str = "logit", design_effect: float = 1.0
) -> Any:
    """Ratio estimate sum(x) / sum(n) with clusters (children) as the unit of sampling.

    Use for a rate over sessions of many children, whose sessions hang together; for one child's rate it says nothing.
    Variance by linearisation, m / (m - 1) sum (x_i - r n_i)^2 / (sum n)^2, interval with t of m - 1 on the scale of the
    options. It describes a propensity: what the same children could have shown in another like period.

    Parameters
    ----------
    numerators : array_like
        X, shape (m,); on the logit scale 0 <= x_i <= n_i; NaN is missing.
    denominators : array_like
        N, shape (m,), at least 0; NaN is missing, 0 is no cluster.
    level : float
        Level of the interval, in (0, 1).
    scale : str
        'logit' for rates in [0, 1], 'identity' for means.
    design_effect : float
        Of clustering above the child (classes, schools), above 0; multiplies the variance.

    Returns
    -------
    RatioEstimate
        The estimate; not_enough_data with fewer than two clusters (the ratio stands, without an interval); degenerate
        when all clusters have the same ratio: at 0 or 1 on the logit scale the interval is Clopper-Pearson's with a
        child as one trial, else it is NaN.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Cochran 1977, Sampling Techniques, 6.4; Korn and Graubard 1998, Surv. Methodol. 24 (logit scale); recomputed in
    NumPy to 1e-12, coverage by simulation in the tests.
    """
    return _core.stats.ratio_estimate(
        numbers(numerators, "ratio_estimate", "numerators"), numbers(denominators, "ratio_estimate", "denominators"),
        level=level, scale=scale, design_effect=design_effect
    )


def paule_mandel(estimates: Any, variances: Any) -> Any:
    """Paule and Mandel's between-group variance: the tau squared at which Q(tau squared) equals groups - 1.

    Use to learn whether groups differ at all before they are compared. When Q(0) is at most groups - 1 the root is the
    boundary and tau squared is exactly 0, without iteration. Not with variances estimated from two or three children:
    smooth them first.

    Parameters
    ----------
    estimates : array_like
        Shape (k,), any unit; NaN is missing.
    variances : array_like
        Sampling variances, shape (k,), above 0; NaN is missing.

    Returns
    -------
    BetweenGroups
        Not_enough_data with fewer than two groups; not_finite with an infinite value, or numbers too large to square;
        degenerate when no convergence within 200 Newton steps.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Paule and Mandel 1982, J. Res. NBS 87; DerSimonian and Kacker 2007, Contemp. Clin. Trials 28; checked against
    statsmodels combine_effects(method_re="iterated") to 1e-8.
    """
    return _core.stats.paule_mandel(
        numbers(estimates, "paule_mandel", "estimates"), numbers(variances, "paule_mandel", "variances")
    )


def smoothed_variances(variances: Any, sizes: Any) -> Floats:
    """Sampling variances that share one within-group variability: v_i = (sum n_j^2 v_j / sum n_j) / n_i.

    Use before pooling rates or means: a group at 0 % or 100 % has an estimated variance of 0, which would pin it, and
    small groups have variances too noisy to be weights. For rates this is the common rate's binomial variance times a
    common design effect. Not where groups are known to differ in variability.

    Parameters
    ----------
    variances : array_like
        Estimated sampling variances, shape (k,), at least 0; NaN is missing and borrows.
    sizes : array_like
        Sums of denominators, shape (k,), above 0.

    Returns
    -------
    ndarray
        Shape (k,), above 0; all NaN when every variance is 0 or missing.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Pooled within-group variance; Efron and Morris 1975, J. Am. Stat. Assoc. 70; recomputed in NumPy to 1e-12.
    """
    return _core.stats.smoothed_variances(
        numbers(variances, "smoothed_variances", "variances"), numbers(sizes, "smoothed_variances", "sizes")
    )


def shrunken_estimates(
    estimates: Any, variances: Any, between: Any, *, scale: str = "logit", level: float = 0.95
) -> dict[str, Floats]:
    """Empirical-Bayes estimates of groups, with intervals that carry the uncertainty of centre and shrinkage.

    Use beside the observed values of small groups, never instead of them. With fewer than four groups nothing is
    shrunk. Shrinkage is (k - 3) / (k - 1) times v / (v + tau squared), so that it never becomes complete, and the
    interval adds the terms for the estimated centre and weight. Not for ranking groups.

    Parameters
    ----------
    estimates : array_like
        Shape (k,), any unit; NaN is missing.
    variances : array_like
        Sampling variances, shape (k,), above 0; NaN is missing.
    between : BetweenGroups
        From paule_mandel over the same groups.
    scale : str
        Logit keeps the interval of a rate within (0, 1).
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    dict of str to ndarray
        Shape (k,); NaN where an estimate or variance is missing, and everywhere with an infinite value.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Morris 1983, J. Am. Stat. Assoc. 78, section 1 and its general-variance form; coverage by simulation in the tests.
    """
    return _core.stats.shrunken_estimates(
        numbers(estimates, "shrunken_estimates", "estimates"), numbers(variances, "shrunken_estimates", "variances"), between,
        scale=scale, level=level
    )
