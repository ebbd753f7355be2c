# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""Absence by day, week and class: sums by hand, and an attacker who knows every row that is shown."""

from datetime import timedelta
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog
from ten_days import DAYS, KEY, SESSIONS, base, columns, enrolment, iso, marks

import childwell as cw
from childwell import _core, stats

EVERYTHING = {"id": "all", "kind": "disclosure", "minimum_cell": 1}
MINIMUM = 10


# ---- the engine: places by columns -----------------------------------------------------------------------------------


def random_table(rng, *, small=12):
    """One to five places by a top, two or three stretches and some days each; sums by sums."""
    places = int(rng.integers(1, 6))
    parents = [-1]
    for _ in range(int(rng.integers(1, 4))):
        parents.append(0)
        stretch = len(parents) - 1
        parents += [stretch] * int(rng.integers(1, 5))
    parents = np.array(parents)
    leaves = ~np.isin(np.arange(len(parents)), parents)
    amounts = np.zeros((2, places + 1, len(parents)))
    amounts[:, 1:, leaves] = rng.poisson(rng.choice([2, 20, 80], size=(1, places, 1)), size=(2, places, int(leaves.sum())))
    for column in range(len(parents) - 1, 0, -1):
        amounts[:, :, parents[column]] += amounts[:, :, column]
    amounts[:, 0] = amounts[:, 1:].sum(axis=1)
    exists = amounts.sum(axis=0) > 0
    shape = exists.shape
    published = rng.random(shape) < 0.95
    elsewhere = np.zeros(shape, dtype=bool)
    elsewhere[:, 0] = rng.random(places + 1) < rng.choice([0.2, 1.0])
    published[:, 0] = elsewhere[:, 0]
    hidden = published & ~elsewhere & exists & (amounts[0] < small)
    return {"parents": parents.tolist(), "places": places, "children": amounts[0].ravel(), "first": amounts[0].ravel(), "second": amounts[1].ravel(),
            "exists": exists.ravel(), "published": published.ravel(), "elsewhere": elsewhere.ravel(), "hidden": hidden.ravel()}  # fmt: skip


def known(table):
    return ~table["exists"] | table["elsewhere"] | (table["published"] & ~table["hidden"])


def equations(table):
    """The whole of each column is the sum of its places, and each column that has parts is the sum of them."""
    width = len(table["parents"])
    lines = []
    for column in range(width):
        line = np.zeros(((table["places"] + 1), width))
        line[1:, column] = 1.0
        line[0, column] = -1.0
        lines.append(line.ravel())
    for column in set(table["parents"]) - {-1}:
        for row in range(table["places"] + 1):
            line = np.zeros(((table["places"] + 1), width))
            line[row, [at for at, parent in enumerate(table["parents"]) if parent == column]] = 1.0
            line[row, column] = -1.0
            lines.append(line.ravel())
    return np.array(lines)


def attacked(table, cell, amount):
    """The least and the most that a cell can be, by linear programming over all that is known."""
    values, fixed = table[amount], known(table)
    bounds = [(value, value) if held else (0, None) for value, held in zip(values, fixed, strict=True)]
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(values))
        cost[cell] = sign
        solved = linprog(cost, A_eq=equations(table), b_eq=np.zeros(len(equations(table))), bounds=bounds, method="highs")
        ends.append(sign * solved.fun if solved.status == 0 else np.inf)
    return tuple(ends)


def test_ranges_are_those_of_a_linear_program():
    rng = np.random.default_rng(61)
    seen = infinite = 0
    for _ in range(25):
        table = random_table(rng)
        width = len(table["parents"])
        for cell in rng.choice(len(table["children"]), size=6):
            for number, amount in enumerate(("first", "second")):
                found = _core.feasible_range(table, cell // width, cell % width, number)
                if known(table)[cell]:
                    assert found == (table[amount][cell], table[amount][cell])
                    continue
                assert found == pytest.approx(attacked(table, cell, amount), abs=1e-6)
                seen += 1
                infinite += np.isinf(found[1])
    assert seen > 60 and infinite > 0


def test_no_hidden_cell_can_be_told_more_closely_than_the_width():
    """Of all hidden ones; where one still can, everything is hidden that was not shown by others."""
    rng = np.random.default_rng(62)
    held = further = 0
    for _ in range(60):
        table = random_table(rng)
        first = table["hidden"].copy()
        table["hidden"] = np.array(_core.hide_in_two_ways(table, minimum=MINIMUM, width=MINIMUM))
        assert (table["hidden"] >= first).all()
        further += int((table["hidden"] & ~first).sum())
        own = table["published"] & ~table["elsewhere"] & table["exists"]
        hidden = np.flatnonzero(table["hidden"] & own)
        for cell in rng.permutation(hidden)[:3]:
            least, most = attacked(table, cell, "first")
            if most - least < MINIMUM - 1e-6:  # told by others alone: hiding whatever is left to hide changes nothing
                everything = table | {"hidden": own.copy()}
                again = attacked(everything, cell, "first")
                assert again[1] - again[0] == pytest.approx(most - least, abs=1e-6)
            else:
                held += 1
    assert held > 60 and further > 20


def test_what_is_hidden_is_hidden_for_a_reason():
    """A large table with one small cell: the three others of one rectangle, and nothing else."""
    width, places = 6, 3
    amounts = np.full((places + 1, width), 40.0)
    amounts[1, 3] = 4.0
    amounts[:, 1] = amounts[:, 2:].sum(axis=1)
    amounts[:, 0] = amounts[:, 1]
    amounts[0] = amounts[1:].sum(axis=0)
    shape = amounts.shape
    elsewhere = np.zeros(shape, dtype=bool)
    elsewhere[:, 0] = True
    hidden = np.zeros(shape, dtype=bool)
    hidden[1, 3] = True
    table = {"parents": [-1, 0, 1, 1, 1, 1], "places": places, "children": amounts.ravel(), "first": amounts.ravel(), "second": amounts.ravel(),
             "exists": np.ones(shape, dtype=bool).ravel(), "published": np.ones(shape, dtype=bool).ravel(), "elsewhere": elsewhere.ravel(),
             "hidden": hidden.ravel()}  # fmt: skip
    made = np.array(_core.hide_in_two_ways(table, minimum=MINIMUM, width=MINIMUM)).reshape(shape)
    assert made.sum() == 4 and made[1, 3]
    assert sorted(made.sum(axis=0).tolist()) == [0, 0, 0, 0, 2, 2]
    with pytest.raises(ValueError, match="contains all others"):
        _core.hide_in_two_ways(table | {"parents": [0, 0, 1, 1, 1, 1]}, minimum=MINIMUM, width=MINIMUM)
    with pytest.raises(ValueError, match="after the column"):
        _core.hide_in_two_ways(table | {"parents": [-1, 2, 0, 1, 1, 1]}, minimum=MINIMUM, width=MINIMUM)


# ---- a city of two counties, by hand ---------------------------------------------------------------------------------

PLACES = columns([{"place": "city", "kind": "city"}, *[{"place": f"C{i}", "kind": "county", "parent": "city"} for i in (1, 2)],
                  *[{"place": f"S{i}", "kind": "school", "parent": f"C{i}"} for i in (1, 2)]], ("place", "kind", "parent"))  # fmt: skip


def study(children, missed, *, shuffled=None, policies=("england_persistent",), windows=("year_to_date",), days=DAYS, more=None):
    """`children` of each county; `missed(county, child, day_number, session)` says who was away."""
    names = {county: [f"c{county}n{number:03}" for number in range(count)] for county, count in children.items()}
    rows = [{"child": name, "school": f"S{county}", "date": iso(day), "session": session,
             "code": missed(county, number, at, session)}
            for county, inside in names.items() for number, name in enumerate(inside) for at, day in enumerate(days) for session in SESSIONS]  # fmt: skip
    rows = [row for row in rows if row["code"]]
    if shuffled is not None:
        shuffled.shuffle(rows)
    spells = [{"child": name, "school": f"S{county}", "class": f"K{county}"} for county, inside in names.items() for name in inside]
    calendar = columns([{"place": "city", "date": iso(day), "kind": "school_day"} for day in days], ("place", "date", "kind"))
    tables = base(places=PLACES, calendar=calendar, enrolment=enrolment(*spells, *(more or [])), attendance=marks(*rows))
    return cw.measure(cw.assemble(cw.admit(tables, key=KEY)), as_of=iso(days[-1]), policies=list(policies), windows=list(windows))


def rows_of(table):
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*(table[name] for name in table.columns), strict=True)]


def by_name(table, *names):
    return {tuple(str(row[name]) for name in names): row for row in rows_of(table)}


def away(county, number, day, session):
    """County 1: the first two children are away on the first day, all of it. County 2: every third in the mornings of day 4."""
    if county == 1 and day == 0 and number < 2:
        return "absent_illness"
    if county == 2 and day == 4 and session == "am" and number % 3 == 0:
        return "absent_unexcused"
    return None if county == 2 and day == 7 and number == 0 else "present"  # one child is not recorded on the eighth day


def test_days_and_weeks_are_the_sums_by_hand():
    groups = cw.aggregate(study({1: 12, 2: 30}, away), policy=EVERYTHING)
    made = by_name(cw.absence_over_time(groups), "period", "place", "from")
    assert len(made) == 3 * 10 + 3 * 2
    first = made["day", "C1", iso(DAYS[0])]
    assert (first["value"], first["n"], first["n_observed"], first["n_expected"], first["school_days"]) == (4 / 24, 12, 24, 24, 1)
    fifth = made["day", "C2", iso(DAYS[4])]
    assert (fifth["value"], fifth["lower"], fifth["upper"]) == (10 / 60, 10 / 60, 10 / 60)
    eighth = made["day", "C2", iso(DAYS[7])]
    assert (eighth["value"], eighth["lower"], eighth["upper"], eighth["n"]) == (0.0, 0.0, 2 / 60, 29)
    assert made["day", "city", iso(DAYS[0])]["value"] == 4 / 84
    week = made["week", "C2", iso(DAYS[0])]
    assert (week["value"], week["to"], week["school_days"], week["n"]) == (10 / 300, np.datetime64(iso(DAYS[4])), 5, 30)
    sampling = stats.ratio_estimate([1.0] * 10 + [0.0] * 20, [10.0] * 30)
    assert (week["sampling_lower"], week["sampling_upper"]) == pytest.approx((sampling.lower, sampling.upper), rel=1e-12)
    assert np.isnan(first["sampling_lower"])
    term = by_name(groups.table(), "measure", "place")
    for place in ("city", "C1", "C2"):
        for period in ("day", "week"):
            inside = [row for (kind, where, _), row in made.items() if (kind, where) == (period, place)]
            for name in ("n_expected", "n_observed"):
                assert sum(row[name] for row in inside) == term["attendance.absence_rate", place][name]
            whole = term["attendance.absence_rate", place]
            assert sum(row["value"] * row["n_observed"] for row in inside) == pytest.approx(whole["value"] * whole["n_observed"])


def test_a_day_that_gives_a_small_count_is_hidden_with_what_would_give_it_away():
    def missed(county, number, day, session):
        few = county == 1 and day == 2
        return "absent_illness" if (number + day) % 3 == 0 and (not few or number < 2) else "present"

    made = by_name(cw.absence_over_time(cw.aggregate(study({1: 120, 2: 120}, missed))), "period", "place", "from")
    hidden = {key for key, row in made.items() if row["status"] == "hidden"}
    assert ("day", "C1", iso(DAYS[2])) in hidden and ("day", "C2", iso(DAYS[2])) in hidden
    assert len(hidden) == 4 and all(kind == "day" for kind, _, _ in hidden)  # a rectangle: two counties by two days
    for row in made.values():
        if row["status"] == "hidden":
            assert row["n"] is np.ma.masked and np.isnan([row["value"], row["lower"], row["upper"], row["sampling_lower"]]).all()


def test_a_small_county_is_hidden_on_every_day_as_it_is_in_the_groups():
    def missed(county, number, day, session):
        return "absent_illness" if (number + day) % 3 == 0 else "present"

    made = rows_of(cw.absence_over_time(cw.aggregate(study({1: 9, 2: 120}, missed))))
    assert {row["status"] for row in made if row["place"] == "C1"} == {"hidden"}
    assert {row["status"] for row in made if row["place"] == "C2"} == {"hidden"}  # the city less this one is the other
    assert {row["status"] for row in made if row["place"] == "city"} == {"ok"}


def test_weeks_are_cut_where_a_window_of_the_study_ends():
    def missed(county, number, day, session):
        return "absent_illness" if (number + day) % 3 == 0 else "present"

    windows = ("year_to_date", f"{DAYS[0]}..{DAYS[3]}")
    groups = cw.aggregate(study({1: 60, 2: 60}, missed, windows=windows))
    weeks = [row for row in rows_of(cw.absence_over_time(groups)) if row["period"] == "week" and row["place"] == "city"]
    assert [(str(row["from"]), str(row["to"])) for row in weeks] == [
        (iso(DAYS[0]), iso(DAYS[2])), (iso(DAYS[3]), iso(DAYS[4])), (iso(DAYS[5]), iso(DAYS[9]))]  # fmt: skip
    short = [row for row in rows_of(cw.absence_over_time(groups, snapshot=1)) if row["place"] == "city"]
    assert [str(row["from"]) for row in short if row["period"] == "day"] == [iso(day) for day in DAYS[:3]]


# ---- the attacker of a whole publication -----------------------------------------------------------------------------


def random_city(rng):
    children = {1: int(rng.choice([11, 40, 150])), 2: int(rng.choice([40, 150]))}
    rates = {county: rng.choice([0.02, 0.1, 0.3]) for county in children}
    quiet = rng.random((3, 10)) < 0.15
    away_that_day = {county: rng.random((count, 10)) < rates[county] * np.where(quiet[county], 0.1, 1.0) for county, count in children.items()}
    return study(children, lambda county, number, day, session: "absent_illness" if away_that_day[county][number, day] else "present")


def publication(groups):
    """Everything that is shown of units, as a table of two ways: two weeks of five days of a city and two counties."""
    over_time, term = by_name(cw.absence_over_time(groups), "period", "place", "from"), by_name(groups.table(), "measure", "place")
    columns_ = [("term", None), *(("week", DAYS[at]) for at in (0, 5))]
    parents = [-1, 0, 0]
    for at, day in enumerate(DAYS):
        columns_.append(("day", day))
        parents.append(1 if at < 5 else 2)
    first, second, hidden, children = [], [], [], []
    for place in ("city", "C1", "C2"):
        for kind, day in columns_:
            row = term["attendance.absence_rate", place] if kind == "term" else over_time[kind, place, iso(day)]
            is_hidden = row["status"] == "hidden"
            hidden.append(is_hidden)
            first.append(0.0 if is_hidden else round(row["value"] * row["n_observed"]))
            second.append(0.0 if is_hidden else row["n_observed"] - round(row["value"] * row["n_observed"]))
            children.append(0.0 if is_hidden else row["n"])
    all_ = np.ones(len(first), dtype=bool)
    return {"parents": parents, "places": 2, "children": np.array(children), "first": np.array(first, dtype=float), "second": np.array(second, dtype=float),
            "exists": all_, "published": all_, "elsewhere": ~all_, "hidden": np.array(hidden)}  # fmt: skip


def test_no_hidden_day_or_week_can_be_told_from_all_that_is_published():
    rng = np.random.default_rng(63)
    held = shown = 0
    for _ in range(12):
        groups = cw.aggregate(random_city(rng))
        table = publication(groups)
        over_time = rows_of(cw.absence_over_time(groups))
        shown += sum(row["status"] == "ok" for row in over_time)
        for row in over_time:
            if row["status"] == "ok":  # a child has at most two units a day, and missed or came at least one
                assert row["n"] >= MINIMUM
                assert min(row["value"], 1 - row["value"]) * row["n_observed"] >= MINIMUM - 1e-9
        periods = np.arange(len(table["hidden"])) % len(table["parents"]) > 0
        for cell in rng.permutation(np.flatnonzero(table["hidden"] & periods))[:5]:
            for amount in ("first", "second"):
                least, most = attacked(table, cell, amount)
                if most - least >= 2 * MINIMUM - 1e-6:
                    held += 1
                    continue
                term = attacked(table | {"hidden": table["hidden"] | periods}, cell, amount)  # what the groups alone give away
                assert term[1] - term[0] == pytest.approx(most - least, abs=1e-6)
    assert held > 30 and shown > 100


# ---- classes ---------------------------------------------------------------------------------------------------------


def units_missed(number):
    """Of twenty sessions: 0, 1, 2, 4 or 10 by turns."""
    return (0, 0, 0, 1, 1, 2, 4, 10)[number % 8]


def missed_by_turns(county, number, day, session):
    return "absent_illness" if 2 * day + SESSIONS.index(session) < units_missed(number) else "present"


def test_classes_are_bounded_by_the_lines_of_the_policies_and_counted_by_hand():
    indicators = study({1: 16, 2: 24}, missed_by_turns, policies=("england_persistent", "us_edfacts_chronic"))
    made = by_name(cw.absence_distribution(cw.aggregate(indicators, policy=EVERYTHING)), "place", "from", "to")
    bounds = [0.0, 0.0, 0.05, 0.1, 0.2, 0.5, 1.0]
    expected = (3 / 8, 0, 2 / 8, 1 / 8, 1 / 8, 1 / 8)  # one unit of twenty is on the line of 5 %, and on it is above it
    for place, children in (("city", 40), ("C1", 16), ("C2", 24)):
        found = [made[place, str(low), str(high)] for low, high in zip(bounds, bounds[1:], strict=False)]
        assert [row["value"] for row in found] == list(expected)
        assert [row["in_class"] for row in found] == [int(Fraction(share) * children) for share in expected]
        assert {row["n"] for row in found} == {children}
    assert len(made) == 18
    few = study({1: 16, 2: 24}, missed_by_turns, policies=("england_persistent",))
    table = cw.absence_distribution(cw.aggregate(few, policy=EVERYTHING))
    assert sorted(set(table["from"])) == [0.0, 0.05, 0.1, 0.5]
    none_named = study({1: 16}, missed_by_turns, policies=("not_seen_10_sessions",))
    with pytest.raises(ValueError, match="names no attendance policy"):
        cw.absence_distribution(cw.aggregate(none_named, policy=EVERYTHING))


def classes_of(groups, places=("city", "C1", "C2")):
    """All that is shown of classes as a table of two ways: two stretches on both sides of the line of 10 %."""
    made = by_name(cw.absence_distribution(groups), "place", "from", "to")
    chronic = by_name(groups.table(), "measure", "place")
    columns_ = ["all", "below", ("0.0", "0.0"), ("0.0", "0.05"), ("0.05", "0.1"), "above", ("0.1", "0.5"), ("0.5", "1.0")]
    values, known_ = [], []
    for place in places:
        line = chronic["attendance.chronic", place]
        shown = [row for (where, _, _), row in made.items() if where == place and row["status"] == "ok"]
        children = shown[0]["n"] if shown else line["n"] if line["status"] == "ok" else None
        above = round(line["value"] * line["n"]) if line["status"] == "ok" else None
        for column in columns_:
            if column == "all":
                value = children
            elif column == "above":
                value = above
            elif column == "below":
                value = None if above is None else line["n"] - above
            else:
                row = made[place, *column]
                value = row["in_class"] if row["status"] == "ok" else None
            values.append(0.0 if value is None else float(value))
            known_.append(value is not None)
    all_ = np.ones(len(values), dtype=bool)
    return {"parents": [-1, 0, 1, 1, 1, 0, 5, 5], "places": 2, "first": np.array(values), "children": np.array(values), "second": np.array(values),
            "exists": all_, "published": all_, "elsewhere": ~all_, "hidden": ~np.array(known_)}  # fmt: skip


def test_no_hidden_class_can_be_told_from_all_that_is_published():
    rng = np.random.default_rng(64)
    hidden = shown = 0
    for _ in range(15):
        children = {1: int(rng.choice([60, 240])), 2: int(rng.choice([120, 300]))}
        rates = {county: rng.choice([0.0, 0.03, 0.08, 0.3, 0.7], size=count, p=[0.3, 0.3, 0.2, 0.15, 0.05]) for county, count in children.items()}
        gone = {county: rng.random((count, 20)) < rates[county][:, None] for county, count in children.items()}
        indicators = study(children, lambda county, number, day, session, gone=gone:
                           "absent_illness" if gone[county][number, 2 * day + SESSIONS.index(session)] else "present")  # fmt: skip
        groups = cw.aggregate(indicators)
        table = classes_of(groups)
        for row in rows_of(cw.absence_distribution(groups)):
            shown += row["status"] == "ok"
            assert row["status"] == "hidden" or min(row["in_class"], row["n"] - row["in_class"]) >= MINIMUM
        leaves = [cell for cell in np.flatnonzero(table["hidden"]) if cell % 8 in (2, 3, 4, 6, 7)]
        for cell in rng.permutation(leaves)[:4]:
            least, most = attacked(table, cell, "first")
            hidden += 1
            assert most - least >= MINIMUM - 1e-6
    assert hidden > 15 and shown > 60


def test_neither_the_order_of_rows_nor_threads_change_a_bit(monkeypatch):
    def missed(county, number, day, session):
        return "absent_illness" if (7 * number + 3 * day) % 11 == 0 else "present"

    def made(shuffled):
        groups = cw.aggregate(study({1: 90, 2: 120}, missed, shuffled=shuffled))
        return [repr(rows_of(table)) for table in (cw.absence_over_time(groups), cw.absence_distribution(groups))]

    monkeypatch.setenv("CHILDWELL_NUM_THREADS", "1")
    first = made(None)
    for threads in ("2", "7"):
        monkeypatch.setenv("CHILDWELL_NUM_THREADS", threads)
        assert first == made(np.random.default_rng(65))


def test_a_child_who_moves_counts_where_the_days_happened_and_once_in_the_city():
    half = DAYS[5]
    spells = [{"child": "mover", "school": "S1", "class": "K1", "from": iso(DAYS[0]), "to": iso(half - timedelta(1))},
              {"child": "mover", "school": "S2", "class": "K2", "from": iso(half)}]  # fmt: skip
    indicators = study({1: 12, 2: 12}, lambda *_: "present", more=spells)
    groups = cw.aggregate(indicators, policy=EVERYTHING)
    made = by_name(cw.absence_over_time(groups), "period", "place", "from")
    assert [made["day", place, iso(DAYS[0])]["n_expected"] for place in ("city", "C1", "C2")] == [50, 26, 24]
    assert [made["day", place, iso(half)]["n_expected"] for place in ("city", "C1", "C2")] == [50, 24, 26]


def test_a_year_without_attendance_has_no_days_and_no_classes():
    groups = cw.aggregate(study({1: 12}, lambda *_: None), policy=EVERYTHING)
    over_time = rows_of(cw.absence_over_time(groups))
    assert {row["status"] for row in over_time} <= {"not_enough_data"}
    assert len(cw.absence_distribution(groups)) == 0
