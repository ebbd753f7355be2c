# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Weights that the data give, and what weights do."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ..stats._arrays import numbers, table

__all__ = ["component_weights", "effective_weights", "entropy_weights"]


def component_weights(scores: Any) -> Any:
    """Weights from the first principal component of the correlations: its squared loadings.

    Use to see what a set of measures has in common. Not as weights of a policy: what varies together is not what
    matters, and a measure of its own gets next to no weight.

    Parameters
    ----------
    scores : array_like
        Shape (units, columns); NaN is missing (listwise).

    Returns
    -------
    DataWeights
        Weights that sum to 1; not_enough_data, degenerate, rank_deficient and not_finite as
        `stats.principal_components`.

    Raises
    ------
    ValueError
        When scores do not hold numbers.

    References
    ----------
    OECD and JRC 2008, Handbook, step 6; Nicoletti, Scarpetta and Boylaud 2000; numpy's eigenvectors to 1e-12.
    """
    return _core.index.component_weights(table(scores, "component_weights", "scores")[0])


def entropy_weights(scores: Any) -> Any:
    """Shannon's entropy weights: columns whose shares are spread more unevenly over the units get more.

    Use to see which measures tell units apart most. Not as weights of a policy, and not on scores with an arbitrary
    zero: a shift of the scale changes them.

    Parameters
    ----------
    scores : array_like
        Shape (units, columns), at least 0; NaN is missing (listwise).

    Returns
    -------
    DataWeights
        Weights that sum to 1; not_enough_data with fewer than two units or no column, degenerate when no column varies
        or one sums to 0, not_finite with an infinite value.

    Raises
    ------
    ValueError
        When a score is below 0.

    References
    ----------
    Shannon 1948; Zeleny 1982 (1 - entropy / log n, scaled to 1); a formula in numpy to 1e-13.
    """
    return _core.index.entropy_weights(table(scores, "entropy_weights", "scores")[0])


def effective_weights(parts: Any, whole: Any, *, nominal: Any = None) -> Any:
    """Main effects of parts on a whole: what would go from the whole's variance if the part were fixed.

    Use beside the nominal weights of every index: parts that vary more or hang together weigh more than they were told
    to. Within units that have the same parts; not as a cause.

    Parameters
    ----------
    parts : array_like
        Shape (units, parts); NaN is missing, part by part.
    whole : array_like
        Shape (units,); NaN is missing.
    nominal : array_like, optional
        One weight a part, at least 0; equal ones where absent.

    Returns
    -------
    EffectiveWeights
        Nominal weights scaled to 1, squared correlations, main effects in [0, 1] and these scaled to 1, with counts and
        statuses of each part. The mean curve is a restricted cubic spline with knots at the quantiles 5, 27.5, 50, 72.5
        and 95 % (fewer where values tie), its share adjusted for its degrees of freedom. not_enough_data with fewer
        than 10 units, degenerate (share 0 of a constant part; NaN of a constant whole), not_finite.

    Raises
    ------
    ValueError
        When shapes differ or a nominal weight is negative.

    References
    ----------
    Paruolo, Saisana and Saltelli 2013, J. R. Stat. Soc. A 176 (Pearson's correlation ratio as importance); Stone and
    Koo 1985 (spline); analytic ratios of quadratic and of sums of independent parts in the tests.
    """
    of_parts = table(parts, "effective_weights", "parts")[0]
    given = np.ones(of_parts.shape[1]) if nominal is None else numbers(nominal, "effective_weights", "nominal")
    return _core.index.effective_weights(of_parts, numbers(whole, "effective_weights", "whole"), nominal=given)
