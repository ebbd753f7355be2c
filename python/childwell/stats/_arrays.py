# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers, tables and labels of the caller as the arrays that the core reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def refused(where: str, what: str) -> ValueError:
    """The caller's mistake, worded; never a value of the data."""
    return ValueError(f"childwell.{where}: {what}")


def _real(values: Any, where: str, name: str) -> NDArray[Any]:
    if hasattr(values, "to_numpy") and not isinstance(values, np.ndarray):
        values = values.to_numpy()
    array = np.asarray(values)
    if array.dtype == object:  # None among numbers is missing
        try:
            array = np.array([np.nan if value is None else value for value in array.ravel()], dtype=np.float64).reshape(array.shape)
        except (TypeError, ValueError):
            raise refused(where, f"{name} must hold numbers only; a missing one is NaN or None") from None
    if array.dtype.kind not in "biuf":
        raise refused(where, f"{name} must hold real numbers, not {array.dtype}")
    if isinstance(values, np.ma.MaskedArray):
        array = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    return array


def numbers(values: Any, where: str, name: str) -> Floats:
    """One-dimensional numbers; None and masked values are NaN."""
    array = _real(values, where, name)
    if array.ndim != 1:
        raise refused(where, f"{name} must have one dimension, not {array.ndim}")
    return np.ascontiguousarray(array, dtype=np.float64)


def optional_numbers(values: Any, where: str, name: str) -> Floats:
    """As `numbers`; None is no array at all, which the core reads as "not given"."""
    return np.empty(0) if values is None else numbers(values, where, name)


def whole_numbers(values: Any, where: str, name: str) -> Integers:
    """One-dimensional whole numbers, exactly."""
    array = _real(values, where, name)
    if array.ndim != 1:
        raise refused(where, f"{name} must have one dimension, not {array.ndim}")
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.floor(array)).all()):
        raise refused(where, f"{name} must hold whole numbers, none of them missing")
    if array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise refused(where, f"{name} does not fit 64 bits")
    return np.ascontiguousarray(array, dtype=np.int64)


def is_whole(values: Any) -> bool:
    """Whether an array holds integers by its type, so that exact sums are possible."""
    return getattr(getattr(values, "dtype", None), "kind", "") in ("i", "u", "b")


def table(values: Any, where: str, name: str) -> tuple[Floats, list[str]]:
    """Two-dimensional numbers and the names of their columns: a data frame's own, else x0, x1, ..."""
    names = [str(column) for column in values.columns] if hasattr(values, "columns") else []
    array = _real(values, where, name)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise refused(where, f"{name} must have two dimensions, one row a child; not {array.ndim}")
    if len(names) != array.shape[1]:
        names = [f"x{number}" for number in range(array.shape[1])]
    return np.asarray(array, dtype=np.float64), names


def labels(values: Any, where: str, name: str) -> Integers:
    """Labels of any kind (numbers or texts) as codes from 0, in sorted order."""
    if hasattr(values, "to_numpy") and not isinstance(values, np.ndarray):
        values = values.to_numpy()
    array = np.asarray(values)
    if array.ndim != 1:
        raise refused(where, f"{name} must have one dimension, not {array.ndim}")
    if array.dtype == object and any(value is None or value != value for value in array):
        raise refused(where, f"{name} must not be missing; drop those rows or give them a label of their own")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise refused(where, f"{name} must not be missing; drop those rows or give them a label of their own")
    try:
        return np.unique(array, return_inverse=True)[1].astype(np.int64).reshape(-1)
    except TypeError:
        raise refused(where, f"{name} must all be numbers or all be texts") from None
