# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The children: class, home, birth month, twins and households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._mechanisms import Mechanism, Mechanisms
from ._places import COMBINED_CLASS, POINT, Layout
from ._school_year import SchoolYear
from ._streams import stream

MECHANISMS = (Mechanism("repeaters", 0.004, 0, 0.2, "share of children", "sit the grade of the year before again"),)

_TWIN_SHARE = 0.012
_BOYS = 0.53
_STARTS_HOUSEHOLD = 0.58
_AGE_AT_ENTRY = 7 * 12  # months from the first birth month of a cohort to its first September: six years old at least


@dataclass(frozen=True, eq=False)
class People:
    """One array entry a child, in the order of their identifiers, which says nothing about school or home."""

    school_class: np.ndarray
    grade: np.ndarray
    repeats: np.ndarray
    is_twin: np.ndarray
    is_boy: np.ndarray
    birth_month: np.ndarray  # datetime64[M]
    village: np.ndarray
    household: np.ndarray
    first: int = 0  # children of the layers before; numbers of children and households go on from there

    def __len__(self) -> int:
        return len(self.grade)


def populate(layout: Layout, year: SchoolYear, mechanisms: Mechanisms, seed: int) -> People:
    """Fill the places in the classes with children."""
    classes = layout.classes
    seat_class = np.repeat(np.arange(len(classes.size)), classes.size)
    first_seat = np.cumsum(classes.size) - classes.size
    within = np.arange(len(seat_class)) - first_seat[seat_class]
    grade = np.where(classes.grade[seat_class] == COMBINED_CLASS, 1 + within % 3, classes.grade[seat_class])

    village = _homes(layout, classes.school[seat_class], seed)
    draw = stream(seed, "people")
    first_twin = _first_twins(seat_class, grade, draw.random(len(grade)))
    repeats = _repeaters(first_twin, draw.random(len(grade)), mechanisms.size("repeaters"))
    first_month = year.first_day.astype("datetime64[M]") - _AGE_AT_ENTRY
    birth = first_month - 12 * (grade - 1 + repeats) + np.floor(12 * draw.random(len(grade))).astype(np.int64)
    birth[first_twin + 1] = birth[first_twin]
    village[first_twin + 1] = village[first_twin]
    is_twin = np.zeros(len(grade), dtype=bool)
    is_twin[first_twin] = is_twin[first_twin + 1] = True
    household = _households(village, birth, first_twin, seed)

    order = stream(seed, "identities").permutation(len(grade))
    return People(
        school_class=seat_class[order],
        grade=grade[order],
        repeats=repeats[order],
        is_twin=is_twin[order],
        is_boy=(draw.random(len(grade)) < _BOYS)[order],
        birth_month=birth[order],
        village=village[order],
        household=_renumber(household[order]),
        first=layout.layer.first_child,
    )


def _homes(layout: Layout, school: np.ndarray, seed: int) -> np.ndarray:
    """A home village near the school: near ones are likelier, and small stages draw from farther away."""
    schools, land = layout.schools, layout.land
    villages = len(land.village_township)
    same_stage = np.bincount(schools.stage[schools.kind != POINT], minlength=3)
    reach = np.maximum(3, np.minimum(villages, 2.2 * villages / same_stage[schools.stage])).astype(np.int64)
    reach[schools.kind == POINT] = 2
    nearest = np.argsort(
        np.hypot(
            schools.xy[:, :1] - land.village_xy[:, 0],
            schools.xy[:, 1:] - land.village_xy[:, 1],
        ),
        axis=1,
        kind="stable",
    )
    how_far = stream(seed, "homes").random(len(school)) ** 1.5
    made: np.ndarray = nearest[school, np.floor(reach[school] * how_far).astype(np.int64)]
    return made


def _first_twins(seat_class: np.ndarray, grade: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Seats whose next seat is the other twin: same class, same grade, pairs that never share a seat."""
    pair = np.flatnonzero((seat_class[:-1] == seat_class[1:]) & (grade[:-1] == grade[1:]))
    pair = pair[pair % 2 == 0]
    chosen = pair[chance[pair] < _TWIN_SHARE]
    made: np.ndarray = chosen if len(chosen) else pair[:1]
    return made


def _repeaters(first_twin: np.ndarray, chance: np.ndarray, share: float) -> np.ndarray:
    chance = chance.copy()
    chance[first_twin] = chance[first_twin + 1] = 1.0
    repeats = chance < share
    repeats[np.argmin(chance)] = share > 0
    return repeats


def _households(village: np.ndarray, birth: np.ndarray, first_twin: np.ndarray, seed: int) -> np.ndarray:
    """Neighbours in a random order form sibling groups; births under ten months apart cannot, unless twins."""
    draw = stream(seed, "households")
    count = len(village)
    order = np.lexsort([draw.random(count), village])
    starts = draw.random(count) < _STARTS_HOUSEHOLD
    starts |= np.append(True, np.diff(village[order]) != 0)
    household = np.empty(count, dtype=np.int64)
    household[order] = np.cumsum(starts)
    second_twin = first_twin + 1
    household[second_twin] = -1 - np.arange(len(second_twin))

    months = birth.astype(np.int64)
    by_age = np.lexsort([months, household])
    too_close = np.append(False, (np.diff(household[by_age]) == 0) & (np.diff(months[by_age]) < 10))
    household[by_age[too_close]] = household.max() + 1 + np.arange(np.sum(too_close))
    household[second_twin] = household[first_twin]
    return household


def _renumber(household: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... in order of first appearance."""
    _, first, inverse = np.unique(household, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
