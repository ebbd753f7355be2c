# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The door of the report: what is not an aggregate does not pass, and text is made harmless to look at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

SCHEMA = "childwell.report/3"
LEVELS = ("province", "city", "county", "township", "village", "site", "school", "teaching_point", "class")

_CHILD_KEYS = frozenset({
    "child", "child_id", "student", "student_id", "pupil", "pseudonym", "person", "person_id", "guardian", "household",
    "birth_month", "birth_date", "id_number", "phone", "address", "answers", "items",
})
_PSEUDONYM = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")
_CITIZEN_NUMBER = re.compile(r"(?<![0-9A-Za-z])[A-Z]?(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9A-Za-z])")
_VALUES = ("value", "lower", "upper", "sampling_lower", "sampling_upper", "pooled", "pooled_lower", "pooled_upper", "n", "n_expected",
           "n_observed", "in_class")
_COUNTS = ("value", "of", "cannot_tell", "median", "lower", "upper", "children", "referrals", "over")
_LISTS = ("recipients", "policies", "registers", "figures", "groups", "measures", "limits", "missing_tables",
          "assumptions", "sections", "due", "rules")
_LISTS_OR_NOTHING = ("screening", "waits", "days", "weeks", "classes")
_MAPPINGS = ("roll", "ledger", "provenance")
_DEEPEST = 12
_FORMULA = "=+-@|%\t\r\n＝＋－＠"


def checked_model(model: Mapping[str, Any]) -> dict[str, Any]:
    """A cleaned copy of a report model, or a ValueError that names the place and never shows the value."""
    if not isinstance(model, Mapping):
        raise ValueError(f"childwell: a report model is a mapping, not {type(model).__name__}")
    if model.get("schema") != SCHEMA:
        raise ValueError(f"childwell: this renders report models of the schema {SCHEMA}; make the report again with "
                         "this version of childwell")
    clean: dict[str, Any] = _clean(model, "model", 0)
    _refuse_children(clean, "model", in_provenance=False)
    for key in _LISTS:
        if not isinstance(clean.setdefault(key, []), list):
            raise ValueError(f"childwell: model.{key} is to be a list")
    for key in _MAPPINGS:
        if not isinstance(clean.setdefault(key, {}), dict):
            raise ValueError(f"childwell: model.{key} is to be a mapping")
    for key in _LISTS_OR_NOTHING:
        if not isinstance(clean.setdefault(key, None), (list, type(None))):
            raise ValueError(f"childwell: model.{key} is to be a list, or null where there is nothing of it")
    forms = [{"level": row.get("level"), **row[name]} for row in clean["screening"] or [] for name in ("response", "coverage")]
    for number, row in enumerate([*clean["figures"], *clean["groups"], *clean["registers"], *forms,
                                  *(row for name in ("days", "weeks", "classes") for row in clean[name] or [])]):
        _check_row(row, number)
    for number, row in enumerate([*clean["due"], *(clean["waits"] or [])]):
        if row.get("status") == "hidden" and any(row.get(key) is not None for key in _COUNTS):
            raise ValueError(f"childwell: count {number} of the report model is hidden and still holds a number")
    return clean


def _check_row(row: dict[str, Any], number: int) -> None:
    if row.get("level") not in LEVELS:
        raise ValueError(f"childwell: row {number} of the report model is of no known level; levels are "
                         f"{', '.join(LEVELS)}")
    if row.get("status") == "hidden" and any(row.get(key) for key in _VALUES):
        raise ValueError(f"childwell: row {number} of the report model is hidden and still holds a number; a hidden "
                         "cell hides its n and interval too")


def _refuse_children(part: Any, where: str, *, in_provenance: bool) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if key.lower() in _CHILD_KEYS or _names_a_child(key, in_provenance):
                raise ValueError(f"childwell: {where} holds a key of a single child; report.html holds aggregates only")
            _refuse_children(value, f"{where}.{key}", in_provenance=in_provenance or key == "provenance")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            _refuse_children(value, f"{where}[{number}]", in_provenance=in_provenance)
    elif isinstance(part, str) and _names_a_child(part, in_provenance):
        raise ValueError(f"childwell: {where} looks like the identifier of a child; report.html holds aggregates only")


def _names_a_child(text: str, in_provenance: bool) -> bool:
    # Checksums and the key's id have the shape of a pseudonym, and stand in provenance alone.
    return bool(_CITIZEN_NUMBER.search(text)) or (not in_provenance and bool(_PSEUDONYM.search(text)))


def _clean(part: Any, where: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError(f"childwell: {where} is nested too deeply for a report model")
    if isinstance(part, Mapping):
        return {visible_text(str(key)): _clean(value, where, depth + 1) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_clean(value, where, depth + 1) for value in part]
    if isinstance(part, str):
        return visible_text(part)
    if part is None or isinstance(part, (bool, int, float)):
        return part
    raise ValueError(f"childwell: {where} holds a {type(part).__name__}; a report model holds JSON values only")


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before whatever would begin one."""
    begins = text.lstrip(" \u3000\u00a0\ufeff\u200b")
    return f"'{text}" if begins[:1] and begins[0] in _FORMULA else text


def visible_text(text: str) -> str:
    """Text without control characters, lone surrogates or direction marks, which could steer a terminal or a line."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in "\n\r\t":
        return " "
    category = unicodedata.category(character)
    if ord(character) & 0xFFFE == 0xFFFE:
        return "\ufffd"  # no character at all, and a file of XML that holds one does not open
    if category == "Cf":
        return ""
    # Private-use characters stay: they are rare characters of names from old police systems.
    return "\ufffd" if category in ("Cc", "Cs", "Zl", "Zp") else character
