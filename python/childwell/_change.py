# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Change between two stretches of time, beyond regression to the mean. What was expected is the core's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _core
from ._api import DateLike, Indicators, catalogue, iso, measure
from ._described import Fact, fact, html_of
from ._frames import to_frame
from ._hidden import hidden_counts, smallest_cell
from ._suggest import unknown_name
from ._table import Table
from ._words import same

_DIRECTIONS = {"high_is_good": {1: "better", -1: "worse"}, "high_is_concern": {1: "worse", -1: "better"}}
_WORDS = ("better", "worse", "neither", "not_known")


class Change:
    """What came after a day against what stood before it, child by child. Made by `Indicators.change`.

    Use `.table()` for counts, `.frame()` for children under pseudonyms. A child is better or worse only where its second
    number lies beyond what its first one lets expect.

    Parameters
    ----------
    made : dict
        As the core's expected_change gives it.
    children : dict
        Columns child, before and after.
    directions : dict
        What 1 and -1 mean.
    facts : dict
        Indicator, the two windows, level and smallest cell.
    indicators : Indicators
        What was measured.

    Returns
    -------
    Change
        Counts in its repr, small ones hidden.

    Raises
    ------
    Never.

    References
    ----------
    McSweeny and others 1993; Crawford and Garthwaite 2006.
    """

    def __init__(self, made: Mapping[str, Any], children: Mapping[str, Any], directions: Mapping[int, str], facts: Mapping[str, Any],
                 indicators: Indicators) -> None:  # fmt: skip
        self._made = made
        self._children = children
        self._directions = {**directions, 0: "neither", -2: "not_known"}
        self._facts_given = dict(facts)
        self.indicators = indicators

    @property
    def made_up(self) -> bool:
        """Whether the children are made up."""
        return bool(self.indicators.cohort.records._core.made_up)

    @property
    def status(self) -> str:
        """ok, or why there is no line to expect a second number by."""
        return str(self._made["status"])

    @property
    def slope(self) -> float:
        """How much of a child's distance from the mean is expected to last: 1 all of it, 0 nothing."""
        return float(self._made["slope"])

    def table(self) -> Table:
        """Children by what became of them: better, worse, neither, not_known; small counts hidden."""
        words = [self._directions[int(one)] for one in self._made["direction"]]
        counts = np.array([words.count(word) for word in _WORDS], dtype=np.int64)
        hidden = hidden_counts(counts.tolist(), self._facts_given["minimum"])
        made = {"direction": list(_WORDS), "children": np.where(hidden, 0, counts), "status": ["hidden" if one else "ok" for one in hidden]}
        return Table(made, masks={"children": hidden}, made_up=self.made_up)

    def frame(self) -> Any:
        """One row a child, under pseudonyms: before, after, expected, beyond and direction; a frame of your own library."""
        made = dict(self._children) | {name: self._made[name] for name in ("expected", "beyond")}
        made["direction"] = [self._directions[int(one)] for one in self._made["direction"]]
        return to_frame(Table(made, made_up=self.made_up), self.indicators.cohort.records.library)

    def _facts(self) -> list[Fact]:
        given, table = self._facts_given, self.table()
        lines = [fact("what", given["indicator"]), fact("dates", f"{given['before']} → {given['after']}"), fact("level", f"{given['level']:g}")]
        lines.append(Fact(same("slope"), same(f"{self.slope:.2f}" if self.status == "ok" else self.status)))
        for at in range(len(table)):
            count = "hidden" if table["status"][at] == "hidden" else f"{int(table['children'][at]):,}"
            lines.append(Fact(same(str(table["direction"][at])), same(count)))
        return lines + ([fact("made_up", "yes")] if self.made_up else [])

    def __repr__(self) -> str:
        return "\n".join(["childwell.Change", *(f"  {one.label.en}: {one.value.en}" for one in self._facts())])

    def _repr_html_(self) -> str:
        return html_of("Change", self._facts())


def change(indicators: Indicators, *, since: DateLike, indicator: str, level: float, disclosure: str | Mapping[str, Any], snapshot: int) -> Change:
    """Measure both stretches as of the same day, and hold the second against the first."""
    where = "Indicators.change"
    as_of = indicators.snapshots[indicators._known(snapshot)][0]
    last, today = datetime.date.fromisoformat(iso(since, "since")), datetime.date.fromisoformat(as_of)
    if last >= today:
        raise ValueError(f"childwell.{where}: since is {last}, which is not before the as-of date {as_of}; give an earlier day")
    known = catalogue()
    entries = {str(name): at for at, name in enumerate(known["id"])}
    if indicator not in entries:
        raise unknown_name(where, "indicator", indicator, entries, see="childwell.catalogue")
    direction = str(known["direction"][entries[indicator]])
    if direction not in _DIRECTIONS:
        raise ValueError(f"childwell.{where}: {indicator!r} is neither good nor bad when it is high, so that nothing in it is better or worse")
    first = datetime.date(last.year if last.month >= 9 else last.year - 1, 9, 1)
    next_day, end = last + datetime.timedelta(1), today + datetime.timedelta(1)
    windows = [f"{first}..{next_day}", f"{next_day}..{end}"]
    request = known["request"][entries[indicator]]
    asked = {name: indicators.asked[name] for name in ("baseline", "false_alarms") if indicators.asked.get(name) is not None}
    made = measure(indicators.cohort, as_of=as_of, windows=windows, policies=indicators.policies, families=[request] if request else [],
                   **(asked if request == "charts" else {}))  # fmt: skip
    sides = [_values(made, indicator, at, where) for at in (0, 1)]
    children = sorted(sides[0].keys() | sides[1].keys())
    before, after = (np.array([side.get(child, np.nan) for child in children]) for side in sides)
    facts = {"indicator": indicator, "before": windows[0], "after": windows[1], "level": level, "minimum": smallest_cell(disclosure)}
    return Change(_core.expected_change(before, after, level), {"child": children, "before": before, "after": after}, _DIRECTIONS[direction],
                  facts, indicators)  # fmt: skip


def _values(made: Indicators, indicator: str, snapshot: int, where: str) -> dict[str, float]:
    """One number a child; NaN where its status is not ok."""
    table = made.table(snapshot)
    rows = np.flatnonzero((table["indicator"] == indicator) & (table["scope"] == "child"))
    children = table["child"][rows]
    if len(set(children)) != len(children):
        raise ValueError(f"childwell.{where}: {indicator!r} has several numbers a child, by policy, paper or informant; choose one that has one number")
    values = np.where(table["status"][rows] == "ok", table["value"][rows], np.nan)
    return dict(zip((str(child) for child in children), values.tolist(), strict=True))
