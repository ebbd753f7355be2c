# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""An instrument as it is written in TOML, into the fields that C++ checks. The build reads the shipped ones through it.

It imports nothing of the package, because it runs before there is one. What fits together is checked in C++; here only
that every key is known and of its kind.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

_INSTRUMENT = {
    "name", "licence", "items", "range", "whole", "reversed", "recode", "informants", "grades", "translations",
    "recall_days", "safety", "validity", "void_from", "scales", "partition", "unused", "norms", "sources", "unverified",
    "conflicts",
}  # fmt: skip
_SCALE = {"items", "scales", "kind", "factor", "answered", "rounding", "step", "high_is_good", "unverified", "source"}
_NORM = {"country", "informants", "ages", "limits", "bands", "source"}
_SOURCES = {"items", "licence", "ages", "grades", "recall", "translation", "safety", "validity"}
_KINDS = ("sum", "mean")
_ROUNDINGS = ("none", "half_up")
_LIMITS = ("upper", "lower")


def instruments_of(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every instrument of a document, by name."""
    return {name: fields_of(name, given) for name, given in document.items() if name != "version"}


def fields_of(name: str, given: Any) -> dict[str, Any]:
    """One instrument with every field that C++ has; ValueError at the first key not known or not of its kind."""
    where = f"instrument {name!r}"
    _known(_mapping(given, where), _INSTRUMENT, where)
    for key in ("licence", "items", "range", "informants", "scales", "sources"):
        _need(key in given, f"{where} lacks {key}")
    words = _mapping(given.get("name", {}), f"{where}: name")
    _known(words, {"en", "zh"}, f"{where}: name")
    lowest, highest = _pair(given["range"], f"{where}: range")
    sources = _mapping(given["sources"], f"{where}: sources")
    _known(sources, _SOURCES, f"{where}: sources")
    grades = _whole_list(given.get("grades", []), f"{where}: grades")
    _need(len(grades) in (0, 2), f"{where}: grades is to be [from, to] or []")
    return {
        "name": name,
        "name_en": _text(words.get("en", name), f"{where}: name.en"),
        "name_zh": _text(words.get("zh", name), f"{where}: name.zh"),
        "licence": _text(given["licence"], f"{where}: licence"),
        "items": _whole(given["items"], f"{where}: items"),
        "minimum": lowest,
        "maximum": highest,
        "whole": _flag(given.get("whole", True), f"{where}: whole"),
        "reversed": _positions(given.get("reversed", []), f"{where}: reversed"),
        "recode": _number_list(given.get("recode", []), f"{where}: recode"),
        "informants": _informants(given["informants"], where),
        "grade_from": grades[0] if grades else 0,
        "grade_to": grades[1] if grades else 0,
        "translations": _text_list(given.get("translations", []), f"{where}: translations"),
        "recall_days": _whole_list(given.get("recall_days", []), f"{where}: recall_days"),
        "safety": [_safety(one, where) for one in _list(given.get("safety", []), f"{where}: safety")],
        "validity": _text(given.get("validity", ""), f"{where}: validity"),
        "void_from": _number(given.get("void_from", math.inf), f"{where}: void_from"),
        "scales": [_scale(key, one, where) for key, one in _mapping(given["scales"], f"{where}: scales").items()],
        "partition": _text_list(given.get("partition", []), f"{where}: partition"),
        "unused": _positions(given.get("unused", []), f"{where}: unused"),
        "norms": [_norm(key, one, where) for key, one in _mapping(given.get("norms", {}), f"{where}: norms").items()],
        "sources": [(part, _text(text, f"{where}: sources.{part}")) for part, text in sources.items()],
        "unverified": _text_list(given.get("unverified", []), f"{where}: unverified"),
        "conflicts": _text_list(given.get("conflicts", []), f"{where}: conflicts"),
    }


def _informants(given: Any, where: str) -> list[tuple[str, float, float]]:
    made = []
    for name, ages in _mapping(given, f"{where}: informants").items():
        known = _number_list(ages, f"{where}: informants.{name}")
        _need(len(known) in (0, 2), f"{where}: informants.{name} is to be ages [from, to], or [] for any")
        made.append((name, *(known or (math.nan, math.nan))))
    return made


def _safety(given: Any, where: str) -> tuple[int, float]:
    one = _mapping(given, f"{where}: safety")
    _known(one, {"item", "from"}, f"{where}: safety")
    _need("item" in one, f"{where}: safety lacks item")
    return _whole(one["item"], f"{where}: safety.item"), _number(one.get("from", 1), f"{where}: safety.from")


def _scale(name: str, given: Any, instrument: str) -> dict[str, Any]:
    where = f"{instrument}: scale {name!r}"
    _known(_mapping(given, where), _SCALE, where)
    kind, rounding = given.get("kind", "sum"), given.get("rounding", "none")
    _need(kind in _KINDS, f"{where}: kind is one of {', '.join(_KINDS)}")
    _need(rounding in _ROUNDINGS, f"{where}: rounding is one of {', '.join(_ROUNDINGS)}")
    return {
        "name": name,
        "kind": kind,
        "items": _positions(given.get("items", []), f"{where}: items"),
        "scales": _text_list(given.get("scales", []), f"{where}: scales"),
        "factor": _number(given.get("factor", 1), f"{where}: factor"),
        "answered": _whole(given.get("answered", 0), f"{where}: answered"),
        "rounding": rounding,
        "step": _number(given.get("step", 1), f"{where}: step"),
        "high_is_good": _flag(given.get("high_is_good", False), f"{where}: high_is_good"),
        "unverified": _flag(given.get("unverified", False), f"{where}: unverified"),
        "source": _text(given.get("source", ""), f"{where}: source"),
    }


def _norm(name: str, given: Any, instrument: str) -> dict[str, Any]:
    where = f"{instrument}: norm {name!r}"
    _known(_mapping(given, where), _NORM, where)
    ages = _number_list(given.get("ages", []), f"{where}: ages")
    _need(len(ages) in (0, 2), f"{where}: ages is to be [from, to] or []")
    limits = given.get("limits", "upper")
    _need(limits in _LIMITS, f"{where}: limits is one of {', '.join(_LIMITS)}")
    tables = []
    for scale, bands in _mapping(given.get("bands", {}), f"{where}: bands").items():
        here = f"{where}: bands.{scale}"
        made = []
        for band in _list(bands, here):
            _need(isinstance(band, list | tuple) and len(band) == 3, f"{here} is to hold [from, to, word]")
            made.append((_number(band[0], here), _number(band[1], here), _text(band[2], here)))
        tables.append({"scale": scale, "bands": made})
    return {
        "name": name,
        "country": _text(given.get("country", ""), f"{where}: country"),
        "informants": _text_list(given.get("informants", []), f"{where}: informants"),
        "age_from": ages[0] if ages else math.nan,
        "age_to": ages[1] if ages else math.nan,
        "limit_in_upper": limits == "upper",
        "tables": tables,
        "source": _text(given.get("source", ""), f"{where}: source"),
    }


# ---- kinds -----------------------------------------------------------------------------------------------------------


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"childwell.define_instrument: {what}")


def _known(names: Iterable[str], allowed: set[str], where: str) -> None:
    for name in names:
        if name not in allowed:
            near = difflib.get_close_matches(name, allowed, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(allowed))}"
            raise ValueError(f"childwell.define_instrument: {where} has the unknown key {name!r}{hint}")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    _need(isinstance(value, Mapping), f"{where} is to be a table")
    made: Mapping[str, Any] = value
    return made


def _list(value: Any, where: str) -> list[Any]:
    _need(isinstance(value, list | tuple), f"{where} is to be a list")
    return list(value)


def _text(value: Any, where: str) -> str:
    _need(isinstance(value, str), f"{where} is to be a text")
    return str(value)


def _flag(value: Any, where: str) -> bool:
    _need(isinstance(value, bool), f"{where} is to be true or false")
    return bool(value)


def _number(value: Any, where: str) -> float:
    _need(isinstance(value, int | float) and not isinstance(value, bool), f"{where} is to be a number")
    return float(value)


def _whole(value: Any, where: str) -> int:
    _need(isinstance(value, int) and not isinstance(value, bool), f"{where} is to be a whole number")
    return int(value)


def _number_list(value: Any, where: str) -> list[float]:
    return [_number(one, where) for one in _list(value, where)]


def _whole_list(value: Any, where: str) -> list[int]:
    return [_whole(one, where) for one in _list(value, where)]


def _text_list(value: Any, where: str) -> list[str]:
    return [_text(one, where) for one in _list(value, where)]


def _pair(value: Any, where: str) -> tuple[float, float]:
    pair = _number_list(value, where)
    _need(len(pair) == 2, f"{where} is to be [lowest, highest]")
    return pair[0], pair[1]


def _positions(value: Any, where: str) -> list[int]:
    """Positions as a list, or as a text such as "1-15, 20"."""
    if not isinstance(value, str):
        return _whole_list(value, where)
    made: list[int] = []
    for part in value.split(","):
        first, _, last = part.strip().partition("-")
        is_range = first.isascii() and first.isdecimal() and (not last or last.isascii() and last.isdecimal())
        _need(is_range, f"{where} is to be positions such as '1-15, 20'")
        made += range(int(first), int(last or first) + 1)
    return made
