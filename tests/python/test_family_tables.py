# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Tables about families at the door: each defect found with its reason, row and column, and every row accounted for."""

import os

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import childwell as cw

KEY = cw.Key.from_bytes(bytes(range(32)))


def columns(names, *rows):
    return {name: np.array([row[i] for row in rows], dtype=object) for i, name in enumerate(names)}


def clean():
    return {
        "children": columns(("child", "birth_month", "household"), ("a", "2015-01-01", "h"), ("b", "2015-02-01", "h")),
        "households": columns(("household", "place"), ("h", "V")),
        "guardians": columns(("guardian", "household", "role"), ("g1", "h", "mother"), ("g2", "h", "grandparent")),
        "guardianship": columns(("child", "guardian", "from", "to", "role", "kind", "document"),
                                ("a", "g1", "2015-01-01", None, "mother", "parental", True),
                                ("a", "g2", "2025-03-01", "2025-12-31", "grandparent", "entrusted", False)),
        "migration": columns(("child", "parent", "from_earliest", "from_latest", "to_earliest", "to_latest", "known_on"),
                             ("a", "father", "2025-02-20", "2025-03-10", "2025-12-01", "2025-12-20", "2025-03-16"),
                             ("b", "mother", "2025-02-20", "2025-03-10", None, None, "2025-03-16")),
        "contact_log": columns(("child", "from", "to"), ("a", "2025-09-01", "2025-09-30"), ("b", "2025-09-01", None)),
        "contacts": columns(("child", "person", "time", "channel", "initiator", "seconds", "connected"),
                            ("a", "p", "2025-09-03 19:30", "call", "child", 120, True),
                            ("a", "p", "2025-09-03 19:45", "video", "family", 600, True),
                            ("b", "q", "2025-09-05", "visit", "school", None, None)),
    }


def changed(table, column, value, row=0):
    tables = clean()
    tables[table][column] = tables[table][column].copy()
    tables[table][column][row] = value
    return tables


def added(table, *row):
    tables = clean()
    tables[table] = {name: np.append(values, np.array([value], dtype=object))
                     for (name, values), value in zip(tables[table].items(), row, strict=True)}
    return tables


QUARANTINED = [
    ("E16", "households", 0, "household", changed("households", "household", None), {}),
    ("E12", "households", 0, "place", changed("households", "place", "V\0"), {}),
    ("E16", "guardians", 1, "guardian", changed("guardians", "guardian", "NaN", 1), {}),
    ("E05", "guardians", 0, "role", changed("guardians", "role", "aunt"), {}),
    ("E02", "guardians", (0, 2), None, added("guardians", "g1", "h", "kin"), {}),
    ("E16", "guardianship", 0, "child", changed("guardianship", "child", ""), {}),
    ("E07", "guardianship", 0, "from", changed("guardianship", "from", None), {}),
    ("E21", "guardianship", 1, "to", changed("guardianship", "to", "2025-02-28", 1), {}),
    ("E05", "guardianship", 0, "document", changed("guardianship", "document", "perhaps"), {}),
    ("E05", "guardianship", 0, "kind", changed("guardianship", "kind", "?"), {}),
    ("E05", "migration", 0, "parent", changed("migration", "parent", "aunt"), {}),
    ("E05", "migration", 0, "parent", changed("migration", "parent", None), {}),
    ("E07", "migration", 0, "from_latest", changed("migration", "from_latest", "2025-02-30"), {}),
    ("E21", "migration", 0, "from_latest", changed("migration", "from_latest", "2025-02-19"), {}),
    ("E21", "migration", 0, "to_latest", changed("migration", "to_latest", "2025-11-30"), {}),
    ("E21", "migration", 1, "to_latest", changed("migration", "to_latest", "2025-02-19", 1), {}),
    ("E06", "migration", (0, 1), "from_earliest", {"migration": clean()["migration"]}, {"received_on": "2025-02-19"}),
    ("E21", "contact_log", 0, "to", changed("contact_log", "to", "2025-08-31"), {}),
    ("E07", "contact_log", 1, "from", changed("contact_log", "from", None, 1), {}),
    ("E16", "contacts", 0, "person", changed("contacts", "person", None), {}),
    ("E07", "contacts", 0, "time", changed("contacts", "time", None), {}),
    ("E07", "contacts", 0, "time", changed("contacts", "time", "2025-09-03 25:00"), {}),
    ("E07", "contacts", 0, "time", changed("contacts", "time", "19:30"), {}),
    ("E28", "contacts", 0, "time", changed("contacts", "time", "2025-09-03T19:30+99:00"), {}),
    ("E06", "contacts", 2, "time", clean(), {"received_on": "2025-09-04"}),
    ("E05", "contacts", 1, "channel", changed("contacts", "channel", "pigeon", 1), {}),
    ("E05", "contacts", 1, "connected", changed("contacts", "connected", 2, 1), {}),
    ("E30", "contacts", 0, "seconds", changed("contacts", "seconds", -1), {}),
    ("E30", "contacts", 0, "seconds", changed("contacts", "seconds", 86_401), {}),
    ("E25", "contacts", 0, "seconds", changed("contacts", "seconds", 1.5), {}),
    ("E02", "contacts", (0, 3), None, added("contacts", "a", "p", "2025-09-03 19:30", "call", "child", 60, True), {}),
]


@pytest.mark.parametrize(("reason", "table", "row", "column", "tables", "options"), QUARANTINED,
                         ids=[f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(QUARANTINED)])
def test_a_planted_defect_is_found_with_its_reason_row_and_column_and_nothing_else_is(reason, table, row, column, tables, options):
    records = cw.admit(tables, key=KEY, **options)
    aside = records.quarantine
    found = set(zip(aside["table"], aside["row"].tolist(), aside["reason"], aside["column"], strict=True))
    assert found == {(table, number, reason, column) for number in (row if isinstance(row, tuple) else (row,))}
    for name, entry in records.ledger["tables"].items():
        assert entry["reasons"] == ({reason: len(found)} if name == table else {}), name
        assert entry["accepted"] + entry["corrected"] + entry["quarantined"] == entry["read"]


def test_clean_tables_lose_nothing():
    cohort = cw.assemble(cw.admit(clean(), key=KEY))
    for name, entry in cohort.ledger["tables"].items():
        assert entry["accepted"] == entry["read"], name
        assert entry["reasons"] == {}, name


def test_the_time_of_day_tells_two_contacts_apart_in_every_form():
    """Two calls of one evening are two, whether times come as text, with a zone, or as instants; the day alone is noon."""
    names = ("child", "person", "time")
    for first, second in (("2025-09-03 19:30", "2025-09-03 19:31"), ("2025-09-03T11:30Z", "2025-09-03T19:31+08:00"),
                          ("2025-09-03T19:30:59", "2025-09-03T19:31:00")):
        entry = cw.admit({"contacts": columns(names, ("a", "p", first), ("a", "p", second))}, key=KEY).ledger["tables"]["contacts"]
        assert (entry["accepted"], entry["corrected"]) == (2, 0), first
    same = (("2025-09-03T11:30Z", "2025-09-03T19:30+08:00"), ("2025-09-03", "2025-09-03 12:00"), ("2025-09-03 19:30", "2025-09-03 19:30:59"))
    for first, second in same:
        entry = cw.admit({"contacts": columns(names, ("a", "p", first), ("a", "p", second))}, key=KEY).ledger["tables"]["contacts"]
        assert (entry["accepted"], entry["corrected"], entry["reasons"]) == (1, 1, {"E01": 1}), first
    times = pa.array(np.array(["2025-09-03T11:30", "2025-09-03T11:31"], dtype="datetime64[s]"), pa.timestamp("s", tz="UTC"))
    table = pa.table({"child": ["a", "a"], "person": ["p", "p"], "time": times})
    assert cw.admit({"contacts": table}, key=KEY).ledger["tables"]["contacts"]["accepted"] == 2


def test_what_is_said_twice_is_corrected():
    entry = cw.admit(added("contacts", "a", "p", "2025-09-03 19:30", "call", "child", 120, True), key=KEY).ledger["tables"]["contacts"]
    assert (entry["read"], entry["accepted"], entry["corrected"], entry["reasons"]) == (4, 3, 1, {"E01": 1})


def test_consent_of_one_table_is_counted_where_its_rows_are_not_used():
    for table, rows in (("contacts", {"contacts": 2, "contact_log": 1}), ("migration", {"migration": 1}), ("guardianship", {"guardianship": 2})):
        tables = clean() | {"consents": columns(("child", "purpose", "table", "from", "basis"), ("a", "review", table, "2025-09-01", "refused"))}
        ledger = cw.assemble(cw.admit(tables, key=KEY, purpose="review")).ledger["tables"]
        apart = {name: entry["kept_apart"]["E31"] for name, entry in ledger.items() if entry["kept_apart"]}
        assert apart == rows, table


def test_no_id_of_a_family_leaves_the_core():
    tables = {"contacts": columns(("child", "person", "time"), ("MARKEDCHILD", "MARKEDPERSON", "2025-09-03")),
              "guardianship": columns(("child", "guardian", "from"), ("MARKEDCHILD", "MARKEDGUARDIAN", "2025-09-03"), ("MARKEDCHILD", "MARKEDGUARDIAN", "x")),
              "households": columns(("household", "place"), ("MARKEDHOUSE", "V"))}
    records = cw.admit(tables, key=KEY)
    cohort = cw.assemble(records)
    said = repr(records) + repr(cohort) + str(cohort.ledger) + str(records.quarantine) + str(cohort.assumptions)
    assert "MARKED" not in said


DIRT = st.sampled_from([None, "", " ", "NaN", "inf", "１２", "2025-02-30", "a", "-1", "1e400", "'=1+1", "\u200b", "x" * 300, "0", "男"])
CHILD = st.sampled_from(["a", "b", "c", None, " a ", "ａ"])
DAY = st.sampled_from(["2024-01-01", "2025-03-01", "2025-06-15", "2025-09-01", "2025-09-20", "2025-12-31", "2026-02-01", None, "1900-01-01", "2100-12-31"])
TIME = st.sampled_from(["2025-09-01", "2025-09-01 19:30", "2025-09-01T11:30Z", "2025-09-20 07:00", "1900-01-01 00:00", "2100-12-31 23:59", None])
FLAG = st.sampled_from([True, False, "是", None])


def often(clean_values):
    return st.one_of(clean_values, clean_values, clean_values, clean_values, DIRT)


def table_of(**strategies):
    return st.lists(st.tuples(*strategies.values()), max_size=12).map(lambda rows: columns(tuple(strategies), *rows))


FAMILIES = ["contact", "separation", "left_behind", "guardianship", "visits"]
ROLE = st.sampled_from(["mother", "father", "grandparent", "kin", "other", None])
DIRTY = st.fixed_dictionaries({
    "children": table_of(child=often(CHILD), birth_month=often(DAY), household=often(st.sampled_from(["h", None]))),
    "households": table_of(household=often(st.sampled_from(["h", "i"])), place=often(st.sampled_from(["V", "S", None]))),
    "guardians": table_of(guardian=often(st.sampled_from(["g1", "g2"])), household=often(st.sampled_from(["h"])), role=often(ROLE)),
    "guardianship": table_of(child=often(CHILD), guardian=often(st.sampled_from(["g1", "g2"])), **{"from": often(DAY), "to": often(DAY)}, role=often(ROLE),
                             kind=often(st.sampled_from(["parental", "entrusted", "appointed", None])), document=often(FLAG), known_on=often(DAY)),
    "migration": table_of(child=often(CHILD), parent=often(st.sampled_from(["mother", "father"])), from_earliest=often(DAY), from_latest=often(DAY),
                          to_earliest=often(DAY), to_latest=often(DAY), known_on=often(DAY)),
    "contact_log": table_of(child=often(CHILD), **{"from": often(DAY), "to": often(DAY)}, known_on=often(DAY)),
    "contacts": table_of(child=often(CHILD), person=often(st.sampled_from(["p", "q"])), time=often(TIME),
                         channel=often(st.sampled_from(["call", "video", "visit", None])),
                         initiator=often(st.sampled_from(["child", "family", "school", None])),
                         seconds=often(st.sampled_from([0, 59, 60, 86_400, None])), connected=often(FLAG), known_on=often(DAY)),
})


@given(dirty=DIRTY, seed=st.integers(0, 2**32 - 1), asked=st.sampled_from([None, "2024-01-01", "2025-09-01"]))
@settings(max_examples=int(os.environ.get("CHILDWELL_DIRTY_STUDIES", "550")) // 4, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_row_is_accounted_for_and_their_order_changes_no_bit(dirty, seed, asked):
    draw = np.random.default_rng(seed)
    orders = {name: draw.permutation(len(next(iter(table.values())))) for name, table in dirty.items()}
    shuffled = {name: {column: values[orders[name]] for column, values in table.items()} for name, table in dirty.items()}
    made = []
    for tables, place in ((dirty, None), (shuffled, orders)):
        records = cw.admit(tables, key=KEY, purpose="review", parents_asked_from=asked)
        for name, entry in records.ledger["tables"].items():
            assert entry["read"] == len(next(iter(dirty[name].values())))
            assert entry["accepted"] + entry["corrected"] + entry["quarantined"] == entry["read"], name
            assert entry["quarantined"] == (records.quarantine["table"] == name).sum()
        aside = records.quarantine
        rows = [(table, int(row if place is None else place[table][row]), reason, column)
                for table, row, reason, column in zip(aside["table"], aside["row"], aside["reason"], aside["column"], strict=True)]
        cohort = cw.assemble(records)
        indicators = cw.measure(cohort, as_of=["2025-12-31", "2025-09-02"], windows=["year_to_date", "2025-03-01..2025-09-10", "last_3_sessions"],
                                families=FAMILIES, policies=["visit_each_90_days"])
        said = [indicators.table(number) for number in range(6)]
        for table in said:
            for bound, sign in (("lower", 1), ("upper", -1)):
                both = ~np.isnan(table["value"]) & ~np.isnan(table[bound])
                assert (sign * table[bound][both] <= sign * table["value"][both] + 1e-12).all()
            assert (table["n_observed"] <= table["n_expected"]).all()
            assert (np.isfinite(table["value"]) == (table["status"] == "ok")).all()
        made.append((sorted(rows), cohort.ledger, [[table[name].tobytes() if table[name].dtype != object else table[name].tolist()
                                                    for name in table.columns] for table in said]))
    assert made[0] == made[1]
