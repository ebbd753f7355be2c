# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The made-up city as a mapping of tables, and its files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from childwell._table import Table

from ._mechanisms import Mechanisms
from ._truth import Truth

__all__ = ["City"]

_POLICIES = (
    "us_edfacts_chronic",
    "england_persistent",
    "cn_dropout_control_local_3",
    "not_seen_10_sessions",
    "cn_pass_60",
    "help_30_days",
    "visit_each_90_days",
    "small_cells_10",
)


_FLAGS: dict[str, Any] = {
    "rules": ["unexplained_3_days_local", "chronic_us", "two_papers_failed_cn"],
    "capacity": 20,
    "ties": "draw",
    "follow_up_days": {"not_seen": 1, "needs_look": 10, "not_enough_data": 5},
}


class City(Mapping[str, Table]):
    """The tables of a made-up city, by name, with what a study of them needs.

    Use it for tests, teaching and benchmarks. Not for conclusions about children: nobody in it exists, and its rates
    are the generator's constants.

    Parameters
    ----------
    tables : mapping of str to Table
        Named and shaped as in the data model; missing values as in `Table`.
    codes : mapping of str to mapping of str to str
        For `"table.column"`, the map from the codes that schools write to the words of the schema.
    children : int
        Number of children made.
    seed : int
        The seed they were made from.
    as_of : str
        The last day of the records, ISO date.
    parents_asked_from : str
        The first day on which schools reported whose parents are away, ISO date.
    mechanisms : Mechanisms
        What is at work in the city and how strongly; `.mechanisms.table()` shows it.
    truth : callable
        Makes the truth when it is first asked for.
    unread : callable
        Makes the tables that this version of childwell does not read, when they are first asked for.

    Returns
    -------
    City
        A read-only mapping; `.made_up` is always True, `.policies` names policies that fit the tables, `.truth` is
        what really happened, in an object of its own, and `.unread` the tables of the data model that `admit` does
        not take yet: help, screening, people and money.

    Raises
    ------
    KeyError
        When a table is asked for that the city does not have.

    Notes
    -----
    Cost: none; `write` costs one pass over every table. `repr` shows counts only.

    References
    ----------
    childwell data model, tables and rule 16; every table checked against the schemas embedded in the core.
    """

    made_up = True
    purpose = "term_review"

    def __init__(
        self,
        tables: Mapping[str, Table],
        *,
        codes: Mapping[str, Mapping[str, str]],
        children: int,
        seed: int,
        as_of: str,
        parents_asked_from: str,
        mechanisms: Mechanisms,
        truth: Callable[[], Truth],
        unread: Callable[[], Mapping[str, Table]],
    ) -> None:
        self.tables = dict(tables)
        self.codes = {column: dict(words) for column, words in codes.items()}
        self.children = children
        self.seed = seed
        self.as_of = as_of
        self.parents_asked_from = parents_asked_from
        self.mechanisms = mechanisms
        self.policies = list(_POLICIES)
        self._make_truth = truth
        self._make_unread = unread

    @property
    def flags(self) -> dict[str, Any]:
        """Rules of listing that fit the tables, and the places of each school."""
        return {**_FLAGS, "rules": list(_FLAGS["rules"]), "follow_up_days": dict(_FLAGS["follow_up_days"])}

    @cached_property
    def recipients(self) -> dict[str, dict[str, Any]]:
        """Who is given what: the largest school's head and counsellor, its first class's teacher, a programme's coordinator."""
        given: dict[str, dict[str, Any]] = {"institute": {"role": "researcher"}}
        if "enrolment" not in self.tables:  # a piece of a city
            return given
        enrolled = Counter(text for text in self.tables["enrolment"]["school"] if text)
        school = min(enrolled, key=lambda text: (-enrolled[text], text))
        classes = self.tables["enrolment"]["class"][self.tables["enrolment"]["school"] == school]
        given |= {
            "head": {"role": "head_teacher", "schools": [school]},
            "class": {"role": "class_teacher", "classes": [min(text for text in set(classes) if text)]},
            "counsellor": {"role": "counsellor", "schools": [school]},
            "officer": {"role": "safety_officer"},
        }
        programmes = sorted({text for text in self.tables["services"]["programme"] if text}) if "services" in self.tables else []
        if programmes:
            given["volunteers"] = {"role": "volunteer_coordinator", "programmes": programmes[:1]}
        return given

    @cached_property
    def truth(self) -> Truth:
        """What really happened, made when it is first asked for; no other code of the library reads it."""
        return self._make_truth()

    @cached_property
    def unread(self) -> dict[str, Table]:
        """Tables of the data model that `admit` does not take yet, made when they are first asked for."""
        return dict(self._make_unread())

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        rows = sum(len(table) for table in self.tables.values())
        return (
            f"made-up city: {self.children} children, {len(self.tables)} tables, {rows} rows, "
            f"up to {self.as_of}, seed {self.seed}"
        )

    def study(self) -> dict[str, Any]:
        """Options of `admit` that read these tables: purpose, code maps, declared lag, since when parents were asked about."""
        return {"purpose": self.purpose, "codes": self.codes, "lag_days": {"attendance": 0},
                "parents_asked_from": self.parents_asked_from}

    def write(self, directory: str | Path) -> Path:
        """Write one Parquet file a table and `study.toml`; returns the path of the study file (needs pyarrow)."""
        import pyarrow.parquet

        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            pyarrow.parquet.write_table(table.to_arrow(), folder / f"{name}.parquet", row_group_size=1 << 20)
        return self.write_study(folder, list(self.tables))

    def write_study(self, folder: Path, tables: list[str]) -> Path:
        """Write `study.toml` for tables that lie beside it; returns its path."""
        study = folder / "study.toml"
        study.write_text(self._study_toml(tables), encoding="utf-8")
        return study

    def _study_toml(self, tables: list[str]) -> str:
        lines = [
            "# A made-up city: nobody in these files exists.",
            f"# children = {self.children}, seed = {self.seed}, as of {self.as_of}",
            f'title = "Made-up city"\nmade_up = true\npurpose = {_quoted(self.purpose)}',
            'levels = ["city", "county", "township", "school"]',
            f"parents_asked_from = {self.parents_asked_from}",
            f"policies = [{', '.join(map(_quoted, self.policies))}]",
        ]
        lines.append("\n[flags]")
        for name, value in self.flags.items():
            lines.append(f"{name} = {_toml(value)}")
        for name, given in self.recipients.items():
            lines.append(f"\n[recipients.{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in given.items()]
        for name in tables:
            lines.append(f'\n[tables.{name}]\nfile = "{name}.parquet"')
            for column, words in self.codes.items():
                if column.split(".")[0] == name:
                    lines.append(f"[tables.{name}.codes.{column.split('.')[1]}]")
                    lines += [f"{_quoted(code)} = {_quoted(word)}" for code, word in words.items()]
        return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
