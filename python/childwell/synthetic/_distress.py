# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Distress by month before anybody helps: wellbeing turned round, and what parents, schools and growing up add."""

from __future__ import annotations

import numpy as np

from ._dates import months_of
from ._draws import draws
from ._family import Family
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._wellbeing import Wellbeing

MECHANISMS = (
    Mechanism("separation_hurts", 0.35, 0.0, 2.0, "standard deviations of distress",
              "distress rises when a parent leaves and fades slowly; half as much more when both are away"),
    Mechanism("school_climate", 0.25, 0.0, 1.0, "standard deviations of distress",
              "all children of a school are somewhat better or worse off"),
    Mechanism("distress_by_sex_and_grade", 0.20, 0.0, 1.0, "standard deviations of distress",
              "girls from grade 7 on are in more distress, and it rises with the grade"),
)  # fmt: skip

_FADES_IN_MONTHS = 14.0


def distress_by_month(
    layout: Layout,
    people: People,
    wellbeing: Wellbeing,
    family: Family,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """(lasting part by child, distress by child and month), if nobody is helped.

    The week that holds the first of a month stands for it; months after the last week repeat it, and are never shown.
    """
    draw = draws(seed, "distress")
    school = draw.standard_normal(len(layout.schools.kind))[layout.classes.school[people.school_class]]
    older = np.clip(people.grade - 6, 0, 6) / 6.0
    girl = ~people.is_boy & (people.grade >= 7)
    fixed = mechanisms.size("school_climate") * school
    fixed = (fixed + mechanisms.size("distress_by_sex_and_grade") * (older + girl - 0.5)).astype(np.float32)
    months = months_of(year)
    first_week, last_week = wellbeing.mondays()[[0, -1]]
    path = np.empty((len(people), len(months)), dtype=np.float32)
    for number, month in enumerate(months):
        missed = _separation(family, month)[people.household]
        path[:, number] = fixed - wellbeing.on(np.clip(month.astype("datetime64[D]"), first_week, last_week))
        path[:, number] += (mechanisms.size("separation_hurts") * missed).astype(np.float32)
    return fixed - wellbeing.lasting.astype(np.float32), path


def _separation(family: Family, month: np.datetime64) -> np.ndarray:
    """By household: 1 in the month after a parent left, half as much more when both are away, fading with time."""
    day = month.astype("datetime64[D]") + 14
    away = family.away(day)
    months_away = np.where(away, (day - family.away_from).astype(np.float64) / 30.4, 0.0)
    felt = np.where(away, 0.4 + 0.6 * np.exp(-months_away / _FADES_IN_MONTHS), 0.0)
    made: np.ndarray = felt.max(axis=1) + 0.5 * felt.min(axis=1)
    return made
