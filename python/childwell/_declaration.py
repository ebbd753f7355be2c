# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The door of a study file: every key is known and of its kind, or the file is refused with the mend."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from . import _core
from ._recipients import declared_recipients

_TABLE_KEYS = {"file", "database", "table", "select", "columns", "codes", "null_tokens"}
_POLICY_TEXTS = {"kind", "country", "source"}
_SHARES = {"chronic", "severe", "absent_day_fraction", "pass", "core_pass"}
_ID_FORMATS = ("citizen", "student_number")


def check_declaration(document: Mapping[str, Any], file: str) -> None:
    """Raise ValueError at the first thing of a study file that is not known or not of its kind."""
    known_keys(document, {*_KINDS, "origins", "policy", "tables", "flags"}, file)
    for name, value in document.items():
        if name in _KINDS:
            wanted, fits = _KINDS[name]
            _require(fits(value), f"{name} is to be {wanted}")
    for group, date in _mapping(document.get("origins", {}), "[origins]").items():
        _require(_is_day(date), f"[origins]: {group!r} is to be a date, YYYY-MM-DD")
    for name, rule in _mapping(document.get("policy", {}), "[policy]").items():
        _check_policy(name, rule)
    declared_recipients(document.get("recipients"))
    _check_flags(document.get("flags"), document.get("recipients"))
    for name, source in _mapping(document.get("tables", {}), "[tables]").items():
        _check_table(name, source)
    for name in document.get("lag_days", {}):
        known_keys([name], set(_schemas()), "lag_days", "table")


def known_keys(names: Iterable[str], allowed: set[str], where: str, what: str = "key") -> None:
    """Raise ValueError at the first name that is not allowed, saying which one may be meant."""
    for name in names:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; allowed are {', '.join(sorted(allowed))}"
            raise ValueError(f"childwell: study: {where} has the unknown {what} {name!r}{hint}")


def _check_table(name: str, source: Any) -> None:
    known_keys([name], set(_schemas()), "[tables]", "table")
    where = f"[tables.{name}]"
    known_keys(_mapping(source, where), _TABLE_KEYS, where)
    for key in ("file", "database", "table", "select"):
        _require(isinstance(source.get(key, ""), str), f"{where}: {key} is to be a text")
    _require(_texts(source.get("null_tokens", [])), f"{where}: null_tokens is to be a list of texts")
    columns = set(_schemas()[name]["columns"])
    named = _mapping(source.get("columns", {}), f"{where}: columns")
    known_keys(named, columns, f"{where}: columns", "column")
    _require(_texts(list(named.values())), f"{where}: columns is to name a column of the file for each of the table's")
    for column, words in _mapping(source.get("codes", {}), f"{where}: codes").items():
        known_keys([column], columns, f"{where}: codes", "column")
        _require(_texts(list(_mapping(words, f"[tables.{name}.codes.{column}]").values())),
                 f"[tables.{name}.codes.{column}] is to give a word, in quotation marks, for each code")


def _check_flags(given: Any, recipients: Any) -> None:
    """Rules of listing and what goes with them; without them nobody is given a list, and somebody may wait for one."""
    if given is None:
        waiting = [one.name for one in declared_recipients(recipients) if one.role.scope not in ("none", "study")]
        _require(not waiting, f"[recipients.{waiting[0] if waiting else ''}] is given a list, and there is no [flags] with rules to make it by")
        return
    where = "[flags]"
    known_keys(_mapping(given, where), {"rules", "rule", "capacity", "ties", "seed", "follow_up_days"}, where)
    _require(_texts(given.get("rules")) and bool(given["rules"]), f"{where}: rules is to be a list of names of rules, such as [\"chronic_us\"]")
    _mapping(given.get("rule", {}), f"{where}: rule")
    capacity = given.get("capacity", 0)
    numbers = list(capacity.values()) if isinstance(capacity, Mapping) else [capacity]
    _require(all(_whole(one) and one >= 0 for one in numbers), f"{where}: capacity is to be a whole number, 0 or more, or one for each school")
    _require(given.get("ties", "include") in ("include", "exclude", "draw"), f"{where}: ties is to be include, exclude or draw")
    _require(_whole(given.get("seed", 1)), f"{where}: seed is to be a whole number")
    from ._worklist import checked_follow_up_days

    checked_follow_up_days(_mapping(given.get("follow_up_days", {}), f"{where}: follow_up_days"))


def _check_policy(name: str, rule: Any) -> None:
    where = f"[policy.{name}]"
    _mapping(rule, where)
    kinds = _policy_kinds()
    _require("kind" in rule, f"{where} says no kind; kinds are {', '.join(sorted(kinds))}")
    _require(isinstance(rule["kind"], str), f"{where}: kind is to be a text")
    known_keys([rule["kind"]], set(kinds), where, "kind")
    _require(name not in _shipped(), f"{where} has the name of a rule that ships with childwell; choose another name")
    parameters, always = kinds[rule["kind"]]
    known_keys(rule, {*parameters, *_POLICY_TEXTS, "from", "name"}, where)
    said = f"a rule of a study says its country, from, source and {', '.join(sorted(always)) or ' or '.join(sorted(parameters))}"
    # A rule is named, dated and sourced, or a reader cannot judge it.
    for key in ("country", "from", "source", *sorted(always)):
        _require(key in rule, f"{where} lacks {key!r}; {said}")
    _require(any(key in rule for key in parameters), f"{where} lacks what it judges by; {said}")
    for key in _POLICY_TEXTS:
        _require(isinstance(rule[key], str) and rule[key] != "", f"{where}: {key} is to be a text")
    _require(_is_day(rule["from"]), f"{where}: from is to be a date, YYYY-MM-DD")
    title = rule.get("name", {"zh": "", "en": ""})
    _require(isinstance(title, Mapping) and set(title) == {"zh", "en"} and _texts(list(title.values())),
             f"{where}: name is to have a text for zh and for en")
    for key, shipped in parameters.items():
        if key in rule:
            _check_parameter(rule[key], shipped, key in _SHARES, f"{where}: {key}")


def _check_parameter(value: Any, shipped: Any, is_share: bool, where: str) -> None:
    """A parameter has the form of the one that ships: a share, a list of texts or of whole numbers, a text, a whole number."""
    if is_share:
        _require(isinstance(value, list) and len(value) == 2 and all(map(_whole, value)) and 0 <= value[0] <= value[1]
                 and value[1] > 0, f"{where} is to be a share as two whole numbers, such as [1, 10]")
    elif isinstance(shipped, list) and all(isinstance(one, str) for one in shipped):
        _require(_texts(value) and len(value) > 0, f"{where} is to be a list of texts")
    elif isinstance(shipped, list):
        _require(isinstance(value, list) and len(value) > 0 and all(_whole(one) and one >= 0 for one in value),
                 f"{where} is to be a list of whole numbers, 0 or more")
    elif isinstance(shipped, str):
        _require(isinstance(value, str) and value != "", f"{where} is to be a text")
    else:
        _require(_whole(value) and value >= 0, f"{where} is to be a whole number, 0 or more")


def _require(fine: bool, what: str) -> None:
    if not fine:
        raise ValueError(f"childwell: study: {what}")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    _require(isinstance(value, Mapping), f"{where} is to be a table of keys and values")
    made: Mapping[str, Any] = value
    return made


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return type(value) is int


def _is_day(value: Any) -> bool:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return True
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None and _exists(value)


def _exists(day: str) -> bool:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _lags(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_whole(days) and days >= 0 for days in value.values())


def _id_format(value: Any) -> bool:
    width = isinstance(value, Mapping) and set(value) == {"width"} and _whole(value["width"]) and value["width"] > 0
    return value in _ID_FORMATS or width


_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "title": ("a text", _text),
    "purpose": ("a text", _text),
    "audience": ("a text", _text),
    "recipients": ("a list of texts, or a table [recipients.NAME] for each", lambda value: _texts(value) or isinstance(value, Mapping)),
    "policies": ("a list of names of policies", _texts),
    "windows": ("a list of windows, such as [\"year_to_date\"]", lambda value: _texts(value) and bool(value)),
    "families": ("a list of families on request, such as [\"trend\", \"outlook\"]", _texts),
    "baseline": ("a date, YYYY-MM-DD", _is_day),
    "false_alarms": ("a number above 0", lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value > 0),
    "levels": ("a list of levels, such as [\"city\", \"school\"]", lambda value: _texts(value) and bool(value)),
    "unit": ("\"child\" or \"enrolment\"", lambda value: value in ("child", "enrolment")),
    "official_roll": ("a whole number of children", lambda value: _whole(value) and value >= 0),
    "registers": ("\"full\" or \"by_exception\"", lambda value: value in ("full", "by_exception")),
    "parents_asked_from": ("a date, YYYY-MM-DD", _is_day),
    "received_on": ("a date, YYYY-MM-DD", _is_day),
    "utc_offset_minutes": ("a whole number of minutes", lambda value: _whole(value) and abs(value) <= 14 * 60),
    "id_format": ("\"citizen\", \"student_number\" or { width = 10 }", _id_format),
    "date_formats": ("a list of forms, such as [\"compact\"]", _texts),
    "lag_days": ("whole numbers of days by table, such as { attendance = 1 }", _lags),
    "made_up": ("true or false", lambda value: isinstance(value, bool)),
    "instruments": ("a list of files beside the study file, such as [\"ours.toml\"]", _texts),
}


@cache
def _schemas() -> dict[str, Any]:
    tables = {name: table for name, table in tomllib.loads(_core.rules("schemas")).items() if name != "version"}
    for table in tables.values():
        for prefix, (kind, last) in table.get("numbered", {}).items():
            table["columns"] |= {f"{prefix}{number}": kind for number in range(1, last + 1)}
    return tables


@cache
def _shipped() -> dict[str, Any]:
    return {name: rule for name, rule in tomllib.loads(_core.rules("policies")).items() if name != "version"}


@cache
def _policy_kinds() -> dict[str, tuple[dict[str, Any], set[str]]]:
    """The parameters of each kind of policy, with the value of one that ships, and those that every one that ships has."""
    kinds: dict[str, tuple[dict[str, Any], set[str]]] = {}
    for rule in _shipped().values():
        own = {key: value for key, value in rule.items() if key not in {*_POLICY_TEXTS, "from", "name"}}
        parameters, always = kinds.get(rule["kind"], ({}, set(own)))
        kinds[rule["kind"]] = (parameters | own, always & set(own))
    return kinds
