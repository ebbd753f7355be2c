# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Many tests at once."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import Floats, numbers

__all__ = ["adjust_p_values"]


def adjust_p_values(p_values: Any, *, method: str = "holm") -> Floats:
    """p values adjusted for having looked at all of them.

    Use whenever more than one group or indicator is tested for the same question: compare the adjusted value with the
    level. Holm holds the chance of any false finding without a condition; Benjamini-Hochberg holds the share of false
    ones among findings, and finds more.

    Parameters
    ----------
    p_values : array_like
        Shape (m,), in [0, 1]; NaN is missing, stays NaN and is no test.
    method : {'bonferroni', 'holm', 'hochberg', 'hommel', 'benjamini_hochberg', 'benjamini_yekutieli'}
        Which adjustment.

    Returns
    -------
    ndarray
        Shape (m,), in [0, 1], in the order given.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, and for a p value outside [0, 1].

    References
    ----------
    Holm 1979; Hochberg 1988; Hommel 1988; Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001; R p.adjust to
    1e-14; hommel also by its definition through all subsets.
    """
    return _core.stats.adjust_p_values(numbers(p_values, "adjust_p_values", "p_values"), method=method)
