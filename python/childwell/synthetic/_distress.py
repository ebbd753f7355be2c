# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Distress of every child, month by month, before anybody helps: what no table holds and all screens try to see."""

from __future__ import annotations

from typing import Any

import numpy as np

from childwell._table import Table

from ._draws import draws
from ._enrolment import Enrolment
from ._family import Family
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear

MECHANISMS = (
    Mechanism("separation_hurts", 0.35, 0.0, 2.0, "standard deviations of distress",
              "distress rises when a parent leaves and fades slowly; half as much more when both are away"),
    Mechanism("siblings_share_distress", 0.30, 0.0, 1.0, "share of the lasting part",
              "children of one household carry the same part of their distress"),
    Mechanism("school_climate", 0.25, 0.0, 1.0, "standard deviations of distress",
              "all children of a school are somewhat better or worse off"),
    Mechanism("distress_by_sex_and_grade", 0.20, 0.0, 1.0, "standard deviations of distress",
              "girls from grade 7 on report more, and it rises with the grade"),
    Mechanism("distress_swings", 0.40, 0.0, 2.0, "standard deviations of distress",
              "distress of a child swings from month to month, and a bad month passes"),
)  # fmt: skip

MONTHS = np.arange("2025-09", "2026-08", dtype="datetime64[M]")
_STAYS_FROM_MONTH_TO_MONTH = 0.65
_FADES_IN_MONTHS = 14.0


def make_wellbeing(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    family: Family,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """No table; in truth the lasting part, and distress by (child, month) if nobody is helped."""
    lasting = _lasting(layout, people, mechanisms, seed)
    path = np.empty((len(people), len(MONTHS)), dtype=np.float32)
    swing = np.zeros(len(people), dtype=np.float32)
    keeps = _STAYS_FROM_MONTH_TO_MONTH
    size = mechanisms.size("distress_swings")
    for number, month in enumerate(MONTHS):
        # Differences of two exponentials have heavier tails than a normal swing.
        pair = draws(seed, "months", block=number).standard_exponential((2, len(people)), dtype=np.float32)
        shock = (pair[0] - pair[1]) / np.float32(np.sqrt(2.0))
        swing = shock if number == 0 else keeps * swing + np.float32(np.sqrt(1 - keeps**2)) * shock
        missed = _separation(family, month)[people.household]
        path[:, number] = lasting + size * swing + mechanisms.size("separation_hurts") * missed
    return {}, {"months": MONTHS, "distress_lasting": lasting, "distress_untreated": path}


def _lasting(layout: Layout, people: People, mechanisms: Mechanisms, seed: int) -> np.ndarray:
    """Most children do fairly well and some do badly: a skewed spread, partly a household's and a school's."""
    draw = draws(seed, "distress")
    own = _skewed(draw, len(people))
    home = _skewed(draw, int(people.household.max()) + 1)[people.household]
    school = draw.standard_normal(len(layout.schools.kind))[layout.classes.school[people.school_class]]
    shared = mechanisms.size("siblings_share_distress")
    level = 0.85 * (np.sqrt(1 - shared) * own + np.sqrt(shared) * home)
    level += mechanisms.size("school_climate") * school
    older = np.clip(people.grade - 6, 0, 6) / 6.0
    girl = ~people.is_boy & (people.grade >= 7)
    return (level + mechanisms.size("distress_by_sex_and_grade") * (older + girl - 0.5)).astype(np.float32)


def _skewed(draw: np.random.Generator, count: int) -> np.ndarray:
    return (draw.standard_gamma(2.5, count) - 2.5) / np.sqrt(2.5)


def _separation(family: Family, month: np.datetime64) -> np.ndarray:
    """By household: 1 in the month after a parent left, 1.5 when both are away, fading with the time away."""
    day = month.astype("datetime64[D]") + 14
    away = family.away(day)
    months_away = np.where(away, (day - family.away_from).astype(np.float64) / 30.4, 0.0)
    felt = np.where(away, 0.4 + 0.6 * np.exp(-months_away / _FADES_IN_MONTHS), 0.0)
    return felt.max(axis=1) + 0.5 * felt.min(axis=1)
