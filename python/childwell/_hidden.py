# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Counts of children in a notebook: small ones hidden, and as many others as keep their sum from giving one away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._api import find_policies


def smallest_cell(policy: str | Mapping[str, Any]) -> int:
    """The smallest count that a rule of disclosure lets stand."""
    rule = find_policies([policy])[0] if isinstance(policy, str) else dict(policy)
    if "minimum_cell" not in rule:
        raise ValueError(f"childwell: the policy {rule.get('id', '')!r} is no rule of disclosure; small_cells_10 is one")
    return int(rule["minimum_cell"])


def hidden_counts(counts: Sequence[int], minimum: int) -> np.ndarray:
    """Which counts of a known sum are hidden: those from 1 to below the minimum, and the smallest others until the hidden
    ones are two at least and sum to twice the minimum."""
    given = np.asarray(counts, dtype=np.int64)
    hidden = (given > 0) & (given < minimum)
    for at in np.argsort(given, kind="stable"):
        if not hidden.any() or (hidden.sum() >= 2 and given[hidden].sum() >= 2 * minimum):
            break
        if given[at] > 0:
            hidden[at] = True
    return hidden
