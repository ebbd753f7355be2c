# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Change beyond the error of measurement, one child at a time."""

from __future__ import annotations

from typing import Any

from .. import _core
from ..stats._arrays import numbers

__all__ = ["clinical_change", "clinical_cutoffs", "reliable_change"]


def reliable_change(
    before: Any,
    after: Any,
    *,
    reliability: float,
    standard_deviation: float,
    level: float = 0.95,
    high_is_good: bool = False,
) -> Any:
    """The reliable change index of Jacobson and Truax.

    Use to tell a change from the error of measurement, one child at a time. Not as an effect of a programme: children
    chosen for a bad score come nearer the mean without one. Reliabilities of different kinds give different answers.

    Parameters
    ----------
    before, after : array_like
        Shape (n,), points of one scale; NaN is missing.
    reliability : float
        Of the score, in [0, 1), such as alpha or a retest correlation.
    standard_deviation : float
        Of the score in the group that the reliability is of, above 0.
    level : float
        Of confidence, in (0, 1); 0.95 is the usual 1.96.
    high_is_good : bool
        Whether a rise is better.

    Returns
    -------
    ReliableChange
        `change` and `index` of each child, `direction` 1 better, -1 worse, 0 neither, -2 not known, the `threshold` in
        points, and counts; not_enough_data without a pair, not_finite with an infinite score.

    Raises
    ------
    ValueError
        When an argument does not hold numbers, for lengths that differ, a reliability outside [0, 1), a standard
        deviation that is not above 0 or a level outside (0, 1).

    References
    ----------
    Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59; their worked case and exact arithmetic to 1e-14.
    """
    where = "reliable_change"
    return _core.instruments.reliable_change(
        numbers(before, where, "before"), numbers(after, where, "after"), reliability=reliability,
        standard_deviation=standard_deviation, level=level, high_is_good=high_is_good,
    )  # fmt: skip


def clinical_cutoffs(
    *,
    clinical_mean: float,
    clinical_standard_deviation: float,
    normal_mean: float,
    normal_standard_deviation: float,
) -> Any:
    """The cut-offs a, b and c of Jacobson and Truax.

    Use c when both groups are known and overlap, b when the clinical group is not known, a as a last resort. Not a
    published cut-off of an instrument: that stands in its norms.

    Parameters
    ----------
    clinical_mean, clinical_standard_deviation, normal_mean, normal_standard_deviation : float
        Points of one scale; the direction follows from the means.

    Returns
    -------
    ClinicalCutoffs
        `a` two standard deviations from the clinical mean, `b` within two of the normal mean, `c` where either group is
        as likely; degenerate when the means are equal.

    Raises
    ------
    ValueError
        For a number that is not finite or a standard deviation that is not above 0.

    References
    ----------
    Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59; their worked case.
    """
    return _core.instruments.clinical_cutoffs(
        clinical_mean=clinical_mean, clinical_standard_deviation=clinical_standard_deviation, normal_mean=normal_mean,
        normal_standard_deviation=normal_standard_deviation,
    )  # fmt: skip


def clinical_change(
    before: Any,
    after: Any,
    *,
    cutoff: float,
    reliability: float,
    standard_deviation: float,
    level: float = 0.95,
    high_is_good: bool = False,
) -> Any:
    """Clinically significant change: reliable, and across the line between a clinical and a normal group.

    Use with cut-off c, or an instrument's published one, to say how many children came back into the usual range. Not
    to compare services without a like comparison group.

    Parameters
    ----------
    before, after : array_like
        Shape (n,), points of one scale; NaN is missing.
    cutoff : float
        A score on it is on the normal side: for "10 or more" of whole points give 9.5.
    reliability : float
        Of the score, in [0, 1).
    standard_deviation : float
        Of the score in the group that the reliability is of, above 0.
    level : float
        Of confidence, in (0, 1).
    high_is_good : bool
        Whether a rise is better.

    Returns
    -------
    ClinicalChange
        `outcomes` of each child (recovered, improved, unchanged, deteriorated, not_clinical_at_start, unknown), counts
        of them, and `reliable`, the ReliableChange; not_enough_data without a pair, not_finite with an infinite score.

    Raises
    ------
    ValueError
        As reliable_change, and for a cut-off that is not finite.

    References
    ----------
    Jacobson and Truax 1991, J. Consult. Clin. Psychol. 59; cases worked by hand.
    """
    where = "clinical_change"
    return _core.instruments.clinical_change(
        numbers(before, where, "before"), numbers(after, where, "after"), cutoff=cutoff, reliability=reliability,
        standard_deviation=standard_deviation, level=level, high_is_good=high_is_good,
    )  # fmt: skip
