# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Any result as named arrays and words, so that two results can be compared field by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Answer = dict[str, Any]


def _fields(made: Any, path: str) -> Iterator[tuple[str, Any]]:
    if hasattr(made, "as_dict"):
        made = made.as_dict()
    elif dataclasses.is_dataclass(made) and not isinstance(made, type):
        made = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    elif hasattr(made, "to_dict") and hasattr(made, "columns"):  # pandas and polars
        made = {str(name): made[name].to_numpy() for name in made.columns}
    if isinstance(made, Mapping):
        for key, value in made.items():
            yield from _fields(value, f"{path}.{key}" if path else str(key))
    elif made is None or isinstance(made, (str, bytes)):
        yield path or "value", made
    elif isinstance(made, (list, tuple)) and not all(isinstance(one, (int, float, str, np.number, np.bool_)) for one in made):
        for number, value in enumerate(made):
            yield from _fields(value, f"{path}.{number}" if path else str(number))
    else:
        array = np.asarray(made)
        if array.dtype.kind not in "biufUMm" and not (array.dtype == object and all(isinstance(one, (str, type(None))) for one in array.ravel())):
            raise TypeError(
                f"childwell.testing: a {type(made).__name__} is not a result that can be compared; "
                "give Subject(read=...), a function that turns it into a mapping of numbers and words"
            )
        yield path or "value", array


def answer(made: Any, read: Callable[[Any], Any] | None = None) -> Answer:
    """The fields of a result in order."""
    return dict(_fields(made if read is None else read(made), ""))


def statuses(given: Answer) -> list[str]:
    """Every word that a status field holds."""
    found: list[str] = []
    for name, value in given.items():
        if name.split(".")[-1] == "status":
            found += [str(word) for word in np.asarray(value).ravel()]
    return found


def headline(given: Answer, wanted: str = "") -> tuple[str, np.ndarray] | None:
    """The field that is wanted, else the first of real numbers: the estimate itself."""
    for name, value in given.items():
        if name == wanted or not wanted and isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return name, value
    return None


def unequal(ours: Answer, theirs: Answer, *, tolerance: float = 0.0, only: tuple[str, ...] | None = None) -> str:
    """What differs first, in words without a value of the data; empty when nothing does.

    A tolerance of 0 asks for the same bits, but for the sign of a zero and the payload of a NaN. Above 0 it is relative
    to the largest number of the field, because an element near 0 in a large vector has only the vector's digits.
    """
    if list(ours) != list(theirs):
        return f"the fields are {', '.join(ours)} in one result and {', '.join(theirs)} in the other"
    for name in ours:
        if only is not None and name not in only:
            continue
        a, b = ours[name], theirs[name]
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
            if type(a) is not type(b) or a != b:
                return f"{name} differs"
            continue
        if a.shape != b.shape:
            return f"{name} has the shapes {a.shape} and {b.shape}"
        if a.dtype.kind not in "biuf" or b.dtype.kind not in "biuf":
            if a.dtype.kind != b.dtype.kind or not np.array_equal(a, b):
                return f"{name} differs"
            continue
        same = (a == b) | (np.isnan(a) & np.isnan(b)) if "f" in (a.dtype.kind, b.dtype.kind) else a == b
        if same.all():
            continue
        if tolerance > 0.0 and "f" in (a.dtype.kind, b.dtype.kind):
            finite = np.isfinite(a) & np.isfinite(b)
            size = max(float(np.max(np.abs(a[finite]), initial=0.0)), float(np.max(np.abs(b[finite]), initial=0.0)))
            error = float(np.max(np.abs(a[finite] / size - b[finite] / size), initial=0.0)) if size > 0.0 else 0.0
            if (same | finite).all() and error <= tolerance:
                continue
            return f"{name} differs in {int((~same).sum())} of {a.size} places, at most by {error:.1e} of its size"
        return f"{name} differs in {int((~same).sum())} of {a.size} places"
    return ""
