# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Two windows of the same children at the same schools, over a merger, by hand."""

import numpy as np
import pytest
from scipy.stats import t
from ten_days import DAYS, KEY, SESSIONS, base, columns, enrolment, iso, marks

import childwell as cw

EVERYTHING = {"id": "all", "kind": "disclosure", "minimum_cell": 1}
WEEKS = (DAYS[:5], DAYS[5:])
WINDOWS = [f"{iso(DAYS[0])}..{iso(DAYS[5])}", f"{iso(DAYS[5])}..2025-09-13"]
MERGED = columns([{"old": "T", "new": "S", "kind": "merged", "date": iso(DAYS[5])}], ("old", "new", "kind", "date"))


def study(children, *, lineage=MERGED, windows=WINDOWS, shuffled=None):
    """`children` maps a name to its schools of the two weeks (None: not there) and its mornings missed in each."""
    rows, spells = [], []
    for name, ((first, missed), (second, missed_later)) in children.items():
        for week, school, gone in ((0, first, missed), (1, second, missed_later)):
            if school is None:
                continue
            rows += [{"child": name, "school": school, "date": iso(day), "session": session,
                      "code": "absent_illness" if session == "am" and at < gone else "present"}
                     for at, day in enumerate(WEEKS[week]) for session in SESSIONS]  # fmt: skip
        if first is not None:
            same = first == second
            spells.append({"child": name, "school": first, "class": f"{first}1", "to": None if same else iso(WEEKS[0][-1])})
        if second is not None and first != second:
            spells.append({"child": name, "school": second, "class": f"{second}1", "from": iso(WEEKS[1][0])})
    if shuffled is not None:
        shuffled.shuffle(rows)
    places = columns([{"place": "city", "kind": "city"}, *[{"place": name, "kind": "school", "parent": "city"} for name in "STU"]], ("place", "kind", "parent"))
    more = {} if lineage is None else {"lineage": lineage}
    tables = base(places=places, enrolment=enrolment(*spells), attendance=marks(*rows), **more)
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=iso(DAYS[-1]), windows=windows)


def rows_of(made):
    table = made["table"]
    return {str(table["place"][at]): {name: table[name][at] for name in table.columns} for at in range(len(table))}


SMALL = {"a": (("S", 2), ("S", 1)), "b": (("T", 4), ("S", 0)), "c": (("U", 1), ("U", 4)), "d": (("U", 1), ("S", 5)), "e": ((None, 0), ("S", 5)),
         "f": (("T", 1), ("S", 1))}  # fmt: skip


def test_a_merged_school_is_compared_over_the_children_of_both_by_hand():
    made = cw.like_for_like(study(SMALL), before=0, after=1, by=["city", "school"], policy=EVERYTHING)
    rows = rows_of(made)
    assert set(rows) == {"city", "S", "U"}
    merged = rows["S"]  # a of S, b and f of T: ten sessions each a week
    assert (merged["n"], merged["before"], merged["after"]) == (3, 7 / 30, 2 / 30)
    assert merged["difference"] == pytest.approx(-5 / 30)
    parts = np.array([(1 - 2 / 3) / 30 - (2 - 7 / 3) / 30, (0 - 2 / 3) / 30 - (4 - 7 / 3) / 30, (1 - 2 / 3) / 30 - (1 - 7 / 3) / 30])
    half = t.ppf(0.975, 2) * np.sqrt(3 / 2 * (parts**2).sum())
    assert (merged["lower"], merged["upper"]) == pytest.approx((-5 / 30 - half, -5 / 30 + half), rel=1e-12)
    assert (rows["U"]["n"], rows["U"]["difference"], rows["U"]["direction"]) == (1, pytest.approx(0.3), "not_known")
    assert rows["city"]["n"] == 4
    assert {name: made[name] for name in ("both", "moved", "only_before", "only_after")} == {"both": 4, "moved": 1, "only_before": 0, "only_after": 1}


def test_without_lineage_the_children_of_a_closed_school_have_moved():
    made = cw.like_for_like(study(SMALL, lineage=None), before=0, after=1, by=["city", "school"], policy=EVERYTHING)
    assert (made["both"], made["moved"]) == (2, 3)
    assert rows_of(made)["S"]["n"] == 1


def many(moved):
    children = {f"s{number:03}": (("S", number % 3), ("S", (number + 1) % 3)) for number in range(60)}
    children |= {f"u{number:03}": (("U", number % 4), ("U", (number + 1) % 4)) for number in range(60)}
    return children | {f"m{number:03}": (("U", number % 3), ("S", (number + 1) % 3)) for number in range(moved)}


@pytest.mark.parametrize(("moved", "status"), [(0, "ok"), (3, "hidden"), (30, "ok")])
def test_few_children_on_one_side_are_not_what_two_tables_leave_over(moved, status):
    made = cw.like_for_like(study(many(moved)), before=0, after=1, by=["city", "school"])
    rows = rows_of(made)
    assert rows["S"]["status"] == rows["U"]["status"] == status
    if status == "hidden":
        assert {made[name] for name in ("both", "moved", "only_before", "only_after")} == {None}
        assert rows["S"]["n"] is np.ma.masked and np.isnan([rows["S"]["before"], rows["S"]["difference"], rows["S"]["lower"]]).all()
    else:
        assert (made["both"], made["moved"]) == (120, moved)


def test_windows_that_share_days_are_refused():
    indicators = study(SMALL, windows=[*WINDOWS, "year_to_date", "last_4_sessions"])
    for before, after, said in ((1, 0, "share days"), (0, 2, "share days"), (0, 3, "last sessions")):
        with pytest.raises(ValueError, match=said):
            cw.like_for_like(indicators, before=before, after=after)
    with pytest.raises(IndexError):
        cw.like_for_like(indicators, before=0, after=9)


def test_neither_the_order_of_rows_nor_threads_change_a_bit(monkeypatch):
    made = []
    for threads, shuffled in (("1", None), ("7", np.random.default_rng(66))):
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", threads)
        made.append(repr(rows_of(cw.like_for_like(study(many(30), shuffled=shuffled), before=0, after=1))))
    assert made[0] == made[1]
