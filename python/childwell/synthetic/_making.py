# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One layer of a city from its plan: places, children, lives, records; and the tables that show them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from childwell._table import Table

from . import _care, _tables
from ._attendance import Walk, attend
from ._concatenation import one_table
from ._enrolment import Enrolment, enrol
from ._exams import Results, planned_sittings, sit_exams
from ._layers import Layer
from ._mechanisms import Mechanisms
from ._people import People, populate
from ._people_and_money import site_places
from ._places import Layout, lay_out
from ._recording import Habits, local_closures, recording_habits
from ._school_year import SchoolYear
from ._screens import screening_days
from ._slipping import slipped_table
from ._wellbeing import Wellbeing
from ._year_before import enrolment_before, people_before, seed_before


@dataclass(frozen=True, eq=False)
class Plan:
    """What a city is made from, besides the number of its children."""

    seed: int
    year: SchoolYear
    through: np.datetime64
    mechanisms: Mechanisms
    purpose: str
    year_before: SchoolYear | None = None  # where the records begin with it


@dataclass(frozen=True, eq=False)
class Made:
    """Everything of one layer, as arrays; tables and truth are read from it."""

    plan: Plan
    layer: Layer
    layout: Layout
    people: People
    habits: Habits
    closures: list[tuple[int, np.ndarray]]
    enrolment: Enrolment
    boarding: np.ndarray
    wellbeing: Wellbeing
    walk: Walk
    results: Results
    names: _tables.Names
    care: _care.Care | None
    before: Made | None = None  # the same children in the year before


def make(layer: Layer, plan: Plan, *, with_truth: bool = False) -> Made:
    """Depends on the layer and the plan alone, so that layers may be made in any order and on any thread."""
    year, through, mechanisms, seed = plan.year, plan.through, plan.mechanisms, layer.seed
    layout = lay_out(layer, year, mechanisms)
    people = populate(layout, year, mechanisms, seed)
    habits = recording_habits(layout.schools, mechanisms, seed)
    closures = local_closures(layout.schools, year, mechanisms, seed)
    enrolment = enrol(layout, people, habits, year, through, mechanisms, seed)
    boarding = _tables.boarding_groups(layout, people, mechanisms, seed)
    wellbeing = Wellbeing(people, year.first_day, through, mechanisms, seed)
    days_to_keep = {sitting.date for sitting in planned_sittings(year)} | screening_days(year)
    walk = attend(
        layout,
        people,
        enrolment,
        boarding,
        habits,
        closures,
        wellbeing,
        year,
        through,
        days_to_keep,
        mechanisms,
        seed,
        with_truth=with_truth,
    )
    results = sit_exams(layout, people, enrolment.role, year, walk.kept, mechanisms, seed)
    names = _tables.Names(layout, people, enrolment.identities)
    care = _care.draw_care(layout, people, enrolment, year, mechanisms, seed, wellbeing=wellbeing)
    made = Made(
        plan, layer, layout, people, habits, closures, enrolment, boarding, wellbeing, walk, results, names, care
    )
    if plan.year_before is None:
        return made
    return replace(made, before=_make_before(made, plan.year_before, with_truth=with_truth))


def _make_before(made: Made, year: SchoolYear, *, with_truth: bool) -> Made:
    """The year before, from the same places and children; the year itself stays as it is without it."""
    plan, layout, seed = made.plan, made.layout, made.layer.seed
    mechanisms, of_days = plan.mechanisms, seed_before(seed)
    people, at_school = people_before(layout, made.people, seed)
    enrolment = enrolment_before(people, at_school, made.enrolment.role, year, plan.year.first_day)
    closures = local_closures(layout.schools, year, mechanisms, of_days)
    boarding = _tables.boarding_groups(layout, people, mechanisms, seed)
    wellbeing = Wellbeing(people, year.first_day, year.last_day, mechanisms, seed, seed_of_days=of_days)
    walk = attend(
        layout,
        people,
        enrolment,
        boarding,
        made.habits,
        closures,
        wellbeing,
        year,
        year.last_day,
        {sitting.date for sitting in planned_sittings(year)},
        mechanisms,
        seed,
        seed_of_days=of_days,
        with_truth=with_truth,
    )
    results = sit_exams(
        layout, people, enrolment.role, year, walk.kept, mechanisms, seed, seed_of_days=of_days
    )
    return replace(
        made,
        plan=replace(plan, year=year, through=year.last_day, year_before=None),
        people=people,
        closures=closures,
        enrolment=enrolment,
        boarding=boarding,
        wellbeing=wellbeing,
        walk=walk,
        results=results,
        care=None,  # families, help and screening are told of the last year alone
    )


def care_of(made: Made) -> tuple[dict[str, Table], dict[str, Any]]:
    """Tables of families, help, screening and money of one layer, and what is true of them."""
    plan, care = made.plan, made.care
    if care is None:
        return {}, {}
    return _care.make_care(
        made.layout,
        made.people,
        made.enrolment,
        plan.year,
        plan.mechanisms,
        made.layer.seed,
        care=care,
        kept=made.walk.kept,
        names=made.names,
        through=plan.through,
    )


def unread_of(made: Made) -> dict[str, Table]:
    """The tables of one layer that this version of the library does not read."""
    tables, _ = care_of(made)
    return {name: table for name, table in tables.items() if name not in _care.tables_read()}


def tables_of(made: Made) -> dict[str, Table]:
    """The tables of one layer; rows that belong to the whole city stand in those of the first layer."""
    tables = _tables_of_year(made)
    if made.before is None:
        return tables
    earlier = _tables_of_year(made.before)
    return _tables.two_years(earlier, tables, made.plan.year.first_day)


def all_of(made: Made) -> dict[str, Table]:
    """Every table of one layer, whether or not this version of the library reads it."""
    return {**tables_of(made), **unread_of(made)}


def _tables_of_year(made: Made) -> dict[str, Table]:
    layout, people, enrolment, names = made.layout, made.people, made.enrolment, made.names
    plan, identities = made.plan, made.enrolment.identities
    read = [name for name in _care.TABLES if name in _care.tables_read()]
    care = care_of(made)[0] if read else {}
    exams, exam_results = _tables.exams_tables(made.results, identities, layout, people, names)
    return {
        "places": _places(made),
        "lineage": _tables.lineage_table(layout, names, plan.through),
        "children": _tables.children_table(people, identities, names),
        "residence": _tables.residence_table(people, identities, names),
        "enrolment": _tables.enrolment_table(layout, people, enrolment, names),
        "boarding": _tables.boarding_table(made.boarding, identities, plan.year, names),
        "calendar": _tables.calendar_table(plan.year, made.closures, layout, names),
        "sessions": _tables.sessions_table(layout, plan.year, names),
        "registers": _tables.registers_table(made.walk.registers, names),
        "attendance": _tables.attendance_table(made.walk.marks, names),
        "exams": exams,
        "exam_results": exam_results,
        "outcomes": _outcomes(made),
        "consents": _tables.consents_table(people, plan.purpose, plan.year, plan.mechanisms, names, made.layer.seed),
        **{name: care[name] for name in read if name in care},
    }


def _places(made: Made) -> Table:
    places = _tables.places_table(made.layout, made.names)
    if made.care is None:
        return places
    return one_table("places", [places, site_places(made.layout, made.care.sites, made.names, made.plan.through)])


def _outcomes(made: Made) -> Table:
    left = _tables.outcomes_table(made.enrolment, made.names)
    if made.care is None:
        return left
    return one_table("outcomes", [left, slipped_table(made.care.slipping, made.names, made.plan.through)])
