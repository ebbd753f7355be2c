# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Households and guardians, parents who leave and return, what is reported about them, and contact with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from ._dates import day_in, festival_in, festivals_before, month_number, months_of
from ._draws import draws
from ._enrolment import OPEN, Enrolment, Identities
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import Names, _coded, _numbered

MECHANISMS = (
    Mechanism("departures_after_festival", 0.55, 0.0, 1.0, "share of departures",
              "parents leave in the weeks after Spring Festival instead of at any time of the year"),
    Mechanism("departure_dates_vague", 40.0, 0.0, 180.0, "days",
              "departures and returns are known only to lie between two dates, this far apart on average"),
    Mechanism("left_behind_misreported", 0.10, 0.0, 0.5, "share of parents away, at each wave of reports",
              "a parent who is away is reported at home, and a fifth as often the other way round"),
    Mechanism("contact_log_closed", 0.35, 0.0, 0.95, "share of months in schools that keep a log",
              "nobody writes contacts down in some months, and the log says so"),
    Mechanism("contact_not_logged", 0.15, 0.0, 0.95, "share of contacts while the log is open",
              "a contact took place and was not written down, and the log does not say so"),
    Mechanism("identities_unlinked", 0.08, 0.0, 0.5, "share of second ids",
              "a second id is never tied to the first one, twice as often for left-behind children"),
)  # fmt: skip

ROLES = ("mother", "father", "grandparent", "kin", "other")
MOTHER, FATHER, GRANDPARENT, KIN, OTHER = range(5)
PARENTS = ("mother", "father")
GUARDIANSHIP_KINDS = ("parental", "entrusted", "appointed")
CHANNELS = ("call", "video", "hotline", "visit", "message")
INITIATORS = ("child", "family", "school", "other")
LEFT_BEHIND_DAYS = 90  # the roll of the Ministry of Education counts three months

_FESTIVAL_WEIGHTS = np.array([0.15, 0.2, 0.3, 0.35])
_EVER_AWAY = (0.225, 0.40)  # households of county seats, of other townships
_BOTH, _FATHER_ONLY = 0.58, 0.31
_HAS_MOTHER, _HAS_FATHER = 0.96, 0.97
_LEAVES_THIS_YEAR, _RETURNS = 0.20, 0.12
_CARERS = np.array([0.96, 0.03, 0.01])  # of children with no parent at home: grandparent, kin, other
_GRANDPARENT_AT_HOME = 0.33
_LOG_SCHOOLS = 0.3
_CONNECTED = 0.9
_DAY = np.timedelta64(1, "D")
_NEVER = np.datetime64("2100-01-01")


@dataclass(frozen=True, eq=False)
class Family:
    """The truth about families: one row a household, columns mother and father where there are two."""

    waves: np.ndarray  # days on which schools report who is away
    village: np.ndarray
    is_rural: np.ndarray
    has_parent: np.ndarray
    away_from: np.ndarray  # NaT: never away
    away_to: np.ndarray  # first day back; NaT: not back
    from_earliest: np.ndarray
    from_latest: np.ndarray
    to_earliest: np.ndarray
    to_latest: np.ndarray
    reported: np.ndarray  # (wave, household, parent): reported away
    carer: np.ndarray  # role of who has the children when no parent is at home
    guardian: np.ndarray  # (household, role): number of the guardian, -1 where there is none

    def away(self, day: np.datetime64, at_least: int = 0) -> np.ndarray:
        """Which parents are away on a day, and have been for so many days."""
        since = np.where(np.isnat(self.away_from), _NEVER, self.away_from)
        until = np.where(np.isnat(self.away_to), _NEVER, self.away_to)
        return (since + at_least <= day) & (day < until)

    def nobody_home(self) -> tuple[np.ndarray, np.ndarray]:
        """First day without and first day with a parent at home; NaT where there always is one, or none returns."""
        since = np.where(np.isnat(self.away_from), _NEVER, self.away_from)
        until = np.where(np.isnat(self.away_to), _NEVER, self.away_to)
        start = np.where(self.has_parent, since, np.datetime64("1900-01-01")).max(axis=1)
        end = np.where(self.has_parent, until, _NEVER).min(axis=1)
        alone = (start < end) & (start < _NEVER) & self.has_parent.any(axis=1)
        return np.where(alone, start, OPEN), np.where(alone & (end < _NEVER), end, OPEN)


def make_family(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    family: Family,
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Tables of families, and what is true of them, mostly one entry a child."""
    waves = family.waves
    left_behind = np.stack([family.away(wave, LEFT_BEHIND_DAYS).any(axis=1) for wave in waves])[:, people.household]
    away = np.stack([family.away(wave).any(axis=1) for wave in waves])[:, people.household]
    seen_so = family.reported[:, people.household].any(axis=2)
    guardians = _guardian_names(family, people)
    contacts, logs, contact_truth = _contacts(layout, people, family, guardians, year, mechanisms, seed, names, through)
    identities, identity_truth = _identities(
        people, enrolment.identities, left_behind[1], year, mechanisms, seed, names
    )
    tables = {
        "identities": identities,
        "households": _made_up(
            {
                "household": _coded(np.arange(len(family.village)), names.households),
                "place": _coded(family.village, names.villages),
            }
        ),
        "guardians": _guardians_table(family, names, guardians),
        "guardianship": _guardianship_table(people, family, seed, names, guardians, through),
        "migration": _migration_table(people, family, names, through),
        "contact_log": logs,
        "contacts": contacts,
    }
    truth = {
        "guardian_names": guardians,
        "waves": waves,
        "left_behind": left_behind,  # (wave, child), three months or more
        "parent_away": away,  # (wave, child), however short a time
        "parent_reported_away": seen_so,
        **contact_truth,
        **identity_truth,
    }
    return tables, truth


def _made_up(columns: dict[str, Any], masks: dict[str, np.ndarray] | None = None) -> Table:
    return Table(columns, masks=masks, made_up=True)


# ---- parents ------------------------------------------------------------------------------------------------------


def report_days(year: SchoolYear) -> np.ndarray:
    """Spring before the year, its first weeks, spring and the weeks before summer."""
    spring = day_in(year, 3, 16)
    return np.array([spring - 364, day_in(year, 9, 15), spring, day_in(year, 6, 15)])


def draw_family(layout: Layout, people: People, year: SchoolYear, mechanisms: Mechanisms, seed: int) -> Family:
    """Who has which parents, who is away from when to when, and what is reported of it."""
    count = int(people.household.max()) + 1
    village = np.zeros(count, dtype=np.int64)
    village[people.household] = people.village
    is_rural = ~layout.land.is_seat()[layout.land.village_township[village]]

    draw = draws(seed, "parents")
    chance = draw.random((6, count))
    has_parent = np.column_stack([chance[0] < _HAS_MOTHER, chance[1] < _HAS_FATHER])
    has_parent[~has_parent.any(axis=1), MOTHER] = True
    ever = chance[2] < np.where(is_rural, _EVER_AWAY[1], _EVER_AWAY[0])
    goes = np.column_stack([
        ever & ((chance[3] < _BOTH) | (chance[3] >= _BOTH + _FATHER_ONLY)),
        ever & (chance[3] < _BOTH + _FATHER_ONLY),
    ])  # fmt: skip
    away_from, away_to = _spells(goes & has_parent, chance[4] < _LEAVES_THIS_YEAR, year, mechanisms, seed)
    carer = GRANDPARENT + np.searchsorted(np.cumsum(_CARERS)[:-1], chance[5], side="right")
    waves = report_days(year)
    family = Family(
        waves, village, is_rural, has_parent, away_from, away_to,
        *_vague(away_from, away_to, mechanisms.size("departure_dates_vague"), seed),
        reported=np.zeros((len(waves), count, 2), dtype=bool),
        carer=carer,
        guardian=np.zeros((count, len(ROLES)), dtype=np.int64),
    )  # fmt: skip
    _report(family, mechanisms.size("left_behind_misreported"), seed)
    _number_guardians(family, seed)
    return family


def _spells(
    goes: np.ndarray, this_year: np.ndarray, year: SchoolYear, mechanisms: Mechanisms, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """True first day away and first day back of every parent; couples mostly leave together."""
    draw = draws(seed, "departures")
    count = len(goes)
    begins, ends = day_in(year, 9, 1), day_in(year, 7, 3)
    bunched = draw.random((count, 2)) < mechanisms.size("departures_after_festival")
    past = festivals_before(year)
    festival = past[np.searchsorted(np.cumsum(_FESTIVAL_WEIGHTS)[:-1], draw.random((count, 2)))]
    after = 6 + np.minimum(np.floor(3.5 * draw.standard_gamma(2.0, (count, 2))), 24).astype(np.int64)
    any_day = draw.random((count, 2))
    # The year from one festival to the next, after the last of them up to the summer holidays.
    span = np.where(festival == past[-1], (begins - past[-1]).astype(np.int64) - 1, 365)
    before = festival + np.where(bunched, after, np.floor(span * any_day).astype(np.int64))
    within = int((ends - begins).astype(np.int64))
    now = np.where(bunched, festival_in(year) + after, begins + np.floor(within * any_day).astype(np.int64))
    start = np.where(this_year[:, None], now, before)
    together = goes.all(axis=1) & (draw.random(count) < 0.7)
    start[together, FATHER] = start[together, MOTHER]
    returns = (draw.random((count, 2)) < _RETURNS) & ~this_year[:, None]
    back = begins + 19 + np.floor(143 * draw.random((count, 2))).astype(np.int64)
    return np.where(goes, start, OPEN), np.where(goes & returns, back, OPEN)


def _vague(
    away_from: np.ndarray, away_to: np.ndarray, width: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bounds that hold the true dates: what a grandparent remembers."""
    draw = draws(seed, "reports", block=1)
    slack = np.floor(0.5 * width * draw.standard_exponential((4, *away_from.shape)) + 0.5 * (width > 0)).astype(
        np.int64
    )
    ends = np.where(np.isnat(away_to), _NEVER, away_to)
    latest = np.minimum(away_from + slack[1], ends - 1)
    earliest_back = np.maximum(away_to - slack[2], np.where(np.isnat(away_from), away_to, away_from + 1))
    return away_from - slack[0], latest, earliest_back, away_to + slack[3]


def _report(family: Family, size: float, seed: int) -> None:
    """Fill in who is reported away at each wave."""
    chance = draws(seed, "reports").random(family.reported.shape)
    for number, wave in enumerate(family.waves):
        away = family.away(wave)
        wrong = chance[number] < np.where(away, size, 0.2 * size)
        family.reported[number] = (away != wrong) & family.has_parent


def _number_guardians(family: Family, seed: int) -> None:
    alone, _ = family.nobody_home()
    household = np.arange(len(family.village))
    there = np.zeros(family.guardian.shape, dtype=bool)
    there[:, :2] = family.has_parent
    there[:, GRANDPARENT] = draws(seed, "carers").random(len(household)) < _GRANDPARENT_AT_HOME
    there[household[~np.isnat(alone)], family.carer[~np.isnat(alone)]] = True
    family.guardian[...] = np.where(there, np.cumsum(there).reshape(there.shape) - 1, -1)


# ---- tables -------------------------------------------------------------------------------------------------------


def _guardian_names(family: Family, people: People) -> tuple[str, ...]:
    # At most five guardians a household, and no more households than children in any layer.
    return _numbered("MADEUP-G", len(ROLES) * people.first, int(family.guardian.max()) + 1)


def _guardians_table(family: Family, names: Names, guardians: tuple[str, ...]) -> Table:
    household, role = np.nonzero(family.guardian >= 0)
    return _made_up(
        {
            "guardian": _coded(family.guardian[household, role], guardians),
            "household": _coded(household, names.households),
            "role": _coded(role, ROLES),
        }
    )


def _guardianship_table(
    people: People, family: Family, seed: int, names: Names, guardians: tuple[str, ...], through: np.datetime64
) -> Table:
    """Parents from birth; a carer by word of mouth or by paper while no parent is at home."""
    home = people.household
    born = people.birth_month.astype("datetime64[D]")
    child, role = np.nonzero(family.has_parent[home])
    alone, until = (dates[home] for dates in family.nobody_home())
    entrusted = np.flatnonzero(alone <= through)
    until = np.where(until > through, OPEN, until)
    carer = family.carer[home[entrusted]]
    paper = draws(seed, "carers", block=1).random(len(home)) < 0.55
    rows = np.append(child, entrusted)
    role = np.append(role, carer)
    start = np.append(born[child], np.maximum(alone[entrusted], born[entrusted]))
    end = np.append(np.full(len(child), OPEN), until[entrusted] - _DAY)
    kind = np.append(np.zeros(len(child), dtype=np.int64), np.ones(len(entrusted), dtype=np.int64))
    document = np.append(np.ones(len(child), dtype=bool), paper[entrusted])
    order = np.lexsort([start, role, rows])
    return _made_up(
        {
            "child": _coded(rows[order], names.children),
            "guardian": _coded(family.guardian[home[rows], role][order], guardians),
            "from": start[order],
            "to": end[order],
            "role": _coded(role[order], ROLES),
            "kind": _coded(kind[order], GUARDIANSHIP_KINDS),
            "document": document[order],
        }
    )


def _migration_table(people: People, family: Family, names: Names, through: np.datetime64) -> Table:
    """What was reported by the last day: real absences once a wave has them, and some that never were."""
    reported, waves = family.reported, family.waves
    begun = waves <= through
    away = np.stack([family.away(wave) for wave in waves])
    told = (reported & away)[begun]
    known = waves[np.argmax(told, axis=0)]
    real = told.any(axis=0)
    never = np.isnat(family.away_from)
    invented = (reported & never)[begun]
    first = np.argmax(invented, axis=0)
    phantom = invented.any(axis=0)
    # An absence that never was is put between the half-year and the month before the report, and ends with the next.
    corrected = waves[np.minimum(first + 1, len(waves) - 1)]
    corrected = np.where((first + 1 < len(waves)) & (corrected <= through), corrected, OPEN)
    at = waves[first]
    dates = [
        np.where(real, family.from_earliest, at - 180),
        np.where(real, family.from_latest, at - 30),
        np.where(real, family.to_earliest, np.where(np.isnat(corrected), OPEN, at)),
        np.where(real, family.to_latest, corrected),
    ]
    known = np.where(real, known, at)
    not_over = ~(dates[3] <= through)
    dates[2], dates[3] = np.where(not_over, OPEN, dates[2]), np.where(not_over, OPEN, dates[3])
    child, parent = np.nonzero((real | phantom)[people.household])
    home = people.household[child]
    columns = dict(zip(("from_earliest", "from_latest", "to_earliest", "to_latest"), dates, strict=True))
    return _made_up(
        {
            "child": _coded(child, names.children),
            "parent": _coded(parent, PARENTS),
            **{name: column[home, parent] for name, column in columns.items()},
            "known_on": known[home, parent],
        }
    )


# ---- contact ------------------------------------------------------------------------------------------------------


def _contacts(
    layout: Layout,
    people: People,
    family: Family,
    guardians: tuple[str, ...],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> tuple[Table, Table, dict[str, np.ndarray]]:
    """Contacts with parents who are away, in schools that keep a log; all of them in truth, some in the table."""
    draw = draws(seed, "contact_logs")
    schools = len(layout.schools.kind)
    keeps = draw.random(schools) < _LOG_SCHOOLS
    keeps[0] = True
    months = months_of(year)
    is_open = draw.random((schools, len(months))) >= mechanisms.size("contact_log_closed")

    school = layout.classes.school[people.school_class]
    ever = ~np.isnat(family.away_from[people.household])
    child, parent = np.nonzero(ever & keeps[school][:, None])
    days = np.arange(day_in(year, 9, 1), np.minimum(through, day_in(year, 7, 3)) + 1)
    home = people.household[child]
    since = family.away_from[home, parent]
    until = np.where(np.isnat(family.away_to[home, parent]), _NEVER, family.away_to[home, parent])
    a_week = draws(seed, "contacts").standard_gamma(1.4, len(child)) * 1.1
    month_of = month_number(year, days)
    # Day 0 is a Thursday: Saturdays and Sundays leave time for a call.
    weekday = (days.astype(np.int64) + 3) % 7
    share = np.where(weekday >= 5, 0.27, 0.092)
    draw = draws(seed, "contacts", block=1)
    who, when, written = [], [], []
    expected = np.zeros(len(child))
    for day, part, month in zip(days, share, month_of, strict=True):
        chance = draw.random((2, len(child)))
        likely = np.where((since <= day) & (day < until), 1.0 - np.exp(-part * a_week), 0.0)
        expected += np.where(is_open[school[child], month], _CONNECTED * likely, 0.0)
        happens = np.flatnonzero(chance[0] < likely)
        in_log = is_open[school[child[happens]], month]
        who.append(happens)
        when.append(np.full(len(happens), day))
        written.append(np.where(in_log, chance[1][happens] >= mechanisms.size("contact_not_logged"), False))
    pair, day, logged = np.concatenate(who), np.concatenate(when), np.concatenate(written)
    while_open = is_open[school[child[pair]], month_number(year, day)]
    truth = {
        "contact_log_kept": keeps[school],
        "contacts_true": np.bincount(child[pair], minlength=len(people)),
        "contacts_while_open": np.bincount(child[pair[while_open]], minlength=len(people)),
        "contacts_logged": np.bincount(child[pair[logged]], minlength=len(people)),
        "contacts_expected_while_open": _by_child(child, expected, len(people)),
    }
    return (
        _contacts_table(child[pair[logged]], parent[pair[logged]], day[logged], people, family, guardians, seed, names),
        _log_table(np.unique(child), school, is_open, months, names, through),
        truth,
    )


def _by_child(child: np.ndarray, value: np.ndarray, count: int) -> np.ndarray:
    total = np.bincount(child, value, minlength=count)
    return np.where(np.bincount(child, minlength=count) > 0, total, np.nan)


def _contacts_table(
    child: np.ndarray,
    parent: np.ndarray,
    day: np.ndarray,
    people: People,
    family: Family,
    guardians: tuple[str, ...],
    seed: int,
    names: Names,
) -> Table:
    order = np.lexsort([parent, child, day])
    child, parent, day = child[order], parent[order], day[order]
    chance = draws(seed, "contacts", block=2).random((len(child), 4)).T  # in order of time: a longer year adds rows
    connected = chance[0] < _CONNECTED
    return _made_up(
        {
            "child": _coded(child, names.children),
            "person": _coded(family.guardian[people.household[child], parent], guardians),
            "time": day,
            "channel": _coded(np.searchsorted([0.45, 0.82, 0.88, 0.9], chance[1], side="right"), CHANNELS),
            "initiator": _coded(np.searchsorted([0.3, 0.85, 0.97], chance[2], side="right"), INITIATORS),
            "seconds": np.where(connected, np.floor(-300.0 * np.log1p(-0.999 * chance[3])) + 5, 0).astype(np.int32),
            "connected": connected,
        }
    )


def _log_table(
    child: np.ndarray,
    school: np.ndarray,
    is_open: np.ndarray,
    months: np.ndarray,
    names: Names,
    through: np.datetime64,
) -> Table:
    """Spans of months in which somebody wrote contacts down, one row a child and span."""
    begun = is_open & (months.astype("datetime64[D]") <= through)
    padded = np.pad(begun, ((0, 0), (1, 1)))
    starts_at, first = np.nonzero(padded[:, 1:-1] & ~padded[:, :-2])
    _, last = np.nonzero(padded[:, 1:-1] & ~padded[:, 2:])
    start = months[first].astype("datetime64[D]")
    end = (months[last] + 1).astype("datetime64[D]") - _DAY
    end = np.where(end >= through, OPEN, end)
    spans = np.bincount(starts_at, minlength=len(is_open))
    first_span = np.cumsum(spans) - spans
    mine = school[child]
    rows = np.repeat(child, spans[mine])
    within = np.arange(len(rows)) - np.repeat(np.cumsum(spans[mine]) - spans[mine], spans[mine])
    span = np.repeat(first_span[mine], spans[mine]) + within
    return _made_up({"child": _coded(rows, names.children), "from": start[span], "to": end[span]})


# ---- identities ---------------------------------------------------------------------------------------------------


def _identities(
    people: People,
    identities: Identities,
    left_behind: np.ndarray,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    names: Names,
) -> tuple[Table, dict[str, np.ndarray]]:
    """Every child has a permanent id; some arrive elsewhere under a second one, and not all of those are linked."""
    count = len(people)
    has_second = np.flatnonzero(identities.identifier >= count)
    child, since = identities.child[has_second], identities.since[has_second]
    # By child, so that a second id that comes later in the year shifts no chance.
    chance = draws(seed, "temporary_ids").random(count)[child]
    lost = chance < mechanisms.size("identities_unlinked") * np.where(left_behind[child], 2.0, 1.0)
    kept = np.flatnonzero(~lost)
    table = {
        "id": _coded(np.append(np.arange(count), identities.identifier[has_second][kept]), names.children),
        "kind": _coded(np.append(np.ones(count), np.zeros(len(kept))).astype(np.int32), ("temporary", "permanent")),
        "from": np.append(np.full(count, day_in(year, 9, 1)), since[kept]),
        "to": np.full(count + len(kept), OPEN),
        "child": _coded(np.append(np.arange(count), child[kept]), names.children),
    }
    return _made_up(table), {"second_id_child": child, "second_id_linked": ~lost}
