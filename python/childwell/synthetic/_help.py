# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Help: who starts which programme when, what it does to them and to others, and what the tables keep of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from ._dates import day_in, months_of
from ._draws import draws
from ._enrolment import OPEN, Enrolment
from ._family import Family
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._people_and_money import COUNSELLOR, Sites, Staff, share_of
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _constant, _made_up

MECHANISMS = (
    Mechanism("help_by_need", 0.9, 0.0, 3.0, "log-odds a standard deviation of distress",
              "children who do worse start programmes, seek counselling and are referred more often"),
    Mechanism("help_by_distance", 1.0, 0.0, 5.0, "log-odds lost every 10 km",
              "children who live far from an open site start programmes less often"),
    Mechanism("chosen_on_a_bad_day", 2.0, 0.0, 5.0, "weight of the month's swing against the lasting level",
              "helpers see the swing of the month, so that those they choose would have improved anyway"),
    Mechanism("programme_helps", 0.35, 0.0, 2.0, "standard deviations of distress",
              "one programme lowers distress, more in some children than in others"),
    Mechanism("programme_harms", 0.20, 0.0, 2.0, "standard deviations of distress",
              "another programme raises distress"),
    Mechanism("help_spills_over", 0.50, 0.0, 2.0, "share of the class's mean effect",
              "children of a class feel what is done to their classmates"),
)  # fmt: skip

PROGRAMMES = ("consulting", "tutoring", "activities")
PROGRAMME_KINDS = ("psychological_consultancy", "academic_tutoring", "entertainment", "guardian_lectures")
LECTURES = "lectures"
HELPS, NOTHING, HARMS = range(3)
NEVER_STARTS = -1

_MONTHS = 11

_LECTURES_A_YEAR = 100
_TOPICS = ("listening", "screens_and_sleep", "homework", "staying_in_touch", "growing_up")
_REFERRAL_REASONS = ("mood", "conduct", "family", "learning")
_REFERRED_FROM = ("class_teacher", "screening", "guardian")
_REFERRED_TO = ("counsellor", "site", "hospital")
_REFERRAL_OUTCOMES = ("seen", "declined", "not_reached")
_FOLLOWUP_OUTCOMES = ("better", "same", "worse", "not_met")
_COUNSELLING_KINDS = ("drop_in", "appointment")
_COUNSELLING_PURPOSES = ("learning", "friends", "family", "mood")
_COUNSELLING_OUTCOMES = ("closed", "again", "passed_on")


@dataclass(frozen=True, eq=False)
class Help:
    """The truth about programmes; arrays by programme and child, or by child and month."""

    role: np.ndarray  # by programme: HELPS, NOTHING or HARMS
    mean_effect: np.ndarray  # by programme
    starts: np.ndarray  # (programme, child): month of the start, NEVER_STARTS
    site: np.ndarray  # (programme, child): where, -1
    effect: np.ndarray  # (programme, child): full effect on this child if it takes part
    need_seen: np.ndarray
    direct: np.ndarray
    spilled: np.ndarray
    distress: np.ndarray  # as it came out; without help it would be the untreated one


def draw_help(
    layout: Layout,
    people: People,
    sites: Sites,
    lasting: np.ndarray,
    untreated: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
) -> Help:
    """Who starts which programme when, and both potential outcomes.

    `lasting` and `untreated` are distress as `distress_by_month` has it, `here` the first and last day of every child
    in the city's schools.
    """
    need = _seen_need(lasting, untreated, mechanisms.size("chosen_on_a_bad_day"))
    # Which programme helps is drawn and told nowhere but in the truth; it is the same in all layers.
    role = draws(layout.layer.city_seed, "programme_roles").permutation(len(PROGRAMMES))
    starts, site = _starts(people, sites, need, here, year, mechanisms, seed)
    mean = np.zeros(len(PROGRAMMES))
    mean[role == HELPS] = -mechanisms.size("programme_helps")
    mean[role == HARMS] = mechanisms.size("programme_harms")
    effect, direct = _direct_effects(starts, mean, seed)
    spilled = np.zeros_like(direct)
    if mechanisms.is_on("help_spills_over"):
        spilled += np.float32(mechanisms.size("help_spills_over")) * _of_classmates(people.school_class, direct)
    return Help(role, mean, starts, site, effect, need, direct, spilled, untreated + direct + spilled)


def make_help(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    family: Family,
    guardian_names: tuple[str, ...],
    sites: Sites,
    staff: Staff,
    given: Help,
    here: tuple[np.ndarray, np.ndarray],
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Programmes and their services, counselling, referrals and what followed, lectures."""
    need = given.need_seen
    referrals, followups, flags = _referrals(layout, people, staff, need, here, year, mechanisms, seed, names, through)
    events, attendance = _lectures(layout, family, guardian_names, sites, year, seed, through)
    tables = {
        "programmes": _programmes(layout),
        "services": _services(people, given.starts, given.site, sites, staff, here, year, seed, names, through),
        "counselling": _counselling(people, need, here, year, mechanisms, seed, names, through),
        "referrals": referrals,
        "followups": followups,
        "events": events,
        "event_attendance": attendance,
    }
    return tables, {"flags": flags}


def _seen_need(lasting: np.ndarray, untreated: np.ndarray, weight: float) -> np.ndarray:
    """What a helper takes for need in each month, centred on the mean of the month."""
    need = lasting[:, None] + np.float32(weight) * (untreated - lasting[:, None])
    made: np.ndarray = need - need.mean(axis=0)
    return made


def _starts(
    people: People,
    sites: Sites,
    need: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Month and site of the start of every programme; a child starts each one at most once."""
    starts = np.full((len(PROGRAMMES), len(people)), NEVER_STARTS, dtype=np.int8)
    at = np.full((len(PROGRAMMES), len(people)), -1, dtype=np.int32)
    by_need, by_km = mechanisms.size("help_by_need"), mechanisms.size("help_by_distance") / 10.0
    for month, first in enumerate(months_of(year)[:-1].astype("datetime64[D]")):
        site, km = sites.nearest(first)
        site, km = site[people.village], km[people.village]
        # A child next to a site and one at the usual distance of 8 km differ by a log-odds of 0.8 times the size.
        leaning = by_need * need[:, month] - by_km * np.where(site >= 0, km - 8.0, 0.0)
        able = (site >= 0) & (here[0] <= first + 14) & (here[1] >= first + 14)
        for programme, base in enumerate((-6.0, -5.6, -5.8)):
            block = month * len(PROGRAMMES) + programme
            chance = draws(seed, "programme_starts", block=block).random(len(people), dtype=np.float32)
            begins = able & (starts[programme] == NEVER_STARTS) & (chance < 1.0 / (1.0 + np.exp(-base - leaning)))
            starts[programme, begins] = month
            at[programme, begins] = site[begins]
    return starts, at


def _direct_effects(starts: np.ndarray, mean: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(programme, child) full effects, taking part or not, and the sum by (child, month) of those taking part."""
    count = starts.shape[1]
    varies = draws(seed, "programme_effects").standard_gamma(4.0, (len(PROGRAMMES), count)) / 4.0
    effects = (mean[:, None] * varies).astype(np.float32)
    months = np.arange(_MONTHS)
    direct = np.zeros((count, _MONTHS), dtype=np.float32)
    for programme in np.flatnonzero(mean):
        takes = np.flatnonzero(starts[programme] != NEVER_STARTS)
        since = months - starts[programme, takes][:, None]
        # Nothing in the month of the start, half in the next, all of it from then on.
        direct[takes] += effects[programme, takes][:, None] * np.clip(since, 0, 2) / 2
    return effects, direct


def _of_classmates(school_class: np.ndarray, value: np.ndarray) -> np.ndarray:
    """The mean over the others of the class, by (child, month)."""
    classes = int(school_class.max()) + 1
    others = np.maximum(np.bincount(school_class, minlength=classes) - 1, 1)
    felt = np.empty_like(value)
    for month in range(value.shape[1]):
        total = np.bincount(school_class, value[:, month], minlength=classes)
        felt[:, month] = (total[school_class] - value[:, month]) / others[school_class]
    return felt


# ---- tables -------------------------------------------------------------------------------------------------------


def _programmes(layout: Layout) -> Table:
    """One row a programme of the city, in its first layer."""
    rows = np.arange(len(PROGRAMMES) + 1 if layout.layer.number == 0 else 0)
    return _made_up(
        {
            "programme": _coded(rows, (*PROGRAMMES, LECTURES)),
            "kind": _coded(rows, PROGRAMME_KINDS),
        }
    )


def _services(
    people: People,
    starts: np.ndarray,
    site: np.ndarray,
    sites: Sites,
    staff: Staff,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> Table:
    """A session a week from the start on, as often as it takes or until the child leaves."""
    # Drawn for everybody, so that who starts later in the year shifts no draw of those who start now.
    draw = draws(seed, "services")
    shape = starts.shape
    day_of_month, extra = draw.integers(0, 28, shape), draw.poisson(6.0, shape)
    provider, usual_minutes = draw.random(shape), 30 + 15 * draw.integers(0, 5, shape)
    programme, child = np.nonzero(starts != NEVER_STARTS)
    begun = (programme, child)
    first = months_of(year)[starts[begun]].astype("datetime64[D]") + day_of_month[begun]
    sessions = 3 + extra[begun]
    # Whoever works at the site gives the sessions; where nobody else does, the coordinator.
    order = np.argsort(staff.site, kind="stable")
    begins = np.searchsorted(staff.site[order], np.arange(len(sites.codes) + 1))
    at = site[begun]
    who = order[begins[at] + np.floor(provider[begun] * np.diff(begins)[at]).astype(np.int64)]
    start = np.repeat(np.arange(len(child)), sessions)
    number = np.arange(len(start)) - np.repeat(np.cumsum(sessions) - sessions, sessions)
    date = first[start] + 7 * number
    minutes = usual_minutes[begun][start]
    last = np.minimum(np.minimum(through, day_in(year, 7, 10)), here[1])
    keep = np.flatnonzero((date <= last[child[start]]) & (date >= here[0][child[start]]))
    keep = keep[np.lexsort([programme[start[keep]], child[start[keep]], date[keep]])]
    start = start[keep]
    return _made_up(
        {
            "child": _coded(child[start], names.children),
            "programme": _coded(programme[start], PROGRAMMES),
            "date": date[keep],
            "kind": _coded(programme[start], PROGRAMME_KINDS),
            "site": _coded(at[start], sites.codes),
            "provider": _coded(who[start], staff.names),
            "minutes": minutes[keep].astype(np.int16),
        }
    )


def _counselling(
    people: People,
    need: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> Table:
    """Asking for help at school, at most once a month."""
    child, date, chance = _monthly(people, need, -4.4, "counselling", here, year, mechanisms, seed)
    keep = np.flatnonzero(date <= through)
    keep = keep[np.lexsort([child[keep], date[keep]])]
    chance = chance[:, keep]
    return _made_up(
        {
            "child": _coded(child[keep], names.children),
            "date": date[keep],
            "kind": _coded((chance[0] < 0.4).astype(np.int32), _COUNSELLING_KINDS),
            "minutes": (15 + 5 * np.floor(7 * chance[1])).astype(np.int16),
            "purpose": _coded(np.floor(4 * chance[2]).astype(np.int32), _COUNSELLING_PURPOSES),
            "outcome": _coded(np.searchsorted([0.55, 0.93], chance[3], side="right"), _COUNSELLING_OUTCOMES),
        }
    )


def _monthly(
    people: People,
    need: np.ndarray,
    base: float,
    purpose: str,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Children and days on which something happens that need makes likelier, with six numbers for the details.

    At most once a month and on a weekday. Everything is drawn for everybody, so that what has not happened yet shifts
    nothing.
    """
    who, when, details = [], [], []
    for month, first in enumerate(months_of(year)[:-1].astype("datetime64[D]")):
        chance = draws(seed, purpose, block=month).random((8, len(people)), dtype=np.float32)
        likely = 1.0 / (1.0 + np.exp(-base - mechanisms.size("help_by_need") * need[:, month]))
        day = np.busday_offset(first, np.floor(19 * chance[1]).astype(np.int64), roll="forward")
        happens = np.flatnonzero((chance[0] < likely) & (here[0] <= day) & (day <= here[1]))
        who.append(happens)
        when.append(day[happens])
        details.append(chance[2:, happens])
    return np.concatenate(who), np.concatenate(when), np.concatenate(details, axis=1)


def _referrals(
    layout: Layout,
    people: People,
    staff: Staff,
    need: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> tuple[Table, Table, Table]:
    """Referrals, of which some are still open on the last day, and what the counsellor found two times later.

    Follow-ups name a flag and no child; the last table says which referral of whom it stands for.
    """
    child, date, chance = _monthly(people, need, -5.2, "referrals", here, year, mechanisms, seed)
    keep = np.flatnonzero(date <= through)
    keep = keep[np.lexsort([child[keep], date[keep]])]
    child, date, chance = child[keep], date[keep], chance[:, keep]
    wait = 2 + np.floor(-13.0 * np.log1p(-0.999 * chance[3])).astype(np.int64)
    answered = np.where(chance[4] < 0.12, OPEN, date + wait)
    is_over = answered <= through
    outcome = np.searchsorted([0.78, 0.9], chance[5], side="right")
    referrals = {
        "child": _coded(child, names.children),
        "date": date,
        "reason": _coded(np.searchsorted([0.4, 0.6, 0.8], chance[0], side="right"), _REFERRAL_REASONS),
        "from": _coded(np.searchsorted([0.55, 0.85], chance[1], side="right"), _REFERRED_FROM),
        "to": _coded(np.searchsorted([0.6, 0.92], chance[2], side="right"), _REFERRED_TO),
        "outcome": _coded(np.where(is_over, outcome, -1), _REFERRAL_OUTCOMES),
        "outcome_date": np.where(is_over, answered, OPEN),
    }
    # At most ten referrals a child and year.
    flag = tuple(f"FLAG-{10 * people.first + number + 1:08d}" for number in range(len(child)))
    followups = _followups(
        layout, people, staff, flag, child, np.where(outcome == 0, answered, OPEN), here, seed, through
    )
    flags = {"flag": _coded(np.arange(len(child)), flag), "child": referrals["child"], "date": date}
    return _made_up(referrals), followups, _made_up(flags)


def _followups(
    layout: Layout,
    people: People,
    staff: Staff,
    flag: tuple[str, ...],
    child: np.ndarray,
    seen_on: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    seed: int,
    through: np.datetime64,
) -> Table:
    """Two visits after a referral was seen, most of which take place; `seen_on` is NaT where it was not."""
    chance = draws(seed, "followups").random((len(child), 2, 3))
    row, visit = np.nonzero(np.broadcast_to(~np.isnat(seen_on)[:, None], (len(child), 2)))
    after = np.array([14, 45])[visit] + np.floor(10 * chance[row, visit, 0]).astype(np.int64)
    date = seen_on[row] + after
    done = np.flatnonzero((chance[row, visit, 1] < 0.7) & (date <= through) & (date <= here[1][child[row]]))
    done = done[np.lexsort([row[done], date[done]])]
    row = row[done]
    school = layout.classes.school[people.school_class[child[row]]]
    found = np.searchsorted([0.45, 0.8, 0.9], chance[row, visit[done], 2], side="right")
    return _made_up(
        {
            "flag": _coded(row, flag),
            "date": date[done],
            "who": _coded(staff.of(COUNSELLOR)[school], staff.names),
            "outcome": _coded(found, _FOLLOWUP_OUTCOMES),
        }
    )


def _lectures(
    layout: Layout,
    family: Family,
    guardian_names: tuple[str, ...],
    sites: Sites,
    year: SchoolYear,
    seed: int,
    through: np.datetime64,
) -> tuple[Table, Table]:
    """Lectures for guardians at open sites; a fifth of them only counted heads, nobody signed in."""
    count, before = share_of(layout.layer, _LECTURES_A_YEAR, 6)
    count = count if len(sites.codes) else 0
    draw = draws(seed, "events")
    # Weekends of the school year, spread evenly, so that every stretch of the year has its share.
    saturday = year.monday(9, 8) + 5 + 7 * np.sort(np.floor(40 * draw.random(count)).astype(np.int64))
    date = saturday + draw.integers(0, 2, count)
    opened = np.argsort(sites.opens, kind="stable")
    usable = np.maximum(np.searchsorted(sites.opens[opened], date, side="right"), 1)
    site = opened[np.floor(draw.random(count) * usable).astype(np.int64)]
    date = np.maximum(date, np.maximum(sites.opens[site], year.first_day))
    topic = draw.integers(0, len(_TOPICS), count)
    heads_only = draw.random(count) < 0.2

    household, role = np.nonzero(family.guardian >= 0)
    township = layout.land.village_township[family.village[household]]
    order = np.argsort(township, kind="stable")
    begins = np.searchsorted(township[order], np.arange(len(layout.land.township_county) + 1))
    events, guardians, heads = [], [], []
    for event in np.flatnonzero(date <= through):
        nearby = order[begins[sites.township[site[event]]] : begins[sites.township[site[event]] + 1]]
        draw = draws(seed, "event_attendance", block=int(event))
        # Who is at home may come: not a parent who is away, and grandparents less often.
        at_home = np.ones(len(nearby), dtype=bool)
        parent = role[nearby] < 2
        at_home[parent] = ~family.away(date[event])[household[nearby[parent]], role[nearby[parent]]]
        weight = draw.random(len(nearby)) / np.where(parent, 1.0, 0.6)
        comers = nearby[at_home][np.argsort(weight[at_home], kind="stable")[: int(draw.integers(15, 46))]]
        if heads_only[event]:
            events.append(np.array([event]))
            guardians.append(np.array([-1]))
            heads.append(np.array([len(comers)]))
        else:
            events.append(np.full(len(comers), event))
            guardians.append(np.sort(family.guardian[household[comers], role[comers]]))
            heads.append(np.ones(len(comers), dtype=np.int64))
    codes = tuple(f"lecture-{before + number + 1:05d}" for number in range(count))
    held = np.flatnonzero(date <= through)
    held = held[np.lexsort([held, date[held]])]
    table = {
        "event": _coded(held, codes),
        "programme": _constant(LECTURES, len(held)),
        "site": _coded(site[held], sites.codes),
        "date": date[held],
        "topic": _coded(topic[held], _TOPICS),
    }
    nothing = [np.empty(0, dtype=np.int64)]
    attendance = {
        "event": _coded(np.concatenate(nothing + events), codes),
        "guardian": _coded(np.concatenate(nothing + guardians), guardian_names),
        "count": np.concatenate(nothing + heads).astype(np.int16),
    }
    return _made_up(table), _made_up(attendance)
