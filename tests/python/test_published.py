# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""What is published of a whole study, put together by somebody who wants to know what was hidden."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import pytest
import scipy.optimize
from ten_days import DAYS, KEY, MONDAY, base, columns, enrolment, iso

import childwell as cw

MINIMUM = 10
POLICIES = ["us_edfacts_chronic", "england_persistent", "not_seen_10_sessions", "cn_pass_60"]


@pytest.fixture(scope="module", params=[(700, 3), (3000, 8)])
def groups(request):
    children, seed = request.param
    city = cw.synthetic.city(children=children, seed=seed, through="2026-01-30")
    indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of)
    return cw.aggregate(indicators, by=["city", "county", "township", "school", "class"]).table().to_arrow().to_pylist()


def feasible_width(equations, amount, unknowns):
    """How far apart the least and the most are that one hidden amount can be, given the equations and that none is negative."""
    matrix = np.array([[row[0].get(name, 0.0) for name in unknowns] for row in equations])
    right = np.array([row[1] for row in equations])
    goal = np.array([float(name == amount) for name in unknowns])
    found = [scipy.optimize.linprog(sign * goal, A_eq=matrix, b_eq=right, bounds=(0, None)) for sign in (1, -1)]
    if found[1].status == 3:
        return np.inf
    assert all(one.status == 0 for one in found)
    return -found[1].fun - found[0].fun


def attack(rows, whole, part):
    """All papers together against the papers one by one, at every place and level: numerators and their complements."""
    tables = defaultdict(dict)
    for row in rows:
        if row["measure"] in (whole, part) and row["hierarchy"] == "school":
            tables[row["measure"], row["exam"], row["subject"]][row["level"], row["place"], row["parent"]] = row
    wholes = [table for key, table in tables.items() if key[0] == whole]
    own = {key for key, table in tables.items() if any(row["status"] == "not_comparable" for row in table.values())}
    parts = {key[1:]: table for key, table in tables.items() if key[0] == part and key not in own}  # a school's own papers are apart
    assert len(wholes) == 1 and parts
    attacked = 0
    for place, row in wholes[0].items():
        here = {paper: table[place] for paper, table in parts.items() if place in table}
        hidden = [paper for paper, cell in here.items() if cell["status"] == "hidden"]
        if row["status"] != "ok" or not hidden:
            continue
        rest = round(row["value"] * row["n_observed"]) - sum(round(c["value"] * c["n_observed"]) for c in here.values() if c["status"] == "ok")
        equations = [({paper: 1.0 for paper in hidden}, rest)]
        attacked += 1
        for paper in hidden:
            assert feasible_width(equations, paper, hidden) >= MINIMUM - 1e-6, (place, paper)
    return attacked, sum(row["status"] == "ok" for row in wholes[0].values())


@pytest.mark.parametrize(("whole", "part"), [("academic.papers_failed_share", "academic.failure_share"),
                                             ("academic.papers_sat_share", "academic.sat_share")])
def test_all_papers_do_not_give_one_paper_away(groups, whole, part):
    attack(groups, whole, part)


def test_all_papers_are_still_shown_for_a_city():
    city = cw.synthetic.city(children=3000, seed=20251101, through="2026-01-30")
    indicators = cw.open_study(city, key=KEY).measure(as_of=city.as_of)
    rows = cw.aggregate(indicators).table().to_arrow().to_pylist()
    for whole, part in (("academic.papers_failed_share", "academic.failure_share"), ("academic.papers_sat_share", "academic.sat_share")):
        attacked, _ = attack(rows, whole, part)
        assert [row["status"] for row in rows if row["measure"] == whole and row["level"] == "city" and row["place"] != "(none)"] == ["ok"], whole


def test_parts_of_every_whole_that_is_shown_add_up_or_have_two_unknowns(groups):
    """In every tree of every measure: no hidden cell is the only one among the parts of a shown whole."""
    trees = defaultdict(list)
    for row in groups:
        trees[row["measure"], row["policy"], row["exam"], row["subject"], row["hierarchy"]].append(row)
    lone = checked = 0
    for rows in trees.values():
        shown = {(row["place"], row["level"]): row["status"] for row in rows}
        parts = defaultdict(list)
        for row in rows:
            parts[row["parent"]].append(row)
        for parent, cells in parts.items():
            above = [status for (place, _), status in shown.items() if place == parent]
            if above != ["ok"]:
                continue
            checked += 1
            lone += sum(cell["status"] == "hidden" for cell in cells) == 1
    assert checked > 50
    assert lone == 0


def totals(*rows):
    return columns(rows, ("child", "place", "from", "to", "sessions_possible", "absent_excused", "absent_unexcused", "absent_unknown", "late", "known_on"))


def published_totals(*rows, **more):
    records = cw.admit(base(attendance_totals=totals(*rows)) | more, key=KEY)
    indicators = cw.measure(cw.assemble(records), as_of="2025-12-31")
    table = cw.aggregate(indicators).table()
    return {(place, span, measure): (value, status) for place, span, measure, value, status in
            zip(table["place"], table["span"], table["measure"], table["value"], table["status"], strict=True) if span}


TERM = {"from": iso(MONDAY), "to": "2025-12-19"}


def test_sums_of_small_places_are_hidden_with_what_would_give_them_away():
    places = columns([{"place": "city", "kind": "city"}, *[{"place": name, "kind": "school", "parent": "city"} for name in "STUV"]],
                     ("place", "kind", "parent"))
    sums = [{"place": "S", "sessions_possible": 9, "absent_excused": 2, "absent_unexcused": 1},
            {"place": "T", "sessions_possible": 4000, "absent_excused": 80, "absent_unexcused": 30},
            {"place": "U", "sessions_possible": 5000, "absent_excused": 90, "absent_unexcused": 40},
            {"place": "V", "sessions_possible": 6000, "absent_excused": 95, "absent_unexcused": 50},
            {"place": "city", "sessions_possible": 15009, "absent_excused": 267, "absent_unexcused": 121}]
    made = published_totals(*[TERM | row for row in sums], places=places)
    span = f"{TERM['from']}..{TERM['to']}"
    status = {place: made[place, span, "attendance.absence_rate"][1] for place in ("S", "T", "U", "V", "city")}
    assert status["S"] == "hidden"
    assert status["city"] == "ok"
    assert sum(one == "hidden" for one in status.values()) == 2  # and one more, so that the rest of the city is of two
    for place, one in status.items():
        for measure in ("absence_rate", "excused_rate", "unexcused_rate"):
            assert made[place, span, f"attendance.{measure}"][1] == one


def test_a_month_does_not_give_a_hidden_week_away():
    weeks = [{"from": "2025-09-01", "to": "2025-09-05"}, {"from": "2025-09-08", "to": "2025-09-12"}]
    month = {"from": "2025-09-01", "to": "2025-09-12"}
    other = {"from": "2025-10-08", "to": "2025-10-10"}
    sums = [weeks[0] | {"place": "S", "sessions_possible": 500, "absent_excused": 0},  # 0 %
            weeks[1] | {"place": "S", "sessions_possible": 500, "absent_excused": 20},
            month | {"place": "S", "sessions_possible": 1000, "absent_excused": 20},
            other | {"place": "S", "sessions_possible": 300, "absent_excused": 20}]
    made = published_totals(*sums)
    status = {span: made["S", f"{span['from']}..{span['to']}" if isinstance(span, dict) else span, "attendance.absence_rate"][1]
              for span in ("2025-09-01..2025-09-05", "2025-09-08..2025-09-12", "2025-09-01..2025-09-12", "2025-10-08..2025-10-10")}
    assert status == {"2025-09-01..2025-09-05": "hidden", "2025-09-08..2025-09-12": "ok",
                      "2025-09-01..2025-09-12": "hidden", "2025-10-08..2025-10-10": "ok"}


# ---- windows that lie end to end ----

def window(first, last):
    """Half-open, of the days with these numbers; the end is the first day that is not in it."""
    return f"{DAYS[first]}..{DAYS[last] if last < len(DAYS) else DAYS[-1] + timedelta(1)}"


def test_a_window_is_not_what_other_windows_leave_over():
    names = [f"c{number}" for number in range(40)]
    rows = []
    for number, name in enumerate(names):
        school = "S" if number < 20 else "T"
        for at, day in enumerate(DAYS):
            away = at % 3 == 0 and number % 3 == 0 if school == "T" else 5 <= at and number % 2 == 0  # nobody of S in the first week
            rows.append({"child": name, "school": school, "date": iso(day), "session": "am", "code": "absent_illness" if away else "present"})
    spells = enrolment(*[{"child": name, "school": "S" if number < 20 else "T", "class": "x"} for number, name in enumerate(names)])
    sessions = columns([{"session": "am", "units": 1}], ("session", "units"))
    marks = columns(rows, ("child", "school", "date", "session", "code"))
    cohort = cw.assemble(cw.admit(base(enrolment=spells, attendance=marks) | {"sessions": sessions}, key=KEY))
    windows = [window(0, 5), window(5, 10), window(0, 10), window(8, 10)]
    indicators = cw.measure(cohort, as_of=iso(DAYS[-1]), windows=windows)
    table = cw.aggregate(indicators, by=["city", "school"]).table()
    cells = [dict(zip(table.columns, row, strict=True)) for row in zip(*(table[name] for name in table.columns), strict=True)]
    rates = {(row["place"], row["window"]): row for row in cells if row["measure"] == "attendance.absence_rate"}
    assert rates["S", windows[0]]["status"] == "hidden"  # 0 %
    assert rates["S", windows[3]]["status"] == "ok"  # two days that lead nowhere stay
    for place in ("S", "T", "city"):
        hidden = [name for name in windows[:3] if rates[place, name]["status"] == "hidden"]
        assert len(hidden) != 1, place
        if len(hidden) == 3 or not hidden:
            continue
        shown = [name for name in windows[:3] if name not in hidden]
        signs = {windows[0]: 1.0, windows[1]: 1.0, windows[2]: -1.0}
        right = -sum(signs[name] * round(rates[place, name]["value"] * rates[place, name]["n_observed"]) for name in shown)
        for name in hidden:
            assert feasible_width([({other: signs[other] for other in hidden}, right)], name, hidden) >= MINIMUM - 1e-6, (place, name)


# ---- sums that name a child ----

def test_sums_of_a_child_stand_in_for_days_that_nobody_sent():
    rows = [TERM | {"child": "a", "place": "S", "sessions_possible": 100, "absent_excused": 6, "absent_unexcused": 3, "absent_unknown": 1, "late": 9},
            TERM | {"child": "b", "place": "S", "sessions_possible": 100, "absent_excused": 1, "known_on": "2026-01-15"},
            {"from": "2025-09-08", "to": "2025-09-12", "child": "a", "place": "S", "sessions_possible": 10, "absent_excused": 10}]
    tables = base(attendance_totals=totals(*rows), enrolment=enrolment({"child": "a"}, {"child": "b"}))
    del tables["calendar"], tables["sessions"]
    cohort = cw.assemble(cw.admit(tables, key=KEY))
    assert cohort.ledger["tables"]["attendance_totals"]["kept_apart"] == {"E22": 1}  # the week lies within the term
    indicators = cw.measure(cohort, as_of="2025-12-31", policies=["england_persistent", "us_edfacts_chronic"])
    table = indicators.table()

    def value(child, name, policy=None):
        rows = (table["child"] == KEY.pseudonym("child", child)) & (table["indicator"] == f"attendance.{name}")
        if policy:
            rows &= table["policy"] == policy
        assert rows.sum() == 1
        return table["value"][rows][0], table["status"][rows][0], table["n_expected"][rows][0]

    assert value("a", "absence_rate") == (0.1, "ok", 100)
    assert value("a", "excused_rate")[0] == 0.06
    assert value("a", "unexcused_rate")[0] == 0.03
    assert value("a", "late_rate")[0] == 0.1
    assert value("a", "chronic", "england_persistent")[0] == 1
    assert value("a", "chronic", "us_edfacts_chronic")[1] == "cannot_tell"  # sums of sessions say nothing of days
    assert value("a", "spells")[1] == value("a", "days_since_seen")[1] == "not_recorded"
    assert value("b", "absence_rate")[1] == "not_expected"  # known later
    assert (indicators.roll()["seen"], indicators.roll()["not_seen"]) == (1, 1)
    later = cw.measure(cohort, as_of="2026-01-15").roll()
    assert later["seen"] == 2


def test_days_that_were_sent_outrank_sums():
    rows = [TERM | {"child": "a", "place": "S", "sessions_possible": 100, "absent_excused": 50}]
    marks = columns([{"child": "a", "school": "S", "date": iso(day), "session": session, "code": "present"} for day in DAYS for session in ("am", "pm")],
                    ("child", "school", "date", "session", "code"))
    tables = base(attendance_totals=totals(*rows), attendance=marks, enrolment=enrolment({"child": "a"}))
    table = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of="2025-12-31").table()
    rate = table["indicator"] == "attendance.absence_rate"
    assert table["value"][rate].tolist() == [0]


def test_a_share_of_papers_at_100_percent_is_of_children_and_hidden_and_a_full_register_is_shown():
    """Rule 14 by measure: whatever says something of children hides 0 % and 100 %; coverage says something of registers.
    The exempt stand in the share of each paper, so that it is shown, and not in that of all papers, which is 100 %."""
    names = [f"c{number}" for number in range(100)]
    spells = enrolment(*[{"child": name, "school": "S" if number < 50 else "T", "class": "x"} for number, name in enumerate(names)])
    marks = columns([{"child": name, "school": "S" if number < 50 else "T", "date": iso(day), "session": session,
                      "code": "absent_unexcused" if (number + day.day) % 5 == 0 and session == "am" else "present"}
                     for number, name in enumerate(names) for day in DAYS for session in ("am", "pm")],
                    ("child", "school", "date", "session", "code"))
    exams = columns([{"exam": "final", "subject": subject, "scope": "county", "date": iso(DAYS[4]), "full": 100} for subject in ("maths", "music")],
                    ("exam", "subject", "scope", "date", "full"))
    sat = columns([{"child": name, "exam": "final", "subject": subject, "value": None if number % 5 < 2 else 40 + number // 5 % 2 * 40,
                    "status": "exempt" if number % 5 < 2 else "sat"}
                   for subject in ("maths", "music") for number, name in enumerate(names)], ("child", "exam", "subject", "value", "status"))
    tables = base(enrolment=spells, attendance=marks, exams=exams, exam_results=sat)
    indicators = cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=DAYS[-1], policies=["cn_pass_60"])
    groups = cw.aggregate(indicators, by=["city", "school"], policy="small_cells_10").table()
    status = {name: set(groups["status"][groups["measure"] == name]) for name in set(groups["measure"])}
    assert status["academic.sat_share"] == {"ok"}
    assert status["academic.papers_sat_share"] == {"hidden"}
    assert status["academic.papers_failed_share"] == {"ok"}
    assert status["attendance.absence_rate"] == {"ok"}
    for of_registers in ("attendance.coverage", "attendance.coverage_recorded", "attendance.coverage_implied"):
        shown = groups["measure"] == of_registers
        assert status[of_registers] == {"ok"}
        assert set(groups["value"][shown]) == {0.0 if of_registers.endswith("implied") else 1.0}


def test_places_at_the_edge_keep_their_own_exact_interval_where_nothing_can_be_pooled():
    """No place has an implied mark: pooled stands beside observed as 0, up to the exact end of its own children."""
    names = [f"c{number}" for number in range(40)]
    spells = enrolment(*[{"child": name, "school": "S" if number < 20 else "T", "class": "x"} for number, name in enumerate(names)])
    marks = columns([{"child": name, "school": "S" if number < 20 else "T", "date": iso(day), "session": session, "code": "present"}
                     for number, name in enumerate(names) for day in DAYS for session in ("am", "pm")],
                    ("child", "school", "date", "session", "code"))
    indicators = cw.measure(cw.assemble(cw.admit(base(enrolment=spells, attendance=marks), key=KEY)), as_of=DAYS[-1])
    groups = cw.aggregate(indicators, by=["school"], policy="small_cells_10").table()
    implied = groups["measure"] == "attendance.coverage_implied"
    assert groups["pooled"][implied].tolist() == [0, 0]
    assert groups["pooled_lower"][implied].tolist() == [0, 0]
    assert groups["pooled_upper"][implied].tolist() == pytest.approx([1 - 0.025 ** (1 / 20)] * 2)  # Clopper and Pearson, 0 of 20


def test_sums_without_an_enrolment_say_who_was_where_and_it_is_told():
    names = [f"c{number}" for number in range(40)]
    rows = [TERM | {"child": name, "place": "S" if number < 20 else "T", "sessions_possible": 100, "absent_excused": 1 + number % 5}
            for number, name in enumerate(names)]
    cohort = cw.assemble(cw.admit({"attendance_totals": totals(*rows)}, key=KEY))
    assert cohort.assumptions["enrolment_from_marks"] == 40
    groups = cw.aggregate(cw.measure(cohort, as_of="2025-12-31"), by=["school"]).table()
    rate = groups["measure"] == "attendance.absence_rate"
    assert groups["n"][rate].tolist() == [20, 20]
    assert groups["value"][rate].tolist() == pytest.approx([0.03, 0.03])
