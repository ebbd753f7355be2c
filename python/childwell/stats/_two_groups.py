# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Two groups: tests, and how far they lie apart."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = [
    "cliff_delta",
    "cohen_d",
    "common_language_effect",
    "hedges_g",
    "kolmogorov_smirnov_test",
    "mean_interval",
    "rank_sum_test",
    "student_t_test",
    "welch_t_test",
]


def mean_interval(values: Any, *, level: float = 0.95) -> Any:
    """Mean with Student's interval.

    Use for a mean of independent rows; for pairs give the differences. Not for children of few classes: see
    ratio_estimate and the cluster-robust models. With skewed values and few rows the interval covers less than it says:
    90 instead of 95 % of exponential values at 10 rows, 93 % at 30, 94 % at 100.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    MeanInterval
        In the unit of the values; not_enough_data with fewer than two values (one value stands as the mean), degenerate
        when all are equal (no interval), not_finite with an infinite value or an interval beyond doubles.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Student 1908, Biometrika 6; R t.test to 1e-13; coverage by simulation.
    """
    return _core.stats.mean_interval(numbers(values, "mean_interval", "values"), level=level)


def student_t_test(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Student's t test of two means, with one variance for both groups.

    Use only where the groups vary alike by design; otherwise welch_t_test, which costs next to nothing.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    TTest
        The difference first - second; not_enough_data when a group is empty or both hold one value, degenerate when
        neither group varies (no test), not_finite with an infinite value or an interval beyond doubles.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Student 1908, Biometrika 6; R t.test(var.equal = TRUE) to 1e-13; size by simulation.
    """
    return _core.stats.student_t_test(
        numbers(first, "student_t_test", "first"), numbers(second, "student_t_test", "second"), level=level
    )


def welch_t_test(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Welch's t test of two means, each group with its own variance.

    Use to compare two groups' means, however unlike their sizes and spreads. Not for children of few classes.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    TTest
        The difference first - second; not_enough_data when a group has fewer than two values, degenerate when neither
        group varies (no test), not_finite with an infinite value or an interval beyond doubles.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Welch 1947, Biometrika 34; R t.test to 1e-13; size by simulation.
    """
    return _core.stats.welch_t_test(
        numbers(first, "welch_t_test", "first"), numbers(second, "welch_t_test", "second"), level=level
    )


def rank_sum_test(first: Any, second: Any, *, method: str = "automatic", continuity: bool = True) -> Any:
    """Wilcoxon's rank-sum test, which is Mann and Whitney's.

    Use to ask whether one group tends to have larger values; cliff_delta says by how much. Not as a test of medians.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    method : {'automatic', 'exact', 'asymptotic'}
        Automatic is exact with fewer than 50 values in each group and no ties, as in R; exact is allowed up to 200
        values in all, ties as they are.
    continuity : bool
        Correct the normal distribution by half a step.

    Returns
    -------
    RankSumTest
        U of the first group and p; not_enough_data when a group is empty, degenerate when all values are equal,
        not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for the exact test of more than 200 values.

    References
    ----------
    Wilcoxon 1945; Mann and Whitney 1947, Ann. Math. Stat. 18; R wilcox.test to 1e-12 (exact and not); exact with ties
    against all permutations.
    """
    return _core.stats.rank_sum_test(
        numbers(first, "rank_sum_test", "first"), numbers(second, "rank_sum_test", "second"), method=method,
        continuity=continuity
    )


def kolmogorov_smirnov_test(first: Any, second: Any, *, method: str = "automatic") -> Any:
    """Kolmogorov and Smirnov's two-sample test: whether two groups have the same distribution.

    Use when shape matters as well as place. Weak in the tails, and the limit is cautious with ties; exact is not.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    method : {'automatic', 'exact', 'asymptotic'}
        Automatic is exact while m n is at most 10,000; exact is allowed up to m n of 100 million.

    Returns
    -------
    KolmogorovSmirnovTest
        Distance and p; not_enough_data when a group is empty, degenerate when all values are equal (distance 0),
        not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for the exact test beyond m n of 100 million.

    References
    ----------
    Smirnov 1948, Ann. Math. Stat. 19; Schroeer and Trenkler 1995, Comput. Stat. Data Anal. 20 (ties); R ks.test to
    1e-12; exact with ties against all permutations.
    """
    return _core.stats.kolmogorov_smirnov_test(
        numbers(first, "kolmogorov_smirnov_test", "first"), numbers(second, "kolmogorov_smirnov_test", "second"),
        method=method
    )


def cohen_d(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Cohen's d: difference of two means in pooled standard deviations, with the exact interval by noncentral t.

    Use to say how large a difference is where the unit means little. Not across groups of unlike spread.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    EffectSize
        First minus second; not_enough_data when a group is empty or both hold one value, degenerate when neither
        varies, not_finite with an infinite value, not_converged when an end of the interval is not found.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Cohen 1988; Steiger and Fouladi 1997 (interval); R to 1e-12; interval: noncentral t integrated by mpmath.
    """
    return _core.stats.cohen_d(numbers(first, "cohen_d", "first"), numbers(second, "cohen_d", "second"), level=level)


def hedges_g(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Hedges's g: Cohen's d times the exact factor that takes its bias away.

    Use instead of d for small groups and before averaging over groups.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    EffectSize
        As cohen_d, with its interval times the same factor; not_enough_data with fewer than four values in all.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Hedges 1981, J. Educ. Stat. 6 (gamma function, not its approximation); R to 1e-12.
    """
    return _core.stats.hedges_g(numbers(first, "hedges_g", "first"), numbers(second, "hedges_g", "second"), level=level)


def cliff_delta(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Cliff's delta: chance that a first value is larger minus chance that it is smaller.

    Use for ordered answers and skewed measures, beside rank_sum_test.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    EffectSize
        In [-1, 1], with Cliff's interval from the unbiased variance, which is not symmetric; boundary at -1 and 1,
        where the interval is that of the smaller group's size; not_enough_data when a group has fewer than two values
        (the estimate stands without interval), not_finite with an infinite value.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    Cliff 1993, Psychol. Bull. 114; Feng and Cliff 2004, J. Mod. Appl. Stat. Methods 3; the definition over all pairs to
    1e-13; coverage by simulation.
    """
    return _core.stats.cliff_delta(
        numbers(first, "cliff_delta", "first"), numbers(second, "cliff_delta", "second"), level=level
    )


def common_language_effect(first: Any, second: Any, *, level: float = 0.95) -> Any:
    """Chance that a first value is larger than a second one, ties counting half: (1 + Cliff's delta) / 2.

    Use to say a difference in words: "in 44 of 100 pairs". It is the area under the curve of telling the groups apart.

    Parameters
    ----------
    first, second : array_like
        Shapes (m,) and (n,), one unit; NaN is missing and left out.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    EffectSize
        In [0, 1]; statuses as cliff_delta.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a level outside (0, 1).

    References
    ----------
    McGraw and Wong 1992, Psychol. Bull. 111; Vargha and Delaney 2000; as cliff_delta.
    """
    return _core.stats.common_language_effect(
        numbers(first, "common_language_effect", "first"), numbers(second, "common_language_effect", "second"),
        level=level
    )
