# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Rates of schools and classes drawn to the others, against raw ones, on the half of the term that neither has seen."""

import numpy as np
from cities import BASE, NOTHING_HIDDEN, Measured, measured

import childwell as cw

CITIES = 200
FIRST = 5
SETTINGS: dict[str, dict] = {
    "nothing differs": BASE,
    "schools differ": BASE | {"school_differences": 1, "season": 1},
    "all at once": {},
}
LEVELS = ("school", "class")
_FIRST_HALF_TO = "2025-11-09"


def one_city(setting: str, seed: int) -> dict:
    """By level: [squared error of the raw rate, of the rate drawn to the others, weight], summed over places.

    A place's weight is its sessions in the second half, so that a class of five is no louder than it is."""
    made = measured(SETTINGS[setting], seed, null=setting != "all at once", as_of=_FIRST_HALF_TO)
    groups = cw.aggregate(made.indicators, by=LEVELS, policy=NOTHING_HIDDEN).table()
    rows = (groups["measure"] == "attendance.absence_rate") & (groups["hierarchy"] == "school") & (groups["status"] == "ok")
    found = {}
    for level in LEVELS:
        missed, held = _second_half(made, level)
        of = rows & (groups["level"] == level) & np.isin(groups["place"], list(missed))
        came = np.array([missed[place] / held[place] for place in groups["place"][of]])
        weight = np.array([held[place] for place in groups["place"][of]], dtype=float)
        # a term has its season: what is tried is which places are higher, so rates are taken over those of all
        came = came / np.average(came, weights=weight)
        errors = []
        for column in ("value", "pooled"):
            said = groups[column][of] / np.average(groups[column][of], weights=weight)
            errors.append(float(np.sum(weight * (said - came) ** 2)))
        found[level] = [*errors, float(weight.sum())]
    return found


def _second_half(made: Measured, level: str) -> tuple[dict, dict]:
    """Sessions missed and held by place after the first half, by the truth."""
    sessions = made.city.truth["sessions"]
    after = (sessions["session"] != "evening") & (sessions["date"] > np.datetime64(_FIRST_HALF_TO))
    place = sessions.column(level)
    held = np.bincount(place.codes[after], minlength=len(place.categories))
    missed = np.bincount(place.codes[after], weights=sessions["absent"][after], minlength=len(held))
    there = np.flatnonzero(held)
    return {place.categories[k]: missed[k] for k in there}, {place.categories[k]: held[k] for k in there}


def record(cities: list[dict]) -> dict:
    """What is kept of a setting: the ratio of the mean squared errors with its 95 % interval over cities."""
    ratios = {}
    for level in LEVELS:
        raw, pooled, _ = np.array([city[level] for city in cities]).T
        ratio = pooled.sum() / raw.sum()
        residual = pooled - ratio * raw
        error = np.sqrt(len(raw) / max(1, len(raw) - 1) * (residual**2).sum()) / raw.sum()
        ratios[level] = [round(float(part), 5) for part in (ratio, ratio - 1.96 * error, ratio + 1.96 * error)]
    return {"cities": len(cities), "ratio": ratios,
            "first": [{level: [round(part, 9) for part in sums] for level, sums in city.items()} for city in cities[:FIRST]]}
