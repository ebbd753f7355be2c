# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""From arrays to the tables of the data model, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np

from childwell._table import Categorical, Table, coded, values

from ._attendance import ILLNESS, OUTING, SESSIONS, Marks, Registers, code_vocabulary
from ._concatenation import one_table
from ._enrolment import KINDS, LEAVER, LEFT_TO, OPEN, UNKNOWN, Enrolment, Identities
from ._exams import SCOPE_OF, STATUSES, SUBJECTS, Results, paper_code
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import (
    CITY,
    COUNTIES,
    JUNIOR,
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

MECHANISMS = (
    Mechanism(
        "boarding", 1, 0, 1.3, "of the usual shares",
        "children board: most of the senior ones, half of the junior ones",
    ),
    Mechanism(
        "withdrawn_consents", 0.002, 0, 0.5, "share of children",
        "whose guardians withdraw this purpose in October",
    ),
)
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


def _numbered(prefix: str, first: int, count: int) -> tuple[str, ...]:
    return tuple(np.char.mod(f"{prefix}%07d", first + np.arange(1, count + 1)).tolist())


class Names:
    """The codes of all children, households and places of a layer, made once and shared by the tables."""

    def __init__(self, layout: Layout, people: People, identities: Identities) -> None:
        self.children = _numbered("MADEUP-", people.first, len(people))
        self.children += tuple(f"MADEUP-T{people.first + number:07d}" for number in identities.second)
        self.households = _numbered("MADEUP-H", people.first, int(people.household.max()) + 1)
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
    last_day = layout.merger.date - 1
    nowhere = np.full(len(classes.school), np.nan)
    city = [
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
    ]
    blocks = [
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
            np.where(merged_away, last_day, OPEN),
            township_area[schools.township],
            schools.xy,
        ),
        (
            names.classes,
            "class",
            [names.schools[school] for school in classes.school],
            classes.opens,
            np.where(merged_away[classes.school], last_day, OPEN),
            township_area[schools.township[classes.school]],
            np.column_stack([nowhere, nowhere]),
        ),
    ]
    return _made_up(_stack_places(blocks if layout.layer.number else city + blocks))


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
    happened = np.flatnonzero(np.array([layout.merger.old >= 0 and through >= layout.merger.date]))
    return _made_up(
        {
            "old": _coded(np.full(1, layout.merger.old)[happened], names.schools),
            "date": np.full(1, layout.merger.date)[happened],
            "new": _coded(np.full(1, layout.merger.new)[happened], names.schools),
            "kind": _constant("merged", len(happened)),
        }
    )


def _with_second(count: int, identities: Identities) -> tuple[np.ndarray, np.ndarray]:
    """(child behind, first day) of every identifier in use; NaT where it was there from the beginning."""
    changed = np.flatnonzero(identities.identifier >= count)
    return (
        np.append(np.arange(count), identities.child[changed]),
        np.append(np.full(count, OPEN), identities.since[changed]),
    )


def children_table(people: People, identities: Identities, names: Names) -> Table:
    behind, _ = _with_second(len(people), identities)
    return _made_up(
        {
            "child": _coded(np.arange(len(behind)), names.children),
            "sex": _coded(people.is_boy[behind], ("female", "male")),
            "birth_month": people.birth_month[behind].astype("datetime64[D]"),
            "household": _coded(people.household[behind], names.households),
        }
    )


def residence_table(people: People, identities: Identities, names: Names) -> Table:
    behind, since = _with_second(len(people), identities)
    return _made_up(
        {
            "child": _coded(np.arange(len(behind)), names.children),
            "place": _coded(people.village[behind], names.villages),
            "from": np.where(np.isnat(since), _LONG_AGO, since),
            "to": np.full(len(behind), OPEN),
        }
    )


def enrolment_table(layout: Layout, people: People, enrolment: Enrolment, names: Names) -> Table:
    grade = people.grade[enrolment.child]
    return _made_up(
        {
            "child": _coded(enrolment.identities.of(enrolment.child, enrolment.start, len(people)), names.children),
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


def boarding_groups(layout: Layout, people: People, mechanisms: Mechanisms, seed: int) -> np.ndarray:
    """Most senior pupils and half of the junior ones board, and one in six from grade 3 in central schools."""
    kind = layout.schools.kind[layout.classes.school[people.school_class]]
    share = np.select(
        [kind == SENIOR, kind == JUNIOR, (kind != TOWN) & (kind != POINT) & (people.grade >= 3)],
        [0.72, 0.5, 0.18],
        0.0,
    )
    draw = stream(seed, "boarding")
    boards = draw.random(len(people)) < share * mechanisms.size("boarding")
    return np.where(boards, np.where(draw.random(len(people)) < 0.75, 1, 2), 0)


def boarding_table(group: np.ndarray, identities: Identities, year: SchoolYear, names: Names) -> Table:
    behind, since = _with_second(len(group), identities)
    return _made_up(
        {
            "child": _coded(np.arange(len(behind)), names.children),
            "from": np.where(np.isnat(since), year.first_day, since),
            "to": np.full(len(behind), OPEN),
            "group": _coded(group[behind], GROUPS),
        }
    )


def calendar_table(
    year: SchoolYear, closures: list[tuple[int, np.ndarray]], layout: Layout, names: Names
) -> Table:
    """The city's school days and holidays; ordinary weekends have no row. Then the schools' own closures."""
    rows = [(school, date) for school, dates in closures for date in dates]
    closed = np.array([date for _, date in rows], dtype="datetime64[D]")
    of_city = np.arange(0 if layout.layer.number else len(year.dates))
    at = np.append(of_city, np.searchsorted(year.dates, closed)).astype(np.int64)
    weeks = year.weeks[at]
    table = {
        "place": [CITY] * len(of_city) + [names.schools[school] for school, _ in rows],
        "date": year.dates[at],
        "kind": np.append(year.kinds[of_city], np.full(len(rows), "closure")),
        "week": weeks,
        "term": _coded(year.terms[at], year.term_names),
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


_OF_A_YEAR = ("enrolment", "boarding", "calendar", "registers", "attendance", "exams", "exam_results")


def two_years(earlier: dict[str, Table], later: dict[str, Table], first_day: np.datetime64) -> dict[str, Table]:
    """The tables of the later year with the earlier one's rows before theirs, where a table has rows of a year."""
    both = dict(later)
    boarding, enrolled = earlier["boarding"], coded(earlier["enrolment"], "child").codes
    earlier["boarding"] = boarding.take(np.isin(coded(boarding, "child").codes, enrolled))
    of_earlier = len(earlier["boarding"])
    for name in _OF_A_YEAR:
        both[name] = one_table(name, [earlier[name], later[name]])
    began = values(earlier["sessions"], "from")
    both["sessions"] = _with(later["sessions"], {"from": began})
    places = later["places"]
    since = values(places, "from")
    both["places"] = _with(places, {"from": np.where(since == first_day, began[0], since)})
    enrolment, boarding = both["enrolment"], both["boarding"]
    both["enrolment"] = enrolment.take(np.lexsort([values(enrolment, "from"), coded(enrolment, "child").codes]))
    group_ends = np.where(np.arange(len(boarding)) < of_earlier, first_day - 1, values(boarding, "to"))
    both["boarding"] = _with(boarding, {"to": group_ends})
    return both


def _with(table: Table, columns: dict[str, np.ndarray]) -> Table:
    return _made_up({name: columns.get(name, table.column(name)) for name in table.columns})


def exams_tables(
    results: Results, identities: Identities, layout: Layout, people: People, names: Names
) -> tuple[Table, Table]:
    """(exams, exam_results); a paper is numbered in the order of the exams table."""
    papers: list[str] = []
    setters, exam_of, subject_of, dates, fulls, scopes = [], [], [], [], [], []
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
    # A county's papers stand once, with the first layer.
    own = np.flatnonzero(np.array([layout.layer.number == 0 or scope == "school" for scope in scopes], dtype=bool))
    exams_table = {
        "exam": _coded(np.array(exam_of, dtype=np.int32)[own], exams),
        "subject": _coded(np.array(subject_of, dtype=np.int32)[own], SUBJECTS),
        "paper": _coded(own, tuple(papers)),
        "scope": np.array(scopes, dtype=object)[own],
        "setter": np.array(setters, dtype=object)[own],
        "date": np.array(dates, dtype="datetime64[D]")[own],
        "scale": _constant("points", len(own)),
        "full": np.array(fulls, dtype=np.float64)[own],
    }
    return _made_up(exams_table), _results_table(
        results, identities, len(people), exams, first_paper, tuple(papers), names
    )


def _results_table(
    results: Results,
    identities: Identities,
    children: int,
    exams: tuple[str, ...],
    first_paper: list[int],
    papers: tuple[str, ...],
    names: Names,
) -> Table:
    lengths = [len(piece) for piece in results.child]
    exam = np.array([exams.index(sitting.exam) for sitting in results.sittings], dtype=np.int32)
    subject = np.array([sitting.subject for sitting in results.sittings], dtype=np.int32)
    date = np.repeat(np.array([sitting.date for sitting in results.sittings], dtype="datetime64[D]"), lengths)
    paper = [piece + first for piece, first in zip(results.paper, first_paper, strict=True)]
    child = identities.of(_joined(results.child, np.int32), date, children)
    return _made_up(
        {
            "child": _coded(child, names.children),
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


def consents_table(
    people: People, purpose: str, year: SchoolYear, mechanisms: Mechanisms, names: Names, seed: int
) -> Table:
    """A few guardians have withdrawn this purpose: the child stays in the roll counts."""
    chance, share = stream(seed, "consents").random(len(people)), mechanisms.size("withdrawn_consents")
    count = max(1, round(share * len(people))) if share else 0
    child = np.sort(np.argsort(chance, kind="stable")[:count])
    return _made_up(
        {
            "child": _coded(child, names.children),
            "purpose": _constant(purpose, count),
            "from": np.full(count, year.monday(10, 13)),
            "to": np.full(count, OPEN),
            "basis": _constant("withdrawn", count),
        }
    )
