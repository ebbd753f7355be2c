# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Sites and the people who work there, who is matched with whom, who is sponsored, what is lent and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from childwell._table import Table

from ._dates import day_in, months_of
from ._draws import draws
from ._enrolment import OPEN, Enrolment
from ._family import Family
from ._layers import Layer
from ._mechanisms import Mechanism, Mechanisms
from ._people import People
from ._places import Layout
from ._school_year import SchoolYear
from ._tables import _CITY_CENTRE, Names, _coded, _constant, _made_up, _numbered

MECHANISMS = (
    Mechanism("openings_staggered", 14.0, 0.0, 30.0, "months",
              "sites open one after another over so many months, instead of all on one day"),
    Mechanism("openings_by_need", 1.2, 0.0, 5.0, "standard deviations of need against one of chance",
              "townships where children do worse get their site earlier"),
    Mechanism("clearances_lapse", 0.12, 0.0, 1.0, "share of checks that run out",
              "a volunteer goes on working after a safeguarding check ran out and was not renewed"),
    Mechanism("volunteers_leave", 0.25, 0.0, 1.0, "share of matches in a year",
              "a match ends because the volunteer left, and the child gets another one a month later"),
    Mechanism("sponsorship_misses_poorest", 0.40, 0.0, 1.0, "share of the poorest tenth of households",
              "the poorest are not on the list that sponsors choose from"),
)  # fmt: skip

# The city of the article, for which the numbers of homes, volunteers and so on are known, scaled by children.
CHILDREN_OF_THE_ARTICLE = 300_000
_HOMES, _HOMELANDS, _VOLUNTEERS, _SPONSORED, _BOOKS = 136, 5, 1200, 140, 12_000
COMPONENTS = ("studio", "management", "hotline", "activity_centre", "volunteers")
PEOPLE_KINDS = ("teacher", "counsellor", "volunteer", "coordinator")
TEACHER, COUNSELLOR, VOLUNTEER, COORDINATOR = range(4)
KM_OF_A_UNIT = 100.0  # the layout is in degrees, about
_CHECK_DAYS = 730
_END_REASONS = ("completed", "volunteer_left", "child_moved")
_DAY = np.timedelta64(1, "D")


def share_of(layer: Layer, number: int, fewest: int) -> tuple[int, int]:
    """(how many of a number of the article a layer has, how many the layers before it have).

    In proportion to the children, so that the layers add up to the number of the city; a city of one layer has no
    fewer than it takes to see anything.
    """
    upto, before = layer.first_child + layer.children, layer.first_child
    first = round(number * before / CHILDREN_OF_THE_ARTICLE)
    count = round(number * upto / CHILDREN_OF_THE_ARTICLE) - first
    return (count if layer.is_one_of_many else max(fewest, count)), first


@dataclass(frozen=True, eq=False)
class Sites:
    """Homelands first, then homes; opened when the truth says so."""

    codes: tuple[str, ...]
    township: np.ndarray
    xy: np.ndarray
    opens: np.ndarray
    need: np.ndarray  # of the township, in standard deviations between townships
    km: np.ndarray  # (village, site)

    def nearest(self, day: np.datetime64) -> tuple[np.ndarray, np.ndarray]:
        """By village: the nearest open site, -1 where none is open, and its distance in km."""
        if not len(self.codes):  # a layer may be too small for any
            return np.full(len(self.km), -1), np.full(len(self.km), np.inf)
        km = np.where(self.opens <= day, self.km, np.inf)
        site = np.argmin(km, axis=1)
        reach = km[np.arange(len(km)), site]
        return np.where(np.isfinite(reach), site, -1), reach


@dataclass(frozen=True, eq=False)
class Staff:
    """Everybody who is neither child nor guardian, ordered by kind."""

    names: tuple[str, ...]
    kind: np.ndarray
    school: np.ndarray  # of teachers and counsellors, else -1
    site: np.ndarray  # of volunteers and coordinators, else -1

    def of(self, kind: int) -> np.ndarray:
        return np.flatnonzero(self.kind == kind)


def make_people(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    sites: Sites,
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Components of the sites, staff, clearances and capacity."""
    staff = _staff(layout, people, sites, seed)
    clearances, lapsed = _clearances(staff, year, mechanisms, seed, through)
    slots = np.where(staff.kind == VOLUNTEER, 1 + draws(seed, "capacity").integers(0, 3, len(staff.kind)), 0)
    tables = {
        "site_components": _components(sites, seed, through),
        "people": _people_table(staff, sites, names),
        "clearances": clearances,
        "capacity": _capacity(staff, slots, sites, year, seed, through),
    }
    truth = {
        "staff": staff,
        "clearance_lapsed": lapsed,
        "slots": slots,
    }
    return tables, truth


def site_places(layout: Layout, sites: Sites, names: Names, through: np.datetime64) -> Table:
    """Rows of the places table for the sites that are open by the last day."""
    site = np.flatnonzero(sites.opens <= through)
    seat = layout.land.is_seat()[sites.township[site]]
    return _made_up(
        {
            "place": _coded(site, sites.codes),
            "kind": _constant("site", len(site)),
            "parent": _coded(sites.township[site], names.townships),
            "from": sites.opens[site],
            "to": np.full(len(site), OPEN),
            "urban_rural": _coded(np.where(seat, 1, 2), ("urban", "town", "rural")),
            "lat": _CITY_CENTRE[0] + sites.xy[site, 1],
            "lon": _CITY_CENTRE[1] + sites.xy[site, 0],
        }
    )


# ---- sites and staff ----------------------------------------------------------------------------------------------


def _township_need(layout: Layout, people: People, distress: np.ndarray) -> np.ndarray:
    """Mean distress of the children who live there, standardised over townships."""
    townships = len(layout.land.township_county)
    home = layout.land.village_township[people.village]
    count = np.bincount(home, minlength=townships)
    mean = np.bincount(home, distress, minlength=townships) / np.maximum(count, 1)
    mean = np.where(count > 0, mean, distress.mean())
    spread = mean.std()
    made: np.ndarray = (mean - mean.mean()) / (spread if spread > 0 else 1.0)
    return made


def draw_sites(
    layout: Layout, people: People, distress: np.ndarray, year: SchoolYear, mechanisms: Mechanisms, seed: int
) -> Sites:
    """Where the sites are and when they open; `distress` of the first month is the need of the townships."""
    need = _township_need(layout, people, distress)
    homelands, homelands_before = share_of(layout.layer, _HOMELANDS, 2)
    homes, homes_before = share_of(layout.layer, _HOMES, 5)
    land = layout.land
    draw = draws(seed, "sites")
    seats = np.roll(np.flatnonzero(land.is_seat()), -homelands_before)  # each county its own
    townships = len(land.township_county)
    laps = [draw.permutation(townships) for _ in range(1 + homes // townships)]
    township = np.append(np.resize(seats, homelands), np.concatenate(laps)[:homes])
    xy = land.township_xy[township] + draw.uniform(-0.02, 0.02, (len(township), 2))
    by_chance = draws(seed, "openings").standard_normal(len(township))
    first_come = np.argsort(-(mechanisms.size("openings_by_need") * need[township] + by_chance), kind="stable")
    place = np.empty(len(township))
    place[first_come] = np.arange(len(township)) / max(1, len(township) - 1)
    opens = day_in(year, 9, 1) - 184 + np.floor(30.4 * mechanisms.size("openings_staggered") * place).astype(np.int64)
    km = KM_OF_A_UNIT * np.hypot(land.village_xy[:, :1] - xy[:, 0], land.village_xy[:, 1:] - xy[:, 1])
    codes = tuple(f"homeland-{homelands_before + number + 1}" for number in range(homelands))
    codes += tuple(f"home-{homes_before + number + 1:04d}" for number in range(homes))
    return Sites(codes, township, xy, opens, need[township], km)


def _components(sites: Sites, seed: int, through: np.datetime64) -> Table:
    """1+N: the studio opens the site, and the other parts follow within half a year, some of them never."""
    draw = draws(seed, "openings", block=1)
    count = len(sites.codes)
    delay = np.floor(30.0 * draw.standard_gamma(2.0, (count, len(COMPONENTS)))).astype(np.int64)
    delay[:, 0] = 0
    never = draw.random((count, len(COMPONENTS))) < 0.15
    never[:, 0] = False
    start = sites.opens[:, None] + np.minimum(delay, 180)
    site, component = np.nonzero(~never & (start <= through))
    return _made_up(
        {
            "site": _coded(site, sites.codes),
            "component": _coded(component, COMPONENTS),
            "from": start[site, component],
            "to": np.full(len(site), OPEN),
        }
    )


def _staff(layout: Layout, people: People, sites: Sites, seed: int) -> Staff:
    """A teacher a class, a counsellor a school, a coordinator a site, volunteers where the sites are."""
    volunteers, _ = share_of(layout.layer, _VOLUNTEERS, 12)
    volunteers = volunteers if len(sites.codes) else 0
    classes, schools = len(layout.classes.school), len(layout.schools.kind)
    kind = np.repeat([TEACHER, COUNSELLOR, VOLUNTEER, COORDINATOR], [classes, schools, volunteers, len(sites.codes)])
    school = np.concatenate([layout.classes.school, np.arange(schools), np.full(volunteers + len(sites.codes), -1)])
    at = np.sort(np.floor(len(sites.codes) * draws(seed, "people").random(volunteers)).astype(np.int64))
    site = np.concatenate([np.full(classes + schools, -1), at, np.arange(len(sites.codes))])
    # Fewer people than children in any layer, so that numbers of layers do not meet.
    return Staff(_numbered("MADEUP-P", 2 * people.first, len(kind)), kind, school, site)


def _people_table(staff: Staff, sites: Sites, names: Names) -> Table:
    at = np.where(staff.school >= 0, staff.school, len(names.schools) + staff.site)
    return _made_up(
        {
            "person": _coded(np.arange(len(staff.kind)), staff.names),
            "kind": _coded(staff.kind, PEOPLE_KINDS),
            "place": _coded(at, names.schools + sites.codes),
        }
    )


def _clearances(
    staff: Staff, year: SchoolYear, mechanisms: Mechanisms, seed: int, through: np.datetime64
) -> tuple[Table, np.ndarray]:
    """A check lasts two years; nearly everybody renews it in time. In truth: whose check ran out unrenewed."""
    person = np.flatnonzero(staff.kind != TEACHER)
    chance = draws(seed, "clearances").random((2, len(person)))
    start = day_in(year, 9, 1) - _CHECK_DAYS + np.floor(_CHECK_DAYS * chance[0]).astype(np.int64)
    end = start + _CHECK_DAYS - 1
    runs_out = end < day_in(year, 7, 3)
    lapses = runs_out & (chance[1] < mechanisms.size("clearances_lapse")) & (staff.kind[person] == VOLUNTEER)
    again = np.flatnonzero(runs_out & ~lapses & (end < through))
    rows = np.append(np.arange(len(person)), again)
    dates = np.append(start, end[again] + _DAY)
    ends = np.append(end, end[again] + _CHECK_DAYS)
    order = np.lexsort([dates, rows])
    table = {
        "person": _coded(person[rows[order]], staff.names),
        "kind": _constant("safeguarding", len(rows)),
        "from": dates[order],
        "to": ends[order],
    }
    lapsed_on = np.full(len(staff.kind), OPEN)
    lapsed_on[person[lapses]] = end[lapses] + _DAY
    return _made_up(table), lapsed_on


def _capacity(
    staff: Staff, slots: np.ndarray, sites: Sites, year: SchoolYear, seed: int, through: np.datetime64
) -> Table:
    """Children a volunteer takes, and seats of a site."""
    volunteer = staff.of(VOLUNTEER)
    open_site = np.flatnonzero(sites.opens <= through)
    seats = 20 + 5 * draws(seed, "capacity", block=1).integers(0, 9, len(sites.codes))
    provider = np.append(volunteer, len(staff.names) + open_site)
    start = np.append(np.full(len(volunteer), day_in(year, 9, 1)), sites.opens[open_site])
    return _made_up(
        {
            "provider": _coded(provider, staff.names + sites.codes),
            "from": start,
            "to": np.full(len(provider), OPEN),
            "slots": np.append(slots[volunteer], seats[open_site]).astype(np.int16),
        }
    )


# ---- matches, sponsorship, loans, spending ------------------------------------------------------------------------


def make_money(
    layout: Layout,
    people: People,
    enrolment: Enrolment,
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    *,
    family: Family,
    sites: Sites,
    staff: Staff,
    slots: np.ndarray,
    distress: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    programmes: tuple[str, ...],
    names: Names,
    through: np.datetime64,
) -> tuple[dict[str, Table], dict[str, Any]]:
    """Matches by need and nearness, sponsorship by poverty, loans of books, spending by programme and site.

    `distress` is that of the first month, `here` the first and last day of every child in the city's schools.
    """
    poverty, overlooked = _poverty(family, mechanisms, seed)
    sponsorships, sponsored = _sponsorships(
        layout.layer, people, poverty, overlooked, here, staff, year, seed, names, through
    )
    tables = {
        "matches": _matches(people, sites, staff, slots, distress, here, year, mechanisms, seed, names, through),
        "sponsorships": sponsorships,
        "loans": _loans(layout.layer, people, sites, here, year, seed, names, through),
        "spending": _spending(sites, programmes, year, seed, through),
    }
    truth = {"poverty": poverty, "overlooked_by_sponsors": overlooked, "sponsored": sponsored}
    return tables, truth


def _matches(
    people: People,
    sites: Sites,
    staff: Staff,
    slots: np.ndarray,
    distress: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    mechanisms: Mechanisms,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> Table:
    """The children who do worst near an open site, as far as its volunteers have room."""
    start = day_in(year, 9, 22)
    site, km = sites.nearest(start)
    mine, far = site[people.village], km[people.village]
    draw = draws(seed, "matches")
    score = distress + 0.5 * draw.standard_normal(len(people)) - 0.03 * np.where(np.isfinite(far), far, 0.0)
    able = np.flatnonzero((mine >= 0) & (here[0] <= start) & (here[1] >= start))
    able = able[np.lexsort([-score[able], mine[able]])]
    first = np.searchsorted(mine[able], mine[able], side="left")
    rank = np.arange(len(able)) - first
    volunteer = staff.of(VOLUNTEER)
    places = np.repeat(volunteer, slots[volunteer])
    places = places[np.argsort(staff.site[places], kind="stable")]
    begins = np.searchsorted(staff.site[places], np.arange(len(sites.codes) + 1))
    room = np.diff(begins)
    taken = rank < room[mine[able]]
    child, offset = able[taken], begins[mine[able[taken]]]
    # Round and round the places of the site, so that the neediest do not share one volunteer.
    person = places[offset + rank[taken]]
    chance = draw.random((3, len(child)))
    lasts = np.floor(40 + 230 * chance[0]).astype(np.int64)
    leaves = chance[1] < mechanisms.size("volunteers_leave")
    done = ~leaves & (chance[2] < 0.2)
    end = np.where(leaves | done, start + lasts, OPEN)
    moved = here[1][child] < np.where(np.isnat(end), here[1][child] + 1, end)
    end = np.where(moved, here[1][child], end)
    reason = np.where(moved, 2, np.where(leaves, 1, np.where(done, 0, -1)))
    # A second volunteer of the same site takes over a month later.
    again = np.flatnonzero(leaves & ~moved & (room[mine[child]] > 1))
    successor = places[offset[again] + (rank[taken][again] + slots[person[again]]) % room[mine[child[again]]]]
    changed = successor != person[again]
    again, successor = again[changed], successor[changed]
    table = {
        "child": np.append(child, child[again]),
        "person": np.append(person, successor),
        "from": np.append(np.full(len(child), start), end[again] + 30),
        "to": np.append(end, np.full(len(again), OPEN)),
        "end_reason": np.append(reason, np.full(len(again), -1)),
    }
    last = here[1][table["child"]]
    ends_with_school = (table["from"] <= last) & np.isnat(table["to"]) & (last < np.datetime64("2100-01-01"))
    table["to"] = np.where(ends_with_school, last, table["to"])
    table["end_reason"] = np.where(ends_with_school, 2, table["end_reason"])
    keep = np.flatnonzero((table["from"] <= through) & (table["from"] <= last))
    keep = keep[np.lexsort([table["from"][keep], table["child"][keep]])]
    table = {name: column[keep] for name, column in table.items()}
    not_over = ~(table["to"] <= through)
    return _made_up(
        {
            "child": _coded(table["child"], names.children),
            "person": _coded(table["person"], staff.names),
            "from": table["from"],
            "to": np.where(not_over, OPEN, table["to"]),
            "end_reason": _coded(np.where(not_over, -1, table["end_reason"]), _END_REASONS),
        }
    )


def _poverty(family: Family, mechanisms: Mechanisms, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """By household: how poor it is (high is poor), and whether it stands on no list."""
    draw = draws(seed, "poverty")
    count = len(family.village)
    poverty = draw.standard_gamma(1.8, count) + 0.8 * family.is_rural + 0.9 * ~family.has_parent.all(axis=1)
    poorest = poverty >= np.quantile(poverty, 0.9)
    return poverty, poorest & (draw.random(count) < mechanisms.size("sponsorship_misses_poorest"))


def _sponsorships(
    layer: Layer,
    people: People,
    poverty: np.ndarray,
    overlooked: np.ndarray,
    here: tuple[np.ndarray, np.ndarray],
    staff: Staff,
    year: SchoolYear,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> tuple[Table, np.ndarray]:
    """The poorest households on the list, one child each."""
    draw = draws(seed, "sponsorships")
    start = day_in(year, 9, 10)
    order = np.lexsort([draw.random(len(people)), people.household])
    one_each = order[np.append(True, np.diff(people.household[order]) != 0)]
    able = one_each[
        ~overlooked[people.household[one_each]] & (here[0][one_each] <= start) & (here[1][one_each] >= start)
    ]
    wanted, _ = share_of(layer, _SPONSORED, 8)
    chosen = np.sort(able[np.argsort(-poverty[people.household[able]], kind="stable")[:wanted]])
    volunteer = staff.of(VOLUNTEER)
    sponsor = np.append(volunteer, -1)[np.floor(len(volunteer) * draw.random(len(chosen))).astype(np.int64)]
    institution = draw.random(len(chosen)) < 0.3
    last = here[1][chosen]
    sponsored = np.zeros(len(people), dtype=bool)
    sponsored[chosen] = True
    table = {
        "child": _coded(chosen, names.children),
        "person": _coded(np.where(institution, -1, sponsor), staff.names),
        "from": np.full(len(chosen), start),
        "to": np.where(last <= through, last, OPEN),
        "yuan": 100.0 * draw.integers(8, 31, len(chosen)),
    }
    keep = np.flatnonzero(np.full(len(chosen), start <= through))
    return _made_up(table).take(keep), sponsored


def _loans(
    layer: Layer,
    people: People,
    sites: Sites,
    here: tuple[np.ndarray, np.ndarray],
    year: SchoolYear,
    seed: int,
    names: Names,
    through: np.datetime64,
) -> Table:
    """At most one book a month, more by readers and near an open site; a few titles are lent most."""
    books, books_before = share_of(layer, _BOOKS, 100)
    titles = _numbered("title-", books_before, books)
    reads = draws(seed, "loans").standard_gamma(0.7, len(people)) / 0.7
    who, when, where, what = [], [], [], []
    for number, month in enumerate(months_of(year)[:-1]):
        first = month.astype("datetime64[D]")
        site, km = sites.nearest(first)
        draw = draws(seed, "loans", block=1 + number)
        chance = draw.random((3, len(people)), dtype=np.float32)
        likes = 0.16 * reads * np.exp(-km / 12.0)[people.village]
        day = first + np.floor(28 * chance[1]).astype(np.int64)
        takes = np.flatnonzero((chance[0] < likes) & (here[0] <= day) & (day <= here[1]) & (day <= through))
        who.append(takes)
        when.append(day[takes])
        where.append(site[people.village[takes]])
        what.append(np.minimum(np.floor(len(titles) * chance[2][takes].astype(np.float64) ** 2.2), len(titles) - 1))
    child, day = np.concatenate(who), np.concatenate(when)
    order = np.lexsort([child, day])
    return _made_up(
        {
            "child": _coded(child[order], names.children),
            "title": _coded(np.concatenate(what).astype(np.int32)[order], titles),
            "site": _coded(np.concatenate(where)[order], sites.codes),
            "date": day[order],
        }
    )


def _spending(sites: Sites, programmes: tuple[str, ...], year: SchoolYear, seed: int, through: np.datetime64) -> Table:
    """Yuan by programme, open site and month, on its last day."""
    months = months_of(year)[:-1]
    last = (months + 1).astype("datetime64[D]") - _DAY
    draw = draws(seed, "spending")
    yuan = np.round(900.0 * np.exp(0.6 * draw.standard_normal((len(months), len(sites.codes), len(programmes)))), 2)
    is_open = (sites.opens <= last[:, None]) & (last[:, None] <= through)
    month, site, programme = np.nonzero(np.broadcast_to(is_open[:, :, None], yuan.shape))
    return _made_up(
        {
            "programme": _coded(programme, programmes),
            "site": _coded(site, sites.codes),
            "date": last[month],
            "yuan": yuan[month, site, programme],
        }
    )
