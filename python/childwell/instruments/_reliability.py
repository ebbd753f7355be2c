# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Reliability of a scale."""

from __future__ import annotations

from typing import Any

from .. import _core
from ..stats._arrays import table

__all__ = ["cronbach_alpha"]


def cronbach_alpha(items: Any, *, level: float = 0.95) -> Any:
    """Cronbach's alpha with Feldt's interval, and what each item does to it.

    Use on answers already scored in one direction, to see whether items hang together and how far a total is from its
    true score. Not as proof that they measure one thing, nor for speeded tests; a high alpha may be repetition.

    Parameters
    ----------
    items : array_like
        Shape (forms, items), at least two items, scored in one direction; NaN is missing and drops the form.
    level : float
        Of the interval, in (0, 1).

    Returns
    -------
    CronbachAlpha
        Alpha of at most 1, its interval, standardised alpha, Guttman's lambda 6, the standard error of measurement, and
        each item's part; `negative` counts items that run against the others. not_enough_data with fewer than two
        forms, degenerate when the total does not vary (no alpha) or an item does not (no correlations of it, no
        standardised alpha), boundary when alpha is 1 (no interval), not_finite with an infinite value.

    Raises
    ------
    ValueError
        When items do not hold numbers, for fewer than two items or a level outside (0, 1).

    References
    ----------
    Cronbach 1951, Psychometrika 16; Guttman 1945 (lambda 6); Feldt, Woodruff and Salih 1987, Appl. Psychol. Meas. 11
    (interval); R psych::alpha to 1e-10 on four scales of two public data sets.
    """
    return _core.instruments.cronbach_alpha(table(items, "cronbach_alpha", "items")[0], level=level)
