# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Random numbers: one counter-based stream a purpose, so that a change in one part shifts no draw of another."""

from __future__ import annotations

import numpy as np

# Numbers are never reused or renumbered: that would change every city made before.
_STREAMS = {
    "townships": 1,
    "schools": 2,
    "class_sizes": 3,
    "homes": 4,
    "people": 5,
    "households": 6,
    "identities": 7,
    "boarding": 8,
    "recording": 9,
    "roles": 10,
    "moves": 11,
    "closures": 12,
    "frailty": 13,
    "illness": 14,
    "family_leave": 15,
    "truancy": 16,
    "single_absences": 17,
    "lateness": 18,
    "reasons": 19,
    "registers": 20,
    "late_entries": 21,
    "outings": 22,
    "evenings": 23,
    "ability": 24,
    "papers": 25,
    "sittings": 26,
    "consents": 27,
    "point_sizes": 28,
    "villages": 29,
    "county_papers": 30,
    "wellbeing": 31,
    "family_events": 32,
    "snow": 33,
    "half_days": 34,
    "register_entries": 35,
    "identity_errors": 36,
    "paperwork": 37,
    "years_before": 38,
    "shuffled_attendance": 39,
    "shuffled_registers": 40,
    "shuffled_buckets": 41,
    "passing_wellbeing": 42,
}


def stream(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """The generator of one purpose under one seed, or one of many of the same purpose."""
    key = np.array([seed, _STREAMS[purpose] + (number << 32)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def largest_remainder(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers that sum to `total` in the proportions of `weights`; ties go to the earlier entry."""
    exact = total * np.asarray(weights, dtype=np.float64) / np.sum(weights)
    shares = np.floor(exact).astype(np.int64)
    order = np.argsort(shares - exact, kind="stable")
    shares[order[: total - shares.sum()]] += 1
    made: np.ndarray = shares
    return made
