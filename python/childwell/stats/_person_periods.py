# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Times to an event as rows of a discrete-time hazard model."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ._arrays import numbers, table

__all__ = ["person_periods"]


def person_periods(times: Any, events: Any, covariates: Any = None, *, width: float = 1.0, horizon: int = 0) -> Any:
    """Person-period rows of times that end with an event or with the end of observation.

    Use before `fit_discrete_hazard`. A time falls into period max(1, ceil(time / width)); a child has a row for each
    period up to its own or to the horizon, and an event only in the last of them. Censored children count as at risk in
    the period in which they were last seen.

    Parameters
    ----------
    times : array_like
        Shape (n,), at least 0; NaN is missing.
    events : array_like
        Shape (n,), 1 when the time ended with the event, else 0; NaN is missing.
    covariates : array_like or data frame, optional
        Shape (n, p), constant in time; NaN is missing, the child is left out. Names of columns are kept.
    width : float
        Of a period, in the unit of the times; above 0.
    horizon : int
        Last period that is looked at; 0 means the last that somebody reached.

    Returns
    -------
    PersonPeriods
        design (one column a period from the second on, then the covariates), events, person (position of the child),
        period (from 1), names, count of children used, missing, status: ok, not_finite or not_enough_data.

    Raises
    ------
    ValueError
        When lengths differ, a time is below 0, an event is neither 0 nor 1, width not above 0 or horizon below 0.

    References
    ----------
    Singer and Willett 1993, J. Educ. Stat. 18; equal to R on lung, bfeed and OULAD.
    """
    where = "person_periods"
    t = numbers(times, where, "times")
    values, names = (np.empty((len(t), 0)), []) if covariates is None else table(covariates, where, "covariates")
    return _core.stats.person_periods(t, numbers(events, where, "events"), values, width=width, horizon=horizon, names=names)
