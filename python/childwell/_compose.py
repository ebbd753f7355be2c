# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The verb compose: an index of children from indicators, by a definition that is data."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from . import _core
from ._api import Indicators, text_column
from ._described import Described
from ._frames import to_frame
from ._table import Categorical, Table
from .index._definition import IndexDefinition, as_core, define_index
from .instruments._score import Scores
from .stats._arrays import numbers, refused

# Words of a status that say that a measure is not for this child; a missing one is something else.
_NOT_APPLICABLE = frozenset({"not_applicable", "not_expected", "not_enrolled", "outside_age", "outside_grade"})


class WellbeingIndex(Described):
    """An index of the children on the roll, with its domains and how sure one can be. Made by `compose`.

    Use `.frame()` for children, `.weights` for what each part was told to weigh and what it does, `.sets` before any
    comparison. Not a diagnosis, and not to be forwarded: it holds children, under pseudonyms.

    Parameters
    ----------
    core : the compiled index.

    Returns
    -------
    WellbeingIndex
        Counts in its repr, and no value.

    Raises
    ------
    Never.

    References
    ----------
    Data model, rules 10 and 12.
    """

    def __init__(self, core: Any, indicators: Indicators, definition: IndexDefinition, snapshot: int) -> None:
        self._core = core
        self.indicators = indicators
        self.definition = definition
        self.snapshot = snapshot

    @property
    def as_of(self) -> str:
        """The date as of which the index stands."""
        return self.indicators.snapshots[self.snapshot][0]

    @property
    def level(self) -> float:
        """Of the intervals: that of the indicators."""
        made: float = self._core.level
        return made

    @property
    def children(self) -> dict[str, int]:
        """Children on the roll: those who left have no index, the others by its status; ok is those who have one."""
        words = _core.status_words()
        roll = self.indicators.roll(self.snapshot)
        counted = Counter(words[code] for code in self._core.statuses.tolist())
        left = roll["left_known"] + roll["left_unknown"]
        return {"on_roll": roll["on_roll"], "ok": counted.pop("ok", 0), **dict(sorted(counted.items())), "left": left}

    @property
    def sets(self) -> Table:
        """Which domains make up an index, and how many children have it of these; only one set is one order."""
        codes = self._core.sets
        children = np.bincount(codes[codes >= 0], minlength=len(self._core.set_names))
        return Table({"domains": text_column(self._core.set_names), "children": children.astype(np.int64)}, made_up=self._made_up)

    @property
    def weights(self) -> Table:
        """Every domain and measure: nominal beside effective weight, children with a score, clipped, missing, apart."""
        parts = self._core.parts
        texts = ("name", "domain", "effective_status")
        made = {key: text_column([part[key] for part in parts]) if key in texts else np.array([part[key] for part in parts]) for key in parts[0]}
        return Table(made, made_up=self._made_up)

    @property
    def _made_up(self) -> bool:
        made: bool = self.indicators.cohort.records._core.made_up
        return made

    def table(self) -> Table:
        """One row a child on the roll who has not left: index, interval, bounds, coverage, status, set of domains, and each domain."""
        core = self._core
        composite, count = core.composite, len(core.children)
        last = len(core.nodes) - 1
        made: dict[str, Any] = {
            "child": Categorical(np.arange(count, dtype=np.int32), tuple(core.children)),
            "as_of": np.full(count, np.datetime64(self.as_of, "D")),
        }
        for name, values in (("index", composite.values), ("lower", composite.lower), ("upper", composite.upper),
                             ("lowest", composite.lowest), ("highest", composite.highest), ("coverage", composite.coverage)):  # fmt: skip
            made[name] = values[:, last].copy()
        made["status"] = Categorical(core.statuses.astype(np.int32), tuple(_core.status_words()))
        made["domains"] = Categorical(core.sets, tuple(core.set_names))
        for number, name in enumerate(core.nodes[:-1]):
            made[name] = composite.values[:, number].copy()
        return Table(made, made_up=self._made_up)

    def scores(self) -> Table:
        """One row a child of `.table`, one column a measure, on the scale of the index."""
        core = self._core
        made: dict[str, Any] = {"child": Categorical(np.arange(len(core.children), dtype=np.int32), tuple(core.children))}
        for number, name in enumerate(core.measures):
            made[name] = core.scores[:, number].copy()
        return Table(made, made_up=self._made_up)

    def frame(self) -> Any:
        """The columns of `.table` as a data frame of the library whose frames came in; without any, polars, pandas or `Table`."""
        return to_frame(self.table(), self.indicators.cohort.records.library)

    def order(self, domains: str | None = None) -> np.ndarray:
        """Rows of `.table` from the lowest index to the highest, of children with one set of domains.

        Use it to look at those who may need help first. Not as a rank to be told or shown: intervals of neighbours
        overlap, and where they do the order says nothing.

        Parameters
        ----------
        domains : str, optional
            A set of domains, as in `.sets`; needed where there are several.

        Returns
        -------
        ndarray of int
            Positions in `.table`; equal values in order of the pseudonyms.

        Raises
        ------
        ValueError
            When children have several sets of domains and none is named: these are never in one order.

        References
        ----------
        Data model, rule 12.
        """
        core = self._core
        known = [name for name, count in zip(core.set_names, self.sets["children"].tolist(), strict=True) if count]
        if domains is None and len(known) > 1:
            raise refused("WellbeingIndex.order", f"children here have {len(known)} sets of domains, which are not in one "
                                                  f"order; name one of them: {', '.join(map(repr, known))}")  # fmt: skip
        if domains is not None and domains not in known:
            raise refused("WellbeingIndex.order", f"there is no set of domains {domains!r}; there is {', '.join(map(repr, known)) or 'none'}")
        if not known:
            return np.empty(0, dtype=np.int64)
        rows = np.flatnonzero(core.sets == core.set_names.index(domains or known[0]))
        return rows[np.argsort(core.composite.values[rows, -1], kind="stable")]

    def with_frozen_weights(self) -> IndexDefinition:
        """The definition with the weights that stood here, as numbers: the index of a year that is to compare."""
        return self.definition.with_weights({part["name"]: part["weight"] for part in self._core.parts})

    def _lines(self) -> list[str]:
        counted = self.children
        others = ", ".join(f"{count} {word}" for word, count in counted.items() if count and word not in ("on_roll", "ok"))
        moving = sorted({one.method for domain in self.definition.domains for one in domain.measures} - {"goalposts"})
        dates = sorted({str(one.frozen_on) for domain in self.definition.domains for one in domain.measures if one.method == "goalposts"})
        lines = [
            f"index {self.definition.id}, as of {self.as_of}, {self.indicators.snapshots[self.snapshot][1]}",
            f"{counted['ok']} of {counted['on_roll']} children on the roll have one" + (f" ({others})" if others else ""),
            f"{self.definition.mean} mean of {len(self.definition.domains)} domains, weights {self.definition.weights}",
        ]
        if dates:
            lines.append(f"goalposts frozen on {', '.join(dates)}")
        if moving:
            lines.append(f"{', '.join(moving)}: relative to the children at hand, years do not compare")
        if self._core.status != "ok":
            lines.append(f"no index: the data give no weights ({self._core.status})")
        sets = sum(count > 0 for count in self.sets["children"].tolist())
        if sets > 1:
            lines.append(f"{sets} sets of domains, which are not in one order: see .sets")
        return lines

    def __repr__(self) -> str:
        kind = "made-up childwell.WellbeingIndex" if self._made_up else "childwell.WellbeingIndex"
        return f"{kind}: " + "\n  ".join(self._lines())

    def _repr_html_(self) -> str:
        head = "<br>".join(html.escape(line) for line in self._lines())
        columns = ("name", "nominal", "effective", "count", "missing", "not_applicable", "clipped_low", "clipped_high")
        rows = []
        for part in self._core.parts:
            cells = [f"{part[key]:.3f}" if isinstance(part[key], float) else str(part[key]) for key in columns]
            indent = "&nbsp;&nbsp;" if part["domain"] else ""
            rows.append("<tr><td>" + indent + "</td><td>".join(html.escape(cell) for cell in cells) + "</td></tr>")
        titles = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in columns)
        mark = "<b>made-up data</b><br>" if self._made_up else ""
        return f"<div>{mark}{head}<table><tr>{titles}</tr>{''.join(rows)}</table></div>"


def _column(given: Any, name: str, where: str) -> Any:
    try:
        return given[name]
    except (KeyError, IndexError, ValueError):
        raise refused("compose", f"{where} needs a column {name!r}") from None


def _has(given: Any, name: str) -> bool:
    return name in (given.keys() if hasattr(given, "keys") else given.columns)


def _texts(column: Any) -> list[str]:
    if hasattr(column, "to_numpy"):
        column = column.to_numpy()
    return [str(value) for value in np.asarray(column, dtype=object)]


def _beside(name: str, given: Any) -> dict[str, Any]:
    """One table beside as the core reads it: a status that is not ok has no value, and may say that none applies."""
    where = f"the table {name!r} beside"
    children = _texts(_column(given, "child", where))
    value = np.array(numbers(_column(given, "value", where), "compose", f"{name}: value"))
    ends = {key: numbers(given[key], "compose", f"{name}: {key}") if _has(given, key) else np.full(len(children), np.nan) for key in ("lower", "upper")}
    words = _texts(given["status"]) if _has(given, "status") else ["ok"] * len(children)
    if {len(value), len(words), *map(len, ends.values())} != {len(children)}:
        raise refused("compose", f"{where} has columns of different lengths")
    ok = np.array([word == "ok" for word in words], dtype=bool)
    value[~ok] = np.nan
    return {"name": name, "child": children, "value": value, **{key: np.where(ok, end, np.nan) for key, end in ends.items()},
            "not_applicable": np.array([word in _NOT_APPLICABLE for word in words], dtype=np.uint8)}  # fmt: skip


def _tables_beside(beside: Mapping[str, Any], wanted: set[str]) -> list[dict[str, Any]]:
    made = []
    for name, given in beside.items():
        if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], Scores):
            children, scored = given
            if scored.unchecked:
                raise refused("compose", f"{name}: the forms were scored without checking {', '.join(scored.unchecked)}; "
                                         "an index takes forms of the right age, grade, informant, wording and recall only "
                                         "(data model, rule 12): say them to score_forms")  # fmt: skip
            columns = scored.columns()
            for scale in scored.scales:
                if f"{name}.{scale}" in wanted:
                    made.append(_beside(f"{name}.{scale}", {"child": children, "value": columns[scale], "status": columns[f"{scale}_status"]}))
        elif name in wanted:
            made.append(_beside(name, given))
    return made


def compose(
    indicators: Indicators,
    *,
    definition: IndexDefinition | str | Path | Mapping[str, Any],
    snapshot: int = 0,
    beside: Mapping[str, Any] | None = None,
    interval: str = "delta",
    draws: int = 2000,
    seed: int = 1,
) -> WellbeingIndex:
    """Compose an index of children from indicators, by a definition that is data.

    Use with goalposts that are dated and frozen where years are to compare. Counselling, services, visits, referrals,
    refusal, consent, being left behind and answers about safety are refused as measures: asking for help is not risk. An
    indicator with a confidence interval carries it, one with bounds opens the index's bounds, and one that says what
    happened has no error but the standard error that the definition gives. Not a diagnosis, and no list of children.

    Parameters
    ----------
    indicators : Indicators
        Finished states.
    definition : IndexDefinition, str, Path or mapping
        What the index is, or its TOML, or the path of the file.
    snapshot : int
        Position of the date and window in `.snapshots`.
    beside : mapping of str to table, optional
        Scores that stand in no indicator, by the name that the definition uses: a data frame or mapping with the
        columns child (pseudonyms), value, and where there are any lower, upper and status; or a pair of pseudonyms and
        what `instruments.score_forms` made of their forms, whose scales are NAME.scale. One row a child.
    interval : {'delta', 'monte_carlo', 'none'}
        How errors are carried to the index.
    draws, seed : int
        Of monte_carlo: draws a child, and which.

    Returns
    -------
    WellbeingIndex
        Index, domains and scores of every child on the roll; weights beside what they do. A child without evidence of
        presence is not_seen and has none; withheld says that consent keeps back what would be needed.

    Raises
    ------
    ValueError
        When the definition breaks a rule, an indicator is not there or runs the other way, a child has several rows
        where one is meant, forms were not checked for age, grade, informant, wording and recall, or no child of a table
        is known.

    Notes
    -----
    Cost: the columns of one snapshot, and a few passes over children times measures; times draws for monte_carlo.

    References
    ----------
    Data model, rules 9 to 12; OECD and JRC 2008; worked by hand and against a made-up city in the tests.
    """
    defined = definition if isinstance(definition, IndexDefinition) else define_index(_read(definition))
    where = indicators._known(snapshot)
    wanted = {one.indicator for domain in defined.domains for one in domain.measures}
    tables = _tables_beside(beside or {}, wanted)
    core = _core.compose(indicators._core, where, as_core(defined), tables, interval, draws, seed)
    known = set(core.children)
    for table in tables:
        if table["child"] and known and not known.intersection(table["child"]):
            raise refused("compose", f"no child of the table {table['name']!r} is on the roll; give pseudonyms, as "
                                     "Key.pseudonym('child', id) makes them")  # fmt: skip
    return WellbeingIndex(core, indicators, defined, where)


def _read(definition: str | Path | Mapping[str, Any]) -> str | Path | Mapping[str, Any]:
    """A text of one line that ends in .toml is the path of a file."""
    if isinstance(definition, str) and "\n" not in definition and definition.endswith(".toml"):
        return Path(definition)
    return definition
