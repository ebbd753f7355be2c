# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From arrays to the tables of the data model, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np

from childwell._table import Categorical, Table

from ._attendance import ILLNESS, OUTING, SESSIONS, Marks, Registers, code_vocabulary
from ._enrolment import KINDS, LEAVER, LEFT_TO, OPEN, UNKNOWN, Enrolment
from ._exams import SCOPE_OF, STATUSES, SUBJECTS, Results, paper_code
from ._people import People
from ._places import (
    CITY,
    COUNTIES,
    JUNIOR,
    MERGER_DATE,
    POINT,
    SENIOR,
    STAGE_NAMES,
    STAGE_OF_GRADE,
    TOWN,
    Layout,
    county_codes,
)
from ._school_year import SchoolYear
from ._streams import stream

GROUPS = ("day", "five_day", "full")
REGISTER_MODES = ("full", "by_exception", "not_taken")
SOURCES = ("register_app", "paper")
_LONG_AGO = np.datetime64("2020-09-01")
_CITY_CENTRE = (28.0, 116.0)  # degrees; the layout is drawn around a round figure, no real place


def _made_up(columns: dict[str, Any]) -> Table:
    return Table(columns, made_up=True)


def _coded(codes: np.ndarray, words: tuple[str, ...]) -> Categorical:
    return Categorical._unchecked(np.ascontiguousarray(codes, dtype=np.int32), words)


def _constant(word: str, rows: int) -> Categorical:
    return _coded(np.zeros(rows, dtype=np.int32), (word,))


def _numbered(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(np.char.mod(f"{prefix}%07d", np.arange(1, count + 1)).tolist())


class Names:
    """The codes of all children, households and places, made once and shared by the tables."""

    def __init__(self, layout: Layout, people: People) -> None:
        self.children = _numbered("MADEUP-", len(people))
        self.households = _numbered("MADEUP-H", int(people.household.max()) + 1)
        self.schools = layout.schools.codes()
        self.classes = layout.classes.codes(self.schools)
        self.villages = layout.land.village_codes()
        self.townships = layout.land.township_codes()


def places_table(layout: Layout, names: Names) -> Table:
    """City, counties, townships, villages; schools and teaching points; classes."""
    land, schools, classes = layout.land, layout.schools, layout.classes
    counties, seats = county_codes(), land.is_seat()
    township_area = np.where(seats, "town", "rural").astype("U5")
    township_area[0] = "urban"
    school_parent = [
        names.townships[township] if parent < 0 else names.schools[parent]
        for township, parent in zip(schools.township, schools.parent, strict=True)
    ]
    merged_away = np.arange(len(schools.kind)) == layout.merger.old
    nowhere = np.full(len(classes.school), np.nan)
    blocks = [
        # place, kind, parent, from, to, urban_rural, xy
        ((CITY,), "city", ("",), None, None, ("",), np.zeros((1, 2))),
        (counties, "county", (CITY,) * COUNTIES, None, None, ("",) * COUNTIES, land.township_xy[seats]),
        (
            names.townships,
            "township",
            [counties[county] for county in land.township_county],
            None,
            None,
            township_area,
            land.township_xy,
        ),
        (
            names.villages,
            "village",
            [names.townships[township] for township in land.village_township],
            None,
            None,
            township_area[land.village_township],
            land.village_xy,
        ),
        (
            names.schools,
            np.where(schools.kind == POINT, "teaching_point", "school"),
            school_parent,
            None,
            np.where(merged_away, MERGER_DATE - 1, OPEN),
            township_area[schools.township],
            schools.xy,
        ),
        (
            names.classes,
            "class",
            [names.schools[school] for school in classes.school],
            classes.opens,
            np.where(merged_away[classes.school], MERGER_DATE - 1, OPEN),
            township_area[schools.township[classes.school]],
            np.column_stack([nowhere, nowhere]),
        ),
    ]
    return _made_up(_stack_places(blocks))


def _stack_places(blocks: list[tuple[Any, ...]]) -> dict[str, Any]:
    rows = [len(block[0]) for block in blocks]

    def texts(position: int) -> np.ndarray:
        return np.concatenate(
            [np.broadcast_to(np.asarray(block[position]), count) for block, count in zip(blocks, rows, strict=True)]
        )

    def dates(position: int, otherwise: np.datetime64) -> np.ndarray:
        return np.concatenate(
            [
                np.broadcast_to(otherwise if block[position] is None else block[position], count)
                for block, count in zip(blocks, rows, strict=True)
            ]
        ).astype("datetime64[D]")

    xy = np.concatenate([block[6] for block in blocks])
    return {
        "place": texts(0),
        "kind": texts(1),
        "parent": texts(2),
        "from": dates(3, _LONG_AGO),
        "to": dates(4, OPEN),
        "urban_rural": texts(5),
        "lat": _CITY_CENTRE[0] + xy[:, 1],
        "lon": _CITY_CENTRE[1] + xy[:, 0],
    }


def lineage_table(layout: Layout, names: Names, through: np.datetime64) -> Table:
    happened = np.flatnonzero(np.array([through >= MERGER_DATE]))
    return _made_up(
        {
            "old": _coded(np.full(1, layout.merger.old)[happened], names.schools),
            "date": np.full(1, MERGER_DATE)[happened],
            "new": _coded(np.full(1, layout.merger.new)[happened], names.schools),
            "kind": _constant("merged", len(happened)),
        }
    )


def children_table(people: People, names: Names) -> Table:
    return _made_up(
        {
            "child": _coded(np.arange(len(people)), names.children),
            "sex": _coded(people.is_boy, ("female", "male")),
            "birth_month": people.birth_month.astype("datetime64[D]"),
            "household": _coded(people.household, names.households),
        }
    )


def residence_table(people: People, names: Names) -> Table:
    return _made_up(
        {
            "child": _coded(np.arange(len(people)), names.children),
            "place": _coded(people.village, names.villages),
            "from": np.full(len(people), _LONG_AGO),
            "to": np.full(len(people), OPEN),
        }
    )


def enrolment_table(layout: Layout, people: People, enrolment: Enrolment, names: Names) -> Table:
    grade = people.grade[enrolment.child]
    return _made_up(
        {
            "child": _coded(enrolment.child, names.children),
            "school": _coded(layout.classes.school[enrolment.school_class], names.schools),
            "class": _coded(enrolment.school_class, names.classes),
            "grade": grade.astype(np.int8),
            "stage": _coded(STAGE_OF_GRADE[grade], STAGE_NAMES),
            "from": enrolment.start,
            "to": enrolment.end,
            "kind": _coded(enrolment.kind, KINDS),
            "left_to": _coded(enrolment.left_to, LEFT_TO),
        }
    )


def boarding_groups(layout: Layout, people: People, seed: int) -> np.ndarray:
    """Most senior pupils and half of the junior ones board, and some from grade 3 in central schools."""
    kind = layout.schools.kind[layout.classes.school[people.school_class]]
    share = np.select(
        [kind == SENIOR, kind == JUNIOR, (kind != TOWN) & (kind != POINT) & (people.grade >= 3)],
        [0.72, 0.5, 0.12],
        0.0,
    )
    draw = stream(seed, "boarding")
    boards = draw.random(len(people)) < share
    return np.where(boards, np.where(draw.random(len(people)) < 0.75, 1, 2), 0)


def boarding_table(group: np.ndarray, year: SchoolYear, names: Names) -> Table:
    return _made_up(
        {
            "child": _coded(np.arange(len(group)), names.children),
            "from": np.full(len(group), year.first_day),
            "to": np.full(len(group), OPEN),
            "group": _coded(group, GROUPS),
        }
    )


def calendar_table(year: SchoolYear, closures: list[tuple[int, np.ndarray]], names: Names) -> Table:
    """The city's school days and holidays; ordinary weekends have no row. Then the schools' own closures."""
    rows = [(school, date) for school, dates in closures for date in dates]
    closed = np.array([date for _, date in rows], dtype="datetime64[D]")
    at = np.searchsorted(year.dates, closed)
    weeks = np.append(year.weeks, year.weeks[at])
    terms = np.append(year.terms, year.terms[at])
    table = {
        "place": np.append(np.full(len(year.dates), CITY), [names.schools[school] for school, _ in rows]),
        "date": np.append(year.dates, closed),
        "kind": np.append(year.kinds, np.full(len(rows), "closure")),
        "week": weeks,
        "term": _coded(terms, year.term_names),
    }
    return Table(table, masks={"week": weeks == 0}, made_up=True)


def sessions_table(layout: Layout, year: SchoolYear, names: Names) -> Table:
    """A morning and an afternoon for everybody, and evening study, outside the default rate, for boarders."""
    schools = len(layout.schools.kind)
    pattern = [(group, session) for group in range(3) for session in range(3) if session < 2 or group > 0]
    group, session = np.tile(np.array(pattern), (schools, 1)).T
    school = np.repeat(np.arange(schools), len(pattern))
    return _made_up(
        {
            "school": _coded(school, names.schools),
            "stage": _coded(layout.schools.stage[school], STAGE_NAMES),
            "group": _coded(group, GROUPS),
            "session": _coded(session, SESSIONS),
            "from": np.full(len(school), year.first_day),
            "units": np.ones(len(school), dtype=np.int8),
            "compulsory": session < 2,
        }
    )


def registers_table(registers: Registers, names: Names) -> Table:
    return _made_up(
        {
            "class": _coded(registers.school_class, names.classes),
            "date": registers.date,
            "session": _coded(registers.session, SESSIONS),
            "mode": _coded(registers.mode, REGISTER_MODES),
        }
    )


def attendance_table(marks: Marks, names: Names) -> Table:
    codes, lookup, _ = code_vocabulary()
    return _made_up(
        {
            "child": _coded(marks.child, names.children),
            "school": _coded(marks.school, names.schools),
            "date": marks.date,
            "session": _coded(marks.session, SESSIONS),
            "code": _coded(lookup[marks.dialect, marks.state], codes),
            "units_absent": ((marks.state >= ILLNESS) & (marks.state < OUTING)).astype(np.int8),
            "source": _coded(marks.source, SOURCES),
            "known_on": marks.known_on,
        }
    )


def exams_tables(results: Results, names: Names) -> tuple[Table, Table]:
    """(exams, exam_results); a paper is numbered in the order of the exams table."""
    papers, setters, exam_of, subject_of, dates, fulls, scopes = [], [], [], [], [], [], []
    exams = tuple(dict.fromkeys(sitting.exam for sitting in results.sittings))
    first_paper = []
    for sitting, places in zip(results.sittings, results.places, strict=True):
        first_paper.append(len(papers))
        coded = [paper_code(sitting, int(place), names.schools) for place in places]
        papers += [paper for paper, _ in coded]
        setters += [setter for _, setter in coded]
        exam_of += [exams.index(sitting.exam)] * len(places)
        subject_of += [sitting.subject] * len(places)
        dates += [sitting.date] * len(places)
        fulls += [sitting.full] * len(places)
        scopes += [SCOPE_OF[sitting.which]] * len(places)
    exams_table = {
        "exam": _coded(np.array(exam_of, dtype=np.int32), exams),
        "subject": _coded(np.array(subject_of, dtype=np.int32), SUBJECTS),
        "paper": _coded(np.arange(len(papers)), tuple(papers)),
        "scope": np.array(scopes, dtype=object),
        "setter": np.array(setters, dtype=object),
        "date": np.array(dates, dtype="datetime64[D]"),
        "scale": _constant("points", len(papers)),
        "full": np.array(fulls, dtype=np.float64),
    }
    return _made_up(exams_table), _results_table(results, exams, first_paper, tuple(papers), names)


def _results_table(
    results: Results, exams: tuple[str, ...], first_paper: list[int], papers: tuple[str, ...], names: Names
) -> Table:
    lengths = [len(piece) for piece in results.child]
    exam = np.array([exams.index(sitting.exam) for sitting in results.sittings], dtype=np.int32)
    subject = np.array([sitting.subject for sitting in results.sittings], dtype=np.int32)
    paper = [piece + first for piece, first in zip(results.paper, first_paper, strict=True)]
    return _made_up(
        {
            "child": _coded(_joined(results.child, np.int32), names.children),
            "exam": _coded(np.repeat(exam, lengths), exams),
            "subject": _coded(np.repeat(subject, lengths), SUBJECTS),
            "paper": _coded(_joined(paper, np.int32), papers),
            "value": _joined(results.value, np.float64),
            "status": _coded(_joined(results.status, np.int32), STATUSES),
        }
    )


def _joined(pieces: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate([np.empty(0, dtype=kind), *pieces])


def outcomes_table(enrolment: Enrolment, names: Names) -> Table:
    """Children who left for an unknown place, as the bureau learns of it three weeks later."""
    lost = (enrolment.role[enrolment.child] == LEAVER) & (enrolment.left_to == UNKNOWN)
    date = enrolment.end[lost] + np.timedelta64(1, "D")
    return _made_up(
        {
            "child": _coded(enrolment.child[lost], names.children),
            "date": date,
            "kind": _constant("left_school", len(date)),
            "known_on": date + np.timedelta64(21, "D"),
        }
    )


def consents_table(people: People, purpose: str, names: Names, seed: int) -> Table:
    """A few guardians have withdrawn this purpose: the child stays in the roll counts."""
    chance = stream(seed, "consents").random(len(people))
    count = max(1, round(0.002 * len(people)))
    child = np.sort(np.argsort(chance, kind="stable")[:count])
    return _made_up(
        {
            "child": _coded(child, names.children),
            "purpose": _constant(purpose, count),
            "from": np.full(count, np.datetime64("2025-10-13")),
            "to": np.full(count, OPEN),
            "basis": _constant("withdrawn", count),
        }
    )
