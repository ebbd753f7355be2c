# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Where the children of a city were in the school year before: a grade lower, most of them in the same school.

Nobody moves within that year, and those who have left school since (grade 12 of then) are not in the city.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ._enrolment import FIRST, GHOST, LATE_ENTRANT, STAYS, UNREGISTERED, Enrolment, Identities
from ._people import People
from ._places import COMBINED_CLASS, Layout
from ._school_year import SchoolYear
from ._streams import largest_remainder, stream


def seed_before(seed: int) -> int:
    """The seed of the days of the year before: the same children, other luck."""
    return int(stream(seed, "years_before").bit_generator.random_raw())


def people_before(layout: Layout, people: People, seed: int) -> tuple[People, np.ndarray]:
    """The children with class and grade of the year before, and who was at school at all."""
    classes = layout.classes
    grade = people.grade - np.where(people.repeats, 0, 1)
    at_school = grade > 0
    school_class = people.school_class.copy()
    slot = {
        (school, each, number): place
        for place, (school, each, number) in enumerate(
            zip(classes.school.tolist(), classes.grade.tolist(), classes.number.tolist(), strict=True)
        )
    }
    own = people.school_class
    mixed = classes.grade[own] == COMBINED_CLASS
    elsewhere = at_school & ~mixed & np.isin(people.grade, (7, 10)) & ~people.repeats
    for child in np.flatnonzero(at_school & ~mixed & ~elsewhere):
        key = (int(classes.school[own[child]]), int(grade[child]), int(classes.number[own[child]]))
        school_class[child] = slot[key]
    draw = stream(seed, "years_before")
    for each in (6, 9):
        came = np.flatnonzero(elsewhere & (grade == each))
        pool = np.flatnonzero((classes.grade == each) & (classes.size > 0))
        pool = pool[np.argsort(layout.schools.township[classes.school[pool]], kind="stable")]
        town = layout.land.village_township[people.village[came]]
        came = came[np.lexsort([draw.random(len(came)), town])]
        school_class[came] = np.repeat(pool, largest_remainder(len(came), classes.size[pool]))
    return replace(people, school_class=school_class, grade=np.maximum(grade, 1)), at_school


def enrolment_before(
    people: People, at_school: np.ndarray, role: np.ndarray, before: SchoolYear, first_day: np.datetime64
) -> Enrolment:
    """One spell a child, which ends on the eve of the next one; ghosts are ghosts already."""
    child = np.flatnonzero(at_school & (role != LATE_ENTRANT) & (role != UNREGISTERED))
    end = np.full(len(child), first_day - 1)
    nobody = np.empty(0, dtype=np.int64)
    return Enrolment(
        child=child,
        school_class=people.school_class[child],
        kind=np.full(len(child), FIRST),
        start=np.full(len(child), before.first_day),
        end=end,
        left_to=np.full(len(child), -1),
        role=np.where(role == GHOST, GHOST, STAYS),
        true_end=end,
        identities=Identities(nobody, np.empty(0, dtype="datetime64[D]"), nobody, nobody),
    )
