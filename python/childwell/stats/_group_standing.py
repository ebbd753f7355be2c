# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Standing of values within their groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import _core
from ._arrays import labels, numbers, refused

__all__ = ["standardise_by_group"]

_WHERE = "standardise_by_group"


def standardise_by_group(
    values: Any, groups: Any, *, step: float | None = None, fewest: int = 10, out: Any = None, threads: int | None = None,
) -> Any:  # fmt: skip
    """Standing of every value within its group: z, mid-rank percentile and rank-normal score.

    Use for marks of a paper by its sitters, or any score by grade and sex; by a norm of others use `score_by_norm`. Values
    of different groups do not compare. Where values are few and lie on a grid of 1, 1/2, 1/4, 1/10, 1/20 or 1/100 they are
    counted and looked up, else sorted by radix; no bit depends on which, on the order of the rows or on threads.

    Parameters
    ----------
    values : array_like
        Shape (n,), any unit; NaN or None is missing. With `step`: 16-bit whole numbers of steps, -32768 is missing.
    groups : array_like
        Shape (n,). 32-bit whole numbers from 0 are positions of groups; anything else is a label, and groups stand in the
        order of the sorted labels.
    step : float, optional
        What one step is worth, such as 0.5 for marks in half points; not for values that are marks already.
    fewest : int
        Values without which nobody of a group is placed, at least 1.
    out : sequence of three ndarray, optional
        Where z, percentile and rank_normal are written: doubles, shape (n,), contiguous; for columns of many dates, whose
        pages are then asked for once.
    threads : int, optional
        1 to 256; as many as this process may run on when not given.

    Returns
    -------
    GroupStandings
        z (sample standard deviation), percentile in (0, 100) and rank_normal, shape (n,), NaN where a row is missing or its
        group has no number; by group counts, missing, means, deviations, lowest, highest and statuses: not_enough_data,
        degenerate (all equal: the percentile is 50, the others NaN), not_finite (an infinite value: z is NaN) or ok.

    Raises
    ------
    ValueError
        When lengths differ, a group is missing, below 0 or above 16,777,215, or an option is out of its range.

    References
    ----------
    Kendall 1945 for mid-ranks, Blom 1958 for rank-normal scores; equal to mid_rank_percentiles and rank_normal_scores of
    each group to the bit; scipy.stats.zscore (ddof = 1) to 1e-12.
    """
    if threads is not None and not 1 <= threads <= 256:
        raise refused(_WHERE, "threads is a whole number from 1 to 256")
    places = _places(groups)
    columns = _columns(out, places.size)
    if step is None:
        marks = numbers(values, _WHERE, "values")
        return _core.stats.standardise_by_group(marks, places, fewest=int(fewest), out=columns, threads=threads or 0)
    steps = np.asarray(values)
    if steps.dtype != np.int16 or steps.ndim != 1:
        raise refused(_WHERE, "with step, values must be 16-bit whole numbers; without it they are the marks themselves")
    return _core.stats.standardise_steps_by_group(
        np.ascontiguousarray(steps), places, step=float(step), fewest=int(fewest), out=columns, threads=threads or 0
    )


def _columns(out: Any, rows: int) -> list[NDArray[np.float64]]:
    """Columns to write to; none of the caller's is copied, or it would stay as it was."""
    if out is None:
        return []
    columns = list(out)
    fit = len(columns) == 3 and all(
        isinstance(one, np.ndarray) and one.dtype == np.float64 and one.shape == (rows,) and one.flags.c_contiguous and one.flags.writeable
        for one in columns
    )
    if not fit:
        raise refused(_WHERE, "out must be three arrays of doubles, each with a place a row, contiguous and writeable")
    return columns


def _places(groups: Any) -> NDArray[np.int32]:
    """Position of each row's group."""
    array = groups if isinstance(groups, np.ndarray) else np.asarray(groups)
    if array.dtype == np.int32 and array.ndim == 1:
        return np.ascontiguousarray(array)
    return labels(groups, _WHERE, "groups").astype(np.int32)
