# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Rules of listing as they are written in TOML, into the fields that C++ checks. The build reads the shipped ones through it.

It imports nothing of the package, because it runs before there is one. Whether a condition may be a reason, and has what
it needs, is checked in C++; here only that every key is known and of its kind.
"""

from __future__ import annotations

import datetime
import difflib
import math
from collections.abc import Mapping
from typing import Any

_KEYS = {
    "indicator", "policy", "certainty", "false_alarms", "at_least", "papers", "norms", "bands", "validation", "country",
    "from", "source", "name",
}  # fmt: skip
_NEEDED = ("indicator", "country", "from", "source")


def rules_of(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every rule of a document, by name."""
    return {name: fields_of(name, given) for name, given in document.items() if name != "version"}


def fields_of(name: str, given: Any) -> dict[str, Any]:
    """One rule with every field that C++ has; ValueError at the first key not known or not of its kind."""
    where = f"rule {name!r}"
    _need(isinstance(given, Mapping), f"{where} is to be a table")
    for key in given:
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(_KEYS))}"
            raise ValueError(f"childwell.flag: {where} has the unknown key {key!r}{hint}")
    for key in _NEEDED:
        _need(key in given, f"{where} lacks {key}; a rule says its {', '.join(_NEEDED)} and what its condition needs")
    names = given.get("name", {"en": name, "zh": name})
    _need(isinstance(names, Mapping) and set(names) == {"en", "zh"} and all(isinstance(text, str) for text in names.values()),
          f"{where}: name is to have a text for zh and for en")
    return {
        "id": name,
        "indicator": _text(given["indicator"], f"{where}: indicator"),
        "policy": _text(given.get("policy", ""), f"{where}: policy"),
        "certainty": _number(given.get("certainty", math.nan), f"{where}: certainty"),
        "false_alarms": _number(given.get("false_alarms", math.nan), f"{where}: false_alarms"),
        "at_least": _share(given["at_least"], f"{where}: at_least") if "at_least" in given else (0, 0),
        "papers": _whole(given.get("papers", 0), f"{where}: papers"),
        "norms": _text(given.get("norms", ""), f"{where}: norms"),
        "bands": _texts(given.get("bands", []), f"{where}: bands"),
        "validation": _text(given.get("validation", ""), f"{where}: validation"),
        "country": _text(given["country"], f"{where}: country"),
        "from": _day(given["from"], f"{where}: from"),
        "source": _text(given["source"], f"{where}: source"),
        "name_en": names["en"],
        "name_zh": names["zh"],
    }


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"childwell.flag: {what}")


def _text(value: Any, where: str) -> str:
    _need(isinstance(value, str), f"{where} is to be a text")
    return str(value)


def _texts(value: Any, where: str) -> list[str]:
    _need(isinstance(value, list | tuple), f"{where} is to be a list of texts")
    return [_text(one, where) for one in value]


def _number(value: Any, where: str) -> float:
    _need(isinstance(value, int | float) and not isinstance(value, bool), f"{where} is to be a number")
    return float(value)


def _whole(value: Any, where: str) -> int:
    _need(type(value) is int, f"{where} is to be a whole number")
    return int(value)


def _share(value: Any, where: str) -> tuple[int, int]:
    fine = isinstance(value, list | tuple) and len(value) == 2 and all(type(one) is int for one in value)
    _need(fine and 0 <= value[0] <= value[1] and value[1] > 0, f"{where} is to be a share as two whole numbers, such as [1, 10]")
    return int(value[0]), int(value[1])


def _day(value: Any, where: str) -> str:
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            value = None
    _need(isinstance(value, datetime.date) and not isinstance(value, datetime.datetime), f"{where} is to be a date, YYYY-MM-DD")
    return str(value.isoformat())
