# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Waits of which some are not over."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._arrays import numbers

__all__ = ["kaplan_meier"]


def kaplan_meier(durations: Any, happened: Any, *, level: float = 0.95, scale: str = "log_log") -> Any:
    """Kaplan and Meier's curve of waits of which some are not over, with Greenwood's standard error.

    Use for the time from a referral to its answer, or from a start to an end, when open ones are to count for as long as
    they have lasted: dropping them makes every wait look short. Not where something else can end a wait for good, such as
    a move: taking it for open then says too much.

    Parameters
    ----------
    durations : array_like
        Shape (n,), from the start to the event or to the last day watched, at least 0; NaN is missing.
    happened : array_like
        Shape (n,), 1 or True for the event, 0 or False for a wait that was open at the end; NaN is missing.
    level : float
        Of the pointwise intervals, in (0, 1).
    scale : {"log_log", "log", "plain"}
        On which the interval is symmetric.

    Returns
    -------
    KaplanMeier
        The curve at the times with an event (time, at_risk, events, survival, standard_error, lower, upper), and the
        median with the interval of Brookmeyer and Crowley: where the curve, or a limit, comes down to a half, the middle
        of the flat stretch where it lies on a half, NaN where it does not come down; not_enough_data without a row,
        not_finite with an infinite duration.

    Raises
    ------
    ValueError
        When lengths differ, a duration is below 0, happened is neither 0 nor 1, or an option is unknown.

    References
    ----------
    Kaplan and Meier 1958, J. Am. Stat. Assoc. 53; Greenwood 1926; Brookmeyer and Crowley 1982, Biometrics 38;
    R survival::survfit and statsmodels SurvfuncRight to 1e-12.
    """
    return _core.stats.kaplan_meier(
        numbers(durations, "kaplan_meier", "durations"), numbers(happened, "kaplan_meier", "happened"),
        level=float(level), scale=scale,
    )  # fmt: skip
