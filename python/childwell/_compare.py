# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Two judgement policies on the same children: who changes side, and which part of the rule moves the child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._api import Indicators, find_policies, measure
from ._described import Fact, fact, html_of
from ._frames import to_frame
from ._hidden import hidden_counts, smallest_cell
from ._suggest import unknown_name
from ._table import Table
from ._words import same

# What judges, with the parts of a rule in the order in which they are exchanged, and its indicators.
_PARTS = {
    "attendance": (("absent_day_fraction", "counts", "chronic", "minimum_days"), ("attendance.chronic", "attendance.severe")),
    "consecutive": (("unexplained_days",), ("attendance.unexplained_run",)),
    "not_seen": (("sessions",), ("attendance.not_seen",)),
}


class Comparison:
    """Two policies on the same children. Made by `Indicators.compare`.

    Use `.table()` for how many change side and why, `.frame()` for who, under pseudonyms, in the researcher's own hands.

    Parameters
    ----------
    before, after : policy
        The two rules.
    indicator : str
        The judgement.
    children : dict
        Columns child, before, after and reason of every child judged.
    minimum : int
        Smallest count that stands.
    indicators : Indicators
        What was compared.

    Returns
    -------
    Comparison
        Counts in its repr, small ones hidden.

    Raises
    ------
    Never.

    References
    ----------
    House file, idea 6.
    """

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any], indicator: str, children: dict[str, list[str]], minimum: int,
                 indicators: Indicators) -> None:  # fmt: skip
        self.policies = [dict(before), dict(after)]
        self.indicator = indicator
        self.indicators = indicators
        self._children = children
        self._minimum = minimum

    @property
    def made_up(self) -> bool:
        """Whether the children are made up."""
        return bool(self.indicators.cohort.records._core.made_up)

    def table(self) -> Table:
        """Children by side before, side after, and the part of the rule that moved them; reason is empty where nothing did."""
        counted = Counter(zip(self._children["before"], self._children["after"], self._children["reason"], strict=True))
        rows = sorted(counted, key=lambda row: (row[0] == row[1], row))
        counts = np.array([counted[row] for row in rows], dtype=np.int64)
        hidden = hidden_counts(counts.tolist(), self._minimum)
        made: dict[str, Any] = {name: [row[at] for row in rows] for at, name in enumerate(("before", "after", "reason"))}
        made |= {"children": np.where(hidden, 0, counts), "status": ["hidden" if one else "ok" for one in hidden]}
        return Table(made, masks={"children": hidden}, made_up=self.made_up)

    def frame(self) -> Any:
        """The children who change side, under pseudonyms, with the part of the rule that moves them; a frame of your own library."""
        moved = [at for at, reason in enumerate(self._children["reason"]) if reason]
        made = {name: [column[at] for at in moved] for name, column in self._children.items()}
        return to_frame(Table(made, made_up=self.made_up), self.indicators.cohort.records.library)

    def _facts(self) -> list[Fact]:
        table = self.table()
        lines = [fact("policies", " → ".join(f"{policy['id']} ({policy.get('country') or '–'})" for policy in self.policies)), fact("what", self.indicator)]
        for at in range(len(table)):
            count = "hidden" if table["status"][at] == "hidden" else f"{int(table['children'][at]):,}"
            why = f" ({table['reason'][at]})" if table["reason"][at] else ""
            lines.append(Fact(same(f"{table['before'][at]} → {table['after'][at]}{why}"), same(count)))
        return lines + ([fact("made_up", "yes")] if self.made_up else [])

    def __repr__(self) -> str:
        return "\n".join(["childwell.Comparison", *(f"  {one.label.en}: {one.value.en}" for one in self._facts())])

    def _repr_html_(self) -> str:
        return html_of("Comparison", self._facts())


def compare(indicators: Indicators, *, policy: str | Mapping[str, Any], against: str | None, indicator: str | None,
            disclosure: str | Mapping[str, Any], snapshot: int) -> Comparison:  # fmt: skip
    """Judge the same children by two policies, exchanging one part of the rule after another."""
    where = "Indicators.compare"
    own = {one["id"]: one for one in indicators.policies}
    other = own.get(policy) if isinstance(policy, str) else dict(policy)
    after = other if other is not None else find_policies([str(policy)])[0]
    if after.get("kind") not in _PARTS:
        raise ValueError(f"childwell.{where}: the policy {after.get('id')!r} puts no child on a side; policies of the kinds {', '.join(_PARTS)} do")
    alike = [one for one in own.values() if one["kind"] == after["kind"] and one["id"] != after["id"]]
    if against is not None and against not in own:
        raise unknown_name(where, "policy among those measured", against, own)
    if against is None and len(alike) != 1:
        found = f"{len(alike)} of them were measured, name one" if alike else "none of them was measured; measure with one"
        raise ValueError(f"childwell.{where}: against is needed: of the kind {after['kind']!r}, {found}")
    before = own[against] if against is not None else alike[0]
    if before["kind"] != after["kind"]:
        raise ValueError(f"childwell.{where}: {before['id']!r} and {after['id']!r} are of different kinds, {before['kind']} and {after['kind']}; "
                         "compare two rules about the same thing")  # fmt: skip
    parts, known = _PARTS[str(after["kind"])]
    judged = known[0] if indicator is None else indicator
    if judged not in known:
        raise unknown_name(where, "judgement of these policies", judged, known)
    if judged == "attendance.severe":
        parts = tuple("severe" if part == "chronic" else part for part in parts)
    minimum = smallest_cell(disclosure)
    children, sides = _sides(indicators, before, judged, snapshot)
    start, reason, rule = list(sides), [""] * len(sides), dict(before)
    for part in parts:
        if rule.get(part) == after.get(part):
            continue
        rule = {key: value for key, value in rule.items() if key != part} | ({part: after[part]} if part in after else {})
        rule["id"] = f"{before['id']}+{part}"
        moved = _sides(indicators, rule, judged, snapshot)[1]
        reason = [part if new != old else was for new, old, was in zip(moved, sides, reason, strict=True)]
        sides = moved
    reason = [was if old != new else "" for was, old, new in zip(reason, start, sides, strict=True)]
    columns = {"child": children, "before": start, "after": sides, "reason": reason}
    return Comparison(before, after, judged, columns, minimum, indicators)


def _sides(indicators: Indicators, policy: Mapping[str, Any], judged: str, snapshot: int) -> tuple[list[str], list[str]]:
    """Each child's side under one rule: yes, no, or the status that says why neither."""
    as_of, window = indicators.snapshots[indicators._known(snapshot)]
    made = measure(indicators.cohort, as_of=as_of, windows=[window], policies=[policy], level=indicators.asked.get("level", 0.95)).table()
    rows = np.flatnonzero((made["indicator"] == judged) & (made["scope"] == "child"))
    values, status = made["value"][rows], made["status"][rows]
    sides = [("yes" if value >= 0.5 else "no") if word == "ok" else str(word) for value, word in zip(values, status, strict=True)]
    return [str(child) for child in made["child"][rows]], sides
