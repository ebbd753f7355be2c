# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Children who slip: an outcome that distress, ability and the school explain in part, and chance the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from childwell._table import Table

from ._dates import months_of
from ._draws import draws
from ._enrolment import Enrolment
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _constant, _made_up

MECHANISMS = (
    Mechanism("slipping_by_child", 1.0, 0.0, 4.0, "log-odds a standard deviation",
              "children in distress slip more often"),
    Mechanism("slipping_by_ability", 0.5, 0.0, 4.0, "log-odds a standard deviation",
              "children who can do less in school slip more often"),
    Mechanism("slipping_by_school", 0.4, 0.0, 4.0, "standard deviation of the log-odds between schools",
              "a child slips more often in some schools, whatever the child is like"),
    Mechanism("slipping_unseen", 0.35, 0.0, 0.95, "share of children who slip",
              "a child slips for a cause that leaves no trace in any table before"),
)  # fmt: skip

KIND = "slipped"
TRACEABLE, UNSEEN = range(2)
# Two settings in which a list of children is worth something, and nothing beyond a list of schools.
CHILD_TELLS = {"slipping_by_child": 2.0, "slipping_by_ability": 0.0, "slipping_by_school": 0.0, "slipping_unseen": 0.0}
SCHOOL_ALONE_TELLS = {"slipping_by_child": 0.0, "slipping_by_ability": 0.0, "slipping_by_school": 1.4, "slipping_unseen": 0.0}

_SHARE_IN_A_MONTH = 0.006
_FIRST_MONTH = 2  # November: nobody slips before there is anything to see


def make_slipping(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    distress: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    ability: np.ndarray,
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Rows of the outcomes table; in truth each child's chance, its parts, and who slipped for no seen cause.

    `distress` is by (child, month) as it came out, `ability` by child and standardised.
    """
    months = months_of(year)
    draw = draws(seed, "slipping")
    school = layout.classes.school[people.school_class]
    by_school = mechanisms.size("slipping_by_school") * draw.standard_normal(len(layout.schools.kind))[school]
    by_ability = -mechanisms.size("slipping_by_ability") * ability
    unseen = mechanisms.size("slipping_unseen")
    when = np.full(len(people), -1)
    date = np.full(len(people), np.datetime64("NaT", "D"))
    cause = np.full(len(people), -1)
    seen_chance = np.zeros((len(people), len(months)), dtype=np.float32)
    base = np.log(_SHARE_IN_A_MONTH / (1 - _SHARE_IN_A_MONTH))
    for month in range(_FIRST_MONTH, len(months) - 1):
        # What was felt in the two months before, so that it can be seen before the child slips.
        felt = distress[:, month - 2 : month].mean(axis=1)
        leaning = base + mechanisms.size("slipping_by_child") * felt + by_ability + by_school
        seen_chance[:, month] = 1.0 / (1.0 + np.exp(-leaning))
        draw = draws(seed, "slipping", block=month)
        chance = draw.random((3, len(people)))
        first = months[month].astype("datetime64[D]")
        day = np.busday_offset(first, np.floor(19 * chance[2]).astype(np.int64), roll="forward")
        # The unseen takes the place of the seen, so that as many slip with it as without.
        by_chance = chance[0] < unseen * seen_chance[:, month].mean()
        traceable = chance[1] < (1.0 - unseen) * seen_chance[:, month]
        slips = (when < 0) & (by_chance | traceable) & (here[0] <= day) & (day <= here[1])
        when[slips], date[slips] = month, day[slips]
        cause[slips] = np.where(traceable, TRACEABLE, UNSEEN)[slips]
    child = np.flatnonzero(date <= through)
    child = child[np.lexsort([child, date[child]])]
    table = {
        "child": _coded(child, names.children),
        "date": date[child],
        "kind": _constant(KIND, len(child)),
        "known_on": date[child] + 14,
    }
    truth = {
        "slipping_chance": seen_chance,  # (child, month), before the unseen takes its share
        "slipping_school_part": by_school,
        "slipped_on": date,
        "slipped_in": when,  # month, -1 for never
        "slipping_cause": cause,  # TRACEABLE, UNSEEN or -1
    }
    return {"outcomes": _made_up(table)}, truth
