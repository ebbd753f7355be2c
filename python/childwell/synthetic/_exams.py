# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Mid-term papers set by each school and final papers set by each county, from grade 3 on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ._attendance import ILLNESS, UNEXPLAINED, DayTruth
from ._enrolment import GHOST, NOWHERE
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import COUNTIES, Layout, county_codes
from ._school_year import SchoolYear
from ._streams import stream

SUBJECTS = ("chinese", "mathematics", "english", "physics", "chemistry", "history")
SAT, ABSENT, EXEMPT, NOT_ENTERED = range(4)
STATUSES = ("sat", "absent", "exempt", "not_entered")
FIRST_EXAM_GRADE = 3  # grades 1 and 2 sit no written papers in compulsory schooling
MECHANISMS = (
    Mechanism("ability", 1, 0, 2, "of the usual spread", "children differ in what they can do"),
    Mechanism("school_ability", 0.5, 0, 2, "logits", "standard deviation of schools' means"),
    Mechanism("paper_difficulty", 0.35, 0, 2, "logits", "standard deviation of papers, set by each school or county"),
    Mechanism("weak_not_entered", 0.08, 0, 1, "share of the weakest sixteenth", "who are not entered for a paper"),
    Mechanism("exempt", 0.004, 0, 0.1, "share of children", "who are exempt from all papers"),
)
SCOPE_OF = {"mid": "school", "final": "county"}


def _subjects_of(grade: int) -> list[tuple[int, float]]:
    """(subject, full mark) in the order of sitting."""
    main = 100.0 if grade <= 6 else 120.0 if grade <= 9 else 150.0
    extra = {8: [3], 9: [3, 4]}.get(grade, [3, 5] if grade >= 10 else [])
    return [(subject, main) for subject in range(3)] + [(subject, 100.0) for subject in extra]


@dataclass(frozen=True, eq=False)
class Sitting:
    """One subject of one exam of one grade, in one half-day."""

    exam: str
    grade: int
    subject: int
    full: float
    which: str
    date: np.datetime64
    half: int


@dataclass(eq=False)
class Results:
    """Pieces of both tables, one entry a sitting; a paper belongs to a place (school or county)."""

    sittings: list[Sitting] = field(default_factory=list)
    places: list[np.ndarray] = field(default_factory=list)  # setters with sitters, indices of schools or counties
    child: list[np.ndarray] = field(default_factory=list)
    paper: list[np.ndarray] = field(default_factory=list)  # position in `places` of the sitting
    value: list[np.ndarray] = field(default_factory=list)
    status: list[np.ndarray] = field(default_factory=list)


def planned_sittings(year: SchoolYear) -> Iterator[Sitting]:
    """Every sitting of the year in order of time: two subjects a day, morning and afternoon."""
    days = year.school_days
    for term, which, first_day in year.exams:
        start = int(np.searchsorted(days, first_day))
        for grade in range(FIRST_EXAM_GRADE, 13):
            for order, (subject, full) in enumerate(_subjects_of(grade)):
                date = days[start + order // 2]
                yield Sitting(f"{term}-{which}-g{grade:02d}", grade, subject, full, which, date, order % 2)


def sit_exams(
    layout: Layout,
    people: People,
    role: np.ndarray,
    year: SchoolYear,
    truth: dict[np.datetime64, DayTruth],
    mechanisms: Mechanisms,
    seed: int,
    *,
    seed_of_days: int | None = None,
) -> Results:
    """Results of all sittings on the days in `truth`; ability comes from `seed`, luck from `seed_of_days`."""
    of_days = seed if seed_of_days is None else seed_of_days
    ability = Ability(layout, people, mechanisms, seed)
    draw_school, draw_sitting = stream(of_days, "papers"), stream(of_days, "sittings")
    # A county's paper is one paper for all layers of the city.
    draw_county = stream(layout.layer.city_seed, "county_papers", int(year.name[:4]))
    # A teaching point sits the papers of its central school.
    parent = layout.schools.parent
    setting_school = np.where(parent < 0, np.arange(len(parent)), parent)
    results = Results()
    for sitting in planned_sittings(year):
        of_county = draw_county.standard_normal(COUNTIES)
        if sitting.date not in truth:
            continue
        day = truth[sitting.date]
        child = np.flatnonzero((people.grade == sitting.grade) & (day.school_class != NOWHERE))
        child = child[ability.takes(child, sitting)]
        school = layout.classes.school[day.school_class[child]]
        setter = setting_school[school] if SCOPE_OF[sitting.which] == "school" else layout.schools.county[school]
        places, paper = np.unique(setter, return_inverse=True)
        if layout.layer.is_one_of_many and SCOPE_OF[sitting.which] == "county":
            places, paper = np.arange(COUNTIES), setter  # other layers may have sitters where this one has none
        if SCOPE_OF[sitting.which] == "school":
            drawn = draw_school.standard_normal(len(places))
        else:
            drawn = of_county[places]
        difficulty = mechanisms.size("paper_difficulty") * drawn
        status = _status(child, day.states[sitting.half], ability, role, draw_sitting)
        value = ability.points(child, school, difficulty[paper], sitting, draw_sitting)
        results.sittings.append(sitting)
        results.places.append(places)
        results.child.append(child.astype(np.int32))
        results.paper.append(paper)
        results.value.append(np.where(status == SAT, value, np.nan))
        results.status.append(status)
    return results


class Ability:
    """Latent ability by child, school and subject; points follow a logistic curve with noise, in half points."""

    def __init__(self, layout: Layout, people: People, mechanisms: Mechanisms, seed: int) -> None:
        draw = stream(seed, "ability")
        count = len(people)
        self.spread = mechanisms.size("ability")
        self.not_entered = mechanisms.size("weak_not_entered")
        self.general = draw.standard_normal(count)
        self.by_subject = draw.standard_normal((len(SUBJECTS), count)).astype(np.float32)
        self.school = mechanisms.size("school_ability") * draw.standard_normal(len(layout.schools.kind))
        self.exempt = draw.random(count) < mechanisms.size("exempt")
        self.takes_physics = draw.random(count) < 0.6

    def takes(self, child: np.ndarray, sitting: Sitting) -> np.ndarray:
        """From grade 10 a pupil takes physics or history."""
        if sitting.grade < 10 or sitting.subject < 3:
            return np.ones(len(child), dtype=bool)
        made: np.ndarray = self.takes_physics[child] == (SUBJECTS[sitting.subject] == "physics")
        return made

    def points(
        self,
        child: np.ndarray,
        school: np.ndarray,
        difficulty: np.ndarray,
        sitting: Sitting,
        draw: np.random.Generator,
    ) -> np.ndarray:
        level = 1.15 + self.spread * (0.6 * self.general[child] + 0.35 * self.by_subject[sitting.subject][child])
        level += self.school[school] - difficulty - 0.06 * (sitting.grade - 3)
        level += 0.3 * draw.standard_normal(len(child))
        made: np.ndarray = np.round(2 * sitting.full / (1 + np.exp(-level))) / 2
        return made


def _status(
    child: np.ndarray, state: np.ndarray, ability: Ability, role: np.ndarray, draw: np.random.Generator
) -> np.ndarray:
    """Absent in that half-day means absent from the paper; weak pupils are sometimes not entered."""
    status = np.full(len(child), SAT, dtype=np.int32)
    status[(state[child] >= ILLNESS) & (state[child] <= UNEXPLAINED)] = ABSENT
    weak = ability.general[child] < -1.5
    status[weak & (draw.random(len(child)) < ability.not_entered)] = NOT_ENTERED
    status[role[child] == GHOST] = NOT_ENTERED
    status[ability.exempt[child]] = EXEMPT
    return status


def paper_code(sitting: Sitting, place: int, school_codes: tuple[str, ...]) -> tuple[str, str]:
    """(paper, setter): the subject is part of the name, so that a paper is one thing everywhere."""
    setter = school_codes[place] if SCOPE_OF[sitting.which] == "school" else county_codes()[place]
    return f"{sitting.exam}-{SUBJECTS[sitting.subject]}-{setter}", setter
