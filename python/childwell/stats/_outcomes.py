# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Outcomes of the caller (true and false, 1 and 0) as the bytes that the core reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import numbers, refused

MISSING = 255  # childwell::stats::missing_outcome


def outcomes(values: Any, where: str, name: str = "outcomes") -> NDArray[np.uint8]:
    """One-dimensional outcomes: 1 or True is the event; None and NaN are not known."""
    array = values if isinstance(values, np.ndarray) else np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)
    if array.ndim == 1 and not isinstance(array, np.ma.MaskedArray):
        if array.dtype == np.bool_:
            return np.ascontiguousarray(array).view(np.uint8)
        if array.dtype.kind in "iu":
            if array.size and (array.min() < 0 or array.max() > 1):
                raise refused(where, f"{name} must be 0 or 1, true or false; a missing one is NaN or None")
            return np.ascontiguousarray(array, dtype=np.uint8)
    given = numbers(values, where, name)
    missing = np.isnan(given)
    if not (missing | (given == 0.0) | (given == 1.0)).all():
        raise refused(where, f"{name} must be 0 or 1, true or false; a missing one is NaN or None")
    return np.where(missing, MISSING, given == 1.0).astype(np.uint8)
