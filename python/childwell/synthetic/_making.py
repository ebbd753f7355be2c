# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""One layer of a city from its plan: places, children, lives, records; and the tables that show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from . import _care, _tables
from ._attendance import Walk, attend
from ._enrolment import Enrolment, enrol
from ._concatenation import one_table
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


@dataclass(frozen=True, eq=False)
class Plan:
    """What a city is made from, besides the number of its children."""

    seed: int
    year: SchoolYear
    through: np.datetime64
    mechanisms: Mechanisms
    purpose: str


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
    care: _care.Care


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
    return Made(
        plan, layer, layout, people, habits, closures, enrolment, boarding, wellbeing, walk, results, names, care
    )


def care_of(made: Made) -> tuple[dict[str, Table], dict[str, Any]]:
    """Tables of families, help, screening and money of one layer, and what is true of them."""
    plan = made.plan
    return _care.make_care(
        made.layout,
        made.people,
        made.enrolment,
        plan.year,
        plan.mechanisms,
        made.layer.seed,
        care=made.care,
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
    layout, people, enrolment, names = made.layout, made.people, made.enrolment, made.names
    plan, identities = made.plan, made.enrolment.identities
    read = [name for name in _care.TABLES if name in _care.tables_read()]
    care = care_of(made)[0] if read else {}
    exams, exam_results = _tables.exams_tables(made.results, identities, layout, people, names)
    return {
        "places": one_table(
            "places",
            [_tables.places_table(layout, names), site_places(layout, made.care.sites, names, plan.through)],
        ),
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
        "outcomes": one_table(
            "outcomes",
            [_tables.outcomes_table(enrolment, names), slipped_table(made.care.slipping, names, plan.through)],
        ),
        "consents": _tables.consents_table(people, plan.purpose, plan.year, plan.mechanisms, names, made.layer.seed),
        **{name: care[name] for name in read},
    }
