# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Absence by day and by week, how it is distributed over children, and like for like between two windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import _core
from ._api import Aggregates, Indicators, text_column
from ._hidden import smallest_cell
from ._table import Table


def _table(made: dict[str, Any], numbers: tuple[str, ...], aggregates: Aggregates) -> Table:
    """Texts as codes, numbers that are not shown as missing."""
    columns: dict[str, Any] = {name: text_column(column) if isinstance(column, list) else column for name, column in made.items()}
    masks = {name: columns[name] < 0 for name in numbers}
    return Table(columns, masks=masks, made_up=bool(aggregates.indicators.cohort.records._core.made_up))


def absence_over_time(aggregates: Aggregates, *, snapshot: int = 0) -> Table:
    """Absence by school day and by week of the window, of cities and their counties.

    When to use: for calendars and trends. Units count at the school where they happened, as in attendance.absence_rate,
    so that days add up to weeks and weeks to the window. The same children stand in all of them and each sum is shown
    beside its parts, so they are protected together: a day or week is hidden by itself where fewer children than the
    smallest cell are known of, missed some of it, or came to some of it, 0 % and 100 % among them; then further ones until
    the units missed, and those attended, of every hidden one can be told no more closely than the smallest cell times the
    units of a whole day, from all days, weeks, counties, the city and the groups that were published. How many children
    stand behind two shown days differs with registers and enrolment; the difference says nothing of who was absent.

    Parameters
    ----------
    aggregates : Aggregates
        Groups that are published beside: their levels, smallest cell and level of intervals hold here, and what they show
        is taken for known.
    snapshot : int
        Position of the date and window; a window of the last sessions takes the days of the school year.

    Returns
    -------
    Table
        One row a day, then one a week (Monday to Sunday, cut where a window of the study begins or ends) with children
        expected: period (day, week), level, place, parent, from, to (last day), school_days, value with bounds lower and
        upper from what was not recorded, sampling_lower and sampling_upper of weeks (children as clusters), n [children],
        n_expected and n_observed [units of sessions], and status ok, hidden or not_enough_data. Hidden rows have names,
        dates and status only.

    Raises
    ------
    IndexError
        When there is no such snapshot.

    Notes
    -----
    Cost: the sessions of all children once, and some network flows for each hidden cell.

    References
    ----------
    Data model, rule 14; Cox 1995, network models for complementary cell suppression; checked by hand, and attacked by
    scipy.optimize.linprog.
    """
    made: dict[str, Any] = _core.absence_over_time(aggregates.indicators._core, aggregates._core, snapshot=_known(aggregates, snapshot))
    for name in ("from", "to"):
        made[name] = made[name].astype("datetime64[D]")
    return _table(made, ("n", "n_expected", "n_observed"), aggregates)


def absence_distribution(aggregates: Aggregates, *, snapshot: int = 0) -> Table:
    """How the absence of children is distributed: shares of children in classes of their own rate, by city and county.

    When to use: beside a mean rate, which many children who miss a little and few who miss much may share. Classes are bounded by
    the lines of chronic and severe absence of the study's attendance policies, and by half of the lowest; children who
    missed nothing are a class of their own. A child's rate is that of the units of sessions of which something is known,
    whatever a policy counts; each child counts once, where the child is enrolled now. A class is hidden by itself as any
    share is; then further ones until the children of every hidden class can be told no more closely than the smallest
    cell, from all classes, counties, the city, and the shares of children chronically absent that were published.

    Parameters
    ----------
    aggregates : Aggregates
        Groups that are published beside: their levels, smallest cell and level of intervals hold here, and what they show
        is taken for known.
    snapshot : int
        Position of the date and window.

    Returns
    -------
    Table
        One row a class and place: level, place, parent, from (included) and to (not included, but in the last class), both
        0 for children who missed nothing, value, sampling_lower and sampling_upper (children as trials), in_class and n
        [children], and status ok or hidden. Hidden rows have names and status only.

    Raises
    ------
    ValueError
        When the study names no attendance policy, whose lines bound the classes.
    IndexError
        When there is no such snapshot.

    References
    ----------
    Data model, rule 14; Cox 1995, network models for complementary cell suppression; checked by hand, and attacked by
    scipy.optimize.linprog.
    """
    made: dict[str, Any] = _core.absence_distribution(aggregates.indicators._core, aggregates._core, snapshot=_known(aggregates, snapshot))
    return _table(made, ("in_class", "n"), aggregates)


def _known(aggregates: Aggregates, snapshot: int) -> int:
    """A position that is there; one from the end is counted from the front."""
    return range(len(aggregates.indicators.snapshots))[snapshot]


_DIRECTIONS = {1: "above", 0: "neither", -1: "below", -2: "not_known"}


def like_for_like(
    indicators: Indicators,
    *,
    before: int,
    after: int,
    by: Sequence[str] = ("city", "county", "township", "school"),
    policy: str | Mapping[str, Any] = "small_cells_10",
    level: float = 0.95,
    design_effect: float = 1.0,
) -> dict[str, Any]:
    """Absence of two windows over the same children at the same schools, whatever the schools have become.

    When to use: for a comparison of two dates where schools have merged or children have come and gone: a difference of two
    groups is otherwise one of who is in them. A child counts where something is known of it in both windows and the school of
    its last sessions in the first carries on as that of the second, by the table lineage; a place is named as it is at the later date. A
    split is a move: nobody says which part goes on. A place with an extreme first rate is expected nearer the mean; direction
    says whether its second one lies beyond what the places of its level scatter by. Not as an effect of a programme.

    Parameters
    ----------
    indicators : Indicators
        Finished states of two windows that share no day, such as 2024-09-01..2025-02-01 and 2025-09-01..2026-02-01.
    before, after : int
        Positions of the two snapshots.
    by : sequence of {"city", "county", "township", "school", "class"}
        Levels shown.
    policy : str or policy
        The rule of disclosure. A place is also hidden where the children of it who are on one side only are few.
    level : float
        Level of intervals and of prediction, in (0, 1).
    design_effect : float
        Of clustering above the child, above 0.

    Returns
    -------
    dict
        table: one row a place with level, place, parent, before and after (rates of the same children), difference with
        lower and upper (each child its own comparison), expected (after, from before), direction (above, below, neither of
        what was expected, or not_known with fewer than ten places shown), n [children] and status. both, moved (to a
        school of another line), only_before and only_after [children]: None, all four, where one is small.

    Raises
    ------
    ValueError
        When the windows share days, are not in order, or are of each child's last sessions.
    IndexError
        When there is no such snapshot.

    References
    ----------
    Cochran 1977, Sampling Techniques, 6.4; McSweeny and others 1993; checked by hand and against NumPy to 1e-12.
    """
    positions = range(len(indicators.snapshots))
    made = _core.like_for_like(indicators._core, before=positions[before], after=positions[after], levels=list(by),
                               minimum_cell=smallest_cell(policy), level=level, design_effect=design_effect)  # fmt: skip
    columns = made["columns"]
    columns["direction"] = [_DIRECTIONS[int(one)] for one in columns["direction"]]
    counts = {name: None if count < 0 else count for name, count in made["counts"].items()}
    hidden = columns["n"] < 0
    named = {name: text_column(column) if isinstance(column, list) else column for name, column in columns.items()}
    table = Table(named, masks={"n": hidden}, made_up=bool(indicators.cohort.records._core.made_up))
    return {"table": table, **counts}
