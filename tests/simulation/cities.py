# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Small made-up cities, measured by the path and held against their truth.

Everything here is a pure function of a setting and a seed, so that a recorded figure can be made again to the digit.
"""

from dataclasses import dataclass

import numpy as np

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))
CHILDREN = 1500  # seven schools and four teaching points
# Nobody is hidden here: what is tried are the figures, not the disclosure.
NOTHING_HIDDEN = {"id": "nothing_hidden", "kind": "disclosure", "minimum_cell": 1}
FIRST_SEED = 40_000  # neither a seed of the tests nor one of the guide

# Absence that lasts, children who differ, and registers that are not taken: what every setting has.
BASE = {
    "spells": 1, "half_days": 1, "frailty": 1, "busy_families": 1, "restlessness": 1,
    "skipped_registers": 0.01, "weak_schools": 0.08,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Measured:
    """One city with what the path made of it, children in the order of the truth."""

    city: cw.synthetic.City
    indicators: cw.Indicators
    table: cw.Table
    place: dict  # of each pseudonym

    def of_children(self, indicator: str, policy: str | None = None) -> tuple[np.ndarray, ...]:
        """Place in the truth, value, lower and upper of the children who have a value and one school."""
        t = self.table
        rows = (t["indicator"] == indicator) & (t["scope"] == "child") & (t["status"] == "ok")
        if policy is not None:
            rows &= t["policy"] == policy
        child = np.array([self.place.get(name, -1) for name in t["child"][rows]], dtype=np.int64)
        known = child >= 0
        return (child[known], *(t[column][rows][known] for column in ("value", "lower", "upper")))


def measured(sizes: dict, seed: int, *, null: bool = True, children: int = CHILDREN, through: str | None = None,
             as_of: str | None = None, **asked: object) -> Measured:
    """The city of these sizes and this seed, taken through the whole path as of its last day or another."""
    make = cw.synthetic.null_city if null else cw.synthetic.city
    city = make(children=children, seed=FIRST_SEED + seed, through=through, **sizes)
    return measured_city(city, as_of=as_of or city.as_of, **asked)


def measured_city(city: cw.synthetic.City, **asked: object) -> Measured:
    """A city taken through the whole path with these arguments of `Study.measure`."""
    indicators = cw.open_study(city, key=KEY).measure(**asked)
    place = {KEY.pseudonym("child", name): number for number, name in enumerate(city.truth["children"]["child"])}
    return Measured(city, indicators, indicators.table(), place)


def share_with_interval(by_city: np.ndarray, of_city: np.ndarray) -> tuple[float, float, float]:
    """A share over cities with its 95 % interval, cities as clusters (ratio estimator, normal)."""
    total = of_city.sum()
    share = by_city.sum() / total
    if len(by_city) < 2:
        return float(share), float("nan"), float("nan")
    residual = by_city - share * of_city
    error = np.sqrt(len(by_city) / (len(by_city) - 1) * (residual**2).sum()) / total
    return float(share), float(max(0.0, share - 1.96 * error)), float(min(1.0, share + 1.96 * error))
