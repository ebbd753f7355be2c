# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Correlations, and the components of many columns."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, table

__all__ = [
    "bartlett_sphericity",
    "correlation_matrix",
    "kendall",
    "partial_correlations",
    "pearson",
    "principal_components",
    "sampling_adequacy",
    "spearman",
]


def pearson(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Pearson's correlation, with Fisher's interval and the t test.

    Use for how near two measures lie to a line. Not for curved or heavy-tailed relations: spearman, kendall.

    Parameters
    ----------
    first, second : array_like
        Shape (n,), any unit; NaN in either is a missing row.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    Correlation
        In [-1, 1]; not_enough_data with fewer than two rows, or fewer than four, where it stands without interval;
        boundary at -1 and 1 (no interval), degenerate when a variable is constant, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for lengths that differ and a level outside (0, 1).

    References
    ----------
    Fisher 1921, Metron 1 (tanh(atanh r +- z / sqrt(n - 3))); R cor.test to 1e-13; exact rationals to 15 digits.
    """
    return _core.stats.pearson(numbers(first, "pearson", "first"), numbers(second, "pearson", "second"), level=level)


def spearman(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Spearman's rank correlation: Pearson's of mid-ranks, with a t test and Bonett and Wright's interval.

    Use for ordered answers and skewed measures.

    Parameters
    ----------
    first, second : array_like
        Shape (n,), any unit; NaN in either is a missing row.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    Correlation
        As pearson; the variance on Fisher's scale is (1 + rho^2 / 2) / (n - 3).

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and as pearson.

    References
    ----------
    Spearman 1904; Bonett and Wright 2000, Psychometrika 65; scipy.stats.spearmanr to 1e-13.
    """
    return _core.stats.spearman(numbers(first, "spearman", "first"), numbers(second, "spearman", "second"), level=level)


def kendall(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Kendall's tau-b, with the test by the normal distribution, corrected for ties, and Bonett and Wright's interval.

    Use for ordered answers with many ties; it is the difference of two chances, which can be said in words.

    Parameters
    ----------
    first, second : array_like
        Shape (n,), any unit; NaN in either is a missing row.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    Correlation
        As pearson, but that the interval needs five rows; its variance on Fisher's scale is 0.437 / (n - 4); the p
        value is without continuity correction.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and as pearson.

    References
    ----------
    Kendall 1945, Biometrika 33; Knight 1966, J. Am. Stat. Assoc. 61; scipy.stats.kendalltau(method = "asymptotic") to
    1e-13; the counts of pairs one by one, exactly.
    """
    return _core.stats.kendall(numbers(first, "kendall", "first"), numbers(second, "kendall", "second"), level=level)


def correlation_matrix(values: Any, *, kind: str = "pearson") -> Any:
    """Correlation matrix over the rows where no column is missing.

    Use as the ground of components and factors. Not with many scattered gaps: listwise deletion then keeps few rows.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units; NaN is missing.
    kind : {'pearson', 'spearman', 'kendall'}
        Which correlation.

    Returns
    -------
    CorrelationMatrix
        Correlations with a diagonal of 1; not_enough_data with fewer than two rows or no column, degenerate when a
        column is constant, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    As pearson, spearman, kendall; R cor to 1e-12.
    """
    return _core.stats.correlation_matrix(table(values, "correlation_matrix", "values")[0], kind=kind)


def partial_correlations(values: Any) -> Any:
    """Correlation of each pair of columns when all other columns are held fixed.

    Use to see what a pair shares that the others do not explain. Not as proof of a cause.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units; NaN is missing (listwise).

    Returns
    -------
    CorrelationMatrix
        As correlation_matrix, by Pearson's; rank_deficient (NaN) when columns repeat each other or there are no more
        rows than columns.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Inverse of the correlation matrix; R psych to 1e-8.
    """
    return _core.stats.partial_correlations(table(values, "partial_correlations", "values")[0])


def sampling_adequacy(values: Any) -> Any:
    """Kaiser, Meyer and Olkin's measure: squared correlations over these plus squared partial correlations.

    Use before components or factors; below about 0.5 there is little in common.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units; NaN is missing (listwise).

    Returns
    -------
    SamplingAdequacy
        In [0, 1], overall and by column; statuses as partial_correlations.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Kaiser 1974, Psychometrika 39; R psych::KMO to 1e-8.
    """
    return _core.stats.sampling_adequacy(table(values, "sampling_adequacy", "values")[0])


def bartlett_sphericity(values: Any) -> Any:
    """Bartlett's test of sphericity: that the correlation matrix is the identity, for normal data.

    Use before components of few rows; with many it always rejects.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units; NaN is missing (listwise).

    Returns
    -------
    SphericityTest
        Chi-squared with columns (columns - 1) / 2 degrees of freedom; statuses as partial_correlations.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Bartlett 1951, Biometrika 38; R psych::cortest.bartlett to 1e-8.
    """
    return _core.stats.bartlett_sphericity(table(values, "bartlett_sphericity", "values")[0])


def principal_components(values: Any, *, scale: str = "correlation") -> Any:
    """Principal components of the correlation or covariance matrix.

    Use to see how many dimensions a set of indicators has, and for weights that the data give. Not as weights of a
    policy: what varies most is not what matters most.

    Parameters
    ----------
    values : array_like
        Shape (rows, columns), any units (one unit for covariances); NaN is missing (listwise).
    scale : {'correlation', 'covariance'}
        Of correlations or of covariances.

    Returns
    -------
    PrincipalComponents
        Eigenvalues, vectors whose columns sum to a positive value (or begin with one where the sum is 0), loadings and
        weights; not_enough_data with fewer than two rows or no column, degenerate (NaN) with a constant column of
        correlations, rank_deficient when an eigenvalue is 0 to rounding, not_finite with an infinite value or variance.

    Raises
    ------
    ValueError
        When an argument is outside its range; the message says which and how to fix it.

    References
    ----------
    Hotelling 1933, J. Educ. Psychol. 24; R prcomp to 1e-9.
    """
    return _core.stats.principal_components(table(values, "principal_components", "values")[0], scale=scale)
