# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""All tables about families, help, screening and money, made in the order in which they depend on each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from childwell._table import Table

from . import _family, _help, _people_and_money, _screens, _slipping, _distress
from ._enrolment import GHOST, Enrolment
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names

MECHANISMS: tuple[Mechanism, ...] = (
    *_family.MECHANISMS,
    *_distress.MECHANISMS,
    *_people_and_money.MECHANISMS,
    *_help.MECHANISMS,
    *_screens.MECHANISMS,
    *_slipping.MECHANISMS,
)

_FAR = np.datetime64("2100-01-01")
_LONG_AGO = np.datetime64("1900-01-01")


def make_care(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    absence: np.ndarray | None = None,
    names: Names | None = None,
    through: np.datetime64 | None = None,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Every table of the data model that registers and exams do not make, and `outcomes` of children who slip.

    `absence`, by child, is a standardised leaning to be absent; with it, slipping shows in the registers too.
    """
    names = names or Names(layout, people)
    through = year.last_day if through is None else through
    where = (layout, people, enrolment, year, mechanisms, seed)
    shown: dict[str, Any] = {"names": names, "through": through}
    here = presence(people, enrolment)

    tables, truth = _family.make_family(*where, **shown)
    family = truth["family"]
    _, wellbeing = _distress.make_distress(*where, family=family)
    lasting, untreated = wellbeing["distress_lasting"], wellbeing["distress_untreated"]
    staffed, people_truth = _people_and_money.make_people(*where, distress=untreated[:, 0], **shown)
    sites, staff = people_truth["sites"], people_truth["staff"]
    helped, help_truth = _help.make_help(
        *where,
        family=family,
        guardian_names=truth["guardian_names"],
        sites=sites,
        staff=staff,
        lasting=lasting,
        untreated=untreated,
        here=here,
        **shown,
    )
    distress = help_truth["distress"]
    spent, money_truth = _people_and_money.make_money(
        *where,
        family=family,
        sites=sites,
        staff=staff,
        slots=people_truth["slots"],
        distress=untreated[:, 0],
        here=here,
        programmes=(*_help.PROGRAMMES, _help.LECTURES),
        **shown,
    )
    left_behind = truth["left_behind"][1]
    screened, screen_truth = _screens.make_screens(
        *where, distress=distress, left_behind=left_behind, here=on_roll(people, enrolment), **shown
    )
    slipped, slip_truth = _slipping.make_slipping(*where, distress=distress, here=here, absence=absence, **shown)
    tables = {**tables, **staffed, **helped, **spent, **screened, **slipped}
    parts = (truth, wellbeing, people_truth, help_truth, money_truth, screen_truth, slip_truth)
    return tables, {name: value for part in parts for name, value in part.items()} | {"here": here}


def on_roll(people: People, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of every child on the roll of a school; who never was has a first day after the last."""
    first = np.full(len(people), _FAR)
    last = np.full(len(people), _LONG_AGO)
    ends = np.where(np.isnat(enrolment.end), _FAR, enrolment.end)
    np.minimum.at(first, enrolment.child, enrolment.start)
    np.maximum.at(last, enrolment.child, ends)
    return first, last


def presence(people: People, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
    """The same without ghosts, whom nobody can help or measure."""
    first, last = on_roll(people, enrolment)
    ghost = enrolment.role == GHOST
    first[ghost], last[ghost] = _FAR, _LONG_AGO
    return first, last
