# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One-way analysis of variance and its relatives."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import labels, numbers

__all__ = ["levene_test", "one_way_anova", "welch_anova"]


def one_way_anova(values: Any, groups: Any) -> Any:
    """One-way analysis of variance, correct to the last digits that doubles hold.

    Use to compare means of groups of like spread; else welch_anova. Deviations are taken from each group's first value
    and from its mean in 31 digits, so that offsets of any size cost nothing. Not for repeated measures of one child.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing.
    groups : array_like
        Shape (n,): label of the group of each value. The result counts them from 0 in sorted order.

    Returns
    -------
    Anova
        The table with effect sizes; not_enough_data with fewer than two groups or no value beyond one a group;
        degenerate when no group varies (F is infinite, or NaN when the means are equal too); not_finite with an
        infinite value, or where a sum of squares overflows.

    Raises
    ------
    ValueError
        When lengths differ or a label is missing.

    References
    ----------
    Fisher 1925; Hays 1963 (omega squared); all 11 NIST ANOVA sets to 14 digits of the exact answer on the rounded data.
    """
    return _core.stats.one_way_anova(
        numbers(values, "one_way_anova", "values"), labels(groups, "one_way_anova", "groups")
    )


def welch_anova(values: Any, groups: Any) -> Any:
    """Welch's test of equal means when the spread may differ between groups.

    Use by default for groups of different size or spread. Not with groups of fewer than about five.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing.
    groups : array_like
        Shape (n,): label of the group of each value.

    Returns
    -------
    GroupTest
        F with its degrees of freedom (the second not whole); not_enough_data with fewer than two groups, or a group of
        one value; degenerate when a group does not vary; not_finite with an infinite value.

    Raises
    ------
    ValueError
        When lengths differ or a label is missing.

    References
    ----------
    Welch 1951, Biometrika 38; R oneway.test and statsmodels anova_oneway to 1e-12.
    """
    return _core.stats.welch_anova(numbers(values, "welch_anova", "values"), labels(groups, "welch_anova", "groups"))


def levene_test(values: Any, groups: Any, *, centre: str = "median") -> Any:
    """Levene's test of equal spread: an analysis of variance of the distances from each group's centre.

    Use to see whether groups differ in spread; not as a gate before choosing between two other tests.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing.
    groups : array_like
        Shape (n,): label of the group of each value.
    centre : str
        'median' (Brown and Forsythe) or 'mean' (Levene).

    Returns
    -------
    GroupTest
        F with its degrees of freedom; statuses of one_way_anova.

    Raises
    ------
    ValueError
        When lengths differ, a label is missing, or centre is another word.

    References
    ----------
    Levene 1960; Brown and Forsythe 1974, J. Am. Stat. Assoc. 69; scipy.stats.levene to 1e-12.
    """
    return _core.stats.levene_test(
        numbers(values, "levene_test", "values"), labels(groups, "levene_test", "groups"), centre=centre
    )
