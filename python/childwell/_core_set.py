# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The core set of attendance over a panel of cells. Arguments in, columns out; every number is the core's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._table import Table

__all__ = ["core_set", "core_set_estimates"]

LANES = 64
_TABLE = ("week", "weekday", "units", "first_day", "last_day", "held")
_NEEDED = ("week", "weekday")


def _table(sessions: ArrayLike | Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    """The columns of a table of sessions, as the core takes them."""
    if not isinstance(sessions, Mapping):
        dates = np.asarray(sessions)
        if dates.dtype.kind != "M":
            raise ValueError("childwell.core_set: sessions are dates (datetime64), one a session, or columns by name")
        if np.isnat(dates).any():
            raise ValueError("childwell.core_set: sessions: a date is missing")
        week, weekday, first_day, last_day = _core.core_sessions(dates.astype("datetime64[D]").astype(np.int32))
        sessions = {"week": week, "weekday": weekday, "first_day": first_day, "last_day": last_day}
    unknown = sorted(set(sessions) - set(_TABLE))
    if unknown or any(name not in sessions for name in _NEEDED):
        raise ValueError(f"childwell.core_set: sessions have the columns {', '.join(_TABLE)}, of which week and weekday are needed"
                         + (f"; not {', '.join(map(str, unknown))}" if unknown else ""))
    count = np.asarray(sessions["week"]).size
    assumed = {"units": np.ones(count), "first_day": np.zeros(count), "last_day": np.zeros(count), "held": np.ones(count)}
    columns = {name: np.asarray(sessions.get(name, assumed.get(name))) for name in _TABLE}
    for name, most in (("week", 65535), ("weekday", 6), ("units", 15)):
        values = columns[name]
        if values.ndim != 1 or (values.size and not ((values >= 0) & (values <= most) & (values == np.floor(values))).all()):
            raise ValueError(f"childwell.core_set: {name} is a column of whole numbers from 0 to {most:,}")
    return columns


def _aligned(size: int) -> NDArray[np.uint8]:
    """Bytes that begin at a cache line."""
    raw = np.empty(size + LANES, np.uint8)
    begin = -raw.ctypes.data % LANES
    return raw[begin : begin + size]


def _plan(sessions: ArrayLike | Mapping[str, ArrayLike], charts: str, expected_rate: float, weight: float, allowance: float,
          limit: float) -> _core.CoreSetPlan:
    if charts not in ("session", "week"):
        raise ValueError(f"childwell.core_set: charts is {charts!r}; write session or week")
    return _core.CoreSetPlan(**_table(sessions), by_week=charts == "week", expected_rate=expected_rate, weight=weight,
                             allowance=allowance, limit=limit)


def core_set(
    cells: NDArray[np.uint8],
    sessions: ArrayLike | Mapping[str, ArrayLike],
    *,
    charts: Literal["session", "week"] = "session",
    expected_rate: float = 0.05,
    weight: float = 0.05,
    allowance: float = 0.05,
    limit: float = 4.0,
    threads: int | None = None,
) -> Table:
    """Counts, spells, charts and trend of many children's attendance in one pass.

    When to use: for simulations and studies that hold a panel of cells in memory and ask for everything at once; a year of
    a city takes well under a tenth of a second. Not in place of `measure`, which knows policies, days, dates on which
    things became known, and what an estimate may say; and not for flagging children, because charts of sessions take
    every session of a long spell for new evidence.

    Parameters
    ----------
    cells : array of uint8, shape (children, sessions) or (tiles, sessions, 64)
        One byte a session: the state in the low four bits (0 not_recorded, 1 not_enrolled, 2 no_session, 3 present,
        4 implied, 5 late, 6 off_site, 7 excused, 8 illness, 9 unexcused, 10 unknown_reason, 11 disputed, 12 suspended),
        absent units in the high four. Tiles are read where they lie; a table of children is copied into tiles first.
    sessions : array of datetime64 or mapping of columns, one entry a session, in order of time
        Dates, or the columns week (0 to 65,535, never falling), weekday (0 Monday to 6), and where wanted units (1 to 15),
        first_day, last_day (of the school week) and held (false: nothing is counted).
    charts : {"session", "week"}
        Whether the charts take a step each session or each school week.
    expected_rate : float
        Share of sessions absent without change, in [0, 1).
    weight : float
        Weight of one session in the moving average, in (0, 1); by week, the longest week's sessions weigh at most 1.
    allowance : float
        What the cumulative sum takes beyond the expected rate, above 0.
    limit : float
        Of the cumulative sum, in sessions, above 0 and at most 64.
    threads : int, optional
        As many as the machine has where none is given. They change no bit.

    Returns
    -------
    Table
        One row a child (a lane, for tiles): sessions_<state>, expected, observed, absent and unexplained sessions, longest and
        current spells in sessions observed, since_seen, last_seen (number of the session, -1 for never), absent by weekday
        and on first and last days, ewma as a share, cusum in sessions (at 127.998 it has stopped counting), first_alarm
        (step of the chart from 0, -1 for none) and slope (share a week, NaN below two weeks).

    Raises
    ------
    ValueError
        When cells have another shape than the sessions, a table cannot be, or an option is outside its range.

    Notes
    -----
    An absent session is one that was observed and missed whole. What nobody recorded moves no chart, and neither ends nor
    lengthens a spell. The average stands above the same recursion in real numbers by less than 1 / (65,536 weight) + 2^-17
    and below it by at most 2^-16; the cumulative sum is exact for a reference rounded to a 512th.

    References
    ----------
    Roberts 1959, Technometrics 1; Reynolds and Stoumbos 1999, J. Qual. Technol. 31. Kernels equal the plain definition in
    every bit on every instruction set; the definition is checked by hand and against NumPy.
    """
    plan = _plan(sessions, charts, expected_rate, weight, allowance, limit)
    given = np.ascontiguousarray(cells)
    if given.dtype != np.uint8:
        raise ValueError(f"childwell.core_set: cells are bytes (uint8), not {given.dtype}")
    if given.ndim not in (2, 3) or given.shape[1] != plan.sessions or (given.ndim == 3 and given.shape[2] != LANES):
        raise ValueError(f"childwell.core_set: cells have the shape {given.shape}; give (children, {plan.sessions}) or"
                         f" (tiles, {plan.sessions}, {LANES}), as there are {plan.sessions} sessions")
    if threads is not None and threads < 1:
        raise ValueError("childwell.core_set: threads is at least 1")
    children = given.shape[0] * (1 if given.ndim == 2 else LANES)
    tiles = _core.core_set_tiles(given) if given.ndim == 2 else given
    states = _aligned(tiles.shape[0] * _core.core_set_tile_bytes)
    _core.core_set_into(tiles, plan, states, threads or 0)
    return Table(_core.core_set_columns(states, plan, children))


def core_set_estimates(
    absent: ArrayLike,
    observed: ArrayLike,
    *,
    line: Fraction | tuple[int, int],
    open_sessions: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    alpha: ArrayLike = (float("nan"),),
    beta: ArrayLike = (float("nan"),),
    spell_sessions: ArrayLike | None = None,
    level: float = 0.95,
) -> Table:
    """Intervals, shrinkage and crossing probabilities of many children's rates of absence.

    When to use: on the counts of `core_set`, with priors fitted by `stats.fit_beta_binomial` within grade and school. Not
    for a flag: a flag is a policy's, and comes from `flag`.

    Parameters
    ----------
    absent, observed : array of int, shape (children,)
        Sessions; absent at most observed.
    line : Fraction or (int, int)
        Share of sessions that the crossing probabilities are about: the policy's, so there is no default.
    open_sessions : array of int, shape (children,), optional
        Sessions expected and not recorded, or still to come in the school year; none where it is left out.
    stratum : array of int, shape (children,), optional
        Position in alpha, beta and spell_sessions; 0 for everybody where it is left out.
    alpha, beta : array of float, shape (strata,)
        The beta distribution of rates in each stratum; NaN where none could be fitted.
    spell_sessions : array of float, shape (strata,), optional
        Sessions that one spell of absence fills on average, at least 1: so many are one piece of evidence.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Table
        rate, Wilson's and the mid-p interval, posterior mean and central interval, p_rate_above (the rate behind the absences
        is above the line) and p_year_above (the year ends at the line or above it), one row a child. NaN where nothing was
        observed or no prior is known.

    Raises
    ------
    ValueError
        When counts or strata cannot be, or level or line is outside its range.

    Notes
    -----
    Each distinct set of counts is computed once; what is looked up has the bits of what is computed.

    References
    ----------
    Wilson 1927; Lancaster 1961; Casella 1985, Am. Stat. 39; the functions of `stats`, with their own references.
    """
    numerator, denominator = (line.numerator, line.denominator) if isinstance(line, Fraction) else line

    def column(name: str, values: ArrayLike, most: int = 2**32 - 1) -> NDArray[np.uint32]:
        made = np.asarray(values)
        if made.ndim != 1 or made.dtype.kind not in "iu" or (made.size and not (0 <= made.min() and made.max() <= most)):
            raise ValueError(f"childwell.core_set_estimates: {name} is a column of whole numbers of at least 0")
        return made.astype(np.uint32)

    counts = column("absent", absent)
    zeros = np.zeros(counts.size, np.uint32)
    strata = np.atleast_1d(np.asarray(alpha, dtype=float))
    return Table(_core.core_set_estimates(
        zeros if stratum is None else column("stratum", stratum), counts, column("observed", observed),
        zeros if open_sessions is None else column("open_sessions", open_sessions), strata,
        np.atleast_1d(np.asarray(beta, dtype=float)),
        np.ones(strata.size) if spell_sessions is None else np.atleast_1d(np.asarray(spell_sessions, dtype=float)),
        int(numerator), int(denominator), level))  # fmt: skip
