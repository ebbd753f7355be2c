# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Recipients: what each role may be given, and whom a study names. A rule is data; here it is read and held."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from . import _core
from ._table import Table

FAMILIES = ("attendance", "academic", "screening")
_PLACES_OF = {"school": "schools", "class": "classes", "programme": "programmes", "caseload": "person"}
_NAME = re.compile(r"[^\W_][\w-]{0,63}")  # becomes the name of a folder


@dataclass(frozen=True)
class Role:
    """What one kind of recipient may be given."""

    name: str
    zh: str
    en: str
    scope: str
    columns: tuple[str, ...]
    families: tuple[str, ...]
    hidden: str
    care: bool
    sees_instruments: bool
    sees_counselling: bool
    expires_after_days: int
    current_days: int
    reason_zh: str
    reason_en: str
    source: str


@dataclass(frozen=True)
class Recipient:
    """Somebody who is given a list: a role with its places. It names no child."""

    name: str
    role: Role
    places: frozenset[str]  # schools, classes or programmes, as the scope is
    person: str = ""        # the pseudonym of whose caseload it is


@cache
def roles() -> dict[str, Role]:
    """The roles that ship, by name."""
    document = tomllib.loads(_core.rules("recipients"))
    return {name: role_of(name, given, columns_of(document)) for name, given in document["roles"].items()}


@cache
def columns() -> dict[str, dict[str, str]]:
    """Columns of a list in their order: both titles, and the table whose consent they hang on."""
    return columns_of(tomllib.loads(_core.rules("recipients")))


def columns_of(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return dict(document["columns"])


def role_of(name: str, given: Mapping[str, Any], known: Mapping[str, Any]) -> Role:
    """One role of the rules; ValueError where it permits what contradicts what it says of itself."""
    made = Role(name=name, **{"current_days": 0, **given,
                              "columns": tuple(given["columns"]), "families": tuple(given["families"])})
    listed = [column for column in known if column in made.columns]
    _need(list(made.columns) == listed, f"role {name!r} names columns that are unknown or out of order")
    _need(set(made.families) <= set(FAMILIES), f"role {name!r} names an unknown family of reasons")
    _need(made.scope in ("none", "study", *_PLACES_OF), f"role {name!r} has an unknown scope")
    _need(made.hidden in ("said", "left_out"), f"role {name!r}: hidden is said or left_out")
    shows_instruments = "screening" in made.families or "instrument" in made.columns
    _need(shows_instruments == made.sees_instruments, f"role {name!r} shows instruments and says otherwise, or the reverse")
    _need(not made.columns or made.expires_after_days > 0, f"role {name!r} has a list that never expires")
    _need((made.scope == "none") == (not made.columns), f"role {name!r} has columns and no children, or the reverse")
    _need((made.scope in ("programme", "caseload")) == (made.current_days > 0), f"role {name!r}: current_days goes with services")
    return made


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"childwell.recipients: {what}")


def recipients() -> Table:
    """What each kind of recipient may be given: one row a role and column, generated from the rules.

    When to use: to choose the role of a study's recipients, and to show a family or an auditor who sees what. Not a
    licence: what the rules permit may still be more than a study's own consents allow, which are held as well.

    Parameters
    ----------
    None.

    Returns
    -------
    Table
        role, its names role_zh and role_en, scope, column (empty for a role that is given no list), the table whose
        consent the column hangs on, families of reasons, instruments, answers, counselling and in_care (whether any of
        it can be seen), hidden (what becomes of a child listed by hidden reasons alone), expires_after_days, both
        reasons and the source.

    Raises
    ------
    Never.

    References
    ----------
    src/rules/recipients.toml; data model, rules 9 to 11 and 13, held by a test that writes them down on its own.
    """
    rows = [(role, column) for role in roles().values() for column in role.columns or ("",)]
    texts: dict[str, Callable[[Role, str], str]] = {
        "role": lambda role, column: role.name, "role_zh": lambda role, column: role.zh, "role_en": lambda role, column: role.en,
        "scope": lambda role, column: role.scope, "column": lambda role, column: column,
        "table": lambda role, column: columns()[column]["table"] if column else "",
        "families": lambda role, column: " ".join(role.families), "hidden": lambda role, column: role.hidden,
        "reason_zh": lambda role, column: role.reason_zh, "reason_en": lambda role, column: role.reason_en,
        "source": lambda role, column: role.source,
    }  # fmt: skip
    made: dict[str, Any] = {name: np.array([of(*row) for row in rows], dtype=object) for name, of in texts.items()}
    made["instruments"] = np.array([role.sees_instruments for role, _ in rows])
    made["answers"] = np.zeros(len(rows), dtype=bool)  # of nobody: no column of any list holds one
    made["counselling"] = np.array([role.sees_counselling for role, _ in rows])
    made["in_care"] = np.array([role.care for role, _ in rows])
    made["expires_after_days"] = np.array([role.expires_after_days for role, _ in rows], dtype=np.int64)
    return Table(made)


def recipient_of(name: Any, given: Any) -> Recipient:
    """One recipient of a study, checked: a known role, and the places that the role's scope asks for, and no other."""
    where = f"[recipients.{name}]"
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise ValueError("childwell: recipients: a name has letters, digits, - and _ only, at most 64, because a folder is named after it")
    if not isinstance(given, Mapping):
        raise ValueError(f"childwell: recipients: {where} is to be a table with a role and its places")
    role = _role(given.get("role"), where)
    needed = _PLACES_OF.get(role.scope)
    allowed = {"role", *([needed] if needed else [])}
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(str(key), allowed, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"a {role.name} has {', '.join(sorted(allowed))}"
            raise ValueError(f"childwell: recipients: {where} has the unknown key {key!r}; {hint}")
    if needed is None:
        return Recipient(name, role, frozenset())
    value = given.get(needed)
    if needed == "person":
        if not isinstance(value, str) or not value:
            raise ValueError(f"childwell: recipients: {where} lacks person, the provider whose caseload it is, as a text")
        return Recipient(name, role, frozenset(), value)
    if isinstance(value, str) or not isinstance(value, Sequence) or not value or not all(isinstance(one, str) and one for one in value):
        raise ValueError(f"childwell: recipients: {where} lacks {needed}: a list of codes; a {role.name} sees the children of those only")
    return Recipient(name, role, frozenset(value))


def _role(name: Any, where: str) -> Role:
    if name not in roles():
        near = difflib.get_close_matches(str(name), roles(), 3) or sorted(roles())
        said = "has no role" if name is None else f"has the unknown role {name!r}"
        raise ValueError(f"childwell: recipients: {where} {said}; did you mean {', '.join(near)}?")
    return roles()[name]


def readers(declared: Any) -> list[str]:
    """Who is given the report: a plain list as it stands; of recipients by role, those who are given no list."""
    if not isinstance(declared, Mapping):
        return list(declared or ())
    return [name for name, given in declared.items() if recipient_of(name, given).role.scope == "none"]


def is_listed(recipient: Recipient) -> bool:
    """Whether somebody is given a list of children; the safety officer is given a queue of its own."""
    return recipient.role.scope not in ("none", "study")


def is_officer(recipient: Recipient) -> bool:
    """Whether somebody is given the safety queue."""
    return recipient.role.scope == "study"


def declared_recipients(declared: Any) -> list[Recipient]:
    if not isinstance(declared, Mapping):
        return []
    return [recipient_of(name, given) for name, given in declared.items()]
