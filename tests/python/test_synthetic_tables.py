# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Families, help, screening and money of the made-up city: shaped as the schema says, and every mechanism is seen
when it is on, told by the truth, and gone when it is off."""

import functools
import re
import tomllib
from types import SimpleNamespace

import numpy as np
import pytest
from childwell import _core, synthetic
from childwell._table import Categorical
from childwell.synthetic import _care, _help, _people_and_money, _screens, _slipping
from childwell.synthetic._enrolment import enrol
from childwell.synthetic._exams import Ability
from childwell.synthetic._layers import layers
from childwell.synthetic._mechanisms import Mechanisms
from childwell.synthetic._people import populate
from childwell.synthetic._places import lay_out
from childwell.synthetic._recording import recording_habits
from childwell.synthetic._school_year import school_year
from childwell.synthetic._tables import Names
from childwell.synthetic._wellbeing import Wellbeing

SCHEMAS = tomllib.loads(_core.rules("schemas"))
TABLES = (*_care.TABLES, "outcomes")
# Chance alone goes beyond this once in 2,000 comparisons, and what is there is to go well beyond it.
CHANCE, SEEN = 3.5, 5.0


EVERY = synthetic.ALL_MECHANISMS


@functools.cache
def ground(children, seed, year="2025-2026"):
    """A city without stories, of children who differ for good and in nothing else: what the tables stand on."""
    days = school_year(year)
    mechanisms = Mechanisms(EVERY, {"lasting_wellbeing": 0.8}, null=True)
    (layer,) = layers(children, seed)
    layout = lay_out(layer, days, mechanisms)
    people = populate(layout, days, mechanisms, seed)
    habits = recording_habits(layout.schools, mechanisms, seed)
    return days, layout, people, habits


@functools.lru_cache(maxsize=12)
def made(children=8000, seed=11, null=True, through="2026-07-03", **sizes):
    """A city of which every mechanism that is not given is off, or all of them in their standard size."""
    year, layout, people, habits = ground(children, seed)
    last = np.datetime64(through)
    mechanisms = Mechanisms(EVERY, {"lasting_wellbeing": 0.8, "slipping": 0.006, **sizes}, null=null)
    enrolment = enrol(layout, people, habits, year, last, mechanisms, seed)
    wellbeing = Wellbeing(people, year.first_day, last, mechanisms, seed)
    names = Names(layout, people, enrolment.identities)
    where = (layout, people, enrolment, year, mechanisms, seed)
    care = _care.draw_care(*where, wellbeing=wellbeing)
    tables, truth = _care.make_care(*where, care=care, kept={}, names=names, through=last)
    tables["outcomes"] = _slipping.slipped_table(care.slipping, names, last)
    return SimpleNamespace(
        tables=tables, truth=truth, care=care, names=names, layout=layout, people=people,
        enrolment=enrolment, mechanisms=mechanisms, through=last, seed=seed,
    )  # fmt: skip


def standard(**options):
    return made(null=False, **options)


# ---- shape --------------------------------------------------------------------------------------------------------


def codes_of(column):
    if isinstance(column, Categorical):
        return column.codes.astype(np.int64)
    return column.astype(np.int64) if column.dtype.kind != "f" else column.view(np.int64)


def missing(table, column):
    values = table[column]
    if isinstance(values, np.ma.MaskedArray):
        return np.ma.getmaskarray(values)
    held = table.column(column)
    return held.codes < 0 if isinstance(held, Categorical) else held != held


def test_every_reserved_table_is_made():
    reserved = {name for name, schema in SCHEMAS.items() if isinstance(schema, dict) and not schema.get("admitted")}
    assert reserved <= set(TABLES)
    assert set(standard().tables) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_columns_keys_words_and_gaps(name):
    table, schema = standard().tables[name], SCHEMAS[name]
    assert len(table) > 0
    assert table.metadata == {"childwell.made_up": "true"}
    assert set(table.columns) <= set(schema["columns"])
    assert set(schema["required"]) <= set(table.columns)
    for column in schema["required"]:
        assert not missing(table, column).any(), column
    for column in table.columns:
        kind, held = schema["columns"][column], table.column(column)
        if isinstance(kind, list):
            assert set(held.categories) <= set(kind), column
        elif kind in ("date", "time"):
            assert held.dtype == np.dtype("datetime64[D]"), column
        elif kind == "integer":
            assert held.dtype.kind == "i", column
        elif kind == "number":
            assert held.dtype == np.float64 or (held.dtype.kind == "i" and column == "answer"), column
        elif kind == "flag":
            assert held.dtype == bool, column
        else:
            assert isinstance(held, Categorical), column
    key = [column for column in schema["key"] if column in table]
    rows = np.stack([codes_of(table.column(column)) for column in key])
    assert np.unique(rows, axis=1).shape[1] == len(table)


def test_who_is_named_elsewhere_exists():
    tables = standard().tables
    known = {
        "people": set(tables["people"]["person"]),
        "guardians": set(tables["guardians"]["guardian"]),
        "households": set(tables["households"]["household"]),
        "programmes": set(tables["programmes"]["programme"]),
        "events": set(tables["events"]["event"]),
        "collections": set(tables["collections"]["collection"]),
    }
    sites = set(tables["site_components"]["site"])
    named = {
        "people": [
            ("services", "provider"),
            ("followups", "who"),
            ("clearances", "person"),
            ("matches", "person"),
            ("sponsorships", "person"),
        ],
        "guardians": [("guardianship", "guardian"), ("event_attendance", "guardian"), ("contacts", "person")],
        "households": [("guardians", "household")],
        "programmes": [("services", "programme"), ("events", "programme"), ("spending", "programme")],
        "events": [("event_attendance", "event")],
        "collections": [("screens", "collection")],
    }  # fmt: skip
    for where, columns in named.items():
        for table, column in columns:
            assert set(tables[table][column]) - {None} <= known[where], (table, column)
    for table in ("services", "events", "loans", "spending"):
        assert set(tables[table]["site"]) <= sites, table
    assert set(tables["capacity"]["provider"]) <= known["people"] | sites


def test_spans_begin_before_they_end():
    for name, table in standard().tables.items():
        if name != "referrals" and "from" in table and "to" in table:
            over = ~np.isnat(table["to"])
            assert np.all(table["from"][over] <= table["to"][over]), name
    migration = standard().tables["migration"]
    assert np.all(migration["from_earliest"] <= migration["from_latest"])
    over = ~np.isnat(migration["to_latest"])
    assert np.all(migration["to_earliest"][over] <= migration["to_latest"][over])
    assert np.array_equal(over, ~np.isnat(migration["to_earliest"]))


def test_nobody_could_bear_these_ids():
    real = re.compile(r"^\d{15}$|^\d{17}[\dXx]$|^[GLJ]\d+")
    for name, table in standard().tables.items():
        for column in table.columns:
            held = table.column(column)
            kind = SCHEMAS[name]["columns"][column]
            for text in held.categories if isinstance(held, Categorical) else ():
                assert not real.match(text), (name, column)
                if kind in ("child", "person", "household", "guardian"):
                    assert text.startswith("MADEUP-"), (name, column)


def test_no_item_has_a_text():
    screens = standard().tables["screens"]
    assert screens.column("item").dtype.kind == "i"
    assert set(screens.column("instrument").categories) == {"sdq", "phq_a", "mht"}


@pytest.mark.parametrize("children", [50, 137, 1000])
def test_small_cities_are_whole(children):
    tables = standard(children=children, seed=children).tables
    assert set(tables) == set(TABLES)
    assert all(
        len(table) > 0
        for name, table in tables.items()
        if name not in ("followups", "referrals", "counselling", "services", "matches", "outcomes")
    )


# ---- bytes --------------------------------------------------------------------------------------------------------


def raw(column):
    if isinstance(column, Categorical):
        return column.codes.tobytes(), column.categories
    return column.tobytes(), ()


def test_same_seed_same_bytes():
    one, other = standard(children=900, seed=4), standard(children=900, seed=5)
    made.cache_clear()
    two = standard(children=900, seed=4)
    for name in TABLES:
        for column in one.tables[name].columns:
            assert raw(one.tables[name].column(column)) == raw(two.tables[name].column(column)), (name, column)
    assert raw(one.tables["screens"].column("answer")) != raw(other.tables["screens"].column("answer"))


DATED = {"contacts": "time", "services": "date", "counselling": "date", "followups": "date", "events": "date",
         "loans": "date", "spending": "date", "screens": "date", "health": "date", "referrals": "date",
         "outcomes": "date", "migration": "known_on"}  # fmt: skip


def test_a_longer_year_repeats_the_shorter_one():
    last = np.datetime64("2026-01-30")
    short, longer = standard(children=2500, through=str(last)), standard(children=2500)
    for name, date in DATED.items():
        before, after = short.tables[name], longer.tables[name]
        assert before[date].max() <= last, name
        begun = after[date] <= last
        assert begun.sum() == len(before) > 0, name
        for column in before.columns:
            if column in ("to_earliest", "to_latest", "outcome", "outcome_date"):
                continue  # what was open then may be over now
            assert repr(before[column].tolist()) == repr(after[column][begun].tolist()), (name, column)
    for name in ("site_components", "matches", "guardianship", "contact_log", "sponsorships", "capacity"):
        table = short.tables[name]
        assert not np.any(table["to"] > last), name
        assert np.all(table["from"] <= last), name
        assert len(table) <= len(longer.tables[name])


# ---- what a comparison finds --------------------------------------------------------------------------------------


def difference(value, group):
    """Mean of a group minus the mean of the rest, in standard errors."""
    one, rest = np.asarray(value, float)[group], np.asarray(value, float)[~group]
    return (one.mean() - rest.mean()) / np.sqrt(one.var(ddof=1) / len(one) + rest.var(ddof=1) / len(rest))


def association(one, two):
    """Correlation in standard errors from none."""
    return np.corrcoef(one, two)[0, 1] * np.sqrt(len(one) - 2)


def share(value):
    return float(np.mean(value))


def between(value, group):
    """How much more groups differ than chance would have it: their mean squares' ratio, in standard errors from 1."""
    names, inverse = np.unique(group, return_inverse=True)
    size = np.bincount(inverse)
    mean = np.bincount(inverse, value) / size
    within = np.sum((value - mean[inverse]) ** 2) / (len(value) - len(names))
    across = np.sum(size * (mean - value.mean()) ** 2) / (len(names) - 1)
    return (across / within - 1.0) / np.sqrt(2.0 / (len(names) - 1))


def answers(city, collection, first, last):
    """(child, answers by item) of those who answered in a stretch of time; a blank is NaN."""
    screens = city.tables["screens"]
    code = screens.column("collection").categories.index(collection)
    rows = (screens.column("collection").codes == code) & (screens.column("response").codes == _screens.GIVEN)
    rows &= (screens["date"] >= np.datetime64(first)) & (screens["date"] <= np.datetime64(last))
    answer = screens["answer"].astype(float).filled(np.nan)[rows]
    items = int(screens["item"][rows].max())
    return screens.column("child").codes[rows].reshape(-1, items)[:, 0], answer.reshape(-1, items)


AUTUMN = ("2025-10-01", "2025-11-22")
WINTER = ("2025-12-01", "2026-01-05")


def asked(city, collection="mood", wave=1):
    return next(each for each in city.truth["screening"] if (each["collection"], each["wave"]) == (collection, wave))


def first_start(city, programme):
    return np.flatnonzero(city.care.help.starts[programme] != _help.NEVER_STARTS)


# Each of these gives (what the data show, in standard errors or as a share, what the truth says of it).


def departures(city):
    start = city.care.family.away_from
    start = start[start >= np.datetime64("2025-09-01")]
    told = city.tables["migration"]
    middle = told["from_earliest"] + (told["from_latest"] - told["from_earliest"]) // 2
    middle = middle[middle >= np.datetime64("2025-09-01")]
    window = (np.datetime64("2026-02-23"), np.datetime64("2026-03-20"))
    expected = 26 / 305
    spread = np.sqrt(expected * (1 - expected) / len(middle))
    seen = (share((middle >= window[0]) & (middle <= window[1])) - expected) / spread
    # One household may hold several children, so that chance is wider than for single children.
    return seen / 2.0, share((start >= window[0]) & (start <= window[1])) > 0.2


def vague_dates(city):
    told, family = city.tables["migration"], city.care.family
    home = city.people.household[told.column("child").codes]
    true = family.away_from[home, told.column("parent").codes]
    held = ~np.isnat(true)
    assert np.all(told["from_earliest"][held] <= true[held])
    assert np.all(true[held] <= told["from_latest"][held])
    width = (told["from_latest"] - told["from_earliest"])[held].astype(int)
    return width.mean(), np.any(family.from_latest > family.from_earliest)


def misreports(city):
    """Who the migration table, as known on the day of the first wave, has away on that day."""
    wave = city.truth["waves"][0]
    told = city.tables["migration"]
    on = (told["known_on"] <= wave) & (told["from_latest"] <= wave + 90) & ~(told["to_latest"] <= wave)
    named = np.zeros(len(city.people), dtype=bool)
    named[told.column("child").codes[on]] = True
    truth = city.truth["parent_away"][0]
    wrong = share(city.truth["parent_reported_away"][0] != truth)
    return share(named & ~truth) + share(~named & truth), wrong


def closed_log(city):
    kept = city.truth["contact_log_kept"]
    true, possible = city.truth["contacts_true"][kept].sum(), city.truth["contacts_while_open"][kept].sum()
    log = city.tables["contact_log"]
    days = (np.where(np.isnat(log["to"]), np.datetime64("2026-07-03"), log["to"]) - log["from"]).astype(int) + 1
    children = len(np.unique(log.column("child").codes))
    return 1.0 - days.sum() / (children * 306), 1.0 - possible / true


def lost_contacts(city):
    possible = city.truth["contacts_while_open"].sum()
    assert len(city.tables["contacts"]) == city.truth["contacts_logged"].sum()
    return 1.0 - len(city.tables["contacts"]) / possible, 1.0 - city.truth["contacts_logged"].sum() / possible


def unlinked(city):
    held = city.tables["identities"]
    temporary = np.sum(held.column("kind").codes == held.column("kind").categories.index("temporary"))
    return 1.0 - temporary / len(city.truth["second_id_child"]), share(~city.truth["second_id_linked"])


def separation(city):
    child, answer = answers(city, "mood", *AUTUMN)
    away = city.care.family.away(np.datetime64("2025-10-15")).any(axis=1)[city.people.household]
    path = city.care.untreated[:, 1]
    return difference(np.nansum(answer, axis=1), away[child]), difference(path, away) > SEEN


def school_means(city):
    child, answer = answers(city, "mood", *AUTUMN)
    school = city.layout.classes.school[city.people.school_class]
    lasting = city.care.lasting
    return between(np.nansum(answer, axis=1), school[child]), between(lasting, school) > SEEN


def girls(city):
    child, answer = answers(city, "mood", *AUTUMN)
    girl = ~city.people.is_boy
    older = city.people.grade >= 7
    lasting = city.care.lasting
    return difference(np.nansum(answer, axis=1), girl[child]), difference(lasting[older], girl[older]) > SEEN


def staggered(city):
    opens = city.tables["site_components"]
    studios = opens["from"][opens["component"] == "studio"]
    return (studios.max() - studios.min()).astype(int) / 30.4, len(np.unique(city.care.sites.opens)) > 1


def lapses(city):
    held, lapsed = city.tables["clearances"], city.truth["clearance_lapsed"]
    who = np.flatnonzero(~np.isnat(lapsed))
    person = held.column("person").codes
    ends = np.full(len(lapsed), np.datetime64("1900-01-01"))
    np.maximum.at(ends, person, held["to"])
    assert np.all(ends[who] < lapsed[who])
    served = np.unique(city.tables["people"].column("person").codes[city.tables["people"]["kind"] == "volunteer"])
    return share(ends[served] < np.datetime64("2026-07-03")), len(who) > 0


def leavers(city):
    reason = city.tables["matches"]["end_reason"]
    return share(reason == "volunteer_left"), np.any(reason == "volunteer_left")


def missed_poor(city):
    """Poorer households of the tenth that is poorest without a sponsor, among as many as there are sponsors."""
    poverty, home = city.truth["poverty"], city.people.household
    sponsored = np.unique(home[city.truth["sponsored"]])
    rank = np.argsort(-poverty)[: len(sponsored)]
    assert not np.any(city.truth["overlooked_by_sponsors"][sponsored])
    return 1.0 - share(np.isin(rank, sponsored)), np.any(city.truth["overlooked_by_sponsors"])


def need_of_the_helped(city):
    took = np.zeros(len(city.people), dtype=bool)
    took[np.unique(city.tables["services"].column("child").codes)] = True
    return difference(city.care.lasting, took), difference(city.care.lasting, took) > SEEN


def distance_of_the_helped(city):
    took = np.zeros(len(city.people), dtype=bool)
    took[np.unique(city.tables["services"].column("child").codes)] = True
    km = city.care.sites.nearest(np.datetime64("2026-02-01"))[1][city.people.village]
    return -difference(km, took), -difference(km, took) > SEEN


def regression_to_the_mean(city):
    """Untreated change over three months of those who start, against that of all others."""
    path, starts = city.care.untreated, city.care.help.starts
    change, group = [], []
    for month in range(7):
        change.append(path[:, month + 3] - path[:, month])
        group.append((starts == month).any(axis=0))
    change, group = np.concatenate(change), np.concatenate(group)
    if change.std() == 0:
        return 0.0, False
    return -difference(change, group), -difference(change, group) > SEEN


def gain_by(role):
    def seen(city):
        programme = int(np.flatnonzero(city.care.help.role == role)[0])
        effect = city.care.help.effect[programme]
        took = first_start(city, programme)
        month = city.care.help.starts[programme, took]
        early = took[month <= 7]
        later = np.minimum(city.care.help.starts[programme, early] + 3, 10)
        path = city.care.help.distress[early, later] - city.care.untreated[early, later]
        assert np.allclose(path, effect[early], atol=1e-5)  # both potential outcomes are in the truth
        mean = path.mean() / max(path.std(ddof=1), 1e-12) * np.sqrt(len(path))
        return abs(mean) if np.any(path) else 0.0, np.any(effect)

    return seen


def spillover(city):
    none = (city.care.help.starts == _help.NEVER_STARTS).all(axis=0)
    spilled = city.care.help.spilled[none, 8]
    treated = np.bincount(city.people.school_class, ~none)
    shared = treated[city.people.school_class[none]] > 0
    return (-difference(spilled, shared) if np.any(spilled) else 0.0), np.any(city.care.help.spilled)


def refusals(city):
    response = asked(city)["response"]
    table = city.tables["screens"]
    assert np.sum(table["response"] == "refused") == sum(
        np.sum(each["response"] == _screens.REFUSED) for each in city.truth["screening"]
    )
    return share(response == _screens.REFUSED), np.any(response == _screens.REFUSED)


def missed_days(city):
    response = asked(city)["response"]
    ghosts = share(city.enrolment.role[asked(city)["child"]] == 1)
    return max(share(response == _screens.ABSENT) - 0.002 - ghosts, 0.0), share(response == _screens.ABSENT) > 0.02


def tied_to(kind):
    def seen(city):
        each = [asked(city), asked(city, wave=2), asked(city, wave=3)]
        felt = np.concatenate([wave["distress"] for wave in each])
        response = np.concatenate([wave["response"] for wave in each])
        tied = np.concatenate([wave["because_of_distress"] for wave in each])
        # A child is asked up to three times, and its distress lasts: chance is wider than for single children.
        return difference(felt, response == kind) / np.sqrt(3.0), np.any(tied)

    return seen


def schools_out(city):
    response = asked(city)["response"]
    return share(response == _screens.NOT_OFFERED), np.any(response == _screens.NOT_OFFERED)


def volunteers(city):
    came = asked(city, "open-door")["child"]
    older = np.flatnonzero(city.people.grade >= 7)
    felt = city.care.help.distress[older, 2]
    return difference(felt, np.isin(older, came)), np.any(asked(city, "open-door")["because_of_distress"])


def item_bias(city):
    """Left-behind children who answer alike against others: answers to the items that differ, less the rest."""
    child, answer = answers(city, "mood", *AUTUMN)
    items = _screens.items_that_differ(_screens.MOOD) - 1
    rest = np.setdiff1d(np.arange(9), items)
    contrast = np.nanmean(answer[:, items], axis=1) - np.nanmean(answer[:, rest], axis=1)
    level = np.nanmean(answer[:, rest], axis=1)
    contrast -= np.polyval(np.polyfit(level, contrast, 2), level)
    told = city.truth["items_that_differ"].get("phq_a", [])
    return difference(contrast, city.truth["left_behind"][1][child]), len(told) > 0


def straight_no(city):
    child, answer = answers(city, "tendency", *AUTUMN)
    flagged = city.truth["answers_all_no"][child]
    assert not np.nansum(answer[flagged])
    return share(np.nansum(answer, axis=1) == 0), np.any(city.truth["answers_all_no"])


def lies(city):
    child, answer = answers(city, "tendency", *AUTUMN)
    failed = np.nansum(answer[:, _screens.LIE_ITEMS - 1], axis=1) >= _screens.LIE_LIMIT
    return max(share(failed) - 0.01, 0.0), np.any(city.truth["answers_to_please"])


def blanks(city):
    _, answer = answers(city, "mood", *AUTUMN)
    return share(np.isnan(answer)), np.isnan(answer).any()


def slipping_share(city):
    return len(city.tables["outcomes"]) / len(city.people), np.any(city.care.slipping.cause >= 0)


def slipping_rank(city):
    felt = city.care.help.distress[:, 1]
    slipped = ~np.isnat(city.care.slipping.date)
    chance = city.care.slipping.chance[:, 5]
    return difference(felt, slipped), chance.std() > 1e-6


def slipping_ability(city):
    ability = Ability(city.layout, city.people, city.mechanisms, city.seed).general
    slipped = ~np.isnat(city.care.slipping.date)
    return -difference(ability, slipped), city.care.slipping.chance[:, 5].std() > 1e-6


def slipping_schools(city):
    school = city.layout.classes.school[city.people.school_class]
    slipped = (~np.isnat(city.care.slipping.date)).astype(float)
    return between(slipped, school), np.any(city.care.slipping.school_part)


def slipping_unseen(city):
    cause = city.care.slipping.cause
    slipped = np.unique(city.tables["outcomes"].column("child").codes)
    assert np.array_equal(slipped, np.flatnonzero(cause >= 0))
    return share(cause[slipped] == _slipping.UNSEEN), np.any(cause == _slipping.UNSEEN)


# mechanism, size, what else must be on, how it is seen, and from where on it counts as seen (a share or a z)
CASES = [
    ("departures_after_festival", 0.8, {}, departures, SEEN),
    ("departure_dates_vague", 60.0, {}, vague_dates, 30.0),
    ("left_behind_misreported", 0.2, {}, misreports, 0.04),
    ("contact_log_closed", 0.4, {}, closed_log, 0.25),
    ("contact_not_logged", 0.3, {}, lost_contacts, 0.25),
    ("identities_unlinked", 0.3, {"transfers": 0.2, "split_ids": 0.5}, unlinked, 0.2),
    ("separation_hurts", 0.8, {}, separation, SEEN),
    ("school_climate", 0.5, {}, school_means, SEEN),
    ("distress_by_sex_and_grade", 0.8, {}, girls, SEEN),
    ("openings_staggered", 14.0, {}, staggered, 10.0),
    ("clearances_lapse", 0.6, {"children": 20_000}, lapses, 0.1),
    ("volunteers_leave", 0.6, {"children": 20_000}, leavers, 0.2),
    ("sponsorship_misses_poorest", 0.8, {"children": 30_000}, missed_poor, 0.3),
    ("help_by_need", 1.0, {}, need_of_the_helped, SEEN),
    ("help_by_distance", 2.0, {}, distance_of_the_helped, SEEN),
    ("chosen_on_a_bad_day", 3.0, {"passing_wellbeing": 0.6, "help_by_need": 1.2}, regression_to_the_mean, SEEN),
    ("programme_helps", 0.5, {}, gain_by(_help.HELPS), SEEN),
    ("programme_harms", 0.5, {}, gain_by(_help.HARMS), SEEN),
    ("help_spills_over", 1.0, {"programme_helps": 0.5}, spillover, SEEN),
    ("screening_refused", 0.2, {}, refusals, 0.15),
    ("refusal_tied_to_distress", 1.0, {"screening_refused": 0.2}, tied_to(_screens.REFUSED), SEEN),
    ("screening_missed", 0.2, {}, missed_days, 0.15),
    ("absence_tied_to_distress", 1.0, {"screening_missed": 0.2}, tied_to(_screens.ABSENT), SEEN),
    ("schools_without_screening", 0.4, {}, schools_out, 0.1),
    ("volunteers_worse_off", 1.5, {}, volunteers, SEEN),
    ("items_differ_by_group", 1.5, {}, item_bias, SEEN),
    ("all_no_answers", 0.1, {}, straight_no, 0.05),
    ("answers_to_please", 0.2, {}, lies, 0.1),
    ("items_skipped", 0.1, {}, blanks, 0.08),
    ("slipping", 0.02, {}, slipping_share, 0.1),
    ("slipping_by_child", 1.5, {}, slipping_rank, SEEN),
    ("slipping_by_ability", 1.0, {"ability": 1.0}, slipping_ability, SEEN),
    ("slipping_by_school", 1.4, {}, slipping_schools, SEEN),
    ("slipping_unseen", 0.5, {}, slipping_unseen, 0.4),
]  # fmt: skip
BY_HAND = {"openings_by_need"}


def test_every_mechanism_has_a_case():
    assert {case[0] for case in CASES} | BY_HAND == {mechanism.name for mechanism in _care.MECHANISMS}
    assert len(CASES) + len(BY_HAND) == len(_care.MECHANISMS)


@pytest.mark.parametrize(("name", "size", "beside", "seen", "enough"), CASES, ids=[case[0] for case in CASES])
def test_a_mechanism_is_seen_when_on_and_gone_when_off(name, size, beside, seen, enough):
    shown, told = seen(made(**beside, **{name: size}))
    nothing, untold = seen(made(**(beside if name != "slipping" else {"slipping": 0})))
    assert shown >= enough, shown
    assert told
    # In standard errors chance has some room; a share that comes of nothing else is nothing.
    assert abs(nothing) < CHANCE if enough == SEEN else nothing == 0, nothing
    assert not untold


def test_sites_open_first_where_need_is_greatest():
    """Enough sites for a correlation: those of a large layer, on the distress of its first month."""
    year, layout, people, _ = ground(30_000, 3)
    distress = np.random.default_rng(5).standard_normal(len(people)) + 0.6 * (people.village % 7)

    def in_order(**sizes):
        mechanisms = Mechanisms(EVERY, {"openings_staggered": 14.0, **sizes}, null=True)
        found = [_people_and_money.draw_sites(layout, people, distress, year, mechanisms, seed) for seed in range(30)]
        need = np.concatenate([sites.need for sites in found])
        opens = np.concatenate([sites.opens.astype(float) for sites in found])
        return -association(need, opens)

    assert in_order(openings_by_need=2.0) > 2 * SEEN
    assert abs(in_order()) < CHANCE


# ---- programmes ---------------------------------------------------------------------------------------------------


def test_what_does_nothing_looks_as_if_it_helped():
    """Those who are chosen on a bad day improve without help: the naive change misleads, the truth does not."""
    sizes = {"chosen_on_a_bad_day": 3.0, "passing_wellbeing": 0.6, "help_by_need": 1.2, "programme_helps": 0.4}
    city = made(**sizes)
    nothing = int(np.flatnonzero(city.care.help.role == _help.NOTHING)[0])
    took = first_start(city, nothing)
    month = city.care.help.starts[nothing, took]
    early = took[month <= 7]
    alone = (city.care.help.starts[:, early] != _help.NEVER_STARTS).sum(axis=0) == 1
    early, month = early[alone], month[month <= 7][alone]
    before, after = city.care.help.distress[early, month], city.care.help.distress[early, month + 3]
    assert (after - before).mean() < -SEEN * (after - before).std() / np.sqrt(len(early))
    assert not np.any(city.care.help.effect[nothing])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_found_where_nothing_is(seed):
    """Of all comparisons that the tables invite, none goes beyond chance in the city without mechanisms."""
    city = made(seed=seed)
    child, answer = answers(city, "mood", *AUTUMN)
    score = np.nansum(answer, axis=1)
    left_behind = city.truth["left_behind"][1]
    took = np.zeros(len(city.people), dtype=bool)
    took[city.tables["services"].column("child").codes] = True
    sought = np.zeros(len(city.people), dtype=bool)
    sought[city.tables["counselling"].column("child").codes] = True
    sponsored = city.truth["sponsored"]
    slipped = ~np.isnat(city.care.slipping.date)
    home_only = ~city.people.is_boy
    for value, groups in (
        (score, [left_behind[child], took[child], sought[child], slipped[child], home_only[child]]),
        (city.care.lasting, [left_behind, took, sought, slipped, home_only, sponsored]),
    ):
        for number, group in enumerate(groups):
            assert abs(difference(value, group)) < CHANCE, number
    assert not np.any(city.care.help.effect)
    assert not np.any(city.care.help.distress - city.care.untreated)


# ---- two settings of slipping -------------------------------------------------------------------------------------


def ranked(score, happened):
    """The share of pairs, one that happened and one that did not, in which the score says which; ties count half."""
    order = np.argsort(score, kind="stable")
    _, first, count = np.unique(score[order], return_index=True, return_counts=True)
    rank = np.empty(len(score))
    rank[order] = np.repeat(first + (count + 1) / 2.0, count)
    positive = happened.sum()
    return (rank[happened].sum() - positive * (positive + 1) / 2) / (positive * (len(score) - positive))


def by_school(city, happened):
    """The share of the other children of the school, so that a child does not tell of itself."""
    school = city.layout.classes.school[city.people.school_class]
    total, size = np.bincount(school, happened), np.bincount(school)
    return (total[school] - happened) / np.maximum(size[school] - 1, 1)


def test_where_the_school_alone_tells():
    city = made(children=20_000, seed=9, **_slipping.SCHOOL_ALONE_TELLS)
    slipped = ~np.isnat(city.care.slipping.date)
    school = ranked(by_school(city, slipped), slipped)
    everything = ranked(city.care.slipping.chance[:, 6], slipped)
    child = ranked(city.care.help.distress[:, 2], slipped)
    assert school > 0.65
    assert everything - school < 0.02  # who knows all about the child knows no more than who knows its school
    assert abs(child - 0.5) < 0.03


def test_where_the_child_tells():
    city = made(children=20_000, seed=9, **_slipping.CHILD_TELLS)
    slipped = ~np.isnat(city.care.slipping.date)
    assert abs(ranked(by_school(city, slipped), slipped) - 0.5) < 0.04
    assert ranked(city.care.help.distress[:, 2], slipped) > 0.8


def test_a_cause_that_leaves_no_trace_limits_every_rule():
    """With half of the causes unseen, not even the true chance ranks as well as without."""
    found = []
    for unseen in (0.0, 0.6):
        city = made(children=20_000, seed=9, **{**_slipping.CHILD_TELLS, "slipping_unseen": unseen})
        slipped = ~np.isnat(city.care.slipping.date)
        found.append(ranked(city.care.slipping.chance[:, 6], slipped))
        blue = city.care.slipping.cause == _slipping.UNSEEN
        if unseen:
            assert abs(ranked(city.care.slipping.chance[:, 6], blue) - 0.5) < 0.06
    assert found[0] - found[1] > 0.1


# ---- the city as a whole ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city():
    return synthetic.city(children=3000, seed=31, through="2025-12-31")


def care_of(city):
    """Tables of families, help, screening and money, whether or not this version reads them."""
    return {name: table for name, table in [*city.items(), *city.unread.items()] if name in _care.TABLES}


def test_the_city_hands_out_what_is_not_read_apart(city):
    read = {name for name, schema in SCHEMAS.items() if isinstance(schema, dict) and schema.get("admitted")}
    assert set(city) <= read
    assert set(city.unread) == set(_care.TABLES) - read
    assert set(city) | set(city.unread) == {name for name, schema in SCHEMAS.items() if isinstance(schema, dict)} - {
        "attendance_totals"
    }
    assert all(table.made_up for table in city.unread.values())
    sites = city["places"]["place"][city["places"]["kind"] == "site"]
    assert set(care_of(city)["site_components"]["site"]) == set(sites) != set()
    assert set(city["outcomes"]["kind"]) == {"left_school", "slipped"}


def test_who_is_at_home_answers_nothing(city):
    """The morning of the day of screening, in truth, against the responses."""
    screens, sessions = care_of(city)["screens"], city.truth["sessions"]
    index = {text: number for number, text in enumerate(sessions.column("child").categories)}
    to_child = np.array([index[text] for text in screens.column("child").categories])
    asked_on = to_child[screens.column("child").codes].astype(np.int64) * 100_000 + screens["date"].astype(np.int64)
    gone = sessions["absent"] & (sessions["session"] == "am")
    away = sessions.column("child").codes[gone].astype(np.int64) * 100_000 + sessions["date"][gone].astype(np.int64)
    response = screens["response"]
    assert not np.any(np.isin(asked_on[response == "given"], away))
    assert np.sum(np.isin(asked_on[response == "absent"], away)) > 50


def test_the_truth_agrees_with_the_tables(city):
    truth, care = city.truth, care_of(city)
    assert truth["contact"]["logged"].sum() == len(care["contacts"])
    asked_of = truth["screening"]
    for word in ("refused", "absent", "not_offered", "outside_age"):
        assert np.sum(asked_of["response"] == word) == np.sum(care["screens"]["response"] == word), word
    assert set(truth["programmes"]["role"]) == {"helps", "does_nothing", "harms"}
    assert np.all(
        truth["programmes"]["mean_effect"]
        == [{"helps": -0.35, "does_nothing": 0, "harms": 0.2}[word] for word in truth["programmes"]["role"]]
    )
    assert set(care["followups"]["flag"]) <= set(truth["flags"]["flag"])
    referrals = set(zip(care["referrals"]["child"], care["referrals"]["date"].tolist(), strict=True))
    assert referrals == set(zip(truth["flags"]["child"], truth["flags"]["date"].tolist(), strict=True))
    slipped = truth["slipping"]
    assert np.sum(~np.isnat(slipped["slipped_on"])) == np.sum(city["outcomes"]["kind"] == "slipped")
    chances = truth["distress"]["chance_of_slipping"]
    assert np.all((chances >= 0) & (chances < 1))
    assert np.array_equal(chances > 0, truth["distress"]["month"] >= np.datetime64("2025-11-01"))  # before, nobody slips
    effects = truth["programme_effects"]
    begun = ~np.isnat(effects["starts"])
    served = set(zip(care["services"]["child"], care["services"]["programme"], strict=True))
    assert served <= set(zip(effects["child"][begun], effects["programme"][begun], strict=True))
    assert all(truth[name].made_up for name in truth if name != "mechanisms")


def test_layers_share_nothing_and_name_nobody_twice(monkeypatch):
    monkeypatch.setattr("childwell.synthetic._layers.LARGEST", 700)
    one, three = (
        care_of(synthetic.city(children=2500, seed=21, through="2025-12-31", threads=threads)) for threads in (1, 3)
    )
    for name, table in one.items():
        for column in table.columns:
            assert raw(table.column(column)) == raw(three[name].column(column)), (name, column)
        key = [column for column in SCHEMAS[name]["key"] if column in table]
        rows = np.stack([codes_of(table.column(column)) for column in key])
        assert np.unique(rows, axis=1).shape[1] == len(table), name
    assert len(one["programmes"]) == 4
    assert len(one["people"]) == len(set(one["people"]["person"]))


def test_pieces_hold_what_is_not_read_where_asked(monkeypatch, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("childwell.synthetic._layers.LARGEST", 400)
    options = {"children": 900, "seed": 6, "through": "2025-11-28"}
    study = synthetic.pieces(**options, order="child", rows=4000, unread=True).write(tmp_path)
    made = synthetic.city(**options)
    for name, table in [*made.items(), *made.unread.items()]:
        read = parquet.read_table(tmp_path / f"{name}.parquet")
        assert read.num_rows == len(table), name
        if name not in ("attendance", "registers"):
            assert read.to_pydict() == table.to_arrow().to_pydict(), name
    listed = set(tomllib.loads(study.read_text("utf-8"))["tables"])
    assert listed == set(made)


def test_layers_add_up_to_the_numbers_of_the_article():
    for number in (136, 5, 1200, 140, 100, 12_000):
        shares = [_people_and_money.share_of(layer, number, 1) for layer in layers(300_000, 5)]
        assert sum(count for count, _ in shares) == number
        assert [first for _, first in shares] == np.cumsum([0] + [count for count, _ in shares])[:-1].tolist()


def test_the_year_before():
    care = care_of(synthetic.city(children=600, seed=2, year="2024-2025"))
    for name, date in (("screens", "date"), ("services", "date"), ("health", "date"), ("spending", "date")):
        assert care[name][date].min() >= np.datetime64("2024-09-01"), name
        assert care[name][date].max() <= np.datetime64("2025-01-31"), name
    assert set(care) == set(care_of(synthetic.city(children=600, seed=2)))


def test_records_of_the_year_before_change_nothing_here():
    with_it = synthetic.city(children=600, seed=2, with_year_before=True)
    without = synthetic.city(children=600, seed=2)
    care = care_of(with_it)
    for name, table in care_of(without).items():
        for column in table.columns:
            assert raw(table.column(column)) == raw(care[name].column(column)), (name, column)
    assert raw(with_it["outcomes"].column("date")) == raw(without["outcomes"].column("date"))


# ---- published figures --------------------------------------------------------------------------------------------


def published():
    """Rows of the table in the docstring of _care: (published, here, source) by what."""
    row = re.compile(
        r"^\| (?P<what>[^|]+?) \| (?P<published>[\d.]+) \| (?P<here>[\d.]+) \| (?P<source>[^|]+?) \|$", re.M
    )
    return {
        found["what"]: (float(found["published"]), float(found["here"]), found["source"])
        for found in row.finditer(_care.__doc__)
    }


def alpha(answer):
    """Cronbach's alpha of the complete rows."""
    answer = answer[~np.isnan(answer).any(axis=1)]
    items = answer.shape[1]
    return items / (items - 1) * (1 - answer.var(axis=0, ddof=1).sum() / answer.sum(axis=1).var(ddof=1))


@pytest.fixture(scope="module")
def reached():
    """Means over four cities: few children of one are left behind, sampled, and above a line that few are above."""
    found = [reached_in(standard(children=30_000, seed=seed, through="2026-01-10")) for seed in (2, 3, 4, 5)]
    return {what: np.mean([each[what] for each in found]) for what in found[0]}


def reached_in(city):
    rural = city.care.family.is_rural[city.people.household]
    left_behind = city.truth["left_behind"][1]
    away = city.care.family.away(city.truth["waves"][1])[city.people.household]
    guardianship = city.tables["guardianship"]
    cared_for = guardianship["role"][guardianship["kind"] == "entrusted"]
    found = {
        "left behind, rural children": share(left_behind[rural]),
        "both parents away, of the left-behind": share(away[left_behind].all(axis=1)),
        "in a grandparent's care, of those with no parent at home": share(cared_for == "grandparent"),
    }
    child, one = answers(city, "strengths", *AUTUMN)
    other, two = answers(city, "strengths", *WINTER)
    turned = np.array([7, 11, 14, 21, 25]) - 1
    difficulties = np.flatnonzero(_screens.INSTRUMENTS[_screens.STRENGTHS].scale_of != 4)
    for answer in (one, two):
        answer[:, turned] = 2 - answer[:, turned]
    both = np.intersect1d(child, other)
    total = [
        np.nansum(answer[np.isin(who, both)][:, difficulties], axis=1) for who, answer in ((child, one), (other, two))
    ]
    found["SDQ, self-report, alpha of total difficulties"] = alpha(one[:, difficulties])
    found["SDQ, self-report, retest after eight weeks"] = np.corrcoef(*total)[0, 1]
    child, answer = answers(city, "mood", *AUTUMN)
    score, girl = np.nansum(answer, axis=1), ~city.people.is_boy[child]
    found["PHQ, internal consistency"] = alpha(answer)
    found["PHQ of 5 or more, girls"] = share(score[girl] >= 5)
    found["PHQ of 5 or more, boys"] = share(score[~girl] >= 5)
    child, answer = answers(city, "tendency", *AUTUMN)
    content = np.delete(answer, _screens.LIE_ITEMS - 1, axis=1)
    score, mine = np.nansum(content, axis=1), left_behind[child]
    found["MHT, mean of left-behind children"] = score[mine].mean()
    found["MHT of 65 or more, left-behind children"] = share(score[mine] >= 65)
    response = asked(city)["response"]
    offered = np.isin(response, [_screens.GIVEN, _screens.REFUSED, _screens.ABSENT])
    found["answered where guardians could decline"] = share(response[offered] == _screens.GIVEN)
    return found


def test_the_table_says_what_the_city_reaches(reached):
    figures = published()
    assert set(figures) == set(reached)
    for what, (there, here, source) in figures.items():
        assert source, what
        assert abs(here / reached[what] - 1) < 0.04, (what, reached[what])
        assert abs(here / there - 1) < 0.25, what
