# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A made-up city, so that tests, teaching and benchmarks need no child's data.

The generator shares no form and no constant with the estimators that are tried on it, and imports none of them.
"""

from __future__ import annotations

import operator

import numpy as np

from . import _tables
from ._attendance import attend, code_vocabulary
from ._city import City
from ._enrolment import enrol
from ._exams import planned_sittings, sit_exams
from ._people import populate
from ._places import lay_out
from ._recording import local_closures, recording_habits
from ._school_year import SchoolYear, school_year

__all__ = ["City", "city"]

_FEWEST, _MOST = 50, 1_000_000


def city(*, children: int = 3000, seed: int = 1, through: str | None = None) -> City:
    """Make a city of five counties with its schools, children, registers, marks and exams.

    Use it to try childwell, to teach, to test and to time. Not to learn anything about children: nobody in it exists,
    and every rate in it is a constant of the generator.

    Parameters
    ----------
    children : int, default 3000
        Number of children in grades 1 to 12, 50 to 1,000,000. Schools and classes grow with it; below about 1,500
        classes are smaller than 30 and there are fewer townships.
    seed : int, default 1
        Any whole number from 0 below 2**64.
    through : str, optional
        Last day of the records, ISO date inside the school year 2025-2026. Default: the end of the autumn term,
        2026-01-30. A later day repeats everything before it and adds to it.

    Returns
    -------
    City
        A mapping of table names to `Table`, columns as in the data model. Marks bear the codes that schools write,
        with the map to the schema's words in `.codes`. Missing: null, NaN or NaT.

    Raises
    ------
    ValueError
        When `children`, `seed` or `through` lies outside its range.

    Notes
    -----
    Same arguments and same NumPy release, same bytes: Philox, one stream a purpose. Every change of enrolment falls on
    a school day after a rest day. Cost grows with children times days; figures in `benchmarks/README.md`.

    References
    ----------
    Holidays, make-up days and terms: `src/rules/calendar_cn.toml`, with its sources; checked day by day against the
    package chinesecalendar. Philox: Salmon et al. 2011, doi:10.1145/2063384.2063405.
    """
    count, key = _whole("children", children, _FEWEST, _MOST), _whole("seed", seed, 0, 2**64 - 1)
    year = school_year()
    last_day = _last_day(year, through)

    layout = lay_out(count, key)
    people = populate(layout, key)
    habits = recording_habits(layout.schools, key)
    closures = local_closures(layout.schools, key)
    enrolment = enrol(layout, people, habits, year, last_day, key)
    boarding = _tables.boarding_groups(layout, people, key)
    exam_days = {sitting.date for sitting in planned_sittings(year)}
    marks, registers, truth = attend(
        layout, people, enrolment, boarding, habits, closures, year, last_day, exam_days, key
    )
    results = sit_exams(layout, people, enrolment.role, year, truth, key)

    names = _tables.Names(layout, people)
    exams, exam_results = _tables.exams_tables(results, names)
    tables = {
        "places": _tables.places_table(layout, names),
        "lineage": _tables.lineage_table(layout, names, last_day),
        "children": _tables.children_table(people, names),
        "residence": _tables.residence_table(people, names),
        "enrolment": _tables.enrolment_table(layout, people, enrolment, names),
        "boarding": _tables.boarding_table(boarding, year, names),
        "calendar": _tables.calendar_table(year, closures, names),
        "sessions": _tables.sessions_table(layout, year, names),
        "registers": _tables.registers_table(registers, names),
        "attendance": _tables.attendance_table(marks, names),
        "exams": exams,
        "exam_results": exam_results,
        "outcomes": _tables.outcomes_table(enrolment, names),
        "consents": _tables.consents_table(people, City.purpose, names, key),
    }
    codes = {"attendance.code": code_vocabulary()[2]}
    return City(tables, codes=codes, children=count, seed=key, as_of=str(last_day))


def _whole(name: str, given: int, lowest: int, highest: int) -> int:
    try:
        value = operator.index(given)
    except TypeError:
        raise ValueError(f"childwell.synthetic: {name} must be a whole number, not {type(given).__name__}") from None
    if not lowest <= value <= highest:
        raise ValueError(f"childwell.synthetic: {name} must lie between {lowest} and {highest}")
    return value


def _last_day(year: SchoolYear, through: str | None) -> np.datetime64:
    if through is None:
        return year.dates[year.terms == 0][-1]
    try:
        day = np.datetime64(str(through), "D")
    except ValueError:
        raise ValueError("childwell.synthetic: through must be an ISO date such as '2026-01-30'") from None
    if not year.first_day <= day <= year.last_day:
        raise ValueError(f"childwell.synthetic: through must lie between {year.first_day} and {year.last_day}, the school year made up here")
    return day
