# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Many dates in one pass are each date alone, byte for byte, and no date sees what was known later."""

import datetime
import hashlib
import signal
import time
import tomllib
import zlib

import duckdb
import numpy as np
import pyarrow
import pytest
from ten_days import DAYS, KEY, all_days, base, columns, enrolment, iso, marks

import childwell as cw
from childwell import _core

POLICIES = ["us_edfacts_chronic", "england_persistent", "cn_dropout_control_local_3", "not_seen_10_sessions", "cn_pass_60"]
WINDOWS = ["year_to_date", "last_20_sessions", "2025-09-15..2025-12-01"]
FAMILIES = [family for family in _core.request_words() if family != "charts"]  # their limits take half a second for each snapshot
CHARTS = {"families": ["charts"], "baseline": "2025-10-31", "false_alarms": 100.0}
WEEKS = [datetime.date(2025, 9, 5) + datetime.timedelta(7 * week) for week in range(22)]
SCHEMAS = {name: schema for name, schema in tomllib.loads(_core.rules("schemas")).items()
           if isinstance(schema, dict) and schema.get("admitted") and "known_on" in schema["columns"]}  # fmt: skip


def digest(indicators, snapshot):
    """Every estimate of every child, every number of the roll, and what else a snapshot says of children."""
    table = indicators.table(snapshot)
    made = hashlib.sha256(repr(sorted(indicators.roll(snapshot).items())).encode())
    for name in table.columns:
        column = table[name]
        made.update(column.tobytes() if column.dtype != object else repr(column.tolist()).encode())
    return made.hexdigest()


def day_of(table, row):
    """The day that a row speaks of."""
    for name in ("date", "time", "from", "from_earliest"):
        if name in table and table[name][row] is not None and str(table[name][row]) != "NaT":
            return datetime.date.fromisoformat(str(table[name][row])[:10])
    return datetime.date(2025, 9, 1)


def told_late(city, seed, share=0.15, tables=SCHEMAS):
    """The city's tables, some rows of each known up to months after their day."""
    draws = np.random.default_rng(seed)
    made = {}
    for name, table in city.items():
        given = {column: list(np.asarray(table[column], dtype=object)) for column in table.columns}
        if name in tables:
            known = list(given.get("known_on", [None] * len(table)))
            for row in np.flatnonzero(draws.random(len(table)) < share):
                known[row] = day_of(given, row) + datetime.timedelta(int(draws.integers(0, 9) if draws.random() < 0.7 else draws.integers(9, 120)))
            given["known_on"] = [None if day is None or str(day) == "NaT" else str(day)[:10] for day in known]
        made[name] = {column: np.array(values, dtype=object) for column, values in given.items()}
    return made


def claimed_twice(tables, seed):
    """Some children enrolled at a second school over the same days, and back again."""
    draws = np.random.default_rng(seed)
    enrolments = {name: list(values) for name, values in tables["enrolment"].items()}
    schools = sorted({str(school) for school in enrolments["school"]})
    for row in np.flatnonzero(draws.random(len(enrolments["child"])) < 0.1):
        begin = datetime.date(2025, 9, 1) + datetime.timedelta(int(draws.integers(10, 100)))
        more = {"child": enrolments["child"][row], "school": str(draws.choice(schools)), "from": begin.isoformat(),
                "to": None if draws.random() < 0.5 else (begin + datetime.timedelta(int(draws.integers(5, 40)))).isoformat(),
                "kind": "suspend" if draws.random() < 0.3 else "borrowed"}  # fmt: skip
        for name, values in enrolments.items():
            values.append(more.get(name))
    return tables | {"enrolment": {name: np.array(values, dtype=object) for name, values in enrolments.items()}}


def cohort_of(tables, city, **options):
    return cw.assemble(cw.admit(tables, key=KEY, **(city.study() | options)))


GROUND = {"places", "lineage", "calendar", "sessions", "boarding", "residence", "households"}  # with news the cohort is another one

CITIES = {
    "as it came": lambda city: cohort_of(city, city),
    "every mark a week late": lambda city: cohort_of(city, city, lag_days={"attendance": 7, "exam_results": 10, "enrolment": 3}),
    "told late, claimed twice": lambda city: cohort_of(claimed_twice(told_late(city, 5, tables=set(SCHEMAS) - GROUND), 6), city),
    "news of places and calendars": lambda city: cohort_of(told_late(city, 7, share=0.3, tables={"attendance", "calendar", "boarding"}), city),
}


def held_to_each_alone(cohort, dates, monkeypatch, **asked):
    """`measure` and `measure_dates` of all dates, on one thread and two, against each date alone."""
    windows = asked["windows"]
    monkeypatch.setenv("CHILDWELL_NUM_THREADS", "1")
    alone = {str(date): [digest(made, window) for window in range(len(windows))]
             for date in set(dates) for made in [cw.measure(cohort, as_of=date, **asked)]}  # fmt: skip
    assert len({each for found in alone.values() for each in found}) >= len(alone), "the dates do not differ"
    for threads in ("1", "2"):
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", threads)
        streamed = cw.measure_dates(cohort, as_of=dates, **asked)
        seen = []
        for made in streamed:
            seen.append(made.snapshots[0][0])
            assert [digest(made, window) for window in range(len(windows))] == alone[seen[-1]], (threads, seen[-1])
        assert seen == sorted({str(date) for date in dates}) and len(streamed) == 0
    together = cw.measure(cohort, as_of=dates, **asked)
    assert together.snapshots == [(str(date), window) for date in dates for window in windows]
    for at, (date, window) in enumerate(together.snapshots):
        assert digest(together, at) == alone[date][windows.index(window)], (date, window)


@pytest.mark.parametrize("name", CITIES)
def test_many_dates_are_each_date_alone(name, monkeypatch):
    city = cw.synthetic.city(children=100, seed=sum(map(ord, name)))
    dates = [WEEKS[week] for week in (9, 2, 21, 2, 14, 9)] + ["2025-08-20", "2026-09-03"]
    held_to_each_alone(CITIES[name](city), dates, monkeypatch, policies=POLICIES, windows=WINDOWS, families=FAMILIES)


def test_charts_of_many_dates_are_those_of_each_date(monkeypatch):
    city = cw.synthetic.city(children=100, seed=303)
    dates = [WEEKS[14], WEEKS[6], WEEKS[10]]
    held_to_each_alone(CITIES["told late, claimed twice"](city), dates, monkeypatch, policies=POLICIES, windows=["year_to_date"], **CHARTS)
    assert {*FAMILIES, "charts"} == set(_core.request_words())


# ---- what a date may not see -----------------------------------------------------------------------------------------

# tables whose rows act whenever they were told, each with the reason
ACTS_AT_ONCE = {
    "children": "sex and month of birth have no date",
    "consents": "a consent that is withdrawn is withdrawn from its day on, whenever that was written down",
    "guardians": "no indicator reads it", "outcomes": "no indicator reads it", "collections": "no indicator reads it",
    "followups": "no indicator reads it", "programmes": "no indicator reads it",
}  # fmt: skip
PLANTED = sorted(set(SCHEMAS) - set(ACTS_AT_ONCE))
DATE, TOLD = datetime.date(2025, 11, 14), datetime.date(2025, 11, 24)
# where the rows of the city are too much alike for their order to matter
OTHERWISE = {
    "registers": {"mode": ["not_taken", "full"]}, "boarding": {"group": ["day", "five_day", "full"]},
    "sessions": {"units": [3, 2]}, "places": {"urban_rural": ["urban", "rural"]}, "lineage": {"kind": ["closed"]},
    "attendance_totals": {"absent_unexcused": [9, 3, 27]}, "referrals": {"outcome_date": [None], "outcome": [None]},
    "guardianship": {"kind": ["entrusted"], "document": [False]},
}  # fmt: skip


def where_it_matters(name, tables):
    """The tables without what would stand in place of one of them."""
    if name == "attendance_totals":  # sums stand in for days that nobody expects
        return {other: table for other, table in tables.items() if other not in ("calendar", "sessions", "attendance", "registers")}
    if name == "households":  # so does the home of a household for that of a child
        return {other: table for other, table in tables.items() if other != "residence"}
    if name == "boarding":  # evening study is nobody's duty, unless it is
        sessions = tables["sessions"] | {"compulsory": np.array([True] * len(tables["sessions"]["session"]), dtype=object)}
        return tables | {"sessions": sessions}
    return tables if name == "screens" else {other: table for other, table in tables.items() if other != "screens"}  # the most rows


@pytest.fixture(scope="module")
def city():
    made = cw.synthetic.city(children=90, seed=44)
    tables = {name: {column: np.asarray(table[column], dtype=object) for column in table.columns} for name, table in made.items()}
    children = list(dict.fromkeys(tables["enrolment"]["child"]))
    tables["attendance_totals"] = columns(
        [{"child": child, "from": "2025-09-01", "to": "2025-10-31", "sessions_possible": 80, "absent_excused": at % 5,
          "absent_unexcused": at % 3, "absent_unknown": 0, "late": at % 2} for at, child in enumerate(children)],
        ("child", "from", "to", "sessions_possible", "absent_excused", "absent_unexcused", "absent_unknown", "late"))  # fmt: skip
    return made, tables


def planted(table, name):
    """The rows that are told later: a third of those that speak of days before the date; of questionnaires whole forms."""
    rows = len(next(iter(table.values())))
    third = [zlib.crc32(str(child).encode()) % 3 == 0 for child in table["child"]] if name == "screens" else [row % 3 == 1 for row in range(rows)]
    return [row for row in range(rows) if third[row] and day_of(table, row) < DATE] or [0]


def with_known_on(table, rows, told):
    known = np.array(table.get("known_on", [None] * len(next(iter(table.values())))), dtype=object)
    known[rows] = told.isoformat()
    return table | {"known_on": known}


def otherwise(table, name, rows):
    """The same rows saying something else: the contents of one another, or what stands in OTHERWISE."""
    made = {column: values.copy() for column, values in table.items()}
    for column in set(table) - set(SCHEMAS[name]["key"]) - {"known_on"}:
        given = OTHERWISE.get(name, {}).get(column)
        made[column][rows] = np.roll(table[column][rows], 1) if given is None else [given[at % len(given)] for at in range(len(rows))]
    return made


def seen_by(made, tables, dates):
    cohort = cohort_of(tables, made)
    found = []
    for indicators in cw.measure_dates(cohort, as_of=dates, policies=POLICIES, windows=WINDOWS, families=FAMILIES):
        groups = cw.aggregate(indicators, policy="small_cells_10").table()
        found.append([digest(indicators, window) for window in range(len(WINDOWS))] +
                     [repr([groups[column].tolist() for column in groups.columns])])  # fmt: skip
    return found


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_known_later_is_seen_on_no_date_before_and_matters_after(name, city):
    made, tables = city[0], where_it_matters(name, city[1])
    rows = planted(tables[name], name)
    dates = [datetime.date(2025, 10, 17), DATE, TOLD, datetime.date(2026, 1, 30)]
    one = seen_by(made, tables | {name: with_known_on(tables[name], rows, TOLD)}, dates)
    other = seen_by(made, tables | {name: with_known_on(otherwise(tables[name], name, rows), rows, TOLD)}, dates)
    kept = np.setdiff1d(np.arange(len(next(iter(tables[name].values())))), rows)
    without = seen_by(made, tables | {name: {column: values[kept] for column, values in tables[name].items()}}, dates[:2])
    assert one[:2] == other[:2], f"{name}: a date sees what was known later"
    assert one[:2] == without, f"{name}: a date sees that there is something to be known later"
    assert one[2:] != other[2:], f"{name}: what was planted matters to nothing, so that this test could not fail"


def test_every_table_with_known_on_is_planted_or_excused():
    assert set(PLANTED) | set(ACTS_AT_ONCE) == set(SCHEMAS)


def test_an_end_after_the_date_is_open_and_one_before_it_is_not():
    """Two children, one of whom leaves on the sixth day; it was told on the first."""
    spells = enrolment({"child": "a", "to": iso(DAYS[5])}, {"child": "b"})
    tables = base(enrolment=spells, attendance=marks(*all_days("a", days=DAYS[:6]), *all_days("b")))
    made = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=[DAYS[9], DAYS[4], DAYS[5], DAYS[6]], policies=POLICIES)
    open_end = tables | {"enrolment": enrolment({"child": "a"}, {"child": "b"})}
    alone = cw.measure(cw.assemble(cw.admit(open_end, key=KEY)), as_of=[DAYS[4], DAYS[5]], policies=POLICIES)
    assert [digest(made, at) for at in (1, 2)] == [digest(alone, at) for at in (0, 1)]
    assert [made.roll(at)["left_unknown"] for at in range(4)] == [1, 0, 0, 1]
    assert [made.roll(at)["seen"] for at in range(4)] == [1, 2, 2, 1]


def test_a_mark_that_is_told_late_is_not_recorded_until_then():
    """By hand: a is marked on ten days; the absence of the second day was told on the eighth."""
    told = {"child": "a", "date": iso(DAYS[1]), "session": "am", "code": "absent_unexcused", "known_on": iso(DAYS[7])}
    rest = [row for row in all_days("a") if (row["date"], row["session"]) != (iso(DAYS[1]), "am")]
    cohort = cw.assemble(cw.admit(base(enrolment=enrolment({"child": "a"}), attendance=marks(told, *rest)), key=KEY))
    found = []
    for made in cw.measure_dates(cohort, as_of=DAYS, policies=POLICIES):
        table = made.table()
        row = np.flatnonzero(table["indicator"] == "attendance.absence_rate")[0]
        found.append((int(table["n_expected"][row]), int(table["n_observed"][row]), round(float(table["value"][row] * table["n_observed"][row]))))
    assert found == [(2, 2, 0), (4, 3, 0), (6, 5, 0), (8, 7, 0), (10, 9, 0), (12, 11, 0), (14, 13, 0), (16, 16, 1), (18, 18, 1), (20, 20, 1)]


# ---- the stream ------------------------------------------------------------------------------------------------------


def test_dates_stream_into_arrow_and_into_duckdb(city):
    cohort = cohort_of(city[1], city[0], made_up=True)
    dates = [WEEKS[12], WEEKS[3], WEEKS[7]]
    asked = {"policies": POLICIES, "windows": WINDOWS[:2]}
    held = cw.measure(cohort, as_of=sorted(dates), **asked)
    rates = cw.measure_dates(cohort, as_of=dates, **asked).reader("attendance.absence_rate")
    assert isinstance(rates, pyarrow.RecordBatchReader)
    counted = duckdb.sql("select as_of, count(*), count(distinct child) from rates group by 1 order by 1").fetchall()
    children = len(set(held.table()["child"].tolist()))
    assert [row[0] for row in counted] == sorted(dates) and all(row[1] >= 2 * row[2] == 2 * children for row in counted)
    whole = pyarrow.RecordBatchReader.from_stream(cw.measure_dates(cohort, as_of=dates, **asked)).read_all()
    assert whole.num_rows == sum(held.table(at).num_rows for at in range(6))
    values = np.concatenate([held.table(at)["value"] for at in range(6)])
    assert np.array_equal(whole.column("value").to_numpy(zero_copy_only=False), values, equal_nan=True)
    assert b"true" in whole.schema.metadata.values(), "made-up data are marked wherever they stand"


def test_one_date_at_a_time_is_an_indicators_of_its_own(city):
    cohort = cohort_of(city[1], city[0])
    stream = cohort.measure_dates(as_of=WEEKS[:3], policies=POLICIES)
    assert len(stream) == 3 and stream.left == [week.isoformat() for week in WEEKS[:3]] and "3 to come" in repr(stream)
    first = next(stream)
    assert first.snapshots == [(WEEKS[0].isoformat(), "year_to_date")] and [p["id"] for p in first.policies] == POLICIES
    assert first.flag(rules=["chronic_us"]).table().num_rows >= 0 and first.aggregate().table().num_rows > 0
    assert [made.snapshots[0][0] for made in stream] == stream_days(WEEKS[1:3]) and "none to come" in repr(stream)
    with pytest.raises(StopIteration):
        next(stream)
    with pytest.raises(ValueError, match="no date is left"):
        stream.reader()


def stream_days(dates):
    return [date.isoformat() for date in dates]


def test_a_study_streams_under_its_own_policies(city):
    study = cw.open_study(cw.synthetic.city(children=60, seed=9), key=KEY)
    for made in study.measure_dates(as_of=WEEKS[:2]):
        alone = study.measure(as_of=made.snapshots[0][0])
        assert digest(made, 0) == digest(alone, 0) and made.study is study and made.families == alone.families


@pytest.mark.parametrize(("asked", "said"), [
    ({"as_of": []}, "as_of is missing"), ({"as_of": ["2025-13-01"]}, "not a date"), ({"as_of": WEEKS, "windows": ["term"]}, "window 'term'"),
    ({"as_of": WEEKS, "windows": []}, "windows is empty"), ({"as_of": WEEKS, "level": 1.0}, "measure_dates: level"),
    ({"as_of": WEEKS, "families": ["trends"]}, "trend"), ({"as_of": WEEKS, "families": "trend"}, "is a list"),
    ({"as_of": WEEKS, "families": ["charts"]}, "baseline"), ({"as_of": WEEKS, "policies": ["chronic"]}, "policies"),
])  # fmt: skip
def test_mistakes_are_told_before_anything_is_measured(city, asked, said):
    with pytest.raises(ValueError, match=said):
        cw.measure_dates(cohort_of(city[1], city[0]), **asked)


def test_an_interrupted_date_comes_again_and_is_whole():
    cohort = CITIES["every mark a week late"](cw.synthetic.city(children=1500, seed=14))
    dates = WEEKS[::4]
    asked = {"policies": POLICIES, "families": ["outlook", "trend", "change"]}
    whole = [digest(made, 0) for made in cw.measure_dates(cohort, as_of=dates, **asked)]
    stream = cw.measure_dates(cohort, as_of=dates, **asked)
    rung, late = 0, []

    def ring(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, ring)
    found = []
    try:
        while len(stream):
            signal.setitimer(signal.ITIMER_REAL, 0.01 if len(found) % 2 == rung % 2 else 0)
            begin = time.perf_counter()
            try:
                made = next(stream)
            except KeyboardInterrupt:
                rung += 1
                late.append(time.perf_counter() - begin - 0.01)
                continue
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            found.append(digest(made, 0))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert found == whole
    assert rung > 0 and np.median(late) < 0.2, late
