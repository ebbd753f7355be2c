# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""The lie of the land: counties, townships, villages, schools, teaching points and classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._layers import Layer
from ._mechanisms import Mechanism, Mechanisms
from ._school_year import SchoolYear
from ._streams import largest_remainder, stream

MECHANISMS = (
    Mechanism(
        "school_merger", 1, 0, 1, "switch",
        "a primary school closes into another in November, with its children",
    ),
)

COUNTIES = 5
CITY = "made-up-city"

TOWN, CENTRAL, JUNIOR, SENIOR, POINT = range(5)  # kinds of school; a point is a teaching point
GRADES = np.arange(1, 13)
STAGE_NAMES = ("primary", "junior", "senior")
STAGE_OF_GRADE = np.array([-1] + [0] * 6 + [1] * 3 + [2] * 3)
COMBINED_CLASS = 0  # the one class of a teaching point holds grades 1 to 3

_GRADE_WEIGHTS = np.array([0.089, 0.088, 0.087, 0.086, 0.086, 0.085, 0.088, 0.087, 0.086, 0.076, 0.072, 0.070])
_USUAL_CLASS = 40
# Schools of a stage = parallel classes ** exponent: one class a grade when small, several in a large city.
_SCHOOLS_EXPONENT = (0.85, 0.72, 0.58)
_TOWN_SHARE = (0.35, 0.3, 1.0)
_POINT_SHARE = 0.02
_FEWEST_PRIMARIES_TO_MERGE = 4


@dataclass(frozen=True, eq=False)
class Land:
    """Townships and villages; the first township of each county is its seat."""

    township_county: np.ndarray
    township_xy: np.ndarray
    village_township: np.ndarray
    village_xy: np.ndarray
    layer: int = 0

    def is_seat(self) -> np.ndarray:
        return np.append(True, np.diff(self.township_county) > 0)

    def township_codes(self) -> tuple[str, ...]:
        return tuple(f"township-{number + 1:02d}" for number in range(len(self.township_county)))

    def village_codes(self) -> tuple[str, ...]:
        return tuple(f"village-{10_000 * self.layer + number + 1:04d}" for number in range(len(self.village_township)))


def county_codes() -> tuple[str, ...]:
    return tuple(f"county-{number + 1}" for number in range(COUNTIES))


@dataclass(frozen=True, eq=False)
class Schools:
    """Schools, then teaching points; one array entry each."""

    kind: np.ndarray
    stage: np.ndarray
    township: np.ndarray
    county: np.ndarray
    parent: np.ndarray  # the central school of a teaching point, -1 for a school
    streams: np.ndarray  # parallel classes a grade
    xy: np.ndarray
    layer: int = 0

    def codes(self) -> tuple[str, ...]:
        schools, first = int(np.sum(self.kind != POINT)), 1000 * self.layer + 1
        return tuple(
            f"school-{first + number:03d}" if number < schools else f"point-{first + number - schools:03d}"
            for number in range(len(self.kind))
        )


@dataclass(frozen=True, eq=False)
class Classes:
    """Classes in order of school, grade and number; those that a merger opens come last."""

    school: np.ndarray
    grade: np.ndarray
    number: np.ndarray
    size: np.ndarray
    opens: np.ndarray

    def codes(self, school_codes: tuple[str, ...]) -> tuple[str, ...]:
        parts = zip(self.school.tolist(), self.grade.tolist(), self.number.tolist(), strict=True)
        return tuple(
            school_codes[school] + ("-mixed" if grade == COMBINED_CLASS else f"-g{grade:02d}-{number}")
            for school, grade, number in parts
        )


@dataclass(frozen=True, eq=False)
class Merger:
    """One school closes into another; `heir` names the class that takes the children of an old class and grade.

    Where none closes, `old` and `new` are -1.
    """

    old: int
    new: int
    heir: dict[tuple[int, int], int]
    date: np.datetime64  # first day in the new school


@dataclass(frozen=True, eq=False)
class Layout:
    land: Land
    schools: Schools
    classes: Classes
    merger: Merger
    layer: Layer


def lay_out(layer: Layer, year: SchoolYear, mechanisms: Mechanisms) -> Layout:
    """Places and classes for the children of one layer."""
    children, seed = layer.children, layer.seed
    land = _make_land(layer)
    grade_counts = largest_remainder(children, _GRADE_WEIGHTS)
    point_sizes = _point_sizes(children, grade_counts, seed)
    in_points = np.zeros(12, dtype=np.int64)
    in_points[:3] = np.bincount(np.concatenate([np.arange(size) % 3 for size in point_sizes]), minlength=3)
    class_counts = grade_counts - in_points
    schools = _make_schools(land, class_counts, len(point_sizes), seed)
    classes = _make_classes(schools, class_counts, point_sizes, year.first_day, seed)
    merger = Merger(-1, -1, {}, year.merger_date)
    if mechanisms.is_on("school_merger"):
        classes, merger = _merge(schools, classes, year.merger_date)
    return Layout(land, schools, classes, merger, layer)


def _make_land(layer: Layer) -> Land:
    children, draw = layer.children, stream(layer.city_seed, "townships")
    townships = int(np.clip(children // 20, COUNTIES, 52))
    villages = int(np.clip(children // 12, 2 * townships, 2200))
    township_county = np.sort(np.arange(townships) % COUNTIES)
    angle = 2 * np.pi * np.arange(COUNTIES) / COUNTIES
    centres = 0.55 * np.column_stack([np.cos(angle), np.sin(angle)])
    is_seat = np.append(True, np.diff(township_county) > 0)
    township_xy = centres[township_county] + np.where(is_seat[:, None], 0.0, draw.uniform(-0.3, 0.3, (townships, 2)))
    village_township = np.sort(np.arange(villages) % townships)
    around = stream(layer.seed, "villages").uniform(-0.06, 0.06, (villages, 2))
    return Land(township_county, township_xy, village_township, township_xy[village_township] + around, layer.number)


def _point_sizes(children: int, grade_counts: np.ndarray, seed: int) -> np.ndarray:
    """Pupils of each teaching point, 3 to 15, a third of them in each of grades 1 to 3."""
    draw = stream(seed, "point_sizes")
    points = max(1, round(_POINT_SHARE * children / 8))
    room = 3 * int(grade_counts[:3].min()) // 2
    sizes = 3 + np.floor(13 * draw.random(points) ** 1.5).astype(np.int64)
    return np.minimum(sizes, max(3, room // points))


def _make_schools(land: Land, class_counts: np.ndarray, points: int, seed: int) -> Schools:
    draw = stream(seed, "schools")
    kinds: list[np.ndarray] = []
    stages: list[np.ndarray] = []
    townships: list[np.ndarray] = []
    streams: list[np.ndarray] = []
    for stage in range(3):
        per_grade = class_counts[STAGE_OF_GRADE[GRADES] == stage].mean()
        parallel = max(1, round(per_grade / _USUAL_CLASS))
        count = min(parallel, max(1, round(parallel ** _SCHOOLS_EXPONENT[stage])))
        in_town = max(1, round(count * _TOWN_SHARE[stage]))
        is_town = np.arange(count) < in_town
        weights = np.where(is_town, 2.5, 1.0) * np.exp(0.4 * draw.standard_normal(count))
        closes_last = stage == 0 and count >= _FEWEST_PRIMARIES_TO_MERGE
        if closes_last:
            weights[-1] = 0.0
        kinds.append(np.where(is_town, TOWN, CENTRAL) if stage == 0 else np.full(count, (JUNIOR, SENIOR)[stage - 1]))
        stages.append(np.full(count, stage))
        townships.append(_school_townships(land, is_town, closes_last))
        streams.append(1 + largest_remainder(parallel - count, weights))
    kind, stage_of = np.concatenate(kinds), np.concatenate(stages)
    township, parallel_classes = np.concatenate(townships), np.concatenate(streams)
    hosts = _point_hosts(kind, points)
    township = np.append(township, township[hosts])
    xy = land.township_xy[township] + draw.uniform(-0.03, 0.03, (len(township), 2))
    return Schools(
        kind=np.append(kind, np.full(points, POINT)),
        stage=np.append(stage_of, np.zeros(points, dtype=np.int64)),
        township=township,
        county=land.township_county[township],
        parent=np.append(np.full(len(kind), -1), hosts),
        streams=np.append(parallel_classes, np.ones(points, dtype=np.int64)),
        xy=xy,
        layer=land.layer,
    )


def _school_townships(land: Land, is_town: np.ndarray, closes_last: bool) -> np.ndarray:
    """Town schools stand in the county seats in turn, the others in the other townships, counties in turn.

    A last school that is to close stands in the county of the one before it, which takes its children.
    """
    first = np.flatnonzero(land.is_seat())
    sizes = np.bincount(land.township_county, minlength=COUNTIES)
    position = np.arange(len(is_town))
    county = position % COUNTIES
    lap = position // COUNTIES
    if closes_last:
        county[-1], lap[-1] = county[-2], lap[-2] + 1
    elsewhere = np.where(sizes[county] > 1, 1 + lap % np.maximum(sizes[county] - 1, 1), 0)
    return first[county] + np.where(is_town, 0, elsewhere)


def _closing_school(kind: np.ndarray) -> int | None:
    """The last central school, once the city has enough primary schools to spare one."""
    if np.sum(kind <= CENTRAL) < _FEWEST_PRIMARIES_TO_MERGE:
        return None
    return int(np.flatnonzero(kind == CENTRAL)[-1])


def _point_hosts(kind: np.ndarray, points: int) -> np.ndarray:
    """Central schools in turn; the one that will close hosts none, so that its closure moves no teaching point."""
    hosts = np.flatnonzero(kind == CENTRAL)
    hosts = hosts[hosts != _closing_school(kind)]
    if not len(hosts):
        hosts = np.flatnonzero(kind == TOWN)
    return hosts[np.arange(points) % len(hosts)]


def _make_classes(
    schools: Schools, class_counts: np.ndarray, point_sizes: np.ndarray, first_day: np.datetime64, seed: int
) -> Classes:
    draw = stream(seed, "class_sizes")
    owner: list[np.ndarray] = []
    grades: list[np.ndarray] = []
    numbers: list[np.ndarray] = []
    sizes: list[np.ndarray] = []
    for grade in GRADES:
        at = np.flatnonzero((schools.stage == STAGE_OF_GRADE[grade]) & (schools.kind != POINT))
        school = np.repeat(at, schools.streams[at])
        starts = np.cumsum(schools.streams[at]) - schools.streams[at]
        owner.append(school)
        grades.append(np.full(len(school), grade))
        numbers.append(1 + np.arange(len(school)) - np.repeat(starts, schools.streams[at]))
        sizes.append(largest_remainder(int(class_counts[grade - 1]), draw.uniform(0.9, 1.1, len(school))))
    points = np.flatnonzero(schools.kind == POINT)
    school = np.concatenate([*owner, points])
    grade_of = np.concatenate([*grades, np.full(len(points), COMBINED_CLASS)])
    number = np.concatenate([*numbers, np.ones(len(points), dtype=np.int64)])
    size = np.concatenate([*sizes, point_sizes])
    order = np.lexsort([number, grade_of, school])
    opens = np.full(len(order), first_day)
    return Classes(school[order], grade_of[order], number[order], size[order], opens)


def _merge(schools: Schools, classes: Classes, date: np.datetime64) -> tuple[Classes, Merger]:
    """The last central school closes into the one before it, in a small city a teaching point into its school."""
    old = _closing_school(schools.kind)
    if old is None:
        return _merge_point(schools, classes, date)
    new = old - 1
    moving = np.flatnonzero(classes.school == old)
    heirs = np.arange(len(moving)) + len(classes.school)
    grown = Classes(
        school=np.append(classes.school, np.full(len(moving), new)),
        grade=np.append(classes.grade, classes.grade[moving]),
        number=np.append(classes.number, schools.streams[new] + classes.number[moving]),
        size=np.append(classes.size, np.zeros(len(moving), dtype=np.int64)),
        opens=np.append(classes.opens, np.full(len(moving), date)),
    )
    keys = zip(moving.tolist(), classes.grade[moving].tolist(), strict=True)
    return grown, Merger(old, new, dict(zip(keys, heirs.tolist(), strict=True)), date)


def _merge_point(schools: Schools, classes: Classes, date: np.datetime64) -> tuple[Classes, Merger]:
    old = int(np.flatnonzero(schools.kind == POINT)[0])
    new = int(schools.parent[old])
    mixed = int(np.flatnonzero(classes.school == old)[0])
    first_of_grade = {
        grade: int(np.flatnonzero((classes.school == new) & (classes.grade == grade))[0]) for grade in (1, 2, 3)
    }
    return classes, Merger(old, new, {(mixed, grade): heir for grade, heir in first_of_grade.items()}, date)
