# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""All tables about families, help, screening and money, made in the order in which they depend on each other.

What the standard city reaches beside published figures, as means of four cities of 30,000 children, held by the tests:

| what | published | here | source |
| --- | --- | --- | --- |
| left behind, rural children | 0.30 | 0.304 | UNICEF annual report 2018: thirty percent of rural children |
| both parents away, of the left-behind | 0.559 | 0.550 | Wang and others 2019, PMC6805552: 699 of 1,251, rural Anhui |
| in a grandparent's care, of those with no parent at home | 0.96 | 0.962 | Ministry of Civil Affairs, 31 August 2018 |
| SDQ, self-report, alpha of total difficulties | 0.81 | 0.812 | Yao and others 2009, J Adolesc Health 45:55 |
| SDQ, self-report, retest after eight weeks | 0.71 | 0.732 | Yao and others 2009 |
| PHQ, internal consistency | 0.87 | 0.859 | Chen and others 2024, doi:10.1186/s12888-024-05783-3 (omega) |
| PHQ of 5 or more, girls | 0.53 | 0.532 | 12,241 pupils of Hangzhou, 2018-2019 (PHQ-9, invariance by sex and age) |
| PHQ of 5 or more, boys | 0.467 | 0.467 | the same |
| MHT, mean of left-behind children | 41.54 | 42.61 | Luo 2016 |
| MHT of 65 or more, left-behind children | 0.0564 | 0.053 | Luo 2016 |
| answered where guardians could decline | 0.85 | 0.850 | Chartier and others 2008, PMC2713664 |

Read in abstracts; the figure of UNICEF as others cite it. Shares of screening that are refused and that are missed, and
failures of the lie scale, rest on no published figure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
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

TABLES = (
    "identities", "households", "guardians", "guardianship", "migration", "contact_log", "contacts",
    "site_components", "people", "clearances", "capacity", "programmes", "services", "counselling", "referrals",
    "followups", "events", "event_attendance", "matches", "sponsorships", "loans", "spending",
    "collections", "screens", "health",
)  # fmt: skip
ROLES_OF_PROGRAMMES = ("helps", "does_nothing", "harms")
CAUSES_OF_SLIPPING = ("traceable", "unseen")
_FAR = np.datetime64("2100-01-01")
_LONG_AGO = np.datetime64("1900-01-01")


@dataclass(frozen=True, eq=False)
class Care:
    """What really happens in one layer beside school: families, distress, sites, help, slipping."""

    here: tuple[np.ndarray, np.ndarray]  # first and last day of every child in the city's schools
    family: _family.Family
    months: np.ndarray
    lasting: np.ndarray  # by child
    untreated: np.ndarray  # distress by (child, month), if nobody is helped
    sites: _people_and_money.Sites
    help: _help.Help
    slipping: _slipping.Slipping


def draw_care(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    wellbeing: Wellbeing,
) -> Care:
    """The lives behind the tables, in the order in which they depend on each other."""
    here = presence(people, enrolment)
    family = _family.draw_family(layout, people, year, mechanisms, seed)
    lasting, untreated = _distress.distress_by_month(layout, people, wellbeing, family, year, mechanisms, seed)
    sites = _people_and_money.draw_sites(layout, people, untreated[:, 0], year, mechanisms, seed)
    given = _help.draw_help(layout, people, sites, lasting, untreated, here, year, mechanisms, seed)
    ability = Ability(layout, people, mechanisms, seed).general
    slipping = _slipping.draw_slipping(layout, people, given.distress, ability, here, year, mechanisms, seed)
    return Care(here, family, months_of(year), lasting, untreated, sites, given, slipping)


def make_care(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    care: Care,
    kept: dict[np.datetime64, DayTruth],
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Every table of the data model that registers and exams do not make, and what is true of them.

    `kept` holds the morning's states on the days of `screening_days`, so that nobody answers who is at home.
    """
    where = (layout, people, enrolment, year, mechanisms, seed)
    shown: dict[str, Any] = {"names": names, "through": through}
    tables, truth = _family.make_family(*where, family=care.family, **shown)
    staffed, people_truth = _people_and_money.make_people(*where, sites=care.sites, **shown)
    staff = people_truth["staff"]
    helped, help_truth = _help.make_help(
        *where,
        family=care.family,
        guardian_names=truth["guardian_names"],
        sites=care.sites,
        staff=staff,
        given=care.help,
        here=care.here,
        **shown,
    )
    spent, money_truth = _people_and_money.make_money(
        *where,
        family=care.family,
        sites=care.sites,
        staff=staff,
        slots=people_truth["slots"],
        distress=care.untreated[:, 0],
        here=care.here,
        programmes=(*PROGRAMMES, _help.LECTURES),
        **shown,
    )
    screened, screen_truth = _screens.make_screens(
        *where,
        distress=care.help.distress,
        left_behind=truth["left_behind"][1],
        here=on_roll(people, enrolment),
        kept=kept,
        **shown,
    )
    return {
        **tables,
        **staffed,
        **helped,
        **spent,
        **screened,
    }, truth | people_truth | help_truth | money_truth | screen_truth


@lru_cache(maxsize=1)
def tables_read() -> frozenset[str]:
    """The tables of the data model that this version of the library reads."""
    from childwell import _core

    schemas = tomllib.loads(_core.rules("schemas"))
    return frozenset(name for name, rule in schemas.items() if isinstance(rule, dict) and rule.get("admitted", False))


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


def care_truth(
    care: Care, known: dict[str, Any], layout: Layout, names: Names, through: np.datetime64
) -> dict[str, Table]:
    """What is true of these tables, as tables; `known` is what `make_care` gave. No library code reads them."""
    sites, staff = care.sites, known["staff"]
    child = _coded(np.arange(len(care.lasting)), names.children)
    first_of_all = layout.layer.number == 0
    programme = np.arange(len(PROGRAMMES) if first_of_all else 0)
    return {
        "parents_away": _parents_away(care, names),
        "left_behind": _left_behind(known, names, through),
        "distress": _distress_table(care, names, through),
        "contact": _made_up(
            {
                "child": child,
                "log_kept": known["contact_log_kept"],
                "true": known["contacts_true"],
                "while_log_open": known["contacts_while_open"],
                "logged": known["contacts_logged"],
                "expected_while_open": known["contacts_expected_while_open"],
            }
        ),
        "programmes": _made_up(
            {
                "programme": _coded(programme, PROGRAMMES),
                "role": _coded(care.help.role[programme], ROLES_OF_PROGRAMMES),
                "mean_effect": care.help.mean_effect[programme],
            }
        ),
        "programme_effects": _effects(care, names, through),
        "sites": _made_up(
            {
                "site": _coded(np.arange(len(sites.codes)), sites.codes),
                "opens": sites.opens,
                "need_of_township": sites.need,
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
        "screening": _screening(known, names),
        "answering": _made_up(
            {"child": child, "all_no": known["answers_all_no"], "to_please": known["answers_to_please"]}
        ),
        "items_that_differ": _differing(known, first_of_all),
        "slipping": _slipping_table(care, names, through),
        "flags": known["flags"],
        "second_ids": _made_up(
            {
                "child": _coded(known["second_id_child"], names.children),
                "linked": known["second_id_linked"],
            }
        ),
    }


def _parents_away(care: Care, names: Names) -> Table:
    family = care.family
    household, parent = np.nonzero(~np.isnat(family.away_from))
    return _made_up(
        {
            "household": _coded(household, names.households),
            "parent": _coded(parent, PARENTS),
            "from": family.away_from[household, parent],
            "to": family.away_to[household, parent],
        }
    )


def _left_behind(known: dict[str, Any], names: Names, through: np.datetime64) -> Table:
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
    begun = np.flatnonzero(care.months.astype("datetime64[D]") <= through)
    count = len(care.lasting)
    columns = {
        "untreated": care.untreated,
        "realised": care.help.distress,
        "spilled": care.help.spilled,
        "chance_of_slipping": care.slipping.chance,
    }
    return _made_up(
        {
            "child": _coded(np.tile(np.arange(count), len(begun)), names.children),
            "month": np.repeat(care.months[begun].astype("datetime64[D]"), count),
            **{name: held[:, begun].T.ravel().astype(np.float64) for name, held in columns.items()},
        }
    )


def _effects(care: Care, names: Names, through: np.datetime64) -> Table:
    """By programme and child: the month of the start, and the full effect whether or not it takes part."""
    starts = care.help.starts
    never = np.datetime64("NaT", "D")
    start = np.where(starts == NEVER_STARTS, never, care.months.astype("datetime64[D]")[starts])
    programme, child = np.divmod(np.arange(starts.size), starts.shape[1])
    return _made_up(
        {
            "child": _coded(child, names.children),
            "programme": _coded(programme, PROGRAMMES),
            "starts": np.where(start > through, never, start).ravel(),
            "effect_if_taken": care.help.effect.ravel().astype(np.float64),
        }
    )


def _screening(known: dict[str, Any], names: Names) -> Table:
    asked = known["screening"]
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


def _differing(known: dict[str, Any], first_of_all: bool) -> Table:
    items = known["items_that_differ"] if first_of_all else {}
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
    """Every child: what the school brings of its log-odds, and why it slipped if it did."""
    slipping = care.slipping
    happened = slipping.date <= through
    return _made_up(
        {
            "child": _coded(np.arange(len(happened)), names.children),
            "school_part": slipping.school_part,
            "slipped_on": np.where(happened, slipping.date, np.datetime64("NaT", "D")),
            "cause": _coded(np.where(happened, slipping.cause, -1), CAUSES_OF_SLIPPING),
        }
    )
