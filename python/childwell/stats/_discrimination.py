# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""How well a score tells children with the event from those without: ROC, precision and recall, cut-offs, lists."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers, optional_numbers
from ._outcomes import outcomes as as_outcomes

__all__ = [
    "average_precision", "cutoff_table", "delong_test", "partial_auc", "precision_recall_curve", "roc_auc", "roc_curve",
    "top_k", "youden_threshold",
]  # fmt: skip


def roc_auc(outcomes: Any, scores: Any, *, level: float = 0.95, scale: str = "logit", weights: Any = None) -> Any:
    """Area under the ROC curve with DeLong's variance: the chance that a child with the event scores above one without.

    Use to say how well a score ranks. Not for what a list of k children would hold (`top_k`), nor for whether
    probabilities are right (`calibration_curve`). Equal scores count half, -0.0 equals 0.0. Rows are independent of
    each other; for pupils of few schools use `bootstrap_discrimination` with clusters. Without weights the area is the
    exact ratio of two counts of pairs, rounded once, and the variance comes from exact integers. With weights (sampling
    or importance weights; a weight of 2 gives the area of two rows but not the variance of two children) the variance
    is linearised within the two classes. The interval that says 95 % holds from about 30 events and 30 others on; with
    10 events of 100 it covers 94, 93 and 91 % at areas of 0.6, 0.75 and 0.9, with 3 of 30 rows 89 to 97 %, and more
    than it says with 3 of 10; that on the plain scale covers up to 14 points less.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), any unit, higher means more at risk; NaN is missing.
    level : float
        Confidence level, in (0, 1).
    scale : {"logit", "identity"}
        Where the interval is symmetric; logit keeps it inside (0, 1), identity is cut there.
    weights : array_like, optional
        Shape (n,), finite and at least 0; a row of weight 0 is no row.

    Returns
    -------
    RocAuc
        Area in [0, 1], variance, interval, counts; not_enough_data without rows or with fewer than two of a class (the
        area stands when both are there); degenerate when one class is empty, or when all scores are equal (area 1/2);
        boundary at an area of 0 or 1, where DeLong's variance is 0: the interval is then one-sided, of the stated level
        and free of assumptions, from min(events, others) disjoint pairs that all agree; not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a weight is negative or not finite, or level is outside
        (0, 1).

    References
    ----------
    DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44; Sun and Xu 2014, IEEE Signal Process. Lett. 21; pROC 1.18.0
    to 1e-12; exact fractions of every pattern of up to 7 rows: area equal, variance to 4 eps.
    """
    return _core.stats.roc_auc(
        as_outcomes(outcomes, "roc_auc"), numbers(scores, "roc_auc", "scores"), level=level, scale=scale,
        weights=optional_numbers(weights, "roc_auc", "weights"),
    )  # fmt: skip


def delong_test(outcomes: Any, first: Any, second: Any, *, level: float = 0.95) -> Any:
    """DeLong's test of two scores on the same children: difference of the areas, its interval, two-sided z and p.

    Use to ask whether one score ranks the same children better than another. Not for scores fitted on these very
    children, nor for nested models (test the added term), nor for two different groups of children.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    first, second : array_like
        Shape (n,), the two scores; NaN is missing; a row must have both.
    level : float
        Confidence level of the difference, in (0, 1).

    Returns
    -------
    DelongTest
        Areas, variances, covariance, difference first - second; not_enough_data with fewer than two of a class;
        degenerate when a class is empty or when the difference has no variance (both scores order the pairs alike);
        not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, or level is outside (0, 1).

    References
    ----------
    DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44; pROC 1.18.0 roc.test to 1e-9.
    """
    return _core.stats.delong_test(
        as_outcomes(outcomes, "delong_test"), numbers(first, "delong_test", "first"),
        numbers(second, "delong_test", "second"), level=level,
    )  # fmt: skip


def partial_auc(outcomes: Any, scores: Any, *, axis: str = "specificity", start: float = 0.9, stop: float = 1.0) -> Any:
    """Area under the ROC curve between two specificities, or between two sensitivities.

    Use where only few false alarms can be afforded. Not to compare ranges of different width unless `corrected`. The
    curve is drawn straight between its points.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.
    axis : {"specificity", "sensitivity"}
        Which axis is cut.
    start, stop : float
        The range on that axis, 0 <= start < stop <= 1.

    Returns
    -------
    PartialAuc
        Area in [0, stop - start]; `corrected` (McClish) is NaN below the diagonal, where it means nothing;
        not_enough_data without rows, degenerate when a class is empty, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, or the range is not one.

    References
    ----------
    McClish 1989, Med. Decis. Making 9; pROC 1.18.0 auc(partial.auc) to 1e-12, exact fractions to 1e-14.
    """
    return _core.stats.partial_auc(
        as_outcomes(outcomes, "partial_auc"), numbers(scores, "partial_auc", "scores"), axis=axis, start=start, stop=stop
    )


def roc_curve(outcomes: Any, scores: Any) -> Any:
    """All points of the ROC curve, one a distinct score, from the highest down; the first point flags nobody.

    Use to draw it, or to look a cut-off up. Not for the area, which `roc_auc` has without rounding.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.

    Returns
    -------
    RocCurve
        Thresholds (flagged when score >= threshold), counts and rates, one point more than there are distinct scores;
        rates NaN where a class is empty (degenerate); not_enough_data without rows, not_finite.

    Raises
    ------
    ValueError
        When lengths differ or an outcome is something else.

    References
    ----------
    Fawcett 2006, Pattern Recognit. Lett. 27; scikit-learn roc_curve(drop_intermediate=False), equal.
    """
    return _core.stats.roc_curve(as_outcomes(outcomes, "roc_curve"), numbers(scores, "roc_curve", "scores"))


def youden_threshold(outcomes: Any, scores: Any) -> Any:
    """Youden's best cut-off: the one with the greatest sensitivity + specificity.

    Use for a first look, where a miss and a false alarm cost the same. Not to choose a cut-off for children: costs
    differ (`decision_curve`) and places are few (`top_k`). The maximum is optimistic on the data that chose it.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.

    Returns
    -------
    YoudenThreshold
        Cut-off midway between two scores, the lowest score flagged, its rates, and how many cut-offs are equally good
        (the highest is given); not_enough_data without rows, degenerate when a class is empty or all scores are equal,
        not_finite.

    Raises
    ------
    ValueError
        When lengths differ or an outcome is something else.

    References
    ----------
    Youden 1950, Cancer 3; pROC 1.18.0 coords(best.method = "youden") to 1e-12.
    """
    return _core.stats.youden_threshold(
        as_outcomes(outcomes, "youden_threshold"), numbers(scores, "youden_threshold", "scores")
    )


def average_precision(outcomes: Any, scores: Any) -> Any:
    """Average precision by the step rule: the sum over distinct scores, from the highest, of (gain in recall) x precision.

    Use for rare events, beside `chance`. Not across groups with different shares of events, and not by trapezoids,
    which promise points between two scores that no cut-off reaches.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.

    Returns
    -------
    AveragePrecision
        In (0, 1]; degenerate without events, and when all have the event (1); not_enough_data without rows, not_finite.

    Raises
    ------
    ValueError
        When lengths differ or an outcome is something else.

    References
    ----------
    Davis and Goadrich 2006, ICML; scikit-learn average_precision_score to 1e-12, exact fractions to 1e-14.
    """
    return _core.stats.average_precision(
        as_outcomes(outcomes, "average_precision"), numbers(scores, "average_precision", "scores")
    )


def precision_recall_curve(outcomes: Any, scores: Any) -> Any:
    """All points of the precision-recall curve, one a distinct score, from the highest down.

    Use to draw it as steps. There is no point at recall 0: nobody flagged has no precision.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.

    Returns
    -------
    PrecisionRecallCurve
        As many points as there are distinct scores; recall NaN without events (degenerate); not_enough_data without
        rows, not_finite.

    Raises
    ------
    ValueError
        When lengths differ or an outcome is something else.

    References
    ----------
    scikit-learn precision_recall_curve, equal but for its added end point.
    """
    return _core.stats.precision_recall_curve(
        as_outcomes(outcomes, "precision_recall_curve"), numbers(scores, "precision_recall_curve", "scores")
    )


def cutoff_table(outcomes: Any, scores: Any, thresholds: Any, *, level: float = 0.95) -> Any:
    """Hits, misses and false alarms of cut-offs: a child is flagged when score >= threshold.

    Use to show what a cut-off costs before it is chosen; print it with its intervals. Not to choose the best one on the
    same data: what is chosen looks better than it is. Predictive values hold for the share of events in these data.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.
    thresholds : array_like
        Shape (t,), in the unit of the scores, in any order, not NaN; infinite ones are allowed.
    level : float
        Confidence level of Wilson's intervals, in (0, 1).

    Returns
    -------
    CutoffTable
        Columns of counts and rates, one entry a threshold; a rate without a denominator is NaN; degenerate when a class
        is empty (rates of the other stand); not_enough_data, not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, a threshold is NaN, or level is outside (0, 1).

    References
    ----------
    Definitions; scikit-learn confusion_matrix, f1_score, fbeta_score, matthews_corrcoef and cohen_kappa_score to 1e-12,
    intervals as wilson_interval.
    """
    return _core.stats.cutoff_table(
        as_outcomes(outcomes, "cutoff_table"), numbers(scores, "cutoff_table", "scores"),
        numbers(thresholds, "cutoff_table", "thresholds"), level=level,
    )  # fmt: skip


def top_k(outcomes: Any, scores: Any, k: int) -> Any:
    """The k highest scores as a list, and how many events it holds; ties at its edge are split by expectation.

    Use when k children can be seen: precision at capacity. Where many share the score at the edge, file order decides
    who is seen: print the expectation, `tied` and `places`, and draw lots. Not for cut-offs without a capacity.

    Parameters
    ----------
    outcomes : array_like
        Shape (n,), 1 or True for the event, 0 or False for none; NaN or None is missing.
    scores : array_like
        Shape (n,), higher means more at risk; NaN is missing.
    k : int
        Places, at least 1.

    Returns
    -------
    TopList
        Precision, recall and lift by expectation and in file order, the fewest and most events that any order of the
        tied can give, and `rows`, the positions listed in file order; recall and lift are NaN without events
        (degenerate); not_enough_data when fewer than k rows have both score and outcome; not_finite.

    Raises
    ------
    ValueError
        When lengths differ, an outcome is something else, or k is below 1.

    References
    ----------
    Definition; scikit-learn and a stable sort to 1e-12, expectation over all orders of the tied by enumeration.
    """
    return _core.stats.top_k(as_outcomes(outcomes, "top_k"), numbers(scores, "top_k", "scores"), int(k))
