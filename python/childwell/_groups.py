# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of a collection by its design, and absence by a status that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _core
from ._api import Indicators, find_policies
from ._key import Key
from ._table import Table
from .stats._arrays import labels, numbers, optional_numbers

_LEFT_BEHIND = ("left_behind.roll_three_months", "left_behind.state_council_2016", "left_behind.research_six_months")
_NO_DATE = np.iinfo(np.int64).min


def _minimum(policy: str | Mapping[str, Any]) -> int:
    rule = find_policies([policy])[0] if isinstance(policy, str) else dict(policy)
    return int(rule["minimum_cell"])


def collection_figure(
    values: Any,
    *,
    design: str,
    weights: Any = None,
    strata: Any = None,
    clusters: Any = None,
    populations: Any = None,
    low: float = float("-inf"),
    high: float = float("inf"),
    target: int | None = None,
    policy: str | Mapping[str, Any] = "small_cells_10",
    level: float = 0.95,
    lonely: str = "refuse",
) -> dict[str, Any]:
    """What a collection of answers says of the children of its frame, as far as its design allows.

    When to use: for every mean or share of answers that is said of a city. A census has no sampling error, and bounds
    from the children who gave no answer; a sample has weights, strata and clusters, and a confidence interval from them;
    volunteers have no figure of a city, whatever they are weighted by. A part of the children is asked about by NaN
    outside of it in a sample, and by the rows given in a census.

    Parameters
    ----------
    values : array_like
        One a child of the frame (census) or of those drawn (sample), shape (n,); NaN gave no answer.
    design : {"census", "sample", "volunteer"}
        Of the collection, as in the table collections.
    weights, strata, clusters, populations : array_like, optional
        How a sample was drawn, as in stats.survey_mean; a census has none.
    low, high : float
        Ends of the scale of an answer; a share has 0 and 1, and its interval then lies between them.
    target : int, optional
        Children in the frame of a census; without it those listed.
    policy : str or policy
        The rule of disclosure: with fewer answers than its smallest cell the figure is hidden.
    level : float
        Level of a sample's interval, in (0, 1).
    lonely : {"refuse", "centre", "certain"}
        As in stats.survey_mean.

    Returns
    -------
    dict
        value, lower, upper, n_expected, n_observed, interval (bounds of a census, confidence of a sample, none),
        standard_error, degrees_of_freedom, design_effect and status: not_comparable for volunteers, hidden,
        not_recorded without answers, and those of stats.survey_mean.

    Raises
    ------
    ValueError
        When a value lies outside the scale, a census has weights, the target is below the number listed, or an option
        or the design is out of range.

    References
    ----------
    Data model, table collections; stats.survey_mean; bounds checked by hand.
    """
    where = "collection_figure"
    codes = {name: np.empty(0, dtype=np.int64) if given is None else labels(given, where, name)
             for name, given in (("strata", strata), ("clusters", clusters))}
    made: dict[str, Any] = _core.collection_figure(
        numbers(values, where, "values"), design=design, weights=optional_numbers(weights, where, "weights"),
        populations=optional_numbers(populations, where, "populations"), level=level, low=float(low), high=float(high),
        target=0 if target is None else int(target), minimum_cell=_minimum(policy), lonely=lonely, **codes
    )
    return made


def _days(spells: Any, name: str, count: int) -> np.ndarray:
    """Dates as days since 1970; a missing one, or a column that is not there, is the least whole number."""
    names = spells.keys() if hasattr(spells, "keys") else spells.columns
    if name not in names:
        return np.full(count, _NO_DATE)
    column = spells[name]
    column = column.to_numpy() if hasattr(column, "to_numpy") else np.asarray(column)
    if column.dtype.kind != "M":
        column = np.array([np.datetime64("NaT") if value is None or value != value or value == "" else np.datetime64(value) for value in column],
                          dtype="datetime64[D]")
    made: np.ndarray = column.astype("datetime64[D]").astype(np.int64)
    return made


def _person_time(made: dict[str, Any], indicators: Indicators) -> Table:
    hidden = np.array([status == "hidden" for status in made["status"]])
    masks = {name: hidden | (made[name] < 0) for name in ("children", "days", "n_expected", "n_observed")}
    return Table(made, masks=masks, made_up=indicators.cohort.records._core.made_up)


def absence_by_person_time(
    indicators: Indicators,
    spells: Any,
    *,
    statuses: Sequence[str] = (),
    snapshot: int = 0,
    key: Key | None = None,
    policy: str | Mapping[str, Any] = "small_cells_10",
    level: float = 0.95,
    design_effect: float = 1.0,
) -> Table:
    """Absence by a status that changes: days count in the status that the child had on them.

    When to use: for left-behind, boarding or mobility beside absence: a grouping for description and fairness, never a
    cause. Each day goes to the status of that day, so that a child who changed counts in both; days of which the status
    is not known, or on which spells disagree, are a row of their own and are never taken for a no.

    Parameters
    ----------
    indicators : Indicators
        Finished states.
    spells : frame, or one of left_behind.roll_three_months, left_behind.state_council_2016, left_behind.research_six_months
        A definition of being left behind takes the table migration and has the statuses yes and no. Else columns child, from, status, and where there are any to (last day) and known_on. A status that is missing or
        "unknown" is told to be not known; days without a spell are not known either.
    statuses : sequence of str
        Their names, in the order of the rows.
    snapshot : int
        Position of the date and window; a window of the last sessions takes the days of the school year.
    key : Key, optional
        Turns the children's own ids into pseudonyms; without it the column child holds pseudonyms. Children who are not
        in the study are left out.
    policy : str or policy
        The rule of disclosure.
    level : float
        Level of the sampling intervals, in (0, 1).
    design_effect : float
        Of clustering above the child, above 0.

    Returns
    -------
    Table
        One row a status, then unknown: group, children, days, value with bounds from unrecorded sessions,
        sampling_lower and sampling_upper (children as clusters), n_expected and n_observed in units of sessions, status.
        Hidden rows have their name and status only; a whole that is known hides a further row where one alone is hidden.

    Raises
    ------
    ValueError
        When a spell names a status that is not there, has no first day, or ends before it begins.
    IndexError
        When there is no such snapshot.

    References
    ----------
    Data model, rule 9; checked against a sum by hand, day by day.
    """
    if isinstance(spells, str):
        if spells not in _LEFT_BEHIND or statuses:
            raise ValueError(f"childwell.absence_by_person_time: spells is a frame, or one of {', '.join(_LEFT_BEHIND)}, which have statuses of their own")
        made = _core.absence_by_left_behind(indicators._core, snapshot=snapshot, definition=_LEFT_BEHIND.index(spells),
                                            minimum_cell=_minimum(policy), level=level, design_effect=design_effect)  # fmt: skip
        return _person_time(made, indicators)
    child = [str(value) for value in np.asarray(spells["child"]).tolist()]
    if key is not None:
        child = [key.pseudonym("child", one) for one in child]
    known = {name: number for number, name in enumerate(statuses)}
    said = []
    for value in np.asarray(spells["status"]).tolist():
        if value is None or value != value or value == "unknown":
            said.append(-1)
        elif value in known:
            said.append(known[value])
        else:
            raise ValueError("childwell.absence_by_person_time: a spell has a status that is not among statuses; name it there")
    made = _core.absence_by_person_time(
        indicators._core, snapshot=snapshot, child=child, from_=_days(spells, "from", len(child)), to=_days(spells, "to", len(child)),
        status=np.array(said, dtype=np.int64), known_on=_days(spells, "known_on", len(child)), statuses=list(statuses),
        minimum_cell=_minimum(policy), level=level, design_effect=design_effect
    )
    return _person_time(made, indicators)
