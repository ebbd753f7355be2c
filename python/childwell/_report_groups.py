# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What a report of groups is made of: its sections, what each measure takes, and why one is not there."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from . import _core

OTHER = "other"  # the section of families that none of the others names
IDENTITY = ("measure", "policy", "exam", "subject")


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(_core.rules("groups"))


def needs() -> dict[str, dict[str, Any]]:
    """What each measure takes, in the order of the page."""
    made: dict[str, dict[str, Any]] = _document()["measure"]
    return made


def family(measure: str) -> str:
    return measure.partition(".")[0]


def section_of(measure: str) -> str:
    """The section of a measure; one whose family no section names is with the others, and never lost."""
    return next((name for name, section in _document()["section"].items() if family(measure) in section["families"]), OTHER)


def families_of(tables: Collection[str]) -> list[str]:
    """Families that `measure` is to be asked for, so that a report has every group that these tables can give."""
    asked = [entry["request"] for entry in needs().values()
             if "request" in entry and all(table in tables for table in entry["tables"])]
    return list(dict.fromkeys(asked))


def in_order(measures: Iterable[str]) -> list[str]:
    """Measures in the order of the page; those that it does not know come last, by name."""
    place = {name: number for number, name in enumerate(needs())}
    return sorted(set(measures), key=lambda name: (place.get(name, len(place)), name))


def sections(rows: Sequence[Mapping[str, Any]], *, tables: Collection[str], asked: Collection[str],
             policies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every section: what it holds, by enumeration of the rows, and each known measure that it lacks, with the reason.

    Reasons: no_table (the study has no such table), not_measured (the table is there, and the family was not asked for),
    not_grouped (the step that makes it was not grouped with the indicators), no_policy (nothing says how to judge it) and
    nobody (nobody is asked about).
    """
    found: dict[tuple[str, ...], None] = dict.fromkeys(
        tuple(str(row.get(key) or "") for key in IDENTITY) for row in rows if row.get("hierarchy") != "totals")
    there = {identity[0] for identity in found} | {row["measure"] for row in rows}
    order = {name: number for number, name in enumerate(in_order(there))}
    made = []
    for name in [*_document()["section"], OTHER]:
        inside = sorted((identity for identity in found if section_of(identity[0]) == name),
                        key=lambda identity: (order[identity[0]], identity))
        absent = [{"measure": measure, **_lacks(entry, tables, asked, policies)} for measure, entry in needs().items()
                  if section_of(measure) == name and measure not in there]
        if inside or absent:
            made.append({"id": name, "measures": [dict(zip(IDENTITY, identity, strict=True)) for identity in inside],
                         "absent": absent})
    return made


def _lacks(entry: Mapping[str, Any], tables: Collection[str], asked: Collection[str],
           policies: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    if "made_by" in entry:
        return {"reason": "not_grouped", "what": entry["made_by"]}
    for table in entry["tables"]:
        if table not in tables:
            return {"reason": "no_table", "what": table}
    if "request" in entry and entry["request"] not in asked:
        return {"reason": "not_measured", "what": entry["request"]}
    if "policy" in entry and entry["policy"] not in {policy["kind"] for policy in policies}:
        return {"reason": "no_policy", "what": entry["policy"]}
    return {"reason": "nobody", "what": ""}
