# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""All tables about families, help, screening and money, made in the order in which they depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from . import _distress, _family, _help, _people_and_money, _screens, _slipping
from ._attendance import DayTruth
from ._dates import months_of
from ._enrolment import GHOST, Enrolment
from ._exams import Ability
from ._family import PARENTS
from ._help import NEVER_STARTS, PROGRAMMES
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _made_up
from ._wellbeing import Wellbeing

MECHANISMS: tuple[Mechanism, ...] = (
    *_family.MECHANISMS,
    *_distress.MECHANISMS,
    *_people_and_money.MECHANISMS,
    *_help.MECHANISMS,
    *_screens.MECHANISMS,
    *_slipping.MECHANISMS,
)

ROLES_OF_PROGRAMMES = ("helps", "does_nothing", "harms")
CAUSES_OF_SLIPPING = ("traceable", "unseen")
_FAR = np.datetime64("2100-01-01")
_LONG_AGO = np.datetime64("1900-01-01")


@dataclass(frozen=True, eq=False)
class Care:
    """The tables of one layer, and what is true of them as arrays by name."""

    tables: dict[str, Table]
    truth: dict[str, Any]


def make_care(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    wellbeing: Wellbeing,
    kept: dict[np.datetime64, DayTruth],
    names: Names,
    through: np.datetime64,
) -> Care:
    """Every table of the data model that registers and exams do not make, and `outcomes` of children who slip.

    `kept` holds the morning's states on the days of `screening_days`, so that nobody answers who is at home.
    """
    where = (layout, people, enrolment, year, mechanisms, seed)
    shown: dict[str, Any] = {"names": names, "through": through}
    here = presence(people, enrolment)

    tables, truth = _family.make_family(*where, **shown)
    family = truth["family"]
    lasting, untreated = _distress.distress_by_month(layout, people, wellbeing, family, year, mechanisms, seed)
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
        programmes=(*PROGRAMMES, _help.LECTURES),
        **shown,
    )
    screened, screen_truth = _screens.make_screens(
        *where,
        distress=distress,
        left_behind=truth["left_behind"][1],
        here=on_roll(people, enrolment),
        kept=kept,
        **shown,
    )
    ability = Ability(layout, people, mechanisms, seed).general
    slipped, slip_truth = _slipping.make_slipping(*where, distress=distress, ability=ability, here=here, **shown)
    known = {"months": months_of(year), "distress_lasting": lasting, "distress_untreated": untreated, "here": here}
    for part in (truth, people_truth, help_truth, money_truth, screen_truth, slip_truth):
        known |= part
    return Care({**tables, **staffed, **helped, **spent, **screened, **slipped}, known)


def on_roll(people: People, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of every child on paper; who never was on a roll has a first day after the last."""
    return _stretch(people, enrolment, enrolment.end)


def presence(people: People, enrolment: Enrolment) -> tuple[np.ndarray, np.ndarray]:
    """First and last day of every child in the city's schools in truth, without ghosts, whom nobody can help."""
    first, last = _stretch(people, enrolment, enrolment.true_end)
    ghost = enrolment.role == GHOST
    first[ghost], last[ghost] = _FAR, _LONG_AGO
    return first, last


def _stretch(people: People, enrolment: Enrolment, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    first, last = np.full(len(people), _FAR), np.full(len(people), _LONG_AGO)
    np.minimum.at(first, enrolment.child, enrolment.start)
    np.maximum.at(last, enrolment.child, np.where(np.isnat(end), _FAR, end))
    return first, last


# ---- truth --------------------------------------------------------------------------------------------------------


def care_truth(care: Care, layout: Layout, names: Names, through: np.datetime64) -> dict[str, Table]:
    """What is true of these tables, as tables; no library code reads them."""
    known = care.truth
    sites, staff = known["sites"], known["staff"]
    count = len(known["distress_lasting"])
    child = _coded(np.arange(count), names.children)
    first_of_all = layout.layer.number == 0
    programme = np.arange(len(PROGRAMMES) if first_of_all else 0)
    return {
        "parents_away": _parents_away(care, names),
        "left_behind": _left_behind(care, names, through),
        "distress": _distress_table(care, names, through),
        "contact": _made_up(
            {
                "child": child,
                "log_kept": known["contact_log_kept"],
                "true": known["contacts_true"],
                "while_log_open": known["contacts_while_open"],
                "logged": known["contacts_logged"],
            }
        ),
        "programmes": _made_up(
            {
                "programme": _coded(programme, PROGRAMMES),
                "role": _coded(known["programme_role"][programme], ROLES_OF_PROGRAMMES),
            }
        ),
        "programme_effects": _effects(care, names, through),
        "sites": _made_up(
            {
                "site": _coded(np.arange(len(sites.codes)), sites.codes),
                "opens": sites.opens,
                "need_of_township": known["township_need"][sites.township],
            }
        ),
        "clearances": _made_up(
            {"person": _coded(np.arange(len(staff.names)), staff.names), "lapsed_on": known["clearance_lapsed"]}
        ),
        "households": _made_up(
            {
                "household": _coded(np.arange(len(known["poverty"])), names.households),
                "poverty": known["poverty"],
                "overlooked_by_sponsors": known["overlooked_by_sponsors"],
            }
        ),
        "screening": _screening(care, names),
        "answering": _made_up(
            {"child": child, "all_no": known["answers_all_no"], "to_please": known["answers_to_please"]}
        ),
        "items_that_differ": _differing(care, first_of_all),
        "slipping": _slipping_table(care, names, through),
        "second_ids": _made_up(
            {
                "child": _coded(known["second_id_child"], names.children),
                "linked": known["second_id_linked"],
            }
        ),
    }


def _parents_away(care: Care, names: Names) -> Table:
    family = care.truth["family"]
    household, parent = np.nonzero(~np.isnat(family.away_from))
    return _made_up(
        {
            "household": _coded(household, names.households),
            "parent": _coded(parent, PARENTS),
            "from": family.away_from[household, parent],
            "to": family.away_to[household, parent],
        }
    )


def _left_behind(care: Care, names: Names, through: np.datetime64) -> Table:
    known = care.truth
    wave, child = np.nonzero(np.broadcast_to((known["waves"] <= through)[:, None], known["left_behind"].shape))
    return _made_up(
        {
            "child": _coded(child, names.children),
            "date": known["waves"][wave],
            "parent_away": known["parent_away"][wave, child],
            "three_months": known["left_behind"][wave, child],
            "reported_away": known["parent_reported_away"][wave, child],
        }
    )


def _distress_table(care: Care, names: Names, through: np.datetime64) -> Table:
    known = care.truth
    begun = np.flatnonzero(known["months"].astype("datetime64[D]") <= through)
    count = len(known["distress_lasting"])
    columns = {"untreated": "distress_untreated", "realised": "distress", "spilled": "distress_spilled"}
    return _made_up(
        {
            "child": _coded(np.tile(np.arange(count), len(begun)), names.children),
            "month": np.repeat(known["months"][begun].astype("datetime64[D]"), count),
            **{name: known[held][:, begun].T.ravel().astype(np.float64) for name, held in columns.items()},
        }
    )


def _effects(care: Care, names: Names, through: np.datetime64) -> Table:
    """By programme and child: the month of the start, and the full effect whether or not it takes part."""
    known = care.truth
    starts = known["programme_starts"]
    months = known["months"].astype("datetime64[D]")
    start = np.where(starts == NEVER_STARTS, np.datetime64("NaT", "D"), months[starts])
    start = np.where(start > through, np.datetime64("NaT", "D"), start)
    programme, child = np.divmod(np.arange(starts.size), starts.shape[1])
    return _made_up(
        {
            "child": _coded(child, names.children),
            "programme": _coded(programme, PROGRAMMES),
            "starts": start.ravel(),
            "effect_if_taken": known["programme_effect"].ravel().astype(np.float64),
        }
    )


def _screening(care: Care, names: Names) -> Table:
    asked = care.truth["screening"]
    rows = [len(each["child"]) for each in asked]
    collections = tuple(dict.fromkeys(each["collection"] for each in asked))
    which = np.array([collections.index(each["collection"]) for each in asked], dtype=np.int32)

    def joined(name: str) -> np.ndarray:
        return np.concatenate([each[name] for each in asked])

    return _made_up(
        {
            "child": _coded(joined("child"), names.children),
            "collection": _coded(np.repeat(which, rows), collections),
            "wave": np.repeat(np.array([each["wave"] for each in asked], dtype=np.int8), rows),
            "date": joined("date"),
            "response": _coded(joined("response"), _screens.RESPONSES),
            "because_of_distress": joined("because_of_distress"),
            "distress": joined("distress").astype(np.float64),
        }
    )


def _differing(care: Care, first_of_all: bool) -> Table:
    items = care.truth["items_that_differ"] if first_of_all else {}
    instruments = tuple(each.code for each in _screens.INSTRUMENTS)
    codes = [np.full(len(found), instruments.index(code)) for code, found in items.items()]
    nothing = [np.empty(0, dtype=np.int64)]
    return _made_up(
        {
            "instrument": _coded(np.concatenate(nothing + codes), instruments),
            "item": np.concatenate(nothing + list(items.values())).astype(np.int16),
        }
    )


def _slipping_table(care: Care, names: Names, through: np.datetime64) -> Table:
    """Every child: its chance in the last month begun, what of it the school brings, and why it slipped if it did."""
    known = care.truth
    begun = int(np.sum(known["months"].astype("datetime64[D]") <= through)) - 1
    happened = known["slipped_on"] <= through
    return _made_up(
        {
            "child": _coded(np.arange(len(happened)), names.children),
            "chance": known["slipping_chance"][:, begun].astype(np.float64),
            "school_part": known["slipping_school_part"],
            "slipped_on": np.where(happened, known["slipped_on"], np.datetime64("NaT", "D")),
            "cause": _coded(np.where(happened, known["slipping_cause"], -1), CAUSES_OF_SLIPPING),
        }
    )
