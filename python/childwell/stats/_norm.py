# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Norms: counts that merge, a model that is saved, and scores of next year's values."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._arrays import numbers, refused

__all__ = ["fit_norm", "load_norm", "merge_norms", "save_norm", "score_by_norm", "summarise_norm"]


def _names(groups: Any, where: str, count: int) -> list[str]:
    """Labels of any kind as texts; one text stands for all rows."""
    if isinstance(groups, str):
        return [groups] * count
    if hasattr(groups, "to_numpy") and not isinstance(groups, np.ndarray):
        groups = groups.to_numpy()
    array = np.asarray(groups)
    if array.ndim != 1:
        raise refused(where, f"groups must have one dimension, not {array.ndim}")
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.floor(array)).all()):
        raise refused(where, "groups must be texts or whole numbers, none of them missing")
    if array.dtype.kind == "f":
        array = array.astype(np.int64)
    if any(value is None or value != value for value in array.tolist()):
        raise refused(where, "groups must not be missing; drop those rows or give them a name of their own")
    return [str(value) for value in array.tolist()]


def summarise_norm(values: Any, groups: Any, *, step: float = 1.0) -> Any:
    """Counts of values by group.

    Use on each machine, year or county, then merge. Values must lie on a grid, such as marks in half points, scores of a
    questionnaire, or positions of ordered levels; the counts are then exact, and nothing is lost by merging.

    Parameters
    ----------
    values : array_like
        Whole multiples of step, shape (n,); NaN is missing.
    groups : array_like or str
        Names, shape (n,), such as a paper, or a grade and sex; one name stands for all rows.
    step : float
        Step of the grid, above 0.

    Returns
    -------
    NormSummary
        groups (sorted), and by group and value: group (position), steps (value over step), counts; the same for any
        order of the rows.

    Raises
    ------
    ValueError
        When lengths differ, a value is infinite or off the grid, or step is not above 0.

    References
    ----------
    House file, idea 8; checked against numpy, exactly.
    """
    array = numbers(values, "summarise_norm", "values")
    return _core.stats.summarise_norm(array, _names(groups, "summarise_norm", array.size), step=step)


def merge_norms(first: Any, second: Any) -> Any:
    """Counts of two summaries together.

    Use to join machines, counties or years. In any order and any brackets the result is the same to the bit.

    Parameters
    ----------
    first, second : NormSummary
        Summaries with the same step.

    Returns
    -------
    NormSummary
        Counts of both.

    Raises
    ------
    ValueError
        When the steps differ.

    References
    ----------
    House file, idea 8; checked against one summary of all rows, exactly.
    """
    return _core.stats.merge_norms(first, second)


def fit_norm(summary: Any, *, name: str, made_on: str, source: str, fewest: int = 30) -> Any:
    """The norm of a summary.

    Use once for a year and population; then save it. Its name, date and source go with it wherever it goes. It holds
    counts of values, single ones among them: it may lie where the children's rows may lie, and is not for publishing.

    Parameters
    ----------
    summary : NormSummary
        Merged counts.
    name, made_on, source : str
        What it is a norm of, on which date and of whom it was made.
    fewest : int
        Values without which a group has no norm, at least 2.

    Returns
    -------
    Norm
        groups with counts, means and deviations (divisor n - 1); groups with fewer values stay, and score nobody.

    Raises
    ------
    ValueError
        When a text holds a line break or fewest is below 2.

    References
    ----------
    Definition; checked against numpy to 1e-12.
    """
    return _core.stats.fit_norm(summary, name=name, made_on=str(made_on), source=source, fewest=fewest)


def score_by_norm(norm: Any, values: Any, groups: Any) -> Any:
    """Values held against a norm: z, mid-rank percentile and rank-normal score.

    Use for values on the same scale: the same paper, questionnaire and translation. A percentile is that of one who joins
    the norm's children, so that it is never 0 or 100, and a value beyond all of them has one.

    Parameters
    ----------
    norm : Norm
        Fitted or loaded.
    values : array_like
        Shape (n,); NaN is missing.
    groups : array_like or str
        Names, shape (n,); one name stands for all rows.

    Returns
    -------
    NormScores
        z, percentile and rank_normal, shape (n,); statuses by row: not_recorded (missing), not_comparable (no such group
        in the norm, or an infinite value), not_enough_data (too few in it), degenerate (no spread: z is NaN and the
        others stand).

    Raises
    ------
    ValueError
        When lengths differ.

    References
    ----------
    Kendall 1945; Blom 1958; checked against mid_rank_percentiles and rank_normal_scores to 1e-12.
    """
    array = numbers(values, "score_by_norm", "values")
    return _core.stats.score_by_norm(norm, array, _names(groups, "score_by_norm", array.size))


def save_norm(norm: Any) -> str:
    """A norm as text, with its version and a checksum.

    Use to keep a norm for the next year; load_norm reads it. Lines of numbers, so that two norms can be compared by eye.

    Parameters
    ----------
    norm : Norm
        Fitted.

    Returns
    -------
    str
        Text; write it in UTF-8.

    Raises
    ------
    Never.

    References
    ----------
    Checksum: FNV-1a, 64 bits (Fowler, Noll, Vo), which no change of a single byte leaves as it is.
    """
    return _core.stats.save_norm(norm)


def load_norm(text: str) -> Any:
    """The norm that a text holds.

    Use on what save_norm wrote. Nothing is taken from a text whose checksum does not agree.

    Parameters
    ----------
    text : str
        As save_norm made it.

    Returns
    -------
    Norm
        Equal to the bit.

    Raises
    ------
    ValueError
        When the text is no norm, of a newer version, damaged or cut off.

    References
    ----------
    House file, "What goes where"; every single change of a byte is refused in the tests.
    """
    return _core.stats.load_norm(text)
