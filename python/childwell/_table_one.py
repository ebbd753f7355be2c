# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Groups of children side by side. Means, intervals and differences come from childwell.stats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _core
from ._api import Indicators, catalogue
from ._described import Fact, fact, html_of
from ._frames import to_frame
from ._hidden import hidden_counts, smallest_cell
from ._suggest import unknown_name
from ._table import Table, coded
from ._words import same
from .stats import hedges_g, survey_mean

_CLUSTERS = ("school", "class", "township", "county")
_USUAL = ("attendance.coverage", "attendance.absence_rate", "attendance.excused_rate", "attendance.unexcused_rate", "attendance.late_rate",
          "attendance.chronic", "academic.papers_sat", "academic.papers_absent")  # fmt: skip


class TableOne:
    """Groups of children side by side. Made by `Indicators.table_one`.

    Use `.frame()` for the rows. A standardised difference of 0.1 and more is often called an imbalance; it is no effect.

    Parameters
    ----------
    table : Table
        One row an indicator, policy and group.
    by, cluster : str
        What children were grouped and clustered by.
    indicators : Indicators
        What was measured.

    Returns
    -------
    TableOne
        Its repr is the table, with small groups hidden.

    Raises
    ------
    Never.

    References
    ----------
    Hedges 1981; survey means with schools as first units.
    """

    def __init__(self, table: Table, by: str, cluster: str, indicators: Indicators) -> None:
        self._table = table
        self.by = by
        self.cluster = cluster
        self.indicators = indicators

    def table(self) -> Table:
        """One row an indicator, policy and group: children, mean, lower, upper, status, and the difference in pooled standard
        deviations (Hedges's g) from the first group that is not hidden."""
        return self._table

    def frame(self) -> Any:
        """The rows of `.table` as a data frame of the library whose frames came in."""
        return to_frame(self._table, self.indicators.cohort.records.library)

    def _facts(self) -> list[Fact]:
        table = self._table
        lines = [fact("what", f"table one by {self.by}; clusters: {self.cluster}")]
        for at in range(len(table)):
            label = " ".join(str(table[name][at]) for name in ("indicator", "policy", "group") if table[name][at] is not None)
            if table["status"][at] == "hidden":
                said = "hidden"
            else:
                difference = table["standardised_difference"][at]
                beside = f", difference {difference:+.2f}" if np.isfinite(difference) else ""
                said = f"{table['mean'][at]:.3f} ({table['lower'][at]:.3f} … {table['upper'][at]:.3f}), n {int(table['children'][at]):,}{beside}"
            lines.append(Fact(same(label), same(said)))
        return lines + ([fact("made_up", "yes")] if table.made_up else [])

    def __repr__(self) -> str:
        return "\n".join(["childwell.TableOne", *(f"  {one.label.en}: {one.value.en}" for one in self._facts())])

    def _repr_html_(self) -> str:
        return html_of("TableOne", self._facts())


def table_one(indicators: Indicators, *, by: str | Any, cluster: str | None, indicators_wanted: Sequence[str] | None,
              policy: str | Mapping[str, Any], snapshot: int, level: float) -> TableOne:  # fmt: skip
    """Put the columns of one snapshot into groups, and hand each to the statistics."""
    where = "Indicators.table_one"
    at, minimum = indicators._known(snapshot), smallest_cell(policy)
    groups, names = _groups(indicators, by, at, where)
    clusters = None
    if cluster is not None:
        if cluster not in _CLUSTERS:
            raise unknown_name(where, "cluster", cluster, _CLUSTERS)
        clusters = indicators._core.groups(at, cluster)[0]
    table = indicators.table(at)
    has_known = {str(one) for one in coded(table, "indicator").categories}
    for name in indicators_wanted or ():
        if name not in has_known:
            raise unknown_name(where, "indicator among those measured", name, has_known, see="childwell.catalogue")
    wanted = list(indicators_wanted) if indicators_wanted is not None else [name for name in _USUAL if name in has_known]
    kinds = dict(zip(*(catalogue()[name] for name in ("id", "unit")), strict=True))
    rows: list[tuple[Any, ...]] = []
    for name in wanted:
        here = (table["indicator"] == name) & (table["scope"] == "child")
        for judge in dict.fromkeys(table["policy"][here]):
            mine = np.flatnonzero(here & (table["policy"] == judge))
            values = np.full(len(groups), np.nan)
            codes = coded(table, "child").codes[mine]
            if len(set(codes.tolist())) != len(codes):
                raise ValueError(f"childwell.{where}: {name!r} has several numbers a child, by paper or informant; choose one that has one number")
            values[codes] = np.where(table["status"][mine] == "ok", table["value"][mine], np.nan)
            rows += [(name, judge, *row) for row in _side_by_side(values, groups, names, clusters, minimum, level, str(kinds.get(name)))]
    titles = ("indicator", "policy", "group", "children", "mean", "lower", "upper", "standardised_difference", "status")
    columns = {title: [row[number] for row in rows] for number, title in enumerate(titles)}
    made: dict[str, Any] = {title: columns[title] for title in ("indicator", "policy", "group", "status")}
    made = {title: made[title] if title in made else np.array(columns[title], dtype=np.int64 if title == "children" else np.float64) for title in titles}
    hidden = np.array([status == "hidden" for status in columns["status"]], dtype=bool)
    said = by if isinstance(by, str) else "groups given"
    return TableOne(Table(made, masks={"children": hidden}, made_up=table.made_up), said, cluster or "none", indicators)


def _groups(indicators: Indicators, by: str | Any, at: int, where: str) -> tuple[np.ndarray, list[str]]:
    """One code a child, -1 where it has no group."""
    if isinstance(by, str):
        known = _core.child_groupings()
        if by not in known:
            raise unknown_name(where, "grouping", by, known)
        codes, names = indicators._core.groups(at, by)
        if not names:
            raise ValueError(f"childwell.{where}: the study does not say the {by} of any child; give a table that does, or a frame with child and group")
        return codes, list(names)
    columns = list(by.keys() if isinstance(by, Mapping) else getattr(by, "columns", ()))
    if not {"child", "group"} <= set(map(str, columns)):
        raise ValueError(f"childwell.{where}: by is a name, or a frame with the columns child (pseudonyms) and group")
    position = {pseudonym: code for code, pseudonym in enumerate(_core.pseudonyms(indicators._core))}
    children, given = ([str(value) for value in np.asarray(by[name])] for name in ("child", "group"))
    names = sorted(set(given))
    codes = np.full(len(position), -1, dtype=np.int32)
    found = [(position[child], names.index(group)) for child, group in zip(children, given, strict=True) if child in position]
    if not found:
        raise ValueError(f"childwell.{where}: no child of the cohort is in by; give pseudonyms of the same key")
    codes[[child for child, _ in found]] = [group for _, group in found]
    return codes, names


def _side_by_side(values: np.ndarray, groups: np.ndarray, names: list[str], clusters: np.ndarray | None, minimum: int, level: float,
                  unit: str) -> list[tuple[Any, ...]]:  # fmt: skip
    inside = [np.isfinite(values) & (groups == code) for code in range(len(names))]
    counts = [int(one.sum()) for one in inside]
    hidden = hidden_counts(counts, minimum)
    if unit == "yes or no":  # a share of nobody, of a few, or of all but a few tells of these few
        for code, one in enumerate(inside):
            yes = int(np.nansum(values[one]))
            hidden[code] |= min(yes, counts[code] - yes) < minimum
    shown = [code for code in range(len(names)) if counts[code] and not hidden[code]]
    rows: list[tuple[Any, ...]] = []
    for code, name in enumerate(names):
        if hidden[code] or not counts[code]:
            rows.append((name, 0, np.nan, np.nan, np.nan, np.nan, "hidden" if counts[code] else "not_recorded"))
            continue
        # children of other groups stay as drawn units without a value, so that their schools count
        here = np.where(inside[code], values, np.nan)
        drawn = slice(None) if clusters is None else clusters >= 0
        mean = survey_mean(here[drawn], clusters=None if clusters is None else clusters[drawn], level=level,
                           scale="logit" if unit in ("share", "yes or no") else "identity")
        difference = np.nan
        if code != shown[0]:
            difference = hedges_g(values[inside[code]], values[inside[shown[0]]], level=level).estimate
        rows.append((name, counts[code], mean.estimate, mean.lower, mean.upper, difference, str(mean.status)))
    return rows
