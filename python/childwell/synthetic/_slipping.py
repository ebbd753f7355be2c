# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Children who slip: an outcome that distress, ability and the school explain in part, and chance the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from childwell._table import Table

from ._dates import months_of
from ._draws import draws
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _constant, _made_up

MECHANISMS = (
    Mechanism("slipping", 0.006, 0.0, 0.2, "share of children in a month",
              "children slip, the usual ones; those worse off in one of the ways below slip more often"),
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
SCHOOL_ALONE_TELLS = {
    "slipping_by_child": 0.0,
    "slipping_by_ability": 0.0,
    "slipping_by_school": 1.4,
    "slipping_unseen": 0.0,
}

_FIRST_MONTH = 2  # November: nobody slips before there is anything to see


@dataclass(frozen=True, eq=False)
class Slipping:
    """The truth about slipping, one entry a child."""

    date: np.ndarray  # NaT: never
    cause: np.ndarray  # TRACEABLE, UNSEEN or -1
    school_part: np.ndarray  # of the log-odds
    chance: np.ndarray  # (child, month), before the unseen takes its share


def draw_slipping(
    layout: Layout,
    people: People,
    distress: np.ndarray,
    ability: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
) -> Slipping:
    """Who slips when and why; `distress` is by (child, month) as it came out, `ability` by child and standardised."""
    months = months_of(year)
    school = layout.classes.school[people.school_class]
    drawn = draws(seed, "slipping").standard_normal(len(layout.schools.kind))
    by_school = mechanisms.size("slipping_by_school") * drawn[school]
    by_ability = -mechanisms.size("slipping_by_ability") * ability
    unseen = mechanisms.size("slipping_unseen")
    date = np.full(len(people), np.datetime64("NaT", "D"))
    cause = np.full(len(people), -1)
    every_chance = np.zeros((len(people), len(months)), dtype=np.float32)
    usual = mechanisms.size("slipping")
    base = np.log(usual / (1 - usual)) if usual > 0 else -np.inf
    for month in range(_FIRST_MONTH, len(months) - 1):
        # What was felt in the two months before, so that it can be seen before the child slips.
        felt = distress[:, month - 2 : month].mean(axis=1)
        leaning = base + mechanisms.size("slipping_by_child") * felt + by_ability + by_school
        every_chance[:, month] = 1.0 / (1.0 + np.exp(-leaning))
        chance = draws(seed, "slipping", block=month).random((3, len(people)))
        first = months[month].astype("datetime64[D]")
        day = np.busday_offset(first, np.floor(19 * chance[2]).astype(np.int64), roll="forward")
        # The unseen takes the place of the traceable, so that as many slip with it as without.
        out_of_the_blue = chance[0] < unseen * every_chance[:, month].mean()
        traceable = chance[1] < (1.0 - unseen) * every_chance[:, month]
        slips = np.isnat(date) & (out_of_the_blue | traceable) & (here[0] <= day) & (day <= here[1])
        date[slips] = day[slips]
        cause[slips] = np.where(traceable, TRACEABLE, UNSEEN)[slips]
    return Slipping(date, cause, by_school, every_chance)


def slipped_table(slipping: Slipping, names: Names, through: np.datetime64) -> Table:
    """Rows of the outcomes table, known a fortnight later."""
    child = np.flatnonzero(slipping.date <= through)
    child = child[np.lexsort([child, slipping.date[child]])]
    date = slipping.date[child]
    return _made_up(
        {
            "child": _coded(child, names.children),
            "date": date,
            "kind": _constant(KIND, len(child)),
            "known_on": date + 14,
        }
    )
